"""Rules of what is plugged in where."""

from collections.abc import Iterator, Mapping

from campusctl.inventory.assignment import Assigned, assign
from campusctl.inventory.check import unknown_role, vlans_known
from campusctl.inventory.city import SWITCH_CLASS, City, School
from campusctl.inventory.issue import Issue
from campusctl.inventory.mend import MISSING
from campusctl.inventory.names_hint import did_you_mean
from campusctl.inventory.resolve import Resolver, named_vlans, resolver
from campusctl.inventory.sites import SiteVlan, site_vlans
from campusctl.inventory.topology import topology
from campusctl.model.inventory import Device, Port
from campusctl.model.sentence import sentence


def port_issues(city: City, school: School) -> Iterator[Issue]:
    """Unknown roles, VLANs, devices and rooms at the ports, and devices that are plugged in twice."""
    plugged: dict[str, str] = {}
    for name, assignment in topology(city, school).assignments.items():
        device = school.devices[name]
        entries = {id(end.entry): end for end in assignment.ends()}
        for end in entries.values():
            where = _where(end)
            yield from _entry_issues(city, school, device, end)
            if end.entry.device:
                other = plugged.setdefault(end.entry.device, where)
                if other != where:
                    what = sentence("{device} is plugged in at {other} too", device=end.entry.device, other=other)
                    yield Issue(
                        device.file,
                        (*end.place, "device"),
                        where,
                        what,
                        sentence("a device has one port; bundle two under `lags`"),
                    )


def mended_port_issues(city: City, school: School) -> Iterator[Issue]:
    """What is wrong at the ports of switches that are wrong elsewhere too; what hangs on the others is left out."""
    for device in school.mended:
        profile = city.profiles.get(device.profile or "")
        if profile and device.device_class == SWITCH_CLASS:
            lags = {number: lag for number, lag in device.lags.items() if lag.ports != MISSING}
            found = assign(profile, device.model_copy(update={"lags": lags}))
            yield from found.issues
            for end in {id(end.entry): end for end in found.ends()}.values():
                yield from _entry_issues(city, school, device, end)


def _where(end: Assigned) -> str:
    return f"{end.place[1]}: {'.'.join(map(str, end.place[2:]))}"


def _entry_issues(city: City, school: School, device: Device, end: Assigned) -> Iterator[Issue]:
    for key, what, hint in _entry_faults(school, end.entry):
        yield Issue(device.file, (*end.place, key), _where(end), what, hint)
    if end.entry.role and end.entry.role not in city.spec.roles:
        yield unknown_role(city, device.file, (*end.place, "role"), _where(end), end.entry.role)
    yield from vlans_known(city, device.file, end.place, _where(end), end.entry)


def _entry_faults(school: School, entry: Port) -> Iterator[tuple[str, str, str]]:
    if sum(peer is not None for peer in (entry.device, entry.uplink, entry.downlink)) > 1:
        yield "", sentence("a port leads to one thing"), sentence("`device`, `uplink` or `downlink`")
    if entry.to and not entry.uplink:
        yield "to", sentence("`to` belongs to an `uplink`"), sentence("it names the port at the switch above")
    if entry.room and school.sound and entry.room not in school.rooms:
        yield "room", sentence("unknown room {room}", room=entry.room), did_you_mean(entry.room, school.rooms)
    if not entry.device:
        return
    if entry.device not in school.devices and school.may_name(entry.device):
        return
    if entry.device not in school.devices:
        hint = did_you_mean(entry.device, school.devices) or sentence(
            "the devices of {school} are in its devices files", school=school.id
        )
        yield "device", sentence("unknown device {device}", device=entry.device), hint
    elif school.devices[entry.device].device_class == SWITCH_CLASS:
        yield (
            "device",
            sentence("{device} is a switch", device=entry.device),
            sentence("write `uplink:` or `downlink:`"),
        )


def confirmation_issues(city: City, school: School) -> Iterator[Issue]:
    """Ports that get a VLAN which wants to be confirmed, and do not confirm it; ports whose VLAN is unknown."""
    resolve = resolver(city, school)
    for name, assignment in topology(city, school).assignments.items():
        device = school.devices[name]
        vlans = site_vlans(city, school, school.site_of(device))
        entries = {id(end.entry): end for end in assignment.ends()}
        for end in entries.values():
            if not (end.entry.uplink or end.entry.downlink):
                yield from _confirm(device, end, resolve, vlans)


def _confirm(device: Device, end: Assigned, resolve: Resolver, vlans: Mapping[int, SiteVlan]) -> Iterator[Issue]:
    found = resolve.port_settings(device, end)
    where = f"{device.name}: {'.'.join(map(str, end.place[2:]))}"
    for vlan in sorted(named_vlans(found)):
        if vlan in vlans and vlans[vlan].confirm and not end.entry.confirmed:
            what = sentence("vlan {vlan} ({name}) wants to be confirmed at each port", vlan=vlan, name=vlans[vlan].name)
            yield Issue(
                device.file, end.place, where, what, sentence("add `confirmed: true` if this port shall really have it")
            )
