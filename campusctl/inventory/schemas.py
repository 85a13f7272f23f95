"""JSON Schemas of the inventory files, made from the models, so that editors complete and check."""

import json
from typing import Any, Final

from pydantic import BaseModel

from campusctl.model.inventory import CityFile, DevicesFile, Profile, SchoolFile

SCHEMAS: Final[dict[str, type[BaseModel]]] = {
    "city": CityFile,
    "profile": Profile,
    "school": SchoolFile,
    "devices": DevicesFile,
}
"""Name of each schema and the model it is made from."""


def file_name(name: str) -> str:
    """The file a schema is kept in, below `inventory/schemas/`."""
    return f"{name}.schema.json"


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of one kind of file."""
    made = SCHEMAS[name].model_json_schema(mode="validation")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **_tidied(made)}


def schema_text(name: str) -> str:
    """The schema as it stands in its file."""
    return json.dumps(schema(name), ensure_ascii=False, indent=2) + "\n"


def _tidied(node: Any) -> Any:  # noqa: ANN401 - any part of a schema
    """Without the titles pydantic makes up from names, which an editor would show instead of the description."""
    if isinstance(node, dict):
        return {key: _tidied(value) for key, value in node.items() if not (key == "title" and isinstance(value, str))}
    return [_tidied(item) for item in node] if isinstance(node, list) else node
