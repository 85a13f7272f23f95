"""Rules of one school: its rooms, its exceptions, its devices."""

import socket
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final, NamedTuple

from pydantic import BaseModel, ValidationError

from campusctl.errors import InventoryError
from campusctl.inventory.check import exact_date, settings_issues, unknown_role, unknown_vlan
from campusctl.inventory.check_appliances import appliance_issues
from campusctl.inventory.check_calendar import school_calendar_issues
from campusctl.inventory.check_pc import pc_issues
from campusctl.inventory.check_ports import confirmation_issues, mended_port_issues, port_issues
from campusctl.inventory.city import SWITCH_CLASS, City, School
from campusctl.inventory.issue import Issue, Place
from campusctl.inventory.mend import MISSING
from campusctl.inventory.names_hint import did_you_mean
from campusctl.inventory.naming import person_in, titled_person
from campusctl.inventory.portmap import PortError, port_map
from campusctl.inventory.resolve import resolver, settings_of
from campusctl.inventory.sites import SiteVlan, site_issues, site_vlans
from campusctl.inventory.topology import topology
from campusctl.inventory.translate import fields_at, issues_of
from campusctl.model.inventory import Device, Exemption, PortSettings, Settings, Vlan
from campusctl.model.sentence import sentence

_LARGEST_SITE: Final = 255


def school_issues(city: City, school: School) -> list[Issue]:
    """What is wrong at one school."""
    exceptions = [*_exception_issues(city, school)]
    found = [*_place_issues(city, school), *exceptions]
    found += (issue for device in school.devices.values() for issue in _device_issues(city, school, device))
    found += [*topology(city, school).issues, *port_issues(city, school)]
    found += [*_mended_issues(city, school), *mended_port_issues(city, school)]
    if not exceptions:
        # With exceptions that make no sense there are no values to look at.
        found += [*confirmation_issues(city, school), *_resolved_issues(city, school), *pc_issues(city, school)]
        found += appliance_issues(city, school)
    return found


def _place_issues(city: City, school: School) -> Iterator[Issue]:
    issue = partial(Issue, school.file)
    if school.sound and school.spec.type not in city.spec.school_types:
        hint = did_you_mean(school.spec.type, city.spec.school_types) or sentence(
            "school types are listed in inventory/city.yml"
        )
        yield issue(("type",), school.id, sentence("unknown school type {name}", name=school.spec.type), hint)
    if school.spec.site is None and school.number > _LARGEST_SITE:
        yield issue(
            (),
            school.id,
            sentence("site number {number} is more than {limit}", number=school.number, limit=_LARGEST_SITE),
            sentence("say `site:`"),
        )
    else:
        for site in {school.number if school.spec.site is None else school.spec.site, *_sites(school)}:
            yield from site_issues(city, school, site)
    for name, contact in school.spec.contacts.items():
        person = person_in(name) or person_in(contact.title) or person_in((contact.mail or "").partition("@")[0])
        if person:
            hint = sentence("contacts are roles with a mailbox, such as sekretariat")
            yield issue(
                ("contacts", name),
                f"contacts.{name}",
                sentence("`{person}` looks like a person's name", person=person),
                hint,
            )
    yield from school_calendar_issues(city, school)
    yield from _room_issues(city, school)
    yield from settings_issues(city, school.file, ("settings",), "settings", school.spec.settings)


def _sites(school: School) -> Iterator[int]:
    yield from (item.site for item in school.spec.buildings.values() if item.site is not None)


def _room_issues(city: City, school: School) -> Iterator[Issue]:
    seen: dict[str, str] = {}
    for building_id, building in school.spec.buildings.items():
        for room_id, room in building.rooms.items():
            place = ("buildings", building_id, "rooms", room_id)
            other = seen.setdefault(room_id.lower(), building_id)
            if other != building_id:
                hint = sentence("a room's id is unique in its school")
                what = sentence("building {other} has such a room too", other=other)
                yield Issue(school.file, place, _called(room_id), what, hint)
            person = titled_person(room.title)
            if person:
                hint = sentence("a room is named by what it is for")
                what = sentence("`{person}` looks like a person's name", person=person)
                yield Issue(school.file, place, _called(room_id), what, hint)
            for role, vlan in room.vlans.items():
                if role not in city.spec.roles:
                    yield unknown_role(city, school.file, (*place, "vlans", role), _called(room_id), role)
                if vlan not in city.vlan_keys:
                    yield unknown_vlan(school.file, (*place, "vlans", role), _called(room_id), vlan)
            for issue in settings_issues(city, school.file, (*place, "settings"), "", room.settings):
                yield issue._replace(where=_called(room_id))


def _called(room_id: str) -> str:
    return sentence("room {room}", room=room_id)


# -- exceptions ------------------------------------------------------------------------------------------------------


