"""Mistakes in the example city, and exactly what is said about them."""

from pathlib import Path

import pytest

from campusctl.errors import InventoryError, UnknownNameError
from campusctl.inventory.load import check, expired_exceptions, load_city, load_for

CITY = "inventory/city.yml"
SCHOOL = "inventory/schools/schule-042/school.yml"
SWITCHES = "inventory/schools/schule-042/devices.yml"
ROOMS = "inventory/schools/schule-042/devices-rooms.yml"
SHEET = "inventory/schools/schule-101/devices.csv"
CHASSIS = "inventory/profiles/hp-5406r.yml"


def place(text: str, needle: str, nth: int = 1) -> int:
    """The line of the nth occurrence of a text."""
    at = -1
    for _ in range(nth):
        at = text.index(needle, at + 1)
    return text.count("\n", 0, at) + 1


def problems(root: Path) -> list[str]:
    """Every problem as it is printed."""
    return [str(problem) for problem in check(root)]


def changed(root: Path, file: str, old: str, new: str) -> str:
    """Change a file; gives its new text."""
    path = root / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path.read_text(encoding="utf-8")


def test_the_example_city_has_no_problems(musterstadt: Path) -> None:
    """What comes with campusctl is right."""
    assert problems(musterstadt) == []


# file, old text, new text, what stands in the line, and the line's message and hint
MISTAKES = [
    (SWITCHES, "address: 10.42.3.12", "address: 10.42.3.11", "address: 10.42.3.11", 2,
     "s042-a1-sw02: address 10.42.3.11 is that of s042-a1-sw01 too",
     f"see {SWITCHES}"),
    (SWITCHES, "serial: SG042K0002", "serial: SG042K0001", "serial: SG042K0001", 2,
     "s042-a1-sw02: serial SG042K0001 is that of s042-a1-sw01 too",
     f"see {SWITCHES}"),
    (ROOMS, "00:0c:f1:42:01:02", "00-0C-F1-42-01-01", "00-0C-F1-42-01-01", 1,
     "s042-r102-dt01: MAC 00:0c:f1:42:01:01 is that of s042-r101-dt01 too",
     f"see {ROOMS}"),
    (SWITCHES, "asset: M042-0002", "asset: M042-0001", "asset: M042-0001", 2,
     "s042-a1-sw02: asset tag M042-0001 is that of s042-a1-sw01 too",
     f"see {SWITCHES}"),
    (SWITCHES, "31: {device: s042-r110-pr01}", "31: {device: s042-r110-pr01}\n      1/31: pc", "1/31: pc", 1,
     "s042-a2-sw01: port GigabitEthernet1/0/31 is used twice, see ports.31",
     "a port has one entry; one alone overrides a range"),
    (SWITCHES, "A1-A22: pc", "A1-A25: pc", "A1-A25: pc", 1,
     "s042-a1-sw02: there is no port A25",
     "its ports are A1-A24, B1-B24, F1-F8"),
    (SWITCHES, "A1-A22: pc", "A22-A1: pc", "A22-A1: pc", 1,
     "s042-a1-sw02: the port range A22-A1 runs backwards",
     ""),
    (SWITCHES, "1-5: pc", "1-5: boardd", "1-5: boardd", 1,
     "s042-a2-sw01: ports.1-5: unknown role boardd",
     "did you mean board?"),
    (SWITCHES, "1-5: pc", "1-5: {role: pc, vlan: 5000}", "vlan: 5000", 1,
     "s042-a2-sw01: ports.1-5.vlan: `5000` is more than 4094",
     ""),
    (SWITCHES, "1-5: pc", "1-5: {role: pc, vlan: 31}", "vlan: 31", 1,
     "s042-a2-sw01: ports.1-5: unknown vlan 31",
     "VLANs are listed in inventory/city.yml"),
    (SWITCHES, "1-5: pc", "1-5: {role: pc, tagged: [31, x]}", "tagged: [31", 1,
     "s042-a2-sw01: ports.1-5.tagged: a list: must be a list of VLAN ids 1-4094, or all",
     ""),
    (SWITCHES, "profile: aruba-6100-48g", "profile: aruba-6010-48g", "aruba-6010", 1,
     "s042-b2-sw01: unknown profile aruba-6010-48g",
     "did you mean aruba-6100-48g, aruba-6300m-24?"),
    (SWITCHES, "address: 10.42.3.12", "address: 10.42.4.12", "10.42.4.12", 1,
     "s042-a1-sw02: address 10.42.4.12 is outside 10.42.3.0/24, the subnet of vlan 3",
     "look at its port's role"),
    (SWITCHES, "address: 10.42.3.12", "address: 10.42.3.1", "10.42.3.1\n", 1,
     "s042-a1-sw02: address 10.42.3.1 is the network, broadcast or gateway address of 10.42.3.0/24",
     "choose another one"),
    (ROOMS, "10.42.60.12", "10.42.70.99", "10.42.70.99", 1,
     "s042-r102-dt01: address 10.42.70.99 is outside 10.42.60.0/23, the subnet of vlan 60",
     "look at its port's role"),
    (SWITCHES, "device: s042-r101-dt01", "device: s042-r101-dt1", "device: s042-r101-dt1}", 1,
     "s042-a2-sw01: ports.6: unknown device s042-r101-dt1",
     "did you mean s042-r101-dt01, s042-r401-dt01, s042-r311-dt01?"),
    (SWITCHES, "device: s042-r102-dt01", "device: s042-r101-dt01", "7: {device: s042-r101-dt01", 1,
     "s042-a2-sw01: ports.7: s042-r101-dt01 is plugged in at s042-a2-sw01: ports.6 too",
     "a device has one port; bundle two under `lags`"),
    (SWITCHES, ", confirmed: true", "", "role: verwaltung", 1,
     "s042-c1-sw01: ports.12: vlan 200 (VERWALTUNG) wants to be confirmed at each port",
     "add `confirmed: true` if this port shall really have it"),
    (SWITCHES, "      49: {uplink: s042-b1-sw01, to: 1}\n", "", "s042-b2-sw01:", 1,
     "s042-b2-sw01: has no uplink",
     "give it a port `{uplink: SWITCH}`, or say `core: true` if it is the top of its site"),
    (SWITCHES, "to: F3", "to: F2", "to: F2", 2,
     "s042-a2-sw02: ports.25: port F2 of s042-a1-sw02 is the other end of s042-a2-sw01 already",
     "look at the patch panel"),
    (SWITCHES, "to: F2", "to: A23", "to: A23", 1,
     "s042-a2-sw01: ports.49: port A23 of s042-a1-sw02 leads to s042-aula-ap01 there",
     "one of the two entries is wrong"),
    (SWITCHES, "28: {downlink: s042-a1-sw02}", "28: pc", "F1: {uplink", 1,
     "s042-a1-sw02: ports.F1: nobody knows the port of s042-a1-sw01 at the other end",
     "write `to: PORT`, or give s042-a1-sw01 a port with `downlink: s042-a1-sw02`"),
    (SWITCHES, "uplink: s042-a1-sw02, to: F2", "uplink: s042-a1-sw03, to: F2", "s042-a1-sw03", 1,
     "s042-a2-sw01: ports.49: unknown switch s042-a1-sw03",
     "did you mean s042-a1-sw02, s042-a1-sw01, s042-c1-sw01?"),
    (SWITCHES, "ports: 27-28", "ports: 27", "1: {ports: 27", 1,
     "s042-b1-sw01: lags.1: lag 1 has 1 ports, lag 1 of s042-a1-sw01 at the other end has 2",
     "both ends of a LAG have the same number of ports"),
    (SWITCHES, "49: {uplink: s042-b1-sw01, to: 1}", "49: {uplink: s042-b1-sw01, to: 27}", "to: 27", 1,
     "s042-b2-sw01: ports.49: port 1/1/27 of s042-b1-sw01 belongs to lag 1",
     "bundle this end too, under `lags`"),
    (SWITCHES, "serial: SG042K0002", "serial: 12345", "serial: 12345", 1,
     "s042-a1-sw02: serial: `12345` is not text",
     "put the number in quotes"),
    (SWITCHES, "88:3a:30:42:00:02", "88:3a:30:42:00:0g", "00:0g", 1,
     "s042-a1-sw02: mac: `88:3a:30:42:00:0g` is not a MAC address, such as 00:1b:21:aa:bb:cc",
     ""),
    (SWITCHES, "description: Schulserver", 'description: "a\\nb"', "a\\nb", 1,
     "s042-a1-sw01: ports.2.description: `a\\nb` is not plain ASCII of one line, without quotes and question marks (ae, oe, ue for umlauts)",  # noqa: E501 - one message
     ""),
    (ROOMS, "s042-r110-pc01", "s042-r1100-pc001", "s042-r1100-pc001", 1,
     "s042-r1100-pc001: the name is 16 characters long",
     "15 is the limit (naming.max_length in city.yml)"),
    (ROOMS, "s042-r101-dt01: {profile:", "s042-r101-dt01: {profil:", "profil:", 1,
     "s042-r101-dt01: unknown field `profil`",
     "did you mean profile?"),
    (SCHOOL, "type: gymnasium", "type: gymansium", "type:", 1,
     "schule-042: unknown school type gymansium",
     "did you mean gymnasium?"),
    (SCHOOL, "mail: medien@", "mail: anna.schmidt@", "medien:", 1,
     "contacts.medien: `anna` looks like a person's name",
     "contacts are roles with a mailbox, such as sekretariat"),
    (SCHOOL, "until: 2027-07-31", "until: 2027-02-30", "until:", 1,
     "exceptions: ports.7.poe: 2027-02-30 is no date",
     "dates are such as 2027-07-31"),
    (SCHOOL, "until: 2027-07-31", "until: 2020-02-28", "path: ports.7.poe", 1,
     "s042-a2-sw01: ports.7.poe: the exception ended on 2020-02-28",
     "ask medien whether it goes, or give it a new `until`"),
    (SCHOOL, "path: ports.7.poe", "path: ports.7.poee", "path:", 1,
     "exceptions: ports.7.poee: unknown field `poee`",
     "did you mean poe?"),
    (SCHOOL, "path: ports.7.poe", "path: ports.99.poe", "path:", 1,
     "exceptions: ports.99.poe: s042-a2-sw01: there is no port 99",
     "its ports are 1-48, 49-52"),
    (SCHOOL, "value: true", "value: maybe", "value:", 1,
     "exceptions: ports.7.poe: `maybe` is neither true nor false",
     ""),
    (SCHOOL, "08:35-09:20", "08:25-09:20", "08:25", 1,
     "lessons: 08:25-09:20 does not follow the lesson before",
     "in order, no overlap"),
    (CITY, "management_vlan: 3", "management_vlan: true", "management_vlan", 1,
     "settings.management_vlan: true is no whole number",
     ""),
    (CITY, "name: Musterstadt", "name: <<secret:snmp/ro>>", "<<secret", 1,
     "name: `<<secret:snmp/ro>>` is not one line of text without control or invisible characters and without `<<`",
     ""),
    (CITY, "name: Musterstadt", 'name: "\\x3c<secret:snmp/ro>>"', "x3c", 1,
     "name: `<<secret:snmp/ro>>` is not one line of text without control or invisible characters and without `<<`",
     ""),
    (CITY, "contact: netz@musterstadt.example", 'contact: "<<secret:snmp/ro>>"', "contact:", 1,
     "settings.snmp.contact: `<<secret:snmp/ro>>` is not plain ASCII of one line, without quotes and question marks (ae, oe, ue for umlauts)",  # noqa: E501 - one message
     ""),
    (CITY, "Zugriff nur fuer Befugte", "<<secret:switch/login>>", "banner:", 1,
     "settings.banner: `Stadt Musterstadt - Schulnetz\\n<<secret:switch/login>>. Zugri…` is not plain ASCII text (ae, oe, ue for umlauts) without control characters and without `<<`",  # noqa: E501 - one message
     ""),
    (CITY, "  syslog:", "  sislog:", "sislog", 1,
     "settings: unknown field `sislog`",
     "did you mean syslog?"),
    (CITY, '"10.{site}.70.0/24"', '"10.{site}.70.1/24"', "DRUCKER", 1,
     "vlans.70: 10.1.70.1/24 is no subnet (at site 1)",
     "a subnet is such as 10.{site}.{vlan}.0/24"),
    (CITY, "101-120:", "101-5000:", "101-5000", 1,
     "vlans.101-5000: vlan 101-5000 is not in 1-4094",
     "a range runs upwards: 101-120"),
    (CHASSIS, "dialect: hp_procurve", "dialect: aruba_os", "dialect", 1,
     "wrong dialect aruba_os",
     "aruba_os is the WLAN controller; AOS-CX is aruba_aoscx, ArubaOS-Switch is hp_procurve"),
    (CHASSIS, "F1-F8", "F8-F1", "F8-F1", 1,
     "ports.F8-F1: the port block F8-F1 makes no sense",
     "write A1-A24, one block for each slot"),
    (SHEET, "10.101.60.11", "10.101.600.11", "10.101.600.11", 1,
     "s101-r113-dt01: address: `10.101.600.11` is not an IPv4 address, such as 10.42.3.11",
     ""),
    (SHEET, "PC101-0001", "1,23E+11", "1,23E+11", 1,
     "s101-r111-pc01: `1,23E+11` was rounded by a spreadsheet program",
     "format the column as text"),
    (SHEET, "name;profile;room", "name;profile;rom", "rom", 1,
     "unknown column `rom`",
     "did you mean room?"),
    (SHEET, "s101-r111-pc02", "s101-r111-pc01", "s101-r111-pc01", 2,
     "s101-r111-pc01: the name stands in line 8 too",
     "names are unique"),
    (SHEET, "PC101-0001", '"PC101-0001', "s101-r211-pc01", 1,
     "is no valid CSV: unexpected end of data",
     "look for a quote without its partner"),
]  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES, ids=[mistake[2][:30] for mistake in MISTAKES])
def test_one_mistake_is_told_with_its_line(
    musterstadt: Path, mistake: tuple[str, str, str, str, int, str, str]
) -> None:
    """File, line, device, what, and a hint."""
    file, old, new, at, nth, what, hint = mistake
    text = changed(musterstadt, file, old, new)
    expected = f"{file}:{place(text, at, nth)}: {what}" + (f"\nhint: {hint}" if hint else "")
    assert expected in problems(musterstadt)


