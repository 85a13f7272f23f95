"""`campusctl plan`, `apply` and `drift`, from the command line to simulated switches behind real SSH."""

import io
import json
import re
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from small_lab import SCHOOL, SWITCHES, Prompt, SmallLab, lab_up, make_workspace, record_lines, school_spec

from campusctl import workflow
from campusctl.cli.main import call
from campusctl.engine import planner

CORE = SWITCHES["hp_procurve"]


class Terminal(io.StringIO):
    """Somebody who types."""

    def isatty(self) -> bool:
        """They are there."""
        return True


@dataclass
class Shell(Prompt):
    """A prompt in the workspace's folder, with the lab up."""

    @property
    def city(self) -> Path:
        """The city's file."""
        return self.lab.root / "inventory" / "city.yml"


@pytest.fixture
def shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., Shell]]:
    """Brings the lab up with these options and gives a prompt."""
    root = make_workspace(tmp_path / "ws")
    monkeypatch.chdir(root)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    with ExitStack() as stack:

        def up(**options: object) -> Shell:
            spec = school_spec(root, **({"drift": True} | options))
            lab = stack.enter_context(lab_up(root, spec, timeout_s=6.0))
            monkeypatch.setattr(workflow, "open_desk", lambda _root, *, lab, ask=None: _desk(stack_lab, lab=lab))
            stack_lab = lab
            return Shell(lab, capsys)

        yield up


def _desk(lab_in_use: SmallLab, *, lab: bool) -> workflow.Desk:
    assert lab, "a test must not talk to real switches"
    return lab_in_use.desk


def test_the_whole_walk(shell: Callable[..., Shell]) -> None:
    """Validate, drift, plan, apply, drift: each says what it did, and the end is clean."""
    here = shell()
    assert call(["validate"]) == 0
    code, out, _ = here.run("drift", SCHOOL)
    assert code == 4
    for name in here.lab.names:
        assert re.search(rf"(?m)^{name}: drift  \d+ settings differ$", out)
    assert "3 switches: 0 as the inventory says, 3 differ, 0 not readable." in out
    code, out, _ = here.run("plan", SCHOOL)
    assert code == 0
    assert out.count("VLAN 998: remove") == 3
    assert out.count("description: TEST → ") == 3
    assert out.count("syslog server 10.9.9.9: remove") == 3
    assert "3 switches read; 3 to change" in out
    code, out, _ = here.run("apply", SCHOOL, "--yes")
    assert code == 0, out
    assert out.count("read back, saved, startup = running") == 3
    assert "3 of 3 switches done." in out
    code, out, _ = here.run("drift", SCHOOL)
    assert code == 0
    assert "3 switches: 3 as the inventory says, 0 differ, 0 not readable." in out


def test_drift_finds_exactly_what_was_entered_and_writes_nothing(shell: Callable[..., Shell]) -> None:
    """Three changes by hand, three lines under each switch."""
    here = shell()
    before = here.lab.texts()
    code, out, _ = here.run("drift", SCHOOL, "-v")
    assert code == 4
    parts = re.split(r"(?m)^s007\S+: drift.*\n", out)[1:]
    assert len(parts) == 3
    for part in parts:
        found = [line for line in part.splitlines() if re.match(r"  [-+~] ", line)]
        assert len(found) == 3, part
    assert here.lab.texts() == before


def test_a_second_apply_sends_nothing(shell: Callable[..., Shell]) -> None:
    """What is right is left alone, and nobody is asked."""
    here = shell(drift=False)
    lines = {name: record_lines(here.lab.thread, name) for name in here.lab.names}
    code, out, _ = here.run("apply", SCHOOL)
    assert code == 0
    assert "3 switches read; nothing to change." in out
    for name in here.lab.names:
        assert not [line for line in lines[name] if line.startswith(("conf", "wr"))]


def test_an_expired_exception_is_a_finding(shell: Callable[..., Shell]) -> None:
    """It stays in force, is told with file and line, and the exit code says that something is to be done."""
    here = shell(drift=False)
    school = here.city.parent / "schools" / SCHOOL / "school.yml"
    exception = (
        "{path: ntp.servers, value: [10.255.0.11, 10.255.0.12], reason: old router, owner: netz, until: 2020-01-31}"
    )
    school.write_text(f"{school.read_text()}exceptions:\n  - {exception}\n")
    code, out, _ = here.run("drift", SCHOOL)
    assert code == 4
    assert "the exception ended on 2020-01-31" in out
    assert re.search(rf"inventory/schools/{SCHOOL}/school\.yml:\d+: ", out)
    assert "3 as the inventory says, 0 differ" in out


