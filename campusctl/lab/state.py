"""What is known of a running lab, for those who want to talk to it."""

import os
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from campusctl.errors import CampusError
from campusctl.lab.secrets import lab_dir
from campusctl.model.frozen import Frozen
from campusctl.model.sentence import sentence


class LabState(Frozen):
    """A lab that is up."""

    pid: int
    """Process that runs it."""
    port: int
    """TCP port of every device; UDP too, where a device speaks that."""
    switches: dict[str, str]
    """Inventory address of each switch, by device name."""
    pcs: dict[str, str] = Field(default_factory=dict)
    """Inventory address of each PC, by device name."""
    appliances: dict[str, str] = Field(default_factory=dict)
    """Inventory address of each printer, projector, board and print server, by device name."""
    waiting: dict[str, str] = Field(default_factory=dict)
    """MAC address of each device that was plugged in and has no address yet, by the name it was plugged in with."""
    wake_port: int = 0
    """UDP port on 127.0.0.1 at which a magic packet switches a PC on; 0: there are no PCs."""
    secrets: Literal["lab", "workspace"] = "lab"
    """Whose secrets the switches know."""

    @property
    def wake_to(self) -> tuple[str, int] | None:
        """Where magic packets go; None: the lab has no PCs."""
        return ("127.0.0.1", self.wake_port) if self.wake_port else None

    @property
    def devices(self) -> dict[str, str]:
        """Inventory address of everything that answers, by device name."""
        return {**self.switches, **self.pcs, **self.appliances}

    def has(self, address: str) -> bool:
        """Whether something answers at an inventory address."""
        return any(address in known.values() for known in (self.switches, self.pcs, self.appliances))

    @property
    def in_words(self) -> str:
        """How many devices are up."""
        words = [f"{len(self.switches)} switch{'es' * (len(self.switches) != 1)}"]
        if self.pcs:
            words.append(f"{len(self.pcs)} PC{'s' * (len(self.pcs) != 1)}")
        if self.appliances:
            words.append(f"{len(self.appliances)} other device{'s' * (len(self.appliances) != 1)}")
        return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))

    def endpoint(self, address: str) -> tuple[str, int]:
        """Where an inventory address answers: 10.a.b.c at 127.a.b.c.

        Raises:
            CampusError: The lab has no device there.
        """
        if not self.has(address):
            raise CampusError(
                sentence("the lab that is up has no device at {address}", address=address),
                sentence("start it with that school: campusctl lab down, then campusctl lab up SCHOOL"),
            )
        return lab_address(address), self.port


def lab_address(address: str) -> str:
    """The loopback address of an inventory address.

    Raises:
        CampusError: It is not in 10.0.0.0/8.
    """
    first, _, rest = address.partition(".")
    if first != "10":
        raise CampusError(f"{address} has no twin in the lab", "the lab simulates addresses of 10.0.0.0/8")
    return f"127.{rest}"


def state_file(root: Path) -> Path:
    """Where the running lab describes itself."""
    return lab_dir(root) / "state.json"


def known_hosts(root: Path) -> Path:
    """The host keys of the simulated switches and PCs."""
    return lab_dir(root) / "known_hosts"


def pc_key(root: Path) -> Path:
    """The private key that may log in to the lab's PCs."""
    return lab_dir(root) / "pc_key"


def read(root: Path) -> LabState | None:
    """The running lab, or None; what a dead one left behind does not count."""
    try:
        state = LabState.model_validate_json(state_file(root).read_bytes())
    except (FileNotFoundError, ValidationError):
        return None
    return state if _alive(state.pid, root) else None


def _alive(pid: int, root: Path) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    # A number that was given to another process since is not our lab. Ours stands in the workspace, also in one that
    # was moved; a copy of a workspace has no lab.
    try:
        return not Path("/proc/self/cwd").exists() or Path(f"/proc/{pid}/cwd").samefile(root)
    except OSError:
        return False
