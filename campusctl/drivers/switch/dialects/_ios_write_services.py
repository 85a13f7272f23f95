"""IOS commands for everything that is neither a port nor a VLAN."""

import re
from collections.abc import Callable, Iterator, Sequence
from ipaddress import IPv4Network
from typing import Final

from campusctl.drivers.switch.dialects._ios_acl import plan
from campusctl.drivers.switch.dialects._ios_words import GLOBAL, LINE, SERVER, say_secret, vlan_chunks, vlan_set
from campusctl.drivers.switch.dialects._ios_write import Phase, Writer, by_name, line_for, never, say_rule
from campusctl.drivers.switch.dialects._ios_write_ports import is_gone
from campusctl.model.command import CommandKind
from campusctl.model.secret import Secret
from campusctl.model.setting import FREE, Edit, Path, State, Value

_DEFAULT_ROUTE: Final = "0.0.0.0/0"
_SERVICE: Final = (Phase.SERVICE, Phase.SERVICE_GONE)
_AAA: Final = (Phase.AAA, Phase.AAA_GONE)


def write_table(writer: Writer, edits: Sequence[Edit]) -> None:
    """Settings that are one line of the table each, in the order of the table."""
    ranked = [(found[0].rank if (found := GLOBAL.rule_for(edit.path)) else 999, edit) for edit in edits]
    for _, edit in sorted(ranked, key=lambda each: each[0]):
        say_rule(writer, GLOBAL, edit, _SERVICE)


def write_hostname(writer: Writer, edits: Sequence[Edit]) -> None:
    """The host name: it changes the prompt, so it comes last and alone."""
    for edit in edits:
        if edit.after is None:
            writer.refuse("no hostname", reason="a switch keeps its name until it gets another one", path=edit.path)
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
            writer.refuse(f"banner {kind}", reason="its text has every delimiter there is", path=edit.path)
        else:
            whole = f"banner {kind} {mark}\n{text}\n{mark}"
            writer.out.add_alone(Phase.BANNER, whole, CommandKind.BANNER, edit.path)


def write_users(writer: Writer, edits: Sequence[Edit]) -> None:
    """Accounts: a new one stands before an old one goes, and the last one stays."""
    for path, group in by_name(edits).items():
        own = {edit.path[2:]: edit for edit in group}
        name = path[1]
        if path not in writer.after.settings:
            if writer.after.names("user") or any(user for user, _ in writer.after.under("user")):
                writer.say(Phase.USER_GONE, f"no username {name}", path=path, answer="y")
            else:
                writer.refuse(f"no username {name}", reason="the last local account is not removed", path=path)
            continue
        _write_user(writer, path, own)


def _write_user(writer: Writer, path: Path, own: dict[Path, Edit]) -> None:
    name = path[1]
    if not _make_room(writer, path, own):
        return
    new = () in own or _swaps(own)
    words = []
    level = writer.after.get(*path, "privilege")
    secret_edit = next((own[sub,] for sub in ("secret", "password") if (sub,) in own and own[sub,].after), None)
    if level is not None and (new or secret_edit or ("privilege",) in own):
        words.append(f"privilege {level}")
    elif ("privilege",) in own:
        words.append("privilege 1")
    for kind in ("secret", "password"):
        value = writer.after.get(*path, kind)
        if isinstance(value, Secret) and (new or (secret_edit and secret_edit.path[2] == kind)):
            words.append(f"{kind} {say_secret(value)}")
    if words or () in own:
        writer.say(Phase.USER, " ".join(["username", name, *words]), path=path)
    for sub, edit in own.items():
        if sub[:1] == ("option",) and edit.after:
            writer.say(Phase.USER, f"username {name} {sub[1]}", path=edit.path)
        elif sub[:1] == ("option",):
            reason = "IOS would remove the whole account"
            writer.refuse(f"no username {name} {sub[1]}", reason=reason, path=edit.path)


