"""Frames of BenQ and ViewSonic, byte for byte as their papers print them."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campusctl.drivers.appliance.asking import RefusedError
from campusctl.drivers.appliance.base import DeviceTroubleError
from campusctl.drivers.board.frames import Wire
from campusctl.model.outcome import FaultKind

T = TypeVar("T")


class Line:
    """The far end of a wire: what was written, and what is answered to it."""

    def __init__(self, reader: asyncio.StreamReader, answers: list[bytes]) -> None:
        self.written: list[bytes] = []
        self._reader, self._answers = reader, answers

    def write(self, data: bytes) -> None:
        """Take a request; say what comes next."""
        self.written.append(data)
        if self._answers:
            self._reader.feed_data(self._answers.pop(0))

    async def drain(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """Nothing ends."""


def talk(
    answers: list[bytes], work: Callable[[Wire], Coroutine[Any, Any, T]], *, display: int = 1
) -> tuple[T, list[bytes]]:
    """What work makes of these answers, one a request; and what was sent."""

    async def run() -> tuple[T, list[bytes]]:
        reader = asyncio.StreamReader(limit=64)
        line = Line(reader, list(answers))

        async def connect() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
            return reader, cast("asyncio.StreamWriter", line)

        wire = Wire(connect, display, "BenQ", 0.2)
        await wire.open()
        return await work(wire), line.written

    return asyncio.run(run())


def trouble(answers: list[bytes], work: Callable[[Wire], Coroutine[Any, Any, Any]]) -> DeviceTroubleError:
    """What goes wrong with these answers."""
    with pytest.raises(DeviceTroubleError) as found:
        talk(answers, work)
    return found.value


def test_setting_as_the_paper_prints_it() -> None:
    """BenQ's example: brightness 76 at display 01 is valid."""
    _, sent = talk([bytes.fromhex("3430312B0D")], lambda wire: wire.tell(0x24, b"076"))
    assert sent == [bytes.fromhex("38303173243037360D")]


def test_a_no_is_told() -> None:
    """BenQ's example of a command that is not valid."""
    with pytest.raises(RefusedError, match="it says no to 24 176"):
        talk([bytes.fromhex("3430312D0D")], lambda wire: wire.tell(0x24, b"176"))


def test_asking_as_the_paper_prints_it() -> None:
    """BenQ's example: the brightness of display 05 is 67."""
    said, sent = talk([bytes.fromhex("38303572623036370D")], lambda wire: wire.ask(0x62), display=5)
    assert (said, sent) == (b"067", [bytes.fromhex("38303567623030300D")])


def test_a_long_question_has_a_length_beyond_the_digits() -> None:
    """BenQ's hours: ten bytes are `:`; its model info: twenty are `D`."""
    hours, sent = talk(
        [bytes.fromhex("3A303772763231333536 0D".replace(" ", ""))], lambda wire: wire.ask(0x76, b"00000"), display=7
    )
    assert (hours, sent) == (b"21356", [bytes.fromhex("3A303767763030303030 0D".replace(" ", ""))])
    _, sent = talk([b"D01r \x06SN-1" + bytes(10) + b"\r"], lambda wire: wire.ask(0x20, b"\x06" + bytes(14)))
    assert sent == [b"D01g \x06" + bytes(14) + b"\r"]


def test_unknown_is_no_answer() -> None:
    """A model that does not know a question says no."""
    assert talk([b"401-\r"], lambda wire: wire.ask(0xF0))[0] is None


def test_what_a_panel_tells_by_itself_is_passed_over() -> None:
    """ViewSonic: volume and power were changed at the panel, and a key of the remote control is passed on."""
    told = b"801rf055\r801rl001\r601p10\r802rg001\r801rg000\r"
    assert talk([told], lambda wire: wire.ask(0x67))[0] == b"000"


def test_a_name_in_six_frames() -> None:
    """ViewSonic 3.1: two characters each, numbered, zeros at the end."""
    frames = ["38303172343143440D", "383031723432452D0D", "38303172343335350D", "38303172343430300D",
              "38303172343500000D", "38303172343600000D"]  # fmt: skip
    told = b"".join(map(bytes.fromhex, frames))
    found, sent = talk([told, b"801rz000\r"], lambda wire: wire.gather(0x34, 0x7A))
    assert found == [b"1CD", b"2E-", b"355", b"400", b"5\0\0", b"6\0\0"]
    assert sent == [b"801g4000\r", b"801gz000\r"]


