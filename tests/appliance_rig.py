"""Simulated appliances in a thread, and targets that lead to them."""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from types import TracebackType
from typing import Any, Self, TypeVar

from campusctl.drivers.registry import load_driver
from campusctl.errors import SecretError
from campusctl.inventory.appliances import KINDS
from campusctl.lab.appliances.base import Appliance
from campusctl.lab.appliances.kinds import KINDS as SIMULATORS
from campusctl.lab.appliances.spec import LabAppliance
from campusctl.lab.state import lab_address
from campusctl.model.appliance import Document, Place
from campusctl.model.events import Event
from campusctl.model.inventory import Settings
from campusctl.model.outcome import Fault, Outcome
from campusctl.model.plan import Assessment, Change, DeviceLogin, Target
from campusctl.model.run import Step
from campusctl.model.secret import TOKEN
from campusctl.ports import Driver

T = TypeVar("T")

KEY = b"k" * 32
_NUMBERS = count(1)
SHORT_S = 0.4
"""How long an answer may take, in seconds."""


@dataclass
class Secrets:
    """A vault of some secrets."""

    values: dict[str, str] = field(default_factory=dict)

    def resolve(self, refs: Sequence[str]) -> Mapping[str, str]:
        """The plaintext of each reference."""
        for ref in refs:
            if ref not in self.values:
                raise SecretError(f"no secret {ref}", "put it into the vault")
        return {ref: self.values[ref] for ref in refs}


@dataclass
class Notes:
    """A record that remembers what it is told."""

    steps: list[Step] = field(default_factory=list)
    configs: dict[str, str] = field(default_factory=dict)

    def step(self, step: Step) -> None:
        """Remember."""
        self.steps.append(step)

    def config(self, school: str, device: str, text: str) -> None:
        """Remember."""
        self.configs[device] = text


@dataclass
class Rig:
    """A thread in which simulators run."""

    secrets: Secrets = field(default_factory=Secrets)
    notes: Notes = field(default_factory=Notes)
    events: list[Event] = field(default_factory=list)
    ups: list[Appliance] = field(default_factory=list)
    servers: list[asyncio.Server] = field(default_factory=list)
    ears: list[asyncio.DatagramTransport] = field(default_factory=list)

    def __enter__(self) -> Self:
        """Start the thread."""
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, what: BaseException | None, where: TracebackType | None
    ) -> None:
        """Stop everything."""
        for up in self.ups:
            self.do(up.stop())
        for ear in self.ears:
            self.loop.call_soon_threadsafe(ear.close)
        for server in self.servers:
            self.loop.call_soon_threadsafe(server.close)
        self.do(_settle())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()

    def do(self, work: Awaitable[T]) -> T:
        """The result of a coroutine that runs in the thread."""

        async def one() -> T:
            return await work

        return asyncio.run_coroutine_threadsafe(one(), self.loop).result(10)

    def up(
        self,
        driver: str,
        dialect: str,
        settings: Mapping[str, Any],
        *faults: str,
        name: str = "",
        timeout_s: float = SHORT_S,
    ) -> "Up":
        """A simulated device, and how it is wanted.

        Args:
            driver: Its driver.
            dialect: What it speaks.
            settings: What the inventory says below the driver's key.
            faults: `KIND=VALUE` each.
            name: Its name; empty: one is made up.
            timeout_s: How long an answer may take.
        """
        number = next(_NUMBERS)
        name = name or f"s200-r{number}-xx01"
        document, said = wanted(driver, dialect, settings, name=name)
        login = KINDS[driver].settings(said).access
        refs = {"password": login.password, "pin": login.enable}
        spec = LabAppliance(
            name=name, school="schule-200", kind=dialect, address=f"10.200.{number // 250}.{number % 250 + 1}",
            mac="00:00:00:00:00:01", serial="SN-1", settings=self._clear(document.settings),
            options={key: self._told(value) for key, value in document.options.items()}, user=login.user,
            secrets={key: self.secrets.values[ref] for key, ref in refs.items() if ref}, faults=faults,
        )  # fmt: skip
        host = lab_address(spec.address)
        port = free_port(host)
        device = SIMULATORS.get(dialect, Paper)(spec)
        if not isinstance(device, Paper):
            self.do(device.start(port))
        self.ups.append(device)
        target = Target(
            device=name, school="schule-200", driver=driver, dialect=dialect, intended=document.text(),
            login=DeviceLogin(
                host=host, port=port, user=login.user, password=login.password, enable=login.enable, known_hosts="",
                timeout_s=timeout_s, read_timeout_s=10,
            ),
        )  # fmt: skip
        up = Up(self, device, target)
        if dialect == "android":
            up.target = up.at(host, port)
        return up

    def _clear(self, settings: Sequence[tuple[Any, Any]]) -> tuple[tuple[Any, Any], ...]:
        """Settings with their secrets in them."""
        return tuple((path, self._told(value)) for path, value in settings)

    def _told(self, value: Any) -> Any:  # noqa: ANN401 - a value of an inventory
        """A value with its secrets in it."""
        return TOKEN.sub(lambda token: self.secrets.values[token[1]], value) if isinstance(value, str) else value

    def driver(self, name: str, *, stop: threading.Event | None = None) -> Driver:
        """A driver."""
        return load_driver(name)(self.secrets, KEY, stop=stop, record=self.notes)

    def assess(self, *targets: Target) -> dict[str, Assessment | Fault]:
        """What a driver says of devices."""
        found = list(self.driver(targets[0].driver).assess(targets, self.events.append))
        assert sorted(result.device for result in found) == sorted(target.device for target in targets)
        return {result.device: result for result in found}

    def apply(self, *changes: Change) -> dict[str, Outcome]:
        """What a driver makes of changes."""
        found = list(self.driver(changes[0].target.driver).apply(changes, self.events.append))
        assert sorted(result.device for result in found) == sorted(change.target.device for change in changes)
        return {result.device: result for result in found}