def test_exit_codes(shell: Callable[..., Shell]) -> None:
    """0, 3 and 4 mean the same in every command; a fault counts more than drift."""
    here = shell(faults=[f"{CORE}:dead"])
    assert here.run("drift", SCHOOL)[0] == 3
    assert here.run("plan", SCHOOL)[0] == 3
    names = [name for name in here.lab.names if name != CORE]
    assert here.run("drift", SCHOOL, "--device", names[0])[0] == 4
    assert here.run("plan", SCHOOL, "--device", names[0])[0] == 0
    assert here.run("plan", SCHOOL, "--device", names[0], "--exit-code")[0] == 4
    code, out, _ = here.run("apply", SCHOOL, "--yes")
    assert code == 3
    assert f"{CORE}: unreachable: " in out
    assert "hint: " in out
    assert "2 of 2 switches done." in out
    assert here.run("drift", SCHOOL, "--device", names[0])[0] == 0
    assert here.run("plan", SCHOOL, "--device", names[0], "--exit-code")[0] == 0


def test_json_parses_and_holds_no_secret(shell: Callable[..., Shell]) -> None:
    """Of all three commands; stdout is one document and nothing else."""
    here = shell()
    secrets = here.lab.secrets()
    assert len(secrets) >= 2
    said = {}
    for name, arguments in {
        "drift": ("drift", SCHOOL, "--json"),
        "plan": ("plan", SCHOOL, "--json"),
        "apply": ("apply", SCHOOL, "--yes", "--json"),
    }.items():
        _, out, err = here.run(*arguments)
        said[name] = json.loads(out)
        assert not [secret for secret in secrets if secret in out + err]
    assert len(said["drift"]["assessments"]) == 3
    assert [change["target"]["device"] for change in said["plan"]["changes"]] == list(here.lab.names)
    assert {outcome["kind"] for outcome in said["apply"]["outcomes"]} == {"ok"}


def test_a_pipe_gets_no_escape_codes_and_narrow_lines(shell: Callable[..., Shell]) -> None:
    """Neither colours nor a progress bar where nobody looks."""
    here = shell()
    for arguments in (("drift", SCHOOL, "-v"), ("plan", SCHOOL, "--commands"), ("apply", SCHOOL, "--yes")):
        _, out, err = here.run(*arguments)
        assert "\x1b" not in out + err
        assert not [line for line in out.splitlines() if len(line) > 100]
    _, out, _ = here.run("drift", SCHOOL)
    assert not [line for line in out.splitlines() if len(line) > 80]


def test_apply_asks_and_no_changes_nothing(shell: Callable[..., Shell], monkeypatch: pytest.MonkeyPatch) -> None:
    """The plan is shown first; the question says how many."""
    here = shell()
    before = here.lab.texts()
    monkeypatch.setattr(sys, "stdin", Terminal("n\n"))
    code, out, err = here.run("apply", SCHOOL)
    assert code == 1
    assert "VLAN 998: remove" in out
    assert "Apply this to 3 switches?" in err
    assert "nothing was changed" in err
    assert here.lab.texts() == before


def test_apply_asks_and_yes_does_it(shell: Callable[..., Shell], monkeypatch: pytest.MonkeyPatch) -> None:
    """As if --yes had been said."""
    here = shell()
    monkeypatch.setattr(sys, "stdin", Terminal("y\n"))
    code, out, _ = here.run("apply", SCHOOL)
    assert code == 0
    assert "3 of 3 switches done." in out


def test_apply_without_anybody_to_ask_changes_nothing(shell: Callable[..., Shell]) -> None:
    """A script must say --yes."""
    here = shell()
    before = here.lab.texts()
    code, _, err = here.run("apply", SCHOOL)
    assert code == 1
    assert "nobody is there to ask" in err
    assert "--yes" in err
    assert here.lab.texts() == before


@pytest.fixture
def saved(shell: Callable[..., Shell], tmp_path: Path) -> tuple[Shell, Path]:
    """A prompt and a saved plan."""
    here, file = shell(), tmp_path / "p.json"
    assert here.run("plan", SCHOOL, "--out", str(file))[0] == 0
    return here, file


