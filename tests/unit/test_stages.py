"""Which edit goes in which pass: states in, passes out."""

import pytest

from campusctl.engine.diff import compare
from campusctl.engine.stages import passes
from campusctl.model.plan import ManagementPath, Pass
from campusctl.model.setting import State, Value

PATH = ManagementPath(vlan="3", uplinks=("24",), downlinks=("20", "Lag2"), user="campus")
ADD, WAY, REMOVE = Pass.ADD, Pass.PATH, Pass.REMOVE
VLANS = {"vlan/3": True, "vlan/30": True, "vlan/31": True}


def _state(settings: dict[str, Value]) -> State:
    return State({tuple(path.split("/")): value for path, value in settings.items()})


def _passes(before: dict[str, Value], after: dict[str, Value], *touches: str) -> dict[str, Pass]:
    """The pass of each edit, by path."""
    one, other = _state(before), _state(after)
    edits = compare(one, other).edits
    touched = [edit for edit in edits if "/".join(edit.path) in touches]
    assert len(touched) == len(touches)
    found = passes(one, other, edits, touched, PATH)
    return {"/".join(edit.path): kind for edit, kind in zip(edits, found, strict=True)}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        # A VLAN gets another number.
        (
            {"vlan/30": True, "vlan/30/name": "A", "port/1/untagged": "30", "port/20/tagged/30": True},
            {"vlan/31": True, "vlan/31/name": "B", "port/1/untagged": "31", "port/20/tagged/31": True},
            {
                "vlan/31": ADD, "vlan/31/name": ADD, "port/1/untagged": ADD, "port/20/tagged/31": ADD,
                "vlan/30": REMOVE, "vlan/30/name": REMOVE, "port/20/tagged/30": REMOVE,
            },
        ),
        # What needs no order goes along, with the removal where there is nothing else.
        (
            {"vlan/998": True, "port/1/description": "x", "syslog/server/A": True},
            {"port/1/description": "y"},
            {"vlan/998": REMOVE, "port/1/description": REMOVE, "syslog/server/A": REMOVE},
        ),
        ({"hostname": "a"}, {"hostname": "b"}, {"hostname": ADD}),
        # A VLAN that a port keeps as its own leaves the list with the move.
        (
            {**VLANS, "port/1/tagged/30": True, "port/1/untagged": "31", "port/20/tagged/31": True},
            {**VLANS, "port/1/untagged": "30"},
            {"port/1/tagged/30": ADD, "port/1/untagged": ADD, "port/20/tagged/31": REMOVE},
        ),
        # A trunk becomes an access port: nothing of it before the last pass.
        (
            {**VLANS, "port/7/mode": "trunk", "port/7/tagged/30": True},
            {**VLANS, "port/7/mode": "access", "port/7/access_vlan": "31", "vlan/40": True},
            {"port/7/mode": REMOVE, "port/7/tagged/30": REMOVE, "port/7/access_vlan": REMOVE, "vlan/40": ADD},
        ),
        # And the reverse.
        (
            {**VLANS, "port/7/mode": "access", "port/7/access_vlan": "31"},
            {**VLANS, "port/7/mode": "trunk", "port/7/tagged/30": True},
            {"port/7/mode": ADD, "port/7/tagged/30": ADD, "port/7/access_vlan": ADD},
        ),
        # A LAG and its members, old and new, are one.
        (
            {**VLANS, "port/5/tagged/30": True, "port/8/tagged/30": True},
            {**VLANS, "port/5/lag": "Lag9", "port/6/lag": "Lag9", "port/Lag9": True, "port/Lag9/tagged/30": True},
            {
                "port/5/tagged/30": ADD, "port/5/lag": ADD, "port/6/lag": ADD, "port/Lag9": ADD,
                "port/Lag9/tagged/30": ADD, "port/8/tagged/30": REMOVE,
            },
        ),
        # "All" with exceptions: one exception less is more, one more is less.
        (
            {**VLANS, "port/7/mode": "trunk", "port/7/tagged/all": True, "port/7/tagged/except 30": True},
            {**VLANS, "port/7/mode": "trunk", "port/7/tagged/all": True},
            {"port/7/tagged/except 30": ADD},
        ),
        # A list instead of "all" takes everything else away, whatever it adds.
        (
            {**VLANS, "port/7/mode": "trunk", "port/7/tagged/all": True},
            {**VLANS, "port/7/mode": "trunk", "port/7/tagged/3": True, "port/7/tagged/30": True},
            {"port/7/tagged/all": REMOVE, "port/7/tagged/3": REMOVE, "port/7/tagged/30": REMOVE},
        ),
        (
            {**VLANS, "port/7/mode": "trunk", "port/7/tagged/3": True},
            {**VLANS, "port/7/mode": "trunk", "port/7/tagged/all": True},
            {"port/7/tagged/all": ADD, "port/7/tagged/3": ADD},
        ),
        # VLANs that are shut and opened.
        (
            {**VLANS, "vlan/30/shutdown": True},
            {**VLANS, "vlan/31/shutdown": True},
            {"vlan/30/shutdown": ADD, "vlan/31/shutdown": REMOVE},
        ),
        # Spanning tree of a VLAN goes with it; an interface, too, unless an address comes that it may have had.
        (
            {"vlan/30": True, "stp/vlan/30": True, "svi/30": True, "svi/30/address": "10.1.30.1/24"},
            {"vlan/31": True},
            {"vlan/31": ADD, "vlan/30": REMOVE, "stp/vlan/30": REMOVE, "svi/30": REMOVE, "svi/30/address": REMOVE},
        ),
        (
            {"vlan/30": True, "svi/30": True, "svi/30/address": "10.1.30.1/24"},
            {"vlan/31": True, "svi/31": True, "svi/31/address": "10.1.30.1/24"},
            {
                "vlan/31": ADD, "svi/31": ADD, "svi/31/address": ADD, "svi/30": ADD, "svi/30/address": ADD,
                "vlan/30": REMOVE,
            },
        ),
        # An access list goes no earlier than what refers to it.
        (
            {"vlan/30": True, "vlan/30/acl/ip in": "GAST", "acl/ip/GAST": ("deny ip any any",), "acl/ip/B": ("x",)},
            {"vlan/31": True},
            {
                "vlan/31": ADD, "vlan/30": REMOVE, "vlan/30/acl/ip in": REMOVE, "acl/ip/GAST": REMOVE,
                "acl/ip/B": ADD,
            },
        ),
    ],
)  # fmt: skip
def test_passes(before: dict[str, Value], after: dict[str, Value], expected: dict[str, Pass]) -> None:
    """What is new, what goes, and what goes along."""
    assert _passes(before, after) == expected


