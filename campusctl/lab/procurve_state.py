"""What a simulated ArubaOS-Switch (ProCurve) holds, and how it prints it.

Source: ArubaOS-Switch 16.10 Basic Operation, Management and Configuration, and Advanced Traffic Management Guides;
running configurations of KB.15.15 to WC.16.11 in public.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from campusctl.lab.vocabulary import Lines

DEFAULT_ON = (
    "autorun",
    "cdp run",
    "cwmp enable",
    "dhcp config-file-update",
    "dhcp image-file-update",
    "dhcp tr69-acs-url",
    "dhcp-snooping option 82",
    "ip icmp redirects",
    "ip source-route",
    "ip ssh",
    "lldp run",
    "power-over-ethernet",
    "rest-interface",
    "snmp-server enable",
    "stack",
    "telnet-server",
    "tftp client",
    "tftp server",
    "usb-port",
    "web-management",
)
"""Settings that are on when nothing is said, so that only their `no` is a line."""

GLOBAL_KEYS = (
    "console idle-timeout",
    "ip authorized-managers * *",
    "ip default-gateway",
    "ip dns domain-name",
    "ip dns server-address priority *",
    "ip ssh timeout",
    "ip ssh filetransfer",
    "ip timep",
    "lldp admin-status *",
    "lldp refresh-interval",
    "logging *",
    "loop-protect disable-timer",
    "management-vlan",
    "max-vlans",
    "ntp server *",
    "primary-vlan",
    "snmp-server community *",
    "snmp-server host *",
    "snmpv3 engineid",
    "snmpv3 user *",
    "sntp server priority *",
    "spanning-tree bpdu-protection-timeout",
    "spanning-tree config-name",
    "spanning-tree config-revision",
    "spanning-tree force-version",
    "spanning-tree forward-delay",
    "spanning-tree hello-time",
    "spanning-tree maximum-age",
    "spanning-tree mode",
    "spanning-tree priority",
    "spanning-tree vlan * priority",
    "time daylight-time-rule",
    "time timezone",
    "timesync",
    "web-management idle-timeout",
)
"""Heads of global one-line settings that exist once."""

_ORDER = (
    "; ",
    "hostname",
    "module",
    "stacking",
    "vsf",
    "banner",
    "include-credentials",
    "@password-shown",
    "max-vlans",
    "@trunk",
    "dhcp-snooping",
    "no dhcp-snooping",
    "logging",
    "timesync",
    "no sntp",
    "sntp",
    "ntp",
    "no telnet-server",
    "time",
    "no web-management",
    "web-management",
    "ip authorized-managers",
    "ip access-list",
    "@acl",
    "ip default-gateway",
    "ip dns",
    "ip route",
    "ip routing",
    "ip",
    "no ip",
    "qos",
    "@port",
    "@snmp",
    "snmp-server",
    "snmpv3",
    "aaa",
    "radius-server",
    "tacacs-server",
    "lldp",
    "no lldp",
    "@other",
    "oobm",
    "@vlan",
    "spanning-tree",
    "no spanning-tree",
    "loop-protect",
    "management-vlan",
    "primary-vlan",
    "no tftp",
    "no autorun",
    "no dhcp",
    "device-profile",
    "@password",
)
"""Where a line stands in `show running-config`, by its beginning; `@` marks the parts this file builds."""


@dataclass(slots=True)
class Vlan:
    """One VLAN and its members."""

    name: str
    """Shown in quotes."""
    untagged: set[str] = field(default_factory=set)
    """Ports and trunks."""
    tagged: set[str] = field(default_factory=set)
    """Ports and trunks."""
    address: str = ""
    """`ADDRESS MASK`, `dhcp-bootp`, or empty for none."""
    lines: Lines = field(default_factory=lambda: Lines(("ip access-group * *", "qos priority", "qos dscp"), []))
    """Everything else below it."""


@dataclass(slots=True)
class Port:
    """One physical port."""

    name: str = ""
    """Friendly name; empty: none."""
    disabled: bool = False
    """Administratively down."""
    lines: Lines = field(default_factory=lambda: Lines(("speed-duplex", "power-over-ethernet", "qos priority"), []))
    """Everything else below it."""


@dataclass(slots=True)
class Trunk:
    """One link aggregation."""

    kind: str
    """`lacp`, `trunk` or `dt-lacp`."""
    members: list[str] = field(default_factory=list)
    """Ports."""
    port: Port = field(default_factory=Port)
    """Lines of `interface TrkN`."""


@dataclass(slots=True)
class Account:
    """The manager's or the operator's login."""

    user: str = ""
    """User name; empty: the level's own (`manager`, `operator`)."""
    sha1: str = ""
    """SHA-1 of the password, hex."""


