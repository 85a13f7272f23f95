"""Properties of the AOS-CX dialect: nothing crashes it, and what is printed is read back, in whatever form."""

import random
from collections.abc import Callable, Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from campusctl.drivers.switch.compare import compare_states, compare_texts
from campusctl.drivers.switch.dialects.aruba_aoscx import ArubaAosCx
from campusctl.model.command import Command, CommandKind
from campusctl.model.secret import Secret, SecretKind
from campusctl.model.setting import Path, State, Value

CX = ArubaAosCx()
QUICK = settings(max_examples=100, deadline=None)
SLOW = settings(max_examples=60, deadline=None)

LINES = (
    "Current configuration:",
    "!Version ArubaOS-CX FL.10.10.1020",
    "sw1# show running-config",
    "hostname sw1",
    "hostname",
    "vlan 1,10-12",
    "vlan 10-1,x",
    "vlan",
    "    name",
    "    name a b",
    "    voice",
    "interface 1/1/1",
    "interface 1/1/1-1/1/4,1/1/9",
    "interface 1/1/1-9/9/9",
    "interface lag 1 multi-chassis",
    "interface lag",
    "interface vlan 3",
    "interface vlan 99999999999999999999",
    "interface mgmt",
    "interface loopback 0",
    "    no shutdown",
    "    shutdown",
    "    no routing",
    "    routing",
    "    vlan access 10",
    "    vlan access",
    "    vlan trunk native 1 tag",
    "    vlan trunk allowed 10,20-30",
    "    vlan trunk allowed all",
    "    vlan trunk allowed 5000",
    "    lag 1",
    "    lag 99999999999999999999",
    "    ip address 10.0.0.1/24",
    "    ip address 10.0.1.1/24 secondary",
    "    ip dhcp",
    "    aaa authentication port-access mac-auth",
    "        enable",
    "    apply access-list ip A in",
    "    loop-protect vlan 1-4094",
    "access-list ip A",
    "    10 permit tcp any any eq 22 count",
    "    permit any any any",
    "    10 comment one",
    "    99999999999999999999 deny any any any",
    "    no permit",
    "exit",
    "end",
    "banner motd ^",
    "banner exec !hello!",
    "banner",
    "^",
    "-----BEGIN CERTIFICATE-----",
    "-----END CERTIFICATE-----",
    "crypto pki ta-profile x",
    "user admin group administrators password ciphertext AQBapAAAA",
    "user admin",
    "user x group y password",
    "AQBapAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "snmp-server community public",
    "    access-level rw",
    "snmp-server host 10.1.1.1 trap version v2c community public",
    "snmp-server host 10.1.1.1 trap",
    "snmpv3 user u auth sha auth-pass plaintext aaaa priv aes priv-pass ciphertext bbbb",
    "snmpv3 user",
    "ntp server 10.1.1.1 minpoll 4 maxpoll 4 iburst",
    "ntp server",
    "ntp authentication-key 1 sha1 plaintext x trusted",
    "ip route 0.0.0.0/0 10.1.1.1",
    "ip route 0.0.0.0/0 10.1.1.2 vrf mgmt",
    "ipv6 route ::/0 2001:db8::1",
    "ip dns server-address 10.1.1.1",
    "logging 10.1.1.1 severity info vrf default",
    "logging",
    "radius-server host 10.1.1.1 key ciphertext x vrf mgmt",
    "aaa authentication login ssh group tacacs local",
    "aaa",
    "spanning-tree",
    "spanning-tree instance 1 vlan 1-4094",
    "spanning-tree vlan 1,x priority 4",
    "no",
    "no spanning-tree",
    "no lldp",
    "vsx",
    "    role primary",
    "vsf member 1",
    "\ttype jl665a",
    "! manage: global",
    "! manage: interface 1/1/1",
    "\u2028\x0b\x1c",
    "\x00\x1b[2J",
)


