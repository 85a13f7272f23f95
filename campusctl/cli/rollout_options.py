"""`--canary`, `--waves`, `--wave-size` and `--max-failures`: how careful a rollout is, the same for every command."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from campusctl.cli.options import translator

if TYPE_CHECKING:
    from campusctl.engine.rollout import RolloutOptions

Command = TypeVar("Command", bound=Callable[..., int])

_EVERY: Final = "all"
_MOST: Final = 10_000


class WaveSizes(click.ParamType[tuple[int | None, ...]]):
    """Numbers of schools, one for each wave: `1,5,25` or `1,5,all`."""

    name = "N,N,…"

    def convert(
        self,
        value: Any,  # noqa: ANN401 - click's signature
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> tuple[int | None, ...]:
        """The numbers; `all` is None."""
        if isinstance(value, tuple):
            return value
        words = [word.strip() for word in str(value).split(",")]
        for place, word in enumerate(words, 1):
            last = place == len(words)
            if not (word.isascii() and word.isdigit() and 0 < int(word[:9]) <= _MOST) and not (last and word == _EVERY):
                tr = translator()
                hint = tr("write numbers from 1 up, such as 1,5,25; the last one may be `all`")
                what = tr("{said} is no number of schools.", said=repr(word[:40]))
                self.fail("\n".join((what, tr("hint: {what}", what=hint))), param, ctx)
        return tuple(None if word == _EVERY else int(word) for word in words)


def rollout_options(command: Command) -> Command:
    """Add the options; the command gets them as one argument, `options`."""

    @wraps(command)
    def with_options(
        *arguments: object,
        canary: tuple[str, ...],
        waves: tuple[int | None, ...] | None,
        wave_size: int | None,
        max_failures: int,
        **others: Any,  # noqa: ANN401 - whatever else the command takes
    ) -> int:
        options = _options(canary, waves, wave_size, max_failures, others.get("schools") or ())
        return command(*arguments, options=options, **others)

    for option in reversed(_OPTIONS):
        with_options = option(with_options)
    return with_options  # type: ignore[return-value] # click's decorators forget what they decorate


def _options(
    canary: tuple[str, ...],
    waves: tuple[int | None, ...] | None,
    wave_size: int | None,
    max_failures: int,
    schools: tuple[str, ...],
) -> "RolloutOptions":
    from campusctl.engine.rollout import SIZES, RolloutOptions, check_canary  # noqa: PLC0415 - `--help` must not pay

    if waves and wave_size:
        tr = translator()
        raise click.UsageError(tr("--waves and --wave-size say the same: give one of them"))
    if schools:
        # A slip is told before the first switch is read.
        check_canary(canary, schools)
    return RolloutOptions(canary, waves or ((wave_size,) if wave_size else SIZES), max_failures)


_OPTIONS: Final = (
    click.option(
        "--canary", multiple=True, metavar="SCHOOL", help="This school first, alone; any failure there ends it all."
    ),
    click.option(
        "--waves",
        type=WaveSizes(),
        help="Schools in the first, second, … wave; the last one repeats.  [default: 5,25]",
    ),
    click.option("--wave-size", type=click.IntRange(1, _MOST), help="Schools in every wave."),
    click.option(
        "--max-failures",
        type=click.IntRange(0, 1_000_000),
        default=0,
        show_default=True,
        help="Begin no further wave when more devices than this have failed.",
    ),
)
