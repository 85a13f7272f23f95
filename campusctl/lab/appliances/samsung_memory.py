"""What a simulated Samsung display remembers, in the bytes of MDC. Sources: see `samsung`."""

from collections.abc import Collection, Mapping
from typing import Final

_SOURCES: Final = {
    "vga": 0x14, "dvi": 0x18, "av": 0x0C, "hdmi1": 0x21, "hdmi2": 0x23, "hdmi3": 0x31, "hdmi4": 0x33,
    "displayport1": 0x25, "displayport2": 0x26, "tv": 0x40, "ops": 0x50, "whiteboard": 0x64, "browser": 0x65,
    "cast": 0x61,
}  # fmt: skip
_DAYS: Final = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
"""Bit 0 to bit 6 of the days of a timer."""
_MANUAL: Final = 0x05
"""The days of a timer are those of its bits."""
_FIXED: Final = {0x01: _DAYS, 0x02: _DAYS[1:6], 0x03: _DAYS[1:], 0x04: (_DAYS[6], _DAYS[0])}
"""The days that have a number of their own: every day, Monday to Friday, Monday to Saturday, weekend."""
_NAMES: Final = {
    0x12: "volume",
    0x36: "remote_lock",
    0x5F: "panel_lock",
    0x67: "name",
    0xB5: "network_standby",
    0xCA: "start_source",
}
"""Settings of the inventory by command."""
_ON: Final = slice(0, 4)
_OFF: Final = slice(4, 8)
_FACTORY_TIMER: Final = bytes([12, 0, 1, 0, 12, 0, 1, 0, 0, 0, 0, 0, 10, 0x21, 0])
"""Both off, at midnight, once; volume 10; HDMI 1."""