def test_a_mistake_does_not_echo(musterstadt: Path) -> None:
    """One wrong device in a file: the ports that lead to it, and the other devices, are not complained about."""
    changed(musterstadt, ROOMS, "s042-r101-dt01: {profile: board-75,", "s042-r101-dt01: {profile: [],")
    assert problems(musterstadt) == [f"{ROOMS}:6: s042-r101-dt01: profile: a list is not text"]


def test_all_mistakes_are_told_at_once(musterstadt: Path) -> None:
    """In five files, broken ones among them, in the order of files and lines."""
    changed(musterstadt, SCHOOL, "type: gymnasium", "tpye: gymnasium")
    changed(musterstadt, SHEET, "BD101-0002", "BD101-0001")
    changed(musterstadt, CHASSIS, "class: sw", "class: [")
    changed(musterstadt, SWITCHES, "1-5: pc", "1-5: pcc")
    changed(musterstadt, ROOMS, "10.42.60.11", "10.42.60.300")
    assert [line.split("\n")[0] for line in problems(musterstadt)] == [
        f"{CHASSIS}:5: is no valid YAML: did not find expected ',' or ']'",
        f"{ROOMS}:6: s042-r101-dt01: address: `10.42.60.300` is not an IPv4 address, such as 10.42.3.11",
        f"{SWITCHES}:53: s042-a2-sw01: ports.1-5: unknown role pcc",
        f"{SCHOOL}: `type` is missing",
        f"{SCHOOL}:3: unknown field `tpye`",
        f"{SHEET}:3: s101-r511-dt01: serial BD101-0001 is that of s101-r113-dt01 too",
    ]


