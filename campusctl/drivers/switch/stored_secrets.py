"""Which secrets a switch needs and where, whether it can be checked against them, and the check itself."""

import traceback
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path as FilePath
from typing import Final, NamedTuple

from campusctl.drivers.switch import dialects
from campusctl.drivers.switch.faults import SessionError
from campusctl.drivers.switch.observing import observe
from campusctl.drivers.switch.pool import run_pool
from campusctl.errors import CampusError
from campusctl.model.events import Emit, Event, EventKind
from campusctl.model.outcome import Fault, FaultKind
from campusctl.model.plan import Target
from campusctl.model.rotation import SecretCheck, SecretUse, Verdict, shown_path
from campusctl.model.secret import TOKEN, Match, Secret, SecretKind
from campusctl.model.setting import FREE, Path, State
from campusctl.ports import SecretSource

LOGIN: Final = "login"
ENABLE: Final = "login enable"
KEY_FILE: Final = "key file"

_NO_KEY: Final = b""
"""Nothing of what is read is kept, so nothing is fingerprinted."""
_LOGIN_ONLY: Final = "no switch stores it"
_ENABLE_ONLY: Final = "only tried when the switch asks for it"

_UNCHECKED: Final[Mapping[str, tuple[tuple[Path, str], ...]]] = {
    "cisco_ios": ((("snmp", "user"), "IOS shows no secret of an SNMPv3 user"),),
    "aruba_aoscx": (
        (("snmp", "community"), ""),
        (("user",), "AOS-CX shows ciphertext of a key of its own"),
        (("snmp", "user"), "AOS-CX shows ciphertext of a key of its own"),
        (("radius",), "AOS-CX shows ciphertext of a key of its own"),
        (("tacacs",), "AOS-CX shows ciphertext of a key of its own"),
        (("ntp", "key"), "AOS-CX shows ciphertext of a key of its own"),
        (("aaa",), "AOS-CX shows ciphertext of a key of its own"),
    ),
    "hp_procurve": ((("snmp", "user"), "ArubaOS-Switch shows a hash bound to its engine id"),),
}
"""By dialect: settings whose secret a switch stores in a form that tells nothing, and why. Source: docs/secrets.md."""


class _Place(NamedTuple):
    """Where the intended configuration has a secret."""

    path: Path
    """The setting; a secret in it stands as its reference's mask."""
    ref: str
    """Whose value it is."""
    in_path: bool
    """The secret is a part of the path itself."""


def secret_uses(target: Target) -> Iterator[tuple[str, SecretUse]]:
    """Every place where a switch needs a secret, with the reference; the log-in first."""
    login = target.login
    for ref, name, why in (
        (login.password, LOGIN, ""),
        (login.enable, ENABLE, _ENABLE_ONLY),
        (login.key_passphrase, KEY_FILE, _LOGIN_ONLY),
    ):
        if ref:
            yield ref, SecretUse(device=target.device, school=target.school, path=name, unchecked=why)
    for place in _places(target):
        why = _why_unchecked(target.dialect, place.path)
        use = SecretUse(device=target.device, school=target.school, path=shown_path(place.path), unchecked=why)
        yield place.ref, use


def check_secrets(
    targets: Sequence[Target], secrets: SecretSource, emit: Emit, *, transport: str = "auto", size: int = 50
) -> Iterator[tuple[SecretCheck, ...] | Fault]:
    """Read each switch and compare what it stores with the values at hand; writes nothing. One result a switch.

    Args:
        targets: Whom to read.
        secrets: Where values come from.
        emit: Told of every step.
        transport: See `SwitchDriver`.
        size: Switches read at once.
    """
    yield from run_pool(targets, partial(_guarded, secrets=secrets, transport=transport, emit=emit), size=size)


def _guarded(target: Target, secrets: SecretSource, transport: str, emit: Emit) -> tuple[SecretCheck, ...] | Fault:
    emit(Event(kind=EventKind.STARTED, device=target.device))
    try:
        return _check(target, secrets, transport, emit)
    except SessionError as wrong:
        return Fault(device=target.device, kind=wrong.kind, what=wrong.what, hint=wrong.hint)
    except CampusError as wrong:
        return Fault(device=target.device, kind=FaultKind.SECRET, what=wrong.what, hint=wrong.hint)
    except Exception as bug:  # noqa: BLE001 - a bug met with one device must not stop the work on the others
        place = traceback.extract_tb(bug.__traceback__)[-1]
        what = f"campusctl has a bug: {type(bug).__name__} in {FilePath(place.filename).name}, line {place.lineno}"
        return Fault(device=target.device, kind=FaultKind.INTERNAL, what=what, hint="please report this line")
    finally:
        emit(Event(kind=EventKind.FINISHED, device=target.device))


def _check(target: Target, secrets: SecretSource, transport: str, emit: Emit) -> tuple[SecretCheck, ...]:
    values = secrets.resolve(target.secret_refs)
    seen = observe(target, dialects.get(target.dialect), secrets, transport, emit, key=_NO_KEY).difference.before
    login = target.login
    # Reading the switch was only possible with the account's password, unless a key file opened it.
    by_password = Verdict.UNCHECKED if login.key_file else Verdict.SAME
    said = [(LOGIN, login.password, by_password), (ENABLE, login.enable, Verdict.UNCHECKED)]
    said.append((KEY_FILE, login.key_passphrase, Verdict.SAME))
    said += [(shown_path(place.path), place.ref, _verdict(place, seen, values[place.ref])) for place in _places(target)]
    return tuple(
        SecretCheck(device=target.device, ref=ref, path=path, verdict=verdict) for path, ref, verdict in said if ref
    )


def _places(target: Target) -> tuple[_Place, ...]:
    """Every secret of the intended configuration, in its order."""
    state = dialects.get(target.dialect).parse(target.intended, {}, "intended")
    found = [
        _Place(path, value.ref, in_path=False) for path, value in state.settings.items() if isinstance(value, Secret)
    ]
    found += [_Place(path, value.ref, in_path=True) for path, value in state.secrets.items()]
    for path in state.settings:
        found += [
            _Place(path, token[1], True) for part in path[1:] for token in TOKEN.finditer(part) if path[0] == FREE
        ]
    return tuple(dict.fromkeys(place for place in found if place.ref in target.secret_refs))


def _verdict(place: _Place, seen: State, value: str) -> Verdict:
    """What a switch's state says of a secret in its place."""
    if place.in_path:
        known = Secret("", SecretKind.UNKNOWN, place.ref).mask
        path = tuple(part.replace(known, Secret(value).mask) for part in place.path)
        if path in seen.settings or path in seen.secrets:
            return Verdict.SAME
        # A line that nobody parses may hold the secret in any form.
        return Verdict.UNCHECKED if path[0] == FREE else Verdict.MISSING
    stored = seen.settings.get(place.path)
    if not isinstance(stored, Secret):
        return Verdict.MISSING
    return _SAID[Secret(value).match(stored)]


_SAID: Final = {Match.SAME: Verdict.SAME, Match.DIFFERENT: Verdict.DIFFERENT, Match.UNKNOWN: Verdict.UNCHECKED}


def _why_unchecked(dialect: str, path: Path) -> str:
    rules = _UNCHECKED.get(dialect, ())
    return next((why for prefix, why in rules if path[: len(prefix)] == prefix), "")
