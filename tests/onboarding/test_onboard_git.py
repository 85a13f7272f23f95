"""The commits of an onboarding, and repositories that do not take them."""

import json

import pytest
from world import Town, commit_all, git, plug, resumed, untouched

from campusctl.model.onboarding import OnboardingState
from campusctl.workflow.git_care import GitError
from campusctl.workflow.onboarding import journal
from campusctl.workflow.onboarding.machine import abandon, carry_on


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
