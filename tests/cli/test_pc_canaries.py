"""Secrets of PCs in every place that they come from, and a walk through the commands: none is seen or left anywhere.

A password of an account, one in a file, sudo's, the passphrase of a key, the vault's: real PCs, real Ansible, real SSH.
"""

import io
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

import pytest
from canary_forms import forms
from pc_lab import PcLab
from pc_school import FIRST, SECOND, THIRD, PcSchool, pc_school_up
from small_lab import SCHOOL

from campusctl import workflow
from campusctl.child import child_environ
from campusctl.cli.main import call
from campusctl.lab.state import pc_key

pytestmark = pytest.mark.debian

BIN = Path(sys.executable).parent
CANARIES = {
    "account": "Kanari-Konto+7=&x",
    "old file": "Kanari-wlan-alt-3318",
    "new file": "Kanari-wlan-neu-9054",
    "sudo": "Kanari sudo/22 x",
    "passphrase": "Kanari-Schluessel-61",
    "vault": "Kanari vault pass 44",
}
FORMS = {name: forms(secret) for name, secret in CANARIES.items()}


def leaks(data: bytes) -> list[str]:
    """Which canaries are in it."""
    return [name for name, found in FORMS.items() if any(form in data for form in found)]


class Watch:
    """Looks at the words and the environment of every process, again and again."""

    def __init__(self) -> None:
        """Nothing seen yet."""
        self.found: set[str] = set()
        self.looks = 0
        self._known: set[bytes] = set()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        """End."""
        self._stop.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._stop.wait(0.1):
            self.looks += 1
            for entry in Path("/proc").iterdir():
                if entry.name.isdigit():
                    self.found |= {f"{name}: {said}" for name, said in self._leaking(entry)}

    def _leaking(self, process: Path) -> Iterator[tuple[str, str]]:
        for file in ("cmdline", "environ"):
            try:
                data = (process / file).read_bytes()
            except OSError:
                continue
            if data not in self._known:
                self._known.add(data)
                for name in leaks(data):
                    yield name, f"{file} of {data[:60]!r}"


