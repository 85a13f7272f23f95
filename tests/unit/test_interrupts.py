"""Whose traffic stops for a moment."""

from pathlib import Path as FilePath

import pytest

from campusctl.drivers.switch import dialects
from campusctl.engine.interrupts import _RULES, Scope, interruptions, interrupts
from campusctl.model.plan import ManagementPath
from campusctl.model.setting import Edit, Path, State, Value

CASES = FilePath(__file__).parents[1] / "cases"

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


# -- what else stops traffic -----------------------------------------------------------------------------------------

SWITCH = State(
    {
        ("vlan", "3"): True,
        ("vlan", "3", "name"): "MGMT",
        ("vlan", "30"): True,
        ("vlan", "30", "name"): "SCHUELER",
        ("vlan", "60"): True,
        ("vlan", "998"): True,
        ("port", "1/1/1", "access_vlan"): "30",
        ("port", "1/1/2", "access_vlan"): "30",
        ("port", "1/1/2", "poe"): "high",
        ("port", "1/1/3", "access_vlan"): "60",
        ("port", "1/1/3", "shutdown"): True,
        ("port", "1/1/3", "poe"): "off",
        ("port", "1/1/4", "acl_in"): "GAST",
        ("port", "1/1/48", "mode"): "trunk",
        ("port", "1/1/48", "tagged", "3"): True,
        ("port", "1/1/48", "tagged", "30"): True,
        ("port", "1/1/49", "lag"): "lag 1",
        ("port", "1/1/49", "description"): "s042-a1-sw01",
        ("port", "lag 1", "mode"): "trunk",
        ("port", "lag 1", "tagged", "all"): True,
        ("svi", "3"): True,
        ("svi", "3", "address"): "10.42.3.13/24",
        ("svi", "30"): True,
        ("svi", "30", "acl", "in"): "SCHUELER-IN",
        ("gateway",): "10.42.3.1",
        ("acl", "extended", "MGMT"): ("permit ip any any",),
        ("vty", "0 4", "access-class in"): "MGMT",
        ("free", "route-map X permit 10", "match ip address POLICY"): True,
        ("free", "interface 1/1/2", "service-policy input ACLNAME"): True,
    }
)
PATH = ManagementPath(vlan="3", uplinks=("lag 1",), user="campus")
UP = "1/1/49 (s042-a1-sw01, uplink, all behind it)"


