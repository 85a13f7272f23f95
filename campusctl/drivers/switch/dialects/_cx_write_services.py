"""AOS-CX commands for global values, services, accounts, access lists, banners and lines nobody knows."""

from collections.abc import Callable, Iterable
from typing import Final

from campusctl.drivers.switch.dialects import _cx_acl
from campusctl.drivers.switch.dialects import _cx_tables as tables
from campusctl.drivers.switch.dialects._cx_write import Phase, Writer, danger, negated, phrase, words_of
from campusctl.model.command import CommandKind
from campusctl.model.secret import MASK, Secret
from campusctl.model.sentence import sentence
from campusctl.model.setting import FREE, Path, State, Value
from campusctl.words.language import N_

_VALUES: Final = {tuple(entry.part.split(" ")): (prefix, entry) for prefix, entry in tables.GLOBAL_VALUES.items()}
_FLAGS: Final = {tuple(part.split(" ", 1)): line for line, part in tables.GLOBAL_FLAGS.items()}
_LOCKOUT: Final = N_("nobody could log in to the switch any more")
_MARKS: Final = "^@~%$|#!"
_CONTEXTS: Final = frozenset(
    {"vrf", "interface", "router", "vsx", "class", "policy", "port-access", "mac-group", "vlan"}
)
_HOMES: Final = frozenset({"interface", "vlan", "snmpv3"})
_LATE: Final = frozenset(
    {"router", "vsx", "apply", "ip", "ipv6", "route-map", "dhcpv4-snooping", "dhcpv6-snooping", "arp"}
)


def write_value(writer: Writer, path: Path) -> bool:
    """Send a value or flag of the tables; whether the path is one."""
    value, old = writer.after.settings.get(path), writer.before.settings.get(path)
    if path in _FLAGS:
        phase = Phase.SERVICE if value else Phase.SERVICE_REMOVE
        writer.line(phase, _FLAGS[path] if value else f"no {_FLAGS[path]}", path=path)
        return True
    if path not in _VALUES:
        return False
    prefix, entry = _VALUES[path]
    off = f"no {prefix} {old}" if entry.named_off else f"no {prefix}"
    off = f"{prefix} {entry.default}" if entry.spoken_default else off
    line = off if value is None else f"{prefix} {value}"
    if path == ("hostname",) and value is None:
        writer.refuse(line, sentence("the switch would lose its name without getting another"), path)
    elif path == ("hostname",):
        writer.out.add_alone(Phase.HOSTNAME, line, CommandKind.HOSTNAME, path)
    elif value is not None and entry.named_off and old is not None and path != ("domain",):
        writer.line(Phase.SERVICE_REMOVE, off, path=path)
    else:
        phase = Phase.STP_MODE if path == ("stp", "mode") else Phase.STP if path[0] == "stp" else Phase.SERVICE
        writer.line(phase, line, path=path)
    return True


def _each(writer: Writer, paths: Iterable[Path], line: Callable[[Path], str]) -> None:
    """Entries of a list: new ones before old ones go; one that lost options is taken back first."""
    for path in paths:
        old, new = writer.before.settings.get(path), writer.after.settings.get(path)
        if new is None:
            writer.line(Phase.SERVICE_REMOVE, f"no {line(path)}", path=path)
            continue
        if old is not None and not _grew(old, new):
            writer.line(Phase.SERVICE, f"no {line(path)}", path=path)
        writer.line(Phase.SERVICE, line(path) + words_of(new), path=path)


def _grew(old: Value, new: Value) -> bool:
    return not isinstance(old, Secret) and set(words_of(old).split()) <= set(words_of(new).split())


def write_ntp(writer: Writer, paths: Iterable[Path]) -> None:
    """NTP servers and keys."""
    paths = list(paths)
    for number in dict.fromkeys(path[2] for path in paths if path[1] == "key"):
        path = ("ntp", "key", number)
        value, key = writer.new(*path), writer.new(*path, "secret")
        if value is None or not isinstance(key, Secret):
            writer.line(Phase.SERVICE_REMOVE, f"no ntp authentication-key {number}", path=path)
            continue
        algorithm, _, rest = str(value).partition(" ")
        line = f"ntp authentication-key {number} {algorithm} {phrase(key)} {rest}".rstrip()
        writer.line(Phase.SERVICE, line, path=path)
    _each(writer, (path for path in paths if path[1] == "server"), lambda path: f"ntp server {path[2]}")


def write_dns(writer: Writer, paths: Iterable[Path]) -> None:
    """Name servers and search domains."""

    def line(path: Path) -> str:
        word = "server-address" if path[1] == "server" else "domain-list"
        return f"ip dns {word} {path[2]}" + (f" vrf {path[3]}" if len(path) > 3 else "")

    _each(writer, paths, line)


