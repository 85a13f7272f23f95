"""`campusctl show`: a school or a device as the inventory knows it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

import click

from campusctl.cli.columns import show_columns, show_facts
from campusctl.cli.options import current, find_workspace

if TYPE_CHECKING:
    from campusctl.inventory.city import City, School
    from campusctl.model.intent import PortIntent, SwitchIntent
    from campusctl.model.inventory import Device, PostalAddress


@click.command()
@click.argument("name", metavar="SCHOOL|DEVICE")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def command(name: str, as_json: bool) -> None:
    """Show a SCHOOL (its switches, rooms, contacts) or a DEVICE (its facts, and a switch's ports).

    Examples: campusctl show schule-042, campusctl show s042-r101-dt01 --json
    """
    from campusctl.cli.views import print_json  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.inventory.load import load_for  # noqa: PLC0415 - likewise

    city = load_for(find_workspace(current()), name)
    school = next((school for school in city.schools.values() if name in (school.id, school.short)), None)
    if school:
        print_json(school_json(city, school)) if as_json else _show_school(city, school)
        return
    device = city.find_device(name)
    print_json(device_json(city, device)) if as_json else _show_device(city, device)


# Filled up with defaults they would say what holds nowhere; a switch's own values show what does.
_SETTINGS: Final[dict[str, Any]] = {"settings": True, "buildings": {"__all__": {"rooms": {"__all__": {"settings"}}}}}


def school_json(city: "City", school: "School") -> dict[str, Any]:
    """A school as JSON: what school.yml says, and its devices."""
    spec = school.spec.model_dump(mode="json", exclude_none=True, exclude=_SETTINGS)
    devices = {name: device_json(city, device) for name, device in school.devices.items()}
    return {"id": school.id, **spec, "devices": devices}


def device_json(city: "City", device: "Device") -> dict[str, Any]:
    """A device as JSON; a switch with everything a template is given."""
    school = city.school_of(device.name)
    facts = device.model_dump(mode="json", exclude_none=True, exclude={"settings", "ports", "lags", "file"})
    facts["class"] = facts.pop("device_class")
    facts |= {"school": school.id, "location": school.location_of(device)}
    plug = _plug(city, school, device)
    if plug:
        facts["port"] = {"switch": plug[0], "name": plug[1].name, "vlan": plug[1].vlan, "role": plug[1].role}
    if device.name in school.switches:
        facts["switch"] = _intent(city, school, device).model_dump(mode="json")
    return facts


def _intent(city: "City", school: "School", device: "Device") -> "SwitchIntent":
    from campusctl.inventory.resolve import switch_intent  # noqa: PLC0415 - likewise

    return switch_intent(city, school.id, device.name)


def _plug(city: "City", school: "School", device: "Device") -> "tuple[str, PortIntent] | None":
    """The switch and the port a device is plugged into, if the inventory says."""
    from campusctl.inventory.topology import topology  # noqa: PLC0415 - likewise

    for switch, assignment in topology(city, school).assignments.items():
        if any(end.entry.device == device.name for end in assignment.ends()):
            intent = _intent(city, school, school.devices[switch])
            port = next(port for port in (*intent.lags, *intent.ports) if port.peer == device.name)
            return switch, port
    return None


def _show_school(city: "City", school: "School") -> None:
    from campusctl.inventory.topology import topology  # noqa: PLC0415 - likewise

    spec = school.spec
    kind = city.spec.school_types.get(spec.type)
    click.secho(f"{school.id}  {spec.name}", bold=True)
    facts = [("type", kind.title if kind else spec.type), ("address", _postal(spec.address))]
    facts += [(key, _contact(item.title, item.mail, item.phone)) for key, item in spec.contacts.items()]
    if spec.lessons:
        facts.append(("lessons", f"{spec.lessons[0][:5]}-{spec.lessons[-1][-5:]}, {len(spec.lessons)} a day"))
    show_facts(facts)
    click.echo()
    links = topology(city, school)
    show_columns(
        ("switch", "profile", "address", "room", "uplink"),
        (
            (
                device.name,
                device.profile or "",
                device.address or "",
                device.room,
                _above(links.uplinks.get(device.name, ())),
            )
            for device in (school.devices[name] for name in links.order)
        ),
    )
    click.echo()
    counts = Counter(device.device_class for device in school.devices.values())
    show_columns(
        ("class", "devices", ""),
        ((letters, str(count), city.spec.classes[letters].title) for letters, count in sorted(counts.items())),
    )
    for item in spec.exceptions:
        click.secho(
            f"\n  exception until {item.until}: {item.device or school.id} {item.path} = {item.value}", fg="yellow"
        )
        click.echo(f"    {item.reason} ({item.owner})")


def _above(links: Sequence[Any]) -> str:
    return ", ".join(dict.fromkeys(link.parent for link in links)) or "-"


def _postal(address: "PostalAddress") -> str:
    return f"{address.street}, {address.postcode} {address.town}"


def _contact(title: str, mail: str | None, phone: str | None) -> str:
    return ", ".join(part for part in (title, mail, phone) if part)


def _show_device(city: "City", device: "Device") -> None:
    from campusctl.inventory.resolve import resolver  # noqa: PLC0415 - likewise

    school = city.school_of(device.name)
    kind = city.spec.classes.get(device.device_class)
    profile = city.profiles.get(device.profile or "")
    plug = _plug(city, school, device)
    click.secho(f"{device.name}  {profile.title if profile else kind.title if kind else ''}".rstrip(), bold=True)
    show_facts(
        [
            ("location", school.location_of(device)),
            ("address", device.address or ""),
            ("mac", device.mac or ""),
            ("serial", device.serial or ""),
            ("asset", device.asset or ""),
            ("port", f"{plug[0]} {plug[1].name}, {plug[1].role}, vlan {_vlans(plug[1])}" if plug else ""),
            ("notes", device.notes),
            ("file", device.file),
        ]
    )
    if device.name in school.switches:
        ports = resolver(city, school).map_of(device).ports
        _show_switch(_intent(city, school, device), {port.name: port.short for port in ports})


def _show_switch(intent: "SwitchIntent", shorts: dict[str, str]) -> None:
    click.echo()
    show_facts(
        [
            ("dialect", intent.dialect),
            ("model", intent.model),
            ("management", f"vlan {intent.management_vlan}, {intent.address}, gateway {intent.gateway}"),
            ("uplinks", ", ".join(intent.uplinks) or "none: the core"),
            ("vlans", ", ".join(str(vlan.id) for vlan in intent.vlans)),
            ("ntp", ", ".join(intent.ntp)),
            ("dns", ", ".join(intent.dns)),
            ("syslog", ", ".join(intent.syslog)),
        ]
    )
    click.echo()
    ports = [*_grouped(intent.lags, {}), *_grouped(intent.ports, shorts)]
    show_columns(("port", "role", "vlan", "poe", "description"), ports)


def _grouped(ports: "Sequence[PortIntent]", shorts: dict[str, str]) -> "Iterator[tuple[str, ...]]":
    """Neighbours that are the same become one line, under the numbers the inventory uses."""
    for cells, group in groupby(ports, key=_cells):
        names = [shorts.get(port.name, port.name) for port in group]
        yield (names[0] if len(names) == 1 else f"{names[0]}-{names[-1]}", *cells)


def _cells(port: "PortIntent") -> tuple[str, ...]:
    poe = {True: "on", False: "off", None: ""}[port.poe]
    vlan = f"in {port.lag}" if port.lag else "shut" if port.shutdown else _vlans(port)
    return port.role, vlan, poe, port.description


def _vlans(port: "PortIntent") -> str:
    if port.mode == "access":
        return str(port.vlan)
    return f"{port.vlan}+{_ranges(port.tagged)}"


def _ranges(numbers: Sequence[int]) -> str:
    """`3, 40, 101-103`."""
    found: list[list[int]] = []
    for number in numbers:
        if found and found[-1][-1] == number - 1:
            found[-1][1:] = [number]
        else:
            found.append([number])
    return ",".join("-".join(map(str, run)) for run in found)
