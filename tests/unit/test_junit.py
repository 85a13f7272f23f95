"""JUnit XML of a drift check: what build servers read, whatever a device or the inventory says."""

from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from campusctl.cli.junit import junit
from campusctl.model.command import RefusedCommand
from campusctl.model.finding import FindingRow, FindingState
from campusctl.model.outcome import Fault, FaultKind
from campusctl.model.plan import Assessment, DriftReport, EditView

NOW = datetime(2026, 11, 26, 5, 30, tzinfo=UTC)


def seen_on(device: str, text: str = "", *, school: str = "schule-042", **more: object) -> Assessment:
    """A switch whose port has a description by hand, if one is given."""
    edits = (EditView(path=("port", "7", "description"), before=text, after=None),) if text else ()
    return Assessment(device=device, school=school, dialect="x", edits=edits, **more)  # type: ignore[arg-type]


def report(*assessments: Assessment, faults: tuple[Fault, ...] = (), owed: tuple[str, ...] = ()) -> DriftReport:
    """A drift check of two schools."""
    return DriftReport(
        checked=NOW, schools=("schule-042", "schule-007"), assessments=assessments, faults=faults, findings=owed
    )


def row(state: FindingState, **more: object) -> FindingRow:
    """A finding as it is remembered."""
    fields = {
        "id": "0123456789", "school": "schule-042", "devices": ("sw1",), "path": ("vlan", "60"), "before": None,
        "after": True, "title": "VLAN 60: missing", "first_seen": NOW, "last_seen": NOW,
    }  # fmt: skip
    return FindingRow(**(fields | {"state": state} | more))  # type: ignore[arg-type]


def test_a_suite_for_each_school_and_a_case_for_each_switch() -> None:
    """A switch that differs fails, one that could not be read is an error, and the counts are right."""
    fault = Fault(device="sw4", kind=FaultKind.TIMEOUT, what="no answer", hint="look at the cable")
    refused = RefusedCommand(command="no vlan 3", reason="it would cut us off")
    text = junit(
        report(
            seen_on("sw1"), seen_on("sw2", "TEST", startup_differs=True), seen_on("sw3", refused=(refused,)),
            seen_on("sw5", school="schule-007"),
            faults=(fault,), owed=("inventory/schools/schule-007/school.yml:3: the exception ended",),
        ),
        {"sw4": "schule-042"},
        (
            row(FindingState.OPEN), row(FindingState.GONE),
            row(FindingState.ACCEPTED, reason="Exam", owner="netz", until=NOW),
        ),
    )  # fmt: skip
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n')
    top = ET.fromstring(text)
    assert {key: top.get(key) for key in ("tests", "failures", "errors")} == {
        "tests": "9", "failures": "4", "errors": "1",
    }  # fmt: skip
    first, second = top
    assert [(suite.get("name"), suite.get("tests"), suite.get("timestamp")) for suite in (first, second)] == [
        ("schule-042", "7", "2026-11-26T05:30:00"), ("schule-007", "2", "2026-11-26T05:30:00"),
    ]  # fmt: skip
    told = {case.get("name"): [(part.tag, part.get("message"), part.text) for part in case] for case in first}
    assert told == {
        "sw1": [],
        "sw2": [("failure", "1 setting differs, running is not saved",
                 "port 7, description: TEST → (default)\nrunning is not saved")],
        "sw3": [("failure", "a change is refused", "refused: no vlan 3: it would cut us off")],
        "sw4": [("error", "no answer", "timeout: no answer\nhint: look at the cable")],
        "exceptions": [],
        "0123456789 VLAN 60: missing": [
            ("skipped", "accepted: Exam (netz, until 2026-11-26 05:30 UTC)", None)
        ],
    }  # fmt: skip
    assert second[1].find("failure") is not None


@given(st.text(st.characters(codec=None), max_size=40))
def test_any_text_can_be_told(text: str) -> None:
    """Control characters, `]]>`, lone surrogates: the file can be read, and ordinary text is as it was."""
    fault = Fault(device=f"sw{text}", kind=FaultKind.MALFORMED, what=text)
    found = junit(report(seen_on("sw1", f"x{text}"), faults=(fault,), owed=(f"inventory/schools/schule-042/{text}",)),
                  {f"sw{text}": "schule-042"}, (row(FindingState.OPEN, title=f"t{text}"),))  # fmt: skip
    top = ET.fromstring(found.encode())
    assert top.get("tests") == "5"
    if text.isprintable():
        assert top.find(".//error").get("message") == text  # type: ignore[union-attr]
