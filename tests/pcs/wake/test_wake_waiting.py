"""Who is on, who wakes up, who does not: on real sockets of the loopback interface."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from wake_room import Room

from campusctl.drivers.pc.wake.orders import WakeResult, WakeState
from campusctl.drivers.pc.wake.waking import Patience, look_for, wake
from campusctl.model.events import Event, EventKind, ignore
from campusctl.model.plan import DeviceLogin

QUICK = Patience(wait_s=5.0, repeat_s=0.2, look_s=0.02, answer_s=0.3)
ROOT = Path(__file__).parents[3]


@pytest.fixture
def room() -> Iterator[Room]:
    """A room of PCs."""
    made = Room()
    yield made
    made.close()


def told(results: tuple[WakeResult, ...]) -> list[tuple[str, WakeState, str]]:
    """Without how long it took."""
    return [(result.device, result.state, result.what) for result in results]


def test_who_is_on_is_found_at_once(room: Room) -> None:
    """All are asked side by side; those that are off are silent or refuse."""
    orders = [room.pc(number, on=number % 2 == 0) for number in range(1, 40)]
    assert look_for(orders, QUICK) == {f"pc{number}" for number in range(2, 40, 2)}
    assert room.packets == []


def test_packets_are_repeated_until_they_answer(room: Room) -> None:
    """The third packet is heard; those that woke get no more, and each is told once."""
    events: list[Event] = []
    results = wake([room.pc(1), room.pc(2)], QUICK, events.append, room.to)
    assert told(results) == [("pc1", WakeState.WOKE, ""), ("pc2", WakeState.WOKE, "")]
    assert all(0.2 < result.seconds < 3 for result in results)
    assert sorted(room.packets) == sorted(["c8:d9:d2:42:00:01", "c8:d9:d2:42:00:02"] * 3)
    assert [(event.kind, event.device) for event in events[:2]] == [
        (EventKind.STARTED, "pc1"), (EventKind.STARTED, "pc2")
    ]  # fmt: skip
    assert sorted((event.kind, event.device) for event in events[2:]) == [
        (EventKind.FINISHED, "pc1"), (EventKind.FINISHED, "pc2")
    ]  # fmt: skip


def test_who_does_not_answer_in_time_is_told(room: Room) -> None:
    """Others are not held up; here the address refuses, as a PC without its ssh server would."""
    results = wake(
        [room.pc(1, sleeper=False), room.pc(2)], Patience(2.0, repeat_s=0.1, look_s=0.02), ignore, room.to
    )  # fmt: skip
    assert told(results) == [
        ("pc1", WakeState.SILENT, f"it is on, and nothing listens on port {room.port}"),
        ("pc2", WakeState.WOKE, ""),
    ]


@contextmanager
def deaf(host: str) -> Iterator[int]:
    """A port whose queue is full, so that it says nothing at all, as a PC that is off."""
    with socket.socket() as server, socket.socket() as first, socket.socket() as second:
        server.bind((host, 0))
        server.listen(0)
        for one in (first, second):
            one.setblocking(False)
            with suppress(BlockingIOError):
                one.connect(server.getsockname())
        yield server.getsockname()[1]


def test_silence_is_told_as_silence(room: Room) -> None:
    """With the time that was waited."""
    with deaf("127.42.101.9") as port:
        order = room.pc(9, sleeper=False).model_copy(update={"port": port})
        assert look_for([order], QUICK) == frozenset()
        results = wake([order], Patience(0.8, repeat_s=0.1, look_s=0.02, answer_s=0.2), ignore, room.to)
    assert told(results) == [("pc9", WakeState.SILENT, "it did not answer within 0.8 s")]


def test_nobody_waits_when_told_not_to(room: Room) -> None:
    """One packet each, and no look."""
    results = wake([room.pc(1), room.pc(2)], Patience(wait_s=0), ignore, room.to)
    assert told(results) == [("pc1", WakeState.SENT, ""), ("pc2", WakeState.SENT, "")]
    with room.heard:
        assert room.heard.wait_for(lambda: len(room.packets) >= 2, 5)
    assert sorted(room.packets) == ["c8:d9:d2:42:00:01", "c8:d9:d2:42:00:02"]


def test_who_cannot_be_woken_is_told_why_and_not_waited_for(room: Room) -> None:
    """No packet for it."""
    order = room.pc(1).model_copy(update={"cannot": "the inventory does not know its MAC address"})
    begun = time.monotonic()
    results = wake([order], Patience(wait_s=60), ignore, room.to)
    assert told(results) == [("pc1", WakeState.CANNOT, "the inventory does not know its MAC address")]
    assert time.monotonic() - begun < 1
    assert wake([], Patience(), ignore) == ()


def test_when_no_packet_can_be_sent_nobody_waits(room: Room) -> None:
    """It is tried twice; the reason is told."""
    sender = DeviceLogin(host="127.42.101.99", port=room.port, user="campus", known_hosts="/dev/null")
    order = room.pc(1).model_copy(update={"method": "host", "sender": sender})
    begun = time.monotonic()
    results = wake([order], Patience(60, repeat_s=0.1, look_s=0.02, answer_s=0.2), ignore)
    why = "no packet was sent, for the host 127.42.101.99 is to send it: it is on, and no ssh server answers"
    assert told(results) == [("pc1", WakeState.UNSENT, why)]
    assert time.monotonic() - begun < 5


_SLEEPER = """
import sys
from campusctl.cli.main import call
from campusctl.drivers.pc.wake.orders import WakeOrder
from campusctl.drivers.pc.wake.waking import Patience, wake
from campusctl.model.events import ignore
from campusctl.model.plan import DeviceLogin
login = DeviceLogin(host="127.0.0.1", user="x", known_hosts="/dev/null", port=int(sys.argv[1]))
mac = "c8:d9:d2:42:00:4d"
order = WakeOrder(device="a", school="s", host="127.42.101.77", port=9, mac=mac, method="host", sender=login)
try:
    print("waiting", flush=True)
    wake([order], Patience(60), ignore)
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


def test_ctrl_c_ends_it_and_leaves_no_ssh_behind() -> None:
    """A host that takes the connection and says nothing: ssh would wait for it."""
    with socket.create_server(("127.0.0.1", 0)) as mute:
        words = [sys.executable, "-c", _SLEEPER, str(mute.getsockname()[1])]
        with subprocess.Popen(
            words, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "waiting\n"
            connection, _ = mute.accept()
            with connection:
                begun = time.monotonic()
                process.send_signal(signal.SIGINT)
                assert process.stdout.read() == "interrupted\n"
                assert process.wait(10) == 0
                assert time.monotonic() - begun < 3
                # ssh is gone when its end of the line is closed.
                connection.settimeout(3)
                while connection.recv(1000):
                    pass
