"""What a simulated AOS-CX switch holds, and how it prints it.

Source: AOS-CX 10.10 Command-Line Interface Guide (6300), and running configurations of FL/GL.10.06-10.10 in public.
"""

import hashlib
from base64 import b64encode
from dataclasses import dataclass, field

from campusctl.lab.vocabulary import Lines, compress

VERSION = "FL.10.10.1020"
"""Firmware the switch says it runs."""

GLOBAL_KEYS = (
    "clock timezone",
    "ntp server *",
    "ntp vrf",
    "logging facility",
    "logging console severity",
    "logging *",
    "snmp-server system-contact",
    "snmp-server system-location",
    "snmp-server system-description",
    "snmp-server agent-port",
    "snmp-server host *",
    "snmpv3 user *",
    "snmpv3 context *",
    "spanning-tree mode",
    "spanning-tree priority",
    "spanning-tree forward-delay",
    "spanning-tree hello-time",
    "spanning-tree max-age",
    "spanning-tree config-name",
    "spanning-tree config-revision",
    "spanning-tree vlan * priority",
    "spanning-tree instance * priority",
    "lldp timer",
    "lldp holdtime",
    "lldp reinit",
    "ip dns domain-name",
    "ip dns host *",
    "aaa authentication login *",
    "aaa authorization commands *",
    "radius-server host *",
    "tacacs-server host *",
    "user-group *",
    "session-timeout",
    "https-server rest access-mode",
)
"""Heads of global one-line settings that exist once."""

PORT_KEYS = (
    "mtu",
    "ip mtu",
    "speed",
    "lacp mode",
    "lacp rate",
    "lacp port-id",
    "lacp port-priority",
    "spanning-tree port-type",
    "spanning-tree port-priority",
    "spanning-tree cost",
    "power-over-ethernet priority",
    "power-over-ethernet allocate-by",
    "loop-protect action",
    "vrf attach",
    "qos trust",
    "apply access-list ip * in",
    "apply access-list ip * out",
)
"""Heads of one-line settings an interface has once."""

_ORDER = (
    "clock",
    "no ip icmp",
    "profile",
    "vrf",
    "ntp",
    "cli-session",
    "session-timeout",
    "logging",
    "radius-server",
    "tacacs-server",
    "aaa",
    "ssh",
    "vsf",
    "lldp",
    "no lldp",
    "dhcpv4-snooping",
    "loop-protect",
    "@acl",
    "apply",
    "class",
    "policy",
    "@vlan",
    "spanning-tree",
    "no spanning-tree",
    "qos",
    "port-access",
    "interface mgmt",
    "system",
    "@port",
    "interface loopback",
    "interface vxlan",
    "@svi",
    "vsx",
    "snmp-server",
    "snmpv3",
    "ip dns",
    "@other",
    "ip prefix-list",
    "ip route",
    "route-map",
    "router",
    "https-server",
)
"""Where a line stands in `show running-config`, by its beginning; `@` marks the parts this file builds."""


@dataclass(slots=True)
class Vlan:
    """One VLAN."""

    name: str = ""
    """As configured; empty: the device calls it `VLAN10`."""
    lines: Lines = field(default_factory=lambda: Lines(("description",), []))
    """Everything else below it."""


@dataclass(slots=True)
class Port:
    """A physical port or a LAG."""

    shutdown: bool = False
    """Administratively down."""
    description: str = ""
    """Empty: none."""
    routing: bool = False
    """A layer 3 port."""
    trunk: bool = False
    """VLAN mode is trunk, else access."""
    vlan: int = 1
    """Access VLAN, or a trunk's native VLAN."""
    native_tag: bool = False
    """The native VLAN is tagged."""
    allowed: set[int] = field(default_factory=set)
    """Allowed VLANs of a trunk; empty: all."""
    lag: int | None = None
    """The LAG it is a member of."""
    suffix: str = ""
    """What the header says after the name (`multi-chassis`)."""
    lines: Lines = field(default_factory=lambda: Lines(PORT_KEYS, []))
    """Everything else."""

    def reset_vlans(self) -> None:
        """Back to access in VLAN 1, as out of the box."""
        self.trunk, self.vlan, self.native_tag, self.allowed = False, 1, False, set()

    def leave(self, vlan: int) -> None:
        """The VLAN is gone: an access port is in VLAN 1 again, a trunk has one less."""
        if self.vlan == vlan:
            self.vlan = 1
        if vlan in self.allowed:
            self.allowed.discard(vlan)
            if not self.allowed:
                self.reset_vlans()

    def carries(self, vlan: int) -> str:
        """`untagged`, `tagged` or empty, for frames of this VLAN."""
        if self.routing:
            return ""
        if not self.trunk:
            return "untagged" if vlan == self.vlan else ""
        if self.allowed and vlan not in self.allowed:
            return ""
        return "untagged" if vlan == self.vlan and not self.native_tag else "tagged"


@dataclass(slots=True)
class User:
    """A local account."""

    group: str
    """`administrators`, `operators`, `auditors`, or a group of the operator's own."""
    cipher: str
    """Ciphertext as exported."""


