"""A Windows document as lists of items, one list for each task of `playbooks/windows.yml`.

Every item says in `edit` which part of the document it is; the events bring it back.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeAlias

from campusctl.drivers.pc.platforms.base import Json
from campusctl.model.secret import TOKEN

Items: TypeAlias = Iterator[dict[str, Json]]


def windows_items(document: Mapping[str, Json]) -> dict[str, list[dict[str, Json]]]:
    """The host variable `campus_windows`.

    Args:
        document: The document, format 1, `os` windows.

    Returns:
        Items by the name of their list; a list is missing where the document says nothing for it.
    """
    found = {name: list(make(document)) for name, make in _LISTS.items()}
    return {name: items for name, items in found.items() if items}


def _groups(document: Mapping[str, Json]) -> Items:
    for name, group in document.get("groups", {}).items():
        yield {"edit": ["group", name], "name": name, **group}


def _passwords(document: Mapping[str, Json]) -> Items:
    for name, user in document.get("users", {}).items():
        token = TOKEN.fullmatch(user.get("password", ""))
        if token and user["state"] == "present":
            # Whether a disabled account's password is right, Windows does not tell: it would be set at every run.
            update = "on_create" if user.get("locked") else "always"
            yield {"edit": ["user", name, "password"], "name": name, "password": token[1], "update_password": update}


def _users(document: Mapping[str, Json]) -> Items:
    for name, user in document.get("users", {}).items():
        if user["state"] == "absent":
            yield {"edit": ["user", name], "name": name, "state": "absent"}
            continue
        item = {"edit": ["user", name], "name": name, "state": "present"}
        item |= {key: user[key] for key in ("title", "locked") if key in user}
        if "groups" in user:
            item |= {"groups": user["groups"], "groups_action": "replace" if user.get("exact_groups") else "add"}
        yield item


def _features(document: Mapping[str, Json]) -> Items:
    for name, state in document.get("features", {}).items():
        yield {"edit": ["feature", name], "name": name, "state": state}


def _packages(source: str) -> Callable[[Mapping[str, Json]], Items]:
    def of_source(document: Mapping[str, Json]) -> Items:
        for name, package in document.get("packages", {}).items():
            if package["source"] == source:
                version = package.get("version", "")
                yield {"edit": ["package", name], "name": name, "state": package["state"], "version": version}

    return of_source


def _registry(document: Mapping[str, Json]) -> Items:
    for key, values in document.get("registry", {}).items():
        for name, value in values.items():
            yield {"edit": ["registry", key, name], "key": key, "name": name, "state": "present", **value}


def _registry_lists(document: Mapping[str, Json]) -> Items:
    for key, values in document.get("registry_lists", {}).items():
        yield {"edit": ["registry", key], "key": key, "texts": values}


def _time(document: Mapping[str, Json]) -> Items:
    servers = document.get("time", {}).get("servers")
    if servers:
        # 0x8: as a client of it, at the interval that Windows finds right.
        peers = " ".join(f"{server},0x8" for server in servers)
        yield {"edit": ["time", "servers"], "name": "NtpServer", "data": peers}
        yield {"edit": ["time", "source"], "name": "Type", "data": "NTP"}


def _single(kind: str, key: str, name: str) -> Callable[[Mapping[str, Json]], Items]:
    def of_kind(document: Mapping[str, Json]) -> Items:
        value = document.get(kind, {}).get(key)
        if value:
            yield {"edit": [kind, key], name: value}

    return of_kind


def _services(document: Mapping[str, Json]) -> Items:
    for name, service in document.get("services", {}).items():
        yield {"edit": ["service", name], "name": name, **service}


def _tasks(document: Mapping[str, Json]) -> Items:
    for name, task in document.get("tasks", {}).items():
        yield {"edit": ["task", name], "name": name, **task}


def _printers(document: Mapping[str, Json]) -> Items:
    for name, queue in document.get("printers", {}).get("queues", {}).items():
        texts = {key: queue.get(key, "") for key in ("uri", "driver", "info", "location")}
        yield {"edit": ["printer", name], "name": name, "state": queue["state"], **texts}


def _rules(document: Mapping[str, Json]) -> Items:
    for name, rule in document.get("firewall", {}).get("rules", {}).items():
        yield {"edit": ["firewall", "rules", name], "name": name, **rule}


def _profiles(document: Mapping[str, Json]) -> Items:
    for name, state in document.get("firewall", {}).get("profiles", {}).items():
        yield {"edit": ["firewall", "profiles", name], "name": name, "state": state}


_LISTS: Final[Mapping[str, Callable[[Mapping[str, Json]], Items]]] = {
    "groups": _groups,
    "passwords": _passwords,
    "users": _users,
    "features": _features,
    "winget": _packages("winget"),
    "chocolatey": _packages("chocolatey"),
    "registry": _registry,
    "registry_lists": _registry_lists,
    "time": _time,
    "timezone": _single("timezone", "zone", "name"),
    "services": _services,
    "tasks": _tasks,
    "printers": _printers,
    "power": _single("power", "plan", "guid"),
    "firewall_rules": _rules,
    "firewall": _profiles,
}
