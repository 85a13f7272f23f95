"""Commands on this PC: argument lists, a plain environment, and a deadline that nothing outlives."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from typing import TYPE_CHECKING, NamedTuple

from .edits import Trouble

if TYPE_CHECKING:
    from collections.abc import Sequence

_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_GRACE_S = 3.0


class Done(NamedTuple):
    """What a command answered."""

    code: int
    """Exit code; 127: there is no such command."""
    out: str
    """Standard output."""
    err: str
    """Standard error."""

    @property
    def words(self) -> str:
        """Its complaint in one line, at most 300 characters."""
        lines = [line.strip() for line in (self.err or self.out).splitlines() if line.strip()]
        return " / ".join(lines[-4:])[:300] or f"exit code {self.code}"


class Machine:
    """Runs commands until its deadline."""

    def __init__(self, deadline_s: float, lock_wait_s: float) -> None:
        """Both in seconds, counted from now."""
        self._end = time.monotonic() + deadline_s
        self._seconds = deadline_s
        self.lock_wait_s = lock_wait_s

    def left_s(self) -> float:
        """Seconds until the deadline; raises Trouble `timeout` when there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise Trouble(
                "timeout", f"the PC was not done within {self._seconds:g} seconds", "a later run goes on from here"
            )
        return left

    def run(self, argv: Sequence[str], stdin: str | int = "") -> Done:
        """What a command answers; never raises because of its exit code.

        Args:
            argv: The command, word by word.
            stdin: What it reads: a text, or a descriptor.

        Raises:
            Trouble: `timeout`, after the command and its children were ended.
        """
        left = self.left_s()
        try:
            child = _start(argv, stdin if isinstance(stdin, int) else subprocess.PIPE)
        except OSError as error:
            return Done(127, "", f"{argv[0]}: {error.strerror}")
        try:
            out, err = child.communicate(_bytes(stdin), timeout=left)
        except subprocess.TimeoutExpired:
            _end(child)
            raise Trouble("timeout", f"{short(argv)} was not done in time", "a later run goes on from here") from None
        return Done(child.returncode, *_texts(out, err))

    def must(self, argv: Sequence[str], stdin: str = "") -> str:
        """What a command prints.

        Raises:
            Trouble: `rejected`, with the command's own words; `timeout`.
        """
        done = self.run(argv, stdin)
        if done.code:
            raise Trouble("rejected", f"{short(argv)}: {done.words}")
        return done.out


def short(argv: Sequence[str]) -> str:
    """A command in words: its name and what it is about, without options of apt-get and without long texts."""
    words: list[str] = [os.path.basename(argv[0])]
    words += [word for word in argv[1:] if not word.startswith("-") and "::" not in word and word != "--"]
    return " ".join(words)[:160]


def _start(argv: Sequence[str], stdin: int) -> subprocess.Popen[bytes]:
    pipe = subprocess.PIPE
    environ = {"PATH": _PATH, "LC_ALL": "C", "HOME": "/root", "DEBIAN_FRONTEND": "noninteractive"}
    environ["NEEDRESTART_MODE"] = "l"  # it would ask, and restart what it likes
    # A session of its own, so that a deadline ends its children too.
    return subprocess.Popen(  # noqa: S603 - an argument list, never a shell
        list(argv), stdin=stdin, stdout=pipe, stderr=pipe, env=environ, cwd="/", start_new_session=True
    )


def _end(child: subprocess.Popen[bytes]) -> None:
    for number, wait_s in ((signal.SIGTERM, _GRACE_S), (signal.SIGKILL, _GRACE_S)):
        try:
            os.killpg(child.pid, number)
        except ProcessLookupError:
            break
        try:
            child.communicate(timeout=wait_s)
        except subprocess.TimeoutExpired:
            continue
        break


def _bytes(stdin: str | int) -> bytes | None:
    return stdin.encode("utf-8", "surrogateescape") if isinstance(stdin, str) else None


def _texts(out: bytes, err: bytes) -> tuple[str, str]:
    return out.decode("utf-8", "surrogateescape"), err.decode("utf-8", "surrogateescape")