@dataclass(slots=True)
class Config:
    """A whole configuration."""

    model: str = "JL256A"
    """Product number in the header."""
    release: str = "WC.16.10.0009"
    """Software release in the header."""
    hostname: str = "Aruba-2930F-48G-PoEP-4SFPP"
    """Shown in the prompt."""
    banner: str = ""
    """Message of the day, "\\n" line ends; empty: none."""
    accounts: dict[str, Account] = field(default_factory=dict)
    """`manager` and `operator`."""
    credentials: bool = False
    """`include-credentials`: hashes are part of the shown configuration."""
    contact: str = ""
    """sysContact."""
    location: str = ""
    """sysLocation."""
    lines: Lines = field(default_factory=lambda: Lines(GLOBAL_KEYS, []))
    """Global one-liners."""
    acls: dict[str, dict[int, str]] = field(default_factory=dict)
    """Entries by sequence number, per `extended "NAME"`."""
    ports: dict[str, Port] = field(default_factory=dict)
    """Physical ports by name, in the device's order."""
    trunks: dict[int, Trunk] = field(default_factory=dict)
    """Link aggregations by number."""
    vlans: dict[int, Vlan] = field(default_factory=dict)
    """VLANs by id."""
    stp_ports: dict[str, list[str]] = field(default_factory=dict)
    """Spanning-tree options per port or trunk."""
    blocks: dict[str, list[str]] = field(default_factory=dict)
    """Other contexts by header, with their lines as entered."""

    def bridge_ports(self) -> list[str]:
        """Everything a VLAN can have as a member, in the device's order: ports outside trunks, then trunks."""
        bundled = {name for trunk in self.trunks.values() for name in trunk.members}
        return [name for name in self.ports if name not in bundled] + [f"Trk{number}" for number in sorted(self.trunks)]

    def port(self, name: str) -> Port:
        """The port or trunk of that name."""
        return self.trunks[int(name[3:])].port if name.startswith("Trk") else self.ports[name]

    def settle(self) -> None:
        """Every bridge port belongs to some VLAN: who has none is untagged in VLAN 1."""
        existing = set(self.bridge_ports())
        for vlan in self.vlans.values():
            vlan.untagged &= existing
            vlan.tagged &= existing
        homed = {name for vlan in self.vlans.values() for name in vlan.untagged | vlan.tagged}
        self.vlans[1].untagged |= existing - homed
        self.stp_ports = {name: options for name, options in self.stp_ports.items() if name in existing and options}


def factory(ports: Sequence[str], **header: str) -> Config:
    """A configuration as out of the box: all ports untagged in VLAN 1."""
    config = Config(ports={name: Port() for name in ports}, **header)  # type: ignore[arg-type]
    config.vlans[1] = Vlan("DEFAULT_VLAN", address="dhcp-bootp")
    config.settle()
    return config


_NUMBERED = re.compile(r"(.*?)(\d+)")


