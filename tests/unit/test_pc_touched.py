"""Which devices of a run may have been changed by it, from what was written down."""

from datetime import UTC, datetime

import pytest

from campusctl.model.journal import DeviceRow, DeviceState, StepRow
from campusctl.model.outcome import Fault, FaultKind
from campusctl.model.run import StepKind

_SENT = StepRow(
    number=1,
    at=datetime(2026, 11, 26, tzinfo=UTC),
    kind=StepKind.SEND,
    first=1,
    last=3,
    total=3,
    text="write",
)


@pytest.mark.parametrize(
    ("state", "kind", "sent", "touched"),
    [
        (DeviceState.DONE, None, 0, True),
        (DeviceState.FAILED, FaultKind.MOVED, 0, False),
        (DeviceState.FAILED, FaultKind.LOCKED, 0, False),
        (DeviceState.FAILED, FaultKind.LOCKED, 2, True),
        (DeviceState.FAILED, FaultKind.UNVERIFIED, 0, True),
        (DeviceState.FAILED, FaultKind.REJECTED, 0, True),
        (DeviceState.SKIPPED, FaultKind.INTERRUPTED, 0, False),
        (DeviceState.SKIPPED, FaultKind.INTERRUPTED, 2, True),
        (DeviceState.PENDING, FaultKind.OFF, 0, False),
        (DeviceState.BEGUN, None, 0, True),
    ],
)
def test_a_device_was_touched_unless_its_end_says_otherwise(
    state: DeviceState,
    kind: FaultKind | None,
    sent: int,
    touched: bool,  # noqa: FBT001 - what is expected
) -> None:
    """A PC's steps are written down before it is asked whether it is as the plan saw it."""
    fault = Fault(device="pc", kind=kind, what="x", sent=sent) if kind else None
    row = DeviceRow(device="pc", school="schule-042", state=state, fault=fault, steps=(_SENT,))
    assert row.touched is touched
    assert not row.model_copy(update={"steps": ()}).touched
