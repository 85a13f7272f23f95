"""What a swap, a move and a retirement would do: lines, notes, addresses, names, refusals. Nothing is contacted."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from campusctl import workflow
from campusctl.errors import CampusError, InventoryError, UnknownNameError
from campusctl.inventory.load import load_city
from campusctl.lab.secrets import LabSource
from campusctl.model.plan import Assessment, Change, DeviceLogin, Plan, Target
from campusctl.workflow.lifecycle import (
    LifecycleError,
    MoveWish,
    Proposal,
    Successor,
    affected,
    move,
    orphaned_secrets,
    refuse_unreadable,
    retire,
    swap,
)

REPO = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> workflow.Desk:
    """The example city; nothing writes into it."""
    root = tmp_path_factory.mktemp("city")
    shutil.copytree(REPO / "inventory", root / "inventory")
    shutil.copytree(REPO / "templates", root / "templates")
    return workflow.Desk(
        root, LabSource(root), lambda address: (address, 22), root / "known_hosts", b"k" * 32, lab=True
    )


def came(proposal: Proposal) -> list[str]:
    """The lines that come."""
    return [line for line in proposal.files.diff().splitlines() if line[:1] == "+" and line[:3] != "+++"]


def entry_line(desk: workflow.Desk, name: str) -> str:
    """The line of the file that begins a device's entry."""
    text = (desk.root / "inventory/schools/schule-042/devices-rooms.yml").read_text()
    return next(line for line in text.splitlines() if line.strip().startswith(f"{name}:"))


def touched(desk: workflow.Desk, proposal: Proposal) -> list[str]:
    """The devices that are worked on."""
    return [target.device for target in affected(desk, proposal)[0]]


def test_the_example_city_is_not_touched_by_any_proposal(desk: workflow.Desk) -> None:
    """Proposals are made in copies."""
    before = {path: path.read_bytes() for path in (desk.root / "inventory").rglob("*.yml")}
    swap(desk, "s042-r101-dt01", Successor(serial="NEW-1"))
    move(desk, "s042-r101-dt01", MoveWish("R302"))
    retire(desk, "s042-r101-dt01")
    assert {path: path.read_bytes() for path in before} == before


# -- swap -----------------------------------------------------------------------------------------------------------


def test_a_successor_takes_over_all_but_what_is_its_own(desk: workflow.Desk) -> None:
    """Serial and MAC are new, what nobody said stays, and is told; DHCP gets the new MAC."""
    found = swap(desk, "s042-r101-dt01", Successor(serial="NEW-1", mac="00-0C-F1-99-00-01"))
    new = entry_line(desk, "s042-r101-dt01").replace("BD042-0101", "NEW-1").replace("f1:42:01:01", "f1:99:00:01")
    assert came(found) == [f"+{new}"]
    assert found.summary == (
        "Swap s042-r101-dt01: serial BD042-0101 → NEW-1, MAC 00:0c:f1:42:01:01 → 00:0c:f1:99:00:01"
    )
    assert found.notes == ("asset tag M042-0101 stays: nobody said another one",)
    assert found.before is not None
    assert found.after is not None
    assert (found.before.mac, found.after.mac) == ("00:0c:f1:42:01:01", "00:0c:f1:99:00:01")
    assert found.before.address == found.after.address == "10.42.60.11"


def test_an_empty_answer_takes_away_what_was_the_old_ones(desk: workflow.Desk) -> None:
    """A serial number that is not known is better than a wrong one."""
    found = swap(desk, "s101-r113-ap01", Successor(serial="CN9", mac="", asset=""))
    assert came(found) == ["+s101-r113-ap01;ap-wifi6;R113;10.101.3.101;;CN9;;"]


