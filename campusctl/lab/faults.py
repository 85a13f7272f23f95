"""Faults of switches on demand: `DEVICE:KIND[=VALUE]`, such as `s042-r101-sw01:drop-after=5`."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from campusctl.errors import CampusError
from campusctl.lab.pcs.spec import PcFaults
from campusctl.lab.spec import AILMENTS, Faults

KINDS: Final = {
    "dead": "answers no connection",
    "slow": "waits VALUE seconds before every reply",
    "drop-after": "closes the connection after VALUE lines, once",
    "stall-after": "says nothing more after VALUE lines, once",
    "reboot-after": "reboots after VALUE lines, once; what was not saved is lost",
    "refuse": "refuses every line that contains VALUE",
    "ignore": "takes every line that contains VALUE and does nothing",
    "save-fails": "says that it saved, and did not",
    "second-writer": "once a first session has read the configuration, somebody enters VALUE (lines joined with ;)",
    "wrong-host-key": "shows another host key than before",
    "garbage-prompt": "writes log lines before its prompts",
    "wrong-password": "knows no account",
    "refuse-after": "refuses the line with the number VALUE",
    "garbage-after": "writes log lines before its prompts, after VALUE lines",
    "key-after": "shows another host key to new connections, after VALUE lines",
    "writer-after": "VALUE is N;LINES: after N lines somebody enters LINES (joined with ;), once",
    "hold-after": "keeps its reply back after VALUE lines, once, until `lab fault --release`",
    "miscabled": "LLDP shows another neighbour: VALUE is PORT:PEER:PEERPORT, several joined with ;",
    "ails": f"something is the matter with a port: VALUE is PORT:WHAT, WHAT is one of {', '.join(AILMENTS)}",
    "loses": "while its configuration is changed, VALUE is gone: neighbors, link, root, macs, power or gateway",
}
"""What a switch can have, for the help."""

_PLAIN: Final = frozenset({"dead", "save-fails", "wrong-host-key", "garbage-prompt", "wrong-password"})
_COUNTS: Final = frozenset(
    {"drop-after", "stall-after", "reboot-after", "refuse-after", "garbage-after", "key-after", "hold-after"}
)
_LARGEST: Final = 1_000_000
_LOST: Final = ("neighbors", "link", "root", "macs", "power", "gateway")
_CABLE_PARTS: Final = 3


def by_device(specs: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Faults as they are typed, `KIND[=VALUE]` each, by device.

    Args:
        specs: `DEVICE:KIND[=VALUE]` each.

    Raises:
        CampusError: One is written otherwise.
    """
    found: dict[str, tuple[str, ...]] = {}
    for spec in specs:
        name, _, fault = spec.partition(":")
        if not (name and fault):
            hint = "such as s042-a2-sw01:drop-after=9; `campusctl lab fault help` lists the kinds"
            raise CampusError(f"{spec[:80]!r} is not DEVICE:KIND[=VALUE]", hint)
        found[name] = (*found.get(name, ()), fault)
    return found


def parse_faults(name: str, faults: Iterable[str]) -> Faults:
    """Faults of a switch.

    Args:
        name: The switch.
        faults: `KIND` or `KIND=VALUE` each.

    Raises:
        CampusError: There is no such fault, or its value makes no sense.
    """
    found: dict[str, object] = {}
    for fault in faults:
        kind, equals, value = fault.partition("=")
        if kind not in KINDS:
            raise no_such_fault(name, kind, KINDS)
        if bool(equals) == (kind in _PLAIN):
            raise CampusError(f"{name}:{fault}: {kind} takes {'no' if kind in _PLAIN else 'a'} value")
        found[kind.replace("-", "_")] = _value(f"{name}:{fault}", kind, value)
    return Faults.model_validate(found)


def no_such_fault(name: str, kind: str, kinds: Iterable[str]) -> CampusError:
    """The error of a fault that a device cannot have."""
    return CampusError(f"{name} has no fault {kind[:80]!r}", f"it has: {', '.join(kinds)}")


