"""A workspace made ready for work on devices, real or simulated."""

import fcntl
import hashlib
import os
import secrets as random_source
import threading
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias, cast

from campusctl import workspace
from campusctl.drivers.registry import load_driver
from campusctl.engine.planner import Ground
from campusctl.errors import WorkspaceError
from campusctl.inventory.load import inventory_digest
from campusctl.model.sentence import sentence
from campusctl.ports import Driver, Looker, Record, SecretSource
from campusctl.render import playbooks_digest, template_digest
from campusctl.workflow.driving import Drivers

Endpoint: TypeAlias = Callable[[str], tuple[str, int]]
"""From an inventory address to the host and port to connect to."""


def utc_now() -> datetime:
    """What time it is."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Desk:
    """A workspace made ready for work on devices, real or simulated."""

    root: Path
    """The workspace."""
    secrets: SecretSource
    """Where secrets come from."""
    endpoint: Endpoint
    """Where an address answers."""
    known_hosts: Path
    """Who the devices are: a file, or a folder with a file per school."""
    key: bytes
    """For fingerprints and seals; never leaves the workspace."""
    lab: bool = False
    """The devices are simulated."""
    clock: Callable[[], datetime] = utc_now
    """What time it is (aware), for windows."""
    timeout_s: float = 10.0
    """To connect to a device, and for a prompt to come back, in seconds."""
    read_timeout_s: float = 60.0
    """For a whole running configuration, in seconds."""
    settle_s: float = 35.0
    """How long what was good before a change may take to be good again, in seconds."""
    known_hosts_per_school: bool = False
    """`known_hosts` is the folder."""
    pc_key: str = ""
    """Private key file that logs in to the lab's PCs instead of the inventory's; empty: the inventory says it."""
    pcs: frozenset[str] | None = None
    """Names of the PCs that are there; None: all that the inventory knows. A lab need not have any."""
    appliances: Container[str] | None = None
    """Names of the printers, projectors, boards and print servers that are there; None: as `pcs`."""
    wake_to: tuple[str, int] | None = None
    """Where every magic packet goes (host and UDP port): the lab's ear; None: to the PCs."""

    def has_pc(self, name: str) -> bool:
        """Whether a PC is there."""
        return self.pcs is None or name in self.pcs

    def has_appliance(self, name: str) -> bool:
        """Whether a printer, projector, board or print server is there."""
        return self.appliances is None or name in self.appliances

    def known_hosts_of(self, school: str) -> Path:
        """The file that knows the host keys of a school's devices."""
        return self.known_hosts / school if self.known_hosts_per_school else self.known_hosts

    @property
    def known_hosts_before(self) -> str:
        """The one file of a workspace from before there was one per school; empty where there never was."""
        return str(self.known_hosts) if self.known_hosts_per_school else ""

    def driver(self, stop: threading.Event | None = None, record: Record | None = None) -> Driver:
        """Every driver behind one door.

        Args:
            stop: When set, nothing new is started.
            record: Where it writes down what it is about to do and what it has read; None: nowhere.
        """
        halt = stop or threading.Event()
        return Drivers(lambda name: load_driver(name)(self.secrets, self.key, stop=halt, record=record), halt)

    def looker(self, stop: threading.Event | None = None) -> Looker:
        """What reads the tables of switches.

        Args:
            stop: When set, no further switch is begun.
        """
        return cast("Looker", load_driver("switch")(self.secrets, self.key, stop=stop or threading.Event()))


def open_desk(root: Path, *, lab: bool, ask: Callable[[], str] | None = None) -> Desk:
    """The workspace, pointed at the real devices or at their simulated twins.

    Args:
        root: The workspace.
        lab: The simulated twins.
        ask: Asks a person for the vault's password; None: there is nobody to ask.

    Raises:
        WorkspaceError: The lab is asked for and not up.
    """
    state = workspace.state_dir(root)
    key = _key(state / "key")
    if lab:
        return _lab_desk(root, key, ask)
    from campusctl.secrets import workspace_source  # noqa: PLC0415 - the vault's library is slow to import

    secrets = workspace_source(root, ask)
    place = root / "known_hosts"
    return Desk(root, secrets, lambda address: (address, 22), place, key, known_hosts_per_school=True)


def _lab_desk(root: Path, key: bytes, ask: Callable[[], str] | None) -> Desk:
    from campusctl.lab import state as lab_state  # noqa: PLC0415 - only with `--lab`
    from campusctl.lab.places import Places  # noqa: PLC0415 - likewise
    from campusctl.lab.secrets import LabSource  # noqa: PLC0415 - likewise

    lab = lab_state.read(root)
    if lab is None:
        raise WorkspaceError(sentence("the lab is not up"), sentence("start it: campusctl lab up"))
    secrets: SecretSource = LabSource(root)
    if lab.secrets == "workspace":
        from campusctl.secrets import workspace_source  # noqa: PLC0415 - only for a lab that was told to use them

        secrets = workspace_source(root, ask)
    places = Places(root, lab)
    return Desk(
        root, secrets, places.endpoint, lab_state.known_hosts(root), key, lab=True, pcs=frozenset(lab.pcs),
        appliances=places, pc_key=str(lab_state.pc_key(root)), wake_to=lab.wake_to,
    )  # fmt: skip


def _key(path: Path) -> bytes:
    """The workspace's own random key, made at first use, by one process only."""
    key = path.read_bytes() if path.exists() else b""
    if not key:
        with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            key = file.read()
            if not key:
                key = random_source.token_bytes(32)
                file.write(key)
    if len(key) != 32:
        raise WorkspaceError(f"{path}: not a key", "delete it; saved plans made with it cannot be applied any more")
    return key


def ground(root: Path, schools: Sequence[str]) -> Ground:
    """Fingerprints of everything a plan for these schools stands on."""
    templates = template_digest(root / "templates") + playbooks_digest(root / "playbooks")
    return Ground(inventory_digest(root, schools), hashlib.blake2b(templates.encode(), digest_size=16).hexdigest())
