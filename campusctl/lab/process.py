"""The lab's own process: `python -m campusctl.lab.process WORKSPACE`, its switches and PCs as JSON on stdin.

Started by `campusctl lab up`.
"""

import asyncio
import logging
import os
import signal
import sys
from pathlib import Path

import asyncssh

from campusctl.errors import CampusError
from campusctl.lab import state as lab_state
from campusctl.lab.appliances.base import Appliance
from campusctl.lab.appliances.kinds import KINDS
from campusctl.lab.control import open_control
from campusctl.lab.pcs.room import Room
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
    keys = _host_keys(lab_dir(root) / "host_keys", [device.name for device in spec.devices])
    server = LabServer(spec, keys)
    await server.start()
    room = await _open_room(root, spec, server.port, keys) if spec.pcs else None
    appliances = await _start_appliances(spec, server)
    control = await open_control(lab_dir(root), server, room, appliances)
    _replace(lab_state.known_hosts(root), known_hosts_text(spec.devices, keys, server.port))
    _replace(lab_state.state_file(root), _state(spec, server.port, room).model_dump_json(indent=1))
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


async def _open_room(root: Path, spec: LabSpec, port: int, keys: dict[str, asyncssh.SSHKey]) -> Room:
    room = Room(lab_dir(root) / "pcs", Path(spec.pc_root), _key(lab_state.pc_key(root)), keys)
    await room.start(spec.pcs, port)
    return room


async def _start_appliances(spec: LabSpec, server: LabServer) -> dict[str, Appliance]:
    found = {one.name: KINDS[one.kind](one) for one in spec.appliances}
    for appliance in found.values():
        await appliance.start(server.port)
    return found


async def _boot_all(server: LabServer) -> None:
    """Boot the switches one after the other while nobody waits for them: a city's take a while."""
    for station in server.stations.values():
        station.boot()
        await asyncio.sleep(0)


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
        asyncio.run(serve(Path(sys.argv[1]), LabSpec.model_validate_json(sys.stdin.buffer.read())))
    except CampusError as wrong:
        # `campusctl lab up` shows the last line.
        sys.exit(wrong.what)
