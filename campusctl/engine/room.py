"""From what was seen of a device to the first cause of its trouble. Pure: one value in, one value out.

A device that answers has power, a link and a network, whatever its switch says: what is wrong on the way is drift then,
and the service is looked at. At one that does not answer the first thing that is wrong explains the rest.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from campusctl.engine.room_causes import CLOUD_STOPPED_BY, KINDS, PC_STOPPED_BY, STOPPED_BY
from campusctl.model.outcome import FaultKind
from campusctl.model.room import Cause, Diagnosis, Found, Seen, Service, Status, Step
from campusctl.model.tables import PowerState

_GONE: Final = (FaultKind.UNREACHABLE, FaultKind.TIMEOUT)
"""Troubles of a switch that the devices at it share."""

_CLOSED: Final = (
    (re.compile(r"(?i)bpdu|guard|loop|udld"), Cause.PORT_LOOP),
    (re.compile(r"(?i)secur|intru|violation|lockout|dot1x|auth"), Cause.PORT_INTRUDER),
)
"""Why a switch has closed a port, by what stands in its own words; anything else is an error of the port."""

_SLOW_MBPS: Final = 10
"""A link that is as slow as this is a bad cable, or a device that sleeps."""

_POWER: Final = {
    PowerState.DISABLED: Cause.POE_OFF,
    PowerState.DENIED: Cause.POE_DENIED,
    PowerState.FAULT: Cause.POE_FAULT,
}

_OF_A_SWITCH: Final = (Step.POWER, Step.ADDRESS, Step.SERVICE)
"""What there is to see of a switch from here."""

_WORST: Final = (Status.FAULT, Status.DRIFT, Status.OFF, Status.UNKNOWN)


def diagnose(seen: Seen) -> Diagnosis:
    """What is wrong with a device, the first cause first."""
    found = tuple(_found(seen))
    steps = _steps(seen, found)
    notes = seen.service.notes if seen.service else ()
    return Diagnosis(device=seen.device, status=_status(steps, found), steps=steps, notes=notes, found=found)


def diagnose_switch(device: str, school: str, fault: FaultKind | None, detail: str = "") -> Diagnosis:
    """How a switch that stands in the room is.

    Args:
        device: Its name.
        school: School id.
        fault: Why it could not be read; None: it was.
        detail: The driver's own sentence for that.
    """
    if fault is None:
        steps: dict[Step, Status | None] = dict.fromkeys(_OF_A_SWITCH, Status.OK)
        return Diagnosis(device=device, status=Status.OK, steps=steps)
    cause = Cause.SWITCH_DEAD if fault in _GONE else STOPPED_BY.get(fault, Cause.NOT_READ)
    kind = KINDS[cause]
    steps = dict.fromkeys(_OF_A_SWITCH, None if cause is Cause.SWITCH_DEAD else Status.OK)
    steps[kind.step] = kind.status
    values = {"device": device, "school": school, "switch": device}
    found = Found(cause=cause, step=kind.step, status=kind.status, who=kind.who, values=values, detail=detail)
    return Diagnosis(device=device, status=kind.status, steps=steps, found=(found,))


def _found(seen: Seen) -> Iterator[Found]:
    if _alive(seen):
        yield from _drifting(seen)
        yield from _service(seen)
        yield from _queues(seen)
        return
    broken = _broken_way(seen)
    if broken:
        yield broken
    else:
        yield from _service(seen)
    if seen.plug is None:
        # Why nobody can tell more; of a device that answers nobody asks.
        yield _one(seen, Cause.PORT_UNKNOWN_SEEN if seen.elsewhere else Cause.PORT_UNKNOWN)


def _alive(seen: Seen) -> bool:
    """It answers, and nothing says that it is another one."""
    return seen.answers is True and not seen.address_of and not (seen.service and seen.service.serial)


def _broken_way(seen: Seen) -> Found | None:
    """The first thing that is wrong on the way to a device that does not answer."""
    for look in (_power, _link, _vlan, _address):
        found = look(seen)
        if found:
            return found
    return None


def _power(seen: Seen) -> Found | None:
    if seen.plug and seen.switch_fault in _GONE and seen.answers is not True:
        return _one(seen, Cause.SWITCH_DEAD, switch=seen.dead_switch or seen.plug.switch)
    # A port that is shut feeds nobody: then that is the cause.
    if not (seen.plug and seen.plug.powered and seen.port and seen.port.power) or seen.port.enabled is False:
        return None
    if seen.port.closed:
        return None
    cause = _POWER.get(seen.port.power)
    return _one(seen, cause) if cause else None


def _link(seen: Seen) -> Found | None:
    port, plug = seen.port, seen.plug
    if not (port and plug):
        return None
    if seen.elsewhere:
        return _one(seen, Cause.OTHER_PORT)
    if port.closed:
        cause = next((cause for words, cause in _CLOSED if words.search(port.closed)), Cause.PORT_CLOSED)
        return _one(seen, cause, reason=port.closed)
    if port.enabled is False:
        return _one(seen, Cause.PORT_SHUT_WANTED if plug.shut else Cause.PORT_SHUT)
    if port.up is False:
        return _one(seen, Cause.SWITCHED_OFF if seen.often_off else Cause.NO_LINK)
    if seen.others and not _here(seen):
        return _one(seen, Cause.OTHER_DEVICE)
    return None


def _vlan(seen: Seen) -> Found | None:
    port, plug = seen.port, seen.plug
    if not (port and plug and port.mode):
        return None
    if port.vlan is None:
        return _one(seen, Cause.NO_VLAN)
    if port.vlan != plug.vlan:
        return _one(seen, Cause.WRONG_VLAN, vlan=str(port.vlan))
    missing = () if port.every_vlan else sorted(set(plug.tagged) - set(port.tagged))
    return _one(seen, Cause.MISSING_VLAN, vlan=", ".join(map(str, missing))) if missing else None


def _address(seen: Seen) -> Found | None:
    if seen.address_of:
        return _one(seen, Cause.ADDRESS_TAKEN)
    if seen.has_address and seen.address:
        return _one(seen, Cause.OTHER_ADDRESS)
    if not seen.address or seen.answers is not False:
        return None
    if _here(seen) or (seen.plug is None and seen.elsewhere):
        return _one(seen, Cause.NO_ADDRESS)
    if seen.often_off:
        return _one(seen, _silent_off(seen))
    return _one(seen, Cause.QUIET if seen.plug and seen.port and seen.port.up else Cause.SILENT)


def _silent_off(seen: Seen) -> Cause:
    return Cause.PC_OFF if seen.service and seen.service.pc else Cause.SILENT_OFF


def _here(seen: Seen) -> bool:
    """The switch has heard the device at its port."""
    return bool(seen.mac) and seen.mac in seen.heard


def _drifting(seen: Seen) -> Iterator[Found]:
    """What is not as the inventory says on the way to a device that answers all the same."""
    port = seen.port
    if not (port and seen.plug):
        return
    if seen.elsewhere:
        yield _one(seen, Cause.OTHER_PORT, status=Status.DRIFT)
    elif port.enabled is False or port.up is False or (seen.others and not _here(seen)):
        yield _one(seen, Cause.ELSEWHERE, status=Status.DRIFT)
    else:
        if port.half_duplex or (port.speed_mbps and port.speed_mbps <= _SLOW_MBPS and not seen.often_off):
            yield _one(seen, Cause.SLOW_LINK, speed=str(port.speed_mbps or "-"))
        wrong = _vlan(seen)
        if wrong:
            yield wrong.model_copy(update={"status": Status.DRIFT})


def _service(seen: Seen) -> Iterator[Found]:
    """What the device says of itself."""
    service = seen.service
    if service is None:
        return
    if service.late:
        yield _one(seen, Cause.NOT_IN_TIME)
        return
    if service.fault:
        yield _stopped(seen, service, service.fault)
        return
    if service.serial:
        yield _one(seen, Cause.STRANGER)
        return
    if service.standby:
        yield _one(seen, Cause.STANDBY)
    for cause in service.troubles:
        yield _one(seen, cause)
    # A device that sleeps shows nothing.
    if service.source and not service.standby:
        yield _one(seen, Cause.WRONG_SOURCE)
    elif service.no_signal and not service.standby:
        yield _one(seen, Cause.NO_SIGNAL)
    if service.differs:
        yield _one(seen, Cause.UNSIGNED if service.by_hand else Cause.SETTINGS)


def _stopped(seen: Seen, service: Service, fault: FaultKind) -> Found:
    if service.cloud:
        return _one(seen, CLOUD_STOPPED_BY.get(fault, Cause.CLOUD_DOWN))
    if fault is FaultKind.OFF and seen.answers is not True:
        return _one(seen, _silent_off(seen))
    return _one(seen, (PC_STOPPED_BY if service.pc else STOPPED_BY).get(fault, Cause.NOT_READ))


def _queues(seen: Seen) -> Iterator[Found]:
    """What is the matter on the way from people's programs to a printer."""
    for queue in seen.queues:
        if queue.cause:
            yield _one(seen, queue.cause, queue=queue.name, server=queue.server)


