"""BenQ and ViewSonic boards through their driver, against our own lab (no device has seen this)."""
# ruff: noqa: E501 - a row of a table is one line

import asyncio
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import pytest
from appliance_rig import Rig, Up

from campusctl.drivers.board.benq import MAKE as BENQ
from campusctl.drivers.board.driver import BoardDriver
from campusctl.drivers.board.viewsonic import MAKE as VIEWSONIC
from campusctl.inventory.appliances.board import ORDER
from campusctl.lab.appliances.benq import BenqBoard
from campusctl.lab.appliances.framed_panel import FramedPanel
from campusctl.lab.appliances.viewsonic import ViewBoard
from campusctl.model.outcome import FaultKind, OutcomeKind

WANTED: Final[Mapping[str, dict[str, Any]]] = {
    "benq": {"network_standby": True, "after_power_cut": "off", "panel_lock": True, "remote_lock": True,
             "source": "ops", "volume": 30, "minimum_firmware": "1.00"},
    "viewsonic": {"panel_lock": True, "remote_lock": True, "menu_lock": True, "power_lock": True, "touch": False,
                  "source": "hdmi2", "maximum_volume": 40, "minimum_firmware": "3.02.001"},
}  # fmt: skip


@pytest.fixture(scope="module")
def rig() -> Iterator[Rig]:
    """The thread of the simulators."""
    with Rig() as up:
        yield up


@pytest.fixture(scope="module")
def boards(rig: Rig) -> Mapping[str, Up]:
    """One board of each make."""
    return {dialect: rig.up("board", dialect, settings) for dialect, settings in WANTED.items()}


@pytest.fixture(params=sorted(WANTED))
def up(request: pytest.FixtureRequest, boards: Mapping[str, Up]) -> Up:
    """A board as out of its box."""
    board = boards[request.param]
    board.fault()
    board.reset(factory=True)
    return board


def test_every_setting_is_set_and_read_back(up: Up) -> None:
    """The whole list, in the order in which it is set; and then nothing is left."""
    change = up.change()
    wanted = WANTED[up.target.dialect]
    assert {edit.path[0]: edit.after for edit in change.assessment.edits} == {
        name: value for name, value in wanted.items() if name != "minimum_firmware"
    }
    assert up.apply(change).kind is OutcomeKind.OK
    assert not up.assess().drifted


def test_the_steps_are_the_papers_commands(boards: Mapping[str, Up]) -> None:
    """A person can find each in the manufacturer's list."""
    steps = {}
    for dialect, board in boards.items():
        board.fault()
        board.reset(factory=True)
        steps[dialect] = [command.text for command in board.assess().commands]
    assert steps == {
        "benq": ["set F0 001 (network_standby)", "set AB 000 (after_power_cut)", "set 45 000 (panel_lock)",
                 "set 42 000 (remote_lock)", "set 22 102 (source)", "set 35 030 (volume)"],
        "viewsonic": ["set 38 001 (panel_lock)", "set 42 000 (remote_lock)", "set 3E 001 (menu_lock)",
                      "set 34 001 (power_lock)", "set 3D 003 (touch)", "set 22 014 (source)",
                      "set 35 040 (maximum_volume)"],
    }  # fmt: skip


def test_what_a_board_is(boards: Mapping[str, Up]) -> None:
    """Model, serial number, firmware, power, source and hours."""
    facts = {}
    for dialect, board in boards.items():
        board.fault()
        board.reset(factory=True)
        facts[dialect] = board.assess().facts
    assert facts == {
        "benq": {"power": "on", "model": "RM6503", "firmware": "1.02", "serial": "SN-1", "source": "android", "hours": "1786"},
        "viewsonic": {"power": "on", "model": "IFP6552", "firmware": "3.02.001", "serial": "SN-1", "source": "android",
                      "signal": "yes", "hours": "1786", "temperature": "41 °C"},
    }  # fmt: skip


