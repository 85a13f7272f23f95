"""From what a device said to what would make it right."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Final, NamedTuple

from campusctl.drivers.appliance.base import Dialect, Reading, Wish
from campusctl.model.appliance import Document, Shown
from campusctl.model.command import Command, RefusedCommand
from campusctl.model.plan import Assessment, EditView, Target
from campusctl.model.printable import printable
from campusctl.model.secret import MASK, TOKEN
from campusctl.model.sentence import sentence
from campusctl.model.setting import Path

_SHORTEST: Final = 3
"""A secret of fewer characters would be found in every second word."""


class Wanted(NamedTuple):
    """What is wanted of a device, ready to be sent."""

    document: Document
    """As the inventory says it."""
    values: Mapping[Path, Shown]
    """Every setting, secrets in clear."""
    secrets: tuple[str, ...]
    """Every plaintext that must not be shown."""


def wanted_of(target: Target, secrets: Mapping[str, str]) -> Wanted:
    """What is wanted of a device; with `only`, nothing beside those paths."""
    document = Document.model_validate_json(target.intended)
    values = {path: _filled(value, secrets) for path, value in document.settings if _meant(path, target.only)}
    used = [secrets[ref] for ref in target.secret_refs if ref in secrets]
    return Wanted(document, values, tuple(sorted(used, key=len, reverse=True)))


def _filled(value: Shown, secrets: Mapping[str, str]) -> Shown:
    return TOKEN.sub(lambda token: secrets[token[1]], value) if isinstance(value, str) else value


def _meant(path: Path, only: Iterable[Path]) -> bool:
    named = tuple(only)
    return not named or any(path[: len(one)] == one[: len(path)] for one in named)


def wishes(wanted: Wanted, reading: Reading) -> tuple[Wish, ...]:
    """What differs and can be changed, in the order of the document."""
    return tuple(wish for wish in _differing(wanted, reading) if wish.path not in reading.read_only)


def left(wanted: Wanted, tried: Sequence[Wish], after: Reading) -> tuple[Wish, ...]:
    """What still differs after a change, and what was tried and turned out not to be on offer."""
    lacking = tuple(wish for wish in tried if wish.path in after.lacks and after.state.get(wish.path) != wish.after)
    return (*wishes(wanted, after), *lacking)


def _differing(wanted: Wanted, reading: Reading) -> Iterator[Wish]:
    for path, value in wanted.values.items():
        if path not in reading.lacks and reading.state.get(path) != value:
            yield Wish(path, reading.state.get(path), value)


def digest(reading: Reading, key: bytes) -> str:
    """A keyed fingerprint of what the device is, and of which one it is; without the key it says nothing."""
    rows = sorted([*path, repr(value)] for path, value in reading.state.items())
    text = json.dumps([reading.facts.get("serial", "").casefold(), *rows])
    return hashlib.blake2b(text.encode(), key=key, digest_size=16).hexdigest()


def assessment(target: Target, dialect: Dialect, wanted: Wanted, reading: Reading, key: bytes) -> Assessment:
    """What was seen, and what it would take."""
    differs = wishes(wanted, reading)
    edits = tuple(view(wish, wanted.secrets) for wish in differs)
    commands = _commands([(wish.path, masked(dialect.step(wish), wanted.secrets)) for wish in differs])
    refused, stays = _refused(wanted, reading)
    stranger = stranger_in(wanted.document, reading)
    if stranger:
        known = EditView(path=_SERIAL, before=reading.facts["serial"], after=wanted.document.serial)
        stays = (known, *edits, *stays)
        refused = tuple(
            RefusedCommand(command=_set(edit.path, edit.after), reason=stranger, path=edit.path) for edit in stays
        )
        edits, commands = (), ()
    return Assessment(
        device=target.device,
        school=target.school,
        driver=target.driver,
        dialect=target.dialect,
        edits=edits,
        commands=commands,
        refused=refused,
        refused_edits=stays,
        unmanaged=tuple(masked(line, wanted.secrets) for line in reading.unmanaged),
        interrupts=tuple(dict.fromkeys(word for wish in differs if (word := dialect.interrupts(wish.path)))),
        notes=tuple(masked(note, wanted.secrets) for note in (*([stranger] if stranger else []), *reading.notes)),
        facts={name: masked(value, wanted.secrets) for name, value in reading.facts.items()},
        observed_digest=digest(reading, key),
    )


def _commands(steps: Sequence[tuple[Path, str]]) -> tuple[Command, ...]:
    """What is sent, each line once: one may make several settings."""
    first = {text: path for path, text in reversed(steps)}
    return tuple(Command(text=text, path=path) for path, text in steps if first[text] == path)


_SERIAL: Final = ("serial",)


def _refused(wanted: Wanted, reading: Reading) -> tuple[tuple[RefusedCommand, ...], tuple[EditView, ...]]:
    """What is wanted and cannot be set, with the reasons; of it, what can be checked and differs."""
    checked = [wish for wish in _differing(wanted, reading) if wish.path in reading.read_only]
    why = {path: reason for path, reason in reading.lacks.items() if _missed(path, wanted, reading)}
    why.update((wish.path, reading.read_only[wish.path]) for wish in checked)
    refused = (
        RefusedCommand(
            command=masked(_set(path, wanted.values.get(path)), wanted.secrets),
            reason=masked(reason, wanted.secrets),
            path=path,
        )
        for path, reason in why.items()
    )
    return tuple(refused), tuple(view(wish, wanted.secrets) for wish in checked)


def _missed(path: Path, wanted: Wanted, reading: Reading) -> bool:
    """Whether a setting that cannot be made is not as it shall be."""
    return wanted.values.get(path) is not None and reading.state.get(path) != wanted.values[path]


def _set(path: Path, value: Shown) -> str:
    """What would be done: `set volume 40`; a line of a checklist is said as it is written."""
    if path[0] == "check":
        return " ".join(path[1:])
    shown = " ".join(value) if isinstance(value, tuple) else value
    if isinstance(value, bool):
        shown = "yes" if value else "no"
    return " ".join(["set", *path, *([] if shown is None else [str(shown)])])


def stranger_in(document: Document, reading: Reading) -> str:
    """Why this is another device than the inventory means; empty: it is not."""
    said = reading.facts.get("serial", "")
    if not document.serial or not said or said.casefold() == document.serial.casefold():
        return ""
    return sentence(
        "another device answers at this address: its serial number is {said}, the inventory says {known}; "
        "if it was replaced: campusctl swap",
        said=said,
        known=document.serial,
    )


def view(wish: Wish, secrets: Sequence[str]) -> EditView:
    """A change as it may be shown."""
    return EditView(path=wish.path, before=_shown(wish.before, secrets), after=_shown(wish.after, secrets))


def _shown(value: Shown, secrets: Sequence[str]) -> Shown:
    if isinstance(value, str):
        return masked(value, secrets)
    if isinstance(value, tuple):
        return tuple(masked(part, secrets) for part in value)
    return value


def masked(text: str, secrets: Sequence[str]) -> str:
    """One line without a secret, and without what would move a cursor."""
    for secret in secrets:
        # What holds no secret stays a sentence, which other languages say, too.
        if len(secret) >= _SHORTEST and secret in text:
            text = text.replace(secret, MASK)
    return printable(text)


def way_back(wanted: Wanted, differs: Sequence[Wish]) -> str:
    """The document that brings back what a change replaces, secrets masked: such a value is left out."""
    known = [view(wish, wanted.secrets) for wish in differs]
    settings = tuple((edit.path, edit.before) for edit in known if edit.before is None or MASK not in str(edit.before))
    return wanted.document.model_copy(update={"settings": settings}).text()


def config_text(target: Target, wanted: Wanted, reading: Reading) -> str:
    """What is kept of a device as its configuration: settings that were asked for, and what it is, a line each."""
    lines = [f"# {target.device}, {target.dialect}"]
    lines += [f"# {name}: {value}" for name, value in sorted(reading.facts.items()) if name in _STEADY]
    lines += [f"{'/'.join(path)}: {_kept(value, wanted.secrets)}" for path, value in sorted(reading.state.items())]
    return "".join(f"{masked(line, wanted.secrets)}\n" for line in lines)


def _kept(value: Shown, secrets: Sequence[str]) -> str:
    """A value in JSON, so that it can be told from another one."""
    return json.dumps(_shown(value, secrets), ensure_ascii=False)


def kept_document(intended: str, text: str) -> str:
    """The document that brings a device back to what was kept of it.

    Args:
        intended: As `Target.intended` has it: which device it is, and how it is spoken to.
        text: What `config_text` wrote. Masked values, and what the inventory no longer asks for, are left out.
    """
    document = Document.model_validate_json(intended)
    kept = dict(line.split(": ", 1) for line in text.splitlines() if ": " in line and not line.startswith("#"))
    settings = []
    for path, _ in document.settings:
        value = kept.get("/".join(path))
        if value is not None and MASK not in value:
            with suppress(ValueError):
                settings.append((path, json.loads(value)))
    return Document(settings=tuple(settings), serial=document.serial, options=document.options).text()


_STEADY: Final = frozenset({"serial", "model", "firmware", "mac"})
"""Facts that do not change from day to day."""
