"""What every driver of appliances promises. A new dialect is one line in `CASES`.

Which promises a dialect makes follows from how its devices are reached; each test says for which it holds.
"""

import asyncio
import random
import threading
from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal, NamedTuple

import pytest
from appliance_rig import Rig, Up, serve, serve_udp

from campusctl.drivers.appliance.compare import kept_document
from campusctl.drivers.printer.snmp_trouble import SILENCE
from campusctl.errors import JournalError
from campusctl.model.events import ignore
from campusctl.model.outcome import Fault, FaultKind, OutcomeKind
from campusctl.model.plan import Assessment, Change
from campusctl.model.run import Step, StepKind


class Case(NamedTuple):
    """One dialect."""

    driver: str
    """Its driver."""
    dialect: str
    """Its name."""
    settings: Mapping[str, Any]
    """What the inventory says: out of its box a device has at least two of them otherwise."""
    breaks: str
    """One of those: the device lies about it, or refuses it."""
    rests: bool = True
    """It is switched off in the evening, so that nobody minds when it does not answer."""
    called: str = ""
    """What the device itself calls that one; empty: the same."""
    whole: bool = False
    """Its settings go in one piece, a queue that is not there yet: what is refused leaves nothing made."""
    serial: str = "SN-1"
    """The serial number that it tells; empty: it has none."""
    over: Literal["tcp", "udp", "google", "paper"] = "tcp"
    """How it is reached: over a connection; by datagrams, which nobody can hang up; through Google, who answers for it,
    so that it is at no address; or not at all, so that there is nothing that could be sent, refused or broken."""
    nobody: tuple[FaultKind, str] = (FaultKind.UNREACHABLE, "it is on, and nothing listens there")
    """What is said where its port is closed."""


SECRETS: Final = {"x/password": "Canary-Password-1", "x/pin": "Canary-Pin-2"}

CASES: Final = {
    case.dialect: case
    for case in (
        Case(
            "projector", "pjlink",
            {"login": {"password": "x/password"}, "input": "digital1", "picture_mute": True, "freeze": True}, "freeze",
        ),
        Case(
            "board", "samsung_mdc",
            {"tls": True, "pin": "x/pin", "name": "{name}", "network_standby": True, "panel_lock": True,
             "start_source": "ops", "off_timer": {"time": "17:30"}}, "panel_lock",
        ),
        Case(
            "board", "benq",
            {"network_standby": True, "panel_lock": True, "source": "ops", "volume": 30}, "panel_lock",
        ),
        Case(
            "board", "viewsonic",
            {"menu_lock": True, "panel_lock": True, "source": "ops", "volume": 30}, "panel_lock",
        ),
        Case(
            "printer", "ipp",
            {"login": {"user": "admin", "password": "x/password"}, "info": "Drucker", "sides": "two-sided-long-edge"},
            "sides", rests=False,
        ),
        Case(
            "queues", "cups",
            {"login": {"user": "campus", "password": "x/password"},
             "queues": {"r1": {"uri": "socket://10.42.70.11:9100", "model": "raw", "info": "Drucker"}}},
            "queue r1 info", rests=False, called="r1 printer-info", whole=True, serial="",
        ),
        Case(
            "printer", "snmp",
            {"snmp": {"version": "2c", "community": "x/password", "write_community": "x/pin"},
             "system": {"location": "R101", "contact": "Medienberatung"}, "panel": {"locked": True}},
            "system contact", rests=False, called="sysContact", over="udp",
            nobody=(FaultKind.TIMEOUT, SILENCE["2c"]),
        ),
        Case(
            "board", "android",
            {"android": {"enterprise": "LC00lab", "device": "3f2a", "key": "x/password", "volume_locked": True,
                         "factory_reset_locked": True, "update": "02:00-04:00",
                         "wifi": {"MEDIEN": {"passphrase": "x/pin"}}}},
            "factory_reset_locked", rests=False, called="factoryReset", over="google",
            nobody=(FaultKind.UNREACHABLE, "there is no way to Google"),
        ),
        Case(
            "board", "manual",
            {"language": "de", "maximum_volume": 60, "checklist": ["Stifte liegen bereit"]},
            "language", rests=False, serial="", over="paper",
        ),
    )
}  # fmt: skip

