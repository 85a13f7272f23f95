"""What a switch sees at its ports, in the inventory's terms: which device, which other switch, or nothing."""

from campusctl.drivers.switch.health.ports import canonical_port
from campusctl.engine.cabling import same_switch
from campusctl.inventory.city import City, School
from campusctl.model.port_facts import Sighting
from campusctl.model.tables import Heard, Tables


def sightings(city: City, school: School, tables: Tables) -> dict[str, Sighting]:
    """What is at each port, as far as it is known.

    Args:
        city: With the school in it.
        school: Of the switch.
        tables: What the switch sees.
    """
    devices = {device.mac.lower(): name for name, device in school.devices.items() if device.mac}
    found = {}
    for port, now in tables.ports.items():
        link = next((seen for one in tables.heard_at(port) if (seen := _switch(city, school, one))), None)
        here = [devices[row.mac] for row in tables.learnt or () if row.port == port and row.mac in devices]
        ends = [name for name in here if name not in school.switches]
        if link:
            found[port] = link
        elif len(ends) == 1 and len(here) == 1:
            # Several known addresses behind one port: that is a link, and nobody's own port.
            found[port] = Sighting(device=ends[0], idle=now.up is False)
        else:
            found[port] = Sighting(idle=now.up is False)
    return found


def _switch(city: City, school: School, one: Heard) -> Sighting | None:
    """The switch of the inventory that a neighbour is, and its port."""
    name = next((name for name in school.switches if one.name and same_switch(one.name, name)), "")
    if not name:
        return None
    profile = city.profiles.get(school.devices[name].profile or "")
    dialect = profile.dialect if profile else ""
    far = [canonical_port(dialect, text) for text in (one.remote_description, one.remote_port)]
    return Sighting(switch=name, far_port=next((port for port in far if port), ""))
