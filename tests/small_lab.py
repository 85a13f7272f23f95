"""A small school in a workspace of its own, with its three switches simulated in a thread: one of each dialect."""

import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from campusctl import workflow
from campusctl.cli.main import call
from campusctl.inventory.load import load_city
from campusctl.lab import device, fleet
from campusctl.lab.secrets import LabSource
from campusctl.lab.server import LabThread
from campusctl.lab.spec import Faults, LabSpec, LabSwitch
from campusctl.lab.state import known_hosts, lab_address
from campusctl.model.events import ignore
from campusctl.model.outcome import Outcome
from campusctl.model.plan import DriftReport, Plan, Target
from campusctl.model.run import RunKind

REPO = Path(__file__).parents[1]
ESCAPES = re.compile(r"\x1b\[[?0-9;]*[A-Za-z]")
SCHOOL = "schule-007"
SWITCHES = {"hp_procurve": "s007-v1-sw01", "aruba_aoscx": "s007-v2-sw01", "cisco_ios": "s007-ogs-sw01"}
"""The school's switch of each dialect; the first one is the core."""

SATURDAY = datetime(2026, 11, 28, 12, tzinfo=UTC)
"""A moment at which every window is open."""

DRIFT = {
    "hp_procurve": ("configure terminal", "interface 3", 'name "TEST"', "exit", "vlan 998", 'name "Testnetz"', "exit",
                    "logging 10.9.9.9", "end"),
    "aruba_aoscx": ("configure terminal", "interface 1/1/3", "description TEST", "exit", "vlan 998", "name Testnetz",
                    "exit", "logging 10.9.9.9", "end"),
    "cisco_ios": ("configure terminal", "interface GigabitEthernet1/0/3", "description TEST", "exit", "vlan 998",
                  "name Testnetz", "exit", "logging host 10.9.9.9", "end"),
}  # fmt: skip
"""What somebody entered by hand: a description, a VLAN, a syslog server."""


def make_workspace(root: Path) -> Path:
    """A workspace with one school of three switches, one of each dialect."""
    shutil.copytree(REPO / "inventory", root / "inventory", ignore=shutil.ignore_patterns("schule-042", "schule-101"))
    shutil.copytree(REPO / "templates", root / "templates")
    devices = root / "inventory" / "schools" / SCHOOL / "devices.yml"
    before, name, after = devices.read_text().partition("  s007-v2-sw01:")
    devices.write_text(before + name + after.replace("hp-2930f-24g", "aruba-6100-48g", 1))
    return root


@dataclass
class SmallLab:
    """The school's switches, up."""

    root: Path
    thread: LabThread
    names: tuple[str, ...]
    timeouts: Mapping[str, float] = field(default_factory=dict)
    now: datetime = SATURDAY
    """What time it is, for windows."""

    @property
    def desk(self) -> workflow.Desk:
        """The workspace, pointed at the lab."""
        return workflow.Desk(
            self.root, LabSource(self.root), lambda address: (lab_address(address), self.thread.server.port),
            known_hosts(self.root), b"k" * 32, lab=True, pcs=frozenset(), appliances=frozenset(),
            clock=lambda: self.now, **self.timeouts,
        )  # fmt: skip

    def plan(self, device: str | None = None) -> Plan:
        """What would change."""
        with workflow.running(self.desk, RunKind.PLAN, [SCHOOL]) as run:
            return workflow.plan(run, [SCHOOL], workflow.Choice(device=device or ""), ignore, lambda _count: None)

    def apply(self, plan: Plan) -> list[Outcome]:
        """Carry out a plan; windows and reasons aside."""
        with workflow.running(self.desk, RunKind.APPLY, [SCHOOL]) as run:
            return list(workflow.apply(run, plan, workflow.Terms(), ignore))

    def drift(self) -> DriftReport:
        """What differs."""
        with workflow.running(self.desk, RunKind.DRIFT, [SCHOOL]) as run:
            return workflow.drift(run, [SCHOOL], workflow.EVERYTHING, ignore, lambda _count: None)

    def targets(self, **login: object) -> tuple[Target, ...]:
        """Every switch as the driver is told of it."""
        found = workflow.targets(self.desk, load_city(self.root, [SCHOOL]))
        return tuple(target.model_copy(update={"login": target.login.model_copy(update=login)}) for target in found)

    def secrets(self) -> set[str]:
        """Every secret of the lab, in clear."""
        refs = {ref for target in self.targets() for ref in re.findall(r"<<secret:([^>]+)>>", target.intended)}
        return set(self.desk.secrets.resolve(sorted(refs | {"switch/login"})).values())

    def texts(self) -> dict[str, tuple[str, str]]:
        """What each switch runs and has stored."""
        return {name: texts(self.thread, name) for name in self.names}


