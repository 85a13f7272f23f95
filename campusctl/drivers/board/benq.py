"""BenQ Boards and Smart Signage, over TCP 4660.

Source: "RM6503/RM7503/RM8603/RM8603T RS232 & LAN Protocol Installation Guide" (BenQ, 2022), which covers BenQ Boards RM
and RP of the same years, and the older "RM8602K RS232 & LAN Command List" (BenQ, 2019-07-23). BenQ's projectors speak
another language (`*pow=?#`): they are reached by PJLink. No device has seen this dialect; see `docs/boards.md`.

A board in standby closes the port; with its screen off it answers. A command that a model lacks is refused.
"""

from types import MappingProxyType
from typing import Final

from campusctl.drivers.board.framed import About, FramedDialect, Function, Make
from campusctl.drivers.board.frames import POWER, Wire
from campusctl.model.appliance import Shown
from campusctl.words.language import N_

_LOCK: Final[dict[Shown, bytes]] = {True: b"000", False: b"001"}
"""The list says "disable" and "enable": disabled is locked."""
_SWITCH: Final[dict[Shown, bytes]] = {True: b"001", False: b"000"}

_SOURCES: Final[dict[Shown, bytes]] = {
    "vga": b"000", "hdmi": b"001", "hdmi1": b"002", "hdmi2": b"021", "displayport1": b"007", "usbc1": b"051",
    "android": b"101", "ops": b"102", "whiteboard": b"107", "cast": b"108",
}  # fmt: skip

_MODEL, _FIRMWARE, _SERIAL = 0x02, 0x04, 0x06
"""Selectors of the question for what it is (0x20): one byte, then fourteen zeros; the answer has the same form."""
_STATES: Final = {b"000": "screen off", b"001": "on", b"002": "standby"}


async def _about(wire: Wire) -> About:
    power = await wire.ask(POWER)
    wire.asleep = power == b"002"
    facts = {"power": _STATES.get(power or b"", "unknown")}
    for name, selector in (("model", _MODEL), ("firmware", _FIRMWARE), ("serial", _SERIAL)):
        answer = await wire.ask(0x20, bytes([selector]) + bytes(14))
        if answer and answer[0] == selector:
            facts[name] = _text(answer[1:])
    source = await wire.ask(0x6A)
    if source is not None:
        facts["source"] = str(_TABLE["source"].said(source))
    hours = await wire.ask(0x76, b"00000")
    if hours and hours.isdigit():
        facts["hours"] = str(int(hours))
    return About({name: value for name, value in facts.items() if value})


def _text(value: bytes) -> str:
    return value.rstrip(b"\0 ").decode("ascii", "replace").strip()


_TABLE: Final = MappingProxyType({
    "network_standby": Function(0xF0, 0xF0, _SWITCH),
    "after_power_cut": Function(0xAB, 0xDA, {"off": b"000", "on": b"001", "last": b"002"}),
    "panel_lock": Function(0x45, 0x73, _LOCK),
    "remote_lock": Function(0x42, 0x68, _LOCK),
    "source": Function(0x22, 0x6A, _SOURCES, interrupts=N_("the board shows another source")),
    "volume": Function(0x35, 0x66, interrupts=N_("the sound of its room")),
})  # fmt: skip

MAKE: Final = Make(
    name="BenQ",
    port=4660,
    functions=_TABLE,
    lacks={
        "name": N_("BenQ publishes no command for the board's name: set it at the board"),
        "language": N_("BenQ publishes no command for the language: set it at the board"),
        "start_source": N_("BenQ publishes no command for the source at start; `source` sets what it shows now"),
        "on_timer": N_("BenQ publishes no command for timers: set them at the board"),
        "off_timer": N_("BenQ publishes no command for timers: set them at the board"),
        "menu_lock": N_("BenQ publishes no command that locks the menus"),
        "power_lock": N_("BenQ publishes no command that locks the power key"),
        "touch": N_("BenQ publishes no command for touch"),
    },
    about=_about,
    closed_in_standby=True,
)
"""What BenQ publishes."""

BENQ: Final = FramedDialect(MAKE)
"""The dialect."""
