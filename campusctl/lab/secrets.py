"""The lab's secrets: one for every reference, made from a random seed, good for nothing else."""

import base64
import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from campusctl import workspace


class LabSource:
    """A secret for any reference; the same in every process of a workspace. See `campusctl.ports.SecretSource`."""

    def __init__(self, root: Path) -> None:
        """Use the workspace's seed; it is made at first use."""
        self._seed = _seed(lab_dir(root) / "seed")

    def resolve(self, refs: Sequence[str]) -> Mapping[str, str]:
        """Sixteen letters and digits a reference."""
        return {ref: self._secret(ref) for ref in refs}

    def _secret(self, ref: str) -> str:
        digest = hmac.new(self._seed, ref.encode(), hashlib.sha256).digest()
        return "Lab" + base64.b32encode(digest).decode()[:13]


def lab_dir(root: Path) -> Path:
    """The lab's folder in the workspace, made if it is missing."""
    folder = workspace.state_dir(root) / "lab"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _seed(path: Path) -> bytes:
    with suppress(FileExistsError):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(32))
    return path.read_bytes()
