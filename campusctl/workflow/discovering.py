"""What the switches of a school see, against the inventory; remembers since when something unknown is there."""

import json
import os
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from campusctl import workspace
from campusctl.engine.discovery import Findings, discover
from campusctl.inventory.load import load_city
from campusctl.inventory.topology import order
from campusctl.inventory.whereabouts import whereabouts
from campusctl.model.discovery import Discovery, Found, FoundKind
from campusctl.model.events import Emit
from campusctl.model.outcome import Fault
from campusctl.model.sentence import sentence, sentences
from campusctl.model.tables import Tables
from campusctl.model.whereabouts import School as Whereabouts
from campusctl.workflow.desk import Desk
from campusctl.workflow.tables import read_tables

_REMEMBERED: Final = frozenset({FoundKind.UNKNOWN, FoundKind.STRANGER, FoundKind.WRONG_PORT, FoundKind.TWICE})


def discover_school(desk: Desk, school_id: str, emit: Emit, ready: Callable[[int], None]) -> Discovery:
    """Read the tables of a school's switches and hold them against the inventory; writes nothing to any switch.

    Args:
        desk: The workspace.
        school_id: School id or short name.
        emit: Told of every step.
        ready: Told how many switches will be read, before the first one is.

    Raises:
        InventoryError, UnknownNameError: Nothing was contacted.
    """
    city = load_city(desk.root, [school_id])
    school = city.school(school_id)
    names = order(city, school)
    known = whereabouts(city, school, names)
    ready(len(names))
    read = read_tables(desk, city, school, names, emit)
    tables = {name: one for name, one in read.items() if isinstance(one, Tables)}
    findings = discover(known, tables)
    now = desk.clock().replace(microsecond=0)
    found, trouble = _since(_memory(desk, school.id), findings.found, now, complete=len(tables) == len(read))
    return Discovery(
        school=school.id,
        checked=now,
        found=found,
        free=findings.free,
        right=findings.right,
        clients=findings.clients,
        switches=tuple(tables),
        notes=(*_notes(known, tables, findings), *trouble),
        faults=tuple(one for one in read.values() if isinstance(one, Fault)),
    )


def _notes(known: Whereabouts, tables: Mapping[str, Tables], findings: Findings) -> tuple[str, ...]:
    """What could not be looked for."""
    notes: list[str] = []
    if findings.unread:
        notes.append(sentences(
            "{number} device hangs on a switch that could not be read: nothing is said of it",
            "{number} devices hang on switches that could not be read: nothing is said of them",
            findings.unread,
        ))  # fmt: skip
    if known.unknown_macs:
        notes.append(sentences(
            "{number} device has no `mac` in the inventory: it cannot be recognised",
            "{number} devices have no `mac` in the inventory: they cannot be recognised",
            known.unknown_macs,
        ))  # fmt: skip
    for name, one in tables.items():
        if one.learnt is None:
            notes.append(sentence("{switch} does not tell its MAC addresses", switch=name))
        if one.neighbors is None:
            notes.append(sentence("{switch} does not tell its neighbours", switch=name))
    return tuple(notes)


def _memory(desk: Desk, school: str) -> Path:
    """Where it is remembered what was seen first when; the lab's apart."""
    return workspace.state_dir(desk.root) / "discovered" / f"{school}{'-lab' if desk.lab else ''}.json"


def _since(
    file: Path, found: tuple[Found, ...], now: datetime, *, complete: bool
) -> tuple[tuple[Found, ...], tuple[str, ...]]:
    """What was found, with the moment it was first seen; and why that could not be remembered.

    Whatever is not seen any more is forgotten, unless some switch could not be read.
    """
    before = _remembered(file)
    told = tuple(
        one.model_copy(update={"since": before.get(_key(one), now)}) if one.kind in _REMEMBERED else one
        for one in found
    )
    after = {_key(one): one.since for one in told if one.since}
    if not complete:
        after = {**before, **after}
    try:
        _write(file, {key: moment.isoformat() for key, moment in after.items()})
    except OSError as wrong:
        why = str(wrong.strerror or wrong)
        return told, (sentence("since when something is there is not remembered: {why}", why=why),)
    return told, ()


def _key(one: Found) -> str:
    return f"{one.kind} {one.mac} {one.switch} {one.port}"


def _remembered(file: Path) -> dict[str, datetime]:
    """What was written down; nothing where the file is missing or damaged."""
    try:
        said = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return {}
    found: dict[str, datetime] = {}
    for key, moment in said.items() if isinstance(said, dict) else ():
        with suppress(ValueError, TypeError):
            at = datetime.fromisoformat(moment)
            found |= {key: at} if at.tzinfo else {}
    return found


def _write(file: Path, values: Mapping[str, str]) -> None:
    file.parent.mkdir(mode=0o700, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
            json.dump(values, handle, indent=1)
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
