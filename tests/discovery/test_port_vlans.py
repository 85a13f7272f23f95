"""The VLANs of a port, read from a configuration text of each dialect: the same facts whatever the words."""

import pytest

from campusctl.drivers.switch import dialects
from campusctl.engine.port_facts import port_facts
from campusctl.engine.port_vlans import PortVlans, port_vlans

IOS = """
hostname s1
vlan 30
 name SCHUELER
interface GigabitEthernet1/0/1
 switchport access vlan 30
 switchport mode access
 switchport voice vlan 90
 power inline never
 spanning-tree portfast
 spanning-tree bpduguard enable
interface GigabitEthernet1/0/2
 description s042-r101-ap01
 switchport trunk native vlan 3
 switchport trunk allowed vlan 3,40,50
 switchport mode trunk
interface GigabitEthernet1/0/3
 switchport trunk allowed vlan 40,50
 switchport mode trunk
interface GigabitEthernet1/0/4
 switchport mode trunk
interface GigabitEthernet1/0/5
 no switchport
interface GigabitEthernet1/0/6
 switchport trunk allowed vlan none
 switchport mode trunk
interface GigabitEthernet1/0/7
 channel-group 1 mode active
interface GigabitEthernet1/0/8
 shutdown
interface Port-channel1
 switchport trunk allowed vlan 1,3
 switchport mode trunk
"""
CX = """
hostname s1
vlan 30
interface 1/1/1
    no shutdown
    no routing
    vlan access 30
    no power-over-ethernet
    spanning-tree bpdu-guard
    spanning-tree port-type admin-edge
interface 1/1/2
    description s042-r101-ap01
    no shutdown
    no routing
    vlan trunk native 3
    vlan trunk allowed 3,40,50
interface 1/1/3
    no shutdown
    no routing
    vlan trunk native 1
    vlan trunk allowed 40,50
interface 1/1/4
    no shutdown
    no routing
    vlan trunk native 1
    vlan trunk allowed all
interface 1/1/6
    no shutdown
    no routing
    vlan trunk native 3 tag
    vlan trunk allowed 3
interface 1/1/7
    no shutdown
    lag 1
interface 1/1/8
    shutdown
    no routing
    vlan access 1
interface lag 1
    no shutdown
    no routing
    vlan trunk native 1
    vlan trunk allowed 1,3
    lacp mode active
"""
HP = """
hostname "s1"
trunk 7 trk1 lacp
interface 1
   no power-over-ethernet
   exit
interface 2
   name "s042-r101-ap01"
   exit
interface 8
   disable
   exit
vlan 1
   name "DEFAULT_VLAN"
   no untagged 1-2,6
   untagged 3,5,8,Trk1
   exit
vlan 3
   name "MGMT"
   untagged 2
   tagged 6,Trk1
   exit
vlan 30
   name "SCHUELER"
   untagged 1
   exit
vlan 40
   name "W"
   tagged 2-3
   exit
vlan 50
   name "X"
   tagged 2-3
   exit
spanning-tree
spanning-tree 1 admin-edge-port
spanning-tree 1 bpdu-protection
"""
PORT = {"cisco_ios": "GigabitEthernet1/0/{}", "aruba_aoscx": "1/1/{}", "hp_procurve": "{}"}
TEXT = {"cisco_ios": IOS, "aruba_aoscx": CX, "hp_procurve": HP}


def vlans(dialect: str, number: int) -> PortVlans:
    """What a port of the text has."""
    return port_vlans(dialects.get(dialect).parse(TEXT[dialect]), PORT[dialect].format(number))


@pytest.mark.parametrize("dialect", dialects.names())
def test_access_trunk_and_lag_member_are_read_alike(dialect: str) -> None:
    """An access port, a trunk whose native VLAN passes, one whose does not, and a member that has its LAG's."""
    assert vlans(dialect, 1) == PortVlans("access", 30, (), every=False)
    assert vlans(dialect, 2) == PortVlans("trunk", 3, (40, 50), every=False)
    untagged = 1 if dialect == "hp_procurve" else None
    assert vlans(dialect, 3) == PortVlans("trunk", untagged, (40, 50), every=False)
    assert vlans(dialect, 7) == PortVlans("trunk", 1, (3,), every=False)
    assert vlans(dialect, 8) == PortVlans("access", 1, (), every=False)
    assert vlans(dialect, 99) == PortVlans("access", 1, (), every=False)


def test_a_trunk_without_a_list_carries_everything() -> None:
    """IOS says so by saying nothing, AOS-CX says `all`."""
    for dialect in ("cisco_ios", "aruba_aoscx"):
        assert vlans(dialect, 4) == PortVlans("trunk", 1, (), every=True)


def test_what_takes_no_frame_without_a_tag() -> None:
    """A routed port, an empty list, a tagged native VLAN, a port that is in no VLAN untagged."""
    assert vlans("cisco_ios", 5) == PortVlans("routed", None, (), every=False)
    assert vlans("cisco_ios", 6) == PortVlans("trunk", None, (), every=False)
    assert vlans("aruba_aoscx", 6) == PortVlans("trunk", None, (3,), every=False)
    assert vlans("hp_procurve", 6) == PortVlans("trunk", None, (3,), every=False)


@pytest.mark.parametrize("dialect", dialects.names())
def test_facts_of_a_port_are_the_same_in_every_dialect(dialect: str) -> None:
    """VLANs, power, spanning tree, description, LAG."""
    facts = port_facts(dialects.get(dialect).parse(TEXT[dialect]))
    edge, trunk, member, shut = (facts[PORT[dialect].format(number)] for number in (1, 2, 7, 8))
    assert (edge.vlan, edge.edge, edge.bpduguard, edge.poe, edge.shutdown) == (30, True, True, False, False)
    assert edge.carried == ({90} if dialect == "cisco_ios" else frozenset())
    assert (trunk.vlan, trunk.tagged, trunk.description, trunk.poe) == (3, {40, 50}, "s042-r101-ap01", True)
    assert member.lag == {"cisco_ios": "Port-channel1", "aruba_aoscx": "lag 1", "hp_procurve": "Trk1"}[dialect]
    assert shut.shutdown
