"""Classroom PCs from the command line: real Debians behind real SSH, real Ansible, the inventory's own words.

One lab for all; each step of the story is a fixture that stands on the one before.
"""

import io
import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from pc_lab import DRIFT
from pc_school import ALONE, FIRST, LESSON, PCS, SECOND, TEXT, THIRD, USER, PcSchool, pc_school_up
from small_lab import SATURDAY, SCHOOL, SWITCHES

from campusctl import workflow
from campusctl.cli.main import call
from campusctl.history.holding import held
from campusctl.history.store import open_store

pytestmark = pytest.mark.debian

IOS = SWITCHES["cisco_ios"]
ROOM = (FIRST, SECOND, THIRD)


@dataclass(frozen=True)
class Said:
    """What one command came to."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, object]:
        """Its document."""
        found: dict[str, object] = json.loads(self.out)
        return found


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PcSchool]:
    """The school, up, and its folder the place where commands are typed."""
    with pc_school_up(tmp_path_factory.mktemp("pcs") / "ws") as here, pytest.MonkeyPatch.context() as patch:
        patch.chdir(here.root)
        patch.setattr(workflow, "open_desk", here.desk)
        patch.setattr(sys, "stdin", io.StringIO())
        yield here


def run(*arguments: str) -> Said:
    """One command line on the lab."""
    with pytest.MonkeyPatch.context() as patch:
        out, err = io.StringIO(), io.StringIO()
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        code = call(["--lab", *arguments])
    said = Said(int(code), out.getvalue(), err.getvalue())
    assert "Traceback" not in said.out + said.err
    return said


def outcomes(said: Said) -> dict[str, tuple[str, str]]:
    """Kind of the outcome and of its fault, by device, in the order in which they ended."""
    found = said.json["outcomes"]
    assert isinstance(found, list)
    return {one["device"]: (one["kind"], one["fault"]["kind"] if one["fault"] else "") for one in found}


def last_run(kind: str) -> str:
    """Id of the newest run of a kind."""
    rows = json.loads(run("history", SCHOOL, "--json").out)
    return str(next(row["info"]["id"] for row in rows if row["info"]["kind"] == kind))


@dataclass(frozen=True)
class First:
    """A saved plan, and what became of it after one PC moved and another one was switched off."""

    plan: Said
    stale: tuple[Said, Said]
    applied: Said
    history: Said
    status: Said
    again: Said
    back: Said
    pending: Said
    calm: Said


@pytest.fixture(scope="module")
def first(school: PcSchool) -> First:
    """The first apply of a school."""
    plan = run("plan", SCHOOL, "--out", "p.json")
    school.lab.shell(THIRD, "echo somebody >/etc/motd")
    school.lab.fault(ALONE, off=True)
    stale = _stale(school, "playbooks/pcs.yml"), _stale(school, "templates/pc/linux/motd.j2")
    applied = run("apply", "--plan", "p.json", "--yes", "--json")
    history = run("history", "show", last_run("apply"))
    status = run("status")
    again = run("apply", SCHOOL, "--yes", "--class", "pc")
    pending = run("status")
    school.lab.fault(ALONE)
    back = run("apply", SCHOOL, "--yes", "--room", "R4")
    return First(plan, stale, applied, history, status, again, back, pending, run("status"))


def _stale(school: PcSchool, name: str) -> Said:
    """The saved plan, after somebody has changed a file."""
    file = school.root / name
    before = file.read_text()
    file.write_text(before + "# later\n")
    said = run("apply", "--plan", "p.json", "--yes")
    file.write_text(before)
    return said


def test_a_saved_plan_is_refused_when_a_playbook_or_a_template_changed(first: First) -> None:
    """Before anything is contacted."""
    for said in first.stale:
        assert (said.code, said.out) == (1, "")
        assert "a template or playbook has changed" in said.err


def test_a_plan_of_a_school_says_once_what_is_alike_on_its_pcs(first: First) -> None:
    """Switches and PCs; a switch stands alone."""
    assert first.plan.code == 0
    assert "3 switches and 4 PCs read; 5 to change" in first.plan.out
    assert f"\n{IOS}  cisco_ios\n" in f"\n{first.plan.out}"
    assert f"{FIRST}, {SECOND}, {THIRD}, {ALONE} (4)  linux" in first.plan.out
    for words in (
        "package tree: install",
        f"account lehrer: add, uid 2001, group lehrer, shell /bin/bash, title {USER}",
        "printer r3: add, uri socket://127.0.0.1:9, info {{ 1+1 }}",
        "group schueler: add, gid 2000",
        f"gone  (each its own; this is {FIRST})",
    ):
        assert words in first.plan.out, words


def test_a_saved_plan_is_refused_for_the_pc_that_moved(first: First) -> None:
    """The one that is off waits, the others are done: the switch first, all in one run."""
    assert first.applied.code == 3
    assert next(iter(outcomes(first.applied))) == IOS
    assert all(f"\n{name}: " in first.history.out for name in (IOS, *PCS))
    assert outcomes(first.applied) == {
        IOS: ("ok", ""),
        FIRST: ("ok", ""), SECOND: ("ok", ""), THIRD: ("failed", "moved"), ALONE: ("skipped", "off")
    }  # fmt: skip


def test_a_change_of_a_pc_that_is_off_waits(first: First) -> None:
    """`status` lists it, and not the PC that moved, to which nothing was done."""
    for said in (first.status, first.pending):
        assert said.code == 0
        assert f"1 PC waits for being switched on: {ALONE}, since run " in said.out
        assert "nothing is unfinished" in said.out
    assert first.again.code == 0
    assert f"switched off: {ALONE}" in first.again.out
    assert "1 of 1 PC done." in first.again.out
    assert "the next apply that finds it on makes its change" in first.again.out
    assert first.back.code == 0, first.back.out + first.back.err
    assert "1 of 1 PC done." in first.back.out
    assert first.calm.out == "nothing is unfinished\n"


def test_texts_of_the_inventory_arrive_as_texts(school: PcSchool, first: First) -> None:
    """Room titles, account titles, files, blocks, cron commands, bookmarks, printers: no shell, template or Ansible."""
    assert first.back.code == 0
    for name in PCS:
        assert school.lab.shell(name, "cat /etc/text.conf") == TEXT
    shell = school.lab.shell
    assert TEXT in shell(FIRST, "cat /etc/motd")
    assert f"# BEGIN campusctl schueler\n{TEXT}\n# END campusctl schueler\n" in shell(
        FIRST, "cat /etc/security/limits.conf"
    )
    assert shell(FIRST, "getent passwd lehrer").split(":")[4] == USER
    for browser in ("chromium/policies/managed/campusctl.json", "firefox/policies/policies.json"):
        assert TEXT in set(_texts(json.loads(shell(FIRST, f"cat /etc/{browser}"))))
    # What cron hands to the shell comes out of it as it went in.
    job = next(line for line in shell(FIRST, "crontab -l").splitlines() if line.startswith("0 6 * * 1-5 "))
    said = school.lab.run_in(FIRST, ["sh", "-c", re.sub(r"\\%", "%", job.removeprefix("0 6 * * 1-5 "))])
    assert said.stdout == TEXT + "\n"
    assert TEXT in shell(FIRST, "lpstat -l -p r3")


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, str):
        yield value


@dataclass(frozen=True)
class Calm:
    """After the first apply."""

    drift: Said
    narrow: Said
    nothing: Said


@pytest.fixture(scope="module")
def calm(school: PcSchool, first: First) -> Calm:
    """Everything is as the inventory says."""
    assert first.back.code == 0
    del school
    return Calm(run("drift", SCHOOL), run("drift", SCHOOL, "--room", "R3", "--json"), run("apply", SCHOOL))


def test_after_an_apply_nothing_differs(calm: Calm) -> None:
    """Neither in a drift check nor in a second apply, which asks nobody."""
    assert calm.drift.code == 0, calm.drift.out
    assert "3 switches and 4 PCs: 7 as the inventory says, 0 differ, 0 not readable." in calm.drift.out
    assert f"ok: {FIRST}, {SECOND}, {THIRD}, {ALONE}\n" in calm.drift.out
    assert calm.nothing.code == 0
    assert "3 switches and 4 PCs read; nothing to change." in calm.nothing.out
    found = calm.narrow.json["assessments"]
    assert isinstance(found, list)
    assert [one["device"] for one in found] == list(ROOM)


def test_names_that_are_none_are_answered_with_the_right_ones(calm: Calm) -> None:
    """Classes, rooms, devices."""
    assert calm.drift.code == 0
    for words, answer in {
        ("--class", "pcs"): "no class of devices `pcs`",
        ("--room", "R33"): "no room `R33`",
        ("--device", "s007-r3-pc1"): "did you mean s007-r3-pc01",
    }.items():
        said = run("drift", SCHOOL, *words)
        assert (said.code, answer in said.err) == (1, True), said.err
    said = run("plan", SCHOOL, "--class", "ap")
    assert (said.code, "nothing brings devices of class ap to standard" in said.err) == (1, True), said.err


PLACES = {
    "file": "/etc/motd", "link": "/srv/tausch", "service": "cron", "user": "lehrer", "group": "lpadmin",
    "line": "ClientAliveInterval 60", "line_file": "/etc/ssh/sshd_config", "block": "schueler",
    "block_file": "/etc/security/limits.conf", "queue": "r3", "directory": "/srv/austausch",
    "absent": "/opt/legacy-agent",
}  # fmt: skip
EXPECTED = {
    ("package", "tree"), ("package", "zip"), ("file", "/etc/motd"), ("file", "/etc/motd", "mode"),
    ("file", "/etc/motd", "owner"), ("link", "/srv/tausch"), ("service", "cron", "running"),
    ("service", "cron", "enabled"), ("user", "lehrer", "shell"), ("user", "lehrer", "groups"),
    ("group", "schueler", "gid"), ("line", "/etc/ssh/sshd_config", "keepalive"),
    ("block", "/etc/security/limits.conf", "schueler"), ("cron", "say something"), ("printer", "r3", "uri"),
    ("directory", "/srv/austausch"), ("absent", "/opt/legacy-agent"), ("link", "/etc/localtime"),
}  # fmt: skip
"""What 18 kinds of drift come to."""


@dataclass(frozen=True)
class Drifted:
    """What hands and time did, found and mended."""

    found: Said
    mended: Said
    after: Said


@pytest.fixture(scope="module")
def drifted(school: PcSchool, calm: Calm) -> Drifted:
    """Eighteen kinds of drift on one PC."""
    assert calm.drift.code == 0
    for kind in DRIFT:
        school.lab.inject(FIRST, kind, **PLACES | ({"group": "schueler"} if kind == "group gid" else {}))
    found = run("drift", SCHOOL, "--device", FIRST, "-v", "--json")
    mended = run("apply", SCHOOL, "--device", FIRST, "--yes", "--json")
    return Drifted(found, mended, run("drift", SCHOOL, "--device", FIRST, "--json"))


def test_eighteen_kinds_of_drift_are_found_with_before_and_after(drifted: Drifted) -> None:
    """Each one by its path; what was there, and what should be."""
    assert drifted.found.code == 4
    (seen,) = drifted.found.json["assessments"]
    edits = {tuple(edit["path"]): (edit["before"], edit["after"]) for edit in seen["edits"]}
    assert edits.keys() >= EXPECTED
    assert len(EXPECTED) == len(DRIFT) == 18
    assert all(before != after for before, after in edits.values())


def test_what_drifted_is_mended_and_stays_so(drifted: Drifted) -> None:
    """One apply; nothing differs afterwards."""
    assert drifted.mended.code == 0
    assert outcomes(drifted.mended) == {FIRST: ("ok", "")}
    assert drifted.after.code == 0
    (seen,) = drifted.after.json["assessments"]
    assert seen["edits"] == []


@dataclass(frozen=True)
class Found:
    """One difference on three PCs, another one on one of them; what became of them."""

    drift: Said
    listed: Said
    adopted: Said
    accepted: Said
    reverted: Said
    motd: str
    last: Said
    ids: tuple[str, str]


@pytest.fixture(scope="module")
def findings(school: PcSchool, drifted: Drifted) -> Found:
    """A folder with another mode in the whole room, and a shell on the second PC."""
    assert drifted.after.code == 0
    for name in ROOM:
        school.lab.shell(name, "chmod 0700 /srv/austausch")
    school.lab.shell(SECOND, "usermod --shell /bin/sh lehrer; echo x >>/etc/motd")
    drift = run("drift", SCHOOL, "--class", "pc")
    listed = run("findings", SCHOOL)
    folder, shell = (_id_of(listed, word) for word in ("/srv/austausch", "shell"))
    adopted = run("adopt-finding", folder, "--yes")
    accepted = run("accept", shell, "--reason", "an exam", "--owner", "sekretariat", "--until", "2027-01-31")
    reverted = run("revert-finding", folder, "--yes")
    motd = school.lab.shell(SECOND, "stat -c %a /srv/austausch; tail -n 1 /etc/motd")
    last = run("drift", SCHOOL, "--class", "pc")
    return Found(drift, listed, adopted, accepted, reverted, motd, last, (folder, shell))


def _id_of(listed: Said, word: str) -> str:
    (found,) = [line.split()[0] for line in listed.out.splitlines() if word in line and not line.startswith(" ")]
    return found


def test_the_same_on_three_pcs_is_one_finding(findings: Found) -> None:
    """With the names of the PCs, and said as it stands."""
    assert findings.drift.code == 4
    folder, _ = findings.ids
    assert re.search(
        rf"(?m)^{folder}  open .*folder /srv/austausch, mode: is 0700, should be 1777$", findings.listed.out
    )
    assert f"{SCHOOL}: {', '.join(ROOM)}\n" in findings.listed.out


def test_a_finding_is_accepted_undone_or_not_adopted(findings: Found) -> None:
    """Only the finding's own setting is changed; the other things that differ stay."""
    assert findings.adopted.code == 1
    assert "hint: " in findings.adopted.err
    assert findings.accepted.code == 0, findings.accepted.err
    assert findings.reverted.code == 0, findings.reverted.err
    assert "3 of 3 PCs done." in findings.reverted.out
    assert findings.motd == "1777\nx\n"
    assert findings.last.code == 4
    assert f"{SECOND}: drift  2 settings differ" in findings.last.out
    assert f"ok: {FIRST}, {THIRD}, {ALONE}\n" in findings.last.out