HONEST: Final = frozenset(FaultKind) - {FaultKind.INTERNAL, FaultKind.OFF}
"""Faults that name the trouble: neither a bug of ours, nor an excuse."""


@pytest.fixture(scope="module")
def rig() -> Iterator[Rig]:
    """The thread of the simulators."""
    with Rig() as up:
        up.secrets.values.update(SECRETS)
        yield up


def those(*over: str) -> pytest.MarkDecorator:
    """A promise of the dialects whose devices are reached in one of these ways."""
    return pytest.mark.parametrize(
        "known", sorted(case.dialect for case in CASES.values() if case.over in over), indirect=True
    )


by_wire = those("tcp", "udp", "google")
"""A promise of every dialect that sends something."""


@pytest.fixture(scope="module", params=sorted(CASES))
def known(request: pytest.FixtureRequest, rig: Rig) -> Up:
    """One device of each dialect."""
    case = CASES[request.param]
    return rig.up(case.driver, case.dialect, case.settings)


def fault_at(up: Up, host: str, port: int) -> Fault:
    """Why a device cannot be read that is wanted at another place."""
    target = up.at(host, port)
    found = up.rig.assess(target)[target.device]
    assert isinstance(found, Fault), found
    return found


@pytest.fixture
def case(known: Up) -> Case:
    """Its case."""
    return CASES[known.target.dialect]


@pytest.fixture
def up(known: Up) -> Up:
    """The device, without faults, as out of its box."""
    known.fault()
    known.reset(factory=True)
    return known


def test_assess_writes_nothing(up: Up, case: Case) -> None:
    """What was read twice is the same, and still not as it is wanted."""
    first, second = up.assess(), up.assess()
    assert len((*first.edits, *first.refused_edits)) >= 2
    assert {command.path for command in first.commands} <= {edit.path for edit in first.edits}
    assert (first, first.facts.get("serial", "")) == (second, case.serial)


@by_wire
def test_apply_then_assess_is_empty(up: Up) -> None:
    """A change is made, read back, and then there is nothing left to do."""
    change = up.change()
    outcome = up.apply(change)
    assert (outcome.kind, outcome.edits, outcome.fault) == (OutcomeKind.OK, len(change.assessment.edits), None)
    after = up.assess()
    assert (after.edits, after.refused, after.drifted) == ((), (), False)
    assert after.observed_digest == outcome.digest


@by_wire
def test_what_is_written_down_comes_first_and_leads_back(up: Up) -> None:
    """The journal has the way back before anything is sent; going it makes the device as it was."""
    change = up.change()
    up.rig.notes.steps.clear()
    up.apply(change)
    begin, send = up.rig.notes.steps
    assert (begin.kind, send.kind, send.total) == (StepKind.BEGIN, StepKind.SEND, len(change.assessment.edits))
    back = up.target.model_copy(update={"intended": begin.text})
    plan = up.rig.assess(back)[back.device]
    assert isinstance(plan, Assessment)
    assert up.rig.apply(Change(target=back, assessment=plan))[back.device].kind is OutcomeKind.OK
    assert up.assess().edits == change.assessment.edits


def test_what_is_kept_of_a_device_leads_back(up: Up, case: Case) -> None:
    """A backup and today's inventory make the document that restores it; a secret in it stays as it is."""
    before = up.assess()
    kept = up.rig.notes.configs[up.target.device]
    assert not any(secret in kept for secret in SECRETS.values())
    back = kept_document(up.target.intended, kept)
    assert up.assess(intended=back).edits == ()
    up.apply()
    assert up.apply(Change(target=up.target.model_copy(update={"intended": back}), assessment=up.assess(intended=back)))
    assert {edit.path for edit in up.assess().edits} >= {edit.path for edit in before.edits if edit.before is not None}
    assert case.serial == up.assess().facts.get("serial", "")


