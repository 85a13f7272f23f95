"""Whether what answers in Google's name has the shape of Google's answers, as far as anything is read of it."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from campusctl.drivers.appliance.base import DeviceTroubleError
from campusctl.drivers.board.android_trouble import STRANGE


def shaped(found: Any) -> dict[str, Any]:  # noqa: ANN401 - plain data
    """An answer without what is null, which means that it is not there.

    Args:
        found: A device or a policy, as its JSON was read. Fields that nobody here reads may be anything.

    Raises:
        DeviceTroubleError: It is none.
    """
    if _is_map(found) and all(_FIELDS[name](value) for name, value in found.items() if name in _FIELDS):
        return dict(found)
    raise DeviceTroubleError(*STRANGE)


def named(found: Mapping[str, Any]) -> Mapping[str, Any]:
    """A device or a policy, which Google never tells of without its name.

    Raises:
        DeviceTroubleError: It has none.
    """
    if not isinstance(found.get("name"), str):
        raise DeviceTroubleError(*STRANGE)
    return found


def _is_map(value: Any) -> bool:  # noqa: ANN401 - plain data
    """A map; what is null in it is taken away."""
    if not isinstance(value, dict):
        return False
    for name in [name for name, item in value.items() if item is None]:
        del value[name]
    return True


def _is_list(value: Any) -> bool:  # noqa: ANN401 - plain data
    """A list of maps."""
    return isinstance(value, list) and all(map(_is_map, value))


def _is_number(value: Any) -> bool:  # noqa: ANN401 - plain data
    """A whole number; Google writes those of 64 bits as a text."""
    return isinstance(value, int) or (isinstance(value, str) and value.isascii() and value.isdigit())


def _is_update(value: Any) -> bool:  # noqa: ANN401 - plain data
    return _is_map(value) and all(_is_number(value.get(name, 0)) for name in ("startMinutes", "endMinutes"))


def _is_apps(value: Any) -> bool:  # noqa: ANN401 - plain data
    return _is_list(value) and all(isinstance(app.get("packageName", ""), str) for app in value)


def _is_homes(value: Any) -> bool:  # noqa: ANN401 - plain data
    return _is_list(value) and all(isinstance(mark, str) for home in value for mark in home.get("categories", ()))


def _is_network(value: Any) -> bool:  # noqa: ANN401 - plain data
    if not _is_map(value):
        return False
    networks = value.get("NetworkConfigurations", [])
    return _is_list(networks) and all(_is_map(network.get("WiFi", {})) for network in networks)


_FIELDS: Final[Mapping[str, Callable[[Any], bool]]] = {
    "hardwareInfo": _is_map,
    "softwareInfo": _is_map,
    "nonComplianceDetails": _is_list,
    "applications": _is_apps,
    "persistentPreferredActivities": _is_homes,
    "systemUpdate": _is_update,
    "maximumTimeToLock": _is_number,
    "openNetworkConfiguration": _is_network,
}
"""Fields that are read, and whether a value is one of theirs."""
