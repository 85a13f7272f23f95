"""Taking what a device has into the inventory: proposed, proven, and only then written.

The proof: the edited files are read and checked as a whole inventory, every switch of the school is rendered from them,
and the intended states differ from those before in exactly the settings of the finding, which are now what the device
has.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, TypeAlias

from campusctl.drivers.switch import dialects
from campusctl.drivers.switch.compare import view
from campusctl.errors import CampusError, InventoryError
from campusctl.inventory.adoption import AdoptionError, Difference, Terms, ways
from campusctl.inventory.city import City
from campusctl.inventory.edit_files import Edited, edited
from campusctl.inventory.load import load_city
from campusctl.inventory.resolve import switch_intent
from campusctl.model.plan import EditView
from campusctl.model.sentence import sentence
from campusctl.model.setting import Edit, State
from campusctl.render import Renderer
from campusctl.workflow.inventory_change import overlay

Texts: TypeAlias = Mapping[str, tuple[str, str]]
"""Dialect and intended text of each switch."""


class Changed(NamedTuple):
    """One setting of one switch that an edit of the inventory changes."""

    device: str
    """Device name."""
    edit: EditView
    """From what was intended to what is intended then."""


def adopt(root: Path, school: str, differences: Sequence[Difference], terms: Terms | None) -> Edited:
    """The inventory files that would say what the devices have, proven; nothing is written.

    Args:
        root: The workspace.
        school: School id.
        differences: What each device has and the inventory does not say.
        terms: For an exception, if one is needed.

    Raises:
        AdoptionError: The inventory cannot say it, or something else would change too; names what.
        InventoryError: The inventory has problems as it stands.
    """
    return Adopter(root, school, terms).adopt(differences)


class Adopter:
    """Adopts one thing after the other at a school: what is costly is made once, and only when it is needed."""

    def __init__(self, root: Path, school: str, terms: Terms | None) -> None:
        """Read nothing yet; the arguments are those of `adopt`."""
        self._root, self._school, self._terms = root, school, terms
        self._renderer = Renderer(root / "templates")
        self._city: City | None = None
        self._before: Texts | None = None

    def adopt(self, differences: Sequence[Difference]) -> Edited:
        """The files that would say it; see the function `adopt`."""
        city = self._city = self._city or load_city(self._root, [self._school])
        wrong: CampusError | None = None
        for way in ways(city, city.school(self._school), differences, self._terms):
            self._before = self._before or _texts(self._renderer, city)
            try:
                found = edited(self._root, way)
                self._prove(found, self._before, differences)
            except CampusError as error:
                wrong = wrong or error
            else:
                return found
        raise wrong or AdoptionError(
            sentence("nothing would have to change"), sentence("campusctl drift shows what differs now")
        )

    def write(self, found: Edited) -> None:
        """Write what was adopted; what comes next stands on it."""
        found.write()
        self._city = self._before = None

    def _prove(self, found: Edited, before: Texts, differences: Sequence[Difference]) -> None:
        with overlay(self._root, found, [self._school]) as trial:
            try:
                after = _texts(self._renderer, load_city(trial, [self._school]))
            except InventoryError as error:
                what = sentence("the inventory would be wrong then: {what}", what=error.problems[0].what)
                raise AdoptionError(what, error.problems[0].hint or sentence("change it by hand")) from error
        wanted = {(item.device, edit.path, edit.after, edit.before) for item in differences for edit in item.edits}
        changed = tuple(_changes(before, after))
        got = {(device, edit.path, edit.before, edit.after) for device, edit in changed}
        if got == wanted:
            return
        others = [item for item in changed if (item.device, item.edit.path) not in {(w[0], w[1]) for w in wanted}]
        if others:
            raise AdoptionError(
                _else_words(others), sentence("change the inventory by hand, then look at campusctl plan")
            )
        raise AdoptionError(
            sentence("the inventory would still not say what the switch has"),
            sentence("another layer decides: campusctl explain DEVICE PATH says which; edit that one by hand"),
        )


def _else_words(others: Sequence[Changed]) -> str:
    first = others[0]
    place = f"{first.device}: {' / '.join(first.edit.path)}"
    if len(others) == 1:
        return sentence("it would also change {place}; nothing was written", place=place)
    return sentence("it would also change {place} and {number} more; nothing was written", place=place,
                    number=len(others) - 1)  # fmt: skip


def _texts(renderer: Renderer, city: City) -> Texts:
    found = {}
    for school in city.schools.values():
        for name in school.switches:
            intent = switch_intent(city, school.id, name)
            found[name] = intent.dialect, renderer.render(intent)
    return found


def _changes(before: Texts, after: Texts) -> Iterator[Changed]:
    """Every intended setting that differs, on every switch."""
    for name, (dialect, text) in before.items():
        if after[name] == (dialect, text):
            continue
        old, new = (dialects.get(dialect).parse(side, None, "intended") for side in (text, after[name][1]))
        yield from (Changed(name, view(edit)) for edit in _between(old, new))


def _between(old: State, new: State) -> Iterator[Edit]:
    """Unlike a comparison with a device, every line counts: whatever is intended differently is a change."""
    for path in dict.fromkeys((*old.settings, *new.settings)):
        was, will = old.settings.get(path), new.settings.get(path)
        if was != will:
            yield Edit(path, was, will)
