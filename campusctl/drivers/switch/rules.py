"""What a session must know of a dialect, as values."""

import re
from dataclasses import dataclass
from enum import StrEnum


class RevertKind(StrEnum):
    """What happens on the device when nobody confirms."""

    TIMER = "timer"
    """The configuration goes back by itself; traffic hardly notices."""
    REBOOT = "reboot"
    """The device restarts with its startup configuration; needs an explicit policy."""


@dataclass(frozen=True, slots=True)
class Revert:
    """A revert on the device itself: armed before a risky change, confirmed from a new session."""

    name: str
    """Such as `archive`, `checkpoint`, `reload`."""
    kind: RevertKind
    """What an unconfirmed change costs."""
    arm: tuple[str, ...]
    """Lines at the enable prompt; `{minutes}` is replaced. Each may ask (see `answers`)."""
    confirm: tuple[str, ...]
    """Lines at the enable prompt of a new session."""
    undo: tuple[str, ...]
    """Lines at the enable prompt that revert at once."""
    settle: tuple[str, ...]
    """Lines at the enable prompt of a later session that end it: back where that is quick, called off where it would be
    a reboot. The first one does nothing, and says so, when nothing is armed any more; then no further one is sent."""
    minutes: tuple[int, int]
    """Shortest and longest timer, in minutes."""
    needs: str = ""
    """A regular expression that must match the running text for this revert to be available; empty: always."""
    arm_enters_config: bool = False
    """The last arm line already leaves the session in configuration mode."""
    needs_saved: bool = False
    """Running must equal startup before it is armed."""


@dataclass(frozen=True, slots=True)
class Rules:
    """One dialect's facts for sessions."""

    netmiko_type: str
    """Netmiko device type."""
    error: re.Pattern[str]
    """Matches the reply to a rejected line (multi-line, anchored at line start)."""
    paging_off: tuple[str, ...]
    """Lines at the enable prompt that stop paging and wrapping."""
    show_running: str
    """Prints the running configuration."""
    show_startup: str
    """Prints the startup configuration."""
    save: str
    """Makes running the startup configuration."""
    show_hidden: tuple[str, ...] = ()
    """Print what the running configuration leaves out; the parser reads the replies behind it."""
    answers: tuple[tuple[re.Pattern[str], str], ...] = ()
    """Questions the save and revert lines may ask, and what to reply (with or without RETURN, as the device wants)."""
    noise: re.Pattern[str] | None = None
    """Unsolicited messages to drop from a reply (`WARNING Please "checkpoint auto confirm" …`, `%SYS-5-CONFIG_I`)."""
    noise_mark: str = ""
    """Stands in every such message: a text without it is not searched."""
    config_enter: str = "configure terminal"
    """Enters configuration mode."""
    config_leave: str = "end"
    """Leaves configuration mode from any depth."""
    window: int = 20
    """How many configuration lines may be in flight before their prompts are awaited."""
    greets: bool = False
    """Shows a greeting and waits for a key before its first prompt (ArubaOS-Switch); nothing is typed before that."""
    reverts: tuple[Revert, ...] = ()
    """In order of preference."""
