"""BIND: records to `$INCLUDE` in zones of your own, which say who is the name server. Source: RFC 1035, 5.1."""

from collections.abc import Callable
from ipaddress import IPv4Address
from typing import Final

from campusctl.model.address_book import AddressBook, Host
from campusctl.render.dhcp.text import head, joined, over

_HINT: Final = "For `$INCLUDE` in a zone of your own, which has the SOA and NS records."


def forward(found: AddressBook) -> str:
    """A records of all devices of a school that have a domain."""
    return _records("bind", found, forward_entry)


def reverse(found: AddressBook) -> str:
    """PTR records of all devices of a school that have a domain."""
    return _records("bind-reverse", found, reverse_entry)


def forward_entry(host: Host) -> str:
    """One device: from its name to its address; empty without a domain."""
    return f"{host.full_name}. IN A {host.address}" if host.domain else ""


def reverse_entry(host: Host) -> str:
    """One device: from its address to its name; empty without a domain."""
    return f"{IPv4Address(host.address).reverse_pointer}. IN PTR {host.full_name}." if host.domain else ""


def _records(kind: str, found: AddressBook, entry: Callable[[Host], str]) -> str:
    groups = [(over(net), net.hosts) for net in found.nets]
    if found.loose:
        groups.append(("In no subnet of the inventory", found.loose))
    lines = [*head(kind, found, ";", _HINT)]
    for title, hosts in groups:
        lines += ["", f"; {title}", *filter(None, map(entry, hosts))]
    return joined(*lines)
