"""Rules that hold between the files: of the city and its profiles, and between schools."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from campusctl.inventory.city import SWITCH_CLASS, City
from campusctl.inventory.issue import Issue, Place
from campusctl.inventory.layers import CITY_FILE
from campusctl.inventory.names_hint import did_you_mean
from campusctl.inventory.portmap import PortError, block_range
from campusctl.inventory.sites import vlan_issues
from campusctl.model.inventory import Device, PortSettings, Profile, Settings
from campusctl.model.sentence import N_, sentence

_NEEDED_ROLES: Final = ("uplink", "unused")

_MISTAKEN_DIALECTS: Final = {
    "aruba_os": N_("aruba_os is the WLAN controller; AOS-CX is aruba_aoscx, ArubaOS-Switch is hp_procurve"),
    "aruba_osswitch": N_("ArubaOS-Switch is hp_procurve here"),
    "cisco_xe": N_("IOS and IOS-XE are cisco_ios here"),
    "hp_comware": N_("Comware is not supported; ArubaOS-Switch is hp_procurve"),
}


def city_issues(city: City) -> Iterator[Issue]:
    """What is wrong in city.yml and the profiles."""
    yield from vlan_issues(city)
    yield from _role_issues(city)
    yield from _class_issues(city)
    yield from settings_issues(city, CITY_FILE, ("settings",), "settings", city.spec.settings)
    for name, kind in city.spec.school_types.items():
        place = ("school_types", name, "settings")
        yield from settings_issues(city, CITY_FILE, place, f"school_types.{name}", kind.settings)


def _role_issues(city: City) -> Iterator[Issue]:
    for name in _NEEDED_ROLES:
        if name not in city.spec.roles:
            yield Issue(
                CITY_FILE,
                ("roles",),
                "roles",
                sentence("role `{name}` is missing", name=name),
                sentence("the topology needs it"),
            )
    for name, role in city.spec.roles.items():
        yield from vlans_known(city, CITY_FILE, ("roles", name), f"roles.{name}", role)


def vlans_known(city: City, file: str, place: Place, where: str, port: PortSettings) -> Iterator[Issue]:
    """VLANs a role or port names and the city does not have."""
    tagged = () if port.tagged == "all" else port.tagged
    named = (("vlan", port.vlan), ("voice_vlan", port.voice_vlan), *(("tagged", vlan) for vlan in tagged))
    for key, vlan in named:
        if vlan and vlan != 1 and vlan not in city.vlan_keys:
            yield unknown_vlan(file, (*place, key), where, vlan)


def unknown_vlan(file: str, place: Place, where: str, vlan: int) -> Issue:
    """A VLAN that city.yml does not list."""
    return Issue(
        file,
        place,
        where,
        sentence("unknown vlan {vlan}", vlan=vlan),
        sentence("VLANs are listed in inventory/city.yml"),
    )


def unknown_role(city: City, file: str, place: Place, where: str, role: str) -> Issue:
    """A role that city.yml does not list."""
    hint = did_you_mean(role, city.spec.roles) or sentence("roles are listed in inventory/city.yml")
    return Issue(file, place, where, sentence("unknown role {role}", role=role), hint)


def _class_issues(city: City) -> Iterator[Issue]:
    if SWITCH_CLASS not in city.spec.classes:
        yield Issue(
            CITY_FILE,
            ("classes",),
            "classes",
            sentence("class `{name}` is missing", name=SWITCH_CLASS),
            sentence("it is the switches"),
        )
    for name, kind in city.spec.classes.items():
        if kind.role and kind.role not in city.spec.roles:
            yield unknown_role(city, CITY_FILE, ("classes", name, "role"), f"classes.{name}", kind.role)


def settings_issues(city: City, file: str, place: Place, where: str, settings: Settings) -> Iterator[Issue]:
    """VLANs a layer of settings names and the city does not have."""
    if "management_vlan" in settings.model_fields_set and settings.management_vlan not in city.vlan_keys:
        yield unknown_vlan(file, (*place, "management_vlan"), where, settings.management_vlan)
    for number, vlan in enumerate(settings.extra_vlans):
        if vlan not in city.vlan_keys:
            yield unknown_vlan(file, (*place, "extra_vlans", number), where, vlan)


def profile_issues(city: City, name: str, profile: Profile) -> Iterator[Issue]:
    """What is wrong with a profile."""
    file = f"inventory/profiles/{name}.yml"
    if profile.device_class not in city.spec.classes:
        hint = did_you_mean(profile.device_class, city.spec.classes) or sentence(
            "classes are listed in inventory/city.yml"
        )
        yield Issue(file, ("class",), "", sentence("unknown class {kind}", kind=profile.device_class), hint)
    if profile.device_class == SWITCH_CLASS and not profile.dialect:
        hint = sentence("its command language, such as cisco_ios, aruba_aoscx or hp_procurve")
        yield Issue(file, (), "", sentence("a switch's profile needs `dialect`"), hint)
    if profile.dialect in _MISTAKEN_DIALECTS:
        yield Issue(
            file,
            ("dialect",),
            "",
            sentence("wrong dialect {dialect}", dialect=profile.dialect),
            sentence(_MISTAKEN_DIALECTS[profile.dialect]),
        )
    yield from _block_issues(file, profile)
    yield from settings_issues(city, file, ("settings",), "settings", profile.settings)


def _block_issues(file: str, profile: Profile) -> Iterator[Issue]:
    shorts: set[str] = set()
    names: set[str] = set()
    for key, block in profile.ports.items():
        place = ("ports", key)
        try:
            slot, first, last = block_range(key)
        except PortError as error:
            yield Issue(file, place, f"ports.{key}", error.what, error.hint)
            continue
        start = first if block.first is None else block.first
        new = {f"{slot}{number}" for number in range(first, last + 1)}
        called = {block.name.replace("{n}", str(number)) for number in range(start, start + last - first + 1)}
        if new & shorts or called & names:
            yield Issue(
                file,
                place,
                f"ports.{key}",
                sentence("names a port that another block names too"),
                sentence("every port stands once"),
            )
        if profile.max_members > 1 and "{member}" not in block.name:
            yield Issue(
                file, (*place, "name"), f"ports.{key}", sentence("a stack's ports need {{member}} in their names"), ""
            )
        shorts |= new
        names |= called


def cross_issues(city: City) -> Iterator[Issue]:
    """Names, addresses, MACs, serials, asset tags and sites that two things share."""
    for field in ("address", "mac", "serial", "asset"):
        yield from _doubles(city, field)
    names: dict[str, Device] = {}
    sites: dict[int, str] = {}
    for school in city.schools.values():
        for name, device in school.devices.items():
            other = names.setdefault(name, device)
            if other is not device:
                place = ("devices", name)
                yield Issue(
                    device.file,
                    place,
                    name,
                    sentence("the name stands in {file} too", file=other.file),
                    sentence("names are unique"),
                )
        site = school.number if school.spec.site is None else school.spec.site
        if sites.setdefault(site, school.id) != school.id:
            what = sentence("site {site} is that of {school} too", site=site, school=sites[site])
            yield Issue(
                school.file,
                ("site",),
                school.id,
                what,
                sentence("every site has its own number, its subnets stand on it"),
            )


def _doubles(city: City, field: str) -> Iterator[Issue]:
    seen: dict[str, Device] = {}
    for device in (*city.devices(), *(device for school in city.schools.values() for device in school.mended)):
        value = getattr(device, field)
        if value is not None:
            # Labels are typed from stickers: `cn007` and `CN007` are the same thing.
            other = seen.setdefault(value.casefold(), device)
            if other is not device:
                place = ("devices", device.name, field)
                what = sentence(
                    "{what} {value} is that of {other} too", what=sentence(_WORDS[field]), value=value, other=other.name
                )
                yield Issue(device.file, place, device.name, what, sentence("see {file}", file=other.file))


_WORDS: Final[Mapping[str, str]] = {
    "address": N_("address"),
    "mac": N_("MAC"),
    "serial": N_("serial"),
    "asset": N_("asset tag"),
}


def exact_date(text: str) -> date | None:
    """A date that has the form of one, or None: there is no 30 February."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def expired_issues(city: City, today: date) -> Iterator[Issue]:
    """Exceptions that ended before today; they stay in force until somebody decides."""
    for school in city.schools.values():
        for number, item in enumerate(school.spec.exceptions):
            until = exact_date(item.until)
            if until and until < today:
                yield Issue(
                    school.file,
                    ("exceptions", number),
                    f"{item.device or school.id}: {item.path}",
                    sentence("the exception ended on {day}", day=item.until),
                    sentence("ask {owner} whether it goes, or give it a new `until`", owner=item.owner),
                )


def notes(city: City) -> Iterator[Issue]:
    """What is allowed and should not stay: devices that need old algorithms."""
    from campusctl.inventory.resolve import settings_of  # noqa: PLC0415 - resolve stands on the checked city

    for school in city.schools.values():
        for device in school.switches.values():
            if settings_of(city, school, device).legacy_algorithms:
                hint = sentence("update its firmware, then delete `legacy_algorithms`")
                yield Issue(
                    device.file, ("devices", device.name), device.name, sentence("old SSH algorithms are allowed"), hint
                )
