"""IOS commands for everything that is neither a port nor a VLAN."""

import re
from collections.abc import Sequence
from ipaddress import IPv4Network
from typing import Final

from campusctl.drivers.switch.dialects._ios_words import GLOBAL, say_secret, vlan_chunks, vlan_set
from campusctl.drivers.switch.dialects._ios_write import SERVICE, Phase, Writer, say_rule
from campusctl.model.command import CommandKind
from campusctl.model.secret import Secret
from campusctl.model.sentence import sentence
from campusctl.model.setting import Edit, Path, State, Value

_DEFAULT_ROUTE: Final = "0.0.0.0/0"


def write_table(writer: Writer, edits: Sequence[Edit]) -> None:
    """Settings that are one line of the table each, in the order of the table."""
    ranked = [(found[0].rank if (found := GLOBAL.rule_for(edit.path)) else 999, edit) for edit in edits]
    for _, edit in sorted(ranked, key=lambda each: each[0]):
        say_rule(writer, GLOBAL, edit, SERVICE)


def write_hostname(writer: Writer, edits: Sequence[Edit]) -> None:
    """The host name: it changes the prompt, so it comes last and alone."""
    for edit in edits:
        if edit.after is None:
            writer.refuse(
                "no hostname", reason=sentence("a switch keeps its name until it gets another one"), path=edit.path
            )
        else:
            writer.out.add_alone(Phase.HOSTNAME, f"hostname {edit.after}", CommandKind.HOSTNAME, edit.path)


_MARKS: Final = "#~%|@+=;&*!$"


def write_banners(writer: Writer, edits: Sequence[Edit]) -> None:
    """Banners, each with a delimiter that its text does not have."""
    for edit in edits:
        kind = edit.path[1]
        if edit.after is None:
            writer.say(Phase.BANNER, f"no banner {kind}", path=edit.path)
            continue
        text = str(edit.after)
        # `^C` typed as two characters would make the caret the delimiter and the C a part of the text.
        mark = next((mark for mark in _MARKS if mark not in text), None)
        if mark is None:
            writer.refuse(f"banner {kind}", reason=sentence("its text has every delimiter there is"), path=edit.path)
        else:
            whole = f"banner {kind} {mark}\n{text}\n{mark}"
            writer.out.add_alone(Phase.BANNER, whole, CommandKind.BANNER, edit.path)


def _has_way_out(state: State) -> bool:
    return state.get("gateway") is not None or any(path[1] == _DEFAULT_ROUTE for path, _ in state.under("route"))


def write_gateway(writer: Writer, edits: Sequence[Edit]) -> None:
    """The default gateway is replaced in place; without a replacement it stays."""
    for edit in edits:
        if edit.after is None:
            text = f"no ip default-gateway {edit.before}"
            reason = sentence("the switch would lose its way to us; give it another gateway instead")
            writer.refuse(text, reason=reason, path=edit.path)
        else:
            writer.say(Phase.ROUTE, f"ip default-gateway {edit.after}", path=edit.path)


def write_routing(writer: Writer, edits: Sequence[Edit]) -> None:
    """Routing is switched off only where a gateway takes over."""
    for edit in edits:
        if edit.after is not None:
            writer.say(Phase.ROUTING, "ip routing", path=edit.path)
        elif writer.after.get("gateway") is None:
            writer.refuse("no ip routing", reason=sentence("no default gateway would take over"), path=edit.path)
        else:
            writer.say(Phase.ROUTING, "no ip routing", path=edit.path)


def write_routes(writer: Writer, edits: Sequence[Edit]) -> None:
    """Static routes: new ones first; the last default route stays."""
    for edit in edits:
        words = route_words(edit.path)
        if words is None:
            continue
        if edit.after is not None:
            rest = "" if edit.after is True else f" {edit.after}"
            writer.say(Phase.ROUTE, f"ip route {words}{rest}", path=edit.path)
        elif edit.path[1] == _DEFAULT_ROUTE and not _has_way_out(writer.after):
            writer.refuse(
                f"no ip route {words}", reason=sentence("the last default route is not removed"), path=edit.path
            )
        else:
            writer.say(Phase.ROUTE_GONE, f"no ip route {words}", path=edit.path)


def route_words(path: Path) -> str | None:
    """`10.0.0.0 255.0.0.0 10.1.1.1` of a route's path."""
    vrf, _, prefix = path[1].rpartition(" ")
    try:
        target = IPv4Network(prefix)
    except ValueError:
        return None
    return " ".join(filter(None, [vrf, str(target.network_address), str(target.netmask), *path[2:]]))


def write_stp(writer: Writer, edits: Sequence[Edit]) -> None:
    """Spanning tree; priorities per VLAN are compared VLAN by VLAN."""
    others = [edit for edit in edits if edit.path[1] != "priority"]
    write_table(writer, others)
    was, now = _priorities(writer.before), _priorities(writer.after)
    for value in dict.fromkeys(now.values()):
        vlans = [vlan for vlan, own in now.items() if own == value and was.get(vlan) != value]
        for chunk in vlan_chunks(vlans):
            text = f"spanning-tree vlan {chunk} priority {value}"
            writer.say(Phase.SERVICE, text, path=("stp", "priority", value))
    gone = [vlan for vlan in was if vlan not in now]
    for chunk in vlan_chunks(gone):
        path = ("stp", "priority", was[gone[0]])
        writer.say(Phase.SERVICE_GONE, f"no spanning-tree vlan {chunk} priority", path=path)


