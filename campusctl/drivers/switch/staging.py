"""A change in stages: the commands of each part, where the parts can be sent one after another."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from campusctl.drivers.switch.compare import Difference, reached
from campusctl.drivers.switch.dialects.base import Dialect
from campusctl.engine.guard import judge
from campusctl.engine.stages import passes
from campusctl.model.command import Command
from campusctl.model.plan import ManagementPath, Pass
from campusctl.model.secret import KEPT, TOKEN
from campusctl.model.setting import Edit


@dataclass(frozen=True, slots=True)
class Part:
    """One stage of a change."""

    kind: Pass
    """When it is made."""
    edits: tuple[Edit, ...]
    """What it changes."""
    commands: tuple[Command, ...]
    """How, in the order of sending."""
    touches: bool
    """It touches the management path."""


def staged(dialect: Dialect, found: Difference, management: ManagementPath) -> tuple[Difference, tuple[Part, ...]]:
    """A difference with its edits and commands stage after stage, and the stages.

    One stage when nothing has to wait, or when the parts cannot be told to the switch one after another.
    """
    if not found.commands or not found.edits:
        return found, ()
    after = reached(found.before, found.after, found.edits)
    kinds = passes(found.before, after, found.edits, found.touches, management)
    wanted = [
        (kind, tuple(edit for edit, own in zip(found.edits, kinds, strict=True) if own is kind))
        for kind in Pass
        if kind in kinds
    ]
    parts = tuple(_parts(dialect, found, management, wanted)) if len(wanted) > 1 else ()
    if len(parts) < len(wanted) or not parts:
        whole = Pass.PATH if Pass.PATH in kinds else wanted[0][0]
        return found, (Part(whole, found.edits, found.commands, bool(found.touches)),)
    edits = tuple(edit for part in parts for edit in part.edits)
    commands = tuple(command for part in parts for command in part.commands)
    return replace(found, edits=edits, commands=commands), parts


def _parts(
    dialect: Dialect,
    found: Difference,
    management: ManagementPath,
    wanted: Sequence[tuple[Pass, tuple[Edit, ...]]],
) -> Iterator[Part]:
    """The stages, as far as each stands on its own."""
    state = found.before
    for kind, edits in wanted:
        verdict = judge(state, edits, management, revert_armed=bool(found.touches))
        then = reached(state, found.after, edits)
        way = dialect.translate(state, then)
        if verdict.refused or way.refused or not way.commands:
            return
        if state is not found.before and _names_device_secrets(way.commands):
            # They are numbered as they stood when the switch was read, which the stage before may have changed.
            return
        yield Part(kind, edits, way.commands, bool(verdict.touches))
        state = then


def _names_device_secrets(commands: Sequence[Command]) -> bool:
    return any(token[1].startswith(("device/", KEPT)) for command in commands for token in TOKEN.finditer(command.text))
