"""Displays that bend MDC: each is read, and whatever can be set is set. They share no code with the lab."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

import pytest
from appliance_rig import Rig, assessed_and_applied, stranger

from campusctl.model.outcome import Fault, FaultKind, OutcomeKind
from campusctl.model.plan import Target

SETTINGS: Final = {"name": "{name}", "network_standby": True, "panel_lock": True, "maximum_volume": 60}
ALL: Final = ("network_standby", "name", "panel_lock", "maximum_volume")
STRANGE: Final = "what answers does not speak MDC as it should"
FACTS: Final = frozenset({0x00, 0x0B, 0x0D, 0x0E, 0x83, 0x8A})
LOCK: Final = 0x5F


def frame(command: int, values: bytes = b"", said: bytes = b"A", *, display: int = 0, wrong: int = 0) -> bytes:
    """An answer; `wrong` is added to its checksum."""
    body = bytes([0xFF, display, len(values) + 2]) + said + bytes([command]) + values
    return b"\xaa" + body + bytes([(sum(body) + wrong) % 256])


@dataclass
class Odd:
    """A display, and in what way it is odd."""

    power: int = 1
    no: frozenset[int] = frozenset()
    """Commands that it answers with a no."""
    refuses: frozenset[int] = frozenset()
    """Commands whose orders it answers with a no."""
    mute: frozenset[int] = frozenset()
    """Commands that it never answers."""
    lock: bytes | None = None
    """What it answers to every question about its keys."""
    greeting: bytes = b""
    """What it says first."""
    stalls: bool = False
    """It says nothing more after that."""
    hangs_up: bool = False
    """It closes the connection after each answer."""
    bent: Callable[[bytes], bytes] = bytes
    """What becomes of an answer on its way."""
    now: dict[int, bytes] = field(
        default_factory=lambda: {0x12: b"\x50", 0x67: "Gerät".encode("latin-1"), 0xB5: b"\0", LOCK: b"\0"}
    )

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        writer.write(self.greeting)
        try:
            while True:
                _, command, _, size = await reader.readexactly(4)
                values = (await reader.readexactly(size + 1))[:-1]
                if not self.stalls and command not in self.mute:
                    writer.write(self.bent(self._said(command, values)))
                if self.hangs_up:
                    break
            await writer.drain()
        except (EOFError, ConnectionError, ValueError):
            pass
        writer.close()

    def _said(self, command: int, values: bytes) -> bytes:
        if command == LOCK and self.lock is not None:
            return self.lock
        if command in self.no or (values and command in self.refuses):
            return frame(command, b"\x01", b"N")
        if command == 0x11:
            return frame(command, bytes([self.power]))
        if command not in self.now:
            return frame(command, b"", b"N")
        if values:
            self.now[command] = values
        return frame(command, self.now[command])


@pytest.fixture(scope="module")
def rig() -> Iterator[Rig]:
    """The thread of the displays."""
    with Rig() as up:
        up.secrets.values["b/pin"] = "482913"
        yield up


def at(rig: Rig, odd: Odd, *, tls: bool = False) -> Target:
    """Where it listens, and what is wanted of it."""
    return stranger(rig, "board", "samsung_mdc", {**SETTINGS, "tls": tls, "pin": "b/pin"}, odd.talk)


@pytest.mark.parametrize(
    ("odd", "refused"),
    [
        (Odd(), ""),
        (Odd(power=2), ""),
        (Odd(no=frozenset({0x11})), ""),
        (Odd(hangs_up=True), ""),
        (Odd(bent=lambda said: said * 2), ""),
        (Odd(bent=lambda said: frame(0x14, b"\x21") + said), ""),
        (Odd(bent=lambda said: frame(0x12, b"\x05", display=7) + said), ""),
        (Odd(mute=frozenset({0x0D})), ""),
        (Odd(no=frozenset({LOCK})), "it says no (NAK)"),
        (Odd(mute=frozenset({LOCK})), "it does not answer this"),
        (Odd(lock=frame(LOCK, b"", b"N")), "it says no (NAK)"),
        (Odd(lock=frame(LOCK)), "what it says of panel lock cannot be read"),
        (Odd(lock=frame(LOCK, b"\1" * 99)), "what it says of panel lock cannot be read"),
        (Odd(lock=frame(LOCK, b"\1", wrong=1)), "the checksum of its answer is wrong"),
        (Odd(lock=frame(LOCK, b"\1", b"?")), "its answer is neither a yes nor a no"),
        (Odd(lock=b"\xaa\xff\0\0\xff"), "its answer is neither a yes nor a no"),
        (Odd(lock=frame(0x99, b"\1")), "it answers other commands"),
    ],
)
def test_what_can_be_set_is_set(rig: Rig, odd: Odd, refused: str) -> None:
    """One quirk, however odd, costs nothing but what it is about."""
    target = at(rig, odd)
    found, outcome = assessed_and_applied(rig, target)
    made = tuple(name for name in ALL if not (refused and name == "panel_lock"))
    assert (tuple(edit.path[0] for edit in found.edits), outcome.kind) == (made, OutcomeKind.OK), outcome
    assert [one.reason for one in found.refused] == ([refused] if refused else [])


@pytest.mark.parametrize(
    ("odd", "kind", "what"),
    [
        (Odd(stalls=True), FaultKind.TIMEOUT, "it takes connections, and does not say whether it is on"),
        (Odd(power=0, no=FACTS | {0x67}), FaultKind.OFF, "standby"),
        (Odd(power=0, mute=FACTS | {LOCK}), FaultKind.OFF, "standby"),
        (
            Odd(bent=lambda said: said[:2] + b"\xff" + said[3:-1] + bytes([(said[-1] - 1) % 256])),
            FaultKind.MALFORMED,
            "the display that answers has the number 255, and 0 is asked",
        ),
        (
            Odd(bent=lambda said: said[:-1] + bytes([said[-1] ^ 1])),
            FaultKind.MALFORMED,
            f"{STRANGE}: the checksum of its answer is wrong",
        ),
        (Odd(bent=lambda _: frame(0x99)), FaultKind.MALFORMED, f"{STRANGE}: it answers other commands"),
        (Odd(greeting=b"SSH-2.0-OpenSSH_9.2p1\r\n"), FaultKind.MALFORMED, STRANGE),
        (Odd(greeting=b"PJLINK 0\r"), FaultKind.MALFORMED, STRANGE),
    ],
)
def test_what_stops_it_is_named(rig: Rig, odd: Odd, kind: FaultKind, what: str) -> None:
    """In bounded time, and never as a bug of ours."""
    target = at(rig, odd)
    found = rig.assess(target)[target.device]
    assert isinstance(found, Fault), found
    assert (found.kind, found.what) == (kind, what)


def test_tls_that_does_not_go_on_is_not_off(rig: Rig) -> None:
    """It greets: somebody is there."""
    target = at(rig, Odd(greeting=b"MDCSTART<<TLS>>", stalls=True), tls=True)
    found = rig.assess(target)[target.device]
    assert isinstance(found, Fault)
    assert (found.kind, found.what) == (FaultKind.TIMEOUT, "it begins with TLS, and does not go on")


def test_what_it_refuses_and_what_it_lies_about_are_both_named(rig: Rig) -> None:
    """A no to one order, and a yes to another that changes nothing."""
    target = at(rig, Odd(refuses=frozenset({0x67}), lock=frame(LOCK, b"\0")))
    _, outcome = assessed_and_applied(rig, target)
    assert outcome.fault
    assert (outcome.fault.kind, outcome.fault.what) == (
        FaultKind.REJECTED,
        "it refuses name: it says no (NAK); it says yes and does not change panel_lock (2 of 4 settings are made)",
    )
