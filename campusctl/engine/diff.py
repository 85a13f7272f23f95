"""What separates two states. Pure, and the same for every device class."""

from collections.abc import Iterator

from campusctl.model.secret import Match
from campusctl.model.setting import FREE, Comparison, Edit, Path, State, compare_values


def compare(before: State, after: State) -> Comparison:
    """Edits that turn `before` into `after`, what only the device has, and what cannot be compared.

    A `free` line that only `before` has is unmanaged, unless `after` declares its context authoritative or says
    the opposite (`ip http server` against `no ip http server`): then it is an edit. A port that only `before`
    names and that is shut stays shut, for nobody asked to open it: that line is unmanaged too.
    """
    if before.settings == after.settings:
        return Comparison((), (), ())
    edits: list[Edit] = []
    unchecked: list[Path] = []
    for path, value in after.settings.items():
        old = before.settings.get(path)
        match = compare_values(old, value)
        if match is Match.DIFFERENT:
            edits.append(Edit(path, old, value))
        elif match is Match.UNKNOWN:
            unchecked.append(path)
    unmanaged: list[Path] = []
    for edit in _gone(before, after):
        is_unmanaged = edit.path[0] == FREE and edit.path[:-1] not in after.manages
        if _stays_shut(edit.path, before, after) or (is_unmanaged and _opposite(edit.path) not in after.settings):
            unmanaged.append(edit.path)
        else:
            edits.append(edit)
    return Comparison(tuple(edits), tuple(unmanaged), tuple(unchecked))


def _gone(before: State, after: State) -> Iterator[Edit]:
    for path, value in before.settings.items():
        if path not in after.settings:
            yield Edit(path, value, None)


def _stays_shut(path: Path, before: State, after: State) -> bool:
    return path[2:] == ("shutdown",) and path[:2] in before.mentions and path[:2] not in after.mentions


def _opposite(path: Path) -> Path:
    line = path[-1]
    return (*path[:-1], line[3:] if line.startswith("no ") else f"no {line}")