@pytest.mark.parametrize(
    ("path", "before", "after", "found"),
    [
        # Nobody's traffic: names, and whom the switch tells or asks.
        *[
            (path, before, after, ())
            for path in (
                ("hostname",), ("domain",), ("timezone",), ("banner", "motd"), ("vlan", "30", "name"),
                ("vlan", "30", "description"), ("svi", "30", "description"), ("port", "1/1/1", "description"),
                ("snmp", "community", "~ab"), ("snmp", "host", "10.0.0.1"), ("ntp", "server", "10.0.0.1"),
                ("sntp", "server", "10.0.0.1"), ("dns", "server", "10.0.0.1"), ("syslog", "server", "10.0.0.1"),
                ("user", "gast"), ("user", "gast", "secret"), ("enable", "secret"), ("vty", "0 4", "exec-timeout"),
                ("line", "con 0", "exec-timeout"), ("aaa", "authentication login default"), ("radius", "host", "A"),
                ("ssh", "acl", "ip"), ("tacacs", "host", "A"), ("authorized_managers", "10.0.0.0 255.0.0.0"),
                ("console", "idle_timeout"), ("web", "idle_timeout"), ("loop_protect", "disable_timer"),
                ("lldp", "timer"), ("port", "1/1/1", "lldp_transmit"), ("port", "1/1/1", "rate_limit_broadcast"),
                ("stp", "bpduguard_timeout"),
            )
            for before, after in (("a", "b"), (None, "b"), ("a", None))
        ],
        # Ports.
        (("port", "Port-channel1"), None, True, ()),
        (("port", "Port-channel1"), True, None, ("Port-channel1",)),
        (("port", "1/1/1", "voice_vlan"), None, "20", ("1/1/1",)),
        (("port", "1/1/1", "speed"), None, "100-full", ("1/1/1",)),
        (("port", "1/1/1", "mtu"), None, "9198", ("1/1/1",)),
        (("port", "1/1/1", "something_new"), None, "x", ("1/1/1",)),
        (("port", "1/1/3", "something_new"), None, "x", ()),
        (("port", "1/1/1", "stp_edge"), None, True, ()),
        (("port", "1/1/49", "stp_edge"), None, True, (UP,)),
        (("port", "1/1/1", "stp_bpduguard"), None, True, ("1/1/1",)),
        (("port", "1/1/1", "stp_bpduguard"), True, None, ()),
        (("port", "1/1/1", "stp_bpdufilter"), True, None, ("1/1/1",)),
        (("port", "1/1/1", "stp_cost"), None, "20000", ("1/1/1",)),
        (("port", "1/1/1", "loop_protect"), None, True, ("1/1/1",)),
        (("port", "1/1/1", "dhcpv4_snooping_trust"), None, True, ()),
        (("port", "1/1/1", "dhcpv4_snooping_trust"), True, None, ("1/1/1",)),
        (("port", "1/1/1", "acl_in"), None, "X", ("1/1/1",)),
        (("port", "1/1/1", "address", "secondary", "10.0.0.1/24"), None, True, ()),
        (("port", "1/1/1", "address"), None, "10.0.0.1/24", ("1/1/1",)),
        (("port", "1/1/49", "shutdown"), None, True, (UP,)),
        (("port", "lag 1", "shutdown"), None, True, ("lag 1 (uplink, all behind it)",)),
        (("port", "lag 1", "lag_mode"), "static", "active", ("lag 1 (uplink, all behind it)",)),
        # Power.
        (("port", "1/1/1", "poe"), None, "off", ("1/1/1",)),
        (("port", "1/1/1", "poe"), "off", None, ()),
        (("port", "1/1/2", "poe"), "high", "critical", ()),
        (("port", "1/1/2", "poe"), "high", None, ()),
        (("port", "1/1/2", "poe"), None, "static max 7000", ("1/1/2",)),
        (("port", "1/1/3", "poe"), None, "off", ()),
        # A trunk's VLANs.
        (("port", "1/1/48", "tagged", "60"), None, True, ()),
        (("port", "1/1/48", "tagged", "30"), True, None, ("1/1/48",)),
        (("port", "lag 1", "tagged", "all"), True, None, ()),
        (("port", "lag 1", "tagged", "none"), None, True, ()),
        (("port", "lag 1", "tagged", "except 30"), None, True, ("lag 1 (uplink, all behind it)",)),
        # VLANs: removed only where somebody uses them.
        (("vlan", "30"), True, None, ("VLAN 30 (SCHUELER)",)),
        (("vlan", "998"), True, None, ()),
        (("vlan", "31"), None, True, ()),
        (("vlan", "30", "shutdown"), None, True, ("VLAN 30 (SCHUELER)",)),
        (("vlan", "30", "shutdown"), True, None, ()),
        (("vlan", "30", "dhcp_snooping"), None, True, ("VLAN 30 (SCHUELER)",)),
        (("vlan", "31", "igmp"), None, True, ()),
        # Their interfaces.
        (("svi", "31"), None, True, ()),
        (("svi", "31", "address"), None, "10.0.0.1/24", ()),
        (("svi", "30"), True, None, ("VLAN 30 (SCHUELER)",)),
        (("svi", "30", "acl", "in"), "A", "B", ("VLAN 30 (SCHUELER)",)),
        (("svi", "30", "helper", "10.0.0.1"), None, True, ()),
        (("svi", "30", "address"), None, "10.42.30.1/24", ()),
        (("svi", "3", "address", "secondary", "10.9.0.1/24"), None, True, ()),
        (("svi", "30", "helper", "10.0.0.1"), True, None, ("VLAN 30 (SCHUELER)",)),
        (("svi", "30", "shutdown"), True, None, ()),
        (("svi", "3", "address"), "10.42.3.13/24", None, ("the switch's own address (interface of VLAN 3)",)),
        (("gateway",), "10.42.3.1", "10.42.3.2", ("the switch's own address (gateway)",)),
        (("gateway",), None, "10.42.3.2", ()),
        (("management_vlan",), "3", "4", ("the switch's own address (management vlan)",)),
        # The whole switch.
        (("route", "0.0.0.0/0", "10.0.0.1"), True, None, ("the whole switch (routing)",)),
        (("routing",), None, True, ("the whole switch (routing)",)),
        (("stp", "mode"), "mst", "rapid-pvst", ("the whole switch (spanning tree)",)),
        (("stp", "priority"), None, "4", ("the whole switch (spanning tree)",)),
        (("stp", "vlan", "30"), None, "4", ("the whole switch (spanning tree)",)),
        (("stp", "bpduguard_default"), None, True, ("the whole switch (spanning tree)",)),
        (("stp", "bpduguard_default"), True, None, ()),
        (("lldp", "enabled"), True, None, ("the whole switch (LLDP off)",)),
        (("lldp", "enabled"), None, "off", ("the whole switch (LLDP off)",)),
        (("lldp", "enabled"), "off", None, ()),
        (("lldp", "enabled"), None, True, ()),
        (("cdp", "enabled"), None, False, ("the whole switch (CDP off)",)),
        (("dhcp_snooping", "enabled"), None, True, ("the whole switch (dhcp snooping)",)),
        (("aaa", "authentication dot1x default"), None, "group radius", ("the whole switch (who may use a port)",)),
        (("something_new", "x"), None, True, ("the whole switch (something new)",)),
        # Access lists: whoever is behind them.
        (("acl", "extended", "MGMT"), ("a",), ("b",), ()),
        (("acl", "extended", "UNUSED"), ("a",), None, ()),
        (("acl", "extended", "GAST"), ("a",), ("b",), ("1/1/4",)),
        (("acl", "extended", "SCHUELER-IN"), None, ("b",), ("VLAN 30 (SCHUELER)",)),
        (("acl", "extended", "POLICY"), ("a",), ("b",), ("the whole switch (access list)",)),
        (("acl", "extended", "ACLNAME"), ("a",), ("b",), ("1/1/2",)),
        # Lines that no parser knows.
        (("free", "no ip http server"), None, True, ()),
        (("free", "service timestamps log datetime"), None, True, ()),
        (("free", "line vty 0 4", "escape-character 3"), None, True, ()),
        (("free", "interface 1/1/1", "load-interval 30"), None, True, ()),
        (("free", "interface 1/1/1", "storm-control broadcast level 1"), None, True, ("1/1/1",)),
        (("free", "interface 1/1/3", "storm-control broadcast level 1"), None, True, ()),
        (("free", "interface Vlan30", "ip policy route-map X"), None, True, ("VLAN 30 (SCHUELER)",)),
        (("free", "vlan 30", "private-vlan primary"), None, True, ("VLAN 30 (SCHUELER)",)),
        (("free", "vtp mode client"), None, True, ("the whole switch (line vtp)",)),
        (("free", "<<secret:x/y>> z"), None, True, ("the whole switch (unknown line)",)),
    ],
)  # fmt: skip
def test_whose_traffic_an_edit_stops(
    path: Path, before: Value | None, after: Value | None, found: tuple[str, ...]
) -> None:
    """One edit of each kind; docs/windows.md has the same table with the reasons."""
    assert interrupts(SWITCH, [_edit(path, before, after)], {}, PATH) == found


