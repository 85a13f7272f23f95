"""What a city's own roles and playbooks did or would do, as edits: ordinary modules say less than campus_pc."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from campusctl.drivers.pc.moduletext import shown
from campusctl.drivers.pc.platforms.base import Event, HostEdit, HostResult, Json, Shown, Trouble
from campusctl.drivers.pc.trouble import translate

OWN: Final = "own tasks"
"""Stands for the role of a task that is in none."""

_SKIPPED_IN_CHECK: Final = "check mode"


def add_roles(found: HostResult, events: Sequence[Event], *, check: bool) -> HostResult:
    """A PC's result with what its roles did.

    Args:
        found: What campus_pc said.
        events: Every other event of the PC, in order.
        check: Nothing was changed.
    """
    edits = tuple(_edits(events, check=check))
    unchecked = tuple(dict.fromkeys(_unchecked(events))) if check else ()
    trouble = found.trouble or next(_troubles(events), None)
    return replace(found, edits=found.edits + edits, unchecked=found.unchecked + unchecked, trouble=trouble)


def _edits(events: Sequence[Event], *, check: bool) -> Iterator[HostEdit]:
    looped = {event.task for event in events if event.kind == "item"}
    for event in events:
        whole = event.kind == "ok" and event.task not in looped
        if event.changed and (whole or event.kind == "item"):
            path = (*_where(event), *_item(event))
            before, after = _before_after(event.result)
            yield HostEdit(path, before, after, f"{event.action} ({': '.join(path[1:])})", done=not check)


def _where(event: Event) -> tuple[str, str, str]:
    return "role", event.role or OWN, event.name.removeprefix(f"{event.role} : ") or event.action


def _item(event: Event) -> tuple[str, ...]:
    item = event.result.get("item")
    return (str(shown(item)),) if item is not None and event.kind == "item" else ()


def _before_after(result: Mapping[str, Json]) -> tuple[Shown, Shown]:
    """Where a module gives a difference: a mapping for one thing, or a list of them."""
    diff = result.get("diff")
    parts = [part for part in (diff if isinstance(diff, list) else [diff]) if isinstance(part, dict)]
    known = [part for part in parts if "before" in part and "after" in part and part["before"] != part["after"]]
    if len(known) == 1:
        return shown(known[0]["before"]), shown(known[0]["after"])
    return None, "changed"


def _unchecked(events: Sequence[Event]) -> Iterator[str]:
    for event in events:
        why = " ".join(str(event.result.get(key, "")) for key in ("msg", "skip_reason", "skipped_reason"))
        if event.kind == "skipped" and _SKIPPED_IN_CHECK in why.casefold():
            yield f"role {event.role or OWN}: task {_where(event)[2]!r} cannot be checked"


def _troubles(events: Sequence[Event]) -> Iterator[Trouble]:
    for event in events:
        if event.kind == "unreachable" or (event.kind == "failed" and not event.ignored):
            said = translate(event.result)
            where = _where(event)
            yield said._replace(what=f"role {where[1]}: task {where[2]!r}: {said.what}")
