"""`campusctl history` and `campusctl claim`, from the command line."""

import io
import json
import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from campusctl.cli.main import call
from campusctl.history.store import open_store
from campusctl.model.outcome import Fault, FaultKind, Outcome, OutcomeKind
from campusctl.model.plan import Assessment, EditView
from campusctl.model.run import RunInfo, RunKind, RunState, Step, StepKind

Run = Callable[..., tuple[int, str, str]]
AT = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)


class Terminal(io.StringIO):
    """Somebody who types."""

    def isatty(self) -> bool:
        """They are there."""
        return True


@pytest.fixture
def campus(musterstadt: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """A prompt in a workspace."""
    monkeypatch.chdir(musterstadt)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    monkeypatch.delenv("CAMPUSCTL_DATABASE_URL", raising=False)

    def run(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = call(list(arguments))
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def remember(root: Path, run_id: str = "0a1b2c3d", *, reason: str = "", ended: bool = True) -> None:
    """A run over two schools that changed one switch and missed another."""
    edit = EditView(path=("port", "1", "description"), before="alt", after="neu")
    seen = Assessment(device="s042-a1-sw01", school="schule-042", dialect="cisco_ios", edits=(edit,))
    dead = Fault(device="s007-v1-sw01", kind=FaultKind.UNREACHABLE, what="no answer \x1b[2J")
    with open_store(root, {}) as store:
        store.begin_run(
            RunInfo(
                id=run_id, kind=RunKind.APPLY, started=AT, user="meier", host="desk-7", pid=4711, reason=reason,
                command="apply schule-042 schule-007", schools=("schule-042", "schule-007"), tool_version="0.3",
            )
        )  # fmt: skip
        store.add_results(run_id, [seen, dead], {"s007-v1-sw01": "schule-007"})
        store.step(run_id, Step(device="s042-a1-sw01", kind=StepKind.BEGIN, text="hostname alt"))
        text = "interface 1\nsnmp-server community <<secret:snmp/ro>>"
        store.step(run_id, Step(device="s042-a1-sw01", kind=StepKind.SEND, first=1, last=2, total=2, text=text))
        if ended:
            store.outcome(run_id, Outcome(device="s042-a1-sw01", kind=OutcomeKind.OK, sent=2, edits=1, saved=True))
            store.finish_run(run_id, RunState.FAILED, 3, "one switch is off")


def test_runs_are_listed_by_school_and_device(campus: Run, musterstadt: Path) -> None:
    """`list` may be left out; a short name of a school will do."""
    assert campus("history") == (0, "", "no runs\n")
    remember(musterstadt)
    line = "0a1b2c3d  2026-11-26 09:00  meier  apply  schule-007 +1  failed\n"
    head = "run       started           who    what   school         how it ended\n"
    for words in (("schule-042",), ("s042",), ("s042-a1-sw01",), ("s007-v1-sw01",), (), ("--limit", "5")):
        assert campus("history", *words) == (0, head + line, "")
        assert campus("history", "list", *words) == (0, head + line, "")
    for words in ("schule-101", "s042-a2-sw01"):
        assert campus("history", words) == (0, "", "no runs\n")
    code, out, _ = campus("history", "schule-042", "--json")
    assert code == 0
    assert json.loads(out)[0]["info"]["id"] == "0a1b2c3d"


def test_a_name_that_nobody_knows_is_guessed(campus: Run, musterstadt: Path) -> None:
    """A school, a device, a command of the group, a run."""
    remember(musterstadt)
    for words, hint in {
        ("schule-043",): "did you mean schule-042",
        ("s042-a1-sw02x",): "did you mean s042-a1-sw01",
        ("verfy",): "did you mean verify?",
        ("show", "0a1b2c3e"): "did you mean 0a1b2c3d?",
        ("\x1b[2J",): "`campusctl history` lists every run",
    }.items():
        code, out, err = campus("history", *words)
        assert (code, out) == (1, "")
        assert hint in err
        assert "\x1b" not in err


def test_a_run_is_shown_with_its_devices(campus: Run, musterstadt: Path) -> None:
    """What others typed or devices said moves no cursor; secrets are masked."""
    remember(musterstadt, reason="Störung \x07")
    code, out, err = campus("history", "show", "0a1b")
    assert (code, err) == (0, "")
    assert re.sub(r"ended    .*", "ended    …", out) == (
        "0a1b2c3d  apply  failed\n"
        "  who      meier on desk-7, process 4711\n"
        "  began    2026-11-26 09:00\n"
        "  ended    …\n"
        "  note     one switch is off\n"
        "  command  campusctl apply schule-042 schule-007\n"
        "  schools  schule-007 schule-042\n"
        "  reason   Störung \\x07\n"
        "  tool     0.3\n"
        "s007-v1-sw01: failed\n"
        "  unreachable: no answer \\x1b[2J\n"
        "s042-a1-sw01: done  1 setting, 2 commands, saved\n"
        "1 done, 1 failed.\n"
    )
    code, out, _ = campus("history", "show", "0a1b", "-v")
    assert "  ~ port 1, description: alt → neu\n" in out
    assert re.search(r"(?m)^  \d\d:\d\d:\d\d send 1-2 of 2\n {11}interface 1\n {11}snmp-server community \*{8}$", out)
    code, out, _ = campus("history", "show", "0a1b", "--json")
    assert json.loads(out)["devices"][1]["outcome"]["saved"] is True


def test_a_killed_run_says_what_to_do(campus: Run, musterstadt: Path) -> None:
    """Its device is begun, and nobody knows how it ended."""
    remember(musterstadt, ended=False)
    assert "KILLED" in campus("history")[1]
    code, out, err = campus("history", "show", "0a1b")
    assert code == 0
    assert "s042-a1-sw01: begun, end unknown" in out
    assert err == "hint: campusctl resume 0a1b2c3d or campusctl revert 0a1b2c3d\n"


def test_everything_fits_in_eighty_columns(campus: Run, musterstadt: Path) -> None:
    """However long names are."""
    with open_store(musterstadt, {}) as store:
        store.begin_run(
            RunInfo(
                id="ffffffff", kind=RunKind.RESTORE, started=AT, user="x" * 60, host="h" * 60, pid=1, command="c" * 300,
                schools=tuple(f"schule-{'ä' * 20}-{number}" for number in range(155)), tool_version="0.3",
            )
        )  # fmt: skip
        store.audit("x" * 60, "h" * 60, "a" * 60, "s" * 60, {})
    for words in (("history",), ("history", "audit")):
        assert max(map(len, campus(*words)[1].splitlines())) <= 80


def test_tampering_is_told_with_exit_code_1(campus: Run, musterstadt: Path) -> None:
    """Each entry is named by its number."""
    remember(musterstadt)
    code, out, _ = campus("history", "verify")
    assert code == 0
    assert re.fullmatch(
        r"entries 1-3; 1 run compared\ndigest of entry 3: [0-9a-f]{64}\nThe audit trail is whole\.\n", out
    )
    with open_store(musterstadt, {}) as store:
        store._database.write(lambda connection: connection.exec_driver_sql("DROP TRIGGER audit_no_update"))
        store._database.write(lambda connection: connection.exec_driver_sql("UPDATE audit SET actor='x' WHERE seq=2"))
    code, out, _ = campus("history", "verify")
    assert code == 1
    assert out == (
        "entry 2 was changed: its digest does not fit what it says\nThe audit trail is NOT whole: 1 problem.\n"
    )
    assert json.loads(campus("history", "verify", "--json")[1])["problems"][0]["number"] == 2


def test_the_audit_trail_is_listed(campus: Run, musterstadt: Path) -> None:
    """Oldest first."""
    remember(musterstadt)
    lines = campus("history", "audit")[1].splitlines()
    assert [line.split()[0] for line in lines] == ["entry", "1", "2", "3"]
    assert re.search(r"meier +run\.finish +0a1b2c3d$", lines[3])
    assert len(json.loads(campus("history", "audit", "--json", "--limit", "2")[1])) == 2


def test_pruning_asks_first(campus: Run, musterstadt: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a terminal it needs --yes; a no deletes nothing."""
    clock = lambda: AT - timedelta(days=500)  # noqa: E731 - one line
    with open_store(musterstadt, {}, clock) as store:
        store.begin_run(
            RunInfo(id="01d", kind=RunKind.DRIFT, started=clock(), user="m", host="h", pid=1, command="drift --all",
                    schools=("schule-042",), tool_version="0.1")
        )  # fmt: skip
        store.finish_run("01d", RunState.DONE, 0)
    remember(musterstadt)
    code, _, err = campus("history", "prune", "--older-than", "400d")
    assert code == 1
    assert "nobody is there to ask, so nothing was deleted\nhint: add --yes" in err
    monkeypatch.setattr(sys, "stdin", Terminal("n\n"))
    code, _, err = campus("history", "prune", "--older-than", "400d")
    assert code == 1
    assert "you did not agree, so nothing was deleted" in err
    assert "01d" in campus("history")[1]
    code, out, _ = campus("history", "prune", "--older-than", "400d", "--yes")
    assert (code, out) == (0, "deleted: 1 run, 0 findings, 1 audit entries\n")
    assert "01d" not in campus("history")[1]
    assert campus("history", "verify")[0] == 0
    for span in ("400", "0d", "later", "2h"):
        assert campus("history", "prune", "--older-than", span, "--yes")[0] == 2


def test_a_school_is_claimed_and_released(campus: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its id or short name; others are told who has it, and end it only with a reason."""
    monkeypatch.setenv("CAMPUSCTL_USER", "meier")
    code, out, _ = campus("claim", "s042", "--until", "2h", "--reason", "neuer Switch \x1b[2J")
    assert code == 0
    assert re.fullmatch(r"schule-042 is yours until \d{4}-\d\d-\d\d \d\d:\d\d\n", out)
    out = campus("claim")[1]
    assert re.fullmatch(r"schule-042: claimed by meier \(\S+\) until \S+ \S+\n  neuer Switch \\x1b\[2J\n", out)
    monkeypatch.setenv("CAMPUSCTL_USER", "schulz")
    code, _, err = campus("claim", "schule-042", "--until", "2h", "--reason", "ich")
    assert code == 1
    assert "schule-042 is already claimed by meier" in err
    assert campus("claim", "schule-042", "--release")[0] == 1
    code, out, _ = campus("claim", "schule-042", "--release", "--reason", "krank")
    assert code == 0
    assert out.startswith("schule-042 is free again; it was claimed by meier")
    assert campus("claim", "schule-042", "--release") == (0, "schule-042 was not claimed\n", "")
    assert campus("claim") == (0, "", "no school is claimed or locked\n")


def test_who_is_writing_is_listed_with_the_claims(campus: Run, musterstadt: Path) -> None:
    """A lock of a dead process says so; the token of a lock is nobody's business."""
    with open_store(musterstadt, {}) as store:
        store.acquire("schule-007", holder="meier", host="desk-7", pid=1, reason="apply", run_id="x", ttl=timedelta(0))
    out = campus("claim")[1]
    assert "schule-007: locked by meier on desk-7, process 1, since " in out
    assert "(its process is gone: the next run takes over)\n  apply\n" in out
    found = json.loads(campus("claim", "--json")[1])
    assert found["claims"] == []
    assert "token" not in found["locks"][0]


def test_a_claim_that_makes_no_sense_is_refused(campus: Run) -> None:
    """With a hint."""
    for words, code, hint in (
        (("schule-043", "--until", "2h", "--reason", "x"), 1, "did you mean schule-042"),
        (("schule-042",), 2, "say until when and why"),
        (("schule-042", "--until", "2h"), 2, "say until when and why"),
        (("schule-042", "--until", "2h", "--reason", " "), 2, "say until when and why"),
        (("schule-042", "--until", "bald", "--reason", "x"), 2, "is no time, such as 14:00"),
        (("schule-042", "--until", "2020-01-01T10:00", "--reason", "x"), 1, "past already"),
        (("schule-042", "--until", "2206-01-01", "--reason", "x"), 1, "is the year right?"),
        (("schule-042", "--until", "2h", "--release"), 2, "not both"),
        (("--release",), 2, "name a school"),
    ):
        found, out, err = campus("claim", *words)
        assert (found, out) == (code, ""), words
        assert hint in err
        assert "Traceback" not in err
