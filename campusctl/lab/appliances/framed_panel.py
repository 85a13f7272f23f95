"""What the simulated panels of BenQ and ViewSonic have in common: their frames, and one table of functions each.

Written from the manufacturers' papers. A frame is a length character, two digits of the display's number, a letter, a
command byte and a value, ended by a CR.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

from campusctl.lab.appliances.base import Appliance
from campusctl.model.appliance import Shown

_END: Final = b"\r"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a manufacturer's list."""

    name: str
    """The setting, as the inventory calls it."""
    set: int
    """Command byte of the set function."""
    get: int
    """Command byte of the get function."""
    values: Mapping[str, Shown]
    """Three characters to the value; empty: 000-100."""
    factory: str
    """Three characters, as it comes out of its box."""


class FramedPanel(Appliance):
    """One panel; a manufacturer is a subclass."""

    faults: ClassVar[Mapping[str, str]] = {
        "standby": "is in standby: it answers, and knows only its power",
        "dumb": "is an older model: it does not know the commands whose setting contains VALUE",
        "garbage": "answers with bytes that mean nothing",
    }
    rows: ClassVar[tuple[Row, ...]]
    """The manufacturer's list."""
    power_set: ClassVar[int] = 0x21
    power_get: ClassVar[int] = 0x6C
    power_asleep: ClassVar[bytes] = b"000"
    """How a panel in standby calls that."""

    def set_up(self, *, factory: bool) -> None:
        """Become as the inventory says, or as out of the box."""
        self.power = "001"
        self.values = {row.name: row.factory for row in self.rows}
        wanted = {} if factory else {path[0]: value for path, value in self.spec.settings}
        loudest = wanted.get("maximum_volume")
        if isinstance(loudest, int):
            self.values["volume"] = f"{min(int(self.values['volume']), loudest):03d}"
        for row in self.rows:
            if row.name in wanted:
                self.values[row.name] = _written(row, wanted[row.name])

    @property
    def number(self) -> bytes:
        """The display's number, two digits."""
        return f"{int(self.spec.options.get('display_id') or 1):02d}".encode()

    async def conversation(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer frame by frame."""
        while frame := (await reader.readuntil(_END))[:-1]:
            if self.drops_now():
                return
            for answer in self.answers(frame):
                writer.write(answer + _END)
            await writer.drain()

    def answers(self, frame: bytes) -> list[bytes]:
        """What is said to one frame, without the CR; nothing to one for another display."""
        if "garbage" in self.fault:
            return [b"\xff\x00#~"]
        if frame[1:3] != self.number or len(frame) < 5:
            return []
        kind, command, value = frame[3:4], frame[4], frame[5:]
        if frame[0] - 0x30 != len(frame) or kind not in (b"s", b"g"):
            return [self.no()]
        if kind == b"s":
            return [self.yes() if self._take(command, value) else self.no()]
        return self._tell(command, value) or [self.no()]

    def yes(self) -> bytes:
        """The frame that says a set function was valid."""
        return self.framed(b"+")

    def no(self) -> bytes:
        """The frame that says a command was not."""
        return self.framed(b"-")

    def framed(self, rest: bytes) -> bytes:
        """A frame, its length in front."""
        body = self.number + rest
        return bytes([0x30 + len(body) + 1]) + body

    def _take(self, command: int, value: bytes) -> bool:
        text = value.decode("latin-1")
        if command == self.power_set and text in ("000", "001"):
            self.power = text
            return True
        row = next((row for row in self.rows if row.set == command), None)
        if row is None or self._asleep or self._dumb(row.name) or self.refuses(row.name) or not _is_allowed(row, text):
            return False
        if not self.lies(row.name):
            self.values[row.name] = text
            self.told(row, text)
        return True

    def _tell(self, command: int, value: bytes) -> list[bytes]:
        if command == self.power_get:
            return [self.framed(b"r" + bytes([command]) + (self.power_asleep if self._asleep else self.power.encode()))]
        if self._asleep:
            return []
        row = next((row for row in self.rows if row.get == command), None)
        if row is not None:
            return [] if self._dumb(row.name) else [self.framed(b"r" + bytes([command]) + self.shown(row).encode())]
        return self.more(command, value)

    @property
    def _asleep(self) -> bool:
        return "standby" in self.fault

    def _dumb(self, name: str) -> bool:
        return self.fault.get("dumb", "\0") in name

    def shown(self, row: Row) -> str:
        """Three characters that a get function answers."""
        return self.values[row.name]

    def told(self, row: Row, text: str) -> None:
        """A value was set."""

    def more(self, command: int, value: bytes) -> list[bytes]:
        """What a manufacturer's other get functions answer; none: it is not known."""
        raise NotImplementedError


def _written(row: Row, value: Shown) -> str:
    if not row.values:
        return f"{int(str(value)):03d}"
    return next((text for text, word in row.values.items() if word == value), row.factory)


def _is_allowed(row: Row, text: str) -> bool:
    if row.values:
        return text in row.values
    return len(text) == 3 and text.isdigit() and int(text) <= 100
