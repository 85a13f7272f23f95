r"""Policies of Windows and of browsers as values and lists in the registry.

A list is a key of its own whose values are named 1, 2, 3 …; an empty list is a key that is not there. What an exam
changes is always said, so that it goes back afterwards.
"""

import json
import re
from collections.abc import Iterator, Sequence
from ipaddress import ip_network
from typing import Any, Final, TypeAlias

from campusctl.model.inventory import Settings
from campusctl.model.pc import PcSettings
from campusctl.model.pc_parts import Browser, Exam
from campusctl.model.pc_windows import RegistryValue
from campusctl.render.pc.browser import browser_policies
from campusctl.render.pc.document import Fragment, Text, joined
from campusctl.render.values import RefusedValueError

_POLICIES: Final = r"HKLM:\SOFTWARE\Policies"
FIREFOX: Final = rf"{_POLICIES}\Mozilla\Firefox"
CHROME: Final = rf"{_POLICIES}\Google\Chrome"
EDGE: Final = rf"{_POLICIES}\Microsoft\Edge"
UPDATE: Final = rf"{_POLICIES}\Microsoft\Windows\WindowsUpdate"
STORAGE: Final = rf"{_POLICIES}\Microsoft\Windows\RemovableStorageDevices"
INTERNET: Final = r"HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Internet Settings"
INTERNET_POLICY: Final = rf"{_POLICIES}\Microsoft\Windows\CurrentVersion\Internet Settings"

_ABSENT: Final = {"state": "absent"}

Values: TypeAlias = dict[str, dict[str, dict[str, Any]]]
"""Key → name → type and data, or absent."""

_EDGE_NAMES: Final = {
    "IncognitoModeAvailability": "InPrivateModeAvailability",
    "ManagedBookmarks": "ManagedFavorites",
    "BookmarkBarEnabled": "FavoritesBarEnabled",
    "MetricsReportingEnabled": "DiagnosticData",
}
"""Chrome's names and Edge's, where they differ. Source: Microsoft Edge policy documentation."""


def policies(settings: Settings, _: Text) -> Fragment:
    """Browsers, updates, proxy, USB storage, and what the inventory says of the registry itself."""
    own = {
        key: {name: _stated(key, name, value) for name, value in values.items() if value}
        for key, values in settings.pc.windows.registry.items()
        if values
    }
    made = joined(_browsers(settings.pc), _updates(settings), _proxy(settings.pc), _storage(settings.pc))
    return _with_own(made, own)


def _stated(key: str, name: str, value: RegistryValue) -> dict[str, Any]:
    if value.complaint:
        raise RefusedValueError(f"registry {key} {name}: {value.complaint}")
    if value.state == "absent":
        return _ABSENT
    return {"type": value.type, "data": list(value.data) if isinstance(value.data, tuple) else value.data}


def _with_own(made: Fragment, own: Values) -> Fragment:
    """The operator's word counts; the registry tells no large letters from small ones."""
    registry = {key: dict(values) for key, values in made.get("registry", {}).items()}
    spelt = {key.lower(): key for key in registry}
    for key, values in own.items():
        into = registry.setdefault(spelt.setdefault(key.lower(), key), {})
        named = {name.lower(): name for name in into}
        for name, value in values.items():
            into.pop(named.get(name.lower(), ""), None)
            into[name] = value
    return {**made, "registry": registry}


def _value(data: object) -> dict[str, Any]:
    if isinstance(data, bool | int):
        return {"type": "dword", "data": int(data)}
    return {"type": "string", "data": data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)}


def _browsers(pc: PcSettings) -> Fragment:
    made = browser_policies(pc)
    exams = pc.exam != Exam() or pc.mode == "exam" or pc.browser != Browser()
    found: Fragment = {}
    if "chromium" in pc.browser.browsers and exams:
        chromium = made.get("chromium", {})
        edge = {_EDGE_NAMES.get(name, name): data for name, data in chromium.items()}
        if "DiagnosticData" in edge:
            edge["DiagnosticData"] = 1 if edge["DiagnosticData"] else 0
        found = joined(
            _chromium(CHROME, chromium, "IncognitoModeAvailability"), _chromium(EDGE, edge, "InPrivateModeAvailability")
        )
    if "firefox" in pc.browser.browsers and exams:
        found = joined(found, _firefox(made.get("firefox", {})))
    return found


def _chromium(key: str, said: dict[str, Any], private: str) -> Fragment:
    """Lists of texts are keys; anything deeper is JSON. Source: Chromium, `policy_loader_win`."""
    lists = {name: data for name, data in said.items() if _is_list(data)}
    values = {name: _value(data) for name, data in said.items() if name not in lists}
    lists = {"URLBlocklist": [], "URLAllowlist": [], **lists}
    return {
        "registry": {key: {private: _ABSENT, **values}},
        "registry_lists": {rf"{key}\{name}": [str(item) for item in items] for name, items in lists.items()},
    }


