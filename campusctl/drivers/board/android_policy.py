"""Between the inventory's words and the fields of Google's Android policy."""

import copy
import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeAlias

from campusctl.drivers.appliance.base import Wish
from campusctl.model.appliance import Shown
from campusctl.model.secret import MASK
from campusctl.model.setting import Path

Policy: TypeAlias = Mapping[str, Any]

_HOME_CATEGORIES: Final = ["android.intent.category.HOME", "android.intent.category.DEFAULT"]
_MAIN: Final = "android.intent.action.MAIN"
_INSTALL: Final = {
    "required": "FORCE_INSTALLED", "kiosk": "KIOSK", "available": "AVAILABLE", "blocked": "BLOCKED",
    "preinstalled": "PREINSTALLED",
}  # fmt: skip
_HOW: Final = {google: ours for ours, google in _INSTALL.items()}
_NETWORKS: Final = "NetworkConfigurations"
_LOCATION_OFF: Final = "LOCATION_DISABLED"
_SPAN: Final = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)")
_UPDATES: Final = {"automatic": "AUTOMATIC", "postponed": "POSTPONE"}


class Field(NamedTuple):
    """One setting of ours and its field at Google."""

    name: str
    """Google's name."""
    read: Callable[[Any], Shown]
    """What a value of Google's, or None where it has none, is in our words."""
    made: Callable[[Shown, Any], Any]
    """Google's value for ours, from the one that it has now; None: the field goes away."""


def _flag(name: str) -> Field:
    # Google leaves out what is false.
    return Field(name, bool, lambda value, _: True if value else None)


def _home(found: Any) -> Shown:  # noqa: ANN401 - plain data
    homes = [
        one.get("receiverActivity") for one in found or () if set(_HOME_CATEGORIES) & set(one.get("categories", ()))
    ]
    return homes[0] if homes else None


def _with_home(value: Shown, found: Any) -> Any:  # noqa: ANN401 - plain data
    others = [one for one in found or () if not set(_HOME_CATEGORIES) & set(one.get("categories", ()))]
    mine = {"receiverActivity": value, "actions": [_MAIN], "categories": _HOME_CATEGORIES}
    return [*others, mine] if value else others or None


def _update(found: Any) -> Shown:  # noqa: ANN401 - plain data
    kind = (found or {}).get("type", "")
    if kind == "WINDOWED":
        first, last = (int(found.get(name, 0)) for name in ("startMinutes", "endMinutes"))
        return f"{first // 60:02d}:{first % 60:02d}-{last // 60:02d}:{last % 60:02d}"
    return next((word for word, name in _UPDATES.items() if name == kind), None)


def _with_update(value: Shown, found: Any) -> Any:  # noqa: ANN401 - plain data
    if value is None:
        return None
    kept = {name: item for name, item in (found or {}).items() if name == "freezePeriods"}
    span = _SPAN.fullmatch(str(value))
    if span is None:
        return {**kept, "type": _UPDATES[str(value)]}
    hour, minute, last_hour, last_minute = map(int, span.groups())
    minutes = {"startMinutes": hour * 60 + minute, "endMinutes": last_hour * 60 + last_minute}
    return {**kept, "type": "WINDOWED", **minutes}


def _seconds(found: Any) -> Shown:  # noqa: ANN401 - plain data
    return int(found or 0) // 1000


def _location_off(found: Any) -> Shown:  # noqa: ANN401 - plain data
    return bool(found == _LOCATION_OFF)


def _apps(found: Any) -> Shown:  # noqa: ANN401 - plain data
    how = {one.get("packageName", ""): one.get("installType", "AVAILABLE") for one in found or ()}
    return tuple(sorted(f"{name} {_HOW.get(kind, kind)}" for name, kind in how.items()))


def _with_apps(value: Shown, found: Any) -> Any:  # noqa: ANN401 - plain data
    """The list of apps: those that are wanted, with whatever else the policy says of each."""
    known = {one.get("packageName"): one for one in found or ()}
    pairs = [text.partition(" ") for text in value] if isinstance(value, tuple) else []
    return [
        {**known.get(name, {}), "packageName": name, "installType": _INSTALL.get(how, how)} for name, _, how in pairs
    ]


