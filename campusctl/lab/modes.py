"""What the consoles of all simulated switches share: where a session is, and how a device says no."""

from dataclasses import dataclass


class Rejected(Exception):  # noqa: N818 - the device's answer, not a fault of ours
    """The device refuses the line; the text is what it prints."""


@dataclass(frozen=True, slots=True)
class Context:
    """Where a session is; each dialect has its own kinds."""

    kind: str
    """`exec`, `config`, `vlan`, `acl`, `block` and what else the dialect knows."""
    key: str = ""
    """What it was entered with: `1/1/1-1/1/4`, `10`, `extended "NAME"`, or a block's header line."""
    names: tuple[str, ...] = ()
    """Ports, VLAN ids or terminal lines it stands for."""
