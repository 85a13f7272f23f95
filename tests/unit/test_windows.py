"""Which schools of a plan must wait, and in which words that is said."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from campusctl.inventory.load import load_city
from campusctl.model.command import Command
from campusctl.model.plan import Assessment, Change, DeviceLogin, Plan, Target
from campusctl.workflow.windows import closed_schools

NOON = datetime(2026, 11, 26, 11, 36, tzinfo=UTC)
"""12:36 on a Thursday; in winter the clocks are an hour ahead of UTC."""

REASON = "Central exams are written at the PCs"
QUIET: tuple[str, ...] = ()
BEAMER = ("1/1/7 (Beamer, R101)", "VLAN 30 (SCHUELER)")


def _change(device: str, school: str, interrupts: tuple[str, ...], *, commands: bool = True) -> Change:
    login = DeviceLogin(host="10.0.0.1", user="campus", known_hosts="/x")
    lines = (Command(text="name x"),) if commands else ()
    return Change(
        target=Target(device=device, school=school, dialect="cisco_ios", login=login, intended=""),
        assessment=Assessment(
            device=device, school=school, dialect="cisco_ios", commands=lines, interrupts=interrupts,
            startup_differs=not commands,
        ),
    )  # fmt: skip


def _plan(*changes: Change) -> Plan:
    schools = tuple(dict.fromkeys(change.target.school for change in changes))
    return Plan(
        id="p", made=NOON, expires=NOON + timedelta(hours=8), tool_version="1", inventory_digest="", template_digest="",
        schools=schools, changes=changes,
    )  # fmt: skip


def test_only_schools_where_somebody_is_disturbed_must_wait(musterstadt: Path) -> None:
    """A change that disturbs nobody always goes, and so does saving; lessons over elsewhere are no reason here."""
    plan = _plan(
        _change("s042-a1-sw01", "schule-042", BEAMER),
        _change("s042-a1-sw02", "schule-042", QUIET),
        _change("s042-a2-sw01", "schule-042", ("1/1/9",)),
        _change("s101-a1-sw01", "schule-101", QUIET),
        _change("s101-a2-sw01", "schule-101", BEAMER, commands=False),
    )
    (closed,) = closed_schools(musterstadt, load_city(musterstadt), plan, NOON)
    assert closed.school == "schule-042"
    assert closed.devices == ("s042-a1-sw01", "s042-a2-sw01")
    assert closed.interruptions == (
        "s042-a1-sw01: 1/1/7 (Beamer, R101)",
        "s042-a1-sw01: VLAN 30 (SCHUELER)",
        "s042-a2-sw01: 1/1/9",
    )
    assert closed.next_open == datetime(2026, 11, 26, 14, 50, tzinfo=UTC)
    assert closed.what == "schule-042: lessons until 15:20; the next window opens today at 15:50"
    assert closed.hint == (
        "wait for it, or say why it cannot wait: --now --reason …; see campusctl calendar schule-042"
    )


@pytest.mark.parametrize(
    ("now", "closed"),
    [
        (datetime(2026, 11, 26, 14, 50, tzinfo=UTC), []),
        (datetime(2026, 11, 29, 9, 0, tzinfo=UTC), []),
        (datetime(2026, 12, 28, 9, 0, tzinfo=UTC), []),
        (datetime(2026, 11, 27, 6, 11, tzinfo=UTC), []),
        (
            datetime(2026, 11, 27, 6, 13, tzinfo=UTC),
            ["schule-042: the window shuts in 2 min, and this takes about 4 min; the next window opens today at 13:35"],
        ),
        (
            datetime(2027, 4, 15, 20, 0, tzinfo=UTC),
            [
                (
                    f"schule-042: freeze Zentralabitur ({REASON}) until Fri 2027-04-23; "
                    "the next window opens Sat 2027-04-24 at 00:00"
                )
            ],
        ),
        (
            datetime(2027, 1, 27, 11, 0, tzinfo=UTC),
            ["schule-042: exam Vorabitur Informatik until 13:15; the next window opens today at 15:50"],
        ),
    ],
)
def test_what_is_said_of_a_school_that_must_wait(musterstadt: Path, now: datetime, closed: list[str]) -> None:
    """The reason and the next window; nothing when it is open for long enough."""
    plan = _plan(_change("s042-a1-sw01", "schule-042", BEAMER), _change("s042-a1-sw02", "schule-042", QUIET))
    assert [school.what for school in closed_schools(musterstadt, load_city(musterstadt), plan, now)] == closed


def test_several_schools_are_told_in_the_order_of_the_plan(musterstadt: Path) -> None:
    """Each with its own lessons."""
    plan = _plan(
        _change("s101-a1-sw01", "schule-101", BEAMER),
        _change("s007-v1-sw01", "schule-007", BEAMER),
    )
    found = closed_schools(musterstadt, load_city(musterstadt), plan, NOON)
    assert [school.what for school in found] == [
        "schule-101: lessons until 16:30; the next window opens today at 17:00",
        "schule-007: lessons ended at 12:30; the next window opens today at 13:00",
    ]


def test_a_freeze_without_end_says_so(musterstadt: Path) -> None:
    """No date is promised."""
    path = musterstadt / "inventory/schools/schule-007/school.yml"
    path.write_text(path.read_text() + "freezes: [{name: Umzug, first: 2026-01-01, last: 2029-01-01}]\n")
    plan = _plan(_change("s007-v1-sw01", "schule-007", BEAMER))
    (closed,) = closed_schools(musterstadt, load_city(musterstadt), plan, NOON)
    assert closed.what == "schule-007: freeze Umzug until Mon 2029-01-01; no window opens within a year"
    assert closed.next_open is None
