"""Reading a switch: both configurations, as states, against what is intended."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

from campusctl.drivers.switch.compare import Difference, compare_states, shown_line, view
from campusctl.drivers.switch.dialects.base import Dialect
from campusctl.drivers.switch.health.cables import CableReport, cable_commands, report_cables
from campusctl.drivers.switch.kept import Restorable, with_kept, without_lost
from campusctl.drivers.switch.masking import masked_state, secrets_in
from campusctl.drivers.switch.rules import Revert, RevertKind, Rules
from campusctl.drivers.switch.session import Session, SessionError, open_session
from campusctl.drivers.switch.staging import staged
from campusctl.engine.interrupts import interrupts
from campusctl.model.events import Emit, Event, EventKind
from campusctl.model.outcome import FaultKind
from campusctl.model.plan import Assessment, Stage, Target
from campusctl.model.secret import KEPT, MASK, Secret, redact
from campusctl.model.setting import FREE, State
from campusctl.ports import Record, SecretSource

Keep: TypeAlias = Callable[[str, State, Iterable[str]], None]
"""Takes a running text as it was read, what it says, and secrets that must not stay in it."""


@dataclass(frozen=True, slots=True)
class Observation:
    """What was read from one switch, and what follows."""

    target: Target
    """The switch."""
    difference: Difference
    """Between what it is and what it shall be."""
    startup_differs: bool
    """Running was not saved."""
    revert: Revert | None
    """The revert on the device that a change of the management path would use."""
    dialect: Dialect
    """Its language."""
    running: str = field(default="", repr=False)
    """The running configuration and what goes with it as printed, secrets included: for this room only."""
    cables: CableReport = field(default_factory=CableReport)
    """Its cables, as far as it was asked for them."""

    def digest(self, key: bytes) -> str:
        """Keyed fingerprint of the observed state."""
        return self.difference.before.digest(key)

    def kept(self, key: bytes, vault: Iterable[str]) -> str:
        """The running configuration as it may be kept; see `masked_state`."""
        return masked_state(self.dialect, self.running, self.difference.before, key, vault)

    def assessment(self, key: bytes) -> Assessment:
        """The observation as the engine, a plan and a person see it."""
        found, parts = staged(self.dialect, self.difference, self.target.management)
        armed = self.revert.name if self.revert else ""
        return Assessment(
            device=self.target.device,
            school=self.target.school,
            dialect=self.target.dialect,
            edits=tuple(view(edit) for edit in found.edits),
            commands=found.commands,
            stages=tuple(
                Stage(
                    kind=part.kind,
                    edits=len(part.edits),
                    commands=len(part.commands),
                    revert=armed if part.touches else "",
                )
                for part in parts
            ),
            refused=found.refused,
            refused_edits=tuple(view(edit) for edit in found.refused_edits),
            unmanaged=tuple(shown_line(path) for path in found.unmanaged),
            unchecked=tuple(
                " / ".join(MASK if part.startswith("~") else part for part in path) for path in found.unchecked
            ),
            interrupts=self._interrupts(),
            revert=armed if found.touches else "",
            startup_differs=self.startup_differs,
            cables=self.cables.wrong,
            cable_notes=self.cables.notes,
            observed_digest=self.digest(key),
        )

    def _interrupts(self) -> tuple[str, ...]:
        """Whose traffic stops for a moment."""
        found, target = self.difference, self.target
        reboots = bool(found.touches and self.revert and self.revert.kind is RevertKind.REBOOT)
        return interrupts(found.before, found.edits, target.rooms, target.management, reboots=reboots)


def vault_for(target: Target, secrets: SecretSource) -> Mapping[str, str]:
    """The plaintext of every secret this switch needs.

    Raises:
        SecretError: One is missing, or the source cannot be opened.
    """
    return secrets.resolve(target.secret_refs)


def observe(  # noqa: PLR0913 - each is one word to the caller
    target: Target,
    dialect: Dialect,
    secrets: SecretSource,
    transport: str,
    emit: Emit,
    *,
    key: bytes,
    keep: Keep | None = None,
) -> Observation:
    """Open a session, read, close. Writes nothing.

    Raises:
        SessionError: The switch could not be read.
        SecretError: A secret is missing.
    """
    vault = vault_for(target, secrets)
    with open_session(target.login, dialect.rules, vault.__getitem__, transport) as session:
        emit(Event(kind=EventKind.CONNECTED, device=target.device))
        return observe_in(session, target, dialect, vault, emit, key=key, keep=keep)


def observe_in(  # noqa: PLR0913 - likewise
    session: Session,
    target: Target,
    dialect: Dialect,
    vault: Mapping[str, str],
    emit: Emit,
    *,
    key: bytes,
    keep: Keep | None = None,
) -> Observation:
    """Read both configurations in an open session.

    Args:
        session: Open and logged in.
        target: The switch.
        dialect: Its language.
        vault: Plaintext of its secrets by reference.
        emit: Told when it was read.
        key: The workspace's key.
        keep: Given the running text, what it says, and the vault's secrets, once the text is known to be whole.

    Raises:
        SessionError: The switch stopped answering, or its answer is no configuration.
    """
    rules = dialect.rules
    (running, startup, *hidden), around = _read(session, rules, cable_commands(target))
    whole = "\n".join((running, *hidden))
    before = dialect.parse(whole, vault)
    after, lost = _intended(target, dialect, before, whole, vault=vault, key=key)
    _refuse_unreadable(before, after)
    if keep is not None:
        keep(whole, before, vault.values())
    _refuse_literal_secrets(after)
    saved = dialect.parse("\n".join((startup, *hidden)), vault)
    startup_differs = before.settings != saved.settings
    emit(Event(kind=EventKind.OBSERVED, device=target.device))
    revert = _revert(target, dialect, running, startup_differs=startup_differs)
    difference = compare_states(
        dialect,
        before,
        after,
        management=target.management,
        revert_armed=revert is not None,
        only=frozenset(target.only),
    )
    _refuse_clear_removals(difference)
    _refuse_clear_additions(difference)
    difference = replace(difference, refused=(*difference.refused, *lost))
    return Observation(target, difference, startup_differs, revert, dialect, whole, report_cables(target, around))


def _intended(  # noqa: PLR0913 - what is known
    target: Target, dialect: Dialect, before: State, running: str, *, vault: Mapping[str, str], key: bytes
) -> Restorable:
    """What the switch shall be; a text from a backup gets its secrets again, as far as they are to be had."""
    if KEPT not in target.intended:
        return Restorable(dialect.parse(target.intended, vault, "intended"), ())
    after = dialect.parse(target.intended, with_kept(vault, secrets_in(dialect, running), key), "intended")
    return without_lost(before, after)


def keeper(record: Record | None, target: Target, dialect: Dialect, key: bytes) -> Keep | None:
    """What hands a running text to the record, masked; None when nobody wants it.

    Args:
        record: Who wants it.
        target: The switch.
        dialect: Its language.
        key: The workspace's key.
    """
    if record is None:
        return None

    def keep(text: str, state: State, vault: Iterable[str]) -> None:
        record.config(target.school, target.device, masked_state(dialect, text, state, key, vault))

    return keep


def _read(session: Session, rules: Rules, more: Sequence[str]) -> tuple[list[str], list[str | None]]:
    """Both configurations, with what they leave out as far as the switch can print it; and the replies to `more`."""
    wanted = (rules.show_running, rules.show_startup)
    replies = session.show_each([*wanted, *rules.show_hidden, *more])
    if None in replies[: len(wanted)]:
        # Asked once more, for the words in which it refuses.
        return session.show_many(wanted), [None] * len(more)
    rest = len(replies) - len(more)
    return [reply for reply in replies[:rest] if reply is not None], replies[rest:]


def _revert(target: Target, dialect: Dialect, running: str, *, startup_differs: bool) -> Revert | None:
    """The first revert this device offers and the inventory allows."""
    for revert in dialect.rules.reverts:
        allowed = target.allow_revert == "reboot" or (
            target.allow_revert == "timer" and revert.kind is RevertKind.TIMER
        )
        offered = not revert.needs or re.search(revert.needs, running, re.MULTILINE)
        if allowed and offered and not (revert.needs_saved and startup_differs):
            return revert
    return None


def _refuse_unreadable(before: State, after: State) -> None:
    if before.get("hostname") is None and after.get("hostname") is not None:
        raise SessionError(
            FaultKind.MALFORMED,
            "the reply to the running configuration has no host name in it, so it is empty or cut off",
            "look at the switch by hand: does `show running-config` print the whole configuration?",
        )


def _refuse_literal_secrets(after: State) -> None:
    """A secret that stands in clear in the rendered text would end up in plans."""
    values = (*after.settings.values(), *after.secrets.values())
    if any(isinstance(value, Secret) and value.ref.startswith("intended/") for value in values):
        raise SessionError(
            FaultKind.REFUSED,
            "the intended configuration has a secret in clear",
            "put it into inventory/vault.yml and refer to it with secret('…') in the template",
        )


def _refuse_clear_removals(difference: Difference) -> None:
    """Taking away a line that nobody parses repeats it, and it may hold a secret that no vault knows."""
    for edit in difference.edits:
        if edit.path[0] == FREE and edit.after is None and redact(edit.path[-1]) != edit.path[-1]:
            raise SessionError(
                FaultKind.REFUSED,
                f"the line to be removed holds a secret: {shown_line(edit.path)}",
                "remove it by hand, or take its section out of `manage:`",
            )


def _refuse_clear_additions(difference: Difference) -> None:
    """A line that nobody parses would carry its secret in clear into plans and the journal."""
    for edit in difference.edits:
        if edit.path[0] != FREE or edit.after is None:
            continue
        line = _MASKED.sub("<<secret:known>>", edit.path[-1])
        if redact(line) != line:
            raise SessionError(
                FaultKind.REFUSED,
                f"the intended configuration has a secret in clear: {shown_line(edit.path)}",
                "put it into inventory/vault.yml and write <<secret:REF>> in its place",
            )


_MASKED: Final = re.compile(r"~[0-9a-f]{12}(?![0-9a-f])")
"""A secret that a parser took out of a line; what stands for it in a command is a reference."""
