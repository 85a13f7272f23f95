"""Boards and a projector of the example city, from the inventory to simulated devices and back."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from appliance_rig import Rig, free_port
from small_lab import SCHOOL, make_workspace

from campusctl import workflow
from campusctl.history.store import open_store
from campusctl.inventory.load import check, load_city
from campusctl.lab.appliances.city import lab_appliances
from campusctl.lab.appliances.kinds import KINDS
from campusctl.lab.secrets import LabSource
from campusctl.lab.state import lab_address
from campusctl.model.events import ignore
from campusctl.model.outcome import OutcomeKind
from campusctl.model.plan import Plan
from campusctl.model.run import RunKind
from campusctl.workflow import backups, going_back

if TYPE_CHECKING:
    from campusctl.lab.appliances.base import Appliance

BOARD, PROJECTOR = "s007-r1-dt01", "s007-r2-bm01"
CHOICE = workflow.Choice(classes=("dt", "bm"))
SATURDAY = datetime(2026, 11, 28, 12, tzinfo=UTC)


class City:
    """A workspace with its boards and projector up."""

    def __init__(self, root: Path, rig: Rig) -> None:
        """Start them."""
        self.root, self.rig, self.port = root, rig, free_port("127.0.0.1")
        city = load_city(root, [SCHOOL])
        specs = lab_appliances(city, {BOARD: ("factory",), PROJECTOR: ("factory",)}, LabSource(root))
        self.devices: dict[str, Appliance] = {}
        for spec in specs:
            device = self.devices[spec.name] = KINDS[spec.kind](spec)
            rig.do(device.start(self.port))
            rig.ups.append(device)
        self.desk = workflow.Desk(
            root, LabSource(root), lambda address: (lab_address(address), self.port), root / "known_hosts", b"k" * 32,
            lab=True, clock=lambda: SATURDAY, timeout_s=0.5,
        )  # fmt: skip

    def plan(self) -> Plan:
        """What would change."""
        with workflow.running(self.desk, RunKind.PLAN, [SCHOOL]) as run:
            return workflow.plan(run, [SCHOOL], CHOICE, ignore, lambda _count: None)

    def apply(self, plan: Plan) -> dict[str, OutcomeKind]:
        """Make it."""
        with workflow.running(self.desk, RunKind.APPLY, [SCHOOL]) as run:
            return {one.device: one.kind for one in workflow.apply(run, plan, workflow.Terms(), ignore)}


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """The small school, with a projector besides its boards."""
    root = make_workspace(tmp_path_factory.mktemp("city") / "ws")
    devices = root / "inventory" / "schools" / SCHOOL / "devices.yml"
    devices.write_text(
        f"{devices.read_text()}  {PROJECTOR}: "
        "{profile: projector-wuxga, room: R2, address: 10.7.60.21, serial: BM007-1}\n"
    )
    with Rig() as rig:
        yield City(root, rig)


def test_from_the_inventory_to_the_devices_and_back(city: City) -> None:
    """Plan, apply, nothing left, kept, and back."""
    plan = city.plan()
    changed = {change.target.device: change.assessment.edits for change in plan.pending}
    assert [edit.path[0] for edit in changed[BOARD]] == ["network_standby", "name", "start_source", "off_timer"]
    assert [edit.path[0] for edit in changed[PROJECTOR]] == ["input"]
    assert plan.faults == ()

    assert city.apply(plan) == {BOARD: OutcomeKind.OK, PROJECTOR: OutcomeKind.OK}
    with workflow.running(city.desk, RunKind.DRIFT, [SCHOOL]) as run:
        report = workflow.drift(run, [SCHOOL], CHOICE, ignore, lambda _count: None)
    # Its name is checked, and PJLink cannot set it.
    assert [(one.device, one.edits) for one in report.assessments if one.drifted] == [(PROJECTOR, ())]

    kept = backups.show(city.desk, BOARD, "")[2]
    assert f'name: "{BOARD}"\n' in kept
    assert 'off_timer: "17:30 mon tue wed thu fri"\n' in kept

    with open_store(city.root) as store:
        made = store.run(next(row.info.id for row in store.runs() if row.info.kind is RunKind.APPLY))
    with workflow.running(city.desk, RunKind.REVERT, [SCHOOL]) as run:
        back = going_back.plan_revert(run, made, ignore, lambda _count: None)
    assert city.apply(back) == {BOARD: OutcomeKind.OK, PROJECTOR: OutcomeKind.OK}
    assert {change.target.device: change.assessment.edits for change in city.plan().pending} == changed
    # What was read in part, to go back, is not what the board is.
    assert "panel_lock: false\n" in backups.show(city.desk, BOARD, "")[2]


@pytest.mark.parametrize(("key", "value", "said"), [
    ("board", "{volume: 70, maximum_volume: 60}", "volume 70 is louder than maximum_volume 60"),
    ("board", "{off_timer: {time: '25:00'}}", "off_timer"),
    ("board", "{start_source: hdmi9}", "start_source"),
    ("board", "{off_timer: noon}", "is not a time of day, such as 07:15, or none"),
    ("board", "{language: german}", "is not a language of two small letters, such as de"),
    ("board", '{minimum_firmware: "1\\u001b[2J"}', "control or invisible character U+001B"),
    ("projector", '{input: "a\\nb"}', "is not an input, such as digital1"),
    ("projector", "{resolution: full-hd}", "is not a resolution, such as 1920x1080"),
    ("projector", "{maximum_lamp_hours: 0}", "maximum_lamp_hours"),
    ("projector", "{power: on}", "power"),
])  # fmt: skip
def test_bad_input_is_told_with_its_line(musterstadt: Path, key: str, value: str, said: str) -> None:
    """File, line, what; never a control character."""
    file = musterstadt / "inventory" / "schools" / "schule-101" / "school.yml"
    text = file.read_text().replace("settings:\n", f"settings:\n  {key}: {value}\n", 1)
    file.write_text(text)
    problems = [problem for problem in check(musterstadt) if problem.file == "inventory/schools/schule-101/school.yml"]
    line = 1 + text[: text.index(f"  {key}: {value}")].count("\n")
    assert [problem.line for problem in problems if said in f"{problem.where} {problem.what}"] == [line]
    assert all(re.fullmatch(r"[^\x00-\x09\x0b-\x1f\x7f]*", str(problem)) for problem in problems)
