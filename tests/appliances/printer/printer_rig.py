"""Printers of the lab in a thread, and the driver pointed at them."""

import asyncio
import itertools
import socket
import threading
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, TypeVar

from campusctl.drivers.printer.driver import PrinterDriver
from campusctl.inventory.appliances.printer import document
from campusctl.lab.appliances.printer import LabPrinter
from campusctl.lab.appliances.spec import LabAppliance
from campusctl.lab.state import lab_address
from campusctl.model.appliance import Document, Place, Shown
from campusctl.model.events import ignore
from campusctl.model.inventory import Settings
from campusctl.model.outcome import Fault, Outcome
from campusctl.model.plan import Assessment, Change, DeviceLogin, Target
from campusctl.model.printer import PrinterSettings

T = TypeVar("T")

KEY = b"k" * 32
SERIAL = "PR007-0001"
MODEL = "ECOSYS P3145dn"
SECRETS = {
    "printer/admin": "admin-pass-1",
    "printer/snmp-ro": "schul-ro-12",
    "printer/snmp-rw": "schul-rw-12",
    "printer/snmp-auth": "authpass-demo",
    "printer/snmp-privacy": "privpass-demo",
}
V2C: Mapping[str, Any] = {"version": "2c", "community": "printer/snmp-ro", "write_community": "printer/snmp-rw"}
V3: Mapping[str, Any] = {
    "version": "3", "user": "campus", "auth": "printer/snmp-auth", "privacy": "printer/snmp-privacy",
}  # fmt: skip
STANDARD: Mapping[str, Any] = {
    "login": {"user": "admin", "password": "printer/admin"},
    "snmp": V2C,
    "info": "Drucker {room_title}",
    "organization": "{school_name}",
    "contact": {"name": "Medienberatung", "mail": "medien@musterstadt.example"},
    "media": "a4",
    "sides": "two-sided-long-edge",
    "panel": {"language": "de", "locked": True},
    "startup_page": False,
}
"""What the inventory says of a printer, below `printer:`."""

_NUMBERS = itertools.count(1)


def place(number: int = 1) -> Place:
    """Where a printer stands."""
    return Place(
        name=f"s007-v2-pr{number:02d}", school="schule-007", school_name="Grundschule Am Anger", city="Musterstadt",
        location="schule-007/A/1/V2", room_title="Büro", address=f"10.7.70.{number}", serial=SERIAL, asset="M007-0301",
    )  # fmt: skip


def wanted(
    printer: Mapping[str, Any] = STANDARD, dialect: str = "ipp", number: int = 1, serial: str = SERIAL
) -> Document:
    """The document of a printer, as the inventory makes it."""
    settings = Settings(printer=PrinterSettings.model_validate(printer))
    return document(place(number).model_copy(update={"serial": serial}), settings, dialect)


class Source:
    """Where secrets come from. See `campusctl.ports.SecretSource`."""

    def __init__(self, secrets: Mapping[str, str] = SECRETS) -> None:
        self._secrets = secrets

    def resolve(self, refs: Sequence[str]) -> Mapping[str, str]:
        """Plaintext by reference."""
        return {ref: self._secrets[ref] for ref in refs}


def clear(value: Shown) -> Shown:
    """A value of a document with its secrets in it."""
    if not isinstance(value, str):
        return value
    for ref, secret in SECRETS.items():
        value = value.replace(f"<<secret:{ref}>>", secret)
    return value


