"""What the inventory may say of print servers, and what becomes of it."""

import re
from pathlib import Path

import pytest
from german_words import left_english

from campusctl.cli.main import call
from campusctl.inventory.appliances import appliance, document_of
from campusctl.inventory.load import check, load_city
from campusctl.inventory.resolve_pc import pc_intent

SERVER = "s042-a1-ps01"
DEVICES = "inventory/schools/schule-042/devices-rooms.yml"
QUEUE = "          r201: {device: s042-r201-pr01, model: raw, info: Drucker PC-Raum}\n"


def test_the_example_becomes_exactly_this_document(musterstadt: Path) -> None:
    """What goes comes first, then what stays, then the default; a printer of the inventory gives URI and location."""
    city = load_city(musterstadt, ["schule-042"])
    school = city.school("schule-042")
    found = appliance(city, school.devices[SERVER])
    assert found
    document = document_of(city, school, found)
    room = "schule-042/A/1/R110"
    assert document.settings == (
        (("queue", "kopierer"), None),
        (("queue", "kopierer", "uri"), None),
        (("queue", "kopierer", "model"), None),
        (("queue", "kopierer", "info"), None),
        (("queue", "kopierer", "location"), None),
        (("queue", "kopierer", "shared"), None),
        (("queue", "kopierer", "accepting"), None),
        (("queue", "kopierer", "enabled"), None),
        (("queue", "kopierer", "error-policy"), None),
        (("queue", "kopierer", "options"), None),
        (("queue", "lehrerzimmer", "uri"), "ipp://10.42.70.11/ipp/print"),
        (("queue", "lehrerzimmer", "model"), "everywhere"),
        (("queue", "lehrerzimmer", "info"), "Drucker Lehrerzimmer"),
        (("queue", "lehrerzimmer", "location"), room),
        (("queue", "lehrerzimmer", "accepting"), True),
        (("queue", "lehrerzimmer", "enabled"), True),
        (("queue", "lehrerzimmer", "option", "sides"), "two-sided-long-edge"),
        (("queue", "lehrerzimmer", "option", "media"), "iso_a4_210x297mm"),
        (("queue", "r201", "uri"), "ipp://10.42.70.12/ipp/print"),
        (("queue", "r201", "model"), "raw"),
        (("queue", "r201", "info"), "Drucker PC-Raum"),
        (("queue", "r201", "location"), "schule-042/A/2/R201"),
        (("queue", "r201", "accepting"), True),
        (("queue", "r201", "enabled"), True),
        (("default",), "lehrerzimmer"),
    )
    assert document.options == {"tls": "remote"}


