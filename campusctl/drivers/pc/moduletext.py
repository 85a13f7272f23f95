"""What the module campus_pc answers, read: whatever stands there, what comes out has the right types."""

import json
from collections.abc import Iterable, Mapping
from typing import Final

from campusctl.drivers.pc.platforms.base import Event, HostEdit, HostResult, Json, Shown, Trouble
from campusctl.drivers.pc.trouble import translate
from campusctl.model.outcome import FaultKind

_KINDS: Final = {
    "locked": FaultKind.LOCKED,
    "rejected": FaultKind.REJECTED,
    "timeout": FaultKind.TIMEOUT,
    "refused": FaultKind.REFUSED,
    "malformed": FaultKind.MALFORMED,
    "internal": FaultKind.INTERNAL,
}
"""The module's words for trouble."""


def module_result(event: Event) -> HostResult:
    """The result of campus_pc.

    Args:
        event: The event of its task, `ok` or `failed`.
    """
    said = event.result
    if event.kind == "failed" and not isinstance(said.get("fault"), dict) and said.get("moved") is not True:
        return HostResult(trouble=translate(said))
    if "edits" not in said:
        return HostResult(trouble=Trouble(FaultKind.MALFORMED, "campus_pc answers without a result", _VERSIONS))
    return HostResult(
        edits=edits_of(said.get("edits")),
        remaining=edits_of(said.get("remaining")),
        observed=_text(said.get("observed")),
        digest=_text(said.get("digest")),
        moved=said.get("moved") is True,
        notes=texts_of(said.get("notes")),
        kept=_text(said.get("kept")),
        trouble=_trouble(said.get("fault")),
        facts=said["facts"] if isinstance(said.get("facts"), dict) else {},
    )


_VERSIONS: Final = "are campusctl and playbooks/collections of the same version?"


def edits_of(found: Json) -> tuple[HostEdit, ...]:
    """A list of edits; what is none is left out."""
    items: Iterable[Json] = found if isinstance(found, list) else ()
    return tuple(_edit(item) for item in items if isinstance(item, dict) and item.get("path"))


def texts_of(found: Json) -> tuple[str, ...]:
    """A list of sentences."""
    return tuple(str(item) for item in found) if isinstance(found, list) else ()


def shown(value: Json) -> Shown:
    """A value as an edit may have it: a scalar, or texts; anything else as JSON."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _edit(item: Mapping[str, Json]) -> HostEdit:
    path = item["path"]
    return HostEdit(
        tuple(str(part) for part in path) if isinstance(path, list) else (str(path),),
        shown(item.get("before")),
        shown(item.get("after")),
        _text(item.get("step")),
        done=item.get("done") is True,
    )


def _trouble(found: Json) -> Trouble | None:
    if not isinstance(found, dict) or not found:
        return None
    kind = _KINDS.get(_text(found.get("kind")), FaultKind.INTERNAL)
    return Trouble(kind, _text(found.get("what")) or "it failed and does not say why", _text(found.get("hint")))


def _text(found: Json) -> str:
    return found if isinstance(found, str) else ""
