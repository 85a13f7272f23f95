"""A change in stages: the commands of each part, where the parts can be sent one after another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from campusctl.drivers.switch.compare import Difference, reached
from campusctl.drivers.switch.dialects.base import Dialect
from campusctl.engine.guard import judge
from campusctl.engine.stages import passes
from campusctl.model.command import Command, RefusedCommand
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
    parts = _split(dialect, found, management, dict(zip(found.edits, kinds, strict=True)))
    if not parts:
        whole = Pass.PATH if Pass.PATH in kinds else next(kind for kind in Pass if kind in kinds)
        return found, (Part(whole, found.edits, found.commands, bool(found.touches)),)
    edits = tuple(edit for part in parts for edit in part.edits)
    commands = tuple(command for part in parts for command in part.commands)
    return replace(found, edits=edits, commands=commands), parts


def _split(
    dialect: Dialect, found: Difference, management: ManagementPath, kinds: Mapping[Edit, Pass]
) -> tuple[Part, ...]:
    """The stages; none when there is only one, or when one of them cannot be made on its own."""
    wanted = [kind for kind in Pass if kind in kinds.values()]
    if len(wanted) < 2:
        return ()
    state, parts = found.before, list[Part]()
    for kind in wanted:
        edits = tuple(edit for edit in found.edits if kinds[edit] is kind)
        verdict = judge(state, edits, management, revert_armed=bool(found.touches))
        then = reached(state, found.after, edits)
        way = dialect.translate(state, then)
        early = _too_early(edits, way.refused) if kind is not wanted[-1] else ()
        if early:
            return _split(dialect, found, management, {**kinds, **dict.fromkeys(early, wanted[-1])})
        if verdict.refused or way.refused or not way.commands or (parts and _names_device_secrets(way.commands)):
            return ()
        parts.append(Part(kind, edits, way.commands, bool(verdict.touches)))
        state = then
    return tuple(parts)


def _too_early(edits: Sequence[Edit], refused: Sequence[RefusedCommand]) -> tuple[Edit, ...]:
    """Refused edits that can wait for the last stage: a VLAN's name, which the one that goes still has."""
    paths = {item.path for item in refused}
    return tuple(edit for edit in edits if edit.path in paths and edit.path[0] == "vlan" and len(edit.path) > 2)


def _names_device_secrets(commands: Sequence[Command]) -> bool:
    """They are numbered as they stood when the switch was read, which the stage before may have changed."""
    return any(token[1].startswith(("device/", KEPT)) for command in commands for token in TOKEN.finditer(command.text))