def _exception_issues(city: City, school: School) -> Iterator[Issue]:
    for number, item in enumerate(school.spec.exceptions):
        place = ("exceptions", number)
        faults = tuple(_exception_faults(city, school, item))
        for what, hint, key in faults:
            yield Issue(school.file, (*place, key), f"exceptions: {item.path}", what, hint)
        if not faults:
            wrong = tuple(_value_issues(school, place, item))
            yield from wrong or _exception_vlan_issues(city, school, place, item)
    yield from _repeated_exceptions(school)


def _repeated_exceptions(school: School) -> Iterator[Issue]:
    seen: dict[tuple[str, str], int] = {}
    for number, item in enumerate(school.spec.exceptions):
        first = seen.setdefault((item.device or "", item.path), number)
        if first != number:
            what = sentence("the same exception stands here twice")
            place = ("exceptions", number, "path")
            yield Issue(school.file, place, f"exceptions: {item.path}", what, sentence("keep one of the two"))


def _exception_faults(city: City, school: School, item: Exemption) -> Iterator[tuple[str, str, str]]:
    if exact_date(item.until) is None:
        yield sentence("{day} is no date", day=item.until), sentence("dates are such as 2027-07-31"), "until"
    if item.device and item.device not in school.devices and not school.may_name(item.device):
        yield (
            sentence("unknown device {device}", device=item.device),
            did_you_mean(item.device, school.devices),
            "device",
        )
    root, *rest = item.path.split(".")
    if root not in _EXCEPTABLE and root not in Settings.model_fields:
        hint = did_you_mean(root, (*_EXCEPTABLE, *Settings.model_fields)) or sentence(
            "`campusctl explain DEVICE` lists the paths"
        )
        yield sentence("unknown path {path}", path=item.path), hint, "path"
    elif root in _EXCEPTABLE and not rest:
        yield (
            sentence("{path} is too short", path=item.path),
            sentence("an exception is about one value, such as roles.board.vlan"),
            "path",
        )
    elif root in ("ports", "lags"):
        yield from _exception_port_faults(city, school, item, rest)
    elif root == "roles" and rest[0] not in city.spec.roles:
        yield sentence("unknown role {role}", role=rest[0]), did_you_mean(rest[0], city.spec.roles), "path"
    elif root == "vlans" and (not rest[0].isdigit() or int(rest[0]) not in city.vlan_keys):
        yield sentence("unknown vlan {vlan}", vlan=rest[0]), sentence("VLANs are listed in inventory/city.yml"), "path"
    elif root == "vlans" and item.device:
        yield sentence("a VLAN is the same for all devices of a school"), sentence("leave out `device`"), "device"


def _exception_port_faults(
    city: City, school: School, item: Exemption, rest: list[str]
) -> Iterator[tuple[str, str, str]]:
    root = item.path.split(".")[0]
    if not item.device:
        yield sentence("an exception for a port needs `device`"), sentence("say which switch"), "path"
    device = school.devices.get(item.device or "")
    profile = city.profiles.get(device.profile or "") if device else None
    if not device or not profile:
        return
    if root == "lags" and rest[0] not in device.lags:
        yield (
            sentence("{device} has no LAG {number}", device=device.name, number=rest[0]),
            did_you_mean(rest[0], device.lags),
            "path",
        )
    if root == "ports":
        try:
            if len(port_map(profile, device).expand(rest[0])) > 1:
                yield (
                    sentence("{name} is more than one port", name=rest[0]),
                    sentence("one exception for each port"),
                    "path",
                )
        except PortError as error:
            yield sentence("{name}: {what}", name=device.name, what=error.what), error.hint, "path"


_EXCEPTABLE: Final[Mapping[str, tuple[type[BaseModel], int]]] = {
    "roles": (PortSettings, 2),
    "ports": (PortSettings, 2),
    "lags": (PortSettings, 2),
    "vlans": (Vlan, 2),
}
"""What an exception may be about apart from settings: the model of the values, and how many keys are above them."""


def _value_issues(school: School, place: Place, item: Exemption) -> Iterator[Issue]:
    """Whether the value is one that may stand at the path."""
    root = item.path.split(".", 1)[0]
    model, depth = _EXCEPTABLE.get(root, (Settings, 0))
    path = item.path.split(".")[depth:]
    nested: Any = item.value
    for key in reversed(path):
        nested = {key: nested}
    try:
        model.model_validate(nested)
    except ValidationError as error:
        for issue, detail in zip(issues_of(school.file, model, error), error.errors(), strict=True):
            if detail["type"] == "missing":
                continue  # the layers below have the rest
            inside = len(detail["loc"]) > len(path)
            unknown = detail["type"] == "extra_forbidden" and not inside
            hint = did_you_mean(str(detail["loc"][-1]), fields_at(model, detail["loc"][:-1])) if unknown else issue.hint
            yield Issue(
                school.file, (*place, "path" if unknown else "value"), f"exceptions: {item.path}", issue.what, hint
            )