def write_syslog(writer: Writer, paths: Iterable[Path]) -> None:
    """Log receivers; one is taken back by its address and VRF."""
    for path in paths:
        old, new = writer.before.settings.get(path), writer.after.settings.get(path)
        line = f"logging {path[2]}"
        if old is not None and (new is None or not _grew(old, new)):
            phase = Phase.SERVICE_REMOVE if new is None else Phase.SERVICE
            writer.line(phase, f"no {line}{_vrf(old)}", path=path)
        if new is not None:
            writer.line(Phase.SERVICE, f"{line}{words_of(new)}", path=path)


def _vrf(value: Value | None) -> str:
    words = words_of(value).split()
    return f" vrf {words[words.index('vrf') + 1]}" if "vrf" in words[:-1] else ""


def write_snmp(writer: Writer, paths: Iterable[Path]) -> None:
    """Communities, receivers, users, VRFs."""
    paths = list(paths)
    users = dict.fromkeys(path[2] for path in paths if path[1] == "user")
    staying = [name for name in users if any(True for _ in writer.after.under("snmp", "user", name))]
    # A receiver may name a user: new ones stand before it, old ones go after it.
    for name in staying:
        _snmp_user(writer, name)
    for path in paths:
        match path[1:]:
            case ("community", _):
                _community(writer, path)
            case ("vrf", name):
                on = path in writer.after.settings
                phase = Phase.SERVICE if on else Phase.SERVICE_REMOVE
                writer.line(phase, f"{'' if on else 'no '}snmp-server vrf {name}", path=path)
            case ("host", *_):
                _receiver(writer, path)
    for name in users:
        if name not in staying:
            _snmp_user(writer, name)


def _community(writer: Writer, path: Path) -> None:
    known = writer.secret_of(path)
    if known is None:
        return
    context = f"snmp-server community {known}"
    old, new = writer.before.settings.get(path), writer.after.settings.get(path)
    if new is None:
        writer.line(Phase.SERVICE_REMOVE, f"no {context}", path=path)
        return
    had = _community_lines(old)
    has = _community_lines(new)
    if old is None and not has:
        writer.enter(Phase.SERVICE, context, path=path)
    if "access-level rw" in had and "access-level rw" not in has:
        has = ["access-level ro", *has]
        had = [line for line in had if line != "access-level rw"]
    for line in has:
        reason = danger(line, context)
        if line not in had and reason:
            writer.refuse(f"snmp-server community {MASK} / {line}", reason, path)
        elif line not in had:
            writer.line(Phase.SERVICE, line, context, path=path)
    # Each of these lines is there once: a new value has taken the place of the old one.
    replaced = {line.split()[0] for line in has}
    for line in had:
        if line not in has and line.split()[0] not in replaced and not danger(negated(line), context):
            writer.line(Phase.SERVICE, negated(line), context, path=path)


def _community_lines(value: Value | None) -> list[str]:
    words = str(value).split("; ") if value is not None else []
    return [f"access-level {word}" if word == "rw" else word for word in words if word != "ro"]


def _receiver(writer: Writer, path: Path) -> None:
    """`snmp-server host A trap version v2c community X …`; the same receiver is replaced by taking it back first."""
    old, new = writer.before.settings.get(path), writer.after.settings.get(path)
    if old is not None:
        # A switch may know one entry an address: then a `no` after the new line would take that one away.
        stays = any(True for _ in writer.after.under(*path[:3]))
        phase = Phase.ROUTE_REMOVE if stays else Phase.SERVICE_REMOVE
        writer.line(phase, f"no {_receiver_line(path, old)}", path=path)
    if new is not None:
        writer.line(Phase.GROUP, _receiver_line(path, new), path=path)


def _receiver_line(path: Path, value: Value) -> str:
    words = path[3].split()
    if isinstance(value, Secret):
        place = words.index("version") + 2 if "version" in words else min(1, len(words))
        words[place:place] = ["community", str(value)]
    return " ".join(["snmp-server host", path[2], *words])


def _snmp_user(writer: Writer, name: str) -> None:
    path = ("snmp", "user", name)
    value = writer.new(*path)
    if value is None:
        writer.line(Phase.SERVICE_REMOVE, f"no snmpv3 user {name}", path=path)
        return
    words = words_of(value).split()
    for kind in ("auth", "priv"):
        key = writer.new(*path, kind)
        if isinstance(key, Secret):
            place = words.index(kind) + 2 if kind in words else len(words)
            words[place:place] = [f"{kind}-pass", phrase(key)]
    writer.line(Phase.SERVICE, " ".join([f"snmpv3 user {name}", *words]), path=path)


