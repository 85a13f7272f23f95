"""The town with switches that exist in memory only: an onboarding without the wire, quick to break anywhere."""

import hashlib
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from town import make_town

from campusctl.drivers.switch import dialects
from campusctl.inventory.city import City, School
from campusctl.inventory.load import load_city
from campusctl.inventory.onboarding.proposing import propose
from campusctl.inventory.onboarding.wanted import Wanted
from campusctl.lab.secrets import LabSource
from campusctl.model.command import Command
from campusctl.model.events import Emit, Event, EventKind, ignore
from campusctl.model.onboarding import NewDevice, Onboarding
from campusctl.model.outcome import Fault, FaultKind, Outcome, OutcomeKind
from campusctl.model.plan import Assessment, Change, EditView, Target
from campusctl.model.setting import Path as SettingPath
from campusctl.model.tables import Learnt, PortNow, Tables
from campusctl.ports import Record
from campusctl.workflow import Desk, Terms
from campusctl.workflow.onboarding import journal
from campusctl.workflow.onboarding.effect import Effect, effect
from campusctl.workflow.onboarding.hands import Hands
from campusctl.workflow.onboarding.machine import carry_on
from campusctl.workflow.onboarding.touched import standing, standing_names
from campusctl.workflow.onboarding.writing import digests

REPO = Path(__file__).parents[2]
SCHOOL = "schule-042"
SATURDAY = datetime(2026, 11, 28, 12, tzinfo=UTC)
SWITCH, PORT = "s042-a2-sw01", "GigabitEthernet1/0/6"
"""Where the board below belongs by the rules."""
BOARD = Wanted(kind="board", school=SCHOOL, room="R101", serial="BD042-0201", mac="00:0c:f1:42:02:01", asset="M1")


class KilledError(BaseException):
    """The process is gone: nothing catches this."""


