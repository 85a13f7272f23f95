"""A proposal carried out: what it means for devices, the inventory kept, keys forgotten, the history told."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from socket import gethostname

from campusctl.engine.planner import Ground
from campusctl.errors import CampusError, JournalError, UnknownNameError
from campusctl.inventory.load import load_city
from campusctl.model.events import Emit
from campusctl.model.plan import Plan, Target
from campusctl.model.sentence import joined, sentence
from campusctl.words.trouble import trouble
from campusctl.workflow.corridor import plan_for, targets
from campusctl.workflow.desk import Desk, ground
from campusctl.workflow.history import person
from campusctl.workflow.inventory_change import keep as keep_files
from campusctl.workflow.inventory_change import overlay, undo
from campusctl.workflow.lifecycle.proposal import Kind, LifecycleError, Proposal
from campusctl.workflow.lifecycle.remembered import drop, remember
from campusctl.workflow.running import Running
from campusctl.workflow.trust import forget_key


def affected(desk: Desk, proposal: Proposal) -> tuple[tuple[Target, ...], Ground]:
    """The devices that must become something else when the inventory says so, and what a plan for them stands on.

    Raises:
        InventoryError, RenderError: Nothing was contacted.
    """
    schools = [proposal.school]
    before = {target.device: target for target in targets(desk, load_city(desk.root, schools))}
    with overlay(desk.root, proposal.files, schools) as trial:
        after = targets(replace(desk, root=trial), load_city(trial, schools))
        standing = ground(trial, schools)
        here = [_at_home(target, str(trial), str(desk.root)) for target in after]
    return tuple(target for target in here if _differs(before.get(target.device), target, proposal)), standing


def _at_home(target: Target, trial: str, root: str) -> Target:
    """The target with the workspace's own folder in the place of the trial's."""
    if not target.playbooks.startswith(trial):
        return target
    return target.model_copy(update={"playbooks": root + target.playbooks.removeprefix(trial)})


def _differs(before: Target | None, after: Target, proposal: Proposal) -> bool:
    if after.device == proposal.name:
        if proposal.kind is Kind.MOVE and "port" in proposal.facts:
            # It is on its way from one socket to the other; its settings follow when it is there.
            return False
        if proposal.renews:
            return True
    same = before is not None and (before.intended, before.dialect, before.login.host) == (
        after.intended, after.dialect, after.login.host,
    )  # fmt: skip
    return not same


def plan_of(run: Running, proposal: Proposal, emit: Emit, ready: Callable[[int], None]) -> Plan:
    """Read the devices that are affected, and say what would change on them.

    The plan stands on the inventory as it shall be, so it can be applied as it is once that is kept.

    Raises:
        InventoryError, RenderError, SecretError: Nothing was contacted.
    """
    wanted, standing = affected(run.desk, proposal)
    return plan_for(run, wanted, standing, emit, ready, schools=(proposal.school,))


def refuse_unreadable(proposal: Proposal, plan: Plan) -> None:
    """Refuse when a device that must change cannot be read, or the old one is still there.

    A successor need not be there yet.

    Raises:
        LifecycleError: Names it.
    """
    if proposal.renews:
        _refuse_the_old_one(proposal, plan)
    missing = [fault for fault in plan.failures if not (proposal.renews and fault.device == proposal.name)]
    if missing:
        raise LifecycleError(
            sentence(
                "{device} cannot be read, so nothing was changed: {what}",
                device=missing[0].device,
                what=trouble(missing[0]),
            ),
            sentence("try again when it answers; --later changes the inventory only"),
        )


def _refuse_the_old_one(proposal: Proposal, plan: Plan) -> None:
    seen = next((change.assessment for change in plan.changes if change.target.device == proposal.name), None)
    if seen is None:
        return
    hint = sentence("plug the new one in first; or --later changes the inventory only")
    if proposal.forgets:
        what = sentence(
            "the old {device} still answers: what is at its address shows the host key that is known",
            device=proposal.name,
        )
        raise LifecycleError(what, hint)
    typed, said = proposal.facts.get("serial", ("", ""))[1], seen.facts.get("serial", "")
    if typed and said and typed.casefold() != said.casefold():
        what = sentence(
            "at the address of {device} answers a device with serial {serial}, and {typed} was typed",
            device=proposal.name, serial=said, typed=typed,
        )  # fmt: skip
        raise LifecycleError(what, joined((hint, sentence("or read its label again"))))


def keep(run: Running, proposal: Proposal, branch: str = "") -> str:
    """Write the inventory, commit it where there is Git, remember how to take it back, and tell the history.

    Returns:
        The commit; empty: none was made.

    Raises:
        EditError, GitError, OSError: Nothing was kept.
        JournalError: It could not be told to the history; nothing was kept.
    """
    message = f"{proposal.summary}\n\n{_body(run, proposal)}"
    commit = keep_files(proposal.files, message, branch)
    detail = {
        "run": run.info.id, "commit": commit, "school": proposal.school, "name": proposal.name,
        "facts": {name: list(pair) for name, pair in proposal.facts.items()}, "lab": run.desk.lab,
    }  # fmt: skip
    try:
        remember(run.desk.root, run.info.id, proposal, commit)
        run.store.audit(person(), gethostname(), f"device.{proposal.kind}", proposal.device, detail)
    except (JournalError, OSError):
        undo(proposal.files, f"Take back: {proposal.summary}")
        drop(run.desk.root, run.info.id)
        raise
    return commit


def _body(run: Running, proposal: Proposal) -> str:
    lines = [f"{name}: {old or '-'} -> {new or '-'}" for name, (old, new) in proposal.facts.items()]
    return "\n".join([*lines, f"campusctl run {run.info.id}"])


def taken_back(run: Running, proposal: Proposal) -> str:
    """Take the kept inventory back if no device was touched; one sentence on what is where now."""
    if run.begun:
        devices = ", ".join(sorted(run.begun))
        return sentence("the inventory says it already, and work on {devices} has begun", devices=devices)
    try:
        undo(proposal.files, f"Take back: {proposal.summary}\n\nNo device was touched (campusctl run {run.info.id})")
        drop(run.desk.root, run.info.id)
        detail = {"run": run.info.id, "school": proposal.school}
        run.store.audit(person(), gethostname(), "device.undo", proposal.device, detail)
    except (CampusError, OSError) as wrong:
        why = wrong.what if isinstance(wrong, CampusError) else str(wrong)
        return sentence(
            "the inventory says it already, no device was touched, and it was not taken back: {why}", why=why
        )
    return sentence("the inventory is as it was, and no device was touched")


def forget(run: Running, proposal: Proposal) -> tuple[str, ...]:
    """Take the device's host keys out of its school's file; one sentence for each.

    Raises:
        WorkspaceError: A file cannot be read or written.
    """
    if not proposal.forgets:
        return ()
    try:
        gone = forget_key(run.desk, proposal.school, proposal.device)
    except UnknownNameError:
        return ()
    return tuple(
        sentence("forgot the host key of {device}: {key}", device=key.device, key=f"{key.keytype} {key.fingerprint}")
        for key in gone
    )


def orphaned_secrets(desk: Desk, proposal: Proposal) -> tuple[str, ...]:
    """References of secrets that only this device of its school needs.

    Raises:
        InventoryError, RenderError: The targets cannot be made.
    """
    found: Sequence[Target] = targets(desk, load_city(desk.root, [proposal.school]))
    mine = {ref for target in found if target.device == proposal.device for ref in target.secret_refs}
    others = {ref for target in found if target.device != proposal.device for ref in target.secret_refs}
    return tuple(sorted(mine - others))
