"""Ways to damage an input: as text by lines and words, as bytes, as JSON by its structure; and a bound on the time."""

import gc
import json
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from hypothesis import strategies as st

BOUND_S: Final = 2.0
"""Seconds of processor time that one input may cost; a busy machine does not count."""

CANARY: Final = "Kanarienvogel7"
"""Stands where secrets stand, and may come out nowhere."""


class HangError(BaseException):
    """An input took too long; no `except Exception` may swallow it."""


@contextmanager
def bounded(seconds: float = BOUND_S) -> Iterator[None]:
    """Interrupt what takes more processor time than this, without that of collecting what others left."""

    def late(_number: int, _frame: object) -> None:
        raise HangError(f"more than {seconds} s of processor time")

    before = signal.signal(signal.SIGVTALRM, late)
    gc.disable()
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
        gc.enable()


JUNK_WORD: Final = st.text(max_size=8) | st.sampled_from(
    ["no", "0", "-1", "4096", "99999999999999999999", "1-4094", "1,2,,3", "-", "all", "none", "except", "1/1/1", "A1",
     "GigabitEthernet1/0/1", "Trk1", "lag 1", "10.1.1.1", "10.1.1.1/33", "255.255.0.255", '"', '""', "^C", "<<secret:",
     "<<secret:x>>", "!", ";", "exit", "end", "{", "%", "\u00fc", "\u2028", "\x1b[2J", "\x00", "\t", "a" * 300]
)  # fmt: skip
"""What may stand where a word should."""


@st.composite
def damaged_text(draw: st.DrawFn, texts: Sequence[str], *, whole_lines: bool = False) -> str:
    """A text with one to eight of its lines or words changed.

    Args:
        draw: Hypothesis.
        texts: One of them is the beginning; another one lends lines.
        whole_lines: Lines come, go, move and are indented, but their words stay.
    """
    lines = draw(st.sampled_from(texts)).split("\n")
    other = draw(st.sampled_from(texts)).split("\n")
    for _ in range(draw(st.integers(1, 8))):
        at = draw(st.integers(0, len(lines) - 1))
        change = draw(st.sampled_from(_LINE_CHANGES if whole_lines else (*_LINE_CHANGES, *_WORD_CHANGES)))
        lines[at : at + 1] = change(draw, lines[at], other)
        if not lines:
            return ""
    return "\n".join(lines)


_Change = Callable[[st.DrawFn, str, Sequence[str]], Sequence[str]]


def _word(change: Callable[[st.DrawFn, list[str], int], Sequence[str]]) -> _Change:
    def changed(draw: st.DrawFn, line: str, _other: Sequence[str]) -> Sequence[str]:
        words = line.split(" ")
        at = draw(st.integers(0, len(words) - 1))
        words[at : at + 1] = change(draw, words, at)
        return [" ".join(words)]

    return changed


_LINE_CHANGES: Final[tuple[_Change, ...]] = (
    lambda _draw, _line, _other: [],
    lambda _draw, line, _other: [line, line],
    lambda draw, line, other: [line, draw(st.sampled_from(other))],
    lambda draw, _line, other: [draw(st.sampled_from(other))],
    lambda _draw, line, _other: [f" {line}"],
    lambda _draw, line, _other: [f"no {line}"],
    lambda _draw, line, _other: [line.strip()],
    lambda _draw, line, _other: [f"{line}\r"],
)
_WORD_CHANGES: Final[tuple[_Change, ...]] = (
    _word(lambda _draw, _words, _at: []),
    _word(lambda draw, _words, _at: [draw(JUNK_WORD)]),
    _word(lambda draw, words, at: [words[at], draw(JUNK_WORD)]),
    _word(lambda _draw, words, at: [words[at], words[at]]),
    _word(lambda draw, words, at: [words[at][: draw(st.integers(0, 6))]]),
    lambda draw, line, _other: [line[: draw(st.integers(0, len(line)))]],
    lambda draw, _line, _other: [draw(st.text(max_size=40))],
)


@st.composite
def damaged_bytes(draw: st.DrawFn, data: bytes) -> bytes:
    """Bytes of which some are cut out, changed or added; also none of them at all."""
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        size = draw(st.sampled_from([0, 1, 2, 16, 4096]))
        data = data[:start] + draw(st.binary(max_size=24)) + data[start + size :]
    return data


JUNK: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | JUNK_WORD,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=5,
)
"""Any plain data."""


@st.composite
def damaged_json(draw: st.DrawFn, document: Any) -> Any:  # noqa: ANN401 - as JSON has it
    """A document with one to four of its places replaced by anything, or taken out."""
    changed = json.loads(json.dumps(document))
    for _ in range(draw(st.integers(1, 4))):
        places = list(_places(changed))
        if not places:
            break
        holder, key = draw(st.sampled_from(places))
        if draw(st.booleans()):
            del holder[key]
        else:
            holder[key] = draw(JUNK)
    return changed


def _places(data: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401 - as JSON has it
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, inside in items:
        yield data, key
        yield from _places(inside)
