"""Taking an existing switch into the inventory: read, proposed, proven against what runs, and only then written.

The proof: the edited inventory is read and checked as a whole, the switch is rendered from it, and what would then
still differ from what runs is tried one by one as settings of the switch. What is left is said, each with its reason.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from socket import gethostname
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from campusctl.drivers.switch import dialects
from campusctl.drivers.switch.compare import Difference as TextDifference
from campusctl.drivers.switch.compare import compare_texts, shown_line, view
from campusctl.engine.port_facts import port_facts
from campusctl.errors import CampusError, JournalError, UnknownNameError, WorkspaceError
from campusctl.history.store import open_store
from campusctl.inventory.adoption import AboutError, AdoptionError, Difference, Terms
from campusctl.inventory.city import SWITCH_CLASS, City, School
from campusctl.inventory.edit_files import Edited, FileEdit, edited
from campusctl.inventory.load import inventory_files, load_as_it_is, load_city, school_in_name
from campusctl.inventory.names_hint import did_you_mean
from campusctl.inventory.resolve import settings_of, switch_intent
from campusctl.inventory.switch_entry import shape_of, switch_entry
from campusctl.model.events import Emit
from campusctl.model.outcome import Fault
from campusctl.model.plan import EditView
from campusctl.model.printable import printable
from campusctl.model.secret import MASK, TOKEN
from campusctl.model.sentence import joined, sentence, told_as
from campusctl.model.setting import State
from campusctl.model.tables import Tables
from campusctl.render import Renderer
from campusctl.words.language import N_
from campusctl.words.trouble import advice, trouble
from campusctl.workflow.adopting import Adopter
from campusctl.workflow.desk import Desk
from campusctl.workflow.first_contact import check_key
from campusctl.workflow.history import person
from campusctl.workflow.inventory_change import keep, overlay, prepare_files, undo
from campusctl.workflow.reading_configs import read_running
from campusctl.workflow.sightings import sightings
from campusctl.workflow.tables import read_tables

if TYPE_CHECKING:
    from campusctl.model.port_facts import Sighting

_MOST_TRIES: Final = 80
"""Differences that are tried as settings; each that can be said costs two readings of the school."""
_LONGEST_CONFIG: Final = 4 * 1024 * 1024


class Wanted(NamedTuple):
    """What a person says of the switch."""

    name: str
    """Device name."""
    profile: str
    """Its model."""
    room: str
    """Where it stands."""
    address: str = ""
    """Its address; empty: as its configuration says, which needs a file."""
    to: str = ""
    """The port, or the number of the LAG, at the switch above; empty: LLDP or that switch's entry says it."""
    host_key: str = ""
    """Fingerprint of its host key, as somebody read it at its console; empty: the key is known already."""
    more: Mapping[str, str] = {}
    """`serial`, `mac`, `asset`, as far as they were said."""


class AdoptedSwitch(NamedTuple):
    """What came of it; nothing is written yet."""

    files: Edited
    """The inventory files."""
    left: tuple[EditView, ...]
    """What a plan would still change, or would refuse to."""
    reasons: tuple[str, ...]
    """Why the inventory does not say it, one sentence each."""
    unmanaged: tuple[str, ...]
    """Lines that no template knows: kept, and never taken away."""
    notes: tuple[str, ...]
    """What a person should know or decide, one sentence each."""


def adopt_switch(desk: Desk, wanted: Wanted, config: Path | None, terms: Terms | None, emit: Emit) -> AdoptedSwitch:
    """The inventory files that say what an existing switch runs; nothing is written, and the switch is only read.

    Args:
        desk: The workspace.
        wanted: What a person says of the switch.
        config: A file with its running configuration; None: it is asked itself.
        terms: For exceptions, where a role says otherwise than the switch; None: such differences are left.
        emit: Told of every step.

    Raises:
        CampusError: The switch is in the inventory already, or cannot be read, or something said of it is unknown.
        InventoryError: With the switch the inventory would have problems.
    """
    school_id = school_in_name(desk.root, wanted.name)
    city = load_as_it_is(desk.root, [school_id])
    if city is None or school_id not in city.schools:
        load_city(desk.root, [school_id])
        raise UnknownNameError(sentence("no school `{name}`", name=school_id))
    file = _checked(city, city.school(school_id), wanted)
    with overlay(desk.root, Edited(desk.root), [school_id]) as trial:
        found = _Adopting(desk, trial, school_id, file, wanted, terms).run(config, emit)
    return found._replace(files=prepare_files(found.files))


