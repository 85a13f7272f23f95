"""Faults of PCs on demand: `DEVICE:KIND[=VALUE]`, such as `s042-r201-pc03:disk-full`."""

from collections.abc import Iterable
from typing import Final

from campusctl.errors import CampusError
from campusctl.lab.pcs.spec import PcFaults

_KINDS: Final = {
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
HELP: Final = "\n".join(f"  {kind:<15} {meaning}" for kind, meaning in _KINDS.items())
"""One line a kind, for the help."""
_VALUED: Final = frozenset({"port", "slow", "killed-after", "killed-at", "clock-wrong"})
_FARTHEST: Final = 100_000.0


def parse_pc_faults(specs: Iterable[str]) -> dict[str, PcFaults]:
    """Faults by device; which devices there are is not asked.

    Raises:
        CampusError: A specification is none.
    """
    found: dict[str, dict[str, object]] = {}
    for spec in specs:
        device, _, fault = spec.partition(":")
        kind, equals, value = fault.partition("=")
        if kind not in _KINDS:
            raise CampusError(f"--fault {spec}: {device} is a PC, and {kind!r} no fault of one", f"kinds are:\n{HELP}")
        if bool(equals) != (kind in _VALUED) or (equals and not value):
            raise CampusError(f"--fault {spec}: {kind} takes {'a' if kind in _VALUED else 'no'} value")
        found.setdefault(device, {})[kind.replace("-", "_")] = _value(spec, kind, value) if equals else True
    return {device: PcFaults.model_validate(values) for device, values in found.items()}


def _value(spec: str, kind: str, value: str) -> str | float:
    if kind == "port":
        if not (value.partition(":")[2] and value.isprintable()):
            raise CampusError(f"--fault {spec}: {value!r} is not SWITCH:PORT", "such as port=s042-a2-sw01:7")
        return value
    if kind == "killed-at":
        if not (value.startswith("/") and value.isprintable()):
            raise CampusError(f"--fault {spec}: {value!r} is not a path", "such as killed-at=/etc/motd")
        return value
    try:
        number = float(value)
        PcFaults.model_validate({kind.replace("-", "_"): number})
    except ValueError:
        number = _FARTHEST
    if not 0 < abs(number) < _FARTHEST:
        raise CampusError(f"--fault {spec}: {value!r} is not a number that makes sense here")
    return number
