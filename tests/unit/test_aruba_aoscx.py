"""The AOS-CX dialect in exact cases: text in, settings and commands out."""

from itertools import chain, combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campusctl.drivers.switch.compare import compare_texts
from campusctl.drivers.switch.dialects import _cx_acl
from campusctl.drivers.switch.dialects.aruba_aoscx import DIALECT
from campusctl.drivers.switch.rules import RevertKind
from campusctl.model.command import CommandKind

CASES = Path(__file__).parents[1] / "cases" / "aruba_aoscx"


def outcome(running: str, intended: str) -> list[str]:
    """Commands, then what is refused and what is unmanaged, one line each."""
    found = compare_texts(DIALECT, running, intended)
    return [
        *(command.text for command in found.commands),
        *(f"refused: {refused.command}: {refused.reason}" for refused in found.refused),
        *(f"unmanaged: {' / '.join(path[1:])}" for path in found.unmanaged),
    ]


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir()))
def test_case(case: str) -> None:
    """Two texts of a case give exactly its commands, and each text nothing against itself."""
    running, intended, commands = (
        (CASES / case / name).read_text() for name in ("running.cfg", "intended.cfg", "commands.txt")
    )
    assert "".join(f"{line}\n" for line in outcome(running, intended)) == commands
    assert outcome(running, running) == []
    assert outcome(intended, f"!\n{intended}") == []


def settings_of(text: str) -> dict[tuple[str, ...], object]:
    """What a text says."""
    return dict(DIALECT.parse(text).settings)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("vlan 10,20-22\n", "vlan 22\nvlan 20\nvlan 21\nvlan 10\n"),
        (
            "interface 1/1/1-1/1/3\n    description a\n",
            "".join(f"interface 1/1/{number}\n    description a\n" for number in "321"),
        ),
        ("interface lag1\n    no shutdown\n", "interface lag 1\n"),
        (
            "interface 1/1/1\nno shutdown\nvlan access 10\nexit\nhostname a\n",
            "hostname a\ninterface 1/1/1\n    vlan access 10\n",
        ),
        ("interface 1/1/1\n\tvlan access 10\n", "interface 1/1/1\r\n    vlan access 10\r\n"),
        ("banner motd ^Hallo^\n", "banner motd !\nHallo\n!\n"),
        ("banner motd #\nzwei\nZeilen#\n", "banner motd ^\nzwei\nZeilen\n^\n"),
        ("clock timezone Europe/Berlin\n", "clock timezone europe/berlin\n"),
        ('snmp-server system-location "Haus A"\n', "snmp-server system-location Haus A\n"),
        ("snmp-server community x\naccess-level rw\n", "snmp-server community x\n    access-level rw\n"),
        ("interface 1/1/1\n    lag 1\n    no routing\n    vlan access 10\n", "interface 1/1/1\n    lag 1\n"),
        ("interface vlan 1\n    no ip dhcp\n", ""),
        ("interface 1/1/1\n     no routing\n    vlan access 10\n", "interface 1/1/1\n    vlan access 10\n"),
        ("sw1# show running-config\nCurrent configuration:\n!\nhostname a\nsw1#\n", "hostname a\n"),
        (
            "access-list ip A\n    10 permit tcp 10.0.0.0/255.255.0.0 any eq ssh\n    20 permit udp any eq snmp any\n",
            "access-list ip A\n    10 permit tcp 10.0.0.0/16 any eq 22\n    20 permit udp any eq 161 any\n",
        ),
        (
            "interface vlan 3\n    ip address 10.0.3.1 255.255.255.0\n",
            "interface vlan 3\n    ip address 10.0.3.1/24\n    no shutdown\n",
        ),
        ("# a remark of a person\nhostname a\n", "hostname a\n"),
        ("spanning-tree mode mstp\nspanning-tree priority 8\nlldp\n", ""),
        (
            "user a group b password ciphertext AQBapXXXXXXXXXXXX\nYYYYYYYYYYYYYYYYYYYYYYYYYYYYY\n",
            "user a group b password ciphertext AQBapXXXXXXXXXXXXYYYYYYYYYYYYYYYYYYYYYYYYYYYYY\n",
        ),
        (
            "crypto pki ta-profile x\n    ta-certificate\n-----BEGIN X-----\nMIIB\n-----END X-----\n    END_OF_X\n",
            "",
        ),
    ],
)
def test_other_words_say_the_same(one: str, other: str) -> None:
    """Lists, ranges, defaults, quotes, delimiters, indentation and headers do not make a difference."""
    assert settings_of(one) == settings_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("interface 1/1/1\n    shutdown\n", "interface 1/1/1\n    no shutdown\n"),
        ("interface lag 1 multi-chassis\n", "interface lag 1\n"),
        (
            "access-list ip A\n    10 permit any any any\n    20 deny any any any\n",
            "access-list ip A\n    10 deny any any any\n    20 permit any any any\n",
        ),
        ("ip route 0.0.0.0/0 10.0.0.1\n", "ip route 0.0.0.0/0 10.0.0.1 vrf mgmt\n"),
        ("interface 1/1/1\n    vlan trunk native 1\n", "interface 1/1/1\n    vlan access 1\n"),
        ("logging 10.0.0.1\n", "logging 10.0.0.1 severity err\n"),
        ("interface 1/1/1\n    routing\n", "interface 1/1/1\n    no routing\n"),
    ],
)
def test_differences_are_seen(one: str, other: str) -> None:
    """What means something else is told apart."""
    assert settings_of(one) != settings_of(other)


