"""What becomes of devices: a successor takes over, one goes, one moves. The inventory first, then the devices."""

from campusctl.workflow.lifecycle.carrying import (
    affected,
    forget,
    keep,
    orphaned_secrets,
    plan_of,
    refuse_unreadable,
    taken_back,
)
from campusctl.workflow.lifecycle.moving import MoveWish, move
from campusctl.workflow.lifecycle.proposal import Kind, LifecycleError, Proposal
from campusctl.workflow.lifecycle.remembered import undo_of
from campusctl.workflow.lifecycle.retiring import retire
from campusctl.workflow.lifecycle.swapping import Successor, swap

__all__ = [
    "Kind", "LifecycleError", "MoveWish", "Proposal", "Successor", "affected", "forget", "keep", "move",
    "orphaned_secrets", "plan_of", "refuse_unreadable", "retire", "swap", "taken_back", "undo_of",
]  # fmt: skip