@dataclass(frozen=True)
class Windows:
    """During a lesson: a change that stops somebody's work, and one that does not."""

    refused: Said
    untouched: str
    quiet: Said
    without: Said
    forced: Said
    audit: Said
    locked: Said
    shown: Said
    run: str


@pytest.fixture(scope="module")
def windows(school: PcSchool, findings: Found) -> Windows:
    """The second lesson of a Monday."""
    assert findings.last.code == 4
    assert run("apply", SCHOOL, "--class", "pc", "--yes").code == 0
    school.now = LESSON
    school.add("      /etc/motd: {template: linux/motd.j2}", "      /etc/issue: {content: 'Schulnetz '}")
    quiet = run("apply", SCHOOL, "--class", "pc", "--yes")
    school.add("      /etc/motd: {template: linux/motd.j2}", "      /etc/lightdm/lightdm.conf: {content: '[Seat:*]'}")
    refused = run("apply", SCHOOL, "--room", "R3", "--yes")
    untouched = school.lab.shell(FIRST, "ls /etc/lightdm 2>&1 || :")
    without = run("apply", SCHOOL, "--room", "R3", "--yes", "--now")
    with held_by_another(school):
        locked = run("apply", SCHOOL, "--room", "R3", "--yes", "--now", "--reason", "exam tomorrow")
    forced = run("apply", SCHOOL, "--room", "R3", "--yes", "--now", "--reason", "exam tomorrow")
    school.now = SATURDAY
    audit, number = run("history", "audit", "--json"), last_run("apply")
    return Windows(
        refused, untouched, quiet, without, forced, audit, locked, run("history", "show", number, "-v"), number
    )


