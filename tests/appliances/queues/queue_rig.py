"""What tests of print servers share: a simulated server in a thread, and the driver on it."""

import asyncio
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from campusctl.drivers.queues.driver import QueuesDriver
from campusctl.inventory.appliances.queues import document
from campusctl.lab.appliances.cups import Cups
from campusctl.lab.appliances.spec import LabAppliance
from campusctl.model.appliance import Beside, Document, Place
from campusctl.model.events import ignore
from campusctl.model.inventory import Settings
from campusctl.model.outcome import Fault, Outcome
from campusctl.model.plan import Assessment, Change, DeviceLogin, Target
from campusctl.model.run import Step

SERVER = "s042-a1-ps01"
PASSWORD = "geheim-und-lang"
PRINTER = Beside(address="10.42.70.11", location="schule-042/A/1/R110", print_uri="ipp://10.42.70.11/ipp/print")
PLACE = Place(
    name=SERVER, school="schule-042", school_name="Gymnasium", city="Musterstadt", location="schule-042/A/0/A1",
    address="10.42.10.21", beside={"s042-r110-pr01": PRINTER},
)  # fmt: skip


def free_port() -> int:
    """A TCP port that nobody listens at."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wanted(queues: Mapping[str, Any], **said: Any) -> Document:  # noqa: ANN401 - as YAML says it
    """The document of a server, from what the inventory says below `queues:`."""
    return document(PLACE, Settings.model_validate({"queues": {"queues": queues, **said}}), "cups")


class Secrets:
    """Knows one password."""

    def resolve(self, refs: Sequence[str]) -> Mapping[str, str]:
        """Its plaintext."""
        return dict.fromkeys(refs, PASSWORD)


@dataclass
class Noted:
    """A record that remembers."""

    steps: list[Step] = field(default_factory=list)
    configs: list[str] = field(default_factory=list)

    def step(self, step: Step) -> None:
        """Remember a step."""
        self.steps.append(step)

    def config(self, school: str, device: str, text: str) -> None:
        """Remember what was read."""
        del school, device
        self.configs.append(text)


@dataclass
class Desk:
    """The driver, pointed at one server."""

    host: str
    port: int
    user: str = "campus"
    password: str = "queues/login"
    timeout_s: float = 2.0
    noted: Noted = field(default_factory=Noted)

    def target(self, document: Document) -> Target:
        """The server as a target."""
        login = DeviceLogin(
            host=self.host, port=self.port, user=self.user, password=self.password, known_hosts="",
            timeout_s=self.timeout_s, read_timeout_s=20.0,
        )  # fmt: skip
        return Target(
            device=SERVER, school="schule-042", driver="queues", dialect="cups", login=login,
            intended=document.text(), allow_revert="none",
        )  # fmt: skip

    @property
    def driver(self) -> QueuesDriver:
        """A fresh driver."""
        return QueuesDriver(Secrets(), b"k" * 32, stop=threading.Event(), record=self.noted)

    def look(self, document: Document) -> Assessment | Fault:
        """What it would take."""
        (found,) = self.driver.assess([self.target(document)], ignore)
        return found

    def plan(self, document: Document) -> Assessment:
        """What it would take, of a server that answers."""
        found = self.look(document)
        assert isinstance(found, Assessment), found
        return found

    def apply(self, document: Document, seen: Assessment | None = None) -> Outcome:
        """Make it so."""
        change = Change(target=self.target(document), assessment=seen or self.plan(document))
        (found,) = self.driver.apply([change], ignore)
        return found


@dataclass
class Twin:
    """A simulated server that is up."""

    cups: Cups
    desk: Desk
    loop: asyncio.AbstractEventLoop

    def fault(self, *faults: str) -> None:
        """Break it in these ways and no others."""
        done = threading.Event()

        def strike() -> None:
            self.cups.set_faults(faults)
            done.set()

        self.loop.call_soon_threadsafe(strike)
        assert done.wait(5)

    def reset(self, document: Document) -> None:
        """Bring it to what an inventory says."""
        self.cups.spec = self.cups.spec.model_copy(update={"settings": document.settings})
        self.fault()
        self.cups.set_up(factory=False)


@contextmanager
def twin(spec: LabAppliance | None = None) -> Iterator[Twin]:
    """A simulated server, as its spec says or without a queue."""
    spec = spec or LabAppliance(
        name=SERVER, school="schule-042", kind="cups", address="10.42.10.21", mac="52:54:00:42:10:21", user="campus",
        secrets={"password": PASSWORD},
    )  # fmt: skip
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    cups, port = Cups(spec), free_port()
    try:
        asyncio.run_coroutine_threadsafe(cups.start(port), loop).result(5)
        yield Twin(cups, Desk("127.42.10.21", port), loop)
    finally:
        asyncio.run_coroutine_threadsafe(cups.stop(), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()
