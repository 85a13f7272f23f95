"""PCs as Ansible knows them: hosts, groups and variables. No document and no secret is in them."""

import re
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

from campusctl.errors import InventoryError, Problem
from campusctl.inventory.city import City, School
from campusctl.inventory.resolve_pc import DIALECTS, managed_pcs, pc_dialect, pc_groups, pc_settings
from campusctl.inventory.source import school_ids, short_names
from campusctl.model.inventory import Device
from campusctl.model.login import Login
from campusctl.model.pc_windows import WinRm
from campusctl.model.sentence import N_, Sentence, sentence

WITH_ROLES: Final = "campus_with_roles"
"""Group of the PCs that have roles of the city's own."""

_TAKEN: Final = ("all", "ungrouped", WITH_ROLES, *DIALECTS)
"""Groups that are there whatever the inventory says."""

HostValue: TypeAlias = str | int | bool
"""Value of a host's variable."""

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


class _Owner(NamedTuple):
    """What a group stands for."""

    kind: str
    """A key of `_OWNERS`."""
    name: str = ""
    """Its name."""
    school: str = ""
    """The school of a room."""

    @property
    def said(self) -> Sentence:
        """It in words."""
        return sentence(_OWNERS[self.kind], name=self.name, school=self.school)


_OWNERS: Final = {
    "own": N_("the Ansible's own"),
    "school": N_("the school {name}"),
    "room": N_("the room of {school} {name}"),
    "class": N_("the class {name}"),
    "profile": N_("the profile {name}"),
}


@dataclass(frozen=True, slots=True)
class Reach:
    """How PCs are reached from here."""

    endpoint: Callable[[str], tuple[str, int] | None]
    """From an inventory address to host and port; None: such a PC is not there, and is left out."""
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
    """
    owners = dict.fromkeys(_TAKEN, _Owner("own"))
    for school in city.schools.values():
        for device in managed_pcs(city, school):
            endpoint = reach.endpoint(device.address or "")
            if endpoint:
                host = _host(city, school, device, endpoint, reach)
                _refuse_shared(owners, host, school, device)
                yield host


def _refuse_shared(owners: dict[str, _Owner], host: PcHost, school: School, device: Device) -> None:
    """Remember what each group stands for.

    Raises:
        InventoryError: Two things would have the same group, such as rooms `R1` and `r1`.
    """
    means = (
        _Owner("school", school.id),
        _Owner("room", device.room, school.id),
        _Owner("class", device.device_class),
        _Owner("profile", device.profile or ""),
    )
    for group, mine in zip(host.groups, means, strict=False):
        other = owners.setdefault(group, mine)
        if other != mine:
            what = sentence(
                "{mine} and {other} would both be Ansible's group {group}",
                mine=mine.said,
                other=other.said,
                group=group,
            )
            raise InventoryError(
                (Problem(device.file, 0, device.name, what, sentence("give one of them another name")),)
            )


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
        of = [school for school in known if f"{term}_".startswith(f"{school.replace('-', '_')}_")]
        of = of or [school for short, school in shorts.items() if term.startswith(f"{short}-")]
        if not of:
            return None
        found += of
    return tuple(dict.fromkeys(found)) or None


def _host(city: City, school: School, device: Device, endpoint: tuple[str, int], reach: Reach) -> PcHost:
    pc = pc_settings(city, school, device).pc
    over_ssh = pc_dialect(city, device) == "linux"
    reached = _ssh(school, endpoint, pc.login, reach) if over_ssh else _winrm(endpoint[0], pc.windows.winrm)
    needed = {"ansible_password": pc.login.password, "ansible_become_password": pc.login.enable}
    return PcHost(
        name=device.name,
        groups=pc_groups(city, school, device),
        values={**reached, **_user(pc.login), **pc_facts(school, device)},
        secrets={variable: reference for variable, reference in needed.items() if reference},
        roles=pc.roles,
    )


def _user(login: Login) -> dict[str, HostValue]:
    return {"ansible_user": login.user} if login.user else {}


def _ssh(school: School, endpoint: tuple[str, int], login: Login, reach: Reach) -> dict[str, HostValue]:
    """Over SSH, to a PC whose host key is known, and to no other."""
    key = reach.key_file or (str(Path(login.key_file).expanduser()) if login.key_file else "")
    return {
        "ansible_host": endpoint[0],
        "ansible_port": endpoint[1],
        "ansible_ssh_common_args": shlex.join(_ssh_options(reach.known_hosts(school.id), own_key=bool(key))),
        **({"ansible_ssh_private_key_file": key} if key else {}),
    }


def _ssh_options(known_hosts: str, *, own_key: bool) -> Iterator[str]:
    # Percent signs are ssh's placeholders, and a space would end the file's name.
    yield f'-oUserKnownHostsFile="{known_hosts.replace("%", "%%")}"'
    yield from ("-oGlobalKnownHostsFile=/dev/null", "-oStrictHostKeyChecking=yes", "-oUpdateHostKeys=no")
    if own_key:
        yield "-oIdentitiesOnly=yes"


def _winrm(host: str, winrm: WinRm) -> dict[str, HostValue]:
    """Over PowerShell remoting with TLS; see docs/pcs-windows.md."""
    found: dict[str, HostValue] = {
        "ansible_host": host,
        "ansible_port": winrm.port,
        "ansible_connection": "psrp",
        "ansible_psrp_protocol": "https",
        "ansible_psrp_auth": winrm.authentication,
    }
    return found | ({"ansible_psrp_ca_cert": str(Path(winrm.ca_file).expanduser())} if winrm.ca_file else {})


def pc_facts(school: School, device: Device) -> dict[str, str]:
    """What a city's own roles may ask about a PC, by the name of the variable; texts of people are among it."""
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
