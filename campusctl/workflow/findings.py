"""Findings: recorded by every drift check, and then adopted, reverted or accepted."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from campusctl.engine.findings import (
    INVENTORY,
    STARTUP,
    PortNames,
    Spot,
    findings_of,
    grown,
    narrowed,
    only,
    spots_of,
)
from campusctl.errors import CampusError, JournalError, UnknownNameError
from campusctl.inventory.adoption import AdoptionError, Difference, Terms
from campusctl.inventory.city import City
from campusctl.inventory.edit_files import Edited
from campusctl.inventory.load import load_city
from campusctl.inventory.names_hint import did_you_mean
from campusctl.inventory.resolve import resolver
from campusctl.inventory.source import SCHOOLS, chosen
from campusctl.inventory.topology import topology
from campusctl.inventory.zone import city_zone
from campusctl.model.events import Emit
from campusctl.model.finding import LIVE, FindingRow, FindingState
from campusctl.model.plan import DriftReport, Plan
from campusctl.model.sentence import sentence
from campusctl.ports import FindingStore
from campusctl.words.trouble import with_hint
from campusctl.workflow.adopting import adopt as proven
from campusctl.workflow.choosing import SWITCH
from campusctl.workflow.corridor import plan_for, targets
from campusctl.workflow.desk import ground
from campusctl.workflow.running import Running

LONGEST: Final = timedelta(days=731)
"""How long a finding may be accepted: two years."""

Ready = Callable[[int], None]


class Adoption(NamedTuple):
    """What adopting a finding would write."""

    finding: FindingRow
    """The finding."""
    files: Edited
    """The inventory files, proven."""


class Overview(NamedTuple):
    """What there is to decide."""

    rows: tuple[FindingRow, ...]
    """The findings that were asked for, by school."""
    zone: ZoneInfo
    """The city's time zone."""
    now: datetime
    """When this was said (UTC)."""

    @property
    def waiting(self) -> int:
        """How many wait for a decision."""
        return sum(is_open(row) for row in self.rows)


def open_store(root: Path) -> AbstractContextManager[FindingStore]:
    """Where the workspace remembers its findings.

    Raises:
        JournalError: It cannot be opened.
    """
    from campusctl.history.store import open_store as opened  # noqa: PLC0415 - the database's library is slow to import

    return opened(root)


def overview(root: Path, school: str | None, state: str) -> Overview:
    """The findings of a school, or of all.

    Args:
        root: The workspace.
        school: Id or short name; None: every school.
        state: `open`, those that wait for a decision; `accepted`, those that may stay; or `all`, gone ones too.

    Raises:
        UnknownNameError: There is no such school.
    """
    asked = chosen(root, [school])[0] if school else None
    with open_store(root) as store:
        rows = store.findings(asked)
    picked = tuple(row for row in rows if state == "all" or _is(row, state))
    return Overview(picked, city_zone(root), datetime.now(UTC))


def _is(row: FindingRow, state: str) -> bool:
    return is_open(row) if state == "open" else row.state is FindingState.ACCEPTED


def terms(reason: str | None, owner: str | None, until: str | None) -> Terms | None:
    """The terms of an exception, if somebody said any.

    Raises:
        CampusError: Only a part of them was said.
    """
    said = (reason, owner, until)
    if not any(said):
        return None
    if not (reason and owner and until):
        raise CampusError("an exception needs all of --reason, --owner and --until", "say all three, or none")
    return Terms(reason, owner, until)


def port_names(city: City) -> PortNames:
    """What the inventory calls each port and LAG of each loaded switch."""
    found: dict[str, dict[str, str]] = {}
    for school in city.schools.values():
        resolve = resolver(city, school)
        for name, device in school.switches.items():
            lags = topology(city, school).assignments[name].lags
            ports = {port.name: port.short for port in resolve.map_of(device).ports}
            found[name] = ports | {lag: f"LAG {item.place[-1]}" for lag, item in lags.items()}
    return found


