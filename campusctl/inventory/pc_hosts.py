"""PCs as Ansible knows them: hosts, groups and variables. No document and no secret is in them."""

import re
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

from campusctl.errors import InventoryError, Problem
from campusctl.inventory.city import City, School
from campusctl.inventory.resolve import settings_of
from campusctl.inventory.source import school_ids, short_names
from campusctl.model.inventory import Device, Settings
from campusctl.model.login import Login

PC_DRIVER: Final = "pc"
"""What a class of devices says under `driver:` that are PCs."""

PLATFORMS: Final = ("linux", "windows")
"""Dialects of PCs."""

WITH_ROLES: Final = "campus_with_roles"
"""Group of the PCs that have roles of the city's own."""

_TAKEN: Final = ("all", "ungrouped", WITH_ROLES, *PLATFORMS)
"""Groups that are there whatever the inventory says."""

HostValue: TypeAlias = str | int | bool
"""Value of a host's variable."""

_NO_GROUP: Final = re.compile(r"[^a-z0-9_]")
_LIMIT: Final = re.compile(r"[A-Za-z0-9_.,:&!-]+")


class PcHost(NamedTuple):
    """One PC."""

    name: str
    """Device name."""
    groups: tuple[str, ...]
    """School, room, class, profile and platform, as group names of `[a-z0-9_]`."""
    values: Mapping[str, HostValue]
    """Variables."""
    secrets: Mapping[str, str]
    """References of secrets, by the variable that shall have the value when it is used."""
    roles: tuple[str, ...]
    """Roles of the city's own."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How PCs are reached from here."""

    endpoint: Callable[[str], tuple[str, int]]
    """From an inventory address to host and port."""
    known_hosts: Callable[[str], str]
    """From a school's id to the file with the host keys of its PCs."""
    key_file: str = ""
    """Private key in place of the inventory's; empty: the inventory's."""

    @classmethod
    def of_workspace(cls, root: Path) -> "Reach":
        """The real PCs of a workspace."""
        place = root / "known_hosts"
        return cls(lambda address: (address, 22), lambda school: str(place if place.is_file() else place / school))


def pc_hosts(city: City, reach: Reach) -> Iterator[PcHost]:
    """Every PC of the loaded schools that has an address and a profile with a platform, school by school.

    Raises:
        InventoryError: Its layers together make no sense, or two things would be one group.
        CampusError: The lab does not have it.
    """
    said, owners = _Said(city), dict.fromkeys(_TAKEN, ("Ansible's own", ""))
    for school in city.schools.values():
        for device in school.devices.values():
            if device.address and _platform(city, device):
                host = _host(city, school, device, said.about(school, device), reach)
                _refuse_shared(owners, host, school, device)
                yield host


def _refuse_shared(owners: dict[str, tuple[str, str]], host: PcHost, school: School, device: Device) -> None:
    """Remember what each group stands for.

    Raises:
        InventoryError: Two things would have the same group, such as rooms `R1` and `r1`.
    """
    means = (
        ("school", school.id),
        (f"room of {school.id}", device.room),
        ("class", device.device_class),
        ("profile", device.profile or ""),
    )
    for group, mine in zip(host.groups, means, strict=False):
        other = owners.setdefault(group, mine)
        if other != mine:
            what = f"the {' '.join(mine)} and the {' '.join(other).strip()} would both be Ansible's group {group}"
            raise InventoryError((Problem(device.file, 0, device.name, what, "give one of them another name"),))


def pc_groups(school: School, device: Device, platform: str) -> tuple[str, ...]:
    """Names of the groups a PC is in: school, room, class, profile, platform; of the first, the second is a part."""
    site = group_name(school.id)
    room = group_name(device.room)
    return site, f"{site}_{room}", device.device_class, f"profile_{group_name(device.profile or '')}", platform


def group_name(text: str) -> str:
    """A name as the name of a group, in which only `[a-z0-9_]` may stand: `schule-042` is `schule_042`."""
    return _NO_GROUP.sub("_", text.lower())


