"""`campusctl findings`, `adopt-finding`, `revert-finding` and `accept`, against simulated switches behind real SSH."""

import io
import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from small_lab import SCHOOL, SWITCHES, Prompt, lab_up, make_workspace, record_lines, school_spec

from campusctl import workflow
from campusctl.cli.main import call
from campusctl.history.store import open_store
from campusctl.lab import device
from campusctl.lab.server import LabThread
from campusctl.model.finding import FindingRow, FindingState

CX, IOS, PROCURVE = SWITCHES["aruba_aoscx"], SWITCHES["cisco_ios"], SWITCHES["hp_procurve"]


@dataclass
class Shell(Prompt):
    """A prompt in the workspace, with the lab up and drift checks that are remembered."""

    def check(self) -> None:
        """A drift check, remembered."""
        assert self.run("drift", SCHOOL)[0] in (0, 4)

    @property
    def rows(self) -> dict[str, FindingRow]:
        """Every finding there ever was, by id."""
        with open_store(self.lab.root) as store:
            return {row.id: row for row in store.findings()}

    def id_of(self, words: str) -> str:
        """The one finding with these words in its title."""
        (found,) = [row.id for row in self.rows.values() if words in row.title]
        return found

    def file(self, name: str) -> Path:
        """A file of the school."""
        return self.lab.root / "inventory" / "schools" / SCHOOL / name


def type_on(thread: LabThread, name: str, *lines: str) -> None:
    """Somebody at the console of a switch; not while a session is open."""
    station = thread.station(name)
    console = device.console(station.spec.dialect, station.switch, user="campus", source="10.0.0.10", rows=100_000)
    console.open()
    for line in lines:
        console.feed(f"{line}\r")


@pytest.fixture
def shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., Shell]]:
    """Brings the lab up, with drift as it is told, and gives a prompt."""
    root = make_workspace(tmp_path / "ws")
    monkeypatch.chdir(root)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    with ExitStack() as stack:

        def up(**drift: tuple[str, ...]) -> Shell:
            spec = school_spec(root, drift=not drift)
            if drift:
                switches = tuple(
                    switch.model_copy(update={"drift": drift.get(switch.dialect, ())}) for switch in spec.switches
                )
                spec = spec.model_copy(update={"switches": switches})
            here = Shell(stack.enter_context(lab_up(root, spec, timeout_s=6.0)), capsys)
            monkeypatch.setattr(workflow, "open_desk", lambda _root, *, lab, ask=None: here.lab.desk)
            here.check()
            return here

        yield up


def conf(*lines: str) -> tuple[str, ...]:
    """Lines typed in configuration mode."""
    return ("configure terminal", *lines, "end")


def test_the_same_edit_on_switches_of_three_makes_is_one_finding(shell: Callable[..., Shell]) -> None:
    """A VLAN, a syslog server and the description of port 3, entered on three switches: three findings."""
    here = shell()
    code, out, _ = here.run("findings")
    assert code == 4
    assert "3 findings, 3 open." in out
    rows = {row.title: row.devices for row in here.rows.values()}
    everywhere = tuple(sorted(SWITCHES.values()))
    assert rows == {
        "VLAN 998: not in the inventory": everywhere,
        "syslog server 10.9.9.9: not in the inventory": everywhere,
        "port 3, description: is TEST, should be (default)": everywhere,
    }
    ids = set(here.rows)
    here.check()
    assert set(here.rows) == ids
    code, out, _ = here.run("findings", "s007", "--json", "--state", "all")
    assert [row["id"] for row in json.loads(out)] == list(here.rows)
    assert {line for line in here.run("findings")[1].splitlines() if len(line) > 80} == set()


def test_reverting_a_finding_sends_its_own_lines_and_no_others(shell: Callable[..., Shell]) -> None:
    """The syslog server goes on all three switches; description and VLAN stay, and are still open."""
    here = shell()
    lines = record_lines(here.lab.thread, IOS)
    name = here.id_of("syslog")
    code, out, err = here.run("revert-finding", name[:6], "--yes")
    assert code == 0, out + err
    changing = [line for line in lines if re.match(r"(no )?(logging|vlan|description|interface|name)\b", line)]
    assert changing == ["no logging host 10.9.9.9"]
    assert here.rows[name].state is FindingState.REVERTED
    here.check()
    assert here.rows[name].state is FindingState.GONE
    assert sorted(row.title for row in here.rows.values() if row.state is FindingState.OPEN) == [
        "VLAN 998: not in the inventory",
        "port 3, description: is TEST, should be (default)",
    ]
    code, _, err = here.run("revert-finding", name, "--yes")
    assert code == 1
    assert "is not there any more" in err


