"""What every dialect must and must never send, case by case, through the same code as `campusctl diff`."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from campusctl.drivers.switch import dialects
from campusctl.drivers.switch.compare import Difference, compare_texts, shown_line
from campusctl.model.command import CommandKind

FOLDER = Path(__file__).parents[1] / "cases" / "doctrine"
CASES = [
    pytest.param(path.stem, case, id=f"{path.stem}: {case['case']}")
    for path in sorted(FOLDER.glob("*.yml"))
    for case in yaml.safe_load(path.read_text())
]


def _first(pattern: str, lines: list[str]) -> int:
    found = [number for number, line in enumerate(lines) if re.search(pattern, line)]
    assert found, f"no line matches {pattern}: {lines}"
    return found[0]


def _holds(case: dict[str, Any], found: Difference) -> None:
    lines = [command.text for command in found.commands]
    if "exact" in case:
        assert lines == case["exact"]
    for pattern in case.get("some", ()):
        _first(pattern, lines)
    for pattern in case.get("never", ()):
        assert [line for line in lines if re.search(pattern, line)] == []
    for first, second in case.get("order", ()):
        assert _first(first, lines) < _first(second, lines)
    for text in case.get("refused", ()):
        assert any(text in refused.command and refused.reason for refused in found.refused)
    for text in case.get("unmanaged", ()):
        assert any(text in shown_line(path) for path in found.unmanaged)
    if "last" in case:
        assert [line for line in lines if line != "exit"][-1] == case["last"]
        assert found.commands[-1].kind is CommandKind.HOSTNAME


@pytest.mark.parametrize(("dialect", "case"), CASES)
def test_case_holds(dialect: str, case: dict[str, Any]) -> None:
    """The commands are exactly, contain, avoid and order what the case says; what is done stays done."""
    language = dialects.get(dialect)
    found = compare_texts(language, case["running"], case["intended"])
    _holds(case, found)
    if case.get("different"):
        assert found.edits
        assert found.commands
    if case.get("exact") == [] and "refused" not in case:
        assert found.edits == ()


@pytest.mark.parametrize(("dialect", "case"), CASES)
def test_a_text_against_itself_is_empty(dialect: str, case: dict[str, Any]) -> None:
    """Nothing differs, nothing is unmanaged, nothing is refused; also when it is parsed anew."""
    language = dialects.get(dialect)
    for text in (case["running"], case["intended"]):
        found = compare_texts(language, text, text + "\n")
        assert (found.edits, found.commands, found.refused, found.unmanaged) == ((), (), (), ())