def _is_list(data: object) -> bool:
    return isinstance(data, list | tuple) and all(isinstance(item, str) for item in data)


def _firefox(said: dict[str, Any]) -> Fragment:
    """Maps are keys too. Source: Mozilla's policy templates, GPO."""
    values: Values = {FIREFOX: {"DisablePrivateBrowsing": _ABSENT}}
    lists: dict[str, list[str]] = {rf"{FIREFOX}\WebsiteFilter\{name}": [] for name in ("Block", "Exceptions")}
    _flatten(FIREFOX, said, values, lists)
    return {"registry": values, "registry_lists": lists}


def _flatten(key: str, said: dict[str, Any], values: Values, lists: dict[str, list[str]]) -> None:
    for name, data in said.items():
        below = rf"{key}\{name}"
        if _is_list(data):
            lists[below] = list(data)
        elif isinstance(data, list | tuple):
            numbered = {str(number): item for number, item in enumerate(data, 1) if isinstance(item, dict)}
            _flatten(below, numbered, values, lists)
        elif isinstance(data, dict):
            _flatten(below, data, values, lists)
        else:
            values.setdefault(key, {})[name] = _value(data)


def _updates(settings: Settings) -> Fragment:
    """Source: Microsoft, "Manage additional Windows Update settings"."""
    said, windows = settings.pc.updates, settings.pc.windows.updates
    if said.automatic is None and not windows.server and not windows.active_hours:
        return {}
    automatic: dict[str, Any] = {"UseWUServer": _value(1) if windows.server else _ABSENT}
    if said.automatic is not None:
        automatic["NoAutoUpdate"] = _value(not said.automatic)
    if said.automatic:
        hour = int(said.time.partition(":")[0]) if said.time else 3
        automatic |= {"AUOptions": _value(4), "ScheduledInstallDay": _value(0), "ScheduledInstallTime": _value(hour)}
        automatic["NoAutoRebootWithLoggedOnUsers"] = _value(1)
    return {"registry": {UPDATE: _update(windows.server, windows.active_hours), rf"{UPDATE}\AU": automatic}}


def _update(server: str, hours: str) -> dict[str, Any]:
    start, _, end = hours.partition("-")
    active = {"SetActiveHours": _ABSENT}
    if hours:
        limits = {"ActiveHoursStart": _value(int(start[:2])), "ActiveHoursEnd": _value(int(end[:2]))}
        active = {"SetActiveHours": _value(1), **limits}
    return dict.fromkeys(("WUServer", "WUStatusServer"), _value(server) if server else _ABSENT) | active


def _proxy(pc: PcSettings) -> Fragment:
    """One for the whole PC. Source: Microsoft, policy "Make proxy settings per-machine"."""
    said = pc.proxy
    if not said.http and not said.pac:
        return {}
    servers = f"http={said.http};https={said.https or said.http}" if said.http else ""
    values: dict[str, Any] = {
        "ProxyEnable": _value(bool(said.http)),
        "ProxyServer": _value(servers) if servers else _ABSENT,
        "ProxyOverride": _value(";".join(_past_proxy(said.no_proxy))) if servers else _ABSENT,
        "AutoConfigURL": _value(said.pac) if said.pac else _ABSENT,
    }
    return {"registry": {INTERNET: values, INTERNET_POLICY: {"ProxySettingsPerUser": _value(0)}}}


def _past_proxy(said: Sequence[str]) -> Iterator[str]:
    """As Windows says it: wildcards for domains and networks, and what has no dot in its name."""
    for item in said:
        address, slash, _ = item.partition("/")
        if slash and _NETWORK.fullmatch(address):
            network = ip_network(item, strict=False)
            octets = max(1, -(-network.prefixlen // 8))
            for part in network.subnets(new_prefix=octets * 8):
                start = str(part.network_address).split(".")[:octets]
                yield ".".join([*start, *(["*"] if octets < _OCTETS else [])])
        else:
            yield f"*{item}" if item.startswith(".") else item
    yield "<local>"


_OCTETS: Final = 4
_NETWORK: Final = re.compile(r"[0-9]+(\.[0-9]+){3}")


def _storage(pc: PcSettings) -> Fragment:
    """USB sticks during an exam."""
    if pc.exam == Exam() and pc.mode != "exam":
        return {}
    closed = pc.mode == "exam" and not pc.exam.usb_storage
    return {"registry": {STORAGE: {"Deny_All": _value(1) if closed else _ABSENT}}}
