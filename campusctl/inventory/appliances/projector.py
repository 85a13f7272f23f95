"""What is wanted of a projector."""

from campusctl.model.appliance import Document, Place
from campusctl.model.inventory import Settings


def document(place: Place, settings: Settings, dialect: str) -> Document:
    """The document of a projector.

    Args:
        place: Where it stands.
        settings: What the layers say.
        dialect: What it speaks.
    """
    del settings, dialect
    return Document(settings=(), serial=place.serial)
