"""Intended texts that come from a backup: their secrets were masked, and are looked for where they may still stand."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final, NamedTuple

from campusctl.drivers.switch.masking import kept_ref
from campusctl.model.command import RefusedCommand
from campusctl.model.secret import KEPT, TOKEN, Secret, SecretKind
from campusctl.model.sentence import sentence
from campusctl.model.setting import Path, State, Value
from campusctl.words.language import N_

_LOST: Final = f"<<secret:{KEPT}"
_REASON: Final = N_("its secret was masked in the backup and stands nowhere else, so this stays as the switch has it")


class Restorable(NamedTuple):
    """A backup's state, as far as it can be had again."""

    state: State
    """What cannot is as it is on the device."""
    refused: tuple[RefusedCommand, ...]
    """What that is."""


def with_kept(vault: Mapping[str, str], own: Iterable[str], key: bytes) -> Mapping[str, str]:
    """The vault, and under the masks of a backup every secret that it or the device has.

    Args:
        vault: Plaintext by reference.
        own: Secrets as they stand in the device's configuration now.
        key: The one the backup was masked with.
    """
    # A text that looks like a reference must not become one.
    found = {text for text in (*vault.values(), *own) if text and not TOKEN.search(text)}
    return {**{kept_ref(text, key): text for text in found}, **vault}


def without_lost(before: State, after: State) -> Restorable:
    """`after` without what needs a secret that nobody has; that stays as it is in `before`."""
    lost = [path for path, value in after.settings.items() if _is_lost(path, value, after.secrets)]
    if not lost:
        return Restorable(after, ())
    settings = dict(after.settings)
    things: dict[Path, None] = {}
    for path in lost:
        if path in before.settings:
            settings[path] = before.settings[path]
        else:
            things[path[:2]] = None
    for thing in things:
        settings = {path: value for path, value in settings.items() if path[: len(thing)] != thing}
        settings.update(before.under(*thing))
    secrets = {**{path: secret for path, secret in before.secrets.items() if path in settings}, **after.secrets}
    refused = tuple(_refused(path) for path in (*things, *(path for path in lost if path in before.settings)))
    return Restorable(replace(after, settings=settings, secrets=secrets), refused)


def _is_lost(path: Path, value: Value, in_paths: Mapping[Path, Secret]) -> bool:
    texts = value if isinstance(value, tuple) else (str(value),)
    if any(_LOST in text for text in (*path, *texts)):
        return not (isinstance(value, Secret) and value.kind is not SecretKind.UNKNOWN)
    secret = in_paths.get(path)
    return secret is not None and secret.kind is SecretKind.UNKNOWN and secret.ref.startswith(KEPT)


def _refused(path: Path) -> RefusedCommand:
    shown = tuple(part for part in path if not part.startswith(("~", "<<")))
    return RefusedCommand(command=f"({' / '.join(shown)})", reason=sentence(_REASON), path=shown)
