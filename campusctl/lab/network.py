"""Reachability: a session rides on the modelled uplink, VLAN, address, gateway and access lists."""

from dataclasses import dataclass, field
from ipaddress import IPv4Interface

from campusctl.lab.device import SimulatedSwitch
from campusctl.lab.spec import LabSwitch

CLIENT = "10.0.0.10"
"""Where campusctl sits: in no school's network, so the switch needs its gateway to answer."""


@dataclass(slots=True)
class ManagementView:
    """What the other end expects of a switch: as it was cabled and configured when the lab came up."""

    spec: LabSwitch
    switch: SimulatedSwitch
    address: IPv4Interface | None = field(init=False)
    gateway: str = field(init=False)
    carried: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.address = self.switch.addresses().get(self.spec.management_vlan)
        self.gateway = self.switch.gateway()
        self.carried = {
            port: how for port in self.spec.uplinks if (how := self.switch.carriage(port, self.spec.management_vlan))
        }

    def reachable(self) -> bool:
        """Whether a client elsewhere still gets its packets there and back."""
        vlan = self.spec.management_vlan
        way = not self.carried or any(self.switch.carriage(port, vlan) == how for port, how in self.carried.items())
        return (
            way
            and self.switch.addresses().get(vlan) == self.address
            and self.switch.gateway() == self.gateway
            and self.switch.manageable_from(CLIENT, vlan)
        )