def _swaps(own: dict[Path, Edit]) -> bool:
    """Whether a password becomes a secret, or the other way round: IOS refuses to have both."""
    kinds = [own[kind,] for kind in ("secret", "password") if (kind,) in own]
    return any(edit.after is None for edit in kinds) and any(edit.before is None for edit in kinds)


def _make_room(writer: Writer, path: Path, own: dict[Path, Edit]) -> bool:
    """Remove an account that gets the other kind of password; the only account keeps its kind."""
    gone = [own[kind,] for kind in ("secret", "password") if (kind,) in own and own[kind,].after is None]
    if not gone:
        return True
    text = f"no username {path[1]}"
    if not _swaps(own):
        writer.refuse(f"{text} {gone[0].path[2]}", reason="the account would have no password", path=gone[0].path)
        return True
    if len(writer.before.names("user")) < 2:
        for edit in own.values():
            writer.refuse(text, reason="IOS makes no secret of the only account's password in place", path=edit.path)
        return False
    writer.say(Phase.USER, text, path=path, answer="y")
    return True


def write_enable(writer: Writer, edits: Sequence[Edit]) -> None:
    """Enable secrets; the way to privileged mode is only ever replaced."""
    for edit in edits:
        level = f"{edit.path[2]} " if len(edit.path) > 2 else ""
        words = f"enable {edit.path[1]} {level}".strip()
        has_secret = writer.after.get("enable", "secret") is not None
        if isinstance(edit.after, Secret):
            writer.say(Phase.USER, f"{words} {say_secret(edit.after)}", path=edit.path)
        elif edit.path[1] == "password" and has_secret:
            writer.say(Phase.USER_GONE, f"no {words}", path=edit.path)
        else:
            writer.refuse(f"no {words}", reason="the way to privileged mode is only replaced", path=edit.path)


def _has_way_out(state: State) -> bool:
    return state.get("gateway") is not None or any(path[1] == _DEFAULT_ROUTE for path, _ in state.under("route"))


def write_gateway(writer: Writer, edits: Sequence[Edit]) -> None:
    """The default gateway is replaced in place; without a replacement it stays."""
    for edit in edits:
        if edit.after is None:
            text = f"no ip default-gateway {edit.before}"
            reason = "the switch would lose its way to us; give it another gateway instead"
            writer.refuse(text, reason=reason, path=edit.path)
        else:
            writer.say(Phase.ROUTE, f"ip default-gateway {edit.after}", path=edit.path)


def write_routing(writer: Writer, edits: Sequence[Edit]) -> None:
    """Routing is switched off only where a gateway takes over."""
    for edit in edits:
        if edit.after is not None:
            writer.say(Phase.ROUTING, "ip routing", path=edit.path)
        elif writer.after.get("gateway") is None:
            writer.refuse("no ip routing", reason="no default gateway would take over", path=edit.path)
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
            writer.refuse(f"no ip route {words}", reason="the last default route is not removed", path=edit.path)
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
    users: set[str] = set()
    plain: list[Edit] = []
    for edit in edits:
        match edit.path[1:]:
            case ("community", mask):
                _write_community(writer, edit, mask)
            case ("host", address, key):
                _write_snmp_host(writer, edit, address, key)
            case ("traps", *features):
                _write_traps(writer, edit, features)
            case ("user", name, *_):
                users.add(name)
            case _:
                plain.append(edit)
    write_table(writer, plain)
    for name in sorted(users):
        _write_snmp_user(writer, name)


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
        phase = Phase.SERVICE if edit.after is not None else Phase.SERVICE_GONE
        writer.say(phase, "no " + line(edit.before, gone=True), path=edit.path)
    if edit.after is not None:
        writer.say(Phase.SERVICE, line(edit.after, gone=False), path=edit.path)