def remember(run: Running, report: DriftReport) -> tuple[FindingRow, ...]:
    """Remember what a drift check found; if that is not possible, the run says so.

    Returns:
        The findings of the report's schools that stand, as they are remembered now.
    """
    try:
        return record_findings(run.desk.root, run.store, run.info.id, report)
    except JournalError as wrong:
        if not run.troubles:
            run.troubles.append(
                sentence("the findings are not remembered: {why}", why=with_hint(wrong.what, wrong.hint))
            )
        return ()


def record_findings(root: Path, store: FindingStore, run_id: str, report: DriftReport) -> tuple[FindingRow, ...]:
    """See `remember`; who accepted a finding on three switches is asked again when a fourth shows it.

    Raises:
        JournalError: It could not be written.
    """
    # Only what differs needs the names of its ports, and a city is large.
    differing = sorted({found.school for found in report.assessments if found.drifted})
    seen = findings_of(report, port_names(load_city(root, differing)) if differing else {})
    known = {row.id: row for row in store.findings(None, (FindingState.ACCEPTED,))}
    files = (f"{SCHOOLS}/{school}/school.yml" for school in report.schools)
    store.record_findings(run_id, seen, (*(found.device for found in report.assessments), *files))
    for finding in seen:
        more = grown(known[finding.id], finding) if finding.id in known else ()
        if more:
            reason = f"accepted on other devices, and now also seen on {', '.join(more)}"
            store.decide(finding.id, FindingState.OPEN, actor="campusctl", reason=reason)
    return tuple(row for school in report.schools for row in store.findings(school, LIVE))


def is_open(row: FindingRow) -> bool:
    """Somebody has to decide, or what was decided has not been seen to help yet."""
    return row.state not in (FindingState.ACCEPTED, FindingState.GONE)


def accept(  # noqa: PLR0913 - each is one word to the caller
    root: Path, store: FindingStore, name: str, terms: Terms, *, actor: str, now: datetime | None = None
) -> FindingRow:
    """Let a finding stay until the end of a day.

    Args:
        root: The workspace.
        store: Where findings are remembered.
        name: Id of the finding, or the beginning of it.
        terms: Why, who answers for it, and its last day.
        actor: Who decides.
        now: The moment; None: this one.

    Raises:
        UnknownNameError: No such finding, or no such role.
        CampusError: The terms make no sense, or the finding is gone.
    """
    row = store.finding(name)
    if row.state is FindingState.GONE:
        raise CampusError(f"finding {row.id} is gone: its devices were read again without it", "nothing is to be done")
    _check_owner(root, row, terms.owner)
    if len(terms.reason.strip()) < 3 or not terms.reason.isprintable():
        raise CampusError("the reason is one sentence", "somebody will read it in a year")
    until = _end_of(root, terms.until, now or datetime.now(UTC))
    return store.decide(
        row.id, FindingState.ACCEPTED, actor=actor, reason=terms.reason.strip(), owner=terms.owner, until=until
    )


def _check_owner(root: Path, row: FindingRow, owner: str) -> None:
    if not row.school:
        return
    contacts = load_city(root, [row.school]).school(row.school).spec.contacts
    if owner not in contacts:
        known = f"roles of {row.school}: {', '.join(contacts)}" if contacts else f"{row.school} lists no `contacts`"
        raise UnknownNameError(f"no role `{owner}` at {row.school}", did_you_mean(owner, contacts) or known)


def _end_of(root: Path, day: str, now: datetime) -> datetime:
    """The end of a day in the city's time zone, as UTC."""
    zone = city_zone(root)
    try:
        last = date.fromisoformat(day)
    except ValueError:
        raise CampusError(f"{day!r} is no date", "dates are such as 2027-07-31") from None
    until = datetime.combine(last + timedelta(days=1), time(), zone).astimezone(UTC)
    if until <= now:
        raise CampusError(f"{day} is over", "name the last day it may stay, today or later")
    if until > now + LONGEST:
        raise CampusError(f"{day} is more than two years away", "what stays for good belongs into the inventory")
    return until


