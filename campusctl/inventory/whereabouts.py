"""Where the inventory has the devices of a school."""

from collections.abc import Collection

from campusctl.inventory.city import SWITCH_CLASS, City, School
from campusctl.inventory.resolve import DOWNLINK, UNUSED, UPLINK, resolver, switch_intent
from campusctl.model.intent import PortIntent, SwitchIntent
from campusctl.model.whereabouts import Expected, Side
from campusctl.model.whereabouts import School as Whereabouts

_LINKS = (UPLINK, DOWNLINK)


def whereabouts(city: City, school: School, switches: Collection[str]) -> Whereabouts:
    """What the inventory says of a school's devices and of some of its switches.

    Args:
        city: With the school loaded.
        school: The school.
        switches: The switches that are asked.

    Raises:
        InventoryError: The layers of one make no sense.
    """
    intents = {name: switch_intent(city, school.id, name) for name in school.switches}
    plugged: dict[str, tuple[str, PortIntent]] = {}
    for name, intent in intents.items():
        plugged |= {port.peer: (name, port) for port in (*intent.ports, *intent.lags) if port.peer}
    ends = [device for device in school.devices.values() if device.device_class != SWITCH_CLASS]
    known = tuple(_expected(device.name, device.mac.lower(), plugged.get(device.name)) for device in ends if device.mac)
    return Whereabouts(
        devices=known,
        sides={name: _side(city, school, intents[name]) for name in intents if name in switches},
        names=frozenset(school.devices),
        switches=frozenset(school.switches),
        macs=frozenset(device.mac.lower() for device in school.switches.values() if device.mac),
        unknown_macs=len(ends) - len(known),
    )


def _expected(name: str, mac: str, place: tuple[str, PortIntent] | None) -> Expected:
    if place is None:
        return Expected(name, mac)
    switch, port = place
    return Expected(name, mac, switch, port.lag or port.name, port.poe is True)


def _side(city: City, school: School, intent: SwitchIntent) -> Side:
    device = school.devices[intent.name]
    ports = (*intent.ports, *intent.lags)
    ends = {port.name for port in ports if port.peer and port.peer not in school.switches}
    links = frozenset(port.name for port in ports if port.name not in ends and _is_link(city, port))
    return Side(
        name=intent.name,
        mac=(device.mac or "").lower(),
        links=links,
        unused=tuple(port.name for port in intent.ports if port.role == UNUSED and not port.lag),
        tagged={port.name: frozenset(port.tagged) for port in ports if port.name not in links and port.tagged},
        shorts={port.name: port.short for port in resolver(city, school).map_of(device).ports},
    )


def _is_link(city: City, port: PortIntent) -> bool:
    """A link between switches, a member of a LAG, or a port whose role carries every VLAN: the router's."""
    role = city.spec.roles.get(port.role)
    return bool(port.lag) or port.role in _LINKS or (role is not None and role.tagged == "all")