def _write_traps(writer: Writer, edit: Edit, features: Sequence[str]) -> None:
    text = " ".join(["snmp-server enable traps", *features])
    # Lines of one feature overlap, so the old one goes before the new one comes.
    if edit.after is None:
        writer.say(Phase.VLAN_NAME, f"no {text}", path=edit.path)
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
    write_table(writer, [edit for edit in edits if edit not in keys])


def write_dns(writer: Writer, edits: Sequence[Edit]) -> None:
    """Name servers, and what else the resolver is told."""
    for edit in edits:
        if edit.path[1] != "server":
            write_table(writer, [edit])
        elif edit.after is None:
            writer.say(Phase.SERVICE_GONE, f"no ip name-server {edit.path[2]}", path=edit.path)
        else:
            writer.say(Phase.SERVICE, f"ip name-server {edit.path[2]}", path=edit.path)


def write_aaa(writer: Writer, edits: Sequence[Edit]) -> None:
    """AAA: servers, then methods; a way to log in is only ever replaced."""
    order = sorted(edits, key=lambda edit: (edit.path[1] != "new-model", " server " not in f"{edit.path[1]} "))
    for edit in order:
        name = edit.path[1]
        if " server " in name:
            _write_server(writer, edit)
        elif edit.after is None and name.startswith("authentication login"):
            reason = "a way to log in is only replaced, never removed"
            writer.refuse(f"no aaa {name}", reason=reason, path=edit.path)
        else:
            say_rule(writer, GLOBAL, edit, _AAA)


def _write_server(writer: Writer, edit: Edit) -> None:
    name, sub = edit.path[1], edit.path[2:]
    if not sub:
        if edit.after is None:
            writer.say(Phase.AAA_GONE, f"no {name}", path=edit.path)
        return
    if ("aaa", name) not in writer.after.settings:
        return
    found = SERVER.rule_for(sub)
    if found:
        writer.say(Phase.FREE, line_for(*found, edit.after), name, path=edit.path)


# -- access lists --------------------------------------------------------------------------------------------------


def write_acls(writer: Writer, edits: Sequence[Edit]) -> None:
    """Access lists: changed in place without a gap, removed when nobody names them any more."""
    for edit in edits:
        kind, name = edit.path[1], edit.path[2]
        header = f"ip access-list {kind} {name}"
        old = edit.before if isinstance(edit.before, tuple) else ()
        new = edit.after if isinstance(edit.after, tuple) else ()
        if edit.after is None:
            _remove_acl(writer, edit, header, name)
            continue
        if not new:
            _empty_acl(writer, edit, header)
            continue
        way = plan(old, new)
        if way is None:
            reason = "entries would change places with a hole or a lock-out in between; give the list a new name"
            writer.refuse(header, reason=reason, path=edit.path)
            continue
        if way.resequence:
            text = f"ip access-list resequence {name} {way.resequence} {way.resequence}"
            writer.say(Phase.ACL, text, path=edit.path)
        for line in way.lines:
            writer.say(Phase.ACL, line, header, path=edit.path)


def _empty_acl(writer: Writer, edit: Edit, header: str) -> None:
    if edit.before:
        reason = "a list without entries lets everything through; remove it, or give it an entry"
        writer.refuse(header, reason=reason, path=edit.path)
        return
    writer.out.add(Phase.ACL, header, path=edit.path)
    writer.out.add(Phase.ACL, "exit")


def _remove_acl(writer: Writer, edit: Edit, header: str, name: str) -> None:
    user = _user_of(writer.after, name)
    if user:
        reason = f"{' '.join(user[:2])} still uses the list, and without it everything is let through"
        writer.refuse(f"no {header}", reason=reason, path=edit.path)
    else:
        writer.say(Phase.ACL_GONE, f"no {header}", path=edit.path)


