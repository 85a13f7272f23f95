"""Rules of printers, projectors, boards and print servers."""

from collections.abc import Iterator

from campusctl.errors import InventoryError
from campusctl.inventory.appliances import KINDS, appliance, document_of, needs_address
from campusctl.inventory.appliances.android_schema import policy_problems
from campusctl.inventory.city import City, School
from campusctl.inventory.issue import Issue
from campusctl.model.inventory import Profile, Settings


def appliance_profile_issues(city: City, name: str, profile: Profile) -> Iterator[Issue]:
    """A profile whose dialect its class does not speak."""
    kind = city.spec.classes.get(profile.device_class)
    known = KINDS.get((kind.driver if kind else None) or "")
    if known and profile.dialect not in ("", *known.dialects):
        hint = f"a device of class {profile.device_class} speaks {', '.join(known.dialects)}"
        yield Issue(f"inventory/profiles/{name}.yml", ("dialect",), "", f"wrong dialect {profile.dialect}", hint)
    yield from _policy_issues(profile.settings, f"inventory/profiles/{name}.yml", (), "")


def appliance_issues(city: City, school: School) -> Iterator[Issue]:
    """What is wrong with a school's appliances."""
    for device in school.devices.values():
        found = appliance(city, device)
        if found is None or device.room not in school.rooms:
            continue
        place = ("devices", device.name)
        if device.address is None and needs_address(found):
            what = f"a device of profile {device.profile} needs `address`"
            yield Issue(device.file, place, device.name, what, "without `dialect` in its profile it is left alone")
            continue
        own = tuple(_policy_issues(device.settings, device.file, place, device.name))
        if own:
            yield from own
            continue
        try:
            document_of(city, school, found)
        except InventoryError as error:
            yield from (Issue(device.file, place, item.where, item.what, item.hint) for item in error.problems)


def _policy_issues(settings: Settings, file: str, place: tuple[str | int, ...], who: str) -> Iterator[Issue]:
    """What Google would not take of a policy, where its line is known; other layers are checked with each device."""
    for found in policy_problems(settings.board.android.policy):
        path = (*place, "settings", "board", "android", "policy", *found.path)
        yield Issue(file, path, who, f"board.android.policy.{found.name} {found.what}", found.hint)
