"""Services and accounts of an ArubaOS-Switch, as lines."""

from campusctl.drivers.switch.dialects._procurve_plan import GLOBAL, Phase, Plan, write_line
from campusctl.drivers.switch.dialects._procurve_words import quote
from campusctl.model.secret import Secret, SecretKind
from campusctl.model.setting import Edit


def write_server(plan: Plan, edit: Edit) -> None:
    """NTP, SNTP, DNS and syslog: servers, and settings with one value."""
    root = edit.path[0]
    if len(edit.path) != 3 or edit.path[1] != "server":
        write_line(plan, edit)
        return
    address = edit.path[2]
    value = edit.after if edit.after is not None else edit.before
    options = "" if value is True or value is None else str(value)
    line = _server_line(root, address, options)
    if edit.after is None:
        # A priority holds one server: its old one makes room.
        kept = {_priority(str(value)) for _, value in plan.after.under(root, "server")} - {""}
        taken = _priority(options) in kept
        plan.add(Phase.ADD - 1 if taken else Phase.TAKE, f"no {_named(root, address, options)}", path=edit.path)
        return
    if isinstance(edit.before, str) and _priority(edit.before) not in ("", _priority(options)):
        plan.add(Phase.ADD - 1, f"no {_named(root, address, edit.before)}", path=edit.path)
    plan.add(Phase.ADD, line, path=edit.path)


def _server_line(root: str, address: str, options: str) -> str:
    tail = options.removeprefix(_priority(options)).strip()
    return f"{_named(root, address, options)} {tail}".strip()


def _named(root: str, address: str, options: str) -> str:
    """A server as `no` wants it: with its priority, without its other options."""
    lead = {"dns": "ip dns server-address", "syslog": "logging"}.get(root, f"{root} server")
    return " ".join(filter(None, [lead, _priority(options), address]))


def _priority(options: str) -> str:
    words = options.split()
    return " ".join(words[:2]) if words[:1] == ["priority"] else ""


def write_authorized(plan: Plan, edit: Edit) -> None:
    line = f"ip authorized-managers {edit.path[1]}"
    if edit.after is not None:
        access = str(edit.after)
        plan.add(Phase.ADD, f"{line} access {access}", path=edit.path)
    elif not plan.after.names("authorized_managers"):
        plan.refuse(f"no {line}", "without any authorized manager anyone could reach the switch", edit.path)
    else:
        plan.add(Phase.TAKE, f"no {line}", path=edit.path)


def write_user(plan: Plan, edit: Edit) -> None:
    name = edit.path[1]
    kind = plan.after.get("user", name)
    if kind is None:
        if edit.path == ("user", name):
            _user_gone(plan, edit, name)
        return
    if plan.is_first(edit, "user", name):
        _user_set(plan, edit, name, str(kind))


def _user_set(plan: Plan, edit: Edit, name: str, kind: str) -> None:
    found = plan.after.get("user", name, "secret")
    if not isinstance(found, Secret) or (found.kind is SecretKind.UNKNOWN and found.ref.startswith("unreadable/")):
        plan.add(Phase.ADD + 2, f"password {kind}", path=edit.path)
        return
    form = {SecretKind.SHA1: "sha1", SecretKind.SHA256: "sha256"}.get(found.kind, "plaintext")
    if kind.startswith("group "):
        group = quote(kind.removeprefix("group "))
        lead = f"aaa authentication local-user {quote(name)} group {group} password"
    else:
        lead = f"password {kind} user-name {quote(name)}"
    plan.add(Phase.ADD + 2, f'{lead} {form} "{found}"', path=edit.path)


def _user_gone(plan: Plan, edit: Edit, name: str) -> None:
    kind = str(edit.before)
    if kind in (value for _, value in plan.after.under("user")):
        return  # there is one account of each kind: the new one has replaced it
    if kind.startswith("group "):
        plan.commands.add(Phase.TAKE + 5, f"no aaa authentication local-user {quote(name)}", path=edit.path)
    else:
        plan.add(Phase.TAKE + 5, f"no password {kind}", path=edit.path)


def write_aaa(plan: Plan, edit: Edit) -> None:
    what = edit.path[1]
    if edit.after is not None:
        plan.add(Phase.ADD + 3, f"aaa {what} {edit.after}", path=edit.path)
    elif what.startswith("authentication "):
        plan.add(Phase.ADD + 3, f"aaa {what} local none", path=edit.path)
    else:
        plan.commands.add(Phase.TAKE + 4, f"no aaa {what}", path=edit.path)


