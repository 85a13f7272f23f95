"""One run: look, compare, and, unless it is only to be looked, change and look again."""

from __future__ import annotations

import fcntl
import os
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Callable

from . import (
    accounts,
    atomic,
    cron,
    document,
    dpkg,
    files,
    keeping,
    packages,
    printers,
    restore,
    runs,
    services,
    text,
    wol,
)
from .edits import Edit, Trouble, Work
from .keeping import Keeper
from .machine import Machine
from .pc import Pc, who_we_are

STATE = "/var/lib/campusctl"
"""Where this module keeps what it has to remember on a PC."""

_READING_SHARE = 0.1
"""Of the deadline, kept for reading again at the end."""

Look = Callable[[Pc, Mapping[str, Any]], list[Work]]
"""What differs of one kind."""

Phase = tuple[str, Look]

KINDS: tuple[Phase, ...] = (
    ("groups", lambda pc, wanted: accounts.look_groups(pc, wanted.get("groups", {}))),
    # Packages before users: groups such as lpadmin come with them.
    ("packages", lambda pc, wanted: packages.look(pc, wanted["packages"]) if wanted.get("packages") else []),
    ("users", lambda pc, wanted: accounts.look_users(pc, wanted.get("users", {}))),
    ("gone groups", lambda pc, wanted: accounts.look_gone_groups(pc, wanted.get("groups", {}))),
    ("directories", lambda pc, wanted: files.look_directories(pc, wanted.get("directories", {}))),
    ("parents", files.look_parents),
    ("files", lambda pc, wanted: files.look_files(pc, wanted.get("files", {}))),
    ("links", lambda pc, wanted: files.look_links(pc, wanted.get("links", {}))),
    ("text", text.look),
    ("absent", lambda pc, wanted: files.look_absent(pc, wanted.get("absent", {}))),
    ("restore", lambda pc, wanted: restore.look(pc, wanted["restore"]) if wanted.get("restore") else []),
    # Units after the files they read, and before what needs them.
    ("services", lambda pc, wanted: services.look(pc, wanted.get("services", {}))),
    ("printers", lambda pc, wanted: printers.look(pc, wanted.get("printers", {}))),
    ("cron", lambda pc, wanted: cron.look(pc, wanted.get("cron", {}))),
    ("wol", lambda pc, wanted: wol.look(pc, wanted.get("wol", {}))),
)
"""Every kind, in the order in which it is safe to change them."""

Found = tuple[str, Work]
"""Work, and the kind it is of."""

_KEPT = {"runs", "parents", "directories", "files", "links", "text", "absent", "restore"}
"""Kinds whose changes a restore takes back."""

_UNITS = {"services", "printers", "cron", "wol"}
"""Kinds that may need units of files that were just written."""

_LOCK = "lock"
"""Held by whoever changes this PC, in the module's own folder."""

_READING_WAITS_S = 15.0
"""How long reading waits at most for a change that is at work, such as one that was stopped and ends by itself."""

_PATHS = ("files", "links", "lines", "blocks")


@dataclass
class Request:
    """What the module was asked to do."""

    document: dict[str, Any]
    """Format 1."""
    secrets: dict[str, str] = field(default_factory=dict)
    """Reference → value."""
    salt: str = ""
    """Keys the digest."""
    expect: str = ""
    """Digest that a plan saw; empty: none."""
    keep: str = ""
    """Id under which what is replaced is kept; empty: it is not."""
    deadline_s: float = 300.0
    """Seconds for everything."""
    lock_wait_s: float = 60.0
    """Seconds to wait for whoever holds a lock."""
    check: bool = True
    """Change nothing."""
    state: str = STATE
    """The module's own folder."""
    user: str = ""
    """Who we came in as; empty: as the environment says."""


def converge(request: Request) -> dict[str, Any]:
    """The module's result, JSON; see the module's documentation. Never raises for what a PC or a document is like."""
    run = _Run(request)
    try:
        document.check(request.document)
        run.go()
    except Trouble as trouble:
        run.troubles.append(trouble)
    except OSError as error:
        run.troubles.append(_in_words("", error))
    except Exception as error:  # noqa: BLE001 - a bug of ours is a fault of its own; its text might hold a secret
        run.troubles.append(_bug(error))
    return run.result()