def _one(seen: Seen, cause: Cause, *, status: Status | None = None, **more: str) -> Found:
    kind = KINDS[cause]
    detail = seen.service.detail if seen.service and kind.step is Step.SERVICE else ""
    return Found(
        cause=cause,
        step=kind.step,
        status=status or kind.status,
        who=kind.who,
        values={**_values(seen), **more},
        detail=detail,
    )


def _values(seen: Seen) -> dict[str, str]:
    """Everything that a sentence may name; what is not known is left out."""
    plug, elsewhere, service = seen.plug, seen.elsewhere, seen.service
    told = {
        "device": seen.device,
        "school": seen.school,
        "address": seen.address,
        "switch": plug.switch if plug else "",
        "port": plug.label if plug else "",
        "wanted_vlan": str(plug.vlan) if plug else "",
        "seen_switch": elsewhere.switch if elsewhere else "",
        "seen_port": elsewhere.port if elsewhere else "",
        "seen_address": seen.has_address,
        "other": seen.address_of or ", ".join(seen.others),
        "serial": service.serial if service else "",
        "wanted_serial": seen.serial if service and service.serial else "",
        "source": service.source if service else "",
        "wanted_source": service.wanted_source if service else "",
        "count": str(service.differs) if service and service.differs else "",
    }
    return {name: value for name, value in told.items() if value}


