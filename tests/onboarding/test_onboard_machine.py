"""Onboarding, step by step, and broken at every one of them."""

import errno
import json
import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from world import BOARD, SCHOOL, KilledError, Town, make

from campusctl.errors import CampusError, LockedError
from campusctl.history.holding import held
from campusctl.inventory.edit_files import Edited
from campusctl.inventory.load import load_city
from campusctl.model.onboarding import Onboarding, OnboardingState, StepName
from campusctl.model.run import RunKind
from campusctl.workflow import running
from campusctl.workflow.git_care import GitError
from campusctl.workflow.onboarding import journal
from campusctl.workflow.onboarding.machine import abandon, carry_on

SWITCH, PORT = "s042-a2-sw01", "GigabitEthernet1/0/6"


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """A town of its own."""
    return make(tmp_path / "town")


def plug(town: Town, port: str = PORT) -> None:
    """The board is plugged in, and on."""
    town.world.plugged[BOARD.mac] = (SWITCH, port)


def test_the_whole_effect_is_shown_before_anything_is_done(town: Town) -> None:
    """Files, switch settings, DHCP entry; nothing is written anywhere."""
    before, states = town.texts(), {name: dict(state) for name, state in town.world.states.items()}
    found = town.effect()
    new = [line for line in found.edited.diff().splitlines() if line[0] in "+-" and line[:3] not in ("+++", "---")]
    assert new == [
        "+      6: {device: s042-r101-dt02}",
        (
            "+  s042-r101-dt02: {profile: board-75, room: R101, address: 10.42.60.13, "
            'mac: "00:0c:f1:42:02:01", serial: BD042-0201, asset: M1}'
        ),
    ]
    assert list(found.paths) == [SWITCH]
    assert {path[:2] for path in found.paths[SWITCH]} == {("port", PORT)}
    assert found.news[0].dhcp == (
        "dhcp-host=00:0c:f1:42:02:01,10.42.60.13,s042-r101-dt02\n"
        "host-record=s042-r101-dt02.schulen.example,s042-r101-dt02,10.42.60.13"
    )
    assert town.texts() == before
    assert town.world.states == states
    assert journal.all_of(town.root) == ()


def test_from_the_box_to_working(town: Town) -> None:
    """Inventory, port, the board is seen, check, label and record; every step is told, and remembered."""
    found = town.effect()
    plug(town)
    done = carry_on(town.hands(), town.agreed(found), found.edited)
    assert done.state is OnboardingState.DONE
    assert [step.step for step in done.devices[0].done] == list(StepName)
    assert town.texts()["inventory/schools/schule-042/devices.yml"] == found.edited.after[found.edited.files[0]]
    assert town.differs() == {}
    assert town.world.states[SWITCH]["port", PORT, "access_vlan"] == "60"
    assert journal.load(town.root, done.id) == done
    assert [path.name for path in (town.root / "papers").iterdir()] == ["s042-r101-dt02-label.svg"]
    assert f"s042-r101-dt02: {BOARD.mac} is seen at port 6 of {SWITCH}" in town.world.said


def test_only_what_is_new_changes_on_a_switch(town: Town) -> None:
    """What somebody changed by hand elsewhere on the switch stays, as for any narrowed change."""
    town.world.states[SWITCH]["port", "GigabitEthernet1/0/9", "description"] = "von Hand"
    found = town.effect()
    plug(town)
    assert carry_on(town.hands(), town.agreed(found), found.edited).state is OnboardingState.DONE
    assert town.differs() == {SWITCH: (("port", "GigabitEthernet1/0/9", "description"),)}


def test_a_vlan_that_a_switch_lacks_is_brought_along_its_way(town: Town) -> None:
    """The first board behind a switch: the VLAN comes to it and to the links on the way, in the same plan."""
    found = town.effect(replace(BOARD, kind="printer", profile="", port="s042-a2-sw01:6"))
    assert set(found.paths) == {"s042-a1-sw01", "s042-a2-sw01"}
    assert ("vlan", "70") in found.paths["s042-a1-sw01"]


# -- refusals leave everything as it was -----------------------------------------------------------------------------


def untouched(town: Town, before: dict[str, bytes]) -> None:
    """Nothing is changed, nothing is open."""
    assert town.texts() == before
    assert town.differs() == {}
    assert journal.open_ones(town.root) == ()


