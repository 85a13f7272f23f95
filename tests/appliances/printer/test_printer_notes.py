"""What a printer says of itself, in plain words; never what is printed, nor for whom."""

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from campusctl.drivers.ipp.message import Attributes
from campusctl.drivers.ipp.status import status_words
from campusctl.drivers.printer import ipp_facts, printer_mib
from campusctl.drivers.printer.findings import Findings, together
from campusctl.drivers.printer.ipp_words import Note, reason_note
from campusctl.drivers.printer.printer_alerts import alert_note
from campusctl.drivers.printer.snmp_agent import Value, columns
from campusctl.drivers.printer.snmp_settings import text

PRT = "1.3.6.1.2.1.43"


@pytest.mark.parametrize(
    ("keyword", "said"),
    [
        ("none", None),
        ("", None),
        ("media-empty-error", "out of paper"),
        ("media-empty", "out of paper"),
        ("toner-low-warning", "little toner left"),
        ("com.maker.fuser-worn-report", "com.maker.fuser worn"),
    ],
)
def test_reasons(keyword: str, said: str | None) -> None:
    """Keywords of `printer-state-reasons`, with and without their severity; a maker's own as it is."""
    note = reason_note(keyword)
    assert (note.text if note else None) == said


def test_alerts() -> None:
    """Codes of the Printer-MIB; what is no trouble is not told, what nobody knows by its number."""
    assert alert_note(808) == Note("paper", "out of paper")
    assert alert_note(4) is None
    assert alert_note(77777) == Note("alert 77777", "alert 77777 of the Printer-MIB")


def test_statuses_have_words() -> None:
    """Also those that nobody knows."""
    assert status_words(0x0413) == "it lets nobody set it"
    assert status_words(0x0499) == "it answers status 0x0499"


def test_facts_by_ipp() -> None:
    """Serial from the device id, levels that are known, a waste box that fills up."""
    printer = {
        "printer-make-and-model": ("Kyocera P3145dn",),
        "printer-device-id": ("MFG:Kyocera; MDL:P3145dn ;SN:VX12;CMD:PCL,PS;",),
        "printer-firmware-string-version": ("2.1", "boot 7"),
        "printer-state": (4,),
        "printer-impressions-completed": (48211,),
        "printer-is-accepting-jobs": (False,),
        "marker-names": ("Black", "Waste", "Drum"),
        "marker-types": ("toner", "waste-toner", "opc"),
        "marker-levels": (12, 95, -2),
        "marker-low-levels": (15, 0, 5),
        "marker-high-levels": (100, 90, 100),
    }
    assert ipp_facts.facts_of(printer) == {
        "model": "Kyocera P3145dn", "serial": "VX12", "firmware": "2.1, boot 7", "state": "printing", "pages": "48211",
        "supplies": "Black 12 %; Waste 95 %",
    }  # fmt: skip
    assert [note.text for note in ipp_facts.notes_of(printer, 10)] == ["Black 12 %", "Waste 95 %", "takes no jobs"]


def test_supplies_of_a_newer_printer() -> None:
    """`printer-supply` in the words of RFC 3805; what has no level is left out."""
    printer = {
        "printer-supply": (
            "index=1;class=receptacleThatIsFilled;type=wasteToner;unit=percent;maxcapacity=100;level=25;",
            "index=2;class=supplyThatIsConsumed;type=toner;unit=impressions;maxcapacity=6000;level=480;",
            "index=3;class=supplyThatIsConsumed;type=opc;maxcapacity=-2;level=-3;",
            "rubbish",
        ),
        "printer-supply-description": ("Waste Tank",),
        "marker-levels": (1,),
    }
    assert ipp_facts.facts_of(printer) == {"supplies": "Waste Tank 25 %; toner 8 %"}
    assert [note.text for note in ipp_facts.notes_of(printer, 10)] == ["toner 8 %"]


@pytest.mark.parametrize(
    "printer", [{}, {"marker-levels": (7,)}, {"marker-levels": ("x", True), "printer-state": ("x",)}]
)
def test_facts_of_a_printer_that_says_nonsense(printer: Attributes) -> None:
    """Nothing is made of it, and nothing breaks."""
    assert ipp_facts.facts_of(printer).keys() <= {"supplies"}
    ipp_facts.notes_of(printer, 10)


