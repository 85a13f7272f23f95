"""Host keys: checked against the workspace's known_hosts files before anything secret is sent."""

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Final

from campusctl.drivers.switch.faults import SessionError, translate
from campusctl.drivers.switch.knownhosts import KnownHosts, before_of, entry_name, fingerprint
from campusctl.errors import WorkspaceError
from campusctl.model.outcome import FaultKind
from campusctl.model.sentence import sentence

__all__ = ["KnownHosts", "check", "fingerprint", "known_hosts", "load", "scan"]


def load(path: str, before: str = "") -> KnownHosts:
    """The file, read again only when it has changed.

    Args:
        path: The known_hosts file.
        before: The one of the whole workspace, for hosts that `path` does not know; empty: there is none.

    Raises:
        SessionError: HOST_KEY; without a readable file nobody can be trusted.
    """
    try:
        return known_hosts(path, before)
    except WorkspaceError as error:
        raise SessionError(FaultKind.HOST_KEY, error.what, error.hint) from None


def known_hosts(path: str, before: str = "") -> KnownHosts:
    """The same for those who want to know what is wrong with a file.

    Raises:
        WorkspaceError: A file cannot be read, with the line.
    """
    found = _load(path, _stamp(Path(path)))
    if not before:
        return found
    older = before_of(before)
    return replace(found, before=_load(str(older), _stamp(older)))


def _stamp(path: Path) -> tuple[int, ...]:
    try:
        stat = path.stat()
    except OSError:
        return ()
    return stat.st_mtime_ns, stat.st_size, stat.st_ino


@lru_cache(maxsize=512)
def _load(path: str, _stamp: tuple[int, ...]) -> KnownHosts:
    return KnownHosts.load(path)


def check(known: KnownHosts, host: str, port: int, keytype: str, blob: bytes) -> None:
    """Accept a host's key or say why not.

    Raises:
        SessionError: HOST_KEY; unknown, changed or revoked. Never worth a second try.
    """
    keys = known.lookup(host, port)
    name = entry_name(host, port)
    if any(key.revoked and key.blob == blob for key in keys):
        raise SessionError(
            FaultKind.HOST_KEY, f"{name} shows a revoked key {keytype} {fingerprint(blob)}", _REVOKED_HINT
        )
    valid = [key for key in keys if not key.revoked]
    if any(key.blob == blob for key in valid):
        return
    if not valid:
        authority = known.authority(host, port)
        refused = f"; {authority} has a certificate authority for it, which campusctl does not use" if authority else ""
        raise SessionError(
            FaultKind.HOST_KEY,
            f"the host key of {name} is unknown: {keytype} {fingerprint(blob)}{refused}",
            sentence("compare the fingerprint with the switch's console, then: campusctl trust SCHOOL"),
        )
    old = next((key for key in valid if key.keytype == keytype), valid[0])
    raise SessionError(
        FaultKind.HOST_KEY,
        f"the host key of {name} has CHANGED: known is {old.keytype} {fingerprint(old.blob)}, "
        f"it now shows {keytype} {fingerprint(blob)}",
        sentence("was the switch replaced? if nobody knows, do not log in; if so: campusctl trust SCHOOL --replace"),
    )


_REVOKED_HINT: Final = sentence("somebody marked this key as stolen or retired: give the switch a new one")


def scan(
    host: str, port: int, timeout_s: float, *, legacy: bool = False, prefer: tuple[str, ...] = ()
) -> tuple[str, bytes]:
    """The key a host shows, as (type, blob), by a key exchange without a log-in.

    Args:
        host: Address.
        port: TCP port.
        timeout_s: For TCP and for the handshake, each.
        legacy: Also offer old algorithms.
        prefer: Key types to ask for first: those already known.

    Raises:
        SessionError: UNREACHABLE or TIMEOUT.
    """
    from campusctl.drivers.switch.transport import select  # noqa: PLC0415 - loads the SSH libraries
    from campusctl.drivers.switch.transport.link import Endpoint, algorithms, key_type  # noqa: PLC0415 - likewise

    where = Endpoint(host, port, timeout_s, algorithms(legacy=legacy, known=prefer))
    fault: SessionError | None = None
    for name in select.names("auto"):
        try:
            blob = select.get(name).host_key(where)
            return key_type(blob), blob
        except Exception as error:  # noqa: BLE001 - every class of three libraries; the table names them all
            fault = translate(error, f"{host}:{port}")
            if not select.may_differ(error):
                break
    raise fault or SessionError(FaultKind.INTERNAL, "no SSH library is installed")
