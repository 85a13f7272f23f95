"""First contact: which host keys switches show, against those that are known. Nobody logs in."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Final

from campusctl.drivers.switch.faults import SessionError
from campusctl.drivers.switch.hostkeys import check, known_hosts, scan
from campusctl.drivers.switch.knownhosts import (
    SSH_PORT,
    KnownHosts,
    KnownKey,
    alone,
    before_of,
    entry_name,
    fingerprint,
    fingerprint_md5,
)
from campusctl.drivers.switch.pool import run_pool
from campusctl.errors import WorkspaceError
from campusctl.model.plan import DeviceLogin

KEY_TYPES: Final = (
    "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa",
)  # fmt: skip
"""Types of host keys, best first."""


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
    login: DeviceLogin
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
    notes: tuple[str, ...] = ()
    """What a person should know before trusting it, one sentence each."""
    refused: str = ""
    """Why it must not be trusted, whoever asks: it is not what somebody noted at the console."""

    @property
    def fingerprint(self) -> str:
        """As the switch's console shows it; empty when unseen."""
        return fingerprint(self.blob) if self.blob else ""

    @property
    def fingerprints(self) -> frozenset[str]:
        """In every form in which a console may show it; empty when unseen."""
        return frozenset({fingerprint(self.blob), fingerprint_md5(self.blob)}) if self.blob else frozenset()


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """A key that was written into a known_hosts file, or taken out of it: what an audit should know."""

    device: str
    """Device name."""
    host: str
    """As it stands in the file: `address` or `[address]:port`."""
    keytype: str
    """Such as `ssh-ed25519`."""
    fingerprint: str
    """`SHA256:…`."""
    replaced: tuple[str, ...]
    """Types and fingerprints of the keys that counted before; empty: it was the first one."""
    file: str
    """The known_hosts file."""


def look(
    switches: Sequence[tuple[str, DeviceLogin]], size: int = 50, noted: Mapping[str, Collection[str]] | None = None
) -> Iterator[SeenKey]:
    """Ask every switch for its key, many at once; one result each, in the order of `switches`.

    Args:
        switches: Device names and where to ask; nothing secret of a login is used.
        size: Switches asked at once.
        noted: Fingerprints that somebody noted at the consoles, by device: a switch with several keys is asked for
            each of them until one is among its noted ones.

    Raises:
        WorkspaceError: A known_hosts file cannot be read.
    """
    files = {login.known_hosts: known_hosts(login.known_hosts, login.known_hosts_before) for _, login in switches}
    wanted = noted or {}

    def ask(item: tuple[str, DeviceLogin]) -> SeenKey:
        device, login = item
        return _look_at(device, login, files[login.known_hosts], wanted.get(device, ()))

    seen = {key.device: key for key in run_pool(switches, ask, size)}
    elsewhere = _elsewhere(login for _, login in switches)
    shown = Counter(key.blob for key in seen.values() if key.blob)
    for device, _ in switches:
        key = seen[device]
        twins = [other.device for other in seen.values() if other.blob == key.blob and other.device != device]
        told = (f"it shows the same key as {', '.join(sorted(twins))}",) if shown[key.blob] > 1 else ()
        yield replace(key, notes=key.notes + told + _moved(key, elsewhere))


def _look_at(device: str, login: DeviceLogin, known: KnownHosts, noted: Collection[str]) -> SeenKey:
    seen = _ask_for(device, login, known, known.types(login.host, login.port))
    if not noted or not seen.blob or seen.fingerprints & set(noted):
        return seen
    for keytype in KEY_TYPES:
        if keytype != seen.keytype:
            other = _ask_for(device, login, known, (keytype,))
            if other.fingerprints & set(noted):
                return other
    return seen


def _ask_for(device: str, login: DeviceLogin, known: KnownHosts, types: tuple[str, ...]) -> SeenKey:
    keys = [key for key in known.lookup(login.host, login.port) if not key.revoked]
    prints = tuple(f"{key.keytype} {fingerprint(key.blob)}" for key in keys)
    try:
        keytype, blob = scan(login.host, login.port, login.timeout_s, legacy=login.legacy_algorithms, prefer=types)
    except SessionError as error:
        return SeenKey(device, login, KeyState.UNSEEN, known=prints, trouble=error.what)
    try:
        check(known, login.host, login.port, keytype, blob)
    except SessionError as error:
        revoked = any(key.revoked and key.blob == blob for key in known.lookup(login.host, login.port))
        state = KeyState.REVOKED if revoked else KeyState.CHANGED if keys else KeyState.NEW
        return SeenKey(device, login, state, keytype, blob, prints, error.what, _reused(device, keys))
    return SeenKey(device, login, KeyState.SAME, keytype, blob, prints)


def _reused(device: str, keys: Iterable[KnownKey]) -> tuple[str, ...]:
    """That the known keys of an address are another device's, as far as the file says whose they are."""
    others = sorted({key.comment for key in keys if _is_name(key.comment) and key.comment != device})
    return tuple(f"the known key of this address is that of {name}" for name in others)