@by_wire
def test_a_device_that_moved_is_left_alone(up: Up) -> None:
    """Somebody changed it after the plan was made."""
    change = up.change()
    up.reset(factory=False)
    outcome = up.apply(change)
    assert (outcome.kind, outcome.sent) == (OutcomeKind.FAILED, 0)
    assert outcome.fault
    assert outcome.fault.kind is FaultKind.MOVED


@by_wire
def test_another_device_at_its_address_is_left_alone(up: Up, case: Case) -> None:
    """Its serial number is not the inventory's: nothing is offered, and a plan for the other one is refused."""
    if not case.serial:
        assert "serial" not in up.assess().facts
        return
    change = up.change()
    up.fault("stranger=SN-9")
    found = up.assess()
    assert (found.edits, found.commands, found.drifted) == ((), (), True)
    assert "its serial number is SN-9, the inventory says SN-1" in found.refused[0].reason
    outcome = up.apply(change)
    assert outcome.fault
    assert (outcome.fault.kind, outcome.sent) == (FaultKind.MOVED, 0)


@by_wire
def test_a_device_that_says_yes_and_does_nothing_is_caught(up: Up, case: Case) -> None:
    """Nobody trusts an OK: the setting is named, and the others are made."""
    up.fault(f"lies={case.called or case.breaks}")
    outcome = up.apply()
    assert outcome.fault
    assert outcome.fault.kind is FaultKind.UNVERIFIED
    assert f"does not change {case.breaks}" in outcome.fault.what
    up.fault()
    assert [" ".join(edit.path) for edit in up.assess().edits] == [case.breaks]


@by_wire
def test_a_setting_that_is_refused_is_named(up: Up, case: Case) -> None:
    """What the device refuses is said with its reason; the others are made."""
    up.fault(f"refuses={case.called or case.breaks}")
    outcome = up.apply()
    assert outcome.fault
    assert outcome.fault.kind is FaultKind.REJECTED
    assert outcome.fault.what.startswith("it refuses ")
    assert f"{case.breaks}: " in outcome.fault.what
    up.fault()
    left = [" ".join(edit.path) for edit in up.assess().edits]
    assert case.breaks in left
    assert case.whole or left == [case.breaks]


@by_wire
def test_off_is_off_and_no_failure(up: Up, case: Case) -> None:
    """A device without power is off; its change waits. One that sleeps at most, and does not answer, is at fault."""
    change = up.change()
    up.fault("off")
    if not case.rests:
        assert up.fault_found().kind is FaultKind.TIMEOUT
        return
    assert up.fault_found().off
    outcome = up.apply(change)
    assert (outcome.kind, outcome.sent) == (OutcomeKind.SKIPPED, 0)
    assert outcome.fault
    assert outcome.fault.off


@by_wire
def test_a_device_that_says_nothing_is_no_device_that_is_off(up: Up) -> None:
    """It takes the connection: it is on, and something is wrong."""
    up.fault("deaf")
    assert up.fault_found().kind is FaultKind.TIMEOUT


@by_wire
def test_nobody_listens(up: Up, case: Case) -> None:
    """A device that refuses the connection is on; a datagram is not even refused."""
    found = fault_at(up, up.target.login.host, 1)
    assert (found.kind, found.what) == case.nobody


@by_wire
def test_a_stopped_run_gives_each_device_its_result(up: Up, case: Case) -> None:
    """One that is worked on, and those that wait: all are told apart from what is done."""
    up.fault("deaf")
    stop = threading.Event()
    patient = up.target.model_copy(update={"login": up.target.login.model_copy(update={"timeout_s": 9})})
    waits = [patient.model_copy(update={"device": f"s200-w{number}-xx01"}) for number in range(70)]
    driver = up.rig.driver(case.driver, stop=stop)
    threading.Timer(0.1, stop.set).start()
    results = list(driver.assess(waits, ignore))
    assert sorted(result.device for result in results) == sorted(target.device for target in waits)
    assert {result.kind for result in results if isinstance(result, Fault)} == {FaultKind.INTERRUPTED}


