"""Groups and users that this PC knows itself, in /etc/passwd, /etc/group and /etc/shadow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, NamedTuple

from .edits import MASK, Edit, Trouble, Value, Work
from .passwords import matches

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .pc import Pc

_LOWEST = 1000
"""Accounts below belong to Debian and its packages: they are never removed."""

_OPTIONS = {"uid": "-u", "group": "-g", "shell": "-s", "home": "-d", "title": "-c"}


class User(NamedTuple):
    """A user as it stands on the PC."""

    uid: int
    """Number."""
    group: str
    """Primary group."""
    groups: tuple[str, ...]
    """Other groups, sorted."""
    title: str
    """First part of the comment field."""
    home: str
    """Home directory."""
    shell: str
    """Login shell."""
    hashed: str
    """What /etc/shadow says."""

    @property
    def locked(self) -> bool:
        """No password opens it."""
        return self.hashed.startswith("!")


def look_groups(pc: Pc, wanted: Mapping[str, Any]) -> list[Work]:
    """Groups that are to be there."""
    have = _groups()
    return [
        work
        for name, group in wanted.items()
        if group.get("state", "present") == "present"
        for work in _group(pc, have, name, group)
    ]


def look_gone_groups(pc: Pc, wanted: Mapping[str, Any]) -> list[Work]:
    """Groups that are not to be there; they go after the users."""
    have, works = _groups(), []
    for name, group in wanted.items():
        if group.get("state", "present") != "absent":
            continue
        pc.saw(("group", name), name in have)
        if name in have:
            edit = Edit(("group", name), "present", None, f"groupdel {name}")
            works.append(Work([edit], _must(pc, ["groupdel", name])))
            _may_go(pc, "group", name, have[name][0])
    return works


def _group(pc: Pc, have: Mapping[str, tuple[int, list[str]]], name: str, wanted: Mapping[str, Any]) -> list[Work]:
    gid = have[name][0] if name in have else None
    pc.saw(("group", name), gid)
    number = ["-g", str(wanted["gid"])] if "gid" in wanted else []
    if gid is None:
        edits = [Edit(("group", name), None, "present", f"groupadd {name}")]
        edits += [Edit(("group", name, "gid"), None, wanted["gid"], edits[0].step)] if number else []
        return [Work(edits, _must(pc, ["groupadd", *number, name]))]
    if not number or gid == wanted["gid"]:
        return []
    edit = Edit(("group", name, "gid"), gid, wanted["gid"], f"groupmod {name}")
    return [Work([edit], _must(pc, ["groupmod", *number, name]))]


def look_users(pc: Pc, wanted: Mapping[str, Any]) -> list[Work]:
    """Users that are to be there, and those that are not."""
    groups, have, works = _groups(), _users(), []
    for name, user in wanted.items():
        now = have.get(name)
        pc.saw(("user", name), None if now is None else list(now))
        if user.get("state", "present") == "absent":
            works += _gone(pc, name, now)
            continue
        edits = _edits(pc, name, now, user)
        if edits:
            _not_ourselves(pc, name, edits)
            works.append(Work(edits, _maker(pc, name, user, edits, new=now is None)))
    pc.saw(("user groups",), sorted(groups) if wanted else [])
    return works


def _gone(pc: Pc, name: str, now: User | None) -> list[Work]:
    if now is None:
        return []
    _may_go(pc, "user", name, now.uid)
    edit = Edit(("user", name), "present", None, f"userdel {name} (its home stays)")
    return [Work([edit], _must(pc, ["userdel", name]))]


def _may_go(pc: Pc, kind: str, name: str, number: int) -> None:
    ours = _users().get(pc.user)
    if name == pc.user or (kind == "group" and ours and name in (ours.group, *ours.groups)):
        raise Trouble("refused", f"{kind} {name}: campusctl logs in through it", "take it out of the document")
    if number < _LOWEST:
        raise Trouble("refused", f"{kind} {name} belongs to the system ({number} is below {_LOWEST})", "take it out")


def _not_ourselves(pc: Pc, name: str, edits: list[Edit]) -> None:
    touched = [edit.path[-1] for edit in edits if edit.path[-1] not in ("title", "groups") or _fewer(edit)]
    if name in (pc.user, "root") and touched and edits[0].path != ("user", name):
        raise Trouble(
            "refused",
            f"user {name}: campusctl comes in through it, and {', '.join(touched)} would change",
            "change it by hand",
        )


def _fewer(edit: Edit) -> bool:
    return isinstance(edit.before, list) and isinstance(edit.after, list) and not set(edit.before) <= set(edit.after)


def _edits(pc: Pc, name: str, now: User | None, wanted: Mapping[str, Any]) -> list[Edit]:
    step = f"{'useradd' if now is None else 'usermod'} {name}"
    edits = [Edit(("user", name), "present" if now else None, "present", step)]
    edits += [
        Edit(("user", name, field), None if now is None else getattr(now, field), wanted[field], step)
        for field in ("uid", "group", "shell", "home", "title")
        if field in wanted
    ]
    if "groups" in wanted:
        before: list[str] | None = list(now.groups) if now else None
        keep = [] if wanted.get("exact_groups") else before or []
        after = sorted({*wanted["groups"], *keep} - {wanted.get("group", now.group if now else "")})
        edits.append(Edit(("user", name, "groups"), before, after, step))
    if "locked" in wanted:
        edits.append(Edit(("user", name, "locked"), now.locked if now else None, wanted["locked"], step))
    edits = [edit for edit in edits if edit.before != edit.after]
    return edits + (_password(pc, name, now, wanted["password"]) if "password" in wanted else [])


def _password(pc: Pc, name: str, now: User | None, wanted: str) -> list[Edit]:
    same = matches(_one_line(pc, wanted), now.hashed.lstrip("!")) if now else False
    if same is None:
        pc.note(f"user {name}: whether the password is right cannot be checked on this PC")
    if same is None or same:
        return []
    return [
        Edit(("user", name, "password"), MASK if now and now.hashed.strip("!*") else None, MASK, f"chpasswd {name}")
    ]


def _maker(pc: Pc, name: str, wanted: Mapping[str, Any], edits: list[Edit], *, new: bool) -> Callable[[], None]:
    after: dict[str, Value] = {edit.path[2]: edit.after for edit in edits if len(edit.path) == 3}

    def make() -> None:
        options = [word for field, option in _OPTIONS.items() if field in after for word in (option, str(after[field]))]
        others = after.get("groups")
        if isinstance(others, list):
            options += ["-G", ",".join(others)]
        if new:
            pc.machine.must(["useradd", "-m", *options, name])
        elif options:
            pc.machine.must(["usermod", *(["-m"] if "-d" in options else []), *options, name])
        if "password" in after:
            pc.machine.must(["chpasswd"], stdin=f"{name}:{_one_line(pc, wanted['password'])}\n")
        if after.get("locked") is not None or ("password" in after and wanted.get("locked")):
            pc.machine.must(["usermod", "-L" if wanted.get("locked") else "-U", name])

    return make


def _one_line(pc: Pc, token: str) -> str:
    password = pc.expand(token)
    if not password or any(letter in password for letter in "\n\r\0"):
        raise Trouble("rejected", "a password is empty or has more than one line", "set the secret to one line")
    return password


def _must(pc: Pc, argv: list[str]) -> Callable[[], None]:
    def make() -> None:
        pc.machine.must(argv)

    return make


def _rows(path: str) -> list[list[str]]:
    with open(path, encoding="utf-8", errors="surrogateescape") as file:
        return [line.rstrip("\n").split(":") for line in file if line.count(":") >= 3]


def _groups() -> dict[str, tuple[int, list[str]]]:
    """Name → (number, members); the first of two with one name counts, as it does for the system."""
    found: dict[str, tuple[int, list[str]]] = {}
    for row in _rows("/etc/group"):
        if row[2].isdigit():
            found.setdefault(row[0], (int(row[2]), [member for member in row[3].split(",") if member]))
    return found


def _users() -> dict[str, User]:
    groups = _groups()
    names = {number: name for name, (number, _) in reversed(list(groups.items()))}
    hashes = {row[0]: row[1] for row in _rows("/etc/shadow")}
    found: dict[str, User] = {}
    for row in _rows("/etc/passwd"):
        if len(row) < 7 or not row[2].isdigit() or not row[3].isdigit():
            continue
        others = tuple(sorted(name for name, (_, members) in groups.items() if row[0] in members))
        title = row[4].split(",")[0]
        group = names.get(int(row[3]), row[3])
        found.setdefault(row[0], User(int(row[2]), group, others, title, row[5], row[6], hashes.get(row[0], "")))
    return found
