"""Onboardings as JSON: what would happen, what was done, what is left. English, whatever the reader's language."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from campusctl.model.onboarding import NewDevice, Onboarding, StepName

if TYPE_CHECKING:
    from campusctl.inventory.onboarding.wanted import Proposal
    from campusctl.workflow.onboarding.effect import Effect, NewSettings


def effect_json(effect: "Effect") -> dict[str, Any]:
    """Everything that would happen."""
    return {
        "devices": [
            _proposed(proposal, device, news)
            for proposal, device, news in zip(effect.proposals, effect.devices, effect.news, strict=True)
        ],
        "inventory": {
            "files": list(effect.edited.files),
            "diff": effect.edited.diff(),
            "commits": effect.git.commits,
            "branch": effect.git.branch,
            "why_not": str(effect.git.why_not),
        },
        "plan": effect.plan.model_dump(mode="json"),
        "notes": [str(note) for note in effect.notes],
    }


def _proposed(proposal: "Proposal", device: NewDevice, news: "NewSettings") -> dict[str, Any]:
    return {
        "name": device.name,
        "kind": device.kind,
        "school": device.school,
        "line": proposal.wanted.line or None,
        "entry": device.entry,
        "port": device.port.model_dump(mode="json") if device.port else None,
        "queue": device.queue.model_dump(mode="json") if device.queue else None,
        "role": proposal.role,
        "vlan": proposal.vlan or None,
        "why": {field: str(words) for field, words in proposal.why.items()},
        "notes": [str(note) for note in proposal.notes],
        "settings": [{"path": list(path), "value": value} for path, value in news.settings],
        "dhcp": news.dhcp.splitlines(),
    }


def onboarding_json(onboarding: Onboarding) -> dict[str, Any]:
    """How far an onboarding has come."""
    command = f"campusctl{' --lab' if onboarding.lab else ''} onboard resume {onboarding.id}"
    left = [_left(device, step) for device in onboarding.devices if (step := device.next_step)]
    is_open = onboarding.state == "open"
    return {
        "id": onboarding.id,
        "state": onboarding.state,
        "made": onboarding.made.isoformat(),
        "by": onboarding.by,
        "lab": onboarding.lab,
        "reason": onboarding.reason,
        "branch": onboarding.branch,
        "commit": onboarding.commit,
        "devices": [_device(device) for device in onboarding.devices],
        "left": left if is_open else [],
        "go_on": command if is_open else "",
        "give_up": f"{command} --abandon" if is_open else "",
    }


def _device(device: NewDevice) -> dict[str, Any]:
    done = {one.step: one for one in device.done}
    return {
        "name": device.name,
        "kind": device.kind,
        "school": device.school,
        "entry": device.entry,
        "works": device.next_step is None,
        "steps": [
            {
                "step": step,
                "done": step in done,
                "at": done[step].at.isoformat() if step in done else None,
                "note": str(done[step].note) if step in done else "",
            }
            for step in StepName
        ],
    }


def _left(device: NewDevice, step: StepName) -> dict[str, Any]:
    return {"device": device.name, "step": step, "why": str(device.stopped)}


def document(
    onboarding: Onboarding | None, *, effect: "Effect | None" = None, notes: Iterable[str] = (), console: str = ""
) -> dict[str, Any]:
    """The one document of a command.

    Args:
        onboarding: As it stands; None: nothing was begun.
        effect: What was shown; None: it is taken up again.
        notes: What was said of the file.
        console: What is to be pasted at a new switch's console, secrets as references.
    """
    return {
        "notes": [str(note) for note in notes],
        "effect": effect_json(effect) if effect else None,
        "console": console,
        "onboarding": onboarding_json(onboarding) if onboarding else None,
    }
