"""Every switch of a lab behind real SSH on loopback."""

import asyncio
import socket
import threading
from collections.abc import Iterable
from functools import partial
from types import TracebackType
from typing import Any, Self

import asyncssh

from campusctl.errors import CampusError
from campusctl.lab.campus import Campus
from campusctl.lab.clock import LoopClock
from campusctl.lab.pcs.spec import LabPc
from campusctl.lab.plugs import Plugs
from campusctl.lab.spec import LabSpec, LabSwitch
from campusctl.lab.state import lab_address
from campusctl.lab.station import Station, SwitchServer


class LabServer:
    """The SSH servers of a lab in the running event loop."""

    def __init__(self, spec: LabSpec, keys: dict[str, asyncssh.SSHKey], *, stall_s: float = 2.0) -> None:
        """Prepare; nothing listens yet.

        Args:
            spec: The switches.
            keys: Host key by device name.
            stall_s: How long a session that was cut stays silent before its connection dies, in seconds.
        """
        self._spec = spec
        self._keys = keys
        self._stall_s = stall_s
        self._acceptors: list[asyncssh.SSHAcceptor] = []
        self.stations: dict[str, Station] = {}
        self.campus = Campus(self.stations, Plugs(spec.switches))
        """How they hang together, and which end device is at which port."""
        self.port = spec.port

    async def start(self) -> None:
        """Listen at every switch's address, all on one port."""
        self.clock = LoopClock(asyncio.get_running_loop(), self._spec.speed)
        if self._spec.rtt_ms:
            _delay_input(self._spec.rtt_ms / 1000)
        self.port = self.port or _free_port(switch.address for switch in self._spec.switches)
        for switch in self._spec.switches:
            station = Station(switch, self.clock, stall_s=self._stall_s)
            station.campus = self.campus
            self.stations[switch.name] = station
            self._acceptors.append(await self._listen(station, switch))

    async def _listen(self, station: Station, switch: LabSwitch) -> asyncssh.SSHAcceptor:
        acceptor = await asyncssh.listen(
            lab_address(switch.address),
            self.port,
            server_factory=partial(SwitchServer, station),
            server_host_keys=[self._keys[switch.name]],
            server_version="campusctl_lab",
            line_editor=False,
            login_timeout=60,
            gss_host=None,
            allow_scp=False,
            errors="replace",
            backlog=200,
        )

        def rekey(wrong: bool) -> None:  # noqa: FBT001 - a callable's one argument
            key = asyncssh.generate_private_key("ssh-ed25519") if wrong else self._keys[switch.name]
            acceptor.update(server_host_keys=[key])

        station.rekey = rekey
        if switch.faults.wrong_host_key:
            rekey(True)
        return acceptor

    def school_of(self, switch: str) -> str:
        """School of a switch.

        Raises:
            CampusError: There is no such switch.
        """
        if switch not in self.stations:
            raise CampusError(f"the lab has no switch {switch[:80]!r}", "campusctl lab status lists them")
        return self.stations[switch].spec.school

    async def stop(self) -> None:
        """Close every listener and every session."""
        for acceptor in self._acceptors:
            acceptor.close()
        for station in self.stations.values():
            for session in tuple(station.sessions):
                session.drop()


class LabThread:
    """A lab in a thread of its own, for tests: `with LabThread(spec) as lab: lab.endpoint(name)`."""

    def __init__(self, spec: LabSpec, *, stall_s: float = 0.2) -> None:
        self._spec = spec
        self._stall_s = stall_s
        self.keys = {switch.name: asyncssh.generate_private_key("ssh-ed25519") for switch in spec.switches}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self.server = LabServer(self._spec, self.keys, stall_s=self._stall_s)
        asyncio.run_coroutine_threadsafe(self.server.start(), self._loop).result(30)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self.server.stop(), self._loop).result(30)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def endpoint(self, name: str) -> tuple[str, int]:
        """Host and port of a switch."""
        switch = next(switch for switch in self._spec.switches if switch.name == name)
        return lab_address(switch.address), self.server.port

    def known_hosts(self) -> str:
        """An OpenSSH known_hosts file with every switch in it."""
        return known_hosts_text(self._spec.switches, self.keys, self.server.port)

    def station(self, name: str) -> Station:
        """A switch behind the network; touch it only while no session is open."""
        return self.server.stations[name]


def known_hosts_text(devices: Iterable[LabSwitch | LabPc], keys: dict[str, asyncssh.SSHKey], port: int) -> str:
    """An OpenSSH known_hosts file."""
    lines = (
        f"[{lab_address(device.address)}]:{port} {keys[device.name].export_public_key().decode().strip()}"
        for device in devices
    )
    return "".join(f"{line}\n" for line in lines)


def _free_port(addresses: Iterable[str]) -> int:
    first = next(iter(addresses), "10.0.0.1")
    with socket.socket() as probe:
        probe.bind((lab_address(first), 0))
        port: int = probe.getsockname()[1]
    return port


def _delay_input(seconds: float) -> None:
    """Delay every packet from a client, key exchange included: asyncssh has no door for it."""
    original = asyncssh.connection.SSHConnection.data_received

    def delayed(self: Any, data: bytes, datatype: Any = None) -> None:  # noqa: ANN401 - asyncssh's signature
        asyncio.get_running_loop().call_later(seconds, original, self, data, datatype)

    asyncssh.connection.SSHConnection.data_received = delayed  # type: ignore[method-assign]
