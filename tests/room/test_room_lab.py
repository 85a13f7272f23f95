"""Every cause of trouble in a room of the lab, one by one: with what the switch says, and without our login for it."""

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from campusctl import workflow
from campusctl.cli.main import call
from campusctl.errors import SecretError
from campusctl.lab import fleet
from campusctl.lab.remote import Remote
from campusctl.lab.spec import Faults
from campusctl.model.events import ignore
from campusctl.ports import SecretSource
from campusctl.workflow.room import RoomReport, look_at_room

REPO: Final = Path(__file__).parents[2]
SCHOOL, SWITCH, SECOND = "schule-007", "s007-v1-sw01", "s007-v2-sw01"
BOARD, AP = "s007-r1-dt01", "s007-r1-ap01"
IN_THE_LAB_S: Final = 10.0


@dataclass
class Up:
    """A school of the lab."""

    root: Path
    desk: workflow.Desk

    @property
    def remote(self) -> Remote:
        """The lab's side door."""
        return Remote(self.root)

    def look(self, room: str, *, without: str = "") -> RoomReport:
        """How a room is; without a secret, if one is named."""
        desk = self.desk
        if without:
            desk = replace(desk, secrets=Without(desk.secrets, without))
        return look_at_room(desk, f"{SCHOOL}/{room}", ignore)

    def mend(self) -> None:
        """As the lab came up."""
        self.remote.reset()
        self.remote.fault_appliance((), *(one.device for one in (*chain.from_iterable(ROUNDS.values()), *BLIND)))


class Without:
    """Secrets of which one is missing. See `campusctl.ports.SecretSource`."""

    def __init__(self, source: SecretSource, missing: str) -> None:
        self._source, self._missing = source, missing

    def resolve(self, refs: Sequence[str]) -> Mapping[str, str]:
        """The others."""
        if self._missing in refs:
            raise SecretError(f"{self._missing} is missing")
        return self._source.resolve(refs)


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """The school, up in a process of its own."""
    root = tmp_path_factory.mktemp("room") / "ws"
    shutil.copytree(REPO / "inventory", root / "inventory", ignore=shutil.ignore_patterns("schule-042", "schule-101"))
    shutil.copytree(REPO / "templates", root / "templates")
    fleet.start(root, fleet.build_spec(root, [SCHOOL]))
    yield Up(root, replace(workflow.open_desk(root, lab=True), timeout_s=3.0))
    fleet.stop(root)


@pytest.fixture(autouse=True)
def _mended(up: Up) -> Iterator[None]:
    yield
    up.mend()


def found(report: RoomReport, device: str) -> str:
    """Status and causes of a device, in a line."""
    one = next(one.diagnosis for one in report.devices if one.diagnosis.device == device)
    return " ".join([one.status, *(cause.cause for cause in one.found)])


def typed(*lines: str) -> tuple[str, ...]:
    """What somebody types at the console of a switch."""
    return ("configure terminal", *lines, "exit", "end")


class Broken(NamedTuple):
    """One device with something wrong, and what is said of it."""

    device: str
    fault: str
    """Of the device; empty: it is well itself."""
    said: str
    switch: str = ""
    lines: tuple[str, ...] = ()
    """What somebody typed there."""


