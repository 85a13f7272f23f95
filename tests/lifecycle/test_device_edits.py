"""Edits of devices in the inventory: the lines that change, and that nothing else does."""

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campusctl.errors import UnknownNameError
from campusctl.inventory.city import City, School
from campusctl.inventory.device_edits import added, changed, port_freed, port_set, removed, renamed
from campusctl.inventory.edit import EditError
from campusctl.inventory.edit_files import Edited, FileEdit, edited
from campusctl.inventory.load import load_city
from campusctl.inventory.mentions import mentions
from campusctl.inventory.plugs import plug_at, plug_of, taken_by
from campusctl.inventory.topology import topology
from campusctl.model.inventory import Device
from campusctl.workflow.inventory_change import overlay, prepare

REPO = Path(__file__).parents[2]
CITY = load_city(REPO)
SCHOOLS = [CITY.school(name) for name in ("schule-042", "schule-101", "schule-007")]
A042, A101, _ = SCHOOLS


def lines(edits: Iterable[FileEdit], root: Path = REPO) -> list[str]:
    """The lines that go and come; the edited inventory is right."""
    return _lines(prepare(root, edits))


def _lines(found: Edited) -> list[str]:
    return [line for line in found.diff().splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]


def entry_line(school: School, name: str) -> str:
    """The line of the file that begins a device's entry."""
    text = (REPO / school.devices[name].file).read_text()
    return next(line for line in text.splitlines() if line.strip().startswith((f"{name}:", f"{name};")))


def plain(device: Device) -> dict[str, Any]:
    """What an entry says."""
    return device.model_dump(mode="json", exclude_unset=True)


def ends(city: City, school: School) -> dict[tuple[str, str], dict[str, Any]]:
    """What every named port of every switch says."""
    found = topology(city, school).assignments
    return {
        (switch, port): item.entry.model_dump(mode="json", exclude_unset=True)
        for switch, assignment in found.items()
        for port, item in assignment.ports.items()
    }


def test_a_device_is_added_behind_its_neighbours_in_their_form() -> None:
    """A board among the boards, on one line like them, its MAC in quotes like theirs."""
    entry = {"room": "R103", "address": "10.42.60.99", "mac": "00:0c:f1:42:01:99", "serial": "0815", "asset": None}
    assert lines(added(CITY, A042, "s042-r103-dt02", entry)) == [
        '+  s042-r103-dt02: {room: R103, address: 10.42.60.99, mac: "00:0c:f1:42:01:99", serial: "0815"}'
    ]
    found = prepare(REPO, added(CITY, A042, "s042-r103-dt02", entry)).diff()
    assert " s042-r103-dt01: {profile" in found.split("+  s042-r103-dt02")[0].splitlines()[-1]


def test_a_switch_is_added_among_the_switches_with_its_ports_in_lines() -> None:
    """In the file that holds switches."""
    entry = {
        "profile": "hp-2530-48g", "room": "A2", "address": "10.42.3.16",
        "ports": {"1-8": "pc", "49": {"uplink": "s042-a1-sw02", "to": "F5"}},
    }  # fmt: skip
    assert lines(added(CITY, A042, "s042-a2-sw03", entry)) == [
        "+  s042-a2-sw03:",
        "+    profile: hp-2530-48g",
        "+    room: A2",
        "+    address: 10.42.3.16",
        "+    ports:",
        "+      1-8: pc",
        "+      49: {uplink: s042-a1-sw02, to: F5}",
    ]


def test_a_device_goes_into_a_spreadsheet_where_its_like_are() -> None:
    """Cells in the order of the columns; what needs more than cells goes elsewhere."""
    entry = {
        "profile": "board-75",
        "room": "R113",
        "address": "10.101.60.99",
        "mac": "00:0c:f1:65:00:09",
        "notes": "a; b",
    }
    assert lines(added(CITY, A101, "s101-r113-dt02", entry)) == [
        '+s101-r113-dt02;board-75;R113;10.101.60.99;00:0c:f1:65:00:09;;;"a; b"'
    ]
    found = added(CITY, A101, "s101-r113-dt02", {**entry, "settings": {"lldp": False}})
    assert found[0].file == "inventory/schools/schule-101/devices.yml"