def keep_adoption(desk: Desk, wanted: Wanted, found: AdoptedSwitch, branch: str = "") -> str:
    """Write the inventory, commit it where there is Git, and tell the history.

    Returns:
        The commit; empty: none was made.

    Raises:
        EditError, GitError, OSError: Nothing was kept.
        JournalError: It could not be told to the history; nothing was kept.
    """
    said = [f"profile {wanted.profile}, room {wanted.room}"]
    said += [f"{word} {value}" for word, value in wanted.more.items()]
    said += [f"a plan would still change {len(found.left)} settings"] if found.left else []
    commit = keep(found.files, f"Adopt {wanted.name}\n\n" + "\n".join(said), branch)
    detail = {"commit": commit, "left": len(found.left), "files": list(found.files.files)}
    try:
        with open_store(desk.root) as store:
            store.audit(person(), gethostname(), "device.adopt", wanted.name, detail)
    except (JournalError, OSError):
        undo(found.files, f"Take back: Adopt {wanted.name}")
        raise
    return commit


def _checked(city: City, school: School, wanted: Wanted) -> str:
    """The devices file that the switch belongs into.

    Raises:
        UnknownNameError: Profile or room is unknown.
        AdoptionError: The switch is there already, or its name is no switch's.
    """
    parts = city.parts(wanted.name)
    if wanted.name in school.devices or wanted.name in school.broken:
        raise AdoptionError(
            sentence("{device} is in the inventory already", device=wanted.name),
            sentence("{command} says what differs", command=f"campusctl drift {school.id} --device {wanted.name}"),
        )
    if parts is None or parts.device_class != SWITCH_CLASS:
        example = f"{school.short}-a1-{SWITCH_CLASS}01"
        what = sentence("{name} is no switch's name", name=wanted.name)
        raise AdoptionError(what, sentence("such as {example}", example=example))
    profile = city.profiles.get(wanted.profile)
    if profile is None or profile.device_class != SWITCH_CLASS or profile.dialect not in dialects.names():
        known = [name for name, one in city.profiles.items() if one.device_class == SWITCH_CLASS]
        hint = did_you_mean(wanted.profile, known) or sentence("there are {names}", names=", ".join(known))
        raise UnknownNameError(sentence("no profile of a switch `{name}`", name=wanted.profile), hint)
    if wanted.room not in school.rooms:
        hint = did_you_mean(wanted.room, school.rooms) or sentence("rooms are listed in {file}", file=school.file)
        raise UnknownNameError(sentence("no room `{room}`", room=wanted.room), hint)
    files = [device.file for device in (*school.switches.values(), *school.devices.values())]
    return next((file for file in files if file.endswith(".yml")), f"{Path(school.file).parent}/devices.yml")


