"""JSON Schemas of the inventory files, made from the models, so that editors complete and check."""

import ast
import inspect
import json
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core.core_schema import ModelSchema

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
    made = SCHEMAS[name].model_json_schema(mode="validation", schema_generator=_Described)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **_tidied(made)}


def schema_text(name: str) -> str:
    """The schema as it stands in its file."""
    return json.dumps(schema(name), ensure_ascii=False, indent=2) + "\n"


class _Described(GenerateJsonSchema):
    """With the docstrings of fields as descriptions.

    pydantic reads them when a model is made, which would cost time at every start of campusctl.
    """

    def model_schema(self, schema: ModelSchema) -> JsonSchemaValue:
        """The schema of one model."""
        made = super().model_schema(schema)
        model = schema["cls"]
        for name, text in _field_docs(model).items():
            shown = model.model_fields[name].alias or name
            if shown in made.get("properties", {}):
                made["properties"][shown].setdefault("description", text)
        return made


def _field_docs(model: type[BaseModel]) -> dict[str, str]:
    """What stands below each field, also of the models that it extends."""
    bases = [base for base in reversed(model.__mro__) if issubclass(base, BaseModel) and base is not BaseModel]
    return {name: text for base in bases for name, text in _docs_of_module(inspect.getfile(base))[base.__qualname__]}


@cache
def _docs_of_module(file: str) -> dict[str, tuple[tuple[str, str], ...]]:
    with open(file, encoding="utf-8") as source:  # noqa: PTH123 - a name, not a path, is what inspect has
        module = ast.parse(source.read())
    return {node.name: tuple(_docs(node)) for node in module.body if isinstance(node, ast.ClassDef)}


def _docs(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for field, doc in pairwise(node.body):
        if not (isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)):
            continue
        if isinstance(doc, ast.Expr) and isinstance(doc.value, ast.Constant) and isinstance(doc.value.value, str):
            yield field.target.id, inspect.cleandoc(doc.value.value)


def _tidied(node: Any) -> Any:  # noqa: ANN401 - any part of a schema
    """Without the titles pydantic makes up from names, which an editor would show instead of the description."""
    if isinstance(node, dict):
        return {key: _tidied(value) for key, value in node.items() if not (key == "title" and isinstance(value, str))}
    return [_tidied(item) for item in node] if isinstance(node, list) else node
