"""AOS-CX commands for VLANs, VLAN interfaces, routes and spanning tree."""

import re
from collections.abc import Iterable
from typing import Final

from campusctl.drivers.switch.dialects import _cx_tables as tables
from campusctl.drivers.switch.dialects._cx_read_ports import default_name
from campusctl.drivers.switch.dialects._cx_text import near, network, vlan_ids, vlan_list
from campusctl.drivers.switch.dialects._cx_write import Phase, Writer, words_of
from campusctl.model.sentence import sentence
from campusctl.model.setting import FREE, Path, State, Value

_VLAN_LINES: Final = {entry.part: prefix for prefix, entry in tables.VLAN_VALUES.items()}
_SVI_LINES: Final = {entry.part: prefix for prefix, entry in tables.SVI_VALUES.items()}
_NAMES_VLANS: Final = re.compile(r"^vlan (?:access |trunk native |trunk allowed )?([\d,-]+)$")
_DEFAULTS: Final = ("0.0.0.0/0", "::/0")


def _deserted(state: State, vrf: tuple[str, ...]) -> bool:
    """Whether no interface is in a VRF of ours any more."""
    if not vrf or vrf[0] == "mgmt":
        return False
    return not any(value == vrf[0] and path[2:] == ("vrf",) for path, value in state.settings.items())


Route = tuple[str, ...]
"""Prefix, next hop, and a VRF that is not the default one."""


def write_vlans(writer: Writer, paths: Iterable[Path]) -> None:
    """New VLANs and their attributes first, VLANs that go last."""
    paths = list(paths)
    gone = {path[1] for path in paths if len(path) == 2 and path not in writer.after.settings}
    used = _used_vlans(writer.after) if gone else {}
    attributes = {path[1] for path in paths if len(path) > 2}
    for path in paths:
        vlan, value = path[1], writer.after.settings.get(path)
        if len(path) > 2:
            if vlan not in gone:
                _vlan_line(writer, path, value)
        elif value is None:
            _delete_vlan(writer, vlan, used.get(vlan, ""))
        elif vlan not in attributes:
            writer.enter(Phase.VLAN, f"vlan {vlan}", path=path)


def _delete_vlan(writer: Writer, vlan: str, user: str) -> None:
    if user:
        writer.refuse(
            f"no vlan {vlan}", sentence("{what} still uses VLAN {vlan}", what=user, vlan=vlan), ("vlan", vlan)
        )
    else:
        writer.line(Phase.VLAN_REMOVE, f"no vlan {vlan}", path=("vlan", vlan))


def _used_vlans(state: State) -> dict[str, str]:
    """Who uses a VLAN, by its number."""
    used: dict[str, str] = {}
    for path, value in state.settings.items():
        match path:
            case ("port", port, "access_vlan" | "native_vlan"):
                used[str(value)] = port
            case ("port", port, "tagged", vlan):
                used[vlan] = port
            case ("svi", vlan):
                used[vlan] = f"interface vlan {vlan}"
    for path in state.settings:
        found = _NAMES_VLANS.search(path[-1]) if path[0] == FREE and len(path) > 2 else None
        for vlan in vlan_ids(found[1]) or () if found else ():
            used.setdefault(vlan, path[1])
    return used


def _vlan_line(writer: Writer, path: Path, value: Value | None) -> None:
    context = f"vlan {path[1]}"
    part = path[2]
    if part in ("voice", "shutdown"):
        writer.line(Phase.VLAN, part if value else f"no {part}", context, path=path)
    elif part == "acl":
        _apply(writer, Phase.SVI, context, path, value)
    elif value is not None:
        writer.line(Phase.VLAN, f"{_VLAN_LINES[part]} {value}", context, path=path)
    elif part == "name":
        writer.line(Phase.VLAN, f"name {default_name(path[1])}", context, path=path)
    else:
        writer.line(Phase.VLAN, f"no {_VLAN_LINES[part]}", context, path=path)


def _apply(writer: Writer, phase: Phase, context: str, path: Path, value: Value | None) -> None:
    kind, _, way = path[3].partition(" ")
    if value is not None:
        writer.line(phase, f"apply access-list {kind} {value} {way}", context, path=path)
    else:
        old = writer.before.settings[path]
        writer.line(phase, f"no apply access-list {kind} {old} {way}", context, path=path)


def write_svis(writer: Writer, paths: Iterable[Path]) -> None:
    """VLAN interfaces: made with their address, removed late."""
    svis: dict[str, list[Path]] = {}
    for path in paths:
        svis.setdefault(path[1], []).append(path)
    in_the_way = _in_the_way(writer, svis)
    for vlan, changed in svis.items():
        if writer.new("svi", vlan) is None and vlan != "1":
            if writer.old("svi", vlan) is not None:
                phase = Phase.SVI_CLEAR if vlan in in_the_way else Phase.SVI_REMOVE
                writer.line(phase, f"no interface vlan {vlan}", path=("svi", vlan))
            continue
        if vlan in in_the_way:
            old, path = writer.old("svi", vlan, "address"), ("svi", vlan, "address")
            writer.line(Phase.SVI_CLEAR, f"no ip address {old}", f"interface vlan {vlan}", path=path)
        if len(changed) == 1 and len(changed[0]) == 2 and vlan != "1":
            writer.enter(Phase.SVI, f"interface vlan {vlan}", path=changed[0])
        _svi(writer, vlan, changed)


