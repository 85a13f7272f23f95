"""A part of what differs is changed alone, and only where it can stand alone: in every dialect."""

import pytest

from campusctl.drivers.switch import dialects
from campusctl.drivers.switch.compare import Difference, compare_states
from campusctl.model.command import CommandKind
from campusctl.model.plan import ManagementPath
from campusctl.model.secret import MASK

IOS_RUNNING = """\
hostname sw
vlan 3
 name MGMT
vlan 998
 name Test
interface GigabitEthernet1/0/2
 switchport access vlan 998
 switchport mode access
interface GigabitEthernet1/0/3
 description TEST
 switchport access vlan 3
 switchport mode access
logging host 10.9.9.9
snmp-server community alt RO
end
"""
IOS_INTENDED = """\
hostname sw
vlan 3
 name MGMT
vlan 60
 name MEDIEN
interface GigabitEthernet1/0/2
 switchport access vlan 60
 switchport mode access
interface GigabitEthernet1/0/3
 switchport access vlan 60
 switchport mode access
ip access-list standard MGMT
 permit 10.0.0.0 0.0.0.255
line vty 0 4
 access-class MGMT in
snmp-server community neu RO
end
"""
CX_RUNNING = """\
hostname sw
vlan 3
    name MGMT
interface 1/1/3
    no shutdown
    description TEST
    vlan access 3
logging 10.9.9.9
"""
CX_INTENDED = """\
hostname sw
vlan 3
    name MGMT
vlan 60
    name MEDIEN
interface 1/1/3
    no shutdown
    vlan access 60
"""
PROCURVE_RUNNING = """\
hostname "sw"
logging 10.9.9.9
interface 3
   name "TEST"
   exit
vlan 1
   name "DEFAULT_VLAN"
   no untagged 3
   exit
vlan 3
   name "MGMT"
   untagged 3
   exit
"""
PROCURVE_INTENDED = """\
hostname "sw"
vlan 1
   name "DEFAULT_VLAN"
   no untagged 3
   exit
vlan 3
   name "MGMT"
   exit
vlan 60
   name "MEDIEN"
   untagged 3
   exit
"""
TEXTS = {
    "cisco_ios": (IOS_RUNNING, IOS_INTENDED),
    "aruba_aoscx": (CX_RUNNING, CX_INTENDED),
    "hp_procurve": (PROCURVE_RUNNING, PROCURVE_INTENDED),
}


def compared(dialect: str, *only: tuple[str, ...]) -> Difference:
    """The two texts of a dialect, limited to these paths."""
    speaks = dialects.get(dialect)
    before, after = (
        speaks.parse(text, {}, side) for text, side in zip(TEXTS[dialect], ("device", "intended"), strict=True)
    )
    return compare_states(
        speaks,
        before,
        after,
        management=ManagementPath(vlan="3", user="campus"),
        revert_armed=True,
        only=frozenset(only),
    )


def lines(found: Difference) -> list[str]:
    """What is sent, without the way into contexts and out of them."""
    return [command.text for command in found.commands if command.kind not in (CommandKind.ENTER, CommandKind.EXIT)]


@pytest.mark.parametrize("dialect", TEXTS)
def test_one_setting_is_changed_and_no_other(dialect: str) -> None:
    """A log server goes; VLANs and descriptions stay as they are."""
    found = compared(dialect, ("syslog", "server", "10.9.9.9"))
    assert [edit.path for edit in found.edits] == [("syslog", "server", "10.9.9.9")]
    assert len(lines(found)) == 1
    assert "10.9.9.9" in lines(found)[0]
    assert not found.refused


@pytest.mark.parametrize("dialect", TEXTS)
def test_a_vlan_comes_with_its_name(dialect: str) -> None:
    """The parts of a whole are chosen with it."""
    found = compared(dialect, ("vlan", "60"))
    assert {edit.path for edit in found.edits} == {("vlan", "60"), ("vlan", "60", "name")}
    assert any("MEDIEN" in line for line in lines(found) or [c.text for c in found.commands])


@pytest.mark.parametrize(
    ("dialect", "path"),
    [
        ("cisco_ios", ("port", "GigabitEthernet1/0/3", "access_vlan")),
        ("aruba_aoscx", ("port", "1/1/3", "access_vlan")),
        ("hp_procurve", ("port", "3", "untagged")),
    ],
)
def test_a_port_gets_no_vlan_that_the_switch_lacks(dialect: str, path: tuple[str, ...]) -> None:
    """The VLAN is a finding of its own; with it, the port follows."""
    alone = compared(dialect, path)
    assert (alone.edits, alone.commands) == ((), ())
    assert "VLAN 60 is not on the switch" in alone.refused[0].reason
    assert [edit.path for edit in alone.refused_edits] == [path]
    both = compared(dialect, path, ("vlan", "60"))
    assert path in {edit.path for edit in both.edits}
    assert not both.refused


def test_a_vlan_that_a_port_still_has_stays() -> None:
    """The dialect is given what would really stand, so it refuses as it always does."""
    found = compared("cisco_ios", ("vlan", "998"))
    assert lines(found) == []
    assert found.refused


def test_a_list_is_not_named_before_it_is_there() -> None:
    """An access list that is not on the switch would let everybody in, or nobody."""
    vty = next(edit.path for edit in compared("cisco_ios").edits if edit.path[0] == "vty")
    found = compared("cisco_ios", vty)
    assert lines(found) == []
    assert "access list MGMT is not on the switch" in found.refused[0].reason


def test_a_secret_in_a_path_is_chosen_by_its_mask() -> None:
    """A plan holds shown paths; both communities stand there as the same mask."""
    found = compared("cisco_ios", ("snmp", "community", MASK))
    assert len(found.edits) == 2
    assert all(edit.path[:2] == ("snmp", "community") for edit in found.edits)


@pytest.mark.parametrize("dialect", TEXTS)
def test_no_choice_is_everything(dialect: str) -> None:
    """And a choice of nothing that differs is nothing."""
    everything = compared(dialect)
    assert {edit.path[0] for edit in everything.edits} >= {"vlan", "port", "syslog"}
    nothing = compared(dialect, ("hostname",))
    assert (nothing.edits, nothing.commands, nothing.refused) == ((), (), ())


@pytest.mark.parametrize("dialect", TEXTS)
def test_every_setting_alone_reaches_what_it_promises(dialect: str) -> None:
    """The translation of each chosen edit is made for a state with that edit and no other."""
    speaks = dialects.get(dialect)
    for edit in compared(dialect).edits:
        found = compared(dialect, edit.path)
        target = found.before.edited(found.edits)
        assert [other.path for other in found.edits if other.path[: len(edit.path)] != edit.path] == []
        again = compare_states(speaks, target, target, management=None, revert_armed=True)
        assert not again.edits
