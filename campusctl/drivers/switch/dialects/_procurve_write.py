"""From one state of an ArubaOS-Switch to another: commands in an order that is safe at every step."""

from collections.abc import Sequence
from ipaddress import IPv4Interface, IPv4Network
from typing import Final

from campusctl.drivers.switch.dialects import _procurve_services as services
from campusctl.drivers.switch.dialects import _procurve_words as words_of
from campusctl.drivers.switch.dialects._procurve_acl import WIDE_STEP, renumbered, steps
from campusctl.drivers.switch.dialects._procurve_members import is_membership, make_moves
from campusctl.drivers.switch.dialects._procurve_plan import Phase, Plan, Writer, by_path, text_of, write_line
from campusctl.drivers.switch.dialects._procurve_ports import compress, port_key
from campusctl.drivers.switch.dialects._procurve_text import is_opener
from campusctl.drivers.switch.dialects._procurve_words import default_vlan_name, quote, stp_default
from campusctl.engine.diff import compare
from campusctl.model.command import CommandKind, Translation
from campusctl.model.setting import FREE, Edit, Path, State

_BANNER_ENDS: Final = "%#^&@|$"


def translate(before: State, after: State) -> Translation:
    """The commands that make `before` become `after`; what is never sent is in `refused`."""
    edits = compare(before, after).edits
    if not edits:
        return Translation()
    plan = Plan(before, after)
    for edit in edits:
        if not is_membership(edit.path):
            _WRITERS.get(edit.path[0], write_line)(plan, edit)
    make_moves(before, after, edits, plan.commands, plan.refused)
    _write_lists(plan)
    return Translation(commands=plan.commands.ordered(), refused=tuple(plan.refused))


def _write_lists(plan: Plan) -> None:
    shared: dict[tuple[int, tuple[str, ...]], list[tuple[str, Path]]] = {}
    for (phase, line), ports in plan.port_lines.items():
        lists = compress(ports)
        shared.setdefault((phase, lists), []).append((line, next(iter(ports.values()))))
    for (phase, lists), lines in sorted(shared.items(), key=lambda item: (item[0][0], port_key(_head(item[0][1])))):
        for ports_text in lists:
            for line, path in lines:
                plan.add(phase, line, f"interface {ports_text}", path=path)
    for (phase, lead, tail), ports in plan.list_lines.items():
        for ports_text in compress(ports):
            plan.add(phase, f"{lead} {ports_text} {tail}".strip(), path=next(iter(ports.values())))


def _head(lists: Sequence[str]) -> str:
    return lists[0].split(",")[0].split("-")[0]


_PORT: Final = by_path(words_of.PORT)


_VLAN_WORDS: Final = by_path(words_of.VLAN)


_STP_FLAGS: Final = {key: (word, normally) for word, (key, normally) in words_of.STP_PORT_FLAGS.items()}


_STP_VALUES: Final = {key: word for word, (key, _) in words_of.STP_PORT_VALUES.items()}


def _hostname(plan: Plan, edit: Edit) -> None:
    if edit.after is None:
        plan.refuse("no hostname", "a switch keeps its name until it gets another", edit.path)
    else:
        plan.commands.add_alone(Phase.HOSTNAME, f"hostname {quote(str(edit.after))}", CommandKind.HOSTNAME, edit.path)


def _banner(plan: Plan, edit: Edit) -> None:
    kind = edit.path[1]
    if edit.after is None:
        plan.add(Phase.BANNER, f"no banner {kind}", path=edit.path)
        return
    text = str(edit.after)
    if "\n" not in text and '"' not in text:
        line = f'banner {kind} "{text}"'
    else:
        end = next((mark for mark in _BANNER_ENDS if mark not in text), "")
        if not end:
            plan.refuse(f"banner {kind}", "no character is left to end the banner with", edit.path)
            return
        line = f"banner {kind} {end}\n{text}{end}"
    plan.commands.add_alone(Phase.BANNER, line, CommandKind.BANNER, edit.path)


