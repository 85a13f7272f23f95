"""A simulated BenQ Board.

Written from "RM6503/RM7503/RM8603/RM8603T RS232 & LAN Protocol Installation Guide" (BenQ, 2022).
"""

from typing import ClassVar, Final

from campusctl.lab.appliances.framed_panel import FramedPanel, Row

_ON: Final = {"000": False, "001": True}
_LOCKED: Final = {"000": True, "001": False}
_SOURCES: Final = {
    "000": "vga", "001": "hdmi", "002": "hdmi1", "021": "hdmi2", "007": "displayport1", "051": "usbc1",
    "101": "android", "102": "ops", "107": "whiteboard", "108": "cast",
}  # fmt: skip
_MODEL_INFO, _SIGNAL, _MUTE, _HOURS = 0x20, 0x22, 0x67, 0x76


class BenqBoard(FramedPanel):
    """One board. With its screen off (power 000) it still answers; in standby the port of a real one is closed."""

    power_asleep = b"002"
    rows: ClassVar[tuple[Row, ...]] = (
        Row("network_standby", 0xF0, 0xF0, _ON, "000"),
        Row("after_power_cut", 0xAB, 0xDA, {"000": "off", "001": "on", "002": "last"}, "002"),
        Row("panel_lock", 0x45, 0x73, _LOCKED, "001"),
        Row("remote_lock", 0x42, 0x68, _LOCKED, "001"),
        Row("source", 0x22, 0x6A, _SOURCES, "101"),
        Row("volume", 0x35, 0x66, {}, "050"),
    )

    def more(self, command: int, value: bytes) -> list[bytes]:
        """What it is (by a selector byte, padded with zeros), whether there is a signal, and how long it has run."""
        head = b"r" + bytes([command])
        if command == _MODEL_INFO and len(value) == 15:
            texts = {0x01: "BenQ", 0x02: self.spec.model or "RM6503", 0x04: "1.02", 0x06: self.serial}
            if value[0] in texts:
                return [self.framed(head + value[:1] + texts[value[0]].encode()[:14].ljust(14, b"\0"))]
        if command == _HOURS and value == b"00000":
            return [self.framed(head + b"01786")]
        if command in (_SIGNAL, _MUTE):
            return [self.framed(head + (b"001" if command == _SIGNAL else b"000"))]
        return []
