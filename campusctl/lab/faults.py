"""Faults on demand: `DEVICE:KIND[=VALUE]`, such as `s042-r101-sw01:drop-after=5`."""

from collections.abc import Iterable
from typing import Final

from campusctl.errors import CampusError
from campusctl.lab.pcs.spec import PcFaults
from campusctl.lab.spec import AILMENTS, Faults

_KINDS: Final = {
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
HELP: Final = "\n".join(f"  {kind:<15} {meaning}" for kind, meaning in _KINDS.items())
"""One line a kind, for the help."""

_PLAIN: Final = frozenset({"dead", "save-fails", "wrong-host-key", "garbage-prompt", "wrong-password"})
_COUNTS: Final = frozenset(
    {"drop-after", "stall-after", "reboot-after", "refuse-after", "garbage-after", "key-after", "hold-after"}
)
_LARGEST: Final = 1_000_000
_LOST: Final = ("neighbors", "link", "root", "macs", "power", "gateway")
_CABLE_PARTS: Final = 3


def parse_faults(specs: Iterable[str], devices: Iterable[str]) -> dict[str, Faults]:
    """Faults by device.

    Raises:
        CampusError: A specification is none, or names no switch of the lab.
    """
    known = set(devices)
    found: dict[str, dict[str, object]] = {}
    for spec in specs:
        device, colon, fault = spec.partition(":")
        kind, equals, value = fault.partition("=")
        if not colon or kind not in _KINDS:
            raise CampusError(f"--fault {spec}: not DEVICE:KIND[=VALUE]", f"kinds are:\n{HELP}")
        if device not in known:
            raise CampusError(f"--fault {spec}: the lab has no switch {device!r}", "campusctl show SCHOOL lists them")
        if bool(equals) == (kind in _PLAIN):
            raise CampusError(f"--fault {spec}: {kind} takes {'no' if kind in _PLAIN else 'a'} value")
        found.setdefault(device, {})[kind.replace("-", "_")] = _value(spec, kind, value)
    return {device: Faults.model_validate(values) for device, values in found.items()}


def _value(spec: str, kind: str, value: str) -> object:
    if kind in _PLAIN:
        return True
    if not value:
        raise CampusError(f"--fault {spec}: {kind} takes a value")
    if kind == "writer-after":
        return _writer(spec, value)
    if kind == "loses" and value not in _LOST:
        raise CampusError(f"--fault {spec}: nothing to lose is called {value!r}", f"there are: {', '.join(_LOST)}")
    if kind == "miscabled" and not all(_is_cable(part) for part in value.split(";")):
        raise CampusError(f"--fault {spec}: not PORT:PEER:PEERPORT", "such as 1/1/27:s042-a1-sw02:25")
    if kind == "ails" and not all(part.rpartition(":")[2] in AILMENTS for part in value.split(";")):
        raise CampusError(f"--fault {spec}: not PORT:WHAT", f"such as 6:loop; there are: {', '.join(AILMENTS)}")
    if kind not in _COUNTS and kind != "slow":
        return value
    try:
        number = float(value) if kind == "slow" else int(value)
    except ValueError:
        number = -1
    if not 0 <= number < _LARGEST:
        raise CampusError(f"--fault {spec}: {value!r} is not a number that makes sense here")
    return number


def _writer(spec: str, value: str) -> str:
    number, _, lines = value.partition(";")
    if not (number.isascii() and number.isdecimal() and 0 < int(number[:9]) < _LARGEST and lines.strip()):
        raise CampusError(f"--fault {spec}: {value!r} is not N;LINES", "such as writer-after=12;configure;vlan 997;end")
    return value


def in_words(faults: Faults | PcFaults) -> str:
    """Faults as they are typed, with commas between; empty when there are none."""
    return ", ".join(
        kind.replace("_", "-") if value is True else f"{kind.replace('_', '-')}={value}"
        for kind, value in faults.model_dump(exclude_defaults=True).items()
    )


def _is_cable(text: str) -> bool:
    parts = text.split(":")
    return len(parts) == _CABLE_PARTS and all(parts)