def test_a_name_that_is_taken_and_a_field_nobody_knows_are_refused() -> None:
    """Nothing is proposed."""
    with pytest.raises(EditError, match="is there already"):
        added(CITY, A042, "s042-r103-dt01", {"room": "R103"})
    with pytest.raises(EditError, match="has no `seriel`") as refused:
        added(CITY, A042, "s042-r103-dt02", {"room": "R103", "seriel": "x"})
    assert refused.value.hint == "did you mean serial?"


def test_values_change_where_they_stand_and_new_ones_take_their_usual_place() -> None:
    """In a line, in a block and in a cell; None takes one away."""
    old = entry_line(A042, "s042-r101-dt01")
    new = old.replace("BD042-0101", "X-1").replace(', mac: "00:0c:f1:42:01:01"', "").replace("}", ", notes: new}")
    values = {"serial": "X-1", "mac": None, "notes": "new"}
    assert lines(changed(CITY, A042, "s042-r101-dt01", values)) == [f"-{old}", f"+{new}"]
    assert lines(changed(CITY, A042, "s042-a2-sw01", {"notes": "Schrank 2"})) == ["+    notes: Schrank 2"]
    assert lines(changed(CITY, A101, "s101-cnc-ap01", {"serial": "CN9", "notes": None})) == [
        "-s101-cnc-ap01;ap-wifi6;CNC;10.101.3.102;20:4c:03:65:00:02;CNAP101002;M101-0202;dust cover",
        "+s101-cnc-ap01;ap-wifi6;CNC;10.101.3.102;20:4c:03:65:00:02;CN9;M101-0202;",
    ]
    assert changed(CITY, A042, "s042-r101-dt01", {"serial": "BD042-0101", "notes": None}) == ()


def test_a_note_in_a_block_stands_behind_what_comes_before_it() -> None:
    """Not behind the ports."""
    found = prepare(REPO, changed(CITY, A042, "s042-a2-sw01", {"notes": "x"})).diff().splitlines()
    assert found[found.index("+    notes: x") - 1] == "     asset: M042-0003"


@pytest.mark.parametrize(
    ("port", "entry", "wanted"),
    [
        ("10", {"device": "s042-aula-bm01"}, ["+      10: {device: s042-aula-bm01}"]),
        ("GigabitEthernet1/0/10", {"role": "printer"}, ["+      10: printer"]),
        ("6", {"role": "unused"}, ["-      6: {device: s042-r101-dt01}", "+      6: unused"]),
        ("6", None, ["-      6: {device: s042-r101-dt01}"]),
        ("10", None, []),
        ("48", {"role": "pc"}, ["+      48: pc"]),
    ],
)
def test_a_single_port_overrides_a_range_and_taking_it_back_restores_the_range(
    port: str, entry: dict[str, Any] | None, wanted: list[str]
) -> None:
    """The range itself stays as it is written."""
    found = port_set(CITY, A042, "s042-a2-sw01", port, entry)
    assert _lines(edited(REPO, found)) == wanted


def test_a_freed_port_is_unused_also_where_a_range_says_otherwise() -> None:
    """In schule-101, port 40 is of no range: its entry goes. In a range it is said."""
    assert _lines(edited(REPO, port_freed(CITY, A042, "s042-a2-sw01", "6"))) == ["-      6: {device: s042-r101-dt01}"]
    text = (REPO / A042.devices["s042-a2-sw01"].file).read_text()
    assert "      1-5: pc\n      6:" in text
    assert _lines(edited(REPO, port_freed(CITY, A042, "s042-a2-sw01", "3"))) == ["+      3: unused"]


