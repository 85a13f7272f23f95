"""From what the inventory wants of an Android board to what Google would hold of it, for a lab that begins right."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from campusctl.model.appliance import Shown

Path = tuple[str, ...]

_INSTALL: Final = {"required": "FORCE_INSTALLED", "kiosk": "KIOSK", "available": "AVAILABLE", "blocked": "BLOCKED",
                   "preinstalled": "PREINSTALLED"}  # fmt: skip
_FLAGS: Final = {
    "volume_locked": "adjustVolumeDisabled", "factory_reset_locked": "factoryResetDisabled",
    "status_bar_locked": "statusBarDisabled", "app_installs_locked": "installAppsDisabled",
    "usb_files_locked": "usbFileTransferDisabled",
}  # fmt: skip


def _apps(value: Shown) -> Any:  # noqa: ANN401 - plain data
    pairs = [str(line).split(" ") for line in value] if isinstance(value, tuple) else []
    return [{"packageName": name, "installType": _INSTALL[how]} for name, how in pairs]


def _home(value: Shown) -> Any:  # noqa: ANN401 - plain data
    categories = ["android.intent.category.HOME", "android.intent.category.DEFAULT"]
    return [{"receiverActivity": value, "actions": ["android.intent.action.MAIN"], "categories": categories}]


def _update(value: Shown) -> Any:  # noqa: ANN401 - plain data
    words = {"automatic": "AUTOMATIC", "postponed": "POSTPONE"}
    if str(value) in words:
        return {"type": words[str(value)]}
    first, last = (int(text[:2]) * 60 + int(text[3:]) for text in str(value).split("-"))
    return {"type": "WINDOWED", "startMinutes": first, "endMinutes": last}


_FIELDS: Final[Mapping[str, tuple[str, Callable[[Shown], Any]]]] = {
    "apps": ("applications", _apps),
    "home": ("persistentPreferredActivities", _home),
    "update": ("systemUpdate", _update),
    "location_off": ("locationMode", lambda value: "LOCATION_DISABLED" if value else "LOCATION_USER_CHOICE"),
    "screen_timeout_s": ("maximumTimeToLock", lambda value: str(int(str(value)) * 1000)),
}


def policy_from(wanted: Mapping[Path, Shown]) -> dict[str, Any]:
    """The policy that says what is wanted, secrets in clear."""
    found: dict[str, Any] = {}
    networks: list[dict[str, Any]] = []
    for path, value in wanted.items():
        if path[0] == "wifi":
            wifi = {"SSID": path[1], "Security": "WPA-PSK", "Passphrase": value, "AutoConnect": True}
            networks.append({"GUID": f"lab-{len(networks)}", "Name": path[1], "Type": "WiFi", "WiFi": wifi})
        elif path[0] == "policy":
            _put(found, path[1:], value)
        elif path[0] in _FLAGS and value:
            found[_FLAGS[path[0]]] = True
        elif path[0] in _FIELDS:
            name, made = _FIELDS[path[0]]
            found[name] = made(value)
    if networks:
        found["openNetworkConfiguration"] = {"NetworkConfigurations": networks}
    return found


def _put(into: dict[str, Any], path: Path, value: Shown) -> None:
    if len(path) > 1:
        _put(into.setdefault(path[0], {}), path[1:], value)
    elif isinstance(value, tuple):
        into[path[0]] = list(value)
    elif isinstance(value, str) and value[:1] in ("[", "{"):
        into[path[0]] = json.loads(value)
    elif value not in (False, None):
        into[path[0]] = value