def write_users(writer: Writer, paths: Iterable[Path]) -> None:
    """Local accounts; the built-in one and the last administrator stay."""
    for name in dict.fromkeys(path[1] for path in paths):
        path = ("user", name)
        value, password = writer.new(*path), writer.new(*path, "secret")
        if value is not None:
            known = f" password {phrase(password)}" if isinstance(password, Secret) else ""
            writer.line(Phase.SERVICE, f"user {name}{words_of(value)}{known}", path=path)
        elif name == "admin":
            writer.refuse("no user admin", sentence("the built-in administrator cannot be deleted"), path)
        elif _administers(writer.before, name) and not any(
            _administers(writer.after, other) for other in writer.after.names("user")
        ):
            writer.refuse(f"no user {name}", sentence("it is the last administrator"), path)
        elif writer.old(*path) is not None:
            writer.line(Phase.SERVICE_REMOVE, f"no user {name}", path=path)


def _administers(state: State, name: str) -> bool:
    return "administrators" in words_of(state.get("user", name)).split()


def write_servers(writer: Writer, paths: Iterable[Path]) -> None:
    """RADIUS and TACACS+."""
    hosts: dict[Path, None] = {}
    for path in paths:
        if path[1] == "host":
            hosts[path[:3]] = None
            continue
        value = writer.after.settings.get(path)
        line = f"{path[0]}-server {path[1]}"
        text = f"no {line}" if value is None else f"{line} {phrase(value) if isinstance(value, Secret) else value}"
        writer.line(Phase.SERVICE if value is not None else Phase.SERVICE_REMOVE, text, path=path)
    for path in hosts:
        value, key = writer.new(*path), writer.new(*path, "key")
        line = f"{path[0]}-server host {path[2]}"
        user = writer.kept_line(f"server {path[2]}", "aaa") if value is None else ""
        if user:
            writer.refuse(f"no {line}", sentence("{what} still names it", what=user), path)
        elif value is None:
            writer.line(Phase.SERVICE_REMOVE, f"no {line}{_vrf(writer.old(*path))}", path=path)
        else:
            shared = f" key {phrase(key)}" if isinstance(key, Secret) else ""
            writer.line(Phase.SERVICE, f"{line}{shared}{words_of(value)}", path=path)


def write_aaa(writer: Writer, paths: Iterable[Path]) -> None:
    """Who is asked, and how."""
    for path in paths:
        value = writer.after.settings.get(path)
        if value is None:
            writer.line(Phase.SERVICE_REMOVE, f"no aaa {path[1]}", path=path)
        else:
            writer.line(Phase.AAA, f"aaa {path[1]}{words_of(value)}", path=path)


def write_control_plane(writer: Writer, paths: Iterable[Path]) -> None:
    """Access lists before the switch itself."""
    for path in paths:
        value, old = writer.after.settings.get(path), writer.before.settings.get(path)
        kind, _, way = path[2].partition(" ")
        entries = writer.new("acl", kind, str(value))
        if isinstance(entries, tuple) and _cx_acl.locks_out(entries):
            writer.refuse(f"apply access-list {kind} {value} {way}", sentence(_LOCKOUT), path)
        elif value is not None:
            writer.line(Phase.AAA, f"apply access-list {kind} {value} {way}", path=path)
        else:
            writer.line(Phase.SERVICE_REMOVE, f"no apply access-list {kind} {old} {way}", path=path)


def write_lldp(writer: Writer, paths: Iterable[Path]) -> None:
    """LLDP on or off."""
    for path in paths:
        writer.line(Phase.SERVICE, "no lldp" if writer.after.settings.get(path) else "lldp", path=path)


def write_acls(writer: Writer, paths: Iterable[Path]) -> None:
    """Access lists: new ones before they are applied, old ones after nobody applies them."""
    for path in paths:
        context = f"access-list {path[1]} {path[2]}"
        old, new = writer.before.settings.get(path), writer.after.settings.get(path)
        if not isinstance(new, tuple):
            user = _applied(writer.after, path[2]) or writer.kept_line(path[2], "", "access-list", "access-group")
            if user:
                writer.refuse(f"no {context}", sentence("{what} still applies it", what=user), path)
            else:
                writer.line(Phase.ACL_REMOVE, f"no {context}", path=path)
            continue
        if isinstance(old, tuple) and _guards_us(writer.before, path) and _cx_acl.locks_out(new):
            writer.refuse(context, sentence(_LOCKOUT), path)
            continue
        if not isinstance(old, tuple) and not new:
            writer.enter(Phase.ACL, context, path=path)
        for line in _cx_acl.steps(old if isinstance(old, tuple) else (), new):
            writer.line(Phase.ACL, line, context, path=path)