def test_a_port_is_read_whole() -> None:
    """Every known line of a port becomes its setting; what nobody knows stays below its context."""
    text = (
        "interface 2/1/7\n    no shutdown\n    description Raum 101\n    mtu 9198\n    no routing\n"
        "    vlan trunk native 20 tag\n    vlan trunk allowed 20,30\n    spanning-tree bpdu-guard\n"
        "    no power-over-ethernet\n    apply access-list ip GAST in\n"
        "    aaa authentication port-access mac-auth\n        enable\n"
    )
    port = ("port", "2/1/7")
    assert settings_of(text) == {
        (*port, "description"): "Raum 101",
        (*port, "mtu"): "9198",
        (*port, "stp_bpduguard"): True,
        (*port, "poe"): "off",
        (*port, "acl", "ip in"): "GAST",
        ("free", "interface 2/1/7", "aaa authentication port-access mac-auth"): True,
        ("free", "interface 2/1/7", "aaa authentication port-access mac-auth", "enable"): True,
        (*port, "mode"): "trunk",
        (*port, "native_vlan"): "20",
        (*port, "native_tagged"): True,
        (*port, "tagged", "20"): True,
        (*port, "tagged", "30"): True,
    }


def test_only_the_single_default_route_is_the_gateway() -> None:
    """One default route is `gateway`; with a second one, or in a VRF, they are routes."""
    assert settings_of("ip route 0.0.0.0/0 10.0.0.1\n") == {("gateway",): "10.0.0.1"}
    assert settings_of("ip route 0.0.0.0/0 10.0.0.1\nip route 0.0.0.0/0 10.0.0.2 distance 5\n") == {
        ("route", "0.0.0.0/0", "10.0.0.1"): True,
        ("route", "0.0.0.0/0", "10.0.0.2"): "distance 5",
    }


def test_a_second_default_route_does_not_touch_the_first() -> None:
    """The gateway that becomes one of two routes is neither sent again nor taken away."""
    both = "ip route 0.0.0.0/0 10.0.0.1\nip route 0.0.0.0/0 10.0.0.2\n"
    one = "ip route 0.0.0.0/0 10.0.0.1\n"
    before, after = DIALECT.parse(one), DIALECT.parse(both)
    assert [command.text for command in DIALECT.translate(before, after).commands] == ["ip route 0.0.0.0/0 10.0.0.2"]
    back = DIALECT.translate(after, before)
    assert [command.text for command in back.commands] == ["no ip route 0.0.0.0/0 10.0.0.2"]


def test_secrets_are_compared_as_far_as_their_form_allows() -> None:
    """Plaintext differs from plaintext; ciphertext is never drift, only unchecked; nothing shows the text."""
    plain = compare_texts(
        DIALECT,
        "radius-server host 10.0.0.1 key plaintext eins\n",
        "radius-server host 10.0.0.1 key plaintext zwei\n",
    )
    assert [command.text for command in plain.commands] == [
        "radius-server host 10.0.0.1 key plaintext <<secret:intended/1>>"
    ]
    cipher = compare_texts(
        DIALECT,
        "user a group administrators password ciphertext AQBapA\n",
        "user a group administrators password plaintext geheim\n",
    )
    assert (cipher.edits, cipher.unchecked) == ((), (("user", "a", "secret"),))
    assert "geheim" not in repr(cipher)


