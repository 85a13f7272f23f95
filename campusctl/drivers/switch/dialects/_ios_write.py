"""IOS settings to commands: the phases, what is never sent, and the lines of the global table."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property
from typing import Final

from campusctl.drivers.switch.dialects._ios_words import Rule, Table, say_secret
from campusctl.drivers.switch.dialects.base import Commands
from campusctl.model.command import RefusedCommand, Translation
from campusctl.model.secret import Match, Secret
from campusctl.model.sentence import sentence
from campusctl.model.setting import Edit, Path, State, Value, compare_values
from campusctl.words.language import N_


class Phase(IntEnum):
    """When a command is sent: nothing is taken away before its replacement stands."""

    USER = 1
    ACL_CLEAR = 2
    """Takes remarks out of a list whose entries are numbered anew."""
    ACL_NUMBER = 3
    ACL = 4
    VLAN_NAME = 5
    """Frees a VLAN name that another VLAN is about to take."""
    VLAN = 6
    SERVICE_CLEAR = 7
    """Takes away what would get in the way of its replacement."""
    SERVICE = 8
    LAG_LEAVE = 9
    ADDRESS_CLEAR = 10
    """Frees an address that another interface is about to take: IOS refuses overlaps."""
    PORT_KIND = 11
    """A routed port becomes a switch port."""
    PORT_ADD = 12
    PORT_MOVE = 13
    LAG_JOIN = 14
    PORT_STATE = 15
    PORT_DROP = 16
    FREE_GONE = 17
    FREE = 18
    AAA = 19
    LINE = 20
    ROUTE = 21
    ROUTING = 22
    ROUTE_GONE = 23
    ADDRESS_GONE = 24
    INTERFACE_GONE = 25
    VLAN_GONE = 26
    SERVICE_GONE = 27
    AAA_GONE = 28
    USER_GONE = 29
    ACL_GONE = 30
    BANNER = 31
    HOSTNAME = 32


SERVICE: Final = (Phase.SERVICE, Phase.SERVICE_GONE)
AAA: Final = (Phase.AAA, Phase.AAA_GONE)
"""When a setting comes, and when it goes."""

_VIRTUAL: Final = r"Vlan|Port-channel|Loopback|Tunnel|BDI|BVI|Dialer|nve|Virtual-Template|Multilink|\S+\d\.\d+$"
_NEVER: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), reason)
    for pattern, reason in (
        (rf"no interface (?!{_VIRTUAL})", N_("a physical interface cannot be removed")),
        (r"no interface vlan ?1$", N_("Vlan1 cannot be removed")),
        (r"default interface", N_("it would reset a whole port at once")),
        (r"no vlan (1|100[2-5])$", N_("this VLAN is built in")),
        (r"no switchport trunk allowed", N_("it would let every VLAN through")),
        (r"no line", N_("terminal lines are the way in")),
        (r"no ip ssh|no crypto key|crypto key", N_("it could cut the way in")),
        (r"no (ip )?vrf forwarding", N_("IOS would take the address of the interface away")),
        (r"no aaa new-model", N_("switching AAA off could lock everybody out")),
        (r"no ip default-gateway", N_("the switch would lose its way to us; give it another gateway instead")),
        (r"no enable secret", N_("the enable secret is not taken away, only replaced")),
        (r"no login\b", N_("the line would let anybody in without a password")),
        (r"no transport input", N_("the line would take no session any more; say which protocols instead")),
        (r"no (switch \d|stack|license|boot|snmp-server$|service password-recovery)", N_("it belongs to the device")),
        (
            r"(switch \d+ (priority|renumber|provision)|stack-power|license|config-register|boot |module provision)",
            N_("it belongs to the device"),
        ),
        (r"(banner|macro name) ", N_("its text has no end")),
        (
            r"(write|wr|reload|delete|erase|format|copy|do|archive download|squeeze|end|exit)( |$)",
            N_("it is no setting"),
        ),
    )
)


def never(text: str) -> str | None:
    """Why a line is never sent, or None."""
    for pattern, reason in _NEVER:
        if pattern.match(text):
            return sentence(reason)
    return None


@dataclass(slots=True)
class Writer:
    """What is to be done, and what has been said so far."""

    before: State
    after: State
    out: Commands = field(default_factory=Commands)
    refused: list[RefusedCommand] = field(default_factory=list)

    def say(self, phase: Phase, text: str, *context: str, path: Path, answer: str | None = None) -> None:
        """Send a line below its context, unless it is one that is never sent."""
        reason = never(text)
        if reason:
            self.refuse(text, *context, reason=reason, path=path)
        else:
            self.out.add(phase, text, *context, path=path, answer=answer)

    def refuse(self, text: str, *context: str, reason: str, path: Path) -> None:
        """Leave a setting as it is, and say why."""
        self.refused.append(RefusedCommand(command=" / ".join([*context, text]), reason=reason, path=path))

    def translation(self) -> Translation:
        """Everything said, in the order of sending."""
        return Translation(commands=self.out.ordered(), refused=tuple(self.refused))


class Edits:
    """The edits between two states, by the first parts of their paths."""

    def __init__(self, before: State, after: State) -> None:
        self._before, self._after = before, after

    @cached_property
    def all(self) -> tuple[Edit, ...]:
        """In the order of `after`, then what goes."""
        return tuple(self._walk())

    def _walk(self) -> Iterator[Edit]:
        old = self._before.settings
        for path, value in self._after.settings.items():
            was = old.get(path)
            if was != value and compare_values(was, value) is Match.DIFFERENT:
                yield Edit(path, was, value)
        for path, value in old.items():
            if path not in self._after.settings:
                yield Edit(path, value, None)

    @cached_property
    def by_root(self) -> dict[str, list[Edit]]:
        """Edits by the first part of their path."""
        found: dict[str, list[Edit]] = {}
        for edit in self.all:
            found.setdefault(edit.path[0], []).append(edit)
        return found


def by_name(edits: Sequence[Edit], size: int = 2) -> dict[Path, list[Edit]]:
    """Edits by the first parts of their path, such as `("port", P)`."""
    found: dict[Path, list[Edit]] = {}
    for edit in edits:
        found.setdefault(edit.path[:size], []).append(edit)
    return found


def say_value(value: Value) -> str:
    """A value behind its words; "" for True."""
    if isinstance(value, Secret):
        return " " + say_secret(value)
    return "" if value is True else f" {value}"


def line_for(rule: Rule, args: Sequence[str], value: Value | None) -> str:
    """The line that gives a setting of the table its value; None: its default."""
    words = rule.filled(args)
    if value is None:
        return words if rule.default is True else f"no {words}"
    if value is False:
        return f"no {words}"
    return words + say_value(value)


def say_rule(writer: Writer, table: Table, edit: Edit, phases: tuple[Phase, Phase], *context: str) -> bool:
    """Send what a setting of the table needs; False when the table does not have it."""
    size = len(edit.path) if not context else 0
    found = table.rule_for(edit.path if size else edit.path[2:])
    if found is None:
        return False
    rule, args = found
    phase = phases[0] if edit.after is not None or rule.default is True else phases[1]
    writer.say(phase, line_for(rule, args, edit.after), *context, path=edit.path)
    return True