def _exception_vlan_issues(city: City, school: School, place: Place, item: Exemption) -> Iterator[Issue]:
    """VLANs that an exception names and the city does not know."""
    if item.path.rpartition(".")[2] in _NAMES_VLANS:
        for vlan in item.value if isinstance(item.value, list | tuple) else (item.value,):
            if isinstance(vlan, int) and vlan not in city.vlan_keys:
                yield unknown_vlan(school.file, (*place, "value"), f"exceptions: {item.path}", vlan)


_NAMES_VLANS: Final = frozenset({"vlan", "voice_vlan", "tagged", "extra_vlans", "management_vlan"})


# -- devices ---------------------------------------------------------------------------------------------------------


def _device_issues(city: City, school: School, device: Device) -> Iterator[Issue]:
    for key, what, hint in _device_faults(city, school, device):
        yield Issue(device.file, ("devices", device.name, key), device.name, what, hint)


def _device_faults(city: City, school: School, device: Device) -> Iterator[tuple[str, str, str]]:
    yield from _name_faults(city, school, device)
    if school.sound and device.room not in school.rooms:
        yield _unknown_room(school, device)
    if device.mac and (int(device.mac[:2], 16) & 1 or not device.mac.strip("0:")):
        yield (
            "mac",
            sentence("{mac} is no device's MAC, but a group's or none", mac=device.mac),
            sentence("read it off the device's label"),
        )
    if device.profile is not None:
        yield from _profile_faults(city, device)
    if device.device_class == SWITCH_CLASS:
        for key in ("profile", "address"):
            if getattr(device, key) is None:
                yield "", sentence("a switch needs `{key}`", key=key), ""
    elif device.ports or device.lags or device.core:
        yield (
            "ports",
            sentence("only a switch has ports"),
            sentence("{name} is of class {kind}", name=device.name, kind=device.device_class or sentence("unknown")),
        )


def _mended_issues(city: City, school: School) -> Iterator[Issue]:
    """What else is wrong with a device that makes no sense; what it lacks may be what was taken away."""
    for device in school.mended:
        lacks_room = device.room == MISSING
        faults = [*(() if lacks_room else _name_faults(city, school, device))]
        if school.sound and not lacks_room and device.room not in school.rooms:
            faults.append(_unknown_room(school, device))
        if device.profile is not None:
            faults += _profile_faults(city, device)
        for key, what, hint in faults:
            yield Issue(device.file, ("devices", device.name, key), device.name, what, hint)


def _unknown_room(school: School, device: Device) -> tuple[str, str, str]:
    hint = did_you_mean(device.room, school.rooms) or did_you_mean(device.room.upper(), school.rooms)
    return (
        "room",
        sentence("unknown room {room}", room=device.room),
        hint or sentence("rooms are listed in {file}", file=school.file),
    )


def _name_faults(city: City, school: School, device: Device) -> Iterator[tuple[str, str, str]]:
    scheme = city.spec.naming
    person = person_in(device.name)
    if person:
        yield (
            "",
            sentence("`{person}` looks like a person's name", person=person),
            sentence("a device is named by where it stands, never by who uses it"),
        )
    if len(device.name) > scheme.max_length:
        hint = sentence("{limit} is the limit (naming.max_length in city.yml)", limit=scheme.max_length)
        yield "", sentence("the name is {number} characters long", number=len(device.name)), hint
    parts = city.parts(device.name)
    looks = scheme.device.replace("{short}", school.short)
    if parts is None:
        yield (
            "",
            sentence("the name is not of the form {scheme}", scheme=looks),
            sentence("such as {school}-r101-dt01", school=school.short),
        )
        return
    if parts.short and parts.short != school.short:
        yield (
            "",
            sentence("the name says school {said}, this is {school}", said=parts.short, school=school.short),
            sentence("such as {school}-r101-dt01", school=school.short),
        )
    if parts.device_class not in city.spec.classes:
        near = did_you_mean(parts.device_class, city.spec.classes) or sentence(
            "classes are {names}", names=", ".join(city.spec.classes)
        )
        yield "", sentence("unknown class {kind} in the name", kind=parts.device_class), near
    if parts.room and parts.room != device.room.lower():
        yield (
            "room",
            sentence("the name says room {said}, this is {room}", said=parts.room, room=device.room),
            sentence("one of the two is wrong"),
        )


