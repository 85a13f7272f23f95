"""What a person reads of a room and of what was left unfinished, word for word."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from campusctl.cli.room_views import show_room
from campusctl.cli.status_views import show_status
from campusctl.engine.room import diagnose
from campusctl.model.journal import Claim, DeviceRow, DeviceState, Lease, PendingRow, RunDetail, StepRow
from campusctl.model.outcome import Fault, FaultKind
from campusctl.model.room import Cause, Plug, Seen, Service
from campusctl.model.run import RunInfo, RunKind, RunState, StepKind
from campusctl.model.tables import PortNow
from campusctl.words.language import translate_to
from campusctl.words.status import absent_words, devices_counted, fault_words, step_words
from campusctl.workflow.absent import OverduePc
from campusctl.workflow.room import DeviceInRoom, RoomReport, SwitchOfRoom
from campusctl.workflow.status import Status

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
DE, EN = translate_to("de"), translate_to("en")
PLUG = Plug(switch="s042-a2-sw01", port="6", label="6", vlan=60)
PRINTER = Seen(
    device="s042-r110-pr01", school="schule-042", address="10.42.70.11", plug=PLUG, answers=True,
    port=PortNow(up=True, mode="access", vlan=60), service=Service(troubles=(Cause.TONER_LOW,), notes=("Black 4 %",)),
)  # fmt: skip
SILENT = Seen(device="s042-r110-pc01", school="schule-042", address="10.42.20.11", answers=False, often_off=True)
REFUSES = PRINTER.model_copy(
    update={"device": "s042-r110-dt01", "service": Service(fault=FaultKind.AUTH, detail="it says \x1b[2J")}
)


def report(*seen: Seen, fault: FaultKind | None = None) -> RoomReport:
    """A room in which this was seen."""
    trouble = Fault(device=PLUG.switch, kind=fault, what="it says \x1b[2J") if fault else None
    devices = tuple(DeviceInRoom(diagnose(one), "Gerät", one.address) for one in seen)
    return RoomReport(
        "schule-042", "Gymnasium", "schule-042/A/1/R110", "Lehrerzimmer", NOON, devices,
        (SwitchOfRoom(PLUG.switch, trouble),), {"total": 1.0},
    )  # fmt: skip


def shown(found: RoomReport, capsys: pytest.CaptureFixture[str], *, verbose: bool = False, code: str = "de") -> str:
    """What is printed of it."""
    show_room(found, translate_to(code), verbose=verbose, as_json=False)
    return capsys.readouterr().out


def test_a_remark_and_who_is_off(capsys: pytest.CaptureFixture[str]) -> None:
    """In German; a switch that keeps us out is told below."""
    assert shown(report(PRINTER, SILENT, fault=FaultKind.SECRET), capsys) == (
        "schule-042/A/1/R110  Lehrerzimmer, Gymnasium\n"
        "  in Ordnung  s042-r110-pr01  Gerät\n"
        "    Toner oder Tinte geht bald zu Ende.\n"
        "    → Campusmanagement: Eine neue Patrone bestellen.\n"
        "  aus         s042-r110-pc01  Gerät\n"
        "    Ausgeschaltet: Es antwortet nicht unter 10.42.20.11.\n"
        "    → Lehrkraft: Einschalten; ist es schon an, das Netzwerkkabel prüfen.\n"
        "    Im Inventar steht nicht, wo es eingesteckt ist; das Kabel lässt sich deshalb\n"
        "    nicht prüfen.\n"
        "    → Campusmanagement: Den Port ins Inventar eintragen.\n"
        "s042-a2-sw01: Unsere Anmeldung fehlt im Tresor, deshalb ist über seine Ports\n"
        "nichts bekannt.\n"
        "2 Geräte: in Ordnung 1, aus 1.\n"
    )


def test_every_step_and_the_drivers_own_words(capsys: pytest.CaptureFixture[str]) -> None:
    """Only with `-v`; what would move the cursor is spelled out."""
    said = shown(report(REFUSES, PRINTER, fault=FaultKind.UNREACHABLE), capsys, verbose=True, code="en")
    assert "    Power ok · Cable ok · VLAN ok · Address ok · Service fault\n" in said
    assert "      (it says \\x1b[2J)\n" in said
    assert "      (Black 4 %)\n" in said
    assert "s042-a2-sw01: it does not answer, so its ports are not known.\n" in said
    plain = shown(report(REFUSES, PRINTER), capsys, code="en")
    assert "(" not in plain
    assert "·" not in plain


def test_the_same_advice_is_given_once(capsys: pytest.CaptureFixture[str]) -> None:
    """To devices that follow each other."""
    twins = [PRINTER.model_copy(update={"device": f"s042-r110-pr0{number}"}) for number in (1, 2, 3)]
    assert shown(report(*twins), capsys).count("Toner") == 1


def test_a_room_without_devices(capsys: pytest.CaptureFixture[str]) -> None:
    """Is said to have none."""
    found = replace(report(), switches=())
    assert shown(found, capsys).splitlines()[1:] == ["Im Inventar steht für diesen Raum kein Gerät."]


def test_a_narrow_terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Sentences are wrapped at 60 columns."""
    monkeypatch.setenv("COLUMNS", "60")
    assert max(map(len, shown(report(SILENT, fault=FaultKind.AUTH), capsys).splitlines())) <= 60


def info(run: str) -> RunInfo:
    """A run that changes something."""
    return RunInfo(
        id=run, kind=RunKind.APPLY, started=NOON, user="anna", host="desk-7", pid=1, command="apply",
        schools=("schule-042",), tool_version="1",
    )  # fmt: skip