@dataclass
class World:
    """What there is besides the inventory."""

    states: dict[str, dict[SettingPath, object]] = field(default_factory=dict)
    """Settings of each switch."""
    plugged: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Switch and port at which each MAC address is."""
    dead: set[str] = field(default_factory=set)
    """Switches that do not answer."""
    refuses: set[str] = field(default_factory=set)
    """Switches that reject what is sent."""
    pings: dict[str, bool] = field(default_factory=dict)
    """Addresses of which somebody can tell whether they answer a ping."""
    pinged: list[dict[str, list[str]]] = field(default_factory=list)
    """Addresses that were pinged, by the switch that may be asked to."""
    said: list[str] = field(default_factory=list)
    now: float = 0.0
    hook: Callable[[str], None] = lambda _what: None
    """Told of everything that happens; may raise."""

    def tables(
        self, _desk: Desk, _city: City, _school: School, names: Sequence[str], _emit: Emit
    ) -> Mapping[str, Tables | Fault]:
        """What switches see."""
        self.hook("look")
        return {name: self._tables(name) for name in names}

    def _tables(self, name: str) -> Tables | Fault:
        if name in self.dead:
            return Fault(device=name, kind=FaultKind.UNREACHABLE, what="it does not answer")
        learnt = tuple(Learnt(mac=mac, port=port) for mac, (switch, port) in self.plugged.items() if switch == name)
        known = {path[1] for path in self.states[name] if path[0] == "port"} | {row.port for row in learnt}
        ports = {port: PortNow(up=any(row.port == port for row in learnt), enabled=True) for port in sorted(known)}
        return Tables(device=name, learnt=learnt, ports=ports)

    def ping(
        self, _desk: Desk, _city: City, _school: School, addresses: Mapping[str, Sequence[str]], _emit: Emit
    ) -> Mapping[str, bool]:
        """Who answers."""
        self.pinged.append({switch: list(some) for switch, some in addresses.items()})
        asked = {address for some in addresses.values() for address in some}
        return {address: answers for address, answers in self.pings.items() if address in asked}

    def sleep(self, seconds: float) -> None:
        """Time passes at once."""
        self.now += seconds

    def say(self, text: str) -> None:
        """Somebody listens."""
        self.hook("say")
        self.said.append(text)


class MemoryDriver:
    """A driver of switches in memory."""

    def __init__(self, world: World) -> None:
        self._world = world

    def assess(self, targets: Sequence[Target], emit: Emit) -> Iterator[Assessment | Fault]:
        """Compare settings."""
        for target in targets:
            self._world.hook("read")
            emit(Event(kind=EventKind.OBSERVED, device=target.device))
            if target.device in self._world.dead:
                yield Fault(
                    device=target.device, kind=FaultKind.UNREACHABLE, what="it does not answer", hint="is it on?"
                )
                continue
            edits = tuple(_edits(self._world, target))
            yield Assessment(
                device=target.device,
                school=target.school,
                dialect=target.dialect,
                edits=edits,
                commands=tuple(_command(edit) for edit in edits),
                observed_digest=hashlib.sha256(repr(edits).encode()).hexdigest(),
            )

    def apply(self, changes: Sequence[Change], emit: Emit) -> Iterator[Outcome]:
        """Make settings."""
        for change in changes:
            name, edits = change.target.device, change.assessment.edits
            self._world.hook("apply")
            if name in self._world.refuses:
                fault = Fault(device=name, kind=FaultKind.REJECTED, what="Invalid input", sent=1)
                yield Outcome(device=name, kind=OutcomeKind.FAILED, sent=1, fault=fault)
                continue
            wanted = wanted_of(change.target)
            for edit in edits:
                _set(self._world.states[name], edit.path, wanted)
            self._world.hook("applied")
            yield Outcome(device=name, kind=OutcomeKind.OK, sent=len(edits), edits=len(edits), saved=True)

    def settle(self, armed: Sequence[object], emit: Emit) -> Iterator[Outcome]:
        """Nothing is armed."""
        return iter(())


def _command(edit: EditView) -> Command:
    return Command(text=f"set {' '.join(edit.path)} {edit.after}", path=edit.path)


def wanted_of(target: Target) -> dict[SettingPath, object]:
    """What a target asks for, setting by setting."""
    return dict(dialects.get(target.dialect).parse(target.intended, None, "intended").settings)


def _edits(world: World, target: Target) -> Iterator[EditView]:
    wanted, has = wanted_of(target), world.states[target.device]
    for path in dict.fromkeys((*wanted, *has)):
        if wanted.get(path) != has.get(path) and (not target.only or path in target.only):
            yield EditView(path=path, before=_shown(has.get(path)), after=_shown(wanted.get(path)))


def _shown(value: object) -> bool | int | str | tuple[str, ...] | None:
    return value if isinstance(value, bool | int | str | tuple) or value is None else str(value)


def _set(state: dict[SettingPath, object], path: SettingPath, wanted: dict[SettingPath, object]) -> None:
    if path in wanted:
        state[path] = wanted[path]
    else:
        state.pop(path, None)


class MemoryDesk(Desk):
    """A workspace whose devices are in memory."""

    __slots__ = ("world",)
    world: World

    def driver(self, stop: threading.Event | None = None, record: Record | None = None) -> MemoryDriver:  # type: ignore[override]
        """The driver in memory."""
        return MemoryDriver(self.world)


@dataclass
class Town:
    """The town, its world, and what is at hand to onboard."""

    root: Path
    world: World
    desk: Desk

    def hands(self, **other: object) -> Hands:
        """A voice and an ear; time passes at once."""
        kind = {
            "desk": lambda: self.desk,
            "say": self.world.say,
            "agree": lambda _question: True,
            "terms": Terms(),
            "papers": self.papers,
            "wait_s": 20.0,
            "look": self.world.tables,
            "ping": self.world.ping,
            "sleep": self.world.sleep,
            "clock": lambda: self.world.now,
        }
        return Hands(**(kind | other))  # type: ignore[arg-type]

    def papers(self, _desk: Desk, _city: City, device: NewDevice, folder: str) -> str:
        """One sheet of paper, as the real ones take a second."""
        self.world.hook("papers")
        path = Path(folder) / f"{device.name}-label.svg"
        path.write_text(device.name)
        return f"written: {path.name}"

    def effect(self, *wanted: Wanted, branch: str = "", terms: Terms | None = None) -> Effect:
        """What onboarding would do."""
        city = load_city(self.root)
        proposals = []
        for one in wanted or (BOARD,):
            found = propose(city, one).proposal
            assert found
            proposals.append(found)
        return effect(
            self.desk, city, proposals, terms or Terms(), ignore, lambda _count: None,
            branch=branch, look=self.world.tables,
        )  # fmt: skip

    def agreed(self, found: Effect, branch: str = "") -> Onboarding:
        """What somebody said yes to."""
        return Onboarding(
            id=journal.new_id(),
            made=SATURDAY,
            by="x",
            devices=found.devices,
            paths=dict(found.paths),
            agreed=found.agreed,
            files=digests(found.edited),
            papers=str(self.root / "papers"),
            branch=branch,
        )

    def texts(self) -> dict[str, bytes]:
        """Every file of the inventory."""
        files = sorted((self.root / "inventory").rglob("*.yml"))
        return {str(path.relative_to(self.root)): path.read_bytes() for path in files}

    def differs(self) -> dict[str, tuple[SettingPath, ...]]:
        """What of each switch is not as the inventory says."""
        city = load_city(self.root)
        found = standing(self.desk, city, (SCHOOL,), standing_names(city, (SCHOOL,)))
        edits = {name: tuple(edit.path for edit in _edits(self.world, target)) for name, target in found.items()}
        return {name: paths for name, paths in edits.items() if paths}


def _few_templates(folder: Path) -> None:
    """Host name, VLANs and ports as campusctl's own templates say them; the rest only takes time to compile."""
    for dialect in ("aruba_aoscx", "cisco_ios"):
        (folder / dialect).mkdir(parents=True)
        for name in ("vlans.j2", "ports.j2"):
            shutil.copy(REPO / "templates" / "switch" / dialect / name, folder / dialect / name)
        parts = "".join(f'{{% include "{name}" %}}\n' for name in ("vlans.j2", "ports.j2"))
        (folder / dialect / "switch.j2").write_text("hostname {{ device.name | word }}\n" + parts)


