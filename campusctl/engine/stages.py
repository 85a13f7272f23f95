"""Which part of a switch's change goes in which pass of its school, so that no port is in a VLAN that nobody carries.

What is new goes in the first pass, what touches the way to a switch in the second, what takes carriage away in the
last. Edits that only make sense together stay together: a port that changes its mode, a LAG and its members, the
interfaces of VLANs. What needs no order, such as a description, goes along with whatever is there.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from campusctl.engine.guard import carries
from campusctl.model.plan import ManagementPath, Pass
from campusctl.model.setting import Edit, State

_OWN: Final = frozenset({"access_vlan", "native_vlan", "untagged"})
"""Below a port: its untagged VLAN."""
_MOVES: Final = _OWN | {"voice_vlan"}
"""Below a port: these put it into another VLAN."""
_RELINKS: Final = frozenset({"mode", "lag"})
"""Below a port: with these everything else of the port changes its meaning."""
_PLACES: Final = frozenset({"port", "vlan", "svi"})
"""Roots of paths that are no definitions somebody else may refer to."""

Leaning: TypeAlias = "tuple[Edit, Pass | None]"
"""An edit and the pass that it needs; None: any."""


@dataclass(frozen=True, slots=True)
class _Case:
    """A change as a whole."""

    before: State
    """What the switch is."""
    after: State
    """What it will be."""
    touches: frozenset[Edit]
    """Edits of the management path."""
    path: ManagementPath
    """What must not be cut."""


def passes(
    before: State, after: State, edits: Sequence[Edit], touches: Iterable[Edit], path: ManagementPath
) -> tuple[Pass, ...]:
    """The pass of each edit, in the order of the edits.

    Args:
        before: The observed state.
        after: The state after all edits.
        edits: Every edit that will be made.
        touches: Those of them that touch the management path.
        path: What must not be cut; its downlinks are what must not be cut for others.
    """
    case = _Case(before, after, frozenset(touches), path)
    leaning: dict[Edit, Pass | None] = {}
    for ports, group in _port_groups(case, edits):
        leaning.update(_of_ports(case, ports, group))
    leaning.update(_of_vlans(case, edits))
    leaning.update(_of_svis(case, edits))
    others = (edit for edit in edits if edit not in leaning)
    leaning.update((edit, Pass.PATH if edit in case.touches else None) for edit in others)
    if _uplink_is_rebuilt(case, leaning):
        # Until then the switch's own uplink does not carry what its ports would be moved to.
        leaning = {edit: Pass.PATH if kind is Pass.ADD else kind for edit, kind in leaning.items()}
    settled = _settled(leaning)
    return tuple(settled[edit] for edit in edits)


def _settled(leaning: Mapping[Edit, Pass | None]) -> dict[Edit, Pass]:
    """What may go in any pass gets one that is there anyway."""
    there = {kind for kind in leaning.values() if kind}
    first = next((kind for kind in Pass if kind in there), Pass.ADD)
    found: dict[Edit, Pass] = {}
    for edit, kind in leaning.items():
        if kind is None and Pass.PATH in there and edit.path[0] != "port" and edit.before is not None:
            # What goes or changes may be what the management path leans on until then.
            found[edit] = Pass.PATH
        else:
            found[edit] = kind or first
    _keep_definitions(leaning, found)
    return found


def _keep_definitions(leaning: Mapping[Edit, Pass | None], found: dict[Edit, Pass]) -> None:
    """A definition, such as an access list, goes no earlier than what still refers to it."""
    loose = [
        edit for edit, kind in leaning.items() if kind is None and edit.after is None and edit.path[0] not in _PLACES
    ]
    while moved := [edit for edit in loose if found[edit] is not Pass.REMOVE and _referred(edit, found)]:
        found.update(dict.fromkeys(moved, Pass.REMOVE))


def _referred(edit: Edit, found: Mapping[Edit, Pass]) -> bool:
    name = edit.path[-1]
    last = (other for other, kind in found.items() if kind is Pass.REMOVE)
    return any(name in part.split() for other in last for part in (*other.path, str(other.before)))


# -- VLANs and their interfaces --------------------------------------------------------------------------------------


def _gone(edits: Iterable[Edit]) -> frozenset[str]:
    return frozenset(
        edit.path[1] for edit in edits if edit.path[0] == "vlan" and len(edit.path) == 2 and edit.after is None
    )


def _of_vlans(case: _Case, edits: Sequence[Edit]) -> Iterator[Leaning]:
    """VLANs that come, go, are opened and are shut, and what spanning tree says about those that go."""
    gone = _gone(edits)
    for edit in edits:
        match edit.path:
            case ("vlan", vlan, *_) if vlan in gone:
                yield edit, Pass.REMOVE
            case ("vlan", vlan, *_) if case.before.get("vlan", vlan) is None:
                yield edit, Pass.ADD
            case ("vlan", _, "shutdown"):
                yield edit, Pass.REMOVE if edit.after else Pass.ADD
            case ("stp", "vlan", vlan, *_) | ("stp", "instance", _, "vlan", vlan) if vlan in gone and not edit.after:
                yield edit, Pass.REMOVE


def _of_svis(case: _Case, edits: Sequence[Edit]) -> Iterator[Leaning]:
    """Interfaces of VLANs: together, but for those that go with their VLAN."""
    group = [edit for edit in edits if edit.path[0] == "svi"]
    if any(edit in case.touches for edit in group):
        yield from ((edit, Pass.PATH) for edit in group)
        return
    # An address that comes may be one that leaves another interface, so these stay together.
    coming = any(edit.after is not None and "address" in edit.path[2:3] for edit in edits if edit.path[0] in _PLACES)
    gone = frozenset() if coming else _gone(edits)
    rest = Pass.ADD if any(edit.before is None for edit in group) else None
    yield from ((edit, Pass.REMOVE if edit.path[1] in gone else rest) for edit in group)


# -- ports -----------------------------------------------------------------------------------------------------------


def _port_groups(case: _Case, edits: Iterable[Edit]) -> Iterator[tuple[frozenset[str], tuple[Edit, ...]]]:
    """Edits of ports: those of a LAG and its members, old and new, together."""
    by_port: dict[str, list[Edit]] = defaultdict(list)
    for edit in edits:
        if edit.path[0] == "port":
            by_port[edit.path[1]].append(edit)
    members = _bundles(case)
    seen: set[str] = set()
    for port in by_port:
        if port in seen:
            continue
        ports = _connected(port, members)
        seen |= ports
        yield frozenset(ports), tuple(edit for other in by_port if other in ports for edit in by_port[other])


def _bundles(case: _Case) -> Mapping[str, set[str]]:
    """The neighbours of each port and LAG that is bundled, before or after."""
    found: dict[str, set[str]] = defaultdict(set)
    for state in (case.before, case.after):
        for port in state.names("port"):
            lag = state.get("port", port, "lag")
            if isinstance(lag, str):
                found[port].add(lag)
                found[lag].add(port)
    return found


def _connected(port: str, neighbours: Mapping[str, set[str]]) -> set[str]:
    found, waiting = {port}, [port]
    while waiting:
        new = neighbours.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found


def _of_ports(case: _Case, ports: frozenset[str], edits: tuple[Edit, ...]) -> Iterator[Leaning]:
    """The edits of a port, or of a LAG and its members."""
    if any(edit.path[2:] == () or edit.path[2] in _RELINKS for edit in edits):
        kind = _of_relinked(case, ports, edits)
        yield from ((edit, kind) for edit in edits)
        return
    own = {(edit.path[1], str(edit.after)) for edit in edits if edit.path[2] in _OWN}
    moving = [edit for edit in edits if edit.path[2] != "tagged" or (edit.path[1], edit.path[3]) in own]
    moved = _of_moving(case, ports, moving)
    yield from ((edit, moved) for edit in moving)
    yield from _of_tagged(case, [edit for edit in edits if edit not in moving])


def _of_relinked(case: _Case, ports: frozenset[str], edits: Sequence[Edit]) -> Pass:
    if any(edit in case.touches for edit in edits) or _way_changes(case, ports, edits):
        return Pass.PATH
    bundled = any(edit.path[2:] == () or edit.path[2] == "lag" for edit in edits)
    tagged = [edit for edit in edits if edit.path[2:3] == ("tagged",)]
    narrower = bool(tagged) and all(edit.after is None for edit in tagged)
    # A trunk that becomes an access port, perhaps towards a switch that is still there.
    return Pass.REMOVE if narrower and not bundled else Pass.ADD


def _of_moving(case: _Case, ports: frozenset[str], edits: Sequence[Edit]) -> Pass | None:
    if any(edit in case.touches for edit in edits) or _way_changes(case, ports, edits):
        return Pass.PATH
    return Pass.ADD if any(edit.path[2] in _MOVES for edit in edits) else None


def _way_changes(case: _Case, ports: frozenset[str], edits: Sequence[Edit]) -> bool:
    """Whether the way to a switch below, which manages itself over this port, is another one after these edits."""
    below = ports & set(case.path.downlinks)
    if not below:
        return False
    if any(edit.path[2:3] in (("lag",), ("lag_mode",)) for edit in edits):
        return True
    then = case.before.edited(edits)
    return any((how := _how(case.before, port, case.path.vlan)) and how != _how(then, port, case.path.vlan)
               for port in below)  # fmt: skip


def _how(state: State, port: str, vlan: str) -> str:
    """How a port carries a VLAN: `tagged`, `untagged`, or empty for not at all."""
    if not carries(state, port, vlan):
        return ""
    own = next((value for part in _OWN if (value := state.get("port", port, part))), "1")
    return "untagged" if own == vlan else "tagged"


def _of_tagged(case: _Case, edits: Sequence[Edit]) -> Iterator[Leaning]:
    """Tagged VLANs of ports that stay what they are: more in the first pass, less in the last."""
    by_port: dict[str, list[Edit]] = defaultdict(list)
    for edit in edits:
        by_port[edit.path[1]].append(edit)
    for port, group in by_port.items():
        listed = [set(state.names("port", port, "tagged")) for state in (case.before, case.after)]
        # Without a list, or with "all" in it, adding a number may take all others away.
        whole = any("all" in names or not names for names in listed) and any(
            state.get("port", port, "mode") == "trunk" or "all" in names
            for state, names in zip((case.before, case.after), listed, strict=True)
        )
        kind = _of_list(case, port, group) if whole else None
        for edit in group:
            if edit in case.touches:
                yield edit, Pass.PATH
            else:
                yield edit, kind or (Pass.ADD if edit.after is not None else Pass.REMOVE)


def _of_list(case: _Case, port: str, edits: Sequence[Edit]) -> Pass:
    """Whether a port carries more or less with another kind of list; both: what is new counts."""
    vlans = {*case.before.names("vlan"), *case.after.names("vlan")}
    vlans |= {edit.path[3].removeprefix("except ") for edit in edits} - {"all"}
    more = any(carries(case.after, port, vlan) and not carries(case.before, port, vlan) for vlan in vlans)
    return Pass.ADD if more else Pass.REMOVE


def _uplink_is_rebuilt(case: _Case, leaning: Mapping[Edit, Pass | None]) -> bool:
    """Whether an uplink changes its mode or its members, so that it carries what is new only then."""
    rebuilt = {
        edit.path[1]
        for edit, kind in leaning.items()
        if kind is Pass.PATH and edit.path[0] == "port" and (edit.path[2:] == () or edit.path[2] in _RELINKS)
    }
    members = _bundles(case) if rebuilt else {}
    return any(not _connected(port, members).isdisjoint(case.path.uplinks) for port in rebuilt)
