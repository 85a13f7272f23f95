"""From one state of an ArubaOS-Switch to another: commands in an order that is safe at every step."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Interface, IPv4Network
from typing import Final

from campusctl.drivers.switch.dialects import _procurve_words as words_of
from campusctl.drivers.switch.dialects._procurve_acl import WIDE_STEP, renumbered, steps
from campusctl.drivers.switch.dialects._procurve_danger import answer_to, reason_never
from campusctl.drivers.switch.dialects._procurve_members import is_membership, make_moves
from campusctl.drivers.switch.dialects._procurve_ports import compress, port_key
from campusctl.drivers.switch.dialects._procurve_words import Word, quote
from campusctl.drivers.switch.dialects.base import Commands
from campusctl.engine.diff import compare
from campusctl.model.command import CommandKind, RefusedCommand, Translation
from campusctl.model.secret import Secret, SecretKind
from campusctl.model.setting import FREE, Edit, Path, State, Value

_VLAN, _ACL, _OPEN, _ADD, _SET = 10, 14, 18, 20, 26
_FREE, _TAKE, _VLAN_GONE, _SHUT, _ACL_GONE, _FREE_GONE, _BANNER, _HOSTNAME = 45, 60, 70, 75, 78, 82, 95, 99
_BANNER_ENDS: Final = "%#^&@|$"


@dataclass(slots=True)
class _Plan:
    before: State
    after: State
    commands: Commands = field(default_factory=Commands)
    refused: list[RefusedCommand] = field(default_factory=list)
    port_lines: dict[tuple[int, str], dict[str, Path]] = field(default_factory=dict)
    """Lines of the interface context: (phase, line) to its ports."""
    list_lines: dict[tuple[int, str, str], dict[str, Path]] = field(default_factory=dict)
    """Global lines with a port list: (phase, words before, words behind) to their ports."""

    def add(self, phase: int, line: str, *context: str, path: Path) -> None:
        """One line, unless it is one that is never sent."""
        reason = reason_never(line)
        if reason:
            self.refuse(" / ".join([*context, line]), reason)
        else:
            self.commands.add(phase, line, *context, path=path, answer=answer_to(line))

    def refuse(self, command: str, reason: str) -> None:
        self.refused.append(RefusedCommand(command=command, reason=reason))

    def hidden(self, path: Path) -> Secret | None:
        """The secret behind a mask in a path."""
        return self.after.secrets.get(path) or self.before.secrets.get(path)

    def on_port(self, phase: int, line: str, edit: Edit) -> None:
        self.port_lines.setdefault((phase, line), {})[edit.path[1]] = edit.path

    def on_list(self, phase: int, lead: str, tail: str, edit: Edit) -> None:
        self.list_lines.setdefault((phase, lead, tail), {})[edit.path[1]] = edit.path


_Writer = Callable[[_Plan, Edit], None]


def translate(before: State, after: State) -> Translation:
    """The commands that make `before` become `after`; what is never sent is in `refused`."""
    edits = compare(before, after).edits
    if not edits:
        return Translation()
    plan = _Plan(before, after)
    for edit in edits:
        if not is_membership(edit.path):
            _WRITERS.get(edit.path[0], _line)(plan, edit)
    make_moves(before, after, edits, plan.commands, plan.refused)
    _write_lists(plan)
    return Translation(commands=plan.commands.ordered(), refused=tuple(plan.refused))


def _write_lists(plan: _Plan) -> None:
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


# one line, one value


def _by_path(words: Sequence[Word]) -> dict[Path, Word]:
    return {word.path: word for word in words}


_GLOBAL: Final = _by_path(words_of.GLOBAL)
_PORT: Final = _by_path(words_of.PORT)
_VLAN_WORDS: Final = _by_path(words_of.VLAN)
_STP_FLAGS: Final = {key: (word, normally) for word, (key, normally) in words_of.STP_PORT_FLAGS.items()}
_STP_VALUES: Final = {key: (word, default) for word, (key, default) in words_of.STP_PORT_VALUES.items()}


def _text(word: Word, value: Value | None) -> str:
    if value is None and word.path in words_of.TRUE_BY_DEFAULT:
        return word.text
    return word.line(value)


def _line(plan: _Plan, edit: Edit) -> None:
    word = _GLOBAL.get(edit.path)
    if word is None:
        plan.refuse(" ".join(edit.path), "nobody knows how to write this setting")
        return
    value = edit.after
    if edit.path == ("stp", "priority") and isinstance(value, str):
        value = str(int(value) // 4096) if int(value) % 4096 == 0 else value
    late = value is None and edit.path[0] != "stp"
    plan.add(_TAKE if late else _SET, _text(word, value), path=edit.path)


# system


def _hostname(plan: _Plan, edit: Edit) -> None:
    if edit.after is None:
        plan.refuse("no hostname", "a switch keeps its name until it gets another")
    else:
        plan.commands.add_alone(_HOSTNAME, f"hostname {quote(str(edit.after))}", CommandKind.HOSTNAME, edit.path)


def _banner(plan: _Plan, edit: Edit) -> None:
    kind = edit.path[1]
    if edit.after is None:
        plan.add(_BANNER, f"no banner {kind}", path=edit.path)
        return
    text = str(edit.after)
    if "\n" not in text and '"' not in text:
        line = f'banner {kind} "{text}"'
    else:
        end = next((mark for mark in _BANNER_ENDS if mark not in text), "")
        if not end:
            plan.refuse(f"banner {kind}", "no character is left to end the banner with")
            return
        line = f"banner {kind} {end}\n{text}{end}"
    plan.commands.add_alone(_BANNER, line, CommandKind.BANNER, edit.path)


def _gateway(plan: _Plan, edit: Edit) -> None:
    if edit.after is None:
        plan.refuse("no ip default-gateway", "the gateway would go without a replacement")
    else:
        plan.add(_ADD + 5, f"ip default-gateway {edit.after}", path=edit.path)


def _route(plan: _Plan, edit: Edit) -> None:
    if edit.path == ("route", "enabled"):
        plan.add(_ADD + 6 if edit.after else _TAKE + 3, "ip routing" if edit.after else "no ip routing", path=edit.path)
        return
    prefix, target = edit.path[1:]
    network = IPv4Network(prefix)
    line = f"ip route {network.network_address} {network.netmask} {target}"
    if edit.after is not None:
        options = "" if edit.after is True else f" {edit.after}"
        plan.add(_ADD + 5, line + options, path=edit.path)
    elif network.prefixlen == 0 and not plan.after.names("route", prefix) and not plan.after.get("gateway"):
        plan.refuse(f"no {line}", "the default route would go without a replacement")
    else:
        plan.add(_TAKE + 2, f"no {line}", path=edit.path)


def _server(plan: _Plan, edit: Edit) -> None:
    """NTP, SNTP, DNS and syslog: servers, and settings with one value."""
    root = edit.path[0]
    if len(edit.path) != 3 or edit.path[1] != "server":
        _line(plan, edit)
        return
    address = edit.path[2]
    value = edit.after if edit.after is not None else edit.before
    options = "" if value is True or value is None else str(value)
    line = _server_line(root, address, options)
    if edit.after is None:
        # A priority holds one server: its old one makes room.
        taken = options.startswith("priority ") and options in (v for _, v in plan.after.under(root, "server"))
        plan.add(_ADD - 1 if taken else _TAKE, f"no {line}", path=edit.path)
        return
    if edit.before is not None:
        old = "" if edit.before is True else str(edit.before)
        plan.add(_ADD - 1, f"no {_server_line(root, address, old)}", path=edit.path)
    plan.add(_ADD, line, path=edit.path)


def _server_line(root: str, address: str, options: str) -> str:
    words = options.split()
    priority = words[:2] if words[:1] == ["priority"] else []
    tail = words[len(priority) :]
    lead = {"dns": "ip dns server-address", "syslog": "logging"}.get(root, f"{root} server")
    return " ".join([lead, *priority, address, *tail])


def _authorized(plan: _Plan, edit: Edit) -> None:
    line = f"ip authorized-managers {edit.path[1]}"
    if edit.after is not None:
        access = str(edit.after)
        plan.add(_ADD, f"{line} access {access}", path=edit.path)
    elif not plan.after.names("authorized_managers"):
        plan.refuse(f"no {line}", "without any authorized manager anyone could reach the switch")
    else:
        plan.add(_TAKE, f"no {line}", path=edit.path)


# accounts


def _user(plan: _Plan, edit: Edit) -> None:
    name = edit.path[1]
    kind = plan.after.get("user", name)
    if kind is None:
        if edit.path == ("user", name):
            _user_gone(plan, edit, name)
        return
    first = next(path for path, _ in plan.after.under("user", name) if _differs(plan, path))
    if edit.path == first:
        _user_set(plan, edit, name, str(kind))


def _differs(plan: _Plan, path: Path) -> bool:
    old, new = plan.before.settings.get(path), plan.after.settings.get(path)
    return bool(compare(State({path: old} if old is not None else {}), State({path: new} if new else {})).edits)


def _user_set(plan: _Plan, edit: Edit, name: str, kind: str) -> None:
    found = plan.after.get("user", name, "secret")
    if not isinstance(found, Secret) or (found.kind is SecretKind.UNKNOWN and found.ref.startswith("unreadable/")):
        plan.add(_ADD + 2, f"password {kind}", path=edit.path)
        return
    form = {SecretKind.SHA1: "sha1", SecretKind.OPAQUE: "sha256"}.get(found.kind, "plaintext")
    if kind.startswith("group "):
        group = quote(kind.removeprefix("group "))
        lead = f"aaa authentication local-user {quote(name)} group {group} password"
    else:
        lead = f"password {kind} user-name {quote(name)}"
    plan.add(_ADD + 2, f'{lead} {form} "{found}"', path=edit.path)


def _user_gone(plan: _Plan, edit: Edit, name: str) -> None:
    kind = str(edit.before)
    if kind in (value for _, value in plan.after.under("user")):
        return  # there is one account of each kind: the new one has replaced it
    if kind.startswith("group "):
        plan.commands.add(_TAKE + 5, f"no aaa authentication local-user {quote(name)}", path=edit.path)
    else:
        plan.add(_TAKE + 5, f"no password {kind}", path=edit.path)


def _aaa(plan: _Plan, edit: Edit) -> None:
    what = edit.path[1]
    if edit.after is not None:
        plan.add(_ADD + 3, f"aaa {what} {edit.after}", path=edit.path)
    elif what.startswith("authentication "):
        plan.add(_TAKE + 4, f"aaa {what} local none", path=edit.path)
    else:
        plan.commands.add(_TAKE + 4, f"no aaa {what}", path=edit.path)


def _login_server(plan: _Plan, edit: Edit) -> None:
    root = f"{edit.path[0]}-server"
    if edit.path in _GLOBAL:
        _line(plan, edit)
        return
    lead = f"{root} host {edit.path[2]}" if edit.path[1] == "host" else root
    whole = edit.path[:3] if edit.path[1] == "host" else edit.path[:1]
    if edit.path[-1] == "key" and len(edit.path) > 1:
        _login_key(plan, edit, lead, is_host_gone=len(whole) == 3 and not plan.after.get(*whole))
    elif len(edit.path) == 3:
        has_key = isinstance(plan.after.get(*whole, "key"), Secret)
        if edit.after is None:
            plan.add(_TAKE, f"no {lead}", path=edit.path)
        elif not has_key:
            plan.add(_ADD, lead, path=edit.path)
    elif edit.after is not None or plan.after.get(*whole):
        line = f"{lead} {edit.path[3]}"
        plan.add(_ADD + 1 if edit.after else _TAKE - 1, line if edit.after else f"no {line}", path=edit.path)


def _login_key(plan: _Plan, edit: Edit, lead: str, *, is_host_gone: bool) -> None:
    if isinstance(edit.after, Secret):
        word = "encrypted-key" if edit.after.kind is SecretKind.OPAQUE else "key"
        plan.add(_ADD, f'{lead} {word} "{edit.after}"', path=edit.path)
    elif not is_host_gone:
        plan.add(_TAKE - 1, f"no {lead} key", path=edit.path)


# SNMP


def _snmp(plan: _Plan, edit: Edit) -> None:
    match edit.path:
        case ("snmp", "community", _):
            _community(plan, edit)
        case ("snmp", "host", address, _):
            line = f'snmp-server host {address} community "{plan.hidden(edit.path)}"'
            if edit.after is None:
                plan.add(_TAKE, f"no {line}", path=edit.path)
            else:
                plan.add(_ADD, line if edit.after is True else f"{line} {edit.after}", path=edit.path)
        case ("snmp", "user", name, *_):
            _snmp_user(plan, edit, name)
        case ("snmp", "v3", word):
            line = f"snmpv3 {word}"
            plan.add(_ADD + 4 if edit.after else _TAKE + 6, line if edit.after else f"no {line}", path=edit.path)
        case (_, word) if word in ("contact", "location"):
            line = f"no snmp-server {word}" if edit.after is None else f"snmp-server {word} {quote(str(edit.after))}"
            plan.add(_SET, line, path=edit.path)
        case _:
            _line(plan, edit)


def _community(plan: _Plan, edit: Edit) -> None:
    lead = f'snmp-server community "{plan.hidden(edit.path)}"'
    if edit.after is None:
        plan.add(_TAKE + 6, f"no {lead}", path=edit.path)
        return
    level, access = str(edit.after).split()
    rights = {"manager unrestricted": "unrestricted", "operator restricted": "operator"}
    plan.add(_ADD, f"{lead} {rights.get(f'{level} {access}', f'{level} {access}')}", path=edit.path)


def _snmp_user(plan: _Plan, edit: Edit, name: str) -> None:
    said = plan.after.get("snmp", "user", name)
    if said is None:
        if len(edit.path) == 3:
            plan.add(_TAKE + 6, f"no snmpv3 user {quote(name)}", path=edit.path)
        return
    first = next(path for path, _ in plan.after.under("snmp", "user", name) if _differs(plan, path))
    if edit.path != first and edit.path in plan.after.settings:
        return
    line = f"snmpv3 user {quote(name)}"
    for word in () if said is True else str(said).split():
        line += f" {word}"
        found = plan.after.get("snmp", "user", name, word)
        if word in ("md5", "sha", "des", "aes"):
            found = plan.after.get("snmp", "user", name, line.split()[-2])
            line += f' "{found}"'
    plan.add(_ADD + 5, line, path=edit.path)


# VLANs


def _vlan(plan: _Plan, edit: Edit) -> None:
    vlan = edit.path[1]
    stands = vlan == "1" or plan.after.get("vlan", vlan) is True
    if len(edit.path) == 2:
        if edit.after is None:
            plan.add(_VLAN_GONE, f"no vlan {vlan}", path=edit.path)
        elif plan.after.get("vlan", vlan, "name") is None:
            plan.add(_VLAN, f"name {quote(f'VLAN{vlan}')}", f"vlan {vlan}", path=edit.path)
    elif edit.path[2:] == ("name",):
        default = "DEFAULT_VLAN" if vlan == "1" else f"VLAN{vlan}"
        is_new = edit.after is not None and plan.before.get("vlan", vlan) is None and vlan != "1"
        if stands:
            name = quote(default if edit.after is None else str(edit.after))
            plan.add(_VLAN if is_new else _SET, f"name {name}", f"vlan {vlan}", path=edit.path)
    elif stands and (word := _VLAN_WORDS.get(edit.path[2:])):
        plan.add(_SET, _text(word, edit.after), f"vlan {vlan}", path=edit.path)


def _svi(plan: _Plan, edit: Edit) -> None:
    vlan = edit.path[1]
    if len(edit.path) == 2 or not (vlan == "1" or plan.after.get("vlan", vlan)):
        return  # the address says it, or the VLAN takes everything with it
    context = f"vlan {vlan}"
    match edit.path[2:]:
        case ("address", *_):
            _address(plan, edit, context)
        case ("helper", address):
            line = f"ip helper-address {address}"
            plan.add(_ADD if edit.after else _TAKE, line if edit.after else f"no {line}", context, path=edit.path)
        case ("acl", way):
            line = f'ip access-group "{edit.after or edit.before}" {way}'
            plan.add(_SET if edit.after else _TAKE, line if edit.after else f"no {line}", context, path=edit.path)
        case ("ipv6", text):
            line = f"ipv6 {text}"
            plan.add(_ADD if edit.after else _TAKE, line if edit.after else f"no {line}", context, path=edit.path)
        case ("shutdown",):
            line = f"{'disable' if edit.after else 'enable'} layer3 vlan {vlan}"
            plan.add(_SHUT if edit.after else _OPEN, line, path=edit.path)
        case _:
            _line(plan, edit)


def _addresses(state: State, vlan: str) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for path, value in state.under("svi", vlan, "address"):
        found[path[-1] if len(path) > 3 else str(value)] = path
    return found


def _address(plan: _Plan, edit: Edit, context: str) -> None:
    """New addresses first, then the old ones go; each is written once, with the first edit that speaks of it."""
    vlan = edit.path[1]
    old, new = _addresses(plan.before, vlan), _addresses(plan.after, vlan)
    for address, path in new.items():
        if path == edit.path and address not in old:
            plan.add(_ADD + 1, f"ip address {_spelled(address)}", context, path=edit.path)
    for address, path in old.items():
        if path == edit.path and address not in new and (address != "dhcp" or not new) and "dhcp" not in new:
            plan.add(_TAKE + 1, f"no ip address {_spelled(address)}", context, path=edit.path)


def _spelled(address: str) -> str:
    if address == "dhcp":
        return "dhcp-bootp"
    interface = IPv4Interface(address)
    return f"{interface.ip} {interface.netmask}"


# ports


def _port(plan: _Plan, edit: Edit) -> None:
    port, key = edit.path[1], edit.path[2]
    if port.startswith("Trk") and edit.after is None and not _has_members(plan.after, port):
        return  # the group takes its settings with it
    if word := _PORT.get(edit.path[2:]):
        phase = {"shutdown": _SHUT if edit.after else _OPEN}.get(key, _SET)
        plan.on_port(phase, _text(word, edit.after), edit)
    elif key == "poe":
        plan.on_port(_SET, _poe(edit.after), edit)
    elif key == "acl":
        line = f'ip access-group "{edit.after or edit.before}" {edit.path[3]}'
        plan.on_port(_SET if edit.after else _TAKE, line if edit.after else f"no {line}", edit)
    else:
        _port_list(plan, edit, key)


def _has_members(state: State, group: str) -> bool:
    return any(path[2:] == ("lag",) and value == group for path, value in state.under("port"))


def _poe(level: Value | None) -> str:
    if level is None:
        return "power-over-ethernet low"
    return "no power-over-ethernet" if level == "off" else f"power-over-ethernet {level}"


def _port_list(plan: _Plan, edit: Edit, key: str) -> None:
    if key in _STP_FLAGS:
        word, normally = _STP_FLAGS[key]
        on = normally if edit.after is None else bool(edit.after)
        plan.on_list(_SET, "spanning-tree" if on else "no spanning-tree", word, edit)
    elif key in _STP_VALUES:
        word, default = _STP_VALUES[key]
        plan.on_list(_SET, "spanning-tree", f"{word} {default if edit.after is None else edit.after}", edit)
    elif key == "loop_protect":
        plan.on_list(_SET, "loop-protect" if edit.after else "no loop-protect", "", edit)
    elif key == "loop_protect_action":
        plan.on_list(_SET + 1, "loop-protect", f"receiver-action {edit.after or 'send-disable'}", edit)
    elif key in ("lldp_transmit", "lldp_receive"):
        plan.on_list(_SET, "lldp admin-status", _lldp_status(plan.after, edit.path[1]), edit)
    else:
        plan.refuse(" ".join(edit.path), "nobody knows how to write this setting")


def _lldp_status(state: State, port: str) -> str:
    sends = state.get("port", port, "lldp_transmit") is None
    hears = state.get("port", port, "lldp_receive") is None
    return {(True, True): "tx_rx", (True, False): "txonly", (False, True): "rxonly"}.get((sends, hears), "disable")


def _stp(plan: _Plan, edit: Edit) -> None:
    if edit.path[1] != "vlan":
        _line(plan, edit)
        return
    plan.add(_SET, f"spanning-tree vlan {edit.path[2]} priority {8 if edit.after is None else edit.after}",
             path=edit.path)  # fmt: skip


def _snooping(plan: _Plan, edit: Edit) -> None:
    root = edit.path[0].replace("_", "-")
    if len(edit.path) != 3:
        _line(plan, edit)
        return
    line = f"{root} {'vlan' if edit.path[1] == 'vlan' else 'authorized-server'} {edit.path[2]}"
    plan.add(_SET if edit.after else _TAKE, line if edit.after else f"no {line}", path=edit.path)


# access lists and lines nobody knows


def _acl(plan: _Plan, edit: Edit) -> None:
    _, kind, name = edit.path
    context = f"ip access-list {kind} {quote(name)}"
    if edit.after is None:
        plan.add(_ACL_GONE, f"no {context}", path=edit.path)
        return
    old = edit.before if isinstance(edit.before, tuple) else ()
    new = edit.after if isinstance(edit.after, tuple) else ()
    found = steps(old, new)
    if found is None:
        plan.add(_ACL, f"ip access-list resequence {quote(name)} {WIDE_STEP} {WIDE_STEP}", path=edit.path)
        found = steps(renumbered(old, WIDE_STEP), new)
    for line in found.adds if found else ():
        plan.add(_ACL, line, context, path=edit.path)
    for line in found.removes if found else ():
        plan.add(_TAKE + 7, line, context, path=edit.path)
    if not old and not new:
        plan.add(_ACL, context, path=edit.path)
        plan.commands.add(_ACL, "exit", path=edit.path)


def _free(plan: _Plan, edit: Edit) -> None:
    *context, line = edit.path[1:]
    hidden = plan.hidden(edit.path)
    if hidden is not None:
        line = line.replace(hidden.mask, str(hidden))
    if edit.after is not None:
        plan.add(_FREE, line, *context, path=edit.path)
        return
    undone = line[3:] if line.startswith("no ") else f"no {line}"
    plan.add(_FREE_GONE, undone, *context, path=edit.path)


_WRITERS: Final[dict[str, _Writer]] = {
    "hostname": _hostname,
    "banner": _banner,
    "gateway": _gateway,
    "route": _route,
    "ntp": _server,
    "sntp": _server,
    "dns": _server,
    "syslog": _server,
    "authorized_managers": _authorized,
    "user": _user,
    "aaa": _aaa,
    "radius": _login_server,
    "tacacs": _login_server,
    "snmp": _snmp,
    "vlan": _vlan,
    "svi": _svi,
    "port": _port,
    "stp": _stp,
    "dhcp_snooping": _snooping,
    "arp_protect": _snooping,
    "acl": _acl,
    FREE: _free,
}
