"""From the inventory to plans, drift reports and outcomes."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

from campusctl.engine.planner import Ground, make_plan, refuse_stale
from campusctl.errors import MissingSecretError, PlanError, UnknownNameError
from campusctl.inventory.appliances import KINDS
from campusctl.inventory.city import City, School
from campusctl.inventory.load import expired_exceptions, load_city
from campusctl.inventory.zone import city_zone
from campusctl.model.events import Emit
from campusctl.model.journal import Claim
from campusctl.model.outcome import Fault
from campusctl.model.plan import Assessment, DriftReport, Plan, Target
from campusctl.model.sentence import sentence
from campusctl.workflow.absent import off_since
from campusctl.workflow.appliance_targets import appliance_targets
from campusctl.workflow.choosing import EVERYTHING, PC, SWITCH, Choice, chosen_devices, driver_of
from campusctl.workflow.desk import Desk, ground
from campusctl.workflow.pc_targets import pc_targets
from campusctl.workflow.running import Running
from campusctl.workflow.switch_targets import switch_targets
from campusctl.workflow.waking import WakeTerms, wake_first

Ready = Callable[[int], None]
"""Told how many devices will be read, before the first one is."""

Maker = Callable[[Desk, City, School, Collection[str]], tuple[Target, ...]]
"""Makes the targets of some devices of a school, in the order in which they are worked on."""

_MAKERS: Final[Mapping[str, Maker]] = {
    SWITCH: switch_targets,
    PC: pc_targets,
    **{name: appliance_targets(name) for name in KINDS},
}
"""By name of the driver, in the order in which a school's devices are worked on."""


def targets(desk: Desk, city: City, choice: Choice = EVERYTHING) -> tuple[Target, ...]:
    """Devices of the loaded schools, switches first, the core before the others, ready to be read.

    Args:
        desk: The workspace.
        city: The schools.
        choice: Which devices.

    Raises:
        UnknownNameError, InventoryError, RenderError: Nothing was contacted.
    """
    found: list[Target] = []
    for school, names in chosen_devices(city, choice).values():
        drivers = {name: driver_of(city, school.devices[name]) for name in names}
        for driver in dict.fromkeys((*_MAKERS, *drivers.values())):
            mine = [name for name in names if drivers[name] == driver]
            if mine:
                found += _maker(driver)(desk, city, school, mine)
    if choice.device and not found:
        raise UnknownNameError(
            sentence("{device} cannot be worked on", device=choice.device), _why_not(desk, city, choice.device)
        )
    return tuple(found)


def _why_not(desk: Desk, city: City, name: str) -> str:
    if not desk.has_pc(name) and not desk.has_appliance(name):
        return sentence("the lab that is up does not have it: campusctl lab down, then campusctl lab up --pcs SCHOOL")
    device = city.find_device(name)
    if not device.address:
        return sentence("it has no `address`")
    return sentence("profile {profile} says no `dialect` of a PC", profile=device.profile)


def _maker(driver: str) -> Maker:
    """What makes the targets of a driver.

    Raises:
        UnknownNameError: Nothing does.
    """
    if driver not in _MAKERS:
        raise UnknownNameError(
            sentence("no driver `{driver}`", driver=driver),
            sentence("inventory/city.yml names it; there are {drivers}", drivers=", ".join(_MAKERS)),
        )
    return _MAKERS[driver]


def _need_secrets(desk: Desk, wanted: Sequence[Target]) -> None:
    """Open the vault once, and miss a secret before the first switch or PC is contacted.

    One that only an appliance needs is missed by its driver, and stops nobody else.

    Raises:
        SecretError: A secret of a switch or PC is missing, or its source cannot be opened.
    """
    strict = {ref for target in wanted if target.driver not in KINDS for ref in target.secret_refs}
    desk.secrets.resolve(sorted(strict))
    with suppress(MissingSecretError):
        desk.secrets.resolve(sorted({ref for target in wanted for ref in target.secret_refs} - strict))


