"""Rules of printers, projectors, boards and print servers."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from campusctl.errors import InventoryError
from campusctl.inventory.appliances import KINDS, appliance, document_of, faults_of, needs_address
from campusctl.inventory.appliances.android_schema import policy_problems
from campusctl.inventory.appliances.board import ANDROID
from campusctl.inventory.city import City, School
from campusctl.inventory.issue import Issue
from campusctl.inventory.layers import said_at, settings_layers
from campusctl.inventory.resolve import settings_of
from campusctl.model.inventory import Profile
from campusctl.model.sentence import sentence


def appliance_profile_issues(city: City, name: str, profile: Profile) -> Iterator[Issue]:
    """A profile whose dialect its class does not speak."""
    kind = city.spec.classes.get(profile.device_class)
    known = KINDS.get((kind.driver if kind else None) or "")
    if known and profile.dialect not in ("", *known.dialects):
        hint = sentence(
            "a device of class {kind} speaks {dialects}", kind=profile.device_class, dialects=", ".join(known.dialects)
        )
        yield Issue(
            f"inventory/profiles/{name}.yml",
            ("dialect",),
            "",
            sentence("wrong dialect {dialect}", dialect=profile.dialect),
            hint,
        )
    # What every board of it would have to say is said once; the settings of other layers are checked with each device.
    for found in policy_problems(profile.settings.board.android.policy):
        place = ("settings", "board", "android", "policy", *found.path)
        where = f"board.android.policy.{found.name}"
        yield Issue(f"inventory/profiles/{name}.yml", place, where, found.what, found.hint)


def appliance_issues(city: City, school: School) -> Iterator[Issue]:
    """What is wrong with a school's appliances."""
    for device in school.devices.values():
        found = appliance(city, device)
        if found is None or device.room not in school.rooms:
            # A room that is not there is told elsewhere.
            continue
        place = ("devices", device.name)
        if device.address is None and needs_address(found):
            what = sentence("a device of profile {profile} needs `address`", profile=device.profile)
            yield Issue(
                device.file, place, device.name, what, sentence("without `dialect` in its profile it is left alone")
            )
            continue
        try:
            faults = faults_of(city, school, found)
            if not faults:
                document_of(city, school, found)
        except InventoryError as error:
            yield from (Issue(device.file, place, item.where, item.what, item.hint) for item in error.problems)
            continue
        layers = tuple(settings_layers(city, school, device))
        for fault in faults:
            file, keys = said_at(layers, fault.path)
            yield Issue(file, keys, ".".join(fault.path), fault.what, fault.hint)


def shared_policy_issues(city: City) -> Iterator[Issue]:
    """Android boards that share a policy and want different things of it: each would undo the other's."""
    first: dict[tuple[str, str], tuple[str, Mapping[str, Any]]] = {}
    devices = ((school, device) for school in city.schools.values() for device in school.devices.values())
    for school, device in devices:
        found = appliance(city, device)
        if found is None or found.dialect != ANDROID or device.room not in school.rooms:
            continue
        try:
            android = settings_of(city, school, device).board.android
        except InventoryError:
            # Told with its school.
            continue
        if not android.policy_name:
            continue
        wants = android.model_dump(exclude=_OWN)
        other, theirs = first.setdefault((android.enterprise, android.policy_name), (device.name, wants))
        for name in sorted(name for name in wants if wants[name] != theirs[name]):
            what = sentence(
                "wants another board.android.{name} than {other}, which shares the policy {policy}",
                name=name,
                other=other,
                policy=android.policy_name,
            )
            hint = sentence("say it once for all of them, or give one a policy_name of its own")
            yield Issue(device.file, ("devices", device.name), device.name, what, hint)


_OWN: Final = {"enterprise", "device", "key", "policy_name", "overdue_days"}
"""What each board says for itself, and not for its policy."""
