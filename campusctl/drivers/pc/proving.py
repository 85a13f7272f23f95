"""From what a playbook says about a changed PC to an outcome."""

from typing import Final

from campusctl.drivers.pc.atwork import Report
from campusctl.drivers.pc.lots import DEADLINE_S
from campusctl.drivers.pc.platforms.base import HostResult, Trouble
from campusctl.drivers.pc.reading import fault_of, noted
from campusctl.drivers.pc.scrub import Scrub
from campusctl.model.outcome import FaultKind, Outcome, OutcomeKind
from campusctl.model.sentence import sentence, sentences

MOVED: Final = Trouble(
    FaultKind.MOVED, sentence("the PC has changed since the plan was made"), sentence("make a new plan and look at it")
)

_ON: Final = sentence("what was begun may go on by itself for up to {seconds} s", seconds=round(DEADLINE_S))
_UNKNOWN: Final = frozenset({FaultKind.TIMEOUT, FaultKind.UNREACHABLE, FaultKind.UNVERIFIED, FaultKind.INTERNAL})
"""After these nobody knows what was done."""


def outcome(report: Report, scrub: Scrub) -> Outcome:
    """How a change ended: by what was read afterwards, never by what Ansible returns."""
    report = noted(report)
    result = report.result
    trouble = _trouble(report)
    if trouble is None:
        return _good(report, scrub)
    fault = fault_of(report, scrub.trouble(trouble))
    untouched = trouble.kind is FaultKind.OFF or (trouble.kind is FaultKind.INTERRUPTED and not report.begun)
    return Outcome(
        device=report.item.name,
        kind=OutcomeKind.SKIPPED if untouched else OutcomeKind.FAILED,
        sent=result.done,
        notes=scrub.lines((*result.notes, *_kept(result), *([_ON] if _may_go_on(report, trouble) else []))),
        fault=fault,
    )


def _trouble(report: Report) -> Trouble | None:
    result, trouble = report.result, report.result.trouble
    if trouble is None and result.moved:
        return MOVED
    if trouble is None and result.remaining:
        names = [" ".join(edit.path) for edit in result.remaining]
        what = sentences(
            "{number} of its settings is not as planned: {names}",
            "{number} of its settings are not as planned: {names}",
            len(names),
            names=", ".join(names[:3]) + (" …" if len(names) > 3 else ""),
        )
        return Trouble(FaultKind.UNVERIFIED, what, sentence("make a new plan and look at it"))
    if trouble is None or trouble.kind not in (FaultKind.OFF, FaultKind.INTERRUPTED):
        return trouble
    if trouble.kind is FaultKind.OFF:
        return trouble._replace(
            what=sentence("pending: {what}", what=trouble.what),
            hint=sentence("the next run that finds it on makes the change"),
        )
    if report.begun:
        return trouble._replace(
            what=sentence("{what} while the PC was at work; {then}", what=trouble.what, then=_ON),
            hint=sentence("the next plan says what was done"),
        )
    return trouble._replace(what=sentence("{what}; nothing was sent to this PC", what=trouble.what))


def _may_go_on(report: Report, trouble: Trouble) -> bool:
    return bool(report.begun) and trouble.kind in _UNKNOWN and not report.result.edits


def _good(report: Report, scrub: Scrub) -> Outcome:
    result = report.result
    changed = bool(result.edits)
    return Outcome(
        device=report.item.name,
        kind=OutcomeKind.OK if changed else OutcomeKind.UNCHANGED,
        sent=len(scrub.steps(result)),
        edits=len(result.edits),
        saved=True,
        notes=scrub.lines((*result.notes, *_kept(result))),
        digest=result.digest or result.observed,
    )


def _kept(result: HostResult) -> tuple[str, ...]:
    return (sentence("what was replaced is kept on the PC; campusctl revert brings it back"),) if result.kept else ()
