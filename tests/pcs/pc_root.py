"""A throw-away Linux PC: its own root (an overlay), processes, host name and network, without a sshd or a real systemd.

It needs root, and stands on the root of the lab's PCs, which it never writes to.
"""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from campusctl.child import child_environ
from campusctl.errors import CampusError
from campusctl.lab.pcs import base

REPOSITORY = Path(__file__).parents[2]
COLLECTION = REPOSITORY / "playbooks/collections/ansible_collections/campusctl/pcs"
_SCRIPT = """set -e; hostname pc01; mount --make-rprivate /; mount --bind "$1" "$1"; cd "$1"
mount -t proc proc proc; mount -t sysfs -o ro sysfs sys 2>/dev/null || true
mount -t tmpfs -o mode=755 tmpfs dev; mount -t tmpfs -o mode=755 tmpfs run
for n in null zero full random urandom tty; do touch dev/$n; mount --bind /dev/$n dev/$n; done
mkdir -p dev/pts dev/shm run/sshd run/lock; ln -s /proc/self/fd dev/fd
ip link set lo up; pivot_root . mnt; umount -l /mnt; exec sleep infinity"""
CORE = """import json, sys; sys.path.insert(0, "/opt/campusctl-test")
from campus_pc.converge import Request, converge
json.dump(converge(Request(**json.load(sys.stdin))), sys.stdout)"""
"""What Python runs on the PC: a request on its standard input, the result on its standard output."""


@functools.cache
def debian() -> Path:
    """A Debian root to stand on, never written to: the folder in `CAMPUSCTL_PC_ROOT`, else the one of the lab's PCs.

    Raises:
        CampusError: The lab cannot have PCs here.
    """
    named = os.environ.get("CAMPUSCTL_PC_ROOT")
    return Path(named) if named else base.ensure(print)


def why_not() -> str:
    """Why there can be no such PC here; empty: there can."""
    if os.geteuid() != 0:
        return "a throw-away PC needs root"
    if not shutil.which("unshare") or not shutil.which("nsenter"):
        return "unshare and nsenter are not there"
    try:
        debian()
    except CampusError as error:
        return f"there is no Debian root: {error}"
    return ""


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

    @property
    def enter(self) -> list[str]:
        """The command before a command that is to run on the PC."""
        inside = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()[0]
        return ["nsenter", "-t", inside, "-m", "-u", "-i", "-n", "-p", "-r", "-w"]

    def run(self, *argv: str, stdin: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        """What a command on the PC answers; `more` are environment variables."""
        environ = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", **more}
        return subprocess.run(
            [*self.enter, "env", "-i", *argv_environ(environ), *argv],
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
        done = self.run("python3", "-W", "error", "-c", CORE, stdin=asked, SUDO_USER="campus")
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
    """A PC of its own, with the module's core and a `systemctl` that works there."""
    for name in ("upper", "work", "root"):
        (place / name).mkdir(parents=True)
    layers = f"lowerdir={debian()},upperdir={place}/upper,workdir={place}/work,volatile"
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
    pc.must("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "/etc/ssh/ssh_host_ed25519_key")
    pc.must("tee", "-a", "/etc/hosts", stdin="127.0.1.1 pc01\n")  # or sudo asks a name server that is not there
    return pc


def _ready(pc: PcRoot) -> bool:
    children = Path(f"/proc/{pc.process.pid}/task/{pc.process.pid}/children").read_text().split()
    return bool(children) and Path(f"/proc/{children[0]}/comm").read_text() == "sleep\n"


def _furnish(root: Path) -> None:
    core = root / "opt/campusctl-test/campus_pc"
    shutil.copytree(COLLECTION / "plugins/module_utils", core, ignore=shutil.ignore_patterns("__pycache__"))
    program = root / "usr/bin/systemctl"
    if program.read_bytes().startswith(b"\x7fELF"):  # the lab's root has one that works without systemd
        program.unlink()
        shutil.copy(Path(sysconfig.get_path("purelib")) / "systemctl2/systemctl3.py", program)
        program.chmod(0o755)


def let_in(pc: PcRoot) -> dict[str, str]:
    """Make the account `campus`, who may log in with a key and become root.

    Returns:
        Ansible's variables for this PC: the SSH server answers behind a command, not at an address, and is a real one.
    """
    pc.run("userdel", "-r", "campus")
    pc.must("useradd", "-m", "-s", "/bin/bash", "campus")
    key = pc.place / "id"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True, env=child_environ())
    pc.must("mkdir", "-m", "700", "/home/campus/.ssh")
    pc.must("tee", "/home/campus/.ssh/authorized_keys", stdin=key.with_suffix(".pub").read_text())
    pc.must("chown", "-R", "campus:campus", "/home/campus/.ssh")
    pc.must("tee", "/etc/sudoers.d/campus", stdin="campus ALL=(ALL) NOPASSWD: ALL\n")
    pc.must("chmod", "440", "/etc/sudoers.d/campus")
    known = pc.place / "known_hosts"
    known.write_text(f"pc01 {pc.must('cat', '/etc/ssh/ssh_host_ed25519_key.pub')}")
    proxy = " ".join([*pc.enter, "/usr/sbin/sshd", "-i"])
    options = f"-o UserKnownHostsFile={known} -o HostKeyAlgorithms=ssh-ed25519 -o 'ProxyCommand={proxy}'"
    return {
        "ansible_user": "campus",
        "ansible_ssh_private_key_file": str(key),
        "ansible_ssh_common_args": options,
        "ansible_python_interpreter": "/usr/bin/python3",
    }


def play(
    pc: PcRoot,
    variables: dict[str, str],
    tasks: list[dict[str, Any]],
    *options: str,
    arguments: dict[str, Any] | None = None,
) -> list[dict[str, Any]]:
    """What each task of a play on the PC came to, as root: `task`, `kind`, `result`; told by tests/pcs/oracle.

    `arguments` are those of `campus_pc`, which come to it in a job, as in campusctl's own runs.
    """
    inventory, book = pc.place / "hosts.json", pc.place / "play.json"
    (pc.place / "ansible.cfg").write_text("")
    inventory.write_text(json.dumps({"all": {"hosts": {"pc01": variables}}}))
    book.write_text(json.dumps([{"hosts": "all", "gather_facts": False, "become": True, "tasks": tasks}]))
    environ = {
        **child_environ(),
        "ANSIBLE_COLLECTIONS_PATH": str(REPOSITORY / "playbooks/collections"),
        "ANSIBLE_STDOUT_CALLBACK": "told",
        "ANSIBLE_CALLBACK_PLUGINS": str(Path(__file__).parent / "oracle/callback_plugins"),
        "ANSIBLE_PIPELINING": "1",
        "ANSIBLE_SSH_CONTROL_PATH_DIR": str(pc.place),
        "ANSIBLE_HOME": str(pc.place / "ansible"),
        "ANSIBLE_CONFIG": str(pc.place / "ansible.cfg"),
        "ANSIBLE_DEPRECATION_WARNINGS": "0",
    }
    job = os.memfd_create("job")
    host = {"groups": [], "vars": {}, "args": arguments or {}, "roles": []}
    os.write(job, json.dumps({"format": 1, "hosts": {"pc01": host}}).encode())
    environ["CAMPUSCTL_JOB"] = str(job)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "ansible.cli.playbook", "-i", str(inventory), str(book), *options],
            capture_output=True, text=True, check=False, env=environ, timeout=240, pass_fds=[job],
        )  # fmt: skip
    finally:
        os.close(job)
    told = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert told, (done.stdout, done.stderr)
    return told