def _refused(here: Shell, file: Path, words: str) -> None:
    """The plan is not applied, for that reason; nothing changes."""
    before = here.lab.texts()
    code, _, err = here.run("apply", "--plan", str(file), "--yes")
    assert code == 1
    assert words in err
    assert "Traceback" not in err
    assert here.lab.texts() == before


def test_a_saved_plan_applies_exactly_once(saved: tuple[Shell, Path]) -> None:
    """The second time, every switch has moved."""
    here, file = saved
    code, out, _ = here.run("apply", "--plan", str(file), "--yes")
    assert code == 0
    assert "3 of 3 switches done." in out
    before = here.lab.texts()
    code, out, _ = here.run("apply", "--plan", str(file), "--yes")
    assert code == 3
    assert out.count(": moved: the switch has changed since the plan was made") == 2
    # A switch that moved may use the VLAN that the core would give up.
    assert f"{CORE}: held: " in out
    assert "0 of 3 switches done." in out
    assert here.lab.texts() == before


def test_a_saved_plan_holds_no_secret_and_is_ours_alone(saved: tuple[Shell, Path]) -> None:
    """Mode 0600, and no secret of the lab in it."""
    here, file = saved
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    text = file.read_text()
    assert "998" in text
    assert not [secret for secret in here.lab.secrets() if secret in text]


def test_a_saved_plan_is_refused_for_the_switch_that_moved(saved: tuple[Shell, Path]) -> None:
    """Somebody else was there; the other switches are done."""
    here, file = saved
    here.lab.thread.station(CORE).enter(("configure terminal", "vlan 997", "end"))
    before = here.lab.texts()[CORE]
    code, out, _ = here.run("apply", "--plan", str(file), "--yes")
    assert code == 3
    assert f"{CORE}: moved: " in out
    assert "2 of 3 switches done." in out
    assert here.lab.texts()[CORE] == before


def test_a_saved_plan_is_refused_when_the_inventory_moved(saved: tuple[Shell, Path]) -> None:
    """Even if it means the same."""
    here, file = saved
    here.city.write_text(here.city.read_text() + "\n# later\n")
    _refused(here, file, "the inventory has changed")


def test_a_saved_plan_is_refused_when_a_template_moved(saved: tuple[Shell, Path]) -> None:
    """Any template counts."""
    here, file = saved
    template = here.lab.root / "templates" / "switch" / "hp_procurve" / "names.j2"
    if not template.exists():
        template = next((here.lab.root / "templates" / "switch" / "hp_procurve").glob("*.j2"))
    template.write_text(template.read_text() + "{# later #}\n")
    _refused(here, file, "a template or playbook has changed")