def test_uplinks_in_a_circle_are_told_at_each_switch(musterstadt: Path) -> None:
    """Two switches that hang on each other and on nobody else."""
    changed(musterstadt, SWITCHES, "49: {uplink: s042-b1-sw01, to: 1}", "49: {uplink: s042-b3-sw01, to: 50}")
    changed(musterstadt, SWITCHES, "49: {uplink: s042-b1-sw01, to: 2}", "49: {uplink: s042-b2-sw01, to: 50}")
    ring = "its uplinks run in a circle: s042-b2-sw01, s042-b3-sw01\nhint: an uplink leads towards the core"
    assert problems(musterstadt) == [
        f"{SWITCHES}:110: s042-b2-sw01: {ring}",
        f"{SWITCHES}:125: s042-b3-sw01: {ring}",
    ]


@pytest.mark.parametrize("name", ["s042-mueller-pc1", "pc-anna", "yilmaz"])
def test_a_name_like_a_persons_is_refused(musterstadt: Path, name: str) -> None:
    """Privacy: a device is named by its place."""
    changed(musterstadt, ROOMS, "s042-r201-pc01:", f"{name}:")
    assert any(f"{name}: `" in line and "looks like a person's name" in line for line in problems(musterstadt))


def test_a_device_that_stands_in_two_files_is_told_once(musterstadt: Path) -> None:
    """Names are unique in the school."""
    changed(musterstadt, ROOMS, "s042-r201-pc01:", "s042-a1-sw01:")
    assert f"{SWITCHES}:8: s042-a1-sw01: the name stands in {ROOMS} too\nhint: names are unique" in problems(
        musterstadt
    )


