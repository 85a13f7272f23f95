"""All PCs of a lab in one event loop: booted, listening, broken, woken."""

import asyncio
import os
import shutil
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import asyncssh

from campusctl.lab.pcs.faulty import Station
from campusctl.lab.pcs.machine import HERE, Machine
from campusctl.lab.pcs.rack import Rack, disks, run_in
from campusctl.lab.pcs.spec import LabPc
from campusctl.lab.pcs.waking import Waking
from campusctl.lab.state import lab_address

if TYPE_CHECKING:
    from campusctl.lab.campus import Campus

_SEEDS: Final = ("first.sh", "fault.sh", "killer", "unattended-upgrade")


class Room:
    """The PCs of a lab."""

    def __init__(self, folder: Path, base: Path, login: asyncssh.SSHKey, keys: Mapping[str, asyncssh.SSHKey]) -> None:
        """Prepare; nothing runs yet.

        Args:
            folder: For the PCs' disks; what is left there of another lab is removed.
            base: The PCs' root.
            login: The key that may log in.
            keys: Host key by device name.
        """
        self._folder, self._base, self._login, self._keys = folder, base, login, keys
        self.stations: dict[str, Station] = {}
        self.wake_port = 0

    async def start(self, pcs: Iterable[LabPc], port: int, campus: "Campus | None" = None) -> None:
        """Boot every PC that is not off, and answer for each on one port.

        Args:
            pcs: The PCs.
            port: TCP port.
            campus: What they are plugged into; None: a network that always works.

        Raises:
            CampusError: A PC does not come up, or this machine does not allow any.
        """
        self._rack = Rack()
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self._clear()
        self._size = "1g" if disks(self._rack) == "memory" else ""
        for pc in pcs:
            machine = Machine(pc, self._rack, self._base, self._seeded(pc))
            station = self.stations[pc.name] = Station(machine, lab_address(pc.address), port)
            if campus:
                station.online = partial(campus.online, pc.name)
                station.seen = partial(campus.place, pc.name)
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(2 * (os.cpu_count() or 1)) as crew:
            await asyncio.gather(*(loop.run_in_executor(crew, station.boot) for station in self.stations.values()))
        for station in self.stations.values():
            station.connect()
        self._waking, _ = await loop.create_datagram_endpoint(
            lambda: Waking({pc.machine.spec.mac: pc.wake for pc in self.stations.values()}), ("127.0.0.1", 0)
        )
        self.wake_port = self._waking.get_extra_info("sockname")[1]

    def stop(self) -> None:
        """Switch everything off; nothing is left."""
        self._waking.close()
        for station in self.stations.values():
            station.close()
        self._clear()
        self._rack.close()

    def _clear(self) -> None:
        left = [str(place) for place in self._folder.iterdir()]
        if left:
            run_in(
                self._rack, "sh", "-c", 'umount -l "$@" 2>/dev/null; exit 0', "sh", *(f"{place}/disk" for place in left)
            )
            run_in(self._rack, "rm", "-rf", "--one-file-system", "--", *left)

    def _seeded(self, pc: LabPc) -> Path:
        """A folder for a PC, with what makes it differ from others."""
        place = self._folder / pc.name
        for name in ("seed", "root", "disk"):
            (place / name).mkdir(parents=True)
        seed, key = place / "seed", self._keys[pc.name]
        files = {
            "host_key": key.export_private_key(),
            "host_key.pub": key.export_public_key(),
            "other_key": asyncssh.generate_private_key("ssh-ed25519").export_private_key(),
            "login.pub": self._login.export_public_key(),
        }
        for name, content in files.items():
            (seed / name).touch(0o600)
            (seed / name).write_bytes(content)
        for name in _SEEDS:
            shutil.copyfile(HERE / name, seed / name)
            (seed / name).chmod(0o755)
        (place / "size").write_text(self._size, encoding="ascii")
        return place
