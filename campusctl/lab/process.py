"""The lab's own process: `python -m campusctl.lab.process WORKSPACE`, its switches as JSON on stdin.

Started by `campusctl lab up`.
"""

import asyncio
import logging
import os
import signal
import sys
from pathlib import Path

import asyncssh

from campusctl.lab import state as lab_state
from campusctl.lab.control import open_control
from campusctl.lab.secrets import lab_dir
from campusctl.lab.server import LabServer, known_hosts_text
from campusctl.lab.spec import LabSpec
from campusctl.lab.state import LabState


async def serve(root: Path, spec: LabSpec) -> None:
    """Run a lab until SIGTERM or SIGINT.

    Args:
        root: The workspace.
        spec: Its switches.
    """
    keys = _host_keys(lab_dir(root) / "host_keys", [switch.name for switch in spec.switches])
    server = LabServer(spec, keys)
    await server.start()
    control = await open_control(lab_dir(root), server)
    _replace(lab_state.known_hosts(root), known_hosts_text(spec.switches, keys, server.port))
    _replace(lab_state.state_file(root), _state(spec, server.port).model_dump_json(indent=1))
    warming = asyncio.create_task(_boot_all(server))
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    await ended.wait()
    warming.cancel()
    lab_state.state_file(root).unlink(missing_ok=True)
    control.close()
    await server.stop()


async def _boot_all(server: LabServer) -> None:
    """Boot the switches one after the other while nobody waits for them: a city's take a while."""
    for station in server.stations.values():
        station.boot()
        await asyncio.sleep(0)


def _state(spec: LabSpec, port: int) -> LabState:
    return LabState(
        pid=os.getpid(),
        port=port,
        switches={switch.name: switch.address for switch in spec.switches},
        secrets=spec.secrets,
    )


def _host_keys(folder: Path, names: list[str]) -> dict[str, asyncssh.SSHKey]:
    """A host key per switch, the same each time the lab comes up."""
    folder.mkdir(mode=0o700, exist_ok=True)
    keys: dict[str, asyncssh.SSHKey] = {}
    for name in names:
        file = folder / name
        if not file.exists():
            key = asyncssh.generate_private_key("ssh-ed25519")
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT, 0o600)
            with os.fdopen(descriptor, "wb") as handle:
                handle.write(key.export_private_key())
        keys[name] = asyncssh.read_private_key(str(file))
    return keys


def _replace(path: Path, text: str) -> None:
    """Write a file so that a reader sees the old text or the new one."""
    fresh = path.with_suffix(".new")
    fresh.write_text(text, encoding="utf-8")
    fresh.chmod(0o600)
    fresh.replace(path)


if __name__ == "__main__":
    logging.getLogger("asyncssh").setLevel(logging.CRITICAL)
    asyncio.run(serve(Path(sys.argv[1]), LabSpec.model_validate_json(sys.stdin.buffer.read())))
