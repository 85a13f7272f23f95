"""What is asked of a switch, and what its answers are read by. Each dialect is a table of these."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

Replies: TypeAlias = Sequence[str]
"""One cleaned reply per command of a question, empty where the switch refused it."""
Values: TypeAlias = Mapping[str, object]
"""Fields of `Health`."""

NOT_KNOWN: Final[Values] = {}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the parsers must know besides the replies."""

    devices: frozenset[str] = frozenset()
    """MAC addresses to look for."""


@dataclass(frozen=True, slots=True)
class Question:
    """One aspect: what to send, and how to read what comes back."""

    aspect: str
    """Field of `Health`."""
    commands: tuple[str, ...]
    """For the enable prompt; `{gateway}` is replaced."""
    parse: Callable[[Replies, Asked], Values]
    """Never raises on any text."""
    head: re.Pattern[str]
    """Stands in a reply that can be read, also when the table in it is empty; else the aspect is not known."""
    otherwise: "tuple[str, ...]" = field(default=())
    """What to send instead when every command is refused: an older release's words."""