def write_login_server(plan: Plan, edit: Edit) -> None:
    root = f"{edit.path[0]}-server"
    if edit.path in GLOBAL:
        write_line(plan, edit)
        return
    lead = f"{root} host {edit.path[2]}" if edit.path[1] == "host" else root
    whole = edit.path[:3] if edit.path[1] == "host" else edit.path[:1]
    if edit.path[-1] == "key" and len(edit.path) > 1:
        _login_key(plan, edit, lead, is_host_gone=len(whole) == 3 and not plan.after.get(*whole))
    elif len(edit.path) == 3:
        has_key = isinstance(plan.after.get(*whole, "key"), Secret)
        if edit.after is None:
            plan.add(Phase.TAKE, f"no {lead}", path=edit.path)
        elif not has_key:
            plan.add(Phase.ADD, lead, path=edit.path)
    elif edit.after is not None or plan.after.get(*whole):
        line = f"{lead} {edit.path[3]}"
        plan.toggle((Phase.ADD + 1, Phase.TAKE - 1), line, edit=edit)


def _login_key(plan: Plan, edit: Edit, lead: str, *, is_host_gone: bool) -> None:
    if isinstance(edit.after, Secret):
        word = "encrypted-key" if edit.after.kind is SecretKind.OPAQUE else "key"
        plan.add(Phase.ADD, f'{lead} {word} "{edit.after}"', path=edit.path)
    elif not is_host_gone:
        plan.add(Phase.TAKE - 1, f"no {lead} key", path=edit.path)


def write_snmp(plan: Plan, edit: Edit) -> None:
    match edit.path:
        case ("snmp", "community", _):
            _community(plan, edit)
        case ("snmp", "host", address, _):
            line = f'snmp-server host {address} community "{plan.hidden(edit.path)}"'
            if edit.after is None:
                # A receiver may be kept once per address: then its old community, taken away last, takes the new one
                # with it.
                replaced = any(True for _ in plan.after.under("snmp", "host", address))
                plan.add(Phase.ADD - 1 if replaced else Phase.TAKE, f"no {line}", path=edit.path)
            else:
                plan.add(Phase.ADD, line if edit.after is True else f"{line} {edit.after}", path=edit.path)
        case ("snmp", "user", name, *_):
            _snmp_user(plan, edit, name)
        case ("snmp", "v3", word):
            line = f"snmpv3 {word}"
            plan.toggle((Phase.ADD + 4, Phase.TAKE + 6), line, edit=edit)
        case (_, word) if word in ("contact", "location"):
            line = f"no snmp-server {word}" if edit.after is None else f"snmp-server {word} {quote(str(edit.after))}"
            plan.add(Phase.SET, line, path=edit.path)
        case _:
            write_line(plan, edit)


def _community(plan: Plan, edit: Edit) -> None:
    lead = f'snmp-server community "{plan.hidden(edit.path)}"'
    if edit.after is None:
        plan.add(Phase.TAKE + 6, f"no {lead}", path=edit.path)
        return
    level, access = str(edit.after).split()
    rights = {"manager unrestricted": "unrestricted", "operator restricted": "operator"}
    plan.add(Phase.ADD, f"{lead} {rights.get(f'{level} {access}', f'{level} {access}')}", path=edit.path)


def _snmp_user(plan: Plan, edit: Edit, name: str) -> None:
    said = plan.after.get("snmp", "user", name)
    if said is None:
        if len(edit.path) == 3:
            plan.add(Phase.TAKE + 6, f"no snmpv3 user {quote(name)}", path=edit.path)
        return
    if not plan.is_first(edit, "snmp", "user", name):
        return
    line = f"snmpv3 user {quote(name)}"
    words = [] if said is True else str(said).split()
    for number, kind in enumerate(words):
        if kind in ("auth", "priv"):
            protocol = words[number + 1 : number + 2]
            named = f" {protocol[0]}" if protocol and protocol[0] not in ("auth", "priv") else ""
            line += f' {kind}{named} "{plan.after.get("snmp", "user", name, kind)}"'
    plan.add(Phase.ADD + 5, line, path=edit.path)
