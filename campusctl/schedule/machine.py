"""The machine that a schedule is installed on: its folders of units, its systemd and its cron, if it has them."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from campusctl.child import child_environ

_TIMEOUT_S: Final = 60


class Said(NamedTuple):
    """What a program said."""

    code: int
    """Exit code; 127: there is no such program."""
    out: str
    """Its output."""
    errors: str = ""
    """Its error output."""

    @property
    def text(self) -> str:
        """Both."""
        return (self.out + self.errors).strip()

    @property
    def missing(self) -> bool:
        """There is no such program."""
        return self.code == 127


class Runner(Protocol):
    """Runs a program of the machine."""

    def __call__(self, command: Sequence[str], text: str = "", more: Mapping[str, str] | None = None) -> Said:
        """Run it with `text` as its input and these further variables."""
        ...


def run(command: Sequence[str], text: str = "", more: Mapping[str, str] | None = None) -> Said:
    """Run a program without a shell."""
    if shutil.which(command[0]) is None:
        return Said(127, "", f"{command[0]} is not installed")
    plain = {"LC_ALL": "C.UTF-8", "TZ": "UTC", "SYSTEMD_COLORS": "0", "SYSTEMD_PAGER": ""}
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program with our own arguments, without a shell
            command,
            input=text,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
            timeout=_TIMEOUT_S,
            env=child_environ({**os.environ, **plain, **(more or {})}),
        )
    except subprocess.TimeoutExpired:
        return Said(124, "", f"{command[0]} did not answer within {_TIMEOUT_S} s")
    return Said(done.returncode, done.stdout, done.stderr)


@dataclass(frozen=True, slots=True)
class Machine:
    """One place for units: the machine's or a user's."""

    system: bool
    """The machine's."""
    folder: Path
    """Where the units go."""
    manager: bool = False
    """Its systemd is at work and can be told of them."""
    run: Runner = run
    """Runs its programs."""

    def systemctl(self, *arguments: str) -> Said:
        """Tell systemd."""
        return self.run(("systemctl", *(() if self.system else ("--user",)), "--no-pager", *arguments))

    def analyze(self, *arguments: str) -> Said:
        """Ask `systemd-analyze`, which needs no systemd at work."""
        if self.system or os.environ.get("XDG_RUNTIME_DIR"):
            return self.run(("systemd-analyze", *arguments))
        with tempfile.TemporaryDirectory(prefix="campusctl-") as folder:
            return self.run(("systemd-analyze", *arguments), more={"XDG_RUNTIME_DIR": folder})


def this_machine(*, system: bool, into: Path | None = None) -> Machine:
    """The place for units on this machine.

    Args:
        system: The machine's own, not the user's.
        into: Another folder; then nobody is told of what is written there.
    """
    if into is not None:
        return Machine(system, into)
    if system:
        return Machine(system, Path("/etc/systemd/system"), manager=Path("/run/systemd/system").is_dir())
    config = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    private = Path(runtime, "systemd", "private") if runtime else None
    return Machine(system, Path(config, "systemd", "user"), manager=bool(private and private.exists()))
