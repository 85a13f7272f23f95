"""Names and addresses of a school's devices, as a DHCP or name server is told of them."""

from typing import Annotated, TypeAlias

from pydantic import Field

from campusctl.model.frozen import Frozen
from campusctl.model.names import IPV4, Address, DeviceName, Domain, Line, Mac, SchoolId, VlanId, VlanName

Network: TypeAlias = Annotated[str, Field(pattern=rf"{IPV4[:-1]}/([0-9]|[12][0-9]|3[0-2])$")]
"""An IPv4 network, such as 10.42.70.0/24."""


class Host(Frozen):
    """One device that has an address."""

    name: DeviceName
    """Device name, without a domain."""
    domain: Domain = ""
    """DNS domain; empty: none."""
    address: Address
    """IPv4 address."""
    mac: Mac | None = None
    """MAC address; none: nobody knows it, so that DHCP cannot give it its address."""

    @property
    def full_name(self) -> str:
        """Name with domain, without a dot at the end."""
        return f"{self.name}.{self.domain}" if self.domain else self.name


class HostNet(Frozen):
    """One subnet with the devices in it."""

    site: Annotated[int, Field(ge=0, le=255)]
    """Number of the site."""
    vlan: VlanId
    """VLAN id."""
    name: VlanName
    """VLAN name."""
    network: Network
    """Its addresses."""
    gateway: Address
    """Default gateway."""
    domain: Domain = ""
    """DNS domain of the devices in it; empty: none, or not the same for all."""
    dns: tuple[Address, ...] = ()
    """Name servers, the preferred one first; empty: none, or not the same for all."""
    ntp: tuple[Address, ...] = ()
    """Time servers, likewise."""
    hosts: tuple[Host, ...]
    """Its devices, ascending by address."""


class AddressBook(Frozen):
    """Every device of a school that has an address."""

    school: SchoolId
    """School id."""
    title: Line
    """The school, for people."""
    nets: tuple[HostNet, ...]
    """Subnets with devices in them, ascending by address."""
    loose: tuple[Host, ...] = ()
    """Devices whose address is in no subnet of the city's."""

    @property
    def hosts(self) -> tuple[Host, ...]:
        """All devices, subnet by subnet."""
        return (*(host for net in self.nets for host in net.hosts), *self.loose)
