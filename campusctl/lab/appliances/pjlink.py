"""A projector that speaks PJLink, class 1 and 2.

Written from the specification: PJLink class 1 version 1.04 and class 2 version 2.10 (JBMIA): greeting and MD5
authentication (5), commands (4), error answers (2.2).
"""

import asyncio
import hashlib
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import ClassVar, Final

from campusctl.lab.appliances.base import Appliance

IDLE_S: Final = 30.0
"""A connection on which nobody says anything for so long is closed."""

_KINDS: Final = {"rgb": "1", "video": "2", "digital": "3", "storage": "4", "network": "5", "internal": "6"}
_INPUTS: Final = {
    "11": "Computer", "21": "Video", "31": "HDMI 1", "32": "HDMI 2 / MHL", "41": "USB", "51": "LAN", "3A": "HDBaseT",
}  # fmt: skip
_PARTS: Final = ("fan", "lamp", "hot", "cover", "filter")
"""Bytes 1 to 5 of the error status, by our faults."""
_ASLEEP: Final = frozenset({"INPT", "AVMT", "FREZ", "IRES", "INST", "SVOL", "MVOL"})
"""Not available in standby."""


class PjlinkProjector(Appliance):
    """See the module."""

    faults: ClassVar[Mapping[str, str]] = {
        "standby": "is in standby: its network part answers, the rest does not",
        "source": "shows the input VALUE, such as rgb1: somebody chose it with the remote control",
        "muted": "its picture is muted: somebody did that with the remote control",
        "warming": "warms up, and never gets done",
        "fan": "its fan has failed",
        "lamp": "its lamp has failed",
        "hot": "it is too hot",
        "cover": "its cover is open",
        "filter": "its filter wants to be cleaned",
        "wrong-password": "knows another password",
        "slow": "waits VALUE seconds before every answer (2 are legal)",
        "garbage": "answers bytes that mean nothing",
        "pieces": "sends its answers byte by byte",
        "err3": "says to every command that contains VALUE that it is not available now",
        "err4": "says to every command that contains VALUE that it has a failure",
        "class1": "speaks class 1 only",
        "silent": "makes every setting that contains VALUE, and does not answer",
        "odd-name": "has a name that is no UTF-8 and longer than allowed",
    }

    lamp_s: float = 2.0
    """How long it warms up and cools down, in seconds; a real lamp takes a minute or two."""

    def set_up(self, *, factory: bool) -> None:
        """Become as the inventory says, or as out of the box."""
        wanted = {} if factory else {path[0]: value for path, value in self.spec.settings}
        self.power = "1"
        self.input = _input(str(wanted.get("input", "11")))
        self.muted = {"1": wanted.get("picture_mute") is True, "2": wanted.get("sound_mute") is True}
        self.frozen = wanted.get("freeze") is True
        self.name = str(wanted.get("name", "Projector"))
        self.lamp_h = _half(wanted.get("maximum_lamp_hours"), 1_234)
        self.filter_h = _half(wanted.get("maximum_filter_hours"), 234)
        self.firmware = str(wanted.get("minimum_firmware", "1.02"))
        self.resolution = str(wanted.get("resolution", "1920x1080"))
        self._turning: asyncio.Task[None] | None = None

    def set_faults(self, faults: tuple[str, ...]) -> None:
        """See `Appliance.set_faults`; what somebody did with the remote control can be undone over the network."""
        before = self.fault
        super().set_faults(faults)
        wanted = {path[0]: value for path, value in self.spec.settings}
        if self.fault.get("source") != before.get("source"):
            self.input = _input(self.fault.get("source") or str(wanted.get("input", "11")))
        if ("muted" in self.fault) != ("muted" in before):
            self.muted["1"] = "muted" in self.fault or wanted.get("picture_mute") is True

    async def conversation(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, from the greeting on."""
        password = self._password()
        token = secrets.token_hex(4)
        await self._send(writer, f"PJLINK 1 {token}" if password else "PJLINK 0")
        known = not password
        while True:
            line = (await asyncio.wait_for(reader.readuntil(b"\r"), IDLE_S))[:-1].decode("utf-8", "replace")
            if self.drops_now():
                return
            if not known:
                digest = hashlib.md5(f"{token}{password}".encode()).hexdigest()  # noqa: S324 - PJLink has no other
                if not line.lower().startswith(digest):
                    await self._send(writer, "PJLINK ERRA")
                    return
                line, known = line[len(digest) :], True
            answer = self._answer(line)
            if answer is not None:
                await self._send(writer, answer)

    def _password(self) -> str:
        password = self.spec.secrets.get("password", "")
        return f"not-{password}" if "wrong-password" in self.fault else password

    async def _send(self, writer: asyncio.StreamWriter, answer: str) -> None:
        if "slow" in self.fault:
            await asyncio.sleep(float(self.fault["slow"] or 2))
        data = answer.encode("utf-8", "surrogateescape") + b"\r"
        if "garbage" in self.fault:
            data = bytes(byte ^ 0xA5 for byte in data[:-1]) + b"\r"
        for part in [data[at : at + 1] for at in range(len(data))] if "pieces" in self.fault else [data]:
            writer.write(part)
            await writer.drain()
            if "pieces" in self.fault:
                await asyncio.sleep(0)

    def _answer(self, line: str) -> str | None:
        """What is answered to a command; None: nothing."""
        if len(line) < 7 or line[0] != "%" or line[6] != " ":
            return f"{line[:6]}=ERR1" if line.startswith("%") else None
        command, what = line[2:6].upper(), line[7:]
        said = self._word(line[1], command, what)
        return None if said is None else f"%{line[1]}{command}={said}"

    def _word(self, version: str, command: str, what: str) -> str | None:
        if self.fault.get("err4", "\0") in command:
            return "ERR4"
        if self.fault.get("err3", "\0") in command or (self._state() != "1" and command in _ASLEEP):
            return "ERR3"
        two = version == "2"
        if version not in "12" or (two and "class1" in self.fault):
            return "ERR1"
        if what == "?" or (command == "INNM" and what.startswith("?")):
            return self._told(command, what, two=two)
        return self._ordered(command, what, two=two)

    def _state(self) -> str:
        """0 standby, 1 on, 2 cooling down, 3 warming up."""
        return "0" if "standby" in self.fault else "3" if "warming" in self.fault else self.power

    def _told(self, command: str, what: str, *, two: bool) -> str:
        """An answer to a question."""
        if command == "INNM" and two:
            return _INPUTS.get(what[1:].upper(), "ERR2")
        both = {
            "POWR": self._state, "INPT": lambda: self.input, "AVMT": self._mute_word, "ERST": self._errors,
            "LAMP": lambda: f"{self.lamp_h} {int(self._state() == '1')}", "NAME": self._name,
            "INST": lambda: " ".join(code for code in _INPUTS if two or code[1].isdigit()),
            "INF1": lambda: "Laborprojektoren", "INF2": lambda: self.spec.model or "LP-100", "INFO": lambda: "",
            "CLSS": lambda: "1" if "class1" in self.fault else "2",
        }  # fmt: skip
        second = {
            "SNUM": lambda: self.serial, "SVER": lambda: self.firmware, "IRES": lambda: "1920x1080",
            "RRES": lambda: self.resolution, "FILT": lambda: str(self.filter_h), "RLMP": lambda: "LP-1-LAMP",
            "RFIL": lambda: "LP-1-FILTER", "FREZ": lambda: str(int(self.frozen)),
        }  # fmt: skip
        known: Mapping[str, Callable[[], str]] = {**both, **(second if two else {})}
        return known[command]() if command in known else "ERR1"

    def _name(self) -> str:
        return "B\udcfchne " + "x" * 300 if "odd-name" in self.fault else self.name

    def _mute_word(self) -> str:
        picture, sound = self.muted["1"], self.muted["2"]
        return "31" if picture and sound else "11" if picture else "21" if sound else "30"

    def _errors(self) -> str:
        levels = ["2" if part in self.fault else "0" for part in _PARTS]
        levels[4] = "1" if "filter" in self.fault else "0"
        return "".join(levels) + "0"

    def _ordered(self, command: str, what: str, *, two: bool) -> str | None:
        """An answer to an order, which is carried out."""
        orders: Mapping[str, tuple[str, Callable[[str], bool]]] = {
            "POWR": ("power", self._switch), "INPT": ("input", self._choose), "AVMT": ("", self._mute),
            "FREZ": ("freeze", self._freeze), "SVOL": ("volume", lambda step: step in ("0", "1")),
        }  # fmt: skip
        if command not in orders or (command in ("FREZ", "SVOL") and not two):
            return "ERR1"
        setting, make = orders[command]
        if command == "INPT" and not two and not what[1:].isdigit():
            return "ERR2"
        settings = _tracks(what) if command == "AVMT" else (setting,)
        if any(self.refuses(name) for name in settings):
            return "ERR2"
        if any(self.lies(name) for name in settings):
            return "OK"
        if not make(what):
            return "ERR2"
        return None if any(self.fault.get("silent", "\0") in name for name in settings) else "OK"

    def _switch(self, on: str) -> bool:
        if on not in ("0", "1"):
            return False
        if on != self.power and self._turning is None:
            self.power = "3" if on == "1" else "2"
            self._turning = asyncio.get_running_loop().create_task(self._turn(on))
        return True

    async def _turn(self, on: str) -> None:
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(self.lamp_s)
        self.power, self._turning = on, None

    def _choose(self, code: str) -> bool:
        if code.upper() not in _INPUTS:
            return False
        self.input = code.upper()
        return True

    def _mute(self, what: str) -> bool:
        if len(what) != 2 or what[0] not in "123" or what[1] not in "01":
            return False
        for track in ("1", "2") if what[0] == "3" else (what[0],):
            self.muted[track] = what[1] == "1"
        return True

    def _freeze(self, on: str) -> bool:
        if on not in ("0", "1"):
            return False
        self.frozen = on == "1"
        return True


def _tracks(what: str) -> tuple[str, ...]:
    """The settings of the inventory that an AVMT is about."""
    return {"1": ("picture_mute",), "2": ("sound_mute",)}.get(what[:1], ("picture_mute", "sound_mute"))


def _input(said: str) -> str:
    """The code of an input as the inventory says it."""
    kind, number = said[:-1].lower(), said[-1:].upper()
    if kind in _KINDS:
        return _KINDS[kind] + number
    by_name = {name.lower(): code for code, name in _INPUTS.items()}
    return by_name.get(said.lower(), said if said in _INPUTS else "11")


def _half(most: object, otherwise: int) -> int:
    return most // 2 if isinstance(most, int) else otherwise
