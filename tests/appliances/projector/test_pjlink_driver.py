"""Projectors by PJLink: what is read, checked, set and said, and every way in which one can be odd."""

import re
import sys
from collections.abc import Iterator

import pytest
from appliance_rig import Rig, Up, wanted
from hypothesis import given
from hypothesis import strategies as st

from campusctl.drivers.appliance.bounds import at_least, at_most
from campusctl.drivers.projector.words import ALARMS, KINDS, code_of, input_of
from campusctl.errors import MissingExtraError
from campusctl.model.outcome import FaultKind, OutcomeKind

SETTINGS = {
    "login": {"password": "p/w"},
    "input": "digital1",
    "picture_mute": False,
    "sound_mute": True,
    "freeze": True,
}


@pytest.fixture(scope="module")
def rig() -> Iterator[Rig]:
    """The thread of the simulators."""
    with Rig() as up:
        up.secrets.values["p/w"] = "Beamer-Passwort"
        yield up


def projector(rig: Rig, *faults: str, **settings: object) -> Up:
    """A projector that is up, set as the inventory says."""
    return rig.up("projector", "pjlink", {**SETTINGS, **settings}, *faults)


def test_what_a_projector_says_of_itself(rig: Rig) -> None:
    """Everything that PJLink tells, in words."""
    found = projector(rig, name="{name}").assess()
    name = found.device
    assert found.facts == {
        "power": "on", "class": "2", "name": name, "manufacturer": "Laborprojektoren", "model": "LP-100",
        "serial": "SN-1", "firmware": "1.02", "lamp_hours": "1234", "filter_hours": "234", "source": "digital1",
    }  # fmt: skip
    assert (found.edits, found.refused, found.notes) == ((), (), ())


def test_steps_are_what_is_sent(rig: Rig) -> None:
    """The plan shows each command of the protocol, and whom it disturbs."""
    up = projector(rig)
    up.reset(factory=True)
    found = up.assess()
    assert [command.text for command in found.commands] == ["INPT 31", "AVMT 21", "FREZ 1"]
    assert found.interrupts == (
        "the picture of its room: another input",
        "the sound of its room",
        "the picture of its room",
    )


def test_an_input_is_found_by_its_name(rig: Rig) -> None:
    """Upper and lower case do not matter; other inputs are told by their names."""
    up = projector(rig, input="hdmi 2 / mhl")
    up.reset(factory=True)
    found = up.assess()
    assert [(edit.before, edit.after) for edit in found.edits if edit.path == ("input",)] == [
        ("Computer", "hdmi 2 / mhl")
    ]
    assert up.apply().kind is OutcomeKind.OK
    assert up.device.input == "32"


def test_an_input_that_is_not_there(rig: Rig) -> None:
    """The refusal says which inputs there are."""
    outcome = projector(rig, input="SDI").apply()
    assert outcome.fault
    assert outcome.fault.what.startswith(
        "it refuses input: it has no input SDI; it has Computer, Video, HDMI 1, HDMI 2 / MHL,"
    )


def test_class_1_is_read_and_set_as_far_as_it_goes(rig: Rig) -> None:
    """What needs class 2 is refused with its reason; the rest is done."""
    up = projector(rig, "class1", minimum_firmware="1.0")
    up.reset(factory=True)
    outcome, found = up.apply(), up.assess()
    assert (outcome.kind, outcome.edits, found.edits) == (OutcomeKind.OK, 2, ())
    assert {refused.path: refused.reason for refused in found.refused} == {
        ("freeze",): "this needs PJLink class 2, and it speaks class 1",
        ("minimum_firmware",): "it does not say its firmware",
    }


def test_what_can_only_be_checked(rig: Rig) -> None:
    """It differs, it is shown with what to do, and nothing is sent for it."""
    bounds = {
        "maximum_lamp_hours": 1000,
        "maximum_filter_hours": 300,
        "minimum_firmware": "1.10",
        "resolution": "1280x800",
    }
    up = projector(rig, name="s042-r101-bm01", **bounds)
    up.reset(factory=True)
    up.device.input, up.device.muted["2"], up.device.frozen = "31", True, True
    found = up.assess()
    assert (found.edits, found.commands, found.drifted) == ((), (), True)
    assert {edit.path[0]: (edit.before, edit.after) for edit in found.refused_edits} == {
        "name": ("Projector", "s042-r101-bm01"),
        "resolution": ("1920x1080", "1280x800"),
        "maximum_lamp_hours": (1234, 1000),
        "minimum_firmware": ("1.02", "1.10"),
    }
    assert up.apply().kind is OutcomeKind.UNCHANGED


def test_both_tracks_are_muted_at_once(rig: Rig) -> None:
    """Some shutters know no single track: one command says both."""
    up = projector(rig, "err4=none", picture_mute=True)
    up.reset(factory=True)
    said: list[str] = []
    original = up.device._mute
    up.device._mute = lambda what: said.append(what) or original(what)  # type: ignore[func-returns-value]
    assert up.apply().kind is OutcomeKind.OK
    assert said == ["31"]


@pytest.mark.parametrize(("fault", "words"), [
    ("fan", ALARMS["fan", "ERROR"]), ("lamp", ALARMS["lamp", "ERROR"]), ("hot", ALARMS["temperature", "ERROR"]),
    ("cover", ALARMS["cover", "ERROR"]), ("filter", ALARMS["filter", "WARN"]),
])  # fmt: skip
def test_what_is_wrong_is_said_in_words(rig: Rig, fault: str, words: str) -> None:
    """The error status is a note with what to do, and no drift."""
    found = projector(rig, fault).assess()
    assert (found.notes, found.drifted) == ((words,), False)


