"""Onboarding, broken at every step: taken up again, or given up."""

import errno
import os
from pathlib import Path

import pytest
from world import SCHOOL, KilledError, Town, plug, resumed, untouched

from campusctl.errors import CampusError
from campusctl.inventory.edit_files import Edited
from campusctl.inventory.load import load_city
from campusctl.model.onboarding import Onboarding, OnboardingState, StepName
from campusctl.workflow.onboarding import journal
from campusctl.workflow.onboarding.machine import abandon, carry_on


def counted(town: Town, stop_at: int, error: type[BaseException]) -> list[str]:
    """Let everything happen until the hook is called for the n-th time."""
    seen: list[str] = []

    def hook(what: str) -> None:
        seen.append(what)
        if len(seen) == stop_at:
            raise error

    town.world.hook = hook
    return seen


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