def make(root: Path) -> Town:
    """The town, every switch as the inventory says."""
    make_town(root)
    _few_templates(root / "templates" / "switch")
    (root / "papers").mkdir()
    world = World()
    desk = MemoryDesk(
        root,
        LabSource(root),
        lambda address: (address, 22),
        root / "known_hosts",
        b"k" * 32,
        lab=True,
        clock=lambda: SATURDAY,
    )
    object.__setattr__(desk, "world", world)
    town = Town(root, world, desk)
    city = load_city(root)
    for name, target in standing(desk, city, (SCHOOL,), standing_names(city, (SCHOOL,))).items():
        world.states[name] = wanted_of(target)
    return town


def plug(town: Town, port: str = PORT) -> None:
    """The board is plugged in, and on."""
    town.world.plugged[BOARD.mac] = (SWITCH, port)


def untouched(town: Town, before: dict[str, bytes]) -> None:
    """Nothing is changed, nothing is open."""
    assert town.texts() == before
    assert town.differs() == {}
    assert journal.open_ones(town.root) == ()


def resumed(town: Town, onboarding: Onboarding) -> Onboarding:
    """Take it up again, as often as it needs."""
    town.world.hook = lambda _what: None
    return carry_on(town.hands(), journal.load(town.root, onboarding.id))


def git(town: Town, *words: str) -> str:
    """One command of Git in the town."""
    identity = ["-c", "user.name=X", "-c", "user.email=x@y.example"]
    return subprocess.run(["git", *identity, *words], cwd=town.root, check=True, capture_output=True, text=True).stdout


def commit_all(town: Town) -> None:
    """The town in a repository of its own."""
    git(town, "init", "-q", "-b", "main")
    git(town, "config", "user.name", "X")
    git(town, "config", "user.email", "x@y.example")
    (town.root / ".gitignore").write_text(".campusctl/\npapers/\nknown_hosts\n")
    git(town, "add", "inventory", ".gitignore")
    git(town, "commit", "-q", "-m", "Begin")