def test_two_schools_at_one_site(musterstadt: Path) -> None:
    """Their subnets would be the same."""
    changed(musterstadt, SCHOOL, "site: 42", "site: 101")
    what = "schule-101: site 101 is that of schule-042 too"
    assert any(what in line for line in problems(musterstadt))


def test_load_refuses_with_every_problem(musterstadt: Path) -> None:
    """What cannot be checked is not worked with."""
    changed(musterstadt, SWITCHES, "1-5: pc", "1-5: pcc")
    changed(musterstadt, SHEET, "BD101-0002", "BD101-0001")
    with pytest.raises(InventoryError) as caught:
        load_city(musterstadt)
    assert len(caught.value.problems) == 2
    load_city(musterstadt, ["schule-007"])


def test_an_expired_exception_stays_in_force_and_is_reported(musterstadt: Path) -> None:
    """Nothing changes at midnight by itself: the city loads, and the finding says what to do."""
    changed(musterstadt, SCHOOL, "until: 2027-07-31", "until: 2020-02-28")
    city = load_city(musterstadt)
    assert [str(item) for item in expired_exceptions(musterstadt, city)] == problems(musterstadt)
    assert len(problems(musterstadt)) == 1


@pytest.mark.parametrize(
    ("asked", "what", "hint"),
    [
        ("../schule-042", "'../schule-042' is no school id", "did you mean schule-042, schule-101, schule-007?"),
        ("/etc", "'/etc' is no school id", "a school id is a-z, 0-9 and hyphens, such as schule-042"),
        ("", "'' is no school id", "a school id is a-z, 0-9 and hyphens, such as schule-042"),
        ("\x1b[2J", "'\\x1b[2J' is no school id", "a school id is a-z, 0-9 and hyphens, such as schule-042"),
        ("schule-04", "no school `schule-04`", "did you mean schule-042, schule-101, schule-007?"),
    ],
)
def test_a_wrong_school_is_refused(musterstadt: Path, asked: str, what: str, hint: str) -> None:
    """Never a path, and with what was probably meant."""
    with pytest.raises(UnknownNameError) as caught:
        load_city(musterstadt, [asked])
    assert (caught.value.what, caught.value.hint) == (what, hint)