def port_list(names: Iterable[str], order: Sequence[str]) -> str:
    """Ports as the device lists them: `1-5,A1-A4,Trk1`."""
    place = {name: at for at, name in enumerate(order)}
    runs: list[list[str]] = []
    for name in sorted(names, key=lambda one: place.get(one, len(place))):
        if runs and _follows(runs[-1][-1], name):
            runs[-1].append(name)
        else:
            runs.append([name])
    return ",".join(run[0] if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


def _follows(before: str, name: str) -> bool:
    first, second = _NUMBERED.fullmatch(before), _NUMBERED.fullmatch(name)
    return bool(first and second and first[1] == second[1] and int(first[2]) + 1 == int(second[2]))


def sha1(secret: str) -> str:
    """A password as the switch stores it."""
    return hashlib.sha1(secret.encode(), usedforsecurity=False).hexdigest()


def running_text(config: Config, *, secrets: bool = False) -> str:
    """The configuration as `show running-config` prints it, without the `Running configuration:` line.

    Args:
        config: What to print.
        secrets: With hashes, as it is stored, even where `include-credentials` does not show them.
    """
    secrets = secrets or config.credentials
    parts = [(_rank(line), [line]) for line in _shown_lines(config, secrets=secrets)]
    parts += [
        (_rank(head), [head, *(f"   {line}" for line in lines), "   exit"]) for head, lines in config.blocks.items()
    ]
    parts += [(_ORDER.index("@acl"), _acl_block(head, entries)) for head, entries in config.acls.items()]
    parts.append((_ORDER.index("@trunk"), _trunk_lines(config)))
    parts.append((_ORDER.index("@port"), _port_blocks(config)))
    parts.append((_ORDER.index("@snmp"), _snmp_lines(config)))
    parts.append((_ORDER.index("@vlan"), _vlan_blocks(config)))
    parts.append((_ORDER.index("spanning-tree"), _stp_lines(config)))
    place = "@password-shown" if config.credentials else "@password"
    parts.append((_ORDER.index(place), _passwords(config, secrets=secrets)))
    body = [line for _, block in sorted(parts, key=lambda part: part[0]) for line in block]
    head = [f"; {config.model} Configuration Editor; Created on release #{config.release}", _VERSION_LINE]
    return "\n".join([*head, f'hostname "{config.hostname}"', *body]) + "\n"


_VERSION_LINE = "; Ver #14:67.6f.f8.1d.9b.3f.bf.bb.ef.7c.59.fc.6b.fb.9f.fc.ff.ff.37.ef:45"


def _rank(line: str) -> int:
    heads = [head for head in _ORDER if line == head or line.startswith(head + " ")]
    return _ORDER.index(max(heads, key=len, default="@other"))


def _shown_lines(config: Config, *, secrets: bool) -> list[str]:
    lines = [f'banner motd "{config.banner.replace(chr(10), chr(92) + "n")}"'] if config.banner else []
    lines += ["include-credentials"] if config.credentials else []
    for line in config.lines.items:
        hidden = line.startswith("snmpv3 user ") and not secrets
        lines.append(" ".join(line.split()[:3]) if hidden else line)
    return lines


def _passwords(config: Config, *, secrets: bool) -> list[str]:
    out = []
    for level, account in config.accounts.items():
        user = f' user-name "{account.user}"' if account.user else ""
        out.append(f'password {level}{user} sha1 "{account.sha1}"' if secrets else f"password {level}")
    return out


def _trunk_lines(config: Config) -> list[str]:
    order = list(config.ports)
    return [
        f"trunk {port_list(trunk.members, order)} trk{number} {trunk.kind}"
        for number, trunk in sorted(config.trunks.items())
    ]


def _acl_block(head: str, entries: dict[int, str]) -> list[str]:
    return [f"ip access-list {head}", *(f"     {number} {entries[number]}" for number in sorted(entries)), "   exit"]


def port_lines(port: Port) -> list[str]:
    """The lines below `interface …`, indented; none for a port as out of the box."""
    out = ["disable"] if port.disabled else []
    out += [line for line in port.lines.items if not line.startswith(("no power", "power"))]
    out += [f'name "{port.name}"'] if port.name else []
    out += [line for line in port.lines.items if line.startswith(("no power", "power"))]
    return [f"   {line}" for line in out]


def _port_blocks(config: Config) -> list[str]:
    out: list[str] = []
    for name in [*config.ports, *(f"Trk{number}" for number in sorted(config.trunks))]:
        lines = port_lines(config.port(name))
        if lines:
            out += [f"interface {name}", *lines, "   exit"]
    return out


def _snmp_lines(config: Config) -> list[str]:
    words = [f'contact "{config.contact}"'] if config.contact else []
    words += [f'location "{config.location}"'] if config.location else []
    return [" ".join(["snmp-server", *words])] if words else []


def vlan_lines(config: Config, number: int) -> list[str]:
    """The lines below `vlan N`, indented."""
    vlan, order = config.vlans[number], config.bridge_ports()
    out = [f'name "{vlan.name}"']
    left = [name for name in order if name not in vlan.untagged | vlan.tagged] if number == 1 else []
    for words, names in (("no untagged", left), ("untagged", vlan.untagged), ("tagged", vlan.tagged)):
        if names:
            out.append(f"{words} {port_list(names, order)}")
    out.append(f"ip address {vlan.address}" if vlan.address else "no ip address")
    return [f"   {line}" for line in [*out, *vlan.lines.items]]


def _vlan_blocks(config: Config) -> list[str]:
    out: list[str] = []
    for number in sorted(config.vlans):
        out += [f"vlan {number}", *vlan_lines(config, number), "   exit"]
    return out


def _stp_lines(config: Config) -> list[str]:
    out = []
    on = any(line.split()[0] == "spanning-tree" for line in config.lines.items)
    for name in config.bridge_ports():
        options = config.stp_ports.get(name, [])
        # The device itself gives every trunk this line as soon as spanning tree is on.
        if name.startswith("Trk") and on and not any(option.startswith("priority") for option in options):
            options = [*options, "priority 4"]
        out += [f"spanning-tree {name} {option}" for option in options]
    return out
