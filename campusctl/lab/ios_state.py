"""What a simulated Catalyst switch holds.

Source: Cisco IOS 15.2(7)E command reference (Catalyst 2960-X), and running configurations in public.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from campusctl.lab.vocabulary import Lines, expand

ALL_VLANS = frozenset(range(1, 4095))
"""What a trunk carries unless told otherwise."""

RESERVED = frozenset(range(1002, 1006))
"""VLANs of token ring and FDDI: always there, never changed."""

GLOBAL_KEYS = (
    "clock timezone",
    "clock summer-time",
    "ntp server *",
    "ntp peer *",
    "ntp source",
    "logging host *",
    "logging trap",
    "logging buffered",
    "logging console",
    "logging monitor",
    "logging facility",
    "logging source-interface",
    "logging origin-id",
    "snmp-server location",
    "snmp-server contact",
    "snmp-server chassis-id",
    "snmp-server community *",
    "snmp-server group * *",
    "snmp-server view * *",
    "snmp-server host * *",
    "snmp-server trap-source",
    "snmp-server engineID local",
    "snmp-server ifindex",
    "snmp-server enable traps *",
    "spanning-tree mode",
    "spanning-tree mst * priority",
    "ip default-gateway",
    "ip domain-name",
    "ip name-server *",
    "ip route * * *",
    "ip ssh version",
    "ip ssh time-out",
    "ip ssh authentication-retries",
    "ip ssh source-interface",
    "ip http port",
    "ip http authentication",
    "ip http access-class",
    "ip tftp source-interface",
    "vtp mode",
    "vtp domain",
    "vtp version",
    "vtp password",
    "errdisable recovery interval",
    "enable secret",
    "enable password",
    "lldp timer",
    "lldp holdtime",
    "lldp reinit",
    "cdp timer",
    "cdp holdtime",
    "mac address-table aging-time",
    "aaa session-id",
    "aaa authentication login *",
    "aaa authentication dot1x *",
    "aaa authentication enable default",
    "aaa authorization exec *",
    "aaa authorization network *",
    "aaa authorization commands * *",
    "aaa accounting exec *",
    "vlan internal allocation policy",
    "system mtu",
    "port-channel load-balance",
    "hw-module",
    "login block-for",
)
"""Heads of global one-line settings that exist once."""

PORT_KEYS = (
    "speed",
    "duplex",
    "mtu",
    "power inline",
    "power inline port",
    "switchport trunk encapsulation",
    "switchport port-security maximum",
    "switchport port-security violation",
    "switchport port-security aging time",
    "switchport port-security aging type",
    "spanning-tree portfast",
    "spanning-tree bpduguard",
    "spanning-tree bpdufilter",
    "spanning-tree guard",
    "spanning-tree cost",
    "spanning-tree port-priority",
    "spanning-tree link-type",
    "storm-control broadcast level",
    "storm-control multicast level",
    "storm-control unicast level",
    "storm-control action",
    "ip dhcp snooping limit rate",
    "ip access-group * *",
    "ip helper-address *",
    "load-interval",
    "udld port",
    "mls qos trust",
    "lacp rate",
    "lacp port-priority",
    "channel-protocol",
    "priority-queue",
    "authentication port-control",
    "authentication host-mode",
    "authentication order",
    "authentication priority",
    "authentication periodic",
    "service-policy input",
    "service-policy output",
    "ip mtu",
)
"""Heads of one-line settings an interface has once."""

LINE_KEYS = (
    "exec-timeout",
    "session-timeout",
    "access-class * *",
    "transport input",
    "transport output",
    "transport preferred",
    "login",
    "password",
    "privilege level",
    "length",
    "width",
    "stopbits",
    "speed",
    "history size",
    "authorization exec",
    "logging",
    "ipv6 access-class * *",
    "rotary",
)
"""Heads of one-line settings a terminal line has once."""


@dataclass(slots=True)
class Vlan:
    """One VLAN of the database."""

    name: str = ""
    """Empty: the default `VLAN0010`."""
    shutdown: bool = False
    """Its frames are not forwarded."""
    lines: Lines = field(default_factory=lambda: Lines((), []))
    """Other settings."""


@dataclass(slots=True)
class Port:
    """One interface: a physical port or a Port-channel."""

    description: str = ""
    """Text, or empty."""
    shutdown: bool = False
    """Administratively down."""
    routed: bool = False
    """`no switchport`."""
    mode: str = ""
    """`access`, `trunk`, `dynamic desirable`; empty: the default `dynamic auto`, which is hidden."""
    access: int = 1
    """VLAN of an access port."""
    native: int = 1
    """VLAN of a trunk's frames without a tag."""
    allowed: frozenset[int] = ALL_VLANS
    """VLANs of a trunk."""
    voice: str = ""
    """Voice VLAN: a number, `dot1p`, `untagged`; empty: none."""
    group: int = 0
    """Channel group; 0: none."""
    group_mode: str = ""
    """`active`, `passive`, `on`, `auto` or `desirable`."""
    address: str = ""
    """`A.B.C.D M.M.M.M` or `dhcp` of a routed port."""
    lines: Lines = field(default_factory=lambda: Lines(PORT_KEYS, []))
    """Other settings."""

    def layer2(self) -> tuple[object, ...]:
        """What members of one channel must have in common."""
        if self.mode == "trunk":
            return (self.routed, self.mode, self.native, self.allowed)
        return (self.routed, self.mode, self.access)

    def carries(self, vlan: int) -> str:
        """How frames of a VLAN leave: `tagged`, `untagged`, or empty for not at all."""
        if self.routed:
            return ""
        if self.mode == "trunk":
            if vlan not in self.allowed:
                return ""
            return "untagged" if vlan == self.native else "tagged"
        if vlan == self.access:
            return "untagged"
        return "tagged" if str(vlan) == self.voice else ""


