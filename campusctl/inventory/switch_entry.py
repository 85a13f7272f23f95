"""An existing switch as an entry of the inventory: its ports by role, what hangs on them, its LAGs and uplinks.

Only a proposal. What it gets wrong shows as a difference between what the inventory would intend then and what runs.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import IPv4Address
from itertools import groupby
from typing import Any, Final, NamedTuple

from campusctl.inventory.adoption import AdoptionError
from campusctl.inventory.assignment import Assigned
from campusctl.inventory.city import City, School
from campusctl.inventory.portmap import PhysicalPort, port_map
from campusctl.inventory.resolve import DOWNLINK, UNUSED, UPLINK, resolver
from campusctl.inventory.sites import site_vlans
from campusctl.model.inventory import Device, Port, PortSettings, Profile
from campusctl.model.names import DESCRIPTION
from campusctl.model.port_facts import PortFacts, Sighting
from campusctl.model.sentence import sentence

_NOT_SEEN: Final = Sighting()
_LINKS: Final = (UPLINK, DOWNLINK)
_VLANS_APART: Final = 10
"""How much worse another VLAN is than another flag."""
_SLOT: Final = re.compile(r"([A-Z])\d+")


class Entry(NamedTuple):
    """What would stand in the devices file."""

    values: dict[str, Any]
    """The entry."""
    notes: tuple[str, ...]
    """What a person should know or decide, one sentence each."""


def shape_of(profile: Profile, ports: Iterable[str]) -> dict[str, Any]:
    """`members` and `slots` of a device of this profile that has these ports; nothing where there is one shape only.

    Args:
        profile: The model.
        ports: Canonical names.
    """
    wanted = {name.lower() for name in ports}
    slots = sorted({found[1] for name in ports if (found := _SLOT.fullmatch(name))})
    if slots and len(slots) < len({key[0] for key in profile.ports if key[0].isalpha()}):
        return {"slots": "".join(slots)}
    known = {}
    for members in range(1, profile.max_members + 1):
        device = Device(name="new", room="R", members=members, device_class="", file="")
        known[members] = len(wanted & port_map(profile, device).index.keys())
    best = max(known, key=lambda members: (known[members], -members))
    return {"members": best} if best > 1 else {}


def switch_entry(  # noqa: PLR0913, PLR0917 - what is known of a switch
    city: City,
    school: School,
    device: Device,
    facts: Mapping[str, PortFacts],
    seen: Mapping[str, Sighting],
    to: str = "",
) -> Entry:
    """The ports and LAGs of a switch as the inventory would say them.

    Args:
        city: With the school in it.
        school: Where the switch stands.
        device: The switch, with profile, room, address, and its shape; without ports.
        facts: What runs at each port and LAG.
        seen: What is seen at each port, as far as anything is.
        to: The port, or the number of the LAG, at the switch above, where neither that one nor LLDP says it.

    Raises:
        AdoptionError: Nobody says where an uplink ends.
    """
    return _Proposal(city, school, device, facts, seen, to).run()


class _Proposal:
    def __init__(  # noqa: PLR0913, PLR0917 - likewise
        self,
        city: City,
        school: School,
        device: Device,
        facts: Mapping[str, PortFacts],
        seen: Mapping[str, Sighting],
        to: str,
    ) -> None:
        self._city, self._school, self._device, self._to = city, school, device, to
        self._facts, self._seen = facts, seen
        self._resolver = resolver(city, school)
        self._map = self._resolver.map_of(device)
        self._notes: list[str] = []
        self._guessed: dict[str, str] = {}
        self._absent: list[str] = []
        self._plugged = {
            entry.device: other.name
            for other in school.switches.values()
            if other.name != device.name
            for entry in (*other.ports.values(), *other.lags.values())
            if entry.device
        }
        self._settings: dict[tuple[str, str, str], PortSettings] = {}
        self._inferred: dict[str, str] = {}

    def run(self) -> Entry:
        self._find_uplink()
        singles = {port.short: self._port(port) for port in self._map.ports if not self._of(port).lag}
        self._note_misfits()
        lags = dict(self._lags())
        values: dict[str, Any] = {}
        ports = dict(_joined(self._map.ports, {short: entry for short, entry in singles.items() if entry}))
        if ports:
            values["ports"] = ports
        if lags:
            values["lags"] = lags
        if not any(UPLINK in entry for entry in (*singles.values(), *lags.values())):
            values = {"core": True, **values}
            self._notes.append(sentence(
                "no uplink of {device} was recognised: it is taken for the core of its site", device=self._device.name
            ))  # fmt: skip
        return Entry(values, tuple(self._notes))

    def _note_misfits(self) -> None:
        """What the model and the roles do not say of this switch."""
        if self._absent:
            said = ", ".join(key for key, _ in _joined(self._map.ports, {short: {} for short in self._absent}))
            self._notes.append(
                sentence(
                    "the configuration has no port {ports}: is {profile} its model? They are left unused",
                    ports=said,
                    profile=str(self._device.profile),
                )
            )
        lag = re.compile(re.escape(self._city.profiles[str(self._device.profile)].lag).replace(r"\{n\}", r"\d+"))
        known = {port.name for port in self._map.ports}
        more = [name for name in self._facts if name not in known and not lag.fullmatch(name)]
        if more:
            self._notes.append(sentence("{profile} has no port {ports}: is it the right model?",
                                        profile=str(self._device.profile), ports=", ".join(more)))  # fmt: skip
        if self._guessed:
            guessed = _joined(self._map.ports, {short: {"role": role} for short, role in self._guessed.items()})
            said = ", ".join(f"{key} ({role})" for key, role in guessed)
            self._notes.append(
                sentence("no role has the VLANs of these ports, the nearest one was taken: {ports}", ports=said)
            )

    def _of(self, port: PhysicalPort) -> PortFacts:
        return self._facts.get(port.name, PortFacts(port.name))

    # -- one port --

    def _port(self, port: PhysicalPort) -> dict[str, Any]:
        """The entry of a port; empty: it is unused, or what another switch says of it is enough."""
        if port.name not in self._facts:
            self._absent.append(port.short)
            return {}
        facts, seen = self._of(port), self._seen.get(port.name, _NOT_SEEN)
        peer = self._peer(facts, seen)
        if peer:
            return self._link(port.name, port.short, facts, peer, seen.far_port)
        device = self._end_device(facts, seen)
        role, room = self._role(port, facts, seen, device)
        entry: dict[str, Any] = {}
        if device:
            entry["device"] = device
        if not device or role != self._class_role(device):
            entry["role"] = role
        if room:
            entry["room"] = room
        entry |= self._described(port.short, facts, device)
        if self._wants_to_be_confirmed(facts):
            entry["confirmed"] = True
        return {} if entry == {"role": UNUSED} else entry

    def _described(self, short: str, facts: PortFacts, default: str) -> dict[str, str]:
        if facts.description == default:
            return {}
        if not re.fullmatch(DESCRIPTION, facts.description) or len(facts.description) > 64:
            self._notes.append(sentence("port {port}: the description cannot stand in the inventory: {text}",
                                        port=short, text=repr(facts.description)))  # fmt: skip
            return {}
        return {"description": facts.description}

    def _wants_to_be_confirmed(self, facts: PortFacts) -> bool:
        vlans = site_vlans(self._city, self._school, self._school.site_of(self._device))
        named = {facts.vlan, *facts.carried}
        return any(vlans[vlan].confirm for vlan in named if vlan is not None and vlan in vlans)

    def _end_device(self, facts: PortFacts, seen: Sighting) -> str:
        """The end device at a port: by its address, else by the description, which is its name unless it says more."""
        for name in (seen.device, facts.description):
            known = self._school.devices.get(name)
            if known is None or name in self._school.switches or not self._class_role(name):
                continue
            if name in self._plugged:
                self._notes.append(sentence("{device} is at {port}, and the inventory has it at {switch}",
                                            device=name, port=facts.name, switch=self._plugged[name]))  # fmt: skip
                continue
            return name
        return ""

    def _class_role(self, name: str) -> str:
        kind = self._city.spec.classes.get(self._school.devices[name].device_class)
        return (kind.role if kind else None) or ""

    def _role(self, port: PhysicalPort, facts: PortFacts, seen: Sighting, device: str) -> tuple[str, str]:
        """The role that says what runs, and the room that it needs for that; else the nearest one."""
        own = self._class_role(device) if device else ""
        choices = [(role, room) for role in dict.fromkeys((own, *self._city.spec.roles))
                   if role and self._takes(role, device) for room in self._rooms(role, device)]  # fmt: skip
        scored = [(self._distance(port, facts, role, room, device), at) for at, (role, room) in enumerate(choices)]
        best, at = min(scored)
        if best >= _VLANS_APART and seen.idle and not device:
            return UNUSED, ""
        if best >= _VLANS_APART:
            self._guessed[port.short] = choices[at][0]
        return choices[at]

    def _rooms(self, role: str, device: str) -> Iterator[str]:
        """No room, and every room that gives the role a VLAN of its own."""
        yield ""
        if not device:
            yield from (name for name, found in self._school.rooms.items() if role in found.room.vlans)

    def _takes(self, role: str, device: str) -> bool:
        """Whether a device can keep its address in this role: a port in a wrong VLAN is for a plan to mend."""
        address = self._school.devices[device].address if device else None
        if not address or role in _LINKS:
            return True
        site = self._school.site_of(self._school.devices[device])
        vlan = site_vlans(self._city, self._school, site).get(self._said(role, "", device).vlan or 1)
        return vlan is None or vlan.subnet is None or IPv4Address(address) in vlan.subnet

    def _distance(self, port: PhysicalPort, facts: PortFacts, role: str, room: str, device: str) -> int:
        """How far what runs is from what a role says; 0: they are the same."""
        if role in _LINKS:
            return 10 * _VLANS_APART
        said = self._said(role, room, device)
        vlan = said.vlan or 1
        if said.tagged == "all":
            # Which VLANs that are depends on what hangs behind; a trunk that brings us our management VLAN is one.
            # A port without any is an end device's: it never becomes a trunk by guessing.
            apart = 0 if len(facts.tagged) > 1 or facts.every_vlan else 1 if facts.tagged else 4
        else:
            wanted = {tag for tag in said.tagged if tag != vlan} | ({said.voice_vlan} if said.voice_vlan else set())
            apart = int(facts.vlan != vlan) + int(facts.every_vlan or facts.carried != wanted)
        flags = [facts.shutdown != said.shutdown, facts.edge != said.edge, facts.bpduguard != said.bpduguard]
        if port.poe:
            flags.append(facts.poe != (said.poe is not False))
        return _VLANS_APART * apart + sum(flags)

    def _said(self, role: str, room: str, device: str) -> PortSettings:
        key = (role, room, device)
        if key not in self._settings:
            entry = Port(role=role, room=room or None, device=device or None)
            self._settings[key] = self._resolver.port_settings(self._device, Assigned("", (), entry), "-")
        return self._settings[key]

    # -- links --

    def _find_uplink(self) -> None:
        """Where a switch above names us and nothing says which of our ports leads there: the only trunk there is.

        Raises:
            AdoptionError: There are several, or none.
        """
        above = [
            other.name
            for other in self._school.switches.values()
            for entry in (*other.ports.values(), *other.lags.values())
            if entry.downlink == self._device.name
        ]
        members = {facts.name for facts in self._facts.values() if facts.lag}
        peers = {name: self._peer(facts, self._seen.get(name, _NOT_SEEN)) for name, facts in self._facts.items()}
        if not above or above[0] in peers.values():
            return
        trunks = [
            name
            for name, facts in self._facts.items()
            if name not in members and not peers[name] and (len(facts.tagged) > 1 or facts.every_vlan)
            and not {facts.description, self._seen.get(name, _NOT_SEEN).device} & self._school.devices.keys()
        ]  # fmt: skip
        if len(trunks) != 1:
            what = sentence("{switch} says that {device} hangs on it, and nothing says at which port of {device}",
                            switch=above[0], device=self._device.name)  # fmt: skip
            raise AdoptionError(
                what,
                sentence("let the switch be asked itself, or describe the port as `uplink {switch}` in the file",
                         switch=above[0]),
            )  # fmt: skip
        self._inferred[trunks[0]] = above[0]
        self._notes.append(
            sentence(
                "{port} is taken for the uplink to {switch}: that switch names us, and it is the only trunk",
                port=trunks[0], switch=above[0],
            )
        )  # fmt: skip

    def _peer(self, facts: PortFacts, seen: Sighting) -> str:
        """The switch at the other end: by LLDP, else by the description."""
        if facts.name in self._inferred:
            return self._inferred[facts.name]
        for name in (seen.switch, facts.description.removeprefix("uplink ")):
            if name in self._school.switches and name != self._device.name:
                return name
        return ""

    def _link(self, name: str, short: str, facts: PortFacts, peer: str, far_port: str) -> dict[str, Any]:
        other = self._school.devices[peer]
        theirs = (*other.ports.values(), *other.lags.values())
        above = any(entry.downlink == self._device.name for entry in theirs)
        below = [entry for entry in theirs if entry.uplink == self._device.name]
        if below:
            said = bool(short) and any(entry.to in (short, name) for entry in below)
            entry: dict[str, Any] = {} if said and facts.description == peer else {DOWNLINK: peer}
            return entry | (self._described(short or name, facts, peer) if entry else {})
        entry = {UPLINK: peer} | ({} if above else self._far_end(short or name, other, far_port, lag=not short))
        return entry | self._described(short or name, facts, f"uplink {peer}")

    def _far_end(self, place: str, other: Device, far_port: str, *, lag: bool) -> dict[str, Any]:
        """`to`, where the switch above says nothing of us."""
        profile = self._city.profiles[str(other.profile)]
        ports = port_map(profile, other).ports
        found = next((port.short for port in ports if port.name == far_port), "")
        if lag:
            found = next(
                (number for number, one in other.lags.items() if far_port in _members(profile, other, one.ports)), ""
            )
        found = found or self._to
        if found:
            return {"to": int(found) if found.isdecimal() else found}
        raise AdoptionError(
            sentence(
                "{port} leads to {switch}, and neither LLDP nor that switch's entry says to which port there",
                port=place,
                switch=other.name,
            ),
            sentence("say --to PORT, or the number of its LAG"),
        )

    def _lags(self) -> Iterator[tuple[int, dict[str, Any]]]:
        members: dict[str, list[PhysicalPort]] = {}
        for port in self._map.ports:
            if self._of(port).lag:
                members.setdefault(self._of(port).lag, []).append(port)
        for name, ports in members.items():
            number = re.search(r"\d+$", name)
            facts = self._facts.get(name, PortFacts(name))
            sightings = [self._seen.get(port.name, _NOT_SEEN) for port in ports]
            seen = next((one for one in (*sightings, self._seen.get(name, _NOT_SEEN)) if one.switch), _NOT_SEEN)
            own = [facts, *(self._of(port) for port in ports)]
            peer = next((peer for one in own if (peer := self._peer(one, seen))), "")
            entry: dict[str, Any] = {
                "ports": ", ".join(key for key, _ in _joined(self._map.ports, {p.short: {} for p in ports}))
            }
            if peer:
                entry |= self._link(name, "", facts, peer, seen.far_port)
            else:
                self._notes.append(
                    sentence("{lag}: nobody knows what is at its other end; it is taken for a link", lag=name)
                )
                entry |= {"role": UPLINK} | self._described(name, facts, "")
            if number:
                yield int(number[0]), entry


def _members(profile: Profile, device: Device, ports: str) -> tuple[str, ...]:
    return port_map(profile, device).expand(ports)


def _joined(ports: Iterable[PhysicalPort], entries: Mapping[str, dict[str, Any]]) -> Iterator[tuple[str, Any]]:
    """Neighbours of one role as a range; a role alone is a word."""
    order = {port.short: at for at, port in enumerate(ports)}
    numbered = [(order[short] - at, short, entry) for at, (short, entry) in enumerate(entries.items())]
    for _, group in groupby(numbered, key=lambda item: (item[0], _block(item[1]), repr(item[2]), _alone(item))):
        run = list(group)
        first, last, entry = run[0][1], run[-1][1], run[0][2]
        key = first if first == last else f"{first}-{last}"
        yield key, entry["role"] if entry.keys() == {"role"} else entry


def _block(short: str) -> str:
    """Slot letter or place in the stack."""
    return short.rstrip("0123456789")


def _alone(item: tuple[int, str, dict[str, Any]]) -> str:
    """A port that leads to one thing stands alone, and so does one that is described."""
    return item[1] if item[2].keys() - {"role", "room", "confirmed"} else ""