class Loop:
    """An event loop in a thread of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """The result of a coroutine that runs there."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    def call(self, work: Callable[[], None]) -> None:
        """Call a function there, and wait for it."""

        async def call() -> None:
            work()

        self.run(call())

    def stop(self) -> None:
        """End it."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


def free_port(host: str, kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """A port that nobody listens at."""
    with closing(socket.socket(socket.AF_INET, kind)) as found:
        found.bind((host, 0))
        return int(found.getsockname()[1])


@dataclass
class Peer:
    """One printer, and what is wanted of it."""

    target: Target
    printer: LabPrinter | None = None
    secrets: Mapping[str, str] = field(default_factory=lambda: SECRETS)

    def driver(self, record: Any = None) -> PrinterDriver:  # noqa: ANN401 - any record will do
        """The driver that works on it."""
        return PrinterDriver(Source(self.secrets), KEY, record=record)

    def look(self) -> Assessment | Fault:
        """What the driver sees."""
        (found,) = self.driver().assess([self.target], ignore)
        return found

    def seen(self) -> Assessment:
        """What the driver sees; it can read it."""
        found = self.look()
        assert isinstance(found, Assessment), found
        return found

    def trouble(self) -> Fault:
        """Why the driver cannot read it."""
        found = self.look()
        assert isinstance(found, Fault), found
        return found

    def apply(self, seen: Assessment | None = None, record: Any = None) -> Outcome:  # noqa: ANN401 - any record will do
        """What becomes of the change that is needed."""
        change = Change(target=self.target, assessment=seen or self.seen())
        (outcome,) = self.driver(record).apply([change], ignore)
        return outcome

    def patient(self, timeout_s: float) -> "Peer":
        """The same printer, for which somebody waits so long."""
        login = self.target.login.model_copy(update={"timeout_s": timeout_s})
        return Peer(self.target.model_copy(update={"login": login}), self.printer, self.secrets)

    def want(self, printer: Mapping[str, Any], dialect: str = "ipp") -> "Peer":
        """The same printer, of which something else is wanted."""
        document = wanted(printer, dialect)
        return Peer(self.target.model_copy(update={"intended": document.text()}), self.printer, self.secrets)


def edits(seen: Assessment) -> dict[str, tuple[Shown, Shown]]:
    """What differs: path, before, after."""
    return {"/".join(edit.path): (edit.before, edit.after) for edit in seen.edits}


def refusals(seen: Assessment) -> dict[str, str]:
    """What cannot be made, and why."""
    return {"/".join(refused.path): refused.reason for refused in seen.refused}


def target_at(host: str, port: int, document: Document, dialect: str = "ipp", **login: Any) -> Target:  # noqa: ANN401
    """A printer somewhere.

    Args:
        host: Address.
        port: Port.
        document: What is wanted of it.
        dialect: What it speaks.
        login: Fields of the log-in that are otherwise.
    """
    fields = {
        "host": host, "port": port, "user": "admin", "password": "printer/admin", "known_hosts": "", "one_port": True,
        "timeout_s": 1.5, "read_timeout_s": 10.0, **login,
    }  # fmt: skip
    return Target(
        device="s007-v2-pr01", school="schule-007", driver="printer", dialect=dialect,
        login=DeviceLogin.model_validate(fields), intended=document.text(), allow_revert="none",
    )  # fmt: skip


class Rig:
    """Printers of the lab that are up."""

    def __init__(self) -> None:
        self.loop = Loop()
        self._up: list[LabPrinter] = []

    def printer(
        self,
        *faults: str,
        printer: Mapping[str, Any] = STANDARD,
        dialect: str = "ipp",
        secrets: Mapping[str, str] = SECRETS,
    ) -> Peer:
        """A printer as the inventory wants it, but for its faults.

        Args:
            faults: What is wrong with it.
            printer: What the inventory says of it.
            dialect: What it speaks.
            secrets: What the driver believes the secrets are.
        """
        number = next(_NUMBERS)
        document = wanted(printer, dialect, number % 250 + 1)
        spec = LabAppliance(
            name="s007-v2-pr01", school="schule-007", kind=dialect, address=f"10.7.{number // 250}.{number % 250 + 1}",
            mac="00:80:77:07:00:01", serial=SERIAL, model=MODEL, settings=document.settings,
            options={name: clear(value) for name, value in document.options.items()},
            secrets={"password": SECRETS["printer/admin"]}, faults=faults,
        )  # fmt: skip
        host = lab_address(spec.address)
        port = free_port(host)

        async def start() -> LabPrinter:
            found = LabPrinter(spec)
            await found.start(port)
            return found

        up = self.loop.run(start())
        self._up.append(up)
        return Peer(target_at(host, port, document, dialect), up, secrets)

    def faults(self, peer: Peer, *faults: str) -> None:
        """Break or mend a printer while it runs."""
        assert peer.printer is not None
        self.loop.call(lambda: peer.printer.set_faults(faults))  # type: ignore[union-attr] - asserted

    def stop(self) -> None:
        """End it all."""
        for one in self._up:
            self.loop.run(one.stop())
        self.loop.stop()