def test_a_community_stands_in_no_path() -> None:
    """A community is a mask in its path, and a token in its command."""
    found = compare_texts(DIALECT, "", "snmp-server community streng-geheim\n    access-level rw\n    view alles\n")
    assert "streng-geheim" not in repr((found.edits, found.commands))
    assert [command.text for command in found.commands] == [
        "snmp-server community <<secret:intended/1>>",
        "access-level rw",
        "view alles",
        "exit",
    ]


def test_the_same_receiver_with_another_community_is_replaced() -> None:
    """A receiver is known by its address and version, so the old entry goes in the same breath."""
    line = "snmp-server host 10.0.0.1 trap version v2c community {} vrf mgmt\n"
    assert outcome(line.format("alt"), line.format("neu")) == [
        "no snmp-server host 10.0.0.1 trap version v2c community <<secret:device/1>> vrf mgmt",
        "snmp-server host 10.0.0.1 trap version v2c community <<secret:intended/1>> vrf mgmt",
    ]


def test_a_banner_is_sent_alone_between_marks_it_does_not_hold() -> None:
    """Banner and host name have their own kinds; every mark used up is refused."""
    found = compare_texts(DIALECT, "hostname a\n", "banner motd !\na ^ b @ c\n!\nhostname b\n")
    assert [(command.kind, command.text) for command in found.commands] == [
        (CommandKind.BANNER, "banner motd ~\na ^ b @ c\n~"),
        (CommandKind.HOSTNAME, "hostname b"),
    ]
    refused = compare_texts(DIALECT, "hostname a\n", "hostname a\nbanner motd Z\n^@~%$|#!\nZ\n")
    assert [entry.command for entry in refused.refused] == ["banner motd"]


def test_a_managed_comment_names_its_context() -> None:
    """`! manage:` makes a context authoritative, at any indentation."""
    state = DIALECT.parse("! manage: global\ninterface 1/1/1\n    ! manage: interface  1/1/1\n    mtu 9198\n")
    assert state.manages == {("free",), ("free", "interface 1/1/1")}


def test_a_vrf_is_attached_before_addresses_and_taken_off_after_them() -> None:
    """Attaching a VRF takes the addresses away, so they are said again; without one they go first."""
    svi = "vlan 3\ninterface vlan 3\n{}    ip address 10.0.3.1/24\n    ipv6 address 2001:db8::1/64\n"
    assert outcome(svi.format(""), svi.format("    vrf attach A\n")) == [
        "interface vlan 3",
        "vrf attach A",
        "ip address 10.0.3.1/24",
        "ipv6 address 2001:db8::1/64",
        "exit",
    ]
    port = "interface 1/1/1\n    routing\n    vrf attach A\n    ip address 10.0.0.0/31\n"
    assert outcome(port, "interface 1/1/1\n    no routing\n") == [
        "interface 1/1/1",
        "no ip address 10.0.0.0/31",
        "no vrf attach A",
        "no routing",
        "exit",
    ]


def test_a_port_that_is_routed_by_default_stays_so() -> None:
    """Without a word about routing on either side, only the address goes."""
    port = "interface 1/1/1\n    no shutdown\n    ip address 10.0.0.0/31\n"
    assert outcome(port, "interface 1/1/1\n    no shutdown\n") == [
        "interface 1/1/1",
        "no ip address 10.0.0.0/31",
        "exit",
    ]


def test_a_line_is_dangerous_where_it_means_danger() -> None:
    """`no aaa …` of a port is a setting like any other, a global one is not; control characters are never sent."""
    port = "interface 1/1/1\n    no aaa authentication port-access allow-lldp-auth\n    foo \x03bar\n"
    assert outcome("hostname a\n", f"hostname a\n{port}no aaa x\n") == [
        "interface 1/1/1",
        "no aaa authentication port-access allow-lldp-auth",
        "exit",
        "refused: interface 1/1/1 / foo \x03bar: it holds control characters",
        "refused: no aaa x: it could lock everybody out",
    ]


