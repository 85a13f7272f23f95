"""What the inventory says of boards: mistakes with their line, boards without an address, a computer in the slot."""

from pathlib import Path

import pytest

from campusctl.drivers.appliance.trouble import translate
from campusctl.engine.words import Shown, difference_words, edit_words
from campusctl.errors import MissingExtraError
from campusctl.inventory.load import check, load_city
from campusctl.model.outcome import FaultKind
from campusctl.model.plan import EditView
from tests.appliance_rig import Rig

ROOMS = "inventory/schools/schule-042/devices-rooms.yml"


def changed(root: Path, file: str, old: str, new: str) -> int:
    """Change the example city; the line of what is new."""
    text = (root / file).read_text(encoding="utf-8")
    assert old in text
    text = text.replace(old, new, 1)
    (root / file).write_text(text, encoding="utf-8")
    return text[: text.index(new)].count("\n") + 1


def test_a_mistake_in_a_profiles_policy_has_its_line(musterstadt: Path) -> None:
    """Once, where it stands, and not once for each board of the profile."""
    file = "inventory/profiles/board-android-75.yml"
    line = changed(musterstadt, file, "bluetoothDisabled: true", "bluetoothDisabeld: true")
    (found,) = check(musterstadt)
    assert (found.file, found.line) == (file, line)
    assert "board.android.policy.bluetoothDisabeld: Google's Android policy has no such field" in str(found)


def test_a_mistake_in_a_boards_own_policy_has_its_line(musterstadt: Path) -> None:
    """A board may say more than its profile, and less well."""
    old = "{device: 3a9f21c04b7d5e18}"
    line = changed(
        musterstadt,
        ROOMS,
        old,
        "{device: 3a9f21c04b7d5e18, policy: {passwordRequirements: {passwordMinimumLength: abc}}}",
    )
    (found,) = check(musterstadt)
    assert (found.file, found.line) == (ROOMS, line)
    assert "board.android.policy.passwordRequirements.passwordMinimumLength: must be a whole number" in str(found)


def test_boards_that_share_a_policy_want_the_same_of_it(musterstadt: Path) -> None:
    """Each apply of the one would undo the other's; who only has another id at Google is alike."""
    first = "{device: 3a9f21c04b7d5e18, policy_name: tafeln, overdue_days: 3}"
    changed(musterstadt, ROOMS, "{device: 3a9f21c04b7d5e18}", first)
    second = "  s042-r401-dt02: {profile: board-android-75, room: R401, settings: {board: {android: %s}}}\n"
    alike, other = "{device: 4b, policy_name: tafeln}", "{device: 4b, policy_name: tafeln, volume_locked: true}"
    changed(musterstadt, ROOMS, "  s042-r401-dt01:", f"{second % alike}  s042-r401-dt01:")
    assert check(musterstadt) == ()
    changed(musterstadt, ROOMS, alike, other)
    (found,) = check(musterstadt)
    assert (found.file, found.where, found.what) == (
        ROOMS, "s042-r401-dt01",
        "wants another board.android.volume_locked than s042-r401-dt02, which shares the policy tafeln",
    )  # fmt: skip


@pytest.mark.parametrize("name", ["s042-r311-dt01", "s042-r401-dt01"])
def test_some_boards_need_no_address(musterstadt: Path, name: str) -> None:
    """A checklist has no protocol, and Google is asked in the board's place."""
    text = (musterstadt / ROOMS).read_text(encoding="utf-8")
    before, found, after = text.partition(f"  {name}:")
    lines = after.split("address: ", 1)
    rest = lines[1].split(", ", 1)[1] if name == "s042-r311-dt01" else lines[1].split("\n", 1)[1].lstrip()
    (musterstadt / ROOMS).write_text(before + found + lines[0] + rest, encoding="utf-8")
    assert check(musterstadt) == ()


def test_every_other_board_needs_one(musterstadt: Path) -> None:
    """It is spoken to there."""
    changed(musterstadt, ROOMS, "address: 10.42.60.21, ", "")
    assert any("s042-r301-dt01" in str(one) and "address" in str(one) for one in check(musterstadt))


def test_a_computer_in_the_slot_is_a_pc_in_the_boards_room(musterstadt: Path) -> None:
    """With an address of the board's network when it goes through the board's socket, and no port of its own."""
    pc = '  s042-r301-pc01: {profile: pc-windows, room: R301, address: 10.42.60.71, mac: "c8:d9:d2:42:00:31"}'
    changed(musterstadt, ROOMS, "  s042-r301-dt01:", f"{pc}\n  s042-r301-dt01:")
    assert check(musterstadt) == ()
    here = [device for school in load_city(musterstadt).schools.values() for device in school.devices.values()]
    assert {device.name for device in here if device.name.startswith("s042-r301-")} >= {
        "s042-r301-dt01",
        "s042-r301-pc01",
    }


def test_what_another_make_has_is_refused_with_a_reason() -> None:
    """And what it has is told where to find."""
    with Rig() as rig:
        up = rig.up("board", "samsung_mdc", {"menu_lock": True, "touch": True, "source": "ops"})
        assert [(one.command, one.reason) for one in up.assess().refused] == [
            ("set menu_lock yes", "MDC has no menu lock"),
            ("set touch yes", "MDC has no touch"),
            ("set source ops", "`start_source` says what a Samsung display shows"),
        ]


def test_a_missing_library_is_no_bug_of_ours() -> None:
    """It says what to install."""
    found = translate(MissingExtraError("android", "talking to Google"), connected=False, off_when_silent=True)
    assert (found.kind, found.what) == (FaultKind.REFUSED, "talking to Google needs the extra [android]")
    assert found.hint == "pip install 'campusctl[android]'"


@pytest.mark.parametrize(
    ("path", "before", "after", "words"),
    [
        (("apps",), ("a.b kiosk", "c.d kiosk"), ("c.d kiosk", "e.f blocked"), "apps: + e.f blocked, - a.b kiosk"),
        (("apps",), ("a.b kiosk",), (), "apps: - a.b kiosk"),
        (("policy", "stayOnPluggedModes"), None, ("AC",), "policy stayOnPluggedModes: + AC"),
        (("policy", "stayOnPluggedModes"), ("AC", "USB"), ("USB", "AC"), "policy stayOnPluggedModes: another order"),
        (("check", "Stifte schreiben"), None, True, "to do by hand: Stifte schreiben"),
    ],
)  # fmt: skip
def test_what_comes_into_a_list_and_goes(path: tuple[str, ...], before: Shown, after: Shown, words: str) -> None:
    """Who agrees to a plan sees which apps go."""
    assert edit_words(EditView(path=path, before=before, after=after)) == words


def test_a_list_as_it_stands() -> None:
    """In a finding."""
    edit = EditView(path=("apps",), before=(), after=("a.b kiosk",))
    assert difference_words(edit) == "apps: is none, should be a.b kiosk"
