"""What the switches see, held against the inventory: unknown, misplaced and missing devices.

A device is where its address was learnt at a port that leads to no other switch. Which ports lead to switches, the
inventory says, and LLDP, and the switches' own addresses: an uplink is never taken for the place of a device.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from campusctl.engine.cabling import same_switch
from campusctl.engine.vendors import vendor_of
from campusctl.model.discovery import Found, FoundKind
from campusctl.model.tables import Heard, Learnt, Tables
from campusctl.model.whereabouts import Expected, School

_TALKERS: Final = {
    "telephone": "telephone",
    "wlan-ap": "access point",
    "router": "router",
    "bridge": "switch",
    "repeater": "repeater",
}
"""What is told of a stranger, the most telling capability first."""


class Seen(NamedTuple):
    """An address at a port that leads to no other switch."""

    switch: str
    """The switch."""
    port: str
    """The port or LAG, canonical name."""
    vlan: int | None
    """The VLAN it was learnt in."""


class Findings(NamedTuple):
    """What came of it."""

    found: tuple[Found, ...]
    """Everything that is worth a line."""
    free: dict[str, tuple[str, ...]]
    """Unused ports without a link, as the inventory calls them, by switch."""
    right: int
    """Devices where the inventory says."""
    clients: int
    """Addresses behind access points."""
    unread: int
    """Devices that may be there, at switches that were not read."""


def discover(school: School, tables: Mapping[str, Tables]) -> Findings:
    """Hold what was read against the inventory.

    Args:
        school: What the inventory says.
        tables: What each switch that was read sees, by name.
    """
    return _Discovery(school, tables).run()


class _Discovery:
    def __init__(self, school: School, tables: Mapping[str, Tables]) -> None:
        self._school, self._tables = school, tables
        self._known = {one.mac: one for one in school.devices}
        self._links = {name: self._links_of(name, one) for name, one in tables.items()}
        self._seen: dict[str, list[Seen]] = defaultdict(list)
        self._anywhere: set[str] = set()
        self._clients: set[str] = set()
        for name, one in tables.items():
            self._sort(name, one)
        self._clients -= self._seen.keys()

    def run(self) -> Findings:
        strangers = tuple(self._strangers())
        said = {(one.switch, one.mac) for one in strangers}
        unknown = [one for one in self._unknown() if (one.switch, one.mac) not in said]
        missing = tuple(self._missing())
        found = (*self._misplaced(), *unknown, *strangers, *self._twice(), *missing, *self._silent())
        return Findings(
            found=tuple(sorted(found, key=self._order)),
            free={name: ports for name in self._tables if (ports := self._free(name))},
            right=sum(self._is_right(one) for one in self._school.devices),
            clients=len(self._clients),
            unread=sum(self._is_unread(one) for one in self._school.devices),
        )

    # -- where everything is --

    def _links_of(self, name: str, tables: Tables) -> frozenset[str]:
        """Ports and LAGs that lead to other switches of ours, or to the router."""
        side = self._school.sides[name]
        heard = {one.port for one in tables.neighbors or () if self._is_ours(one)}
        others = self._school.macs - {side.mac}
        # A switch that is silent by LLDP is noticed by its own address.
        behind = {row.port for row in tables.learnt or () if row.mac in others}
        found = side.links | heard | behind
        return frozenset(found | {now.lag for port, now in tables.ports.items() if port in found and now.lag})

    def _is_ours(self, one: Heard) -> bool:
        """Whether a neighbour is a switch of the inventory."""
        if one.chassis in self._school.macs:
            return True
        return bool(one.name) and any(same_switch(one.name, name) for name in self._school.switches)

    def _sort(self, name: str, tables: Tables) -> None:
        for row in tables.learnt or ():
            if row.mac in self._school.macs:
                continue
            self._anywhere.add(row.mac)
            if row.port in self._links[name]:
                continue
            if self._is_client(name, tables, row):
                self._clients.add(row.mac)
            else:
                place = Seen(name, row.port, row.vlan)
                if all((old.switch, old.port) != place[:2] for old in self._seen[row.mac]):
                    self._seen[row.mac].append(place)

    def _is_client(self, name: str, tables: Tables, row: Learnt) -> bool:
        """Whether an address belongs to somebody's device behind an access point: it is none of ours to list."""
        if row.mac in self._known or row.vlan is None:
            return False
        intended = self._school.sides[name].tagged.get(row.port, frozenset())
        running = tables.ports[row.port].tagged if row.port in tables.ports else ()
        return row.vlan in intended or row.vlan in running

    # -- what follows --

    def _is_right(self, one: Expected) -> bool:
        return any((one.switch, one.port) == place[:2] for place in self._seen.get(one.mac, ()))

    def _is_unread(self, one: Expected) -> bool:
        """A device at a switch that was not read, or that is seen only on the way to one."""
        away = one.switch not in self._tables or self._tables[one.switch].learnt is None
        return bool(one.switch) and one.mac not in self._seen and (away or one.mac in self._anywhere)

    def _misplaced(self) -> Iterator[Found]:
        for one in self._school.devices:
            places = self._seen.get(one.mac, ())
            if not one.switch or not places or self._is_right(one):
                continue
            at = places[0]
            text = f"{one.device} is at port {self._name(at)}, the inventory says {self._named(one.switch, one.port)}"
            yield self._found(FoundKind.WRONG_PORT, one.mac, at, text, expected=one)

    def _unknown(self) -> Iterator[Found]:
        for mac, places in self._seen.items():
            if mac in self._known or len(places) > 1:
                continue
            at = places[0]
            what = f"a device the inventory does not know ({vendor_of(mac)}, {mac})"
            unused = ", which shall be unused" if at.port in self._school.sides[at.switch].unused else ""
            yield self._found(FoundKind.UNKNOWN, mac, at, f"{what} is at port {self._name(at)}{unused}")

    def _twice(self) -> Iterator[Found]:
        for mac, places in self._seen.items():
            if len(places) < 2:
                continue
            known = self._known.get(mac)
            what = f"{known.device} ({mac})" if known else f"the address {mac}"
            where = " and ".join(f"port {self._name(at)}" for at in places)
            text = f"{what} is seen at {where}: it was moved just now, or two devices have one address"
            yield self._found(FoundKind.TWICE, mac, places[0], text, expected=known)

    def _missing(self) -> Iterator[Found]:
        for one in self._school.devices:
            if not one.switch or one.mac in self._seen or self._is_unread(one):
                continue
            others = [
                mac
                for mac, places in self._seen.items()
                if (one.switch, one.port) in [at[:2] for at in places] and mac not in self._known
            ]
            port = self._named(one.switch, one.port)
            at = Seen(one.switch, one.port, None)
            if others:
                text = f"{one.device} is not seen, and another device ({others[0]}) is at its port {port}"
                yield self._found(FoundKind.REPLACED, one.mac, at, text, expected=one)
                continue
            now = self._tables[one.switch].ports.get(one.port)
            why = "its port has a link, and nothing speaks there" if now and now.up else "it is off, unplugged or gone"
            text = f"{one.device} is not seen (port {port}): {why}"
            found = self._found(FoundKind.NOT_SEEN, one.mac, at, text, expected=one)
            yield found.model_copy(update={"differs": one.always_on, "switch": "", "port": ""})

    def _strangers(self) -> Iterator[Found]:
        for name, tables in self._tables.items():
            for one in tables.neighbors or ():
                kind = next((word for able, word in _TALKERS.items() if able in one.capabilities), "")
                if not kind or one.port in self._links[name] or self._is_known(one):
                    continue
                vlans = (row.vlan for row in tables.learnt or () if (row.port, row.mac) == (one.port, one.chassis))
                at = Seen(name, one.port, next(vlans, None))
                called = f" that calls itself {one.name}" if one.name else ""
                text = f"a {kind} the inventory does not know{called} is at port {self._name(at)}"
                yield self._found(FoundKind.STRANGER, one.chassis, at, text.replace("a access", "an access"))

    def _is_known(self, one: Heard) -> bool:
        named = one.name.partition(".")[0].lower() in self._school.names
        return named or one.chassis in self._known

    def _silent(self) -> Iterator[Found]:
        spoken = {at[:2] for places in self._seen.values() for at in places}
        spoken |= {(name, one.port) for name, tables in self._tables.items() for one in tables.neighbors or ()}
        for name, tables in self._tables.items():
            for port in self._school.sides[name].unused:
                now = tables.ports.get(port)
                if now and now.up and (name, port) not in spoken and port not in self._links[name]:
                    at = Seen(name, port, None)
                    text = f"port {self._name(at)} shall be unused and has a link, and nothing speaks there"
                    yield self._found(FoundKind.SILENT, "", at, text)

    def _free(self, name: str) -> tuple[str, ...]:
        side, ports = self._school.sides[name], self._tables[name].ports
        taken = self._links[name] | {at.port for places in self._seen.values() for at in places if at.switch == name}
        free = (port for port in side.unused if port in ports and ports[port].up is False and port not in taken)
        return tuple(side.shorts.get(port, port) for port in free)

    # -- in words --

    def _found(self, kind: FoundKind, mac: str, at: Seen, text: str, *, expected: Expected | None = None) -> Found:
        said = [one for one in self._tables[at.switch].heard_at(at.port) if one.chassis == mac or not mac]
        says = ", ".join(word for one in said[:1] for word in (one.name, one.description) if word)
        addresses = (one.address_of(mac) for one in self._tables.values()) if mac else ()
        return Found(
            kind=kind,
            differs=True,
            text=text,
            device=expected.device if expected else "",
            mac=mac,
            vendor=vendor_of(mac) if _is_mac(mac) else "",
            switch=at.switch,
            port=at.port,
            port_name=self._short(at.switch, at.port),
            vlan=at.vlan,
            address=next((address for address in addresses if address), ""),
            expected_switch=expected.switch if expected else "",
            expected_port=expected.port if expected else "",
            says=says,
        )

    def _name(self, at: Seen) -> str:
        return self._named(at.switch, at.port)

    def _named(self, switch: str, port: str) -> str:
        return f"{self._short(switch, port)} of {switch}"

    def _short(self, switch: str, port: str) -> str:
        """A port as the inventory calls it."""
        side = self._school.sides.get(switch)
        return side.shorts.get(port, port) if side else port

    def _order(self, one: Found) -> tuple[int, int, int, str]:
        """By kind, then by switch and port in the order in which they are read."""
        switch, port = one.switch or one.expected_switch, one.port or one.expected_port
        names = list(self._school.sides)
        ports = list(self._school.sides[switch].shorts) if switch in self._school.sides else []
        at = ports.index(port) if port in ports else len(ports)
        return list(FoundKind).index(one.kind), names.index(switch) if switch in names else len(names), at, one.mac


def _is_mac(text: str) -> bool:
    return len(text) == 17 and text.count(":") == 5
