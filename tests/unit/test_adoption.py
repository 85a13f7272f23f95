"""Adopting: the inventory says what a switch has, proven on the intended states, or nothing is written."""

import shutil
from pathlib import Path

import pytest

from campusctl.errors import CampusError
from campusctl.inventory.adoption import AdoptionError, Difference, Terms
from campusctl.inventory.load import load_city
from campusctl.model.plan import EditView
from campusctl.workflow.adopting import adopt

REPO = Path(__file__).parents[2]
SCHOOL = "schule-042"
TERMS = Terms("Exam network", "sekretariat", "2027-01-31")
IOS, CX, PROCURVE = "s042-a2-sw01", "s042-a1-sw01", "s042-a1-sw02"


@pytest.fixture
def city(musterstadt: Path) -> Path:
    """The example city with its templates."""
    shutil.copytree(REPO / "templates", musterstadt / "templates")
    return musterstadt


def has(device: str, path: str, value: object, wanted: object) -> Difference:
    """A device has one value where the inventory wants another; parts of the path are separated by `|`."""
    edit = EditView(path=tuple(path.split("|")), before=value, after=wanted)  # type: ignore[arg-type]
    return Difference(device, (edit,))


def lines(root: Path, *differences: Difference, terms: Terms | None = TERMS) -> list[str]:
    """The lines that go and come; written, so that the files can be looked at."""
    found = adopt(root, SCHOOL, differences, terms)
    found.write()
    load_city(root)
    return [line for line in found.diff().splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]


def test_a_description_goes_into_the_ports_entry(city: Path) -> None:
    """Into the entry there is, into a new one out of a range, for a port without one, for the end of a link."""
    assert lines(city, has(IOS, "port|GigabitEthernet1/0/6|description", "Tafel neu", "s042-r101-dt01")) == [
        "-      6: {device: s042-r101-dt01}", "+      6: {device: s042-r101-dt01, description: Tafel neu}",
    ]  # fmt: skip
    assert lines(city, has(IOS, "port|GigabitEthernet1/0/2|description", "Kasse", None)) == [
        "+      2: {role: pc, description: Kasse}"
    ]
    assert lines(city, has(IOS, "port|GigabitEthernet1/0/48|description", "tot", None)) == [
        "+      48: {role: unused, description: tot}"
    ]
    assert lines(city, has(PROCURVE, "port|F2|description", "Strang A2", "s042-a2-sw01")) == [
        "+      F2: {downlink: s042-a2-sw01, description: Strang A2}"
    ]


def test_an_empty_description_is_said_too(city: Path) -> None:
    """A device's name would stand there otherwise."""
    assert lines(city, has(IOS, "port|GigabitEthernet1/0/6|description", None, "s042-r101-dt01"))[1:] == [
        '+      6: {device: s042-r101-dt01, description: ""}'
    ]


def test_what_a_role_decides_becomes_an_exception_and_changes_there_next_time(city: Path) -> None:
    """The second time the same exception gets another value, with its reason and end as they were."""
    assert lines(city, has(PROCURVE, "port|A7|untagged", "20", "30")) == [
        "+  - path: ports.A7.vlan", "+    value: 20", "+    device: s042-a1-sw02",
        "+    reason: Exam network", "+    owner: sekretariat", "+    until: 2027-01-31",
    ]  # fmt: skip
    again = lines(city, has(PROCURVE, "port|A7|untagged", "60", "20"), terms=None)
    assert again == ["-    value: 20", "+    value: 60"]


def test_without_terms_an_exception_is_refused(city: Path) -> None:
    """The words say which options are missing."""
    with pytest.raises(AdoptionError, match="needs an exception") as refused:
        lines(city, has(IOS, "port|GigabitEthernet1/0/10|poe", None, "off"), terms=None)
    assert "--owner" in refused.value.hint