def test_a_switch_keeps_a_name() -> None:
    """A text without a host name does not take it away."""
    assert outcome("hostname a\nlogging 10.0.0.1\n", "logging 10.0.0.1\n") == [
        "refused: no hostname: the switch would lose its name without getting another"
    ]


def test_definitions_stand_before_what_names_them() -> None:
    """Servers before their group, the group before the rule; VRFs before interfaces; routing after addresses."""
    text = (
        "aaa group server tacacs CAMPUS\n    server 10.0.0.9\ntacacs-server host 10.0.0.9 key plaintext x\n"
        "aaa authentication login ssh group CAMPUS local\nrouter ospf 1 vrf A\n    area 0.0.0.0\n"
        "interface vlan 3\n    vrf attach A\n    ip address 10.0.3.1/24\n    ip ospf 1 area 0.0.0.0\nvrf A\nvlan 3\n"
    )
    assert outcome("", text) == [
        "vrf A", "exit",
        "vlan 3", "exit",
        "interface vlan 3", "vrf attach A", "ip address 10.0.3.1/24", "exit",
        "router ospf 1 vrf A", "area 0.0.0.0", "exit",
        "interface vlan 3", "ip ospf 1 area 0.0.0.0", "exit",
        "tacacs-server host 10.0.0.9 key plaintext <<secret:intended/1>>",
        "aaa group server tacacs CAMPUS", "server 10.0.0.9", "exit",
        "aaa authentication login ssh group CAMPUS local",
    ]  # fmt: skip


def test_a_lag_does_not_change_its_kind() -> None:
    """A LAG that should become multi-chassis is refused, because the device would want it anew."""
    lag = "interface lag 1{}\n    no shutdown\n    lacp mode active\n"
    reason = "a LAG cannot become multi-chassis or stop being so; delete it and make it anew"
    assert outcome(lag.format(""), lag.format(" multi-chassis")) == [
        f"refused: interface lag 1 multi-chassis: {reason}"
    ]


def test_a_lag_with_members_is_not_deleted() -> None:
    """A member that names the LAG keeps it."""
    lag = "interface lag 1\n    no shutdown\n"
    member = "interface 1/1/1\n    lag 1\n"
    assert outcome(lag + member, member) == ["refused: no interface lag 1: lag 1 still has the member 1/1/1"]


def test_the_built_in_administrator_stays() -> None:
    """`no user admin` is refused, and nothing else is."""
    admin = "user admin group administrators password ciphertext AQBapA\n"
    mine = "user campus group administrators password ciphertext AQBapB\n"
    assert outcome(admin + mine, mine) == ["refused: no user admin: the built-in administrator cannot be deleted"]


def test_spanning_tree_goes_when_it_is_said() -> None:
    """`no spanning-tree` in the intended text is meant."""
    assert outcome("spanning-tree\n", "no spanning-tree\n") == ["no spanning-tree"]


def test_an_applied_access_list_is_not_deleted() -> None:
    """A list that an interface still applies stays."""
    acl = "access-list ip A\n    10 permit any any any\n"
    user = "interface vlan 3\n    apply access-list ip A routed-in\n"
    assert outcome(acl + user, user) == ["refused: no access-list ip A: interface vlan 3 still applies it"]


@pytest.mark.parametrize(
    ("reply", "wrong"),
    [
        ("Invalid input: vlan\n", True),
        ("% Command incomplete.\n", True),
        ("% Ambiguous command.\n", True),
        ("VLAN 30 does not exist.\n", True),
        ("Operation not allowed on an interface with routing enabled.\n", True),
        ("Cannot delete VLAN 1.\n", True),
        ("Failed to apply the configuration\n", True),
        ("Banner updated successfully!\n", False),
        ("Enter a new banner. Terminate the banner with the delimiter you have chosen.\n", False),
        ("Copying configuration: [Success]\n", False),
        ('WARNING Please "checkpoint auto confirm" within 2 minutes\n', False),
        ("    description Invalid input: no\n", False),
    ],
)
def test_rejections_are_recognised(reply: str, wrong: bool) -> None:  # noqa: FBT001 - a table's column
    """Lines with which the device refuses a command, and lines with which it does not."""
    assert bool(DIALECT.rules.error.search(reply)) is wrong


