"""`campusctl secrets`, from the command line: what is listed, what is set, what is due; never a value."""

import io
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import pytest
from small_lab import SCHOOL, SWITCHES, SmallLab, lab_up, make_workspace

from campusctl import workflow
from campusctl.cli.main import call, main
from campusctl.drivers.switch.session import SessionError
from campusctl.model.outcome import FaultKind
from campusctl.model.rotation import Verdict, secrets_sent
from campusctl.model.run import RunKind
from campusctl.model.secret import fingerprint
from campusctl.secrets import ChainSource, EnvSource, VaultSource
from campusctl.workflow import Desk, check_rotation

LOGIN, RO = "kanarie-login", "kanarie-ro"
OTHERS = {
    "CAMPUSCTL_SECRET_BOARD_PIN": "482913", "CAMPUSCTL_SECRET_PRINTER_ADMIN": "kanarie-admin",
    "CAMPUSCTL_SECRET_PRINTER_SNMP_AUTH": "kanarie-auth", "CAMPUSCTL_SECRET_PRINTER_SNMP_PRIVACY": "kanarie-privacy",
}  # fmt: skip
"""What the school's boards and printers need."""
KEY = b"k" * 32
IOS, CX, PROCURVE = SWITCHES["cisco_ios"], SWITCHES["aruba_aoscx"], SWITCHES["hp_procurve"]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace, its vault's password in a file, and nobody at the terminal."""
    root = make_workspace(tmp_path / "ws")
    password = tmp_path / "password"
    password.write_text("vault-passw0rd\n")
    monkeypatch.setenv("CAMPUSCTL_VAULT_PASSWORD_FILE", str(password))
    monkeypatch.chdir(root)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    return root


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs one command line; exit code, stdout, stderr."""

    def run(*arguments: str, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        capsys.readouterr()
        code = call(list(arguments))
        said = capsys.readouterr()
        assert "kanarie" not in said.out + said.err
        return int(code), said.out, said.err

    return run


def test_a_new_workspace_gets_its_secrets(run: Run, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Missing ones are listed, set, and then there; what nobody needs is listed as such."""
    code, out, _ = run("secrets", "list", SCHOOL)
    assert code == 4
    assert out.splitlines() == [
        "  secret                from     needed by   can be checked on",
        "  board/pin             MISSING  4 boards    none",
        "  pc/lehrer             MISSING  2 PCs       none",
        "  printer/admin         MISSING  1 printer   none",
        "  printer/snmp-auth     MISSING  1 printer   none",
        "  printer/snmp-privacy  MISSING  1 printer   none",
        "  snmp/ro               MISSING  3 switches  3 switches",
        "  switch/login          MISSING  3 switches  3 switches",
        "7 secrets missing or of no use.",
    ]
    assert run("secrets", "set", "snmp/ro", "--stdin", stdin=f"{RO}\n")[:2] == (
        0, "snmp/ro is set in inventory/vault.yml, which is new\n",
    )  # fmt: skip
    assert run("secrets", "set", "unused/one", "--stdin", stdin=f"{RO}\r\n") == (
        0, "unused/one is set in inventory/vault.yml\n", "",
    )  # fmt: skip
    monkeypatch.setenv("CAMPUSCTL_SECRET_SWITCH_LOGIN", f"{LOGIN}?")
    code, out, _ = run("secrets", "list")
    assert code == 4
    assert "env (has a control character or a question mark in it)" in out
    assert re.search(r"^  unused/one +vault ", out, re.MULTILINE)
    assert " none" in out
    monkeypatch.setenv("CAMPUSCTL_SECRET_SWITCH_LOGIN", LOGIN)
    monkeypatch.setenv("CAMPUSCTL_SECRET_PC_LEHRER", LOGIN)
    for name, value in OTHERS.items():
        monkeypatch.setenv(name, value)
    code, out, _ = run("secrets", "list", SCHOOL, "--json")
    assert code == 0
    rows = {row["ref"]: row for row in json.loads(out)}
    assert {ref: (row["source"], row["usable"]) for ref, row in rows.items()} == {
        "board/pin": ("env", True), "pc/lehrer": ("env", True), "printer/admin": ("env", True),
        "printer/snmp-auth": ("env", True), "printer/snmp-privacy": ("env", True),
        "snmp/ro": ("vault", True), "switch/login": ("env", True),
    }  # fmt: skip
    told = {use["device"]: use["unchecked"] for use in rows["switch/login"]["uses"] if use["path"] != "login"}
    assert told == {PROCURVE: "", IOS: "", CX: "AOS-CX shows ciphertext of a key of its own"}


