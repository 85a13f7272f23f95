"""Finishing a run, undoing it, or going back to a backup: always by reading the devices again, never by assuming."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

from campusctl.drivers.appliance.compare import kept_document
from campusctl.errors import PlanError
from campusctl.inventory.appliances import KINDS
from campusctl.inventory.load import load_city
from campusctl.model.events import Emit
from campusctl.model.journal import DeviceRow, DeviceState, RunDetail
from campusctl.model.outcome import Outcome
from campusctl.model.plan import Armed, Plan, Target
from campusctl.model.run import RunKind, StepKind
from campusctl.model.sentence import joined, sentence
from campusctl.workflow.choosing import Choice
from campusctl.workflow.corridor import plan_for, targets
from campusctl.workflow.desk import ground
from campusctl.workflow.running import Running

Ready = Callable[[int], None]
"""Told how many devices will be read, before the first one is."""

_TIMER_STEPS: Final = frozenset({StepKind.ARM, StepKind.CONFIRM, StepKind.UNDO})
_BACK: Final = frozenset({RunKind.RESTORE, RunKind.REVERT})


def left_armed(row: DeviceRow) -> str:
    """The revert that a run armed on a device and neither confirmed nor asked for, by rule name; empty: none."""
    told = [step for step in row.steps if step.kind in _TIMER_STEPS]
    return told[-1].text if told and told[-1].kind is StepKind.ARM else ""


def settle(run: Running, old: RunDetail, emit: Emit) -> tuple[Outcome, ...]:
    """End the reverts that a run left armed, so that none takes back what comes next.

    Args:
        run: The run this belongs to; every step is written down in it.
        old: The run that left them.
        emit: Told of every step.
    """
    rows = [row for row in old.devices if row.change and left_armed(row)]
    if not rows:
        return ()
    fresh = _fresh(run, rows)
    run.changes([row.change for row in rows if row.change])
    armed = [Armed(target=fresh[row.device], revert=left_armed(row)) for row in rows if row.device in fresh]
    return tuple(run.desk.driver(record=run).settle(armed, emit))


def plan_resume(run: Running, old: RunDetail, emit: Emit, ready: Ready) -> Plan:
    """What is left of a run, as its devices are now.

    Args:
        run: The run this belongs to.
        old: The run to finish.
        emit: Told of every step.
        ready: See `Ready`.

    Raises:
        PlanError: The inventory or a template is not what it was, or there is nothing to finish.
    """
    rows = [row for row in old.devices if row.change and row.state is not DeviceState.DONE]
    if not rows:
        raise PlanError(
            sentence("run {id} has nothing left to do", id=old.info.id),
            sentence("campusctl history show RUN tells what it did"),
        )
    if old.info.kind not in _BACK:
        _refuse_moved(run.desk.root, old)
    return _plan(run, old, _towards(run, rows, _same_goal), emit, ready)


def plan_revert(run: Running, old: RunDetail, emit: Emit, ready: Ready) -> Plan:
    """The way back to what a run's devices were before it, setting by setting, as they are now.

    Args:
        run: The run this belongs to.
        old: The run to undo.
        emit: Told of every step.
        ready: See `Ready`.

    Raises:
        PlanError: It changed nothing, or a later run changed one of its devices.
    """
    rows = [row for row in old.devices if row.change and row.before_text and row.touched]
    if not rows:
        raise PlanError(sentence("run {id} has sent nothing, so there is nothing to undo", id=old.info.id))
    _refuse_later(run, old, rows)
    return _plan(run, old, _towards(run, rows, _way_back), emit, ready)


def plan_restore(run: Running, device: str, text: str, emit: Emit, ready: Ready) -> Plan:
    """The way from what a device is to what a backup says.

    Args:
        run: The run this belongs to.
        device: Device name.
        text: The configuration of the backup, or the settings of an appliance, secrets masked.
        emit: Told of every step.
        ready: See `Ready`.
    """
    desk = run.desk
    city = load_city(desk.root, run.info.schools)
    wanted = tuple(_kept(target, text) for target in targets(desk, city, Choice(device=device)))
    return plan_for(run, wanted, ground(desk.root, run.info.schools), emit, ready, schools=run.info.schools)


def _kept(target: Target, text: str) -> Target:
    """A device that shall be what a backup says."""
    if target.driver in KINDS:
        text = kept_document(target.intended, text)
    return target.model_copy(update={"intended": text})


def _plan(run: Running, old: RunDetail, wanted: Sequence[Target], emit: Emit, ready: Ready) -> Plan:
    schools = old.info.schools
    return plan_for(run, wanted, ground(run.desk.root, schools), emit, ready, schools=schools)


def _refuse_moved(root: Path, old: RunDetail) -> None:
    standing = ground(root, old.info.schools)
    moved = []
    if standing.inventory_digest != old.info.inventory_digest:
        moved.append(sentence("the inventory"))
    if standing.template_digest != old.info.template_digest:
        moved.append(sentence("a template or playbook"))
    if moved:
        apply, revert = f"campusctl apply {' '.join(old.info.schools)}", f"campusctl revert {old.info.id}"
        again = sentence("{apply} does what it says now; {revert} undoes the run", apply=apply, revert=revert)
        what = joined(moved, sentence(" and "))
        raise PlanError(sentence("{what} changed since run {id}", what=what, id=old.info.id), again)


def _refuse_later(run: Running, old: RunDetail, rows: Iterable[DeviceRow]) -> None:
    for row in rows:
        last = run.store.last_change(row.device)
        later = last[0].info if last else old.info
        if later.id != old.info.id and not _descends(run, later.parent, old.info.id):
            raise PlanError(
                sentence(
                    "{device} was changed later, by run {id} ({kind}, {user})",
                    device=row.device, id=later.id, kind=str(later.kind), user=later.user,
                ),
                sentence("undo that one first: campusctl revert {id}", id=later.id),
            )  # fmt: skip


def _descends(run: Running, parent: str, origin: str) -> bool:
    """Whether a run goes back to another one: it resumed it, or undid what resumed it."""
    seen: set[str] = set()
    while parent and parent not in seen:
        if parent == origin:
            return True
        seen.add(parent)
        parent = run.store.run(parent).info.parent
    return False


def _fresh(run: Running, rows: Sequence[DeviceRow]) -> dict[str, Target]:
    """The devices as the inventory knows them today: where they are and who we are there."""
    known = [row.change.target for row in rows if row.change]
    city = load_city(run.desk.root, sorted({target.school for target in known}))
    drivers = tuple(sorted({target.driver for target in known}))
    return {target.device: target for target in targets(run.desk, city, Choice(drivers=drivers))}


def _towards(
    run: Running, rows: Sequence[DeviceRow], goal: Callable[[DeviceRow, Target], Target]
) -> tuple[Target, ...]:
    fresh = _fresh(run, rows)
    gone = [row.device for row in rows if row.device not in fresh]
    if gone:
        raise PlanError(
            sentence("{devices}: no longer in the inventory", devices=", ".join(gone)),
            sentence("put it back there to reach it"),
        )
    order = {name: place for place, name in enumerate(fresh)}
    return tuple(goal(row, fresh[row.device]) for row in sorted(rows, key=lambda row: order[row.device]))


def _same_goal(row: DeviceRow, fresh: Target) -> Target:
    if row.change is None:
        return fresh
    return fresh.model_copy(update={"intended": row.change.target.intended, "only": row.change.target.only})


def _way_back(row: DeviceRow, fresh: Target) -> Target:
    edits = row.change.assessment.edits if row.change else ()
    return fresh.model_copy(update={"intended": row.before_text, "only": tuple(edit.path for edit in edits)})
