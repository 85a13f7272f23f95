"""The rules: what a new device is called, where it is plugged in, which address and profile it gets."""

import re
from dataclasses import dataclass, field, replace
from ipaddress import AddressValueError, IPv4Address
from typing import Any, Final, TypeVar

from campusctl.inventory.assignment import Assigned
from campusctl.inventory.city import SWITCH_CLASS, City, School
from campusctl.inventory.names_hint import did_you_mean
from campusctl.inventory.onboarding.addresses import next_address
from campusctl.inventory.onboarding.classes import class_of, profile_of
from campusctl.inventory.onboarding.known import known_already
from campusctl.inventory.onboarding.naming_next import next_name
from campusctl.inventory.onboarding.queueing import NO_NAME, queue_of
from campusctl.inventory.onboarding.sockets import Socket, free_socket, named_socket
from campusctl.inventory.onboarding.uplinks import parent_socket, switch_links
from campusctl.inventory.onboarding.wanted import Answer, PortChange, Proposal, Question, Refusal, Wanted
from campusctl.inventory.resolve import resolver, settings_of
from campusctl.inventory.sites import site_vlans
from campusctl.model.inventory import Device, Port
from campusctl.model.names import DEVICE_NAME, RULES
from campusctl.model.sentence import sentence

T = TypeVar("T")

_LONGEST_HINT: Final = 120
"""Characters of room ids that are listed in a hint."""


def propose(city: City, wanted: Wanted) -> Answer:
    """What a new device would be in the inventory.

    Args:
        city: All of it: a serial number may be known at another school.
        wanted: What is said about it; what is said holds, what is not is proposed.

    Raises:
        UnknownNameError: There is no such school.
    """
    school = city.school(wanted.school)
    return _Proposing(city, school, replace(wanted, school=school.id)).answer()


def named_room(school: School, said: str) -> str | Refusal:
    """The room that somebody named, in the inventory's spelling."""
    by_lower = {room.lower(): room for room in school.rooms}
    if said.lower() in by_lower:
        return by_lower[said.lower()]
    known = ", ".join(school.rooms)
    if len(known) <= _LONGEST_HINT:
        few = sentence("its rooms are {rooms}", rooms=known)
    else:
        few = sentence("rooms are listed in {file}", file=school.file)
    if not said:
        return Refusal(sentence("the room is missing"), few)
    what = sentence("{school} has no room `{room}`", school=school.id, room=said)
    return Refusal(what, did_you_mean(said, school.rooms) or few)