ROUNDS: Final[dict[str, tuple[Broken, ...]]] = {
    "cables, ports and networks": (
        Broken("s007-r1-dt01", "unplugged", "fault no-link"),
        Broken("s007-r1-ap01", "", "fault poe-off", SWITCH, typed("interface 9", "no power-over-ethernet")),
        Broken("s007-r2-dt01", "", "fault wrong-vlan", SWITCH, typed("vlan 30", "untagged 8")),
        Broken("s007-r3-dt01", "", "fault port-shut", SECOND, typed("interface 7", "disable")),
        Broken("s007-r3-ap01", "unplugged", "fault no-link"),
        Broken("s007-r4-dt01", f"port={SECOND}:3", "fault other-port"),
        Broken("s007-v2-pr01", "paper-out", "fault paper-out"),
    ),
    "addresses and services": (
        Broken("s007-r1-dt01", "no-address", "fault no-address"),
        Broken("s007-r1-ap01", "", "ok"),
        Broken("s007-r2-dt01", "standby", "off standby"),
        Broken("s007-r3-dt01", "wrong-pin", "fault wrong-login"),
        Broken("s007-r4-dt01", "stranger=BD9", "fault stranger"),
        Broken("s007-v2-pr01", "door-open", "fault cover-open"),
    ),
    "sources and supplies": (
        Broken("s007-r1-dt01", "source=hdmi1", "drift wrong-source"),
        Broken("s007-r2-dt01", "no-signal", "fault no-signal"),
        Broken("s007-r3-dt01", "off", "fault no-link"),
        # It works there, at a port of another switch that serves another board as well.
        Broken("s007-r4-dt01", f"port={SWITCH}:8", "drift other-port"),
        Broken("s007-v2-pr01", "toner-low", "ok toner-low"),
    ),
}
BLIND: Final = (
    Broken("s007-r1-dt01", "unplugged", "fault silent"),
    Broken("s007-r1-ap01", "", "unknown"),
    Broken("s007-r2-dt01", "standby", "off standby"),
    Broken("s007-r3-dt01", "wrong-pin", "fault wrong-login"),
    Broken("s007-r4-dt01", "source=hdmi1", "drift wrong-source"),
    Broken("s007-v2-pr01", "paper-out", "fault paper-out"),
)
ROOMS: Final = ("R1", "R2", "R3", "R4", "V2")


def broken(up: Up, all_of_it: Sequence[Broken], *, without: str = "") -> dict[str, str]:
    """What is said of each device when all this is wrong at once; two rooms are looked at at the same time."""
    for one in all_of_it:
        if one.lines:
            up.remote.enter(one.lines, one.switch)
        if one.fault:
            up.remote.fault_appliance([one.fault], one.device)
    with ThreadPoolExecutor(2) as pool:
        reports = tuple(pool.map(lambda room: up.look(room, without=without), ROOMS))
    faults = {switch.fault.kind if switch.fault else None for report in reports for switch in report.switches}
    assert faults == ({"secret"} if without else {None})
    assert max(report.seconds["total"] for report in reports) < IN_THE_LAB_S
    said = {one.diagnosis.device: found(report, one.diagnosis.device) for report in reports for one in report.devices}
    return {one.device: said[one.device] for one in all_of_it}


@pytest.mark.parametrize("name", ROUNDS)
def test_each_cause_is_named(name: str, up: Up) -> None:
    """One in each place, none mistaken for another."""
    assert broken(up, ROUNDS[name]) == {one.device: one.said for one in ROUNDS[name]}


def test_without_our_login_for_the_switches_what_devices_say_is_said(up: Up) -> None:
    """And of those that say nothing, that nobody knows more."""
    assert broken(up, BLIND, without="switch/login") == {one.device: one.said for one in BLIND}


def test_a_dead_switch_is_named_and_does_not_hide_the_rest(up: Up) -> None:
    """A board that answers is well; one that does not is without network because of the switch."""
    up.remote.fault(Faults(dead=True), SWITCH)
    report = up.look("R1")
    assert found(report, BOARD) == "ok"
    assert report.switches[0].fault is not None
    up.remote.fault_appliance(["off"], BOARD)
    report = up.look("R1")
    assert {found(report, BOARD), found(report, AP)} == {"fault switch-dead"}
    assert report.seconds["total"] < IN_THE_LAB_S


def test_what_is_the_matter_with_a_port_is_named(up: Up) -> None:
    """The switch has closed it, has no power for it, or the cable is bad."""
    up.remote.fault(Faults(ails="7:half;8:loop;9:no-power"), SWITCH)
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(up.look, ("R1", "R2"))
    assert (found(first, BOARD), found(first, AP)) == ("drift slow-link", "fault poe-denied")
    assert found(second, "s007-r2-dt01") == "fault port-loop"


def test_a_switch_that_stands_in_the_room_is_looked_at(up: Up) -> None:
    """Also where it serves nobody there."""
    assert found(up.look("V1"), SWITCH) == "ok"
    up.remote.fault(Faults(wrong_password=True), SWITCH)
    assert found(up.look("V1"), SWITCH) == "fault wrong-login"


def test_what_nobody_knows_is_said_to_be_unknown(up: Up) -> None:
    """A PC that the lab does not have, at a port that the inventory does not name."""
    assert found(up.look("R3"), "s007-r3-pc01") == "unknown port-unknown"


