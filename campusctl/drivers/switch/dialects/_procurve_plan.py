"""Lines for an ArubaOS-Switch, collected with the phase in which each is safe."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from ipaddress import IPv4Interface
from typing import Final, TypeAlias

from campusctl.drivers.switch.dialects import _procurve_words as words_of
from campusctl.drivers.switch.dialects._procurve_danger import answer_to, reason_never
from campusctl.drivers.switch.dialects._procurve_words import Word
from campusctl.drivers.switch.dialects.base import Commands
from campusctl.engine.guard import infer
from campusctl.model.command import RefusedCommand
from campusctl.model.secret import Match, Secret
from campusctl.model.setting import Edit, Path, State, Value, compare_values

_STP_STEP: Final = 4096


class Phase(IntEnum):
    """When a line is sent; the numbers between them are the steps within. Ports and VLANs move in 29 to 52."""

    VLAN = 10
    """VLANs are created and named."""
    ACL = 14
    """Access lists get what they lack."""
    OPEN = 18
    """Ports are enabled."""
    ADD = 20
    """Addresses, gateways, servers and accounts that are new."""
    SET = 26
    """Whatever has one value."""
    GATEWAY = 42
    """Gateways and routes, when the VLANs they are reached through stand on their ports."""
    GROUPED = 43
    """The same, of ports that have just joined or left a trunk group."""
    FREE = 45
    """Lines nobody knows."""
    TAKE = 60
    """What has a replacement, or none, goes."""
    VLAN_GONE = 70
    """VLANs that are empty now go; then their names are free for others."""
    SHUT = 75
    """Ports are disabled."""
    ACL_GONE = 78
    """Access lists nobody uses any more go."""
    FREE_GONE = 82
    """Lines nobody knows go, where the template owns them."""
    BANNER = 95
    """On its own."""
    HOSTNAME = 99
    """Last, because the prompt changes."""


@dataclass(slots=True)
class Plan:
    """One translation in the making."""

    before: State
    """Where it starts."""
    after: State
    """Where it ends."""
    commands: Commands = field(default_factory=Commands)
    """Lines to send."""
    refused: list[RefusedCommand] = field(default_factory=list)
    """Lines that are never sent."""
    port_lines: dict[tuple[int, str], dict[str, Path]] = field(default_factory=dict)
    """Lines of the interface context: (phase, line) to its ports."""
    list_lines: dict[tuple[int, str, str], dict[str, Path]] = field(default_factory=dict)
    """Global lines with a port list: (phase, words before, words behind) to their ports."""

    names_before: dict[str, str] = field(default_factory=dict)
    """VLAN names that are given before, and to whom."""
    groups_after: set[str] = field(default_factory=set)
    """Trunk groups that have ports after."""

    management: str = ""
    """The VLAN of our own session, as far as it can be told."""
    new_subnets: list[tuple[int, int]] = field(default_factory=list)
    """First and last address of the subnets of new addresses."""

    def __post_init__(self) -> None:
        self.management = infer(self.before).vlan
        old = set(_addresses(self.before))
        self.new_subnets = [_range(text) for vlan, text in _addresses(self.after) if (vlan, text) not in old]
        for path, value in self.before.settings.items():
            if path[0] == "vlan" and path[2:] == ("name",):
                self.names_before[str(value)] = path[1]
        for path, value in self.after.settings.items():
            if path[0] == "port" and path[2] == "lag":
                self.groups_after.add(str(value))

    def makes_room(self, vlan: str, address: str) -> bool:
        """Whether an old address has to go before a new one comes: the device refuses subnets that overlap.

        An address that may be the one we are connected to never makes room.
        """
        if "/" not in address or self.management in ("", vlan):
            return False
        first, last = _range(address)
        return any(first <= other_last and other_first <= last for other_first, other_last in self.new_subnets)

    def add(self, phase: int, line: str, *context: str, path: Path) -> None:
        """One line below its context lines, unless one of them is never sent."""
        reason = next(filter(None, map(reason_never, (*context, line))), "")
        if reason:
            self.refuse(" / ".join([*context, line]), reason, path)
        else:
            self.commands.add(phase, line, *context, path=path, answer=answer_to(line))

    def toggle(self, phases: tuple[int, int], line: str, *context: str, edit: Edit) -> None:
        """A line that stands or does not: itself in the first phase, or `no` and itself in the second."""
        if edit.after:
            self.add(phases[0], line, *context, path=edit.path)
        else:
            self.add(phases[1], f"no {line}", *context, path=edit.path)

    def refuse(self, command: str, reason: str, path: Path) -> None:
        """One line that is not sent; what it would have set stays."""
        self.refused.append(RefusedCommand(command=command, reason=reason, path=path))

    def hidden(self, path: Path) -> Secret | None:
        """The secret behind a mask in a path."""
        return self.after.secrets.get(path) or self.before.secrets.get(path)

    def differs(self, path: Path) -> bool:
        """Whether a setting changes."""
        values = self.before.settings.get(path), self.after.settings.get(path)
        return compare_values(*values) is Match.DIFFERENT

    def is_first(self, edit: Edit, *prefix: str) -> bool:
        """Whether an edit is the first of those below a prefix, so that one line for all is written once."""
        changed = (path for path, _ in self.after.under(*prefix) if self.differs(path))
        return next(changed, edit.path) == edit.path

    def set_phase(self, port: str) -> int:
        """When a setting of a port can be made: before or behind the changes of trunk groups."""
        moves = self.before.get("port", port, "lag") != self.after.get("port", port, "lag")
        return Phase.GROUPED if moves or port.startswith("Trk") else Phase.SET

    def on_port(self, phase: int, line: str, edit: Edit) -> None:
        """One line in the context of the edit's port."""
        self.port_lines.setdefault((phase, line), {})[edit.path[1]] = edit.path

    def on_list(self, phase: int, lead: str, tail: str, edit: Edit) -> None:
        """One global line that names the edit's port between `lead` and `tail`."""
        self.list_lines.setdefault((phase, lead, tail), {})[edit.path[1]] = edit.path


