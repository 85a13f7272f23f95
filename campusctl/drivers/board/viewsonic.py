"""ViewSonic ViewBoards and commercial displays (IFP, CDE), over TCP 5000; the newest use 7142 (`port:` says so).

Source: "LFD RS-232 & LAN Protocol Specification" 3.3.2 (ViewSonic, December 2020), and the tables in the user guides of
IFP50 (3.1, where a name comes in six frames of two characters) and IFP52/IFP62 (3.2, one frame of 32 bytes). The user
guides print 0x6C for the state of the menu lock, which is the power's; the specification says 0x71. No device has seen
this dialect; see `docs/boards.md`.

A panel tells by itself what somebody changes at it, in the form of an answer.
"""

import re
from types import MappingProxyType
from typing import Final

from campusctl.drivers.board.framed import About, FramedDialect, Function, Make
from campusctl.drivers.board.frames import POWER, Wire
from campusctl.model.appliance import Shown
from campusctl.words.language import N_

_LOCK: Final[dict[Shown, bytes]] = {True: b"001", False: b"000"}
_REMOTE: Final[dict[Shown, bytes]] = {True: b"000", False: b"001", "passed on": b"002"}
"""Of the remote control the specification says "disable" and "enable"; it can also be passed on to a computer."""

_SOURCES: Final[dict[Shown, bytes]] = {
    "tv": b"000", "av": b"001", "hdmi1": b"004", "hdmi2": b"014", "hdmi3": b"024", "hdmi4": b"034", "dvi": b"005",
    "vga": b"006", "ops": b"007", "displayport1": b"009", "displayport2": b"029", "usbc1": b"019", "usbc2": b"039",
    "android": b"00A",
}  # fmt: skip

_ACK, _SOURCE = 0x7A, 0x6A
_NAME, _SERIAL, _FIRMWARE, _HOURS, _HEAT = 0x34, 0x37, 0x38, 0x31, 0x30
_TEXTS: Final = (("model", _NAME), ("serial", _SERIAL), ("firmware", _FIRMWARE))
_PARTS: Final = b"123456789"


def _source(answer: bytes) -> bytes:
    """The first character tells whether there is a signal, not which source it is."""
    return b"0" + answer[1:]


async def _about(wire: Wire) -> About:
    # What it tells by itself is not an answer to us: its answer to this ends that.
    await wire.ask(_ACK)
    power = await wire.ask(POWER)
    wire.asleep = power == b"000"
    facts = {"power": "standby" if wire.asleep else "on" if power == b"001" else "unknown"}
    for name, code in _TEXTS:
        facts[name] = _text(await wire.gather(code, _ACK))
    source = await wire.ask(_SOURCE)
    if source is not None and len(source) == 3:
        facts["source"] = str(_TABLE["source"].said(source))
        facts["signal"] = "yes" if source[:1] == b"1" else "no"
    hours = _text(await wire.gather(_HOURS, _ACK))
    if hours.isdigit():
        facts["hours"] = str(int(hours))
    heat = await wire.ask(_HEAT)
    if heat is not None and re.fullmatch(rb"-?\d+", heat):
        facts["temperature"] = f"{int(heat)} °C"
    return About({name: value for name, value in facts.items() if value})


def _text(answers: list[bytes]) -> str:
    """A text from one long frame, or from several short ones, which are numbered since version 3.1."""
    numbered = len(answers) > 1 and [part[:1] for part in answers] == [bytes([mark]) for mark in _PARTS[: len(answers)]]
    joined = b"".join(part[1:] if numbered else part for part in answers)
    return joined.partition(b"\0")[0].decode("ascii", "replace").strip()


_TABLE: Final = MappingProxyType({
    "panel_lock": Function(0x38, 0x70, _LOCK),
    "remote_lock": Function(0x42, 0x6E, _REMOTE),
    "menu_lock": Function(0x3E, 0x71, _LOCK),
    "power_lock": Function(0x34, 0x6F, _LOCK),
    "touch": Function(0x3D, 0x3D, {True: b"103", False: b"003"}, asks=b"003"),
    "source": Function(0x22, _SOURCE, _SOURCES, read=_source, interrupts=N_("the board shows another source")),
    "volume": Function(0x35, 0x66, interrupts=N_("the sound of its room")),
})  # fmt: skip

MAKE: Final = Make(
    name="ViewSonic",
    port=5000,
    functions=_TABLE,
    lacks={
        "name": N_("ViewSonic publishes no command that sets the board's name"),
        "language": N_(
            "ViewSonic's command for the language cannot be read back, so it is not sent: set it at the board"
        ),
        "network_standby": N_("ViewSonic publishes no command for the network in standby: set it at the board"),
        "start_source": N_("ViewSonic publishes no command for the source at start; `source` sets what it shows now"),
        "on_timer": N_("ViewSonic publishes no command for timers: set them at the board"),
        "off_timer": N_("ViewSonic publishes no command for timers: set them at the board"),
        "after_power_cut": N_("ViewSonic publishes no command for what follows a power cut"),
    },
    about=_about,
)
"""What ViewSonic publishes."""

VIEWSONIC: Final = FramedDialect(MAKE)
"""The dialect."""
