"""What switches say of their health: exact replies in, exact values out. Cases are files, one folder a case."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campusctl.drivers.switch.dialects import get, names
from campusctl.drivers.switch.health import gateway_of, neighbor_commands, parse_health, parse_neighbors, questions
from campusctl.drivers.switch.health.ports import canonical_port
from campusctl.drivers.switch.health.questions import Asked
from campusctl.drivers.switch.health.templating import clean
from campusctl.drivers.switch.health.values import mac, speed
from campusctl.errors import UnknownNameError
from campusctl.model.health import Health

CASES = Path(__file__).parents[1] / "cases" / "health"
FOLDERS = sorted(path for path in CASES.glob("*/*") if path.is_dir())
DEVICES = frozenset({"00:0c:f1:07:00:01", "20:4c:03:07:00:01"})


def read_case(folder: Path) -> Health:
    """The health that the replies of a case tell of: `ASPECT.NUMBER.txt` each, a missing one was refused."""
    replies = {}
    for question in questions(folder.parent.name):
        files = [folder / f"{question.aspect}.{number}.txt" for number, _ in enumerate(question.commands)]
        said = [file.read_text() if file.exists() else "" for file in files]
        replies[question.aspect] = said if any(file.exists() for file in files) else None
    return parse_health(folder.parent.name, replies, Asked(DEVICES))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: f"{folder.parent.name}/{folder.name}")
def test_replies_become_values(folder: Path) -> None:
    """Each recorded reply gives exactly the values beside it; what was refused is not known."""
    assert json.loads(read_case(folder).model_dump_json()) == json.loads((folder / "health.json").read_text())


def test_there_are_cases_of_every_dialect() -> None:
    """Each dialect has at least three devices or states among the cases."""
    for name in names():
        assert sum(folder.parent.name == name for folder in FOLDERS) >= 3


_WORDS = st.sampled_from(
    [line for folder in FOLDERS for file in sorted(folder.glob("*.txt")) for line in file.read_text().split("\n")]
)
_LINES = st.lists(st.one_of(_WORDS, _WORDS, st.text(max_size=80)), max_size=30).map("\n".join)


@given(st.sampled_from(names()), st.lists(_LINES, min_size=2, max_size=2))
def test_no_text_makes_a_parser_raise(dialect: str, texts: list[str]) -> None:
    """Whatever a switch prints, the result is a health: lines of other tables, cut lines, binary noise."""
    parse_health(dialect, {question.aspect: texts for question in questions(dialect)}, Asked(DEVICES))


@given(st.sampled_from(FOLDERS), st.data())
def test_a_reply_cut_off_anywhere_is_read_as_far_as_it_goes(folder: Path, data: st.DataObject) -> None:
    """A cut reply never names a port or neighbour that the whole reply does not."""
    file = data.draw(st.sampled_from(sorted(folder.glob("*.txt"))))
    aspect, number, _ = file.name.split(".")
    text = file.read_text()
    line = data.draw(st.integers(0, text.count("\n")))
    cut = ["", ""]
    cut[int(number)] = "\n".join(text.split("\n")[:line])
    whole = ["", ""]
    whole[int(number)] = text
    part, full = (getattr(parse_health(folder.parent.name, {aspect: said}), aspect) for said in (cut, whole))
    if isinstance(part, dict):
        assert set(part) <= set(full)
    elif isinstance(part, tuple):
        assert {one.port for one in part} <= {one.port for one in full}


def test_what_was_refused_is_not_known_and_what_is_empty_is_none() -> None:
    """A refused command, and a reply in words nobody knows, are not known; an empty table is an empty value."""
    assert parse_health("cisco_ios", {}) == Health()
    assert parse_health("cisco_ios", {"links": None, "macs": ["was ist das"]}) == Health()
    assert parse_neighbors("cisco_ios", (None,)) is None
    assert parse_neighbors("cisco_ios", ("% LLDP is not enabled\n",)) == ()


def test_neighbors_can_be_asked_for_together_with_other_commands() -> None:
    """The commands are plain lines, as many as the parser wants replies."""
    for name in names():
        commands = neighbor_commands(name)
        assert all(command.startswith("show lldp ") for command in commands)
        assert parse_neighbors(name, [None for _ in commands]) is None


def test_an_unknown_dialect_is_an_error_that_names_it() -> None:
    """A dialect without a table says so."""
    with pytest.raises(UnknownNameError, match="exos"):
        questions("exos")


def test_control_characters_of_a_switch_reach_nobody() -> None:
    """A neighbour's name may hold escape sequences; none of them gets into a value."""
    reply = "LOCAL-PORT  CHASSIS-ID\n1/1/1  00:00:00:00:00:01  1   uplink   120   \x1b[31mevil\x07\u202e\n"
    found = parse_neighbors("aruba_aoscx", (reply,))
    assert found is not None
    assert [one.name for one in found] == ["[31mevil"]
    assert clean("a\tb\x00\n" + "x" * 601 + "\nc") == "a       b\nc"


