"""Which devices of the schools a command is about."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from campusctl.workflow import Choice

_OPTIONS: Final = (
    click.option("--device", metavar="NAME", help="Only this device."),
    click.option("--room", "rooms", multiple=True, metavar="ROOM", help="Only devices in this room; may be repeated."),
    click.option(
        "--class", "classes", multiple=True, metavar="CLASS", help="Only devices of this class, such as sw or pc."
    ),
)


def choice_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--device`, `--room` and `--class`, handed on as `choice`."""

    @wraps(function)
    def chosen(*args: Any, device: str | None, rooms: tuple[str, ...], classes: tuple[str, ...], **said: Any) -> Any:  # noqa: ANN401 - a command's own
        return function(*args, choice=_choice(device, rooms, classes), **said)

    for option in reversed(_OPTIONS):
        chosen = option(chosen)
    return chosen


def _choice(device: str | None, rooms: tuple[str, ...], classes: tuple[str, ...]) -> "Choice":
    from campusctl.workflow import Choice  # noqa: PLC0415 - `--help` must not pay for it

    return Choice(device=device or "", classes=classes, rooms=rooms)
