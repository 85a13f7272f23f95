"""From the inventory to the address book of a school: who has which address, in which subnet, under which name."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network
from typing import NamedTuple, TypeVar

from campusctl.inventory.city import City, School
from campusctl.inventory.resolve import settings_of
from campusctl.inventory.sites import SiteVlan, site_vlans
from campusctl.model.address_book import AddressBook, Host, HostNet
from campusctl.model.inventory import Device, Settings

T = TypeVar("T")


class _Entry(NamedTuple):
    """A device on its way into the book."""

    host: Host
    settings: Settings
    site: int
    vlan: SiteVlan | None


def host_of(city: City, school: School, device: Device) -> Host | None:
    """A device as a DHCP or name server is told of it; None: it has no address.

    Raises:
        InventoryError: Its layers together make no sense.
    """
    return _host(device, settings_of(city, school, device)) if device.address else None


def _host(device: Device, settings: Settings) -> Host:
    return Host(name=device.name, domain=settings.domain, address=str(device.address), mac=device.mac)


def address_book(city: City, school: School) -> AddressBook:
    """Every device of a school that has an address; the same inventory gives the same book.

    Raises:
        InventoryError: The layers of a device together make no sense.
    """
    entries = sorted(
        (_entry(city, school, device) for device in school.devices.values() if device.address),
        key=lambda entry: IPv4Address(entry.host.address),
    )
    nets: dict[IPv4Network, list[_Entry]] = {}
    for entry in entries:
        if entry.vlan and entry.vlan.subnet:
            nets.setdefault(entry.vlan.subnet, []).append(entry)
    return AddressBook(
        school=school.id,
        title=school.spec.name,
        nets=tuple(_net(mine) for _, mine in sorted(nets.items())),
        loose=tuple(entry.host for entry in entries if not entry.vlan),
    )


def _entry(city: City, school: School, device: Device) -> _Entry:
    settings, site = settings_of(city, school, device), school.site_of(device)
    return _Entry(_host(device, settings), settings, site, _vlan_at(city, school, site, str(device.address)))


def _vlan_at(city: City, school: School, site: int, address: str) -> SiteVlan | None:
    """The VLAN whose subnet an address is in; None: it is in none of ours."""
    number = IPv4Address(address)
    return next(
        (vlan for vlan in site_vlans(city, school, site).values() if vlan.subnet and number in vlan.subnet), None
    )


def _net(entries: list[_Entry]) -> HostNet:
    vlan, settings = entries[0].vlan, [entry.settings for entry in entries]
    assert vlan is not None  # noqa: S101 - sorted into a net by it
    return HostNet(
        site=entries[0].site,
        vlan=vlan.id,
        name=vlan.name,
        network=str(vlan.subnet),
        gateway=vlan.gateway,
        domain=_shared((one.domain for one in settings), ""),
        dns=_shared((one.dns.servers for one in settings), ()),
        ntp=_shared((one.ntp.servers for one in settings), ()),
        hosts=tuple(entry.host for entry in entries),
    )


def _shared(values: Iterable[T], otherwise: T) -> T:
    """What all say alike."""
    found = set(values)
    return found.pop() if len(found) == 1 else otherwise
