"""docs/pcs.md cannot rot: its examples are right, and it knows every kind."""

import re
from pathlib import Path
from typing import Any

import yaml

from campusctl.model import pc_names
from campusctl.model.inventory import Settings
from campusctl.model.names import DEVICE_NAME, IPV4, LINE
from campusctl.model.pc import PcSettings
from campusctl.model.pc_paths import MADE, SHARED
from campusctl.render.pc.sandbox import PcSandbox

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/pcs.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| [^|]+ \| (`.+) \|$", PAGE, re.MULTILINE)


def examples() -> list[dict[str, Any]]:
    """The examples of the table of kinds."""
    return [yaml.safe_load(text) for row in ROWS for text in re.findall(r"`([a-z_]+: [^`]+)`", row)]


def test_every_example_is_right() -> None:
    """Each is a map that the settings take."""
    assert len(examples()) > 30
    for example in examples():
        outside = example.keys() & {"timezone", "ntp"}
        Settings.model_validate(example if outside else {"pc": example})


def test_every_kind_has_an_example() -> None:
    """A new field of `pc:` needs a row; Windows has a page of its own."""
    shown = {key for example in examples() for key in example}
    assert PcSettings.model_fields.keys() - shown - {"modes", "windows"} == set()


def test_the_files_that_stay_are_named() -> None:
    """Those that a PC may have without campusctl."""
    assert [path for path in SHARED if path not in PAGE and "policies" not in path] == []
    assert MADE.keys() >= SHARED


def test_every_filter_is_in_the_manual() -> None:
    """docs/templates.md lists what a PC's template may use."""
    page = (ROOT / "docs/templates.md").read_text(encoding="utf-8")
    known = set(re.findall(r"^\| `\w+ \\\| (\w+)`", page, re.MULTILINE)) | {"line", "counted", "join", "replace"}
    own = {name for name, use in PcSandbox({}).filters.items() if use.__module__.startswith("campusctl.")}
    assert own - known == set()


def test_every_pattern_has_its_rule_in_words() -> None:
    """No message quotes a regular expression."""
    made = {value for key, value in vars(pc_names).items() if key.isupper() and isinstance(value, str)}
    assert {value for value in made if value.startswith("^")} == {*pc_names.RULES, DEVICE_NAME, IPV4, LINE}
