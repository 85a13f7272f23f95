"""One room: asks its switches and devices at the same time, and says of each device what is wrong first. Reads only."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from time import monotonic
from typing import TYPE_CHECKING, Final, TypeVar

from campusctl.engine.room import diagnose, diagnose_switch
from campusctl.engine.room_service import queue_of, service_of
from campusctl.errors import CampusError, SecretError
from campusctl.inventory.appliances import KINDS
from campusctl.inventory.city import SWITCH_CLASS, City, School
from campusctl.inventory.rooms import find_room, plugs
from campusctl.model.appliance import Document
from campusctl.model.inventory import Device
from campusctl.model.outcome import Fault
from campusctl.model.room import Diagnosis, Plug, Queue, Seen, Service
from campusctl.workflow.appliance_targets import appliance_targets
from campusctl.workflow.choosing import PC, Choice, driver_of
from campusctl.workflow.corridor import targets
from campusctl.workflow.in_time import beside
from campusctl.workflow.room_asking import ASKED_ELSEWHERE, Asked, At, ask_devices
from campusctl.workflow.room_ports import Switches, serving, to_be_searched
from campusctl.workflow.room_queues import QUEUES, queues_of
from campusctl.workflow.room_switches import read_switches
from campusctl.workflow.switch_targets import reachable_switches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from campusctl.model.events import Emit
    from campusctl.model.plan import Target
    from campusctl.model.tables import Tables
    from campusctl.workflow.desk import Desk

T = TypeVar("T")

SWITCHES_S: Final = 5.0
"""How long switches may take, in seconds: those of the room, and again those that are read afterwards."""
ANSWER_S: Final = 3.0
"""How long a device may take to connect, and for one answer, in seconds; a projector may take two."""
DEVICES_S: Final = 7.0
"""How long all devices may take, in seconds."""
WHOLE_S: Final = 8.0
"""How long a look may take, in seconds: what is read afterwards gets what is left."""
_LEAST_S: Final = 1.0
"""In less time no switch has logged us in, in seconds."""

_SHOWS: Final = frozenset({"board", "projector"})
"""Drivers of devices that show a source."""


@dataclass(frozen=True, slots=True)
class DeviceInRoom:
    """One device of the room."""

    diagnosis: Diagnosis
    """How it is."""
    title: str
    """What it is, for people: the title of its class."""
    address: str
    """Its address; empty: none of ours."""


@dataclass(frozen=True, slots=True)
class SwitchOfRoom:
    """One switch that serves the room."""

    name: str
    """Device name."""
    fault: Fault | None
    """Why it could not be read; None: it was."""


@dataclass(frozen=True, slots=True)
class RoomReport:
    """How a room is."""

    school: str
    """School id."""
    school_name: str
    """The school, for people."""
    location: str
    """`school/building/floor/room`."""
    title: str
    """The room, for people."""
    checked: datetime
    """When (UTC)."""
    devices: tuple[DeviceInRoom, ...]
    """In the order of the inventory, switches last."""
    switches: tuple[SwitchOfRoom, ...]
    """Those that serve the room, in the order of its devices."""
    seconds: Mapping[str, float]
    """What took how long, in seconds: `inventory`, `switches`, `devices`, `other_switches`, `total`."""


class _Watch:
    """Measures parts of a look."""

    def __init__(self) -> None:
        self._begun = monotonic()
        self.seconds: dict[str, float] = {}

    @contextmanager
    def part(self, name: str) -> "Iterator[None]":
        """Measure a block."""
        begun = monotonic()
        try:
            yield
        finally:
            self.seconds[name] = round(monotonic() - begun, 3)

    def timed(self, name: str, job: Callable[[], T]) -> Callable[[], T]:
        """The job, measured."""

        def work() -> T:
            with self.part(name):
                return job()

        return work

    def whole(self) -> float:
        """Seconds since the beginning."""
        return round(monotonic() - self._begun, 3)


def look_at_room(desk: "Desk", typed: str, emit: "Emit") -> RoomReport:
    """How the devices of a room are.

    Args:
        desk: The workspace.
        typed: The room, as `find_room` takes it.
        emit: Told of every step.

    Raises:
        UnknownPlaceError: There is no such room.
        InventoryError, RenderError: Nothing was contacted.
    """
    watch = _Watch()
    with watch.part("inventory"):
        city, school, room = find_room(desk.root, typed)
        look = _Look(desk, city, school, room, emit)
    devices = beside(watch.timed("devices", look.ask))
    with watch.part("switches"):
        tables = look.read(look.switches, SWITCHES_S)
    asked = devices()
    others = to_be_searched(city, school, tables, look.lost(tables, asked))
    with watch.part("other_switches"):
        tables = {**tables, **look.read(sorted(others), min(SWITCHES_S, WHOLE_S - watch.whole()))}
    return look.report(tables, asked, {**watch.seconds, "total": watch.whole()})


class _Look:
    """One look at one room."""

    def __init__(self, desk: "Desk", city: City, school: School, room: str, emit: "Emit") -> None:
        """Find out whom to ask; nobody is contacted."""
        self._desk, self._city, self._school, self._room, self._emit = desk, city, school, room, emit
        here = tuple(one for one in school.devices.values() if one.room == room)
        self._mine = tuple(one for one in here if one.device_class != SWITCH_CLASS)
        self._switches = tuple(one for one in here if one.device_class == SWITCH_CLASS)
        self.plugs: Mapping[str, Plug] = plugs(city, school, {one.name for one in self._mine})
        self.switches = tuple(dict.fromkeys((*serving(self.plugs), *(one.name for one in self._switches))))
        """Switches that serve the room, then others that stand in it."""
        # A device that talks on when we leave is late for us, and has not stopped answering: our time ends first.
        self._quick = replace(desk, timeout_s=min(desk.timeout_s, ANSWER_S), read_timeout_s=2 * DEVICES_S)
        self._queues = tuple(queues_of(city, school, {one.name for one in self._mine}))
        self._targets = self._reachable()
        self._open_vault()

    def _reachable(self) -> "Mapping[str, Target]":
        """The devices that have a driver, and the print servers, with the short times of somebody who waits."""
        drivers = (PC, *KINDS)
        if not any(driver_of(self._city, one) in drivers for one in self._mine):
            return {}
        found = targets(self._quick, self._city, Choice(rooms=(self._room,), drivers=drivers))
        servers = {queue.server for queue in self._queues} - {one.device for one in found}
        found += appliance_targets(QUEUES)(self._quick, self._city, self._school, servers)
        return {one.device: one for one in found}

    def _open_vault(self) -> None:
        """By this thread, so that a person is asked for its password once; who misses a secret says so itself."""
        switches = reachable_switches(self._desk, self._city, self._school, self.switches)
        refs = {ref for target in (*switches, *self._targets.values()) for ref in target.secret_refs}
        with suppress(SecretError):
            self._desk.secrets.resolve(sorted(refs))

    def ask(self) -> Mapping[str, Asked]:
        """What the devices say."""
        return ask_devices(self._desk, tuple(self._targets.values()), self._emit, DEVICES_S, tuple(self._bystanders()))

    def _bystanders(self) -> "Iterator[At]":
        """Devices at whose address no driver asks."""
        for device in self._mine:
            target = self._targets.get(device.name)
            if device.address and (target is None or target.dialect in ASKED_ELSEWHERE):
                # The lab does not have all of them.
                with suppress(CampusError):
                    host, port = self._desk.endpoint(device.address)
                    yield At(device.name, host, port if self._desk.lab else 0)

    def read(self, switches: Sequence[str], limit_s: float) -> "Mapping[str, Tables | Fault]":
        """What switches see, as far as they say it in that time; nothing, where there is next to none."""
        names = switches if limit_s >= _LEAST_S else ()
        return read_switches(self._desk, self._city, self._school, names, self._emit, limit_s=limit_s)

    def lost(self, tables: "Mapping[str, Tables | Fault]", asked: Mapping[str, Asked]) -> set[str]:
        """MAC addresses of devices that are not at their port: they may be at another one.

        One that is off most of the time is off, and not searched for.
        """
        there = Switches(self._city, self._school, tables)
        found = set()
        for device in self._mine:
            at = there.at(device, self.plugs.get(device.name))
            answers = asked.get(device.name, Asked()).answers
            absent = at.others if answers else not self._often_off(device)
            down = at.port is not None and (at.port.up is False or at.port.enabled is False)
            if device.mac and device.mac not in at.heard and not at.elsewhere and (absent or (answers and down)):
                found.add(device.mac)
        return found

    def report(
        self, tables: "Mapping[str, Tables | Fault]", asked: Mapping[str, Asked], seconds: Mapping[str, float]
    ) -> RoomReport:
        """Everything that was seen, understood."""
        there = Switches(self._city, self._school, tables)
        working = self._working(asked)
        seen = [
            self._seen(device, there, asked.get(device.name, Asked()), working, self._queues_of(device, asked))
            for device in self._mine
        ]
        located = self._school.rooms[self._room]
        faults = {name: one for name, one in tables.items() if isinstance(one, Fault)}
        return RoomReport(
            school=self._school.id,
            school_name=self._school.spec.name,
            location=f"{self._school.id}/{located.building_id}/{located.room.floor}/{self._room}",
            title=located.room.title,
            checked=self._desk.clock().replace(microsecond=0),
            devices=(
                *(
                    DeviceInRoom(diagnose(one), self._title(device), one.address)
                    for one, device in zip(seen, self._mine, strict=True)
                ),
                *(self._switch(device, faults.get(device.name)) for device in self._switches),
            ),
            switches=tuple(SwitchOfRoom(name, faults.get(name)) for name in serving(self.plugs)),
            seconds=seconds,
        )

    def _working(self, asked: Mapping[str, Asked]) -> set[str]:
        """Switches through which some device of the room answers."""
        return {plug.switch for name, plug in self.plugs.items() if asked.get(name, Asked()).answers}

    def _queues_of(self, device: Device, asked: Mapping[str, Asked]) -> tuple[Queue, ...]:
        """The queues that print on a device, or those of a print server."""
        return tuple(
            queue_of(one.server, one.name, asked[one.server].result)
            for one in self._queues
            if device.name in (one.printer, one.server) and one.server in asked
        )

    def _seen(
        self, device: Device, there: Switches, asked: Asked, working: set[str], queues: tuple[Queue, ...]
    ) -> Seen:
        plug = self.plugs.get(device.name)
        at = there.at(device, plug)
        if plug and plug.switch in working:
            # It carries traffic, so it is not what stops this device, whatever became of our session.
            at = at._replace(switch_fault=None)
        return Seen(
            device=device.name,
            school=self._school.id,
            address=device.address or "",
            mac=device.mac or "",
            serial=device.serial or "",
            often_off=self._often_off(device),
            has_source=driver_of(self._city, device) in _SHOWS,
            plug=plug,
            answers=asked.answers,
            service=self._service(device, asked),
            queues=queues,
            **at._asdict(),
        )

    def _often_off(self, device: Device) -> bool:
        """A PC; and what nothing manages and no switch feeds is somebody's to switch off as well."""
        driver, plug = driver_of(self._city, device), self.plugs.get(device.name)
        return driver == PC or not (driver or (plug and plug.powered))

    def _service(self, device: Device, asked: Asked) -> Service | None:
        target = self._targets.get(device.name)
        if target is None:
            return None
        if asked.result is None:
            return Service(late=True)
        wanted = {} if target.driver == PC else dict(Document.model_validate_json(target.intended).settings)
        return service_of(asked.result, wanted, device.serial or "", target.dialect)

    def _switch(self, device: Device, fault: Fault | None) -> DeviceInRoom:
        """A switch that stands in the room."""
        kind, detail = (fault.kind, fault.what) if fault else (None, "")
        found = diagnose_switch(device.name, self._school.id, kind, detail)
        return DeviceInRoom(found, self._title(device), device.address or "")

    def _title(self, device: Device) -> str:
        kind = self._city.spec.classes.get(device.device_class)
        return kind.title if kind else ""
