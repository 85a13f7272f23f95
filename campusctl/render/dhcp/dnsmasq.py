"""dnsmasq: a file for /etc/dnsmasq.d/. Source: dnsmasq(8)."""

from collections.abc import Iterator
from ipaddress import IPv4Network

from campusctl.model.address_book import AddressBook, Host, HostNet
from campusctl.render.dhcp.text import head, joined, label, over


def book(found: AddressBook) -> str:
    """All devices of a school."""
    return joined(
        *head("dnsmasq", found, "#", "For /etc/dnsmasq.d/. Unknown devices get no address from these ranges."),
        *(line for net in found.nets for line in _net(net)),
        *_loose(found),
    )


def entry(host: Host) -> str:
    """One device: its reservation, where its MAC is known, and its names, which answer in both directions."""
    names = f"{host.full_name},{host.name}" if host.domain else host.name
    reservation = [f"dhcp-host={host.mac},{host.address},{host.name}"] if host.mac else []
    return "\n".join([*reservation, f"host-record={names},{host.address}"])


def _net(net: HostNet) -> Iterator[str]:
    network, tag = IPv4Network(net.network), label(net)
    yield from ("", f"# {over(net)}")
    # Without a range dnsmasq serves no reservation of the subnet; a static one gives nothing to anybody else.
    yield f"dhcp-range=set:{tag},{network.network_address},static,{network.netmask},12h"
    yield f"dhcp-option=tag:{tag},option:router,{net.gateway}"
    for option, value in (("dns-server", net.dns), ("ntp-server", net.ntp), ("domain-name", (net.domain,))):
        if any(value):
            yield f"dhcp-option=tag:{tag},option:{option},{','.join(value)}"
    yield from (entry(host) for host in net.hosts)


def _loose(found: AddressBook) -> Iterator[str]:
    if found.loose:
        yield from ("", "# In no subnet of the inventory: names only")
        yield from (entry(host.model_copy(update={"mac": None})) for host in found.loose)
