"""One `ansible-playbook` at work: started, listened to, ended. Whatever happens, nothing of it is left."""

import contextlib
import json
import os
import secrets as random_source
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from io import FileIO
from pathlib import Path
from typing import Any, Final, Self

from campusctl.child import child_environ
from campusctl.drivers.pc import descendants
from campusctl.drivers.pc.job import job_file, job_text
from campusctl.drivers.pc.launch import LIFELINE, PLAIN
from campusctl.drivers.pc.lines import LinePipe
from campusctl.drivers.pc.platforms.base import Event, JobHost
from campusctl.drivers.pc.surroundings import Needs, environment, private_folder

_MARK: Final = "CAMPUSCTL_CHILD"
_CALM_S: Final = 0.5
"""How long it may take to end by itself after it was asked to: several that are asked together end together."""
_KILL_S: Final = 0.4
_LAST_WORDS: Final = 16_384

_RUNNER: Final = (sys.executable, "-P", "-m", "campusctl.drivers.pc.launch")
_WORDS: Final = frozenset({"start", "ok", "failed", "unreachable", "skipped", "item", "item_failed"})


class Playbook:
    """A child process. Use as a context manager: leaving it ends the child and everything that came of it."""

    def __init__(
        self,
        playbooks: Sequence[Path],
        hosts: Mapping[str, JobHost],
        needs: Needs,
        *,
        check: bool,
        runner: Sequence[str] = _RUNNER,
    ) -> None:
        """Prepare; see `__enter__`.

        Args:
            playbooks: What is run, in order.
            hosts: The job.
            needs: What it depends on.
            check: Nothing is changed.
            runner: The program and its first arguments.
        """
        self._runner = runner
        self._arguments = (*(["--check"] if check else []), "--", *map(str, playbooks))
        self._job, self._needs = job_text(hosts), needs
        self._stack = contextlib.ExitStack()
        self.finished = False
        """Ansible has said that it is through."""
        self.garbled = 0
        """Lines that were no event."""
        self._errors = b""
        self._asked_at = 0.0

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as stack:
            self._start(stack)
            self._stack = stack.pop_all()  # from here on, leaving ends it
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """End it; a second time does nothing."""
        self._stack.close()

    def _start(self, stack: contextlib.ExitStack) -> None:
        folder = stack.enter_context(private_folder())
        job, self._job = stack.enter_context(job_file(self._job)), b""
        listen, say = _pipe(stack)
        lives, _ours = _pipe(stack)
        self._mark = random_source.token_hex(16)
        own = {_MARK: self._mark, LIFELINE: lives.fileno(), "CAMPUSCTL_JOB": job, "CAMPUSCTL_EVENTS": say.fileno()}
        own |= {} if self._needs.several else {PLAIN: 1}
        surroundings = environment(os.environ, folder, self._needs) | {name: str(value) for name, value in own.items()}
        self._child = stack.enter_context(
            subprocess.Popen(  # noqa: S603 - a fixed program; nothing of an inventory is among its arguments
                [*self._runner, "-i", str(folder / "campus.yml"), *self._arguments],
                env=child_environ(surroundings),
                cwd=self._needs.playbooks.parent,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                pass_fds=(job, say.fileno(), lives.fileno()),
                start_new_session=True,
            )
        )
        stack.callback(self._end)
        for theirs in (say, lives):
            theirs.close()
        assert self._child.stderr is not None  # noqa: S101 - it was asked for
        self._events, self._stderr = LinePipe(listen.fileno()), LinePipe(self._child.stderr.fileno())

    @property
    def fds(self) -> tuple[int, int]:
        """What becomes readable when there is something to read: of the events, and of what went wrong."""
        return self._events.fd, self._stderr.fd

    def events(self) -> Iterator[Event]:
        """The events that have come by now."""
        self._listen()
        for line in self._events.lines():
            try:
                event = self._event(json.loads(line))
            except (ValueError, TypeError, AttributeError, KeyError):
                self.garbled += 1
                continue
            if event is not None:
                yield event

    @property
    def over(self) -> bool:
        """Nothing more will come."""
        return self._events.ended or self._child.poll() is not None

    @property
    def last_words(self) -> str:
        """What it wrote about errors, the end of it."""
        self._listen()
        return self._errors.decode(errors="replace")

    def ask_to_end(self) -> None:
        """Ask the child to end; it takes a moment, which begins now."""
        self._asked_at = self._asked_at or time.monotonic()
        with contextlib.suppress(ProcessLookupError):
            self._child.send_signal(signal.SIGTERM)

    def _end(self) -> None:
        """Leave nothing running: the child, its workers, their connections."""
        family = set(self._family())
        if self._child.poll() is None:
            self.ask_to_end()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._child.wait(max(0.0, self._asked_at + _CALM_S - time.monotonic()))
        end = time.monotonic() + _KILL_S
        while True:
            family |= set(self._family())
            family = {process for process in family if descendants.alive(process)}
            if not family or time.monotonic() > end:
                return
            for process in family:
                descendants.end(process)
            self._child.poll()
            time.sleep(0.01)

    def _family(self) -> tuple[descendants.Process, ...]:
        return descendants.marked(_MARK, self._mark, self._child.pid)

    def _listen(self) -> None:
        for line in self._stderr.lines():
            self._errors = (self._errors + line + b"\n")[-_LAST_WORDS:]

    def _event(self, said: Mapping[str, Any]) -> Event | None:
        """One line of the callback plugin, as far as it is about a PC."""
        kind = said["event"]
        if kind == "stats":
            self.finished = True
        if kind not in _WORDS:
            return None
        result = said.get("result")
        return Event(
            kind,
            str(said["host"]),
            at=time.time(),
            task=_text(said.get("task")),
            name=_text(said.get("name")),
            action=_text(said.get("action")),
            role=_text(said.get("role")),
            changed=said.get("changed") is True,
            ignored=said.get("ignored") is True,
            result=result if isinstance(result, dict) else {},
        )


def _text(said: object) -> str:
    return said if isinstance(said, str) else ""


def _pipe(stack: contextlib.ExitStack) -> tuple[FileIO, FileIO]:
    """A pipe, closed at the end as far as it is still open."""
    read, write = os.pipe2(os.O_CLOEXEC)
    return (
        stack.enter_context(open(read, "rb", buffering=0)),  # noqa: PTH123 - it has no path
        stack.enter_context(open(write, "wb", buffering=0)),  # noqa: PTH123 - likewise
    )
