"""Which settings of the devices that stand already change because of new ones, and nothing else of them."""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TypeAlias

from campusctl.drivers.switch import dialects
from campusctl.drivers.switch.compare import view
from campusctl.inventory.city import City
from campusctl.model.appliance import Document
from campusctl.model.plan import Assessment, Target
from campusctl.model.setting import Edit
from campusctl.workflow.appliance_targets import appliance_targets
from campusctl.workflow.choosing import SWITCH
from campusctl.workflow.desk import Desk
from campusctl.workflow.switch_targets import switch_targets

Paths: TypeAlias = Mapping[str, tuple[tuple[str, ...], ...]]
"""By device, the settings that change there, as they are shown."""


def standing(desk: Desk, city: City, schools: Sequence[str], names: Collection[str]) -> dict[str, Target]:
    """Switches and print servers of some schools, by name: what a new device changes besides itself.

    Args:
        desk: The workspace.
        city: With the schools loaded.
        schools: School ids.
        names: Those that are meant.

    Raises:
        InventoryError, RenderError: Nothing was contacted.
    """
    found = [
        target
        for school in (city.schools[one] for one in schools)
        for make in (switch_targets, appliance_targets("queues"))
        for target in make(desk, city, school, names)
    ]
    return {target.device: target for target in found}


def standing_names(city: City, schools: Sequence[str]) -> frozenset[str]:
    """Every device that stands already, by name."""
    return frozenset(name for school in schools for name in city.schools[school].devices)


def touched(before: Mapping[str, Target], after: Mapping[str, Target]) -> Paths:
    """What is intended differently, by device; a device that is new is left out."""
    found = {}
    for name, old in before.items():
        new = after.get(name)
        if new is not None and new.intended != old.intended:
            paths = tuple(dict.fromkeys(_paths(old, new)))
            if paths:
                found[name] = paths
    return found


def _paths(old: Target, new: Target) -> Iterator[tuple[str, ...]]:
    if old.driver != SWITCH:
        was, will = (dict(Document.model_validate_json(side.intended).settings) for side in (old, new))
        yield from (path for path in {**was, **will} if was.get(path) != will.get(path))
        return
    dialect = dialects.get(old.dialect)
    was_state, will_state = (dialect.parse(side.intended, None, "intended").settings for side in (old, new))
    for path in dict.fromkeys((*was_state, *will_state)):
        before, after = was_state.get(path), will_state.get(path)
        if before != after:
            yield view(Edit(path, before, after)).path


def narrowed(found: Mapping[str, Target], paths: Paths) -> tuple[Target, ...]:
    """The devices that are touched, to be changed there and nowhere else, in their order."""
    return tuple(target.model_copy(update={"only": paths[name]}) for name, target in found.items() if paths.get(name))


def fingerprints(assessment: Assessment) -> tuple[str, ...]:
    """A fingerprint of each command of a change: what was agreed to is known by them."""
    texts = dict.fromkeys(command.text for command in assessment.commands)
    return tuple(hashlib.blake2b(text.encode(), digest_size=8).hexdigest() for text in texts)
