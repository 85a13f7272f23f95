"""What is wanted of a board."""

from campusctl.model.appliance import Document, Place
from campusctl.model.inventory import Settings


def document(place: Place, settings: Settings, dialect: str) -> Document:
    """The document of a board.

    Args:
        place: Where it stands.
        settings: What the layers say.
        dialect: What it speaks.
    """
    del settings, dialect
    return Document(settings=(), serial=place.serial)
