"""A drift check as JUnit XML: what build servers and dashboards read."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final
from xml.etree import ElementTree as ET

from campusctl.cli.words import edit_words, without_parts
from campusctl.model.finding import FindingRow, FindingState
from campusctl.model.outcome import Fault
from campusctl.model.plan import Assessment, DriftReport

_NO_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot say, not even escaped."""


def junit(report: DriftReport, schools: Mapping[str, str], findings: Sequence[FindingRow] = ()) -> str:
    """The report as a JUnit document: a suite for each school, a case for each device and each finding.

    A device that differs is a failure with its edits, one that could not be read an error, one that is off skipped. A
    finding that waits is a failure; one that may stay is skipped, with its reason.

    Args:
        report: What was seen.
        schools: School id of every device that was asked.
        findings: What is remembered of the schools; gone ones are left out.
    """
    top = ET.Element("testsuites", name="campusctl drift")
    for school in report.schools:
        top.append(_suite(school, report, schools, [row for row in findings if row.school == school]))
    for name in ("tests", "failures", "errors"):
        top.set(name, str(sum(int(suite.get(name, "0")) for suite in top)))
    ET.indent(top)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(top, encoding="unicode") + "\n"


def _suite(school: str, report: DriftReport, schools: Mapping[str, str], rows: Sequence[FindingRow]) -> ET.Element:
    mine = (*_devices(school, report, schools), *_owed(school, report), *_findings(school, rows))
    suite = ET.Element("testsuite", name=school, timestamp=_stamp(report.checked), hostname="campusctl", time="0")
    for case in mine:
        suite.append(case)
    suite.set("tests", str(len(mine)))
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(name, str(sum(case.find(tag) is not None for case in mine)))
    return suite


def _stamp(moment: datetime) -> str:
    """As the schema wants it: UTC without saying so."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}"


def _group(driver: str) -> str:
    return {"switch": "switches", "pc": "pcs"}.get(driver, driver)


def _devices(school: str, report: DriftReport, schools: Mapping[str, str]) -> Iterator[ET.Element]:
    for found in report.assessments:
        if found.school == school:
            case = _case(f"{school}.{_group(found.driver)}", found.device)
            if found.drifted:
                _add(case, "failure", "drift", _drift_words(found), "\n".join(_lines(found)))
            yield case
    for fault in report.faults:
        if schools.get(fault.device) == school:
            case = _case(f"{school}.{_group(fault.driver)}", fault.device)
            if fault.off:
                ET.SubElement(case, "skipped", message="switched off")
            else:
                _add(case, "error", str(fault.kind), fault.what, _fault_text(fault))
            yield case


def _owed(school: str, report: DriftReport) -> Iterator[ET.Element]:
    """What the inventory of the school owes, such as an expired exception."""
    problems = [text for text in report.findings if text.startswith(f"inventory/schools/{school}/")]
    case = _case(f"{school}.inventory", "exceptions")
    if problems:
        _add(case, "failure", "inventory", problems[0].partition("\n")[0], "\n".join(problems))
    yield case


def _findings(school: str, rows: Sequence[FindingRow]) -> Iterator[ET.Element]:
    for row in rows:
        if row.state is FindingState.GONE:
            continue
        case = _case(f"{school}.findings", f"{row.id} {row.title}")
        if row.state is FindingState.ACCEPTED:
            until = f", until {row.until:%Y-%m-%d %H:%M} UTC" if row.until else ""
            _add(case, "skipped", "", f"accepted: {row.reason} ({row.owner}{until})", "")
        else:
            _add(case, "failure", str(row.state), row.title, f"on {', '.join(row.devices)}")
        yield case


def _case(group: str, name: str) -> ET.Element:
    return ET.Element("testcase", classname=_said(group), name=_said(name), time="0")


def _add(case: ET.Element, tag: str, kind: str, message: str, text: str) -> None:
    more = ET.SubElement(case, tag, message=_said(message))
    if kind:
        more.set("type", kind)
    if text:
        more.text = _said(text)


def _drift_words(found: Assessment) -> str:
    count = len(found.edits) + len(found.refused_edits)
    parts = [f"{count} setting{' differs' if count == 1 else 's differ'}"] if count else []
    return ", ".join([*parts, *(["running is not saved"] if found.startup_differs else [])]) or "a change is refused"


def _lines(found: Assessment) -> Iterator[str]:
    yield from (edit_words(edit) for edit in without_parts((*found.edits, *found.refused_edits)))
    yield from (f"refused: {item.command}: {item.reason}" for item in found.refused)
    if found.startup_differs:
        yield "running is not saved"


def _fault_text(fault: Fault) -> str:
    return f"{fault.kind}: {fault.what}" + (f"\nhint: {fault.hint}" if fault.hint else "")


def _said(text: str) -> str:
    """A text that XML can hold: what it cannot is spelled out."""
    return _NO_XML.sub(lambda found: found[0].encode("unicode_escape", "surrogatepass").decode(), text)
