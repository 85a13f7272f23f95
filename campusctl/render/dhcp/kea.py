"""Kea: a configuration for kea-dhcp4. Source: Kea Administrator Reference Manual 2.2, chapter 8."""

import json
from typing import Any, Final

from campusctl.model.address_book import AddressBook, Host, HostNet
from campusctl.model.printable import printable

_SITE: Final = 10_000
"""A subnet's id is the site's number and the VLAN's in four digits: always the same, and no other has it."""


def book(found: AddressBook) -> str:
    """All devices of a school whose MAC address is known."""
    made = f"Made by `campusctl export kea {found.school}`; changes here are lost with the next one."
    dhcp = {
        "user-context": {"comment": made, "school": printable(found.title)},
        "valid-lifetime": 43200,
        "subnet4": [_net(net) for net in found.nets],
    }
    return json.dumps({"Dhcp4": dhcp}, indent=2, ensure_ascii=False) + "\n"


def entry(host: Host) -> str:
    """One device: its reservation; empty without a MAC address."""
    return json.dumps(_reservation(host), indent=2) if host.mac else ""


def _reservation(host: Host) -> dict[str, str]:
    return {"hw-address": str(host.mac), "ip-address": host.address, "hostname": host.name}


def _net(net: HostNet) -> dict[str, Any]:
    options = {
        "routers": net.gateway,
        "domain-name-servers": ", ".join(net.dns),
        "domain-name": net.domain,
        "ntp-servers": ", ".join(net.ntp),
    }
    return {
        "id": net.site * _SITE + net.vlan,
        "subnet": net.network,
        "user-context": {"vlan": net.vlan, "name": net.name},
        "option-data": [{"name": name, "data": data} for name, data in options.items() if data],
        "reservations": [_reservation(host) for host in net.hosts if host.mac],
    }
