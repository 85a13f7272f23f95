"""From the inventory of the example city to its print server in the lab, and back."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from queue_rig import SERVER, Twin, twin
from small_lab import REPO, SATURDAY

from campusctl import workflow
from campusctl.inventory.load import load_city
from campusctl.lab.appliances.city import lab_appliances
from campusctl.lab.appliances.cups_queue import IDLE, Queue
from campusctl.lab.secrets import LabSource
from campusctl.model.events import ignore
from campusctl.model.onboarding import NewDevice, NewQueue
from campusctl.model.outcome import Fault, OutcomeKind
from campusctl.model.plan import Plan
from campusctl.model.run import RunKind
from campusctl.workflow.onboarding.devicework import Work
from campusctl.workflow.onboarding.hands import Hands
from campusctl.workflow.onboarding.queue_back import take_queue

SCHOOL = "schule-042"


@pytest.fixture
def root(musterstadt: Path) -> Path:
    """The example city, with the templates that a plan stands on."""
    shutil.copytree(REPO / "templates", musterstadt / "templates")
    return musterstadt


@contextmanager
def _server(root: Path) -> Iterator[tuple[Twin, workflow.Desk]]:
    """The example's print server, and a workspace that reaches it."""
    (spec,) = [one for one in lab_appliances(load_city(root, [SCHOOL]), {}, LabSource(root)) if one.name == SERVER]
    with twin(spec) as server:
        yield server, workflow.Desk(
            root, LabSource(root), lambda _address: (server.desk.host, server.desk.port), root / "known_hosts",
            b"k" * 32, lab=True, pcs=frozenset(), appliances=frozenset({SERVER}), clock=lambda: SATURDAY,
            timeout_s=3.0,
        )  # fmt: skip


def test_plan_apply_and_revert_of_the_example_server(root: Path) -> None:
    """It comes up as the inventory says; out of its box it gets its queues, and loses them by a revert."""
    with _server(root) as (server, desk):

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


@pytest.mark.parametrize(
    ("uri", "left"),
    [
        ("ipp://10.42.70.99/ipp/print", ["lehrerzimmer", "r201"]),
        ("ipp://10.42.70.98/ipp/print", ["lehrerzimmer", "r201", "r110"]),
    ],
)
def test_a_new_printer_that_is_given_up_takes_its_queue_with_it(root: Path, uri: str, left: list[str]) -> None:
    """Only the queue that leads to it: one of the same name that somebody made by hand stays."""
    queue = NewQueue(server=SERVER, name="r110", entry={"device": "s042-r110-pr02"})
    printer = NewDevice(
        kind="printer", school=SCHOOL, name="s042-r110-pr02", entry={"address": "10.42.70.99"}, queue=queue
    )
    hands = Hands(
        desk=lambda: desk, say=lambda _text: None, agree=lambda _text: True, terms=workflow.Terms(),
        papers=lambda *_of: "", wait_s=0.0,
    )  # fmt: skip
    with _server(root) as (server, desk):
        server.cups.queues["r110"] = Queue("r110", uri=uri, accepting=True, state=IDLE)
        work = take_queue(hands, desk, printer)
        assert (work is None) is (len(left) == 3)
        assert not isinstance(work, Work) or work.faults == ()
        assert list(server.cups.queues) == left
        server.fault("deaf")
        assert isinstance(take_queue(hands, desk, printer), Fault)