@pytest.mark.parametrize(
    ("new", "words", "hint"),
    [
        (Successor(serial="bd042-0102"), "serial bd042-0102 is that of s042-r102-dt01", "read the label again"),
        (Successor(serial="BD042-0101"), "serial BD042-0101 is that of s042-r101-dt01 itself", "the new device"),
        (Successor(mac="c8:d9:d2:65:00:05"), "MAC c8:d9:d2:65:00:05 is that of s101-r211-pc01", "read the label"),
        (Successor(mac="00:11"), "'00:11' is no MAC", "a MAC address, such as"),
        (Successor(serial="a b"), "'a b' is no serial", "a word of letters"),
        (Successor(), "nothing would change", "say what is new"),
        (Successor(profile="pc-debian"), "of class pc", "retire the old device"),
        (Successor(profile="board-99"), "no profile `board-99`", ""),
    ],
)
def test_a_successor_that_cannot_be_is_refused(desk: workflow.Desk, new: Successor, words: str, hint: str) -> None:
    """With whose it is, or what is wrong with it."""
    with pytest.raises(CampusError) as refused:
        swap(desk, "s042-r101-dt01", new)
    assert words in refused.value.what
    assert hint in refused.value.hint


def test_an_unknown_device_is_guessed(desk: workflow.Desk) -> None:
    """A school's name is no device's."""
    with pytest.raises(UnknownNameError, match="no device") as refused:
        swap(desk, "s042-r101-dt10", Successor(serial="X"))
    assert "s042-r101-dt01" in refused.value.hint
    with pytest.raises(UnknownNameError, match="is a school"):
        retire(desk, "schule-042")


def test_every_port_that_does_not_fit_another_model_is_named(desk: workflow.Desk) -> None:
    """Its own entries, its LAGs, and the ends that others name with `to`."""
    with pytest.raises(LifecycleError) as refused:
        swap(desk, "s042-a1-sw02", Successor(serial="NEW", profile="hp-2530-48g"))
    assert [line.split(":")[0].strip() for line in refused.value.what.splitlines()[1:]] == [
        "A1-A22 (pc)", "A23 (s042-aula-ap01)", "A24 (s042-aula-bm01)", "B1-B4 (building)", "B10 (s042-aula-pr01)",
        "F1 (s042-a1-sw01)", "F2 (s042-a2-sw01 hangs on it)", "F3 (s042-a2-sw02 hangs on it)",
        "F4 (s042-r201-sw01 hangs on it)",
    ]  # fmt: skip


def test_another_model_that_fits_says_what_becomes_otherwise(desk: workflow.Desk) -> None:
    """Its language, and ports that give no power any more."""
    found = swap(desk, "s042-a2-sw01", Successor(serial="NEW", profile="hp-2530-48g"))
    assert "it speaks hp_procurve instead of cisco_ios" in found.notes
    assert "port 40 gives no power on the new model, and s042-r101-ap01 wants it" in found.notes
    assert touched(desk, found) == ["s042-a2-sw01"]


def _seen(desk: workflow.Desk, serial: str) -> Plan:
    """A plan in which the board answers with a serial number."""
    board = Target(
        device="s042-r101-dt01", school="schule-042", driver="board", dialect="x", intended="{}",
        login=DeviceLogin(host="10.42.60.11", user="", known_hosts=""),
    )  # fmt: skip
    facts = {"serial": serial} if serial else {}
    seen = Assessment(device=board.device, school=board.school, dialect="x", driver="board", facts=facts)
    now = datetime.now(UTC)
    return Plan(
        id="1", made=now, expires=now, tool_version="1", inventory_digest="", template_digest="",
        schools=("schule-042",), changes=(Change(target=board, assessment=seen),),
    )  # fmt: skip


def test_settings_are_for_the_device_whose_serial_was_typed(desk: workflow.Desk) -> None:
    """Another one at the address is the old one, or a mistyped one."""
    proposal = swap(desk, "s042-r101-dt01", Successor(serial="NEW-1"))
    refuse_unreadable(proposal, _seen(desk, "new-1"))
    refuse_unreadable(proposal, _seen(desk, ""))
    with pytest.raises(LifecycleError, match="a device with serial BD042-0101, and NEW-1 was typed"):
        refuse_unreadable(proposal, _seen(desk, "BD042-0101"))


# -- move -----------------------------------------------------------------------------------------------------------


