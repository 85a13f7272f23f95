"""AOS-CX settings to commands: what all writers share, and the phases in which commands are sent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, auto
from functools import cached_property
from typing import Final

from campusctl.drivers.switch.dialects.base import Commands
from campusctl.model.command import Command, CommandKind, RefusedCommand, Translation
from campusctl.model.secret import Match, Secret, SecretKind, redact
from campusctl.model.sentence import sentence
from campusctl.model.setting import FREE, Path, State, Value, compare_values
from campusctl.words.language import N_


class Phase(IntEnum):
    """When a command is sent; nothing is taken away before its replacement stands."""

    DEFINE = auto()
    """VRFs, policies and other definitions ports may name."""
    ACL = auto()
    VLAN = auto()
    STP_MODE = auto()
    STP = auto()
    LAG = auto()
    """New LAGs, complete, before their members come."""
    PORT_ADD = auto()
    PORT_MOVE = auto()
    PORT_REMOVE = auto()
    PORT_STATE = auto()
    SVI_CLEAR = auto()
    """Addresses whose network another interface is about to get: a device refuses two in one network."""
    SVI = auto()
    FREE = auto()
    """Lines we do not know, in contexts that stand by now."""
    ROUTE = auto()
    ROUTE_REMOVE = auto()
    SERVICE = auto()
    GROUP = auto()
    """Groups of servers, which stand by now."""
    AAA = auto()
    SERVICE_REMOVE = auto()
    FREE_REMOVE = auto()
    SVI_REMOVE = auto()
    LAG_REMOVE = auto()
    STP_REMOVE = auto()
    VLAN_REMOVE = auto()
    ACL_REMOVE = auto()
    BANNER = auto()
    HOSTNAME = auto()


_NEVER_VERBS: Final = {
    "erase": N_("it would erase the device"),
    "boot": N_("it would restart the device"),
    "reload": N_("it would restart the device"),
    "checkpoint": N_("it would replace the whole configuration"),
    "copy": N_("it would replace the whole configuration"),
    "write": N_("saving is not a setting"),
    "default": N_("it would reset a whole port"),
    "start-shell": N_("it would leave the command line"),
    "zeroize": N_("it would erase the device"),
}
"""Commands, not settings: never sent, in any context or abbreviation, and why."""

_NEVER_OFF: Final = {
    "module": N_("modules are the device's own"),
    "vsf": N_("it would take a member out of the stack"),
    "vsx": N_("it would break up the pair of switches"),
    "ssh": N_("it would cut the way in"),
    "https-server": N_("it would cut the way in"),
}
"""What is never turned off, in any context or abbreviation, and why."""

_NEVER: Final = (
    ("no vlan 1", N_("VLAN 1 cannot be deleted")),
    ("no user admin", N_("the built-in administrator cannot be deleted")),
    ("no interface mgmt", N_("the out-of-band port cannot be deleted")),
    ("no ip route 0.0.0.0/0", N_("the default route would go without a replacement")),
    ("no ipv6 route ::/0", N_("the default route would go without a replacement")),
)
"""Further lines that are never sent, in any context."""

_NEVER_GLOBAL: Final = (
    ("vsf", N_("stacking is set up at the device, with its reboot")),
    ("no aaa", N_("it could lock everybody out")),
    ("no access-list", N_("somebody may still use the list")),
    ("no vrf", N_("it would take every address and route of the VRF away")),
    ("profile", N_("a forwarding profile needs a reboot")),
    ("no profile", N_("a forwarding profile needs a reboot")),
)
"""Likewise, where they are global lines."""

_SHORTEST: Final = 2
"""Letters an abbreviation has at least."""


def danger(line: str, *context: str) -> str:
    """Why a line that nobody knows is never sent in a context; empty when it may be."""
    if any(sign < " " or sign == "\x7f" for sign in line):
        return sentence("it holds control characters")
    words = line.split()
    reason = _abbreviated(words[0], _NEVER_VERBS)
    if words[0] == "no" and len(words) > 1:
        reason = _abbreviated(words[1], _NEVER_OFF)
    if reason:
        return reason
    for start, why in _NEVER if context else (*_NEVER, *_NEVER_GLOBAL):
        if line == start or line.startswith(f"{start} "):
            return sentence(why)
    port = words[2] if len(words) > 2 and words[0] == "no" and "interface".startswith(words[1]) else ""
    return sentence("a physical port cannot be deleted") if port[:1].isdigit() and "." not in port else ""


def _abbreviated(word: str, words: Mapping[str, str]) -> str:
    long = len(word) >= _SHORTEST
    return next((sentence(why) for whole, why in words.items() if long and whole.startswith(word)), "")


def negated(line: str) -> str:
    """The line that takes a line away."""
    return line[3:] if line.startswith("no ") else f"no {line}"


def phrase(value: Secret) -> str:
    """A secret with the word that says how it is written."""
    return f"{'ciphertext' if value.kind is SecretKind.OPAQUE else 'plaintext'} {value}"


def words_of(value: Value | None) -> str:
    """Options as they follow a line: with a leading blank, or nothing."""
    return f" {value}" if isinstance(value, str) and value else ""


@dataclass
class Writer:
    """Two states, and the commands between them."""

    before: State
    after: State
    out: Commands = field(default_factory=Commands)
    refused: list[RefusedCommand] = field(default_factory=list)
    _opened: dict[str, Path] = field(default_factory=dict)

    def old(self, *path: str) -> Value | None:
        """A value before."""
        return self.before.settings.get(path)

    def new(self, *path: str) -> Value | None:
        """A value after."""
        return self.after.settings.get(path)

    def line(self, phase: Phase, text: str, *context: str, path: Path) -> None:
        """Send a line under its contexts."""
        self.out.add(phase, text, *context, path=path)

    def enter(self, phase: Phase, *context: str, path: Path) -> None:
        """Enter a context, so that it exists, and leave it again."""
        self._opened[context[-1]] = path
        self.out.add(phase, "", *context, path=path)

    def refuse(self, command: str, reason: str, path: Path) -> None:
        """Say what is not sent."""
        self.refused.append(RefusedCommand(command=command, reason=reason, path=path))

    def kept_line(self, words: str, head: str, *before: str) -> str:
        """A line nobody knows that stays and names something, below its context; empty: none.

        Args:
            words: What it must hold, as whole words.
            head: How its outermost line begins; empty: any.
            before: Words of which one stands somewhere before them; none: no matter.
        """
        asked = f" {words} "
        for path in self.free_lines:
            line = f" {path[-1]} "
            if path[1].startswith(head) and asked in line:
                first = line[: line.index(asked) + 1]
                if not before or any(f" {word} " in first for word in before):
                    return redact(" / ".join(path[1:]))
        return ""

    @cached_property
    def free_lines(self) -> list[Path]:
        """The lines nobody knows that are there in the end."""
        return [path for path in self.after.settings if path[0] == FREE]

    def secret_of(self, path: Path) -> Secret | None:
        """The secret behind the mask of a path."""
        return self.after.secrets.get(path) or self.before.secrets.get(path)

    def changed(self) -> list[Path]:
        """Every path whose setting differs, in the order of the texts; unknown lines only as far as they are ours."""
        old, new = self.before.settings, self.after.settings
        unequal = (path for path, value in new.items() if old.get(path) != value)
        paths = [path for path in unequal if compare_values(old.get(path), new[path]) is Match.DIFFERENT]
        owned = self.after.manages
        paths += [path for path in old if path not in new and (path[0] != FREE or path[:-1] in owned)]
        return paths

    def translation(self) -> Translation:
        """What was collected."""
        return Translation(commands=tuple(self._commands()), refused=tuple(self.refused))

    def _commands(self) -> Iterable[Command]:
        """In the order of sending; a context that is only entered says itself what it serves."""
        for command in self.out.ordered():
            if command.kind is CommandKind.ENTER and command.text in self._opened:
                yield command.model_copy(update={"path": self._opened[command.text]})
            elif command.text:
                yield command
