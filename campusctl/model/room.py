"""What is seen of the devices of a room, and what is said of it.

A device is looked at along the way its service takes: power → link → VLAN → address → service → source.
"""

from enum import StrEnum

from pydantic import Field

from campusctl.model.frozen import Frozen
from campusctl.model.outcome import FaultKind
from campusctl.model.tables import PortNow


class Step(StrEnum):
    """One step of the way, in its order."""

    POWER = "power"
    """It has power; a switch feeds some devices through the network cable."""
    LINK = "link"
    """A cable leads from it to its port, and the port is open."""
    VLAN = "vlan"
    """The port is in the network the device belongs to."""
    ADDRESS = "address"
    """It answers at its address."""
    SERVICE = "service"
    """It does what it is for."""
    SOURCE = "source"
    """It shows what it shall show."""


class Status(StrEnum):
    """How a device or a step is."""

    OK = "ok"
    """As it shall be."""
    DRIFT = "drift"
    """It works, and differs from the inventory."""
    OFF = "off"
    """Switched off, which is no failure."""
    FAULT = "fault"
    """It cannot work so."""
    UNKNOWN = "unknown"
    """Nobody could tell."""


class Actor(StrEnum):
    """Who acts."""

    TEACHER = "teacher"
    """Whoever is in the room."""
    MANAGER = "campus-manager"
    """The campus manager of the school, on site or from the desk."""
    HELPDESK = "helpdesk"
    """The central helpdesk."""
    CITY = "city"
    """The city's IT: what holds for all schools, and secrets."""


class Cause(StrEnum):
    """Why a device is not as it shall be."""

    SWITCH_DEAD = "switch-dead"
    POE_OFF = "poe-off"
    POE_DENIED = "poe-denied"
    POE_FAULT = "poe-fault"
    PORT_SHUT = "port-shut"
    PORT_SHUT_WANTED = "port-shut-wanted"
    """The inventory wants it shut."""
    PORT_LOOP = "port-loop"
    """The switch has closed it: frames came back, or another switch spoke there."""
    PORT_INTRUDER = "port-intruder"
    """The switch has closed it: a device spoke there that is not allowed."""
    PORT_CLOSED = "port-closed"
    """The switch has closed it for another reason."""
    NO_LINK = "no-link"
    """Cable out, or the device has no power."""
    SWITCHED_OFF = "switched-off"
    """No link, at a device that is off most of the time."""
    OTHER_PORT = "other-port"
    ELSEWHERE = "elsewhere"
    """It answers, and not from its port."""
    OTHER_DEVICE = "other-device"
    """Another device is at its port."""
    PORT_UNKNOWN = "port-unknown"
    """The inventory does not say its port, and no switch sees it."""
    PORT_UNKNOWN_SEEN = "port-unknown-seen"
    """The inventory does not say its port, and a switch sees it."""
    SLOW_LINK = "slow-link"
    """10 Mbit/s, or only one side at a time may speak."""
    WRONG_VLAN = "wrong-vlan"
    NO_VLAN = "no-vlan"
    """Frames without a tag get nowhere at the port."""
    MISSING_VLAN = "missing-vlan"
    """The port does not carry a tagged VLAN that the device serves."""
    ADDRESS_TAKEN = "address-taken"
    OTHER_ADDRESS = "other-address"
    """It has another address than the inventory says."""
    NO_ADDRESS = "no-address"
    """The switch sees it where it shall be, and nothing answers at its address."""
    QUIET = "quiet"
    """A link, and the switch hears nothing from it."""
    SILENT = "silent"
    """Nothing answers, and what the switch sees is not known."""
    SILENT_OFF = "silent-off"
    """The same at a device that is off most of the time."""
    PC_OFF = "pc-off"
    """A PC that does not answer."""
    STANDBY = "standby"
    WARMING_UP = "warming-up"
    COOLING_DOWN = "cooling-down"
    WRONG_LOGIN = "wrong-login"
    NO_SECRET = "no-secret"  # noqa: S105 - a cause
    WRONG_KEY = "wrong-key"
    OTHER_PROTOCOL = "other-protocol"
    NOT_LISTENING = "not-listening"
    HANGS = "hangs"
    PC_CLOSED = "pc-closed"
    """A PC that is on, and lets nobody in over the network."""
    PC_HANGS = "pc-hangs"
    CLOUD_LOGIN = "cloud-login"
    """The cloud that manages it does not let us in."""
    CLOUD_DOWN = "cloud-down"
    """The cloud that manages it does not answer, or is asked too often."""
    CLOUD_UNKNOWN = "cloud-unknown"
    """The cloud that manages it does not know it."""
    NOT_REPORTED = "not-reported"
    """It has not reported to its cloud for too long."""
    NOT_IN_TIME = "not-in-time"
    """We gave up."""
    NOT_READ = "not-read"
    """Any other trouble of the driver."""
    STRANGER = "stranger"
    """Another serial number answers."""
    PAPER_OUT = "paper-out"
    PAPER_LOW = "paper-low"
    PAPER_JAM = "paper-jam"
    TONER_OUT = "toner-out"
    TONER_LOW = "toner-low"
    COVER_OPEN = "cover-open"
    TRAY_MISSING = "tray-missing"
    OUTPUT_FULL = "output-full"
    WASTE_FULL = "waste-full"
    PAUSED = "paused"
    STOPPED = "stopped"
    """It says that it stopped, and not why."""
    QUEUE_MISSING = "queue-missing"
    """The print server has no queue for it."""
    QUEUE_STOPPED = "queue-stopped"
    """The print server's queue for it prints nothing, or takes no jobs."""
    QUEUE_SERVER = "queue-server"
    """The print server does not answer."""
    LAMP = "lamp"
    LAMP_SOON = "lamp-soon"
    OVERHEATED = "overheated"
    HEATING = "heating"
    """It is getting too hot."""
    FILTER = "filter"
    FILTER_SOON = "filter-soon"
    DEVICE_WARNING = "device-warning"
    """It gives a warning that has no word of its own here."""
    DEVICE_ERROR = "device-error"
    """It reports an error that has no word of its own here."""
    NO_PICTURE = "no-picture"
    """The picture is switched off (muted)."""
    FROZEN = "frozen"
    """The picture stands still."""
    NO_SIGNAL = "no-signal"
    """No picture arrives from its source."""
    WRONG_SOURCE = "wrong-source"
    UNSIGNED = "unsigned"
    """Nobody has signed that it is set up as the inventory says."""
    SETTINGS = "settings"
    """Other settings differ."""


