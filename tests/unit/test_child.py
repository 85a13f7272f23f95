"""Child processes: which of our environment they may know, and that every one of them is asked for it."""

import ast
from pathlib import Path

import pytest

from campusctl.child import child_environ

PACKAGE = Path(__file__).parents[2] / "campusctl"
PLAIN = {
    "PATH": "/bin",
    "HOME": "/root",
    "LANG": "de_DE.UTF-8",
    "CAMPUSCTL_WORKSPACE": "/w",
    "DBUS_SESSION_BUS_ADDRESS": "x",
}
SECRETS = {"CAMPUSCTL_SECRET_SNMP_RO": "a", "CAMPUSCTL_SECRET_": "b", "CAMPUSCTL_VAULT_PASSWORD_FILE": "/c",
           "CAMPUSCTL_SECRET_A\nB": "d", "ANSIBLE_VAULT_PASSWORD_FILE": "/e"}  # fmt: skip
DATABASE = {"CAMPUSCTL_DATABASE_URL": "postgresql://u:p@h/d", "PGPASSWORD": "p"}
MANAGERS = {"BW_SESSION": "s", "OP_SESSION_my": "t", "OP_SERVICE_ACCOUNT_TOKEN": "u", "VAULT_TOKEN": "v"}
ALL = PLAIN | SECRETS | DATABASE | MANAGERS


def test_a_child_knows_no_secret_of_ours() -> None:
    """And everything else; a database or a password store's key only if it says that it needs it."""
    assert child_environ(ALL) == PLAIN
    assert child_environ(ALL, database=True) == PLAIN | DATABASE
    assert child_environ(ALL, password_manager=True) == PLAIN | MANAGERS


def test_it_is_our_own_environment_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    """As it is at the moment of the call."""
    monkeypatch.setenv("CAMPUSCTL_SECRET_X", "canary")
    monkeypatch.setenv("CAMPUSCTL_ANYTHING", "else")
    found = child_environ()
    assert found["CAMPUSCTL_ANYTHING"] == "else"
    assert "canary" not in found.values()


_STARTERS = {
    "subprocess": {"run", "Popen", "call", "check_call", "check_output", "getoutput", "getstatusoutput"},
    "os": {"system", "popen", "posix_spawn", "posix_spawnp", "fork", "forkpty", "startfile"},
    "asyncio": {"create_subprocess_exec", "create_subprocess_shell"},
    "pty": {"spawn", "fork"},
    "multiprocessing": {"Process", "Pool"},
    "concurrent": {"ProcessPoolExecutor"},
}


def starts_a_process(name: str) -> bool:
    """Whether a dotted name is a call that starts a child."""
    first, _, last = name.partition(".")
    last = last.rpartition(".")[2]
    return last in _STARTERS.get(first, ()) or (first == "os" and last.startswith(("exec", "spawn")))


def process_starts(source: str) -> list[tuple[int, bool]]:
    """Line of every call that starts a process, and whether its environment comes from `child_environ`."""
    tree = ast.parse(source)
    full = {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names
    } | {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }  # fmt: skip
    found = []
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = ast.unparse(call.func)
        head, dot, tail = name.partition(".")
        if starts_a_process(full.get(head, head) + dot + tail):
            given = {word.arg: word.value for word in call.keywords}
            safe = isinstance(given.get("env"), ast.Call) and ast.unparse(given["env"].func).endswith("child_environ")
            found.append((call.lineno, safe and "shell" not in given))
    return found


@pytest.mark.parametrize(
    ("source", "safe"),
    [
        ("import subprocess\nsubprocess.run(['a'])", [False]),
        ("import subprocess as s\ns.Popen(['a'], env=child_environ())", [True]),
        ("from subprocess import run as go\ngo(['a'], env=os.environ)", [False]),
        ("import subprocess\nsubprocess.run('a', env=child.child_environ(database=True), shell=True)", [False]),
        ("import os\nos.execvp('a', ['a'])\nos.getpid()", [False]),
        ("import asyncio\nasyncio.create_subprocess_exec('a')", [False]),
        ("from concurrent.futures import ProcessPoolExecutor\nProcessPoolExecutor()", [False]),
        ("plan.run()\nsession.call()", []),
    ],
)
def test_the_search_finds_what_it_is_meant_to_find(source: str, safe: list[bool]) -> None:
    """By whatever name it is imported."""
    assert [safe for _, safe in process_starts(source)] == safe


def test_every_child_of_ours_gets_its_environment_from_one_place() -> None:
    """No process is started with our environment, and none through a shell."""
    texts = {file: file.read_text() for file in sorted(PACKAGE.rglob("*.py"))}
    likely = {
        file: text
        for file, text in texts.items()
        if any(f"import {name}" in text or f"from {name}" in text for name in _STARTERS)
    }
    starts = [(f"{file.name}:{line}", safe) for file, text in likely.items() for line, safe in process_starts(text)]
    assert len(starts) >= 2
    assert [place for place, safe in starts if not safe] == []