FIELDS: Final[Mapping[str, Field]] = {
    "home": Field("persistentPreferredActivities", _home, _with_home),
    "update": Field("systemUpdate", _update, _with_update),
    "volume_locked": _flag("adjustVolumeDisabled"),
    "factory_reset_locked": _flag("factoryResetDisabled"),
    "status_bar_locked": _flag("statusBarDisabled"),
    "app_installs_locked": _flag("installAppsDisabled"),
    "usb_files_locked": _flag("usbFileTransferDisabled"),
    "location_off": Field(
        "locationMode", _location_off, lambda value, _: _LOCATION_OFF if value else "LOCATION_USER_CHOICE"
    ),
    "screen_timeout_s": Field(
        "maximumTimeToLock", _seconds, lambda value, _: str(int(value) * 1000) if isinstance(value, int) else None
    ),
    "apps": Field("applications", _apps, _with_apps),
}
"""Settings that are one field."""

WIFI: Final = "openNetworkConfiguration"


def seen(policy: Policy, path: Path, wanted: Shown) -> Shown:
    """A setting as the policy has it.

    Args:
        policy: Google's answer.
        path: The setting.
        wanted: What it shall be; a passphrase is compared with it, and never told.
    """
    if path[0] == "wifi":
        found = _network(policy.get(WIFI), path[1])
        passphrase = (found or {}).get("WiFi", {}).get("Passphrase")
        return None if found is None else wanted if passphrase == wanted else MASK
    if path[0] != "policy":
        field = FIELDS[path[0]]
        return field.read(policy.get(field.name))
    value: Any = policy
    for part in path[1:]:
        value = value.get(part) if isinstance(value, Mapping) else None
    if value is None and isinstance(wanted, bool):
        return False
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return tuple(value)
    return value if value is None or isinstance(value, bool | int | str) else _text(value)


def _text(value: Any) -> str:  # noqa: ANN401 - plain data
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _network(found: Any, ssid: str) -> Any:  # noqa: ANN401 - plain data
    networks = (found or {}).get(_NETWORKS, ())
    return next((one for one in networks if one.get("WiFi", {}).get("SSID") == ssid), None)


def patch(policy: Policy, wishes: Sequence[Wish]) -> dict[str, Any]:
    """The fields that change, each as a whole; None: it goes away."""
    found: dict[str, Any] = {}
    for wish in wishes:
        name = top_field(wish.path)
        now = found[name] if name in found else copy.deepcopy(policy.get(name))
        if wish.path[0] == "wifi":
            found[name] = _with_network(now, wish.path[1], wish.after)
        elif wish.path[0] == "policy":
            found[name] = _put(now, wish.path[2:], wish.after)
        else:
            found[name] = FIELDS[wish.path[0]].made(wish.after, now)
    return found


def top_field(path: Path) -> str:
    """The field of Google's policy that holds a setting."""
    if path[0] == "policy":
        return path[1]
    return WIFI if path[0] == "wifi" else FIELDS[path[0]].name


def _put(now: Any, path: Path, value: Shown) -> Any:  # noqa: ANN401 - plain data
    if not path:
        return _plain(value)
    inner = dict(now) if isinstance(now, Mapping) else {}
    made = _put(inner.get(path[0]), path[1:], value)
    if made is None:
        inner.pop(path[0], None)
    else:
        inner[path[0]] = made
    return inner


def _plain(value: Shown) -> Any:  # noqa: ANN401 - plain data
    """As the inventory had it: a list of maps stands in a document as its JSON."""
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, str) and value[:1] in ("[", "{"):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _with_network(now: Any, ssid: str, passphrase: Shown) -> Any:  # noqa: ANN401 - plain data
    """Open Network Configuration with one WLAN more, or one less; the others stay."""
    others = [one for one in (now or {}).get(_NETWORKS, ()) if one.get("WiFi", {}).get("SSID") != ssid]
    mine = {
        "GUID": hashlib.blake2b(ssid.encode(), digest_size=8).hexdigest(),
        "Name": ssid,
        "Type": "WiFi",
        "WiFi": {"SSID": ssid, "Security": "WPA-PSK", "Passphrase": passphrase, "AutoConnect": True},
    }
    return {**(now or {}), _NETWORKS: [*others, mine] if passphrase is not None else others}


def strangers(policy: Policy, wanted: Mapping[Path, Shown]) -> tuple[str, ...]:
    """Fields of the policy that the inventory says nothing of: their names, as values may be secrets."""
    ours = {top_field(path) for path in wanted if path[0] in ("policy", "wifi", *FIELDS)}
    return tuple(f"policy field {name}" for name in sorted(policy.keys() - ours - {"name", "version"}))
