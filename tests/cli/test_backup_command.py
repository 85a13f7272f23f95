"""`campusctl backup`, from the command line to simulated switches behind real SSH."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from io import StringIO
from pathlib import Path

import pytest
from oxidized_repo import make
from small_lab import SCHOOL, SWITCHES, SmallLab, lab_up, make_workspace, school_spec, texts

from campusctl import workflow
from campusctl.backups.repository import Backups
from campusctl.cli.main import call
from campusctl.drivers.switch.driver import SwitchDriver
from campusctl.lab.spec import LabSpec
from campusctl.model.events import ignore
from campusctl.workflow.backups import Collector, keep

CORE = SWITCHES["hp_procurve"]
Run = Callable[..., tuple[int, str, str]]
Up = Callable[..., tuple[SmallLab, Run]]


CANARY = "Kanarienvogel77"
PLANT = ("configure terminal", f"snmp-server community {CANARY} ro", "end")


def _planted(spec: LabSpec) -> LabSpec:
    """A secret that only the Cisco switch has."""
    switches = tuple(
        switch.model_copy(update={"drift": PLANT}) if switch.dialect == "cisco_ios" else switch
        for switch in spec.switches
    )
    return spec.model_copy(update={"switches": switches})


@pytest.fixture
def up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Up]:
    """Brings the lab up with these options and gives it, and a prompt."""
    root = make_workspace(tmp_path / "ws")
    monkeypatch.chdir(root)
    monkeypatch.setattr(sys, "stdin", StringIO())
    with ExitStack() as stack:

        def start(**options: object) -> tuple[SmallLab, Run]:
            spec = _planted(school_spec(root)) if options.pop("planted", None) else school_spec(root, **options)
            lab = stack.enter_context(lab_up(root, spec, timeout_s=6.0))
            monkeypatch.setattr(workflow, "open_desk", lambda _root, *, lab, ask=None: desk.desk)
            desk = lab

            def run(*arguments: str) -> tuple[int, str, str]:
                capsys.readouterr()
                code = call(["--lab", "backup", *arguments])
                said = capsys.readouterr()
                return int(code), said.out, said.err

            return lab, run

        yield start


def _files(root: Path) -> str:
    """Everything in the workspace's state, and every object of its repositories, in clear."""
    folder = root / ".campusctl" / "lab" / "backups"
    log = subprocess.run(["git", "-C", str(folder), "log", "-p"], capture_output=True, text=True, check=True).stdout
    kept = [path.read_text(errors="replace") for path in (root / ".campusctl").rglob("*") if path.is_file()]
    return log + "".join(kept)


def test_read_look_and_compare(up: Up) -> None:
    """Three switches are kept, one changes, and everybody can see how; nothing is written to a switch."""
    lab, run = up(drift=True)
    before = lab.texts()
    code, out, err = run(SCHOOL)
    assert code == 0
    assert len(re.findall(r"(?m)^s007-\S+: first backup, \d+ lines$", out)) == 3
    assert re.search(r"3 switches read: 3 changed, 0 unchanged; commit [0-9a-f]{10}\.\n", out)
    assert "kept in" in err
    assert run("--all")[1] == "3 switches read: 0 changed, 3 unchanged; nothing to commit.\n"
    assert lab.texts() == before
    lab.thread.station(CORE).enter(["configure terminal", "vlan 998", 'name "Anders"', "exit", "end"])
    code, out, _ = run("read", SCHOOL, "--device", CORE)
    assert (code, len(re.findall(rf"(?m)^{CORE}: changed  \+\d+ -\d+$", out))) == (0, 1)
    code, out, _ = run("log", CORE)
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()][:1] == ["version"]
    assert len(out.splitlines()) == 3
    assert re.search(r"20\d\d-\d\d-\d\d \d\d:\d\d CES?T", out)
    code, out, _ = run("diff", CORE)
    assert code == 4
    assert '-   name "Testnetz"' in out
    assert run("diff", CORE, "~0")[:2] == (0, "")
    assert 'name "Testnetz"' in run("show", f"{SCHOOL}/{CORE}", "--at", "~1")[1]
    assert 'name "Testnetz"' not in run("show", CORE)[1]
    assert max(map(len, out.splitlines())) <= 100


def test_no_secret_is_in_any_file(up: Up) -> None:
    """Nor in any Git object, nor on the terminal: neither the vault's nor one that only a switch has."""
    lab, run = up(planted=True)
    name = SWITCHES["cisco_ios"]
    assert CANARY in texts(lab.thread, name)[0]
    shown = "".join("".join(run(*words)[1:]) for words in ([SCHOOL], ["show", name], ["show", CORE], ["log", name]))
    everything = shown + _files(lab.root)
    assert "<<secret:kept/" in shown
    assert [secret for secret in {*lab.secrets(), CANARY} if secret in everything] == []


