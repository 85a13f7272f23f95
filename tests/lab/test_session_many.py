"""Many sessions: descriptors, threads, and what is left behind."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import paramiko
import pytest
from conftest import Peer
from sshd_script import Script

from campusctl.drivers.switch.pool import run_pool
from campusctl.drivers.switch.session import SessionError

Start = Callable[..., Peer]


def open_descriptors() -> int:
    """How many this process has."""
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.fixture
def crowded() -> Iterator[None]:
    """More than 1,024 descriptors in use, where select() would fail."""
    import resource  # noqa: PLC0415 - only here

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, hard), hard))
    held = [os.open(os.devnull, os.O_RDONLY) for _ in range(1100)]
    yield
    for descriptor in held:
        os.close(descriptor)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.usefixtures("crowded")
@pytest.mark.parametrize("auth", [("password",), ("keyboard-interactive",)])
def test_more_than_a_thousand_descriptors(peer: Start, auth: tuple[str, ...]) -> None:
    """Nothing underneath waits with select()."""
    switch = peer(Script(auth=auth))
    with switch.session() as session:
        assert session.show("show running-config") == "hostname sw01\n!\nend\n"


def test_sessions_side_by_side_get_their_own_replies(peer: Start) -> None:
    """Sixty threads, each with its own text; a descriptor that is used again belongs to one session only."""
    switches = [peer(Script(name=f"sw{number:02}", running=f"hostname sw{number:02}\n" * 50)) for number in range(6)]

    def read(number: int) -> bool:
        switch = switches[number % 6]
        with switch.session() as session:
            return session.show("show running-config") == switch.script.running

    assert all(run_pool(range(60), read, size=20))


def test_nothing_is_left_behind(peer: Start) -> None:
    """No descriptor and no thread, after good sessions, refused log-ins and broken lines."""
    good, broken = peer(), peer(Script(drop_at="show running-config"))
    refused = peer()
    refused.secrets["sw/pw"] = "wrong"
    with good.session() as session:
        session.show("show running-config")
    before, threads = open_descriptors(), threading.active_count()
    for _ in range(5):
        with good.session() as session:
            session.show("show running-config")
        for switch in (broken, refused):
            with pytest.raises(SessionError), switch.session() as session:
                session.show("show running-config")
    # The simulated switches live in this process: their ends of the connections may take a moment longer.
    assert open_descriptors() <= before + 15
    for thread in threading.enumerate():
        if isinstance(thread, paramiko.Transport):
            thread.join(5.0)  # paramiko looks every tenth of a second whether it was closed
    assert threading.active_count() <= threads


def test_without_libssh2_paramiko_takes_over() -> None:
    """Where ssh2-python cannot be installed."""
    code = (
        "import sys; sys.modules['ssh2'] = None\n"
        "from campusctl.drivers.switch.transport import select\n"
        "print(select.names('auto'))\n"
        "from campusctl.drivers.switch.hostkeys import scan\n"
        "from campusctl.drivers.switch.session import SessionError\n"
        "try:\n    scan('127.0.0.1', 1, 1.0)\nexcept SessionError as error:\n    print(error.kind.value)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "('paramiko',)\nunreachable\n"


def test_importing_the_session_loads_no_ssh_library() -> None:
    """Only who opens a session pays for it."""
    code = (
        "import sys, campusctl.drivers.switch.session, campusctl.drivers.switch.pool\n"
        "print({'netmiko', 'paramiko', 'ssh2', 'cryptography'} & set(sys.modules))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=Path.cwd())
    assert done.stdout == "set()\n"
