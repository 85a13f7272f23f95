"""Boards without a protocol: a checklist that a person does and signs."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from appliance_rig import KEY, Secrets, wanted

from campusctl.drivers.board.driver import BoardDriver
from campusctl.drivers.board.manual import ManualDialect
from campusctl.errors import InventoryError
from campusctl.model.appliance import Document
from campusctl.model.events import ignore
from campusctl.model.outcome import OutcomeKind
from campusctl.model.plan import Assessment, Change, DeviceLogin, Target
from campusctl.model.signature import Signature, checklist_of, digest_of, why_open

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
SETTINGS: Mapping[str, Any] = {"maximum_volume": 60, "panel_lock": True, "checklist": ["Stifte liegen bereit"]}


def document(settings: Mapping[str, Any] = SETTINGS) -> Document:
    """What is wanted."""
    return wanted("board", "manual", settings)[0]


def signed(settings: Mapping[str, Any] = SETTINGS, *, days_ago: int = 0) -> Signature:
    """A signature for settings."""
    lines = checklist_of(document(settings).settings)
    moment = NOW - timedelta(days=days_ago)
    return Signature(signed=moment, by="medien", settings=lines, digest=digest_of(lines))


def assess(signature: Signature | None, settings: Mapping[str, Any] = SETTINGS) -> Assessment:
    """What a drift check says of the board."""
    found = next(iter(driver().assess([target(signature, settings)], ignore)))
    assert isinstance(found, Assessment)
    return found


def driver() -> BoardDriver:
    """The driver, with a clock that stands still."""

    class Still(BoardDriver):
        dialects = {"manual": ManualDialect(lambda: NOW)}  # noqa: RUF012 - a fake

    return Still(Secrets(), KEY)


def target(signature: Signature | None, settings: Mapping[str, Any] = SETTINGS) -> Target:
    """The board as the workflow tells of it."""
    found = document(settings)
    text = signature.model_dump_json() if signature else ""
    found = found.model_copy(update={"options": {**found.options, "signature": text}})
    login = DeviceLogin(host="", port=0, user="", known_hosts="")
    return Target(device="s042-r311-dt01", school="schule-042", driver="board", dialect="manual", login=login,
                  intended=found.text(), allow_revert="none")  # fmt: skip


def reasons(found: Assessment) -> Sequence[str]:
    """Each reason once."""
    return tuple(dict.fromkeys(item.reason for item in found.refused))


def test_never_signed() -> None:
    """Every line is open, with what is wanted, and what to do."""
    found = assess(None)
    assert [(edit.path, edit.before, edit.after) for edit in found.refused_edits] == [
        (("panel_lock",), None, True), (("maximum_volume",), None, 60), (("check", "Stifte liegen bereit"), None, True),
    ]  # fmt: skip
    assert reasons(found) == ("never signed: a person does it, then: campusctl sign s042-r311-dt01",)
    assert (found.commands, found.edits, found.drifted) == ((), (), True)


def test_signed_is_right() -> None:
    """Nothing is open; when and by which role is a fact."""
    found = assess(signed())
    assert (found.drifted, found.notes) == (False, ("signed 2026-11-26 by medien",))
    assert found.facts == {"signed": "2026-11-26", "signed_by": "medien"}


def test_the_checklist_has_changed_since() -> None:
    """Only what is new is open, with what was signed before."""
    found = assess(signed({**SETTINGS, "maximum_volume": 50}))
    assert [(edit.path, edit.before, edit.after) for edit in found.refused_edits] == [(("maximum_volume",), 50, 60)]
    assert reasons(found) == (
        (
            "signed 2026-11-26 by medien, and the checklist has changed since: a person does it, "
            "then: campusctl sign s042-r311-dt01"
        ),
    )


def test_a_line_less_asks_nobody() -> None:
    """What was done and is not wanted any more is no work."""
    assert not assess(signed(), {"maximum_volume": 60}).drifted


def test_too_old() -> None:
    """Where the inventory says so, a signature ends."""
    settings = {**SETTINGS, "signed_days": 365}
    assert not assess(signed(settings, days_ago=365), settings).drifted
    found = assess(signed(settings, days_ago=366), settings)
    assert len(found.refused_edits) == 3
    assert reasons(found)[0].startswith("signed 2025-11-25 by medien, which is more than 365 days ago: ")


def test_a_record_that_was_changed_by_hand_counts_for_nothing() -> None:
    """Its digest is another."""
    lines = {**checklist_of(document().settings), "maximum_volume": 60}
    forged = signed({**SETTINGS, "maximum_volume": 50}).model_copy(update={"settings": lines})
    found = assess(forged)
    assert len(found.refused_edits) == 3
    assert reasons(found)[0].startswith("signed 2026-11-26 by medien, and the record was changed by hand since: ")


def test_apply_never_does_it() -> None:
    """Even a change that somebody forced into a plan ends without anything sent."""
    here = target(None)
    change = Change(target=here, assessment=assess(None))
    assert not change.pending
    outcome = next(iter(driver().apply([change], ignore)))
    assert (outcome.kind, outcome.sent, outcome.edits) == (OutcomeKind.UNCHANGED, 0, 0)


def test_a_checklist_is_for_boards_without_a_protocol() -> None:
    """Elsewhere nobody would ever read it."""
    with pytest.raises(InventoryError, match=r"board\.checklist is for boards of dialect manual"):
        wanted("board", "benq", {"checklist": ["Stifte"]})


def test_the_order_of_lines_does_not_matter() -> None:
    """A digest is of what is said, not of how it is sorted."""
    assert digest_of({"a": 1, "b": True}) == digest_of({"b": True, "a": 1})
    assert digest_of({"a": 1}) != digest_of({"a": "1"})


def test_why_open_in_words() -> None:
    """A person reads it."""
    lines = checklist_of(document().settings)
    assert why_open(None, lines, 0, NOW) == "never signed"
    assert why_open(signed(), lines, 0, NOW + timedelta(days=9999)) == ""
