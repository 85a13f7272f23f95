"""Secrets planted in every source, and a walk through the commands with everything going wrong: none shows up anywhere.

Real processes: the `campusctl` executable, the lab, ansible-vault, a program as a source.
"""

import base64
import os
import subprocess
import sys
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from canary_forms import forms
from small_lab import SCHOOL, SWITCHES, make_workspace

BIN = Path(sys.executable).parent
REPO = Path(__file__).parents[2]
IOS, CX, PROCURVE = SWITCHES["cisco_ios"], SWITCHES["aruba_aoscx"], SWITCHES["hp_procurve"]

CANARIES = {
    "login": "Kanari/login+7=&",
    "community": "Kanari-ro-8391",
    "new community": "Kanari-neu-5520",
    "vault password": "Kanari vault pass 44",
    "unused": "Kanari-unused-113",
    "pin": "Kanari-pin-4711",
    "database": "Kanari-db-9",
    "bug": "Kanari-bug-77",
    "printer admin": "Kanari-drucker-1",
    "printer auth": "Kanari-auth-2201",
    "printer privacy": "Kanari-privat-8",
}


def leaks(data: bytes) -> list[str]:
    """Which canaries are in it."""
    return [name for name, secret in CANARIES.items() if any(form in data for form in forms(secret))]


@dataclass
class Walk:
    """A workspace, an environment with secrets in it, and everything that was said."""

    folder: Path
    environ: dict[str, str]
    said: list[tuple[str, bytes]] = field(default_factory=list)

    @property
    def root(self) -> Path:
        """The workspace."""
        return self.folder / "ws"

    def run(self, *arguments: str, stdin: bytes = b"", environ: dict[str, str] | None = None) -> tuple[int, str]:
        """One command line; its exit code and all it said."""
        done = subprocess.run(
            [BIN / "campusctl", *arguments], cwd=self.root, env=self.environ | (environ or {}),
            input=stdin, capture_output=True, check=False, timeout=120,
        )  # fmt: skip
        self.said.append((" ".join(arguments), done.stdout + done.stderr))
        assert b"Traceback" not in done.stderr, done.stderr
        return done.returncode, (done.stdout + done.stderr).decode()

    def bug(self, name: str, code: str) -> dict[str, str]:
        """An environment in which campusctl has a bug."""
        (self.folder / name).mkdir()
        (self.folder / name / "sitecustomize.py").write_text(code)
        return {"PYTHONPATH": f"{self.folder / name}:{REPO}", "PYTHONDEVMODE": "1", "PYTHONWARNINGS": "ignore"}

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Every file that any of the processes left behind: workspace, home, temporary folder."""
        for place in ("ws", "home", "tmp"):
            for path in sorted((self.folder / place).rglob("*")):
                if path.is_file():
                    yield str(path.relative_to(self.folder)), path.read_bytes()


@pytest.fixture
def walk(tmp_path: Path) -> Iterator[Walk]:
    """One secret in a vault made by ansible-vault, some in the environment, one given by a program."""
    root = make_workspace(tmp_path / "ws")
    for name in ("home", "tmp", "outside"):
        (tmp_path / name).mkdir()
    (tmp_path / "outside" / "password").write_text(CANARIES["vault password"] + "\n")
    getpw = tmp_path / "outside" / "getpw"
    getpw.write_text(
        f'#!/bin/sh\nenv | grep -i kanari >> {root}/known-by-child\n[ "$1" = snmp/ro ] || exit 3\n'
        f'echo "{CANARIES["community"]}"; echo "{CANARIES["community"]}" >&2\n'
    )
    getpw.chmod(0o700)
    (root / "inventory" / "secrets.yml").write_text(f'order: [env, vault, command]\ncommand: ["{getpw}", "{{ref}}"]\n')
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("CAMPUSCTL", "COVERAGE"))} | {
        "HOME": str(tmp_path / "home"),
        "TMPDIR": str(tmp_path / "tmp"),
        "PYTHONPATH": str(REPO),
        "CAMPUSCTL_VAULT_PASSWORD_FILE": str(tmp_path / "outside" / "password"),
        "CAMPUSCTL_SECRET_UNUSED": CANARIES["unused"],
        "CAMPUSCTL_SECRET_BOARD_PIN": CANARIES["pin"],
        "CAMPUSCTL_DATABASE_URL": f"sqlite:///{tmp_path}/{CANARIES['database']}.db",
        "CAMPUSCTL_SECRET_PRINTER_ADMIN": CANARIES["printer admin"],
        "CAMPUSCTL_SECRET_PRINTER_SNMP_AUTH": CANARIES["printer auth"],
        "CAMPUSCTL_SECRET_PRINTER_SNMP_PRIVACY": CANARIES["printer privacy"],
    }
    vault = root / "inventory" / "vault.yml"
    plain = f'switch:\n  login: "{CANARIES["login"]}"\n'
    command = [BIN / "ansible-vault", "encrypt", "--vault-password-file", tmp_path / "outside" / "password"]
    subprocess.run([*command, "--output", vault], input=plain.encode(), check=True, capture_output=True, env=environ)
    walk = Walk(tmp_path, environ)
    yield walk
    walk.run("lab", "down")


def test_the_search_finds_every_form() -> None:
    """Else it would prove nothing."""
    secret = CANARIES["login"].encode()
    for before in (b"", b"x", b"xy", b"xyz"):
        assert leaks(base64.b64encode(before + secret + b"rest")) == ["login"]
    assert leaks(b"..." + secret) == leaks(secret.hex().encode()) == ["login"]
    assert leaks(urllib.parse.quote(secret.decode(), safe="").encode()) == ["login"]
    assert leaks(b"Kanari") == []


def test_no_secret_is_left_anywhere(walk: Walk) -> None:
    """Not in a file, not on a screen, not in a child's environment: whatever is asked and whatever goes wrong."""
    faults = [f"--fault={IOS}:refuse=snmp-server community", f"--fault={CX}:wrong-password"]
    code, said = walk.run("lab", "up", SCHOOL, "--secrets", "workspace", "--drift", "3", *faults)
    assert code == 0, said
    assert walk.run("validate")[0] == 0
    assert walk.run("secrets", "set", "snmp/ro", "--stdin", stdin=CANARIES["new community"].encode() + b"\n")[0] == 0
    assert walk.run("--lab", "plan", SCHOOL, "--commands", "--out", "saved.plan")[0] == 3
    code, said = walk.run("--lab", "apply", "--plan", "saved.plan", "--yes", "--now", "--reason", "Canaries", "--json")
    assert code == 3
    assert '"kind": "rejected"' in said
    code, said = walk.run("--lab", "drift", SCHOOL, "--json")
    assert code == 3
    assert '"kind": "auth"' in said
    assert walk.run("--lab", "secrets", "rotate-check", SCHOOL, "-v")[0] == 3
    assert walk.run("secrets", "set", "snmp/ro", CANARIES["unused"])[0] == 2

    wrong = walk.folder / "outside" / "wrong"
    wrong.write_text(CANARIES["bug"])
    code, said = walk.run("secrets", "list", environ={"CAMPUSCTL_VAULT_PASSWORD_FILE": str(wrong)})
    assert (code, "wrong vault password" in said) == (1, True)
    _meet_bugs(walk)
    (walk.root / "inventory" / "vault.yml").unlink()
    code, said = walk.run("--lab", "plan", SCHOOL)
    assert (code, "the secret 'switch/login' is not in the environment" in said) == (1, True)
    assert "is not known to `getpw` (exit code 3)" in said

    for data in (*walk.said, *walk.files()):
        assert leaks(data[1]) == [], data[0]
    assert not (walk.root / "known-by-child").read_bytes()
    names = [name for name, _ in walk.files()]
    assert "ws/.campusctl/lab/log.txt" in names
    assert "ws/saved.plan" in names


