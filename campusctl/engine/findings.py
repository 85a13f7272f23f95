"""From what was read to findings: one difference, on one device or many, with an id that stays. Pure.

An id is made of school, setting and values. A port stands in it as the inventory calls it (`7`, not
`GigabitEthernet1/0/7`), so the same edit on switches of several makes is one finding. Secrets are masked before, and a
mask that is new in every process is made the same.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias

from campusctl.engine.words import Shown, difference_words
from campusctl.model.finding import FindingRow, FindingSeen
from campusctl.model.plan import Assessment, Change, DriftReport, EditView, Plan, Target
from campusctl.model.printable import printable
from campusctl.model.secret import MASK, TOKEN

PortNames: TypeAlias = Mapping[str, Mapping[str, str]]
"""Device to canonical port name to what the inventory calls that port."""
Path: TypeAlias = tuple[str, ...]

INVENTORY: Final = "inventory"
"""Device class of a finding that is about the inventory itself: its device is the file."""
STARTUP: Final = "startup"
"""Path of a running configuration that was never saved."""
VLANS: Final = "vlans"
"""Last part of the path of a port whose VLANs differ in more than one setting."""

_MEMBERSHIP: Final = frozenset({"mode", "access_vlan", "native_vlan", "untagged", "tagged", "voice_vlan", "stp_edge"})
"""Settings of a port that make sense only together; an edge port is told otherwise on a trunk (IOS)."""
_PROCESS_MASK: Final = re.compile(r"~[0-9a-f]{12}")
_FILE_LINE: Final = re.compile(r"^(inventory/[^:\n]+):\d+:", re.MULTILINE)
_SCHOOL_FILE: Final = re.compile(r"^inventory/schools/([^/:\n]+)/")


class Spot(NamedTuple):
    """One finding on one device."""

    id: str
    """Of the finding."""
    device: str
    """Device name."""
    school: str
    """School id."""
    driver: str
    """Driver of the device, which is its class here."""
    difference: EditView
    """As every device of the finding shows it: the port by its number, VLANs of a port together."""
    edits: tuple[EditView, ...]
    """The device's own edits, paths as the device has them."""
    refused: str = ""
    """Why an apply would not send it; empty: it would."""


def findings_of(report: DriftReport, ports: PortNames) -> tuple[FindingSeen, ...]:
    """Everything a drift check found, each once: devices in the order of the report, then what the inventory owes.

    Faults and unmanaged lines are no findings.

    Args:
        report: What was read.
        ports: What the inventory calls each port; a port it does not know keeps the device's name.
    """
    found: dict[str, list[Spot]] = {}
    for spot in spots_of(report.assessments, ports):
        found.setdefault(spot.id, []).append(spot)
    return (*(_seen(spots) for spots in found.values()), *_owed(report.findings))


def spots_of(assessments: Iterable[Assessment], ports: PortNames) -> Iterator[Spot]:
    """Each finding on each device, in order."""
    for found in assessments:
        names = ports.get(found.device, {})
        for edits in _grouped((*found.edits, *found.refused_edits)):
            yield _spot(found, _difference(edits, names), edits)
        said = {edit.path for edit in found.refused_edits}
        for refused in found.refused:
            if not any(path[: len(refused.path)] == refused.path for path in said):
                path = (*refused.path, "refused") if refused.path else ("refused", _masked(refused.command))
                yield _spot(found, EditView(path=_named(path, names), before=None, after=True), (), refused.reason)
        if found.startup_differs:
            yield _spot(found, EditView(path=(STARTUP,), before="not saved", after="saved"), ())


def _spot(found: Assessment, difference: EditView, edits: tuple[EditView, ...], refused: str = "") -> Spot:
    reason = refused or next((_reason(found, edit) for edit in edits if edit in found.refused_edits), "")
    name = finding_id(found.school, found.driver, difference)
    return Spot(name, found.device, found.school, found.driver, difference, edits, reason)


def _reason(found: Assessment, edit: EditView) -> str:
    """Why an edit is refused."""
    near = (item.reason for item in found.refused if item.path and edit.path[: len(item.path)] == item.path)
    return next(near, "it would not be safe")


def finding_id(school: str, device_class: str, difference: EditView) -> str:
    """Ten hex digits: the same in every run, on every machine and in every process."""
    said = [school, device_class, *(_unmasked(part) for part in (difference.path, difference.before, difference.after))]
    return hashlib.blake2b(json.dumps(said).encode(), digest_size=5).hexdigest()


def _unmasked(value: Shown) -> object:
    if isinstance(value, tuple):
        return [_masked(item) for item in value]
    return _masked(value) if isinstance(value, str) else value


def _masked(text: str) -> str:
    """A text with every form of a secret as the same mask: what stands for it is new in every process."""
    return TOKEN.sub(MASK, _PROCESS_MASK.sub(MASK, text))


def _grouped(edits: Sequence[EditView]) -> Iterator[tuple[EditView, ...]]:
    """The edits by what is decided as one: a thing with its parts, a port's VLANs."""
    heads = {edit.path: edit for edit in edits}
    groups: dict[Path, list[EditView]] = {}
    for edit in edits:
        groups.setdefault(_head(edit, heads), []).append(edit)
    yield from (tuple(group) for group in groups.values())


def _head(edit: EditView, heads: Mapping[Path, EditView]) -> Path:
    path = edit.path
    if path[0] == "port" and len(path) > 2 and path[2] in _MEMBERSHIP:
        return (*path[:2], VLANS)
    for size in range(1, len(path)):
        whole = heads.get(path[:size])
        if whole and _way(whole) == _way(edit) != "changes":
            return whole.path
    return path


def _way(edit: EditView) -> str:
    return "comes" if edit.before is None else "goes" if edit.after is None else "changes"


