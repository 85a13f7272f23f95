"""The lab's own process: `python -m campusctl.lab.process WORKSPACE`, its switches and PCs as JSON on stdin.

Started by `campusctl lab up`.
"""

import asyncio
import logging
import os
import resource
import signal
import sys
from functools import partial
from pathlib import Path
from typing import Final

import asyncssh

from campusctl.errors import CampusError
from campusctl.lab import state as lab_state
from campusctl.lab.appliances.base import Appliance
from campusctl.lab.appliances.kinds import KINDS
from campusctl.lab.control import open_control
from campusctl.lab.doors import Doors
from campusctl.lab.pcs.room import Room
from campusctl.lab.plugging import Plugging
from campusctl.lab.secrets import lab_dir
from campusctl.lab.server import LabServer, known_hosts_text
from campusctl.lab.spec import LabSpec
from campusctl.lab.state import LabState


async def serve(root: Path, spec: LabSpec) -> None:
    """Run a lab until SIGTERM or SIGINT.

    Args:
        root: The workspace.
        spec: Its switches and PCs.

    Raises:
        CampusError: A PC does not come up.
    """
    _allow_files(len(spec.devices) + len(spec.appliances))
    keys = _host_keys(lab_dir(root) / "host_keys", [device.name for device in spec.devices])
    server = LabServer(spec, keys)
    await server.start()
    for name, faults in spec.end_faults.items():
        server.campus.place(name, dict(fault.partition("=")[::2] for fault in faults))
    doors = Doors()
    server.campus.moved = doors.moved
    room = await _open_room(root, spec, server, keys, doors) if spec.pcs else None
    appliances = await _start_appliances(spec, server, doors)
    state = _state(spec, server.port, room)
    write = partial(_describe, root)
    plugging = Plugging(root, server.campus, server.school_of, appliances, doors, state, write)
    control = await open_control(lab_dir(root), server, room, appliances, plugging)
    _replace(lab_state.known_hosts(root), known_hosts_text(spec.devices, keys, server.port))
    write(state)
    warming = asyncio.create_task(_boot_all(server))
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    await ended.wait()
    warming.cancel()
    control.close()
    for appliance in appliances.values():
        await appliance.stop()
    if room:
        room.stop()
    await server.stop()
    # Last: whoever waits for the end of the lab looks at this file.
    lab_state.state_file(root).unlink(missing_ok=True)


_SPARE_FILES: Final = 512
"""For sessions, the side door, Python itself."""


def _allow_files(devices: int) -> None:
    """Let this process have a file open for every device, and two more for each that goes dark.

    Raises:
        CampusError: The system does not allow so many.
    """
    wanted = 3 * devices + _SPARE_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
        if allowed < devices + _SPARE_FILES:
            raise CampusError(f"{devices} devices need more open files than this system allows ({hard}): ulimit -Hn")


async def _open_room(
    root: Path, spec: LabSpec, server: LabServer, keys: dict[str, asyncssh.SSHKey], doors: Doors
) -> Room:
    room = Room(lab_dir(root) / "pcs", Path(spec.pc_root), _key(lab_state.pc_key(root)), keys)
    await room.start(spec.pcs, server.port, server.campus)
    for pc in spec.pcs:
        doors.add(pc.school, room.stations[pc.name].follow)
    return room


async def _start_appliances(spec: LabSpec, server: LabServer, doors: Doors) -> dict[str, Appliance]:
    campus = server.campus
    found = {one.name: KINDS[one.kind](one, partial(campus.online, one.name)) for one in spec.appliances}
    for one in spec.appliances:
        appliance = found[one.name]
        campus.place(one.name, appliance.fault)
        await appliance.start(server.port)
        doors.add(one.school, appliance.changed)
    return found


async def _boot_all(server: LabServer) -> None:
    """Boot the switches one after the other while nobody waits for them: a city's take a while."""
    for station in server.stations.values():
        station.boot()
        await asyncio.sleep(0)


def _describe(root: Path, state: LabState) -> None:
    _replace(lab_state.state_file(root), state.model_dump_json(indent=1))


def _state(spec: LabSpec, port: int, room: Room | None) -> LabState:
    return LabState(
        pid=os.getpid(),
        port=port,
        switches={switch.name: switch.address for switch in spec.switches},
        pcs={pc.name: pc.address for pc in spec.pcs},
        appliances={one.name: one.address for one in spec.appliances},
        wake_port=room.wake_port if room else 0,
        secrets=spec.secrets,
    )


def _host_keys(folder: Path, names: list[str]) -> dict[str, asyncssh.SSHKey]:
    """A host key per device, the same each time the lab comes up."""
    folder.mkdir(mode=0o700, exist_ok=True)
    return {name: _key(folder / name) for name in names}


def _key(file: Path) -> asyncssh.SSHKey:
    """A private key of the workspace, made if it is not there."""
    if not file.exists():
        key = asyncssh.generate_private_key("ssh-ed25519")
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(key.export_private_key())
    return asyncssh.read_private_key(str(file))


def _replace(path: Path, text: str) -> None:
    """Write a file so that a reader sees the old text or the new one."""
    fresh = path.with_suffix(".new")
    fresh.write_text(text, encoding="utf-8")
    fresh.chmod(0o600)
    fresh.replace(path)


if __name__ == "__main__":
    logging.getLogger("asyncssh").setLevel(logging.CRITICAL)
    try:
        # Where a lab stands says whose it is: see `campusctl.lab.state.read`.
        os.chdir(sys.argv[1])
        asyncio.run(serve(Path(sys.argv[1]), LabSpec.model_validate_json(sys.stdin.buffer.read())))
    # `campusctl lab up` shows the last line.
    except CampusError as wrong:
        sys.exit(wrong.what)
    except OSError as wrong:
        sys.exit(str(wrong))
