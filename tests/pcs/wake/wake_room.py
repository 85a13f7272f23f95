"""A school with a few PCs, and its PCs on loopback addresses: magic packets switch them on."""

import shutil
import socket
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from campusctl.drivers.pc.wake.orders import WakeOrder
from campusctl.lab.state import lab_address
from campusctl.workflow import Desk

SCHOOL = "schule-055"
SATURDAY = datetime(2026, 11, 28, 12, tzinfo=UTC)
"""Nobody is disturbed."""
NOON = datetime(2026, 11, 26, 11, 36, tzinfo=UTC)
"""12:36 on a Thursday; in winter the clocks are an hour ahead of UTC."""

_PROFILE = """
title: A PC of this test
class: pc
dialect: linux
settings:
  pc:
    login: {user: campus, key_file: ~/.ssh/campusctl}
    wake_on_lan: true
    wake: {method: helper, helper: 10.55.101.2}
    overdue_days: 14
"""
_SCHOOL = """
name: Schule am Wecker
type: gymnasium
site: 55
address: {street: Parkallee 1, postcode: "12342", town: Musterstadt}
lessons: [07:45-15:20]
buildings:
  A:
    rooms:
      R201: {floor: 2, title: PC-Raum, vlans: {pc-room: 101}}
      R202: {floor: 2}
      R203: {floor: 2}
exams:
  - {name: Informatik, date: 2027-01-30, times: 09:00-13:15, rooms: [R201]}
"""
_DEVICES = """
devices:
  s055-r201-pc01: {profile: wecker, room: R201, address: 10.55.101.11, mac: "c8:d9:d2:55:00:01"}
  s055-r201-pc02: {profile: wecker, room: R201, address: 10.55.101.13, mac: "c8:d9:d2:55:00:02"}
  s055-r201-pc03: {profile: wecker, room: R201, address: 10.55.101.14, mac: "c8:d9:d2:55:00:03"}
  s055-r202-pc01: {profile: wecker, room: R202, address: 10.55.30.15}
  s055-r203-dt01: {profile: board-75, room: R203, address: 10.55.60.11}
"""


def make_city(root: Path, repo: Path) -> Path:
    """The example city with one school more."""
    for name in ("inventory", "templates"):
        shutil.copytree(repo / name, root / name)
    folder = root / "inventory" / "schools" / SCHOOL
    folder.mkdir()
    (folder / "school.yml").write_text(_SCHOOL)
    (folder / "devices.yml").write_text(_DEVICES)
    (root / "inventory" / "profiles" / "wecker.yml").write_text(_PROFILE)
    return root


class Nothing:
    """A source of no secrets."""

    def resolve(self, refs: Sequence[str]) -> Mapping[str, str]:
        """Nobody asks."""
        raise AssertionError(refs)


class Room:
    """PCs on loopback addresses; the third packet for a PC's card switches it on."""

    def __init__(self, needs: int = 3) -> None:
        self.needs = needs
        self.packets: list[str] = []
        self.heard = threading.Condition()
        self.ear = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.ear.bind(("127.0.0.1", 0))
        self.to: tuple[str, int] = self.ear.getsockname()
        self.servers: list[socket.socket] = []
        self.beds: dict[str, str] = {}
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.thread = threading.Thread(target=self.listen)
        self.thread.start()

    def pc(self, number: int, *, on: bool = False, sleeper: bool = True) -> WakeOrder:
        """A PC of the room."""
        mac, host = f"c8:d9:d2:42:00:{number:02x}", f"127.42.101.{number}"
        if on:
            self.switch_on(host)
        elif sleeper:
            self.beds[mac] = host
        return WakeOrder(
            device=f"pc{number}", school="schule-042", host=host, port=self.port, mac=mac, method="helper",
            address="10.42.101.2",
        )  # fmt: skip

    def switch_on(self, host: str) -> None:
        """It listens."""
        self.servers.append(socket.create_server((host, self.port)))

    def listen(self) -> None:
        """Count packets, wake cards."""
        while data := self.ear.recv(2000):
            mac = data[6:12].hex(":")
            with self.heard:
                self.packets.append(mac)
                self.heard.notify_all()
            if self.packets.count(mac) == self.needs and mac in self.beds:
                self.switch_on(self.beds[mac])

    def close(self) -> None:
        """Everybody goes."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", self.to)
        self.thread.join()
        for one in (self.ear, *self.servers):
            one.close()

    def desk(self, root: Path, now: datetime = SATURDAY) -> Desk:
        """A workspace whose PCs are here: 10.a.b.c answers at 127.a.b.c."""

        def endpoint(address: str) -> tuple[str, int]:
            return lab_address(address), self.port

        found = Desk(root, Nothing(), endpoint, root / "known_hosts", b"k" * 32, lab=True, clock=lambda: now)
        return replace(found, wake_to=self.to)

    def bed(self, mac: str, address: str) -> None:
        """A PC of the inventory that is off, and can be woken."""
        self.beds[mac] = lab_address(address)
