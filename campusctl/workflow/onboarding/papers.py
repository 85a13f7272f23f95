"""What is put on paper when a device works: its label, and the record of its acceptance."""

import os
import tempfile
from pathlib import Path

from campusctl.errors import CampusError
from campusctl.inventory.city import City
from campusctl.model.onboarding import NewDevice
from campusctl.model.sentence import joined, sentence
from campusctl.workflow.acceptance import acceptance_html, acceptance_pdf, record_for
from campusctl.workflow.desk import Desk
from campusctl.workflow.history import journal
from campusctl.workflow.labelling import label_for, svg_labels


def write_papers(desk: Desk, city: City, device: NewDevice, folder: str) -> str:
    """Write label and record of a device.

    Args:
        desk: The workspace.
        city: With the school loaded.
        device: The device.
        folder: Where they go; empty: the current folder.

    Returns:
        Which files there are, and what could not be made; paper is no reason for a device not to work.
    """
    place = Path(folder) if folder else Path.cwd()
    school = city.schools[device.school]
    entry = school.devices[device.name]
    made, troubles = [], []
    try:
        made.append(
            _write(place / f"{device.name}-label.svg", svg_labels(desk.root, [label_for(city, school, entry)]).encode())
        )
    except (CampusError, OSError) as error:
        troubles.append(sentence("no label: {why}", why=_words(error)))
    try:
        with journal(desk.root) as store:
            record = record_for(desk, city, school, entry, store)
        try:
            made.append(_write(place / f"{device.name}-acceptance.pdf", acceptance_pdf(desk.root, record)))
        except CampusError as error:
            made.append(_write(place / f"{device.name}-acceptance.html", acceptance_html(desk.root, record).encode()))
            troubles.append(sentence("the record is HTML: {why}", why=_words(error)))
    except (CampusError, OSError) as error:
        troubles.append(sentence("no acceptance record: {why}", why=_words(error)))
    told = sentence("written: {files}", files=", ".join(made)) if made else ""
    return joined((told, *troubles))


def _words(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}" if error.filename else str(error.strerror or error)
    return joined((error.what, error.hint)) if isinstance(error, CampusError) else str(error)


def _write(path: Path, data: bytes) -> str:
    """Replace a file in one step; its path."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            os.fchmod(file.fileno(), 0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return str(path)
