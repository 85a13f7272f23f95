"""A throw-away Linux PC: its own root (an overlay), processes, host name and network, without a sshd or a real systemd.

It needs root and a Debian root to stand on: the folder that `CAMPUSCTL_PC_ROOT` names, which is never written to.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from campusctl.child import child_environ

REPOSITORY = Path(__file__).parents[2]
COLLECTION = REPOSITORY / "playbooks/collections/ansible_collections/campusctl/pcs"
_SCRIPT = """set -e; hostname pc01; mount --make-rprivate /; mount --bind "$1" "$1"; cd "$1"
mount -t proc proc proc; mount -t sysfs -o ro sysfs sys 2>/dev/null || true
mount -t tmpfs -o mode=755 tmpfs dev; mount -t tmpfs -o mode=755 tmpfs run
for n in null zero full random urandom tty; do touch dev/$n; mount --bind /dev/$n dev/$n; done
mkdir -p dev/pts dev/shm run/sshd run/lock; ln -s /proc/self/fd dev/fd
ip link set lo up; pivot_root . mnt; umount -l /mnt; exec sleep infinity"""
_CORE = """import json, sys; sys.path.insert(0, "/opt/campusctl-test")
from campus_pc.converge import Request, converge
json.dump(converge(Request(**json.load(sys.stdin))), sys.stdout)"""


def why_not() -> str:
    """Why there can be no such PC here; empty: there can."""
    base = os.environ.get("CAMPUSCTL_PC_ROOT", "")
    if os.geteuid() != 0:
        return "a throw-away PC needs root"
    if not base or not (Path(base) / "usr/bin/dpkg").exists():
        return "CAMPUSCTL_PC_ROOT names no Debian root"
    return "" if shutil.which("unshare") and shutil.which("nsenter") else "unshare and nsenter are not there"


@dataclass(frozen=True)
class PcRoot:
    """One PC, running until `stop`."""

    place: Path
    """Folder of the overlay: `root` is what the PC sees, when looked at from outside."""
    process: subprocess.Popen[bytes]
    """The `unshare` that holds it."""

    @property
    def root(self) -> Path:
        """The PC's own `/`."""
        return self.place / "root"

    def run(self, *argv: str, stdin: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        """What a command on the PC answers; `more` are environment variables."""
        environ = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", **more}
        inside = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()[0]
        return subprocess.run(
            [
                "nsenter",
                "-t",
                inside,
                "-m",
                "-u",
                "-i",
                "-n",
                "-p",
                "-r",
                "-w",
                "env",
                "-i",
                *argv_environ(environ),
                *argv,
            ],
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            env=child_environ(),
            timeout=120,
        )

    def must(self, *argv: str, stdin: str = "") -> str:
        """What a command prints that has to succeed."""
        done = self.run(*argv, stdin=stdin)
        assert done.returncode == 0, (argv, done.stdout, done.stderr)
        return done.stdout

    def converge(self, document: dict[str, Any], **request: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        """The module's result, computed on the PC by its own Python; `check` is False unless it is given."""
        asked = json.dumps({"document": {"format": 1, "os": "linux", **document}, "check": False, **request})
        done = self.run("python3", "-W", "error", "-c", _CORE, stdin=asked, SUDO_USER="campus")
        assert done.returncode == 0, done.stderr
        result: dict[str, Any] = json.loads(done.stdout)
        return result

    def stop(self) -> None:
        """End it and forget what it was."""
        self.process.kill()
        self.process.wait()
        subprocess.run(["umount", "-l", str(self.root)], check=False, env=child_environ())
        shutil.rmtree(self.place, ignore_errors=True)


def argv_environ(environ: dict[str, str]) -> list[str]:
    """The environment as arguments of `env`."""
    return [f"{name}={value}" for name, value in environ.items()]


def start(place: Path) -> PcRoot:
    """A PC on the root that `CAMPUSCTL_PC_ROOT` names, with the module's core and a `systemctl` that works there."""
    for name in ("upper", "work", "root"):
        (place / name).mkdir(parents=True)
    layers = f"lowerdir={os.environ['CAMPUSCTL_PC_ROOT']},upperdir={place}/upper,workdir={place}/work,volatile"
    subprocess.run(
        ["mount", "-t", "overlay", "overlay", "-o", layers, str(place / "root")], check=True, env=child_environ()
    )
    _furnish(place / "root")
    process = subprocess.Popen(
        [
            "unshare",
            "--mount",
            "--pid",
            "--uts",
            "--ipc",
            "--net",
            "--fork",
            "--kill-child",
            "sh",
            "-c",
            _SCRIPT,
            "sh",
            str(place / "root"),
        ],
        env=child_environ(),
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    pc = PcRoot(place, process)
    while not _ready(pc):
        assert process.poll() is None, "the PC did not start"
    return pc


def _ready(pc: PcRoot) -> bool:
    children = Path(f"/proc/{pc.process.pid}/task/{pc.process.pid}/children").read_text().split()
    return bool(children) and Path(f"/proc/{children[0]}/comm").read_text() == "sleep\n"


def _furnish(root: Path) -> None:
    core = root / "opt/campusctl-test/campus_pc"
    shutil.copytree(COLLECTION / "plugins/module_utils", core, ignore=shutil.ignore_patterns("__pycache__"))
    systemctl = Path(sysconfig.get_path("purelib")) / "systemctl2/systemctl3.py"
    program = root / "usr/bin/systemctl"
    program.unlink()
    shutil.copy(systemctl, program)
    program.chmod(0o755)