def test_changing_the_source_disturbs(up: Up) -> None:
    """Somebody may look at it, or listen; the locks disturb nobody."""
    assert up.assess().interrupts == ("the board shows another source", "the sound of its room")


def test_a_volume_within_its_bound_is_right(boards: Mapping[str, Up]) -> None:
    """Quieter is no drift; louder is turned down to the bound."""
    board = boards["viewsonic"]
    panel = board.device
    assert isinstance(panel, FramedPanel)
    board.fault()
    board.reset(factory=False)
    panel.values["volume"] = "012"
    assert not board.assess().drifted
    panel.values["volume"] = "041"
    assert [(edit.path, edit.before, edit.after) for edit in board.assess().edits] == [(("maximum_volume",), 41, 40)]


def test_a_volume_that_is_wanted_keeps_its_bound(rig: Rig) -> None:
    """Both are said: the volume is set, and the bound does not make it louder again."""
    board = rig.up("board", "benq", {"volume": 30, "maximum_volume": 60})
    panel = board.device
    assert isinstance(panel, FramedPanel)
    panel.values["volume"] = "090"
    assert board.apply().kind is OutcomeKind.OK
    assert panel.values["volume"] == "030"


def test_in_standby_it_is_off(up: Up) -> None:
    """It answers, and tells nothing of its settings."""
    up.fault("standby")
    found = up.fault_found()
    assert (found.off, found.what) == (True, "in standby: it answers, and tells nothing of its settings")


def test_an_older_model_lacks_a_command(up: Up) -> None:
    """The setting is named as one that it does not know; the others are made."""
    up.fault("dumb=remote_lock")
    found = up.assess()
    assert [(item.path, item.reason) for item in found.refused] == [
        (("remote_lock",), "this model does not know the command for it")
    ]
    assert up.apply().kind is OutcomeKind.OK


Bent = Callable[[bytes, bytes], bytes]
"""From a question, and what is answered, to what comes."""


@pytest.mark.parametrize(
    "bent",
    [
        lambda _, said: said.replace(b"\r", b"\r\n\0"),
        lambda _, said: b"802rf099\r\r" + said,
        lambda _, said: b"" if said[3:4] == b"-" else said,
        lambda asked, said: b"" if asked[3:4] == b"s" and asked[4] in (0x45, 0x38) else said,
        lambda asked, said: b"" if asked[4] in (0x76, 0x31) else said,
    ],
    ids=["line ends", "another display", "silence for a no", "silence for a lock", "silence for hours"],
)
def test_an_odd_panel_is_set_all_the_same(up: Up, monkeypatch: pytest.MonkeyPatch, bent: Bent) -> None:
    """What it leaves without an answer is asked once, and read back; the rest is made."""
    bend(up, monkeypatch, bent)
    change = up.change()
    outcome = up.apply(change)
    assert (outcome.kind, outcome.edits) == (OutcomeKind.OK, len(WANTED[up.target.dialect]) - 1)