def test_an_extra_line_may_name_a_secret(musterstadt: Path) -> None:
    """It is the one place where a secret's reference stands in a text; anything like it is refused."""
    text = changed(
        musterstadt,
        CHASSIS,
        "lag: Trk{n}",
        'lag: Trk{n}\nsettings: {extra: ["radius-server key <<secret:radius/key>>"]}',
    )
    assert problems(musterstadt) == []
    (musterstadt / CHASSIS).write_text(text.replace("<<secret:radius/key>>", "<<secret:radius key>>"))
    assert [line.split("`")[1] for line in problems(musterstadt)] == ["radius-server key <<secret:radius key>>"]


def test_one_mistake_at_a_device_does_not_hide_the_next(musterstadt: Path) -> None:
    """What is no value and what is a wrong value are told together, each in its own line."""
    file = "inventory/schools/schule-007/devices.yml"
    changed(musterstadt, file, "mac: 88:3a:30:07:00:01", "mac: xx")
    changed(musterstadt, file, "serial: CN007P0001", "serial: cn007p0002")
    changed(musterstadt, file, "1-6: pc", "1-6: PC\n      -5: pc\n      30: pc")
    text = changed(musterstadt, file, "24: router", "24: ruoter")
    assert [(problem.line, problem.what) for problem in check(musterstadt)] == [
        (place(text, "mac: xx"), "`xx` is not a MAC address, such as 00:1b:21:aa:bb:cc"),
        (place(text, "serial: cn007p0002"), "serial cn007p0002 is that of s007-v2-sw01 too"),
        (
            place(text, "1-6: PC"),
            "`PC` is not a word of a-z, 0-9 and hyphens",
        ),
        (
            place(text, "-5: pc"),
            "`-5` is not a port, a range or a list of them, such as 7, 1-24, A1-A22 or 1/1/1-1/1/24",
        ),
        (place(text, "30: pc"), "there is no port 30"),
        (place(text, "24: ruoter"), "unknown role ruoter"),
    ]