def texts(thread: LabThread, name: str) -> tuple[str, str]:
    """What a switch runs and has stored; not while a session is open."""
    station = thread.station(name)
    console = device.console(station.spec.dialect, station.switch, user="campus", source="10.0.0.10", rows=100_000)
    console.open()
    # ArubaOS-Switch waits for a key first.
    console.feed(" \r" if station.spec.dialect == "hp_procurve" else "\r")
    return ESCAPES.sub("", console.feed("show running-config\r")), station.switch.startup


def record_lines(thread: LabThread, name: str) -> list[str]:
    """A list that grows by each line that a session enters on a switch."""
    station, lines = thread.station(name), []
    original = station.line_done

    def recording(session: object, line: str) -> bool:
        lines.append(line)
        return original(session, line)

    station.line_done = recording
    return lines


@contextmanager
def lab_up(root: Path, spec: LabSpec, **timeouts: float) -> Iterator[SmallLab]:
    """A lab in a thread, known to the workspace."""
    with LabThread(spec) as thread:
        known_hosts(root).write_text(thread.known_hosts())
        yield SmallLab(root, thread, tuple(switch.name for switch in spec.switches), timeouts)


def school_spec(
    root: Path, *, drift: bool = False, saved: bool = True, faults: Sequence[str] = (), speed: float = 1.0
) -> LabSpec:
    """The school's switches, with the drift of `DRIFT` if wanted."""
    spec = fleet.build_spec(root, [SCHOOL], faults=faults, speed=speed)
    switches = tuple(
        switch.model_copy(update={"drift": DRIFT[switch.dialect] if drift else (), "saved": saved})
        for switch in spec.switches
    )
    return spec.model_copy(update={"switches": switches, "appliances": ()})


def clones(original: LabSwitch, faults: Mapping[str, Faults]) -> tuple[LabSwitch, ...]:
    """Copies of a switch that differ in name, address and fault only."""
    return tuple(
        original.model_copy(
            update={"name": name, "address": f"10.200.{number // 250}.{number % 250 + 1}", "faults": fault}
        )
        for number, (name, fault) in enumerate(faults.items())
    )


def clone_targets(lab: SmallLab, original: str, **login: object) -> tuple[Target, ...]:
    """Each copy of a switch as the driver is told of it; each in a school of its own, so all work at once."""
    base = next(target for target in lab.targets(**login) if target.device == original)
    places = {name: lab.thread.endpoint(name) for name in lab.names}
    return tuple(
        base.model_copy(
            update={
                "device": name,
                "school": name,
                "login": base.login.model_copy(update={"host": host, "port": port}),
            }
        )
        for name, (host, port) in places.items()
    )


@dataclass
class Prompt:
    """A prompt in a workspace whose lab is up."""

    lab: SmallLab
    capture: pytest.CaptureFixture[str]

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """Exit code, stdout and stderr of one command."""
        self.capture.readouterr()
        code = call(["--lab", *arguments])
        said = self.capture.readouterr()
        return int(code), said.out, said.err
