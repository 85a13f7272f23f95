"""`campusctl onboard`, typed by hand, against simulated switches behind real SSH and a simulated board behind TLS."""

import asyncio
import io
import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from small_lab import SCHOOL, SWITCHES, Prompt, SmallLab, lab_up, make_workspace, school_spec

from campusctl import workflow
from campusctl.cli import onboarding
from campusctl.lab.appliances.base import Appliance
from campusctl.lab.doors import Doors
from campusctl.lab.messages import NewDevice
from campusctl.lab.plugging import Plugging
from campusctl.lab.state import LabState
from campusctl.model.onboarding import OnboardingState
from campusctl.workflow.onboarding import journal

CX, IOS = SWITCHES["aruba_aoscx"], SWITCHES["cisco_ios"]
HERE = ("--school", "s007")
BOARD = (*HERE, "--room", "R3", "--serial", "S/N: BD007-0301", "--mac", "00-0C-F1-07-03-01", "--asset", "M007-0399")


@dataclass
class Unpacking(Prompt):
    """A prompt, and boxes to unpack."""

    plugging: Plugging
    appliances: dict[str, Appliance]

    def call(self, work: Callable[[], Any]) -> None:
        """Do something in the lab's thread."""

        async def done() -> None:
            work()
            await asyncio.gather(*self.plugging.starting)

        asyncio.run_coroutine_threadsafe(done(), self.lab.thread._loop).result(10)

    def plug(self, name: str, mac: str, port: str, serial: str) -> None:
        """Plug a board in, as it comes out of its box."""
        new = NewDevice(name=name, mac=mac, switch=CX, port=port, kind="samsung_mdc", serial=serial)
        self.call(lambda: self.plugging.plug(new))

    def lease(self) -> None:
        """Everybody gets the address that the inventory has for them by now."""
        self.call(self.plugging.lease)

    @property
    def files(self) -> dict[str, bytes]:
        """The school's files."""
        folder = self.lab.root / "inventory" / "schools" / SCHOOL
        return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallLab]:
    """The school's switches."""
    root = make_workspace(tmp_path_factory.mktemp("onboard") / "ws")
    for part in ("label", "report"):
        assert (root / "templates" / part).is_dir()
    with lab_up(root, school_spec(root), timeout_s=4.0) as up:
        yield up


@pytest.fixture(scope="module")
def boxes(lab: SmallLab) -> Iterator[tuple[Plugging, dict[str, Appliance]]]:
    """What plugs new devices in."""
    server, appliances = lab.thread.server, {}
    state = LabState(pid=os.getpid(), port=server.port, switches={})

    async def make() -> Plugging:
        made = Plugging(
            lab.root, server.campus, lambda _switch: SCHOOL, appliances, Doors(), state, lambda _state: None
        )
        # Addresses are given when a test says so.
        server.campus.lease = lambda: None
        return made

    yield asyncio.run_coroutine_threadsafe(make(), lab.thread._loop).result(10), appliances

    async def stop() -> None:
        for appliance in appliances.values():
            await appliance.stop()

    asyncio.run_coroutine_threadsafe(stop(), lab.thread._loop).result(10)


