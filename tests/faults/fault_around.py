"""What goes wrong around the tool: it is killed, the disk is full, the database is gone."""

import os
import random
import resource
import shutil
import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from fault_tool import Process

DATABASE: Final = "history.db"


class Injury(Protocol):
    """Something that is done to the tool's surroundings while it runs."""

    def strike(self, process: Process) -> None:
        """Do it."""

    def heal(self) -> None:
        """Undo it, after the tool has ended."""


class Kill:
    """SIGKILL: no handler, no clean-up."""

    def strike(self, process: Process) -> None:
        """Do it."""
        process.send_signal(signal.SIGKILL)

    def heal(self) -> None:
        """There is nothing to undo."""


@dataclass
class FullDisk:
    """No byte more in the workspace: its file system is filled up, or where it is no small one of its own, a limit."""

    root: Path
    """The workspace."""
    own: bool
    """The workspace is a small file system of its own."""

    @property
    def filler(self) -> Path:
        """What takes the room."""
        return self.root / "filler"

    def strike(self, process: Process) -> None:
        """Fill it, down to the last byte."""
        if not self.own:
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
            return
        with self.filler.open("wb", buffering=0) as file:
            for size in (1 << 20, 1 << 12, 1):
                with suppress(OSError):
                    while True:
                        file.write(b"\0" * size)

    def heal(self) -> None:
        """Make room again."""
        self.filler.unlink(missing_ok=True)


@dataclass
class LostDatabase:
    """SQLite's file is gone, damaged, or something else stands in its place; it comes back afterwards."""

    root: Path
    """The workspace."""
    how: str
    """`moved`, `folder` or `damaged`."""
    _kept: dict[Path, Path] = field(default_factory=dict)

    def strike(self, process: Process) -> None:
        """Take it away."""
        for file in sorted((self.root / ".campusctl").glob(f"{DATABASE}*")):
            aside = file.with_name(f"kept-{file.name}")
            if self.how == "damaged":
                shutil.copy2(file, aside)
                _spoil(file)
            else:
                file.rename(aside)
                if self.how == "folder":
                    file.mkdir()
            self._kept[file] = aside

    def heal(self) -> None:
        """Put it back."""
        for left in (self.root / ".campusctl").glob(f"{DATABASE}*"):
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        for file, aside in self._kept.items():
            aside.rename(file)


def _spoil(file: Path) -> None:
    # Not for secrets: the same damage each time.
    chance = random.Random(7)
    size = file.stat().st_size
    with file.open("r+b", buffering=0) as handle:
        for place in range(0, size, 512):
            handle.seek(place)
            handle.write(chance.randbytes(64))


@dataclass
class Postgres:
    """A PostgreSQL server of our own, on a socket in its folder, run by an account without rights."""

    folder: Path
    """Where it keeps everything; missing."""

    @classmethod
    def binaries(cls) -> Path | None:
        """Where PostgreSQL's programs are; None: it is not installed."""
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        return found[-1].parent if found else None

    @property
    def url(self) -> str:
        """For CAMPUSCTL_DATABASE_URL, with a password that is good for nothing."""
        return f"postgresql://campus:KanariePostgres9@/postgres?host={self.folder}"

    def create(self) -> None:
        """Make a cluster and start it."""
        self.folder.mkdir(parents=True)
        if os.geteuid() == 0:
            shutil.chown(self.folder, "nobody")
        self._run("initdb", "-D", str(self.data), "-U", "campus", "-A", "trust", "-E", "UTF8", "--no-sync")
        with (self.data / "postgresql.conf").open("a") as conf:
            conf.write(f"listen_addresses = ''\nunix_socket_directories = '{self.folder}'\nlog_statement = 'none'\n")
        self.start()

    @property
    def data(self) -> Path:
        """The cluster."""
        return self.folder / "data"

    def start(self) -> None:
        """Let it answer."""
        self._run("pg_ctl", "-D", str(self.data), "-w", "-l", str(self.folder / "log"), "start")

    def stop(self) -> None:
        """At once, as if the machine had lost its power."""
        self._run("pg_ctl", "-D", str(self.data), "-m", "immediate", "-w", "stop")

    def dump(self) -> bytes:
        """Every row of every table."""
        return self._run("pg_dump", "-h", str(self.folder), "-U", "campus", "--inserts", "postgres")

    def strike(self, process: Process) -> None:
        """Stop it."""
        self.stop()

    def heal(self) -> None:
        """Start it again."""
        self.start()

    def _run(self, program: str, *words: str) -> bytes:
        binaries = self.binaries()
        assert binaries
        become: dict[str, str] = {"user": "nobody"} if os.geteuid() == 0 else {}
        done = subprocess.run(
            [str(binaries / program), *words], cwd=self.folder, check=False, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if program == "pg_dump" else subprocess.DEVNULL, stderr=subprocess.PIPE,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C"}, **become,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr.decode(errors="replace")
        return done.stdout or b""


def injury(kind: str, root: Path, turn: int, server: Postgres | None, *, own_disk: bool) -> Injury:
    """What is done to the tool's surroundings.

    Args:
        kind: Of the case.
        root: The workspace.
        turn: Takes the ways of losing a database in turn.
        server: For `postgres`.
        own_disk: The workspace is a small file system of its own.
    """
    match kind:
        case "kill":
            return Kill()
        case "disk":
            return FullDisk(root, own_disk)
        case "database":
            return LostDatabase(root, ("moved", "folder", "damaged")[turn % 3])
    assert server, kind
    return server
