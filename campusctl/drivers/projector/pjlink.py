"""Projectors that speak PJLink, class 1 or 2."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any, Final

from campusctl.drivers.appliance.base import DeviceTroubleError, Link, Reading, Wish
from campusctl.drivers.appliance.bounds import at_least, at_most
from campusctl.drivers.projector.link import Conversation, NotNowError, RefusedError, no_power
from campusctl.drivers.projector.words import ALARMS, POWER, code_of, input_of
from campusctl.model.appliance import Shown
from campusctl.model.outcome import FaultKind
from campusctl.model.setting import Path

INPUT: Final[Path] = ("input",)
PICTURE: Final[Path] = ("picture_mute",)
SOUND: Final[Path] = ("sound_mute",)
FREEZE: Final[Path] = ("freeze",)

_CHECKED: Final[Mapping[Path, str]] = {
    ("name",): "PJLink cannot set it: set it in the projector's menu",
    ("resolution",): "it is how the projector is built",
    ("maximum_lamp_hours",): "the lamp has burnt too long: replace it, and set its counter back",
    ("maximum_filter_hours",): "the filter has served too long: clean it, and set its counter back",
    ("minimum_firmware",): "an update is somebody's work",
}
"""Settings that are checked, and why they are not set."""

_DISTURBS: Final[Mapping[Path, str]] = {
    INPUT: "the picture of its room: another input",
    PICTURE: "the picture of its room",
    SOUND: "the sound of its room",
    FREEZE: "the picture of its room",
}


class Pjlink:
    """See `campusctl.drivers.appliance.base.Dialect`."""

    port = 4352
    off_when_silent = True

    @asynccontextmanager
    async def open(self, link: Link) -> AsyncIterator["PjlinkSession"]:
        """Connect, and log in where the projector asks for it."""
        conversation = Conversation(link)
        await conversation.open()
        try:
            yield PjlinkSession(conversation)
        finally:
            await conversation.close()

    def step(self, wish: Wish) -> str:
        """What will be sent for it."""
        if wish.path == INPUT:
            code = code_of(str(wish.after))
            return f"INPT {code}" if code else f"INPT of the input {wish.after}"
        command = {PICTURE: "AVMT 1", SOUND: "AVMT 2", FREEZE: "FREZ "}
        return f"{command[wish.path]}{int(bool(wish.after))}"

    def interrupts(self, path: Path) -> str:
        """Whose lesson is disturbed."""
        return _DISTURBS.get(path, "")


_ALARM: Final = {"ERROR": "{}", "WARN": "{}-warning"}
"""Words of the fact `alarms`, by level."""


class PjlinkSession:
    """See `campusctl.drivers.appliance.base.Session`."""

    def __init__(self, conversation: Conversation) -> None:
        """Nothing is known of the projector yet."""
        self._talk = conversation
        self._class = conversation.pjlink.C1

    @property
    def _pjlink(self) -> Any:  # noqa: ANN401 - the library has no types
        return self._talk.pjlink

    async def read(self, wanted: Mapping[Path, Shown]) -> Reading:
        """See `Session.read`.

        Raises:
            DeviceTroubleError: In standby, and something that is wanted cannot be read there.
        """
        power = await self._power()
        with suppress(RefusedError, NotNowError):
            self._class = await self._talk.ask(self._pjlink.info.pjlink_class())
        facts = {"power": POWER[power], "class": self._class.value, **await self._facts()}
        state: dict[Path, Shown] = {}
        lacks: dict[Path, str] = {}
        for path, value in wanted.items():
            try:
                state[path] = await self._setting(path, value, facts)
            except RefusedError as error:
                lacks[path] = str(error)
            except NotNowError as error:
                if power != "ON":
                    hint = "" if power == "OFF" else "ask again in two minutes"
                    raise DeviceTroubleError(FaultKind.OFF, POWER[power], hint) from None
                lacks[path] = str(error)
        if power == "ON":
            await self._shown(facts)
        read_only = {path: why for path, why in _CHECKED.items() if path in state}
        alarms = await self._alarms()
        facts["alarms"] = " ".join(_ALARM[level].format(part) for part, level in alarms if level in _ALARM)
        notes = tuple(ALARMS[alarm] for alarm in alarms if alarm in ALARMS)
        return Reading(state, lacks, read_only, {name: said for name, said in facts.items() if said}, notes)

    async def _power(self) -> str:
        try:
            return str((await self._talk.ask(self._pjlink.power.get())).name)
        except (RefusedError, NotNowError) as error:
            raise no_power(error) from None

    async def _facts(self) -> dict[str, str]:
        """What it is; what it does not say is left out."""
        info, two = self._pjlink.info, self._class == self._pjlink.C2
        questions: dict[str, Callable[[], Awaitable[str]]] = {
            "name": info.projector_name, "manufacturer": info.manufacturer_name, "model": info.product_name,
            "about": info.other,
        }  # fmt: skip
        if two:
            questions |= {"serial": info.serial_number, "firmware": info.software_version}
        facts = {}
        for name, question in questions.items():
            with suppress(RefusedError, NotNowError):
                facts[name] = await self._talk.text(question())
        with suppress(RefusedError, NotNowError):
            lamps = await self._talk.ask(self._pjlink.lamps.status())
            facts["lamp_hours"] = " ".join(str(hours) for hours, _ in lamps)
        if two:
            with suppress(RefusedError, NotNowError):
                facts["filter_hours"] = str(await self._talk.ask(self._pjlink.filter.hours()))
        return {name: value for name, value in facts.items() if value}

    async def _shown(self, facts: dict[str, str]) -> None:
        """What is on the wall right now, for people."""
        with suppress(RefusedError, NotNowError):
            code = await self._input_code()
            facts["source"] = input_of(code)

    async def _setting(self, path: Path, value: Shown, facts: Mapping[str, str]) -> Shown:
        """One setting as it is."""
        match path:
            case ("input",):
                return await self._input(str(value))
            case ("picture_mute",) | ("sound_mute",):
                return await self._muted(path)
            case ("freeze",):
                return bool(await self._talk.ask(self._of_class_2().freeze.get()))
            case ("resolution",):
                return "x".join(map(str, await self._talk.ask(self._of_class_2().sources.recommended_resolution())))
            case ("name",):
                return _said(facts, "name")
            case ("maximum_lamp_hours",):
                return at_most(max(map(int, _said(facts, "lamp_hours").split())), value)
            case ("maximum_filter_hours",):
                return at_most(int(_said(facts, "filter_hours")), value)
            case ("minimum_firmware",):
                return at_least(_said(facts, "firmware"), value)
        raise RefusedError(f"PJLink has no {' '.join(path)}")

    async def _muted(self, path: Path) -> bool:
        """Whether picture or sound is muted. The library refuses the answers 10 and 20, which makes do send."""
        said = await self._talk.ask(self._pjlink.transmit("AVMT", "?", self._pjlink.C1))
        track = {PICTURE: "1", SOUND: "2"}[path]
        if not re.fullmatch("[123][01]", said):
            raise RefusedError("it answers something that PJLink does not know")
        return said in (f"{track}1", "31")

    def _of_class_2(self) -> Any:  # noqa: ANN401 - the library has no types
        if self._class != self._pjlink.C2:
            raise RefusedError("this needs PJLink class 2, and it speaks class 1")
        return self._pjlink

    async def _input_code(self) -> str:
        mode, index = await self._talk.ask(self._pjlink.sources.get(pjclass=self._class))
        return f"{mode.value}{index}"

    async def _input(self, wanted: str) -> str:
        """The input that is shown: by kind and number, or by name where that is how it is wanted."""
        code = await self._input_code()
        if code_of(wanted) or self._class != self._pjlink.C2:
            return input_of(code)
        with suppress(RefusedError):
            name = await self._talk.text(self._pjlink.sources.get_source_name(code[0], code[1]))
            return wanted if name.casefold() == wanted.casefold() else name
        return input_of(code)

    async def _alarms(self) -> tuple[tuple[str, str], ...]:
        """What is wrong with it: part and level of its error status."""
        with suppress(RefusedError, NotNowError):
            errors = await self._talk.ask(self._pjlink.errors.query())
            return tuple((part.value, level.name) for part, level in errors.items())
        return ()

    async def write(self, wishes: Sequence[Wish]) -> Mapping[Path, str]:
        """See `Session.write`. A projector that does not answer is called again for the next setting."""
        refused: dict[Path, str] = {}
        for order, paths in self._orders(wishes):
            try:
                await self._order(order)
            except (RefusedError, NotNowError) as error:
                refused.update(dict.fromkeys(paths, str(error)))
        return refused

    async def _order(self, order: Callable[[], Awaitable[None]]) -> None:
        """One setting. Who hangs up is told it again; who is silent may have heard it."""
        try:
            await self._talk.ask(order())
        except TimeoutError:
            await self._talk.open_again()
        except (EOFError, ConnectionError):
            await self._talk.open_again()
            await self._talk.ask(order())

    def _orders(self, wishes: Sequence[Wish]) -> Iterator[tuple[Callable[[], Awaitable[None]], tuple[Path, ...]]]:
        """What to do, and which settings each is for."""
        after = {wish.path: wish.after for wish in wishes}
        if INPUT in after:
            yield partial(self._choose, str(after[INPUT])), (INPUT,)
        tracks = {path: bool(after[path]) for path in (PICTURE, SOUND) if path in after}
        if len(tracks) == 2 and len(set(tracks.values())) == 1:
            # Some shutters know both tracks only.
            yield partial(self._mute, "both", on=tracks[PICTURE]), (PICTURE, SOUND)
        else:
            for path, on in tracks.items():
                yield partial(self._mute, "video" if path == PICTURE else "audio", on=on), (path,)
        if FREEZE in after:
            yield partial(self._freeze, on=bool(after[FREEZE])), (FREEZE,)

    # The connection may be another one by the time an order is given.

    async def _mute(self, track: str, *, on: bool) -> None:
        await getattr(self._pjlink.mute, track)(on)

    async def _freeze(self, *, on: bool) -> None:
        await self._pjlink.freeze.set(on)

    async def _choose(self, wanted: str) -> None:
        """Show an input."""
        code = code_of(wanted) or await self._code_by_name(wanted)
        await self._pjlink.sources.set(code[0], code[1], pjclass=self._class)

    async def _code_by_name(self, wanted: str) -> str:
        """The code of an input that is said by its name.

        Raises:
            RefusedError: There is none.
        """
        sources = self._of_class_2().sources
        known = {}
        for mode, index in await sources.available(pjclass=self._class):
            with suppress(RefusedError):
                known[await self._talk.text(sources.get_source_name(mode, index))] = f"{mode.value}{index}"
        for name, code in known.items():
            if name.casefold() == wanted.casefold():
                return code
        raise RefusedError(f"it has no input {wanted}; it has {', '.join(known)}")


def _said(facts: Mapping[str, str], name: str) -> str:
    """A fact that a setting is checked against.

    Raises:
        RefusedError: The projector does not say it.
    """
    if name not in facts:
        raise RefusedError(f"it does not say its {name.replace('_', ' ')}")
    return facts[name]
