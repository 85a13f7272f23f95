"""Print servers by TLS: which certificate is taken, who gets the password, what a server that insists on it hears."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from queue_rig import Desk, Twin, twin, wanted

from campusctl.model.outcome import Fault, FaultKind, OutcomeKind

RAW = {"roh": {"uri": "socket://10.42.70.12", "model": "raw"}}


@pytest.fixture(scope="module")
def running() -> Iterator[Twin]:
    """A simulated server for the module."""
    with twin() as found:
        yield found


@pytest.fixture
def server(running: Twin) -> Twin:
    """The server without a queue; it takes nothing in clear."""
    running.reset(wanted({}))
    running.fault("encrypt")
    return running


def _certificate(server: Twin) -> str:
    found = server.desk.look(wanted(RAW, tls="always"))
    assert isinstance(found, Fault)
    assert (found.kind, found.what) == (
        FaultKind.HOST_KEY, "its certificate cannot be taken: this computer does not trust it",
    )  # fmt: skip
    return found.hint.removeprefix("if the device itself shows the same, say queues.certificate: ")


def test_a_certificate_that_nobody_trusts_is_told_and_can_be_taken(server: Twin) -> None:
    """With its fingerprint in the inventory, the queue is made, the password told, and nothing differs any more."""
    wish = wanted(RAW, tls="always", certificate=_certificate(server))
    outcome = server.desk.apply(wish)
    assert (outcome.kind, outcome.fault) == (OutcomeKind.OK, None)
    assert list(server.cups.queues) == ["roh"]
    assert server.desk.plan(wish).edits == ()


def test_another_certificate_is_not_taken(server: Twin) -> None:
    """Somebody else at the server's address hears nothing of us."""
    found = server.desk.look(wanted(RAW, tls="always", certificate="00" * 32))
    assert isinstance(found, Fault)
    assert (found.kind, found.what) == (
        FaultKind.HOST_KEY, "its certificate cannot be taken: it is another one than the inventory says",
    )  # fmt: skip


def test_a_server_that_wants_tls_says_so(server: Twin) -> None:
    """HTTP 426; the hint is the line of the inventory."""
    found = server.desk.look(wanted(RAW))
    assert isinstance(found, Fault)
    assert (found.kind, found.what, found.hint) == (FaultKind.MALFORMED, "it wants TLS", "say queues.tls: always")


def test_a_server_that_hangs_in_the_middle_of_tls(server: Twin) -> None:
    """`deaf`: nothing hangs with it."""
    wish = wanted(RAW, tls="always", certificate=_certificate(server))
    server.fault("deaf")
    found = Desk(server.desk.host, server.desk.port, timeout_s=0.3).look(wish)
    assert isinstance(found, Fault)
    assert (found.kind, found.what) == (FaultKind.TIMEOUT, "it does not answer")


def test_cups_own_client_upgrades_a_connection_to_tls(server: Twin, tmp_path: Path) -> None:
    """`lpstat -E` knows nothing of us: it begins in clear and asks for TLS."""
    program = shutil.which("lpstat")
    if program is None:
        pytest.skip("lpstat is not there: apt-get install cups-client")
    server.reset(wanted(RAW))
    server.fault("encrypt")
    done = subprocess.run(
        [program, "-E", "-h", f"{server.desk.host}:{server.desk.port}", "-v"], capture_output=True, text=True,
        check=False, timeout=20, env={"LC_ALL": "C", "HOME": str(tmp_path)},
    )  # fmt: skip
    assert done.stdout.splitlines() == ["device for roh: socket://10.42.70.12"], done.stderr