def test_from_the_command_line(up: Up, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """German and English, for people and for programs; the exit code says how bad it is."""
    monkeypatch.chdir(up.root)
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    up.remote.fault_appliance(["source=hdmi1"], BOARD)
    assert call(["--lab", "room", f"{SCHOOL}/R1"]) == 4
    assert capsys.readouterr().out == (
        "schule-007/A/0/R1  Klasse 1, Grundschule Am Anger\n"
        "  Abweichung  s007-r1-dt01  Digitale Tafel (board)\n"
        "    Falsche Quelle: HDMI 1 statt Einschub-PC.\n"
        "    → Lehrkraft: Mit der Fernbedienung oder am Gerät Einschub-PC wählen.\n"
        "  in Ordnung  s007-r1-ap01  Access point\n"
        "2 Geräte: in Ordnung 1, Abweichung 1.\n"
    )
    up.remote.fault_appliance([], BOARD)
    up.remote.fault_appliance(["unplugged"], AP)
    assert call(["--lab", "--lang", "en", "room", "S007/a/0/r1"]) == 3
    assert capsys.readouterr().out == (
        "schule-007/A/0/R1  Klasse 1, Grundschule Am Anger\n"
        "  ok     s007-r1-dt01  Digitale Tafel (board)\n"
        "  fault  s007-r1-ap01  Access point\n"
        "    Check the cable: there is no signal at port 9 of s007-v1-sw01.\n"
        "    → Teacher: Push the network cable in at the device and at the wall socket,\n"
        "      and see whether the device has power.\n"
        "2 devices: ok 1, fault 1.\n"
    )
    assert call(["--lab", "room", BOARD, "--json"]) == 3
    said = json.loads(capsys.readouterr().out)
    assert (said["room"], said["language"]) == ("schule-007/A/0/R1", "de")
    point = next(one for one in said["devices"] if one["device"] == AP)
    assert (point["status"], point["steps"]["link"], point["steps"]["address"]) == ("fault", "fault", None)
    (cause,) = point["findings"]
    assert (cause["cause"], cause["who"]) == ("no-link", "teacher")
    assert cause["sentence"] == "Kabel prüfen: Am Port 9 von s007-v1-sw01 ist kein Signal."
    assert set(said["seconds"]) == {"inventory", "devices", "switches", "other_switches", "total"}


@pytest.mark.parametrize(
    ("typed_place", "what", "hint"),
    [
        ("schule-007/R11", "Einen Raum schule-007/R11 gibt es nicht.", "Gemeint ist vielleicht: schule-007/R1"),
        ("schule-070/R1", "Eine Schule schule-070 gibt es nicht.", "Gemeint ist vielleicht: schule-007"),
        ("schule-007", "Welcher Raum von schule-007?", "Räume: schule-007/V1, schule-007/V2, schule-007/R1"),
        ("schule-007/B/0/R1", "Einen Raum schule-007/B/0/R1 gibt es nicht.", "Gemeint ist vielleicht: schule-007/R1"),
        ("s007-r1-dt99", "s007-r1-dt99 ist weder ein Raum noch ein Gerät.", "Gemeint ist vielleicht: s007-r1-dt01"),
        ("\x1b[2J/R1", "Eine Schule \\x1b[2J gibt es nicht.", "Ein Raum schreibt sich wie schule-042/R101."),
        ("", " ist weder ein Raum noch ein Gerät.", "Ein Raum schreibt sich wie schule-042/R101."),
    ],
)
def test_a_place_that_is_unknown_is_told_in_the_language_of_who_typed_it(
    typed_place: str, what: str, hint: str, up: Up, capsys: pytest.CaptureFixture[str]
) -> None:
    """With what was probably meant."""
    assert call(["--workspace", str(up.root), "--lab", "--lang", "de", "room", typed_place]) == 1
    said = capsys.readouterr().err
    assert said.startswith(f"Fehler: {what}\nHinweis: {hint}"), said


def test_nothing_is_written_to_any_device(up: Up) -> None:
    """What the switches and devices have is the same after a look."""
    before = up.remote.texts()
    up.look("R1")
    assert up.remote.texts() == before


def test_another_device_at_the_port(up: Up) -> None:
    """A successor that nobody told the inventory of. The last test: the board is as out of its box from now on."""
    up.remote.fault_appliance(["new=02:00:00:00:00:77"], "s007-r4-dt01")
    report = up.look("R4")
    assert found(report, "s007-r4-dt01") == "fault other-device"
    assert report.devices[0].diagnosis.found[0].values["other"] == "02:00:00:00:00:77"
