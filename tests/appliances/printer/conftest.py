"""What tests of printers share."""

import ssl
from collections.abc import Iterator

import pytest
from printer_rig import Peer, Rig, target_at, wanted
from printer_stranger import Said, Serve, Stranger


@pytest.fixture(scope="module")
def rig() -> Iterator[Rig]:
    """Where the lab's printers run."""
    running = Rig()
    yield running
    running.stop()


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts a stranger, and says what is wanted of it."""
    strangers: list[Stranger] = []

    def start(said: Said, tls: ssl.SSLContext | None = None, **printer: object) -> Peer:
        strangers.append(Stranger(said, tls))
        return Peer(target_at("127.0.0.1", strangers[-1].port, wanted(dict(printer))))

    yield start
    for stranger in strangers:
        stranger.stop()