@pytest.mark.parametrize(
    ("line", "what", "hint"),
    [
        ("r201: {device: s042-r210-pr01}", "unknown device s042-r210-pr01", "did you mean s042-r201-pr01"),
        ("r201: {model: raw}", "queue r201 needs either `device`, a printer of the inventory, or `uri`", "null alone"),
        ("r201: {device: s042-r201-pr01, uri: ipp://10.42.70.12/}", "queue r201 needs either `device`", "null alone"),
        ("r201: {uri: socket://10.42.70.12}", "model everywhere needs a printer that speaks IPP", "say `model: raw`"),
        ("r201: {uri: ipp://root:geheim@10.42.70.12/}", "is not a printer's address", ""),
        ("r201: {device: s042-r201-pr01, options: {Sides: x}}", "is not an option of IPP without `-default`", ""),
        ("r201: {device: s042-r201-pr01, options: {sides: 'a b'}}", "must be a value of an option", ""),
        ("r201: {device: s042-r201-pr01, options: {sides: -1}}", "must be a value of an option", ""),
        ('r201: {device: s042-r201-pr01, info: "a\\nb"}', "is not one line of text", ""),
        ("'r 201': {device: s042-r201-pr01}", "is not a print queue's name", ""),
        ("r201: {device: s042-r201-pr01, error_policy: burn}", "is none of", ""),
        ("R101: {device: s042-r101-pc99}", "unknown device s042-r101-pc99", ""),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_said_with_its_line(
    musterstadt: Path, capsys: pytest.CaptureFixture[str], line: str, what: str, hint: str
) -> None:
    """File, line, what, hint; nothing else is wrong."""
    file = musterstadt / DEVICES
    text = file.read_text()
    assert QUEUE in text
    file.write_text(text.replace(QUEUE, f"          {line}\n"))
    number = text[: text.index(QUEUE)].count("\n") + 1
    assert call(["--workspace", str(musterstadt), "validate"]) == 1
    err = capsys.readouterr()
    said = err.out + err.err
    assert f"{DEVICES}:{number}: " in said
    assert what in said
    assert hint in said
    assert "1 problem" in said
    assert left_english(check(musterstadt)) == []


def test_a_queue_goes_where_the_printers_own_settings_say(musterstadt: Path) -> None:
    """TLS, port and path of its print service."""
    file = musterstadt / DEVICES
    lines = file.read_text().splitlines()
    number = next(number for number, line in enumerate(lines) if line.startswith("  s042-r201-pr01: "))
    said = "settings: {printer: {port: 8631, ipp: {tls: true, path: /ipp/print/1}}}"
    lines[number] = f"{lines[number].removesuffix('}')}, {said}}}"
    file.write_text("\n".join(lines) + "\n")
    city = load_city(musterstadt, ["schule-042"])
    school = city.school("schule-042")
    found = appliance(city, school.devices[SERVER])
    assert found
    settings = dict(document_of(city, school, found).settings)
    assert settings["queue", "r201", "uri"] == "ipps://10.42.70.12:8631/ipp/print/1"


def test_a_printer_without_an_address_is_told(musterstadt: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the file that should say it."""
    file = musterstadt / DEVICES
    file.write_text(file.read_text().replace("room: R201, address: 10.42.70.12,", "room: R201,"))
    assert call(["--workspace", str(musterstadt), "validate"]) == 1
    said = "".join(capsys.readouterr())
    assert "queues.queues.r201.device: s042-r201-pr01 has no address" in said
    assert f"hint: say it in {DEVICES}" in said


def test_a_printer_in_a_room_that_is_not_there_is_told_once(
    musterstadt: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The queues that lead to it are no second problem, and PCs that print there are none."""
    file = musterstadt / DEVICES
    file.write_text(file.read_text().replace("room: R201, address: 10.42.70.12,", "room: R299, address: 10.42.70.12,"))
    assert call(["--workspace", str(musterstadt), "validate"]) == 1
    said = "".join(capsys.readouterr())
    assert "unknown room R299" in said
    assert said.endswith("2 problems\n")


def test_a_default_that_is_no_queue_is_guessed(musterstadt: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A queue that shall not be there is none."""
    file = musterstadt / DEVICES
    file.write_text(file.read_text().replace("default: lehrerzimmer", "default: lehrerzimer"))
    assert call(["--workspace", str(musterstadt), "validate"]) == 1
    said = "".join(capsys.readouterr())
    assert "unknown queue lehrerzimer" in said
    assert "did you mean lehrerzimmer?" in said


def _led_to(root: Path, pc: str) -> dict[str, tuple[str, str]]:
    city = load_city(root, ["schule-042"])
    school = city.school("schule-042")
    queues = pc_intent(city, school, school.devices[pc]).queues
    return {name: (queue.uri, queue.location) for name, queue in queues.items()}


def test_a_pc_prints_by_the_print_server_where_that_has_a_queue_of_the_printer(musterstadt: Path) -> None:
    """The queue of the same name; its location is the printer's."""
    assert _led_to(musterstadt, "s042-r201-pc01") == {
        "lehrerzimmer": ("ipp://10.42.10.21/printers/lehrerzimmer", "schule-042/A/1/R110"),
        "r201": ("ipp://10.42.10.21/printers/r201", "schule-042/A/2/R201"),
    }


@pytest.mark.parametrize(
    ("line", "uri"),
    [
        ("andere: {device: s042-r201-pr01}", "ipp://10.42.10.21/printers/andere"),
        ("r201: {device: s042-r201-pr01, shared: false}", "ipps://10.42.70.12:6310/drucken"),
        ("r201: {device: s042-r201-pr01, accepting: false}", "ipps://10.42.70.12:6310/drucken"),
        ("r201: null", "ipps://10.42.70.12:6310/drucken"),
    ],
)
def test_a_pc_prints_at_the_printer_where_no_server_helps(musterstadt: Path, line: str, uri: str) -> None:
    """A queue of another name will do; else the inventory says where the printer prints."""
    file = musterstadt / DEVICES
    file.write_text(file.read_text().replace(QUEUE, f"          {line}\n"))
    profile = musterstadt / "inventory/profiles/printer-a4.yml"
    said = "settings:\n  printer: {port: 6310, ipp: {tls: true, path: /drucken}}\n"
    profile.write_text(re.sub(r"(?ms)^settings:\n.*", "", profile.read_text()) + said)
    assert _led_to(musterstadt, "s042-r201-pc01")["r201"][0] == uri
