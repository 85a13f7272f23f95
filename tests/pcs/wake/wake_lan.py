"""A LAN of its own in a network namespace, with an sshd and somebody who hears what is broadcast; run as a script.

python wake_lan.py FOLDER     prints what happened as JSON
"""

import asyncio
import json
import os
import pwd
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from campusctl.drivers.pc.wake.methods import send_all
from campusctl.drivers.pc.wake.orders import WakeOrder
from campusctl.model.plan import DeviceLogin

HERE, SSH_PORT = "10.42.101.1", 22
MACS = ("c8:d9:d2:42:00:02", "c8:d9:d2:42:00:03")


def run(*words: str) -> None:
    """A command that must go well."""
    subprocess.run(words, check=True, capture_output=True)


def make_lan() -> None:
    """The host's card with an address in a subnet, a PC's card at the other end of its wire, and one that is down."""
    run("ip", "link", "set", "lo", "up")
    for number in (1, 2):
        run("ip", "link", "add", "name", f"lan{number}", "type", "veth", "peer", "name", f"pc{number}")
        run("ip", "address", "add", f"10.42.10{number}.1/24", "dev", f"lan{number}")
    run("ip", "link", "set", "lan1", "up")
    run("ip", "link", "set", "pc1", "up")
    # What docs/pcs-off.md tells to do on a Linux router: an address that stands for everybody.
    run("ip", "neigh", "replace", "10.42.101.254", "lladdr", "ff:ff:ff:ff:ff:ff", "dev", "lan1", "nud", "permanent")


@contextmanager
def sshd(folder: Path) -> Iterator[None]:
    """A real sshd that knows one key."""
    for name in ("host", "login", "other"):
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name))
    (folder / "authorized").write_text((folder / "login.pub").read_text())
    known = (folder / "host.pub").read_text().split()[:2]
    (folder / "known hosts 100%").write_text(f"{HERE} {' '.join(known)}\n")
    (folder / "known_other").write_text(f"{HERE} {' '.join((folder / 'other.pub').read_text().split()[:2])}\n")
    (folder / "known_nobody").write_text("")
    words = (
        f'HostKey "{folder}/host"\nAuthorizedKeysFile "{folder}/authorized"\nPidFile none\nStrictModes no\nUsePAM no\n'
        "PasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin yes\n"
    )
    (folder / "sshd_config").write_text(words)
    Path("/run/sshd").mkdir(exist_ok=True)
    command = ["/usr/sbin/sshd", "-D", "-e", "-p", str(SSH_PORT), "-f", str(folder / "sshd_config")]
    with (folder / "sshd.log").open("w") as log, subprocess.Popen(command, stderr=log) as server:
        try:
            until(lambda: socket.create_connection((HERE, SSH_PORT), 1).close() is None)
            yield
        finally:
            server.terminate()


def until(done: Callable[[], object]) -> None:
    """Wait for a server that is just starting."""
    end = time.monotonic() + 10
    while True:
        try:
            if done():
                return
        except OSError:
            if time.monotonic() > end:
                raise
        time.sleep(0.02)


@contextmanager
def ears() -> Iterator[Callable[[], dict[str, list[str]]]]:
    """Hears the PC's end of the wire, as its card does, and UDP port 9 of the host; gives what came, as hex digits.

    Of the wire: the address that the frame is for, and what the UDP packet to port 9 carries.
    """
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800))
    with wire, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as port:
        wire.bind(("pc1", 0x0800))
        port.bind((HERE, 9))

        def packets() -> dict[str, list[str]]:
            frames = [frame for frame in received(wire) if frame[23] == 17 and frame[36:38] == b"\0\x09"]
            return {
                "wire": [f"{frame[:6].hex()} {frame[42:].hex()}" for frame in frames],
                "port": [data.hex() for data in received(port)],
            }

        yield packets


def received(source: socket.socket) -> list[bytes]:
    """All that comes until nothing comes any more."""
    source.settimeout(0.1)
    found = []
    try:
        while True:
            found.append(source.recv(2000))
    except TimeoutError:
        return found


def order(device: str, mac: str, method: str, address: str = "", sender: DeviceLogin | None = None) -> WakeOrder:
    """A PC that is to be woken."""
    return WakeOrder(
        device=device, school="schule-042", host="10.42.101.11", port=22, mac=mac, method=method, address=address,
        sender=sender,
    )  # fmt: skip


def main(folder: Path) -> Mapping[str, Any]:
    """Everything that happens on this LAN: what was answered, and what was heard."""
    user = pwd.getpwuid(os.getuid()).pw_name

    def by_host(known: str = "known hosts 100%", key: str = "login", host: str = HERE) -> tuple[WakeOrder, ...]:
        login = DeviceLogin(
            host=host, user=user, key_file=str(folder / key), known_hosts=str(folder / known), timeout_s=2
        )  # fmt: skip
        return tuple(order(f"pc{at}", mac, "host", sender=login) for at, mac in enumerate(MACS))

    ways = {
        "host": by_host(),
        "unknown key": by_host("known_nobody"),
        "changed key": by_host("known_other"),
        "refused": by_host(key="other"),
        "nobody there": by_host(host="10.42.101.99"),
        "helper": (order("pc0", MACS[0], "helper", HERE),),
        "helper on Linux": (order("pc0", MACS[0], "helper", "10.42.101.254"),),
        "broadcast": (order("pc0", MACS[0], "broadcast", "10.42.101.255"), order("pc1", MACS[1], "helper", HERE)),
        "no way": (order("pc0", MACS[0], "broadcast", "192.0.2.255"),),
    }
    make_lan()
    found: dict[str, Any] = {}
    with sshd(folder), ears() as packets:
        for name, orders in ways.items():
            troubles = asyncio.run(send_all(orders))
            found[name] = {"troubles": troubles, "heard": packets()}
        run("ip", "link", "set", "lan1", "down")
        local = by_host()[0]
        lone = local.model_copy(update={"sender": local.sender.model_copy(update={"host": "127.0.0.1"})})
        (folder / "known hosts 100%").write_text("127.0.0.1 " + (folder / "host.pub").read_text())
        found["no lan"] = {"troubles": asyncio.run(send_all([lone])), "heard": packets()}
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]))))
