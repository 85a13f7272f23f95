"""Projectors that bend PJLink: each is read, and whatever can be set is set. They share no code with the lab."""

import asyncio
import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import pytest
from appliance_rig import Rig, assessed_and_applied, stranger

from campusctl.model.outcome import Fault, FaultKind, OutcomeKind
from campusctl.model.plan import Target

SETTINGS: Final = {
    "login": {"password": "p/w"},
    "input": "digital1",
    "sound_mute": True,
    "freeze": True,
    "maximum_lamp_hours": 3000,
}
PASSWORD: Final = "Beamer"
ANSWERS: Final = {
    "POWR": "1", "CLSS": "2", "NAME": "Aula", "INF1": "Maker", "INF2": "P1", "INFO": "", "SNUM": "SN-1", "SVER": "1.0",
    "LAMP": "100 1", "FILT": "5", "INPT": "11", "AVMT": "30", "FREZ": "0", "ERST": "000000",
}  # fmt: skip


@dataclass
class Odd:
    """A projector, and in what way it is odd."""

    says: Mapping[str, str] = field(default_factory=dict)
    """Answers to questions that are other than those of every projector."""
    refuses: Mapping[str, str] = field(default_factory=dict)
    """Answers to questions and orders."""
    mute: str = ""
    """Commands that it never answers."""
    salt: str = ""
    """It asks for the password with this random number."""
    greeting: str = ""
    """What it says first; empty: as it should."""
    hangs_up: bool = False
    """It closes the connection after each answer."""
    bent: Callable[[bytes], bytes] = bytes
    """What becomes of an answer on its way."""

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        writer.write((self.greeting or (f"PJLINK 1 {self.salt}\r" if self.salt else "PJLINK 0\r")).encode())
        digest = hashlib.md5(f"{self.salt}{PASSWORD}".encode()).hexdigest() if self.salt else ""
        try:
            while line := (await reader.readuntil(b"\r"))[:-1].decode():
                if not line.startswith(digest):
                    writer.write(b"PJLINK ERRA\r")
                    break
                line, digest = line.removeprefix(digest), ""
                said = self._said(line[2:6], line[7:])
                if said is not None:
                    writer.write(self.bent(f"%{line[1]}{line[2:6]}={said}\r".encode()))
                if self.hangs_up:
                    break
            await writer.drain()
        except (EOFError, ConnectionError):
            pass
        writer.close()

    def _said(self, command: str, what: str) -> str | None:
        if command in self.mute.split():
            return None
        if command in self.refuses:
            return self.refuses[command]
        if what == "?":
            return self.__dict__.setdefault("now", {**ANSWERS, **self.says}).get(command, "ERR1")
        self.__dict__["now"][command] = what
        return "OK"


@pytest.fixture(scope="module")
def rig() -> Iterator[Rig]:
    """The thread of the projectors."""
    with Rig() as up:
        up.secrets.values["p/w"] = PASSWORD
        yield up


def at(rig: Rig, odd: Odd) -> Target:
    """Where it listens, and what is wanted of it."""
    return stranger(rig, "projector", "pjlink", SETTINGS, replace(odd).talk)


STRANGE: Final = "what answers does not speak PJLink as it should"
ALL: Final = ("input", "sound_mute", "freeze")