_IN_DRIVER = """
import campusctl.drivers.switch.dialects.base as base
def parse(self, text, vault=None, origin="device"):
    everything = dict(vault or {})
    raise ValueError(f"{everything} {text}")
base.Dialect.parse = parse
"""
_IN_SOURCE = f"""
import campusctl.secrets.sources as sources
def _found(self, refs):
    password = {CANARIES["bug"]!r}
    raise RuntimeError(password)
sources.ChainSource._found = _found
"""


def _meet_bugs(walk: Walk) -> None:
    """A bug inside a driver, and one where secrets are looked up, in Python's development mode: its place, no value."""
    code, said = walk.run("--lab", "drift", SCHOOL, environ=walk.bug("driver", _IN_DRIVER))
    assert code == 3
    assert f"{PROCURVE}: internal: campusctl has a bug: ValueError in sitecustomize.py, line 5" in said
    code, said = walk.run("--lab", "drift", SCHOOL, environ=walk.bug("source", _IN_SOURCE))
    assert code == 1
    assert "error: campusctl has a bug: RuntimeError in sitecustomize.py, line 5" in said


def test_values_hide_in_every_repr() -> None:
    """Whatever a debugger, a log line or a failing assertion would print of them."""
    from campusctl.model.secret import Secret  # noqa: PLC0415 - beside its use
    from campusctl.secrets import ChainSource, EnvSource, VaultSource  # noqa: PLC0415 - likewise
    from campusctl.secrets.command import Answer  # noqa: PLC0415 - likewise

    canary = CANARIES["bug"]
    env = EnvSource({"CAMPUSCTL_SECRET_A": canary})
    chain = ChainSource(env, VaultSource(Path("v"), canary.encode))
    assert chain.resolve(("a",)) == {"a": canary}
    for thing in (Secret(canary), [Secret(canary)], {"k": Secret(canary)}, env, chain, chain._sources, Answer(canary)):
        assert leaks(f"{thing} {thing!r} {thing!s}".encode()) == []