def test_a_dead_switch_does_not_stop_the_others(up: Up) -> None:
    """It is told, with exit code 3, and the others are kept."""
    lab, run = up(faults=[f"{CORE}:dead"])
    code, out, _ = run(SCHOOL)
    assert code == 3
    assert re.search(rf"(?m)^{CORE}: \w+: ", out)
    assert "2 switches read: 2 changed, 0 unchanged, 1 not readable; commit" in out
    assert {device for _, device in Backups(lab.root / ".campusctl" / "lab" / "backups").devices()} == {
        name for name in lab.names if name != CORE
    }


def test_json(up: Up) -> None:
    """Every view has its data."""
    _, run = up()
    report = json.loads(run(SCHOOL, "--json")[1])
    assert [item["device"] for item in report["devices"] if item["new"]] == [
        item["device"] for item in report["devices"]
    ]
    log = json.loads(run("log", CORE, "--json")[1])
    assert [item["commit"] for item in log] == [report["commit"]]
    shown = json.loads(run("show", CORE, "--json")[1])
    assert shown["text"].startswith('hostname "s007-v1-sw01"\n')
    assert json.loads(run("diff", CORE, "--json")[1])["diff"].startswith("--- (nothing)\n")


def test_slips_are_told(up: Up) -> None:
    """With a hint, and a usage error where the command line is wrong."""
    _, run = up()
    assert run("log", CORE)[2].endswith(f"hint: campusctl backup {SCHOOL} --device {CORE}\n")
    run(SCHOOL)
    code, _, err = run("log", "s007-v1-sw1")
    assert (code, err) == (
        1,
        "error: no backup of `s007-v1-sw1`\nhint: did you mean s007-v1-sw01, s007-v2-sw01, s007-ogs-sw01?\n",
    )
    assert "did you mean show?" in run("shwo", CORE)[2]
    assert run(SCHOOL, "--all")[0] == 2
    assert run("show", CORE, "--at", "~1")[2].startswith(f"error: {CORE} has no version ~1\nhint: there are 1")
    assert run("log", "\x1b[2J")[2].isascii()


def test_a_collector_gathers_what_a_driver_reads(up: Up) -> None:
    """What the lead's commands use: a record for the driver, then one commit."""
    lab, _ = up()
    collector = Collector()
    driver = SwitchDriver(lab.desk.secrets, lab.desk.key, record=collector)
    assert len(list(driver.assess(lab.targets(), ignore))) == 3
    kept = keep(lab.desk, collector, "drift schule-007")
    assert set(kept.changed) == set(lab.names)
    assert keep(lab.desk, collector, "drift schule-007").commit is None


def _oxidized(lab: SmallLab, root: Path) -> Path:
    """What Oxidized would have kept: raw texts, secrets and all."""
    cx = SWITCHES["aruba_aoscx"]
    # Without what was typed before it, and the prompt behind it.
    screens = {name: texts(lab.thread, name)[0].partition("show running-config")[2] for name in (CORE, cx)}
    raw = {name: screen.lstrip().rpartition("\n")[0] + "\n" for name, screen in screens.items()}
    nights = [
        {
            f"{SCHOOL}/{CORE}": f"; J9772A\n{raw[CORE]}",
            f"{SCHOOL}/{cx}.schulen.musterstadt.example": f"! Aruba\n{raw[cx]}",
            "other/printer-1": "x\n",
        },
        {f"{SCHOOL}/{CORE}": f'; J9772A\n{raw[CORE]}vlan 777\n   name "X"\n   exit\n'},
    ]
    return make(root, *nights)


@pytest.mark.parametrize("history", [False, True])
def test_oxidized_is_the_baseline(up: Up, tmp_path: Path, *, history: bool) -> None:
    """What matches is kept masked, what does not is told, what we have already is left alone."""
    lab, run = up()
    path = str(_oxidized(lab, tmp_path / "oxidized"))
    code, out, _ = run("import", path, "--dry-run")
    assert code == 0
    assert re.search(rf"(?m)^{SCHOOL}/{CORE} +{SCHOOL}/{CORE}$", out)
    assert "no switch of the inventory: other/printer-1" in out
    assert f"not in that repository: {SWITCHES['cisco_ios']}" in out
    assert run("log", CORE)[0] == 1
    code, out, _ = run("import", path, *(["--history"] if history else []))
    assert code == 0
    assert f"2 nodes are the baseline of their backups, {2 if history else 1} commit" in out
    assert len(json.loads(run("log", CORE, "--json")[1])) == (2 if history else 1)
    assert ('name "X"' in run("show", CORE, "--at", "2026-01-02")[1]) == history
    assert 'name "X"' in run("show", CORE)[1]
    everything = _files(lab.root)
    assert [secret for secret in lab.secrets() if secret in everything] == []
    assert f"left alone, it has a backup already: {CORE}" in run("import", path)[1]
    # What is read now is told apart from it: the VLAN is gone.
    run(SCHOOL, "--device", CORE)
    assert re.findall(r"(?m)^[-+](?![-+]).*", run("diff", CORE)[1]) == ["-vlan 777", '-   name "X"', "-   exit"]