def test_a_board_moves_with_name_address_and_both_ports(desk: workflow.Desk) -> None:
    """The VLAN is the same, so the address stays; both switches are worked on."""
    found = move(desk, "s042-r101-dt01", MoveWish("R302", "s042-b2-sw01:25"))
    assert found.name == "s042-r302-dt02"
    assert came(found) == [
        f"+{entry_line(desk, 's042-r101-dt01').replace('s042-r101-dt01', 's042-r302-dt02').replace('R101', 'R302')}",
        "+      25: {device: s042-r302-dt02}",
    ]
    assert "-      6: {device: s042-r101-dt01}" in found.files.diff()
    assert "address 10.42.60.11 stays: the VLAN is the same (60)" in found.notes
    assert touched(desk, found) == ["s042-a2-sw01", "s042-b2-sw01"]


def test_a_pc_gets_an_address_of_the_network_it_moves_into(desk: workflow.Desk) -> None:
    """Out of a PC room with a VLAN of its own; what its port said of it goes with it."""
    found = move(desk, "s042-r110-pc01", MoveWish("R302", "s042-b2-sw01:26"))
    assert "+      26: {device: s042-r302-pc02, role: teacher}" in came(found)
    carriers = ["s042-a1-sw01", "s042-b1-sw01"]
    assert sorted(touched(desk, found)) == sorted([*carriers, "s042-a2-sw01", "s042-b2-sw01"])
    later = "its own settings follow when it is plugged in there: campusctl apply schule-042 --device s042-r302-pc02"
    assert later in found.notes
    assert "address 10.42.20.11 stays: the VLAN is the same (20)" in found.notes
    found = move(desk, "s042-r201-pc01", MoveWish("R302", "s042-b2-sw01:26"))
    assert found.after is not None
    assert found.after.address == "10.42.30.12"
    assert any("becomes 10.42.30.12" in note for note in found.notes)


def test_without_a_port_the_old_one_is_freed_and_that_is_said(desk: workflow.Desk) -> None:
    """Nobody knows the new one yet."""
    found = move(desk, "s042-r201-pr01", MoveWish("R302"))
    assert "+                r201: {device: s042-r302-pr01, model: raw, info: Drucker PC-Raum}" in came(found)
    assert "s042-r201-sw01:32 becomes unused" in found.notes
    assert "the description of that port stays behind: Drucker PC-Raum" in found.notes
    assert (
        "nobody knows its new port yet: campusctl move s042-r302-pr01 --port SWITCH:PORT says it later" in found.notes
    )


def test_only_the_port_may_change(desk: workflow.Desk) -> None:
    """Name and room stay."""
    found = move(desk, "s042-r302-dt01", MoveWish("", "s042-b2-sw01:30"))
    assert found.summary == "Move s042-r302-dt01 to another port"
    assert found.name == "s042-r302-dt01"
    assert came(found) == ["+      30: {device: s042-r302-dt01}"]


@pytest.mark.parametrize(
    ("wish", "words", "hint"),
    [
        (MoveWish("R999"), "no room `R999`", ""),
        (
            MoveWish("r301", "s042-b2-sw01:21"),
            "s042-b2-sw01:21 is not free: s042-r301-dt01 is plugged in there",
            "show",
        ),
        (MoveWish("R302", "s042-b2-sw01"), "names no port", "SWITCH:PORT"),
        (MoveWish("R302", "s042-b9-sw01:1"), "no switch `s042-b9-sw01`", ""),
        (MoveWish("R302", "s042-b2-sw01:99"), "there is no port 99", "its ports are"),
        (MoveWish("R101", "s042-a2-sw01:6"), "is there already", "--room"),
        (MoveWish("R302", keep_name=True), "the name cannot stay", "--keep-name"),
    ],
)
def test_a_move_that_cannot_be_is_refused(desk: workflow.Desk, wish: MoveWish, words: str, hint: str) -> None:
    """Before anything is done."""
    with pytest.raises(CampusError) as refused:
        move(desk, "s042-r101-dt01", wish)
    assert words in refused.value.what
    assert hint in refused.value.hint


