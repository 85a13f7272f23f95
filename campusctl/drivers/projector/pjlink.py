"""Projectors that speak PJLink, class 1 or 2."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any, Final, TypeVar

from campusctl.drivers.appliance.asking import RefusedError, SilentError
from campusctl.drivers.appliance.base import DeviceTroubleError, Link, Reading, Wish
from campusctl.drivers.appliance.bounds import at_least, at_most
from campusctl.drivers.projector.link import Conversation, NotNowError
from campusctl.drivers.projector.words import ALARMS, LEVELS, PARTS, POWER, code_of, input_of, short
from campusctl.engine.words import subject_words
from campusctl.model.appliance import Shown
from campusctl.model.outcome import FaultKind
from campusctl.model.sentence import sentence, told_as
from campusctl.model.setting import Path
from campusctl.words.language import N_

T = TypeVar("T")

INPUT: Final[Path] = ("input",)
PICTURE: Final[Path] = ("picture_mute",)
SOUND: Final[Path] = ("sound_mute",)
FREEZE: Final[Path] = ("freeze",)

_CHECKED: Final[Mapping[Path, str]] = {
    ("name",): N_("PJLink cannot set it: set it in the projector's menu"),
    ("resolution",): N_("it is how the projector is built"),
    ("maximum_lamp_hours",): N_("the lamp has burnt too long: replace it, and set its counter back"),
    ("maximum_filter_hours",): N_("the filter has served too long: clean it, and set its counter back"),
    ("minimum_firmware",): N_("an update is somebody's work"),
}
"""Settings that are checked, and why they are not set."""

_DISTURBS: Final[Mapping[Path, str]] = {
    INPUT: N_("the picture of its room: another input"),
    PICTURE: N_("the picture of its room"),
    SOUND: N_("the sound of its room"),
    FREEZE: N_("the picture of its room"),
}


_FACTS: Final[Mapping[str, tuple[str, str]]] = {
    "name": ("NAME", "1"), "manufacturer": ("INF1", "1"), "model": ("INF2", "1"), "about": ("INFO", "1"),
    "serial": ("SNUM", "2"), "firmware": ("SVER", "2"), "lamp_hours": ("LAMP", "1"), "filter_hours": ("FILT", "2"),
}  # fmt: skip
"""What it says of itself: the command, and the class that it needs."""

_UNKNOWN: Final = "unknown"
_CLASS: Final = re.compile("[12]")
_LATER: Final = "ask again in two minutes"


class Pjlink:
    """See `campusctl.drivers.appliance.base.Dialect`."""

    port = 4352
    off_when_silent = True

    @asynccontextmanager
    async def open(self, link: Link) -> AsyncIterator["PjlinkSession"]:
        """Connect, and log in where the projector asks for it."""
        conversation = Conversation(link)
        try:
            await conversation.open()
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
        return sentence(_DISTURBS[path]) if path in _DISTURBS else ""


_ALARM: Final = {"ERROR": "{}", "WARN": "{}-warning"}
"""Words of the fact `alarms`, by level."""


class PjlinkSession:
    """See `campusctl.drivers.appliance.base.Session`."""

    def __init__(self, conversation: Conversation) -> None:
        """Nothing is known of the projector yet."""
        self._talk = conversation
        self._class, self._power = "1", _UNKNOWN

    async def read(self, wanted: Mapping[Path, Shown]) -> Reading:
        """See `Session.read`.

        Raises:
            DeviceTroubleError: In standby, and something that is wanted cannot be read there.
        """
        refusal = await self._look()
        facts = {"power": self._power, "class": self._class, **await self._facts()}
        state: dict[Path, Shown] = {}
        lacks: dict[Path, str] = {}
        for path, value in wanted.items():
            try:
                state[path] = await self._setting(path, value, facts)
            except RefusedError as error:
                if (self._asleep and path in _DISTURBS) or (isinstance(error, NotNowError) and self._power != "on"):
                    raise self._off() from None
                lacks[path] = error.args[0]
        if refusal and not state and lacks:
            what = f"asked whether it is on, it answers: {refusal}"
            raise DeviceTroubleError(FaultKind.MALFORMED, what, "switch it off at the mains for a minute")
        if not self._asleep:
            with suppress(RefusedError):
                facts["source"] = input_of(await self._input_code())
        read_only = {path: sentence(why) for path, why in _CHECKED.items() if path in state}
        alarms = await self._alarms()
        facts["alarms"] = " ".join(_ALARM[level].format(part) for part, level in alarms if level in _ALARM)
        notes = tuple(sentence(ALARMS[alarm]) for alarm in alarms)
        return Reading(state, lacks, read_only, {name: said for name, said in facts.items() if said}, notes)

    @property
    def _asleep(self) -> bool:
        return self._power not in ("on", _UNKNOWN)

    def _off(self) -> DeviceTroubleError:
        """It is not on; what is wanted can be read then only."""
        if self._power == _UNKNOWN:
            what = "it says that it is not available right now (ERR3), and not whether it is on"
            return DeviceTroubleError(FaultKind.OFF, what, _LATER)
        return DeviceTroubleError(FaultKind.OFF, self._power, "" if self._power == "standby" else _LATER)

    async def _look(self) -> str:
        """Whether it is on, and which class it speaks; the first one's refusal."""
        refusal = ""
        try:
            self._power = POWER.get(await self._said("POWR"), _UNKNOWN)
        except RefusedError as error:
            refusal = str(error)
        except TimeoutError:
            what = "it greets, and does not say whether it is on"
            raise DeviceTroubleError(FaultKind.TIMEOUT, what, "switch it off at the mains for a minute") from None
        with suppress(RefusedError):
            # Some makes write more than the digit: `Class 2`.
            self._class = (_CLASS.findall(await self._said("CLSS")) or ["1"])[-1]
        return refusal

    async def _said(self, command: str, version: str = "1") -> str:
        return await self._ask(lambda projector: projector.transmit(command, "?", version))

    async def _ask(self, question: Callable[[Any], Awaitable[T]]) -> T:
        """See `Conversation.ask`. One that is not on and leaves a question without an answer is off."""
        try:
            return await self._talk.ask(question)
        except SilentError:
            if self._asleep:
                raise self._off() from None
            raise

    async def _facts(self) -> dict[str, str]:
        """What it is; what it does not say is left out."""
        facts = {}
        for name, (command, version) in _FACTS.items():
            if version <= self._class:
                with suppress(RefusedError):
                    facts[name] = short(await self._said(command, version))
        # Hours and whether it is lit, of each lamp; some makes leave out the latter.
        hours = facts["lamp_hours"].split() if facts.get("lamp_hours") else []
        facts["lamp_hours"] = " ".join(hours[::2])
        return {name: value for name, value in facts.items() if value}

    async def _setting(self, path: Path, value: Shown, facts: Mapping[str, str]) -> Shown:
        """One setting as it is."""
        match path:
            case ("input",):
                return await self._input(str(value))
            case ("picture_mute",) | ("sound_mute",):
                return await self._muted(path)
            case ("freeze",):
                self._needs_class_2()
                return await self._ask(lambda projector: projector.freeze.get())
            case ("resolution",):
                self._needs_class_2()
                return (await self._said("RRES", "2")).lower()
            case ("name",):
                return _fact(facts, "name")
            case ("maximum_lamp_hours",):
                return at_most(max(_numbers(facts, "lamp_hours")), value)
            case ("maximum_filter_hours",):
                return at_most(max(_numbers(facts, "filter_hours")), value)
            case ("minimum_firmware",):
                return at_least(_fact(facts, "firmware"), value)
        raise RefusedError(
            sentence("PJLink has no {what}", what=told_as(" ".join(path), N_("{subject}"), subject=subject_words(path)))
        )

    async def _muted(self, path: Path) -> bool:
        """Whether picture or sound is muted. The library refuses the answers 10 and 20, which makes do send."""
        said = await self._said("AVMT")
        track = {PICTURE: "1", SOUND: "2"}[path]
        if not re.fullmatch("[123][01]", said):
            raise RefusedError(sentence("it answers something that PJLink does not know"))
        return said in (f"{track}1", "31")

    def _needs_class_2(self) -> None:
        if self._class != "2":
            raise RefusedError(sentence("this needs PJLink class 2, and it speaks class 1"))

    async def _input_code(self) -> str:
        """Code of what is shown; makes have more kinds than the specification and the library."""
        return await self._said("INPT", self._class)

    async def _input(self, wanted: str) -> str:
        """The input that is shown: by kind and number, or by name where that is how it is wanted."""
        code = await self._input_code()
        if code_of(wanted) or self._class != "2":
            return input_of(code)
        with suppress(RefusedError):
            name = await self._input_name(code)
            return wanted if name.casefold() == wanted.casefold() else name
        return input_of(code)

    async def _input_name(self, code: str) -> str:
        return short(await self._ask(lambda projector: projector.transmit("INNM", f"?{code}", "2")))

    async def _alarms(self) -> Sequence[tuple[str, str]]:
        """What is wrong with it: part and level of its error status."""
        with suppress(RefusedError):
            said = await self._said("ERST")
            return [(part, LEVELS[mark]) for part, mark in zip(PARTS, said, strict=False) if mark in LEVELS]
        return ()

    async def write(self, wishes: Sequence[Wish]) -> Mapping[Path, str]:
        """See `Session.write`."""
        refused: dict[Path, str] = {}
        for order, paths in self._orders(wishes):
            try:
                await order()
            except RefusedError as error:
                refused.update(dict.fromkeys(paths, str(error)))
        return refused

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

    async def _mute(self, track: str, *, on: bool) -> None:
        await self._ask(lambda projector: getattr(projector.mute, track)(on))

    async def _freeze(self, *, on: bool) -> None:
        await self._ask(lambda projector: projector.freeze.set(on))

    async def _choose(self, wanted: str) -> None:
        """Show an input."""
        code = code_of(wanted) or await self._code_by_name(wanted)
        await self._ask(lambda projector: projector.transmit("INPT", code, self._class))

    async def _code_by_name(self, wanted: str) -> str:
        """The code of an input that is said by its name.

        Raises:
            RefusedError: There is none.
        """
        self._needs_class_2()
        known = {}
        for code in (await self._said("INST", "2")).split():
            with suppress(RefusedError):
                known[await self._input_name(code)] = code
        for name, code in known.items():
            if name.casefold() == wanted.casefold():
                return code
        raise RefusedError(sentence("it has no input {name}; it has {names}", name=wanted, names=", ".join(known)))


def _fact(facts: Mapping[str, str], name: str) -> str:
    """A fact that a setting is checked against.

    Raises:
        RefusedError: The projector does not say it.
    """
    if name not in facts:
        raise RefusedError(sentence("it does not say its {what}", what=subject_words((name,))))
    return facts[name]


def _numbers(facts: Mapping[str, str], name: str) -> list[int]:
    """The numbers of such a fact.

    Raises:
        RefusedError: The projector does not say it, or something else.
    """
    said = _fact(facts, name)
    if not re.fullmatch(r"\d+( \d+)*", said, re.ASCII):
        raise RefusedError(sentence("it answers something that PJLink does not know"))
    return [int(number) for number in said.split()]
