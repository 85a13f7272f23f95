"""The real `campusctl`, as a process of its own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final, TypeAlias

from fault_city import REPO

Process: TypeAlias = "subprocess.Popen[str]"

PATIENCE_S: Final = 240.0
"""A command that takes longer hangs."""


@dataclass(frozen=True)
class Said:
    """How a command ended."""

    words: tuple[str, ...]
    """Its arguments."""
    code: int
    """Exit code; negative: ended by a signal; `HUNG`: it had to be."""
    out: str
    """Standard output."""
    err: str
    """Standard error."""

    @property
    def trouble(self) -> str:
        """What a command may never do; empty: it did not."""
        if self.code == HUNG:
            return "it hung"
        if "Traceback (most recent call last)" in self.out + self.err:
            return f"it showed a traceback: {self.err.strip().splitlines()[-1][:200]}"
        if "campusctl has a bug" in self.out + self.err:
            return "it met a bug of its own"
        return "" if self.code in (0, 1, 3, 4, -9) else f"it ended with {self.code}: {self.err.strip()[-200:]}"


HUNG: Final = -1000


@dataclass
class Tool:
    """campusctl in one workspace; remembers everything it said."""

    root: Path
    """The workspace."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Beside what every process gets."""
    heard: list[Said] = field(default_factory=list)
    """Every command so far."""

    def start(self, *words: str) -> Process:
        """Begin a command."""
        return subprocess.Popen(
            [*_program(), "--workspace", str(self.root), "--lab", *words],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace",
            env={**os.environ, "PYTHONPATH": str(REPO), "COLUMNS": "200", **self.environment},
        )  # fmt: skip

    def finish(self, words: Sequence[str], process: Process) -> Said:
        """Wait for its end."""
        code = None
        try:
            out, err = process.communicate(timeout=PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            code = HUNG
        said = Said(tuple(words), process.returncode if code is None else code, out, err)
        self.heard.append(said)
        return said

    def run(self, *words: str) -> Said:
        """One command from beginning to end."""
        return self.finish(words, self.start(*words))

    def apply(self, *words: str) -> tuple[str, ...]:
        """The words of an apply that asks nobody and waits for no window."""
        return ("apply", *words, "--yes", *_always("apply"))

    def again(self, command: str, run: str) -> tuple[str, ...]:
        """The words that `resume` or `revert` a run."""
        return (command, run, "--yes", *_always(command))


def _always(command: str) -> tuple[str, ...]:
    """Words for who changes at any hour, everything at once, and goes on whatever fails: each school is a case."""
    known = options(command)
    now = ("--now", "--reason", "fault test") if "--now" in known else ()
    return (*now, "--wave-size", "10000", "--max-failures", "10000") if "--wave-size" in known else now


def _program() -> list[str]:
    beside = Path(sys.executable).with_name("campusctl")
    return [str(beside)] if beside.exists() else [shutil.which("campusctl") or "campusctl"]


@cache
def options(*command: str) -> str:
    """The help of a command; empty when there is none."""
    found = subprocess.run(
        [*_program(), *command, "--help"], capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(REPO)},
    )  # fmt: skip
    return found.stdout if found.returncode == 0 else ""
