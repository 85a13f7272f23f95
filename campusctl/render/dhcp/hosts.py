"""The form of /etc/hosts. Source: hosts(5)."""

from campusctl.model.address_book import AddressBook, Host
from campusctl.render.dhcp.text import head, joined, over


def book(found: AddressBook) -> str:
    """All devices of a school."""
    lines = [*head("hosts", found, "#")]
    for net in found.nets:
        lines += ["", f"# {over(net)}", *(entry(host) for host in net.hosts)]
    if found.loose:
        lines += ["", "# In no subnet of the inventory", *(entry(host) for host in found.loose)]
    return joined(*lines)


def entry(host: Host) -> str:
    """One device: its address and its names."""
    return " ".join(dict.fromkeys((host.address, host.full_name, host.name)))