def test_two_switches_that_name_each_other_as_uplink_are_a_circle(musterstadt: Path) -> None:
    """The circle is told although neither says a port at the other end; what hangs below it is not in it."""
    file = "inventory/schools/schule-007/devices.yml"
    changed(musterstadt, file, "    core: true\n", "")
    text = changed(musterstadt, file, "25: {downlink: s007-v2-sw01}", "25: {uplink: s007-v2-sw01}")
    told = {(problem.line, problem.what) for problem in check(musterstadt)}
    ring = "its uplinks run in a circle: s007-v1-sw01, s007-v2-sw01"
    assert {item for item in told if "circle" in item[1]} == {
        (place(text, "s007-v1-sw01:"), ring),
        (place(text, "s007-v2-sw01:"), ring),
    }


@pytest.mark.parametrize("mac", ["ff:ff:ff:ff:ff:ff", "00-00-00-00-00-00", "0100.5e00.0001"])
def test_a_mac_that_no_device_can_have(musterstadt: Path, mac: str) -> None:
    """A broadcast, group or empty address was copied from somewhere else."""
    text = changed(musterstadt, ROOMS, "00:0c:f1:42:01:02", mac)
    (found,) = check(musterstadt)
    assert (found.line, found.hint) == (place(text, mac), "read it off the device's label")


def test_a_thousand_mistakes_are_told_in_one_reading(musterstadt: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The time to say where the mistakes are does not grow with their square."""
    read: list[str] = []

    def counted(root: Path, name: str) -> bytes:
        read.append(name)
        return (root / name).read_bytes()

    monkeypatch.setattr("campusctl.inventory.lines.read_bytes", counted)
    rows = "".join(f"s101-r113-pc{number:02};R{number}\n" for number in range(1000, 2000))
    (musterstadt / SHEET).write_text(f"name;room\n{rows}", encoding="utf-8")
    found = [problem for problem in check(musterstadt, ["schule-101"]) if problem.file == SHEET]
    assert {problem.line for problem in found} == set(range(2, 1002))
    assert read.count(SHEET) == 1


def test_more_devices_than_a_school_has_are_refused(musterstadt: Path) -> None:
    """Before anything is said about each of them."""
    rows = "".join(f"s101-r113-pc{number};R113\n" for number in range(6000))
    (musterstadt / SHEET).write_text(f"name;room\n{rows}", encoding="utf-8")
    (found,) = check(musterstadt, ["schule-101"])
    assert str(found).startswith(f"{SHEET}:5003: holds more than 5000 devices")


def test_links_in_a_circle_and_to_nowhere_are_told(musterstadt: Path) -> None:
    """A file that is a link to itself, and a school's folder that leads nowhere."""
    sheet = musterstadt / SHEET
    sheet.unlink()
    sheet.symlink_to(sheet.name)
    (musterstadt / "inventory/schools/schule-008").symlink_to("nowhere")
    (musterstadt / "inventory/schools/schule-009").symlink_to("schule-009")
    gone = "inventory/schools/schule-008/school.yml: cannot be read: no such file or directory"
    round_again = f"{SHEET}: cannot be read: its links run in a circle"
    assert {gone, round_again} <= set(problems(musterstadt))
    assert any(
        text.startswith("inventory/schools/schule-009/school.yml: cannot be read") for text in problems(musterstadt)
    )


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("999: {", "1-: {", "vlans.1-: `1-` is not a VLAN's number or a range of them, such as 30 or 101-120"),
        ("timezone: Europe/Berlin", "timezone: GMT+1!", "`GMT+1!` is not a time zone, such as Europe/Berlin"),
    ],
)
def test_no_message_shows_a_pattern(musterstadt: Path, old: str, new: str, what: str) -> None:
    """What a value should look like is said in words."""
    changed(musterstadt, CITY, old, new)
    assert any(what in text for text in problems(musterstadt))


