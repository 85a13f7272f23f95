"""ISC dhcpd: a file to `include` in dhcpd.conf. Source: dhcpd.conf(5), dhcp-options(5)."""

from collections.abc import Iterator
from ipaddress import IPv4Network

from campusctl.model.address_book import AddressBook, Host, HostNet
from campusctl.render.dhcp.text import head, joined, over


def book(found: AddressBook) -> str:
    """All devices of a school whose MAC address is known."""
    hint = "For `include` in dhcpd.conf. Without a `range` unknown devices get no address."
    return joined(*head("isc", found, "#", hint), *(line for net in found.nets for line in _net(net)))


def entry(host: Host) -> str:
    """One device: its reservation; empty without a MAC address."""
    if not host.mac:
        return ""
    return "\n".join(
        [
            f"host {host.name} {{",
            f"  hardware ethernet {host.mac};",
            f"  fixed-address {host.address};",
            f'  option host-name "{host.name}";',
            "}",
        ]
    )


def _net(net: HostNet) -> Iterator[str]:
    network = IPv4Network(net.network)
    yield from ("", f"# {over(net)}", f"subnet {network.network_address} netmask {network.netmask} {{")
    yield f"  option routers {net.gateway};"
    if net.dns:
        yield f"  option domain-name-servers {', '.join(net.dns)};"
    if net.domain:
        yield f'  option domain-name "{net.domain}";'
    if net.ntp:
        yield f"  option ntp-servers {', '.join(net.ntp)};"
    yield from (f"  {line}" for host in net.hosts for line in entry(host).splitlines())
    yield "}"
