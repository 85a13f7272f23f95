"""How a new switch hangs on the others: the switch above it, and the ports at both ends."""

from collections import Counter

from campusctl.inventory.city import City, School
from campusctl.inventory.onboarding.sockets import Socket, first_free
from campusctl.inventory.onboarding.wanted import Entry, Question, Refusal
from campusctl.inventory.portmap import PortError, port_map
from campusctl.inventory.topology import topology
from campusctl.model.inventory import Device, Profile
from campusctl.model.sentence import sentence


def parent_socket(city: City, school: School, room: str) -> Socket | Question:
    """A free port of the switch that most switches of the building hang on, else of the core."""
    links = topology(city, school)
    building = school.rooms[room].building_id
    here = [
        name for name, device in school.switches.items()
        if device.room in school.rooms and school.rooms[device.room].building_id == building
    ]  # fmt: skip
    above = Counter(link.parent for name in here for link in links.uplinks.get(name, ()) if link.parent in here)
    ranked = [name for name, _ in above.most_common()] or here or list(links.order[:1])
    found = first_free(city, school, ranked[:1], links=True)
    if found is None:
        what = (
            sentence("{switch} has no unused port", switch=ranked[0])
            if ranked
            else sentence("{school} has no switch yet", school=school.id)
        )
        return Question("port", what, tuple(links.order))
    if above:
        return found._replace(why=sentence("the switches of building {building} hang on it", building=building))
    return found._replace(why=sentence("it is the next one towards the core"))


def switch_links(city: City, profile: str, parent: str, said: str) -> Entry | Refusal:
    """The ports of a new switch: one, that leads to the switch above it.

    Args:
        city: The city.
        profile: Its profile.
        parent: The switch above it.
        said: Its own port as typed; empty: the one that its like use, else the first of its last block.
    """
    model = city.profiles[profile]
    ports = port_map(model, Device(name="x", room="x", device_class="sw", file=""))
    wanted = said or _usual(city, profile) or _last_block(model)
    try:
        names = ports.expand(wanted)
    except PortError as error:
        return Refusal(sentence("{profile}: {trouble}", profile=profile, trouble=error.what), error.hint)
    if len(names) != 1:
        what = sentence("{ports} is more than one port", ports=wanted)
        return Refusal(what, sentence("name the one that leads to the core: --uplink PORT"))
    short = ports.ports[ports.index[names[0].lower()]].short
    return {short: {"uplink": parent}}


def _usual(city: City, profile: str) -> str:
    """The port by which most switches of this profile hang on another one; empty: none does by a single port."""
    used: Counter[str] = Counter()
    for school in city.schools.values():
        for name, device in school.switches.items():
            if device.profile == profile and device.members == 1:
                ports = port_map(city.profiles[profile], device)
                for link in topology(city, school).uplinks.get(name, ()):
                    if link.child_port.lower() in ports.index:
                        used[ports.ports[ports.index[link.child_port.lower()]].short] += 1
    return used.most_common(1)[0][0] if used else ""


def _last_block(profile: Profile) -> str:
    return list(profile.ports)[-1].partition("-")[0]
