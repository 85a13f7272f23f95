"""IOS commands for who may log in: accounts, enable secrets, AAA, terminal lines."""

from collections.abc import Iterator, Sequence

from campusctl.drivers.switch.dialects._ios_read_blocks import bucket_of
from campusctl.drivers.switch.dialects._ios_words import GLOBAL, LINE, SERVER, say_secret
from campusctl.drivers.switch.dialects._ios_write import AAA, SERVICE, Phase, Writer, by_name, line_for, say_rule
from campusctl.model.secret import Secret
from campusctl.model.sentence import sentence
from campusctl.model.setting import Edit, Path, State, Value


def write_users(writer: Writer, edits: Sequence[Edit]) -> None:
    """Accounts: a new one stands before an old one goes, and the last one stays."""
    for path, group in by_name(edits).items():
        own = {edit.path[2:]: edit for edit in group}
        name = path[1]
        if path not in writer.after.settings:
            if writer.after.names("user") or any(user for user, _ in writer.after.under("user")):
                writer.say(Phase.USER_GONE, f"no username {name}", path=path, answer="y")
            else:
                writer.refuse(
                    f"no username {name}", reason=sentence("the last local account is not removed"), path=path
                )
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
            reason = sentence("IOS would remove the whole account")
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
        writer.refuse(
            f"{text} {gone[0].path[2]}", reason=sentence("the account would have no password"), path=gone[0].path
        )
        return True
    if len(writer.before.names("user")) < 2:
        for edit in own.values():
            writer.refuse(
                text, reason=sentence("IOS makes no secret of the only account's password in place"), path=edit.path
            )
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
            writer.refuse(f"no {words}", reason=sentence("the way to privileged mode is only replaced"), path=edit.path)


def write_aaa(writer: Writer, edits: Sequence[Edit]) -> None:
    """AAA: servers, then methods; a way to log in is only ever replaced."""
    order = sorted(edits, key=lambda edit: (edit.path[1] != "new-model", " server " not in f"{edit.path[1]} "))
    for edit in order:
        name = edit.path[1]
        if " server " in name:
            _write_server(writer, edit)
        elif edit.after is None and name.startswith("authentication login"):
            reason = sentence("a way to log in is only replaced, never removed")
            writer.refuse(f"no aaa {name}", reason=reason, path=edit.path)
        else:
            # Without AAA the device knows none of its other lines, nor a server group.
            say_rule(writer, GLOBAL, edit, SERVICE if name == "new-model" else AAA)


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
        writer.say(Phase.SERVICE, line_for(*found, edit.after), name, path=edit.path)


def write_lines(writer: Writer, edits: Sequence[Edit]) -> None:
    """Console and vty lines: compared number by number, sent in the ranges in which IOS prints them."""
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
        following = places[at + 1] if at + 1 < len(places) else ("", 0)
        together = following == (kind, number + 1) and bucket_of(number) == bucket_of(number + 1)
        if together and todo[following] == todo[kind, number]:
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
    # AAA is never switched off, so it is on when it was.
    aaa = any(state.get("aaa", "new-model") for state in (writer.before, writer.after))
    if key.startswith("access-class"):
        return _access_class(edit, key.split()[1]), ""
    if key == "login":
        return _login(edit, new, aaa=aaa)
    if value is None and key == "password" and not aaa and new.get("login", True) is True:
        return "no password", sentence("the line asks for a password and would have none")
    if value is None and key == "transport input":
        return "no transport input", sentence("the line would take no session any more; say which protocols instead")
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
        return "no login", sentence("the line would let anybody in without a password")
    if value is True:
        return ("", "") if aaa else ("login", "")
    if value is not None:
        wrong = aaa and not str(value).startswith("authentication")
        return f"login {value}", sentence(
            "with AAA on, a line only knows lists: login authentication NAME"
        ) if wrong else ""
    if str(edit.before).startswith("authentication"):
        return "no login authentication", ""
    if aaa:
        # With AAA the device drops `login local` by itself, and does not know the word any more.
        return "", ""
    if new.get("password") is None:
        return "login", sentence("the line would ask for a password and have none")
    return "login", ""