def test_ports_of_a_lag_and_unknown_ones_are_refused() -> None:
    """With what to do."""
    with pytest.raises(EditError, match="belongs to a LAG"):
        port_set(CITY, A042, "s042-a1-sw01", "25", {"role": "pc"})
    with pytest.raises(UnknownNameError, match="there is no port 60"):
        port_set(CITY, A042, "s042-a2-sw01", "60", None)
    with pytest.raises(UnknownNameError, match="no switch `s042-a2-sw09`"):
        port_set(CITY, A042, "s042-a2-sw09", "1", None)


def test_a_renamed_printer_is_renamed_wherever_it_is_named() -> None:
    """Its entry, its port and the print queue of its room."""
    found = lines(renamed(CITY, A042, "s042-r201-pr01", "s042-r201-pr02"))
    assert [line for line in found if line[0] == "+"] == [
        "+      32: {device: s042-r201-pr02, description: Drucker PC-Raum}",
        "+                r201: {device: s042-r201-pr02, model: raw, info: Drucker PC-Raum}",
        f"+{entry_line(A042, 's042-r201-pr01').replace('pr01', 'pr02')}",
        "+          r201: {device: s042-r201-pr02, model: raw, info: Drucker PC-Raum}",
    ]
    assert len(found) == 8


def test_a_renamed_switch_is_renamed_at_its_neighbours_and_in_exceptions() -> None:
    """Uplinks of the switches below, downlinks above, LAGs, exceptions."""
    came = [line for line in lines(renamed(CITY, A042, "s042-a1-sw02", "s042-a1-sw03")) if line[0] == "+"]
    assert came == [
        "+      28: {downlink: s042-a1-sw03}",
        "+  s042-a1-sw03:",
        "+      49: {uplink: s042-a1-sw03, to: F2}",
        "+      25: {uplink: s042-a1-sw03, to: F3}",
        "+      49: {uplink: s042-a1-sw03, to: F4}",
    ]
    came = [line for line in lines(renamed(CITY, A042, "s042-a2-sw01", "s042-a2-sw04")) if line[0] == "+"]
    assert came == ["+    device: s042-a2-sw04", "+  s042-a2-sw04:"]


def test_a_removed_board_leaves_no_trace_but_its_comments() -> None:
    """Its entry and its port."""
    assert lines(removed(CITY, A042, "s042-r311-dt01")) == [
        "-      21: {device: s042-r311-dt01}",
        f"-{entry_line(A042, 's042-r311-dt01')}",
    ]


def test_pcs_and_print_servers_lose_the_queue_of_a_removed_printer() -> None:
    """The queue is said to be absent, and is nobody's default any more; one in lines goes with its lines."""
    found = lines(removed(CITY, A042, "s042-r201-pr01"))
    assert "+                r201: {state: absent}" in found
    assert "-              default: r201" in found
    assert "-      32: {device: s042-r201-pr01, description: Drucker PC-Raum}" in found
    assert "+          r201: null" in found
    assert len(found) == 7
    found = lines(removed(CITY, A042, "s042-r110-pr01"))
    assert [line for line in found if line[0] == "+"] == [
        "+        lehrerzimmer: {state: absent}",
        "+          lehrerzimmer: null",
    ]
    assert "-            options: {sides: two-sided-long-edge, media: iso_a4_210x297mm}" in found
    assert "-        default: lehrerzimmer" in found


def test_a_removed_switch_takes_its_exceptions_and_the_links_to_it() -> None:
    """The last exception goes with its list; a LAG at the other end too."""
    found = _lines(edited(REPO, removed(CITY, A042, "s042-a2-sw01")))
    assert "-exceptions:" in found
    assert "-  - path: ports.7.poe" in found
    found = _lines(edited(REPO, removed(CITY, A042, "s042-b1-sw01")))
    assert "-      1: {ports: 25-26, downlink: s042-b1-sw01}" in found
    assert "-    lags:" in found


