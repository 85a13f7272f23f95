"""Random switches A and B: the commands of A → B, typed into a small IOS of our own, give B."""

import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from campusctl.drivers.switch.dialects.cisco_ios import DIALECT
from campusctl.engine.diff import compare
from campusctl.model.command import CommandKind
from campusctl.model.secret import Secret

ONE_VALUE = (
    "description|switchport access vlan|switchport voice vlan|switchport trunk native vlan|switchport mode"
    "|channel-group|power inline|spanning-tree portfast|spanning-tree bpduguard|hostname|ip domain-name"
    "|ip default-gateway|clock timezone|spanning-tree mode|snmp-server contact|snmp-server location|access-class"
    "|exec-timeout|transport input|name|snmp-server community \\S+|ip route \\S+ \\S+ \\S+|login|ntp server \\S+"
)
HIDDEN = {"no shutdown", "switchport mode dynamic auto", "power inline auto", "switchport access vlan 1", "exit"}
ON_BY_DEFAULT = ("lldp transmit", "cdp enable", "cdp run")


class SmallIos:
    """Keeps lines below their context, as `show running-config` would print them. Shares no code with the dialect."""

    def __init__(self, text: str) -> None:
        self.lines: dict[str, list[str]] = {"": []}
        self.allowed: dict[str, set[int]] = {}
        context = ""
        for line in text.split("\n"):
            if line and not line.startswith("!"):
                context = context if line.startswith(" ") else ""
                context = self.type(line.strip(), context)

    def type(self, line: str, context: str) -> str:
        """Take one line; the context that the prompt shows afterwards."""
        if line == "exit":
            return ""
        if re.match(r"(interface|vlan|line|ip access-list (standard|extended)) ", line):
            self.lines.setdefault(line, [])
            return line
        if re.match(r"no (interface|vlan|ip access-list) ", line):
            del self.lines[line[3:]]
            self.allowed.pop(line[3:], None)
        elif line.startswith("switchport trunk allowed vlan "):
            self._allow(context, line.split()[4:])
        elif context.startswith("ip access-list"):
            self._entry(context, line)
        elif not line.startswith("ip access-list resequence"):
            self._set(context, line)
        return context

    def _allow(self, context: str, words: list[str]) -> None:
        now = self.allowed.get(context, set(range(1, 4095)))
        if words == ["all"]:
            self.allowed.pop(context, None)
            return
        listed = set()
        for part in words[-1].split(","):
            low, _, high = part.partition("-")
            listed |= set(range(int(low), int(high or low) + 1))
        self.allowed[context] = {"add": now | listed, "remove": now - listed}.get(words[0], listed)

    def _entry(self, context: str, line: str) -> None:
        rows = self.lines[context]
        number, _, entry = line.partition(" ")
        if number == "no":
            rows.remove(entry)
        elif number.isdigit():
            # Entries stand on multiples of ten after a resequence; the number says where to go.
            rows.append(f"{entry}#{number}")
        else:
            rows.append(line)

    def _set(self, context: str, line: str) -> None:
        rows = self.lines[context]
        positive = line.removeprefix("no ")
        found = re.match(ONE_VALUE, positive)
        key = found[0] if found else positive
        if line.startswith("no ") and re.match(r"no (username|ip route) ", line):
            key = positive
        rows[:] = [row for row in rows if not f"{row.removeprefix('no ')} ".startswith(f"{key} ")]
        hidden = line in HIDDEN or line in ON_BY_DEFAULT
        if not hidden and (not line.startswith("no ") or positive in ON_BY_DEFAULT):
            rows.append(line)

    def text(self) -> str:
        """The running configuration."""
        out = list(self.lines[""])
        for context, rows in self.lines.items():
            if context:
                out += [context, *(f" {row}" for row in rows)]
                if context in self.allowed:
                    out.append(f" switchport trunk allowed vlan {','.join(map(str, sorted(self.allowed[context])))}")
        return "\n".join(out) + "\n"