def test_the_list_names_every_switch_and_setting(run: Run) -> None:
    """With -v, in lines of 80 columns."""
    _, out, _ = run("secrets", "list", SCHOOL, "-v")
    assert f"  {CX}   user campus secret" in out
    assert "no: AOS-CX shows ciphertext of a key of its own" in out
    assert [line for line in out.splitlines() if len(line) > 100] == []
    _, out, _ = run("secrets", "list", SCHOOL)
    assert [line for line in out.splitlines() if len(line) > 80] == []


@pytest.mark.parametrize(
    ("arguments", "stdin", "code", "told"),
    [
        (("snmp/ro", "--stdin"), "", 1, "the value for 'snmp/ro' is empty; nothing was written"),
        (("snmp/ro", "--stdin"), "a\nkanarie\n", 1, "stdin has more than one line; nothing was written"),
        (("snmp/ro", "--stdin"), "kanarie?\n", 1, "has a control character or a question mark"),
        (("snmp/ro",), "kanarie\nkanarie\n", 1, "hint: --stdin reads the value from stdin"),
        (("../x", "--stdin"), "kanarie\n", 1, "is not a secret's reference"),
        (("snmp/ro", "kanarie"), "", 2, "a value has no place on a command line"),
        ((), "", 2, "Missing argument 'REF'"),
    ],
)
def test_what_cannot_be_set_is_refused(run: Run, arguments: tuple[str, ...], stdin: str, code: int, told: str) -> None:
    """And makes no vault."""
    found, _, err = run("secrets", "set", *arguments, stdin=stdin)
    assert (found, told in err) == (code, True), err
    assert not Path("inventory/vault.yml").exists()


def test_a_wrong_configuration_is_told_before_anything_is_written(run: Run) -> None:
    """By every command that needs a source."""
    Path("inventory/secrets.yml").write_text("order: [env, valt]\n")
    for arguments in (("set", "snmp/ro", "--stdin"), ("list",), ("rotate-check", SCHOOL)):
        code, _, err = run("secrets", *arguments, stdin="x\n")
        assert code == 1
        assert err.startswith("error: inventory/secrets.yml:1: order.1: `valt` is none of 'env', 'vault' or 'command'")
    assert not Path("inventory/vault.yml").exists()


def test_a_source_before_the_vault_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else somebody sets a secret and wonders."""
    monkeypatch.setenv("CAMPUSCTL_SECRET_SNMP_RO", RO)
    code, _, err = run("secrets", "set", "snmp/ro", "--stdin", stdin="other\n")
    assert code == 0
    assert err == "note: the source env (CAMPUSCTL_SECRET_SNMP_RO) has it too and goes before the vault\n"


@pytest.mark.parametrize("span", ["", "1", "d", "-1d", "1.5y", "12x", "9999999d", "1 y"])
def test_what_is_no_span_is_said_so(run: Run, span: str) -> None:
    """With an example."""
    code, _, err = run("secrets", "rotate-check", SCHOOL, "--older-than", span)
    assert code == 2
    assert "is no time span; such as 365d, 52w, 12m or 1y" in err.replace("\n", " ")


def test_no_option_of_any_command_takes_a_secret() -> None:
    """An argument can be seen by every user of the machine, and stays in the shell's history."""

    def options(group: click.Group) -> Iterator[click.Option]:
        context = click.Context(group)
        for name in group.list_commands(context):
            found = group.get_command(context, name)
            if isinstance(found, click.Group):
                yield from options(found)
            elif found:
                yield from (each for each in found.params if isinstance(each, click.Option))

    words = ("password", "secret", "passphrase", "token", "community", "credential")
    taking = {
        text for option in options(main) for text in option.opts
        if any(word in text for word in words)
        and not option.is_flag and not isinstance(option.type, click.Choice | click.Path)
    }  # fmt: skip
    assert taking == set()


@dataclass
class Entry:
    """What a history remembers of a secret that was set."""

    device: str
    path: tuple[str, ...]
    ref: str
    fingerprint: str
    at: datetime


