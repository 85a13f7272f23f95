"""What the parts of a PC's state give, and how it is put together to one document."""

from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol, TypeAlias

from campusctl.model.inventory import Settings
from campusctl.model.pc_intent import PcIntent
from campusctl.model.pc_paths import SHARED

Fragment: TypeAlias = Mapping[str, Mapping[str, Any]]
"""A part of a document: kind → name → what it shall be. See docs/pcs.md."""

Document: TypeAlias = dict[str, dict[str, Any]]
"""The same, all parts together."""


class Text(Protocol):
    """Renders a template below `templates/pc/linux/`."""

    def __call__(self, template: str, /, **variables: object) -> str:
        """The text. Raises RefusedValueError or what a template can raise."""


OfSettings: TypeAlias = Callable[[Settings, Text], Fragment]
OfPc: TypeAlias = Callable[[PcIntent, Text], Fragment]

_NESTED: Final = frozenset({"services", "blocks"})
"""Kinds whose entries are maps that are merged field by field."""


def file(path: str, content: str | None, *, mode: str = "0644", run: str = "", check: tuple[str, ...] = ()) -> Fragment:
    """A file of ours; None: no setting asks for it, so it goes, unless a PC may have it without us."""
    if content is None:
        return {} if path in SHARED else {"absent": {path: True}}
    entry: dict[str, Any] = {"content": content, "mode": mode, "owner": "root", "group": "root"}
    if run:
        entry["run"] = run
    if check:
        entry["validate"] = list(check)
    return {"files": {path: entry}}


def joined(*fragments: Fragment) -> Document:
    """Fragments as one; what a later one says wins."""
    found: Document = {}
    for fragment in fragments:
        for kind, entries in fragment.items():
            into = found.setdefault(kind, {})
            for name, value in entries.items():
                old = into.get(name)
                if isinstance(old, list):
                    into[name] = [*old, *value]
                else:
                    into[name] = {**old, **value} if kind in _NESTED and isinstance(old, dict) else value
    return found


def settled(document: Document) -> Document:
    """A document in which nothing is both there and absent: an operator's own file keeps the path."""
    there = {path for kind in ("files", "links", "directories") for path in document.get(kind, ())}
    absent = {path: value for path, value in document.get("absent", {}).items() if path not in there}
    return {kind: entries for kind, entries in {**document, "absent": absent}.items() if entries}
