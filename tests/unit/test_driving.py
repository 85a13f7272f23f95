"""Several drivers behind one door: each gets its own devices, all work side by side, nothing is left at work."""

import threading
from collections.abc import Iterator, Sequence

import pytest

from campusctl.errors import MissingExtraError
from campusctl.model.events import Emit, ignore
from campusctl.model.outcome import Fault, FaultKind
from campusctl.model.plan import DeviceLogin, Target
from campusctl.workflow.driving import Drivers

LOGIN = DeviceLogin(host="127.0.0.1", user="campus", known_hosts="/nowhere")


def target(name: str, driver: str) -> Target:
    """A device of a driver."""
    return Target(device=name, school="schule-042", driver=driver, dialect="any", login=LOGIN, intended="")


class Reader:
    """A driver whose every device has a fault; may wait for another driver to have begun, or for the end."""

    def __init__(self, name: str, begun: threading.Event, waits_for: threading.Event | None = None) -> None:
        self.name, self.begun, self.waits_for = name, begun, waits_for
        self.got: list[str] = []
        self.closed = False

    def assess(self, targets: Sequence[Target], emit: Emit) -> Iterator[Fault]:
        """One fault a device."""
        self.begun.set()
        if self.waits_for:
            assert self.waits_for.wait(10)
        try:
            for item in targets:
                self.got.append(item.device)
                yield Fault(device=item.device, kind=FaultKind.OFF, what="off", driver=self.name)
        finally:
            self.closed = True


def test_each_driver_gets_its_own_devices_and_they_work_side_by_side() -> None:
    """The first one waits until the second one has begun: one after the other would never end."""
    first, second = threading.Event(), threading.Event()
    made = {"switch": Reader("switch", first, second), "pc": Reader("pc", second, first)}
    drivers = Drivers(made.__getitem__, threading.Event())
    targets = [target("a", "switch"), target("b", "pc"), target("c", "switch"), target("d", "pc")]
    found = list(drivers.assess(targets, ignore))
    assert {fault.device: fault.driver for fault in found} == {"a": "switch", "b": "pc", "c": "switch", "d": "pc"}
    assert (made["switch"].got, made["pc"].got) == (["a", "c"], ["b", "d"])


def test_one_driver_is_asked_directly() -> None:
    """Without a thread: what interrupts the caller interrupts the driver."""
    reader = Reader("pc", threading.Event())
    stream = Drivers(lambda _name: reader, threading.Event()).assess([target("a", "pc"), target("b", "pc")], ignore)
    assert next(stream).device == "a"
    stream.close()
    assert reader.closed


def test_a_run_that_is_given_up_stops_every_driver() -> None:
    """Ctrl-C between two results: the drivers are told, and waited for."""
    stop = threading.Event()

    class Waiting(Reader):
        def assess(self, targets: Sequence[Target], emit: Emit) -> Iterator[Fault]:
            yield from super().assess(targets, emit)
            assert stop.wait(10)
            self.got.append("stopped")

    made = {"switch": Waiting("switch", threading.Event()), "pc": Waiting("pc", threading.Event())}
    stream = Drivers(made.__getitem__, stop).assess([target("a", "switch"), target("b", "pc")], ignore)
    next(stream)
    stream.close()
    assert made["switch"].got == ["a", "stopped"]
    assert made["pc"].got == ["b", "stopped"]


def test_a_driver_that_breaks_stops_the_others_and_is_heard() -> None:
    """What the others have seen by then is handed on first."""
    stop = threading.Event()

    class Broken(Reader):
        def assess(self, targets: Sequence[Target], emit: Emit) -> Iterator[Fault]:
            raise ZeroDivisionError
            yield

    class Waiting(Reader):
        def assess(self, targets: Sequence[Target], emit: Emit) -> Iterator[Fault]:
            assert stop.wait(10)
            yield from super().assess(targets, emit)

    made = {"switch": Waiting("switch", threading.Event()), "pc": Broken("pc", threading.Event())}
    found = []
    with pytest.raises(ZeroDivisionError):
        found.extend(Drivers(made.__getitem__, stop).assess([target("a", "switch"), target("b", "pc")], ignore))
    assert made["switch"].got == ["a"]


def test_a_missing_extra_is_said_before_any_device_is_contacted() -> None:
    """No driver has begun."""
    reader = Reader("switch", threading.Event())

    def load(name: str) -> Reader:
        if name == "pc":
            raise MissingExtraError("windows", "Windows PCs")
        return reader

    with pytest.raises(MissingExtraError):
        list(Drivers(load, threading.Event()).assess([target("a", "switch"), target("b", "pc")], ignore))
    assert not reader.begun.is_set()