@contextmanager
def held_by_another(school: PcSchool) -> Iterator[None]:
    """Somebody else changes the school meanwhile."""
    with open_store(school.root) as store:
        info = store.run(last_run("apply")).info.model_copy(update={"id": "0" * 8, "user": "meier"})
        with held(store, [SCHOOL], info):
            yield


def test_what_stops_a_lesson_waits_for_its_window(windows: Windows) -> None:
    """A new file that nobody sees goes; log-in and desktop do not, and nothing is sent."""
    assert windows.quiet.code == 0, windows.quiet.err
    assert "4 of 4 PCs done." in windows.quiet.out
    assert windows.refused.code == 1
    assert "log-in and desktop" in windows.refused.out
    assert "lessons until 12:30; the next window opens today at 13:00" in windows.refused.err
    assert "No such file" in windows.untouched


def test_now_needs_a_reason_and_is_audited(windows: Windows) -> None:
    """Then it goes during a lesson as well."""
    assert windows.without.code == 2
    assert windows.forced.code == 0, windows.forced.err
    assert "3 of 3 PCs done." in windows.forced.out
    (entry,) = [one for one in json.loads(windows.audit.out) if one["action"] == "window.override"]
    detail = json.loads(entry["detail"])
    assert (detail["reason"], detail["devices"]) == ("exam tomorrow", list(ROOM))