@dataclass(slots=True)
class Svi:
    """One VLAN interface (or a loopback): its settings."""

    description: str = ""
    """Text, or empty."""
    shutdown: bool = False
    """Administratively down."""
    address: str = ""
    """`A.B.C.D M.M.M.M`, or `dhcp`; empty: none."""
    secondary: list[str] = field(default_factory=list)
    """Further addresses, in order."""
    lines: Lines = field(default_factory=lambda: Lines(PORT_KEYS, []))
    """Other settings."""


@dataclass(slots=True)
class User:
    """One local account."""

    privilege: int = 1
    """0-15."""
    word: str = "password"
    """`password`, `secret`, or empty without either."""
    kind: str = ""
    """How the text is stored: `0`, `5`, `7`, `8` or `9`."""
    text: str = ""
    """As stored."""
    rest: str = ""
    """Other words of the line."""


@dataclass(slots=True)
class Config:
    """A whole configuration."""

    ports: dict[str, Port]
    """Physical ports and Port-channels by canonical name, in the device's order."""
    hostname: str = "Switch"
    """Name in the prompt."""
    vlans: dict[int, Vlan] = field(default_factory=lambda: {1: Vlan("default")})
    """The VLAN database."""
    svis: dict[str, Svi] = field(default_factory=lambda: {"Vlan1": Svi(shutdown=True)})
    """VLAN interfaces and loopbacks by name."""
    acls: dict[tuple[str, str], dict[int, str]] = field(default_factory=dict)
    """Access lists: (`standard` or `extended`, name) to sequence number and entry."""
    users: dict[str, User] = field(default_factory=dict)
    """Local accounts."""
    snmp_users: Lines = field(default_factory=lambda: Lines(("snmp-server user *",), []))
    """SNMPv3 users: kept in the private configuration, never printed."""
    banners: dict[str, str] = field(default_factory=dict)
    """Text between the delimiters, by kind."""
    vtys: dict[int, Lines] = field(default_factory=lambda: {n: Lines(LINE_KEYS, []) for n in range(16)})
    """Virtual terminal lines by number."""
    consoles: dict[str, Lines] = field(default_factory=lambda: {"con 0": Lines(LINE_KEYS, [])})
    """Other terminal lines by name."""
    blocks: dict[str, list[str]] = field(default_factory=dict)
    """Sections of several lines we keep word for word, by headline."""
    lines: Lines = field(default_factory=lambda: Lines(GLOBAL_KEYS, []))
    """Global one-line settings."""
    version: str = "15.2"
    """Release in the first line."""

    def vtp_mode(self) -> str:
        """`transparent`, `server`, `client` or `off`; empty: never stated."""
        return next((line.split()[2] for line in self.lines.items if line.startswith("vtp mode ")), "")

    def has(self, line: str) -> bool:
        """Whether a global line stands."""
        return line in self.lines.items


