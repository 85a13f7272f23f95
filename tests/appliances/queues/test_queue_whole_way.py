"""From the inventory of the example city to its print server in the lab, and back."""

import shutil
from pathlib import Path

import pytest
from queue_rig import SERVER, twin
from small_lab import REPO, SATURDAY

from campusctl import workflow
from campusctl.inventory.load import load_city
from campusctl.lab.appliances.city import lab_appliances
from campusctl.lab.secrets import LabSource
from campusctl.model.events import ignore
from campusctl.model.outcome import OutcomeKind
from campusctl.model.plan import Plan
from campusctl.model.run import RunKind

SCHOOL = "schule-042"


@pytest.fixture
def root(musterstadt: Path) -> Path:
    """The example city, with the templates that a plan stands on."""
    shutil.copytree(REPO / "templates", musterstadt / "templates")
    return musterstadt


def test_plan_apply_and_revert_of_the_example_server(root: Path) -> None:
    """It comes up as the inventory says; out of its box it gets its queues, and loses them by a revert."""
    (spec,) = [one for one in lab_appliances(load_city(root, [SCHOOL]), {}, LabSource(root)) if one.name == SERVER]
    with twin(spec) as server:
        desk = workflow.Desk(
            root, LabSource(root), lambda _address: (server.desk.host, server.desk.port), root / "known_hosts",
            b"k" * 32, lab=True, pcs=frozenset(), appliances=frozenset({SERVER}), clock=lambda: SATURDAY,
        )  # fmt: skip

        def plan() -> Plan:
            with workflow.running(desk, RunKind.PLAN, [SCHOOL]) as run:
                return workflow.plan(run, [SCHOOL], workflow.Choice(device=SERVER), ignore, lambda _count: None)

        assert not [change for change in plan().changes if change.pending]
        server.fault("factory", "extra=kopierer")
        with workflow.running(desk, RunKind.APPLY, [SCHOOL]) as applied:
            (outcome,) = workflow.apply(applied, plan(), workflow.Terms(), ignore)
        assert (outcome.kind, outcome.fault) == (OutcomeKind.OK, None)
        assert list(server.cups.queues) == ["lehrerzimmer", "r201"]
        old = workflow.ended_run(desk, applied.info.id)
        with workflow.running(desk, RunKind.REVERT, [SCHOOL], parent=old.info.id) as run:
            back = workflow.plan_revert(run, old, ignore, lambda _count: None)
            (outcome,) = workflow.apply(run, back, workflow.Terms(), ignore)
        assert (outcome.kind, outcome.fault) == (OutcomeKind.OK, None)
        assert [(queue.name, queue.uri) for queue in server.cups.queues.values()] == [
            ("kopierer", "ipp://192.0.2.7/ipp/print")
        ]
