"""PCs for the driver's tests: a real sshd on loopback, the real collection, and a stand-in for its module."""

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from campusctl.errors import SecretError
from campusctl.model.plan import DeviceLogin, Target
from campusctl.model.run import Step

REPOSITORY = Path(__file__).parents[1]
CORE = REPOSITORY / "tests/pcs/driver/stand_in/converge.py"
KEY = bytes(range(32))
SSHD = shutil.which("sshd", path="/usr/sbin:/usr/bin") or ""
WHY_NOT = "" if SSHD and os.geteuid() == 0 else "needs root and sshd: Ansible logs in as root on loopback"


@dataclass
class Secrets:
    """A source of secrets."""

    values: dict[str, str] = field(default_factory=dict)
    asked: int = 0

    def resolve(self, refs: Sequence[str]) -> Mapping[str, str]:
        """All, or none."""
        self.asked += 1
        missing = [ref for ref in refs if ref not in self.values]
        if missing:
            raise SecretError(f"no secret {missing[0]}", "campusctl secrets set")
        return {ref: self.values[ref] for ref in refs}


@dataclass
class Steps:
    """A record that remembers."""

    found: list[Step] = field(default_factory=list)

    def step(self, step: Step) -> None:
        """Remember."""
        self.found.append(step)

    def config(self, school: str, device: str, text: str) -> None:
        """Nothing: PCs have no running configuration."""


@dataclass
class Rig:
    """A workspace's playbooks, and an sshd that plays every PC."""

    folder: Path
    port: int = 0
    secrets: Secrets = field(default_factory=Secrets)

    @property
    def known_hosts(self) -> Path:
        """The file with the PCs' key."""
        return self.folder / "known_hosts"

    def path(self, name: str) -> Path:
        """Where a PC's file is."""
        return self.folder / "pcs" / name

    def target(self, name: str, document: Mapping[str, Any] | None = None, **login: Any) -> Target:  # noqa: ANN401 - fields of two models
        """A PC; without a document it wants one file."""
        wanted = {"files": {str(self.path(name)): {"content": f"hello {name}\n"}}} if document is None else document
        fields = {word: login.pop(word) for word in ("school", "only", "roles", "own_playbooks") if word in login}
        given = {
            "host": "127.0.0.1",
            "port": self.port,
            "user": "root",
            "key_file": str(self.folder / "key"),
            "known_hosts": str(self.known_hosts),
        }
        return Target(
            device=name,
            school=fields.pop("school", "schule-042"),
            driver="pc",
            dialect="linux",
            login=DeviceLogin(**{**given, **login}),
            intended=json.dumps({"format": 1, "os": "linux", **wanted}, sort_keys=True),
            groups=("schule_042", "schule_042_r201", "pc"),
            playbooks=str(self.folder / "playbooks"),
            **fields,
        )


def make_playbooks(folder: Path) -> None:
    """The project's playbooks, with the stand-in for the module's core."""
    shutil.copytree(REPOSITORY / "playbooks", folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(CORE, folder / "collections/ansible_collections/campusctl/pcs/plugins/module_utils" / CORE.name)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def make_key(file: Path, passphrase: str = "") -> None:
    """A key pair."""
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-f", str(file)], check=True)


@contextmanager
def rig_up(folder: Path) -> Iterator[Rig]:
    """An sshd that lets root in with the rig's key; skips where there can be none."""
    if WHY_NOT:
        pytest.skip(WHY_NOT)
    rig = Rig(folder, free_port())
    for name in ("key", "host_key"):
        make_key(folder / name)
    (folder / "pcs").mkdir()
    make_playbooks(folder / "playbooks")
    kind, blob = (folder / "host_key.pub").read_text().split()[:2]
    rig.known_hosts.write_text(f"[127.0.0.1]:{rig.port} {kind} {blob}\n")
    Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    settings = {
        "ListenAddress": f"127.0.0.1:{rig.port}",
        "HostKey": folder / "host_key",
        "AuthorizedKeysFile": folder / "key.pub",
        "PidFile": "none",
        "StrictModes": "no",
        "UsePAM": "no",
        "PermitRootLogin": "yes",
        "PasswordAuthentication": "no",
        "MaxStartups": "200",
    }
    (folder / "sshd_config").write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
    with (folder / "sshd.log").open("wb") as log:
        server = subprocess.Popen([SSHD, "-D", "-e", "-f", str(folder / "sshd_config")], stderr=log)
    try:
        _await(rig.port)
        yield rig
    finally:
        server.terminate()
        server.wait()


def _await(port: int) -> None:
    end = time.monotonic() + 10
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert time.monotonic() < end, "sshd does not start"
        else:
            return


def processes(word: str) -> list[str]:
    """Processes other than this one that have a word in their environment, by number and command line."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or entry.name == str(os.getpid()):
            continue
        try:
            stands = word.encode() in (entry / "environ").read_bytes().split(b"\0")
            state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
            line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if stands and state != "Z":
            found.append(f"{entry.name} {line}")
    return found
