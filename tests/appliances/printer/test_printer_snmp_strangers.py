"""What answers at a printer's UDP port and is no SNMP."""

import logging
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any

import pytest
from printer_rig import V2C, V3, Peer, target_at, wanted

from campusctl.drivers.printer.snmp_trouble import SILENCE
from campusctl.model.outcome import FaultKind

GARBAGE = (
    b"",
    b"HTTP/1.1 400 Bad Request\r\n\r\n",
    b"\x30\x82\xff\xff",
    b"\x30\x03\x02\x01\x07",
    b"\x30\x0b\x02\x01\x01\x04\x06public",
    b"\xff" * 600,
)


@pytest.fixture(params=range(len(GARBAGE)))
def port(request: pytest.FixtureRequest) -> Iterator[int]:
    """Somebody who answers every datagram with the same garbage."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as door:
        door.bind(("127.0.0.1", 0))
        ended = threading.Event()

        def talk() -> None:
            while True:
                _, caller = door.recvfrom(65_536)
                if ended.is_set():
                    return
                door.sendto(GARBAGE[request.param], caller)

        thread = threading.Thread(target=talk, daemon=True)
        thread.start()
        yield door.getsockname()[1]
        ended.set()
        with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as last:
            last.sendto(b"end", door.getsockname())
        thread.join()


@pytest.mark.parametrize("snmp", [V2C, V3], ids=["v2c", "v3"])
def test_garbage_is_silence(port: int, snmp: Mapping[str, Any], caplog: pytest.LogCaptureFixture) -> None:
    """It is no answer; nobody is told of a bug."""
    with caplog.at_level(logging.WARNING):
        document = wanted({"snmp": snmp}, "snmp")
        fault = Peer(target_at("127.0.0.1", port, document, "snmp", timeout_s=0.3)).trouble()
    assert (fault.kind, fault.what) == (FaultKind.TIMEOUT, SILENCE[str(snmp["version"])])
    assert caplog.records == []