@dataclass
class _Proposing:
    """One device on its way to a proposal."""

    city: City
    school: School
    wanted: Wanted
    refusals: list[Refusal] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    why: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def answer(self) -> Answer:
        self.refusals += known_already(self.city, self.wanted)
        letters = self._or_none(class_of(self.city, self.wanted.kind, self.wanted.device_class))
        room = self._or_none(named_room(self.school, self.wanted.room))
        found = self._proposal(letters, room) if letters and room else None
        refusals = tuple(item._replace(line=self.wanted.line) for item in self.refusals)
        if refusals or self.questions or found is None:
            return Answer(None, refusals, tuple(self.questions))
        return Answer(found)

    def _or_none(self, found: T | Refusal | Question) -> T | None:
        """The value, or None with what is in the way remembered."""
        if isinstance(found, Refusal):
            self.refusals.append(found)
            return None
        if isinstance(found, Question):
            self.questions.append(found)
            return None
        return found

    def _proposal(self, letters: str, room: str) -> Proposal | None:
        wanted = self.wanted
        name = wanted.name or self._or_none(next_name(self.city, self.school, room, letters))
        if wanted.name and not re.fullmatch(DEVICE_NAME, wanted.name):
            what = sentence("`{name}` is no name for a device", name=wanted.name)
            self.refusals.append(Refusal(what, sentence(RULES[DEVICE_NAME])))
        if wanted.name and wanted.name in {one.name for one in self.city.devices()}:
            what = sentence("there is a device {device} already", device=wanted.name)
            self.refusals.append(Refusal(what, sentence("leave --name out")))
        profile = self._or_none(profile_of(self.city, self.school, letters, wanted.profile))
        is_switch = letters == SWITCH_CLASS
        role = "downlink" if is_switch else self._role(letters, room)
        socket = self._or_none(self._socket(room, role, is_switch=is_switch))
        if not name or (role and socket is None) or self.refusals or self.questions:
            return None
        vlan = self._vlan(role, room, socket, is_switch=is_switch)
        address = self._address(letters, room, vlan)
        entry: dict[str, Any] = {
            "profile": profile, "room": room, "address": address, "mac": wanted.mac, "serial": wanted.serial,
            "asset": wanted.asset,
        }  # fmt: skip
        entry = {key: value for key, value in entry.items() if value}
        port, queue = None, None
        if socket is not None:
            self.why["port"] = socket.why
            port = PortChange(socket.switch, socket.short, socket.name, self._port_entry(name, letters, role))
        if is_switch and socket is not None:
            links = self._or_none(switch_links(self.city, str(profile), socket.switch, wanted.own_port))
            entry |= {"ports": links} if links else {}
        if wanted.kind == "printer":
            queue = self._or_none(queue_of(self.city, self.school, name, room, wanted.queue))
            if not (queue and queue[0]) and wanted.queue != NO_NAME:
                self.notes.append(sentence("no print queue: the school has no print server of campusctl's"))
        self._explain_rest(name, room, profile)
        queued = queue if queue and queue[0] else None
        why, notes = dict(self.why), tuple(self.notes)
        return Proposal(wanted, name, entry, port, queued, role, 0 if is_switch else vlan, why, notes)

    def _role(self, letters: str, room: str) -> str:
        """The role of its port: a room that has a VLAN for `pc-room` has PCs in that role."""
        said = self.wanted.role
        if said:
            if said not in self.city.spec.roles:
                listed = sentence("roles are listed in inventory/city.yml")
                hint = did_you_mean(said, self.city.spec.roles) or listed
                self.refusals.append(Refusal(sentence("there is no role `{role}`", role=said), hint))
            return said
        role = self.city.spec.classes[letters].role or ""
        special = [own for own in self.school.rooms[room].room.vlans if role and own.startswith(f"{role}-")]
        return special[0] if len(special) == 1 else role

    def _socket(self, room: str, role: str, *, is_switch: bool) -> Socket | Refusal | Question | None:
        if not role:
            return None
        if self.wanted.port:
            return named_socket(self.city, self.school, self.wanted.port, role)
        if is_switch:
            return parent_socket(self.city, self.school, room)
        return free_socket(self.city, self.school, room)

    def _vlan(self, role: str, room: str, socket: Socket | None, *, is_switch: bool) -> int:
        """Where its address belongs."""
        if is_switch or socket is None:
            trial = Device(name="x", room=room, device_class="", file="")
            return settings_of(self.city, self.school, trial).management_vlan if is_switch else 0
        switch = self.school.switches[socket.switch]
        place = ("devices", switch.name, "ports", socket.short)
        item = Assigned(socket.name, place, Port(role=role, room=room))
        return resolver(self.city, self.school).port_settings(switch, item).vlan or 1

    def _address(self, letters: str, room: str, vlan: int) -> str:
        trial = Device(name="x", room=room, device_class=letters, file="")
        at_site = site_vlans(self.city, self.school, self.school.site_of(trial)).get(vlan)
        if at_site is None:
            return self.wanted.address
        if not self.wanted.address:
            found = self._or_none(next_address(self.school, at_site, letters, room))
            address, self.why["address"] = found or ("", "")
            return address
        try:
            inside = at_site.subnet is None or IPv4Address(self.wanted.address) in at_site.subnet
        except AddressValueError:
            what = sentence("{address} is no IPv4 address", address=self.wanted.address)
            self.refusals.append(Refusal(what, sentence("such as {example}", example="10.42.60.11")))
            return ""
        if not inside:
            what = sentence(
                "{address} is outside {subnet}, the subnet of vlan {vlan}",
                address=self.wanted.address, subnet=at_site.subnet, vlan=vlan,
            )  # fmt: skip
            self.refusals.append(Refusal(what, sentence("leave --address out, and the next free one is proposed")))
        elif at_site.subnet and IPv4Address(self.wanted.address) in (
            at_site.subnet.network_address, at_site.subnet.broadcast_address
        ):  # fmt: skip
            what = sentence("{address} is no device's address in {subnet}", address=self.wanted.address,
                            subnet=at_site.subnet)  # fmt: skip
            self.refusals.append(Refusal(what, sentence("choose another one")))
        elif self.wanted.address == at_site.gateway:
            what = sentence("{address} is the gateway of vlan {vlan}", address=self.wanted.address, vlan=vlan)
            self.refusals.append(Refusal(what, sentence("choose another one")))
        return self.wanted.address

    def _port_entry(self, name: str, letters: str, role: str) -> dict[str, Any]:
        if letters == SWITCH_CLASS:
            return {"downlink": name}
        of_class = self.city.spec.classes[letters].role
        return {"device": name} if role == of_class else {"device": name, "role": role}

    def _explain_rest(self, name: str, room: str, profile: str | None) -> None:
        of_profile = sentence("the most used for its class") if profile else sentence("none is needed")
        for key, words in (
            ("name", sentence("the scheme, next free number in {room}", room=room)),
            ("profile", of_profile),
            ("address", ""),
        ):
            said = bool(getattr(self.wanted, key))
            if said or words:
                self.why[key] = sentence("as you said") if said else words
        if not name.startswith(self.school.short):
            self.notes.append(sentence("the name does not begin with {short}", short=self.school.short))
