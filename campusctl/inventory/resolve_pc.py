"""What a PC shall be: every layer heard, the mode it is in heard last, entries that were taken back left out."""

from collections.abc import Iterator, Mapping
from datetime import date
from operator import itemgetter
from typing import Any, Final, NamedTuple

from pydantic import ValidationError

from campusctl.errors import InventoryError, Problem, UnknownNameError
from campusctl.inventory.city import City, School
from campusctl.inventory.layers import Layer, exemptions, merged, settings_layers
from campusctl.inventory.print_paths import print_path
from campusctl.inventory.public_holidays import public_holidays
from campusctl.inventory.translate import issues_of
from campusctl.model.calendar import Days
from campusctl.model.inventory import Device, Settings
from campusctl.model.pc_intent import PcIntent, Queue, SchoolFacts
from campusctl.model.sentence import sentence

DRIVER: Final = "pc"
"""The driver, in city.yml's classes, of the devices this module is about."""

DIALECTS: Final = ("linux", "windows")
"""What a PC's profile may say as `dialect`."""

_MAX_YEARS: Final = 10
"""Public holidays are worked out for so many years at most."""


class Heard(NamedTuple):
    """The settings of one PC, or of several that hear the same layers."""

    layers: tuple[Layer, ...]
    """In the order in which they were heard, the mode's last."""
    settings: Settings
    """The values that hold, without entries that were taken back."""


def pc_dialect(city: City, device: Device) -> str:
    """`linux` or `windows` of a PC that is managed, else an empty text: another class, or a profile without dialect."""
    kind = city.spec.classes.get(device.device_class)
    profile = city.profiles.get(device.profile or "")
    if kind is None or kind.driver != DRIVER or profile is None or profile.dialect not in DIALECTS:
        return ""
    return profile.dialect


def managed_pcs(city: City, school: School) -> Iterator[Device]:
    """The PCs of a school that can be reached and have a dialect, rooms together, in the order of the files."""
    found = [device for device in school.devices.values() if device.address and pc_dialect(city, device)]
    rooms = {room: at for at, room in enumerate(dict.fromkeys(device.room for device in found))}
    yield from sorted(found, key=lambda device: rooms[device.room])


def pc_settings(city: City, school: School, device: Device) -> Settings:
    """The settings of a PC.

    Raises:
        InventoryError: The layers together make no sense.
    """
    return heard(city, school, device).settings


def heard(city: City, school: School, device: Device) -> Heard:
    """The settings of a PC and the layers they come from; one value for all PCs that hear the same.

    Raises:
        InventoryError: The layers together make no sense.
    """
    located = school.rooms.get(device.room)
    room = device.room if located and located.room.settings.model_fields_set else ""
    own = bool(device.settings.model_fields_set) or any(item.device for _, item in exemptions(school, device))
    near = ("pc", school.id, device.profile, room, device.name if own else "")
    known = city.memo.get(near)
    if not isinstance(known, Heard):
        layers = tuple(settings_layers(city, school, device))
        far = ("pc heard", *((layer.file, layer.source) for layer in layers))
        known = city.memo.get(far)
        if not isinstance(known, Heard):
            known = city.memo[far] = _heard(layers, device)
        city.memo[near] = known
    return known


def _heard(layers: tuple[Layer, ...], device: Device) -> Heard:
    tree = merged(layers)
    spoken = tree.get("pc", {})
    overlay = spoken.get("modes", {}).get(spoken.get("mode", "normal"))
    if overlay:
        layers += mode_layers(layers, spoken["mode"])
        tree = merged(layers)
    try:
        return Heard(layers, Settings.model_validate({**tree, "pc": _kept(tree.get("pc", {}))}))
    except ValidationError as error:
        found = issues_of(device.file, Settings, error, ("devices", device.name))
        problems = tuple(Problem(device.file, 0, issue.where, issue.what, issue.hint) for issue in found)
        raise InventoryError(problems) from error


def mode_layers(layers: tuple[Layer, ...], mode: str) -> tuple[Layer, ...]:
    """What the layers say for one mode, heard again after all of them."""
    found = []
    for layer in layers:
        values = _below(layer, ("pc", "modes", mode))
        if isinstance(values, dict):
            depth = ("pc", "modes", mode)[len(layer.prefix) :]
            label = f"{layer.label}, mode {mode}"
            found.append(layer._replace(label=label, source=(*layer.source, *depth), prefix=("pc",), values=values))
    return tuple(found)