def _maybe(line: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[list[str]]:
    return st.one_of(st.just([]), values.map(lambda value: [line.format(value)]))


VLANS = st.sampled_from([10, 20, 30, 40, 99])
VLAN_LISTS = st.sets(st.sampled_from([3, *range(10, 60, 5), 99]), min_size=1).map(
    lambda vlans: ",".join(map(str, vlans))
)


@st.composite
def ports(draw: st.DrawFn) -> list[str]:
    """The lines of a port or LAG."""
    rows = draw(_maybe("description {}", st.sampled_from(["Board", "PC 1", "s042-r101-dt01"])))
    mode = draw(st.sampled_from(["access", "trunk", ""]))
    if mode == "access":
        rows += draw(_maybe("switchport access vlan {}", VLANS))
        rows += draw(_maybe("switchport voice vlan {}", VLANS))
    if mode == "trunk":
        rows += draw(_maybe("switchport trunk native vlan {}", VLANS))
        rows += draw(_maybe("switchport trunk allowed vlan {}", VLAN_LISTS))
    rows += [f"switchport mode {mode}"] if mode else []
    rows += draw(_maybe("power inline {}", st.just("never")))
    rows += draw(_maybe("spanning-tree portfast{}", st.sampled_from(["", " trunk", " edge"])))
    rows += draw(_maybe("spanning-tree bpduguard {}", st.sampled_from(["enable", "disable"])))
    for line in ("shutdown", "no lldp transmit", "no cdp enable"):
        rows += draw(_maybe(line, st.just("")))
    return rows


@st.composite
def switches(draw: st.DrawFn) -> str:
    """A configuration as a device prints it; what is never taken away is always there."""
    out = [f"hostname {draw(st.sampled_from('abc'))}", f"ip default-gateway 10.1.3.{draw(st.integers(1, 3))}"]
    out += ["username fest privilege 15 secret 5 $1$abcd$tbZ1UyHYoVdYf5OVIJGT61"]
    out += draw(_maybe("username {} privilege 15 secret 5 $1$abcd$tbZ1UyHYoVdYf5OVIJGT61", st.sampled_from("xy")))
    for line, values in (
        ("clock timezone {}", ["CET 1", "MEZ 1"]),
        ("ip domain-name {}", ["a.example", "b.example"]),
        ("spanning-tree mode {}", ["rapid-pvst", "mst"]),
        ("snmp-server contact {}", ["IT", "Stadt  IT"]),
        ("snmp-server community {} RO", ["public", "geheim"]),
        ("ip route 0.0.0.0 0.0.0.0 {}", ["10.1.3.1", "10.1.3.2"]),
        ("lldp run{}", [""]),
        ("no cdp run{}", [""]),
    ):
        out += draw(_maybe(line, st.sampled_from(values)))
    for line in ("ntp server 10.1.1.{}", "logging host 10.1.1.{}", "ip name-server 10.1.1.{}"):
        out += [line.format(number) for number in sorted(draw(st.sets(st.integers(1, 4), max_size=3)))]
    for vlan in sorted(draw(st.sets(VLANS))):
        out += [f"vlan {vlan}", *(f" {row}" for row in draw(_maybe("name N{}", st.sampled_from("PQRS")))), "!"]
    out += draw(_interfaces())
    for first, last in ((0, 4), (5, 15)):
        rows = [
            " transport input ssh",
            *(f" {row}" for row in draw(_maybe("exec-timeout {} 0", st.sampled_from("05")))),
        ]
        out += [f"line vty {first} {last}", *rows]
    return "\n".join(out) + "\n"


@st.composite
def _interfaces(draw: st.DrawFn) -> list[str]:
    out: list[str] = []
    lag = draw(st.booleans())
    own = draw(ports()) if lag else []
    if lag:
        out += ["interface Port-channel1", *(f" {row}" for row in own), "!"]
    shared = [row for row in own if row.startswith(("switchport mode", "switchport trunk", "switchport access"))]
    for number in range(1, 4):
        rows = draw(ports())
        group = draw(_maybe("channel-group 1 mode {}", st.sampled_from(["active", "passive", "on"]))) if lag else []
        if group:
            # A member prints the VLANs of its LAG, or is given by a text that leaves them to the LAG.
            rows = [row for row in rows if not row.startswith("switchport")]
            rows += [*(shared if draw(st.booleans()) else []), *group]
        out += [f"interface GigabitEthernet1/0/{number}", *(f" {row}" for row in rows), "!"]
    out += ["interface Vlan3", " ip address 10.1.3.9 255.255.255.0", "!"]
    for vlan in sorted(draw(st.sets(st.sampled_from([10, 20])))):
        out += [f"interface Vlan{vlan}", f" ip address 10.1.{vlan}.1 255.255.255.0", "!"]
    return out


def _apply(device: SmallIos, intended: str) -> set[tuple[str, ...]]:
    """Type all commands; the paths of what was refused."""
    before, after = DIALECT.parse(device.text()), DIALECT.parse(intended, origin="intended")
    translation = DIALECT.translate(before, after)
    secrets = {
        value.ref: value
        for state in (before, after)
        for value in (*state.settings.values(), *state.secrets.values())
        if isinstance(value, Secret)
    }
    context = ""
    for command in translation.commands:
        assert command.kind is not CommandKind.BANNER
        text = re.sub(r"<<secret:([^>]+)>>", lambda token: secrets[token[1]].reveal(), command.text)
        context = device.type(text, context)
        _is_reachable(device)
    return {refused.path for refused in translation.refused}


def _is_reachable(device: SmallIos) -> None:
    """At every step the switch has its gateway, its address, an account, and its terminal lines."""
    rows = device.lines[""]
    assert [row for row in rows if row.startswith("ip default-gateway ")]
    assert [row for row in rows if row.startswith("username ")]
    assert device.lines["interface Vlan3"] == ["ip address 10.1.3.9 255.255.255.0"]
    assert all("transport input ssh" in device.lines[line] for line in ("line vty 0 4", "line vty 5 15"))


@settings(deadline=None)
@given(switches(), switches())
def test_commands_lead_from_one_switch_to_the_other(running: str, intended: str) -> None:
    """What is not refused is done, nothing else changes, and a second diff has nothing left to do."""
    device = SmallIos(running)
    before = DIALECT.parse(running)
    assert compare(before, DIALECT.parse(device.text())).edits == ()
    refused = _apply(device, intended)
    after = DIALECT.parse(intended)
    found = compare(DIALECT.parse(device.text()), after)
    assert [edit for edit in found.edits if edit.path not in refused and edit.path[:2] not in refused] == []
    assert found.unmanaged == ()
    _apply(device, intended)
    assert compare(DIALECT.parse(device.text()), after) == found


@settings(deadline=None)
@given(switches())
def test_a_printed_switch_is_read_as_it_is(text: str) -> None:
    """Whatever the order of its sections."""
    first = DIALECT.parse(text)
    blocks = re.findall(r"^(?:interface|vlan|line) .*\n(?: .*\n)*", text, re.MULTILINE)
    rest = re.sub(r"^(?:interface|vlan|line) .*\n(?: .*\n)*", "", text, flags=re.MULTILINE)
    assert DIALECT.parse("".join(reversed(blocks)) + rest).settings == first.settings