def _difference(edits: tuple[EditView, ...], names: Mapping[str, str]) -> EditView:
    first = edits[0]
    whole = min(edits, key=lambda edit: len(edit.path))
    if len(edits) > 1 and _is_membership(first.path):
        path = (*first.path[:2], VLANS)
        sides = _membership(edits, "before"), _membership(edits, "after")
        return EditView(path=_named(path, names), before=sides[0], after=sides[1])
    return EditView(path=_named(whole.path, names), before=_plain(whole.before), after=_plain(whole.after))


def _is_membership(path: Path) -> bool:
    return path[0] == "port" and len(path) > 2 and path[2] in _MEMBERSHIP


def _plain(value: Shown) -> Shown:
    if isinstance(value, tuple):
        return tuple(_masked(item) for item in value)
    return _masked(value) if isinstance(value, str) else value


def _membership(edits: tuple[EditView, ...], side: str) -> str | None:
    """One side of a port's VLANs in words: `access VLAN 30`, `mode trunk, native VLAN 3, tagged 40 50`."""
    found = {edit.path[2:]: getattr(edit, side) for edit in edits if getattr(edit, side) is not None}
    tagged = sorted((path[-1] for path in found if path[0] == "tagged"), key=lambda name: (len(name), name))
    words = [
        _VLAN_WORDS[path[0]] + ("" if value is True else f" {value}")
        for path, value in sorted(found.items())
        if path[0] != "tagged"
    ]
    return ", ".join([*words, *([f"tagged {' '.join(tagged)}"] if tagged else [])]) or None


_VLAN_WORDS: Final = {
    "mode": "mode",
    "access_vlan": "access VLAN",
    "native_vlan": "native VLAN",
    "untagged": "untagged VLAN",
    "voice_vlan": "voice VLAN",
    "stp_edge": "edge port",
}


def _named(path: Path, names: Mapping[str, str]) -> Path:
    """A path with its port as the inventory calls it, secrets masked."""
    masked = tuple(_masked(part) for part in path)
    if path[0] == "port" and len(path) > 1:
        return ("port", names.get(path[1], masked[1]), *masked[2:])
    return masked


def _seen(spots: Sequence[Spot]) -> FindingSeen:
    first = spots[0]
    reason = next((spot.refused for spot in spots if spot.refused), "")
    title = _title(first.difference) + (f" (apply refuses: {reason})" if reason else "")
    return FindingSeen(
        id=first.id,
        school=first.school,
        devices=tuple(sorted({spot.device for spot in spots})),
        path=first.difference.path,
        before=first.difference.before,
        after=first.difference.after,
        title=printable(title),
        device_class=first.driver,
    )


def _title(difference: EditView) -> str:
    if difference.path == (STARTUP,):
        return "running configuration is not saved"
    if difference.path[-1] == "refused":
        return f"{' '.join(difference.path[:-1])}: would need a change that is refused"
    if difference.path[0] == "refused":
        return f"would need: {difference.path[1]}"
    return difference_words(difference)


def _owed(problems: Iterable[str]) -> Iterator[FindingSeen]:
    """What the inventory owes, such as an expired exception; a line's number is no part of its id."""
    for problem in dict.fromkeys(problems):
        text = _FILE_LINE.sub(r"\1:", problem).partition("\nhint: ")[0]
        file, _, said = text.partition(": ")
        school = _SCHOOL_FILE.match(file)
        difference = EditView(path=(INVENTORY, file, said), before=None, after=None)
        owner = school[1] if school else ""
        yield FindingSeen(
            id=finding_id(owner, INVENTORY, difference),
            school=owner,
            devices=(file,),
            path=difference.path,
            before=None,
            after=None,
            title=printable(text),
            device_class=INVENTORY,
        )


def narrowed(targets: Iterable[Target], finding: FindingRow | FindingSeen, ports: PortNames) -> tuple[Target, ...]:
    """The targets of a finding, each limited to the finding's own settings: what is read of them is what differs there.

    Args:
        targets: Devices of the school, or more.
        finding: What shall go.
        ports: As for `findings_of`.
    """
    return tuple(
        target.model_copy(update={"only": _own_paths(finding.path, ports.get(target.device, {}))})
        for target in targets
        if target.device in finding.devices
    )


def _own_paths(path: Path, names: Mapping[str, str]) -> tuple[Path, ...]:
    """A finding's path as one device has it; a port's VLANs are several."""
    if path[0] != "port" or len(path) < 2:
        return (path,)
    own = next((name for name, short in names.items() if short == path[1]), path[1])
    if path[2:] == (VLANS,):
        return tuple(("port", own, part) for part in sorted(_MEMBERSHIP))
    return (("port", own, *path[2:]),)


def only(plan: Plan, finding: FindingRow | FindingSeen, ports: PortNames) -> Plan:
    """A plan made of `narrowed` targets, without devices on which the finding does not stand as it was seen.

    A device that has another value by now has another finding; undoing that one is another decision.
    """
    return plan.model_copy(update={"changes": tuple(item for item in plan.changes if _stands(item, finding, ports))})


def _stands(change: Change, finding: FindingRow | FindingSeen, ports: PortNames) -> bool:
    found = {spot.id for spot in spots_of((change.assessment,), ports) if spot.difference.path != (STARTUP,)}
    if finding.path == (STARTUP,):
        return change.assessment.startup_differs and not found
    return found == {finding.id}


def grown(row: FindingRow, seen: FindingSeen) -> tuple[str, ...]:
    """Devices on which a finding stands now and did not when it was last recorded.

    Who accepted it for three switches has not accepted it for a fourth.
    """
    return tuple(sorted(set(seen.devices) - set(row.devices)))
