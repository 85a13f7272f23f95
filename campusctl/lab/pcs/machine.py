"""One PC of the lab: switched on and off, entered, connected to."""

import subprocess
from pathlib import Path
from typing import Final

from campusctl.child import child_environ
from campusctl.errors import CampusError
from campusctl.lab.pcs.rack import Rack, tool
from campusctl.lab.pcs.spec import LabPc

HERE: Final = Path(__file__).parent
"""Where the scripts are that run in a PC."""
_PATH: Final = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Machine:
    """A PC's disk, and its processes while it is on. Calls block for as long as the PC takes."""

    def __init__(self, spec: LabPc, rack: Rack, base: Path, place: Path) -> None:
        """Put a PC up; it is off.

        Args:
            spec: The PC.
            rack: Where it stands.
            base: What is on its disk at first.
            place: A folder of its own, with `seed` in it: `host_key`, `host_key.pub`, `other_key`, `login.pub`.
        """
        self.spec = spec
        self._rack, self._base, self._place = rack, base, place
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def on(self) -> bool:
        """Whether it is switched on."""
        return self._process is not None

    @property
    def pid(self) -> int:
        """The process that holds its namespaces; 0: it is off."""
        return self._process.pid if self._process else 0

    @property
    def died(self) -> bool:
        """Whether it has switched itself off, and nobody has noticed."""
        return self._process is not None and self._process.poll() is not None

    @property
    def in_memory(self) -> bool:
        """Whether its disk is in memory, and so of its own size."""
        return (self._place / "size").stat().st_size > 0

    def boot(self) -> None:
        """Switch it on, and wait until somebody can log in.

        Raises:
            CampusError: It did not come up; its last words are in the message.
        """
        if self._process:
            return
        spec, console = self.spec, self._place / "console.txt"
        words = self._rack.enter(
            tool("sh"),
            str(HERE / "boot.sh"),
            str(self._base),
            str(self._place),
            spec.name,
            spec.address,
            spec.mac,
            spec.user,
        )
        with console.open("wb") as said:
            process = subprocess.Popen(  # noqa: S603 - our own script; every word is one word
                words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, env=child_environ()
            )
        assert process.stdout is not None  # noqa: S101 - for the type checker: it is a pipe
        if process.stdout.readline() != b"up\n":
            _end(process)
            last = console.read_text(errors="replace").strip().splitlines()[-1:]
            raise CampusError(
                f"{spec.name} did not come up: {''.join(last) or 'it said nothing'}", f"{console} has its console"
            )
        self._process = process
        (self._place / "pid").write_text(f"{process.pid}\n", encoding="ascii")

    def cut(self) -> None:
        """Cut its power: its processes are gone, its disk stays."""
        process, self._process = self._process, None
        if process:
            _end(process)

    def inside(self, *command: str) -> list[str]:
        """The words that start a command as root on it.

        Raises:
            CampusError: It is off.
        """
        if not self._process:
            raise CampusError(f"{self.spec.name} is switched off")
        return enter(self._process.pid, *command)

    def run(self, *command: str, stdin: str = "") -> "subprocess.CompletedProcess[str]":
        """Run a command as root on it, to its end; its text in English."""
        return subprocess.run(  # noqa: S603 - the caller's words, as a list
            self.inside("/usr/bin/env", "-i", _PATH, "HOME=/root", "LC_ALL=C.UTF-8", *command), check=False,
            input=stdin, capture_output=True, text=True, errors="replace", env=child_environ(),
        )  # fmt: skip

    def disk(self, *command: str) -> "subprocess.CompletedProcess[str]":
        """Run a command in the folder of its disk, as root of the rack; also while it is off."""
        return subprocess.run(  # noqa: S603 - the caller's words, as a list
            self._rack.enter("/usr/bin/env", "-C", str(self._place / "disk"), *command), check=False,
            capture_output=True, text=True, errors="replace", env=child_environ(),
        )  # fmt: skip


def enter(pid: int, *command: str) -> list[str]:
    """The words that start a command as root in the namespaces that a process holds."""
    return [
        tool("nsenter"), "--user", "--mount", "--uts", "--ipc", "--net", f"--pid=/proc/{pid}/ns/pid_for_children",
        "--target", str(pid), "--", *command,
    ]  # fmt: skip


def _end(process: "subprocess.Popen[bytes]") -> None:
    """What holds a namespace ends, and with it everything in it."""
    process.kill()
    for pipe in (process.stdin, process.stdout):
        if pipe:
            pipe.close()
    process.wait()
