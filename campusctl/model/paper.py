"""What is printed about a device: labels to stick on it, and the record of its acceptance."""

from campusctl.model.frozen import Frozen


class Label(Frozen):
    """What a label says of one device."""

    name: str
    """Device name."""
    school: str
    """School id."""
    school_name: str
    """The school, for people."""
    room: str
    """Room id."""
    room_title: str = ""
    """The room, for people."""
    asset: str = ""
    """Asset tag."""
    serial: str = ""
    """Serial number."""
    code: str
    """What the QR code holds."""


class LabelSize(Frozen):
    """A label, in millimetres."""

    width: float
    """Millimetres."""
    height: float
    """Millimetres."""
    unit: str = "mm"
    """Behind width and height of the drawing: `mm`, or nothing where it is a part of a larger one."""


class QrDrawing(Frozen):
    """A QR code as a path of horizontal strokes, one unit high, its quiet zone included."""

    path: str
    """The `d` of an SVG path."""
    x: float
    """Millimetres from the left."""
    y: float
    """Millimetres from the top."""
    scale: float
    """Millimetres of one module."""


class TextLine(Frozen):
    """One line of a label."""

    text: str
    """What it says."""
    x: float
    """Millimetres from the left."""
    y: float
    """Millimetres from the top to the base line."""
    size: float
    """Millimetres."""
    bold: bool = False
    """In bold."""


class CheckLine(Frozen):
    """One thing that was checked."""

    what: str
    """What, in German."""
    result: str
    """What came out, in German."""
    passed: bool | None = None
    """As it should be; None: not checked, a person has to look."""


class AcceptanceRecord(Frozen):
    """One device on the day it is handed over."""

    city: str
    """The city."""
    school: str
    """School id."""
    school_name: str
    """The school, for people."""
    street: str
    """Street and number."""
    town: str
    """Postcode and town."""
    location: str
    """`school/building/floor/room`."""
    room: str
    """Room id."""
    room_title: str = ""
    """The room, for people."""
    device: str
    """Device name."""
    class_title: str
    """What kind of device it is."""
    model: str = ""
    """Manufacturer and model."""
    serial: str = ""
    """Serial number."""
    mac: str = ""
    """MAC address."""
    asset: str = ""
    """Asset tag."""
    address: str = ""
    """IPv4 address."""
    port: str = ""
    """Where it is plugged in: `SWITCH:PORT`."""
    vlan: str = ""
    """Number and name of the VLAN it is in."""
    checks: tuple[CheckLine, ...] = ()
    """What was checked."""
    settings: tuple[tuple[str, str], ...] = ()
    """Settings and their values, as many as fit on the page."""
    more_settings: int = 0
    """How many do not."""
    facts: tuple[tuple[str, str], ...] = ()
    """What the device says of itself."""
    run: str = ""
    """The run that looked last."""
    checked: str = ""
    """When, in the city's time: `26.11.2026, 14:05`."""
    inspector: str
    """The role of whoever hands over, never a person."""
    receiver: str
    """The role of whoever takes over."""
    date: str
    """The day of the record: `26.11.2026`."""
    lab: bool = False
    """The device is simulated."""

    @property
    def passed(self) -> bool:
        """Everything that was checked is as it should be, and something was."""
        known = [check.passed for check in self.checks if check.passed is not None]
        return bool(known) and all(known)
