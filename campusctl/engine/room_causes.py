"""What is always true of a cause: its step, who acts, how bad it is; and which cause a driver's trouble is."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from campusctl.model.outcome import FaultKind
from campusctl.model.room import Actor, Cause, Status, Step


class Kind(NamedTuple):
    """What is always true of a cause."""

    step: Step
    who: Actor
    status: Status = Status.FAULT


_TEACHER, _MANAGER, _HELPDESK, _CITY = Actor.TEACHER, Actor.MANAGER, Actor.HELPDESK, Actor.CITY

KINDS: Final[Mapping[Cause, Kind]] = {
    Cause.SWITCH_DEAD: Kind(Step.POWER, _MANAGER),
    Cause.POE_OFF: Kind(Step.POWER, _MANAGER),
    Cause.POE_DENIED: Kind(Step.POWER, _MANAGER),
    Cause.POE_FAULT: Kind(Step.POWER, _MANAGER),
    Cause.PORT_SHUT: Kind(Step.LINK, _MANAGER),
    Cause.PORT_SHUT_WANTED: Kind(Step.LINK, _CITY),
    Cause.PORT_LOOP: Kind(Step.LINK, _MANAGER),
    Cause.PORT_INTRUDER: Kind(Step.LINK, _MANAGER),
    Cause.PORT_CLOSED: Kind(Step.LINK, _HELPDESK),
    Cause.NO_LINK: Kind(Step.LINK, _TEACHER),
    Cause.SWITCHED_OFF: Kind(Step.LINK, _TEACHER, Status.OFF),
    Cause.OTHER_PORT: Kind(Step.LINK, _MANAGER),
    Cause.ELSEWHERE: Kind(Step.LINK, _MANAGER),
    Cause.OTHER_DEVICE: Kind(Step.LINK, _MANAGER),
    Cause.PORT_UNKNOWN: Kind(Step.LINK, _MANAGER, Status.OK),
    Cause.PORT_UNKNOWN_SEEN: Kind(Step.LINK, _MANAGER, Status.OK),
    Cause.SLOW_LINK: Kind(Step.LINK, _TEACHER, Status.DRIFT),
    Cause.WRONG_VLAN: Kind(Step.VLAN, _MANAGER),
    Cause.NO_VLAN: Kind(Step.VLAN, _MANAGER),
    Cause.MISSING_VLAN: Kind(Step.VLAN, _MANAGER),
    Cause.ADDRESS_TAKEN: Kind(Step.ADDRESS, _HELPDESK),
    Cause.OTHER_ADDRESS: Kind(Step.ADDRESS, _MANAGER),
    Cause.NO_ADDRESS: Kind(Step.ADDRESS, _MANAGER),
    Cause.QUIET: Kind(Step.ADDRESS, _TEACHER),
    Cause.SILENT: Kind(Step.ADDRESS, _TEACHER),
    Cause.SILENT_OFF: Kind(Step.ADDRESS, _TEACHER, Status.OFF),
    Cause.PC_OFF: Kind(Step.ADDRESS, _TEACHER, Status.OFF),
    Cause.STANDBY: Kind(Step.SERVICE, _TEACHER, Status.OFF),
    Cause.WARMING_UP: Kind(Step.SERVICE, _TEACHER, Status.OFF),
    Cause.COOLING_DOWN: Kind(Step.SERVICE, _TEACHER, Status.OFF),
    Cause.WRONG_LOGIN: Kind(Step.SERVICE, _MANAGER),
    Cause.NO_SECRET: Kind(Step.SERVICE, _CITY),
    Cause.WRONG_KEY: Kind(Step.SERVICE, _HELPDESK),
    Cause.OTHER_PROTOCOL: Kind(Step.SERVICE, _MANAGER),
    Cause.NOT_LISTENING: Kind(Step.SERVICE, _MANAGER),
    Cause.PC_CLOSED: Kind(Step.SERVICE, _HELPDESK),
    Cause.PC_HANGS: Kind(Step.SERVICE, _TEACHER),
    Cause.HANGS: Kind(Step.SERVICE, _TEACHER),
    Cause.CLOUD_LOGIN: Kind(Step.SERVICE, _CITY),
    Cause.CLOUD_DOWN: Kind(Step.SERVICE, _HELPDESK, Status.UNKNOWN),
    Cause.CLOUD_UNKNOWN: Kind(Step.SERVICE, _MANAGER),
    Cause.NOT_REPORTED: Kind(Step.SERVICE, _TEACHER, Status.OFF),
    Cause.NOT_IN_TIME: Kind(Step.SERVICE, _HELPDESK, Status.UNKNOWN),
    Cause.NOT_READ: Kind(Step.SERVICE, _HELPDESK),
    Cause.STRANGER: Kind(Step.SERVICE, _MANAGER),
    Cause.PAPER_OUT: Kind(Step.SERVICE, _TEACHER),
    Cause.PAPER_LOW: Kind(Step.SERVICE, _TEACHER, Status.OK),
    Cause.PAPER_JAM: Kind(Step.SERVICE, _TEACHER),
    Cause.TONER_OUT: Kind(Step.SERVICE, _MANAGER),
    Cause.TONER_LOW: Kind(Step.SERVICE, _MANAGER, Status.OK),
    Cause.COVER_OPEN: Kind(Step.SERVICE, _TEACHER),
    Cause.TRAY_MISSING: Kind(Step.SERVICE, _TEACHER),
    Cause.OUTPUT_FULL: Kind(Step.SERVICE, _TEACHER),
    Cause.WASTE_FULL: Kind(Step.SERVICE, _MANAGER),
    Cause.PAUSED: Kind(Step.SERVICE, _TEACHER),
    Cause.STOPPED: Kind(Step.SERVICE, _MANAGER),
    Cause.QUEUE_MISSING: Kind(Step.SERVICE, _MANAGER),
    Cause.QUEUE_STOPPED: Kind(Step.SERVICE, _MANAGER),
    Cause.QUEUE_SERVER: Kind(Step.SERVICE, _HELPDESK),
    Cause.LAMP: Kind(Step.SERVICE, _MANAGER),
    Cause.LAMP_SOON: Kind(Step.SERVICE, _MANAGER, Status.OK),
    Cause.OVERHEATED: Kind(Step.SERVICE, _TEACHER),
    Cause.HEATING: Kind(Step.SERVICE, _TEACHER, Status.OK),
    Cause.FILTER: Kind(Step.SERVICE, _MANAGER),
    Cause.FILTER_SOON: Kind(Step.SERVICE, _MANAGER, Status.OK),
    Cause.DEVICE_WARNING: Kind(Step.SERVICE, _MANAGER, Status.OK),
    Cause.DEVICE_ERROR: Kind(Step.SERVICE, _HELPDESK),
    Cause.NO_PICTURE: Kind(Step.SOURCE, _TEACHER, Status.DRIFT),
    Cause.FROZEN: Kind(Step.SOURCE, _TEACHER, Status.DRIFT),
    Cause.NO_SIGNAL: Kind(Step.SOURCE, _TEACHER),
    Cause.WRONG_SOURCE: Kind(Step.SOURCE, _TEACHER, Status.DRIFT),
    Cause.UNSIGNED: Kind(Step.SERVICE, _MANAGER, Status.DRIFT),
    Cause.SETTINGS: Kind(Step.SERVICE, _MANAGER, Status.DRIFT),
}
"""By cause: its step, who acts, and how bad it is at a device that does not answer."""

STOPPED_BY: Final[Mapping[FaultKind, Cause]] = {
    FaultKind.AUTH: Cause.WRONG_LOGIN,
    FaultKind.SECRET: Cause.NO_SECRET,
    FaultKind.HOST_KEY: Cause.WRONG_KEY,
    FaultKind.MALFORMED: Cause.OTHER_PROTOCOL,
    FaultKind.UNREACHABLE: Cause.NOT_LISTENING,
    FaultKind.TIMEOUT: Cause.HANGS,
    FaultKind.OFF: Cause.STANDBY,
    FaultKind.INTERRUPTED: Cause.NOT_IN_TIME,
}
"""What the trouble of a driver means at a device that answers."""

PC_STOPPED_BY: Final[Mapping[FaultKind, Cause]] = {
    **STOPPED_BY,
    FaultKind.MALFORMED: Cause.PC_CLOSED,
    FaultKind.UNREACHABLE: Cause.PC_CLOSED,
    FaultKind.TIMEOUT: Cause.PC_HANGS,
}
"""The same at a PC."""

CLOUD_STOPPED_BY: Final[Mapping[FaultKind, Cause]] = {
    FaultKind.AUTH: Cause.CLOUD_LOGIN,
    FaultKind.SECRET: Cause.NO_SECRET,
    FaultKind.REJECTED: Cause.CLOUD_UNKNOWN,
    FaultKind.OFF: Cause.NOT_REPORTED,
}
"""What the trouble of a cloud means; any other is that the cloud does not answer."""
