"""The JSON Schemas that editors use."""

import json
import re
from pathlib import Path

import pytest

from campusctl.inventory.schemas import SCHEMAS, file_name, schema, schema_text
from campusctl.model import names

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_schema_in_the_repository_is_current(name: str) -> None:
    """`campusctl schema --out inventory/schemas` was run after the models changed."""
    assert (ROOT / "inventory/schemas" / file_name(name)).read_text(encoding="utf-8") == schema_text(name)


def test_every_example_file_names_its_schema() -> None:
    """And the schema is where it says."""
    # campus.yml is Ansible's.
    files = sorted(path for path in (ROOT / "inventory").rglob("*.yml") if path.name != "campus.yml")
    assert len(files) > 10
    for path in files:
        found = re.match(r"# yaml-language-server: \$schema=(\S+)\n", path.read_text(encoding="utf-8"))
        assert found, path
        assert (path.parent / found[1]).is_file(), path


def test_every_field_says_what_it_is() -> None:
    """A description on each property of each model."""
    for name in SCHEMAS:
        parts = [schema(name), *schema(name)["$defs"].values()]
        bare = [
            (part.get("description"), field)
            for part in parts
            for field, value in part.get("properties", {}).items()
            if "description" not in value and "$ref" not in value
        ]
        assert bare == [], name


def test_a_port_may_be_a_role_alone() -> None:
    """`1-24: pc` and `25: {device: …}` are both right for an editor."""
    ports = schema("devices")["$defs"]["DeviceEntry"]["properties"]["ports"]
    (allowed,) = ports["patternProperties"].values()
    assert allowed == {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/Port"}]}


def test_every_pattern_has_its_rule_in_words() -> None:
    """No message quotes a regular expression for a named type."""
    assert set(names.RULES) == {
        value
        for key, value in vars(names).items()
        if isinstance(value, str) and value.startswith("^") and key.isupper()
    }


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_json_of_the_declared_draft(name: str) -> None:
    """2020-12, and no made-up titles."""
    made = json.loads(schema_text(name))
    assert made["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert "title" not in made
