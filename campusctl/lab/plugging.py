"""Devices that are plugged into a running lab, and that the inventory does not know yet: as they come out of their box.

Such a device has no address until the inventory names its MAC address: then it gets the one that stands there, as from
a reservation in DHCP, and the name. Somebody has entered at the device itself, too, what no network can: its PIN.
"""

import asyncio
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Final

from campusctl.errors import CampusError
from campusctl.inventory.city import City
from campusctl.inventory.load import load_city
from campusctl.lab.appliances.base import Appliance
from campusctl.lab.appliances.city import lab_appliances
from campusctl.lab.appliances.kinds import KINDS
from campusctl.lab.appliances.spec import LabAppliance
from campusctl.lab.campus import Campus
from campusctl.lab.doors import Doors
from campusctl.lab.messages import NewDevice
from campusctl.lab.outside import vlan_of
from campusctl.lab.plugs import Plug, Speech, plain_mac
from campusctl.lab.secrets import LabSource
from campusctl.lab.spec import LabEnd
from campusctl.lab.state import LabState, lab_address
from campusctl.model.inventory import Device

SPEECHES: Final = {
    "phone": Speech("IP telephone", ("bridge", "telephone")),
    "ap": Speech("Access point", ("bridge", "wlan-ap")),
    "switch": Speech("Unmanaged switch with LLDP", ("bridge",)),
    "pc": Speech("PC", ("station",)),
}
"""What a device may say of itself by LLDP."""