def test_a_switch_that_does_not_answer_refuses_it_before_anything(town: Town) -> None:
    """Its name, and why."""
    before = town.texts()
    town.world.dead.add(SWITCH)
    with pytest.raises(CampusError, match="s042-a2-sw01 cannot be read, so nothing was changed: it does not answer"):
        town.effect()
    untouched(town, before)


def test_a_school_that_somebody_else_has_refuses_it_before_anything(town: Town) -> None:
    """As with any change."""
    before = town.texts()
    with (
        running(town.desk, RunKind.APPLY, [SCHOOL]) as other,
        held(other.store, [SCHOOL], other.info),
        pytest.raises(LockedError),
    ):
        town.effect()
    untouched(town, before)


@pytest.mark.parametrize("how", ["dead", "locked"])
def test_a_refusal_at_the_port_takes_the_inventory_back(town: Town, how: str) -> None:
    """Between the yes and the port the switch died, or somebody took the school: the lines go again."""
    before = town.texts()
    found = town.effect()
    onboarding = town.agreed(found)
    if how == "dead":
        town.world.dead.add(SWITCH)
        with pytest.raises(CampusError, match="nothing was sent, and the inventory is as it was"):
            carry_on(town.hands(), onboarding, found.edited)
        town.world.dead.clear()
    else:
        with (
            running(town.desk, RunKind.APPLY, [SCHOOL]) as other,
            held(other.store, [SCHOOL], other.info),
            pytest.raises(CampusError, match="nothing was sent, and the inventory is as it was"),
        ):
            carry_on(town.hands(), onboarding, found.edited)
    untouched(town, before)
    assert journal.load(town.root, onboarding.id).state is OnboardingState.ABANDONED


def test_a_file_that_somebody_changed_meanwhile_refuses_it(town: Town) -> None:
    """What was agreed to is not what would be written."""
    found = town.effect()
    file = town.root / "inventory/schools/schule-042/devices.yml"
    file.write_text(file.read_text() + "# seen\n")
    before = town.texts()
    with pytest.raises(CampusError, match="was changed meanwhile, so nothing was written"):
        carry_on(town.hands(), town.agreed(found), found.edited)
    untouched(town, before)


def test_a_switch_that_changed_since_is_asked_about(town: Town) -> None:
    """Other commands than were agreed to are not sent without a yes."""
    before = town.texts()
    found = town.effect()
    town.world.states[SWITCH]["port", PORT, "bpduguard"] = True
    found = replace(found, paths={SWITCH: (*found.paths[SWITCH], ("port", PORT, "bpduguard"))})
    asked: list[str] = []

    def no(question: str) -> bool:
        asked.append(question)
        return False

    with pytest.raises(CampusError, match="s042-a2-sw01 changed since you agreed, so nothing was sent"):
        carry_on(town.hands(agree=no), town.agreed(found), found.edited)
    assert "set port GigabitEthernet1/0/6 bpduguard None" in asked[0]
    assert town.texts() == before


# -- what is cut off is taken up again -------------------------------------------------------------------------------


def counted(town: Town, stop_at: int, error: type[BaseException]) -> list[str]:
    """Let everything happen until the hook is called for the n-th time."""
    seen: list[str] = []

    def hook(what: str) -> None:
        seen.append(what)
        if len(seen) == stop_at:
            raise error

    town.world.hook = hook
    return seen


def resumed(town: Town, onboarding: Onboarding) -> Onboarding:
    """Take it up again, as often as it needs."""
    town.world.hook = lambda _what: None
    return carry_on(town.hands(), journal.load(town.root, onboarding.id))


@pytest.mark.parametrize(
    ("stop_at", "error"),
    [*((at, KilledError) for at in (1, 2, 3, 4, 5, 7, 9, 11, 12)), *((at, KeyboardInterrupt) for at in (3, 8))],
)
def test_cut_off_anywhere_and_taken_up_again(town: Town, stop_at: int, error: type[BaseException]) -> None:
    """Killed, or Ctrl-C, at each thing that happens: afterwards it is as if nothing had been."""
    found = town.effect()
    onboarding = town.agreed(found)
    plug(town)
    seen = counted(town, stop_at, error)
    try:
        carry_on(town.hands(), onboarding, found.edited)
    except (KilledError, KeyboardInterrupt):
        assert len(seen) == stop_at
    done = resumed(town, onboarding)
    assert done.state is OnboardingState.DONE
    assert town.texts()["inventory/schools/schule-042/devices.yml"] == found.edited.after[found.edited.files[0]]
    assert town.differs() == {}
    assert [step.step for step in done.devices[0].done] == list(StepName)