def _gateway(plan: Plan, edit: Edit) -> None:
    if edit.after is None and plan.after.get("route", "enabled") and plan.after.names("route", "0.0.0.0/0"):
        plan.commands.add(Phase.TAKE, f"no ip default-gateway {edit.before}", path=edit.path)
    elif edit.after is None:
        plan.refuse("no ip default-gateway", "the gateway would go without a replacement", edit.path)
    else:
        plan.add(Phase.GATEWAY, f"ip default-gateway {edit.after}", path=edit.path)


def _route(plan: Plan, edit: Edit) -> None:
    if edit.path == ("route", "enabled"):
        plan.toggle((Phase.GROUPED, Phase.TAKE + 1), "ip routing", edit=edit)
        return
    prefix, target = edit.path[1:]
    network = IPv4Network(prefix)
    line = f"ip route {network.network_address} {network.netmask} {target}"
    if edit.after is not None:
        options = "" if edit.after is True else f" {edit.after}"
        plan.add(Phase.GATEWAY, line + options, path=edit.path)
    elif network.prefixlen == 0 and not plan.after.names("route", prefix) and not plan.after.get("gateway"):
        plan.refuse(f"no {line}", "the default route would go without a replacement", edit.path)
    else:
        plan.add(Phase.TAKE + 2, f"no {line}", path=edit.path)


def _vlan(plan: Plan, edit: Edit) -> None:
    vlan = edit.path[1]
    stands = vlan == "1" or plan.after.get("vlan", vlan) is True
    if len(edit.path) == 2:
        if edit.after is None:
            plan.add(Phase.VLAN_GONE, f"no vlan {vlan}", path=edit.path)
        elif plan.after.get("vlan", vlan, "name") is None:
            plan.add(Phase.VLAN, f"name {quote(default_vlan_name(vlan))}", f"vlan {vlan}", path=edit.path)
    elif edit.path[2:] == ("name",):
        if stands:
            _vlan_name(plan, edit, vlan)
    elif stands and not _is_replaced(plan, edit) and (word := _VLAN_WORDS.get(edit.path[2:])):
        plan.add(Phase.SET, text_of(word, edit.after), f"vlan {vlan}", path=edit.path)


def _is_replaced(plan: Plan, edit: Edit) -> bool:
    """Whether a class of service goes because another one, its only alternative, comes."""
    other = _QOS.get(edit.path[2])
    return other is not None and edit.after is None and plan.after.get(*edit.path[:2], other) is not None


_QOS: Final = {"qos_priority": "qos_dscp", "qos_dscp": "qos_priority"}


def _vlan_name(plan: Plan, edit: Edit, vlan: str) -> None:
    """Two VLANs cannot have one name: a name that another VLAN has before is given when that one is rid of it."""
    default = default_vlan_name(vlan)
    name = default if edit.after is None else str(edit.after)
    is_new = plan.before.get("vlan", vlan) is None and vlan != "1"
    phase: int = Phase.VLAN if is_new else Phase.SET
    context = f"vlan {vlan}"
    owner = plan.names_before.get(name, vlan)
    if owner != vlan:
        if plan.after.get("vlan", owner, "name") == name:
            plan.refuse(f"{context} / name {quote(name)}", f"VLAN {owner} keeps that name", edit.path)
            return
        plan.add(phase, f"name {quote(default)}", context, path=edit.path)
        phase = Phase.VLAN_GONE + 1
    plan.add(phase, f"name {quote(name)}", context, path=edit.path)