def answer(given: Mapping[str, Any]) -> dict[str, Any]:
    """What the action plugin is answered.

    Args:
        given: The fields of a `Request`, as they came over the line.
    """
    return converge(Request(**given))


class _OutOfTimeError(Exception):
    """The deadline came while something was changed."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.what)
        self.trouble = trouble


class _Run:
    """One run, as it goes."""

    def __init__(self, request: Request) -> None:
        """Nothing has been looked at yet."""
        self._request = request
        self._end = time.monotonic() + request.deadline_s
        self._pc: Pc | None = None
        self._pending = runs.Pending(request.state)
        self._edits: list[Edit] = []
        self._remaining: list[Edit] = []
        self._digests = ["", ""]
        self._moved = False
        self.troubles: list[Trouble] = []

    def go(self) -> None:
        """Look, and change where that was asked for."""
        request = self._request
        share = 1.0 if request.check else 1.0 - _READING_SHARE
        machine = Machine(request.deadline_s * share, request.lock_wait_s)
        pc = Pc(machine, request.secrets, Keeper(request.state, request.keep), request.user or who_we_are())
        self._pc = pc
        if request.check:
            try:
                _wait_for_change(request.state, machine, min(request.lock_wait_s, _READING_WAITS_S))
            except Trouble as busy:
                if busy.kind != "locked":
                    raise
                pc.tell(f"{busy.what}: what is read here may be half done")
            self._look(pc)
            return
        with _lock(request.state, machine):
            works = self._look(pc)
            self._moved = bool(request.expect) and request.expect != self._digests[0]
            self._digests[1] = self._digests[0]
            self._remaining = self._edits
            if works and not self._moved:
                try:
                    self._change(pc, works)
                except _OutOfTimeError as late:
                    self.troubles.append(late.trouble)
                self._again(pc)

    def _look(self, pc: Pc) -> list[Found]:
        works, troubles = _works(pc, self._request.document, self._pending)
        self.troubles += troubles
        self._edits = [edit for _, work in works for edit in work.edits]
        self._digests[0] = pc.digest(self._request.salt)
        for _, work in works:
            if work.trouble and self._request.check:
                pc.tell(f"cannot be done: {work.trouble.what}")
        return works

    def _change(self, pc: Pc, works: list[Found]) -> None:
        atomic.sweep({os.path.dirname(path) for kind in _PATHS for path in self._request.document.get(kind, {})})
        changed = reloaded = False
        for name, look in KINDS:
            # What was changed before may matter here: a package brings files, a group has another number.
            mine = self._fresh(pc, look) if changed else [work for kind, work in works if kind == name]
            if mine and name not in _KEPT:
                pc.keeper.others([edit.as_json() for work in mine for edit in work.edits])
            if mine and name in _UNITS and not reloaded:
                self.troubles += runs.pay(pc, self._pending, ["daemon-reload"])
                reloaded = True
            for work in mine:
                self._attempt(pc, work)
            changed = changed or bool(mine)
        self.troubles += runs.pay(pc, self._pending)

    def _fresh(self, pc: Pc, look: Look) -> list[Work]:
        try:
            works = look(pc, self._request.document)
        except Trouble as trouble:
            self._failed(trouble)
            return []
        except OSError as error:
            self._failed(_in_words("", error))
            return []
        known = {edit.path: edit for edit in self._edits}
        for work in works:
            self._edits += [edit for edit in work.edits if edit.path not in known]
        return works

    def _attempt(self, pc: Pc, work: Work) -> None:
        try:
            pc.machine.left_s()
            self._do(work)
        except Trouble as trouble:
            self._failed(trouble)
        except OSError as error:
            self._failed(_in_words(work.edits[0].path[1], error))

    def _failed(self, trouble: Trouble) -> None:
        """Note a trouble; the end of the time ends the change."""
        if trouble.kind == "timeout":
            raise _OutOfTimeError(trouble)
        self.troubles.append(trouble)

    def _do(self, work: Work) -> None:
        if work.trouble:
            raise work.trouble
        before = self._pending.runs
        self._pending.owe([*work.runs, *([("daemon-reload", "")] if work.unit_file else [])])
        try:
            work.do()
        except BaseException:
            self._pending.set(before)
            raise
        made = {edit.path for edit in work.edits}
        for edit in self._edits:
            edit.done = edit.done or edit.path in made

    def _again(self, pc: Pc) -> None:
        pc.machine = Machine(max(self._end - time.monotonic(), 1.0), self._request.lock_wait_s)
        pc.forget()
        keeping.tidy(self._request.state)
        works, troubles = _works(pc, self._request.document, self._pending)
        self._remaining = [edit for _, work in works for edit in work.edits]
        self._digests[1] = pc.digest(self._request.salt)
        if troubles:
            self.troubles += troubles
            return
        left = {edit.path for edit in self._remaining}
        for edit in self._edits:
            edit.done = edit.path not in left  # what reading says counts

    def result(self) -> dict[str, Any]:
        """What the module answers."""
        pc, check = self._pc, self._request.check
        result: dict[str, Any] = {
            "changed": bool(self._edits) if check else any(edit.done for edit in self._edits),
            "format": 1,
            "edits": [edit.as_json() for edit in self._edits],
            "remaining": [edit.as_json() for edit in self._remaining],
            "observed": self._digests[0],
            "digest": self._digests[1],
            "moved": self._moved,
            "kept": pc.keeper.keep if pc and pc.keeper.used else "",
            "facts": _facts(),
        }
        if self.troubles:
            result.update(failed=True, fault=self._fault(), msg=self.troubles[0].what)
        result["notes"] = pc.notes if pc else []
        return result

    def _fault(self) -> dict[str, str]:
        first, what = self.troubles[0], self.troubles[0].what
        done = sum(edit.done for edit in self._edits)
        if not self._request.check and self._edits:
            what += f" ({done} of {len(self._edits)} changes are made)" if done else " (nothing is changed)"
        for other in self.troubles[1:]:
            if self._pc:
                self._pc.tell(other.what)
        return {"kind": first.kind, "what": what, "hint": first.hint}


def _works(pc: Pc, wanted: Mapping[str, Any], pending: runs.Pending) -> tuple[list[Found], list[Trouble]]:
    """What differs, kind by kind; a kind that cannot be read does not stop the others, a refusal stops all."""
    works: list[Found] = [("runs", work) for work in runs.look(pc, pending)]
    troubles: list[Trouble] = []
    for name, look in KINDS:
        try:
            works += [(name, work) for work in look(pc, wanted)]
        except Trouble as trouble:
            if trouble.kind in ("refused", "malformed", "timeout"):
                raise
            troubles.append(trouble)
        except OSError as error:
            troubles.append(_in_words(name, error))
    return works, troubles


@contextmanager
def _lock(state: str, machine: Machine) -> Iterator[None]:
    """One change of a PC at a time. Raises Trouble `locked`, saying who has it."""
    os.makedirs(state, mode=0o700, exist_ok=True)
    handle = os.open(os.path.join(state, _LOCK), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _wait_for_change(state, machine, machine.lock_wait_s)
        fcntl.lockf(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _wait_for_change(state: str, machine: Machine, wait_s: float) -> None:
    """Come back when nobody changes this PC. Raises Trouble `locked`, saying who does."""
    dpkg.wait_for(machine, [os.path.join(state, _LOCK)], "this PC is being changed by", wait_s)


def _in_words(where: str, error: OSError) -> Trouble:
    """A failed system call; it names the file where that is more than our temporary one's."""
    path = str(error.filename or "")
    return atomic.in_words(path if path.startswith("/") else where, error)


def _bug(error: Exception) -> Trouble:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{os.path.basename(frame.filename)}:{frame.lineno}"
    return Trouble("internal", f"{type(error).__name__} at {where}", "this is a bug of campusctl; please report it")


def _facts() -> dict[str, Any]:
    return {"time": round(time.time(), 3), "os": _os(), "boot": _boot()}


def _os() -> str:
    try:
        with open("/etc/os-release", encoding="utf-8", errors="replace") as file:
            rows = dict(line.rstrip("\n").partition("=")[::2] for line in file)
    except OSError:
        return ""
    return rows.get("PRETTY_NAME", "").strip("\"'")


def _boot() -> int:
    try:
        with open("/proc/stat", encoding="ascii") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("btime "))
    except (OSError, StopIteration):
        return 0
