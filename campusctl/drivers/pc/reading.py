"""From what a playbook says about a PC to an assessment or a fault."""

from dataclasses import replace

from campusctl.drivers.pc.atwork import Report
from campusctl.drivers.pc.clock import clock_note
from campusctl.drivers.pc.interrupts import interrupts
from campusctl.drivers.pc.platforms.base import HostResult, Trouble
from campusctl.drivers.pc.scrub import Scrub
from campusctl.model.command import Command, RefusedCommand
from campusctl.model.outcome import Fault, FaultKind
from campusctl.model.plan import Assessment
from campusctl.model.sentence import sentence


def assessment(report: Report, scrub: Scrub) -> Assessment | Fault:
    """What was seen, and what it would take."""
    trouble, target = report.result.trouble, report.item.target
    if trouble is not None and not _refusal(report.result, trouble):
        return fault_of(report, scrub.trouble(trouble))
    seen = noted(report).result
    return Assessment(
        device=target.device,
        school=target.school,
        driver=target.driver,
        dialect=target.dialect,
        edits=tuple(scrub.edit(edit) for edit in seen.edits),
        commands=tuple(Command(text=text, path=path) for text, path in scrub.steps(seen)),
        interrupts=scrub.lines(interrupts(seen.edits)),
        unchecked=scrub.lines(seen.unchecked),
        refused=_refused(scrub.trouble(trouble)) if trouble else (),
        notes=scrub.lines(seen.notes),
        observed_digest=seen.observed,
    )


def fault_of(report: Report, trouble: Trouble) -> Fault:
    """One PC's trouble as a value."""
    what, hint, sent = trouble.what, trouble.hint, report.result.done
    return Fault(
        device=report.item.name, kind=trouble.kind, what=what, hint=hint, sent=sent, driver=report.item.target.driver
    )


def noted(report: Report) -> Report:
    """With a note about the PC's clock, where it is wrong."""
    note = clock_note(report.result.facts, report.begun, report.at)
    if not note:
        return report
    return report._replace(result=replace(report.result, notes=(*report.result.notes, note)))


def _refusal(result: HostResult, trouble: Trouble) -> bool:
    """Whether the PC was read all the same: it only says that it will not do one thing of many."""
    return trouble.kind is FaultKind.REFUSED and bool(result.observed)


def _refused(trouble: Trouble) -> tuple[RefusedCommand, ...]:
    return (RefusedCommand(command=trouble.what, reason=trouble.hint or sentence("the PC refuses it")),)