LONG_NAMES = (
    "GigabitEthernet",
    "FastEthernet",
    "TenGigabitEthernet",
    "TwoGigabitEthernet",
    "FiveGigabitEthernet",
    "TwentyFiveGigE",
    "FortyGigabitEthernet",
    "HundredGigE",
    "AppGigabitEthernet",
    "Ethernet",
    "Port-channel",
    "Vlan",
    "Loopback",
    "Tunnel",
)
"""Interface types."""

_NAME = re.compile(r"([A-Za-z][A-Za-z-]*)\s*(\d+(?:/\d+)*)")
_SHORT = {
    "GigabitEthernet": "Gi",
    "FastEthernet": "Fa",
    "TenGigabitEthernet": "Te",
    "TwoGigabitEthernet": "Tw",
    "FiveGigabitEthernet": "Fi",
    "TwentyFiveGigE": "Twe",
    "FortyGigabitEthernet": "Fo",
    "HundredGigE": "Hu",
    "AppGigabitEthernet": "Ap",
    "Ethernet": "Et",
    "Port-channel": "Po",
    "Vlan": "Vl",
    "Loopback": "Lo",
    "Tunnel": "Tu",
}


def long_name(text: str) -> str:
    """`GigabitEthernet1/0/1` for `gi1/0/1`, `Gi 1/0/1`; empty: it is no interface's name."""
    match = _NAME.fullmatch(text.strip())
    if not match:
        return ""
    typed = match[1].lower()
    found = [name for name in LONG_NAMES if name.lower().startswith(typed)]
    return f"{found[0]}{match[2]}" if found else ""


def short_name(name: str) -> str:
    """`Gi1/0/1` for `GigabitEthernet1/0/1`."""
    kind = re.match(r"[A-Za-z-]+", name)
    return _SHORT.get(kind[0], kind[0]) + name[kind.end() :] if kind else name


def port_order(name: str) -> tuple[int, tuple[int, ...]]:
    """Where an interface stands in the configuration: Port-channels first, then by type and number."""
    kind = re.match(r"[A-Za-z-]+", name)
    numbers = tuple(int(number) for number in re.findall(r"\d+", name))
    ranks = ("Port-channel", "Loopback", "Tunnel", "FastEthernet", "Ethernet", "GigabitEthernet")
    kinds = (*ranks, *(other for other in LONG_NAMES if other not in ranks))
    return (kinds.index(kind[0]) if kind and kind[0] in kinds else len(kinds), numbers)


def vlan_text(numbers: Iterable[int]) -> str:
    """`1,3,10-12` as IOS prints it: two neighbours stay apart, three are a range."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts = (f"{run[0]}-{run[-1]}" if len(run) > 2 else ",".join(map(str, run)) for run in runs)
    return ",".join(parts)


def vlan_numbers(text: str) -> frozenset[int]:
    """VLANs of a list.

    Raises:
        ValueError: It is no list of numbers from 1 to 4094.
    """
    numbers = frozenset(expand(text))
    if not numbers or not numbers <= ALL_VLANS:
        raise ValueError(text)
    return numbers
