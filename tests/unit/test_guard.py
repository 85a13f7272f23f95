"""The guard: what cuts the management path is refused, what touches it needs a revert."""

import pytest

from campusctl.engine.guard import carries, infer, judge
from campusctl.model.plan import ManagementPath
from campusctl.model.setting import Edit, Path, State, Value

_BASE: dict[Path, Value] = {
    ("hostname",): "s042-a1-sw02",
    ("vlan", "3"): True,
    ("vlan", "10"): True,
    ("svi", "3"): True,
    ("svi", "3", "address"): "10.42.3.12/24",
    ("gateway",): "10.42.3.1",
    ("user", "campus"): "privilege 15",
    ("port", "up1", "mode"): "trunk",
    ("port", "up1", "tagged", "3"): True,
    ("port", "up1", "tagged", "10"): True,
    ("port", "p7", "access_vlan"): "10",
    ("acl", "standard", "MGMT"): ("permit 10.0.0.0 0.255.255.255",),
    ("vty", "0 4", "access-class"): "MGMT in",
}
_PATH = ManagementPath(vlan="3", uplinks=("up1",), user="campus")


def _edit(path: Path, after: Value | None) -> Edit:
    return Edit(path, _BASE.get(path), after)


_TOUCHING = [
    _edit(("gateway",), "10.42.3.254"),
    _edit(("svi", "3", "address"), "10.42.3.99/24"),
    _edit(("user", "campus"), "privilege 1"),
    _edit(("port", "up1", "native_vlan"), "999"),
    _edit(("vty", "0 4", "transport input"), "telnet"),
    _edit(("acl", "standard", "MGMT"), ("deny any",)),
    _edit(("aaa", "authentication login default"), "group tacacs+"),
]
_HARMLESS = [
    _edit(("port", "p7", "access_vlan"), "3"),
    _edit(("port", "up1", "description"), "to the core"),
    _edit(("port", "up1", "tagged", "10"), None),
    _edit(("port", "up1", "tagged", "20"), True),
    _edit(("vlan", "20"), True),
    _edit(("svi", "3", "description"), "management"),
    _edit(("acl", "standard", "OTHER"), ("deny any",)),
    _edit(("user", "helper"), "privilege 1"),
]
_CUTTING = [
    _edit(("gateway",), None),
    _edit(("svi", "3"), None),
    _edit(("svi", "3", "address"), None),
    _edit(("svi", "3", "shutdown"), True),
    _edit(("vlan", "3"), None),
    _edit(("user", "campus"), None),
    _edit(("port", "up1", "tagged", "3"), None),
    _edit(("port", "up1", "shutdown"), True),
    _edit(("port", "up1", "mode"), "access"),
]


@pytest.mark.parametrize("edit", _TOUCHING, ids=str)
def test_what_touches_the_path_needs_an_armed_revert(edit: Edit) -> None:
    """Refused without a revert; allowed and named with one."""
    refused = judge(State(_BASE), [edit], _PATH).refused
    assert [item.edit for item in refused] == [edit]
    verdict = judge(State(_BASE), [edit], _PATH, revert_armed=True)
    assert (verdict.allowed, verdict.touches, verdict.refused) == ((edit,), (edit,), ())


@pytest.mark.parametrize("edit", _HARMLESS, ids=str)
def test_what_is_beside_the_path_is_allowed(edit: Edit) -> None:
    """No revert is needed for it."""
    verdict = judge(State(_BASE), [edit], _PATH)
    assert (verdict.allowed, verdict.touches) == ((edit,), ())


@pytest.mark.parametrize("edit", _CUTTING, ids=str)
@pytest.mark.parametrize("path", [_PATH, None], ids=["inventory", "inferred"])
def test_what_cuts_the_path_is_refused_always(edit: Edit, path: ManagementPath | None) -> None:
    """Also with a revert armed, and also when the path is only inferred from the configuration."""
    verdict = judge(State(_BASE), [edit], path, revert_armed=True)
    assert verdict.allowed == ()
    assert verdict.refused[0].edit == edit


def test_new_gateway_beside_the_path_is_allowed_when_two_files_are_compared() -> None:
    """It replaces the old one in place, and nobody said that this is our path."""
    edit = _edit(("gateway",), "10.42.3.254")
    assert judge(State(_BASE), [edit], None).allowed == (edit,)


def test_moving_to_another_uplink_keeps_at_least_one() -> None:
    """The management VLAN may leave one of two uplinks, not both."""
    second: dict[Path, Value] = {("port", "up2", *path[2:]): value for path, value in _BASE.items() if "up1" in path}
    both = State({**_BASE, **second})
    one = Edit(("port", "up1", "tagged", "3"), True, None)
    other = Edit(("port", "up2", "tagged", "3"), True, None)
    assert judge(both, [one], None).allowed == (one,)
    assert judge(both, [one, other], None).allowed == ()


def test_vlan_stays_while_an_interface_with_its_address_stays() -> None:
    """Deleting VLAN 10 under an SVI that remains is refused."""
    state = State({**_BASE, ("svi", "10"): True, ("svi", "10", "address"): "10.42.10.1/24"})
    edit = Edit(("vlan", "10"), True, None)
    assert judge(state, [edit], _PATH).refused[0].reason == "VLAN 10 is still in use"


def test_path_is_inferred_from_the_gateway_or_the_only_address() -> None:
    """Several addressed interfaces without a gateway leave it unknown."""
    two = {("svi", "3", "address"): "10.42.3.12/24", ("svi", "9", "address"): "10.42.9.1/24"}
    assert infer(State({**two, ("gateway",): "10.42.9.254"})).vlan == "9"
    assert infer(State(two)).vlan == ""
    assert infer(State({("svi", "9", "address"): "dhcp"})).vlan == "9"


def test_last_address_of_a_router_is_kept() -> None:
    """With several interfaces and no gateway at least one address stays."""
    two: dict[Path, Value] = {("svi", "3", "address"): "10.42.3.12/24", ("svi", "9", "address"): "10.42.9.1/24"}
    edits = [Edit(path, value, None) for path, value in two.items()]
    assert judge(State(two), edits[:1], None).allowed == tuple(edits[:1])
    assert judge(State(two), edits, None).allowed == ()


def test_what_a_port_carries() -> None:
    """Access, trunk with a list, trunk of all, native, shut, LAG member, ProCurve tagged."""
    state = State(
        {
            ("port", "a", "access_vlan"): "10",
            ("port", "t", "mode"): "trunk",
            ("port", "l", "mode"): "trunk",
            ("port", "l", "tagged", "20"): True,
            ("port", "s", "mode"): "trunk",
            ("port", "s", "shutdown"): True,
            ("port", "m", "lag"): "Trk1",
            ("port", "p", "untagged"): "5",
            ("port", "p", "tagged", "6"): True,
        }
    )
    found = {port: [vlan for vlan in ("5", "6", "10", "20") if carries(state, port, vlan)] for port in "atlsmp"}
    assert found == {"a": ["10"], "t": ["5", "6", "10", "20"], "l": ["20"], "s": [], "m": [], "p": ["5", "6"]}
