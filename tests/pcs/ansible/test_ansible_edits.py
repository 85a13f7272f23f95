"""Edits of the module as a person reads them."""

import importlib.util
from pathlib import Path
from typing import Any

import pytest
from ansible_rig import COLLECTION, ROOT


def _edits() -> Any:  # noqa: ANN401 - a module of the collection, outside of any package
    path = ROOT / COLLECTION / "plugins/plugin_utils/edits.py"
    spec = importlib.util.spec_from_file_location("campus_edits", Path(path))
    assert spec is not None
    assert spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


edits = _edits()


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        (None, "present", ("", "present\n")),
        ("one\ntwo\n", None, ("one\ntwo\n", "")),
        (True, False, ("true\n", "false\n")),
        (7, 8, ("7\n", "8\n")),
        (["a", "b"], [], ("a\nb\n", "")),
    ],
)
def test_a_diff_has_both_sides_as_text(before: object, after: object, shown: tuple[str, str]) -> None:
    """What is not there is empty; every text ends its line."""
    (entry,) = edits.as_diff(
        [{"path": ["user", "lehrer", "shell"], "before": before, "after": after, "step": "usermod"}]
    )
    assert (entry["before"], entry["after"]) == shown
    assert (entry["before_header"], entry["after_header"]) == ("user lehrer shell", "user lehrer shell (usermod)")


def edit(number: int, *, done: bool = False) -> dict[str, Any]:
    """One of many."""
    return {"path": ["package", f"p{number}"], "before": None, "after": "present", "done": done}


@pytest.mark.parametrize(
    ("result", "words"),
    [
        ({}, "as it should be"),
        ({"edits": [edit(1)]}, "1 differ: package p1"),
        ({"edits": [edit(1, done=True), edit(2)]}, "1 of 2 changed: package p1, package p2"),
        (
            {"edits": [edit(number) for number in range(7)]},
            "7 differ: package p0, package p1, package p2, package p3, package p4 and 2 more",
        ),
        ({"edits": [edit(1)], "fault": {"kind": "locked", "what": "held by pid 7", "hint": ""}}, "held by pid 7"),
        ({"fault": {"kind": "locked", "what": "held by pid 7", "hint": "wait"}}, "held by pid 7 (wait)"),
    ],
)
def test_a_result_in_one_sentence(result: dict[str, Any], words: str) -> None:
    """A fault goes before everything."""
    assert edits.summary(result) == words