def limited_schools(root: Path, limit: str) -> Sequence[str] | None:
    """The schools that an Ansible limit is about; None: all, or it does not say so plainly.

    Args:
        root: The workspace.
        limit: Such as `schule_042`, `schule_042_r201,s101-r111-pc01` or `schule_042:!nb`.
    """
    if not _LIMIT.fullmatch(limit):
        return None
    wanted = [term for term in re.split("[,:]", limit) if term and term[0] not in "&!"]
    known = school_ids(root)
    shorts = short_names(root, known)
    found: list[str] = []
    for term in wanted:
        of = [school for school in known if f"{term}_".startswith(f"{group_name(school)}_")]
        of = of or [school for short, school in shorts.items() if term.startswith(f"{short}-")]
        if not of:
            return None
        found += of
    return tuple(dict.fromkeys(found)) or None


def _platform(city: City, device: Device) -> str:
    kind = city.spec.classes.get(device.device_class)
    profile = city.profiles.get(device.profile or "")
    known = kind is not None and kind.driver == PC_DRIVER and profile is not None and profile.dialect in PLATFORMS
    return profile.dialect if known and profile else ""


@dataclass(frozen=True, slots=True)
class _Said:
    """Settings of PCs; those of a room that say nothing of their own share them."""

    city: City
    memo: dict[tuple[str, ...], Settings] = field(default_factory=dict)

    def about(self, school: School, device: Device) -> Settings:
        if device.settings.model_fields_set or any(item.device == device.name for item in school.spec.exceptions):
            return settings_of(self.city, school, device)
        key = (school.id, device.profile or "", device.room)
        if key not in self.memo:
            self.memo[key] = settings_of(self.city, school, device)
        return self.memo[key]


class _Pc(NamedTuple):
    """What a connection to a PC needs of its settings."""

    login: Login
    roles: tuple[str, ...]


def _pc(settings: Settings) -> _Pc:
    found = getattr(settings, "pc", None)
    return _Pc(found.login, found.roles) if found else _Pc(Login(), ())


def _host(city: City, school: School, device: Device, settings: Settings, reach: Reach) -> PcHost:
    """A PC that has a platform and an address."""
    platform, pc = _platform(city, device), _pc(settings)
    reached = _ssh(school, device, pc.login, reach) if platform == "linux" else _winrm(device)
    needed = {"ansible_password": pc.login.password, "ansible_become_password": pc.login.enable}
    return PcHost(
        name=device.name,
        groups=pc_groups(school, device, platform),
        values={**reached, **_user(pc.login), **_facts(school, device)},
        secrets={variable: reference for variable, reference in needed.items() if reference},
        roles=pc.roles,
    )


def _user(login: Login) -> dict[str, HostValue]:
    return {"ansible_user": login.user} if login.user else {}


def _ssh(school: School, device: Device, login: Login, reach: Reach) -> dict[str, HostValue]:
    """Over SSH, to a PC whose host key is known, and to no other."""
    host, port = reach.endpoint(device.address or "")
    key = reach.key_file or (str(Path(login.key_file).expanduser()) if login.key_file else "")
    return {
        "ansible_host": host,
        "ansible_port": port,
        "ansible_ssh_common_args": shlex.join(_ssh_options(reach.known_hosts(school.id), own_key=bool(key))),
        **({"ansible_ssh_private_key_file": key} if key else {}),
    }


def _ssh_options(known_hosts: str, *, own_key: bool) -> Iterator[str]:
    # Percent signs are ssh's placeholders, and a space would end the file's name.
    yield f'-oUserKnownHostsFile="{known_hosts.replace("%", "%%")}"'
    yield from ("-oGlobalKnownHostsFile=/dev/null", "-oStrictHostKeyChecking=yes", "-oUpdateHostKeys=no")
    if own_key:
        yield "-oIdentitiesOnly=yes"


def _winrm(device: Device) -> dict[str, HostValue]:
    """Over PowerShell remoting with TLS; see docs/pcs-windows.md."""
    return {"ansible_host": device.address or "", "ansible_port": 5986, "ansible_connection": "psrp"}


def _facts(school: School, device: Device) -> dict[str, HostValue]:
    """What a city's own roles may want to know; texts of people among it."""
    located = school.rooms.get(device.room)
    facts = {
        "campus_school": school.id,
        "campus_school_name": school.spec.name,
        "campus_room": device.room,
        "campus_room_title": located.room.title if located else "",
        "campus_location": school.location_of(device) if located else "",
        "campus_class": device.device_class,
        "campus_profile": device.profile or "",
        "campus_mac": device.mac or "",
        "campus_serial": device.serial or "",
        "campus_asset": device.asset or "",
        "campus_notes": device.notes,
    }
    return {name: value for name, value in facts.items() if value}
