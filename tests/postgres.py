"""A real PostgreSQL for tests, from Debian's binaries: in a folder of its own, on its own socket."""

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

PASSWORD: Final = "canary-Pg-7Q2v9x"
PACKAGE: Final = "the Debian package postgresql is not installed: apt-get install postgresql"


def binaries() -> Path | None:
    """The folder of the newest server's programs; None: there is none."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return max(found, key=lambda path: int(path.parent.name), default=None)


class Postgres:
    """One server; started, stopped and started again by tests."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        # Short: a socket's path has at most 107 characters.
        self.folder = Path(tempfile.mkdtemp(prefix="pg-"))
        self._user = self._unprivileged()
        password = self.folder / "password"
        password.write_text(PASSWORD)
        password.chmod(0o644)
        self._run("initdb", "--pgdata", self.data, "--username", "campus", "--pwfile", str(password),
                  "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C", "--no-sync")  # fmt: skip
        self.start()

    @property
    def data(self) -> str:
        """The server's folder."""
        return str(self.folder / "data")

    def url(self, schema: str, *, user: str = "campus", password: str = PASSWORD, database: str = "postgres") -> str:
        """Where a journal of its own goes."""
        return f"postgresql://{user}:{password}@/{database}?host={self.folder}&schema={schema}"

    def start(self) -> None:
        """Let it serve; returns when it does. Its disk is not flushed: tests do not pull the plug."""
        options = f"-c listen_addresses= -c unix_socket_directories={self.folder} -c fsync=off -c max_connections=60"
        self._run("pg_ctl", "--pgdata", self.data, "--wait", "--log", str(self.folder / "log"), "-o", options, "start")

    def stop(self) -> None:
        """Cut every session, as a crash would."""
        self._run("pg_ctl", "--pgdata", self.data, "--wait", "--mode", "immediate", "stop")

    def close(self) -> None:
        """End it for good."""
        with contextlib.suppress(subprocess.CalledProcessError):
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _unprivileged(self) -> str | None:
        """PostgreSQL refuses to run as root."""
        if os.geteuid() != 0:
            return None
        name = next(name for name in ("postgres", "nobody") if _is_user(name))
        shutil.chown(self.folder, name)
        return name

    def _run(self, program: str, *arguments: str) -> None:
        user = {"user": self._user, "group": pwd.getpwnam(self._user).pw_gid, "extra_groups": []} if self._user else {}
        command = [str(self._programs / program), *arguments]
        subprocess.run(
            command, check=True, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, env={"PATH": os.environ["PATH"], "LC_ALL": "C"}, **user,
        )  # fmt: skip


def _is_user(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True
