"""Ports into VLANs and trunk groups on ArubaOS-Switch, in the order in which nothing is lost.

`untagged` moves a port out of its old VLAN by itself, and a port that joins a trunk group loses its VLANs to the
group; a group that is new, and a port that left one, stand untagged in VLAN 1.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from campusctl.drivers.switch.dialects._procurve_ports import compress, port_key
from campusctl.drivers.switch.dialects.base import Commands
from campusctl.engine.guard import carries, infer
from campusctl.model.command import RefusedCommand
from campusctl.model.sentence import sentence
from campusctl.model.setting import Edit, Path, State

TAG: Final = 30
"""Phase in which ports that stay what they are get their VLANs; the untagged ones in the phase behind."""
_JOIN, _FIRST_JOIN, _NEW_GROUP_TAG, _LATE_JOIN = 32, 33, 34, 36
_FIRST_LEAVE, _FIRST_LEFT_TAG, _LEAVE, _LEFT_TAG = 37, 38, 40, 41
_DROP: Final = 50
_MEMBERSHIP: Final = frozenset({"untagged", "tagged", "forbid", "lag", "lag_mode"})


def is_membership(path: Path) -> bool:
    """Whether an edit of this path is made here."""
    return len(path) > 2 and path[0] == "port" and path[2] in _MEMBERSHIP


class _Ports(NamedTuple):
    """VLANs of one port."""

    untagged: str
    """`none`, or a VLAN."""
    tagged: frozenset[str]
    forbidden: frozenset[str]


_FRESH: Final = _Ports("1", frozenset(), frozenset())


class _Layout:
    """Ports of a state: VLANs and trunk groups."""

    def __init__(self, state: State) -> None:
        untagged: dict[str, str] = {}
        lists: dict[str, dict[str, list[str]]] = {"tagged": {}, "forbid": {}}
        self.lags: dict[str, str] = {}
        self.groups: dict[str, list[str]] = {}
        self.modes: dict[str, str] = {}
        for path, value in state.settings.items():
            if not is_membership(path):
                continue
            port, key = path[1], path[2]
            if key in lists:
                lists[key].setdefault(port, []).append(path[3])
            elif key == "untagged":
                untagged[port] = str(value)
            elif key == "lag":
                self.lags[port] = str(value)
                self.groups.setdefault(str(value), []).append(port)
            else:
                self.modes[port] = str(value)
        self.ports = {
            port: _Ports(
                untagged.get(port, "1"),
                frozenset(lists["tagged"].get(port, ())),
                frozenset(lists["forbid"].get(port, ())),
            )
            for port in {*untagged, *lists["tagged"], *lists["forbid"]}
        }

    def of(self, port: str) -> _Ports:
        return self.ports.get(port, _FRESH)


@dataclass(slots=True)
class Moves:
    """Collects the lines of one change of memberships."""

    before: _Layout
    """Where it starts."""
    after: _Layout
    """Where it ends."""
    commands: Commands
    """Gets the lines."""
    refused: list[RefusedCommand]
    """Gets what is not sent."""
    ways: tuple[str, ...]
    """Ports that carry the management VLAN before, as far as it can be told."""
    fresh: frozenset[str]
    """Groups that begin in VLAN 1: new ones, and those whose ports all change places with other groups."""
    _lines: dict[tuple[int, str, str], list[str]] = field(default_factory=dict)

    def make(self, edits: Iterable[Edit]) -> None:
        """Add the lines for all edits of memberships."""
        cut = self._cut()
        touched = {edit.path[1] for edit in edits} - cut
        stages = dict.fromkeys(touched, TAG)
        stages |= self._groups(touched, cut)
        for port in sorted(touched, key=port_key):
            if port not in self.after.lags and (not port.startswith("Trk") or port in self.after.groups):
                self._vlans(port, stages[port])
        self._write(touched)

    def _vlans(self, port: str, stage: int) -> None:
        joined = port in self.before.lags or port in self.fresh
        old = _FRESH if joined else self.before.of(port)
        new = self.after.of(port)
        if port in self.fresh and port in self.before.groups:
            # It may have ended for a moment, or not: everything is said, and what is old is taken away.
            old = _Ports("", frozenset(), frozenset())
            for vlan in sorted(self.before.of(port).tagged - new.tagged - {new.untagged}, key=int):
                self._line(_DROP, vlan, "no tagged", port)
        for vlan in sorted(new.tagged - old.tagged, key=int):
            self._line(stage, vlan, "tagged", port)
        for vlan in sorted(new.forbidden - old.forbidden, key=int):
            self._line(_DROP + 2, vlan, "forbid", port)
        for vlan in sorted(old.forbidden - new.forbidden, key=int):
            self._line(stage - 1, vlan, "no forbid", port)
        if new.untagged != old.untagged:
            self._untag(port, stage, old, new)
        for vlan in sorted(old.tagged - new.tagged - {new.untagged}, key=int):
            if new.tagged or new.untagged != "none":
                self._line(_DROP, vlan, "no tagged", port)
            elif old.untagged == "none":
                self._refuse(f"vlan {vlan} no tagged {port}", ("port", port, "tagged", vlan))

    def _untag(self, port: str, stage: int, old: _Ports, new: _Ports) -> None:
        if new.untagged != "none":
            self._line(stage + 1, new.untagged, "untagged", port)
        elif not new.tagged:
            self._refuse(f"vlan {old.untagged} no untagged {port}", ("port", port, "untagged"))
        elif old.untagged not in new.tagged:
            self._line(_DROP + 1, old.untagged or "1", "no untagged", port)

    def _refuse(self, command: str, path: Path) -> None:
        reason = sentence("port {port} would be in no VLAN at all", port=path[1])
        self.refused.append(RefusedCommand(command=command, reason=reason, path=path))

    def _line(self, phase: int, vlan: str, word: str, port: str) -> None:
        self._lines.setdefault((phase, vlan, word), []).append(port)

    def _write(self, touched: set[str]) -> None:
        for phase, vlan, word in sorted(self._lines, key=lambda key: (key[0], int(key[1]), key[2])):
            ports = self._lines[phase, vlan, word]
            path = self._path_of(ports[0], vlan, word, touched)
            for ports_text in compress(ports):
                self.commands.add(phase, f"{word} {ports_text}", f"vlan {vlan}", path=path)

    @staticmethod
    def _path_of(port: str, vlan: str, word: str, touched: set[str]) -> Path:
        kind = word.rpartition(" ")[2]
        if port not in touched:
            return ()
        return ("port", port, kind) if kind == "untagged" else ("port", port, kind, vlan)

    # trunk groups

    def _cut(self) -> set[str]:
        """Refuse that the one port of our own way begins or ends a trunk group alone; the ports and groups concerned.

        Between the line that does it and those that give the group, or the port, its VLANs, nothing would carry us.
        """
        (port, *more) = self.ways or ("",)
        old, new = self.before.lags.get(port), self.after.lags.get(port)
        if not port or more or old == new or len(self.after.groups.get(new or "", ())) > 1:
            return set()
        cut = {port, *self.before.groups.get(old or "", ()), *filter(None, (old, new))}
        line = f"trunk {port} {new.lower()} {self.after.modes.get(new, 'trunk')}" if new else f"no trunk {port}"
        reason = sentence("port {port} alone carries the management VLAN, which would be gone for a moment", port=port)
        for name in sorted(cut, key=port_key):
            self.refused.append(RefusedCommand(command=line, reason=reason, path=("port", name)))
        return cut

    def _groups(self, touched: set[str], cut: set[str]) -> dict[str, int]:
        """Add the lines of trunk groups; the phase in which each port concerned gets its VLANs."""
        stages: dict[str, int] = {}
        for group in sorted({*self.before.groups, *self.after.groups} - cut, key=port_key):
            old, new = self.before.groups.get(group, []), self.after.groups.get(group, [])
            joining = [port for port in new if port not in old]
            if joining:
                stages[group] = _NEW_GROUP_TAG if group in self.fresh else TAG
                self._join(group, joining)
            elif new and self.before.modes.get(group) != self.after.modes.get(group):
                self._trunk(_JOIN, group, new, ("port", group, "lag_mode"))
            leaving = [port for port in old if self.after.lags.get(port) is None]
            stages.update(self._leave(leaving, ends=not new))
        for port in sorted(touched, key=port_key):
            if port.startswith("Trk") and port not in self.after.groups and port in self.after.ports:
                reason = sentence("{port} has no ports, so it cannot be in a VLAN", port=port)
                self.refused.append(RefusedCommand(command=f"tagged {port}", reason=reason, path=("port", port)))
        return stages

    def _join(self, group: str, joining: list[str]) -> None:
        """A new group begins with ports that carry nothing it will carry, so that VLANs move to it unbroken.

        A port that comes from another group does so when no group can end for want of it.
        """
        late = [port for port in joining if port in self.before.lags]
        if group in self.fresh:
            wanted = self.after.of(group)
            ours = wanted.tagged | {wanted.untagged}
            late += [port for port in joining if port not in late and self._carries(port, ours)]
        first = [port for port in joining if port not in late]
        if group in self.fresh and not first:
            late.sort(key=lambda port: port in self.ways)
            first, late = late[:1], late[1:]
        self._enter(_FIRST_JOIN if group in self.fresh else _JOIN, group, first)
        self._enter(_LATE_JOIN, group, late)

    def _carries(self, port: str, vlans: frozenset[str]) -> bool:
        old = self.before.of(port)
        return port in self.before.ports and bool(vlans & (old.tagged | {old.untagged}))

    def _enter(self, phase: int, group: str, ports: list[str]) -> None:
        for port_list in compress(port for port in ports if port in self.before.lags):
            self.commands.add(phase, f"no trunk {port_list}", path=("port", ports[0], "lag"))
        if ports:
            self._trunk(phase, group, ports, ("port", ports[0], "lag"))

    def _trunk(self, phase: int, group: str, ports: list[str], path: Path) -> None:
        mode = self.after.modes.get(group, "trunk")
        for port_list in compress(ports):
            self.commands.add(phase, f"trunk {port_list} {group.lower()} {mode}", path=path)

    def _leave(self, leaving: list[str], *, ends: bool) -> Iterator[tuple[str, int]]:
        """Of a group that ends, the port that will carry most leaves first and gets its VLANs; then the others."""
        heir = max(leaving, key=lambda port: len(self.after.of(port).tagged)) if leaving and ends else None
        first = [heir] if heir and len(leaving) > 1 and heir in self.after.ports else leaving
        rest = [port for port in leaving if port not in first]
        for phase, ports in ((_FIRST_LEAVE, first), (_LEAVE, rest)):
            for port_list in compress(ports):
                self.commands.add(phase, f"no trunk {port_list}", path=("port", ports[0], "lag"))
        yield from ((port, _FIRST_LEFT_TAG) for port in first)
        yield from ((port, _LEFT_TAG) for port in rest)


def make_moves(
    before: State, after: State, edits: Iterable[Edit], commands: Commands, refused: list[RefusedCommand]
) -> None:
    """Add the lines for edits of memberships."""
    wanted = [edit for edit in edits if is_membership(edit.path)]
    if wanted:
        old, new = _Layout(before), _Layout(after)
        Moves(old, new, commands, refused, _ways(before, after), frozenset(_fresh_groups(old, new))).make(wanted)


def _ways(before: State, after: State) -> tuple[str, ...]:
    """Ports that carry the management VLAN; () when that is VLAN 1, where every port stands, or it does not stay."""
    vlan = infer(before).vlan
    if vlan in ("", "1") or not after.get("svi", vlan):
        return ()
    return tuple(port for port in before.names("port") if not port.startswith("Trk") and carries(before, port, vlan))


def _fresh_groups(old: _Layout, new: _Layout) -> Iterator[str]:
    for group, ports in new.groups.items():
        stays = any(new.lags.get(port) in (None, group) for port in old.groups.get(group, ()))
        joins = group in old.groups and any(port not in old.lags for port in ports)
        if not stays and not joins:
            yield group
