"""Two texts of one dialect become edits, commands and refusals. No device here: `campusctl diff` uses it as it is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from campusctl.drivers.switch.choosing import chosen, shown_path, without_support
from campusctl.drivers.switch.dialects.base import Dialect
from campusctl.engine.diff import compare
from campusctl.engine.guard import RefusedEdit, judge
from campusctl.model.command import Command, CommandKind, RefusedCommand, Translation
from campusctl.model.plan import EditView, ManagementPath
from campusctl.model.secret import MASK, Secret, redact
from campusctl.model.setting import FREE, Edit, Path, State, Value

_MANY_REFUSED: Final = 256
"""From here on, refused edits of one reason are translated together: each translation looks at both whole states."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What separates a running text from an intended one, decided."""

    before: State
    """What the running text says."""
    after: State
    """What the intended text says."""
    edits: tuple[Edit, ...] = ()
    """What will be changed."""
    commands: tuple[Command, ...] = ()
    """How, in the order of sending."""
    refused: tuple[RefusedCommand, ...] = ()
    """What is not sent, and why."""
    refused_edits: tuple[Edit, ...] = ()
    """What stays different because of that."""
    unmanaged: tuple[Path, ...] = ()
    """Lines only the device has."""
    unchecked: tuple[Path, ...] = ()
    """Secrets that cannot be compared."""
    touches: tuple[Edit, ...] = ()
    """Edits of the management path: a revert must be armed before the first line."""

    @property
    def secrets(self) -> dict[str, Secret]:
        """Every secret of both texts by reference."""
        found: dict[str, Secret] = {}
        for state in (self.after, self.before):
            for value in (*state.settings.values(), *state.secrets.values()):
                if isinstance(value, Secret):
                    found[value.ref] = value
        return found


def compare_texts(  # noqa: PLR0913 - the two texts and what is known about them
    dialect: Dialect,
    running: str,
    intended: str,
    *,
    vault: Mapping[str, str] | None = None,
    management: ManagementPath | None = None,
    revert_armed: bool = False,
) -> Difference:
    """Everything between two texts.

    Args:
        dialect: The language of both.
        running: What the device prints.
        intended: What it shall print; `<<secret:REF>>` stands for a secret.
        vault: Plaintext by reference, as far as known.
        management: What must not be cut; None: inferred from `running`, and only real cuts are refused.
        revert_armed: A revert on the device will be armed, so edits of the path are allowed.
    """
    if running == intended:
        # Equal texts need no reading; the states stay empty.
        return Difference(State(), State())
    before = dialect.parse(running, vault, "device")
    after = dialect.parse(intended, vault, "intended")
    return compare_states(dialect, before, after, management=management, revert_armed=revert_armed)


def compare_states(  # noqa: PLR0913 - the two states and what is known about them
    dialect: Dialect,
    before: State,
    after: State,
    *,
    management: ManagementPath | None,
    revert_armed: bool,
    only: frozenset[Path] = frozenset(),
) -> Difference:
    """Everything between two states; see `compare_texts`.

    Args:
        dialect: The language of both.
        before: What the device is.
        after: What it shall be.
        management: What must not be cut.
        revert_armed: A revert on the device will be armed.
        only: Shown paths; nothing but these settings and their parts is changed. Empty: everything is.
    """
    found = compare(before, _managing(after, only))
    edits = chosen(found.edits, only)
    if not edits:
        return Difference(before, after, unmanaged=found.unmanaged, unchecked=found.unchecked)
    judged = judge(before, edits, management, revert_armed=revert_armed)
    verdict = without_support(before, after, judged) if only else judged
    target = reached(before, after, verdict.allowed)
    translation = dialect.translate(before, target)
    stays = frozenset(refused.path for refused in translation.refused if refused.path)
    kept = tuple(edit for edit in verdict.allowed if _below(edit.path, stays))
    return Difference(
        before,
        after,
        edits=tuple(edit for edit in verdict.allowed if edit not in kept),
        commands=translation.commands,
        refused=(*translation.refused, *_refused_commands(dialect, before, after, verdict.refused)),
        refused_edits=(*kept, *(refused.edit for refused in verdict.refused)),
        unmanaged=found.unmanaged,
        unchecked=found.unchecked,
        touches=verdict.touches,
    )


def _managing(after: State, only: frozenset[Path]) -> State:
    """A line that nobody parses is taken away where somebody names it: a run that added it is undone."""
    contexts = {path[:-1] for path in only if path[0] == FREE}
    return replace(after, manages=after.manages | contexts) if contexts else after


def reached(before: State, after: State, edits: Iterable[Edit]) -> State:
    """`before` after the edits, in the order of `after`, knowing the secrets of both."""
    reached = before.edited(edits).settings
    ordered = {path: reached[path] for path in after.settings if path in reached}
    ordered.update((path, value) for path, value in reached.items() if path not in ordered)
    return State(ordered, after.manages, {**after.secrets, **before.secrets})


def _below(path: Path, prefixes: frozenset[Path]) -> bool:
    return any(path[:size] in prefixes for size in range(1, len(path) + 1))


def _refused_commands(
    dialect: Dialect, before: State, after: State, refused: tuple[RefusedEdit, ...]
) -> tuple[RefusedCommand, ...]:
    """The lines that the refused edits of each thing (a port, an account) would have needed, with the reason."""
    found: dict[str, RefusedCommand] = {}
    together = _thing if len(refused) <= _MANY_REFUSED else _reason
    for _, items in groupby(sorted(refused, key=together), key=together):
        edits = tuple(items)
        thing = _thing(edits[0])
        way = dialect.translate(before, reached(before, after, [item.edit for item in edits]))
        for command in _lines(way) or (f"({' / '.join(shown_path(thing))})",):
            found.setdefault(command, RefusedCommand(command=command, reason=edits[0].reason, path=shown_path(thing)))
    return tuple(found.values())


def _reason(refused: RefusedEdit) -> tuple[str, ...]:
    return (refused.reason,)


def _thing(refused: RefusedEdit) -> Path:
    return refused.edit.path[:2]


def _lines(way: Translation) -> tuple[str, ...]:
    """The lines of a translation, each with its context before it, as one text."""
    lines: list[str] = []
    context: list[str] = []
    for command in way.commands:
        if command.kind is CommandKind.ENTER:
            context.append(command.text)
        elif command.kind is CommandKind.EXIT:
            context = context[:-1]
        else:
            lines.append(" / ".join((*context, command.text)))
    return tuple(lines) + tuple(refused.command for refused in way.refused)


def view(edit: Edit) -> EditView:
    """An edit as it may be shown and stored."""
    return EditView(path=shown_path(edit.path), before=_shown(edit.before), after=_shown(edit.after))


def shown_line(path: Path) -> str:
    """A `free` path as one masked line; the path of a setting as a whole."""
    return " / ".join(redact(part) for part in (path[1:] if path[0] == FREE else path))


def _shown(value: Value | None) -> bool | int | str | tuple[str, ...] | None:
    if isinstance(value, Secret):
        return MASK
    if isinstance(value, str):
        return redact(value)
    return value