class Remembered:
    """A history that remembers what it is told."""

    def __init__(self, *entries: Entry) -> None:
        self.entries = entries

    def secrets_set(self, device: str | None = None, ref: str | None = None) -> Iterable[Entry]:
        """What it was told."""
        return self.entries


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[SmallLab, ChainSource]]:
    """The three switches up, with secrets of a workspace on them."""
    root = make_workspace(tmp_path_factory.mktemp("rotation") / "ws")
    known = {**OTHERS, "CAMPUSCTL_SECRET_SNMP_RO": RO, "CAMPUSCTL_SECRET_SWITCH_LOGIN": LOGIN}
    source = ChainSource(EnvSource(known))
    from campusctl.lab import fleet  # noqa: PLC0415 - beside its use

    with ExitStack() as stack:
        spec = fleet.build_spec(root, [SCHOOL], secrets=source)
        yield stack.enter_context(lab_up(root, spec, timeout_s=6.0)), source


def verdicts(desk: Desk, **options: object) -> dict[tuple[str, str], tuple[str, bool]]:
    """What is said of each switch and setting."""
    report = check_rotation(desk, [SCHOOL], lambda _event: None, lambda _count: None, **options)
    assert report.faults == ()
    assert "kanarie" not in report.model_dump_json()
    return {(check.device, check.path): (check.verdict.value, check.old) for check in report.checks}


def with_secrets(school: tuple[SmallLab, ChainSource], **values: str) -> Desk:
    """A desk whose secrets are other ones; the log-in still works."""
    environ = {f"CAMPUSCTL_SECRET_{name.upper()}": value for name, value in values.items()}
    return replace(school[0].desk, secrets=ChainSource(EnvSource(environ)), key=KEY)


def test_switches_are_compared_with_the_values_at_hand(school: tuple[SmallLab, ChainSource]) -> None:
    """The same; another community is missing; what AOS-CX encrypts cannot be checked."""
    found = verdicts(with_secrets(school, snmp_ro=RO, switch_login=LOGIN))
    assert found.pop((CX, "user / campus / secret")) == ("unchecked", False)
    assert set(found.values()) == {("same", False)}
    assert {device for device, path in found if path == "login"} == set(SWITCHES.values())
    found = verdicts(with_secrets(school, snmp_ro="kanarie-neu", switch_login=LOGIN))
    changed = {place: verdict for place, (verdict, _) in found.items() if "snmp" in place[1]}
    assert changed.pop((CX, "snmp / host / 10.255.0.15 / trap version v2c")) == "different"
    assert set(changed.values()) == {"missing"}
    assert found[IOS, "user / campus / secret"] == ("same", False)


def test_what_was_set_when_settles_what_cannot_be_checked(school: tuple[SmallLab, ChainSource]) -> None:
    """The value set last, another one, or one that is too old."""
    now = datetime.now(UTC)
    desk = with_secrets(school, snmp_ro=RO, switch_login=LOGIN)
    path = "user / campus / secret"

    def entry(device: str, value: str, days: int) -> Entry:
        at = now - timedelta(days=days)
        return Entry(device, ("user", "campus", "secret"), "switch/login", fingerprint(value, KEY), at)

    memory = Remembered(entry(CX, LOGIN, 10), entry(CX, "kanarie-before", 20), entry(IOS, "kanarie-before", 400))
    found = verdicts(desk, memory=memory, older_than=timedelta(days=365))
    assert found[CX, path] == ("unchecked", False)
    # What the switch itself says counts more than what is remembered, but age is age.
    assert found[IOS, path] == ("same", True)
    assert verdicts(desk, memory=memory)[IOS, path] == ("same", False)
    memory = Remembered(entry(CX, "kanarie-before", 10))
    assert verdicts(desk, memory=memory)[CX, path] == (Verdict.OUTDATED.value, False)


def test_a_switch_that_cannot_be_read_is_a_fault(school: tuple[SmallLab, ChainSource]) -> None:
    """The others are checked; a wrong password is the log-in's fault."""
    desk = with_secrets(school, snmp_ro=RO, switch_login="kanarie-wrong")
    report = check_rotation(desk, [SCHOOL], lambda _event: None, lambda _count: None)
    assert report.checks == ()
    assert {fault.kind for fault in report.faults} == {FaultKind.AUTH}
    assert "kanarie" not in report.model_dump_json()
    assert SessionError(FaultKind.AUTH, "x").hint in {fault.hint for fault in report.faults}