def test_a_list_where_there_was_none_takes_away_the_rest() -> None:
    """A trunk without a list carries everything; with the first VLAN of a list it carries only that one."""
    before = State({("vlan", "30"): True, ("vlan", "60"): True, ("port", "Gi1", "mode"): "trunk"})
    edits = [_edit(("port", "Gi1", "tagged", "60"), None, True)]
    assert interrupts(before, edits, {}) == ("Gi1",)
    assert interrupts(before, [*edits, _edit(("port", "Gi1", "tagged", "30"), None, True)], {}) == ()


def test_a_lag_that_is_being_made_has_nobody_behind_it() -> None:
    """Its members have."""
    edits = [
        _edit(("port", "lag 2"), None, True),
        _edit(("port", "lag 2", "mode"), None, "trunk"),
        _edit(("port", "1/1/1", "lag"), None, "lag 2"),
    ]
    assert interrupts(SWITCH, edits, {}, PATH) == ("1/1/1",)
    assert interrupts(SWITCH, edits[1:], {}, PATH) == ("1/1/1",)
    assert interrupts(SWITCH, [_edit(("port", "lag 1", "mode"), "trunk", "access")], {}) == ("lag 1",)


def test_a_vlan_that_leads_through_the_switch_is_used() -> None:
    """Two trunks that carry everything carry it from one to the other; one alone leads nowhere."""
    trunks = {("vlan", "30"): True, ("port", "1", "mode"): "trunk", ("port", "2", "mode"): "trunk"}
    edit = _edit(("vlan", "30"), True, None)
    (found,) = interruptions(State(trunks), [edit], {})
    assert (found.scope, found.ports) == (Scope.VLAN, ("1", "2"))
    assert interruptions(State({**trunks, ("port", "2", "shutdown"): True}), [edit], {}) == ()


