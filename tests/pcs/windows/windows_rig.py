"""Windows PCs of the driver's: a target, the folder its playbook runs from, and what the driver says about them."""

import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from windows_arguments import COLLECTIONS
from windows_wire import WindowsPc

from campusctl.drivers.pc.driver import PcDriver
from campusctl.model.events import ignore
from campusctl.model.outcome import Fault, Outcome
from campusctl.model.plan import Assessment, Change, DeviceLogin, Target

ROOT = Path(__file__).parents[3]
SECRETS = {"pc/windows": "geheim", "pc/schueler": "Schul!Pass-1", "pc/falsch": "falsch"}


class Vault:
    """Secrets as a dictionary."""

    def resolve(self, refs: tuple[str, ...]) -> Mapping[str, str]:
        """The plaintext of each."""
        return {ref: SECRETS[ref] for ref in refs}


def playbooks(folder: Path) -> Path:
    """Our playbooks beside our templates, and the collections for Windows among ours.

    Args:
        folder: An empty one.
    """
    shutil.copytree(ROOT / "templates" / "pc" / "windows", folder / "templates" / "pc" / "windows")
    place = folder / "playbooks"
    found = place / "collections" / "ansible_collections"
    found.mkdir(parents=True)
    shutil.copy(ROOT / "playbooks" / "windows.yml", place)
    (found / "campusctl").symlink_to(ROOT / "playbooks" / "collections" / "ansible_collections" / "campusctl")
    for name in ("ansible", "community"):
        (found / name).symlink_to(COLLECTIONS / "ansible_collections" / name)
    return place


@dataclass(frozen=True)
class Rig:
    """One PC and what we want of it."""

    name: str
    """Its name."""
    folder: Path
    """Where `playbooks` and the certificates are."""
    pc: WindowsPc
    """The PC."""

    def target(self, document: Mapping[str, Any], **changed: object) -> Target:
        """The PC with this document.

        Args:
            document: Without format and os.
            changed: What is otherwise about its login.
        """
        login = DeviceLogin(
            host="127.0.0.1", port=self.pc.port, user="campus", password="pc/windows", known_hosts="/nonexistent",
            authentication="basic", ca_file=str(self.folder / "ca.pem"), timeout_s=5.0,
        )  # fmt: skip
        return Target(
            device=self.name, school="schule-042", driver="pc", dialect="windows",
            login=login.model_copy(update=changed),
            intended=json.dumps({"format": 1, "os": "windows", **document}),
            groups=("schule_042", "schule_042_r110", "pc", "profile_pc_windows"),
            playbooks=str(self.folder / "playbooks"),
        )  # fmt: skip


def assess(targets: Iterable[Target]) -> dict[str, Assessment | Fault]:
    """What the driver sees, by PC, in one run."""
    return {found.device: found for found in _driver().assess([*targets], ignore)}


def apply(changes: Iterable[Change]) -> dict[str, Outcome]:
    """What the driver does, by PC, all at once."""
    return {found.device: found for found in _driver().apply([*changes], ignore)}


def _driver() -> PcDriver:
    return PcDriver(Vault(), bytes(32))