def _addresses(state: State) -> Iterator[tuple[str, str]]:
    """VLANs and their addresses, but for those from a server."""
    for path, value in state.under("svi"):
        if path[2:3] == ("address",) and "/" in (text := path[-1] if len(path) > 3 else str(value)):
            yield path[1], text


def _range(address: str) -> tuple[int, int]:
    network = IPv4Interface(address).network
    return int(network[0]), int(network[-1])


Writer: TypeAlias = Callable[[Plan, Edit], None]
"""Adds the lines for one edit."""


def by_path(words: Sequence[Word]) -> dict[Path, Word]:
    """Words by the setting they stand for."""
    return {word.path: word for word in words}


GLOBAL: Final = by_path(words_of.GLOBAL)
"""Global lines with one value, by setting."""


def text_of(word: Word, value: Value | None) -> str:
    """The line that sets a value; None brings the default back."""
    if value is None and word.path in words_of.TRUE_BY_DEFAULT:
        return word.text
    return word.line(value)


def write_line(plan: Plan, edit: Edit) -> None:
    """Add the line of a setting that has one."""
    word = GLOBAL.get(edit.path)
    if word is None:
        plan.refuse(" ".join(edit.path), "nobody knows how to write this setting", edit.path)
        return
    value = edit.after
    if edit.path == ("stp", "priority") and isinstance(value, str) and int(value) % _STP_STEP == 0:
        value = str(int(value) // _STP_STEP)
    if edit.path == ("stp", "enabled"):
        # Behind the settings of its ports, or edge ports would stand blocked for a while.
        plan.toggle((Phase.GROUPED + 1, Phase.TAKE), word.text, edit=edit)
        return
    is_late = value is None and edit.path[0] != "stp"
    plan.add(Phase.TAKE if is_late else Phase.SET, text_of(word, value), path=edit.path)
