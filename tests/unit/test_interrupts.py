"""Whose traffic stops for a moment."""

import pytest

from campusctl.engine.interrupts import interrupts
from campusctl.model.setting import Edit, Path, State, Value

BEFORE = State(
    {
        ("port", "1/1/7", "description"): "Beamer",
        ("port", "1/1/7", "access_vlan"): "10",
        ("port", "1/1/8", "shutdown"): True,
        ("port", "1/1/9", "access_vlan"): "10",
    }
)


def _edit(path: Path, before: Value | None, after: Value | None) -> Edit:
    return Edit(path=path, before=before, after=after)


@pytest.mark.parametrize(
    ("edit", "found"),
    [
        (_edit(("port", "1/1/7", "access_vlan"), "10", "20"), ("1/1/7 (Beamer)",)),
        (_edit(("port", "1/1/9", "access_vlan"), "10", "20"), ("1/1/9",)),
        (_edit(("port", "1/1/7", "shutdown"), None, True), ("1/1/7 (Beamer)",)),
        (_edit(("port", "1/1/8", "shutdown"), True, None), ()),
        (_edit(("port", "1/1/8", "access_vlan"), "10", "20"), ()),
        (_edit(("port", "1/1/7", "description"), "Beamer", "Tafel"), ()),
        (_edit(("port", "1/1/7", "tagged", "30"), None, True), ()),
        (_edit(("port", "1/1/7", "tagged", "30"), True, None), ("1/1/7 (Beamer)",)),
        (_edit(("port", "1/1/7", "poe"), None, False), ("1/1/7 (Beamer)",)),
        (_edit(("vlan", "30"), True, None), ()),
        (_edit(("hostname",), "a", "b"), ()),
    ],
)
def test_a_port_is_named_when_its_traffic_stops(edit: Edit, found: tuple[str, ...]) -> None:
    """With its description; a port that is shut has none to stop."""
    assert interrupts(BEFORE, [edit], {}) == found


def test_each_port_is_named_once_in_the_order_of_the_edits() -> None:
    """However much is done to it."""
    edits = [
        _edit(("port", "1/1/9", "access_vlan"), "10", "20"),
        _edit(("port", "1/1/7", "access_vlan"), "10", "20"),
        _edit(("port", "1/1/9", "mode"), None, "trunk"),
    ]
    assert interrupts(BEFORE, edits, {}) == ("1/1/9", "1/1/7 (Beamer)")


def test_the_room_at_the_port_is_said_when_it_is_known() -> None:
    """With the description or alone."""
    edits = [
        _edit(("port", "1/1/7", "access_vlan"), "10", "20"),
        _edit(("port", "1/1/9", "access_vlan"), "10", "20"),
    ]
    assert interrupts(BEFORE, edits, {"1/1/7": "R101", "1/1/9": "R7"}) == ("1/1/7 (Beamer, R101)", "1/1/9 (R7)")
