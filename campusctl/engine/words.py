"""Edits in words a campus manager reads. Pure: the terminal, a report and a finding say the same."""

import difflib
from collections.abc import Collection, Iterable, Iterator
from typing import Final, TypeAlias

from campusctl.engine.setting_words import part_words
from campusctl.model.plan import EditView
from campusctl.model.printable import printable
from campusctl.model.sentence import joined, sentence, sentences, told_as
from campusctl.words.language import N_

Shown: TypeAlias = bool | int | str | tuple[str, ...] | None
"""A value as it may be shown."""

_ROOTS: Final = {
    "port": N_("port"),
    "vlan": N_("VLAN"),
    "svi": N_("interface of VLAN"),
    "user": N_("account"),
    "acl": N_("access list"),
    "banner": N_("banner"),
    "route": N_("route"),
    "vty": N_("terminal lines"),
    "aaa": N_("login rule"),
    "package": N_("package"),
    "feature": N_("feature"),
    "group": N_("group"),
    "directory": N_("folder"),
    "file": N_("file"),
    "link": N_("link"),
    "absent": N_("path"),
    "line": N_("line in"),
    "block": N_("block in"),
    "service": N_("service"),
    "printer": N_("printer"),
    "cron": N_("cron job"),
    "task": N_("scheduled task"),
    "registry": N_("registry"),
    "role": N_("role"),
}
_NOTHING_THERE: Final = frozenset({
    "absent", "block", "cron", "directory", "feature", "file", "group", "line", "link",
    "package", "printer", "registry", "role", "service", "task", "user", "wol",
})  # fmt: skip
"""Roots of paths of PCs: what is not there is not there, and not a default."""
_WITH_FIELDS: Final = frozenset({"user", "group", "printer"})
"""Things that, when they are new, are said on one line with all their fields."""
_LISTED: Final = frozenset({"apps", "policy"})
"""Lists of which it is said what comes and what goes."""
_BY_HAND: Final = "check"
"""A line of a checklist."""
_PRESENT: Final = "present"
"""What a PC says of a thing that is there and has no better value."""
_FLAGS: Final = {
    "shutdown": (N_("up"), N_("shut down")),
    "stp_edge": (N_("off"), N_("on")),
    "stp_bpduguard": (N_("off"), N_("on")),
    "stp_bpdufilter": (N_("off"), N_("on")),
}
"""Settings that are on or off, in words for off and on."""
_WORDS: Final = {"on": N_("on"), "off": N_("off"), "present": N_("present"), "absent": N_("absent")}
"""Values that are words of everyday; the others are spelled as the inventory spells them."""
_FREE_TEXTS: Final = frozenset({"description", "name", "info", "location", "contact", "title"})
"""Settings that say what somebody wrote."""
_LONGEST: Final = 60


def without_parts(edits: Iterable[EditView]) -> Iterator[EditView]:
    """The edits, each whole thing once: a VLAN's name goes with the VLAN, a new account or printer has its fields."""
    found = tuple(edits)
    gone = {edit.path for edit in found if edit.after is None and edit.before is True}
    new = {edit.path for edit in found if _is_new(edit)}
    for edit in found:
        if edit.path in new:
            yield edit.model_copy(update={"after": tuple(_fields(edit.path, found))})
        elif edit.path[:2] not in new and not _goes_with(edit, gone):
            yield edit


def _goes_with(edit: EditView, gone: Collection[tuple[str, ...]]) -> bool:
    return edit.after is None and any(edit.path[:size] in gone for size in range(1, len(edit.path)))


def _is_new(edit: EditView) -> bool:
    return edit.path[0] in _WITH_FIELDS and len(edit.path) == 2 and edit.before is None and edit.after == _PRESENT


def _fields(path: tuple[str, ...], edits: Iterable[EditView]) -> Iterator[str]:
    """What is said of a new thing: `uid 2001`, `groups lpadmin`."""
    for edit in edits:
        if edit.path[:2] == path and len(edit.path) == 3 and edit.after is not None:
            yield joined((part_words(edit.path[2]), _value(edit.path, edit.after)), " ")


def edit_words(edit: EditView) -> str:
    """One edit, before → after: `port 1/1/7, access VLAN: 10 → 60`."""
    # What can be printed as it is stays a sentence, which other languages say, too.
    return printable(_edit_words(edit))


def _edit_words(edit: EditView) -> str:
    subject = subject_words(edit.path)
    if edit.path[0] == "free":
        return _about(subject, sentence("add line") if edit.before is None else sentence("remove line"))
    if edit.path[0] == _BY_HAND:
        return sentence("to do by hand: {what}", what=" ".join(edit.path[1:]))
    if edit.path[-1] in _FLAGS and isinstance(edit.before or edit.after, bool):
        off, on = map(sentence, _FLAGS[edit.path[-1]])
        return _turned(subject, on, off) if edit.before else _turned(subject, off, on)
    if edit.before is None and (edit.after is True or edit.after == _PRESENT):
        return _about(subject, sentence("install") if edit.path[0] == "package" else sentence("add"))
    if edit.after is None and (edit.before is True or edit.before == _PRESENT):
        return _about(subject, sentence("remove"))
    if edit.before is None and edit.path[0] in _WITH_FIELDS and isinstance(edit.after, tuple) and len(edit.path) == 2:
        return _about(subject, joined((sentence("add"), *edit.after), ", "))
    if edit.path[0] in _LISTED and isinstance(edit.before or edit.after, tuple):
        return _about(subject, _list_words(edit.before, edit.after))
    if is_text(edit):
        return _about(subject, _text_words(edit.before, edit.after))
    return _turned(subject, _value(edit.path, edit.before), _value(edit.path, edit.after))


