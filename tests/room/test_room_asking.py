"""Devices are asked at the same time, each driver on its own; silence, refusal and lateness are told apart."""

import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from campusctl.errors import MissingExtraError
from campusctl.model.events import Emit, ignore
from campusctl.model.outcome import Fault, FaultKind
from campusctl.model.plan import Assessment, DeviceLogin, Target
from campusctl.workflow.desk import Desk
from campusctl.workflow.room_asking import Asked, ask_devices


def assessed(target: Target) -> Assessment:
    """It was read."""
    return Assessment(device=target.device, school="s", driver=target.driver, dialect=target.dialect)


def fault(target: Target, kind: FaultKind) -> Fault:
    """It was not."""
    return Fault(device=target.device, kind=kind, what="in its own words", driver=target.driver)


@dataclass
class FakeDriver:
    """Says of each device what its name says: `well`, a kind of fault, `late`, or that a library is missing."""

    stop: threading.Event

    def assess(self, targets: Sequence[Target], emit: Emit) -> Iterator[Assessment | Fault]:
        """One result for each."""
        del emit
        for target in targets:
            if target.device == "late":
                self.stop.wait(5)
                yield fault(target, FaultKind.INTERRUPTED)
            elif target.device == "extra":
                raise MissingExtraError("boards", "the driver of Samsung displays")
            else:
                yield assessed(target) if target.device == "well" else fault(target, FaultKind(target.device))


@dataclass(frozen=True)
class FakeDesk(Desk):
    """A desk whose drivers are fakes."""

    def driver(self, stop: threading.Event | None = None, record: object = None) -> FakeDriver:  # type: ignore[override]
        """One driver for all."""
        del record
        assert stop is not None
        return FakeDriver(stop)


class NoSecrets:
    """Nobody needs any."""

    def resolve(self, refs: Sequence[str]) -> Mapping[str, str]:
        """None."""
        assert not refs
        return {}


@dataclass
class Doors:
    """TCP ports of this computer."""

    greets: int
    """Says what SSH says first."""
    says_nothing: int
    """Takes connections; the kernel does."""
    closed: int
    """Refuses them."""
    dark: int
    """Answers nothing at all, as nobody would: its queue is full."""


@pytest.fixture(scope="module")
def doors() -> Iterator[Doors]:
    """The ports."""
    with ExitStack() as stack:
        greets, says_nothing, closed, dark = (stack.enter_context(socket.socket()) for _ in range(4))
        for one in (greets, says_nothing, closed, dark):
            one.bind(("127.0.0.1", 0))
        for one in (greets, says_nothing):
            one.listen(50)
        dark.listen(0)
        for _ in range(2):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(dark.getsockname())
        found = Doors(*(one.getsockname()[1] for one in (greets, says_nothing, closed, dark)))
        thread = threading.Thread(target=_greet, args=(greets,), daemon=True)
        thread.start()
        yield found
        greets.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def _greet(listener: socket.socket) -> None:
    with suppress(OSError):
        while True:
            connection, _ = listener.accept()
            with connection, suppress(OSError):
                connection.sendall(b"SSH-2.0-x\r\n")
                connection.recv(1)


def target(device: str, port: int, *, driver: str = "board", dialect: str = "samsung_mdc") -> Target:
    """A device at a port of this computer."""
    login = DeviceLogin(host="127.0.0.1", port=port, user="", known_hosts="", timeout_s=1.0)
    return Target(device=device, school="s", driver=driver, dialect=dialect, login=login, intended="{}")


def asked(*targets: Target, limit_s: float = 5.0) -> dict[str, tuple[bool | None, str]]:
    """By device: whether it answers, and what came of asking it."""
    desk = FakeDesk(Path(), NoSecrets(), lambda address: (address, 0), Path(), b"k" * 32)
    return {name: (one.answers, _word(one)) for name, one in ask_devices(desk, targets, ignore, limit_s).items()}


def _word(one: Asked) -> str:
    if one.result is None:
        return "late"
    return one.result.kind if isinstance(one.result, Fault) else "read"


@pytest.mark.parametrize(
    ("name", "door", "expected"),
    [
        ("well", "closed", (True, "read")),
        ("auth", "closed", (True, "auth")),
        ("unreachable", "closed", (True, "unreachable")),
        ("timeout", "says_nothing", (True, "timeout")),
        ("off", "says_nothing", (True, "off")),
        ("secret", "says_nothing", (True, "secret")),
    ],
)
def test_who_is_there_is_knocked_at_where_the_driver_does_not_tell(
    name: str, door: str, expected: tuple[bool, str], doors: Doors
) -> None:
    """A refusal is an answer as well."""
    assert asked(target(name, getattr(doors, door))) == {name: expected}


def test_nobody_there(doors: Doors) -> None:
    """Silence is an answer, too."""
    assert asked(target("timeout", doors.dark)) == {"timeout": (False, "timeout")}


def test_one_that_is_late_does_not_hide_the_others(doors: Doors) -> None:
    """Each driver has its own devices."""
    late = target("late", doors.closed, driver="projector", dialect="pjlink")
    assert asked(late, target("well", doors.closed), limit_s=0.3) == {"late": (True, "late"), "well": (True, "read")}


def test_a_missing_library_is_the_trouble_of_its_own_devices(doors: Doors) -> None:
    """The others are read."""
    extra = target("extra", doors.closed, driver="projector", dialect="pjlink")
    assert asked(extra, target("well", doors.closed)) == {"extra": (True, "refused"), "well": (True, "read")}


def test_what_a_cloud_says_proves_nothing_of_the_network(doors: Doors) -> None:
    """Nor does a signature."""
    assert asked(target("well", doors.closed, dialect="android")) == {"well": (None, "read")}
    assert asked(target("off", doors.closed, dialect="manual")) == {"off": (None, "off")}


def test_pcs_are_greeted_and_not_read(doors: Doors) -> None:
    """One that greets is on; one that refuses is on, too, and nothing listens."""
    on = target("on", doors.greets, driver="pc", dialect="linux")
    deaf = target("deaf", doors.closed, driver="pc", dialect="linux")
    off = target("off", doors.dark, driver="pc", dialect="windows")
    assert asked(on, deaf, off) == {"on": (True, "read"), "deaf": (True, "unreachable"), "off": (False, "off")}