class _Adopting:
    """One adoption, in a copy of the inventory."""

    def __init__(  # noqa: PLR0913, PLR0917 - what it stands on
        self, desk: Desk, trial: Path, school_id: str, file: str, wanted: Wanted, terms: Terms | None
    ) -> None:
        self._desk, self._trial, self._school_id = desk, trial, school_id
        self._file, self._wanted, self._terms = file, wanted, terms
        self._missing: set[str] = set()
        """References of secrets that are not at hand."""
        self._before = {name: (trial / name).read_bytes() for name in inventory_files(trial, [school_id])}

    def run(self, config: Path | None, emit: Emit) -> AdoptedSwitch:
        dialect = dialects.get(self._city().profiles[self._wanted.profile].dialect)
        text, tables = self._text(config), None
        if config is None:
            self._put(self._entry({"core": True}))
            tables, text = self._read(emit)
        state = dialect.parse(text)
        if state.get("hostname") is None:
            raise AdoptionError(
                sentence("there is no host name in the configuration, so it is empty, cut off, or of another make"),
                sentence("profile {profile} speaks {dialect}", profile=self._wanted.profile, dialect=dialect.name),
            )
        address = self._wanted.address or self._own_address(state)
        self._wanted = self._wanted._replace(address=address)
        notes = self._propose(state, tables)
        reasons = tuple(self._explain(text))
        found = self._difference(text)
        left = tuple(view(edit) for edit in (*found.edits, *found.refused_edits))
        if self._missing:
            refs = ", ".join(sorted(self._missing))
            notes = (*notes, sentence("cannot be compared, as nobody gave the secrets: {refs}", refs=refs))
            left = tuple(edit for edit in left if not _is_secret(edit))
        return AdoptedSwitch(
            files=self._edited(),
            left=left,
            reasons=reasons,
            unmanaged=tuple(shown_line(path) for path in found.unmanaged),
            notes=notes,
        )

    # -- reading --

    def _text(self, config: Path | None) -> str:
        if config is None:
            return ""
        try:
            with config.open("rb") as file:
                data = file.read(_LONGEST_CONFIG + 1)
        except OSError as wrong:
            why = (wrong.strerror or str(wrong)).lower()
            raise WorkspaceError(sentence("{file}: cannot be read: {why}", file=str(config), why=why)) from None
        if len(data) > _LONGEST_CONFIG or b"\0" in data:
            raise WorkspaceError(sentence("{file}: that is no configuration of a switch", file=str(config)))
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            # Older switches, and terminals that keep a log of them, write Latin-1.
            text = data.decode("cp1252", "replace")
        return text.replace("\r\n", "\n")

    def _read(self, emit: Emit) -> tuple[Tables, str]:
        """What the switch sees, and what it runs.

        Raises:
            CampusError: It cannot be read.
        """
        if not self._wanted.address:
            raise AdoptionError(
                sentence("nobody knows the switch's address"), sentence("say --address, or give a saved --config")
            )
        city = self._city()
        school = city.school(self._school_id)
        check_key(self._desk, city, school, self._wanted.name, self._wanted.host_key)
        seen = read_tables(self._desk, city, school, [self._wanted.name], emit)[self._wanted.name]
        if isinstance(seen, Fault):
            what = told_as(f"{self._wanted.name}: {seen.kind}: {seen.what}", N_("{device}: {what}"),
                           device=self._wanted.name, what=trouble(seen))  # fmt: skip
            raise CampusError(what, advice(seen))
        return seen, read_running(self._desk, city, school, self._wanted.name, emit)

    def _own_address(self, state: State) -> str:
        self._put(self._entry({"core": True}))
        city = self._city()
        school = city.school(self._school_id)
        vlan = settings_of(city, school, school.devices[self._wanted.name]).management_vlan
        found = str(state.get("svi", str(vlan), "address") or "").partition("/")[0]
        if not found[:1].isdecimal():
            raise AdoptionError(
                sentence("the configuration has no address in VLAN {vlan}, the management VLAN", vlan=vlan),
                sentence("say --address"),
            )
        return found

    # -- proposing --

    def _city(self) -> City:
        """The copy as it stands, whatever is wrong with it: the switch may be what is missing in it."""
        found = load_as_it_is(self._trial, [self._school_id])
        return found or load_city(self._trial, [self._school_id])

    def _entry(self, more: Mapping[str, Any]) -> dict[str, Any]:
        wanted = self._wanted
        said = {"profile": wanted.profile, "room": wanted.room}
        if wanted.address:
            said["address"] = wanted.address
        return {**said, **wanted.more, **more}

    def _put(self, entry: Mapping[str, Any]) -> None:
        """Let the copy have this entry of the switch, and no other."""
        for name, data in self._before.items():
            (self._trial / name).write_bytes(data)
        place = ("devices", self._wanted.name)
        edited(self._trial, (FileEdit(self._file, "set", place, dict(entry)),)).write()

    def _propose(self, state: State, tables: Tables | None) -> tuple[str, ...]:
        """Put the entry that says best what runs; what a person should know of it.

        Raises:
            InventoryError: With it the inventory has problems.
        """
        facts = port_facts(state)
        profile = self._city().profiles[self._wanted.profile]
        physical = [name for name in facts if not _is_lag(name, profile.lag)]
        shape = shape_of(profile, physical)
        self._put(self._entry({**shape, "core": True}))
        city = self._city()
        school = city.school(self._school_id)
        device = school.devices[self._wanted.name]
        seen: Mapping[str, Sighting] = sightings(city, school, tables) if tables else {}
        found = switch_entry(city, school, device, facts, seen, self._wanted.to)
        self._put(self._entry({**shape, **found.values}))
        load_city(self._trial, [self._school_id])
        return (*self._whose(school, state), *found.notes)

    def _whose(self, school: School, state: State) -> Iterator[str]:
        called = str(state.get("hostname"))
        if called != self._wanted.name and called in school.devices:
            yield sentence(
                "it calls itself {name}, which is another device of the inventory: is that the right switch?",
                name=called,
            )

    def _explain(self, text: str) -> Iterator[str]:
        """Try to say what is left as settings of the switch; why that cannot be done, one sentence each."""
        adopter = Adopter(self._trial, self._school_id, self._terms)
        groups = _groups(self._difference(text))
        alike: dict[tuple[tuple[str, str], str], list[str]] = {}
        for group in groups[:_MOST_TRIES]:
            try:
                adopter.write(adopter.adopt([Difference(self._wanted.name, group)]))
            except AboutError as wrong:
                alike.setdefault((wrong.rest, wrong.hint), []).append(
                    wrong.about.removeprefix(f"{self._wanted.name}: ")
                )
            except CampusError as wrong:
                where = " / ".join(printable(part) for part in min((edit.path for edit in group), key=len))
                yield _because(joined((where, wrong.what), ": "), wrong.hint)
        for (rest, hint), those in alike.items():
            yield _because(sentence(rest[len(those) > 1], about=", ".join(map(printable, those))), hint)
        if len(groups) > _MOST_TRIES:
            yield sentence("{number} more were not tried: too much differs", number=len(groups) - _MOST_TRIES)

    def _difference(self, text: str) -> TextDifference:
        """Between what runs and what the copy of the inventory says."""
        city = load_city(self._trial, [self._school_id])
        intent = switch_intent(city, self._school_id, self._wanted.name)
        intended = Renderer(self._desk.root / "templates").render(intent)
        vault = self._vault(intended)
        return compare_texts(dialects.get(intent.dialect), text, intended, vault=vault)

    def _vault(self, intended: str) -> Mapping[str, str]:
        """The secrets that are at hand; one that is missing cannot be compared, and is listed as such."""
        found: dict[str, str] = {}
        for ref in sorted({token[1] for token in TOKEN.finditer(intended)}):
            try:
                found |= self._desk.secrets.resolve([ref])
            except CampusError:
                self._missing.add(ref)
        return found

    def _edited(self) -> Edited:
        """The workspace's own files, as they are and as the copy has them now."""
        after = {name: (self._trial / name).read_bytes() for name in self._before}
        changed = [name for name, data in after.items() if data != self._before[name]]
        return Edited(
            self._desk.root, {name: self._before[name] for name in changed}, {name: after[name] for name in changed}
        )


def _because(what: str, hint: str) -> str:
    return sentence("{what} ({hint})", what=what, hint=hint) if hint else what


def _is_lag(name: str, pattern: str) -> bool:
    head = pattern.replace("{n}", "")
    return name.startswith(head) and name.removeprefix(head).isdecimal() and bool(head)


def _groups(found: TextDifference) -> list[tuple[EditView, ...]]:
    """Edits that are decided as one: of one port, of one VLAN, or a single one; secrets are left out."""
    groups: dict[tuple[str, ...], list[EditView]] = {}
    for edit in (*found.edits, *found.refused_edits):
        shown = view(edit)
        if _is_secret(shown):
            continue
        key = shown.path[:2] if shown.path[0] in ("port", "vlan") else shown.path
        groups.setdefault(key, []).append(shown)
    return [tuple(group) for group in groups.values()]


def _is_secret(edit: EditView) -> bool:
    return any(MASK in str(part) for part in (*edit.path, edit.before, edit.after))
