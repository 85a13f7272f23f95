"""How the switches of a lab hang together: what each of them sees at the other end of its cables.

A switch nobody has needed yet is not started for this: it is as the inventory says.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from campusctl.lab.ios_state import short_name
from campusctl.lab.presence import Presence, presence
from campusctl.lab.surroundings import Neighbor, Station, Surroundings, mac_for

if TYPE_CHECKING:
    from campusctl.lab import station as lab_station
    from campusctl.lab.spec import LabSwitch

_DEFAULT_PRIORITY: Final = 32768


class _Bridge(NamedTuple):
    """A switch as spanning tree orders them."""

    priority: int
    mac: str


class Campus:
    """Every switch of a lab, as the others see it."""

    def __init__(self, stations: "Mapping[str, lab_station.Station]") -> None:
        self._stations = stations

    def look(self, name: str, around: Surroundings, *, macs: bool = False) -> None:
        """Bring up to date what a switch sees around it.

        Args:
            name: The switch.
            around: What it sees.
            macs: Its table of learnt addresses too, which is long.
        """
        spec = self._stations[name].spec
        own = self._presence(name)
        live = [cable for cable in spec.neighbors if self._carries(name, cable)]
        dark = {port for port, peer, _ in spec.neighbors if peer in self._stations} - {port for port, _, _ in live}
        wrong = dict(_miscabled(spec.faults.miscabled))
        around.linked = (set(spec.linked) - dark) | set(wrong)
        around.powered = set(spec.powered)
        heard = own.hears if own else _always
        around.neighbors = [one for one in self._neighbors(spec, around.linked) if heard(one.port)]
        ways = self._ways(name)
        around.hosts = frozenset(host for one in (name, *ways) for host in self._stations[one].spec.hosts)
        self._find_root(name, around, ways)
        if macs and not around.macs:
            around.macs = list(self._learnt(spec))

    def _presence(self, name: str) -> Presence | None:
        """How a switch looks; None: as the inventory says."""
        station = self._stations.get(name)
        return presence(station.switch) if station and station.booted else None

    def _carries(self, name: str, cable: tuple[str, str, str]) -> bool:
        """Whether both ends of a cable are open."""
        port, peer, far = cable
        near, other = self._presence(name), self._presence(peer)
        return (near is None or near.opens(port)) and (other is None or other.opens(far))

    def _neighbors(self, spec: "LabSwitch", linked: set[str]) -> Iterator[Neighbor]:
        wrong = dict(_miscabled(spec.faults.miscabled))
        for port, peer, far in spec.neighbors:
            station = self._stations.get(peer)
            other = self._presence(peer)
            if port in linked and port not in wrong and (other is None or other.speaks(far)):
                yield _heard(port, station.spec, far) if station else Neighbor(port, mac_for(peer), far, "", peer)
        for port, (peer, far) in wrong.items():
            yield Neighbor(port, mac_for(peer), far, "", peer)

    def _find_root(self, name: str, around: Surroundings, ways: Mapping[str, str]) -> None:
        """The best bridge that can be reached, and the first cable on the way to it."""
        bridges = {peer: bridge for peer in (name, *ways) if (bridge := self._bridge(peer))}
        best = min(bridges, key=bridges.__getitem__, default=name)
        spec = self._stations[name].spec
        around.mac = spec.mac
        if best == name:
            around.root, around.root_priority, around.uplinks = "", 0, set()
        else:
            around.root, around.root_priority = bridges[best].mac, bridges[best].priority
            around.uplinks = {ways[best], spec.lag_of.get(ways[best], ways[best])}

    def _bridge(self, name: str) -> _Bridge | None:
        spec, own = self._stations[name].spec, self._presence(name)
        priority = own.priority if own else spec.stp_priority or _DEFAULT_PRIORITY
        return None if priority is None else _Bridge(priority, spec.mac)

    def _ways(self, name: str) -> dict[str, str]:
        """Every switch that can be reached, and our port on the way there."""
        found: dict[str, str] = {}
        waiting = deque([(name, "")])
        while waiting:
            here, way = waiting.popleft()
            for cable in self._stations[here].spec.neighbors:
                port, peer, _ = cable
                if peer not in found and peer != name and peer in self._stations and self._carries(here, cable):
                    found[peer] = way or port
                    waiting.append((peer, found[peer]))
        return found

    def _learnt(self, spec: "LabSwitch") -> Iterator[Station]:
        """Addresses of our own devices, and of everything behind each cable, as the inventory has it."""
        yield from (Station(*one) for one in spec.stations)
        for peer, port in self._ways(spec.name).items():
            other = self._stations[peer].spec
            end = spec.lag_of.get(port, port)
            yield Station(end, other.mac, other.management_vlan)
            yield from (Station(end, mac, vlan) for _, mac, vlan in other.stations)


def _always(_port: str) -> bool:
    return True


def _heard(port: str, peer: "LabSwitch", far: str) -> Neighbor:
    """What a switch says of itself and of the port we are on, in the words of its make."""
    remote, description = far, ""
    if peer.dialect == "cisco_ios":
        remote, description = short_name(far), far
    elif peer.dialect == "hp_procurve":
        # The number of the interface; it is the port's name only where ports have no letters.
        remote, description = str(peer.ports.index(far) + 1) if far in peer.ports else far, far
    return Neighbor(port, peer.mac, remote, description, peer.name)


def _miscabled(text: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """`PORT:PEER:PEERPORT`, joined with `;`."""
    for part in text.split(";") if text else ():
        port, peer, far = part.split(":")
        yield port, (peer, far)