def test_silence_in_standby_is_off(up: Up, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says that it sleeps, and then nothing."""
    up.fault("standby")
    bend(up, monkeypatch, lambda asked, said: said if asked[4] == 0x6C else b"")
    assert up.fault_found().what == "in standby: it answers, and tells nothing of its settings"


def test_another_number_answers(up: Up, monkeypatch: pytest.MonkeyPatch) -> None:
    """`display_id` is wrong."""
    bend(up, monkeypatch, lambda _, said: said[:1] + b"07" + said[3:])
    assert up.fault_found().what == "the display that answers has the number 07, and 01 is asked"


def bend(up: Up, monkeypatch: pytest.MonkeyPatch, bent: Bent) -> None:
    """Let something become of each answer on its way."""
    panel = up.device
    assert isinstance(panel, FramedPanel)

    async def conversation(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while asked := (await reader.readuntil(b"\r"))[:-1]:
            writer.write(bent(asked, b"".join(answer + b"\r" for answer in panel.answers(asked))))

    monkeypatch.setattr(panel, "conversation", conversation)


def test_bytes_that_mean_nothing(up: Up) -> None:
    """They are shown, and it is asked whether it is the right device."""
    up.fault("garbage")
    found = up.fault_found()
    assert (found.kind, found.hint) == (FaultKind.MALFORMED, "is it the right device, and the right `dialect`?")


def test_old_firmware_is_told_and_not_set(rig: Rig) -> None:
    """A bound that is not kept is drift that somebody has to mend."""
    board = rig.up("board", "benq", {"minimum_firmware": "1.10"})
    found = board.assess()
    assert [(edit.path, edit.before, edit.after) for edit in found.refused_edits] == [
        (("minimum_firmware",), "1.02", "1.10")
    ]
    assert (found.commands, found.drifted) == ((), True)
    assert found.refused[0].reason == "an update of the firmware is somebody's work at the board"


def test_a_first_generation_viewboard(rig: Rig) -> None:
    """Its name comes in six frames, and nobody can ask for its serial number."""
    board = rig.up("board", "viewsonic", {"volume": 50, "minimum_firmware": "3.0"}, "old")
    found = board.assess()
    assert {"model", "hours"} <= found.facts.keys()
    assert (found.facts["model"], found.facts["hours"], "serial" in found.facts) == ("IFP6552", "1786", False)
    assert [item.reason for item in found.refused] == ["it does not tell its firmware"]


def test_somebody_at_a_viewboard_disturbs_nothing(boards: Mapping[str, Up]) -> None:
    """It tells of the volume before each answer: nothing is mistaken for another."""
    board = boards["viewsonic"]
    board.fault("busy")
    board.reset(factory=True)
    assert board.apply().kind is OutcomeKind.OK


def test_a_viewboard_that_passes_keys_on_is_not_locked(boards: Mapping[str, Up]) -> None:
    """The third state of the remote control is neither locked nor free, and is put right."""
    board = boards["viewsonic"]
    panel = board.device
    assert isinstance(panel, FramedPanel)
    board.fault()
    board.reset(factory=False)
    panel.values["remote_lock"] = "002"
    assert [(edit.before, edit.after) for edit in board.assess().edits] == [("passed on", True)]


def test_a_source_the_make_has_no_word_for(rig: Rig) -> None:
    """The inventory knows more sources than this make."""
    outcome = rig.up("board", "benq", {"source": "hdmi4"}).apply()
    assert outcome.fault
    assert (outcome.fault.kind, outcome.fault.what) == (
        FaultKind.REJECTED,
        "it refuses source: BenQ has no word for hdmi4",
    )


@pytest.mark.parametrize("make", [BENQ, VIEWSONIC], ids=lambda make: make.name)
def test_every_setting_of_boards_is_offered_or_its_lack_explained(make: Any) -> None:  # noqa: ANN401 - a Make
    """Whatever the inventory may say, the answer is a command or a reason."""
    known = {*make.functions, *make.lacks, "maximum_volume", "minimum_firmware"}
    assert set(ORDER) - known == set()
    assert make.functions.keys() & make.lacks.keys() == set()


@pytest.mark.parametrize(("make", "simulator"), [(BENQ, BenqBoard), (VIEWSONIC, ViewBoard)], ids=["BenQ", "ViewSonic"])
def test_driver_and_lab_read_the_same_paper(make: Any, simulator: type[FramedPanel]) -> None:  # noqa: ANN401 - a Make
    """Both tables were written from the manufacturer's list, apart from each other."""
    ours = {name: (function.set, function.get, {form.decode() for form in function.words.values()})
            for name, function in make.functions.items()}  # fmt: skip
    theirs = {row.name: (row.set, row.get, set(row.values)) for row in simulator.rows}
    assert ours == theirs


def test_the_driver_knows_the_dialects() -> None:
    """What a profile may say."""
    assert {"benq", "viewsonic", "android", "manual"} <= BoardDriver.dialects.keys()
