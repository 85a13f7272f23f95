"""Runs, changes and outcomes to be remembered."""

from datetime import UTC, datetime
from typing import Any

from campusctl.model.command import Command
from campusctl.model.finding import FindingSeen
from campusctl.model.outcome import Fault, FaultKind, Outcome, OutcomeKind
from campusctl.model.plan import Assessment, Change, DeviceLogin, EditView, Target
from campusctl.model.run import RunInfo, RunKind, Step, StepKind

AT = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
STRANGE = "Grün 🏫 \x00\x1b[2J'; DROP TABLE runs; -- \ud800"
"""What no column may stumble over."""


def run(run_id: str = "0a1b2c3d", **more: Any) -> RunInfo:  # noqa: ANN401 - fields of RunInfo
    """A run of two schools from another host."""
    fields: dict[str, Any] = {
        "id": run_id, "kind": RunKind.APPLY, "started": AT, "user": "meier", "host": "desk-7", "pid": 4711,
        "boot_id": "b00t/1", "command": "apply schule-042 schule-007", "schools": ("schule-007", "schule-042"),
        "inventory_digest": "d1", "inventory_commit": "c0ffee+", "template_digest": "t1", "tool_version": "0.3",
    }  # fmt: skip
    return RunInfo(**(fields | more))


def assessment(device: str, school: str = "schule-042") -> Assessment:
    """A switch with one difference."""
    edit = EditView(path=("port", "1", "description"), before="alt", after="neu")
    return Assessment(device=device, school=school, dialect="cisco_ios", edits=(edit,), observed_digest="ab")


def change(device: str, school: str = "schule-042") -> Change:
    """What is to be done to a switch."""
    login = DeviceLogin(host="10.42.3.1", user="campus", password="switch/login", known_hosts="known_hosts")
    target = Target(
        device=device, school=school, dialect="cisco_ios", login=login, intended="snmp community <<secret:snmp/ro>>\n"
    )
    commands = (Command(text="interface 1"), Command(text="description neu"))
    return Change(target=target, assessment=assessment(device, school).model_copy(update={"commands": commands}))


def begin(device: str, text: str = "hostname alt\n") -> Step:
    """Work begins."""
    return Step(device=device, kind=StepKind.BEGIN, text=text)


def send(device: str) -> Step:
    """Two commands go out."""
    return Step(device=device, kind=StepKind.SEND, first=1, last=2, total=2, text="interface 1\ndescription neu")


def done(device: str) -> Outcome:
    """It went well."""
    return Outcome(device=device, kind=OutcomeKind.OK, sent=2, edits=1, saved=True)


def failed(device: str) -> Outcome:
    """It did not."""
    return Outcome(device=device, kind=OutcomeKind.FAILED, sent=1, fault=fault(device))


def fault(device: str) -> Fault:
    """A dead switch."""
    return Fault(device=device, kind=FaultKind.UNREACHABLE, what="no answer", hint="is it on?")


def seen(found: str = "f00d", *devices: str, **more: Any) -> FindingSeen:  # noqa: ANN401 - fields of FindingSeen
    """A difference on some devices."""
    fields: dict[str, Any] = {
        "id": found, "school": "schule-042", "devices": devices or ("s042-a1-sw01",),
        "path": ("syslog", "server", "10.9.9.9"), "before": True, "after": None, "title": "syslog server: remove",
    }  # fmt: skip
    return FindingSeen(**(fields | more))