@dataclass
class Walk:
    """A workspace whose vault has the canaries, and everything that was said."""

    school: PcSchool
    folder: Path
    said: list[tuple[str, str]] = field(default_factory=list)

    @property
    def lab(self) -> PcLab:
        """Its PCs."""
        return self.school.lab

    def run(self, *arguments: str) -> tuple[int, str]:
        """One command line on the lab; its exit code and all it said."""
        with pytest.MonkeyPatch.context() as patch:
            out = io.StringIO()
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", out)
            code = call(["--lab", *arguments])
        self.said.append((" ".join(arguments), out.getvalue()))
        assert "Traceback" not in out.getvalue()
        return int(code), out.getvalue()

    def by_hand(self, *options: str) -> str:
        """Ansible by hand, as loud as it can be."""
        done = subprocess.run(
            [BIN / "ansible-playbook", "-i", "inventory/campus.yml", "playbooks/pcs.yml", "--limit", FIRST, *options],
            env={**os.environ, "CAMPUSCTL_LAB": "1", "ANSIBLE_LOG_PATH": str(self.folder / "tmp/ansible.log")},
            cwd=self.school.root, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        self.said.append(("ansible by hand", done.stdout + done.stderr))
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def vault(self, **values: str) -> None:
        """The vault with these secrets."""
        text = "".join(f"{json.dumps(ref)}: {json.dumps(value)}\n" for ref, value in values.items())
        password = os.environ["CAMPUSCTL_VAULT_PASSWORD_FILE"]
        command = [BIN / "ansible-vault", "encrypt", "--vault-password-file", password]
        subprocess.run(
            [*command, "--output", self.school.root / "inventory/vault.yml"], env=child_environ(),
            input=text.encode(), check=True, capture_output=True,
        )  # fmt: skip

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Every file that is left in workspace, home and temporary folder, but for the disks of the PCs."""
        for path in sorted(self.folder.rglob("*")):
            if path.is_file() and not path.is_symlink() and "lab/pcs" not in str(path):
                yield str(path.relative_to(self.folder)), path.read_bytes()


def secrets(wifi: str) -> dict[str, str]:
    """What the vault has."""
    return {
        "pc/lehrer": CANARIES["account"], "wifi/psk": wifi, "pc/sudo": CANARIES["sudo"],
        "pc/key": CANARIES["passphrase"],
    }  # fmt: skip


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    """Three PCs whose sudo wants a password, and a key that wants a passphrase."""
    folder = tmp_path_factory.mktemp("canaries")
    for name in ("home", "tmp"):
        (folder / name).mkdir()
    with pc_school_up(folder / "ws", switches=False, secrets="workspace") as school, _place(folder, school):
        walk = Walk(school, folder)
        walk.vault(**secrets(CANARIES["old file"]))
        for name in (FIRST, SECOND, THIRD):
            walk.lab.run_in(name, ["chpasswd"], stdin=f"campus:{CANARIES['sudo']}\n")
            walk.lab.fault(name, wrong_sudo=True)
        yield walk


@contextmanager
def _place(folder: Path, school: PcSchool) -> Iterator[None]:
    """Home and temporary folder of its own; the inventory's key instead of the lab's, and a passphrase on it."""
    key = folder / "home/id"
    key.write_bytes(pc_key(school.root).read_bytes())
    key.chmod(0o600)
    words = ["ssh-keygen", "-q", "-p", "-P", "", "-N", CANARIES["passphrase"], "-f", str(key)]
    subprocess.run(words, check=True, capture_output=True)
    login = f"login: {{user: campus, key_file: {key}, key_passphrase: pc/key, enable: pc/sudo}}"
    city = school.root / "inventory/city.yml"
    city.write_text(city.read_text().replace("login: {user: campus, key_file: ~/.ssh/campusctl}", login))
    password = folder.with_name(f"{folder.name}-vault")
    password.write_text(CANARIES["vault"] + "\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(school.root)
        patch.setenv("HOME", str(folder / "home"))
        patch.setenv("TMPDIR", str(folder / "tmp"))
        patch.setenv("CAMPUSCTL_VAULT_PASSWORD_FILE", str(password))
        patch.setattr(tempfile, "tempdir", None)
        patch.setattr(
            workflow,
            "open_desk",
            lambda root, *, lab, ask=None: replace(school.desk(root, lab=lab, ask=ask), pc_key=""),
        )
        patch.setattr(sys, "stdin", io.StringIO())
        yield


def test_the_watch_sees_words_and_environment_of_a_process() -> None:
    """Else it would prove nothing."""
    environ = {**child_environ(), "X": CANARIES["sudo"]}
    words = [sys.executable, "-c", "print(1, flush=True); input()", CANARIES["account"]]
    with (
        Watch() as watch,
        subprocess.Popen(words, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child,
    ):
        assert child.stdout
        child.stdout.readline()
        while len(watch.found) < 2:
            assert child.poll() is None
        child.kill()
    assert {found.partition(":")[0] for found in watch.found} == {"account", "sudo"}


def test_no_secret_of_a_pc_is_left_anywhere(walk: Walk) -> None:
    """Not on a screen, in a file here or there, in a process list: whatever is asked and whatever goes wrong."""
    pcs = ("--room", "R3")
    with Watch() as watch:
        code, said = walk.run("plan", SCHOOL, *pcs, "--commands", "--out", "saved.plan")
        assert code == 0, said
        assert "********" in said
        code, said = walk.run("apply", "--plan", "saved.plan", "--yes", "--json")
        assert code == 0, said
        walk.vault(**secrets(CANARIES["new file"]))
        assert walk.run("drift", SCHOOL, *pcs, "-v", "--json-out", "d.json", "--junit", "d.xml")[0] == 4
        walk.by_hand("--check", "--diff", "-vvv")
        code, said = walk.run("apply", SCHOOL, *pcs, "--yes", "--commands")
        assert code == 0, said
        assert "file /etc/wlan.conf: ******** → ********" in said
        walk.lab.run_in(SECOND, ["chpasswd"], stdin="campus:another\n")
        code, said = walk.run("drift", SCHOOL, *pcs, "-v", "--json")
        assert code == 3
        assert "sudo refuses the password" in said
    assert watch.looks > 10
    assert not watch.found
    for arguments in (
        ("findings", SCHOOL, "--json"), ("history", SCHOOL, "--json"), ("history", "audit", "--json"),
        ("export", "ansible-inventory", SCHOOL), ("render", FIRST), ("explain", FIRST, "pc"), ("status", "--json"),
    ):  # fmt: skip
        walk.run(*arguments)
    _nothing_is_left(walk)


def _nothing_is_left(walk: Walk) -> None:
    for name, text in walk.said:
        assert leaks(text.encode()) == [], name
    names = []
    for name, data in walk.files():
        names.append(name)
        assert leaks(data) == [], name
    assert {"ws/saved.plan", "ws/d.json", "ws/d.xml", "tmp/ansible.log"} <= set(names)
    for pc in (FIRST, SECOND, THIRD):
        _only_where_it_belongs(walk.lab, pc)


def _only_where_it_belongs(lab: PcLab, pc: str) -> None:
    """The file has the secret, the kept old one has the old one, and only root may read both."""
    patterns = b"\n".join(form for found in FORMS.values() for form in found).decode(errors="surrogateescape")
    folders = ["/etc", "/home", "/opt", "/root", "/run", "/srv", "/tmp", "/usr/local", "/var"]
    found = lab.run_in(pc, ["grep", "-raFlZ", "-f", "-", *folders], stdin=patterns).stdout.split("\0")[:-1]
    kept = [path for path in found if path.startswith("/var/lib/campusctl/kept/")]
    assert set(found) - set(kept) == {"/etc/wlan.conf"}
    assert len(kept) == 1
    modes = lab.shell(pc, f"stat -c '%a %U' /etc/wlan.conf {kept[0]} $(dirname {kept[0]}) /var/lib/campusctl")
    assert modes.split("\n")[:-1] == ["600 root", "600 root", "700 root", "700 root"]