def test_a_name_in_one_frame() -> None:
    """ViewSonic 3.2: 32 bytes, whose length is written `2`; nothing more is asked."""
    told = bytes.fromhex("3230317234") + b"CDE-5500".ljust(26, b"\0") + b"\r"
    assert len(told) == 32
    found, sent = talk([told], lambda wire: wire.gather(0x34, 0x7A))
    assert (found, sent) == ([b"CDE-5500".ljust(26, b"\0")], [b"801g4000\r"])


@pytest.mark.parametrize("behind", [b"401-\r", b""])
def test_a_short_name_and_no_end(behind: bytes) -> None:
    """A model that does not know the question behind it has said all."""
    assert talk([b"801r4IFP\r", behind], lambda wire: wire.gather(0x34, 0x7A))[0] == [b"IFP"]


def test_a_text_that_is_not_known() -> None:
    """An older model has no serial number to tell."""
    assert talk([b"401-\r"], lambda wire: wire.gather(0x37, 0x7A))[0] == []


def test_a_frame_in_pieces() -> None:
    """TCP may cut anywhere."""

    async def late(wire: Wire) -> bytes | None:
        reader = wire._reader
        asyncio.get_running_loop().call_later(0.02, reader.feed_data, b"f040\r")
        return await wire.ask(0x66)

    assert talk([b"801r"], late)[0] == b"040"


@pytest.mark.parametrize(
    ("said", "what"),
    [
        (b"PJLINK 0\r", "it does not speak BenQ's protocol: it says 'PJLINK 0'"),
        (b"HTTP/1.1 400 Bad Request\r\n", "it does not speak BenQ's protocol: it says 'HTTP/1.1 400 Bad Request'"),
        (b"\x1b[2J\r", "it does not speak BenQ's protocol: it says '\\\\x1b[2J'"),
        (b"x" * 200, "it does not speak BenQ's protocol: its answers do not end"),
        (b"801rf040\r" * 40, "it talks of other things than it is asked"),
    ],
)
def test_another_protocol_is_named(said: bytes, what: str) -> None:
    """Whatever answers is shown, without what would move a cursor."""
    found = trouble([said], lambda wire: wire.ask(0x67))
    assert (found.kind, found.what) == (FaultKind.MALFORMED, what)


def test_silence_ends() -> None:
    """One answer has its time, and whether anybody is there is asked once more."""
    found = trouble([], lambda wire: wire.ask(0x67))
    assert (found.kind, found.what) == (FaultKind.TIMEOUT, "it takes connections, and answers nothing")
    with pytest.raises(TimeoutError):
        talk([b"401-\r"], lambda wire: _twice(wire.ask))


async def _twice(ask: Callable[[int], Coroutine[Any, Any, Any]]) -> None:
    await ask(0x67)
    await ask(0x67)


def test_a_question_that_is_never_answered_is_not_known() -> None:
    """The panel still says that it is on."""
    found, sent = talk([b"", b"801rl001\r"], lambda wire: wire.ask(0x67))
    assert (found, sent) == (None, [b"801gg000\r", b"801gl000\r"])


def test_another_display_answers() -> None:
    """The line leads to several, or `display_id` is wrong."""
    found = trouble([b"802rg040\r"], lambda wire: wire.ask(0x67))
    assert found.what == "the display that answers has the number 02, and 01 is asked"


@given(st.binary(max_size=200))
def test_no_bytes_break_it(noise: bytes) -> None:
    """Any bytes give an answer, a no, or a trouble of ours; never another error."""
    try:
        found, _ = talk([noise + b"\r"], lambda wire: wire.ask(0x66))
        assert found is None or isinstance(found, bytes)
    except (DeviceTroubleError, TimeoutError) as error:
        kind = getattr(error, "kind", FaultKind.TIMEOUT)
    else:
        kind = FaultKind.MALFORMED
    assert kind in (FaultKind.MALFORMED, FaultKind.TIMEOUT)