@dataclass(slots=True)
class Config:
    """A whole configuration."""

    hostname: str = "6300"
    """Shown in the prompt."""
    banners: dict[str, str] = field(default_factory=dict)
    """`motd` and `exec`, text with "\\n"."""
    users: dict[str, User] = field(default_factory=dict)
    """Accounts by name."""
    lines: Lines = field(default_factory=lambda: Lines(GLOBAL_KEYS, []))
    """Global one-liners."""
    acls: dict[str, dict[int, str]] = field(default_factory=dict)
    """Entries by sequence number, per `ip NAME`."""
    vlans: dict[int, Vlan] = field(default_factory=lambda: {1: Vlan()})
    """VLANs by id."""
    ports: dict[str, Port] = field(default_factory=dict)
    """Ports by name, in the device's order."""
    lags: dict[int, Port] = field(default_factory=dict)
    """LAGs by number."""
    svis: dict[int, Lines] = field(default_factory=dict)
    """Lines of each `interface vlan`."""
    blocks: dict[str, list[str]] = field(default_factory=dict)
    """Other contexts by header, with their lines as entered (deeper ones keep their indent)."""

    def members(self, lag: int) -> list[str]:
        """Ports of a LAG."""
        return [name for name, port in self.ports.items() if port.lag == lag]


def new_svi() -> Lines:
    """An empty `interface vlan`."""
    return Lines(("ip address", "ip dhcp", "description", "vrf attach", "ip mtu", "active-gateway ip mac"), [])


def encipher(name: str, secret: str) -> str:
    """A secret as this switch exports it: opaque, not comparable with another account's, stable for one."""
    digest = hashlib.scrypt(secret.encode(), salt=name.encode(), n=16, r=1, p=1, dklen=48)
    return "AQBap" + b64encode(digest).decode()


def running_text(config: Config) -> str:
    """The configuration as `show running-config` prints it, without the `Current configuration:` line."""
    head = ["!", f"!Version ArubaOS-CX {VERSION}", "!export-password: default", f"hostname {config.hostname}"]
    for kind, text in config.banners.items():
        delimiter = next((mark for mark in "^!$%@~" if mark not in text), "^")
        head += [f"banner {kind} {delimiter}", *text.split("\n"), delimiter]
    head += [f"user {name} group {user.group} password ciphertext {user.cipher}" for name, user in config.users.items()]
    parts = _parts(config)
    body = [line for _, block in sorted(parts, key=lambda part: part[0]) for line in block]
    return "\n".join([*head, *body]) + "\n"


def _rank(line: str) -> int:
    heads = [head for head in _ORDER if line == head or line.startswith(head + " ")]
    return _ORDER.index(max(heads, key=len, default="@other"))


def _parts(config: Config) -> list[tuple[int, list[str]]]:
    parts = [(_rank(line), [line]) for line in config.lines.items]
    parts += [(_rank(head), [head, *(f"    {line}" for line in lines)]) for head, lines in config.blocks.items()]
    parts += [(_ORDER.index("@acl"), _acl_block(name, entries)) for name, entries in config.acls.items()]
    parts.append((_ORDER.index("@vlan"), _vlan_blocks(config)))
    parts.append((_ORDER.index("@port"), _port_blocks(config)))
    parts.append((_ORDER.index("@svi"), _svi_blocks(config)))
    return parts


def _acl_block(name: str, entries: dict[int, str]) -> list[str]:
    return [f"access-list {name}", *(f"    {number} {entries[number]}" for number in sorted(entries))]


def _vlan_blocks(config: Config) -> list[str]:
    plain = [number for number, vlan in config.vlans.items() if not vlan.name and not vlan.lines.items]
    out = [f"vlan {compress(plain)}"] if plain else []
    for number in sorted(config.vlans.keys() - set(plain)):
        vlan = config.vlans[number]
        out += [f"vlan {number}", *([f"    name {vlan.name}"] if vlan.name else [])]
        out += [f"    {line}" for line in vlan.lines.items]
    return out


def _port_blocks(config: Config) -> list[str]:
    out: list[str] = []
    for number in sorted(config.lags):
        lag = config.lags[number]
        out += [f"interface lag {number}{lag.suffix}", *port_lines(lag)]
    for name, port in config.ports.items():
        out += [f"interface {name}", *port_lines(port)]
    return out


def port_lines(port: Port) -> list[str]:
    """The lines below `interface …`, indented, in the device's order."""
    out = ["shutdown" if port.shutdown else "no shutdown"]
    early = [line for line in port.lines.items if line.startswith(("mtu ", "speed ", "vrf attach "))]
    out += early
    if port.description:
        out.append(f"description {port.description}")
    if port.lag is None:
        out += _mode_lines(port)
    out += [line for line in port.lines.items if line not in early]
    if port.lag is not None:
        out.append(f"lag {port.lag}")
    return [f"    {line}" for line in out]


def _mode_lines(port: Port) -> list[str]:
    if port.routing:
        return ["routing"]
    if not port.trunk:
        return ["no routing", f"vlan access {port.vlan}"]
    native = f"vlan trunk native {port.vlan}{' tag' if port.native_tag else ''}"
    return ["no routing", native, f"vlan trunk allowed {compress(port.allowed) or 'all'}"]


def _svi_blocks(config: Config) -> list[str]:
    out: list[str] = []
    for number in sorted(config.svis):
        out += [f"interface vlan {number}", *(f"    {line}" for line in config.svis[number].items)]
    return out