def test_a_switch_that_asks_who_is_at_a_port_stops_with_its_login_rules() -> None:
    """With 802.1X the RADIUS server decides who works."""
    before = State({("free", "interface 1/1/1", "dot1x pae authenticator"): True})
    edit = _edit(("radius", "host", "10.0.0.1"), True, None)
    assert interrupts(before, [edit], {}) == ("the whole switch (who may use a port)",)


def test_a_revert_that_reboots_is_said_first() -> None:
    """Nobody works while a switch restarts."""
    edit = _edit(("port", "1/1/1", "access_vlan"), "30", "60")
    assert interrupts(SWITCH, [edit], {}, PATH, reboots=True) == ("the whole switch (its revert is a reboot)", "1/1/1")


def test_who_is_behind_an_interruption_is_data_too() -> None:
    """Scope and ports, for those who order and count."""
    edits = [
        _edit(("port", "1/1/1", "access_vlan"), "30", "60"),
        _edit(("gateway",), "10.42.3.1", "10.42.3.2"),
        _edit(("stp", "mode"), None, "mst"),
        _edit(("vlan", "30"), True, None),
    ]
    assert [(one.scope, one.ports) for one in interruptions(SWITCH, edits, {}, PATH)] == [
        (Scope.PORT, ("1/1/1",)),
        (Scope.MANAGEMENT, ()),
        (Scope.SWITCH, ()),
        (Scope.VLAN, ("1/1/1", "1/1/2", "1/1/48", "lag 1")),
    ]


@pytest.mark.parametrize("name", ["cisco_ios", "aruba_aoscx", "hp_procurve"])
def test_every_root_of_every_dialect_is_thought_of(name: str) -> None:
    """What the parsers find in the cases has a rule of its own; only what is new counts as unknown."""
    texts = [path.read_text() for path in sorted((CASES / name).glob("*/*.cfg"))]
    assert len(texts) > 60
    roots = {path[0] for text in texts for path in dialects.get(name).parse(text, None).settings}
    known = {"dhcp_snooping"}
    assert {root for root in roots if root not in _RULES} <= known