def step(kind: StepKind, text: str = "", *, last: int = 0) -> StepRow:
    """One step that was written down."""
    return StepRow(number=1, at=NOON, kind=kind, first=min(last, 1), last=last, total=last, text=text)


def row(device: str, state: DeviceState, *steps: StepRow, fault: FaultKind | None = None) -> DeviceRow:
    """A device of a run."""
    found = Fault(device=device, kind=fault, what="") if fault else None
    return DeviceRow(device=device, school="schule-042", state=state, steps=steps, fault=found)


def test_what_was_left_unfinished_in_german(capsys: pytest.CaptureFixture[str]) -> None:
    """Runs, half done ones, locks, claims, PCs that are off; and what may be missing."""
    left = RunDetail(
        info=info("3f2a91c0"), state=RunState.RUNNING,
        devices=(
            row("s042-a1-sw01", DeviceState.BEGUN, step(StepKind.SEND, last=30)),
            row("s042-a2-sw01", DeviceState.PLANNED),
            row("s042-b1-sw01", DeviceState.BEGUN),
        ),
    )  # fmt: skip
    half = RunDetail(
        info=info("4f2a91c0"), state=RunState.FAILED,
        devices=(row("s042-c1-sw01", DeviceState.FAILED, step(StepKind.ARM, "archive"), fault=FaultKind.REJECTED),),
    )  # fmt: skip
    lock = Lease(
        school="schule-042", holder="anna", host="desk-7", pid=1, reason="apply", run_id="3f2a91c0", acquired=NOON,
        expires=NOON, token="t",
    )  # fmt: skip
    claim = Claim(school="schule-007", holder="ben", host="x", made=NOON, until=NOON, reason="vor Ort")
    waits = PendingRow(device="s042-r201-pc01", school="schule-042", run_id="3f2a91c0", since=NOON)
    late = OverduePc("s042-r201-pc02", "schule-042", NOON - timedelta(days=45), 45, 29)
    note = "the inventory has problems, so PCs that are overdue are not listed"
    found = Status((left,), (half,), (lock,), (claim,), UTC, (waits,), (late,), note)
    show_status(found, DE, as_json=False)
    said = capsys.readouterr()
    assert said.out == (
        "Lauf 3f2a91c0  apply schule-042  von anna auf desk-7, 2026-11-26 12:00\n"
        "  er wurde abgebrochen, oder sein Rechner fiel aus\n"
        "  s042-a1-sw01: begonnen; zuletzt notiert: Befehle 1-30 von 30 gesendet\n"
        "  s042-a2-sw01: nicht begonnen\n"
        "  s042-b1-sw01: begonnen; zuletzt notiert: dass die Arbeit beginnt\n"
        "  was jetzt auf den Geräten steht (2 Switches), zeigt nur ein Blick darauf:\n"
        "    campusctl resume 3f2a91c0   führt ihn zu Ende\n"
        "    campusctl revert 3f2a91c0   macht ihn rückgängig\n"
        "Lauf 4f2a91c0  apply schule-042  von anna auf desk-7, 2026-11-26 12:00\n"
        "  am Ende nur halb geändert: 1 Switch\n"
        "  s042-c1-sw01: Befehl abgelehnt; zuletzt notiert: Rückkehr vorbereitet: archive\n"
        "    campusctl resume 4f2a91c0   führt ihn zu Ende\n"
        "    campusctl revert 4f2a91c0   macht ihn rückgängig\n"
        "schule-042: anna auf desk-7 ändert hier seit 2026-11-26 12:00 (apply)\n"
        "schule-007: reserviert von ben bis 2026-11-26 12:00 (vor Ort)\n"
        "schule-042: 1 PC muss noch eingeschaltet werden: s042-r201-pc01, seit Lauf 3f2a91c0 vom 2026-11-26; "
        "der nächste apply, der ihn eingeschaltet findet, holt die Änderung nach\n"
        "schule-042: 1 PC ist überfällig: s042-r201-pc02 (seit 45 Tagen nicht gesehen, 29 davon außerhalb der Ferien)\n"
    )
    assert said.err == "Achtung: Das Inventar hat Fehler, deshalb sind überfällige PCs nicht aufgeführt\n"


def test_every_trouble_and_every_step_has_its_word() -> None:
    """In both languages; English says the code that JSON has."""
    for kind in FaultKind:
        assert fault_words(kind, EN) == kind
        assert fault_words(kind, DE)
    assert (fault_words(None, EN), fault_words(None, DE)) == ("failed", "fehlgeschlagen")
    for one in StepKind:
        assert step_words(step(one, "x"), of_switch=True, tr=EN) == f"{one} x"
    assert step_words(step(StepKind.SEND, last=2), of_switch=False, tr=DE) == "2 Schritte"


def test_how_long_a_pc_was_not_seen() -> None:
    """Never, for days, and for days of which some were holidays."""
    assert absent_words(None, 23, 23, EN) == "never seen in 23 days"
    assert absent_words(NOON, 1, 1, DE) == "seit 1 Tag nicht gesehen"
    assert absent_words(NOON, 45, 29, EN) == "not seen for 45 days, 29 without holidays"


def test_devices_are_counted_by_what_they_are() -> None:
    """One, many, none, and what nobody has a word for."""
    drivers = ["switch", "switch", "pc", "printer", "projector", "board", "queues", "toaster"]
    assert devices_counted(drivers, DE) == (
        "2 Switches und 1 PC und 1 Drucker und 1 Beamer und 1 Tafel und 1 Druckserver und 1 Gerät"
    )
    assert devices_counted([], EN) == "no devices"