def _about(subject: str, what: str) -> str:
    return sentence("{subject}: {what}", subject=subject, what=what)


def _turned(subject: str, before: str, after: str) -> str:
    return sentence("{subject}: {before} → {after}", subject=subject, before=before, after=after)


def _list_words(before: Shown, after: Shown) -> str:
    """What comes into a list and what goes: `+ com.example.board kiosk, - com.example.game available`."""
    old, new = (value if isinstance(value, tuple) else () for value in (before, after))
    come, go = [f"+ {item}" for item in new if item not in old], [f"- {item}" for item in old if item not in new]
    return ", ".join((*come, *go)) or sentence("another order")


def is_text(edit: EditView) -> bool:
    """Whether an edit is about a text of several lines, such as a file's."""
    return edit.path[0] in ("file", "block") and any(
        isinstance(value, str) and "\n" in value for value in (edit.before, edit.after)
    )


def _text_words(before: Shown, after: Shown) -> str:
    """What happens to a text of several lines: `new, 4 lines`, `2 lines more, 1 less`."""
    if not isinstance(before, str) or not isinstance(after, str):
        text = after if isinstance(after, str) else str(before)
        count = text.rstrip("\n").count("\n") + 1
        if isinstance(after, str):
            return sentences("new, {number} line", "new, {number} lines", count)
        return sentences("goes, {number} line", "goes, {number} lines", count)
    lines = tuple(text_changes(before, after))
    more, less = sum(line[0] == "+" for line in lines), sum(line[0] == "-" for line in lines)
    if more and less:
        return sentences("{number} line new, {less} gone", "{number} lines new, {less} gone", more, less=less)
    if more:
        return sentences("{number} line new", "{number} lines new", more)
    if less:
        return sentences("{number} line gone", "{number} lines gone", less)
    return sentence("the end of the last line")


def text_changes(before: str, after: str) -> Iterator[str]:
    """Lines that go and come, `-` or `+` in front."""
    lines = tuple(difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm=""))
    # The first two name the files.
    yield from (f"{line[0]} {line[1:]}" for line in lines[2:] if line[0] in "+-")


def _value(path: tuple[str, ...], value: Shown) -> str:
    if value is None and path[0] in _NOTHING_THERE:
        return sentence("(not there)")
    if isinstance(value, tuple) and (path[0] in _WITH_FIELDS or path[0] in _LISTED):
        return value_words(", ".join(value)) if value else sentence("none")
    if isinstance(value, str) and value in _WORDS and path[-1] not in _FREE_TEXTS:
        return sentence(_WORDS[value])
    return value_words(value)


def subject_words(path: tuple[str, ...]) -> str:
    """What a path is about: `port 1/1/7, access VLAN`."""
    if path[0] == "free":
        return " / ".join(path[1:])
    if path[0] in _ROOTS and len(path) > 1:
        parts = [part for part in path[2:] if part != "shutdown"]
        thing = sentence("{kind} {name}", kind=sentence(_ROOTS[path[0]]), name=path[1])
        return joined((thing, joined(map(part_words, parts), " ")), ", ")
    return joined(map(part_words, path), " ")


def written_path(text: str) -> str:
    """A path as it stands in an assessment, `user / campus / secret`: other languages say what it is about."""
    return told_as(text, N_("{subject}"), subject=subject_words(tuple(text.split(" / "))))


def value_words(value: Shown) -> str:
    """A value on one line, cut off when it is long."""
    if value is None:
        return sentence("(default)")
    if isinstance(value, bool):
        return sentence("yes") if value else sentence("no")
    if isinstance(value, tuple):
        return sentences("{number} entry", "{number} entries", len(value))
    text = str(value).replace("\n", "⏎")
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def difference_words(edit: EditView) -> str:
    """One difference as it stands, for who did not ask for a change: `port 7, access VLAN: is 10, should be 60`."""
    subject = subject_words(edit.path)
    if edit.path[-1] in _FLAGS and isinstance(edit.before or edit.after, bool):
        off, on = _FLAGS[edit.path[-1]]
        return f"{subject}: is {on}, should be {off}" if edit.before else f"{subject}: is {off}, should be {on}"
    if edit.before is None and (edit.after is True or edit.after == _PRESENT):
        return f"{subject}: missing"
    if edit.after is None and edit.before is True:
        return f"{subject}: not in the inventory"
    if edit.after is None and edit.before == _PRESENT:
        return f"{subject}: should not be there"
    if is_text(edit):
        return f"{subject}: {_text_difference(edit.before, edit.after)}"
    return f"{subject}: is {_value(edit.path, edit.before)}, should be {_value(edit.path, edit.after)}"


def _text_difference(before: Shown, after: Shown) -> str:
    if before is None or after is None:
        return "missing" if before is None else "should not be there"
    return "the text differs"