def test_notes_by_snmp() -> None:
    """Trays, covers and supplies by name; an alert only where nothing with a name says it already."""
    tables = {
        f"{PRT}.8.2.1.10": {"1.1": 0, "1.2": 250, "1.3": -3, "1.4": 0},
        f"{PRT}.8.2.1.13": {"1.1": b"Tray 1\0", "1.4": b""},
        f"{PRT}.6.1.1.2": {"1.1": b"Front"},
        f"{PRT}.6.1.1.3": {"1.1": 3, "1.2": 4},
        f"{PRT}.11.1.1.6": {"1.1": "Schwarz-Toner Größe L".encode("latin-1"), "1.2": b"Drum"},
        f"{PRT}.11.1.1.8": {"1.1": 6000, "1.2": -2, "1.3": 100},
        f"{PRT}.11.1.1.9": {"1.1": 480, "1.2": -3, "1.3": 50},
        f"{PRT}.18.1.1.2": {"1.1": 3, "1.2": 4, "1.3": 1},
        f"{PRT}.18.1.1.7": {"1.1": 808, "1.2": 8, "1.3": 1101},
    }
    assert [note.text for note in printer_mib.notes_of(tables, 10)] == [
        "Tray 1: out of paper", "tray 4: out of paper", "Front is open", "Schwarz-Toner Größe L 8 %", "paper jam",
    ]  # fmt: skip


def test_what_two_protocols_say_is_said_once() -> None:
    """The tray that SNMP names takes the place of IPP's `out of paper`; the state is IPP's."""
    ipp = Findings(
        facts={"state": "stopped", "pages": "1"}, notes=(Note("paper", "out of paper"), Note("jam", "paper jam"))
    )
    snmp = Findings(
        facts={"state": "idle", "pages": "2", "serial": "X"}, notes=(Note("paper", "Tray 1: out of paper"),)
    )
    found = together(ipp, snmp)
    assert found.notes == ("Tray 1: out of paper", "paper jam")
    assert found.facts == {"state": "stopped", "pages": "2", "serial": "X"}


class _Circle:
    """An agent that goes in circles, one that ends, or one that tells rubbish."""

    def __init__(self, *answers: Sequence[tuple[str, Value | None]]) -> None:
        self._answers = list(answers)
        self.asked = 0

    async def get(self, oids: Sequence[str]) -> Mapping[str, Value]:
        return dict.fromkeys(oids, 1)

    async def bulk(self, oids: Sequence[str], repetitions: int) -> Sequence[tuple[str, Value | None]]:
        self.asked += 1
        return self._answers[min(self.asked, len(self._answers)) - 1]


@pytest.mark.parametrize(
    "agent",
    [
        _Circle([("1.5.1", 7)]),
        _Circle([("1.5.1", 7)], [("1.5", 8)]),
        _Circle([("1.5.1", 7)], [("1.6.1", 9)]),
        _Circle([("1.5.1", 7)], [("1.5.2", None)]),
        _Circle([("1.5.1", 7)], []),
    ],
    ids=["circle", "back", "beyond", "end", "nothing"],
)
def test_a_walk_ends(agent: _Circle) -> None:
    """Whatever an agent answers, a column is read once."""
    assert asyncio.run(columns(agent, ["1.5"])) == {"1.5": {"1": 7}}


def test_an_endless_column_is_cut() -> None:
    """An agent that always has one more."""

    class Endless(_Circle):
        async def bulk(self, oids: Sequence[str], repetitions: int) -> Sequence[tuple[str, Value | None]]:
            self.asked += 1
            return [(f"1.5.{self.asked}", self.asked)]

    assert len(asyncio.run(columns(Endless(), ["1.5"]))["1.5"]) == 400


def test_texts() -> None:
    """UTF-8, Latin-1, and filled up with zeros."""
    assert [text(one) for one in ("Büro".encode(), "Büro".encode("latin-1"), b"x\0\0")] == ["Büro", "Büro", "x"]
