"""An address book in the words of DHCP and name servers. Pure: the same book is always the same text."""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from campusctl.model.address_book import AddressBook, Host
from campusctl.render.dhcp import bind, dnsmasq, hosts, isc, kea


class Kind(NamedTuple):
    """One kind of server."""

    book: Callable[[AddressBook], str]
    """All devices of a school, as a file."""
    entry: Callable[[Host], str]
    """One device, as it stands in that file; empty: it does not."""
    gives_addresses: bool = True
    """It is a DHCP server: a device without a MAC address is of no use to it."""


KINDS: Final[Mapping[str, Kind]] = {
    "dnsmasq": Kind(dnsmasq.book, dnsmasq.entry),
    "kea": Kind(kea.book, kea.entry),
    "isc": Kind(isc.book, isc.entry),
    "hosts": Kind(hosts.book, hosts.entry, gives_addresses=False),
    "bind": Kind(bind.forward, bind.forward_entry, gives_addresses=False),
    "bind-reverse": Kind(bind.reverse, bind.reverse_entry, gives_addresses=False),
}
"""By name."""


def entry(kind: str, host: Host) -> str:
    """One device as it stands in the file of a kind, lines without a line break at the end; empty: it does not.

    Args:
        kind: A key of `KINDS`.
        host: The device.
    """
    return KINDS[kind].entry(host)
