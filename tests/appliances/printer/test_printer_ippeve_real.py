"""CUPS's simulated printer, which nobody here wrote: what it says, by IPP and by TLS, and that nobody may set it."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from printer_rig import Peer, free_port, refusals, target_at, wanted

from campusctl.model.outcome import FaultKind

pytestmark = [
    pytest.mark.skipif(not shutil.which("ippeveprinter"), reason="apt-get install cups-ipp-utils"),
    pytest.mark.skipif(not shutil.which("dbus-daemon"), reason="apt-get install dbus"),
]


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """An ippeveprinter of our own; it wants a bus, and no more of it than that it is there."""
    folder = tmp_path_factory.mktemp("ippeve")
    number, bus = free_port("127.0.0.1"), folder / "bus"
    for name in ("spool", "keys"):
        (folder / name).mkdir()
    daemon = ["dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address=unix:path={bus}"]
    printer = [
        "ippeveprinter", "-r", "off", "-n", "localhost", "-p", str(number), "-d", str(folder / "spool"), "-k",
        "-c", "/bin/true", "-2", "-M", "Kyocera", "-m", "ECOSYS P3145dn", "-l", "Raum 101", "-s", "45,0",
        "-K", str(folder / "keys"), "-f", "application/pdf,image/pwg-raster", "Drucker",
    ]  # fmt: skip
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    environ = {"PATH": "/usr/sbin:/usr/bin:/bin", "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={bus}", "HOME": str(folder)}
    with subprocess.Popen(daemon, **quiet) as first:  # type: ignore[call-overload] - both are streams
        _wait(bus.exists)
        with subprocess.Popen(printer, env=environ, **quiet) as second:  # type: ignore[call-overload] - likewise
            _wait(lambda: _listens(number))
            yield number
            second.kill()
        first.kill()


def _wait(ready: Any) -> None:  # noqa: ANN401 - anything to call
    end = time.monotonic() + 10
    while not ready():
        assert time.monotonic() < end
        time.sleep(0.02)


def _listens(port: int) -> bool:
    with closing(socket.socket()) as found:
        return found.connect_ex(("127.0.0.1", port)) == 0


def _peer(port: int, **printer: object) -> Peer:
    return Peer(target_at("127.0.0.1", port, wanted(dict(printer), serial="")))


def test_what_it_is(port: int) -> None:
    """Model, state, supplies and the settings that it has."""
    seen = _peer(port, location="Raum 101", sides="two-sided-long-edge", media="a4", quality="normal").seen()
    assert seen.facts["model"] == "Kyocera ECOSYS P3145dn"
    assert seen.facts["state"] == "idle"
    assert seen.facts["supplies"] == "Toner Waste Tank 25 %; Black Toner 75 %"
    assert "location" not in refusals(seen)


def test_it_lets_nobody_set_anything(port: int) -> None:
    """What differs is refused before anything is sent, and why."""
    seen = _peer(port, location="elsewhere", info="x").seen()
    assert refusals(seen) == {
        "location": "it lets nobody set anything by IPP", "info": "it lets nobody set anything by IPP",
    }  # fmt: skip
    assert seen.commands == ()


def test_by_tls(port: int) -> None:
    """IPPS on the same port: its own certificate is not believed, and known by its fingerprint."""
    fault = _peer(port, ipp={"tls": True}).trouble()
    assert fault.kind is FaultKind.HOST_KEY
    found = _peer(port, ipp={"tls": True, "certificate": "0" * 64}).trouble()
    known = found.hint.rpartition(" ")[2]
    assert fault.hint.rpartition(" ")[2] == known
    assert len(known) == 95
    assert _peer(port, ipp={"tls": True, "certificate": known}).seen().facts["model"] == "Kyocera ECOSYS P3145dn"


def test_no_print_service_at_this_path(port: int) -> None:
    """Its web pages are no print service."""
    fault = _peer(port, ipp={"path": "/nowhere"}).trouble()
    assert fault.kind in (FaultKind.MALFORMED, FaultKind.REJECTED)
    assert "print service" in fault.what
