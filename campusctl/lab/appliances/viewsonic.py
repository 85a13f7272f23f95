"""A simulated ViewSonic ViewBoard.

Written from "LFD RS-232 & LAN Protocol Specification" 3.3.2 (ViewSonic, 2020); with the fault `old`, from the user
guide of IFP50, whose names come in six frames of two characters, and which tells neither serial number nor firmware.
"""

from collections.abc import Mapping
from typing import ClassVar, Final

from campusctl.lab.appliances.framed_panel import FramedPanel, Row

_LOCKED: Final = {"000": False, "001": True}
_SOURCES: Final = {
    "000": "tv", "001": "av", "004": "hdmi1", "014": "hdmi2", "024": "hdmi3", "034": "hdmi4", "005": "dvi",
    "006": "vga", "007": "ops", "009": "displayport1", "029": "displayport2", "019": "usbc1", "039": "usbc2",
    "00A": "android",
}  # fmt: skip
_ACK, _HEAT, _HOURS, _NAME, _MAC, _IP, _SERIAL, _FIRMWARE = 0x7A, 0x30, 0x31, 0x34, 0x35, 0x36, 0x37, 0x38
_ROOM: Final = 26
"""Characters of a text in a frame of 32 bytes, which calls its length `2`."""
_OLD_FRAMES: Final = {_NAME: 6, _MAC: 6, _HOURS: 4}


class ViewBoard(FramedPanel):
    """One panel. It tells by itself what somebody changes at it: power, source, volume."""

    faults: ClassVar[Mapping[str, str]] = {
        **FramedPanel.faults,
        "old": "is of the first generation: a name in six frames, no serial number",
        "busy": "somebody is at it: it tells of the volume before every answer",
    }
    rows: ClassVar[tuple[Row, ...]] = (
        Row("source", 0x22, 0x6A, _SOURCES, "00A"),
        Row("power_lock", 0x34, 0x6F, _LOCKED, "000"),
        Row("volume", 0x35, 0x66, {}, "050"),
        Row("panel_lock", 0x38, 0x70, _LOCKED, "000"),
        Row("touch", 0x3D, 0x3D, {"003": False, "103": True}, "103"),
        Row("menu_lock", 0x3E, 0x71, _LOCKED, "000"),
        Row("remote_lock", 0x42, 0x6E, {"000": True, "001": False, "002": "passed on"}, "001"),
    )

    def shown(self, row: Row) -> str:
        """Of the source, the first character says that there is a signal."""
        text = super().shown(row)
        return f"1{text[1:]}" if row.name == "source" else text

    def answers(self, frame: bytes) -> list[bytes]:
        """What is said to one frame; before it, if somebody is at the panel, what they do."""
        busy = [self.framed(b"rf" + self.values["volume"].encode())] if "busy" in self.fault else []
        return [*busy, *super().answers(frame)]

    def more(self, command: int, value: bytes) -> list[bytes]:
        """The link test, its temperature, and texts."""
        if value != b"000":
            return []
        plain = {_ACK: b"000", _HEAT: b"041"}
        if command in plain:
            return [self.framed(b"r" + bytes([command]) + plain[command])]
        old = "old" in self.fault
        texts = {
            _NAME: self.spec.model or "IFP6552",
            _MAC: self.spec.mac.replace(":", ""),
            _HOURS: "00001786" if old else "001786",
            **({} if old else {_SERIAL: self.serial, _FIRMWARE: "3.02.001", _IP: self.spec.address}),
        }
        if command not in texts:
            return []
        return self._old_text(command, texts[command]) if old else [self._text(command, texts[command])]

    def _text(self, command: int, text: str) -> bytes:
        return b"2" + self.number + b"r" + bytes([command]) + text.encode()[:_ROOM].ljust(_ROOM, b"\0")

    def _old_text(self, command: int, text: str) -> list[bytes]:
        """Two characters a frame, numbered from 1."""
        count = _OLD_FRAMES[command]
        padded = text.encode()[: 2 * count].ljust(2 * count, b"\0")
        return [
            self.framed(b"r" + bytes([command]) + str(number + 1).encode() + padded[2 * number : 2 * number + 2])
            for number in range(count)
        ]
