"""A Samsung display that speaks MDC over TCP, and over TLS behind a PIN (Secured Protocol).

Written from Samsung's paper "Multiple Display Control Protocol", version 13.7c (frames, commands 0x00-0xB5), from
the manuals' chapter on Auto Source Switching (0xCA), and from recordings of the Secured Protocol's greeting.
"""

import asyncio
from collections.abc import Mapping
from typing import ClassVar, Final

from campusctl.lab.appliances.base import Appliance
from campusctl.lab.appliances.samsung_memory import Memory
from campusctl.lab.appliances.tls import server_context

_ASLEEP: Final = frozenset({0x0B, 0x0E, 0x11, 0x36, 0x5D, 0x5F, 0x77, 0x8A, 0xB5})
"""What is answered in standby: who it is, its power, and the locks that work whether it is on or off."""
_POWER: Final = 0x11
_BROADCAST: Final = 0xFE
"""Every display does it, and none answers."""


class SamsungDisplay(Appliance):
    """See the module."""

    faults: ClassVar[Mapping[str, str]] = {
        "standby": "is in standby",
        "source": "shows the source VALUE, such as hdmi1: somebody chose it with the remote control",
        "no-signal": "gets no picture from its source",
        "tls": "takes commands over TLS only, behind a PIN",
        "wrong-pin": "knows another PIN",
        "blocked": "takes no PIN any more, after too many wrong ones",
        "checksum": "sends wrong checksums",
        "garbage": "answers bytes that mean nothing",
        "pieces": "sends its answers byte by byte",
        "mixed-up": "answers another command than the one that was sent",
        "unknown": "says no to every question about a setting that contains VALUE",
        "silent": "makes every setting that contains VALUE, and does not answer",
        "timer13": "has timers of the older kind: one set of days for on and off",
        "soundless": "has no loudspeakers",
        "hot": "is too hot",
        "fan": "its fan has failed",
        "old-firmware": "runs an older firmware",
        "slow": "waits VALUE seconds before every answer",
    }

    def set_faults(self, faults: tuple[str, ...]) -> None:
        """See `Appliance.set_faults`; what somebody did with the remote control can be undone over the network."""
        before = self.fault.get("source")
        super().set_faults(faults)
        if self.fault.get("source") != before:
            wanted = {path[0]: value for path, value in self.spec.settings}
            self.memory.show(self.fault.get("source") or str(wanted.get("start_source")))

    @property
    def on(self) -> bool:
        """It answers at all: not while it is in standby without network standby."""
        return super().on and (self._awake or self.memory.network_standby)

    @property
    def _awake(self) -> bool:
        return self.memory.power and "standby" not in self.fault

    def set_up(self, *, factory: bool) -> None:
        """Become as the inventory says, or as out of the box."""
        wanted = {} if factory else {path[0]: value for path, value in self.spec.settings}
        self.memory = Memory(wanted, self.spec.model or "QM75R")

    async def conversation(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection: the PIN first where it asks for one, then frame after frame."""
        if self.spec.options.get("tls") or "tls" in self.fault:
            writer.write(b"MDCSTART<<TLS>>")
            await writer.start_tls(server_context())
            if not await self._let_in(reader, writer):
                return
        while True:
            head = await reader.readexactly(4)
            body = await reader.readexactly(head[3] + 1)
            if self.drops_now():
                return
            answer = self._answer(head, body)
            if answer is not None:
                await self._send(writer, answer)

    async def _let_in(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        pin = (await reader.read(64)).decode("ascii", "replace")
        code = 2 if "blocked" in self.fault else int("wrong-pin" in self.fault or pin != self.spec.secrets.get("pin"))
        writer.write(f"MDCAUTH<<FAIL:0x{code:02X}>>".encode() if code else b"MDCAUTH<<PASS>>")
        await writer.drain()
        return not code

    async def _send(self, writer: asyncio.StreamWriter, answer: bytes) -> None:
        if "slow" in self.fault:
            await asyncio.sleep(float(self.fault["slow"] or 2))
        if "garbage" in self.fault:
            answer = bytes(byte ^ 0x5A for byte in answer)
        for part in [answer[at : at + 1] for at in range(len(answer))] if "pieces" in self.fault else [answer]:
            writer.write(part)
            await writer.drain()
            if "pieces" in self.fault:
                await asyncio.sleep(0)

    def _answer(self, head: bytes, body: bytes) -> bytes | None:
        """The answer to a frame; None: there is none."""
        header, command, display, _ = head
        data, checksum = body[:-1], body[-1]
        mine = int(self.spec.options.get("display_id", 0))
        if header != 0xAA or display not in (mine, _BROADCAST) or checksum != sum((*head[1:], *data)) % 256:
            return None
        said = self._carried_out(command, data)
        if display == _BROADCAST or said == "":
            return None
        return self._frame(mine, command, said)

    def _frame(self, display: int, command: int, said: "bytes | str | None") -> bytes:
        """`AA FF id length A|N command values checksum`."""
        if "mixed-up" in self.fault:
            command ^= 0x01
        values = bytes([ord("A"), command]) + said if isinstance(said, bytes) else bytes([ord("N"), command, 1])
        frame = bytes([0xFF, display, len(values)]) + values
        return b"\xaa" + frame + bytes([(sum(frame) + ("checksum" in self.fault)) % 256])

    def _carried_out(self, command: int, data: bytes) -> "bytes | str | None":
        """The values of an answer; None: it says no; an empty text: it says nothing."""
        if not self._awake and command not in _ASLEEP:
            return None
        part = data[:1] if command in (0x1B, 0xCA) else b""
        value = data[len(part) :]
        names = self.memory.names(command, value)
        if not value:
            unknown = any(self.fault.get("unknown", "\0") in name for name in names)
            told = None if unknown else self.memory.told(command, part, self.fault, self.serial)
            if command == _POWER:
                told = bytes([self._awake])
            return None if told is None else part + told
        if any(self.refuses(name) for name in names):
            return None
        kept = [name for name in names if self.lies(name)]
        if not self.memory.set(command, part, value, kept, older="timer13" in self.fault):
            return None
        if command == _POWER:
            asyncio.get_running_loop().call_soon(self.changed)
        silent = any(self.fault.get("silent", "\0") in name for name in names)
        return "" if silent else data