def test_the_way_in_is_a_pass_of_its_own() -> None:
    """What changes or goes elsewhere may be what it leans on, and waits for it; what is new is there first."""
    found = _passes(
        {**VLANS, "port/24/native_vlan": "1", "port/24/mode": "trunk", "port/24/tagged/3": True, "user/alt": "x"},
        {
            **VLANS, "port/24/native_vlan": "999", "port/24/mode": "trunk", "port/24/tagged/3": True,
            "port/24/tagged/30": True, "acl/ip/NEU": ("permit ip any any",), "port/1/description": "a",
        },
        "port/24/native_vlan",
    )  # fmt: skip
    assert found == {
        "port/24/native_vlan": WAY, "port/24/tagged/30": ADD, "acl/ip/NEU": ADD, "port/1/description": ADD,
        "user/alt": WAY,
    }  # fmt: skip


def test_an_interface_that_is_the_way_in_takes_the_others_along() -> None:
    """Addresses may move between them."""
    found = _passes(
        {**VLANS, "svi/3": True, "svi/3/address": "10.1.3.2/24"},
        {**VLANS, "svi/3": True, "svi/3/address": "10.1.3.3/24", "svi/30": True, "gateway": "10.1.3.1"},
        "svi/3/address",
        "gateway",
    )
    assert set(found.values()) == {WAY}


def test_a_rebuilt_uplink_takes_everything_new_along() -> None:
    """Until it is rebuilt the switch's own ports would be in a VLAN that it does not carry."""
    found = _passes(
        {"vlan/3": True, "port/24/mode": "access", "port/24/access_vlan": "3", "port/9/tagged/40": True},
        {
            "vlan/3": True, "vlan/31": True, "port/1/access_vlan": "31",
            "port/24/mode": "trunk", "port/24/tagged/3": True, "port/24/tagged/31": True,
        },
        "port/24/mode",
        "port/24/access_vlan",
    )  # fmt: skip
    assert found.pop("port/9/tagged/40") is REMOVE
    assert set(found.values()) == {WAY}


def test_the_management_vlan_off_an_uplink_is_the_way_in() -> None:
    """Another uplink carries it, or the guard would have refused."""
    found = _passes(
        {**VLANS, "port/24/tagged/3": True, "port/24/tagged/30": True}, {**VLANS}, "port/24/tagged/3"
    )  # fmt: skip
    assert found == {"port/24/tagged/3": WAY, "port/24/tagged/30": REMOVE}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        # The switches below come tagged before and after: no matter for them.
        ({"port/20/native_vlan": "1"}, {"port/20/native_vlan": "999"}, ADD),
        ({}, {"port/20/native_vlan": "3"}, WAY),
        ({}, {"port/20/shutdown": True}, WAY),
        ({"port/20/lag_mode": "on"}, {"port/20/lag_mode": "active"}, WAY),
        ({}, {"port/20/description": "x"}, ADD),
        # A port that leads to no switch.
        ({}, {"port/19/shutdown": True}, ADD),
    ],
)
def test_the_way_to_switches_below(before: dict[str, Value], after: dict[str, Value], expected: Pass) -> None:
    """Their ends first, then ours: farthest first."""
    link: dict[str, Value] = {**VLANS, "port/20/mode": "trunk", "port/20/tagged/3": True}
    assert set(_passes({**link, **before}, {**link, **after}).values()) == {expected}


def test_members_of_a_lag_towards_switches_below_are_on_their_way() -> None:
    """Also the one that leaves it."""
    before = {**VLANS, "port/5/lag": "Lag2", "port/6/lag": "Lag2", "port/Lag2/tagged/3": True}
    after = {**VLANS, "port/5/lag": "Lag2", "port/Lag2/tagged/3": True}
    assert _passes(before, after) == {"port/6/lag": WAY}