def test_a_device_that_a_setting_names_is_for_a_person_to_decide_about(musterstadt: Path) -> None:
    """Where it is named is said."""
    school = musterstadt / "inventory" / "schools" / "schule-042" / "school.yml"
    school.write_text(
        school.read_text().replace("{method: helper, helper: 10.42.101.1}", "{method: host, host: s042-r201-pc01}")
    )
    city = load_city(musterstadt, ["schule-042"])
    with pytest.raises(EditError, match=r"named by .*school\.yml: buildings\.A\.rooms\.R201\.settings\.pc\.wake\.host"):
        removed(city, city.school("schule-042"), "s042-r201-pc01")


def test_the_only_device_of_a_file_leaves_an_empty_file_with_its_comments(musterstadt: Path) -> None:
    """`devices: {}` is right, and the next one is added there."""
    file = "inventory/schools/schule-007/devices-extra.yml"
    (musterstadt / file).write_text("# extra\ndevices:\n  # the only one\n  s007-v1-pc77: {room: V1}\n# end\n")
    city = load_city(musterstadt, ["schule-007"])
    found = prepare(musterstadt, removed(city, city.school("schule-007"), "s007-v1-pc77"))
    assert found.after[file].decode() == "# extra\ndevices: {}\n  # the only one\n# end\n"


def test_where_a_device_hangs_and_what_is_at_a_port() -> None:
    """By the port that names it; a switch by the port above it."""
    found = plug_of(CITY, A042, "s042-r101-dt01")
    assert found is not None
    assert found.words() == "s042-a2-sw01:6"
    up = plug_of(CITY, A042, "s042-b1-sw01")
    assert up is not None
    assert up.words() == "s042-a1-sw01:LAG 1"
    assert plug_of(CITY, A042, "s042-r302-pc01") is None
    assert {port: taken_by(plug_at(CITY, A042, "s042-a2-sw01", port)) for port in ("3", "6", "48", "49", "32")} == {
        "3": "",
        "6": "s042-r101-dt01 is plugged in there",
        "48": "",
        "49": "s042-a1-sw02 is plugged in there",
        "32": "s042-r110-pc01 is plugged in there",
    }
    assert taken_by(plug_at(CITY, A042, "s042-a1-sw01", "1")) == "it is set up as router of its own"
    assert taken_by(plug_at(CITY, A042, "s042-a1-sw01", "25")) == "it belongs to lag 1"


def test_mentions_are_told_in_words() -> None:
    """File and keys."""
    assert [item.words() for item in mentions(CITY, A042, "s042-r201-pr01")] == [
        "s042-r201-sw01: ports.32.device",
        "inventory/schools/schule-042/school.yml: buildings.A.rooms.R201.settings.pc.printing.queues.r201.device",
        "s042-a1-ps01: settings.queues.queues.r201.device",
    ]


# -- whatever is edited, nothing else changes -----------------------------------------------------------------------

DEVICES = [(school, name) for school in SCHOOLS for name in school.devices]
PORTS = [
    (school, switch, port.short)
    for school in SCHOOLS
    for switch in school.switches
    for port in plug_at(CITY, school, switch, next(iter(topology(CITY, school).assignments[switch].ports))).ports.ports
    if not plug_at(CITY, school, switch, port.name).lag
]
labels = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,20}", fullmatch=True)
notes = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]), max_size=30).filter(
    lambda text: "<<" not in text and text.strip() == text and not text.startswith("=")
)


