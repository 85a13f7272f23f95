"""`campusctl status` names onboardings that wait for somebody."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from campusctl.cli.main import call
from campusctl.model.onboarding import NewDevice, Onboarding, OnboardingState, StepName
from campusctl.workflow.onboarding import journal

NOON = datetime(2026, 11, 26, 11, 0, tzinfo=UTC)
BOARD = NewDevice(kind="board", school="schule-042", name="s042-r202-dt02", entry={"room": "R202"})
WAITS = Onboarding(id="12ab34cd", made=NOON, by="meier", lab=True, devices=(BOARD.with_done(StepName.INVENTORY, NOON),))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The example city, with a board on its way and another one that was given up."""
    shutil.copytree(Path(__file__).parents[2] / "inventory", tmp_path / "inventory")
    journal.save(tmp_path, WAITS)
    journal.save(tmp_path, WAITS.model_copy(update={"id": "22ab34cd", "state": OnboardingState.ABANDONED}))
    return tmp_path


def test_a_device_that_waits_is_named_with_the_way_on(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In the city's time; exit code 4."""
    assert call(["--workspace", str(root), "status"]) == 4
    assert capsys.readouterr().out == (
        "onboarding 12ab34cd  of s042-r202-dt02, by meier, 2026-11-26 12:00\n"
        "    campusctl --lab onboard resume 12ab34cd            goes on with it\n"
        "    campusctl --lab onboard resume 12ab34cd --abandon  gives it up\n"
    )


def test_json_says_which_step_is_next(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """For a page or a ticket."""
    assert call(["--workspace", str(root), "status", "--json"]) == 4
    (one,) = json.loads(capsys.readouterr().out)["onboardings"]
    assert one["devices"] == [{"device": "s042-r202-dt02", "school": "schule-042", "next": "port"}]
