"""First contact with a school's switches: whose keys are known, which are new, which are taken out again."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from socket import gethostname

from campusctl.drivers.switch.noted import read_noted
from campusctl.drivers.switch.trusting import KeyState, SeenKey, TrustedKey, forget, look, remember
from campusctl.errors import UnknownNameError
from campusctl.inventory.load import load_city
from campusctl.model.plan import Target
from campusctl.workflow.choosing import PC, SWITCH, Choice
from campusctl.workflow.corridor import targets
from campusctl.workflow.desk import Desk
from campusctl.workflow.history import journal, person


def look_at_keys(desk: Desk, schools: Sequence[str], device: str | None, noted: Path | None) -> tuple[SeenKey, ...]:
    """The host key of every device that is reached by SSH, against what is known and, if there is a list, noted.

    Args:
        desk: The workspace.
        schools: School ids.
        device: Only this switch.
        noted: A list of fingerprints noted at the consoles; None: there is none.

    Raises:
        WorkspaceError: A known_hosts file or the list cannot be read; nothing was contacted.
    """
    prints = read_noted(noted) if noted else None
    wanted = _over_ssh(targets(desk, load_city(desk.root, schools), Choice(device=device or "")))
    seen = look([(target.device, target.login) for target in wanted], noted=prints)
    return tuple(key if prints is None else _compared(key, prints, str(noted)) for key in seen)


def _over_ssh(wanted: Sequence[Target]) -> tuple[Target, ...]:
    """Devices that have a host key: Windows PCs have certificates, and appliances speak protocols of their own."""
    return tuple(target for target in wanted if target.driver in (SWITCH, PC) and target.dialect != "windows")


def _compared(key: SeenKey, noted: Mapping[str, frozenset[str]], file: str) -> SeenKey:
    """The key with what the list says against it."""
    if key.state is KeyState.UNSEEN:
        return key
    prints = noted.get(key.device)
    if prints is None:
        return replace(key, refused=f"it is not in {file}")
    if prints & key.fingerprints:
        return key
    said = " or ".join(sorted(prints))
    return replace(key, refused=f"{file} says {said}, and it shows {key.keytype} {key.fingerprint}")


def remember_keys(desk: Desk, keys: Sequence[SeenKey]) -> tuple[TrustedKey, ...]:
    """Trust these keys from now on; audited.

    Raises:
        WorkspaceError: A known_hosts file cannot be written.
        JournalError: The keys are trusted, and that could not be audited.
    """
    found = tuple(remember(keys))
    _audit(desk, "trust.replace" if any(key.replaced for key in found) else "trust.add", found)
    return found


def _audit(desk: Desk, action: str, keys: Sequence[TrustedKey]) -> None:
    with journal(desk.root) as store:
        for key in keys:
            detail = {"keytype": key.keytype, "fingerprint": key.fingerprint, "host": key.host, "lab": desk.lab}
            store.audit(person(), gethostname(), action, key.device, detail)


def forget_key(desk: Desk, school: str, device: str) -> tuple[TrustedKey, ...]:
    """Take a switch's keys out of its school's known_hosts file; the inventory need not know it any more.

    Raises:
        JournalError: The keys are forgotten, and that could not be audited.
        UnknownNameError: No file knows it.
        WorkspaceError: A file cannot be read or written.
    """
    city = load_city(desk.root, [school])
    (school_id,) = city.schools
    found = {target.device: target for target in _over_ssh(targets(desk, city))}
    login = found[device].login if device in found else None
    address = (login.host, login.port) if login else None
    path = desk.known_hosts_of(school_id)
    gone = forget(path, desk.known_hosts_before, device, address)
    if not gone:
        raise UnknownNameError(f"no known host {device} in {school_id}", f"look into {path}")
    _audit(desk, "trust.remove", gone)
    return gone