def test_what_an_apply_has_set_can_be_remembered(school: tuple[SmallLab, ChainSource]) -> None:
    """Each reference with its setting, as the check looks them up; no value among it."""
    desk = with_secrets(school, snmp_ro="kanarie-neu", switch_login=LOGIN)
    with workflow.running(desk, RunKind.PLAN, [SCHOOL]) as run:
        plan = workflow.plan(run, [SCHOOL], workflow.EVERYTHING, lambda _event: None, lambda _count: None)
    places = set(verdicts(desk))
    values = {"snmp/ro": "kanarie-neu", "switch/login": LOGIN}
    for change in plan.changes:
        sent = list(secrets_sent(change.assessment.commands, values, KEY))
        assert {(ref, mark) for _, ref, mark in sent} == {("snmp/ro", fingerprint("kanarie-neu", KEY))}
        assert {(change.target.device, " / ".join(path)) for path, _, _ in sent} <= places
        assert "kanarie" not in repr(sent)


def test_rotate_check_from_the_command_line(
    school: tuple[SmallLab, ChainSource], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is due is listed and counted; JSON is one document; the exit code says it."""
    desk = with_secrets(school, snmp_ro="kanarie-neu", switch_login=LOGIN)
    monkeypatch.setattr(workflow, "open_desk", lambda _root, *, lab, ask=None: desk)
    code, out, _ = run("--lab", "secrets", "rotate-check", SCHOOL)
    assert code == 4
    assert "12 places with a secret: 5 as it should be, 1 cannot be checked, 6 due, none not readable." in out
    assert f"  {CX}   switch/login  user campus secret" in out
    code, out, _ = run("--lab", "secrets", "rotate-check", SCHOOL, "--json")
    assert (code, json.loads(out)["due"]) == (4, 6)
    desk = with_secrets(school, snmp_ro=RO, switch_login=LOGIN)
    assert run("--lab", "secrets", "rotate-check", SCHOOL, "--older-than", "1y")[0] == 0


def test_a_wrong_vault_password_or_file_is_told(run: Run, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By list and set alike; nothing is written."""
    run("secrets", "set", "snmp/ro", "--stdin", stdin=f"{RO}\n")
    vault = root / "inventory" / "vault.yml"
    before = vault.read_bytes()
    (root.parent / "password").write_text("kanarie-wrong\n")
    for arguments in (("secrets", "list"), ("secrets", "set", "a", "--stdin")):
        code, _, err = run(*arguments, stdin="x\n")
        assert code == 1
        assert "wrong vault password, or the file is damaged" in err
    assert vault.read_bytes() == before
    monkeypatch.delenv("CAMPUSCTL_VAULT_PASSWORD_FILE")
    assert "set CAMPUSCTL_VAULT_PASSWORD_FILE" in run("secrets", "list")[2]


def test_a_person_is_asked_twice_and_sees_nothing(root: Path) -> None:
    """At a real terminal: two different words are asked again, and no word is shown."""
    import os  # noqa: PLC0415 - a terminal of its own
    import pty  # noqa: PLC0415 - likewise
    import subprocess  # noqa: PLC0415 - likewise

    ours, theirs = pty.openpty()
    command = [str(Path(sys.executable).parent / "campusctl"), "secrets", "set", "snmp/ro"]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=root, close_fds=True) as child:
        os.close(theirs)
        said = b""
        for word in (b"kanarie-1", b"kanarie-2", b"kanarie-3", b"kanarie-3"):
            mark = len(said)
            while not said[mark:].rstrip().endswith(b":"):
                said += os.read(ours, 1000)
            os.write(ours, word + b"\n")
        while True:
            try:
                more = os.read(ours, 1000)
            except OSError:
                break
            said += more
        assert child.wait(20) == 0
    os.close(ours)
    assert b"kanarie" not in said
    assert said.count(b"Value of snmp/ro") == 2
    source = VaultSource(root / "inventory" / "vault.yml", lambda: b"vault-passw0rd")
    assert source.find(("snmp/ro",)) == {"snmp/ro": "kanarie-3"}