def test_a_plan_of_a_finding_is_saved_and_applied_later(shell: Callable[..., Shell]) -> None:
    """`--out` changes nothing; the saved plan does what it shows."""
    here = shell()
    before = here.lab.texts()
    code, out, err = here.run("revert-finding", here.id_of("VLAN 998"), "--out", "v.plan", "--commands")
    assert code == 0, err
    assert "VLAN 998: remove" in out
    assert "TEST" not in out
    assert here.lab.texts() == before
    assert here.run("apply", "--plan", "v.plan", "--yes")[0] == 0
    here.check()
    assert here.rows[here.id_of("VLAN 998")].state is FindingState.GONE


def test_a_description_is_adopted_out_of_a_range(shell: Callable[..., Shell]) -> None:
    """Port 3 gets an entry of its own on every switch; the rest of the files stays; drift is then without it."""
    here = shell()
    devices = here.file("devices.yml")
    before = devices.read_text()
    code, out, err = here.run("adopt-finding", here.id_of("description"), "--yes")
    assert code == 0, err
    added = [line for line in devices.read_text().splitlines() if line not in before.splitlines()]
    assert added == ["      3: {role: pc, description: TEST}"] * 3
    kept = [line for line in devices.read_text().splitlines(keepends=True) if line.rstrip("\n") not in added]
    assert "".join(kept) == before
    assert "+      3: {role: pc, description: TEST}" in out
    here.check()
    assert here.rows[here.id_of("description")].state is FindingState.GONE
    assert call(["validate"]) == 0


def test_a_server_on_every_switch_is_adopted_at_the_school(shell: Callable[..., Shell]) -> None:
    """The same syslog server on all switches of a school is the school's setting."""
    here = shell()
    code, _, err = here.run("adopt-finding", here.id_of("syslog"), "--yes")
    assert code == 0, err
    assert "syslog: {servers: [10.255.0.14, 10.9.9.9]}" in here.file("school.yml").read_text()
    here.check()
    assert here.rows[here.id_of("syslog")].state is FindingState.GONE


def test_a_vlan_that_the_city_does_not_know_is_refused(shell: Callable[..., Shell]) -> None:
    """Nothing is written, and the words say what to do."""
    here = shell()
    before = {path: path.read_bytes() for path in here.file("").iterdir()}
    code, _, err = here.run("adopt-finding", here.id_of("VLAN 998"), "--yes")
    assert code == 1
    assert "VLAN 998 is none of the city's" in err
    assert "inventory/city.yml" in err
    assert {path: path.read_bytes() for path in here.file("").iterdir()} == before


def test_what_a_role_decides_becomes_an_exception(shell: Callable[..., Shell]) -> None:
    """An access VLAN by hand: refused without terms, then an exception of that port with reason, owner and end."""
    here = shell(cisco_ios=conf("interface GigabitEthernet1/0/2", "switchport access vlan 999", "exit"))
    name = here.id_of("port 2")
    code, _, err = here.run("adopt-finding", name, "--yes")
    assert code == 1
    assert "--reason" in err
    terms = ("--reason", "Exam network", "--owner", "sekretariat", "--until", "2027-12-31")
    code, out, err = here.run("adopt-finding", name, "--yes", *terms)
    assert code == 0, err
    assert "+  - path: ports.2.vlan" in out
    assert "+    value: 999" in out
    here.check()
    assert here.rows[name].state is FindingState.GONE
    assert call(["validate"]) == 0


def test_an_access_port_made_a_trunk_by_hand_is_one_finding_and_adopted_in_every_dialect(
    shell: Callable[..., Shell],
) -> None:
    """Mode, native and tagged VLANs of a port are decided together."""
    here = shell(
        cisco_ios=conf("interface GigabitEthernet1/0/2", "no switchport access vlan", "switchport trunk native vlan 30",
                       "switchport trunk allowed vlan 30,999", "switchport mode trunk", "spanning-tree portfast trunk",
                       "exit"),
        aruba_aoscx=conf("interface 1/1/2", "vlan trunk native 30", "vlan trunk allowed 30,60", "exit"),
        hp_procurve=conf("vlan 60", "tagged 2", "exit"),
    )  # fmt: skip
    terms = ("--reason", "Exam network", "--owner", "sekretariat", "--until", "2027-12-31", "--yes")
    rows = [row for row in here.rows.values() if "port 2" in row.title]
    assert len(here.rows) == len(rows) == 3, here.rows
    for row in rows:
        code, _, err = here.run("adopt-finding", row.id, *terms)
        assert code == 0, (row.title, err)
    here.check()
    assert {row.state for row in here.rows.values()} == {FindingState.GONE}


