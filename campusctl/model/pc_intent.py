"""A PC as the templates and the document's parts need it: every layer of the inventory resolved."""

from pydantic import Field

from campusctl.model.frozen import Frozen
from campusctl.model.inventory import Settings
from campusctl.model.pc import PcSettings


class SchoolFacts(Frozen):
    """What a PC's school is called, and when it is closed."""

    id: str
    """School id."""
    short: str
    """The school in device names."""
    name: str
    """The school's name."""
    type: str
    """Type of school."""
    city: str
    """The city's name."""
    closed: tuple[str, ...] = ()
    """Holidays and days off as ISO dates or `first/last`, in order: only what the calendars in the files say."""


class Queue(Frozen):
    """A printer of the inventory behind a print queue."""

    uri: str
    """Where it prints to."""
    location: str
    """The printer's place."""


class PcIntent(Frozen):
    """One PC: where it is and what it shall be."""

    name: str
    """Device name."""
    school: SchoolFacts
    """Its school."""
    profile: str
    """Its profile."""
    model: str
    """Manufacturer and model, for people."""
    dialect: str
    """`linux` or `windows`."""
    device_class: str
    """The class letters of its name."""
    location: str
    """`school/building/floor/room`."""
    building: str
    """Building id."""
    floor: str
    """Floor."""
    room: str
    """Room id."""
    room_title: str
    """For people: what the room is."""
    address: str
    """IPv4 address."""
    mac: str
    """MAC address; empty: unknown."""
    asset: str
    """Asset tag; empty: none."""
    settings: Settings
    """Everything said about it; entries that were taken back are gone."""
    queues: dict[str, Queue] = Field(default_factory=dict)
    """What the print queues that name a device stand for."""

    @property
    def pc(self) -> PcSettings:
        """The PC's part of the settings."""
        return self.settings.pc