class Plugging:
    """Plugs in new devices, and gives them addresses."""

    def __init__(  # noqa: PLR0913, PLR0917 - what a lab consists of
        self,
        root: Path,
        campus: Campus,
        schools: Callable[[str], str],
        appliances: dict[str, Appliance],
        doors: Doors,
        state: LabState,
        write: Callable[[LabState], None],
    ) -> None:
        """Prepare.

        Args:
            root: The workspace, whose inventory gives addresses.
            campus: Where they are plugged in.
            schools: School of a switch.
            appliances: The lab's; grows.
            doors: What follows the network.
            state: How the lab describes itself.
            write: Writes it down anew.
        """
        self._root, self._campus, self._school_of = root, campus, schools
        self._appliances, self._doors = appliances, doors
        self._state, self._write = state, write
        self._first = frozenset(plug.end.name for plug in campus.plugs)
        self._new: dict[str, Plug] = {}
        """Those that were plugged in meanwhile, and those whose place one of them has taken."""
        campus.lease = self.lease
        self.starting: set[asyncio.Task[None]] = set()
        """Devices that are about to answer."""

    def plug(self, wanted: NewDevice) -> None:
        """Plug a device in.

        Raises:
            CampusError: It is there already, or its kind, port or address is none; nothing was done.
        """
        self._refuse(wanted)
        city, device = None, None
        if wanted.address:
            city = load_city(self._root, [self._school_of(wanted.switch)])
            room = city.find_device(wanted.switch).room
            device = Device(name=wanted.name, room=room, address=wanted.address, device_class="", file="")
        end = LabEnd(wanted.name, wanted.port, wanted.mac, 0, "", wanted.powered)
        plug = self._campus.plugs.add(end, wanted.switch, SPEECHES.get(wanted.says))
        self._new[wanted.name] = plug
        if wanted.kind:
            self._build(wanted, plug)
        if city and device:
            self._give(plug, wanted.name, city, device)
        self._campus.changed(wanted.switch)
        self._tell()

    def lease(self) -> None:
        """Give an address to every new device whose MAC address the inventory names now."""
        waiting = {plug.mac: plug for plug in self._new.values() if not plug.end.address}
        if not waiting:
            return
        city = load_city(self._root, sorted({self._school_of(plug.home) for plug in waiting.values()}))
        found = {device.mac: device for device in city.devices() if device.address and device.mac in waiting}
        for mac, device in found.items():
            plug = waiting[str(mac)]
            before = self._campus.plugs.get(device.name)
            leaving = self._step_back(before) if before and before is not plug else None
            self._give(plug, device.name, city, device, leaving)
            self._campus.changed(plug.home)
        if found:
            self._tell()

    def _refuse(self, wanted: NewDevice) -> None:
        if wanted.kind and wanted.kind not in KINDS:
            raise CampusError(f"the lab plays no device of the kind {wanted.kind!r}", f"it plays {', '.join(KINDS)}")
        if wanted.says and wanted.says not in SPEECHES:
            raise CampusError(f"nothing is known of what a {wanted.says!r} says", f"there are {', '.join(SPEECHES)}")
        known = wanted.name in self._campus.plugs or wanted.name in self._state.devices
        if known and (wanted.name in self._first or wanted.name not in self._new):
            hint = f"to move it: campusctl lab fault {wanted.name}:port=SWITCH:PORT"
            raise CampusError(f"the lab has a device {wanted.name} already", hint)
        mac = plain_mac(wanted.mac)
        other = next((plug.end.name for plug in self._campus.plugs if plug.mac == mac), wanted.name)
        if other != wanted.name:
            raise CampusError(f"{other} has the MAC address {mac} already", "no two devices have the same one")
        if wanted.address and self._state.has(wanted.address):
            raise CampusError(f"something in the lab has the address {wanted.address} already")
        if wanted.address:
            lab_address(wanted.address)

    def _build(self, wanted: NewDevice, plug: Plug) -> None:
        spec = LabAppliance(
            name=wanted.name,
            school=self._school_of(wanted.switch),
            kind=wanted.kind,
            address=wanted.address,
            mac=plug.mac,
            serial=wanted.serial or f"LAB{wanted.name.upper().replace('-', '')}",
            faults=("factory",),
        )
        appliance = KINDS[wanted.kind](spec, lambda: self._campus.online(plug.end.name))
        self._appliances[wanted.name] = appliance

    def _step_back(self, plug: Plug) -> Appliance | None:
        """Take address and name from a device whose MAC address the inventory does not name any more.

        It is where it was, and gets both back when the inventory names it again.
        """
        name = plug.end.name
        out = next(free for number in count(1) if (free := f"{name}-replaced{number}") not in self._campus.plugs)
        self._campus.plugs.rename(plug, plug.end._replace(name=out, address="", vlan=0))
        self._new[out] = self._new.pop(name, plug)
        self._campus.changed(plug.home)
        appliance = self._appliances.pop(name, None)
        if appliance:
            appliance.spec = appliance.spec.model_copy(update={"name": out, "address": ""})
            self._appliances[out] = appliance
        return appliance

    def _give(self, plug: Plug, name: str, city: City, device: Device, leaving: Appliance | None = None) -> None:
        """Let a device have an address, and the inventory's name; from whoever is leaving them."""
        school = city.school(self._school_of(plug.home))
        address, vlan = str(device.address), vlan_of(city, school, device)
        old = plug.end.name
        self._campus.plugs.rename(plug, plug.end._replace(name=name, address=address if vlan else "", vlan=vlan or 0))
        self._new[name] = self._new.pop(old)
        appliance = self._appliances.pop(old, None)
        if appliance:
            said = self._said(city, device.name, appliance.spec)
            appliance.spec = said.model_copy(update={"name": name, "address": address})
            if "factory" in appliance.fault:
                appliance.set_up(factory=True)
            self._appliances[name] = appliance
            self._doors.add(school.id, appliance.changed)
        if appliance or leaving:
            task = asyncio.get_running_loop().create_task(self._follow(leaving, appliance))
            self.starting.add(task)
            task.add_done_callback(self.starting.discard)

    async def _follow(self, leaving: Appliance | None, coming: Appliance | None) -> None:
        """One after the other: both listen at the same address."""
        if leaving:
            await leaving.stop()
        if coming:
            await coming.start(self._state.port)

    def _said(self, city: City, name: str, spec: LabAppliance) -> LabAppliance:
        """What the inventory says of how to talk to a new device, as far as the same simulator plays it."""
        try:
            known = {one.name: one for one in lab_appliances(city, {}, LabSource(self._root))}
        except CampusError:
            return spec
        found = known.get(name)
        if found is None or found.kind != spec.kind:
            return spec
        kept = {"serial": spec.serial, "mac": spec.mac, "faults": spec.faults}
        return found.model_copy(update=kept)

    def _tell(self) -> None:
        new = {name: self._appliances[name].spec.address for name in self._new if name in self._appliances}
        known = {name: at for name, at in self._state.appliances.items() if name not in new}
        self._state = self._state.model_copy(
            update={
                "appliances": {**known, **{name: address for name, address in new.items() if address}},
                "waiting": {name: plug.mac for name, plug in self._new.items() if not plug.end.address},
            }
        )
        self._write(self._state)
