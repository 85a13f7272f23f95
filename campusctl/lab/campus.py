"""How the switches of a lab hang together: what each of them sees at the other end of its cables and at its ports.

A switch nobody has needed yet is not started for this: it is as the inventory says.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from campusctl.errors import CampusError
from campusctl.lab.ios_state import short_name
from campusctl.lab.plugs import Plug, Plugs
from campusctl.lab.presence import Presence, presence
from campusctl.lab.surroundings import Neighbor, Station, Surroundings, mac_for

if TYPE_CHECKING:
    from campusctl.lab import station as lab_station
    from campusctl.lab.spec import LabSwitch

_DEFAULT_PRIORITY: Final = 32768
_CLOSING: Final = frozenset({"loop", "guard", "intruder"})
_POWERLESS: Final = frozenset({"no-power", "short"})


class _Bridge(NamedTuple):
    """A switch as spanning tree orders them."""

    priority: int
    mac: str


class Campus:
    """Every switch of a lab, as the others see it."""

    def __init__(self, stations: "Mapping[str, lab_station.Station]", plugs: Plugs) -> None:
        """Know everybody.

        Args:
            stations: The switches by name; may grow.
            plugs: The end devices.
        """
        self._stations, self.plugs = stations, plugs
        self._version = 0
        self._seen: dict[str, int] = {}
        self._ways_in: dict[tuple[str, int], frozenset[str]] = {}
        self._looks: dict[str, tuple[Any, Presence]] = {}
        """How each switch looks, with the configuration that says so; worked out anew after every change."""
        self.moved: Callable[[str], None] = _nobody
        """Told a school in which something may have changed."""
        self.lease: Callable[[], None] = _nothing
        """Gives new devices the addresses that the inventory has for them by now."""

    def changed(self, switch: str) -> None:
        """A switch may run otherwise than before, or a device has come, gone or moved there."""
        self._version += 1
        self._ways_in.clear()
        self._looks.pop(switch, None)
        station = self._stations.get(switch)
        if station:
            self.moved(station.spec.school)

    def place(self, name: str, faults: Mapping[str, str]) -> None:
        """Let this be the matter with where an end device is, and nothing else; see `campusctl.lab.plugs.PLACES`.

        Raises:
            CampusError: There is no such port; nothing was changed.
        """
        before = self.plugs.get(name)
        homes = {before.home, before.switch} if before else set()
        after = self.plugs.obey(name, faults)
        for switch in homes | ({after.switch} if after else set()):
            self.changed(switch)

    def look(self, name: str, around: Surroundings, *, macs: bool = False) -> None:
        """Bring up to date what a switch sees around it.

        Args:
            name: The switch.
            around: What it sees.
            macs: Its tables of learnt addresses too, which are long.
        """
        spec = self._stations[name].spec
        own = self._presence(name)
        live = [cable for cable in spec.neighbors if self._carries(name, cable)]
        dark = {port for port, peer, _ in spec.neighbors if peer in self._stations} - {port for port, _, _ in live}
        wrong = dict(_miscabled(spec.faults.miscabled))
        around.ails = self._ails(name)
        here = [plug for plug in self.plugs.at(name) if plug.on and not self._stopped(plug)]
        fixed = set(spec.linked) - {end.port for end in spec.ends} - dark
        around.linked = fixed | {plug.port for plug in here if _has_power(own, plug)} | set(wrong)
        around.powered = {plug.port for plug in here if plug.end.powered}
        heard = own.hears if own else _always
        around.neighbors = [one for one in self._neighbors(spec, around.linked) if heard(one.port)]
        ways = self._ways(name)
        around.hosts = frozenset(host for one in (name, *ways) for host in self._stations[one].spec.hosts)
        around.reached = partial(self._answers, (name, *ways))
        self._find_root(name, around, ways)
        if macs and (not around.macs or self._seen.get(name) != self._version):
            around.macs = list(self._learnt(spec))
            around.located = list(self._located(spec))
            self._seen[name] = self._version

    def online(self, name: str) -> bool:
        """Whether an end device reaches the network: it is on and plugged in, its port lets it, and its VLAN goes up.

        A device of which nobody knows a port is online.
        """
        plug = self.plugs.get(name)
        return plug is None or self._reaches(plug)

    def _reaches(self, plug: Plug) -> bool:
        station = self._stations.get(plug.switch)
        if station is None or not plug.on or station.away:
            return False
        if not station.booted and not plug.at_home:
            station.boot()
        if not self._lit(plug):
            return False
        if not plug.end.address:
            return True
        own = self._presence(plug.switch)
        right = own is None or own.untagged(plug.port) == plug.end.vlan
        return right and any(self._is_top(one, plug.end.vlan) for one in self._with_vlan(plug.switch, plug.end.vlan))

    def _answers(self, switches: Iterable[str], address: str) -> bool:
        """Whether a device at one of these switches has an address, and reaches the network with it."""
        with suppress(CampusError):
            self.lease()
        found = (plug for one in switches for plug in self.plugs.at(one) if plug.end.address == address)
        return any("no-address" not in plug.faults and self._reaches(plug) for plug in found)

    def _lit(self, plug: Plug) -> bool:
        """Whether a device that is plugged in has a link."""
        own = self._presence(plug.switch)
        open_here = own is None or (own.opens(plug.port) and _has_power(own, plug))
        return plug.on and open_here and not self._stopped(plug)

    def _ails(self, name: str) -> Mapping[str, str]:
        """What is the matter with the ports of a switch; a port that it does not have does not count."""
        found = {}
        for part in filter(None, self._stations[name].spec.faults.ails.split(";")):
            port, _, what = part.rpartition(":")
            with suppress(CampusError):
                found[self.plugs.port(name, port)] = what
        return found

    def _stopped(self, plug: Plug) -> bool:
        """Whether what is the matter with its port takes the link from a device."""
        what = self._ails(plug.switch).get(plug.port, "")
        return what in _CLOSING or (what in _POWERLESS and plug.end.powered)

    def _is_top(self, name: str, vlan: int) -> bool:
        """Whether a VLAN leaves the site here: the core, and its router where the lab knows the port."""
        station = self._stations[name]
        if station.spec.uplinks:
            return False
        routers = [port for port, _, _ in station.spec.stations]
        return not station.booted or not routers or any(station.switch.carriage(port, vlan) for port in routers)

    def _with_vlan(self, name: str, vlan: int) -> frozenset[str]:
        """The switches that frames of a VLAN reach from this one, itself among them."""
        known = self._ways_in.get((name, vlan))
        if known is not None:
            return known
        found, waiting = {name}, deque([name])
        while waiting:
            here = waiting.popleft()
            for cable in self._stations[here].spec.neighbors:
                peer = cable[1]
                if peer in self._stations and peer not in found and self._leads(here, cable, vlan):
                    found.add(peer)
                    waiting.append(peer)
        result = self._ways_in[name, vlan] = frozenset(found)
        return result

    def _leads(self, name: str, cable: tuple[str, str, str], vlan: int) -> bool:
        """Whether both ends of a cable carry a VLAN, and in the same way."""
        port, peer, far = cable
        if not self._carries(name, cable):
            return False
        ends = ((self._stations[name], port), (self._stations[peer], far))
        said = [station.switch.carriage(end, vlan) for station, end in ends if station.booted]
        return all(said) and len(set(said)) < 2

    def _presence(self, name: str) -> Presence | None:
        """How a switch looks; None: as the inventory says."""
        station = self._stations.get(name)
        if station is None or not station.booted:
            return None
        config, known = station.switch.running, self._looks.get(name)
        if known is None or known[0] is not config:
            known = self._looks[name] = config, presence(station.switch)
        return known[1]

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
        for plug in self.plugs.at(spec.name):
            if plug.speech and plug.port in linked and plug.port not in wrong:
                said = plug.speech
                yield Neighbor(plug.port, plug.mac, "1", "eth0", plug.end.name, said.description, said.capabilities)

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
        """Addresses of our own devices, and of everything behind each cable whose VLAN comes through."""
        yield from (Station(*one) for one in spec.stations)
        own = self._presence(spec.name)
        for plug in self.plugs.at(spec.name):
            if self._lit(plug):
                # Where it is plugged in wrongly, its frames get into another VLAN than its own.
                vlan = own.untagged(plug.port) if own else None
                yield Station(plug.port, plug.mac, vlan or plug.end.vlan)
        for peer, port in self._ways(spec.name).items():
            other = self._stations[peer].spec
            end = spec.lag_of.get(port, port)
            yield Station(end, other.mac, other.management_vlan)
            yield from (Station(end, mac, vlan) for _, mac, vlan in other.stations)
            for plug, vlan in self._heard_of(peer):
                if spec.name in self._with_vlan(peer, vlan):
                    yield Station(end, plug.mac, vlan)

    def _heard_of(self, name: str) -> Iterator[tuple[Plug, int]]:
        """The devices at a switch that speak, each with the VLAN that the switch puts it into."""
        own = self._presence(name)
        for plug in self.plugs.at(name):
            vlan = own.untagged(plug.port) if own else plug.end.vlan
            if vlan and self._lit(plug):
                yield plug, vlan

    def _located(self, spec: "LabSwitch") -> Iterator[tuple[str, str]]:
        """Who there is to talk to in the management VLAN: router, switches, and devices with an address there."""
        vlan = spec.management_vlan
        for name in sorted(self._with_vlan(spec.name, vlan)):
            other = self._stations[name].spec
            if name != spec.name:
                yield other.address, other.mac
            yield from ((host, mac) for _, mac, _ in other.stations for host in other.hosts if host != other.address)
            yield from (
                (plug.end.address, plug.mac)
                for plug, its_vlan in self._heard_of(name)
                if plug.end.address and its_vlan == plug.end.vlan == vlan
            )


def _nobody(_school: str) -> None:
    """Nobody wants to know."""


def _nothing() -> None:
    """Nobody waits for an address."""


def _has_power(own: Presence | None, plug: Plug) -> bool:
    return not plug.end.powered or own is None or own.powers(plug.port)


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
