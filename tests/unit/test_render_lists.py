"""Lists of VLANs and ports, addresses, access lists and time zones, as switches print them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campusctl.model.intent import AclIntent, PortIntent, SwitchIntent, VlanIntent
from campusctl.render import lists
from campusctl.render.values import RefusedValueError


def device(**changes: object) -> SwitchIntent:
    """A small ProCurve."""
    port = PortIntent(name="1", role="pc", vlan=30)
    base = SwitchIntent(
        name="s042-r101-sw01",
        school="schule-042",
        dialect="hp_procurve",
        model="J9776A",
        location="schule-042/A/1/R101",
        management_vlan=3,
        address="10.42.3.11/24",
        gateway="10.42.3.1",
        vlans=(VlanIntent(id=3, name="Management"), VlanIntent(id=30, name="Schueler")),
        ports=(port,),
    )
    return base.model_copy(update=changes)


@pytest.mark.parametrize(
    ("ids", "shortest", "shown"),
    [
        ([], 2, ""),
        ([7], 2, "7"),
        ([3, 1, 2, 2], 2, "1-3"),
        ([7, 8], 2, "7-8"),
        ([7, 8], 3, "7,8"),
        ([1, 3, 4, 5, 4094], 3, "1,3-5,4094"),
    ],
)
def test_vlan_list(ids: list[int], shortest: int, shown: str) -> None:
    """Ascending, doubles once, ranges from the length the dialect prints."""
    assert lists.vlan_list(ids, shortest) == shown


@settings(max_examples=100, deadline=None)
@given(st.sets(st.integers(1, 4094)))
def test_vlan_list_says_every_vlan_once(ids: set[int]) -> None:
    """Reading the list back gives the set."""
    found: list[int] = []
    for part in filter(None, lists.vlan_list(ids).split(",")):
        low, _, high = part.partition("-")
        found.extend(range(int(low), int(high or low) + 1))
    assert found == sorted(ids)


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        ((), ""),
        (("1",), "1"),
        (("1", "2", "3", "5"), "1-3,5"),
        (("A23", "A24", "B1", "B2"), "A23-A24,B1-B2"),
        (("1/47", "1/48", "2/1", "Trk1", "Trk2"), "1/47-1/48,2/1,Trk1-Trk2"),
        (("9", "10", "11"), "9-11"),
        (("1/A1", "1/A2", "mgmt"), "1/A1-1/A2,mgmt"),
    ],
)
def test_port_list(names: tuple[str, ...], shown: str) -> None:
    """A range never crosses a slot or a member of the stack."""
    assert lists.port_list(names) == shown


def test_memberships_leave_out_the_members_of_a_lag() -> None:
    """The LAG stands for its members; every VLAN is there, empty ones too."""
    ports = (
        PortIntent(name="1", role="pc", vlan=30, voice_vlan=3),
        PortIntent(name="2", role="uplink", lag="Trk1"),
        PortIntent(name="3", role="unused"),
    )
    lag = PortIntent(name="Trk1", role="uplink", mode="trunk", vlan=1, tagged=(3, 30))
    found = lists.memberships(device(ports=ports, lags=(lag,)))
    assert found == {1: ("3,Trk1", ""), 3: ("", "1,Trk1"), 30: ("1", "Trk1")}


def test_port_with_a_vlan_the_switch_lacks_is_refused() -> None:
    """Better no text than one in which the port silently stays in VLAN 1."""
    with pytest.raises(RefusedValueError, match="VLAN 99 is on a port"):
        lists.memberships(device(ports=(PortIntent(name="1", role="pc", vlan=99),)))


def test_address_is_split_as_dialects_need_it() -> None:
    """IOS wants a mask, AOS-CX a length."""
    assert lists.ip_part("10.42.3.11/24") == "10.42.3.11"
    assert lists.netmask("10.42.3.11/20") == "255.255.240.0"
    assert lists.prefix("10.42.3.11/24") == "10.42.3.11/24"
    with pytest.raises(RefusedValueError):
        lists.prefix("10.42.3.11/24\nno vlan 3")


@pytest.mark.parametrize(
    ("entries", "kind"),
    [
        (("remark permit tcp", "permit 10.0.0.0 0.255.255.255", "deny any"), "standard"),
        (("permit host 10.0.0.1 log",), "standard"),
        (("permit tcp 10.0.0.0 0.255.255.255 any eq 22", "deny any"), "extended"),
        (("permit ip any any",), "extended"),
    ],
)
def test_kind_of_access_list(entries: tuple[str, ...], kind: str) -> None:
    """Standard lists name a source only."""
    assert lists.acl_kind(entries) == kind


def test_management_list_becomes_authorized_managers() -> None:
    """ArubaOS-Switch puts no access list before its own services."""
    entries = ("permit 10.42.3.0 0.0.0.255", "permit host 10.1.1.1", "permit 10.9.0.0/16", "deny any")
    found = lists.managers(device(acls=(AclIntent(name="MGMT", entries=entries),), management_acl="MGMT"))
    assert found == ("10.42.3.0 255.255.255.0", "10.1.1.1 255.255.255.255", "10.9.0.0 255.255.0.0")


@pytest.mark.parametrize("entry", ["deny 10.0.0.0 0.0.0.255", "permit tcp any any eq 22", "permit any"])
def test_management_list_that_cannot_be_said_is_refused(entry: str) -> None:
    """Leaving an entry out would open or close the management."""
    acl = AclIntent(name="MGMT", entries=(entry,))
    with pytest.raises(RefusedValueError, match="authorized manager"):
        lists.managers(device(acls=(acl,), management_acl="MGMT"))


def test_missing_management_list_is_refused() -> None:
    """An access class without a list would lock nobody out or everybody."""
    with pytest.raises(RefusedValueError, match="not among"):
        lists.managers(device(management_acl="MGMT"))


def test_unknown_zone_names_the_known_ones() -> None:
    """The hint lists what can be said."""
    with pytest.raises(RefusedValueError) as refused:
        lists.zone("Mars/Olympus")
    assert "Europe/Berlin" in refused.value.hint
