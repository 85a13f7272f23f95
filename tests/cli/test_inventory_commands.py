"""`validate`, `show`, `explain`, `schema` and `init` as a person or a script meets them."""
# ruff: noqa: E501 - a row of a table is one line

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from campusctl.cli.main import call

SWITCHES = "inventory/schools/schule-042/devices.yml"

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(musterstadt: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs one command line in the example city; gives exit code, stdout and stderr."""

    def run_it(*arguments: str) -> tuple[int, str, str]:
        code = call(["--workspace", str(musterstadt), *arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run_it


def test_validate_counts_what_is_right(run: Run) -> None:
    """Exit 0; notes go to stderr."""
    code, out, err = run("validate")
    assert (code, out) == (0, "valid: 3 schools, 76 devices, 20 switches\n")
    assert err == (
        f"note: {SWITCHES}:67: s042-a2-sw02: old SSH algorithms are allowed\n"
        "hint: update its firmware, then delete `legacy_algorithms`\n"
    )


def test_validate_lists_problems_on_stdout_and_fails(run: Run, musterstadt: Path) -> None:
    """Exit 1, the count on stderr, other schools not looked at."""
    path = musterstadt / SWITCHES
    path.write_text(path.read_text().replace("1-5: pc", "1-5: boardd"))
    code, out, err = run("validate", "schule-042")
    assert (code, err) == (1, "1 problem\n")
    assert out == f"{SWITCHES}:53: s042-a2-sw01: ports.1-5: unknown role boardd\nhint: did you mean board?\n"
    assert run("validate", "schule-007")[0] == 0


CITY = "inventory/city.yml"
SCHOOL = "inventory/schools/schule-042/school.yml"
SHEET = "inventory/schools/schule-101/devices.csv"
PROFILE = "inventory/profiles/pc-debian.yml"


@pytest.mark.parametrize(
    "mistake",
    [
        (SWITCHES, "1-5: pc", "1-5: boardd", ":53: s042-a2-sw01: ports.1-5: unbekannte Rolle boardd\nHinweis: gemeint ist vielleicht: board?\n"),
        (SWITCHES, "1-5: pc", "1-5: {role: pc, tagged: [31, x]}", ":53: s042-a2-sw01: ports.1-5.tagged: eine Liste: erwartet wird eine Liste von VLANs 1-4094, oder all\n"),
        (SWITCHES, "address: 10.42.3.12", "address: 10.42.3.11", ":30: s042-a1-sw02: Adresse 10.42.3.11 hat auch s042-a1-sw01\nHinweis: siehe inventory/schools/schule-042/devices.yml\n"),
        (SWITCHES, "serial: SG042K0002", "serial: 12345", ":32: s042-a1-sw02: serial: `12345` ist kein Text\nHinweis: die Zahl in Anführungszeichen setzen\n"),
        (SCHOOL, "type: gymnasium", "type: gymansium", ":3: schule-042: unbekannte Schulart gymansium\nHinweis: gemeint ist vielleicht: gymnasium?\n"),
        (CITY, "timezone: Europe/Berlin", "timezone: GMT+1!", ": settings.timezone: `GMT+1!` passt nicht, erwartet wird eine Zeitzone, etwa Europe/Berlin\n"),
        (CITY, "name: Musterstadt", "name: Musterstadt\n\tx: 1", ": ein Tabulator am Anfang der Zeile\nHinweis: YAML wird mit Leerzeichen eingerückt\n"),
        (SHEET, "room", "rom", ": unbekannte Spalte `rom`\nHinweis: gemeint ist vielleicht: room?\n"),
        (PROFILE, "schedule: 0 6 * * 1-5", "schedule: 0 26 * * 1-5", ".schedule: `0 26 * * 1-5`: `26` ist keine Angabe für: Stunde (0-23)\n"),
    ],
)  # fmt: skip
def test_validate_speaks_german(run: Run, musterstadt: Path, mistake: tuple[str, str, str, str]) -> None:
    """What is wrong and what to do, with the file's own words as they are; the count too."""
    file, old, new, said = mistake
    path = musterstadt / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    code, out, err = run("validate", "--lang", "de")
    assert (code, err) == (1, "1 Fehler\n")
    assert out.startswith(f"{file}:")
    assert out.endswith(said)
    assert run("--lang", "de", "validate")[1] == out


def test_validate_says_in_german_that_all_is_right(run: Run) -> None:
    """With its notes, and a school that is not there."""
    code, out, err = run("validate", "--lang", "de")
    assert (code, out) == (0, "gültig: 3 Schulen, 76 Geräte, 20 Switches\n")
    assert err == (
        f"Anmerkung: {SWITCHES}:67: s042-a2-sw02: alte SSH-Verfahren sind erlaubt\n"
        "Hinweis: die Firmware aktualisieren, dann `legacy_algorithms` löschen\n"
    )
    code, out, err = run("validate", "--lang", "de", "schule-24")
    assert (code, out, err.splitlines()[0]) == (1, "", "Fehler: keine Schule `schule-24`")


def test_validate_speaks_json(run: Run, musterstadt: Path) -> None:
    """Fields, not sentences to take apart."""
    path = musterstadt / SWITCHES
    path.write_text(path.read_text().replace("1-5: pc", "1-5: boardd"))
    code, out, _ = run("validate", "--json", "--lang", "de")
    assert code == 1
    assert json.loads(out)["problems"] == [
        {
            "file": SWITCHES,
            "line": 53,
            "where": "s042-a2-sw01: ports.1-5",
            "what": "unknown role boardd",
            "hint": "did you mean board?",
        }
    ]


@pytest.mark.parametrize(
    ("arguments", "err"),
    [
        (["validate", "schule-24"], "error: no school `schule-24`\nhint: did you mean schule-042, schule-101, schule-007?\n"),
        (["validate", "../x"], "error: '../x' is no school id\nhint: a school id is a-z, 0-9 and hyphens, such as schule-042\n"),
        (["validate", "s042-r101-dt01"], "error: no school `s042-r101-dt01`\nhint: it looks like a device of schule-042; plan, apply, drift and backup take: schule-042 --device s042-r101-dt01\n"),
        (["validate", "s042/1/R101"], "error: 's042/1/R101' is no school id\nhint: plan, apply and drift take: schule-042 --room R101\n"),
        (["show", "s042-r101-dt02"], "error: no device `s042-r101-dt02`\nhint: did you mean s042-r101-dt01, s042-r401-dt01, s042-r311-dt01?\n"),
        (["explain", "s042-a1-sw01", "ntp.server"], "error: s042-a1-sw01 has no `ntp.server`\nhint: did you mean servers?\n"),
        (["schema", "citty"], "error: no schema `citty`\nhint: did you mean city?\n"),
    ],
)  # fmt: skip
def test_a_mistyped_name_is_answered_with_the_right_one(run: Run, arguments: list[str], err: str) -> None:
    """Exit 1, nothing on stdout."""
    code, out, told = run(*arguments)
    assert (code, out) == (1, "")
    assert told == err


def test_show_a_school_fits_80_columns(run: Run) -> None:
    """Facts, switches from the core, counts, exceptions."""
    code, out, _ = run("show", "schule-042")
    lines = out.splitlines()
    assert code == 0
    assert lines[0] == "schule-042  Gymnasium Am Stadtpark"
    assert "  s042-b1-sw01    aruba-6300m-24     10.42.3.21  B1    s042-a1-sw01" in lines
    assert "  ap     10       Access point" in lines
    assert max(map(len, lines)) <= 80
    assert run("show", "s042")[1] == out


def test_show_a_switch_lists_its_ports(run: Run) -> None:
    """Under the numbers the inventory uses, neighbours in one line."""
    code, out, _ = run("show", "s042-a2-sw02")
    lines = out.splitlines()
    start = lines.index("  port   role    vlan                    poe  description")
    assert code == 0
    assert lines[start + 1 :] == [
        "  1-16   pc      30                      off",
        "  17     board   60                      off  s042-r202-dt01",
        "  18-19  unused  shut                    off",
        "  20     pc      30                      off  Infobildschirm Flur",
        "  21-23  unused  shut                    off",
        "  24     ap      3+40,50,80              on   s042-r202-ap01",
        "  25     uplink  1+3,30,40,50,60,80,999       uplink s042-a1-sw02",
        "  26-28  unused  shut",
    ]


def test_show_a_board_says_where_it_is_plugged_in(run: Run) -> None:
    """The job of the helpdesk: which port and VLAN serves this device."""
    code, out, _ = run("show", "s042-r102-dt01")
    assert code == 0
    assert "  port      s042-a2-sw01 GigabitEthernet1/0/7, board, vlan 60\n" in out


def test_show_speaks_json(run: Run) -> None:
    """A device with its port, a school with its devices."""
    device = json.loads(run("show", "s042-r102-dt01", "--json")[1])
    assert device["port"] == {"switch": "s042-a2-sw01", "name": "GigabitEthernet1/0/7", "vlan": 60, "role": "board"}
    assert device["location"] == "schule-042/A/1/R102"
    school = json.loads(run("show", "schule-007", "--json")[1])
    assert school["id"] == "schule-007"
    assert school["devices"]["s007-v1-sw01"]["switch"]["address"] == "10.7.3.11/24"


def test_explain_shows_each_layer_and_the_winner(run: Run) -> None:
    """With file and line."""
    code, out, _ = run("explain", "s042-a2-sw01", "ports.7.poe")
    assert code == 0
    assert out == (
        "ports.GigabitEthernet1/0/7.poe = true\n"
        "    role board: false  inventory/city.yml:44\n"
        "  → exception until 2027-07-31: true  inventory/schools/schule-042/school.yml:79\n"
    )


def test_explain_speaks_json(run: Run) -> None:
    """Each layer with its place."""
    (found,) = json.loads(run("explain", "s101-a1-sw01", "syslog.servers", "--json")[1])
    rows = (Path(__file__).parents[2] / "inventory/city.yml").read_text().splitlines()
    line = rows.index("    servers: [10.255.0.14]") + 1
    assert found == {
        "path": "syslog.servers",
        "value": ["10.255.0.14", "10.101.10.20"],
        "said": [
            {"layer": "default", "place": "", "value": [], "wins": False},
            {"layer": "city", "place": f"inventory/city.yml:{line}", "value": ["10.255.0.14"], "wins": False},
            {
                "layer": "school schule-101",
                "place": "inventory/schools/schule-101/school.yml:46",
                "value": ["10.255.0.14", "10.101.10.20"],
                "wins": True,
            },
        ],
    }


def test_explain_without_a_path_lists_all_settings(run: Run) -> None:
    """Of any device, as far as devices of its kind read them."""
    code, out, _ = run("explain", "s042-r102-dt01")
    assert code == 0
    assert 'board.start_source = "ops"\n' in out
    assert 'serial = "BD042-0102"\n' in out
    roots = {
        line.partition(".")[0]
        for line in out.splitlines()
        if not line.startswith(" ") and "." in line.partition(" ")[0]
    }
    assert roots == {"board"}
    switch = run("explain", "s042-a2-sw01")[1]
    assert "ntp.servers = " in switch
    assert "board." not in switch


def test_schema_prints_lists_and_writes(run: Run, tmp_path: Path) -> None:
    """The four kinds of file."""
    assert run("schema")[1] == "city\nprofile\nschool\ndevices\n"
    printed = run("schema", "devices")[1]
    assert json.loads(printed)["required"] == ["devices"]
    assert run("schema", "--out", str(tmp_path / "out"))[0] == 0
    assert (tmp_path / "out/devices.schema.json").read_text(encoding="utf-8") == printed


def test_init_makes_a_workspace_that_validates(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And refuses to do it twice."""
    target = tmp_path / "new"
    assert run("init", str(target))[1] == f"workspace in {target}\n"
    assert call(["--workspace", str(target), "validate"]) == 0
    capsys.readouterr()
    code, _, err = run("init", str(target))
    assert (code, err) == (1, f"error: {target} is not empty\nhint: name a new folder; nothing was changed\n")