def test_what_was_typed_is_shown_without_moving_the_cursor(musterstadt: Path) -> None:
    """An escape sequence is spelled out, and nobody reads a name of a megabyte."""
    with pytest.raises(UnknownNameError) as wrong:
        load_for(musterstadt, "\x1b[2J" + "x" * 1_000_000)
    assert "\\x1b[2J" in wrong.value.what
    assert len(str(wrong.value)) < 300


def test_an_exception_that_stands_twice(musterstadt: Path) -> None:
    """Which of the two holds is not guessed."""
    school = "inventory/schools/schule-007/school.yml"
    path = musterstadt / school
    entry = (
        "  - {path: stp.priority, device: s007-v2-sw01, value: 8192, reason: a test, owner: netz, until: 2099-01-01}\n"
    )
    path.write_text(path.read_text(encoding="utf-8") + f"\nexceptions:\n{entry}{entry}", encoding="utf-8")
    (found,) = check(musterstadt)
    assert (found.line, found.what) == (
        place(path.read_text(encoding="utf-8"), entry, 2),
        "the same exception stands here twice",
    )


def test_two_vlans_with_the_same_addresses(musterstadt: Path) -> None:
    """A router could not tell them apart."""
    text = changed(musterstadt, CITY, "10.{site}.10.0/24", "10.{site}.0.0/21")
    (found,) = (problem for problem in check(musterstadt) if problem.file == CITY)
    assert (found.line, found.what) == (
        place(text, "10.{site}.0.0/21"),
        "the subnet 10.1.0.0/21 shares addresses with 10.1.3.0/24 of vlan 3 (at site 1)",
    )


@pytest.mark.parametrize("title", ["title: Klasse Frau Aydogan", "title: Buero Herr Oezmen"])
def test_a_person_whose_name_is_in_no_list(musterstadt: Path, title: str) -> None:
    """Who is addressed as a person is one; a hall named after somebody is none."""
    file = "inventory/schools/schule-007/school.yml"
    changed(musterstadt, file, "title: Klasse 2", "title: Anne-Frank-Raum")
    text = changed(musterstadt, file, "title: Klasse 1", title)
    (found,) = check(musterstadt)
    assert (found.line, found.what) == (
        place(text, title),
        f"`{' '.join(title.split()[-2:])}` looks like a person's name",
    )


def test_every_mistyped_school_is_told_at_once(musterstadt: Path) -> None:
    """With what was probably meant by each."""
    with pytest.raises(UnknownNameError) as wrong:
        check(musterstadt, ["shcule-042", "schule-007", "schule-07"])
    assert wrong.value.what == "no school `shcule-042`; no school `schule-07`"
    assert wrong.value.hint.startswith("did you mean schule-042")
    assert "; did you mean schule-007" in wrong.value.hint


def test_what_was_taken_away_is_not_missed(musterstadt: Path) -> None:
    """A LAG whose ports make no sense has one problem, and the device's other one is told too."""
    file = "inventory/schools/schule-007/devices.yml"
    text = changed(
        musterstadt, file, "    ports:\n      1-6: pc", '    lags: {3: {ports: ""}}\n    ports:\n      1-6: boardd'
    )
    assert [(problem.line, problem.what) for problem in check(musterstadt)] == [
        (place(text, "lags:"), "`` is not a port, a range or a list of them, such as 7, 1-24, A1-A22 or 1/1/1-1/1/24"),
        (place(text, "1-6: boardd"), "unknown role boardd"),
    ]
