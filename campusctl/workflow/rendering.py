"""What devices shall be, as text: a switch's configuration, the document of a PC or an appliance."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from campusctl.errors import UnknownNameError
from campusctl.inventory.appliances import Found, appliance, appliances, document_of
from campusctl.inventory.city import City, School
from campusctl.inventory.load import load_city, school_ids
from campusctl.inventory.names_hint import did_you_mean
from campusctl.inventory.resolve import switch_intent
from campusctl.inventory.resolve_pc import managed_pcs, pc_dialect, pc_intent
from campusctl.model.inventory import Device
from campusctl.render import Renderer
from campusctl.render.pc import DOCUMENTS, PcRenderer

_COMMENTS: Final = {"hp_procurve": ";"}
"""How a dialect begins a comment; the others use `!`."""


class Rendered(NamedTuple):
    """One device's intended text."""

    device: str
    """Device name."""
    school: str
    """School id."""
    suffix: str
    """`.cfg` of a switch, `.json` of a PC or an appliance."""
    head: str
    """A comment line that names the device; empty for a document, as JSON has none."""
    text: str
    """The whole text; secrets stand as `<<secret:REF>>`."""


def rendered(root: Path, name: str) -> tuple[Rendered, ...]:
    """The switches, then the PCs, then the appliances of a school, or the one device of that name.

    Raises:
        UnknownNameError: There is no such school or device, or nothing brings the device to a standard.
        InventoryError, RenderError: A text cannot be made.
    """
    city = _load(root, name)
    for school in city.schools.values():
        if name in (school.id, school.short):
            pcs = (device for device in managed_pcs(city, school) if pc_dialect(city, device) in DOCUMENTS)
            documents = (_document(city, school, found) for found in appliances(city, school))
            return (*_switches(root, city, school, tuple(school.switches)), *_pcs(root, city, school, pcs), *documents)
        if name in school.switches:
            return tuple(_switches(root, city, school, (name,)))
        if name in school.devices and (found := appliance(city, school.devices[name])):
            return (_document(city, school, found),)
        if name in school.devices:
            return tuple(_pcs(root, city, school, iter([school.devices[name]])))
    known = [found for school in city.schools.values() for found in (school.id, *school.devices)]
    raise UnknownNameError(f"no school or device `{name}`", did_you_mean(name, known))


def _switches(root: Path, city: City, school: School, names: tuple[str, ...]) -> Iterator[Rendered]:
    renderer = Renderer(root / "templates")
    for intent in (switch_intent(city, school.id, name) for name in names):
        head = f"{_COMMENTS.get(intent.dialect, '!')} {intent.name}: {intent.model}, {intent.location}\n"
        yield Rendered(intent.name, school.id, ".cfg", head, renderer.render(intent))


def _pcs(root: Path, city: City, school: School, devices: Iterator[Device]) -> Iterator[Rendered]:
    renderer = PcRenderer(root / "templates")
    for pc in (pc_intent(city, school, device) for device in devices):
        text = json.dumps(renderer.document(pc), ensure_ascii=False, indent=2, sort_keys=True) + "\n"
        yield Rendered(pc.name, school.id, ".json", "", text)


def _document(city: City, school: School, found: Found) -> Rendered:
    """The settings of a printer, print server, projector or board, in the order in which they are set."""
    settings = {"/".join(path): value for path, value in document_of(city, school, found).settings}
    text = json.dumps(settings, ensure_ascii=False, indent=2) + "\n"
    return Rendered(found.device.name, school.id, ".json", "", text)


def _load(root: Path, name: str) -> City:
    """The school that is meant, or the city when the name does not say which."""
    asked = name if name in school_ids(root) else name.partition("-")[0]
    try:
        return load_city(root, [asked])
    except UnknownNameError:
        return load_city(root)