class Paper(Appliance):
    """A device that nobody can reach: a person does what is wanted of it."""

    def set_up(self, *, factory: bool) -> None:
        """See `Appliance`: nobody has done anything yet."""


@dataclass
class Up:
    """One simulated device that is up."""

    rig: Rig
    device: Appliance
    target: Target

    def at(self, host: str, port: int) -> Target:
        """The same device, wanted at another place."""
        login = self.target.login
        if self.target.dialect != "android":
            return self.target.model_copy(update={"login": login.model_copy(update={"host": host, "port": port})})
        # Google's place stands in the document.
        document = Document.model_validate_json(self.target.intended)
        options = {**document.options, "endpoint": f"http://{host}:{port}/"}
        return self.target.model_copy(update={"intended": document.model_copy(update={"options": options}).text()})

    def fault(self, *faults: str) -> None:
        """Have these faults from now on, and no others."""

        async def change() -> None:
            self.device.set_faults(faults)

        self.rig.do(change())

    def reset(self, *, factory: bool) -> None:
        """Become as out of the box, or as the inventory says."""

        async def change() -> None:
            self.device.set_up(factory=factory)

        self.rig.do(change())

    def assess(self, **more: object) -> Assessment:
        """What it says of itself."""
        found = self.rig.assess(self.target.model_copy(update=more))[self.target.device]
        assert isinstance(found, Assessment), found
        return found

    def fault_found(self, **more: object) -> Fault:
        """Why it cannot be read."""
        found = self.rig.assess(self.target.model_copy(update=more))[self.target.device]
        assert isinstance(found, Fault), found
        return found

    def change(self) -> Change:
        """What would be done to it."""
        return Change(target=self.target, assessment=self.assess())

    def apply(self, change: Change | None = None) -> Outcome:
        """Do it."""
        return self.rig.apply(change or self.change())[self.target.device]


def wanted(
    driver: str, dialect: str, settings: Mapping[str, Any], *, name: str = "s200-r1-xx01"
) -> tuple[Document, Settings]:
    """What the inventory makes of settings: a document, and the settings as a model."""
    place = Place(
        name=name, school="schule-200", school_name="Schule", city="Stadt", location="schule-200/A/1/R1",
        address="10.200.0.1", serial="SN-1",
    )  # fmt: skip
    said = Settings.model_validate({driver: settings})
    return KINDS[driver].document(place, said, dialect), said


def free_port(host: str) -> int:
    """A TCP port at which nobody listens."""
    with socket.socket() as one:
        one.bind((host, 0))
        return int(one.getsockname()[1])


async def _settle() -> None:
    """Let what was cancelled end."""
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def stranger(rig: Rig, driver: str, dialect: str, settings: Mapping[str, Any], talk: "Talk") -> Target:
    """A device that is none of the lab's, and how it is wanted.

    Args:
        rig: Where it runs.
        driver: Its driver.
        dialect: What it speaks.
        settings: What the inventory says below the driver's key.
        talk: One connection.
    """
    host, port = serve(rig, talk)
    document, said = wanted(driver, dialect, settings)
    access = KINDS[driver].settings(said).access
    login = DeviceLogin(
        host=host, port=port, user=access.user, password=access.password, enable=access.enable, known_hosts="",
        timeout_s=0.25, read_timeout_s=20,
    )  # fmt: skip
    return Target(
        device="s200-r1-xx01",
        school="schule-200",
        driver=driver,
        dialect=dialect,
        intended=document.text(),
        login=login,
    )


def assessed_and_applied(rig: Rig, target: Target) -> tuple[Assessment, Outcome]:
    """What a device says of itself, and what comes of the change."""
    found = rig.assess(target)[target.device]
    assert isinstance(found, Assessment), found
    return found, rig.apply(Change(target=target, assessment=found))[target.device]


def serve_udp(rig: Rig, answer: Callable[[bytes], bytes]) -> tuple[str, int]:
    """Somebody who answers every datagram; where it listens."""

    class Ear(asyncio.DatagramProtocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            assert isinstance(transport, asyncio.DatagramTransport)
            self._transport = transport

        def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
            self._transport.sendto(answer(data), addr)

    async def start() -> asyncio.DatagramTransport:
        loop = asyncio.get_running_loop()
        return (await loop.create_datagram_endpoint(Ear, local_addr=("127.0.0.1", 0)))[0]

    transport = rig.do(start())
    rig.ears.append(transport)
    host, port = transport.get_extra_info("sockname")
    return str(host), int(port)


Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def serve(rig: Rig, talk: Talk) -> tuple[str, int]:
    """A server that is none of ours; where it listens. Who hangs up in the middle is no trouble of its."""

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(EOFError, ConnectionError, asyncio.CancelledError):
            await talk(reader, writer)
        writer.close()

    async def start() -> asyncio.Server:
        return await asyncio.start_server(one, "127.0.0.1", 0)

    server = rig.do(start())
    rig.servers.append(server)
    host, port = server.sockets[0].getsockname()
    return str(host), int(port)