class Plug(Frozen):
    """Where a device is plugged in, as the inventory says."""

    switch: str
    """Name of the switch."""
    port: str
    """The port, canonical name."""
    label: str
    """The port as people say it, such as `6`."""
    vlan: int
    """Untagged VLAN it shall have, 1-4094."""
    tagged: tuple[int, ...] = ()
    """Tagged VLANs it shall carry, ascending."""
    powered: bool = False
    """The port shall feed the device."""
    shut: bool = False
    """The port shall be shut."""


class Sighting(Frozen):
    """Where a switch sees a device that is not at its port."""

    switch: str
    """Name of the switch."""
    port: str
    """The port, as people say it."""


class Service(Frozen):
    """What a device says of itself, or why it says nothing."""

    fault: FaultKind | None = None
    """Why it could not be read; None: it was."""
    detail: str = ""
    """The driver's own sentence for that."""
    late: bool = False
    """It was not read within the time of this look."""
    serial: str = ""
    """Serial number, if it is another one than the inventory's."""
    standby: bool = False
    """It sleeps."""
    troubles: tuple[Cause, ...] = ()
    """What it complains of, the worst first."""
    source: str = ""
    """What it shows, where that is known and wrong; empty: it is right, or nobody knows."""
    wanted_source: str = ""
    """What it shall show, where the inventory says."""
    knows_source: bool = False
    """Its source was asked for and told."""
    no_signal: bool = False
    """Its source is the right one, and gives no picture."""
    notes: tuple[str, ...] = ()
    """What the driver says besides, in English."""
    cloud: bool = False
    """It is asked for in a cloud, not at its address."""
    pc: bool = False
    """It is a PC, which is greeted and not read."""
    by_hand: bool = False
    """A person sets it up by a checklist and signs for it."""
    differs: int = 0
    """How many other settings differ."""


class Queue(Frozen):
    """A queue of a print server through which people print on a printer."""

    name: str
    """Its name."""
    server: str
    """Device name of the print server."""
    cause: Cause | None = None
    """What is the matter with it; None: nothing."""


class Seen(Frozen):
    """Everything seen of one device."""

    device: str
    """Device name."""
    school: str
    """School id."""
    address: str = ""
    """IPv4 address; empty: the inventory has none."""
    mac: str = ""
    """MAC address, `00:11:22:33:44:55`; empty: not known."""
    serial: str = ""
    """Serial number of the inventory."""
    often_off: bool = False
    """It is switched off most of the time, so silence is no failure."""
    has_source: bool = False
    """It shows one of several sources: a board, a projector."""
    plug: Plug | None = None
    """Where it is plugged in; None: the inventory does not say."""
    switch_fault: FaultKind | None = None
    """Why that switch could not be read; None: it was, or there is none."""
    dead_switch: str = ""
    """The switch nearest to the core, on the way to this one, that does not answer; empty: none."""
    port: PortNow | None = None
    """The port as it is; None: the switch says nothing of it."""
    heard: tuple[str, ...] = ()
    """Addresses that the switch has learnt at the port, `00:11:22:33:44:55` each."""
    elsewhere: Sighting | None = None
    """Where its address was seen instead."""
    others: tuple[str, ...] = ()
    """Who else is at its port: device names, else MAC addresses."""
    address_of: str = ""
    """Who has its address instead: a device name, else a MAC address; empty: nobody, as far as is known."""
    has_address: str = ""
    """The address that it has instead of its own; empty: none, as far as is known."""
    answers: bool | None = None
    """Something answers at its address; None: nobody asked."""
    service: Service | None = None
    """What it says of itself; None: it has no driver, or could not be asked."""
    queues: tuple[Queue, ...] = ()
    """The queues that print on it."""


class Found(Frozen):
    """One cause at one device."""

    cause: Cause
    """Why."""
    step: Step
    """Where on the way."""
    status: Status
    """How bad; ok: a remark."""
    who: Actor
    """Who acts."""
    values: dict[str, str] = Field(default_factory=dict)
    """What the sentences about it name: `port`, `switch`, `vlan` …"""
    detail: str = ""
    """The driver's own words, in English."""


class Diagnosis(Frozen):
    """How one device is."""

    device: str
    """Device name."""
    status: Status
    """The worst of what was found."""
    steps: dict[Step, Status | None]
    """Each step that such a device has; None: not looked at, because one before it explains everything."""
    notes: tuple[str, ...] = ()
    """What the driver says besides, in English."""
    found: tuple[Found, ...] = ()
    """Causes in the order of the way; consequences of a cause are left out."""