def test_a_name_that_the_scheme_does_not_allow_is_refused_by_the_inventory(desk: workflow.Desk) -> None:
    """With file and line."""
    with pytest.raises(InventoryError, match="the name says room r101, this is R302"):
        move(desk, "s042-r101-dt01", MoveWish("R302", name="s042-r101-dt09"))


def test_a_port_with_a_vlan_to_be_confirmed_is_not_given_on(desk: workflow.Desk) -> None:
    """`confirmed: true` is said at each socket by a person."""
    root = desk.root
    assert "confirmed: true" in (root / "inventory/schools/schule-042/devices.yml").read_text()
    with pytest.raises(CampusError, match="it is set up as verwaltung"):
        move(desk, "s042-sekr-pr01", MoveWish("", "s042-c1-sw01:12"))


def test_a_switch_changes_room_and_name_and_its_neighbour_knows(desk: workflow.Desk) -> None:
    """Its cables stay; the port of another switch is no business of a move."""
    found = move(desk, "s042-c2-sw01", MoveWish("C1"))
    assert found.name == "s042-c1-sw02"
    assert came(found) == ["+      26: {downlink: s042-c1-sw02}", "+  s042-c1-sw02:", "+    room: C1"]
    assert touched(desk, found) == ["s042-c1-sw01", "s042-c1-sw02"]
    assert "its links stay as the inventory says them: look at `uplink` and `to` if its cables change" in found.notes
    with pytest.raises(LifecycleError, match="its uplink is a link with two ends"):
        move(desk, "s042-c2-sw01", MoveWish("C1", "s042-c1-sw01:3"))


# -- retire ---------------------------------------------------------------------------------------------------------


def test_a_retired_printer_frees_its_port_and_its_queue(desk: workflow.Desk) -> None:
    """Its switch, the one above (nobody needs VLAN 70 there any more) and the PCs and print server; not the printer."""
    found = retire(desk, "s042-r201-pr01")
    assert found.summary == "Retire s042-r201-pr01 (serial PR042-0002, asset tag M042-0302)"
    assert found.after is None
    assert "s042-r201-sw01:32 becomes unused" in found.notes
    assert any(note.startswith("print queue r201 led to it and goes: ") for note in found.notes)
    assert touched(desk, found) == [
        "s042-a1-sw02", "s042-r201-sw01", *(f"s042-r201-pc0{n}" for n in range(1, 7)), "s042-a1-ps01",
    ]  # fmt: skip


def test_a_switch_on_which_others_hang_stays(desk: workflow.Desk) -> None:
    """Switches and devices are named."""
    with pytest.raises(LifecycleError, match="s042-b2-sw01, s042-b3-sw01 hang on it"):
        retire(desk, "s042-b1-sw01")
    with pytest.raises(LifecycleError, match="s042-r401-dt01, s042-r401-ap01 hang on it"):
        retire(desk, "s042-c2-sw01")


def test_secrets_that_nobody_else_needs_are_told(tmp_path: Path) -> None:
    """The vault is for a person to clear."""
    for folder in ("inventory", "templates"):
        shutil.copytree(REPO / folder, tmp_path / folder)
    file = tmp_path / "inventory/schools/schule-101/devices.yml"
    own = "  s101-cnc-sw01:\n    settings: {login: {enable: switch/cnc}}\n"
    file.write_text(file.read_text().replace("  s101-cnc-sw01:\n", own))
    desk = workflow.Desk(tmp_path, LabSource(tmp_path), lambda address: (address, 22), tmp_path / "k", b"k" * 32)
    assert orphaned_secrets(desk, retire(desk, "s101-cnc-sw01")) == ("switch/cnc",)


def test_a_switch_with_nothing_on_it_frees_the_port_above(desk: workflow.Desk) -> None:
    """The link's other end is unused then."""
    found = retire(desk, "s101-cnc-sw01")
    assert touched(desk, found) == ["s101-w1-sw01"]
    assert load_city(desk.root, ["schule-101"]).school("schule-101").devices["s101-cnc-sw01"]
