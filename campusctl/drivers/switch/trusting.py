"""First contact: which host keys switches show, against those that are known. Nobody logs in."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from campusctl.drivers.switch.faults import SessionError
from campusctl.drivers.switch.hostkeys import KnownHosts, check, fingerprint, scan
from campusctl.drivers.switch.pool import run_pool
from campusctl.model.plan import SwitchLogin


class KeyState(StrEnum):
    """What a shown key is to us."""

    SAME = "same"
    """It is the one we know."""
    NEW = "new"
    """We know no key of this switch."""
    CHANGED = "CHANGED"
    """We know another one."""
    REVOKED = "REVOKED"
    """Marked as one that must never be accepted."""
    UNSEEN = "unseen"
    """The switch showed none."""


@dataclass(frozen=True, slots=True)
class SeenKey:
    """What one switch showed."""

    device: str
    """Device name."""
    login: SwitchLogin
    """Where it was asked."""
    state: KeyState
    keytype: str = ""
    """Such as `ssh-ed25519`; empty when unseen."""
    blob: bytes = b""
    """The public key."""
    known: tuple[str, ...] = ()
    """Fingerprints we know of this switch, with their types."""
    trouble: str = ""
    """Why no key was seen, or why it is not accepted."""

    @property
    def fingerprint(self) -> str:
        """As the switch's console shows it; empty when unseen."""
        return fingerprint(self.blob) if self.blob else ""


def look(switches: Sequence[tuple[str, SwitchLogin]], size: int = 50) -> Iterator[SeenKey]:
    """Ask every switch for its key, many at once; one result each, as they come.

    Args:
        switches: Device names and where to ask; nothing secret of a login is used.
        size: Switches asked at once.

    Raises:
        WorkspaceError: A known_hosts file cannot be read.
    """
    files = {login.known_hosts: KnownHosts.load(login.known_hosts) for _, login in switches}
    yield from run_pool(switches, lambda item: _look_at(item[0], item[1], files[item[1].known_hosts]), size)


def _look_at(device: str, login: SwitchLogin, known: KnownHosts) -> SeenKey:
    keys = [key for key in known.lookup(login.host, login.port) if not key.revoked]
    prints = tuple(f"{key.keytype} {fingerprint(key.blob)}" for key in keys)
    types = known.types(login.host, login.port)
    try:
        keytype, blob = scan(login.host, login.port, login.timeout_s, legacy=login.legacy_algorithms, prefer=types)
    except SessionError as error:
        return SeenKey(device, login, KeyState.UNSEEN, known=prints, trouble=error.what)
    try:
        check(known, login.host, login.port, keytype, blob)
    except SessionError as error:
        revoked = any(key.revoked and key.blob == blob for key in known.lookup(login.host, login.port))
        state = KeyState.REVOKED if revoked else KeyState.CHANGED if keys else KeyState.NEW
        return SeenKey(device, login, state, keytype, blob, prints, error.what)
    return SeenKey(device, login, KeyState.SAME, keytype, blob, prints)


def remember(keys: Iterable[SeenKey]) -> None:
    """Write keys into their known_hosts files, in the place of what was known of those switches.

    Raises:
        WorkspaceError: A known_hosts file cannot be read.
    """
    files: dict[str, KnownHosts] = {}
    for key in keys:
        login = key.login
        known = files.get(login.known_hosts) or KnownHosts.load(Path(login.known_hosts))
        cleared = known.remove(login.host, login.port)
        files[login.known_hosts] = cleared.add(login.host, login.port, key.keytype, key.blob)
    for known in files.values():
        known.save()