def _user_of(state: State, acl: str) -> Path | None:
    """A setting that names an access list."""
    for path, value in state.settings.items():
        if path[0] == "acl":
            continue
        text = path[-1] if path[0] == FREE else value
        if not isinstance(text, str) or acl not in text:
            continue
        if path[0] == FREE or path[-1] in {"acl_in", "acl_out", "access-class in", "access-class out"}:
            if acl in text.split():
                return path
        elif path[:2] == ("snmp", "community") and text.split()[-1] == acl:
            return ("snmp", "community")
    return None


# -- terminal lines ------------------------------------------------------------------------------------------------


def write_lines(writer: Writer, edits: Sequence[Edit]) -> None:
    """Console and vty lines: compared number by number, sent in the widest ranges."""
    was, now = lines_of(writer.before), lines_of(writer.after)
    todo: dict[tuple[str, int], list[tuple[Edit, str, str]]] = {}
    for place in sorted({*was, *now}):
        old, new = was.get(place, {}), now.get(place, {})
        changes = [
            Edit((key,), old.get(key), new.get(key))
            for key in dict.fromkeys([*new, *old])
            if any(edit.path[2] == key for edit in edits) and old.get(key) != new.get(key)
        ]
        said = [(edit, *_line_words(writer, edit, new)) for edit in sorted(changes, key=_line_rank)]
        if said:
            todo[place] = said
    for where, path, said in _ranges(todo):
        for edit, text, reason in said:
            full = (*path, *edit.path)
            if reason:
                writer.refuse(text, f"line {where}", reason=reason, path=full)
            elif text:
                writer.say(Phase.LINE, text, f"line {where}", path=full)


def lines_of(state: State) -> dict[tuple[str, int], dict[str, Value]]:
    """Settings by terminal line: `("vty", 3)`, `("con 0", 0)`."""
    found: dict[tuple[str, int], dict[str, Value]] = {}
    for path, value in state.settings.items():
        if path[0] == "line" and len(path) == 3:
            found.setdefault((path[1], 0), {})[path[2]] = value
        elif path[0] == "vty" and len(path) == 3:
            low, _, high = path[1].partition(" ")
            for number in range(int(low), int(high or low) + 1):
                found.setdefault(("vty", number), {})[path[2]] = value
    return found


def _ranges(
    todo: dict[tuple[str, int], list[tuple[Edit, str, str]]],
) -> Iterator[tuple[str, Path, list[tuple[Edit, str, str]]]]:
    places = list(todo)
    start = 0
    for at, (kind, number) in enumerate(places):
        if at + 1 < len(places) and places[at + 1] == (kind, number + 1) and todo[places[at + 1]] == todo[kind, number]:
            continue
        low = places[start][1]
        start = at + 1
        if kind != "vty":
            yield kind, ("line", kind), todo[kind, number]
            continue
        where = f"{low} {number}" if number > low else str(low)
        yield f"vty {where}", ("vty", where), todo[kind, number]


def _line_rank(edit: Edit) -> int:
    found = LINE.rule_for(edit.path)
    return found[0].rank if found else 99


def _line_words(writer: Writer, edit: Edit, new: dict[str, Value]) -> tuple[str, str]:
    """The line for one setting of a terminal line, and why it is refused, if it is."""
    key, value = edit.path[0], edit.after
    aaa = writer.after.get("aaa", "new-model") is True
    if key.startswith("access-class"):
        return _access_class(edit, key.split()[1]), ""
    if key == "login":
        return _login(edit, new, aaa=aaa)
    if value is None and key == "password" and not aaa and new.get("login", True) is True:
        return "no password", "the line asks for a password and would have none"
    if value is None and key == "transport input":
        return "no transport input", "the line would take no session any more; say which protocols instead"
    if value is None and key == "exec-timeout":
        # `no exec-timeout` means never.
        return "exec-timeout 10 0", ""
    if value is None and key in {"transport output", "transport preferred"}:
        return f"default {key}", ""
    found = LINE.rule_for(edit.path)
    return (line_for(*found, value), "") if found else ("", "")