def _below(layer: Layer, keys: tuple[str, ...]) -> object:
    if keys[: len(layer.prefix)] != layer.prefix:
        return None
    values = layer.values
    for key in keys[len(layer.prefix) :]:
        values = values.get(key) if isinstance(values, dict) else None
    return values


def _kept(values: Mapping[str, Any]) -> dict[str, Any]:
    """A tree without what is null: entries that were taken back, and fields nobody says."""
    return {
        key: _kept(value) if isinstance(value, dict) else value for key, value in values.items() if value is not None
    }


def pc_intent(city: City, school: School, device: Device) -> PcIntent:
    """A PC as the document's parts need it.

    Raises:
        UnknownNameError: It is no PC that is managed.
        InventoryError: Its layers together make no sense.
    """
    dialect = pc_dialect(city, device)
    if not dialect or not device.address:
        hint = sentence(
            "it needs an address, and a profile with a `dialect`; its class a `driver` in inventory/city.yml"
        )
        raise UnknownNameError(sentence("nothing brings {name} to a standard", name=device.name), hint)
    located = school.rooms[device.room]
    settings = pc_settings(city, school, device)
    return PcIntent(
        name=device.name,
        school=school_facts(city, school),
        profile=str(device.profile),
        model=city.profiles[str(device.profile)].title,
        dialect=dialect,
        device_class=device.device_class,
        location=school.location_of(device),
        building=located.building_id,
        floor=located.room.floor,
        room=device.room,
        room_title=located.room.title,
        address=device.address,
        mac=device.mac or "",
        asset=device.asset or "",
        settings=settings,
        queues=_queues(city, school, settings),
    )


def _queues(city: City, school: School, settings: Settings) -> dict[str, Queue]:
    """The printers behind queues that name one."""
    found = {}
    for name, queue in settings.pc.printing.queues.items():
        printer = school.devices.get((queue and queue.device) or "")
        if queue and printer and printer.address:
            found[name] = print_path(city, school, name, printer, queue.model)
    return found


def school_facts(city: City, school: School) -> SchoolFacts:
    """A school as its PCs know it; made once for a City."""
    key = ("school facts", school.id)
    known = city.memo.get(key)
    if not isinstance(known, SchoolFacts):
        spec = school.spec
        known = city.memo[key] = SchoolFacts(
            id=school.id,
            short=school.short,
            name=spec.name,
            type=spec.type,
            city=city.spec.name,
            closed=tuple(_closed(city, school)),
        )
    return known


def _closed(city: City, school: School) -> list[str]:
    """Days without lessons, from the files alone: the same whenever one asks. A day inside another span is left out."""
    calendar = city.spec.calendar
    spans = sorted({_span(entry) for entry in (*calendar.school_holidays, *school.spec.days_off)})
    years = [int(end[:4]) for span in spans for end in span]
    for year in range(min(years), min(max(years), min(years) + _MAX_YEARS) + 1) if years else ():
        spans += [(day.isoformat(),) * 2 for day in public_holidays(calendar.country, calendar.subdivision, year)]
    kept: list[tuple[str, str]] = []
    for first, last in sorted(sorted(set(spans), reverse=True), key=itemgetter(0)):
        if not kept or last > kept[-1][1]:
            kept.append((first, last))
    return [first if first == last else f"{first}/{last}" for first, last in kept]


def _span(entry: Days) -> tuple[str, str]:
    first = entry.date or entry.first or date.min.isoformat()
    return first, entry.last or first


def pc_groups(city: City, school: School, device: Device) -> tuple[str, ...]:
    """Names of the Ansible groups a PC is in: school, room, class, profile, dialect; a-z, 0-9 and `_` only."""
    short = _group(school.id)
    names = (short, f"{short}_{_group(device.room)}", device.device_class, f"profile_{_group(str(device.profile))}")
    return tuple(name for name in (*names, pc_dialect(city, device)) if name)


def _group(name: str) -> str:
    return name.lower().replace("-", "_")