@pytest.mark.parametrize("stop_at", [1, 3, 4, 5, 8])
def test_cut_off_anywhere_and_given_up(town: Town, stop_at: int) -> None:
    """Killed anywhere, then abandoned: inventory and switches are as they were, byte for byte."""
    before = town.texts()
    found = town.effect()
    onboarding = town.agreed(found)
    plug(town)
    counted(town, stop_at, KilledError)
    with pytest.raises(KilledError):
        carry_on(town.hands(), onboarding, found.edited)
    town.world.hook = lambda _what: None
    gone = abandon(town.hands(), onboarding)
    assert gone.state is OnboardingState.ABANDONED
    untouched(town, before)


def test_giving_up_is_cut_off_and_taken_up_again(town: Town) -> None:
    """Killed between the inventory and the ports: what is left to do is giving up, not going on."""
    before = town.texts()
    found = town.effect()
    onboarding = carry_on(town.hands(wait_s=0), town.agreed(found), found.edited)
    counted(town, 2, KilledError)
    with pytest.raises(KilledError):
        abandon(town.hands(), onboarding)
    assert town.texts() == before
    assert town.differs() != {}
    assert resumed(town, onboarding).state is OnboardingState.ABANDONED
    untouched(town, before)


def test_a_device_that_somebody_took_out_of_the_inventory_is_not_gone_on_with(town: Town) -> None:
    """Said, with both ways out."""
    before = town.texts()["inventory/schools/schule-042/devices.yml"]
    found = town.effect()
    onboarding = carry_on(town.hands(wait_s=0), town.agreed(found), found.edited)
    (town.root / "inventory/schools/schule-042/devices.yml").write_bytes(before)
    with pytest.raises(CampusError, match="s042-r101-dt02 is not in the inventory any more"):
        carry_on(town.hands(), onboarding)
    assert abandon(town.hands(), onboarding).state is OnboardingState.ABANDONED
    assert town.differs() == {}


