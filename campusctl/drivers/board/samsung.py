"""Samsung displays that speak MDC (Multiple Display Control), over TCP or over TLS behind a PIN."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, Final, TypeVar

from campusctl.drivers.appliance.asking import RefusedError, SilentError
from campusctl.drivers.appliance.base import DeviceTroubleError, Link, Reading, Wish
from campusctl.drivers.appliance.bounds import at_least, at_most
from campusctl.drivers.board import timers
from campusctl.drivers.board.mdc import Conversation, NoAnswerError
from campusctl.engine.words import subject_words
from campusctl.model.appliance import Shown
from campusctl.model.outcome import FaultKind
from campusctl.model.sentence import sentence
from campusctl.model.setting import Path
from campusctl.words.language import N_

T = TypeVar("T")

SOURCES: Final = {
    "hdmi1": "HDMI1", "hdmi2": "HDMI2", "hdmi3": "HDMI3", "hdmi4": "HDMI4", "displayport1": "DISPLAY_PORT_1",
    "displayport2": "DISPLAY_PORT_2", "dvi": "DVI", "vga": "PC", "av": "AV", "tv": "TV_DTV", "ops": "PLUG_IN_MODE",
    "whiteboard": "IWB", "browser": "WEB_BROWSER", "cast": "WIDI_SCREEN_MIRRORING",
}  # fmt: skip
"""A source in the words of the inventory, and of the library."""

_SAME: Final = {
    "HDMI1_PC": "HDMI1", "HDMI2_PC": "HDMI2", "HDMI3_PC": "HDMI3", "HDMI4_PC": "HDMI4", "DVI_VIDEO": "DVI",
}  # fmt: skip
"""The same socket with a computer on it: only ever told, never set."""

_STEPS: Final[Mapping[Path, str]] = {
    ("network_standby",): "0xB5 network standby", ("name",): "0x67 device name", ("panel_lock",): "0x5F panel lock",
    ("remote_lock",): "0x36 remote control",
    ("start_source",): "0xCA auto source switching", ("volume",): "0x12 volume",
    ("maximum_volume",): "0x12 volume", ("on_timer",): "0xA4 timer 1, on", ("off_timer",): "0xA4 timer 1, off",
}  # fmt: skip
"""The command of a setting."""

_NAME: Final = 0x67
_TIMERS: Final[tuple[Path, ...]] = (("on_timer",), ("off_timer",))
_NOT: Final = {
    "language": N_("MDC has no command for the language of its menus: set it with the remote control"),
    "source": N_("`start_source` says what a Samsung display shows"),
}
_UPDATE: Final = N_("an update is somebody's work")
_NO_AUDIO: Final = 0xFF
"""Volume of a display without loudspeakers."""


class SamsungMdc:
    """See `campusctl.drivers.appliance.base.Dialect`."""

    port = 1515
    off_when_silent = True

    @asynccontextmanager
    async def open(self, link: Link) -> AsyncIterator["SamsungSession"]:
        """Connect, and give the PIN where the display asks for one."""
        if link.options.get("tls") and not link.login.enable:
            raise DeviceTroubleError(FaultKind.AUTH, "it takes TLS only, and nobody says its PIN", "see board.pin")
        conversation = Conversation(link)
        try:
            await conversation.open()
            yield SamsungSession(conversation)
        finally:
            await conversation.close()

    def step(self, wish: Wish) -> str:
        """What will be sent for it."""
        return f"MDC {_STEPS[wish.path]}: {_told(wish)}"

    def interrupts(self, path: Path) -> str:
        """Whose lesson is disturbed."""
        return sentence("the sound of its room") if path in (("volume",), ("maximum_volume",)) else ""


class SamsungSession:
    """See `campusctl.drivers.appliance.base.Session`."""

    def __init__(self, conversation: Conversation) -> None:
        """Nothing is known of the display yet."""
        self._talk, self._power = conversation, "on"

    async def read(self, wanted: Mapping[Path, Shown]) -> Reading:
        """See `Session.read`.

        Raises:
            DeviceTroubleError: In standby, and something that is wanted cannot be read there.
        """
        self._power = await self._look()
        measured, notes = await self._measured()
        facts = {"power": self._power, **await self._facts(), **measured}
        state: dict[Path, Shown] = {}
        lacks: dict[Path, str] = {}
        for path, value in wanted.items():
            try:
                state[path] = await self._setting(path[0], value, facts)
            except RefusedError as error:
                if self._power != "on" and path != ("language",):
                    raise DeviceTroubleError(FaultKind.OFF, self._power) from None
                lacks[path] = error.args[0]
        read_only: dict[Path, str] = (
            {("minimum_firmware",): sentence(_UPDATE)} if ("minimum_firmware",) in state else {}
        )
        return Reading(state, lacks, read_only, facts, notes)

    async def _look(self) -> str:
        """`on`, `standby` or `starting`; a display that does not say it is on."""
        with suppress(RefusedError):
            try:
                name = (await self._ask("power"))[0].name
            except NoAnswerError as error:
                what = f"what answers does not speak MDC as it should: {error}"
                raise DeviceTroubleError(FaultKind.MALFORMED, what, "is it the right address and port?") from None
            except TimeoutError:
                what = "it takes connections, and does not say whether it is on"
                hint = "is `display_id` its number? is network standby on?"
                raise DeviceTroubleError(FaultKind.TIMEOUT, what, hint) from None
            return {"OFF": "standby", "ON": "on"}.get(name, "starting")
        return "on"

    async def _ask(self, command: str, *arguments: object) -> tuple[Any, ...]:
        """See `Conversation.ask`."""
        return await self._heard(self._talk.ask(command, *arguments))

    async def _heard(self, answer: Awaitable[T]) -> T:
        """An answer. Who is not on and leaves a question without one is off."""
        try:
            return await answer
        except SilentError:
            if self._power == "on":
                raise
            raise DeviceTroubleError(FaultKind.OFF, self._power) from None

    async def _facts(self) -> dict[str, str]:
        """What it is; what it does not say is left out."""
        commands = {"serial": "serial_number", "model": "model_name", "firmware": "software_version"}
        facts = {}
        for name, command in commands.items():
            with suppress(RefusedError):
                facts[name] = str((await self._ask(command))[0]).strip()
        with suppress(RefusedError):
            _, volume, _, source, *_ = await self._ask("status")
            facts |= {"volume": "none" if volume == _NO_AUDIO else str(volume), "source": _source(source.name)}
        with suppress(RefusedError):
            facts["hours"] = str((await self._ask("panel_on_time"))[0] // 6)
        return {name: value for name, value in facts.items() if value}

    async def _measured(self) -> tuple[dict[str, str], tuple[str, ...]]:
        """What it measures, and what is wrong with it, in words."""
        with suppress(RefusedError):
            lamp, heat, _, signal, degrees, fan = await self._ask("error_status")
            alarms = {
                sentence("its backlight has failed: it needs to be mended"): lamp,
                sentence("its fan has failed: it needs to be mended"): fan,
                sentence("it is too hot ({degrees} °C): are its air inlets free?", degrees=degrees): heat,
            }  # fmt: skip
            notes = tuple(words for words, part in alarms.items() if part.name == "ERROR")
            broken = {"lamp": lamp, "fan": fan, "temperature": heat}
            said = {"temperature": f"{degrees} °C", "signal": "no" if signal.name == "ERROR" else "yes"}
            words = " ".join(name for name, part in broken.items() if part.name == "ERROR")
            return {**said, **({"alarms": words} if words else {})}, notes
        return {}, ()

    async def _setting(self, name: str, value: Shown, facts: Mapping[str, str]) -> Shown:
        """One setting as it is."""
        match name:
            case "network_standby" | "panel_lock":
                return bool((await self._ask(name))[0].value)
            case "remote_lock":
                return not (await self._ask("ir_state"))[0].value
            case "name":
                return await self._heard(self._talk.text(_NAME))
            case "volume":
                return await self._volume()
            case "maximum_volume":
                return at_most(await self._volume(), value)
            case "start_source":
                return await self._start_source()
            case "on_timer" | "off_timer":
                return timers.words(await self._timer(), on=name == "on_timer")
            case "minimum_firmware":
                return at_least(facts["firmware"], value) if "firmware" in facts else await self._unknown("firmware")
        raise RefusedError(
            sentence(_NOT[name]) if name in _NOT else sentence("MDC has no {what}", what=subject_words((name,)))
        )

    async def _unknown(self, what: str) -> Shown:
        raise RefusedError(sentence("it does not say its {what}", what=subject_words((what,))))

    async def _volume(self) -> int:
        volume = int((await self._ask("volume"))[0])
        if volume == _NO_AUDIO:
            raise RefusedError(sentence("it has no loudspeakers"))
        return volume

    async def _start_source(self) -> str | None:
        """Its primary source, if it goes back to that by itself."""
        switching = (await self._ask("auto_source_switch"))[0].name
        recovery, primary, _ = await self._ask("auto_source")
        return _source(primary.name) if (switching, recovery.name) == ("ON", "ON") else None

    async def _timer(self) -> tuple[Any, ...]:
        """Timer 1, of either kind."""
        try:
            return await self._ask("timer_15", 1)
        except RuntimeError:
            # The library's word for the older kind.
            return await self._ask("timer_13", 1)

    async def write(self, wishes: Sequence[Wish]) -> Mapping[Path, str]:
        """See `Session.write`."""
        refused: dict[Path, str] = {}
        orders: Mapping[str, Callable[[Any], Awaitable[object]]] = {
            "network_standby": lambda on: self._ask("network_standby", [int(on)]),
            "panel_lock": lambda on: self._ask("panel_lock", [int(on)]),
            "remote_lock": lambda on: self._ask("ir_state", [int(not on)]),
            "name": lambda text: self._ask("device_name", [text]),
            "volume": lambda number: self._ask("volume", [number]),
            "maximum_volume": lambda number: self._ask("volume", [number]),
            "start_source": self._set_start_source,
        }
        # Both halves of the timer are one command.
        halves = {wish.path: str(wish.after) for wish in wishes if wish.path in _TIMERS}
        for wish in wishes:
            try:
                if wish.path not in halves:
                    await orders[wish.path[0]](wish.after)
                elif wish.path == next(iter(halves)):
                    await self._set_timer(halves)
            except RefusedError as error:
                refused.update(dict.fromkeys(halves if wish.path in halves else [wish.path], str(error)))
        return refused

    async def _set_start_source(self, wanted: str | None) -> None:
        """Go to a source by itself when another has no signal, and back to it; None: stay where it is."""
        if wanted is not None:
            if wanted not in SOURCES:
                raise RefusedError(
                    sentence("MDC has no source {name}; it has {names}", name=wanted, names=", ".join(SOURCES))
                )
            *_, secondary = await self._ask("auto_source")
            await self._ask("auto_source", [1, SOURCES[wanted], secondary])
        await self._ask("auto_source_switch", [int(wanted is not None)])

    async def _set_timer(self, halves: Mapping[Path, str]) -> None:
        before = values = await self._timer()
        for path, wanted in halves.items():
            values = timers.changed(values, wanted, on=path == _TIMERS[0])
        for path in _TIMERS:
            half = {"on": path == _TIMERS[0]}
            if timers.words(values, **half) == halves.get(path, timers.words(before, **half)):
                continue
            raise RefusedError(sentence("it has one set of days for switching on and off, and the inventory wants two"))
        await self._ask("timer_13" if len(values) == timers.SHORT else "timer_15", 1, values)


def _source(name: str) -> str:
    """A source of the library in the words of the inventory; one that it has no word for as it is."""
    known = {theirs: ours for ours, theirs in SOURCES.items()}
    return known.get(_SAME.get(name, name), name.lower())


def _told(wish: Wish) -> str:
    if isinstance(wish.after, bool):
        words = ("free", "locked") if wish.path == ("remote_lock",) else ("off", "on")
        return words[wish.after]
    return str(wish.after)