def test_one_school_is_changed_by_one_person_at_a_time(windows: Windows) -> None:
    """The other one is named."""
    assert windows.locked.code == 1
    assert "meier" in windows.locked.err


def test_the_history_names_pcs_and_files(windows: Windows) -> None:
    """Each PC with what was changed on it."""
    for name in ROOM:
        assert re.search(rf"(?m)^{name}: done  \d settings, \d steps?$", windows.shown.out), windows.shown.out
    assert windows.shown.out.count("  + file /etc/lightdm/lightdm.conf: (not there) → [Seat:*]\n") == 3
    assert "reason   exam tomorrow" in windows.shown.out


@pytest.fixture(scope="module")
def back(school: PcSchool, windows: Windows) -> tuple[Said, str, Said]:
    """The run is undone."""
    said = run("revert", windows.run, "--yes")
    return said, school.lab.shell(FIRST, "ls /etc/lightdm/lightdm.conf 2>&1 || :"), run("status")


def test_a_run_is_taken_back(back: tuple[Said, str, Said]) -> None:
    """The file it brought goes again, on every PC."""
    said, there, status = back
    assert said.code == 0, said.out + said.err
    assert "3 of 3 PCs done." in said.out
    assert "No such file" in there
    assert status.out == "nothing is unfinished\n"
