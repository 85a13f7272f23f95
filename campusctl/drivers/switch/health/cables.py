"""The cables of a switch, as it sees them itself, held against the inventory."""

from collections.abc import Sequence
from typing import NamedTuple

from campusctl.drivers.switch.health import neighbor_commands, parse_neighbors
from campusctl.drivers.switch.health.ports import canonical_port
from campusctl.engine.cabling import mismatches, unseen
from campusctl.model.plan import Target


class CableReport(NamedTuple):
    """What LLDP says of the cables."""

    wrong: tuple[str, ...] = ()
    """One sentence per cable that is not where the inventory says."""
    notes: tuple[str, ...] = ()
    """One sentence per cable that could not be checked."""


def cable_commands(target: Target) -> tuple[str, ...]:
    """What to send to learn of the cables; nothing when the inventory knows of none."""
    return neighbor_commands(target.dialect) if target.neighbors else ()


def report_cables(target: Target, replies: Sequence[str | None]) -> CableReport:
    """What the replies to `cable_commands` say; None: the switch refused that one."""
    if not target.neighbors:
        return CableReport()
    seen = parse_neighbors(target.dialect, replies)
    wrong = mismatches(target.device, target.neighbors, seen or (), target.switches, canonical_port)
    return CableReport(tuple(one.text for one in wrong), unseen(target.neighbors, seen))