@settings(max_examples=25)
@given(item=st.sampled_from(DEVICES), serial=labels, asset=st.none() | labels, note=notes)
def test_changed_values_are_read_back_and_every_other_device_is_as_it_was(
    item: tuple[School, str], serial: str, asset: str | None, note: str
) -> None:
    """Serials that look like numbers, notes with quotes, delimiters and umlauts; YAML and CSV alike."""
    school, name = item
    values: dict[str, Any] = {"serial": serial, "asset": asset, "notes": note or None}
    found = edited(REPO, changed(CITY, school, name, values))
    after = reloaded_quietly(found, school)
    wanted = {**plain(school.devices[name]), **values}
    assert plain(after.devices[name]) == {key: value for key, value in wanted.items() if value is not None}
    assert {key: plain(device) for key, device in after.devices.items() if key != name} == {
        key: plain(device) for key, device in school.devices.items() if key != name
    }
    assert list(after.devices) == list(school.devices)


def reloaded_quietly(found: Edited, school: School) -> School:
    """As `reloaded`; a serial that another device has is no matter here."""
    from campusctl.inventory.load import _load  # noqa: PLC0415 - the city with its problems

    with overlay(found.root, found, [school.id]) as trial:
        city, _ = _load(trial, [school.id])
        assert city is not None
        return city.school(school.id)


@settings(max_examples=25)
@given(item=st.sampled_from(PORTS), role=st.sampled_from(["pc", "printer", "unused", "teacher"]))
def test_a_port_that_is_set_says_that_and_taking_it_back_restores_every_byte(
    item: tuple[School, str, str], role: str
) -> None:
    """Every other port of the school says what it said; ranges are not split in the file."""
    school, switch, port = item
    before = ends(CITY, school)
    found = edited(REPO, port_set(CITY, school, switch, port, {"role": role}))
    with overlay(REPO, found, [school.id]) as trial:
        city = _load_quietly(trial, school.id)
        then = city.school(school.id)
        after = ends(city, then)
        name = plug_at(city, then, switch, port).port
        assert after.pop((switch, name)) == {"role": role}
        had_own = plug_at(CITY, school, switch, port).alone
        before.pop((switch, name), None)
        assert after == before
        if not had_own:
            shutil.copytree(trial / "inventory", trial / "again" / "inventory")
            back = edited(trial / "again", port_set(city, then, switch, port, None))
            file = school.devices[switch].file
            assert back.after[file] == (REPO / file).read_bytes()


def _load_quietly(root: Path, school: str) -> City:
    from campusctl.inventory.load import _load  # noqa: PLC0415 - the city with its problems

    city, _ = _load(root, [school])
    assert city is not None
    return city


@settings(max_examples=20)
@given(item=st.sampled_from(DEVICES))
def test_a_renamed_device_is_the_same_one_everywhere(item: tuple[School, str]) -> None:
    """Renamed and renamed back, every byte is as it was; in between, nothing names the old one."""
    school, name = item
    new = name[:-2] + "98"
    found = edited(REPO, renamed(CITY, school, name, new))
    with overlay(REPO, found, [school.id]) as trial:
        city = load_city(trial, [school.id])
        then = city.school(school.id)
        assert mentions(city, then, name) == ()
        assert len(mentions(city, then, new)) == len(mentions(CITY, school, name))
        assert [new if key == name else key for key in school.devices] == list(then.devices)
        back = edited(trial, renamed(city, then, new, name))
        assert {file: back.after[file] for file in back.files} == {
            file: (REPO / file).read_bytes() for file in found.files
        }


@settings(max_examples=20)
@given(item=st.sampled_from([pair for pair in DEVICES if pair[1] not in pair[0].switches]))
def test_a_removed_device_leaves_everything_else(item: tuple[School, str]) -> None:
    """Its port is unused then, every other device and port says what it said."""
    school, name = item
    plug = plug_of(CITY, school, name)
    found = edited(REPO, removed(CITY, school, name))
    with overlay(REPO, found, [school.id]) as trial:
        city = load_city(trial, [school.id])
        then = city.school(school.id)
        assert name not in then.devices
        assert mentions(city, then, name) == ()
        before, after = ends(CITY, school), ends(city, then)
        if plug:
            assert after.pop((plug.switch, plug.port), {"role": "unused"}) == {"role": "unused"}
            before.pop((plug.switch, plug.port))
        assert after == before