class Memory:
    """Settings and what it measures."""

    def __init__(self, wanted: Mapping[str, object], model: str) -> None:
        """Become as the inventory says; what it does not say is as out of the box."""
        self.model = model
        self.firmware = str(wanted.get("minimum_firmware", "T-HKMLAKUC-2020.5"))
        loud = wanted.get("volume", wanted.get("maximum_volume", 25))
        self.values: dict[int, bytes] = {
            0x11: b"\x01", 0x12: bytes([loud if isinstance(loud, int) else 25]), 0x13: b"\x00", 0x14: b"\x21",
            0x36: bytes([not wanted.get("remote_lock")]), 0x5D: b"\x00",
            0x5F: bytes([wanted.get("panel_lock") is True]),
            0x67: str(wanted.get("name", "[Signage] QMR")).encode(), 0x77: b"\x00",
            0xB5: bytes([wanted.get("network_standby", False) is True]),
        }  # fmt: skip
        source = wanted.get("start_source")
        self.show(str(source))
        self.switching = bytes([source is not None])
        self.sources = bytes([source is not None, _SOURCES.get(str(source), 0x00), 0x00])
        self.timers = dict.fromkeys((164, 165, 166, 171, 172, 173, 174), _FACTORY_TIMER)
        self.timers[0xA4] = _timer(str(wanted.get("on_timer", "none")), str(wanted.get("off_timer", "none")))

    def show(self, source: str) -> None:
        """Show a source by the inventory's word; HDMI 1 where there is none of that name."""
        self.values[0x14] = bytes([_SOURCES.get(source, 0x21)])

    @property
    def power(self) -> bool:
        """It is on, not in standby."""
        return self.values[0x11] == b"\x01"

    @property
    def network_standby(self) -> bool:
        """It answers the network in standby."""
        return self.values[0xB5] == b"\x01"

    def names(self, command: int, value: bytes) -> tuple[str, ...]:
        """Settings of the inventory that a question or an order is about."""
        if command not in self.timers:
            return (_NAMES[command],) if command in _NAMES else ()
        if not value:
            return ("on_timer", "off_timer")
        new, old = _long(value), self.timers[command]
        on = new[_ON] + new[8:10] != old[_ON] + old[8:10]
        off = new[_OFF] + new[10:12] != old[_OFF] + old[10:12]
        return ("on_timer",) * on + ("off_timer",) * off

    def told(self, command: int, part: bytes, fault: Collection[str], serial: str) -> bytes | None:
        """The values of an answer to a question; None: it does not know the command."""
        volume = b"\xff" if "soundless" in fault else self.values[0x12]
        if command in self.timers:
            timer = self.timers[command]
            return timer[:10] + timer[12:] if "timer13" in fault else timer
        if command == 0x12:
            return volume
        if command in self.values:
            return self.values[command]
        known = {
            (0x00, b""): b"".join((self.values[0x11], volume, self.values[0x13], self.values[0x14], b"\x10\x00\x00")),
            (0x0B, b""): serial.encode(),
            (0x0D, b""): bytes(
                [0, "hot" in fault, 0, "no-signal" in fault, 71 if "hot" in fault else 34, "fan" in fault]
            ),
            (0x0E, b""): b"T-HKMLAKUC-1999.1" if "old-firmware" in fault else self.firmware.encode(),
            (0x83, b""): (7_404).to_bytes(2, "big"),
            (0x8A, b""): self.model.encode(),
            (0xCA, b"\x81"): self.switching,
            (0xCA, b"\x82"): self.sources,
        }
        return known.get((command, part))

    def set(self, command: int, part: bytes, value: bytes, kept: Collection[str], *, older: bool) -> bool:
        """Carry out an order, but for settings that are kept as they are; False: it takes no such value."""
        if command in self.timers:
            return self._set_timer(command, value, kept, older=older)
        if command not in self.values and (command, part) not in ((0xCA, b"\x81"), (0xCA, b"\x82")):
            return False
        lengths = {0x67: range(1, 33), 0xCA: range(3, 4) if part == b"\x82" else range(1, 2)}
        if len(value) not in lengths.get(command, range(1, 2)) or (command == 0x12 and value[0] > 100):
            return False
        if _NAMES.get(command) in kept:
            return True
        if part == b"\x81":
            self.switching = value
        elif part == b"\x82":
            self.sources = value
        else:
            self.values[command] = value
        if command == 0xCA and self.switching == b"\x01" and self.sources[:1] == b"\x01":
            # It goes back to its primary source as soon as that has a signal, and here every source has one.
            self.values[0x14] = self.sources[1:2]
        return True

    def _set_timer(self, command: int, value: bytes, kept: Collection[str], *, older: bool) -> bool:
        if len(value) != (13 if older else 15):
            return False
        old, new = self.timers[command], bytearray(_long(value))
        if "on_timer" in kept:
            new[_ON], new[8:10] = old[_ON], old[8:10]
        if "off_timer" in kept:
            new[_OFF], new[10:12] = old[_OFF], old[10:12]
        self.timers[command] = bytes(new)
        return True

    def timer_words(self, *, on: bool) -> str:
        """Timer 1 in the words of the inventory, for tests."""
        timer = self.timers[0xA4]
        hour, minute, morning, active = timer[_ON] if on else timer[_OFF]
        repeat, bits = timer[8:10] if on else timer[10:12]
        if not active:
            return "none"
        days = _FIXED.get(repeat, tuple(day for bit, day in enumerate(_DAYS) if bits >> bit & 1))
        week = [*_DAYS[1:], _DAYS[0]]
        return " ".join((f"{hour % 12 + (not morning) * 12:02}:{minute:02}", *(day for day in week if day in days)))


def _long(value: bytes) -> bytes:
    """A timer of 13 bytes as one of 15: its days hold for on and off."""
    return value if len(value) == 15 else value[:10] + value[8:10] + value[10:]


def _timer(on: str, off: str) -> bytes:
    """Timer 1, from `07:15 mon tue` or `none` each."""
    (on_time, on_days), (off_time, off_days) = _part(on), _part(off)
    return on_time + off_time + on_days + off_days + _FACTORY_TIMER[12:]


def _part(text: str) -> tuple[bytes, bytes]:
    time, *days = text.split()
    if time == "none":
        return _FACTORY_TIMER[_ON], _FACTORY_TIMER[8:10]
    hour, minute = int(time[:2]), int(time[3:])
    bits = sum(1 << _DAYS.index(day) for day in days)
    return bytes([hour % 12 or 12, minute, hour < 12, 1]), bytes([_MANUAL, bits])
