"""Every fault of every kind of device, for people."""

from collections.abc import Iterator, Mapping

from campusctl.lab.appliances.base import COMMON
from campusctl.lab.appliances.kinds import KINDS
from campusctl.lab.faults import KINDS as OF_SWITCHES
from campusctl.lab.pcs.faults import KINDS as OF_PCS
from campusctl.lab.plugs import PLACES


def faults_help() -> str:
    """A heading for each kind of device, and below it a line for each fault."""
    return "\n".join(line for title, kinds in sections() for line in (f"{title}:", *_lines(kinds)))


def sections() -> Iterator[tuple[str, Mapping[str, str]]]:
    """Kinds of devices, each with its faults and what they mean. An appliance's kind is its dialect."""
    yield "a switch", OF_SWITCHES
    yield "a Linux PC that the lab plays (lab up --pcs)", OF_PCS
    yield "any other end device, also one that is only seen at its port", PLACES
    yield "a printer, board, projector or print server that the lab plays, besides", _without(COMMON, PLACES)
    for simulator in dict.fromkeys(KINDS.values()):
        dialects = ", ".join(name for name, plays in KINDS.items() if plays is simulator)
        yield f"{dialects}, besides", simulator.faults


def _without(kinds: Mapping[str, str], others: Mapping[str, str]) -> dict[str, str]:
    return {kind: what for kind, what in kinds.items() if kind not in others}


def _lines(kinds: Mapping[str, str]) -> Iterator[str]:
    return (f"  {kind:<15} {what}" for kind, what in kinds.items())
