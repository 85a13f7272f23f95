"""Who answers, against real sockets on loopback."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest

from campusctl.drivers.pc.probe import Door, _refused, probe
from campusctl.model.outcome import FaultKind

NEVER = threading.Event()


@contextmanager
def listening(answer: Callable[[socket.socket], None]) -> Iterator[int]:
    """A port whose connections get an answer."""
    with socket.create_server(("127.0.0.1", 0)) as server, ExitStack() as held:

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                held.enter_context(connection)
                answer(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


@contextmanager
def silent() -> Iterator[int]:
    """A port that takes no connection and refuses none, as a PC that is off: its queue is full."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server, ExitStack() as held:
        for _ in range(3):
            client = held.enter_context(socket.socket())
            client.setblocking(False)
            client.connect_ex(server.getsockname())
        yield server.getsockname()[1]


def greet(text: bytes) -> Callable[[socket.socket], None]:
    """Say something."""
    return lambda connection: connection.sendall(text)


def hang_up(connection: socket.socket) -> None:
    """Close without a word."""
    connection.close()


@pytest.mark.parametrize(
    ("answer", "kind", "word"),
    [
        (greet(b"SSH-2.0-OpenSSH_9.2p1\r\n"), None, ""),
        (greet(b"220 ftp ready\r\n"), FaultKind.MALFORMED, "is not SSH"),
        (greet(b""), FaultKind.TIMEOUT, "says nothing"),
        (hang_up, FaultKind.UNREACHABLE, "hangs up"),
    ],
    ids=["ssh", "ftp", "mute", "hang up"],
)
def test_what_a_port_says_decides(answer: Callable[[socket.socket], None], kind: FaultKind | None, word: str) -> None:
    """Each its own word."""
    with listening(answer) as port:
        trouble = probe([Door("pc", "127.0.0.1", port, b"SSH-")], NEVER, greeting_s=0.3)["pc"]
    assert (trouble.kind if trouble else None) == kind
    assert word in (trouble.what if trouble else "")


def test_a_port_that_waits_for_the_client_needs_no_greeting() -> None:
    """Such as one with TLS."""
    with listening(greet(b"")) as port:
        assert probe([Door("pc", "127.0.0.1", port)], NEVER) == {"pc": None}


def test_silence_is_off_and_a_refusal_is_not() -> None:
    """A PC that refuses is on."""
    with silent() as port, socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        doors = [Door("off", "127.0.0.1", port), Door("on", "127.0.0.1", taken.getsockname()[1])]
        found = probe(doors, NEVER, connect_s=0.2)
    assert {name: trouble.kind for name, trouble in found.items() if trouble} == {
        "off": FaultKind.OFF,
        "on": FaultKind.UNREACHABLE,
    }


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (113, FaultKind.OFF),
        (110, FaultKind.OFF),
        (101, FaultKind.UNREACHABLE),
        (13, FaultKind.UNREACHABLE),
        (0, FaultKind.UNREACHABLE),
    ],
)
def test_no_host_is_off_and_no_network_is_our_trouble(number: int, kind: FaultKind) -> None:
    """113: no route to host, 110: timed out, 101: network unreachable, 13: forbidden here."""
    error = OSError(number, "x") if number else OSError("no such name")
    assert _refused(Door("s042-r201-pc01", "127.0.0.1", 22), error).kind is kind


def test_hundreds_are_asked_at_once_and_a_stop_ends_it() -> None:
    """Silent PCs cost the time of two, not of all; whoever waits stops at once."""
    with silent() as port:
        doors = [Door(f"pc{number}", "127.0.0.1", port) for number in range(300)]
        begun = time.monotonic()
        found = probe(doors, NEVER, connect_s=0.3)
        assert time.monotonic() - begun < 5
        assert {trouble.kind for trouble in found.values() if trouble} == {FaultKind.OFF}
        stop = threading.Event()
        stop.set()
        begun = time.monotonic()
        assert set(probe(doors, stop, connect_s=30).values()) == {None}
        assert time.monotonic() - begun < 1