@by_wire
def test_no_secret_comes_out(up: Up, case: Case) -> None:
    """Neither in what is seen, nor in what is planned, written down, told or failed."""
    up.rig.events.clear()
    change = up.change()
    texts = [change.model_dump_json(), up.apply(change).model_dump_json()]
    texts += [step.model_dump_json() for step in up.rig.notes.steps]
    texts += [*up.rig.notes.configs.values(), *map(repr, up.rig.events)]
    for fault in ("garbage", "deaf", "drops=1", "wrong-password", "wrong-pin", f"refuses={case.called or case.breaks}"):
        if fault.partition("=")[0] in {*up.device.faults, "deaf", "drops", "refuses"}:
            up.fault(fault)
            texts += [result.model_dump_json() for result in up.rig.assess(up.target).values()]
    text = "\n".join(texts)
    assert not [secret for secret in SECRETS.values() if secret in text]


def test_a_missing_secret_stops_nobody_else(up: Up, case: Case) -> None:
    """The device whose secret is not there is told; the other one is read."""
    lost = up.target.login.model_copy(update={"password": "x/lost", "enable": "x/lost"})
    other = up.target.model_copy(update={"device": "s200-lost-xx01", "login": lost})
    found = up.rig.assess(up.target, other)
    assert isinstance(found[up.target.device], Assessment)
    missed = found[other.device]
    assert isinstance(missed, Fault)
    assert missed.kind is FaultKind.SECRET


@by_wire
def test_what_cannot_be_written_down_is_not_done(up: Up, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without its journal a run changes nothing."""

    def full(step: Step) -> None:
        raise JournalError("the disk is full")

    change = up.change()
    monkeypatch.setattr(up.rig.notes, "step", full)
    outcome = up.apply(change)
    assert outcome.fault
    assert (outcome.fault.kind, outcome.sent) == (FaultKind.JOURNAL, 0)
    assert up.assess().edits == change.assessment.edits


@by_wire
@pytest.mark.parametrize(
    "greeting", ["SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", "220 mail.example ESMTP\r\n", "\r", "\x00" * 40]
)
def test_another_protocol_is_no_bug_of_ours(up: Up, case: Case, greeting: str) -> None:
    """Whatever answers at the address, it is named as what it is not."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting.encode())
        await reader.read(1000)
        writer.write(b"what?\r\n" * 20)
        await writer.drain()
        writer.close()

    host, port = serve_udp(up.rig, lambda _: greeting.encode()) if case.over == "udp" else serve(up.rig, talk)
    found = fault_at(up, host, port)
    assert found.kind in HONEST


@by_wire
@pytest.mark.parametrize("seed", range(4))
def test_garbage_is_no_bug_of_ours(up: Up, case: Case, seed: int) -> None:
    """Any bytes at any place of the conversation."""
    noise = random.Random(seed)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in range(8):
            writer.write(noise.randbytes(noise.randrange(1, 300)))
            await reader.read(1000)
        writer.close()

    over_udp = case.over == "udp"
    host, port = serve_udp(up.rig, lambda _: noise.randbytes(300)) if over_udp else serve(up.rig, talk)
    found = fault_at(up, host, port)
    assert found.kind in HONEST


@those("tcp", "google")
def test_a_connection_that_breaks_at_any_request_breaks_nothing_else(up: Up) -> None:
    """The change is made or it is not, and says so; the next run makes what is left."""
    at, kinds, change = 0, [], up.change()
    while True:
        at += 1
        up.reset(factory=True)
        up.fault(f"drops={at}")
        outcome = up.apply(change)
        if up.device.fault["drops"] != "0":
            break
        kinds.append(outcome.kind)
        if outcome.kind is OutcomeKind.OK:
            assert outcome.edits == len(change.assessment.edits)
        else:
            assert outcome.fault
            assert outcome.fault.kind is FaultKind.UNREACHABLE
            assert up.apply().kind in (OutcomeKind.OK, OutcomeKind.UNCHANGED)
    assert at > 3
    assert OutcomeKind.OK in kinds
