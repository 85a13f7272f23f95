"""Boards without a protocol: what is wanted of them is a checklist that a person does and signs.

Nothing is contacted and nothing is ever sent. What stands in a signature counts as read, as long as it says what the
inventory says, and is not older than the inventory allows.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from typing import Final

from campusctl.drivers.appliance.base import Link, Reading, Session, Wish
from campusctl.model.appliance import Shown
from campusctl.model.sentence import sentence
from campusctl.model.setting import Path
from campusctl.model.signature import Signature, checklist_of, key_of, why_open


class ManualDialect:
    """See `campusctl.drivers.appliance.base.Dialect`."""

    port = 1
    off_when_silent = False

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Prepare.

        Args:
            clock: What time it is (aware), for signatures that are too old.
        """
        self._clock = clock

    def open(self, link: Link) -> AbstractAsyncContextManager[Session]:
        """Look at the signature that the target brings along."""
        return self._open(link)

    @asynccontextmanager
    async def _open(self, link: Link) -> AsyncIterator[Session]:
        yield _Checklist(link, self._clock())

    def step(self, wish: Wish) -> str:
        """What a person does."""
        return f"by hand: {' '.join(wish.path)}"

    def interrupts(self, path: Path) -> str:  # noqa: ARG002 - see the protocol
        """Nothing is sent."""
        return ""


class _Checklist:
    """See `campusctl.drivers.appliance.base.Session`."""

    def __init__(self, link: Link, now: datetime) -> None:
        self._now, self._device = now, link.device
        self._days = int(link.options.get("signed_days") or 0)
        text = str(link.options.get("signature") or "")
        self._signature = Signature.model_validate_json(text) if text else None

    async def read(self, wanted: Mapping[Path, Shown]) -> Reading:
        """What was signed, and still counts."""
        signature = self._signature
        words = why_open(signature, checklist_of(wanted.items()), self._days, self._now)
        counts = signature is not None and signature.whole and not signature.older_than(self._days, self._now)
        signed = signature.settings if signature and counts else {}
        state: dict[Path, Shown] = {path: signed[key_of(path)] for path in wanted if key_of(path) in signed}
        why = sentence("{what}: a person does it, then: campusctl sign {device}", what=words, device=self._device)
        facts = {"signed": f"{signature.signed:%Y-%m-%d}", "signed_by": signature.by} if signature else {}
        note = words or (signature.words if signature else "")
        return Reading(state, read_only=dict.fromkeys(wanted, why), facts=facts, notes=(note,) if note else ())

    async def write(self, wishes: Sequence[Wish]) -> Mapping[Path, str]:
        """Nothing: every line is somebody's to do."""
        return {
            wish.path: sentence("a person does it, then: campusctl sign {device}", device=self._device)
            for wish in wishes
        }


MANUAL: Final = ManualDialect()
"""The dialect."""
