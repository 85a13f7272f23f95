"""Which secrets are needed, whether switches have them, and what is due for a change."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

from campusctl.drivers.pc.secretuses import pc_secret_uses
from campusctl.drivers.switch.stored_secrets import check_secrets, secret_uses
from campusctl.inventory.load import load_city
from campusctl.model.events import Emit
from campusctl.model.journal import SecretSet
from campusctl.model.outcome import Fault
from campusctl.model.plan import Target
from campusctl.model.rotation import RotationReport, SecretCheck, SecretRow, SecretUse, Verdict
from campusctl.model.secret import fingerprint
from campusctl.ports import SecretSource
from campusctl.secrets import ChainSource, Origin
from campusctl.workflow.choosing import SWITCH, SWITCHES
from campusctl.workflow.corridor import targets
from campusctl.workflow.desk import Desk


class SecretMemory(Protocol):
    """Remembers which secret was sent to which switch, and when."""

    def secrets_set(self, device: str | None = None, ref: str | None = None) -> Iterable[SecretSet]:
        """What was set, in any order."""
        ...


class NothingRemembered:
    """Of a workspace that keeps no history."""

    def secrets_set(self, device: str | None = None, ref: str | None = None) -> Iterable[SecretSet]:  # noqa: ARG002 - the door's signature
        """Nothing."""
        return ()


def list_secrets(desk: Desk, schools: Sequence[str] | None) -> tuple[SecretRow, ...]:
    """Every secret the schools need, in the order of references, and what the vault holds for nobody.

    Args:
        desk: The workspace.
        schools: School ids; None: every school, and only then what nobody needs is known.

    Raises:
        InventoryError, SecretError: The inventory is wrong, or a source cannot be opened.
    """
    uses: dict[str, list[SecretUse]] = {}
    for target in targets(desk, load_city(desk.root, schools)):
        for ref, use in _uses(target):
            uses.setdefault(ref, []).append(use)
    source = desk.secrets
    unused = source.stored() if schools is None and isinstance(source, ChainSource) else ()
    refs = sorted({*uses, *unused})
    origins = _origins(source, refs)
    return tuple(
        SecretRow(ref=ref, source=origins[ref].source, trouble=origins[ref].trouble, uses=tuple(uses.get(ref, ())))
        for ref in refs
    )


def _uses(target: Target) -> Iterator[tuple[str, SecretUse]]:
    return secret_uses(target) if target.driver == SWITCH else pc_secret_uses(target)


def _origins(source: SecretSource, refs: Sequence[str]) -> dict[str, Origin]:
    if isinstance(source, ChainSource):
        return dict(source.origins(refs))
    return dict.fromkeys(refs, Origin("lab"))


def check_rotation(  # noqa: PLR0913 - each is one word to the caller
    desk: Desk,
    schools: Sequence[str] | None,
    emit: Emit,
    ready: Callable[[int], None],
    *,
    older_than: timedelta | None = None,
    memory: SecretMemory | None = None,
) -> RotationReport:
    """Read switches and say which secrets they do not have, cannot tell, or have had for too long.

    Args:
        desk: The workspace.
        schools: School ids; None: every school.
        emit: Told of every step.
        ready: Told how many switches will be read, before the first one is.
        older_than: What was set longer ago is due; None: age does not matter.
        memory: What was set when; None: nobody remembers.

    Raises:
        InventoryError, SecretError: Nothing was contacted.
    """
    city = load_city(desk.root, schools)
    wanted = targets(desk, city, SWITCHES)
    values = desk.secrets.resolve(sorted({ref for target in wanted for ref in target.secret_refs}))
    ready(len(wanted))
    now = datetime.now(UTC)
    kept = _Kept(memory or NothingRemembered(), desk.key, now - older_than if older_than else None)
    checks: list[SecretCheck] = []
    faults: list[Fault] = []
    for result in check_secrets(wanted, desk.secrets, emit):
        if isinstance(result, Fault):
            faults.append(result)
        else:
            checks += [kept.judge(check, values[check.ref]) for check in result]
    place = {target.device: number for number, target in enumerate(wanted)}
    return RotationReport(
        checked=now.replace(microsecond=0),
        zone=city.spec.settings.timezone or "UTC",
        schools=tuple(city.schools),
        checks=tuple(sorted(checks, key=lambda check: place[check.device])),
        faults=tuple(sorted(faults, key=lambda fault: place[fault.device])),
    )


class _Kept:
    """What was set when, looked up by switch and place."""

    def __init__(self, memory: SecretMemory, key: bytes, before: datetime | None) -> None:
        self._key, self._before = key, before
        self._sets: dict[tuple[str, str, str], SecretSet] = {}
        for entry in sorted(memory.secrets_set(), key=lambda entry: entry.at):
            self._sets[entry.device, " / ".join(entry.path), entry.ref] = entry

    def judge(self, check: SecretCheck, value: str) -> SecretCheck:
        """The check with what is remembered of it."""
        entry = self._sets.get((check.device, check.path, check.ref))
        if entry is None:
            return check
        other = check.verdict is Verdict.UNCHECKED and entry.fingerprint != fingerprint(value, self._key)
        return check.model_copy(
            update={
                "set_at": entry.at,
                "old": self._before is not None and entry.at < self._before,
                "verdict": Verdict.OUTDATED if other else check.verdict,
            }
        )
