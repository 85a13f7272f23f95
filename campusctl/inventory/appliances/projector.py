"""What is wanted of a projector."""

from typing import Final

from campusctl.model.appliance import Document, Place, Shown
from campusctl.model.inventory import Settings

ORDER: Final = (
    "input", "picture_mute", "sound_mute", "freeze",
    "name", "resolution", "maximum_lamp_hours", "maximum_filter_hours", "minimum_firmware",
)  # fmt: skip
"""Settings in the order in which they are set; what follows `freeze` is only checked."""


def document(place: Place, settings: Settings, dialect: str) -> Document:
    """The document of a projector.

    Args:
        place: Where it stands.
        settings: What the layers say.
        dialect: What it speaks.
    """
    del dialect
    said = settings.projector
    values: dict[str, Shown] = {name: getattr(said, name) for name in ORDER}
    values["name"] = said.name.replace("{name}", place.name).replace("{room}", place.location.rpartition("/")[2])
    wanted = tuple(((name,), value) for name, value in values.items() if value not in (None, ""))
    return Document(settings=wanted, serial=place.serial)
