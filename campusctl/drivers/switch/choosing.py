"""A part of what differs, chosen by path: made alone only where it can stand alone."""

from collections.abc import Iterator, Sequence
from typing import Final

from campusctl.engine.guard import RefusedEdit, Verdict
from campusctl.model.secret import MASK, redact
from campusctl.model.sentence import sentence
from campusctl.model.setting import Edit, Path, State

_VLAN_PARTS: Final = frozenset({"access_vlan", "native_vlan", "untagged", "voice_vlan"})


def shown_path(path: Path) -> Path:
    """A path as it may be shown and stored: secrets masked."""
    return tuple(MASK if part.startswith("~") else redact(part) for part in path)


def chosen(edits: tuple[Edit, ...], only: frozenset[Path]) -> tuple[Edit, ...]:
    """The edits at these paths, with the parts that come or go with a whole: a VLAN's name with the VLAN.

    Args:
        edits: Everything that differs.
        only: Paths as they are shown; empty: every edit is chosen. A path that is no edit itself names a group, such
            as the tagged VLANs of a port.
    """
    if not only:
        return edits
    shown = [(shown_path(edit.path), _way(edit)) for edit in edits]
    ways = dict(shown)

    def wanted(path: Path, way: str) -> bool:
        above = (path[:size] for size in range(1, len(path)) if path[:size] in only)
        return path in only or any(part not in ways or ways[part] == way != "changes" for part in above)

    return tuple(edit for edit, (path, way) in zip(edits, shown, strict=True) if wanted(path, way))


def _way(edit: Edit) -> str:
    return "comes" if edit.before is None else "goes" if edit.after is None else "changes"


def without_support(before: State, after: State, verdict: Verdict) -> Verdict:
    """A verdict on chosen edits, without those that need what the others would have brought.

    Args:
        before: What the device is.
        after: What it shall be, with every edit.
        verdict: On the chosen ones.
    """
    reached = before.edited(verdict.allowed)
    refused = tuple(RefusedEdit(edit, why) for edit in verdict.allowed if (why := _lacks(edit, reached, after)))
    if not refused:
        return verdict
    gone = {item.edit for item in refused}
    allowed = tuple(edit for edit in verdict.allowed if edit not in gone)
    touches = tuple(edit for edit in verdict.touches if edit not in gone)
    return without_support(before, after, Verdict(allowed, (*verdict.refused, *refused), touches))


def _lacks(edit: Edit, reached: State, after: State) -> str:
    """What an edit needs that would not be there, in words; empty: nothing."""
    for path, word in _needs(edit, after):
        if _has(after, path) and not _has(reached, path):
            return sentence("{what} is not on the switch: that is a finding of its own, which comes first", what=word)
    return ""


def _has(state: State, path: Path) -> bool:
    return next(state.under(*path), None) is not None


def _needs(edit: Edit, after: State) -> Iterator[tuple[Path, str]]:
    """What must be there before the edit makes sense."""
    path, value = edit.path, edit.after
    if value is None:
        return
    if path[0] == "port" and len(path) > 2:
        yield from _port_needs(path[2:], str(value))
    if path[0] == "svi" and len(path) > 1:
        yield ("vlan", path[1]), f"VLAN {path[1]}"
    if path[0] != "acl":
        words = {word for text in (*path, *([value] if isinstance(value, str) else ())) for word in text.split()}
        lists = {list_path[:3] for list_path, _ in after.under("acl")}
        yield from (
            (name, sentence("access list {name}", name=name[-1])) for name in sorted(lists) if name[-1] in words
        )


def _port_needs(part: Sequence[str], value: str) -> Iterator[tuple[Path, str]]:
    if part[0] in _VLAN_PARTS:
        yield ("vlan", value), f"VLAN {value}"
    if part[0] == "tagged" and len(part) > 1:
        yield ("vlan", part[1]), f"VLAN {part[1]}"
    if part[0] == "lag":
        yield ("port", value), value
