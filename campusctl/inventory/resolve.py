"""What a device shall be: every layer heard, every role applied."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, Final, NamedTuple

from pydantic import ValidationError

from campusctl.errors import InventoryError, Problem, UnknownNameError
from campusctl.inventory.assignment import Assigned
from campusctl.inventory.city import City, School
from campusctl.inventory.layers import (
    Layer,
    exemption_layer,
    exemptions,
    merged,
    port_key,
    port_values,
    role_layers,
    room_place,
    settings_layers,
)
from campusctl.inventory.portmap import PortError, PortMap, port_map
from campusctl.inventory.sites import site_vlans
from campusctl.inventory.topology import Topology, topology
from campusctl.inventory.translate import issues_of
from campusctl.model.intent import (
    AclIntent,
    PortIntent,
    SnmpIntent,
    SnmpUserIntent,
    SwitchIntent,
    UserIntent,
    VlanIntent,
)
from campusctl.model.inventory import Device, Port, PortSettings, Settings
from campusctl.model.sentence import sentence

UNUSED: Final = "unused"
UPLINK: Final = "uplink"
DOWNLINK: Final = "downlink"
"""Roles the topology gives; `downlink` may be missing from city.yml, then it is set up like an uplink."""

_NOTHING: Final = Port()


class Resolved(NamedTuple):
    """A device's values, and every layer that had a say."""

    device: Device
    """The device."""
    school: School
    """Its school."""
    layers: tuple[Layer, ...]
    """In the order in which they were heard: the last one that names a value wins."""
    values: Mapping[str, Any]
    """The values that hold."""


def settings_of(city: City, school: School, device: Device) -> Settings:
    """The settings of a device, without those of PCs (see `campusctl.inventory.resolve_pc`).

    Raises:
        InventoryError: The layers together make no sense, such as an exception for half a user.
    """
    tree = merged(settings_layers(city, school, device))
    tree.pop("pc", None)
    try:
        return Settings.model_validate(tree)
    except ValidationError as error:
        found = issues_of(device.file, Settings, error, ("devices", device.name))
        problems = tuple(Problem(device.file, 0, issue.where, issue.what, issue.hint) for issue in found)
        raise InventoryError(problems) from error