@QUICK
@given(
    st.lists(
        st.one_of(
            st.sampled_from(LINES),
            st.builds("{0}{1}".format, st.sampled_from(("", "  ", "    ", "\t")), st.text(max_size=40)),
            st.builds(lambda line, cut: line[:cut], st.sampled_from(LINES), st.integers(0, 40)),
        ),
        max_size=40,
    ),
    st.sampled_from(("\n", "\r\n", "\r")),
    st.randoms(use_true_random=False),
)
def test_no_text_crashes_it_and_none_differs_from_itself(lines: list[str], end: str, dice: random.Random) -> None:
    """Whatever is read can be read again, compared with itself and with anything else, and named in commands."""
    text = end.join(lines)
    same = compare_texts(CX, text, text + "\n")
    assert (same.edits, same.commands, same.refused) == ((), (), ())
    assert same.unmanaged == ()
    dice.shuffle(lines)
    other = compare_texts(CX, text, end.join(lines[: len(lines) // 2]))
    assert all(command.text for command in other.commands)
    for command in other.commands:
        assert command.kind is CommandKind.BANNER or "\n" not in command.text


NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,8}", fullmatch=True)
WORDS = st.from_regex(r"[A-Za-z0-9äß][A-Za-z0-9 äß().,-]{0,20}[A-Za-z0-9äß)]", fullmatch=True).map(
    lambda text: " ".join(text.split())
)
VLANS = st.integers(2, 40).map(str)
ADDRESSES = st.integers(1, 250).map("10.1.1.{}".format)
PORTS = ("1/1/1", "1/1/2", "1/1/3", "1/1/49", "2/1/1", "1/1/50:1")


def maybe(strategy: st.SearchStrategy[Value]) -> st.SearchStrategy[Value | None]:
    """A value, or the default."""
    return st.one_of(st.none(), strategy)


def _trunk(draw: st.DrawFn, name: str, vlans: list[str], found: dict[Path, Value]) -> None:
    found["port", name, "mode"] = "trunk"
    native = draw(st.sampled_from(["1", *vlans]))
    if native != "1":
        found["port", name, "native_vlan"] = native
    if draw(st.booleans()):
        found["port", name, "native_tagged"] = True
    for vlan in draw(st.one_of(st.just(["all"]), st.lists(st.sampled_from(vlans), min_size=1, unique=True))):
        found["port", name, "tagged", vlan] = True


FLAGS = ("stp_edge", "stp_bpduguard", "stp_rootguard", "loop_protect", "shutdown")


def _port(draw: st.DrawFn, name: str, vlans: list[str], lags: list[str], found: dict[Path, Value]) -> None:
    kinds = ["access", "access", *(["trunk"] if vlans else []), *(["lag"] if lags and name[:3] != "lag" else [])]
    kind = draw(st.sampled_from(kinds))
    if kind == "trunk":
        _trunk(draw, name, vlans, found)
    elif kind == "lag":
        found["port", name, "lag"] = draw(st.sampled_from(lags))
    elif vlans and draw(st.booleans()):
        found["port", name, "access_vlan"] = draw(st.sampled_from(vlans))
    for flag in FLAGS:
        if draw(st.booleans()) and not (kind == "lag" and flag.startswith("stp_")):
            found["port", name, flag] = True
    choices: dict[str, st.SearchStrategy[Value]] = {
        "description": WORDS,
        "mtu": st.just("9198"),
        "poe": st.just("off"),
        "poe_priority": st.sampled_from(("high", "critical")),
        "lldp_transmit": st.just("off"),
    }
    for part, values in choices.items():
        value = draw(maybe(values)) if name[:3] != "lag" or part == "description" else None
        if value is not None:
            found["port", name, part] = value


def _services(draw: st.DrawFn, found: dict[Path, Value]) -> None:
    singles: dict[Path, st.SearchStrategy[Value]] = {
        ("timezone",): st.sampled_from(("europe/berlin", "europe/paris")),
        ("domain",): NAMES,
        ("gateway",): ADDRESSES,
        ("snmp", "contact"): WORDS,
        ("snmp", "location"): WORDS,
        ("stp", "priority"): st.sampled_from(("0", "4", "15")),
        ("stp", "mode"): st.just("rpvst"),
        ("lldp", "enabled"): st.just("off"),
        ("ntp", "enabled"): st.just(value=True),
        ("banner", "motd"): st.lists(WORDS, min_size=1, max_size=3).map("\n".join),
        ("aaa", "authentication login ssh"): st.sampled_from(("local", "group tacacs local")),
    }
    for path, values in singles.items():
        value = draw(maybe(values))
        if value is not None:
            found[path] = value
    for address in draw(st.sets(ADDRESSES, max_size=3)):
        found["ntp", "server", address] = draw(st.sampled_from((True, "iburst", "minpoll 4 maxpoll 4 iburst")))
        found["syslog", "server", address] = draw(st.sampled_from((True, "severity warning", "tcp severity err")))
        found["dns", "server", address] = True
    for name in draw(st.sets(NAMES, max_size=2)):
        found["user", name] = draw(st.sampled_from(("group administrators", "group operators")))
        found["user", name, "secret"] = Secret(draw(NAMES), SecretKind.OPAQUE)


@st.composite
def states(draw: st.DrawFn) -> dict[Path, Value]:
    """Settings of a switch, as a parser has to return them."""
    found: dict[Path, Value] = {("hostname",): draw(NAMES)}
    vlans = sorted(draw(st.sets(VLANS, max_size=6)))
    for vlan in vlans:
        found["vlan", vlan] = True
        name = draw(maybe(NAMES))
        if name is not None:
            found["vlan", vlan, "name"] = name
        if draw(st.booleans()):
            found["vlan", vlan, "voice"] = True
    lags = [f"lag {number}" for number in sorted(draw(st.sets(st.integers(1, 9), max_size=2)))]
    for lag in lags:
        found["port", lag, "lag_mode"] = draw(st.sampled_from(("static", "active", "passive")))
        _port(draw, lag, vlans, [], found)
    for port in draw(st.sets(st.sampled_from(PORTS))):
        _port(draw, port, vlans, lags, found)
    for vlan in vlans[:2]:
        found["svi", vlan] = True
        if draw(st.booleans()):
            found["svi", vlan, "address"] = f"10.{vlan}.0.1/24"
    for name in draw(st.sets(NAMES, max_size=2)):
        numbers = sorted(draw(st.sets(st.integers(1, 30), max_size=5)))
        found["acl", "ip", name] = tuple(f"{number} {draw(_RULES)}" for number in numbers)
    _services(draw, found)
    return found


_RULES = st.builds(
    "{} {} {} any{}".format,
    st.sampled_from(("permit", "deny")),
    st.sampled_from(("tcp", "any", "icmp")),
    st.sampled_from(("any", "10.0.0.0/8", "10.1.1.7")),
    st.sampled_from(("", " eq 22", " count")),
)


Printer = Callable[[dict[Path, Value], random.Random], Iterator[str]]


def _ids(names: list[str], dice: random.Random) -> str:
    """A list of ids, shuffled, sometimes with a range in it."""
    dice.shuffle(names)
    return ",".join(f"{name}-{name}" if dice.random() < 0.3 else name for name in names)


def _print_vlans(found: dict[Path, Value], _dice: random.Random) -> Iterator[str]:
    plain = [path[1] for path in found if path[0] == "vlan" and len(path) == 2]
    yield f"vlan 1,{','.join(plain)}".rstrip(",")
    for vlan in plain:
        lines = [f"    name {found['vlan', vlan, 'name']}"] if ("vlan", vlan, "name") in found else []
        lines += ["    voice"] if ("vlan", vlan, "voice") in found else []
        yield "\n".join([f"vlan {vlan}", *lines])


_PORT_TEXT = {
    "stp_edge": "spanning-tree port-type admin-edge",
    "stp_bpduguard": "spanning-tree bpdu-guard",
    "stp_rootguard": "spanning-tree root-guard",
    "loop_protect": "loop-protect",
    "description": "description {}",
    "mtu": "mtu {}",
    "poe": "no power-over-ethernet",
    "poe_priority": "power-over-ethernet priority {}",
    "lldp_transmit": "no lldp transmit",
    "lag": "{}",
    "lag_mode": "lacp mode {}",
    "shutdown": "shutdown",
}


def _print_port(name: str, mine: dict[Path, Value], dice: random.Random) -> str:
    lines = [_PORT_TEXT[path[2]].format(value) for path, value in mine.items() if path[2] in _PORT_TEXT]
    lines = [line for line in lines if line != "lacp mode static"]
    if ("port", name, "shutdown") not in mine and dice.random() < 0.9:
        lines.append("no shutdown")
    tagged = [path[3] for path in mine if path[2] == "tagged"]
    if tagged:
        tag = " tag" if ("port", name, "native_tagged") in mine else ""
        lines.append(f"vlan trunk native {mine.get(('port', name, 'native_vlan'), '1')}{tag}")
        half = len(tagged) // 2
        for part in (tagged[:half], tagged[half:]):
            lines += [f"vlan trunk allowed {_ids(part, dice) if part != ['all'] else 'all'}"] if part else []
    elif ("port", name, "lag") not in mine:
        lines.append(f"vlan access {mine.get(('port', name, 'access_vlan'), '1')}")
        lines += ["no routing"] if dice.random() < 0.5 else []
    dice.shuffle(lines)
    return "\n".join([f"interface {name}", *(f"    {line}" for line in lines)])


def _print_ports(found: dict[Path, Value], dice: random.Random) -> Iterator[str]:
    for name in dict.fromkeys(path[1] for path in found if path[0] == "port"):
        mine = {path: value for path, value in found.items() if path[:2] == ("port", name)}
        yield _print_port(name, mine, dice)
    for vlan in dict.fromkeys(path[1] for path in found if path[0] == "svi"):
        address = found.get(("svi", vlan, "address"))
        yield f"interface vlan {vlan}" + (f"\n    ip address {address}" if address else "")


_SERVICE_TEXT = {
    ("hostname",): "hostname {}",
    ("timezone",): "clock timezone {}",
    ("domain",): "ip dns domain-name {}",
    ("gateway",): "ip route 0.0.0.0/0 {}",
    ("snmp", "contact"): "snmp-server system-contact {}",
    ("snmp", "location"): "snmp-server system-location {}",
    ("stp", "priority"): "spanning-tree priority {}",
    ("stp", "mode"): "spanning-tree mode {}",
    ("lldp", "enabled"): "no lldp",
    ("ntp", "enabled"): "ntp enable",
    ("banner", "motd"): "banner motd ^\n{}\n^",
    ("aaa", "authentication login ssh"): "aaa authentication login ssh {}",
}


def _print_services(found: dict[Path, Value], _dice: random.Random) -> Iterator[str]:
    for path, value in found.items():
        words = "" if value is True else f" {value}"
        match path:
            case _ if path in _SERVICE_TEXT:
                yield _SERVICE_TEXT[path].format(value)
            case ("ntp", "server", address):
                yield f"ntp server {address}{words}"
            case ("syslog", "server", address):
                yield f"logging {address}{words}"
            case ("dns", "server", address):
                yield f"ip dns server-address {address}"
            case ("acl", kind, name):
                yield "\n".join([f"access-list {kind} {name}", *(f"    {entry}" for entry in value)])
            case ("user", name):
                password = found["user", name, "secret"].reveal()
                yield f"user {name} {value} password ciphertext {password}"


def as_text(found: dict[Path, Value], dice: random.Random) -> str:
    """A configuration that says these settings, its sections in any order."""
    sections = [section for part in (_print_vlans, _print_ports, _print_services) for section in part(found, dice)]
    dice.shuffle(sections)
    return "\n".join(["!Version ArubaOS-CX FL.10.10.1020", *sections, ""])


@SLOW
@given(states(), st.randoms(use_true_random=False))
def test_what_is_printed_is_read_back(found: dict[Path, Value], dice: random.Random) -> None:
    """Any order of sections and lines, any form of lists, hidden or printed defaults: the same settings."""
    assert dict(CX.parse(as_text(found, dice)).settings) == found


@SLOW
@given(states(), states(), st.randoms(use_true_random=False))
def test_commands_come_in_contexts_and_leave_them(
    before: dict[Path, Value], after: dict[Path, Value], dice: random.Random
) -> None:
    """Every context that is entered is left, the host name comes last, and nothing dangerous is sent."""
    found = compare_texts(CX, as_text(before, dice), as_text(after, dice))
    depth = 0
    for command in found.commands:
        depth += {CommandKind.ENTER: 1, CommandKind.EXIT: -1}.get(command.kind, 0)
        assert 0 <= depth <= 1
    assert depth == 0
    assert [command.text for command in found.commands if _dangerous(command)] == []
    if before["hostname",] != after["hostname",]:
        assert found.commands[-1].text == f"hostname {after['hostname',]}"


def _dangerous(command: Command) -> bool:
    words = command.text.split()
    return words[:3] in (["no", "vlan", "1"], ["no", "user", "admin"], ["no", "ssh", "server"]) or (
        words[:2] == ["no", "interface"] and words[2] not in ("lag", "vlan")
    )


@SLOW
@given(states(), states(), st.randoms(use_true_random=False))
def test_the_way_to_the_intended_state_is_empty_once_it_is_reached(
    before: dict[Path, Value], after: dict[Path, Value], dice: random.Random
) -> None:
    """A second comparison, with what was reached, asks for nothing more."""
    first, second = CX.parse(as_text(before, dice)), CX.parse(as_text(after, dice))
    reached = State({**second.settings}, second.manages, second.secrets)
    again = compare_states(CX, reached, second, management=None, revert_armed=False)
    assert (again.edits, again.commands, again.refused) == ((), (), ())
    assert CX.translate(first, first).commands == ()
