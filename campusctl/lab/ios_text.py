"""How a simulated Catalyst switch prints its configuration.

Source: running configurations of 15.2(7)E on Catalyst 2960-X in public.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from campusctl.lab.ios_acl import numbered_kind
from campusctl.lab.ios_state import ALL_VLANS, RESERVED, Config, Port, Svi, User, Vlan, port_order, vlan_text
from campusctl.lab.vocabulary import Lines

_WRAP = 56
"""Characters of a VLAN list before it goes on with `add` on the next line."""

_ORDER = (
    "no service",
    "service",
    "@hostname",
    "boot",
    "no logging",
    "logging buffered",
    "logging console",
    "logging monitor",
    "logging userinfo",
    "enable",
    "@user",
    "aaa",
    "@aaa",
    "clock",
    "switch",
    "system",
    "hw-module",
    "@dhcp",
    "no ip source-route",
    "ip routing",
    "ip dhcp",
    "no ip domain-lookup",
    "ip domain-name",
    "ip domain-list",
    "ip host",
    "ip name-server",
    "ip device",
    "ip arp",
    "ip igmp",
    "no ip igmp",
    "login",
    "vtp",
    "udld",
    "mls",
    "auto",
    "device-tracking",
    "@crypto",
    "license",
    "dot1x",
    "errdisable",
    "port-channel",
    "spanning-tree",
    "no spanning-tree",
    "@mst",
    "@archive",
    "alias",
    "vlan internal",
    "@vlan",
    "no lldp",
    "lldp",
    "no cdp",
    "cdp",
    "lacp",
    "@class",
    "@interface",
    "ip default-gateway",
    "ip forward-protocol",
    "ip http",
    "ip route",
    "ip tftp",
    "ip ssh",
    "ip scp",
    "@acl",
    "ip sla",
    "logging",
    "@numbered",
    "@ipv6",
    "snmp-server",
    "radius-server",
    "tacacs-server",
    "privilege",
    "@other",
    "@banner",
    "@line",
    "ntp",
    "sntp",
    "mac",
    "monitor",
)
"""Where a line stands, by its beginning; `@` marks the parts this file builds."""

_BLOCK_PLACES = (
    ("aaa", "@aaa"),
    ("radius server", "@other"),
    ("tacacs server", "@other"),
    ("ip dhcp", "@dhcp"),
    ("crypto", "@crypto"),
    ("spanning-tree mst", "@mst"),
    ("archive", "@archive"),
    ("class-map", "@class"),
    ("policy-map", "@class"),
    ("ipv6", "@ipv6"),
)
_PORT_ORDER = (
    "vrf",
    "ip vrf",
    "switchport trunk encapsulation",
    "@vlan",
    "switchport nonegotiate",
    "switchport",
    "ip arp",
    "ip access-group",
    "@address",
    "ip helper-address",
    "@shutdown",
    "speed",
    "duplex",
    "load-interval",
    "authentication",
    "mab",
    "power",
    "srr-queue",
    "priority-queue",
    "queue-set",
    "udld",
    "mls",
    "no cdp",
    "no lldp",
    "lldp",
    "dot1x",
    "storm-control",
    "@channel",
    "spanning-tree portfast",
    "spanning-tree",
    "auto",
    "service-policy",
    "ip",
)


def running_text(config: Config) -> str:
    r"""The configuration from `version` to `end`, "\n" line ends."""
    lines = [f"version {config.version}"]
    parts = _parts(config)
    for place in _ORDER:
        lines += parts.pop(place, [])
        if place == "service" or (place.startswith("@") and lines[-1] != "!"):
            lines.append("!")
    for rest in parts.values():
        lines += rest
    return "\n".join([*lines, "!", "end"]) + "\n"


def _parts(config: Config) -> dict[str, list[str]]:
    parts: dict[str, list[str]] = {place: [] for place in _ORDER}
    for line in config.lines.items:
        parts[_place(line)].append(line)
    if not any(line.startswith("spanning-tree mode") for line in config.lines.items):
        parts["spanning-tree"].insert(0, "spanning-tree mode pvst")
    if "spanning-tree extend system-id" not in parts["spanning-tree"]:
        parts["spanning-tree"].insert(1, "spanning-tree extend system-id")
    parts["spanning-tree"].sort(key=_stp_rank)
    parts["aaa"].sort(key=lambda line: (line != "aaa new-model", line.startswith("aaa session-id")))
    for head, body in config.blocks.items():
        place = next((to for start, to in _BLOCK_PLACES if head.startswith(start)), "@other")
        parts[place] += [head, *body, "!"]
    parts["@hostname"] = [f"hostname {config.hostname}", "!", "boot-start-marker", "boot-end-marker"]
    parts["@user"] = [user_line(name, user) for name, user in config.users.items()]
    parts["@vlan"] = list(_vlans(config))
    parts["@interface"] = list(_interfaces(config))
    parts["@acl"], parts["@numbered"] = _acls(config)
    parts["@banner"] = [f"banner {kind} ^C{text}^C" for kind, text in config.banners.items()]
    parts["@line"] = list(_terminals(config))
    return parts


def _stp_rank(line: str) -> int:
    heads = ("spanning-tree mode", "spanning-tree loopguard", "spanning-tree portfast", "spanning-tree extend")
    return next((at for at, head in enumerate(heads) if line.startswith(head)), len(heads))


@lru_cache(4096)
def _place(line: str) -> str:
    fits = [head for head in _ORDER if line == head or line.startswith(head + " ")]
    if not fits and line.startswith("no "):
        return _place(line.removeprefix("no "))
    return max(fits, key=len, default="@other")


def user_line(name: str, user: User) -> str:
    """`username admin privilege 15 secret 5 $1$…`."""
    words = ["username", name]
    if user.privilege != 1:
        words += ["privilege", str(user.privilege)]
    if user.word == "nopassword":
        words.append("nopassword")
    elif user.word:
        words += [user.word, user.kind or "0", user.text]
    return " ".join(words)


def _vlans(config: Config) -> Iterator[str]:
    """VLANs are in the configuration only in the modes that own their database; equal ones share a headline."""
    if config.vtp_mode() in ("server", "client"):
        return
    run: list[int] = []
    for number, vlan in sorted(config.vlans.items()):
        if number == 1 or number in RESERVED:
            continue
        if vlan == Vlan():
            run.append(number)
            continue
        if run:
            yield from (f"vlan {vlan_text(run)}", "!")
            run = []
        yield f"vlan {number}"
        yield from _vlan_body(vlan)
        yield "!"
    if run:
        yield from (f"vlan {vlan_text(run)}", "!")


def _vlan_body(vlan: Vlan) -> Iterator[str]:
    if vlan.name:
        yield f" name {vlan.name}"
    yield from (f" {line}" for line in vlan.lines.items)
    if vlan.shutdown:
        yield " shutdown"


def _interfaces(config: Config) -> Iterator[str]:
    for name in sorted(config.ports, key=port_order):
        yield from (*interface_lines(config, name), "!")
    for name in sorted(config.svis, key=port_order):
        yield from (*interface_lines(config, name), "!")


def interface_lines(config: Config, name: str) -> list[str]:
    """One interface as `show running-config interface` prints it."""
    item = config.ports.get(name) or config.svis[name]
    if item == Port():
        return [f"interface {name}"]
    parts: dict[str, list[str]] = {place: [] for place in (*_PORT_ORDER, "@rest")}
    for line in item.lines.items:
        parts[_port_place(line)].append(line)
    if isinstance(item, Port):
        parts["@vlan"] = list(_switchport(item))
        if item.group:
            parts["@channel"] = [f"channel-group {item.group} mode {item.group_mode}"]
    parts["@address"] = list(_addresses(name, item))
    if item.shutdown:
        parts["@shutdown"] = ["shutdown"]
    head = [f"description {item.description}"] if item.description else []
    return [f"interface {name}", *(f" {line}" for line in [*head, *(line for part in parts.values() for line in part)])]


@lru_cache(4096)
def _port_place(line: str) -> str:
    fits = [head for head in _PORT_ORDER if line == head or line.startswith(head + " ")]
    return max(fits, key=len, default="@rest")


def _addresses(name: str, item: Port | Svi) -> Iterator[str]:
    if isinstance(item, Svi):
        yield from (f"ip address {address} secondary" for address in item.secondary)
    if item.address:
        yield f"ip address {item.address}"
    elif isinstance(item, Svi) or item.routed or name == "FastEthernet0":
        yield "no ip address"


def _switchport(port: Port) -> Iterator[str]:
    if port.routed:
        yield "no switchport"
    if port.access != 1:
        yield f"switchport access vlan {port.access}"
    if port.native != 1:
        yield f"switchport trunk native vlan {port.native}"
    yield from allowed_lines(port.allowed)
    if port.mode:
        yield f"switchport mode {port.mode}"
    if port.voice:
        yield f"switchport voice vlan {port.voice}"


@lru_cache(4096)
def allowed_lines(allowed: frozenset[int]) -> tuple[str, ...]:
    """The list of a trunk, wrapped as IOS does; nothing for every VLAN."""
    return () if allowed == ALL_VLANS else tuple(_wrapped(allowed))


def _wrapped(allowed: frozenset[int]) -> Iterator[str]:
    chunk, word = "", ""
    for part in vlan_text(allowed).split(",") if allowed else ["none"]:
        if chunk and len(chunk) + len(part) + 1 > _WRAP:
            yield f"switchport trunk allowed vlan {word}{chunk}"
            chunk, word = "", "add "
        chunk = f"{chunk},{part}" if chunk else part
    yield f"switchport trunk allowed vlan {word}{chunk}"


def _acls(config: Config) -> tuple[list[str], list[str]]:
    named: list[str] = []
    numbered: list[str] = []
    for (kind, name), entries in sorted(config.acls.items(), key=lambda item: (item[0][0] != "standard", item[0][1])):
        lines = [entries[number] for number in sorted(entries)]
        if numbered_kind(name):
            numbered += [f"access-list {name} {line}" for line in lines]
        else:
            named += [f"ip access-list {kind} {name}", *(f" {line}" for line in lines), "!"]
    return named, numbered


def _terminals(config: Config) -> Iterator[str]:
    for name, lines in config.consoles.items():
        yield from (f"line {name}", *_body(lines))
    for bucket in (range(5), range(5, 16), range(16, 100)):
        numbers = [number for number in bucket if number in config.vtys]
        yield from _vty_runs(config, numbers)


def _vty_runs(config: Config, numbers: list[int]) -> Iterator[str]:
    run: list[int] = []
    for number in [*numbers, -1]:
        if run and (number < 0 or config.vtys[number].items != config.vtys[run[0]].items):
            span = f"{run[0]} {run[-1]}" if len(run) > 1 else str(run[0])
            yield from (f"line vty {span}", *_body(config.vtys[run[0]]))
            run = []
        run.append(number)


def _body(lines: Lines) -> Iterable[str]:
    order = ("session-timeout", "access-class", "exec-timeout", "privilege", "password", "authorization", "logging",
             "login", "history", "length", "transport")  # fmt: skip

    def rank(line: str) -> int:
        return next((at for at, head in enumerate(order) if line.startswith(head)), len(order))

    return (f" {line}" for line in sorted(lines.items, key=rank))
