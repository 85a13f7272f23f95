"""What a device is stands behind `drift -v`: one that is right as well as one that differs."""

from datetime import UTC, datetime

import pytest

from campusctl.cli.drift_views import show_drift
from campusctl.model.command import RefusedCommand
from campusctl.model.plan import Assessment, DriftReport, EditView
from campusctl.words.language import ENGLISH

FACTS = {"serial": "BD042-0101", "model": "WM75B\x1b[2J", "lamp_hours": "1234", "supplies": "Black Toner 72 %"}


def report() -> DriftReport:
    """One board that is right, and one that is not."""
    right = Assessment(device="s042-r101-dt01", school="schule-042", driver="board", dialect="samsung_mdc", facts=FACTS)
    wrong = right.model_copy(
        update={"device": "s042-r102-dt01", "edits": (EditView(path=("volume",), before=90, after=40),)}
    )
    now = datetime(2026, 11, 27, tzinfo=UTC)
    return DriftReport(checked=now, schools=("schule-042",), assessments=(right, wrong), faults=(), findings=())


def test_every_device_says_what_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing that a device sends moves the cursor."""
    show_drift(report(), ENGLISH, verbose=True, as_json=False)

    assert capsys.readouterr().out == (
        "s042-r101-dt01: ok\n"
        "  serial BD042-0101, model WM75B\\x1b[2J, lamp hours 1234, supplies Black Toner\n"
        "    72 %\n"
        "s042-r102-dt01: drift  1 setting differs\n"
        "  serial BD042-0101, model WM75B\\x1b[2J, lamp hours 1234, supplies Black Toner\n"
        "    72 %\n"
        "  ~ volume: 90 → 40\n"
        "2 boards: 1 as the inventory says, 1 differ, 0 not readable.\n"
    )


def test_what_a_device_does_not_offer_is_counted_and_named(capsys: pytest.CaptureFixture[str]) -> None:
    """It differs for good: nobody shall wonder why."""
    asked = RefusedCommand(command="set media iso_a4_210x297mm", reason="it lets nobody set anything", path=("media",))
    right = report().assessments[0].model_copy(update={"refused": (asked,), "facts": {}})
    lacking = report().model_copy(update={"assessments": (right,)})
    show_drift(lacking, ENGLISH, verbose=True, as_json=False)
    assert capsys.readouterr().out == (
        "s042-r101-dt01: drift  1 setting cannot be made, it lets nobody set anything\n"
        "  · cannot be made: set media iso_a4_210x297mm: it lets nobody set anything\n"
        "1 board: 0 as the inventory says, 1 differ, 0 not readable.\n"
    )


def test_in_short_nobody_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """One line a device."""
    show_drift(report(), ENGLISH, verbose=False, as_json=False)

    assert capsys.readouterr().out == (
        "s042-r102-dt01: drift  1 setting differs\n"
        "ok: s042-r101-dt01\n"
        "2 boards: 1 as the inventory says, 1 differ, 0 not readable.\n"
    )