def test_the_reminder_is_noise() -> None:
    """The unsolicited reminder leaves a reply without a trace."""
    reply = 'vlan 10\nWARNING  Please "checkpoint auto confirm" within 2 minutes\nexit\n'
    noise = DIALECT.rules.noise
    assert noise is not None
    assert noise.sub("", reply) == "vlan 10\nexit\n"


def test_the_revert_is_a_timer() -> None:
    """AOS-CX reverts by itself, without a reboot, after 1 to 60 minutes."""
    (revert,) = DIALECT.rules.reverts
    assert (revert.kind, revert.minutes) == (RevertKind.TIMER, (1, 60))
    assert [line.format(minutes=7) for line in revert.arm] == ["checkpoint auto 7"]


RULES = st.lists(st.tuples(st.sampled_from(("permit", "deny")), st.sampled_from("ABCDE")).map(" ".join), max_size=5)


def numbered(rules: list[str]) -> tuple[str, ...]:
    """Entries as the device numbers them."""
    return tuple(f"{number * 10} {rule}" for number, rule in enumerate(rules, 1))


def decision(rules: dict[int, str], packet: frozenset[str]) -> str:
    """What a list does with a packet that matches these predicates."""
    for number in sorted(rules):
        verb, _, predicate = rules[number].partition(" ")
        if predicate in packet:
            return verb
    return "deny"


@settings(max_examples=100, deadline=None)
@given(RULES, RULES)
def test_an_access_list_changes_without_a_hole_or_a_lockout(before: list[str], after: list[str]) -> None:
    """After every single line, each packet is decided as the old list or as the new one decides it."""
    old, new = numbered(before), numbered(after)
    first, last = dict(_cx_acl.entries(old).rules), dict(_cx_acl.entries(new).rules)
    packets = [frozenset(part) for part in chain.from_iterable(combinations("ABCDE", size) for size in range(6))]
    now = dict(first)
    for line in _cx_acl.steps(old, new):
        number, _, rule = line.removeprefix("no ").partition(" ")
        if line.startswith("no "):
            del now[int(number)]
        else:
            now[int(number)] = rule
        for packet in packets:
            assert decision(now, packet) in (decision(first, packet), decision(last, packet))
    assert now == last


def test_a_routed_port_carries_no_vlan() -> None:
    """The last switched port of the management VLAN does not become routed, whatever other routed ports there are."""
    lines = "vlan 1\ninterface vlan 1\n    ip address 10.0.1.5/24\nip route 0.0.0.0/0 10.0.1.1\n"
    routed = "interface 1/1/2\n    routing\n    ip address 10.9.0.1/31\n"
    running = f"{lines}{routed}interface 1/1/1\n    vlan trunk native 1\n    vlan trunk allowed all\n"
    intended = f"{lines}{routed}interface 1/1/1\n    routing\n    ip address 10.8.0.1/31\n"
    found = compare_texts(DIALECT, running, intended)
    assert "no uplink would carry the management VLAN 1" in {refused.reason for refused in found.refused}
    assert "routing" not in [command.text for command in found.commands]


def test_many_refusals_of_one_reason_are_all_told() -> None:
    """Three hundred accounts that nobody may lose are named one by one, and nothing is sent for them."""
    accounts = [f"user u{number} group administrators password ciphertext AQBap{number}" for number in range(300)]
    found = outcome("\n".join(["hostname a", *accounts, ""]), "hostname a\n")
    assert found == [f"refused: no user u{number}: the last local account would go" for number in range(300)]


@pytest.mark.parametrize("line", ["no", "no ", "no no vlan 30", "no interface vlan", "no user", "no vlan 0"])
def test_a_no_line_without_its_words_is_only_a_line(line: str) -> None:
    """Broken `no` lines are read as lines nobody knows, and differ from nothing else."""
    assert {path[0] for path in settings_of(f"hostname a\n{line}\n")} <= {"hostname", "free"}
    assert outcome(f"hostname a\n{line}\n", f"{line}\nhostname a\n!\n") == []


def test_deep_nesting_ends_somewhere() -> None:
    """A staircase of a thousand steps is read with at most sixteen contexts."""
    text = "top\n" + "".join(f"{' ' * 2 * step}step {step}\n" for step in range(1, 1000))
    assert max(len(path) for path in settings_of(text)) == 19