def _priorities(state: State) -> dict[int, str]:
    return {
        vlan: path[2]
        for path, value in state.under("stp", "priority")
        if len(path) == 3
        for vlan in sorted(vlan_set(str(value)) or ())
    }


def write_snmp(writer: Writer, edits: Sequence[Edit]) -> None:
    """SNMP; a community in a path is sent as its token."""
    users = dict.fromkeys(edit.path[2] for edit in edits if edit.path[1] == "user")
    special = {"user", "community", "host", "traps"}
    write_table(writer, [edit for edit in edits if edit.path[1] not in special])
    for name in users:
        _write_snmp_user(writer, name)
    for edit in edits:
        match edit.path[1:]:
            case ("community", mask):
                _write_community(writer, edit, mask)
            case ("host", address, key):
                _write_snmp_host(writer, edit, address, key)
            case ("traps", *features):
                _write_traps(writer, edit, features)


def _token(writer: Writer, path: Path, part: str, *, gone: bool) -> str:
    states = (writer.before, writer.after) if gone else (writer.after, writer.before)
    found = next((state.secrets[path] for state in states if path in state.secrets), None)
    return str(found) if found is not None else part


def _write_community(writer: Writer, edit: Edit, mask: str) -> None:
    gone = edit.after is None
    words = f"snmp-server community {_token(writer, edit.path, mask, gone=gone)}"
    if gone:
        writer.say(Phase.SERVICE_GONE, f"no {words}", path=edit.path)
    else:
        rights = re.sub(r"\b(ro|rw)\b", lambda found: found[0].upper(), str(edit.after), count=1)
        writer.say(Phase.SERVICE, f"{words} {rights}", path=edit.path)


def _write_snmp_host(writer: Writer, edit: Edit, address: str, key: str) -> None:
    def line(value: Value, *, gone: bool) -> str:
        options, _, types = str("" if value is True else value).partition(" ; ")
        if options.startswith("; "):
            options, types = "", options[2:]
        words = ["snmp-server host", address, options.strip(), _token(writer, edit.path, key, gone=gone)]
        return " ".join(filter(None, [*words, "" if gone else types]))

    if edit.before is not None:
        # IOS keeps a receiver with other options beside the old one, so a changed one goes first.
        phase = Phase.SERVICE_CLEAR if edit.after is not None else Phase.SERVICE_GONE
        writer.say(phase, "no " + line(edit.before, gone=True), path=edit.path)
    if edit.after is not None:
        writer.say(Phase.SERVICE, line(edit.after, gone=False), path=edit.path)


def _write_traps(writer: Writer, edit: Edit, features: Sequence[str]) -> None:
    text = " ".join(["snmp-server enable traps", *features])
    # Lines of one feature overlap, so the old one goes before the new one comes.
    if edit.after is None:
        writer.say(Phase.SERVICE_CLEAR, f"no {text}", path=edit.path)
    else:
        writer.say(Phase.SERVICE, text, path=edit.path)


def _write_snmp_user(writer: Writer, name: str) -> None:
    path = ("snmp", "user", name)
    value = writer.after.get(*path)
    if value is None:
        group = str(writer.before.get(*path) or "").split(" ", 1)[0]
        writer.say(Phase.SERVICE_GONE, f"no snmp-server user {name} {group} v3", path=path)
        return
    words: list[str] = []
    after = str(value).split()
    for place, word in enumerate(after):
        words.append(word)
        last = place + 1 == len(after) or after[place + 1] in {"auth", "priv", "access"}
        kind = next((each for each in reversed(after[:place]) if each in {"auth", "priv", "access"}), "")
        hidden = writer.after.get(*path, kind) if kind and last else None
        if isinstance(hidden, Secret):
            words.append(str(hidden))
    writer.say(Phase.SERVICE, f"snmp-server user {name} {' '.join(words)}", path=path)


def write_ntp(writer: Writer, edits: Sequence[Edit]) -> None:
    """NTP; the type of a key follows the key."""
    keys = [edit for edit in edits if edit.path[1] == "key" and isinstance(edit.after, Secret)]
    for edit in keys:
        digit, _, token = say_secret(edit.after).rpartition(" ") if isinstance(edit.after, Secret) else ("", "", "")
        tail = f" {digit}" if digit not in {"", "0"} else ""
        writer.say(Phase.SERVICE, f"ntp authentication-key {edit.path[2]} md5 {token}{tail}", path=edit.path)
    for edit in edits:
        if edit.path[1] == "key" and edit.after is None:
            writer.say(Phase.SERVICE_GONE, f"no ntp authentication-key {edit.path[2]}", path=edit.path)
    write_table(writer, [edit for edit in edits if edit.path[1] != "key"])


def write_dns(writer: Writer, edits: Sequence[Edit]) -> None:
    """Name servers, and what else the resolver is told."""
    for edit in edits:
        if edit.path[1] != "server":
            write_table(writer, [edit])
        elif edit.after is None:
            writer.say(Phase.SERVICE_GONE, f"no ip name-server {edit.path[2]}", path=edit.path)
        else:
            writer.say(Phase.SERVICE, f"ip name-server {edit.path[2]}", path=edit.path)