def test_a_saved_plan_is_refused_by_another_version(saved: tuple[Shell, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """Its translator might say something else."""
    monkeypatch.setattr(planner, "__version__", "99.0")
    _refused(*saved, "this is 99.0")


def test_a_saved_plan_expires(shell: Callable[..., Shell], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After its lifetime nobody remembers what it meant."""
    monkeypatch.setattr(planner, "LIFETIME", -planner.LIFETIME)
    here, file = shell(), tmp_path / "p.json"
    assert here.run("plan", SCHOOL, "--out", str(file))[0] == 0
    _refused(here, file, "expired")


@pytest.mark.parametrize("change", ["no vlan 998", "10.9.9.9", SCHOOL])
def test_a_saved_plan_that_was_edited_is_refused(saved: tuple[Shell, Path], change: str) -> None:
    """The seal covers every byte that means something."""
    here, file = saved
    assert change in file.read_text()
    file.write_text(file.read_text().replace(change, change + "1"))
    _refused(here, file, "changed after it was made")


@pytest.mark.parametrize(
    "content", [b"", b"{", b"null", b"[]", b'{"plan": {}}', b"\xff\xfe", b"[" * 100_000, b'{"plan": {}, "seal": 5}']
)
def test_what_is_no_plan_is_refused(saved: tuple[Shell, Path], content: bytes) -> None:
    """Whatever the file holds."""
    here, file = saved
    file.write_bytes(content)
    _refused(here, file, str(file))


def test_a_truncated_plan_is_refused(saved: tuple[Shell, Path]) -> None:
    """A copy that broke off."""
    here, file = saved
    file.write_bytes(file.read_bytes()[:-200])
    _refused(here, file, "not a saved plan")


def test_a_plan_of_another_workspace_is_refused(saved: tuple[Shell, Path]) -> None:
    """Sealed with another key."""
    here, file = saved
    body = json.loads(file.read_text())["plan"]
    plan = planner.parse_plan(file.read_bytes(), here.lab.desk.key, "p")
    file.write_text(planner.dump_plan(plan, b"x" * 32))
    assert json.loads(file.read_text())["plan"] == body
    _refused(here, file, "comes from another workspace")


def test_a_plan_for_the_lab_is_no_plan_for_real_switches(saved: tuple[Shell, Path]) -> None:
    """And the reverse: the switches named in it are others."""
    here, file = saved
    plan = planner.parse_plan(file.read_bytes(), here.lab.desk.key, "p")
    changes = [
        change.model_copy(
            update={
                "target": change.target.model_copy(
                    update={"login": change.target.login.model_copy(update={"known_hosts": "/ws/known_hosts"})}
                )
            }
        )
        for change in plan.changes
    ]
    file.write_text(planner.dump_plan(plan.model_copy(update={"changes": tuple(changes)}), here.lab.desk.key))
    _refused(here, file, "made for other devices")


def test_a_missing_plan_file_is_said_in_words(saved: tuple[Shell, Path]) -> None:
    """No traceback."""
    here, _ = saved
    code, _, err = here.run("apply", "--plan", "nowhere.json", "--yes")
    assert code == 1
    assert "nowhere.json" in err


@pytest.mark.parametrize(
    "arguments",
    [
        ("apply",),
        ("apply", SCHOOL, "--plan", "p.json"),
        ("apply", "--plan", "p.json", "--device", CORE),
        ("apply", SCHOOL, "--json"),
        ("plan",),
        ("drift",),
        ("drift", "--all", SCHOOL),
    ],
)
def test_usage(shell: Callable[..., Shell], arguments: tuple[str, ...]) -> None:
    """What makes no sense is refused before anything is read."""
    assert shell().run(*arguments)[0] == 2


def test_a_mistyped_name_is_answered_with_the_right_one(shell: Callable[..., Shell]) -> None:
    """Schools and devices."""
    here = shell()
    code, _, err = here.run("drift", "schule-070")
    assert (code, SCHOOL in err) == (1, True)
    code, _, err = here.run("plan", SCHOOL, "--device", "s007-v1-sw1")
    assert (code, CORE in err) == (1, True)
    code, _, err = here.run("plan", SCHOOL, "--device", "s007-r1-ap01")
    assert code == 1
    assert "nothing brings s007-r1-ap01 to standard" in err


def test_no_file_of_the_workspace_holds_a_secret(saved: tuple[Shell, Path]) -> None:
    """Only the lab's seed, from which they are made."""
    here, file = saved
    here.run("apply", "--plan", str(file), "--yes")
    secrets = [secret.encode() for secret in here.lab.secrets()]
    for path in here.lab.root.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not [secret for secret in secrets if secret in content], path


def test_what_is_refused_is_named_and_counts_as_not_done(shell: Callable[..., Shell]) -> None:
    """A new gateway that no revert covers: the rest is done, exit 4 says that something is left."""
    here = shell()
    text = here.city.read_text().replace("  revert: timer", "  revert: none")
    text, count = re.subn(r'(3: +\{.*subnet: "10\.\{site\}\.3\.0/24")\}', r'\1, gateway: "10.{site}.3.254"}', text)
    assert count == 1
    here.city.write_text(text)
    before = {name: texts[0].count("10.7.3.1\n") for name, texts in here.lab.texts().items()}
    code, out, _ = here.run("apply", SCHOOL, "--yes")
    assert code == 4
    assert out.count("touches the management path") >= 3
    assert out.count("10.7.3.254") >= 3
    assert "3 of 3 switches done." in out
    assert "TEST" not in "".join(texts[0] for texts in here.lab.texts().values())
    assert {name: texts[0].count("10.7.3.1\n") for name, texts in here.lab.texts().items()} == before
    assert here.run("drift", SCHOOL)[0] == 4
    assert here.run("plan", SCHOOL, "--exit-code")[0] == 4
    code, out, _ = here.run("apply", SCHOOL, "--yes")
    assert (code, "nothing to change" in out) == (4, True)