class Resolver:
    """Resolves the switches of one school; keeps what they share."""

    def __init__(self, city: City, school: School) -> None:
        self._city = city
        self._school = school
        self._topology: Topology = topology(city, school)
        paths = (item.path.split(".")[0] for item in school.spec.exceptions)
        self._special = any(root in ("roles", "ports", "lags") for root in paths)
        self._settings: dict[tuple[object, ...], PortSettings] = {}

    @cached_property
    def _needs(self) -> Mapping[str, frozenset[int]]:
        """VLANs that each switch and the switches behind it need."""
        needs: dict[str, frozenset[int]] = {}
        for name in reversed(self._topology.order):
            device = self._school.devices[name]
            settings = settings_of(self._city, self._school, device)
            own = {settings.management_vlan, *settings.extra_vlans, *self._port_vlans(device)}
            for link in self._topology.downlinks.get(name, ()):
                own |= needs.get(link.child, frozenset())
            needs[name] = frozenset(own)
        return needs

    def _port_vlans(self, device: Device) -> set[int]:
        """VLANs that the ports of a switch name themselves; a link's `tagged: all` names none."""
        found: set[int] = set()
        assignment = self._topology.assignments[device.name]
        ends = tuple(assignment.ends())
        # The ports of a range say the same, unless an exception is about one of them.
        for item in ends if self._special else {id(item.entry): item for item in ends}.values():
            found |= named_vlans(self.port_settings(device, item))
        unlisted = [port.name for port in self.map_of(device).ports if port.name not in assignment.ports]
        for name in unlisted if self._special else unlisted[:1]:
            found |= named_vlans(self.port_settings(device, None, name))
        return found

    def map_of(self, device: Device) -> PortMap:
        """The ports of a switch."""
        return port_map(self._city.profiles[str(device.profile)], device)

    def role_of(self, entry: Port) -> str:
        """The role of a port."""
        if entry.role:
            return entry.role
        if entry.uplink:
            return UPLINK
        if entry.downlink:
            return DOWNLINK
        if entry.device and entry.device in self._school.devices:
            kind = self._city.spec.classes.get(self._school.devices[entry.device].device_class)
            return (kind.role if kind else None) or UNUSED
        return UNUSED

    def port_layers(self, device: Device, item: Assigned | None, name: str, role: str) -> Iterator[Layer]:
        """What is said about a port or LAG, below the prefix `ports/<name>` or `lags/<name>`."""
        lag = item is not None and item.place[2:3] == ("lags",)
        prefix = ("lags" if lag else "ports", name)
        known = UPLINK if role == DOWNLINK and role not in self._city.spec.roles else role
        if known in self._city.spec.roles:
            for layer in role_layers(self._city, self._school, device, known):
                yield layer._replace(prefix=prefix + layer.prefix[2:])
        entry = item.entry if item else _NOTHING
        room = self._room(device, entry)
        located = self._school.rooms.get(room)
        if located and role in located.room.vlans:
            place = (*room_place(self._school, room), "vlans", role)
            yield Layer(f"room {room}", self._school.file, place, (*prefix, "vlan"), located.room.vlans[role])
        if item and item.place:
            yield Layer(f"device {device.name}", device.file, item.place, prefix, port_values(entry))
        yield from self._port_exemptions(device, prefix)

    def _room(self, device: Device, entry: Port) -> str:
        """The room whose VLANs count: the socket's, the plugged device's, else the switch's own."""
        if entry.room:
            return entry.room
        plugged = self._school.devices.get(entry.device or "")
        return plugged.room if plugged else device.room

    def _port_exemptions(self, device: Device, prefix: tuple[str, str]) -> Iterator[Layer]:
        kind, name = prefix
        for number, exemption in exemptions(self._school, device):
            path = tuple(exemption.path.split("."))
            if path[0] == kind and len(path) > 1 and self._canonical(device, *path[:2]) == name:
                yield exemption_layer(self._school, number, exemption, prefix + path[2:])

    def _canonical(self, device: Device, kind: str, name: str) -> str:
        """The canonical name of a port or LAG as a path may call it, or an empty text."""
        if kind == "lags":
            return self._city.profiles[str(device.profile)].lag.replace("{n}", name)
        try:
            return self.map_of(device).expand(name)[0]
        except PortError:
            return ""

    def port_settings(self, device: Device, item: Assigned | None, name: str = "") -> PortSettings:
        """The settings of a port or LAG; None: an unused one."""
        entry = item.entry if item else _NOTHING
        role = self.role_of(entry)
        name = name or (item.name if item else "")
        # Most ports of a school say the same, so what a role makes of it is worked out once.
        key: tuple[object, ...] = (
            role,
            self._room_vlan(device, entry, role),
            item is not None and port_key(entry),
            self._special,
        )
        if self._special:
            key = (*key, device.name, name)
        if key not in self._settings:
            tree = merged(self.port_layers(device, item, name, role))
            values: Mapping[str, Any] = next((ports[name] for ports in tree.values()), {})
            self._settings[key] = PortSettings.model_validate(values)
        return self._settings[key]

    def _room_vlan(self, device: Device, entry: Port, role: str) -> int | None:
        located = self._school.rooms.get(self._room(device, entry))
        return located.room.vlans.get(role) if located else None

    def vlan_by_device(self) -> Mapping[str, int]:
        """The untagged VLAN of every device whose port is known."""
        found = {}
        for name, assignment in self._topology.assignments.items():
            for end in assignment.ends():
                if end.entry.device:
                    found[end.entry.device] = self.port_settings(self._school.devices[name], end).vlan or 1
        return found

    def switch(self, device: Device) -> SwitchIntent:
        """A switch as a template needs it."""
        city, school = self._city, self._school
        profile = city.profiles[str(device.profile)]
        settings = settings_of(city, school, device)
        vlans = site_vlans(city, school, school.site_of(device))
        ports, lags = self._ports(device)
        needs = self._needs[device.name]
        management = vlans[settings.management_vlan]
        links = self._topology.uplinks.get(device.name, ())
        return SwitchIntent(
            name=device.name,
            school=school.id,
            dialect=profile.dialect,
            model=profile.model,
            location=school.location_of(device),
            management_vlan=settings.management_vlan,
            address=f"{device.address}/{management.subnet.prefixlen if management.subnet else 32}",
            gateway=settings.gateway or management.gateway,
            uplinks=tuple(link.child_port for link in links),
            vlans=tuple(VlanIntent(id=vlan, name=vlans[vlan].name) for vlan in sorted(needs - {1})),
            ports=ports,
            lags=lags,
            snmp=_snmp(settings, school.location_of(device)),
            users=tuple(
                UserIntent(name=name, secret=user.secret, admin=user.admin) for name, user in settings.users.items()
            ),
            login_user=settings.login.user,
            stp_mode=settings.stp.mode,
            stp_priority=settings.stp.priority,
            ntp=settings.ntp.servers,
            dns=settings.dns.servers,
            syslog=settings.syslog.servers,
            acls=tuple(AclIntent(name=name, entries=entries) for name, entries in settings.acls.items()),
            **{name: getattr(settings, name) for name in _SAME_NAMED},
        )

    def _ports(self, device: Device) -> tuple[tuple[PortIntent, ...], tuple[PortIntent, ...]]:
        assignment = self._topology.assignments[device.name]
        peers = self._peers(device)
        ports = []
        for port in self.map_of(device).ports:
            item = assignment.ports.get(port.name)
            if item and item.lag:
                ports.append(self._member(device, item, assignment.lags[item.lag]))
            else:
                link = peers.get(port.name)
                if link and (item is None or self.role_of(item.entry) not in (UPLINK, DOWNLINK)):
                    # The other end named this port, so it is a link even if a range of sockets holds it.
                    item = Assigned(port.name, (), Port(downlink=link[0]))
                ports.append(self._intent(device, port.name, item, link, poe=port.poe))
        lags = tuple(
            self._intent(device, name, item, peers.get(name), poe=False) for name, item in assignment.lags.items()
        )
        return tuple(ports), lags

    def _peers(self, device: Device) -> Mapping[str, tuple[str, str]]:
        """The switch at the other end of each link port, and the switch whose VLANs the link carries."""
        down = {link.parent_port: (link.child, link.child) for link in self._topology.downlinks.get(device.name, ())}
        up = {link.child_port: (link.parent, device.name) for link in self._topology.uplinks.get(device.name, ())}
        return {**down, **up}

    def _member(self, device: Device, item: Assigned, lag: Assigned) -> PortIntent:
        """A port of a LAG; its VLANs are the LAG's."""
        peer = item.entry.uplink or item.entry.downlink or item.entry.device or ""
        found = self.port_settings(device, lag)
        return PortIntent(
            name=item.name,
            role=self.role_of(item.entry),
            description=_described(item.entry, peer),
            shutdown=found.shutdown,
            lag=item.lag,
            peer=peer,
        )

    def _intent(
        self,
        device: Device,
        name: str,
        item: Assigned | None,
        link: tuple[str, str] | None,
        *,
        poe: bool,
    ) -> PortIntent:
        entry = item.entry if item else _NOTHING
        peer = link[0] if link else entry.device or ""
        role = self.role_of(entry)
        found = self.port_settings(device, item, name)
        vlan = found.vlan or 1
        carried = self._needs[link[1] if link else device.name]
        named = tuple(sorted(carried)) if found.tagged == "all" else found.tagged
        tagged = tuple(number for number in named if number != vlan)
        return PortIntent(
            name=name,
            role=role,
            description=_described(entry, peer) if found.description is None else found.description,
            mode="trunk" if tagged else "access",
            vlan=vlan,
            tagged=tagged,
            voice_vlan=found.voice_vlan,
            poe=found.poe if poe else None,
            stp_edge=found.edge,
            bpduguard=found.bpduguard,
            shutdown=found.shutdown,
            peer=peer,
            extra=found.extra,
        )


