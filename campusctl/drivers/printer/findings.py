"""What one protocol says of a printer, and how two of them are put together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from campusctl.drivers.appliance.base import Reading
from campusctl.drivers.printer.alarms import joined
from campusctl.drivers.printer.ipp_words import Note
from campusctl.model.appliance import Shown
from campusctl.model.setting import Path


@dataclass(frozen=True, slots=True)
class Findings:
    """What one protocol says of a printer."""

    state: Mapping[Path, Shown] = field(default_factory=dict)
    """Settings in the words of the inventory."""
    lacks: Mapping[Path, str] = field(default_factory=dict)
    """Settings that cannot be made what they shall be, with the reason."""
    facts: Mapping[str, str] = field(default_factory=dict)
    """What it is and how it does."""
    notes: tuple[Note, ...] = ()
    """What a person should know."""
    alarms: tuple[str, ...] = ()
    """What it complains of, in IPP's words."""


def together(ipp: Findings, snmp: Findings) -> Reading:
    """One reading; of what both say, SNMP's word counts: it names the tray that IPP only calls empty.

    But for the state: SNMP has no word for a printer that stands still.
    """
    facts = {**ipp.facts, **snmp.facts}
    facts |= {name: ipp.facts[name] for name in ("state", "model") if name in ipp.facts}
    alarms = joined((*ipp.alarms, *snmp.alarms), (*snmp.notes, *ipp.notes))
    facts |= {"alarms": alarms} if alarms else {}
    return Reading(
        {**ipp.state, **snmp.state},
        lacks={**ipp.lacks, **snmp.lacks},
        facts=facts,
        notes=tuple(_notes((snmp, ipp))),
    )


def _notes(findings: Iterable[Findings]) -> list[str]:
    told: list[str] = []
    kinds: set[str] = set()
    for one in findings:
        told += [note.text for note in one.notes if note.kind not in kinds and note.text not in told]
        kinds |= {note.kind for note in one.notes}
    return told
