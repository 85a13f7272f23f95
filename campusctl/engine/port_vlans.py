"""Which VLANs a port or LAG has, read from a state: the same answer for every dialect."""

from typing import Final, NamedTuple

from campusctl.model.setting import State

_ROUTED: Final = "routed"
_TRUNK: Final = "trunk"
_ACCESS: Final = "access"
_DEFAULT: Final = 1
"""VLAN of a port that was told none (IEEE 802.1Q)."""


class PortVlans(NamedTuple):
    """The VLANs of one port or LAG."""

    mode: str
    """`access`, `trunk`, `routed`, or a dialect's own word such as `dynamic auto`."""
    untagged: int | None
    """VLAN of frames without a tag; None: it takes none."""
    tagged: tuple[int, ...]
    """VLANs it carries tagged, ascending."""
    every: bool
    """It carries every VLAN there is, besides those named."""


def port_vlans(state: State, port: str) -> PortVlans:
    """The VLANs of a port; those of its LAG, if it belongs to one.

    Args:
        state: Of a switch.
        port: Canonical name.
    """
    lag = state.get("port", port, "lag")
    own = lag if isinstance(lag, str) else port
    said = str(state.get("port", own, "mode") or "")
    names = state.names("port", own, "tagged")
    tagged = frozenset(int(name) for name in names if name.isdecimal())
    if said == _ROUTED:
        return PortVlans(_ROUTED, None, (), every=False)
    if said == _TRUNK:
        return _trunk(state, own, names, tagged)
    # ArubaOS-Switch knows no mode: what is tagged makes the trunk. Catalysts negotiate unless they are told.
    plain = _number(state.get("port", own, "untagged") or state.get("port", own, "access_vlan"))
    if said:
        return PortVlans(said, plain, (), every=False)
    return PortVlans(_TRUNK if tagged else _ACCESS, plain, tuple(sorted(tagged - {plain})), every=False)


def _trunk(state: State, port: str, names: tuple[str, ...], tagged: frozenset[int]) -> PortVlans:
    """A trunk without a list carries everything; frames without a tag pass only if the native VLAN is carried."""
    native = _number(state.get("port", port, "native_vlan")) or _DEFAULT
    every = not names or "all" in names
    without = frozenset(int(name.removeprefix("except ")) for name in names if name.startswith("except "))
    marked = state.get("port", port, "native_tagged") is True
    carried = (every and native not in without) or native in tagged
    untagged = native if carried and not marked else None
    return PortVlans(_TRUNK, untagged, tuple(sorted(tagged - {untagged})), every=every)


def _number(value: object) -> int | None:
    """A VLAN by its setting: not said is VLAN 1, a word is none."""
    if value is None:
        return _DEFAULT
    text = str(value)
    return int(text) if text.isdecimal() else None