def _svi(plan: Plan, edit: Edit) -> None:
    vlan = edit.path[1]
    stands = vlan == "1" or plan.after.get("vlan", vlan)
    is_in_the_way = edit.path[2:3] == ("address",) and plan.makes_room(
        vlan, edit.path[-1] if len(edit.path) > 3 else str(edit.before)
    )
    if len(edit.path) == 2 or not (stands or is_in_the_way):
        return  # the address says it, or the VLAN takes everything with it
    context = f"vlan {vlan}"
    match edit.path[2:]:
        case ("address", *_):
            _address(plan, edit, context)
        case ("helper", address):
            line = f"ip helper-address {address}"
            plan.toggle((Phase.ADD, Phase.TAKE), line, context, edit=edit)
        case ("acl", way):
            line = f'ip access-group "{edit.after or edit.before}" {way}'
            plan.toggle((Phase.SET, Phase.TAKE), line, context, edit=edit)
        case ("ipv6", text):
            line = f"ipv6 {text}"
            plan.toggle((Phase.ADD, Phase.TAKE), line, context, edit=edit)
        case ("shutdown",):
            line = f"{'disable' if edit.after else 'enable'} layer3 vlan {vlan}"
            plan.add(Phase.SHUT if edit.after else Phase.OPEN, line, path=edit.path)
        case _:
            write_line(plan, edit)


def _addresses(state: State, vlan: str) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for path, value in state.under("svi", vlan, "address"):
        found[path[-1] if len(path) > 3 else str(value)] = path
    return found


def _address(plan: Plan, edit: Edit, context: str) -> None:
    """New addresses first, then the old ones go; each is written once, with the first edit that speaks of it.

    The device refuses a second address in a subnet it has: there the old one makes room, unless it may be ours.
    """
    vlan = edit.path[1]
    old, new = _addresses(plan.before, vlan), _addresses(plan.after, vlan)
    for address, path in new.items():
        if path == edit.path and address not in old:
            plan.add(Phase.ADD + 1, f"ip address {_spelled(address)}", context, path=edit.path)
    for address, path in old.items():
        if path == edit.path and address not in new and (address != "dhcp" or not new) and "dhcp" not in new:
            phase = Phase.ADD if plan.makes_room(vlan, address) else Phase.TAKE + 1
            plan.add(phase, f"no ip address {_spelled(address)}", context, path=edit.path)


def _spelled(address: str) -> str:
    if address == "dhcp":
        return "dhcp-bootp"
    interface = IPv4Interface(address)
    return f"{interface.ip} {interface.netmask}"


def _port(plan: Plan, edit: Edit) -> None:
    port, key = edit.path[1], edit.path[2]
    if port.startswith("Trk") and edit.after is None and port not in plan.groups_after:
        return  # the group takes its settings with it
    if key in words_of.GROUP_KEYS and edit.after is None and plan.after.get("port", port, "lag"):
        return  # the group has them now
    if _is_replaced(plan, edit):
        return
    set_phase = plan.set_phase(port)
    if word := _PORT.get(edit.path[2:]):
        phase = {"shutdown": Phase.SHUT if edit.after else Phase.OPEN}.get(key, set_phase)
        plan.on_port(phase, text_of(word, edit.after), edit)
    elif key == "poe":
        plan.on_port(set_phase, _poe(edit), edit)
    elif key == "acl":
        line = f'ip access-group "{edit.after or edit.before}" {edit.path[3]}'
        plan.on_port(Phase.SET if edit.after else Phase.TAKE, line if edit.after else f"no {line}", edit)
    else:
        _port_list(plan, edit, key)


def _poe(edit: Edit) -> str:
    if edit.after == "off":
        return "no power-over-ethernet"
    if edit.after is None:
        return "power-over-ethernet" if edit.before == "off" else "power-over-ethernet low"
    return f"power-over-ethernet {edit.after}"


def _port_list(plan: Plan, edit: Edit, key: str) -> None:
    if key in _STP_FLAGS:
        word, normally = _STP_FLAGS[key]
        on = normally if edit.after is None else bool(edit.after)
        plan.on_list(plan.set_phase(edit.path[1]), "spanning-tree" if on else "no spanning-tree", word, edit)
    elif key in _STP_VALUES:
        value = stp_default(key, edit.path[1]) if edit.after is None else edit.after
        plan.on_list(plan.set_phase(edit.path[1]), "spanning-tree", f"{_STP_VALUES[key]} {value}", edit)
    elif key == "loop_protect":
        plan.on_list(plan.set_phase(edit.path[1]), "loop-protect" if edit.after else "no loop-protect", "", edit)
    elif key == "loop_protect_action":
        plan.on_list(
            plan.set_phase(edit.path[1]) + 1, "loop-protect", f"receiver-action {edit.after or 'send-disable'}", edit
        )
    elif key in ("lldp_transmit", "lldp_receive"):
        plan.on_list(plan.set_phase(edit.path[1]), "lldp admin-status", _lldp_status(plan.after, edit.path[1]), edit)
    else:
        plan.refuse(" ".join(edit.path), "nobody knows how to write this setting", edit.path)