def _is_name(comment: str) -> bool:
    return bool(comment) and comment.isascii() and comment.replace("-", "").isalnum()


def _elsewhere(logins: Iterable[DeviceLogin]) -> dict[bytes, list[tuple[str, str]]]:
    """Keys in the files of other schools: (whose, where) each."""
    found: dict[bytes, list[tuple[str, str]]] = {}
    used = {Path(login.known_hosts) for login in logins if login.known_hosts_before}
    for folder in {path.parent for path in used}:
        for path in sorted(folder.glob("[!.]*")):
            if path in used or not path.is_file():
                continue
            try:
                others = known_hosts(str(path))
            except WorkspaceError:
                # Whoever works in that school is told what is wrong with it.
                continue
            for number, key in enumerate(others.keys, 1):
                if key is not None and not key.revoked and not key.authority:
                    whose = key.comment if _is_name(key.comment) else key.hosts[0]
                    found.setdefault(key.blob, []).append((whose, f"{path.parent.name}/{path.name}:{number}"))
    return found


def _moved(key: SeenKey, elsewhere: Mapping[bytes, Sequence[tuple[str, str]]]) -> tuple[str, ...]:
    """That another school's file knows the key: the switch was moved, or two switches share a key."""
    if key.state is KeyState.SAME:
        return ()
    return tuple(
        f"{where} knows this key as {whose}: was the switch moved? then take it out there: "
        f"campusctl trust {where.partition('/')[2].rpartition(':')[0]} --remove {whose}"
        for whose, where in elsewhere.get(key.blob, ())
    )


def remember(keys: Iterable[SeenKey]) -> tuple[TrustedKey, ...]:
    """Write keys into their known_hosts files, in the place of what was known of those switches.

    Returns:
        What was written, for the audit.

    Raises:
        WorkspaceError: A file cannot be read or written, or somebody else has changed what it knows of a switch since
            its key was shown. Files are written one by one; those before that one are written.
    """
    files: dict[str, list[SeenKey]] = {}
    for key in keys:
        files.setdefault(key.login.known_hosts, []).append(key)
    return tuple(trusted for path, those in files.items() for trusted in _remember_in(Path(path), those))


def _remember_in(path: Path, keys: Sequence[SeenKey]) -> list[TrustedKey]:
    done = []
    with alone(path):
        known = _fresh(path, keys[0].login)
        for key in keys:
            login = key.login
            before = tuple(
                f"{old.keytype} {fingerprint(old.blob)}"
                for old in known.lookup(login.host, login.port)
                if not old.revoked
            )
            if before != key.known:
                raise WorkspaceError(
                    f"{path}: somebody else has changed what it knows of {key.device} meanwhile", "look again"
                )
            cleared = known.remove(login.host, login.port)
            known = cleared.add(login.host, login.port, key.keytype, key.blob, key.device)
            name = entry_name(login.host, login.port)
            done.append(TrustedKey(key.device, name, key.keytype, key.fingerprint, before, str(path)))
        known.save()
    return done


def _fresh(path: Path, login: DeviceLogin) -> KnownHosts:
    """As the files are now: whoever holds the lock must not trust what was read before."""
    before = KnownHosts.load(before_of(login.known_hosts_before)) if login.known_hosts_before else None
    return KnownHosts.load(path, before)


def forget(path: Path, before: str, name: str, address: tuple[str, int] | None) -> tuple[TrustedKey, ...]:
    """Take a switch's keys out of a school's file, and out of the one from before there was one per school.

    Args:
        path: The school's known_hosts file.
        before: See `DeviceLogin.known_hosts_before`.
        name: The device's name, or its name in the file; lines that campusctl wrote carry the device's.
        address: Where the inventory says that it is; None: it does not know the device any more.

    Returns:
        What was taken out; nothing when no file knows it.

    Raises:
        WorkspaceError: A file cannot be read or written.
    """
    places = [path, *([before_of(before)] if before else [])]
    return tuple(trusted for place in places if place.exists() for trusted in _forget_in(place, name, address))


def _forget_in(path: Path, name: str, address: tuple[str, int] | None) -> list[TrustedKey]:
    host, port = address or (name, SSH_PORT)
    with alone(path):
        known = KnownHosts.load(path)
        own = [key for key in known.keys if key is not None and not key.revoked and not key.authority]
        by_name = {key for key in own if key.comment == name}
        # An address that was given on is another device's by now.
        by_host = [key for key in own if key.names(entry_name(host, port)) and not _is_name(key.comment)]
        left = known.without(by_name)
        left = left.remove(host, port) if by_host else left
        if left.lines != known.lines:
            left.save()
    gone = dict.fromkeys(key for key in own if key in by_name or key in by_host)
    return [TrustedKey(name, ",".join(key.hosts), key.keytype, fingerprint(key.blob), (), str(path)) for key in gone]