def _in_the_way(writer: Writer, vlans: Iterable[str]) -> set[str]:
    """VLAN interfaces that leave a network into which another one comes."""
    leaving: dict[str, str] = {}
    coming: dict[str, str] = {}
    for vlan in vlans:
        old, new = (
            str(value or "") for value in (writer.old("svi", vlan, "address"), writer.new("svi", vlan, "address"))
        )
        if network(old) != network(new):
            leaving[network(old)] = vlan
            coming[network(new)] = vlan
    return {vlan for place, vlan in leaving.items() if place and coming.get(place, vlan) != vlan}


_SVI_ORDER: Final = ("vrf", "description", "ip_mtu", "shutdown", "address", "ipv6", "helper", "acl")


def _svi(writer: Writer, vlan: str, changed: list[Path]) -> None:
    context = f"interface vlan {vlan}"
    vrf = ("svi", vlan, "vrf")
    if vrf in changed:
        # The VRF first: attaching one takes the addresses away, so all of them are said again.
        new, old = writer.new(*vrf), writer.old(*vrf)
        writer.line(Phase.SVI, f"vrf attach {new}" if new else f"no vrf attach {old}", context, path=vrf)
        moved = [path for path, _ in writer.after.under("svi", vlan) if path[2:3] in (("address",), ("ipv6",))]
        changed = [*dict.fromkeys([*changed, *moved])]
    ordered = sorted((path for path in changed if len(path) > 2), key=lambda path: _SVI_ORDER.index(path[2]))
    if any(path[2] == "address" for path in ordered):
        _svi_addresses(writer, vlan, changed)
    for path in ordered:
        value = writer.after.settings.get(path)
        match path[2:]:
            case ("shutdown",):
                phase = Phase.SVI_REMOVE if value else Phase.SVI
                writer.line(phase, "shutdown" if value else "no shutdown", context, path=path)
            case ("ipv6" | "helper" as kind, address):
                word = "ipv6 address" if kind == "ipv6" else "ip helper-address"
                phase = Phase.SVI if value else Phase.SVI_REMOVE
                writer.line(phase, f"{'' if value else 'no '}{word} {address}", context, path=path)
            case ("acl", _):
                _apply(writer, Phase.SVI, context, path, value)
            case (part,) if part in _SVI_LINES and part != "vrf":
                line = f"no {_SVI_LINES[part]}" if value is None else f"{_SVI_LINES[part]} {value}"
                writer.line(Phase.SVI, line, context, path=path)


def _svi_addresses(writer: Writer, vlan: str, changed: list[Path]) -> None:
    """Primary and secondary addresses; one that changes its role is taken back first."""
    context = f"interface vlan {vlan}"
    primary = ("svi", vlan, "address")
    old, new = writer.old(*primary), writer.new(*primary)
    second = [path for path in changed if path[2:4] == ("address", "secondary")]
    leaving = [path[4] for path in second if path not in writer.after.settings]
    coming = [path[4] for path in second if path in writer.after.settings]
    for address in leaving:
        if address == new:
            writer.line(Phase.SVI, f"no ip address {address} secondary", context, path=primary)
    if primary in changed:
        phase = Phase.SVI_REMOVE if new is None else Phase.SVI
        for line in _primary(old, new):
            writer.line(phase, line, context, path=primary)
    for address in coming:
        writer.line(Phase.SVI, f"ip address {address} secondary", context, path=primary)
    for address in leaving:
        if address != new:
            writer.line(Phase.SVI_REMOVE, f"no ip address {address} secondary", context, path=primary)


def _primary(old: Value | None, new: Value | None) -> list[str]:
    if new is None:
        return ["no ip dhcp" if old == "dhcp" else f"no ip address {old}"]
    if new == "dhcp":
        return [*([f"no ip address {old}"] if old else []), "ip dhcp"]
    # The address stands before DHCP is turned off.
    return [f"ip address {new}", *(["no ip dhcp"] if old == "dhcp" else [])]


def write_routes(writer: Writer, _paths: Iterable[Path]) -> None:
    """Static routes; a default route only goes when another one stays."""
    old, new = _routes(writer.before), _routes(writer.after)
    for route, value in new.items():
        if old.get(route) != value:
            writer.line(Phase.ROUTE, _route_line(route, value), path=_route_path(writer.after, route))
    for route in old:
        if route in new:
            continue
        line, path = f"no {_route_line(route, True)}", _route_path(writer.before, route)
        replaced = any((other[0], other[2:]) == (route[0], route[2:]) for other in new)
        if route[0] in _DEFAULTS and not replaced and not _deserted(writer.after, route[2:]):
            writer.refuse(line, sentence("the default route would go without a replacement"), path)
        else:
            writer.line(Phase.ROUTE_REMOVE, line, path=path)


