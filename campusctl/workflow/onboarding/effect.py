"""What onboarding would do, over all devices, before anything is done."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from campusctl.errors import CampusError
from campusctl.inventory.address_book import host_of
from campusctl.inventory.appliances import appliance, document_of
from campusctl.inventory.city import City, School
from campusctl.inventory.edit_files import Edited
from campusctl.inventory.load import load_city
from campusctl.inventory.onboarding.wanted import Proposal
from campusctl.model.appliance import Shown
from campusctl.model.events import Emit
from campusctl.model.inventory import Device
from campusctl.model.onboarding import NewDevice
from campusctl.model.plan import Assessment, Plan
from campusctl.model.run import RunKind, RunState
from campusctl.model.secret import MASK, TOKEN
from campusctl.model.sentence import sentence
from campusctl.model.setting import Path
from campusctl.render.dhcp import entry
from campusctl.words.trouble import advice, trouble
from campusctl.workflow.applying import Terms, refuse_closed, refuse_locked
from campusctl.workflow.choosing import driver_of
from campusctl.workflow.corridor import plan_for
from campusctl.workflow.desk import Desk, ground
from campusctl.workflow.git_care import Standing
from campusctl.workflow.git_care import standing as standing_in_git
from campusctl.workflow.inventory_change import overlay, prepare
from campusctl.workflow.onboarding.edits import edits_for, new_device
from campusctl.workflow.onboarding.occupied import Look, refuse_in_use
from campusctl.workflow.onboarding.touched import Paths, fingerprints, narrowed, standing, standing_names, touched
from campusctl.workflow.running import running
from campusctl.workflow.tables import read_tables


class NewSettings(NamedTuple):
    """What one new device will be told."""

    device: str
    """Device name."""
    driver: str
    """What brings it to standard; empty: nothing does."""
    settings: tuple[tuple[Path, Shown], ...]
    """Path and value, secrets masked; (): it has none, or its driver tells them in its plan."""
    dhcp: str
    """Its entry for the school's DHCP server (dnsmasq); empty: it has no address."""


@dataclass(frozen=True, slots=True)
class Effect:
    """Everything that would happen."""

    devices: tuple[NewDevice, ...]
    """The new devices."""
    proposals: tuple[Proposal, ...]
    """Where their values come from."""
    edited: Edited
    """The files of the inventory, as they are and as they would be."""
    paths: Paths
    """By switch or print server, the settings that would change there."""
    plan: Plan
    """What these would be sent."""
    news: tuple[NewSettings, ...]
    """What the new devices would be told."""
    git: Standing
    """What becomes of the change of the files in Git."""
    notes: tuple[str, ...] = ()
    """What a person should look at before agreeing, one sentence each."""

    @property
    def agreed(self) -> dict[str, tuple[str, ...]]:
        """Fingerprints of the commands for each switch and print server."""
        return {change.target.device: fingerprints(change.assessment) for change in self.plan.changes}


def effect(  # noqa: PLR0913, PLR0917 - what is wanted, on which terms, and who watches
    desk: Desk,
    city: City,
    proposals: Sequence[Proposal],
    terms: Terms,
    emit: Emit,
    ready: Callable[[int], None],
    *,
    branch: str = "",
    look: Look = read_tables,
) -> Effect:
    """What onboarding some devices would do. Reads the switches; writes nothing anywhere.

    Args:
        desk: The workspace.
        city: As it is, all of it.
        proposals: The new devices.
        terms: On which the switches would be changed.
        emit: Told of every step.
        ready: Told how many devices will be read.
        branch: Git branch of its own for the change of the files; empty: the one that is checked out.
        look: Reads what switches see.

    Raises:
        GitError: It is no moment for a commit.
        InventoryError, EditError: The inventory would be wrong then; names file and line.
        LockedError, ClosedError: The switches may not be changed now.
        CampusError: A switch cannot be read or refuses what is needed, or an address is in use.
    """
    devices = tuple(new_device(city, proposal) for proposal in proposals)
    schools = tuple(dict.fromkeys(device.school for device in devices))
    edited = prepare(desk.root, edits_for(city, devices))
    git = standing_in_git(desk.root, edited.files, branch)
    with overlay(desk.root, edited, schools) as trial:
        after = load_city(trial, schools)
    names = standing_names(city, schools)
    before_targets, after_targets = (standing(desk, one, schools, names) for one in (city, after))
    paths = touched(before_targets, after_targets)
    with running(desk, RunKind.PLAN, schools, reason=terms.reason) as run:
        refuse_locked(run)
        wanted = narrowed(after_targets, paths)
        plan = plan_for(run, wanted, ground(desk.root, schools), emit, ready, schools=schools)
        refuse_unfit(plan)
        refuse_closed(run, plan, terms)
        run.end(RunState.DONE, 0)
    notes = refuse_in_use(desk, city, proposals, devices, look, emit)
    news = tuple(_news(after, after.schools[device.school], device) for device in devices)
    return Effect(devices, tuple(proposals), edited, paths, plan, news, git, notes)


def refuse_unfit(plan: Plan) -> None:
    """Refuse a plan that could not be carried out in full.

    Raises:
        CampusError: Which switch, and why.
    """
    for fault in plan.failures:
        what = sentence(
            "{device} cannot be read, so nothing was changed: {why}", device=fault.device, why=trouble(fault)
        )
        raise CampusError(what, advice(fault))
    for change in plan.changes:
        why = _why_unfit(change.assessment)
        if why:
            device = change.target.device
            what = sentence("{device} cannot be changed, so nothing was: {why}", device=device, why=why)
            raise CampusError(what, "campusctl drift -v")


def _why_unfit(found: Assessment) -> str:
    if found.cables:
        return found.cables[0]
    return found.refused[0].reason if found.refused else ""


def _news(city: City, school: School, new: NewDevice) -> NewSettings:
    device = school.devices[new.name]
    host = host_of(city, school, device)
    return NewSettings(
        new.name, driver_of(city, device), _settings(city, school, device), entry("dnsmasq", host) if host else ""
    )


def _settings(city: City, school: School, device: Device) -> tuple[tuple[Path, Shown], ...]:
    found = appliance(city, device)
    if found is None:
        return ()
    return tuple((path, _masked(value)) for path, value in document_of(city, school, found).settings)


def _masked(value: Shown) -> Shown:
    return TOKEN.sub(MASK, value) if isinstance(value, str) else value
