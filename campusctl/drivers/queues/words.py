"""Queues in the words of the inventory and in those of IPP, both ways. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple
from urllib.parse import urlsplit, urlunsplit

from pyipp.enums import IppTag

from campusctl.drivers.appliance.base import Wish
from campusctl.drivers.ipp.message import Attribute, Attributes, Value, resolution_text
from campusctl.model.appliance import Shown
from campusctl.model.setting import Path

IDLE: Final = 3
STOPPED: Final = 5
"""printer-state, RFC 8011, 5.4.11."""

EVERYWHERE: Final = "everywhere"
RAW: Final = "raw"


class _Field(NamedTuple):
    """A setting of a queue that is one attribute."""

    attribute: str
    tag: IppTag


_FIELDS: Final[Mapping[str, _Field]] = {
    "uri": _Field("device-uri", IppTag.URI),
    "info": _Field("printer-info", IppTag.TEXT),
    "location": _Field("printer-location", IppTag.TEXT),
    "shared": _Field("printer-is-shared", IppTag.BOOLEAN),
    "accepting": _Field("printer-is-accepting-jobs", IppTag.BOOLEAN),
    "error-policy": _Field("printer-error-policy", IppTag.NAME),
}
_ENUMS: Final = frozenset({"finishings", "orientation-requested", "print-quality"})
"""Options whose numbers are enums, RFC 8011, 5.2."""

ASKED: Final = (
    "printer-name", "printer-type", "printer-make-and-model", "printer-state", "printer-state-message",
    "printer-state-reasons", "cups-version", *(field.attribute for field in _FIELDS.values()),
)  # fmt: skip
"""Attributes of every queue that are asked for; never anything of its jobs."""


def one(queue: Attributes, name: str) -> Value | None:
    """The first value of an attribute; None: it has none."""
    return next(iter(queue.get(name, ())), None)


def options_of(paths: Iterator[Path] | Sequence[Path] | Mapping[Path, Shown]) -> tuple[str, ...]:
    """Options that paths name, each once."""
    return tuple(dict.fromkeys(path[3] for path in paths if path[2:3] == ("option",)))


OPTIONS: Final = "options"
"""All options of a queue as one setting, `sides=one-sided` each: what a queue that goes takes with it."""
_NOT_KEPT: Final = frozenset({"job-sheets", "job-hold-until", "job-priority", "media-col"})
"""Options that are not a plain value, or that a queue never says of its own."""
_FRESH: Final = frozenset({"copies=1", "number-up=1", "finishings=3", "print-quality=4"})
"""What a queue says of which nobody said anything (CUPS 2.4)."""


def options_in(queue: Attributes, wanted: Shown) -> Shown:
    """Every option of a queue; those that are wanted, when it has them all; None: there is none."""
    defaults = ((name.removesuffix("-default"), values) for name, values in queue.items() if name.endswith("-default"))
    plain = [f"{name}={_text(values[0])}" for name, values in defaults if values and name not in _NOT_KEPT]
    found = tuple(one for one in plain if one not in _FRESH)
    return wanted if isinstance(wanted, tuple) and set(wanted) <= set(found) else found or None


def one_by_one(wish: Wish) -> tuple[Wish, ...]:
    """A wish for all options, as one for each."""
    pairs = (text.partition("=") for text in wish.after or ()) if isinstance(wish.after, tuple) else ()
    return tuple(
        Wish((*wish.path[:2], "option", name), None, int(value) if value.isdecimal() else value)
        for name, _, value in pairs
    )


def attributes_of_options(options: Sequence[str]) -> tuple[str, ...]:
    """What is asked for to know their defaults, and what they may be."""
    return tuple(f"{option}-{what}" for option in options for what in ("default", "supported"))


def value_of(queue: Attributes, field: str) -> Shown:
    """A setting of a queue; None: the server says nothing of it."""
    if field == "enabled":
        return bool(one(queue, "printer-state") != STOPPED)
    found = one(queue, _FIELDS[field].attribute)
    if not isinstance(found, str | int):
        return None
    return without_account(found) if field == "uri" and isinstance(found, str) else found


def without_account(uri: str) -> str:
    """A URI without the name and the password that may stand in it."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return uri.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2])) if "@" in parts.netloc else uri