def test_a_cell_that_a_table_may_have_cut_is_marked() -> None:
    """A port id that fills its column is not taken for whole, and neither is a name."""
    reply = (
        " LLDP Remote Devices Information\n\n"
        "  LocalPort | ChassisId                 PortId PortDescr SysName     \n"
        "  --------- + ------------------------- ------ --------- ------------\n"
        "  B1        | 00 16 35 22 ca 00         Gi1/0/ uplink    s042-haupt-s\n"
        "  B2        | 00 16 35 22 ca 00         Gi1/1  A1        s042-c1-sw1 \n"
    )
    found = parse_neighbors("hp_procurve", (reply,))
    assert found is not None
    assert [(one.port, one.remote_port, one.name) for one in found] == [
        ("B1", "Gi1/0/…", "s042-haupt-s…"),
        ("B2", "Gi1/1", "s042-c1-sw1"),
    ]


@pytest.mark.parametrize(
    ("dialect", "text", "name"),
    [
        ("cisco_ios", "Gi1/0/25", "GigabitEthernet1/0/25"),
        ("cisco_ios", "Te1/1/1", "TenGigabitEthernet1/1/1"),
        ("cisco_ios", "Po1", "Port-channel1"),
        ("cisco_ios", "CPU", ""),
        ("cisco_ios", "Switch", ""),
        ("cisco_ios", "25", ""),
        ("cisco_ios", "0004.f2aa.0001", ""),
        ("aruba_aoscx", "1/1/27", "1/1/27"),
        ("aruba_aoscx", "lag1", "lag 1"),
        ("aruba_aoscx", "lag 12(mc)", "lag 12"),
        ("aruba_aoscx", "mgmt", ""),
        ("aruba_aoscx", "25", ""),
        ("hp_procurve", "trk1", "Trk1"),
        ("hp_procurve", "a7", "A7"),
        ("hp_procurve", "2/A1", "2/A1"),
        ("hp_procurve", "20 4c 03 07 00 01", ""),
        ("exos", "1", ""),
    ],
)
def test_port_names_are_canonical(dialect: str, text: str, name: str) -> None:
    """Each dialect's spellings become its long name; what is no port becomes nothing."""
    assert canonical_port(dialect, text) == name


@pytest.mark.parametrize(
    ("text", "mbps"),
    [("a-1000", 1000), ("10G", 10_000), ("a-2.5G", 2500), ("1000FDx", 1000), ("10GigFD", 10_000), ("2500", 2500),
     ("100HDx", 100), ("auto", None), (".", None), ("--", None)],
)  # fmt: skip
def test_speeds(text: str, mbps: int | None) -> None:
    """Every dialect's way to say a speed."""
    assert speed(text) == mbps


@pytest.mark.parametrize("text", ["0011.2233.4455", "00 11 22 33 44 55", "001122-334455", "00:11:22:33:44:55"])
def test_mac_addresses(text: str) -> None:
    """Every dialect's way to say an address."""
    assert mac(text) == "00:11:22:33:44:55"


@pytest.mark.parametrize(
    ("dialect", "text", "gateway"),
    [
        ("cisco_ios", "hostname a\nip default-gateway 10.7.3.1\n", "10.7.3.1"),
        ("cisco_ios", "hostname a\nip routing\nip route 0.0.0.0 0.0.0.0 10.7.3.1\n", "10.7.3.1"),
        ("cisco_ios", "hostname a\n", ""),
        ("aruba_aoscx", "hostname a\nip route 0.0.0.0/0 10.7.3.1\n", "10.7.3.1"),
        ("hp_procurve", 'hostname "a"\nip default-gateway 10.7.3.1\n', "10.7.3.1"),
    ],
)
def test_the_gateway_is_found_in_the_configuration(dialect: str, text: str, gateway: str) -> None:
    """The default gateway, or the next hop of the default route."""
    assert gateway_of(get(dialect).parse(text)) == gateway