def _guards_us(state: State, acl: Path) -> bool:
    return any(value == acl[2] and path[2].startswith(f"{acl[1]} ") for path, value in state.under("ssh", "acl"))


def _applied(state: State, name: str) -> str:
    """Who applies an access list of that name; empty: nobody."""
    for path, value in state.settings.items():
        if value == name and "acl" in path[1:3]:
            return {"svi": f"interface vlan {path[1]}", "vlan": f"VLAN {path[1]}", "port": path[1]}.get(
                path[0], sentence("the control plane")
            )
    return ""


def write_banners(writer: Writer, paths: Iterable[Path]) -> None:
    """A banner goes as one text, between marks that do not occur in it."""
    for path in paths:
        value = writer.after.settings.get(path)
        if not isinstance(value, str):
            writer.line(Phase.BANNER, f"no banner {path[1]}", path=path)
            continue
        mark = next((mark for mark in _MARKS if mark not in value), "")
        if mark:
            text = f"banner {path[1]} {mark}\n{value}\n{mark}"
            writer.out.add_alone(Phase.BANNER, text, CommandKind.BANNER, path)
        else:
            writer.refuse(
                f"banner {path[1]}",
                sentence("its text holds every mark it could stand between ({marks})", marks=_MARKS),
                path,
            )


def write_free(writer: Writer, paths: Iterable[Path]) -> None:
    """Lines nobody knows: sent in their context, taken away only where the text owns the context."""
    # What goes is asked first: where a new line has the place of an old one, the old one goes just before it.
    paths = sorted(paths, key=lambda path: path in writer.after.settings)
    gone_paths = {path for path in paths if path not in writer.after.settings}
    outgoing = {_likeness(path) for path in gone_paths}
    replaced = {_likeness(path) for path in paths if path not in gone_paths}
    heads = {path[:size] for path in writer.after.settings if path[0] == FREE for size in range(2, len(path))}
    for path in paths:
        *context, line = path[1:]
        gone = path not in writer.after.settings
        text = negated(line) if gone else line
        reason = danger(text, *context) or _context_danger(context) or _mgmt_danger(writer, path, gone=gone)
        if reason:
            writer.refuse(" / ".join([*context, text]), reason, path)
        elif gone:
            goes_with = any(path[:size] in gone_paths for size in range(2, len(path)))
            if not goes_with and (*path[:-1], text) not in writer.after.settings:
                phase = Phase.FREE if _likeness(path) in replaced else Phase.FREE_REMOVE
                writer.line(phase, text, *context, path=path)
        elif path not in heads:
            _add_free(writer, path, context, line, later=_likeness(path) in outgoing)


def _context_danger(context: list[str]) -> str:
    """Why a context is never entered; empty when it may be."""
    if any(line.startswith("no ") for line in context):
        return sentence("a line that takes something away has nothing below it")
    return next((why for size, line in enumerate(context) if (why := danger(line, *context[:size]))), "")


def _likeness(path: Path) -> Path:
    """Lines of one context that begin alike may be one setting with another value."""
    words = path[-1].removeprefix("no ").split()
    return (*path[:-1], " ".join(words[: min(2, len(words) - 1)] or words))


def _add_free(writer: Writer, path: Path, context: list[str], line: str, *, later: bool) -> None:
    """Definitions stand before ports name them; what needs ports, addresses or servers comes after these."""
    head = (context or [line])[0].split(maxsplit=1)[0]
    phase = Phase.FREE if later or head in _LATE or (context and head in _HOMES) else Phase.DEFINE
    phase = Phase.GROUP if head == "aaa" and not later else phase
    if not context and head in _CONTEXTS:
        writer.enter(phase, line, path=path)
    else:
        writer.line(phase, line, *context, path=path)


def _mgmt_danger(writer: Writer, path: Path, *, gone: bool) -> str:
    """The out-of-band port keeps its address, and does not change it while it may be the only way in."""
    if path[1:2] != ("interface mgmt",) or len(path) != 3:
        return ""
    words = path[2].split()
    if gone:
        return sentence("the out-of-band port keeps what it has") if words[0] != "description" else ""
    alone = not any(path[2:] == ("address",) for path, _ in writer.before.under("svi"))
    moves = words[0] == "shutdown" or words[:2] == ["ip", "static"] or words[0] == "default-gateway"
    had = any(len(old) == 3 and old[2].split()[:1] == words[:1] for old, _ in writer.before.under(FREE, path[1]))
    if moves and alone and (had or words[0] == "shutdown"):
        return sentence("the out-of-band port may be the only way in")
    return ""
