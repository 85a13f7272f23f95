"""Labels of devices: what they say, and the drawings for a file or a printer."""

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from campusctl.errors import CampusError, UnknownNameError
from campusctl.inventory.city import City, School
from campusctl.inventory.load import load_city, load_for
from campusctl.inventory.names_hint import did_you_mean
from campusctl.model.inventory import Device
from campusctl.model.paper import Label
from campusctl.model.sentence import sentence
from campusctl.render.paper import Paper
from campusctl.render.pdf import pdf_of
from campusctl.render.sheets import DEFAULT, sheet_of

__all__ = ["label_for", "labels_of", "pdf_labels", "svg_labels"]


class LabelError(CampusError):
    """A label cannot be made."""


def label_for(city: City, school: School, device: Device) -> Label:
    """What the label of a device says.

    Raises:
        LabelError: `label_url` needs what the inventory does not say of it.
    """
    located = school.rooms.get(device.room)
    return Label(
        name=device.name,
        school=school.id,
        school_name=school.spec.name,
        room=device.room,
        room_title=located.room.title if located else "",
        asset=device.asset or "",
        serial=device.serial or "",
        code=_code(city, school, device),
    )


def _code(city: City, school: School, device: Device) -> str:
    """The text of the QR code; in an address, what is filled in is quoted."""
    pattern = city.spec.label_url
    address = "://" in pattern
    values = {
        "name": device.name, "asset": device.asset or "", "serial": device.serial or "", "school": school.id,
        "room": device.room,
    }  # fmt: skip
    for key, value in values.items():
        mark = f"{{{key}}}"
        if address and mark in pattern and not value:
            what = sentence(
                "{device} has no `{field}`, and the city's label_url names it", device=device.name, field=key
            )
            raise LabelError(
                what, sentence("say it in {file}, or change label_url in inventory/city.yml", file=device.file)
            )
        pattern = pattern.replace(mark, quote(value, safe="") if address else value)
    return pattern.strip()


def labels_of(root: Path, subject: str) -> tuple[Label, ...]:
    """Labels of a device, of a room (`schule-042/R101`) or of a school, in the order of rooms and names.

    Raises:
        UnknownNameError: No such school, room or device; knows what was probably meant.
        LabelError: There is nothing, or a label cannot be made.
    """
    name, slash, room = subject.partition("/")
    city = load_city(root, [name]) if slash else load_for(root, name)
    (school,) = city.schools.values()
    if slash or name in (school.id, school.short):
        devices = _in(school, room) if slash else list(school.devices.values())
    else:
        if name not in school.devices:
            what = sentence("no device `{name}` at {school}", name=name, school=school.id)
            raise UnknownNameError(what, did_you_mean(name, school.devices))
        devices = [school.devices[name]]
    if not devices:
        raise LabelError(sentence("there is no device in {place}", place=subject), sentence("nothing is to be printed"))
    devices.sort(key=lambda device: (device.room, device.device_class, device.name))
    return tuple(label_for(city, school, device) for device in devices)


def _in(school: School, room: str) -> list[Device]:
    known = {name.lower(): name for name in school.rooms}
    if room.lower() not in known:
        hint = did_you_mean(room, school.rooms) or sentence("rooms are listed in {file}", file=school.file)
        raise UnknownNameError(sentence("no room `{room}` at {school}", room=room, school=school.id), hint)
    return [device for device in school.devices.values() if device.room == known[room.lower()]]


def svg_labels(root: Path, labels: Sequence[Label], sheet: str = DEFAULT, skip: int = 0) -> str:
    """Labels as SVG: one alone in its size, several on one sheet.

    Args:
        root: The workspace, whose templates are used.
        labels: What they say.
        sheet: The sheet's number.
        skip: Labels of the sheet that are used up; with it one label stands on a sheet too.

    Raises:
        UnknownNameError: There is no such sheet.
        RenderError: An error in a template, or more labels than one sheet holds.
        MissingExtraError: The library that makes QR codes is not installed.
    """
    paper, size = Paper(root / "templates"), sheet_of(sheet)
    if len(labels) == 1 and not skip:
        return paper.label(labels[0], size)
    return paper.sheet_svg(labels, size, skip)


def pdf_labels(root: Path, labels: Sequence[Label], sheet: str = DEFAULT, skip: int = 0) -> bytes:
    """Labels as PDF: one alone on a page of its size, several on A4 sheets.

    Raises:
        PdfError: No PDF can be made on this machine; names what is missing.
        UnknownNameError, RenderError, MissingExtraError: As `svg_labels`.
    """
    paper, size = Paper(root / "templates"), sheet_of(sheet)
    single = len(labels) == 1 and not skip
    return pdf_of(paper.single_html(labels[0], size) if single else paper.sheets_html(labels, size, skip))
