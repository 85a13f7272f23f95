"""Onboardings that were agreed to, one file each below `.campusctl/onboarding`, durable after every step."""

import fcntl
import os
import re
import secrets as random_source
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from campusctl.errors import JournalError, LockedError, UnknownNameError
from campusctl.inventory.names_hint import did_you_mean
from campusctl.model.onboarding import Onboarding, OnboardingState
from campusctl.model.sentence import sentence
from campusctl.workspace import state_dir

_ID: Final = re.compile(r"[0-9a-f]{8}")


def new_id() -> str:
    """A random id."""
    return random_source.token_hex(4)


def folder(root: Path) -> Path:
    """Where the files are; made if missing.

    Raises:
        JournalError: It cannot be made.
    """
    found = state_dir(root) / "onboarding"
    try:
        found.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        what = sentence("cannot use {file}: {why}", file=found, why=error.strerror)
        raise JournalError(what, sentence("onboardings are remembered there")) from error
    return found


def save(root: Path, onboarding: Onboarding) -> None:
    """Write down how far an onboarding has come; durable when it returns.

    Raises:
        JournalError: It could not be written, so the next step must not be taken.
    """
    place = folder(root)
    path = place / f"{onboarding.id}.json"
    try:
        descriptor, name = tempfile.mkstemp(dir=place, prefix=f".{onboarding.id}.")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(onboarding.model_dump_json(indent=1) + "\n")
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        _flush(place)
    except OSError as error:
        what = sentence("cannot write {file}: {why}", file=path, why=error.strerror)
        hint = sentence("nothing more was done; make room, then campusctl onboard resume")
        raise JournalError(what, hint) from error


def _flush(place: Path) -> None:
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def load(root: Path, named: str) -> Onboarding:
    """One onboarding by its id or the beginning of it.

    Raises:
        UnknownNameError: There is none, or more than one begins so.
        JournalError: Its file cannot be read.
    """
    known = ids(root)
    found = [one for one in known if one.startswith(named)] if re.fullmatch(r"[0-9a-f]{1,8}", named) else []
    if len(found) != 1:
        none = sentence("no onboarding `{name}`", name=named)
        many = sentence("{number} onboardings begin with {name}", number=len(found), name=named)
        hint = did_you_mean(named, known) or sentence("campusctl onboard resume --list shows them")
        raise UnknownNameError(many if found else none, hint)
    return _read(folder(root) / f"{found[0]}.json")


def ids(root: Path) -> tuple[str, ...]:
    """Ids of all onboardings that are remembered, sorted."""
    return tuple(sorted(path.stem for path in folder(root).glob("*.json") if _ID.fullmatch(path.stem)))


def all_of(root: Path) -> tuple[Onboarding, ...]:
    """Every onboarding that is remembered, the oldest first.

    Raises:
        JournalError: A file cannot be read.
    """
    found = [_read(folder(root) / f"{one}.json") for one in ids(root)]
    return tuple(sorted(found, key=lambda one: one.made))


def open_ones(root: Path) -> tuple[Onboarding, ...]:
    """Those with something left to do, the oldest first."""
    return tuple(one for one in all_of(root) if one.state is OnboardingState.OPEN)


def _read(path: Path) -> Onboarding:
    try:
        return Onboarding.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        other = sentence("another version wrote it, or somebody changed it")
        why = error.strerror if isinstance(error, OSError) else other
        what = sentence("cannot read {file}: {why}", file=path, why=why)
        raise JournalError(what, sentence("look at it, and move it away")) from error


@contextmanager
def held(root: Path, onboarding_id: str) -> Iterator[None]:
    """One onboarding for this process alone; the kernel lets go of it when the process ends, however it ends.

    Raises:
        LockedError: Another process is at it.
    """
    path = folder(root) / f"{onboarding_id}.lock"
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            what = sentence("onboarding {id} is being worked on by another process", id=onboarding_id)
            raise LockedError(what, sentence("wait for it, or end it there")) from error
        yield
    finally:
        with suppress(OSError):
            os.close(handle)
