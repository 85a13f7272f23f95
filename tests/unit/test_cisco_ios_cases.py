"""Two IOS texts in, the exact commands, refusals and unmanaged lines out: each case is a folder."""

import json
from pathlib import Path

import pytest

from campusctl.drivers.switch.compare import Difference, compare_texts, shown_line
from campusctl.drivers.switch.dialects.cisco_ios import DIALECT

CASES = sorted((Path(__file__).parents[1] / "cases" / "cisco_ios").iterdir(), key=lambda folder: folder.name)


def _compare(folder: Path) -> Difference:
    return compare_texts(DIALECT, (folder / "running.cfg").read_text(), (folder / "intended.cfg").read_text())


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_commands_are_exactly_these(folder: Path) -> None:
    """Commands in order, what is refused and why, and what only the device has."""
    found = _compare(folder)
    expected = json.loads((folder / "expected.json").read_text())
    assert [command.text for command in found.commands] == expected["commands"]
    assert {refused.command: refused.reason for refused in found.refused} == expected["refused"]
    assert [shown_line(path) for path in found.unmanaged] == expected["unmanaged"]


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
@pytest.mark.parametrize("name", ["running.cfg", "intended.cfg"])
def test_a_text_against_itself_is_empty(folder: Path, name: str) -> None:
    """Also when its lines are indented otherwise and end as on a terminal."""
    text = (folder / name).read_text()
    again = text.replace("\n ", "\n    ").replace("\n", "\r\n")
    found = compare_texts(DIALECT, text, again)
    assert (found.edits, found.commands, found.refused, found.unmanaged) == ((), (), (), ())


def test_every_command_names_the_setting_it_serves() -> None:
    """A report can say for each sent line which setting it was for; only context lines serve none."""
    for folder in CASES:
        for command in _compare(folder).commands:
            known = command.path or command.kind in {"enter", "exit"} or command.text == "exit"
            assert known, (folder.name, command)