def test_standby_is_off(rig: Rig) -> None:
    """What is wanted cannot be read in standby: it is off, which is no failure; a change waits."""
    up = projector(rig)
    up.reset(factory=True)
    change = up.change()
    up.fault("standby")
    assert (up.fault_found().kind, up.fault_found().what) == (FaultKind.OFF, "standby")
    assert up.apply(change).kind is OutcomeKind.SKIPPED


def test_standby_is_no_hindrance_where_all_can_be_read(rig: Rig) -> None:
    """What is only checked can be read in standby."""
    up = rig.up("projector", "pjlink", {"name": "{name}", "maximum_lamp_hours": 3000}, "standby")
    found = up.assess()
    assert (found.drifted, found.facts["power"]) == (False, "standby")


def test_a_lamp_that_warms_up(rig: Rig) -> None:
    """Not yet on: to be asked again."""
    found = projector(rig, "warming").fault_found()
    assert (found.kind, found.what, found.hint) == (FaultKind.OFF, "warming up", "ask again in two minutes")


def test_not_available_now(rig: Rig) -> None:
    """A projector that is on and says ERR3 to one thing: that one is told, the rest is read."""
    found = projector(rig, "err3=FREZ").assess()
    assert [(refused.path, refused.reason) for refused in found.refused] == [
        (("freeze",), "it is not available right now (ERR3)")
    ]


def test_a_failure_of_its_own(rig: Rig) -> None:
    """ERR4 to everything, its power included."""
    found = projector(rig, "err4").fault_found()
    assert (found.kind, found.what) == (
        FaultKind.MALFORMED, "asked whether it is on, it answers: it reports a failure of its own (ERR4)",
    )  # fmt: skip


def test_wrong_password(rig: Rig) -> None:
    """It says so, and never the password."""
    found = projector(rig, "wrong-password").fault_found()
    assert (found.kind, found.what) == (FaultKind.AUTH, "it refuses our password")


def test_no_password_in_the_inventory(rig: Rig) -> None:
    """The projector asks for one."""
    up = projector(rig)
    found = up.fault_found(login=up.target.login.model_copy(update={"password": ""}))
    assert (found.kind, found.what) == (FaultKind.AUTH, "it asks for a password, and the inventory names none")


def test_slow_answers_in_pieces(rig: Rig) -> None:
    """An answer may take its time, and come byte by byte."""
    up = projector(rig, "slow=0.02", "pieces")
    up.reset(factory=True)
    assert up.apply().kind is OutcomeKind.OK


def test_a_name_that_breaks_the_rules(rig: Rig) -> None:
    """Neither bytes that are no UTF-8 nor a name without end stops the rest, or reaches a terminal."""
    found = projector(rig, "odd-name").assess()
    assert found.facts["name"] == (r"B\xfchne " + "x" * 300)[:160] + "…"
    assert found.drifted is False


def test_it_did_what_it_was_told_and_said_nothing(rig: Rig) -> None:
    """A projector that falls silent is called again, and read: the setting is made."""
    up = projector(rig, "silent=freeze")
    up.reset(factory=True)
    outcome = up.apply()
    assert (outcome.kind, outcome.edits) == (OutcomeKind.OK, 3)


def test_no_password_at_all(rig: Rig) -> None:
    """A projector without a password is spoken to without one."""
    up = rig.up("projector", "pjlink", {"input": "digital2"})
    assert up.assess().drifted is False


def test_placeholders_in_the_name() -> None:
    """`{name}` and `{room}` are filled, and nothing else is a template."""
    document, _ = wanted("projector", "pjlink", {"name": "{name} {room} {x}"})
    assert document.settings == ((("name",), "s200-r1-xx01 R1 {x}"),)


@given(st.sampled_from(sorted(KINDS)), st.sampled_from("123456789abcdefghijklmnopqrstuvwxyz"))
def test_codes_of_inputs_go_both_ways(kind: str, number: str) -> None:
    """Every input of class 2 has a word and a code."""
    assert input_of(code_of(f"{kind}{number}")) == f"{kind}{number}"


@pytest.mark.parametrize(("found", "least", "kept"), [
    ("1.02", "1.02", True), ("1.10", "1.9", True), ("1.9", "1.10", False), ("v2.0", "1.0", True),
    ("T-HKMLAKUC-2020.5", "T-HKMLAKUC-2019.12", True), ("S-MULTI-2021.1", "T-HKMLAKUC-2019.12", False),
    ("", "1.0", False), ("beta", "1", False),
])  # fmt: skip
def test_a_version_that_is_new_enough(found: str, least: str, kept: bool) -> None:  # noqa: FBT001 - a case
    """Numbers count one by one; another family of firmware is never new enough."""
    assert at_least(found, least) == (least if kept else found)


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_number_that_is_small_enough(found: int, most: int) -> None:
    """As wanted where it is kept, as found where it is not."""
    assert at_most(found, most) == max(found, most)


def test_without_the_library_it_says_what_to_install(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """That is the operator's business, and no device's trouble."""
    for name in ("aiopjlink",):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(MissingExtraError, match=re.escape("needs the extra [boards]")):
        projector(rig).assess()
