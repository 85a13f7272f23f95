"""One file per dialect; `get` finds it by the name in the inventory.

A new dialect is a new file with a `DIALECT` in it and a line in `_MODULES`.
"""

from difflib import get_close_matches
from functools import cache
from importlib import import_module
from typing import Final

from campusctl.drivers.switch.dialects.base import Dialect
from campusctl.errors import UnknownNameError

_MODULES: Final = {
    "cisco_ios": "cisco_ios",
    "aruba_aoscx": "aruba_aoscx",
    "hp_procurve": "hp_procurve",
}


def names() -> tuple[str, ...]:
    """Every dialect's name, in the order of the documentation."""
    return tuple(_MODULES)


@cache
def get(name: str) -> Dialect:
    """The dialect of that name.

    Raises:
        UnknownNameError: There is none; `aruba_os` gets a word of its own.
    """
    if name not in _MODULES:
        raise UnknownNameError(f"unknown switch dialect {name!r}", _hint(name))
    module = import_module(f"campusctl.drivers.switch.dialects.{_MODULES[name]}")
    dialect: Dialect = module.DIALECT
    return dialect


def _hint(name: str) -> str:
    if name == "aruba_os":
        return "in Netmiko, aruba_os is the WLAN controller; ArubaOS-Switch is hp_procurve, AOS-CX is aruba_aoscx"
    close = get_close_matches(name, _MODULES, 1)
    return f"did you mean {close[0]}?" if close else f"there are: {', '.join(_MODULES)}"