def _steps(seen: Seen, found: tuple[Found, ...]) -> dict[Step, Status | None]:
    """How each step is; after one that stops the way nothing was looked at."""
    blocked = False
    steps: dict[Step, Status | None] = {}
    for step in Step:
        if step is Step.SOURCE and not seen.has_source:
            continue
        bad = _worst([one for one in found if one.step is step])
        steps[step] = None if blocked else bad or _evidence(seen, step)
        blocked = blocked or bad in (Status.FAULT, Status.OFF)
    return steps


def _worst(found: Iterable[Found]) -> Status | None:
    mine = {one.status for one in found}
    return next((status for status in _WORST if status in mine), None)


def _evidence(seen: Seen, step: Step) -> Status:
    """Whether anything shows that a step is right."""
    alive, port = _alive(seen), seen.port
    up = bool(port and port.up)
    right_vlan = bool(port and port.mode and _vlan(seen) is None)
    told = bool(seen.service and not seen.service.fault and not seen.service.late)
    shown = {
        Step.POWER: alive or up or bool(port and port.power is PowerState.DELIVERING),
        Step.LINK: alive or up,
        Step.VLAN: alive or (up and right_vlan),
        Step.ADDRESS: alive,
        Step.SERVICE: told,
        Step.SOURCE: bool(told and seen.service and seen.service.knows_source),
    }
    return Status.OK if shown[step] else Status.UNKNOWN


def _status(steps: Mapping[Step, Status | None], found: tuple[Found, ...]) -> Status:
    """The worst that was found; without a finding: ok when anything shows that it is."""
    return _worst(found) or (Status.OK if Status.OK in steps.values() else Status.UNKNOWN)
