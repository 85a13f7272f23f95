"""Print queues of CUPS and the default printer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Callable, NamedTuple

from .edits import Edit, Trouble, Work

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .pc import Pc

_FIELDS = {"uri": "-v", "model": "-m", "info": "-D", "location": "-L"}


class Queue(NamedTuple):
    """A print queue as CUPS shows it."""

    uri: str
    """Where it prints to."""
    info: str
    """Its title."""
    location: str
    """Where the printer stands."""


class Queues(NamedTuple):
    """All print queues."""

    queues: dict[str, Queue]
    """By name."""
    default: str | None
    """The system's default printer; None: there is none."""


def parse(devices: str, details: str) -> Queues:
    """Queues from what `lpstat -d -v` and `lpstat -l -p` print under LC_ALL=C."""
    uris = dict(re.findall(r"^device for (\S+): (.*)$", devices, re.MULTILINE))
    default = re.search(r"^system default destination: (\S+)$", devices, re.MULTILINE)
    texts: dict[str, dict[str, str]] = {}
    name = ""
    for row in details.split("\n"):
        title = re.match(r"printer (\S+) ", row)
        name = title[1] if title else name
        field = re.match(r"\t(Description|Location): ?(.*)$", row)
        if field and name:
            texts.setdefault(name, {})[field[1]] = field[2]
    queues = {
        name: Queue(uri, texts.get(name, {}).get("Description", ""), texts.get(name, {}).get("Location", ""))
        for name, uri in uris.items()
    }
    return Queues(queues, default[1] if default else None)


def look(pc: Pc, wanted: Mapping[str, Any]) -> list[Work]:
    """Queues that are not as they should be."""
    if not wanted:
        return []
    devices, details = pc.machine.run(["lpstat", "-d", "-v"]), pc.machine.run(["lpstat", "-l", "-p"])
    if devices.code == 127 or re.search(
        r"not running|Bad file descriptor|Connection refused|Transport endpoint", devices.err
    ):
        pc.note("CUPS does not run, so its print queues cannot be read")
    have = parse(devices.out, details.out)
    works: list[Work] = []
    for name, queue in wanted.get("queues", {}).items():
        pc.saw(("printer", name), list(have.queues[name]) if name in have.queues else None)
        works += _queue(pc, name, have.queues.get(name), queue)
    default = wanted.get("default")
    pc.saw(("printer", "default"), have.default)
    if default and default != have.default:
        works.append(
            Work(
                [Edit(("printer", "default"), have.default, default, f"lpadmin -d {default}")], _do(pc, ["-d", default])
            )
        )
    return works


def _queue(pc: Pc, name: str, now: Queue | None, wanted: Mapping[str, Any]) -> list[Work]:
    if wanted.get("state", "present") == "absent":
        return (
            [Work([Edit(("printer", name), now.uri, None, f"lpadmin -x {name}")], _do(pc, ["-x", name]))] if now else []
        )
    if now is None and not wanted.get("uri"):
        raise Trouble("malformed", f"printers {name} needs uri")
    step = f"lpadmin -p {name}"
    edits = [Edit(("printer", name), None, "present", step)] if now is None else []
    for field in ("uri", "info", "location"):
        before = None if now is None else getattr(now, field)
        if field in wanted and before != wanted[field] and (before or wanted[field]):
            edits.append(Edit(("printer", name, field), before, wanted[field], step))
    changed = {edit.path[-1] for edit in edits}
    fields = [
        field
        for field in _FIELDS
        if field in wanted and (field in changed or (field == "model" and {"uri", name} & changed))
    ]
    options = [word for field in fields for word in (_FIELDS[field], wanted[field])]
    # -E after -p: the queue accepts and is enabled; before it, it would mean encryption.
    return [Work(edits, _do(pc, ["-p", name, *(["-E"] if now is None else []), *options]))] if edits else []


def _do(pc: Pc, options: list[str]) -> Callable[[], None]:
    def make() -> None:
        done = pc.machine.run(["lpadmin", *options])
        if done.code:
            raise Trouble(
                "rejected", f"lpadmin {options[0]} {options[1]}: {done.words}", "is CUPS installed and running?"
            )

    return make