_SAME_NAMED: Final = ("domain", "timezone", "lldp", "lag_protocol", "banner", "management_acl", "extra")


def _described(entry: Port, peer: str) -> str:
    if entry.description is not None:
        return entry.description
    return f"uplink {peer}" if entry.uplink and peer else peer


def named_vlans(port: PortSettings) -> set[int]:
    """The VLANs a port names: untagged, tagged and voice."""
    named = set() if port.tagged == "all" else set(port.tagged)
    return {vlan for vlan in (port.vlan, port.voice_vlan, *named) if vlan}


def _snmp(settings: Settings, location: str) -> SnmpIntent:
    snmp = settings.snmp
    return SnmpIntent(
        communities=tuple((item.secret, item.access) for item in snmp.communities),
        users=tuple(SnmpUserIntent(name=name, auth=user.auth, priv=user.priv) for name, user in snmp.users.items()),
        contact=snmp.contact,
        location=snmp.location or location,
        hosts=snmp.hosts,
    )


def resolver(city: City, school: School) -> Resolver:
    """The resolver of a school; made once for a City."""
    key = ("resolver", school.id)
    known = city.memo.get(key)
    if not isinstance(known, Resolver):
        known = city.memo[key] = Resolver(city, school)
    return known


def switch_intent(city: City, school_id: str, device_name: str) -> SwitchIntent:
    """A switch as a template needs it.

    Raises:
        UnknownNameError: There is no such school or device, or the device is no switch.
        InventoryError: Its layers together make no sense.
    """
    school = city.school(school_id)
    device = city.find_device(device_name)
    if device_name not in school.switches:
        raise UnknownNameError(
            sentence("{device} is no switch of {school}", device=device_name, school=school.id),
            sentence("switches have the class sw in their names"),
        )
    return resolver(city, school).switch(device)
