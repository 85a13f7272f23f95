"""Whether anything is at an address, by real TCP connections and real pings."""

import ast
import asyncio
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from campusctl.workflow.knocking import answers, is_there, ping, pinged
from campusctl.workflow.onboarding import occupied


def knock(host: str, port: int) -> bool:
    """One knock."""
    return asyncio.run(answers(host, port, 0.3))


def test_who_listens_and_who_refuses_is_there() -> None:
    """A closed door belongs to a house."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        assert knock("127.0.0.1", port)
    assert knock("127.0.0.1", port)


def test_who_says_nothing_is_not_seen() -> None:
    """Its queue of connections is full: the kernel leaves ours without an answer."""
    with socket.socket() as deaf, socket.socket() as first:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        first.connect(deaf.getsockname())
        assert not knock(*deaf.getsockname())


def test_only_addresses_that_answer_are_in_use() -> None:
    """An address that is asked about twice is one; a network without a way to it is nobody's."""
    found = asyncio.run(occupied._answering(["127.0.0.1", "", "127.0.0.1", "255.255.255.255"]))
    assert found == {"127.0.0.1"}


NETWORK = """
set -e
ip link set lo up
ip address add 192.0.2.7/32 dev lo
ip link add hole type veth peer name end
ip address add 198.51.100.1/24 dev hole
ip link set hole up
ip link set end up
exec "$@"
"""
"""A network of its own: one address that answers, and one subnet where everything is lost."""


def elsewhere(code: str, **environ: str) -> object:
    """What a line of Python says in that network."""
    words = ["unshare", "--user", "--map-root-user", "--net", "sh", "-c", NETWORK, "sh", sys.executable, "-c"]
    code = f"from campusctl.workflow.knocking import *; import asyncio; print(({code}))"
    said = subprocess.run([*words, code], check=True, capture_output=True, text=True, env=os.environ | environ)
    return ast.literal_eval(said.stdout)


@pytest.mark.skipif(not (shutil.which("ping") and shutil.which("ip")), reason="needs iputils-ping and iproute2")
def test_a_ping_is_answered_or_lost() -> None:
    """Real ones; without a way, and to a name or an option of `ping`, nobody is asked."""
    asked = ["192.0.2.7", "198.51.100.9", "192.0.2.7", "203.0.113.1", "-h", "board.example", "", "127.0.0.1"]
    assert elsewhere(f"dict(ping({asked}))") == {"192.0.2.7": True, "198.51.100.9": False}


@pytest.mark.skipif(not (shutil.which("ping") and shutil.which("ip")), reason="needs iputils-ping and iproute2")
def test_who_lets_every_knock_pass_is_seen_by_its_ping() -> None:
    """As a PC behind a firewall: no door of it answers, and it is there all the same."""
    there = "asyncio.run(is_there('198.51.100.1', (), 0.3)), asyncio.run(is_there('198.51.100.9', (80,), 0.3))"
    assert elsewhere(there) == (True, False)


def test_without_a_ping_nobody_can_tell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No program of that name, or one that may not be started; a knock still says what it says."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert ping(["192.0.2.7"]) == {}
    (tmp_path / "ping").write_text("no program")
    (tmp_path / "ping").chmod(0o600)
    assert ping(["192.0.2.7"]) == {}
    with socket.create_server(("127.0.0.1", 0)) as listening:
        assert asyncio.run(is_there("127.0.0.1", (listening.getsockname()[1],), 0.3))


def test_a_ping_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when whoever asked does not wait any more."""
    (tmp_path / "ping").write_text(f"#!/bin/sh\necho $$ >> {tmp_path}/started\nexec sleep 60\n")
    (tmp_path / "ping").chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert ping(["192.0.2.7"], 0.1) == {}

    async def impatient() -> None:
        async with asyncio.timeout(0.5):
            await pinged("192.0.2.7", 60)

    with pytest.raises(TimeoutError):
        asyncio.run(impatient())
    started = (tmp_path / "started").read_text().split()
    assert len(started) == 2
    assert not any(Path(f"/proc/{pid}").exists() for pid in started)