@pytest.mark.parametrize("at", [1, 2, 3, 5])
def test_a_disk_that_is_full_at_any_save(town: Town, at: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be written down is not done; later it goes on from there."""
    found = town.effect()
    onboarding = town.agreed(found)
    plug(town)
    save, count = journal.save, [0]

    def failing(root: Path, what: Onboarding) -> None:
        count[0] += 1
        if count[0] == at:
            raise journal.JournalError("cannot write: No space left on device")
        save(root, what)

    monkeypatch.setattr(journal, "save", failing)
    with pytest.raises(journal.JournalError):
        carry_on(town.hands(), onboarding, found.edited)
    monkeypatch.undo()
    if at == 1:
        assert town.differs() == {}
        assert "s042-r101-dt02" not in load_city(town.root).school(SCHOOL).devices
        return
    assert resumed(town, onboarding).state is OnboardingState.DONE
    assert town.differs() == {}


def test_an_inventory_that_cannot_be_written_refuses_it(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read-only or full: said in words, and nothing is open."""
    before = town.texts()
    found = town.effect()

    def full(_edited: Edited) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(Edited, "write", full)
    with pytest.raises(CampusError, match="cannot be written, so nothing was done: Read-only file system"):
        carry_on(town.hands(), town.agreed(found), found.edited)
    untouched(town, before)


def test_a_hook_that_refuses_the_commit_refuses_it(town: Town) -> None:
    """Its words are told; the files are as they were, and nothing is open."""
    commit_all(town)
    before = town.texts()
    found = town.effect()
    hook = town.root / ".git" / "hooks" / "pre-commit"
    hook.write_text("#!/bin/sh\necho 'no commits on Fridays' >&2\nexit 1\n")
    hook.chmod(0o755)
    with pytest.raises(GitError, match="no commits on Fridays"):
        carry_on(town.hands(), town.agreed(found), found.edited)
    untouched(town, before)
    assert git(town, "status", "--porcelain", "--", "inventory") == ""


def test_a_write_that_was_cut_off_between_two_files_is_finished(town: Town) -> None:
    """One file new, one old: what is missing is found out, and the commit takes both."""
    rooms = town.root / "inventory/schools/schule-042/devices-rooms.yml"
    main = town.root / "inventory/schools/schule-042/devices.yml"
    text = main.read_text()
    at = text.index("  s042-r101-dt01: {profile")
    rooms.write_text("devices:\n" + text[at:])
    main.write_text(text[:at])
    commit_all(town)
    found = town.effect()
    assert len(found.edited.files) == 2
    onboarding = town.agreed(found)
    journal.save(town.root, onboarding)
    rooms.write_bytes(found.edited.after["inventory/schools/schule-042/devices-rooms.yml"])
    plug(town)
    done = resumed(town, onboarding)
    assert done.state is OnboardingState.DONE
    assert git(town, "status", "--porcelain", "--", "inventory") == ""
    assert git(town, "show", "--stat", "--format=%s", "HEAD").splitlines()[0] == "Onboard s042-r101-dt02"


# -- waiting ---------------------------------------------------------------------------------------------------------


def test_it_says_what_it_sees_meanwhile(town: Town) -> None:
    """No link; plugged in elsewhere; then there."""
    found = town.effect()
    steps = iter([None, None, ("s042-a2-sw01", "GigabitEthernet1/0/9"), (SWITCH, PORT)])

    def hook(what: str) -> None:
        if what == "look":
            place = next(steps, (SWITCH, PORT))
            town.world.plugged = {BOARD.mac: place} if place else {}

    town.world.hook = hook
    assert carry_on(town.hands(wait_s=100.0), town.agreed(found), found.edited).state is OnboardingState.DONE
    said = [line.removeprefix("s042-r101-dt02: ") for line in town.world.said if line.startswith("s042-r101-dt02")]
    assert said[:3] == [
        "port 6 of s042-a2-sw01 has no link: is it plugged in there, and on?",
        "00:0c:f1:42:02:01 is at port 9 of s042-a2-sw01, not at port 6 of s042-a2-sw01: plug it in there",
        "00:0c:f1:42:02:01 is seen at port 6 of s042-a2-sw01",
    ]


def test_one_that_does_not_come_is_waited_for_later(town: Town) -> None:
    """The time is over: its lines and its port stay, the sentence is remembered, and it goes on when it is there."""
    found = town.effect()
    onboarding = carry_on(town.hands(), town.agreed(found), found.edited)
    assert onboarding.state is OnboardingState.OPEN
    assert onboarding.devices[0].next_step is StepName.APPEAR
    assert onboarding.devices[0].stopped == "port 6 of s042-a2-sw01 has no link: is it plugged in there, and on?"
    assert 20 <= town.world.now < 30
    plug(town)
    assert resumed(town, onboarding).state is OnboardingState.DONE


def test_another_device_at_the_port_is_told(town: Town) -> None:
    """The MAC address that is there, and the question whether the typed one is right."""
    found = town.effect()
    town.world.plugged["00:0c:f1:42:99:99"] = (SWITCH, PORT)
    onboarding = carry_on(town.hands(wait_s=0), town.agreed(found), found.edited)
    assert onboarding.devices[0].stopped == (
        "port 6 of s042-a2-sw01 shows another device, 00:0c:f1:42:99:99, and not 00:0c:f1:42:02:01: "
        "is the MAC address right?"
    )


def test_a_switch_that_rejects_a_command_stops_there(town: Town) -> None:
    """Something was sent: nothing is taken back by itself, and it can be taken up or given up."""
    found = town.effect()
    plug(town)
    town.world.refuses.add(SWITCH)
    onboarding = carry_on(town.hands(), town.agreed(found), found.edited)
    assert onboarding.state is OnboardingState.OPEN
    assert onboarding.devices[0].next_step is StepName.PORT
    assert onboarding.devices[0].stopped.startswith("s042-a2-sw01: Invalid input; campusctl resume ")
    town.world.refuses.clear()
    assert resumed(town, onboarding).state is OnboardingState.DONE


def test_two_processes_do_not_work_at_one(town: Town) -> None:
    """The second one is told."""
    found = town.effect()
    onboarding = town.agreed(found)
    journal.save(town.root, onboarding)
    with journal.held(town.root, onboarding.id), pytest.raises(LockedError, match="by another process"):
        carry_on(town.hands(), onboarding)


# -- several ---------------------------------------------------------------------------------------------------------


def test_several_at_once_are_one_change_and_each_goes_at_its_own_pace(town: Town) -> None:
    """One commit, one run for the ports; who is there works, who is not is waited for."""
    commit_all(town)
    other = replace(
        BOARD,
        room="R102",
        serial="BD042-0202",
        mac="00:0c:f1:42:02:02",
        asset="M2",
        port=f"{SWITCH}:8",
        address="10.42.60.14",
    )
    found = town.effect(BOARD, other)
    plug(town)
    onboarding = carry_on(town.hands(), town.agreed(found), found.edited)
    assert [device.next_step for device in onboarding.devices] == [None, StepName.APPEAR]
    assert git(town, "log", "--format=%s", "-1") == "Onboard 2 devices at schule-042\n"
    town.world.plugged[other.mac] = (SWITCH, "GigabitEthernet1/0/8")
    assert resumed(town, onboarding).state is OnboardingState.DONE
    assert town.differs() == {}


# -- Git -------------------------------------------------------------------------------------------------------------


def git(town: Town, *words: str) -> str:
    """One command of Git in the town."""
    identity = ["-c", "user.name=X", "-c", "user.email=x@y.example"]
    return subprocess.run(["git", *identity, *words], cwd=town.root, check=True, capture_output=True, text=True).stdout


def commit_all(town: Town) -> None:
    """The town in a repository of its own."""
    git(town, "init", "-q", "-b", "main")
    git(town, "config", "user.name", "X")
    git(town, "config", "user.email", "x@y.example")
    (town.root / ".gitignore").write_text(".campusctl/\npapers/\nknown_hosts\n")
    git(town, "add", "inventory", ".gitignore")
    git(town, "commit", "-q", "-m", "Begin")


def test_the_change_is_a_commit_of_its_own_on_its_own_branch(town: Town) -> None:
    """With what a colleague wants to know."""
    commit_all(town)
    found = town.effect(branch="tafel-r101")
    plug(town)
    done = carry_on(town.hands(), town.agreed(found, "tafel-r101"), found.edited)
    assert git(town, "branch", "--show-current") == "tafel-r101\n"
    assert git(town, "log", "-1", "--format=%B") == (
        "Onboard s042-r101-dt02\n\n"
        "s042-r101-dt02: room R101, serial number BD042-0201, s042-a2-sw01 port 6\n"
        f"campusctl onboarding {done.id}\n\n"
    )
    assert git(town, "rev-parse", "HEAD").strip() == done.commit


def test_files_with_changes_that_are_not_committed_refuse_it(town: Town) -> None:
    """Before anything is asked for or done."""
    commit_all(town)
    file = town.root / "inventory/schools/schule-042/devices.yml"
    file.write_text(file.read_text() + "# mine\n")
    with pytest.raises(GitError, match="has changes that are not committed"):
        town.effect()


def test_abandoning_later_leaves_what_others_changed(town: Town) -> None:
    """The lines go; a colleague's change in the same file stays."""
    before = town.texts()["inventory/schools/schule-042/devices.yml"]
    found = town.effect()
    onboarding = carry_on(town.hands(wait_s=0), town.agreed(found), found.edited)
    file = town.root / "inventory/schools/schule-042/devices.yml"
    file.write_text(file.read_text() + "  # a colleague was here\n")
    assert abandon(town.hands(), onboarding).state is OnboardingState.ABANDONED
    assert file.read_bytes() == before + b"  # a colleague was here\n"
    assert town.differs() == {}


def test_the_journal_holds_no_secret_and_is_the_owners_alone(town: Town) -> None:
    """Nobody else may read it, and no password is in it."""
    found = town.effect()
    onboarding = carry_on(town.hands(wait_s=0), town.agreed(found), found.edited)
    path = journal.folder(town.root) / f"{onboarding.id}.json"
    assert path.stat().st_mode & 0o077 == 0
    text = path.read_text()
    assert not [ref for ref in ("switch/login",) if town.desk.secrets.resolve([ref])[ref] in text]
    assert json.loads(text)["devices"][0]["name"] == "s042-r101-dt02"