def _value(spec: str, kind: str, value: str) -> object:
    if kind in _PLAIN:
        return True
    if not value:
        raise CampusError(f"{spec}: {kind} takes a value")
    if kind == "writer-after":
        return _writer(spec, value)
    if kind == "loses" and value not in _LOST:
        raise CampusError(f"{spec}: nothing to lose is called {value!r}", f"there are: {', '.join(_LOST)}")
    if kind == "miscabled" and not all(_is_cable(part) for part in value.split(";")):
        raise CampusError(f"{spec}: not PORT:PEER:PEERPORT", "such as 1/1/27:s042-a1-sw02:25")
    if kind == "ails" and not all(part.rpartition(":")[2] in AILMENTS for part in value.split(";")):
        raise CampusError(f"{spec}: not PORT:WHAT", f"such as 6:loop; there are: {', '.join(AILMENTS)}")
    if kind not in _COUNTS and kind != "slow":
        return value
    return _number(spec, value, whole=kind != "slow")


def _number(spec: str, value: str, *, whole: bool) -> float:
    try:
        number = int(value) if whole else float(value)
    except ValueError:
        number = -1
    if not 0 <= number < _LARGEST:
        raise CampusError(f"{spec}: {value!r} is not a number that makes sense here")
    return number


def _writer(spec: str, value: str) -> str:
    number, _, lines = value.partition(";")
    if not (number.isascii() and number.isdecimal() and 0 < int(number[:9]) < _LARGEST and lines.strip()):
        raise CampusError(f"{spec}: {value!r} is not N;LINES", "such as writer-after=12;configure;vlan 997;end")
    return value


def typed(faults: Faults | PcFaults) -> tuple[str, ...]:
    """Faults as they are typed, `KIND[=VALUE]` each."""
    return tuple(
        kind.replace("_", "-") if value is True else f"{kind.replace('_', '-')}={value}"
        for kind, value in faults.model_dump(exclude_defaults=True).items()
    )


_OPTIONAL: Final = frozenset({"err3", "err4", "new"})
"""Kinds with a value that may be left out."""
_NUMBERS: Final = frozenset({"drops", "overdue", "slow"})
"""Kinds of end devices whose value is a number."""


def end_faults(name: str, faults: Iterable[str], kinds: Mapping[str, str]) -> dict[str, str]:
    """Faults of a device that is neither switch nor PC, with their values.

    Args:
        name: The device.
        faults: `KIND` or `KIND=VALUE` each.
        kinds: What it can have, by kind; the meaning of one that takes a value says VALUE.

    Raises:
        CampusError: There is no such fault of it, or the value makes no sense.
    """
    found = {}
    for fault in faults:
        kind, _, value = fault.partition("=")
        if kind not in kinds:
            raise no_such_fault(name, kind, kinds)
        takes = "VALUE" in kinds[kind]
        if bool(value) != takes and not (takes and kind in _OPTIONAL):
            raise CampusError(f"{name}:{fault}: {kind} takes {'a' if takes else 'no'} value: it {kinds[kind]}")
        if kind in _NUMBERS:
            _number(f"{name}:{fault}", value, whole=kind != "slow")
        found[kind] = value
    return found


def check_ports(name: str, ports: Sequence[str], faults: Faults) -> None:
    """A fault at a port that the switch does not have would strike nobody.

    Raises:
        CampusError: There is no such port.
    """
    for part in faults.miscabled.split(";") if faults.miscabled else ():
        port = part.partition(":")[0]
        if port not in ports:
            what = f"{name}:miscabled={part}: {name} has no port {port!r}"
            raise CampusError(what, f"its ports are {ports[0]} to {ports[-1]}")


def _is_cable(text: str) -> bool:
    parts = text.split(":")
    return len(parts) == _CABLE_PARTS and all(parts)
