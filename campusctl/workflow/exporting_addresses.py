"""A school's names and addresses as a file for its DHCP and name servers."""

from pathlib import Path
from typing import NamedTuple

from campusctl.inventory.address_book import address_book
from campusctl.inventory.load import load_city
from campusctl.render.dhcp import KINDS


class AddressFile(NamedTuple):
    """What is printed, and what a person should know of it."""

    text: str
    """The file."""
    notes: tuple[str, ...]
    """Devices that are not in it, or not as a whole, one sentence each."""


def address_file(root: Path, school: str, kind: str) -> AddressFile:
    """A file for one kind of server.

    Args:
        root: The workspace.
        school: School id or short name.
        kind: A key of `campusctl.render.dhcp.KINDS`.

    Raises:
        InventoryError: The inventory has problems, such as two devices with one address.
        UnknownNameError: There is no such school.
    """
    city = load_city(root, [school])
    found = city.school(school)
    book, server = address_book(city, found), KINDS[kind]
    nowhere = [name for name, device in found.devices.items() if not device.address]
    nameless = [host.name for host in book.hosts if not host.mac]
    bare = [host.name for host in book.hosts if not host.domain]
    loose = [host.name for host in book.loose]
    notes = (
        _note("no address, so not in it", nowhere),
        _note("no MAC address, so no reservation", nameless if server.gives_addresses else []),
        _note("no domain, so no record", bare if kind.startswith("bind") else []),
        _note("address in no subnet of the inventory, so no reservation", loose if server.gives_addresses else []),
    )
    return AddressFile(server.book(book), tuple(filter(None, notes)))


def _note(what: str, names: list[str]) -> str:
    return f"{what}: {', '.join(sorted(names))}" if names else ""
