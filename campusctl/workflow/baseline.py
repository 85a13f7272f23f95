"""What Oxidized kept becomes the oldest part of our backups."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from campusctl.backups import oxidized
from campusctl.backups.oxidized import Node, Revision
from campusctl.backups.repository import Backups, Place, Snapshot
from campusctl.drivers.switch import dialects
from campusctl.drivers.switch.masking import masked_state
from campusctl.errors import CampusError
from campusctl.inventory.city import City
from campusctl.inventory.load import load_city
from campusctl.workflow.backups import author, backups_of
from campusctl.workflow.choosing import SWITCHES
from campusctl.workflow.corridor import targets
from campusctl.workflow.desk import Desk


@dataclass(frozen=True, slots=True)
class Match:
    """A node and the switch it is."""

    node: Node
    """As Oxidized knows it."""
    place: Place
    """School and device."""
    dialect: str
    """The switch's language."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """What an Oxidized repository has for this inventory."""

    matches: tuple[Match, ...]
    """Switches it knows and we do not have yet."""
    already: tuple[Match, ...]
    """Switches that have a backup of ours: left alone, ours is newer."""
    unknown: tuple[Node, ...]
    """Nodes that are no switch of the inventory, or stand for one that another node is already."""
    missing: tuple[str, ...]
    """Switches of the inventory that it does not know."""
    commits: int = 0
    """Commits made."""
    unreadable: tuple[str, ...] = ()
    """Switches whose text has no host name in it, so that it is no configuration: left out."""


def read_baseline(
    desk: Desk, path: Path, schools: Sequence[str] | None, *, history: bool = False, dry_run: bool = False
) -> Baseline:
    """Keep what an Oxidized repository has for the inventory's switches, masked.

    Args:
        desk: The workspace.
        path: A Git repository of Oxidized, bare or not, or a folder of one per group.
        schools: Only these; None: every school.
        history: Every revision, with its date; otherwise only the newest.
        dry_run: Only say what matches.

    Raises:
        BackupError: It cannot be read, or ours cannot be written.
    """
    city = load_city(desk.root, schools)
    backups = backups_of(desk)
    found = _match(city, oxidized.nodes(path), frozenset(backups.devices()))
    if dry_run or not found.matches:
        return found
    vault = _vault(desk, city)
    by_node = {match.node: match for match in found.matches}
    told = oxidized.revisions(by_node) if history else [_newest(by_node)]
    return _keep(backups, desk.key, found, vault, told)


def _newest(wanted: Collection[Node]) -> Revision:
    return Revision(datetime.now(UTC), f"baseline, {len(wanted)} nodes", oxidized.texts(wanted))


def _keep(
    backups: Backups,
    key: bytes,
    found: Baseline,
    vault: Iterable[str],
    told: Iterable[Revision],
) -> Baseline:
    by_node = {match.node: match for match in found.matches}
    read: set[Place] = set()

    def snapshots() -> Iterator[Snapshot]:
        for item in told:
            masks = {by_node[node].place: _masked(by_node[node], text, key, vault) for node, text in item.texts.items()}
            sound = {place: text for place, text in masks.items() if text}
            read.update(sound)
            yield Snapshot(sound, f"oxidized: {item.message}", author(), item.when)

    commits = sum(kept.commit is not None for kept in backups.keep_all(snapshots()))
    bad = tuple(match.place[1] for match in found.matches if match.place not in read)
    good = tuple(match for match in found.matches if match.place in read)
    return Baseline(good, found.already, found.unknown, found.missing, commits, bad)


def _masked(match: Match, text: str, key: bytes, vault: Iterable[str]) -> str:
    """A text as we keep it; empty when it is no configuration."""
    dialect = dialects.get(match.dialect)
    state = dialect.parse(text)
    return masked_state(dialect, text, state, key, vault) if state.get("hostname") else ""


def _vault(desk: Desk, city: City) -> tuple[str, ...]:
    """The secrets of the city's switches, as far as they are at hand: they must not stay wherever they stand."""
    with suppress(CampusError):
        refs = {ref for target in targets(desk, city, SWITCHES) for ref in target.secret_refs}
        return tuple(desk.secrets.resolve(sorted(refs)).values())
    return ()


def _match(city: City, nodes: Sequence[Node], kept: frozenset[Place]) -> Baseline:
    """Which node is which switch, by name (with or without a domain) or address, in any group."""
    names: dict[str, Place] = {}
    languages: dict[Place, str] = {}
    for school in city.schools.values():
        for device in school.switches.values():
            place = (school.id, device.name)
            profile = city.profiles.get(device.profile or "")
            languages[place] = profile.dialect if profile else ""
            names[device.name] = place
            if device.address:
                names[device.address.partition("/")[0]] = place
    taken: dict[Place, Node] = {}
    # A node in the group of its school is the right one when another group has one of the same name.
    for node in sorted(nodes, key=lambda node: (not _in_its_group(node, _place(names, node)), node)):
        found = _place(names, node)
        if found and languages[found] in dialects.names():
            taken.setdefault(found, node)
    matched = tuple(Match(node, place, languages[place]) for place, node in sorted(taken.items()))
    return Baseline(
        matches=tuple(match for match in matched if match.place not in kept),
        already=tuple(match for match in matched if match.place in kept),
        unknown=tuple(node for node in nodes if node not in taken.values()),
        missing=tuple(device for place in languages if place not in taken for device in place[1:]),
    )


def _in_its_group(node: Node, place: Place | None) -> bool:
    return place is not None and node.group.rpartition("/")[2].lower() == place[0]


def _place(names: Mapping[str, Place], node: Node) -> Place | None:
    name = node.name.lower()
    return names.get(name) or names.get(name.partition(".")[0])
