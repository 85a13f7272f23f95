"""A finding: one difference, the same on one device or many, with an id that is the same in every run."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from campusctl.model.frozen import Frozen


class FindingState(StrEnum):
    """What became of a finding."""

    OPEN = "open"
    """Nobody has decided, or what was decided has not helped."""
    ACCEPTED = "accepted"
    """It may stay: somebody owns it until a day."""
    ADOPTED = "adopted"
    """The inventory was edited to say the same."""
    REVERTED = "reverted"
    """A plan was made that takes it away."""
    GONE = "gone"
    """Every one of its devices was read again, and it was not there."""


LIVE: Final = frozenset(state for state in FindingState if state is not FindingState.GONE)
"""The states of a finding that stands on some device."""


class FindingSeen(Frozen):
    """A finding as one run sees it."""

    id: str
    """Stable from run to run: hex digits, made of school, path and values, not of times or devices."""
    school: str
    """School id."""
    devices: tuple[str, ...]
    """Names of the devices it was seen on in this run, sorted."""
    path: tuple[str, ...]
    """Vendor-neutral path of the setting, secrets in it masked."""
    before: bool | int | str | tuple[str, ...] | None
    """What the device has; None: nothing, or the default."""
    after: bool | int | str | tuple[str, ...] | None
    """What the inventory says; None: nothing, or the default."""
    title: str
    """One line for a person; never a secret."""
    device_class: str = "switch"
    """Class of the devices: `switch`, `pc`, …"""


class FindingRow(Frozen):
    """A finding as it is remembered."""

    id: str
    """See `FindingSeen.id`."""
    school: str
    """School id."""
    devices: tuple[str, ...]
    """Names of the devices it stands on, sorted; of one that is gone: the devices it stood on last."""
    path: tuple[str, ...]
    """Vendor-neutral path of the setting, secrets in it masked."""
    before: bool | int | str | tuple[str, ...] | None
    """What the device has."""
    after: bool | int | str | tuple[str, ...] | None
    """What the inventory says."""
    title: str
    """One line for a person."""
    device_class: str = "switch"
    """Class of the devices."""
    state: FindingState = FindingState.OPEN
    """What became of it."""
    first_seen: datetime
    """When it was first seen (UTC); kept when it comes back."""
    last_seen: datetime
    """When it was last seen (UTC)."""
    last_run: str = ""
    """The run that saw it last."""
    decided: datetime | None = None
    """When its state was last decided by a person (UTC)."""
    decided_by: str = ""
    """Who decided."""
    reason: str = ""
    """Why it may stay, or why it was taken away."""
    owner: str = ""
    """Who answers for an accepted one."""
    until: datetime | None = None
    """Until when it is accepted (UTC); None: no end, or not accepted."""
