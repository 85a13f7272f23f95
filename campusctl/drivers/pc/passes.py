"""A change of PCs whose playbook does not prove what it did: read, change, read again, each a run of its own."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from campusctl.drivers.pc.atwork import Report
from campusctl.drivers.pc.lots import Item
from campusctl.drivers.pc.platforms.base import HostResult

Pass = Callable[[Sequence[Item]], Iterator[Report]]
"""Runs the playbook for these PCs; in check mode where the items say so."""


def three_passes(items: Sequence[Item], read: Pass, change: Pass) -> Iterator[Report]:
    """One report for each PC, as if its task had refused to go on where it moved, and looked again afterwards.

    Args:
        items: What is wanted.
        read: A run in check mode.
        change: A run that changes.
    """
    todo: list[Item] = []
    wanted = {item.name: item for item in items}
    for report in read([replace(item, check=True, keep="") for item in items]):
        item = wanted[report.item.name]
        result = report.result
        if result.trouble is None and result.observed == item.expect and result.edits:
            todo.append(item)
            continue
        moved = result.trouble is None and result.observed != item.expect
        yield report._replace(item=item, result=HostResult(moved=True) if moved else result)
    yield from _proven(todo, read, change)


def _proven(todo: Sequence[Item], read: Pass, change: Pass) -> Iterator[Report]:
    made: dict[str, Report] = {}
    for report in change(todo):
        if report.result.trouble is None:
            made[report.item.name] = report
        else:
            yield report
    for again in read([replace(report.item, check=True, keep="") for report in made.values()]):
        report = made[again.item.name]
        yield report._replace(result=_with_proof(report.result, again.result), at=again.at)


def _with_proof(done: HostResult, seen: HostResult) -> HostResult:
    return replace(done, remaining=seen.edits, digest=seen.observed, trouble=seen.trouble, facts=seen.facts)
