"""Faults of PCs on demand: `DEVICE:KIND[=VALUE]`, such as `s042-r201-pc03:disk-full`."""

from collections.abc import Iterable
from typing import Final

from campusctl.errors import CampusError
from campusctl.lab.pcs.spec import PcFaults

KINDS: Final = {
    "off": "is switched off: whoever calls hears nothing, until a magic packet comes",
    "pulled": "its cable is pulled, also out of open connections; what runs on it runs on",
    "port": "is plugged into another port: VALUE is SWITCH:PORT",
    "slow": "takes a new connection after VALUE seconds",
    "wrong-host-key": "shows another host key than before",
    "wrong-sudo": "sudo asks for a password, and nobody knows it",
    "no-python": "has no /usr/bin/python3",
    "disk-full": "not a byte is free on its disk",
    "apt-lock": "automatic updates hold the lock of the package manager",
    "killed-after": "a module that Ansible runs on it as root is killed after VALUE seconds",
    "killed-at": "a module that Ansible runs on it as root is killed as soon as the path VALUE changes",
    "clock-wrong": "its clock is VALUE days ahead, or behind with a minus",
}
"""What a PC can have, for the help."""

_VALUED: Final = frozenset({"port", "slow", "killed-after", "killed-at", "clock-wrong"})
_FARTHEST: Final = 100_000.0


def parse_pc_faults(name: str, faults: Iterable[str]) -> PcFaults:
    """Faults of a PC.

    Args:
        name: The PC.
        faults: `KIND` or `KIND=VALUE` each.

    Raises:
        CampusError: There is no such fault, or its value makes no sense.
    """
    found: dict[str, object] = {}
    for fault in faults:
        kind, equals, value = fault.partition("=")
        if kind not in KINDS:
            raise CampusError(f"{name} has no fault {kind[:80]!r}", f"it is a PC, and has: {', '.join(KINDS)}")
        if bool(equals) != (kind in _VALUED) or (equals and not value):
            raise CampusError(f"{name}:{fault}: {kind} takes {'a' if kind in _VALUED else 'no'} value")
        found[kind.replace("-", "_")] = _value(f"{name}:{fault}", kind, value) if equals else True
    return PcFaults.model_validate(found)


def _value(spec: str, kind: str, value: str) -> str | float:
    if kind == "port":
        if not (value.partition(":")[2] and value.isprintable()):
            raise CampusError(f"{spec}: {value!r} is not SWITCH:PORT", "such as port=s042-a2-sw01:7")
        return value
    if kind == "killed-at":
        if not (value.startswith("/") and value.isprintable()):
            raise CampusError(f"{spec}: {value!r} is not a path", "such as killed-at=/etc/motd")
        return value
    try:
        number = float(value)
        PcFaults.model_validate({kind.replace("-", "_"): number})
    except ValueError:
        number = _FARTHEST
    if not 0 < abs(number) < _FARTHEST:
        raise CampusError(f"{spec}: {value!r} is not a number that makes sense here")
    return number