def _access_class(edit: Edit, way: str) -> str:
    value, no = (edit.before, "no ") if edit.after is None else (edit.after, "")
    name, _, rest = str(value).partition(" ")
    return " ".join(filter(None, [f"{no}access-class {name} {way}", rest]))


def _login(edit: Edit, new: dict[str, Value], *, aaa: bool) -> tuple[str, str]:
    value = edit.after
    if value is False:
        return "no login", "the line would let anybody in without a password"
    if value is True:
        return ("", "") if aaa else ("login", "")
    if value is not None:
        return f"login {value}", ""
    if str(edit.before).startswith("authentication"):
        return "no login authentication", ""
    if aaa:
        # With AAA the device drops `login local` by itself, and does not know the word any more.
        return "", ""
    if new.get("password") is None:
        return "login", "the line would ask for a password and have none"
    return "login", ""


# -- lines nobody knows --------------------------------------------------------------------------------------------

_MODES: Final = re.compile(
    r"(router |policy-map |class-map |route-map |ip vrf |vrf definition |key chain |crypto pki trustpoint |archive$"
    r"|ip dhcp pool |template |flow |aaa group server |object-group |control-plane$|redundancy$|mac access-list "
    r"|ipv6 access-list |ip sla \d|event manager applet |spanning-tree mst configuration$|vlan configuration )"
)


def write_free(writer: Writer, edits: Sequence[Edit]) -> None:
    """Unknown lines of the intended text, below their context; of the device's only what `manage:` gives us."""
    new = [edit for edit in edits if edit.after is not None]
    parents = {edit.path[:size] for edit in new for size in range(2, len(edit.path))}
    for edit in edits:
        if edit.after is None:
            _remove_free(writer, edit)
    for edit in new:
        if edit.path not in parents:
            _add_free(writer, edit)


def _add_free(writer: Writer, edit: Edit) -> None:
    text, context = edit.path[-1], edit.path[1:-1]
    hidden = writer.after.secrets.get(edit.path)
    if hidden is not None:
        text = text.replace(hidden.mask, str(hidden))
    reason = next(filter(None, (never(part) for part in (*context, text))), None)
    if reason:
        writer.refuse(text, *context, reason=reason, path=edit.path)
    elif "\n" in text:
        writer.out.add_alone(Phase.FREE, text, CommandKind.BANNER, edit.path)
    else:
        writer.say(Phase.FREE, text, *context, path=edit.path)
        if not context and _MODES.match(text):
            writer.out.add(Phase.FREE, "exit")


def _remove_free(writer: Writer, edit: Edit) -> None:
    path, context = edit.path, edit.path[1:-1]
    parent_goes = any(
        path[:size] in writer.before.settings and path[:size] not in writer.after.settings
        for size in range(2, len(path))
    )
    if path[:-1] not in writer.after.manages or parent_goes or (context and is_gone(writer.after, context[0])):
        return
    text = path[-1]
    opposite = text.removeprefix("no ") if text.startswith("no ") else f"no {text}"
    if (*path[:-1], opposite) in writer.after.settings:
        return
    hidden = writer.before.secrets.get(path)
    if hidden is not None:
        opposite = opposite.replace(hidden.mask, str(hidden))
    if "\n" in opposite:
        opposite = opposite.split("\n", 1)[0]
    writer.say(Phase.FREE_GONE, opposite, *context, path=path)


WRITERS: Final[dict[str, Callable[[Writer, Sequence[Edit]], None]]] = {
    "hostname": write_hostname,
    "banner": write_banners,
    "user": write_users,
    "enable": write_enable,
    "gateway": write_gateway,
    "routing": write_routing,
    "route": write_routes,
    "stp": write_stp,
    "snmp": write_snmp,
    "ntp": write_ntp,
    "dns": write_dns,
    "aaa": write_aaa,
    "acl": write_acls,
    FREE: write_free,
}
"""Who writes the settings below a root; what is not here is a line of the table."""