SETTINGS = [
    (has(IOS, "ntp|server|10.9.9.9", True, None), "ntp: {servers: [10.255.0.11, 10.255.0.12, 10.9.9.9]}"),
    (has(IOS, "dns|server|10.255.1.53", None, True), "dns: {servers: [10.255.0.53]}"),
    (has(PROCURVE, "sntp|server|10.9.9.9", "priority 3", None), "ntp: {servers: [10.255.0.11, 10.255.0.12, 10.9.9.9]}"),
    (has(CX, "syslog|server|10.9.9.9", True, None), "syslog: {servers: [10.255.0.14, 10.9.9.9]}"),
    (has(IOS, "snmp|contact", "it@x.example", "netz@musterstadt.example"), "snmp: {contact: it@x.example}"),
    (has(CX, "snmp|location", "Keller 3", "schule-042/A/0/A1"), "snmp: {location: Keller 3}"),
    (has(IOS, "lldp|enabled", None, True), "settings: {lldp: false}"),
    (has(IOS, "domain", "x.example", "schulen.musterstadt.example"), "settings: {domain: x.example}"),
    (
        has(IOS, "free|ip http secure-server", True, None),
        'settings: {extra: [archive, " path flash:campusctl", ip http secure-server]}',
    ),
]


@pytest.mark.parametrize(("difference", "line"), SETTINGS, ids=lambda item: item if isinstance(item, str) else "")
def test_a_setting_goes_to_the_device(city: Path, difference: Difference, line: str) -> None:
    """Below its `settings:`, which are made if need be."""
    assert line in {added.lstrip("+ ") for added in lines(city, difference)}


def test_a_priority_changes_where_it_stands(city: Path) -> None:
    """None is the default that a switch comes with."""
    assert lines(city, has(CX, "stp|priority", None, "1")) == [
        "-      stp: {priority: 4096}", "+      stp: {priority: 32768}",
    ]  # fmt: skip


def test_a_banner_of_several_lines_becomes_a_block(city: Path) -> None:
    """As the inventory writes them."""
    banner = "Stadt Musterstadt - Schulnetz\nZugriff nur fuer Befugte. Zugriffe werden protokolliert."
    assert lines(city, has(IOS, "banner|motd", "Nur fuer\nBefugte", banner)) == [
        "+    settings:", "+      banner: |", "+        Nur fuer", "+        Befugte",
    ]  # fmt: skip


def test_what_every_switch_has_is_the_schools(city: Path) -> None:
    """One line below the settings of school.yml instead of one for each switch."""
    switches = load_city(city, ["schule-042"]).school("schule-042").switches
    contact = [has(name, "snmp|contact", "it@x.example", "netz@musterstadt.example") for name in switches]
    assert lines(city, *contact) == ["+  snmp: {contact: it@x.example}"]


def test_a_list_of_lines_gains_and_loses_a_line(city: Path) -> None:
    """The comment beside another item stays."""
    devices = city / "inventory/schools/schule-042/devices.yml"
    old = "      legacy_algorithms: true\n"
    block = f"{old}      ntp:\n        servers:\n          - 10.255.0.11   # the old one\n          - 10.255.0.12\n"
    devices.write_text(devices.read_text().replace(old, block))
    name = "s042-a2-sw02"
    assert lines(city, has(name, "ntp|server|10.9.9.9", True, None)) == ["+          - 10.9.9.9"]
    assert lines(city, has(name, "ntp|server|10.255.0.12", None, True)) == ["-          - 10.255.0.12"]


def test_a_file_of_another_editor_keeps_its_line_ends(city: Path) -> None:
    """A byte order mark and CRLF."""
    devices = city / "inventory/schools/schule-042/devices.yml"
    before = b"\xef\xbb\xbf" + devices.read_bytes().replace(b"\n", b"\r\n")
    devices.write_bytes(before)
    lines(city, has(IOS, "port|GigabitEthernet1/0/2|description", "Kasse", None))
    after = devices.read_bytes()
    assert after.replace(b"      2: {role: pc, description: Kasse}\r\n", b"") == before


def test_a_switch_of_a_spreadsheet_gets_an_exception(city: Path) -> None:
    """A sheet has no column for ports and settings."""
    folder = city / "inventory/schools/schule-009"
    folder.mkdir()
    school = (city / "inventory/schools/schule-007/school.yml").read_text()
    (folder / "school.yml").write_text(school)
    (folder / "devices.csv").write_text("name;profile;room;address\ns009-v1-sw01;hp-2930f-24g;V1;10.9.3.11\n")
    contact = has("s009-v1-sw01", "snmp|contact", "it@x.example", "netz@musterstadt.example")
    name = has("s009-v1-sw01", "port|3|description", "Kasse", None)
    for difference, words in ((contact, "snmp.contact"), (name, "ports.3.description")):
        found = adopt(city, "schule-009", [difference], TERMS)
        assert f"+  - path: {words}" in found.diff()
        found.write()
    assert (folder / "school.yml").read_text().startswith(school)