@pytest.fixture
def desk(
    lab: SmallLab,
    boxes: tuple[Plugging, dict[str, Appliance]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> Unpacking:
    """A prompt in the workspace; nobody sits at it."""
    monkeypatch.chdir(lab.root)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    appliances = boxes[1]

    def open_desk(_root: Path, *, lab: bool, ask: object = None, up: SmallLab = lab) -> workflow.Desk:
        # Those that wait for an address are there, too; they answer nobody.
        waits = {name for name in ("s007-r3-dt02", "s007-r4-dt02") if name in appliances}
        return replace(up.desk, appliances=waits)

    monkeypatch.setattr(workflow, "open_desk", open_desk)
    return Unpacking(lab, capsys, *boxes)


def test_from_the_box_to_working(desk: Unpacking, tmp_path: Path) -> None:
    """Shown in full, done as far as it goes, taken up again when the board answers."""
    desk.plug("box", "00:0c:f1:07:03:01", "11", "BD007-0301")
    code, out, err = desk.run("onboard", "board", *BOARD, "--yes", "--wait", "0", "--papers", str(tmp_path))
    assert out.startswith(
        "s007-r3-dt02: a new board in schule-007, room R3\n"
        "  name     s007-r3-dt02  the scheme, next free number in R3\n"
        "  profile  board-75  the most used for its class\n"
        "  address  10.7.60.15\n"
        "           the next one after s007-r4-dt01, the last of its kind in building A\n"
        "  MAC      00:0c:f1:07:03:01\n"
        "  serial   BD007-0301\n"
        "  asset    M007-0399\n"
        f"  port     11 of {CX}  it serves R3\n"
        "  vlan     60 (role board)\n"
        "inventory\n"
        "  inventory/schools/schule-007/devices.yml\n"
        "  +      11: {device: s007-r3-dt02}\n"
    )
    assert f"{CX}  aruba_aoscx\n" in out
    assert "  dhcp-host=00:0c:f1:07:03:01,10.7.60.15,s007-r3-dt02\n" in out
    assert "settings of s007-r3-dt02\n" in out
    assert f"s007-r3-dt02: 00:0c:f1:07:03:01 is seen at port 11 of {CX}; 10.7.60.15 does not answer a ping yet\n" in err
    assert code == 3
    assert "s007-r3-dt02: settings is not done\n" in out
    (open_one,) = journal.open_ones(desk.lab.root)
    assert err.endswith(
        f"goes on with: campusctl --lab onboard resume {open_one.id}\n"
        f"gives it up:  campusctl --lab onboard resume {open_one.id} --abandon\n"
    )
    assert desk.run("onboard", "resume", "--list")[1].splitlines()[1].startswith("  s007-r3-dt02: settings is next: ")
    desk.lease()
    code, out, err = desk.run("onboard", "resume", "--yes", "--wait", "5")
    assert (code, out) == (0, "s007-r3-dt02: works\n")
    assert f"s007-r3-dt02: {CX} and s007-r3-dt02 read again, nothing differs\n" in err
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix in (".svg", ".pdf")) == [
        "s007-r3-dt02-acceptance.pdf",
        "s007-r3-dt02-label.svg",
    ]
    assert desk.run("drift", SCHOOL, "--room", "R3", "--class", "dt")[0] in (0, 3)
    assert journal.load(desk.lab.root, open_one.id).state is OnboardingState.DONE


def test_another_board_than_was_typed_is_found_out_and_given_up(desk: Unpacking) -> None:
    """Its serial number is not the one of the label: nothing is set; abandoned, everything is as it was."""
    before, texts = desk.files, desk.lab.texts()[CX]
    desk.plug("other", "00:0c:f1:07:03:02", "12", "BD007-9999")
    said = ("onboard", "board", *HERE, "--room", "R4", "--serial", "BD007-0302", "--mac", "000CF1070302", "--yes")
    assert desk.run(*said, "--port", f"{CX}:12", "--wait", "0")[0] == 3
    desk.lease()
    memory = dict(vars(desk.appliances["s007-r4-dt02"].memory))
    code, out, _ = desk.run("onboard", "resume", "--yes", "--wait", "5")
    assert code == 3
    assert "another device answers: its serial number is BD007-9999" in " ".join(out.split())
    assert memory == vars(desk.appliances["s007-r4-dt02"].memory)
    code, out, err = desk.run("onboard", "resume", "--abandon", "--yes")
    assert code == 0
    assert out.endswith(" is given up\n")
    assert err == GIVEN_UP
    assert desk.files == before
    assert desk.lab.texts()[CX] == texts


GIVEN_UP = "the inventory is as it was\nthe ports are as they were\n"

REFUSED = {
    "school": (("--school", "s042"), "error: no school `s042`\n"),
    "room": (
        (*HERE, "--room", "R5"),
        "error: schule-007 has no room `R5`\n  hint: its rooms are V1, V2, R1, R2, R3, R4, OGS\nhint: nothing",
    ),
    "serial known": (
        (*HERE, "--room", "R3", "--serial", "bd007-0003"),
        "error: the serial number bd007-0003 is that of s007-r3-dt01, in schule-007/R3\n",
    ),
    "mac known": (
        (*HERE, "--room", "R3", "--mac", "MAC 000CF1070003"),
        "error: the MAC address 00:0c:f1:07:00:03 is that of s007-r3-dt01, in schule-007/R3\n",
    ),
    "no mac": (
        (*HERE, "--room", "R3", "--mac", "000CF107"),
        "error: `000CF107` is no MAC address\n",
    ),
    "port taken": (
        (*HERE, "--room", "R3", "--port", f"{CX}:7"),
        f"error: port 7 of {CX} is taken: s007-r3-dt01 is plugged in there\n",
    ),
    "two things at once": (
        (*HERE, "--room", "R3", "--serial", "BD007-0003", "--port", f"{CX}:99"),
        "error: the serial number BD007-0003 is that of s007-r3-dt01, in schule-007/R3\n",
    ),
    "nowhere": ((*HERE,), "error: the room is missing\n  hint: its rooms are"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_leaves_everything_as_it_was(desk: Unpacking, case: str) -> None:
    """A clear sentence, exit code 1, nothing done."""
    before, said = desk.files, journal.ids(desk.lab.root)
    words, expected = REFUSED[case]
    code, out, err = desk.run("onboard", "board", *words, "--yes")
    assert (code, out) == (1, "")
    assert err.startswith(expected)
    assert desk.files == before
    assert journal.ids(desk.lab.root) == said


USAGE = {
    "no school": (("board",), "name the school with --school, or a file with --csv"),
    "one and many": (("board", "--csv", "x.csv", "--serial", "A1"), "--serial is about one device, --csv about many"),
    "now without a reason": (("board", *BOARD, "--now", "--yes"), "--now needs a reason"),
    "papers nowhere": (("board", *BOARD, "--papers", "/nowhere", "--yes"), "/nowhere is no folder"),
}


@pytest.mark.parametrize("case", USAGE)
def test_options_that_make_no_sense(desk: Unpacking, case: str) -> None:
    """Exit code 2, before anything is read."""
    words, expected = USAGE[case]
    code, _, err = desk.run("onboard", *words)
    assert code == 2
    assert expected in err


def test_nobody_there_to_ask(desk: Unpacking) -> None:
    """Without a terminal it needs --yes."""
    code, out, err = desk.run("onboard", "board", *BOARD)
    assert (code, out) == (1, "")
    assert err == "error: nobody is there to ask, so nothing was done\nhint: add --yes, and say all that is known\n"


class Typed(io.StringIO):
    """Lines that somebody types at a terminal."""

    def isatty(self) -> bool:
        """It is one."""
        return True


def test_it_asks_for_what_it_does_not_know(desk: Unpacking, monkeypatch: pytest.MonkeyPatch) -> None:
    """Room, serial number and MAC address in one scan, a slip that is asked again, and a no at the end."""
    before = desk.files
    typed = "R4\nnot a serial\nS/N: BD007-0401;MAC=000CF1070401\n-\nn\n"
    monkeypatch.setattr(sys, "stdin", Typed(typed))
    monkeypatch.setattr(onboarding, "person", lambda: True)
    code, out, err = desk.run("onboard", "board", *HERE)
    assert code == 1
    assert "nothing in `not a serial` is a serial number or a MAC address\n" in err
    assert "taken: serial number BD007-0401, MAC address 00:0c:f1:07:04:01\n" in err
    assert "s007-r4-dt02: a new board in schule-007, room R4\n" in out
    assert err.endswith("error: you did not agree, so nothing was done\n")
    assert desk.files == before


def test_a_dry_run_shows_and_does_nothing(desk: Unpacking) -> None:
    """With the exact commands, on request; a VLAN that the switch lacks comes along its way."""
    before, ids = desk.files, journal.ids(desk.lab.root)
    words = ("--serial", "BD007-0501", "--port", f"{IOS}:9", "--dry-run", "--commands")
    code, out, _ = desk.run("onboard", "board", *HERE, "--room", "OGS", *words)
    assert code == 0
    assert "switchport access vlan 60" in out
    assert f"{SWITCHES['hp_procurve']}  hp_procurve\n" in out
    assert "vlan 60" in out
    assert (desk.files, journal.ids(desk.lab.root)) == (before, ids)


def test_it_speaks_german(desk: Unpacking) -> None:
    """The effect table, the switches' edits and what becomes of the change; no English word of ours is left in it."""
    words = ("--serial", "BD007-0501", "--port", f"{IOS}:9", "--dry-run", "--lang", "de")
    code, out, _ = desk.run("onboard", "board", *HERE, "--room", "OGS", *words)
    assert code == 0
    assert out.startswith(
        "s007-ogs-dt01: neue Tafel, schule-007, Raum OGS\n"
        "  Name        s007-ogs-dt01  nach dem Schema, nächste freie Nummer in OGS\n"
        "  Profil      board-75  das häufigste für die Klasse\n"
    )
    assert f"  Port        9 von {IOS}  wie angegeben\n  VLAN        60 (Rolle board)\nInventar\n" in out
    assert "9, Access-VLAN: 999 → 60\n" in out
    assert " gelesen; zu ändern: " in out
    assert "  höchste Lautstärke: 60\n" in out
    assert out.endswith("Papiere\n  1 Etikett und Abnahmeprotokoll\n")


GERMAN = {
    "school": (("--school", "s042"), "Fehler: keine Schule `s042`\nHinweis: "),
    "room": (
        (*HERE, "--room", "R5"),
        "Fehler: schule-007 hat keinen Raum `R5`\n  Hinweis: die Räume dort: V1, V2, R1, R2, R3, R4, OGS\nHinweis: ",
    ),
    "port taken": (
        (*HERE, "--room", "R3", "--port", f"{CX}:7"),
        f"Fehler: Port 7 von {CX} ist belegt: dort steckt s007-r3-dt01\n",
    ),
    "name": (
        (*HERE, "--room", "R3", "--name", "Tafel 3"),
        "Fehler: `Tafel 3` ist kein Name für ein Gerät\n  Hinweis: ein Gerätename: a-z, 0-9 und Bindestriche, etwa ",
    ),
    "no mac": (
        (*HERE, "--room", "R3", "--mac", "ff:ff:ff:ff:ff:ff"),
        "Fehler: ff:ff:ff:ff:ff:ff ist keine MAC-Adresse",
    ),
}


@pytest.mark.parametrize("case", GERMAN)
def test_it_refuses_in_german(desk: Unpacking, case: str) -> None:
    """What, and what to do about it."""
    words, expected = GERMAN[case]
    code, out, err = desk.run("--lang", "de", "onboard", "board", *words, "--yes")
    assert (code, out) == (1, "")
    assert err.startswith(expected)


def test_it_asks_in_german_and_takes_a_no(desk: Unpacking, monkeypatch: pytest.MonkeyPatch) -> None:
    """A room that is not there is asked for again; `nein` is a no, and neither yes nor no is asked again."""
    before = desk.files
    monkeypatch.setattr(sys, "stdin", Typed("R99\nr4\nBD007-0402\n-\n-\nvielleicht\nnein\n"))
    monkeypatch.setattr(onboarding, "person", lambda: True)
    code, out, err = desk.run("onboard", "board", *HERE, "--lang", "de")
    assert code == 1
    assert "schule-007 hat keinen Raum `R99`\n" in err
    assert "s007-r4-dt02: neue Tafel, schule-007, Raum R4\n" in out
    assert "Bitte mit ja oder nein antworten.\n" in err
    assert err.endswith("Fehler: keine Zustimmung, nichts wurde getan\n")
    assert desk.files == before


def test_a_dry_run_as_json(desk: Unpacking) -> None:
    """One document, in English whatever the language; without --yes and --dry-run it is no question of JSON."""
    words = ("--serial", "BD007-0501", "--port", f"{IOS}:9", "--json")
    code, out, err = desk.run("--lang", "de", "onboard", "board", *HERE, "--room", "OGS", *words, "--dry-run")
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert found["onboarding"] is None
    (device,) = found["effect"]["devices"]
    assert (device["name"], device["vlan"], device["port"]["port"]) == ("s007-ogs-dt01", 60, "9")
    assert device["why"]["profile"] == "the most used for its class"
    assert found["effect"]["inventory"]["files"] == [f"inventory/schools/{SCHOOL}/devices.yml"]
    assert IOS in {change["target"]["device"] for change in found["effect"]["plan"]["changes"]}
    assert desk.run("onboard", "board", *HERE, "--room", "OGS", *words)[0] == 2
    assert json.loads(desk.run("onboard", "resume", "--list", "--json")[1]) == {"onboardings": []}


def test_what_is_left_as_json(desk: Unpacking, tmp_path: Path) -> None:
    """The steps with their outcome, what is left and how it goes on; given up, it says so."""
    before = desk.files
    words = ("--room", "R4", "--serial", "BD007-0403", "--mac", "000CF1070403", "--port", f"{CX}:14")
    code, out, _ = desk.run(
        "onboard", "board", *HERE, *words, "--yes", "--wait", "0", "--json", "--papers", str(tmp_path)
    )
    assert code == 3
    found = json.loads(out)["onboarding"]
    assert found["state"] == "open"
    assert [step["step"] for step in found["devices"][0]["steps"] if step["done"]] == ["inventory", "port"]
    assert found["left"] == [
        {
            "device": "s007-r4-dt02",
            "step": "appear",
            "why": f"port 14 of {CX} has no link: is it plugged in there, and on?",
        }
    ]
    code, out, _ = desk.run("onboard", "resume", "--list", "--lang", "de")
    assert code == 0
    assert "als Nächstes: Erscheinen am Port (Port 14 von" in " ".join(out.split())
    code, out, _ = desk.run(*found["give_up"].split()[2:], "--yes", "--json")
    assert (code, json.loads(out)["onboarding"]["state"]) == (0, "abandoned")
    assert desk.files == before


def test_options_before_the_kind_are_not_silently_lost(desk: Unpacking) -> None:
    """They would not be heard there."""
    code, _, err = desk.run("onboard", "--yes", "board", *BOARD)
    assert code == 2
    assert "--yes stands behind board" in err


def test_a_sheet_with_slips_is_refused_as_a_whole(desk: Unpacking, tmp_path: Path) -> None:
    """Every line that is wrong, at once."""
    before = desk.files
    sheet = tmp_path / "new-boards.csv"
    sheet.write_bytes(
        "Schule;Raum;Seriennummer;MAC-Adresse;Prüfer\ns007;R3;BD007-0601;;x\ns007;R9;BD007-0602;;x\n"
        "s007;R3;BD007-0003;;x\ns007;R3;BD007-0601;;x\n".encode("cp1252")
    )
    code, out, err = desk.run("onboard", "board", "--csv", str(sheet), "--yes")
    assert (code, out) == (1, "")
    assert err == (
        "note: new-boards.csv: the file is not UTF-8: it was read as Windows-1252, so look at the umlauts\n"
        "note: new-boards.csv: columns that are not used: Prüfer\n"
        "error: new-boards.csv:3: schule-007 has no room `R9`\n"
        "  hint: its rooms are V1, V2, R1, R2, R3, R4, OGS\n"
        "new-boards.csv:4: the serial number BD007-0003 is that of s007-r3-dt01, in schule-007/R3\n"
        "  hint: it is in the inventory already: was it moved? campusctl move s007-r3-dt01 --room ROOM; does another "
        "device take its place? campusctl swap s007-r3-dt01\n"
        "new-boards.csv:5: the serial number BD007-0601 stands in line 2 too\n"
        "  hint: one of the two is wrong\n"
        "hint: nothing was done\n"
    )
    assert desk.files == before


def test_a_sheet_is_shown_as_a_table(desk: Unpacking, tmp_path: Path) -> None:
    """Line, name, room, address, port and serial number of each; all changes of all switches in one plan."""
    sheet = tmp_path / "new-boards.csv"
    rows = f"Raum,Seriennummer,Switch,Port\nR1,BD007-0701,,\n,BD007-0702,,\nR2,BD007-0703,{CX},20\n"
    sheet.write_text(rows, encoding="utf-8")
    code, out, _ = desk.run("onboard", "board", *HERE, "--csv", str(sheet), "--dry-run")
    assert code == 0
    head, names, *rows = out.splitlines()[:5]
    assert head == "3 new devices"
    assert names.split() == ["line", "name", "room", "address", "port", "serial"]
    assert [[cell for cell in row.split() if "10.7.60." not in cell] for row in rows] == [
        ["2", "s007-r1-dt02", "R1", "s007-v1-sw01:11", "BD007-0701"],
        ["3", "s007-r1-dt03", "R1", "s007-v1-sw01:12", "BD007-0702"],
        ["4", "s007-r2-dt02", "R2", "s007-v2-sw01:20", "BD007-0703"],
    ]
    assert len(set(re.findall(r"  (10\.7\.60\.[0-9]+)  ", out))) == 3
    assert "2 switches read; 2 to change" in out


def test_a_new_switch_is_told_what_to_paste(desk: Unpacking, tmp_path: Path) -> None:
    """Lines for its console, secrets as references; with them only in a file that its owner alone can read."""
    before = desk.files
    secret = desk.lab.desk.secrets.resolve(["switch/login"])["switch/login"]
    words = ("--room", "V2", "--profile", "cisco-c2960x-24ps", "--port", "s007-v1-sw01:27", "--wait", "0", "--yes")
    file = tmp_path / "day0.txt"
    code, out, err = desk.run("onboard", "switch", *HERE, *words)
    assert code == 3
    assert "\nusername campus privilege 15 secret <<secret:switch/login>>\n" in out
    assert "\ninterface Vlan3\n ip address 10.7.3.14 255.255.255.0\n" in out
    assert "crypto key generate rsa modulus 2048\n" in out
    assert secret not in out + err
    assert desk.run("onboard", "resume", "--abandon", "--yes")[::2] == (0, GIVEN_UP)
    assert desk.files == before
    code, out, err = desk.run("onboard", "switch", *HERE, *words, "--with-secrets", str(file))
    assert secret not in out + err
    assert f"username campus privilege 15 secret {secret}\n" in file.read_text()
    assert file.stat().st_mode & 0o077 == 0
    assert desk.run("onboard", "resume", "--abandon", "--yes")[0] == 0
    assert desk.files == before


def test_nothing_to_take_up_again(desk: Unpacking) -> None:
    """Said, and how to begin."""
    assert desk.run("onboard", "resume") == (
        1,
        "",
        "error: no onboarding is open\nhint: begin one: campusctl onboard\n",
    )
    assert desk.run("onboard", "resume", "--list")[:2] == (0, "no onboarding is open\n")
    assert desk.run("onboard", "resume", "--list", "--all")[0] == 0
    code, _, err = desk.run("onboard", "resume", "beef")
    assert (code, err) == (1, "error: no onboarding `beef`\nhint: campusctl onboard resume --list shows them\n")