def stranded_gateway(before: State, after: State, port: str) -> str:
    """The default gateway that a routed port reaches and nothing would reach any more; empty: none."""
    address = before.get("port", port, "address")
    hops = [route[1] for route in _routes(after) if route[0] in _DEFAULTS]
    reached = [hop for hop in hops if isinstance(address, str) and near(address, hop)]
    addresses = (
        [
            str(value)
            for path, value in after.settings.items()
            if path[0] in ("svi", "port") and path[2:] == ("address",)
        ]
        if reached
        else []
    )
    return next((hop for hop in reached if not any(near(other, hop) for other in addresses)), "")


def _routes(state: State) -> dict[Route, Value]:
    routes: dict[Route, Value] = {path[1:]: value for path, value in state.under("route")}
    gateway = state.get("gateway")
    if isinstance(gateway, str):
        routes["0.0.0.0/0", gateway] = True
    return routes


def _route_path(state: State, route: Route) -> Path:
    path = ("route", *route)
    return path if path in state.settings else ("gateway",)


def _route_line(route: Route, value: Value) -> str:
    family = "ipv6" if ":" in route[0] else "ip"
    vrf = f" vrf {route[2]}" if len(route) > 2 else ""
    return f"{family} route {route[0]} {route[1]}{words_of(value)}{vrf}"


def write_stp(writer: Writer, paths: Iterable[Path]) -> None:
    """Spanning tree; simple values come from the table of global lines."""
    paths = list(paths)
    for path in paths:
        if path[1] == "enabled":
            _stp_enabled(writer, path)
    _stp_instances(writer, [path for path in paths if path[1] == "instance"])
    _stp_vlans(writer, [path for path in paths if path[1] == "vlan"])


def _stp_enabled(writer: Writer, path: Path) -> None:
    if writer.after.settings.get(path):
        writer.line(Phase.STP, "spanning-tree", path=path)
    elif path in writer.after.manages:
        writer.line(Phase.STP_REMOVE, "no spanning-tree", path=path)
    else:
        reason = sentence("it would open the network to loops; write `no spanning-tree` where that is meant")
        writer.refuse("no spanning-tree", reason, path)


def _stp_instances(writer: Writer, paths: list[Path]) -> None:
    """MST instances: VLANs leave one before they come to another."""
    numbers = tuple(dict.fromkeys(path[2] for path in paths))
    for number in numbers:
        line = f"spanning-tree instance {number}"
        path = ("stp", "instance", number)
        gone = set(writer.before.names(*path, "vlan")) - set(writer.after.names(*path, "vlan"))
        if gone and not any(True for _ in writer.after.under(*path)):
            phase = Phase.STP if _mapped(writer.after, gone) else Phase.STP_REMOVE
            writer.line(phase, f"no {line}", path=path)
        elif gone:
            writer.line(Phase.STP, f"no {line} vlan {vlan_list(gone)}", path=path)
    for number in numbers:
        path = ("stp", "instance", number)
        new = set(writer.after.names(*path, "vlan")) - set(writer.before.names(*path, "vlan"))
        if new:
            writer.line(Phase.STP, f"spanning-tree instance {number} vlan {vlan_list(new)}", path=path)
    for changed in paths:
        if changed[3] == "priority":
            _stp_priority(writer, changed)


def _mapped(state: State, vlans: set[str]) -> bool:
    return any(path[3] == "vlan" and path[4] in vlans for path, _ in state.under("stp", "instance"))


def _stp_priority(writer: Writer, path: Path) -> None:
    value = writer.after.settings.get(path)
    line = f"spanning-tree instance {path[2]} priority"
    if value:
        writer.line(Phase.STP, f"{line} {value}", path=path)
    elif any(True for _ in writer.after.under(*path[:3])):
        writer.line(Phase.STP, f"no {line}", path=path)


def _stp_vlans(writer: Writer, paths: list[Path]) -> None:
    """RPVST: which VLANs have a tree, and their priorities; VLANs of which the same is said go in one line."""
    said: dict[tuple[Phase, str], list[Path]] = {}
    for path in paths:
        value = writer.after.settings.get(path)
        tail = f" {path[3]}" if len(path) > 3 else ""
        if value is not None:
            more = f"{tail} {value}" if tail else ""
            said.setdefault((Phase.STP, f"spanning-tree vlan {{}}{more}"), []).append(path)
        elif not tail:
            said.setdefault((Phase.STP_REMOVE, "no spanning-tree vlan {}"), []).append(path)
        elif writer.new("stp", "vlan", path[2]):
            said.setdefault((Phase.STP, f"no spanning-tree vlan {{}}{tail}"), []).append(path)
    for (phase, line), together in said.items():
        writer.line(phase, line.format(vlan_list(path[2] for path in together)), path=together[0])