REFUSED = [
    (has(IOS, "port|GigabitEthernet1/0/6|access_vlan", "30", "60"), "outside 10.42.30.0/23"),
    (has(IOS, "port|GigabitEthernet1/0/6|access_vlan", "200", "60"), "wants to be confirmed"),
    (has(IOS, "port|GigabitEthernet1/0/2|access_vlan", "777", "30"), "would be wrong then: unknown vlan 777"),
    (has(IOS, "port|TenGigabitEthernet1/1/1|tagged|101", True, None), "a link between switches"),
    (has(IOS, "port|GigabitEthernet1/0/2|tagged|all", True, None), "every VLAN there is"),
    (has(CX, "port|1/1/25|description", "x", "s042-b1-sw01"), "belongs to lag 1"),
    (has(CX, "port|lag 1|description", "x", "s042-b1-sw01"), "would also change s042-a1-sw01"),
    (has(IOS, "port|GigabitEthernet9/0/9|description", "x", None), "knows no port"),
    (has(IOS, "port|GigabitEthernet1/0/2|speed", "100", None), "by itself"),
    (has(IOS, "port|GigabitEthernet1/0/2|description", 'a"b', None), "would be wrong then"),
    (has(IOS, "vlan|998", True, None), "none of the city's"),
    (has(IOS, "vlan|60", None, True), "lacks VLAN 60"),
    (has(IOS, "vlan|60|name", "X", "MEDIEN"), "by itself"),
    (has(IOS, "user|campus|secret", "********", "********"), "a secret is never taken"),
    (has(IOS, "snmp|community|********", "ro", None), "a secret is never taken"),
    (has(IOS, "acl|standard|X", ("permit any",), None), "by itself"),
    (has(IOS, "svi|3|address", "10.42.3.99/24", "10.42.3.13/24"), "by itself"),
    (has(IOS, "hostname", "x", IOS), "by itself"),
    (has(IOS, "free|interface Vlan9|ip helper-address 10.0.0.1", True, None), "by itself"),
    (has(IOS, "snmp|contact", "Größe", "netz@musterstadt.example"), "would be wrong then"),
    (has(IOS, "stp|priority", "100", None), "would be wrong then"),
]


@pytest.mark.parametrize(("difference", "words"), REFUSED, ids=lambda item: "" if isinstance(item, str) else item[0])
def test_what_cannot_be_proven_is_refused_and_nothing_is_written(
    city: Path, difference: Difference, words: str
) -> None:
    """With its reason and with what to do."""
    before = {path: path.read_bytes() for path in city.rglob("*") if path.is_file()}
    with pytest.raises(CampusError) as refused:
        lines(city, difference)
    assert words in refused.value.what
    assert refused.value.hint
    after = {path: path.read_bytes() for path in city.rglob("*") if path.is_file() and ".campusctl" not in path.parts}
    assert after == before


def test_a_template_that_ignores_the_setting_is_noticed(city: Path) -> None:
    """The inventory would say it, and the switch would still be told otherwise."""
    for part in (city / "templates/switch/cisco_ios").glob("*.j2"):
        text = part.read_text()
        part.write_text(text.replace("{{ device.snmp.contact | text }}", "fest@verdrahtet.example"))
    with pytest.raises(AdoptionError, match="still not say"):
        lines(city, has(IOS, "snmp|contact", "it@x.example", "fest@verdrahtet.example"))


def test_an_inventory_with_problems_is_left_alone(city: Path) -> None:
    """What is wrong already is told first."""
    school = city / "inventory/schools/schule-042/school.yml"
    school.write_text(school.read_text().replace("type: gymnasium", "type: gymnasum"))
    with pytest.raises(CampusError, match="unknown school type"):
        lines(city, has(IOS, "snmp|contact", "it@x.example", "netz@musterstadt.example"))
