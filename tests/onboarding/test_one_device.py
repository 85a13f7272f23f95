"""What is done for a device that is there: over real SSH, its key trusted, its settings made, everything read again."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from small_lab import SCHOOL, SWITCHES, SmallLab, lab_up, make_workspace, school_spec

from campusctl.inventory.load import load_city
from campusctl.lab.state import known_hosts
from campusctl.model.onboarding import NewDevice, Onboarding, StepName
from campusctl.workflow import Desk
from campusctl.workflow.onboarding.hands import Hands
from campusctl.workflow.onboarding.one_device import Ended, OneDevice, Result

IOS, CX = SWITCHES["cisco_ios"], SWITCHES["aruba_aoscx"]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallLab]:
    """The school's switches, with something entered by hand on each."""
    root = make_workspace(tmp_path_factory.mktemp("one") / "ws")
    with lab_up(root, school_spec(root, drift=True), timeout_s=4.0) as up:
        yield up


def take(
    lab: SmallLab, name: str, step: StepName, *, answer: bool = True, desk: Desk | None = None
) -> tuple[Result, str]:
    """Take a step for a switch, and what was asked meanwhile."""
    asked: list[str] = []

    def agree(question: str) -> bool:
        asked.append(question)
        return answer

    here = desk or lab.desk
    hands = Hands(desk=lambda: here, say=lambda _text: None, agree=agree)
    device = NewDevice(kind="switch", school=SCHOOL, name=name, entry={"room": "OGS", "serial": "FOC007X003"})
    onboarding = Onboarding(id="0" * 8, made=datetime.now(UTC), by="x", devices=(device,))
    return OneDevice(hands, here, onboarding).take(device, step), "\n".join(asked)


def test_a_new_host_key_is_shown_and_trusted_only_on_yes(lab: SmallLab) -> None:
    """Asked with the fingerprint; a no stops it; a yes is remembered, and not asked again."""
    file = known_hosts(lab.root)
    before = file.read_text()
    try:
        file.write_text("")
        no, asked = take(lab, IOS, StepName.TRUST, answer=False)
        assert no.ended is Ended.STOPPED
        assert file.read_text() == ""
        assert asked.startswith(f"{IOS} at 127.7.3.13:")
        assert "ssh-ed25519 SHA256:" in asked
        assert asked.endswith("Compare it with what its console shows. Trust it?")
        yes, _ = take(lab, IOS, StepName.TRUST)
        assert yes.ended is Ended.WELL
        assert yes.note.startswith("its host key is trusted: ssh-ed25519 SHA256:")
        assert take(lab, IOS, StepName.TRUST) == (Result(Ended.WELL, "its host key is known"), "")
    finally:
        file.write_text(before)


def test_another_key_than_the_known_one_is_never_trusted(lab: SmallLab) -> None:
    """The address was given on, or somebody is in between."""
    file = known_hosts(lab.root)
    before = file.read_text()
    lines = {line.split()[0]: line for line in before.splitlines()}
    mine, other = (next(key for key in lines if address in key) for address in ("127.7.3.13", "127.7.3.12"))
    try:
        file.write_text(lines[other].replace(other, mine) + "\n")
        result, asked = take(lab, IOS, StepName.TRUST)
    finally:
        file.write_text(before)
    assert result.ended is Ended.STOPPED
    assert asked == ""


def test_settings_are_made_and_then_nothing_differs(lab: SmallLab) -> None:
    """The ordinary plan; the second time there is nothing to do; the check finds nothing."""
    check, _ = take(lab, CX, StepName.CHECK)
    assert check.ended is Ended.STOPPED
    assert check.note.startswith(f"{CX} still differs: ")
    made, _ = take(lab, CX, StepName.SETTINGS)
    assert made.ended is Ended.WELL
    assert "settings made and read back (run " in made.note
    assert take(lab, CX, StepName.SETTINGS)[0] == Result(Ended.WELL, "as it shall be")
    assert take(lab, CX, StepName.CHECK)[0] == Result(Ended.WELL, f"{CX} read again, nothing differs")


@pytest.mark.parametrize("step", [StepName.TRUST, StepName.SETTINGS])
def test_a_device_that_does_not_answer_yet_is_waited_for(lab: SmallLab, step: StepName) -> None:
    """It may have started and have its address in a moment."""
    nowhere = replace(lab.desk, endpoint=lambda _address: ("127.7.3.99", lab.thread.server.port), timeout_s=0.5)
    assert take(lab, IOS, step, desk=nowhere)[0].ended is Ended.WAITS


def test_a_device_that_nothing_brings_to_standard_is_left_alone(lab: SmallLab) -> None:
    """An access point: said, and no reason to stop."""
    assert "s007-r1-ap01" in load_city(lab.root, [SCHOOL]).school(SCHOOL).devices
    assert take(lab, "s007-r1-ap01", StepName.TRUST)[0] == Result(Ended.WELL, "")
    result, _ = take(lab, "s007-r1-ap01", StepName.SETTINGS)
    assert result == Result(Ended.WELL, "no settings are made: nothing brings its class to standard")
    assert take(lab, "s007-r1-ap01", StepName.CHECK)[0] == Result(Ended.WELL, "there is nothing to check")