def plan(  # noqa: PLR0913 - what a plan is asked for
    run: Running,
    schools: Sequence[str],
    choice: Choice,
    emit: Emit,
    ready: Ready,
    *,
    wake: WakeTerms | None = None,
) -> Plan:
    """Read devices of the schools and say what would change.

    Args:
        run: The run this belongs to; it keeps what was read.
        schools: School ids.
        choice: Which devices.
        emit: Told of every step.
        ready: Told how many devices will be read, before the first one is.
        wake: Switch on PCs that are off first, on these terms; None: nobody is woken.

    Raises:
        ClosedError: PCs must not be woken now; nothing was contacted.
    """
    desk = run.desk
    city = load_city(desk.root, schools)
    names = tuple(city.schools)
    standing = ground(desk.root, names)
    wanted = targets(desk, city, choice)
    _wake(run, city, wanted, wake, emit)
    return plan_for(run, wanted, standing, emit, ready, schools=names)


def plan_for(  # noqa: PLR0913 - what a plan stands on
    run: Running, wanted: Sequence[Target], standing: Ground, emit: Emit, ready: Ready, *, schools: Sequence[str]
) -> Plan:
    """Read these devices and say what would bring them to their targets; see `plan`."""
    results = _read(run, wanted, emit, ready)
    return make_plan(schools, wanted, results, standing)


def _wake(run: Running, city: City, wanted: Sequence[Target], terms: WakeTerms | None, emit: Emit) -> None:
    if terms:
        run.woken = wake_first(run, city, wanted, terms, emit)


def _read(run: Running, wanted: Sequence[Target], emit: Emit, ready: Ready) -> tuple[Assessment | Fault, ...]:
    """One result for each target, in their order; written down in the run."""
    _need_secrets(run.desk, wanted)
    ready(len(wanted))
    found = {result.device: result for result in run.desk.driver(record=run).assess(wanted, emit)}
    results = tuple(found[target.device] for target in wanted)
    schools = {target.device: target.school for target in wanted}
    run.results(results, schools)
    said = off_since(run, [fault for fault in results if isinstance(fault, Fault) and fault.off], schools)
    return tuple(said.get(result.device, result) for result in results)


def check(desk: Desk, plan: Plan) -> None:
    """Refuse a plan that does not stand on its ground any more, or was made at another desk.

    Raises:
        PlanError: See `refuse_stale`; or it was made for the lab and would now go to real devices, or the reverse.
    """
    refuse_stale(plan, ground(desk.root, plan.schools), datetime.now(UTC))
    if any(_stranger(desk, change.target) for change in plan.changes):
        raise PlanError(
            sentence(
                "plan {id} was made for other devices: for the lab, or for another place of this workspace", id=plan.id
            ),
            sentence("apply it as it was made, with --lab or without, or make a new plan"),
        )


def _stranger(desk: Desk, target: Target) -> bool:
    """Whether a target's host key would be looked up elsewhere than at this desk."""
    here = (str(desk.known_hosts_of(target.school)), desk.known_hosts_before)
    return (target.login.known_hosts, target.login.known_hosts_before) != here


def drift(  # noqa: PLR0913 - what a check is asked for
    run: Running,
    schools: Sequence[str] | None,
    choice: Choice,
    emit: Emit,
    ready: Ready,
    *,
    wake: WakeTerms | None = None,
) -> DriftReport:
    """Read devices and say what differs; changes nothing on any device.

    Args:
        run: The run this belongs to; it keeps what was read.
        schools: School ids; None: every school.
        choice: Which devices.
        emit: Told of every step.
        ready: Told how many devices will be read, before the first one is.
        wake: Switch on PCs that are off first, on these terms; None: nobody is woken.

    Raises:
        ClosedError: PCs must not be woken now; nothing was contacted.
    """
    desk = run.desk
    city = load_city(desk.root, schools)
    wanted = targets(desk, city, choice)
    _wake(run, city, wanted, wake, emit)
    results = _read(run, wanted, emit, ready)
    return DriftReport(
        checked=datetime.now(UTC).replace(microsecond=0),
        schools=tuple(city.schools),
        assessments=tuple(result for result in results if isinstance(result, Assessment)),
        faults=tuple(result for result in results if isinstance(result, Fault)),
        findings=tuple(problem.told for problem in expired_exceptions(desk.root, city)),
        claims=tuple(_claimed(claim, desk) for claim in run.claims() if claim.school in city.schools),
    )


def _claimed(claim: Claim, desk: Desk) -> str:
    until = f"{claim.until.astimezone(city_zone(desk.root)):%Y-%m-%d %H:%M}"
    return sentence(
        "{school}: claimed by {holder} until {until} ({reason})",
        school=claim.school, holder=claim.holder, until=until, reason=claim.reason,
    )  # fmt: skip
