"""What is wanted of a board."""

from collections.abc import Iterator
from typing import Final

from campusctl.errors import InventoryError, Problem
from campusctl.inventory.appliances import android
from campusctl.inventory.city import School
from campusctl.inventory.pc_fault import Fault
from campusctl.model.appliance import Document, Place, Shown
from campusctl.model.board import BoardSettings, Timer
from campusctl.model.inventory import Settings
from campusctl.model.sentence import sentence

ANDROID: Final = "android"
MANUAL: Final = "manual"
WITHOUT_ADDRESS: Final = frozenset({ANDROID, MANUAL})
"""Dialects whose boards nobody connects to."""

ORDER: Final = (
    "network_standby", "after_power_cut", "name", "language", "panel_lock", "remote_lock", "menu_lock", "power_lock",
    "touch", "start_source", "source", "volume", "maximum_volume", "on_timer", "off_timer", "minimum_firmware",
)  # fmt: skip
"""Settings in the order in which they are set: first of all, that it can be reached again."""


def document(place: Place, settings: Settings, dialect: str) -> Document:
    """The document of a board.

    Args:
        place: Where it stands.
        settings: What the layers say.
        dialect: What it speaks.

    Raises:
        InventoryError: It takes TLS only, and nobody says its PIN; or its dialect does not know what is said.
    """
    board = settings.board
    if board.checklist and dialect != MANUAL:
        hint = sentence("set it with a word of its own, or take it away")
        what = sentence("board.checklist is for boards of dialect {dialect}", dialect=MANUAL)
        raise InventoryError((Problem("inventory", 0, place.name, what, hint),))
    if board.tls and not board.access.enable:
        hint = sentence("board.pin: the reference of a secret; campusctl secrets set puts it into the vault")
        raise InventoryError(
            (Problem("inventory", 0, place.name, sentence("board.tls is on and there is no board.pin"), hint),)
        )
    wanted = {name: _value(board, name, place) for name in ORDER}
    plain = tuple(((name,), value) for name, value in wanted.items() if value is not None)
    if dialect == ANDROID:
        return android.document(place, board.android, plain)
    if dialect == MANUAL:
        lines = tuple((("check", line), True) for line in board.checklist)
        return Document(settings=(*plain, *lines), serial=place.serial, options={"signed_days": board.signed_days or 0})
    return Document(settings=plain, serial=place.serial, options={"display_id": board.display_id, "tls": board.tls})


def _value(board: BoardSettings, name: str, place: Place) -> Shown:
    """One setting as it is wanted; None: nobody says."""
    value: Shown | Timer = getattr(board, name)
    if isinstance(value, Timer):
        return value.text()
    if name == "name":
        return board.name.replace("{name}", place.name).replace("{room}", place.location.rpartition("/")[2]) or None
    return value


def faults(_school: School, settings: Settings) -> Iterator[Fault]:
    """What makes no sense in the settings of a board."""
    yield from android.faults(settings.board.android)
