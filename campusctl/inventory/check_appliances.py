"""Rules of printers, projectors, boards and print servers."""

from collections.abc import Iterator

from campusctl.errors import InventoryError
from campusctl.inventory.appliances import KINDS, appliance, document_of, faults_of, needs_address
from campusctl.inventory.appliances.android_schema import policy_problems
from campusctl.inventory.city import City, School
from campusctl.inventory.issue import Issue
from campusctl.inventory.layers import said_at, settings_layers
from campusctl.model.inventory import Profile


def appliance_profile_issues(city: City, name: str, profile: Profile) -> Iterator[Issue]:
    """A profile whose dialect its class does not speak."""
    kind = city.spec.classes.get(profile.device_class)
    known = KINDS.get((kind.driver if kind else None) or "")
    if known and profile.dialect not in ("", *known.dialects):
        hint = f"a device of class {profile.device_class} speaks {', '.join(known.dialects)}"
        yield Issue(f"inventory/profiles/{name}.yml", ("dialect",), "", f"wrong dialect {profile.dialect}", hint)
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
            what = f"a device of profile {device.profile} needs `address`"
            yield Issue(device.file, place, device.name, what, "without `dialect` in its profile it is left alone")
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
