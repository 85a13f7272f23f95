"""What the switches see, held against the inventory: unknown, misplaced and missing devices.

A device is where its address was learnt at a port that leads to no other switch. Which ports lead to switches, the
inventory says, and LLDP, and the switches' own addresses: an uplink is never taken for the place of a device.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from campusctl.engine.cabling import same_switch
from campusctl.engine.vendors import vendor_of
from campusctl.model.discovery import Found, FoundKind
from campusctl.model.sentence import sentence
from campusctl.model.tables import Heard, Learnt, Tables
from campusctl.model.whereabouts import Expected, School
from campusctl.words.language import N_

_TALKERS: Final = {
    "telephone": N_("a telephone the inventory does not know{called} is at port {port}"),
    "wlan-ap": N_("an access point the inventory does not know{called} is at port {port}"),
    "router": N_("a router the inventory does not know{called} is at port {port}"),
    "bridge": N_("a switch the inventory does not know{called} is at port {port}"),
    "repeater": N_("a repeater the inventory does not know{called} is at port {port}"),
}
"""What is told of a stranger, the most telling capability first."""
_LINKS_SHOW: Final = 2
"""So many devices that stand in their places elsewhere say that a port leads there."""
_BARE_MAC: Final = re.compile(
    r"(?:[0-9a-f]{12}|[0-9a-f]{4}(?:\.[0-9a-f]{4}){2}|[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5})(?![0-9a-f])"
)
"""A MAC address, as some telephones name their own port with it: `0004F2AA0001:P1`."""


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
        said = {(one.switch, mac) for one in strangers for mac in self._own_macs(one)}
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
        found = side.links | heard | behind | self._on_the_way(name, tables)
        return frozenset(found | {now.lag for port, now in tables.ports.items() if port in found and now.lag})

    def _on_the_way(self, name: str, tables: Tables) -> frozenset[str]:
        """Ports at which devices are seen that stand in their places at other switches: they lead there."""
        seen: dict[str, set[str]] = defaultdict(set)
        for row in tables.learnt or ():
            one = self._known.get(row.mac)
            other = self._tables.get(one.switch) if one and one.switch != name else None
            if one and other and one.port in other.ports_of(row.mac):
                seen[row.port].add(row.mac)
        return frozenset(port for port, macs in seen.items() if len(macs) >= _LINKS_SHOW)

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
        if row.mac in self._known:
            return False
        intended = self._school.sides[name].tagged.get(row.port, frozenset())
        carried = intended.union(tables.ports[row.port].tagged if row.port in tables.ports else ())
        # Where a switch does not say in which VLAN, it may be anybody's.
        return row.vlan in carried or (row.vlan is None and bool(carried))

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
            text = sentence("{device} is at port {port}, the inventory says {expected}",
                      device=one.device, port=self._name(at), expected=self._named(one.switch, one.port))  # fmt: skip
            yield self._found(FoundKind.WRONG_PORT, one.mac, at, text, expected=one)

    def _unknown(self) -> Iterator[Found]:
        shared = Counter(places[0][:2] for places in self._seen.values() if len(places) == 1)
        for mac, places in self._seen.items():
            if mac in self._known or len(places) > 1:
                continue
            at = places[0]
            text = sentence("a device the inventory does not know ({maker}, {mac}) is at port {port}{unused}{shared}",
                maker=vendor_of(mac), mac=mac, port=self._name(at),
                unused=sentence(", which shall be unused") if at.port in self._school.sides[at.switch].unused else "",
                shared=sentence("; {number} addresses are seen there: a small switch, a telephone or virtual machines",
                          number=shared[at[:2]]) if shared[at[:2]] > 1 else "",
            )  # fmt: skip
            yield self._found(FoundKind.UNKNOWN, mac, at, text)

    def _twice(self) -> Iterator[Found]:
        for mac, places in self._seen.items():
            if len(places) < 2:
                continue
            known = self._known.get(mac)
            first, second = places[:2]
            text = sentence(
                "{who} is seen at port {port} and port {other}: it was moved just now, or two devices have one address",
                who=f"{known.device} ({mac})" if known else sentence("the address {mac}", mac=mac),
                port=self._name(first), other=self._name(second),
            )  # fmt: skip
            yield self._found(FoundKind.TWICE, mac, first, text, expected=known)

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
                text = sentence("{device} is not seen, and another device ({mac}) is at its port {port}",
                          device=one.device, mac=others[0], port=port)  # fmt: skip
                yield self._found(FoundKind.REPLACED, one.mac, at, text, expected=one)
                continue
            now = self._tables[one.switch].ports.get(one.port)
            if now and now.up:
                text = sentence("{device} is not seen (port {port}): its port has a link, and nothing speaks there",
                          device=one.device, port=port)  # fmt: skip
            else:
                text = sentence("{device} is not seen (port {port}): it is off, unplugged or gone",
                          device=one.device, port=port)  # fmt: skip
            found = self._found(FoundKind.NOT_SEEN, one.mac, at, text, expected=one)
            yield found.model_copy(update={"differs": one.always_on, "switch": "", "port": ""})

    def _strangers(self) -> Iterator[Found]:
        for name, tables in self._tables.items():
            for one in tables.neighbors or ():
                kind = next((text for able, text in _TALKERS.items() if able in one.capabilities), "")
                if not kind or one.port in self._links[name] or self._is_known(name, one):
                    continue
                vlans = (row.vlan for row in tables.learnt or () if (row.port, row.mac) == (one.port, one.chassis))
                at = Seen(name, one.port, next(vlans, None))
                called = sentence(" that calls itself {name}", name=one.name) if one.name else ""
                text = sentence(kind, called=called, port=self._name(at))
                yield self._found(FoundKind.STRANGER, one.chassis, at, text)

    def _own_macs(self, one: Found) -> Iterator[str]:
        """The addresses under which a stranger speaks, as far as it tells them by LLDP."""
        yield one.mac
        for heard in self._tables[one.switch].heard_at(one.port):
            if heard.chassis == one.mac and (bare := _BARE_MAC.match(heard.remote_port.lower())):
                digits = re.sub(r"[^0-9a-f]", "", bare[0])
                yield ":".join(digits[at : at + 2] for at in range(0, 12, 2))

    def _is_known(self, switch: str, one: Heard) -> bool:
        if one.name.strip().partition(".")[0].lower() in self._school.names or one.chassis in self._known:
            return True
        # An access point names itself by another one of its addresses than the one it speaks with.
        here = (self._known[mac] for mac in self._seen if mac in self._known and mac[:8] == one.chassis[:8])
        return any((device.switch, device.port) == (switch, one.port) for device in here)

    def _silent(self) -> Iterator[Found]:
        spoken = {at[:2] for places in self._seen.values() for at in places}
        spoken |= {(name, one.port) for name, tables in self._tables.items() for one in tables.neighbors or ()}
        for name, tables in self._tables.items():
            for port in self._school.sides[name].unused:
                now = tables.ports.get(port)
                if now and now.up and (name, port) not in spoken and port not in self._links[name]:
                    at = Seen(name, port, None)
                    text = sentence(
                        "port {port} shall be unused and has a link, and nothing speaks there", port=self._name(at)
                    )
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
        return sentence("{port} of {switch}", port=self._short(switch, port), switch=switch)

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