def _profile_faults(city: City, device: Device) -> Iterator[tuple[str, str, str]]:
    profile = city.profiles.get(str(device.profile))
    if device.profile in city.broken_profiles:
        return
    if profile is None:
        hint = did_you_mean(str(device.profile), city.profiles) or sentence(
            "profiles are the files in inventory/profiles"
        )
        yield "profile", sentence("unknown profile {profile}", profile=device.profile), hint
        return
    if device.device_class and profile.device_class != device.device_class:
        what = sentence(
            "profile {profile} is of class {kind}, the name says {said}",
            profile=device.profile,
            kind=profile.device_class,
            said=device.device_class,
        )
        yield "profile", what, sentence("one of the two is wrong")
    if device.members > profile.max_members:
        yield (
            "members",
            sentence(
                "a stack of {members}; the profile allows {limit}", members=device.members, limit=profile.max_members
            ),
            "",
        )
    slots = {key.rstrip("-0123456789")[0] for key in profile.ports if key[0].isalpha()}
    missing = set(device.slots or "") - slots
    if missing:
        yield (
            "slots",
            sentence("there is no slot {slot}", slot=min(missing)),
            sentence("slots are {slots}", slots="".join(sorted(slots)) or sentence("for chassis only")),
        )


# -- resolved values -------------------------------------------------------------------------------------------------


class _Subnet(NamedTuple):
    network: int
    mask: int
    taken: frozenset[int]
    """Network, broadcast and gateway address."""
    text: str


def _resolved_issues(city: City, school: School) -> Iterator[Issue]:
    resolve = resolver(city, school)
    patched = resolve.vlan_by_device()
    subnets: dict[int, dict[int, _Subnet]] = {}
    for device in school.devices.values():
        site = school.site_of(device)
        if site not in subnets:
            subnets[site] = {vlan: net for vlan, at in site_vlans(city, school, site).items() if (net := _subnet(at))}
        vlan = patched.get(device.name)
        if device.device_class == SWITCH_CLASS:
            try:
                settings = settings_of(city, school, device)
            except InventoryError as error:
                for problem in error.problems:
                    yield Issue(device.file, ("devices", device.name), problem.where, problem.what, problem.hint)
                continue
            vlan = settings.management_vlan
            for what, hint in _settings_faults(city, settings):
                yield Issue(device.file, ("devices", device.name), device.name, what, hint)
        if device.address:
            for what, hint in _address_faults(device.address, vlan, subnets[site]):
                yield Issue(device.file, ("devices", device.name, "address"), device.name, what, hint)


def _subnet(vlan: SiteVlan) -> _Subnet | None:
    if vlan.subnet is None:
        return None
    net = vlan.subnet
    taken = {int(net.network_address), int(net.broadcast_address), _number(vlan.gateway)} if vlan.gateway else set()
    return _Subnet(int(net.network_address), int(net.netmask), frozenset(taken), str(net))


def _number(address: str) -> int:
    return int.from_bytes(socket.inet_aton(address), "big")


def _settings_faults(city: City, settings: Settings) -> Iterator[tuple[str, str]]:
    key = city.vlan_keys.get(settings.management_vlan)
    if key and city.spec.vlans[key].subnet is None:
        yield (
            sentence("the management vlan {vlan} has no subnet", vlan=settings.management_vlan),
            sentence("say `subnet` in inventory/city.yml"),
        )
    login = settings.login.user
    if not login:
        yield (
            sentence("nobody logs in: `login.user` is empty"),
            sentence("say it under `settings` in inventory/city.yml"),
        )
    elif settings.users and login not in settings.users:
        yield (
            sentence("the login {login} is none of the switch's users", login=login),
            did_you_mean(login, settings.users) or sentence("add it to `users`"),
        )
    if settings.management_acl and settings.management_acl not in settings.acls:
        yield (
            sentence("unknown access list {name}", name=settings.management_acl),
            did_you_mean(settings.management_acl, settings.acls),
        )


def _address_faults(address: str, vlan: int | None, subnets: Mapping[int, _Subnet]) -> Iterator[tuple[str, str]]:
    number = _number(address)
    if vlan is None:
        near = [net for net in subnets.values() if number & net.mask == net.network]
        if not near:
            yield (
                sentence("address {address} is in no subnet of its site", address=address),
                sentence("subnets are listed in inventory/city.yml"),
            )
    elif vlan in subnets:
        near = [subnets[vlan]]
        if number & near[0].mask != near[0].network:
            near = []
            yield (
                sentence(
                    "address {address} is outside {subnet}, the subnet of vlan {vlan}",
                    address=address,
                    subnet=subnets[vlan].text,
                    vlan=vlan,
                ),
                sentence("look at its port's role"),
            )
    else:
        near = []
    if any(number in net.taken for net in near):
        yield (
            sentence(
                "address {address} is the network, broadcast or gateway address of {subnet}",
                address=address,
                subnet=near[0].text,
            ),
            sentence("choose another one"),
        )