def find(root: Path, name: str) -> FindingRow:
    """A finding by its id or the beginning of it.

    Raises:
        UnknownNameError: There is none, or more than one begins so.
    """
    with open_store(root) as store:
        return store.finding(name)


def adopt(run: Running, row: FindingRow, emit: Emit, ready: Ready, *, terms: Terms | None) -> Adoption:
    """Read the devices of a finding again and say what the inventory would have to say; nothing is written.

    Args:
        run: The run this belongs to.
        row: The finding.
        emit: Told of every step.
        ready: Told how many switches will be read.
        terms: For an exception, where one is needed.

    Raises:
        AdoptionError: It cannot be adopted; says why, and how to do it by hand.
        CampusError: A device cannot be read, or the finding is not there any more.
    """
    _refuse_what_no_inventory_says(row)
    root = run.desk.root
    if terms:
        _check_owner(root, row, terms.owner)
        _end_of(root, terms.until, datetime.now(UTC))
    spots = _read_again(run, row, emit, ready)
    if not all(spot.edits for spot in spots):
        raise AdoptionError(row.title, "nothing of it can stand in the inventory")
    differences = [Difference(spot.device, spot.edits) for spot in spots]
    return Adoption(row, proven(root, row.school, differences, terms))


def _refuse_what_no_inventory_says(row: FindingRow) -> None:
    if row.device_class == INVENTORY:
        raise AdoptionError("the inventory itself is at fault there", f"edit {row.path[1]} by hand")
    if row.device_class not in (INVENTORY, SWITCH):
        raise AdoptionError(
            f"what devices of class {row.device_class} have is not written into the inventory by itself",
            f"say it under `settings.{row.device_class}` of its profile, room or device; or accept the finding",
        )
    if row.path == (STARTUP,):
        raise AdoptionError(
            "a configuration that was not saved is nothing the inventory can say",
            f"save it: campusctl revert-finding {row.id}",
        )


def finish_adoption(store: FindingStore, adoption: Adoption, *, actor: str) -> FindingRow:
    """Write the files, and remember it.

    Raises:
        EditError: A file was changed meanwhile; nothing was written.
    """
    adoption.files.write()
    return store.decide(adoption.finding.id, FindingState.ADOPTED, actor=actor)


def _read_again(run: Running, row: FindingRow, emit: Emit, ready: Ready) -> list[Spot]:
    plan = _plan(run, row, emit, ready)
    if plan.faults:
        first = plan.faults[0]
        raise CampusError(
            f"{first.device} could not be read, so nothing is known of finding {row.id}: {first.what}",
            first.hint or "try again when it answers",
        )
    ports = port_names(load_city(run.desk.root, [row.school]))
    found = spots_of([change.assessment for change in plan.changes], ports)
    return sorted((spot for spot in found if spot.id == row.id), key=lambda spot: spot.device)


def revert(run: Running, row: FindingRow, emit: Emit, ready: Ready) -> Plan:
    """A plan of exactly what takes a finding away, on the devices where it still stands as it was seen.

    Raises:
        CampusError: It is about the inventory, or stands on no device any more.
    """
    if row.device_class == INVENTORY:
        raise CampusError("the inventory itself is at fault there", f"edit {row.path[1]} by hand")
    return _plan(run, row, emit, ready)


def _plan(run: Running, row: FindingRow, emit: Emit, ready: Ready) -> Plan:
    """What would take the finding away, read from its devices now.

    Raises:
        CampusError: It stands on none of them any more.
    """
    desk = run.desk
    city = load_city(desk.root, [row.school])
    ports = port_names(city)
    standing = ground(desk.root, [row.school])
    wanted = narrowed(targets(desk, city), row, ports)
    found = only(plan_for(run, wanted, standing, emit, ready, schools=(row.school,)), row, ports)
    if not found.changes and not found.faults:
        raise CampusError(f"finding {row.id} is not there any more", "campusctl drift says what is")
    return found


def mark_reverted(store: FindingStore, row: FindingRow, *, actor: str) -> None:
    """Remember that a finding was undone; the next drift check says whether it is gone."""
    store.decide(row.id, FindingState.REVERTED, actor=actor)