def option_of(queue: Attributes, option: str, wanted: Shown) -> Shown:
    """The default of an option; what means the wanted value is that.

    A queue with a driver has two defaults under one name, its own and the driver's. Where they differ both are named:
    which one a job gets depends on the client.
    """
    found = ",".join(dict.fromkeys(_text(value) for value in queue.get(f"{option}-default", ())))
    if not found:
        return None
    return wanted if wanted is not None and found == _text(wanted) else found


def _text(value: object) -> str:
    """As CUPS keeps an option: always text."""
    if isinstance(value, tuple):
        return resolution_text(value) if len(value) == 3 else "-".join(str(number) for number in value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def why_not(queue: Attributes, option: str, wanted: Shown) -> str:
    """Why the printer behind a queue cannot do what is wanted; empty: it can, or nobody knows."""
    known = queue.get(f"{option}-supported", ())
    # Only values of one kind can be held against each other.
    if not known or wanted in known or any(not _alike(value, wanted) for value in known):
        return ""
    if any(_within(wanted, value) for value in known):
        return ""
    shown = ", ".join(_text(value) for value in known[:_MOST])
    return f"the printer behind it does not know {wanted}, it knows {shown}{' …' if len(known) > _MOST else ''}"


def _alike(value: Value, wanted: Shown) -> bool:
    """Whether a value can be held against a wanted one: it is of its kind, or a range of its kind."""
    return type(value) is type(wanted) or (type(wanted) is int and isinstance(value, tuple) and len(value) == 2)


def _within(wanted: Shown, value: Value) -> bool:
    return isinstance(wanted, int) and isinstance(value, tuple) and value[0] <= wanted <= value[-1]


_MOST: Final = 8


def model_of(queue: Attributes, wanted: str, nickname: str) -> str:
    """The driver of a queue: `everywhere`, `raw`, the wanted one, or what it calls itself.

    Args:
        queue: The queue.
        wanted: What the inventory says.
        nickname: What the wanted driver calls itself; empty: nobody asked.
    """
    made = str(one(queue, "printer-make-and-model") or "")
    if made.endswith(" Raw Printer"):
        return RAW
    if made.endswith(" - IPP Everywhere") or ", driverless, " in made:
        return EVERYWHERE
    return wanted if nickname and made == nickname else made


def changes(wishes: Sequence[Wish], model: str) -> Iterator[Attribute]:
    """The attributes that make wishes for one queue true, options apart.

    Args:
        wishes: Of one queue.
        model: Driver to set as well; empty: none.
    """
    for wish in wishes:
        field = wish.path[2]
        if field == "enabled":
            yield Attribute("printer-state", IppTag.ENUM, IDLE if wish.after else STOPPED)
        elif field in _FIELDS and (wish.after is not None or _FIELDS[field].tag is IppTag.TEXT):
            value = "" if wish.after is None else wish.after
            assert not isinstance(value, tuple)  # noqa: S101 - no setting of a queue is a list
            yield Attribute(*_FIELDS[field], value)
    if model:
        yield Attribute("ppd-name", IppTag.NAME, model)


def option_change(wish: Wish) -> Attribute:
    """The attribute that sets the default of an option, or takes it away."""
    name, value = wish.path[3], wish.after
    if value is None or isinstance(value, tuple):
        return Attribute(f"{name}-default", IppTag.DELETE_ATTR, "")
    if isinstance(value, bool):
        return Attribute(f"{name}-default", IppTag.BOOLEAN, value)
    if isinstance(value, int):
        return Attribute(f"{name}-default", IppTag.ENUM if name in _ENUMS else IppTag.INTEGER, value)
    return Attribute(f"{name}-default", IppTag.KEYWORD, value)
