"""What a simulated switch sees around it: time, links, neighbours, end devices."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from ipaddress import IPv4Address, IPv4Network
from typing import Protocol


class Timer(Protocol):
    """Something that will happen."""

    def cancel(self) -> None:
        """Let it not happen."""


class Clock(Protocol):
    """Time as the switch knows it."""

    def now(self) -> float:
        """Seconds since 1970."""

    def after(self, delay_s: float, then: Callable[[], None]) -> Timer:
        """Call `then` once, `delay_s` seconds from now."""


@dataclass(frozen=True, slots=True)
class Neighbor:
    """One LLDP neighbour."""

    port: str
    """Our port."""
    chassis: str
    """Its MAC address, `00:11:22:33:44:55`."""
    remote_port: str
    """Its port id."""
    remote_description: str
    """Its port description."""
    name: str
    """Its system name."""
    description: str = "Switch"
    """Its system description."""
    capabilities: tuple[str, ...] = ("bridge",)
    """What it does: `bridge`, `router`, `telephone`, `wlan-ap`, `station`."""


@dataclass(frozen=True, slots=True)
class Station:
    """One learnt MAC address."""

    port: str
    """Our port."""
    mac: str
    """`00:11:22:33:44:55`."""
    vlan: int
    """VLAN it was seen in, where the port is a trunk."""


def mac_for(name: str) -> str:
    """A made-up address for something of that name, always the same one."""
    digits = blake2b(name.encode(), digest_size=4).hexdigest()
    return f"02:00:{digits[:2]}:{digits[2:4]}:{digits[4:6]}:{digits[6:]}"


def _nobody(_address: str) -> bool:
    """There are no end devices."""
    return False


@dataclass(slots=True)
class Surroundings:
    """Everything outside the switch that its `show` commands tell of."""

    mac: str = "02:00:00:00:00:01"
    """Our base MAC address."""
    serial: str = "SG00LAB001"
    """Our serial number."""
    linked: set[str] = field(default_factory=set)
    """Ports with something switched on at the other end."""
    powered: set[str] = field(default_factory=set)
    """Ports whose device takes power."""
    ails: Mapping[str, str] = field(default_factory=dict)
    """What is the matter with ports, see `campusctl.lab.spec.AILMENTS`."""
    uplinks: set[str] = field(default_factory=set)
    """Ports and LAGs towards the root."""
    neighbors: list[Neighbor] = field(default_factory=list)
    """LLDP neighbours."""
    macs: list[Station] = field(default_factory=list)
    """Learnt addresses."""
    root: str = ""
    """MAC address of the spanning-tree root; empty: we are it."""
    root_priority: int = 0
    """Its priority; 0: ours."""
    located: list[tuple[str, str]] = field(default_factory=list)
    """Addresses that it has talked to, each with its MAC address: what the ARP table may hold."""
    hosts: frozenset[str] | None = None
    """Addresses of routers and switches that answer a ping; None: every address does."""
    reached: Callable[[str], bool] = _nobody
    """Whether the end device that has an address reaches the network."""

    def answers(self, address: str, networks: Iterable[IPv4Network], gateway: str) -> bool:
        """Whether a ping is answered.

        Args:
            address: Who is pinged.
            networks: Those in which we have an address of our own that is up.
            gateway: Who is asked for every other; empty: nobody.
        """
        if not any(IPv4Address(address) in network for network in networks):
            return bool(gateway) and self._there(gateway) and self._there(address)
        return self._there(address)

    def _there(self, address: str) -> bool:
        return self.hosts is None or address in self.hosts or self.reached(address)
