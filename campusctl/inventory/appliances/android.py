"""What is wanted of an Android board: settings of its policy, and that it has this policy."""

import json
from collections.abc import Iterator, Mapping
from itertools import takewhile
from typing import Any, Final

from campusctl.errors import InventoryError, Problem
from campusctl.inventory.appliances.android_schema import policy_problems
from campusctl.inventory.pc_fault import Fault
from campusctl.model.android import AndroidSettings
from campusctl.model.appliance import Document, Place, Shown
from campusctl.model.sentence import sentence
from campusctl.model.setting import Path

ENDPOINT: Final = "https://androidmanagement.googleapis.com/"
"""Where Google listens."""

PLAIN: Final = (
    "home", "update", "volume_locked", "factory_reset_locked", "status_bar_locked", "app_installs_locked",
    "usb_files_locked", "location_off", "screen_timeout_s",
)  # fmt: skip
"""Settings that are one value."""

_HAVE_A_WORD: Final = {
    "applications": "apps", "persistentPreferredActivities": "home", "systemUpdate": "update",
    "adjustVolumeDisabled": "volume_locked", "factoryResetDisabled": "factory_reset_locked",
    "statusBarDisabled": "status_bar_locked", "installAppsDisabled": "app_installs_locked",
    "usbFileTransferDisabled": "usb_files_locked", "locationMode": "location_off",
    "maximumTimeToLock": "screen_timeout_s", "openNetworkConfiguration": "wifi",
}  # fmt: skip
"""Google's fields that have a word of ours, so that nobody says a thing twice."""


def document(place: Place, android: AndroidSettings, others: tuple[tuple[Path, Shown], ...]) -> Document:
    """The document of an Android board.

    Args:
        place: Where it stands.
        android: What the layers say below `board.android`.
        others: What they say of boards in general; its driver tells what Google's policy has no field for.

    Raises:
        InventoryError: Enterprise, device or key are missing, or the policy is none that Google takes.
    """
    problems = tuple(_problems(place, android))
    if problems:
        raise InventoryError(problems)
    settings: list[tuple[Path, Shown]] = []
    if android.apps is not None:
        settings.append((("apps",), tuple(sorted(f"{name} {how}" for name, how in android.apps.items()))))
    settings += [((name,), value) for name in PLAIN if (value := getattr(android, name)) is not None]
    settings += [(("wifi", name), f"<<secret:{wifi.passphrase}>>") for name, wifi in android.wifi.items()]
    settings += flattened(("policy",), android.policy)
    settings += others
    # Last: a board is told of its policy when that stands.
    settings.append((("policy_name",), android.policy_name or place.name))
    options: dict[str, str | int | bool] = {
        "enterprise": android.enterprise, "device": android.device, "overdue_days": android.overdue_days,
        "endpoint": ENDPOINT, "policy": android.policy_name or place.name,
    }  # fmt: skip
    return Document(settings=tuple(settings), serial=place.serial, options=options)


def flattened(prefix: Path, value: Mapping[str, Any]) -> Iterator[tuple[Path, Shown]]:
    """Every value below a map with its path; a list of maps is one text."""
    for name, item in value.items():
        if isinstance(item, Mapping) and item:
            yield from flattened((*prefix, name), item)
        elif isinstance(item, list) and all(isinstance(part, str) for part in item):
            yield (*prefix, name), tuple(item)
        else:
            plain = isinstance(item, bool | int | str)
            yield (*prefix, name), item if plain else json.dumps(item, sort_keys=True, ensure_ascii=False)


def _problems(place: Place, android: AndroidSettings) -> Iterator[Problem]:
    def problem(what: str, hint: str) -> Problem:
        return Problem("inventory", 0, place.name, what, hint)

    if not android.enterprise:
        yield problem(
            sentence("an Android board needs board.android.enterprise"),
            sentence("the city's enterprise id at Google: once, in city.yml"),
        )
    if not android.device:
        yield problem(
            sentence("an Android board needs board.android.device"),
            sentence("its id at Google, in its own `settings:`"),
        )
    if not android.key:
        yield problem(
            sentence("an Android board needs board.android.key"), sentence("the reference of the service account's key")
        )
    for name in android.policy.keys() & _HAVE_A_WORD.keys():
        word = _HAVE_A_WORD[name]
        yield problem(
            sentence("board.android.policy.{name} is said with a word of its own", name=name),
            sentence("say board.android.{word}", word=word),
        )


def faults(android: AndroidSettings) -> Iterator[Fault]:
    """What Google would not take of a policy, by Google's own description."""
    for found in policy_problems(android.policy):
        # A fault has no place inside a list: its words say which item is meant.
        keys = tuple(takewhile(lambda key: isinstance(key, str), found.path))
        inside = found.name.removeprefix(".".join(map(str, keys)))
        what = sentence("{name}: {what}", name=inside, what=found.what) if inside else found.what
        yield Fault(("board", "android", "policy", *map(str, keys)), what, found.hint)
