"""Samsung displays by MDC: what is read, checked, set and said, and every way in which one can be odd."""

import re
import sys
from collections.abc import Iterator

import pytest
from appliance_rig import Rig, Up, wanted
from hypothesis import given
from hypothesis import strategies as st
from samsung_mdc.commands import INPUT_SOURCE, TIMER_13, TIMER_15

from campusctl.drivers.board import timers
from campusctl.drivers.board.samsung import SOURCES
from campusctl.errors import InventoryError, MissingExtraError
from campusctl.lab.appliances.samsung import SamsungDisplay
from campusctl.lab.appliances.samsung_memory import Memory
from campusctl.model.calendar import WEEKDAYS
from campusctl.model.inventory import Settings
from campusctl.model.outcome import FaultKind, OutcomeKind

SETTINGS = {
    "name": "{name}", "network_standby": True, "panel_lock": True, "remote_lock": True, "start_source": "ops",
    "volume": 20, "maximum_volume": 60, "on_timer": {"time": "07:15"},
    "off_timer": {"time": "17:30", "days": ["fri", "mon"]},
}  # fmt: skip


@pytest.fixture(scope="module")
def rig() -> Iterator[Rig]:
    """The thread of the simulators."""
    with Rig() as up:
        up.secrets.values["b/pin"] = "482913"
        yield up


def display(rig: Rig, *faults: str, **settings: object) -> Up:
    """A display that is up, set as the inventory says."""
    return rig.up("board", "samsung_mdc", {**SETTINGS, **settings}, *faults)


def memory(up: Up) -> Memory:
    """What a simulated display remembers."""
    assert isinstance(up.device, SamsungDisplay)
    return up.device.memory


def test_what_a_display_says_of_itself(rig: Rig) -> None:
    """Everything that MDC tells, in words; set as wanted, nothing differs."""
    found = display(rig, minimum_firmware="T-HKMLAKUC-2020.5").assess()
    assert found.facts == {
        "power": "on", "serial": "SN-1", "model": "QM75R", "firmware": "T-HKMLAKUC-2020.5", "volume": "20",
        "source": "ops", "hours": "1234", "temperature": "34 °C", "signal": "yes",
    }  # fmt: skip
    assert (found.edits, found.refused, found.notes) == ((), (), ())


def test_everything_is_set(rig: Rig) -> None:
    """From out of the box to as wanted; each step says its command."""
    up = display(rig)
    up.reset(factory=True)
    found = up.assess()
    assert [command.text for command in found.commands] == [
        "MDC 0xB5 network standby: on", f"MDC 0x67 device name: {found.device}", "MDC 0x5F panel lock: on",
        "MDC 0x36 remote control: locked", "MDC 0xCA auto source switching: ops", "MDC 0x12 volume: 20",
        "MDC 0xA4 timer 1, on: 07:15 mon tue wed thu fri", "MDC 0xA4 timer 1, off: 17:30 mon fri",
    ]  # fmt: skip
    assert up.apply().kind is OutcomeKind.OK
    assert memory(up).values[0x67] == found.device.encode()
    assert memory(up).sources == bytes([1, 0x50, 0])
    assert memory(up).values[0x14] == b"\x50", "it goes to its primary source by itself"
    assert memory(up).timer_words(on=True) == "07:15 mon tue wed thu fri"
    assert memory(up).timer_words(on=False) == "17:30 mon fri"


def test_over_tls_behind_its_pin(rig: Rig) -> None:
    """Secured Protocol: the same, encrypted."""
    up = display(rig, tls=True, pin="b/pin")
    up.reset(factory=True)
    assert up.apply().kind is OutcomeKind.OK


@pytest.mark.parametrize(("fault", "what"), [
    ("wrong-pin", "it refuses our PIN"), ("blocked", "it takes no PIN any more: too many wrong ones"),
])  # fmt: skip
def test_a_pin_that_is_refused(rig: Rig, fault: str, what: str) -> None:
    """Both ways say what to do."""
    found = display(rig, fault, tls=True, pin="b/pin").fault_found()
    assert (found.kind, found.what, bool(found.hint)) == (FaultKind.AUTH, what, True)


def test_tls_where_nobody_expects_it(rig: Rig) -> None:
    """The display greets with TLS, and the inventory says nothing of it."""
    found = display(rig, "tls").fault_found()
    assert (found.kind, found.what) == (FaultKind.AUTH, "it takes commands over TLS only, behind its PIN")


