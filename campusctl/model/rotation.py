"""Which secrets are used where, whether devices have them, and what was set when. Never a value in any of it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from campusctl.model.command import Command
from campusctl.model.frozen import Frozen
from campusctl.model.outcome import Fault
from campusctl.model.secret import MASK, TOKEN, fingerprint


class SecretUse(Frozen):
    """One place where a device needs a secret."""

    device: str
    """Device name."""
    school: str
    """School id."""
    path: str
    """What it is for: the setting's path joined with ` / `, or `login`, `login enable`, `key file`."""
    unchecked: str
    """Why the device cannot be checked against the value; empty: it can."""
    driver: str = "switch"
    """Name of the device's driver."""


class SecretRow(Frozen):
    """One secret's reference: where its value comes from, and who needs it."""

    ref: str
    """Such as `snmp/ro`."""
    source: str
    """`env`, `vault`, `command`, `lab`; empty: nobody has it."""
    trouble: str = ""
    """Why its value is of no use, such as `is empty`."""
    uses: tuple[SecretUse, ...] = ()
    """Where it is needed; empty: nowhere."""

    @property
    def usable(self) -> bool:
        """There is a value, and a switch takes it as typed."""
        return bool(self.source) and not self.trouble


class Verdict(StrEnum):
    """What reading a switch said of one secret on it."""

    SAME = "same"
    """The switch has the value."""
    DIFFERENT = "different"
    """It has another one."""
    MISSING = "missing"
    """It has none there."""
    UNCHECKED = "unchecked"
    """The form in which it stores it tells nothing, and it is what was set last as far as is known."""
    OUTDATED = "outdated"
    """The form tells nothing, but another value was set last."""


class SecretCheck(Frozen):
    """One secret on one switch."""

    device: str
    """Device name."""
    ref: str
    """Such as `snmp/ro`."""
    path: str
    """What it is for; see `SecretUse.path`."""
    verdict: Verdict
    """Whether the switch has it."""
    set_at: datetime | None = None
    """When campusctl set it last (UTC); None: it does not remember having set it."""
    old: bool = False
    """It was set longer ago than is wanted."""


class RotationReport(Frozen):
    """What `secrets rotate-check` found."""

    checked: datetime
    """When (UTC)."""
    zone: str
    """The city's time zone, for showing times."""
    schools: tuple[str, ...]
    """School ids."""
    checks: tuple[SecretCheck, ...]
    """One per switch and place."""
    faults: tuple[Fault, ...] = ()
    """Switches that could not be read."""

    @property
    def due(self) -> tuple[SecretCheck, ...]:
        """What is to be done: the switch has another value, none, or one that is too old."""
        settled = (Verdict.SAME, Verdict.UNCHECKED)
        return tuple(check for check in self.checks if check.old or check.verdict not in settled)


def masked_path(path: Sequence[str]) -> tuple[str, ...]:
    """A setting's path with the secrets in it masked."""
    return tuple(MASK if part.startswith("~") else part for part in path)


def shown_path(path: Sequence[str]) -> str:
    """A setting's path as text, secrets in it masked."""
    return " / ".join(masked_path(path))


def secrets_sent(
    commands: Sequence[Command], values: Mapping[str, str], key: bytes
) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Which secrets the commands of an apply have set: (masked path, reference, keyed fingerprint) each, once.

    Args:
        commands: As sent, secrets as references.
        values: Plaintext by reference; what only the device knows is left out.
        key: The workspace's.
    """
    told = set()
    for command in commands:
        for token in TOKEN.finditer(command.text):
            entry = (masked_path(command.path), token[1])
            if token[1] in values and command.path and entry not in told:
                told.add(entry)
                yield (*entry, fingerprint(values[token[1]], key))