def test_an_adoption_that_would_change_another_switch_is_refused(shell: Callable[..., Shell]) -> None:
    """A VLAN that nobody else there has would travel up the links: said, and nothing is written."""
    here = shell(cisco_ios=conf("vlan 101", "name PC-RAUM-101", "exit"))
    before = here.file("devices.yml").read_bytes()
    code, _, err = here.run("adopt-finding", here.id_of("VLAN 101"), "--yes")
    assert code == 1
    assert "it would also change" in err
    assert here.file("devices.yml").read_bytes() == before


def test_nobody_is_there_to_ask(shell: Callable[..., Shell]) -> None:
    """Without `--yes` and without a terminal nothing is written; `--dry-run` shows and asks nobody."""
    here = shell()
    before = here.file("devices.yml").read_bytes()
    code, out, err = here.run("adopt-finding", here.id_of("description"))
    assert code == 1
    assert "add --yes" in err
    code, out, err = here.run("adopt-finding", here.id_of("description"), "--dry-run")
    assert code == 0
    assert out.count("+      3: {role: pc, description: TEST}") == 3
    assert here.file("devices.yml").read_bytes() == before


def test_accepting_needs_a_role_and_a_day(shell: Callable[..., Shell]) -> None:
    """A typed role is guessed, a day is between today and in two years; then the finding is not open."""
    here = shell()
    name = here.id_of("syslog")

    def said(owner: str, until: str) -> tuple[int, str]:
        code, _, err = here.run("accept", name, "--reason", "Old collector", "--owner", owner, "--until", until)
        return code, err

    guessed = "error: no role `sekretariad` at schule-007\nhint: did you mean sekretariat?\n"
    assert said("sekretariad", "2027-07-31") == (1, guessed)
    assert "is over" in said("sekretariat", "2020-01-01")[1]
    assert "more than two years" in said("sekretariat", "2039-01-01")[1]
    assert "is no date" in said("sekretariat", "morgen")[1]
    assert said("sekretariat", "2027-07-31")[0] == 0
    row = here.rows[name]
    assert (row.state, row.owner, row.reason) == (FindingState.ACCEPTED, "sekretariat", "Old collector")
    assert row.until is not None
    assert row.until.isoformat() == "2027-07-31T22:00:00+00:00", "the end of the day in the city"
    assert "2 findings, 2 open." in here.run("findings")[1]
    code, out, _ = here.run("findings", "--state", "accepted")
    assert (code, "Old collector (sekretariat), until 2027-07-31" in out) == (0, True)


def test_who_accepted_on_some_switches_is_asked_again_for_another(shell: Callable[..., Shell]) -> None:
    """An accepted finding that another switch shows is open again, and says on which one."""
    here = shell(aruba_aoscx=conf("logging 10.9.9.9"), hp_procurve=conf("logging 10.9.9.9"))
    name = here.id_of("syslog")
    here.run("accept", name, "--reason", "Old collector", "--owner", "sekretariat", "--until", "2027-07-31")
    here.check()
    assert here.rows[name].state is FindingState.ACCEPTED
    type_on(here.lab.thread, IOS, "configure terminal", "logging host 10.9.9.9", "end")
    here.check()
    row = here.rows[name]
    assert (row.state, row.devices) == (FindingState.OPEN, tuple(sorted(SWITCHES.values())))
    assert IOS in row.reason
    assert PROCURVE not in row.reason


def test_an_expired_exception_is_a_finding_of_the_inventory(shell: Callable[..., Shell]) -> None:
    """Its id does not depend on its line; it cannot be adopted or reverted; it is gone when it is mended."""
    here = shell(cisco_ios=())
    school = here.file("school.yml")
    before = school.read_text()
    exception = "exceptions:\n  - {path: lldp, value: true, reason: old router, owner: netz, until: 2020-01-31}\n"
    school.write_text(before + exception)
    here.check()
    name = here.id_of("the exception ended")
    school.write_text("# a line more\n" + before + exception)
    here.check()
    assert len(here.rows) == 1
    for verb in ("adopt-finding", "revert-finding"):
        code, _, err = here.run(verb, name, "--yes")
        assert code == 1
        assert "school.yml by hand" in err
    school.write_text(before)
    here.check()
    assert here.rows[name].state is FindingState.GONE


def test_unsaved_is_a_finding_that_reverting_saves(shell: Callable[..., Shell]) -> None:
    """A running configuration that a reboot would lose is saved by `revert-finding`."""
    here = shell(cisco_ios=())
    here.lab.thread.station(IOS).switch.startup = here.lab.thread.station(IOS).switch.startup.replace("lldp run\n", "")
    here.check()
    name = here.id_of("not saved")
    code, _, err = here.run("adopt-finding", name, "--yes")
    assert (code, "save it" in err) == (1, True)
    assert here.run("revert-finding", name, "--yes")[0] == 0
    here.check()
    assert here.rows[name].state is FindingState.GONE