def test_no_tls_where_it_is_expected(rig: Rig) -> None:
    """A display without Secured Protocol says nothing first, and waits."""
    up = display(rig)
    over_tls, _ = wanted("board", "samsung_mdc", {**SETTINGS, "tls": True, "pin": "b/pin"})
    login = up.target.login.model_copy(update={"enable": "b/pin"})
    found = up.fault_found(login=login, intended=over_tls.text())
    assert (found.kind, found.hint) == (FaultKind.TIMEOUT, "it may speak without TLS: board.tls")


def test_too_loud(rig: Rig) -> None:
    """A display that is quieter than the limit is left alone; a louder one is turned down."""
    up = rig.up("board", "samsung_mdc", {"maximum_volume": 60})
    memory(up).values[0x12] = bytes([20])
    assert up.assess().edits == ()
    memory(up).values[0x12] = bytes([95])
    assert [(edit.before, edit.after) for edit in up.assess().edits] == [(95, 60)]
    assert up.apply().kind is OutcomeKind.OK
    assert memory(up).values[0x12] == bytes([60])


def test_an_older_firmware_is_told_and_left(rig: Rig) -> None:
    """It is a finding; nothing is sent for it, and what else differs is made."""
    up = display(rig, minimum_firmware="T-HKMLAKUC-2020.5")
    up.reset(factory=True)
    up.fault("old-firmware")
    assert up.apply().kind is OutcomeKind.OK
    found = up.assess()
    assert [(edit.path, edit.before) for edit in found.refused_edits] == [(("minimum_firmware",), "T-HKMLAKUC-1999.1")]
    assert (found.edits, [refused.reason for refused in found.refused]) == ((), ["an update is somebody's work"])


def test_what_mdc_cannot_set(rig: Rig) -> None:
    """Language has no command, a source without a code has none; what the display does not have is said."""
    up = display(rig, "soundless", language="de", start_source="usbc1")
    reasons = {refused.path[0]: refused.reason for refused in up.assess().refused}
    assert reasons == {
        "language": "MDC has no command for the language of its menus: set it with the remote control",
        "volume": "it has no loudspeakers", "maximum_volume": "it has no loudspeakers",
    }  # fmt: skip
    outcome = up.apply()
    assert outcome.fault
    assert outcome.fault.what.startswith("it refuses start_source: MDC has no source usbc1; it has hdmi1,")


def test_a_question_that_is_refused(rig: Rig) -> None:
    """NAK to one question: that setting is told, the rest is read and made."""
    up = display(rig, "unknown=panel")
    up.reset(factory=True)
    assert up.apply().kind is OutcomeKind.OK
    assert [(one.path, one.reason) for one in up.assess().refused] == [(("panel_lock",), "it says no (NAK)")]


def test_standby_is_off(rig: Rig) -> None:
    """What is wanted cannot all be read in standby."""
    found = display(rig, "standby").fault_found()
    assert (found.kind, found.what) == (FaultKind.OFF, "standby")


def test_standby_without_network_standby_is_silence(rig: Rig) -> None:
    """Nobody answers; that is off, too."""
    up = display(rig, network_standby=False)
    up.fault("standby")
    assert (up.fault_found().kind, up.fault_found().what) == (FaultKind.OFF, "switched off")


def test_standby_is_no_hindrance_where_all_can_be_read(rig: Rig) -> None:
    """Locks and network standby are answered in standby."""
    up = rig.up("board", "samsung_mdc", {"network_standby": True, "panel_lock": True}, "standby")
    assert up.assess().facts["power"] == "standby"
    memory(up).values[0x5F] = b"\x00"
    assert up.apply().kind is OutcomeKind.OK


@pytest.mark.parametrize(("fault", "note"), [
    ("hot", "it is too hot (71 °C): are its air inlets free?"), ("fan", "its fan has failed: it needs to be mended"),
])  # fmt: skip
def test_what_is_wrong_is_said_in_words(rig: Rig, fault: str, note: str) -> None:
    """The error status is a note, and no drift."""
    found = display(rig, fault).assess()
    assert (found.notes, found.drifted) == ((note,), False)


@pytest.mark.parametrize("fault", ["checksum", "garbage", "mixed-up"])
def test_answers_that_are_none(rig: Rig, fault: str) -> None:
    """A wrong checksum, noise, the answer to another question: nothing of it is believed."""
    found = display(rig, fault).fault_found()
    assert found.kind is FaultKind.MALFORMED
    assert found.what.startswith("what answers does not speak MDC as it should")


