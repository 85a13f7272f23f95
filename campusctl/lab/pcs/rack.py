"""Where the lab's PCs stand: a user namespace in which we are root, and mounts that nobody else sees."""

import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Literal, Self

from campusctl.child import child_environ
from campusctl.errors import CampusError

_MANY: Final = 65536
"""Users of a PC."""
_SUBIDS: Final = "give yourself some: usermod --add-subuids 100000-165535 --add-subgids 100000-165535 USER"
# It ends when its input does, so when we do, however that comes about.
_STAY: Final = 'echo here && read -r go && exec unshare --mount sh -c "echo ready && exec cat"'


class Rack:
    """A process that does nothing but keep the namespaces; `with Rack() as rack: rack.enter(…)`."""

    def __init__(self) -> None:
        """Start it.

        Raises:
            CampusError: This machine does not let us.
        """
        self._process = subprocess.Popen(  # noqa: S603 - fixed words
            [tool("unshare"), "--user", "sh", "-c", _STAY],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=child_environ(),
        )  # fmt: skip
        try:
            self._expect(b"here\n")
            _map(self._process.pid, "uid")
            _map(self._process.pid, "gid")
            self._say(b"go\n")
            self._expect(b"ready\n")
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End it; what still runs in its namespaces goes on."""
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe:
                with suppress(BrokenPipeError):
                    pipe.close()
        self._process.kill()
        self._process.wait()

    def enter(self, *command: str) -> list[str]:
        """The words that start a command as root in here."""
        return [tool("nsenter"), "--user", "--mount", "--target", str(self._process.pid), "--", *command]

    def _expect(self, word: bytes) -> None:
        assert self._process.stdout is not None  # noqa: S101 - for the type checker: it is a pipe
        assert self._process.stderr is not None  # noqa: S101 - likewise
        if self._process.stdout.readline() != word:
            said = self._process.stderr.read().decode(errors="replace").strip()
            raise CampusError(
                f"no PC can be simulated here: {said or 'no user namespace can be made'}",
                "the kernel or a container must allow user namespaces: sysctl kernel.unprivileged_userns_clone=1, "
                "kernel.apparmor_restrict_unprivileged_userns=0",
            )

    def _say(self, word: bytes) -> None:
        assert self._process.stdin is not None  # noqa: S101 - for the type checker: it is a pipe
        self._process.stdin.write(word)
        self._process.stdin.flush()


def disks(rack: Rack) -> Literal["memory", "disk"]:
    """Where the disks of PCs can be.

    Raises:
        CampusError: Nowhere.
    """
    with tempfile.TemporaryDirectory(prefix="campusctl-overlay-") as folder:
        _, said = run_in(rack, tool("sh"), str(Path(__file__).parent / "overlay_test.sh"), folder)
        # What the overlay wrote may belong to nobody outside.
        run_in(rack, "find", folder, "-mindepth", "1", "-delete")
    match said.split()[-1:]:
        case ["memory"]:
            return "memory"
        case ["disk"]:
            return "disk"
    raise CampusError(
        f"no PC can be simulated here: {(said.strip().splitlines() or ['overlay does not work'])[-1]}",
        "PCs need overlay mounts in user namespaces: Linux 5.11 or later, and modprobe overlay",
    )


def tool(name: str) -> str:
    """Where a program is; the folders of an administrator's programs are looked through too.

    Raises:
        CampusError: It is not installed.
    """
    places = os.environ.get("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin"
    found = shutil.which(name, path=places)
    if found is None:
        raise CampusError(f"PCs need {name}, which is not installed", f"apt-get install {_PACKAGES[name]}")
    return found


_PACKAGES: Final = {
    "unshare": "util-linux",
    "nsenter": "util-linux",
    "newuidmap": "uidmap",
    "newgidmap": "uidmap",
    "debootstrap": "debootstrap",
}
"""The Debian package of each program."""


def _map(pid: int, kind: str) -> None:
    """Give the namespace of a process its users or groups: ours as root, and as many as a PC has."""
    if os.geteuid() == 0:
        # Root needs no range of its own: the namespace takes from it what it could do outside.
        Path(f"/proc/{pid}/{kind}_map").write_text(f"0 0 {_MANY}", encoding="ascii")
        return
    ours = os.getuid() if kind == "uid" else os.getgid()
    first, count = _range(kind)
    words = [tool(f"new{kind}map"), str(pid), "0", str(ours), "1", "1", str(first), str(min(count, _MANY - 1))]
    done = subprocess.run(words, check=False, capture_output=True, text=True, env=child_environ())  # noqa: S603 - numbers
    if done.returncode:
        raise CampusError(f"no PC can be simulated here: {done.stderr.strip()}", _SUBIDS)


def _range(kind: str) -> tuple[int, int]:
    """First and number of the users or groups that we may use beside our own.

    Raises:
        CampusError: There are not enough.
    """
    names = {str(os.getuid())}
    with suppress(KeyError):
        names.add(pwd.getpwuid(os.getuid()).pw_name)
    file = Path(f"/etc/sub{kind}")
    found = subordinate(file.read_text(encoding="utf-8") if file.exists() else "", names)
    if found is None:
        many = "users" if kind == "uid" else "groups"
        raise CampusError(f"no PC can be simulated here: {file} gives us too few {many} of our own", _SUBIDS)
    return found


def subordinate(text: str, names: Collection[str]) -> tuple[int, int] | None:
    """First and number of a range that is large enough for a PC, from /etc/subuid; None: there is none."""
    for line in text.splitlines():
        if (found := re.fullmatch(r"([^:]+):(\d+):(\d+)", line.strip())) and found[1] in names:
            first, count = int(found[2]), int(found[3])
            if count >= _MANY - 1:
                return first, count
    return None


def run_in(rack: Rack, *command: str, log: Path | None = None) -> tuple[int, str]:
    """Run a command in a rack to its end; its exit code, and what it said (nothing where that goes to a file)."""
    words = rack.enter(*command)
    if log is None:
        done = subprocess.run(  # noqa: S603 - the caller's words, as a list
            words, check=False, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace",
            env=child_environ(),
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr
    with log.open("wb") as file:
        code = subprocess.run(  # noqa: S603 - likewise
            words, check=False, stdin=subprocess.DEVNULL, stdout=file, stderr=file, env=child_environ()
        ).returncode
    return code, ""
