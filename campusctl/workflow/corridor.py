"""From the inventory to plans, drift reports and outcomes."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from campusctl.engine.planner import Ground, make_plan, refuse_stale
from campusctl.errors import PlanError, UnknownNameError
from campusctl.inventory.cabling import declared_devices, expected_cables
from campusctl.inventory.city import City, School
from campusctl.inventory.load import expired_exceptions, load_city
from campusctl.inventory.resolve import settings_of, switch_intent
from campusctl.inventory.topology import order, topology
from campusctl.inventory.zone import city_zone
from campusctl.model.events import Emit
from campusctl.model.intent import SwitchIntent
from campusctl.model.journal import Claim
from campusctl.model.outcome import Fault
from campusctl.model.plan import Assessment, DeviceLogin, DriftReport, ManagementPath, Plan, Target
from campusctl.render import Renderer
from campusctl.workflow.desk import Desk, ground
from campusctl.workflow.running import Running


def targets(desk: Desk, city: City, device: str | None = None) -> tuple[Target, ...]:
    """Every switch of the loaded schools, core first, rendered and ready to be read.

    Args:
        desk: The workspace.
        city: The schools.
        device: Only this one.

    Raises:
        UnknownNameError, RenderError: Nothing was contacted.
    """
    renderer = Renderer(desk.root / "templates")
    schools = tuple(city.schools.values()) if device is None else (city.school_of(device),)
    names = [(school, name) for school in schools for name in order(city, school) if device in (None, name)]
    if device and not names:
        raise UnknownNameError(f"{device} is no switch", "campusctl plan, apply and drift work on switches")
    return tuple(_target(desk, city, school, switch_intent(city, school.id, name), renderer) for school, name in names)


def _need_secrets(desk: Desk, wanted: Sequence[Target]) -> None:
    """Open the vault once, and miss a secret before the first switch is contacted.

    Raises:
        SecretError: A secret is missing, or its source cannot be opened.
    """
    desk.secrets.resolve(sorted({ref for target in wanted for ref in target.secret_refs}))


def _target(desk: Desk, city: City, school: School, intent: SwitchIntent, renderer: Renderer) -> Target:
    settings = settings_of(city, school, city.find_device(intent.name))
    host, port = desk.endpoint(intent.address.partition("/")[0])
    below = topology(city, school).downlinks.get(intent.name, ())
    return Target(
        device=intent.name,
        school=school.id,
        dialect=intent.dialect,
        login=DeviceLogin(
            host=host,
            port=port,
            user=intent.login_user,
            password=settings.login.password,
            enable=settings.login.enable,
            key_file=settings.login.key_file,
            key_passphrase=settings.login.key_passphrase,
            known_hosts=str(desk.known_hosts_of(school.id)),
            known_hosts_before=desk.known_hosts_before,
            legacy_algorithms=settings.legacy_algorithms,
            timeout_s=desk.timeout_s,
            read_timeout_s=desk.read_timeout_s,
        ),
        intended=renderer.render(intent),
        management=ManagementPath(
            vlan=str(intent.management_vlan),
            uplinks=intent.uplinks,
            downlinks=tuple(link.parent_port for link in below),
            user=intent.login_user,
        ),
        allow_revert=settings.revert,
        settle_s=desk.settle_s,
        neighbors=expected_cables(city, school, intent.name),
        switches=tuple(school.switches),
        devices=declared_devices(city, intent),
        rooms={port.name: city.find_device(port.peer).room for port in intent.ports if port.peer},
    )


def plan(run: Running, schools: Sequence[str], device: str | None, emit: Emit, ready: Callable[[int], None]) -> Plan:
    """Read the switches of the schools and say what would change.

    Args:
        run: The run this belongs to; it keeps what was read.
        schools: School ids.
        device: Only this one; None: every switch.
        emit: Told of every step.
        ready: Told how many switches will be read, before the first one is.
    """
    desk = run.desk
    city = load_city(desk.root, schools)
    names = tuple(city.schools)
    standing = ground(desk.root, names)
    return plan_for(run, targets(desk, city, device), standing, emit, ready, schools=names)


def plan_for(  # noqa: PLR0913 - what a plan stands on
    run: Running,
    wanted: Sequence[Target],
    standing: Ground,
    emit: Emit,
    ready: Callable[[int], None],
    *,
    schools: Sequence[str],
) -> Plan:
    """Read these devices and say what would bring them to their targets; see `plan`."""
    _need_secrets(run.desk, wanted)
    ready(len(wanted))
    results = tuple(run.desk.driver(record=run).assess(wanted, emit))
    run.results(results, {target.device: target.school for target in wanted})
    return make_plan(schools, wanted, results, standing)


def check(desk: Desk, plan: Plan) -> None:
    """Refuse a plan that does not stand on its ground any more, or was made at another desk.

    Raises:
        PlanError: See `refuse_stale`; or it was made for the lab and would now go to real devices, or the reverse.
    """
    refuse_stale(plan, ground(desk.root, plan.schools), datetime.now(UTC))
    if any(_stranger(desk, change.target) for change in plan.changes):
        raise PlanError(
            f"plan {plan.id} was made for other devices: for the lab, or for another place of this workspace",
            "apply it as it was made, with --lab or without, or make a new plan",
        )


def _stranger(desk: Desk, target: Target) -> bool:
    """Whether a target's host key would be looked up elsewhere than at this desk."""
    here = (str(desk.known_hosts_of(target.school)), desk.known_hosts_before)
    return (target.login.known_hosts, target.login.known_hosts_before) != here


def drift(
    run: Running, schools: Sequence[str] | None, device: str | None, emit: Emit, ready: Callable[[int], None]
) -> DriftReport:
    """Read switches and say what differs; writes nothing to any device.

    Args:
        run: The run this belongs to; it keeps what was read.
        schools: School ids; None: every school.
        device: Only this one; None: every switch.
        emit: Told of every step.
        ready: Told how many switches will be read, before the first one is.
    """
    desk = run.desk
    city = load_city(desk.root, schools)
    wanted = targets(desk, city, device)
    _need_secrets(desk, wanted)
    ready(len(wanted))
    found = {result.device: result for result in desk.driver(record=run).assess(wanted, emit)}
    results = [found[target.device] for target in wanted]
    run.results(results, {target.device: target.school for target in wanted})
    return DriftReport(
        checked=datetime.now(UTC).replace(microsecond=0),
        schools=tuple(city.schools),
        assessments=tuple(result for result in results if isinstance(result, Assessment)),
        faults=tuple(result for result in results if isinstance(result, Fault)),
        findings=tuple(str(problem) for problem in expired_exceptions(desk.root, city)),
        claims=tuple(_claimed(claim, desk) for claim in run.claims() if claim.school in city.schools),
    )


def _claimed(claim: Claim, desk: Desk) -> str:
    until = claim.until.astimezone(city_zone(desk.root))
    return f"{claim.school}: claimed by {claim.holder} until {until:%Y-%m-%d %H:%M} ({claim.reason})"