@pytest.mark.parametrize("tls", [False, True])
def test_slow_answers_in_pieces(rig: Rig, tls: bool) -> None:  # noqa: FBT001 - a case
    """An answer may take its time, and come byte by byte."""
    up = display(rig, "slow=0.01", "pieces", tls=tls, pin="b/pin")
    up.reset(factory=True)
    assert up.apply().kind is OutcomeKind.OK


@pytest.mark.parametrize("setting", ["off_timer", "network_standby"])
def test_it_did_what_it_was_told_and_said_nothing(rig: Rig, setting: str) -> None:
    """A display that leaves an order without an answer is called again for the others: all are made."""
    up = display(rig, f"silent={setting}")
    up.reset(factory=True)
    outcome = up.apply()
    assert (outcome.kind, outcome.edits) == (OutcomeKind.OK, 8)


def test_timers_of_the_older_kind(rig: Rig) -> None:
    """One set of days for both: equal days are set, other days are refused."""
    up = display(rig, "timer13", off_timer={"time": "17:30"})
    up.reset(factory=True)
    assert up.apply().kind is OutcomeKind.OK
    other = display(rig, "timer13")
    other.reset(factory=True)
    outcome = other.apply()
    assert outcome.fault
    assert "it has one set of days for switching on and off" in outcome.fault.what
    assert memory(other).timer_words(on=True) == "none"


def test_a_timer_is_switched_off(rig: Rig) -> None:
    """`none` switches it off."""
    up = display(rig, on_timer="none")
    memory(up).timers[0xA4] = bytes([7, 15, 1, 1, *memory(up).timers[0xA4][4:]])
    assert [(edit.path, edit.after) for edit in up.assess().edits] == [(("on_timer",), "none")]
    assert up.apply().kind is OutcomeKind.OK


def test_its_number_on_the_line(rig: Rig) -> None:
    """Another display's number is not answered."""
    up = display(rig, display_id=7)
    assert up.assess().edits == ()
    other, _ = wanted("board", "samsung_mdc", {**SETTINGS, "display_id": 8})
    assert up.fault_found(intended=other.text()).kind is FaultKind.TIMEOUT


def test_settings_that_contradict_each_other() -> None:
    """TLS needs a PIN; a volume is not louder than the loudest."""
    with pytest.raises(InventoryError, match=re.escape("board.tls is on and there is no board.pin")):
        wanted("board", "samsung_mdc", {"tls": True})
    with pytest.raises(ValueError, match="volume 70 is louder than maximum_volume 60"):
        Settings.model_validate({"board": {"volume": 70, "maximum_volume": 60}})


HALVES = st.builds(
    lambda hour, minute, days: " ".join((f"{hour:02}:{minute:02}", *[day for day in WEEKDAYS if day in days])),
    st.integers(0, 23), st.integers(0, 59), st.sets(st.sampled_from(WEEKDAYS), min_size=1),
) | st.just("none")  # fmt: skip
LONG = TIMER_15.parse_response_data(bytes([12, 0, 1, 0, 12, 0, 1, 0, 0, 0, 0, 0, 10, 0x21, 0]))
SHORT = TIMER_13.parse_response_data(bytes([12, 0, 1, 0, 12, 0, 1, 0, 0, 0, 10, 0x21, 0]))


@given(HALVES, HALVES)
def test_timers_come_back_as_they_went(on: str, off: str) -> None:
    """Through the library's bytes and back, both halves; volume, source and holidays stay."""
    values = timers.changed(timers.changed(LONG, on, on=True), off, on=False)
    back = TIMER_15.parse_response_data(bytes(TIMER_15.pack_payload_data(values)))
    assert (timers.words(back, on=True), timers.words(back, on=False), back[8:]) == (on, off, LONG[8:])


@given(HALVES)
def test_timers_of_the_older_kind_come_back_as_they_went(on: str) -> None:
    """Likewise, one half."""
    back = TIMER_13.parse_response_data(bytes(TIMER_13.pack_payload_data(timers.changed(SHORT, on, on=True))))
    assert (timers.words(back, on=True), timers.words(back, on=False)) == (on, "none")


def test_every_source_is_one_of_the_library() -> None:
    """No word of the inventory leads nowhere."""
    known = {source.name for source in INPUT_SOURCE.INPUT_SOURCE_STATE}
    assert set(SOURCES.values()) <= known


def test_without_the_library_it_says_what_to_install(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """That is the operator's business, and no device's trouble."""
    for name in ("samsung_mdc", "campusctl.drivers.board.mdc_client"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(MissingExtraError, match=re.escape("needs the extra [boards]")):
        display(rig).assess()
