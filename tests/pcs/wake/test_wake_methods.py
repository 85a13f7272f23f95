"""Magic packets byte by byte, and on which ways they travel: over a real sshd and a real wire."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campusctl.drivers.pc.wake.method_host import ssh_command
from campusctl.drivers.pc.wake.methods import METHODS
from campusctl.drivers.pc.wake.orders import Method
from campusctl.drivers.pc.wake.packet import magic_packet, plain_mac
from campusctl.model.plan import DeviceLogin

ROOT = Path(__file__).parents[3]
FIRST, SECOND = ("ff" * 6 + mac * 16 for mac in ("c8d9d2420002", "c8d9d2420003"))
THERE = "no packet was sent, for the host 10.42.101.1 is to send it: "


def test_a_magic_packet_byte_by_byte() -> None:
    """Six times ff, the address sixteen times, and nothing else."""
    packet = magic_packet("c8:d9:d2:42:00:02")
    assert len(packet) == 102
    assert packet[:18].hex(" ") == "ff ff ff ff ff ff c8 d9 d2 42 00 02 c8 d9 d2 42 00 02"
    assert packet.hex() == FIRST


@given(st.binary(min_size=6, max_size=6))
def test_every_card_has_its_packet_and_a_group_has_none(address: bytes) -> None:
    """A group address (lowest bit of the first byte) is no card."""
    mac = address.hex(":")
    if address[0] & 1:
        with pytest.raises(ValueError, match="group"):
            magic_packet(mac)
    else:
        assert magic_packet(mac) == b"\xff" * 6 + address * 16


@pytest.mark.parametrize(
    "text", ["", "c8d9d2420002", "C8:D9:D2:42:00:02", "c8:d9:d2:42:00:02\n", "c8:d9:d2:42:00:02;id"]
)
def test_what_is_no_mac_address_never_becomes_a_word_of_a_command(text: str) -> None:
    """Nor a packet."""
    login = DeviceLogin(host="10.42.101.1", user="campus", known_hosts="/w/known_hosts")
    for attempt in (plain_mac, magic_packet, lambda mac: ssh_command(login, [mac])):
        with pytest.raises(ValueError, match="is no MAC address"):
            attempt(text)


def test_the_command_line_of_a_sending_host() -> None:
    """Strict about the host's key, without a password, an agent or anything forwarded; a fixed program on stdin."""
    login = DeviceLogin(
        host="10.42.101.1", port=2222, user="campus", key_file="/home/x/.ssh/campusctl", timeout_s=4.6,
        known_hosts='/w/100% "sure"/known_hosts/schule-042', known_hosts_before="/w/known_hosts",
    )  # fmt: skip
    known = r'"/w/100%% \"sure\"/known_hosts/schule-042" "/w/known_hosts"'
    assert ssh_command(login, ["c8:d9:d2:42:00:02", "c8:d9:d2:42:00:03"]) == [
        "ssh", "-T", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes", "-o", f"UserKnownHostsFile={known}",
        "-o", "GlobalKnownHostsFile=/dev/null", "-o", "UpdateHostKeys=no", "-o", "ConnectTimeout=5",
        "-o", "ConnectionAttempts=1", "-o", "ControlMaster=no", "-o", "ControlPath=none",
        "-o", "ClearAllForwardings=yes", "-o", "ForwardAgent=no", "-o", "IdentitiesOnly=yes",
        "-i", "/home/x/.ssh/campusctl", "-p", "2222", "-l", "campus", "--", "10.42.101.1",
        "python3", "-", "9", "c8:d9:d2:42:00:02", "c8:d9:d2:42:00:03",
    ]  # fmt: skip


def test_every_method_of_the_inventory_has_its_module() -> None:
    """One table, one file each."""
    assert set(METHODS) == set(get_args(Method))
    assert [send.__module__.rpartition(".")[2] for send in METHODS.values()] == [f"method_{name}" for name in METHODS]


@pytest.fixture(scope="module")
def happened(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """What each way did on a LAN of its own; see wake_lan.py."""
    missing = [name for name in ("unshare", "ip", "/usr/sbin/sshd", "ssh") if not shutil.which(name)]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)} (apt-get install openssh-server iproute2 util-linux)")
    if os.geteuid() != 0:
        pytest.skip("a network namespace with an sshd needs root")
    folder = tmp_path_factory.mktemp("a lan")
    done = subprocess.run(
        ["unshare", "--net", sys.executable, str(Path(__file__).with_name("wake_lan.py")), str(folder)],
        capture_output=True, text=True, timeout=60, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("way", "wire", "port"),
    [
        ("host", [FIRST, SECOND], []),
        ("helper", [], [FIRST]),
        ("helper on Linux", [FIRST], []),
        ("broadcast", [FIRST], [SECOND]),
    ],
)
def test_a_packet_arrives(happened: Mapping[str, Any], way: str, wire: list[str], port: list[str]) -> None:
    """A host and a directed broadcast put it onto the PCs' wire for every card; a helper gets it itself.

    In the last case one PC is woken by broadcast and the other one by helper, in one go. The path of the host's
    known_hosts has a blank and a percent sign in it.
    """
    assert happened[way] == {
        "troubles": {},
        "heard": {"wire": [f"{'ff' * 6} {packet}" for packet in wire], "port": port},
    }


@pytest.mark.parametrize(
    ("way", "why"),
    [
        ("unknown key", f"{THERE}its host key is not known"),
        ("changed key", f"{THERE}its host key has changed: was it set up anew?"),
        ("refused", f"{THERE}it refuses our key"),
        ("nobody there", f"{THERE.replace('101.1 ', '101.99 ')}it does not answer"),
        ("no way", "no packet could be sent to 192.0.2.255: Network is unreachable"),
        ("no lan", f"{THERE.replace('10.42.101.1', '127.0.0.1')}it has no network interface that can broadcast"),
    ],
)
def test_a_packet_that_could_not_be_sent_says_why(happened: Mapping[str, Any], way: str, why: str) -> None:
    """And nothing was heard of it."""
    assert set(happened[way]["troubles"].values()) == {why}
    assert happened[way]["heard"] == {"wire": [], "port": []}
