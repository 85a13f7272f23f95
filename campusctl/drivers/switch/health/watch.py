"""Reading and comparing a target's health, with what the inventory knows of it."""

from collections.abc import Sequence

from campusctl.drivers.switch.health import read_health
from campusctl.drivers.switch.session import Session
from campusctl.engine.checks import Changed, Expected
from campusctl.model.health import Health
from campusctl.model.plan import Target
from campusctl.model.setting import State


def target_health(session: Session, target: Target, state: State) -> Health:
    """How a target is doing, with the devices the inventory has at its ports.

    Args:
        session: An open one, at the enable prompt.
        target: The switch.
        state: What it is right now: its gateway is asked for an answer.

    Raises:
        SessionError: The switch stopped answering.
    """
    return read_health(session, target.dialect, state, (device.mac for device in target.devices))


def expected_of(target: Target, before: State, edits: Sequence[Changed]) -> Expected:
    """What a comparison is told of a target and a change: the edits as they are, or as a plan shows them."""
    return Expected(
        state=before,
        edits=edits,
        uplinks=target.management.uplinks,
        cables=target.neighbors,
        devices=target.devices,
    )