def _lldp_status(state: State, port: str) -> str:
    sends = state.get("port", port, "lldp_transmit") is None
    hears = state.get("port", port, "lldp_receive") is None
    return {(True, True): "tx_rx", (True, False): "txonly", (False, True): "rxonly"}.get((sends, hears), "disable")


def _stp(plan: Plan, edit: Edit) -> None:
    if edit.path[1] != "vlan":
        write_line(plan, edit)
        return
    plan.add(Phase.SET, f"spanning-tree vlan {edit.path[2]} priority {8 if edit.after is None else edit.after}",
             path=edit.path)  # fmt: skip


def _snooping(plan: Plan, edit: Edit) -> None:
    root = edit.path[0].replace("_", "-")
    if len(edit.path) != 3:
        write_line(plan, edit)
        return
    line = f"{root} {'vlan' if edit.path[1] == 'vlan' else 'authorized-server'} {edit.path[2]}"
    plan.toggle((Phase.SET, Phase.TAKE), line, edit=edit)


def _acl(plan: Plan, edit: Edit) -> None:
    _, kind, name = edit.path
    context = f"ip access-list {kind} {quote(name)}"
    if edit.after is None:
        plan.add(Phase.ACL_GONE, f"no {context}", path=edit.path)
        return
    old = edit.before if isinstance(edit.before, tuple) else ()
    new = edit.after if isinstance(edit.after, tuple) else ()
    found = steps(old, new)
    if found is None:
        found = steps(renumbered(old, WIDE_STEP), new)
        if found is None:
            plan.refuse(context, "its entries leave no room for the new ones; renumber it by hand once", edit.path)
            return
        plan.add(Phase.ACL, f"ip access-list resequence {quote(name)} {WIDE_STEP} {WIDE_STEP}", path=edit.path)
    for line in found.adds:
        plan.add(Phase.ACL, line, context, path=edit.path)
    for line in found.removes:
        plan.add(Phase.TAKE + 7, line, context, path=edit.path)
    if not old and not new:
        plan.add(Phase.ACL, context, path=edit.path)
        plan.commands.add(Phase.ACL, "exit", path=edit.path)


def _free(plan: Plan, edit: Edit) -> None:
    *context, line = edit.path[1:]
    hidden = plan.hidden(edit.path)
    if hidden is not None:
        line = line.replace(hidden.mask, str(hidden))
    if edit.after is not None:
        plan.add(Phase.FREE, line, *context, path=edit.path)
        if not context and is_opener(line):
            plan.commands.add(Phase.FREE, "exit", path=edit.path)
        return
    undone = line[3:] if line.startswith("no ") else f"no {line}"
    plan.add(Phase.FREE_GONE, undone, *context, path=edit.path)


_WRITERS: Final[dict[str, Writer]] = {
    "hostname": _hostname,
    "banner": _banner,
    "gateway": _gateway,
    "route": _route,
    "ntp": services.write_server,
    "sntp": services.write_server,
    "dns": services.write_server,
    "syslog": services.write_server,
    "authorized_managers": services.write_authorized,
    "user": services.write_user,
    "aaa": services.write_aaa,
    "radius": services.write_login_server,
    "tacacs": services.write_login_server,
    "snmp": services.write_snmp,
    "vlan": _vlan,
    "svi": _svi,
    "port": _port,
    "stp": _stp,
    "dhcp_snooping": _snooping,
    "arp_protect": _snooping,
    "acl": _acl,
    FREE: _free,
}