@pytest.mark.parametrize(
    ("odd", "made"),
    [
        (Odd(), ALL),
        (Odd(salt="498e4a67"), ALL),
        (Odd(salt="abc"), ALL),
        (Odd(salt="498e4a67", hangs_up=True), ALL),
        (Odd(greeting="\r\nPJLINK 0\r\n", bent=lambda said: said + b"\n"), ALL),
        (Odd(greeting="pjlink 0\r", bent=bytes.lower), ALL),
        (Odd(bent=lambda said: said.replace(b"=", b" = ").replace(b"\r", b" \0\r")), ALL),
        (Odd(bent=lambda said: said * 2), ALL),
        (Odd(bent=lambda said: b"%2LKUP=00:11:22:33:44:55\r" + said + b"%2ERST=000000\r"), ALL),
        (Odd(bent=lambda said: said.replace(b"%2", b"%1")), ALL),
        (Odd(bent=lambda said: b"ERR1\r" if b"FREZ" in said else said), ("input", "sound_mute")),
        (Odd(mute="INFO FREZ"), ("input", "sound_mute")),
        (Odd(says={"CLSS": "1"}), ("input", "sound_mute")),
        (Odd(says={"CLSS": "Class 2"}), ALL),
        (Odd(says={"CLSS": "?"}), ("input", "sound_mute")),
        (Odd(says={"INPT": "71"}), ALL),
        (Odd(says={"INPT": ""}), ALL),
        (Odd(says={"AVMT": "00"}), ("input", "freeze")),
        (Odd(says={"FREZ": "on"}), ("input", "sound_mute")),
        (Odd(says={"LAMP": ""}), ALL),
        (Odd(refuses={"LAMP": "ERR1"}), ALL),
        (Odd(says={"LAMP": " ".join(["90 0"] * 8)}), ALL),
        (Odd(says={"LAMP": "90"}), ALL),
        (Odd(says={"LAMP": "lit"}), ALL),
        (Odd(says={"ERST": "000"}), ALL),
        (Odd(says={"ERST": "0000000000"}), ALL),
        (Odd(says={"POWR": "3"}), ALL),
        (Odd(refuses={"POWR": "ERR3"}), ALL),
        (Odd(says={"POWR": "4"}, refuses={"FREZ": "ERR2"}), ("input", "sound_mute")),
        (Odd(says={"NAME": "\x1b[2J" + "x" * 3000}), ALL),
    ],
)
def test_what_can_be_set_is_set(rig: Rig, odd: Odd, made: tuple[str, ...]) -> None:
    """One quirk, however odd, costs nothing but what it is about."""
    target = at(rig, odd)
    found, outcome = assessed_and_applied(rig, target)
    assert (tuple(edit.path[0] for edit in found.edits), outcome.kind) == (made, OutcomeKind.OK), outcome


@pytest.mark.parametrize(
    ("odd", "kind", "what"),
    [
        (Odd(greeting="PJLINK ERRA\r"), FaultKind.AUTH, "it refuses our password"),
        (Odd(refuses={"INPT": "ERRA"}), FaultKind.AUTH, "it refuses our password"),
        (Odd(greeting="\xff\xfd\x18login: "), FaultKind.TIMEOUT, "it takes connections and says nothing"),
        (Odd(greeting="x" * 9000), FaultKind.MALFORMED, STRANGE),
        (Odd(greeting="PJLINK 2 12\r"), FaultKind.MALFORMED, STRANGE),
        (
            Odd(bent=lambda _: b"HTTP/1.1 400\r\n"),
            FaultKind.MALFORMED,
            STRANGE,
        ),
        (Odd(mute="POWR"), FaultKind.TIMEOUT, "it greets, and does not say whether it is on"),
        (Odd(says={"POWR": "0"}, refuses={"INPT": "ERR3"}), FaultKind.OFF, "standby"),
        (Odd(says={"POWR": "0"}, refuses={"INPT": "ERR2"}), FaultKind.OFF, "standby"),
        (Odd(says={"POWR": "0"}, mute="INF1"), FaultKind.OFF, "standby"),
        (Odd(says={"POWR": "2"}, refuses={"INPT": "ERR3"}), FaultKind.OFF, "cooling down"),
        (
            Odd(refuses=dict.fromkeys(ANSWERS, "ERR3")),
            FaultKind.OFF,
            "it says that it is not available right now (ERR3), and not whether it is on",
        ),
        (
            Odd(bent=lambda said: said[:2] + b"XXXX" + said[6:]),
            FaultKind.MALFORMED,
            "asked whether it is on, it answers: it answers something that PJLink does not know",
        ),
    ],
)
def test_what_stops_it_is_named(rig: Rig, odd: Odd, kind: FaultKind, what: str) -> None:
    """In bounded time, and never as a bug of ours."""
    target = at(rig, odd)
    found = rig.assess(target)[target.device]
    assert isinstance(found, Fault), found
    assert (found.kind, found.what) == (kind, what)


def test_an_order_that_is_answered_oddly_is_told_apart(rig: Rig) -> None:
    """It does not change that one, and says neither yes nor no; the others are made."""
    target = at(rig, Odd(refuses={"INPT": "11"}))
    _, outcome = assessed_and_applied(rig, target)
    assert outcome.fault
    assert (outcome.fault.kind, outcome.fault.what) == (
        FaultKind.REJECTED,
        "it refuses input: it answers something that PJLink does not know (2 of 3 settings are made)",
    )
