"""Assessments become a plan; a saved plan is sealed, and refused when anything under it has moved."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from campusctl import __version__
from campusctl.errors import PlanError
from campusctl.model.frozen import Frozen
from campusctl.model.outcome import Fault
from campusctl.model.plan import Assessment, Change, Plan, Target
from campusctl.model.sentence import Sentence, StoredSentence, sentence

LIFETIME: Final = timedelta(hours=12)
"""How long a saved plan may be applied."""

_LARGEST: Final = 64 * 1024 * 1024

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ground:
    """What a plan stands on."""

    inventory_digest: str
    """Fingerprint of the inventory files."""
    template_digest: str
    """Fingerprint of the templates and playbooks."""


def make_plan(
    schools: Sequence[str], targets: Sequence[Target], results: Iterable[Assessment | Fault], ground: Ground
) -> Plan:
    """A plan in the order of the targets (core first), whatever the order of the results."""
    found = {result.device: result for result in results}
    now = datetime.now(UTC).replace(microsecond=0)
    changes: list[Change] = []
    faults: list[Fault] = []
    for target in targets:
        result = found.get(target.device)
        if isinstance(result, Assessment):
            changes.append(Change(target=target, assessment=result))
        elif isinstance(result, Fault):
            faults.append(result)
    return Plan(
        id=secrets.token_hex(4),
        made=now,
        expires=now + LIFETIME,
        tool_version=__version__,
        inventory_digest=ground.inventory_digest,
        template_digest=ground.template_digest,
        schools=tuple(schools),
        changes=tuple(changes),
        faults=tuple(faults),
    )


def refuse_stale(plan: Plan, ground: Ground, now: datetime) -> None:
    """Refuse a plan whose ground has moved.

    Raises:
        PlanError: It expired, or the tool, the inventory or a template is not what it was.
    """
    command, expired = f"campusctl plan {' '.join(plan.schools)}", f"{plan.expires:%Y-%m-%d %H:%M}"
    again = sentence("make a new plan: {command}", command=command)
    if plan.tool_version != __version__:
        raise PlanError(
            sentence(
                "plan {id} was made by campusctl {version}, this is {own}",
                id=plan.id, version=plan.tool_version, own=__version__,
            ),
            again,
        )  # fmt: skip
    if now >= plan.expires:
        raise PlanError(sentence("plan {id} expired at {when} UTC", id=plan.id, when=expired), again)
    if plan.inventory_digest != ground.inventory_digest:
        raise PlanError(sentence("the inventory has changed since plan {id} was made", id=plan.id), again)
    if plan.template_digest != ground.template_digest:
        raise PlanError(sentence("a template or playbook has changed since plan {id} was made", id=plan.id), again)


def dump_plan(plan: Plan, key: bytes) -> str:
    """A plan as JSON, sealed with the workspace's key; beside it, its sentences as other languages need them."""
    body, said = plan.model_dump(mode="json"), _SAID.dump_python(tuple(_sentences(plan)), mode="json")
    document = {"plan": body, "seal": _seal(body, key), "said": said, "said_seal": _seal(said, key)}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def parse_plan(data: bytes, key: bytes, name: str) -> Plan:
    """A plan from its file.

    Raises:
        PlanError: It is no plan, too large, or was changed after it was made.
    """
    if len(data) > _LARGEST:
        raise PlanError(sentence("{file}: {number} bytes are no plan of ours", file=name, number=len(data)))
    try:
        document = json.loads(data)
        body, seal = document["plan"], document["seal"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise PlanError(
            sentence("{file}: not a saved plan", file=name), sentence("campusctl plan SCHOOL --out FILE makes one")
        ) from None
    if not _is_sealed(body, seal, key):
        raise PlanError(
            sentence("{file}: the plan was changed after it was made, or comes from another workspace", file=name),
            sentence("make a new plan"),
        )
    said = document.get("said", [])
    try:
        texts = _SAID.validate_python(said) if _is_sealed(said, document.get("said_seal"), key) else ()
        return _with_sentences(Plan.model_validate(body), {str(text): text for text in texts})
    except ValidationError:
        raise PlanError(
            sentence("{file}: a plan of another version of campusctl", file=name), sentence("make a new plan")
        ) from None


_SAID: Final = TypeAdapter(tuple[StoredSentence, ...])


def _sentences(value: object) -> Iterator[Sentence]:
    """Every sentence in a value, each once."""
    found: dict[str, Sentence] = {}
    waiting = [value]
    while waiting:
        here = waiting.pop()
        if isinstance(here, Sentence):
            found.setdefault(str(here), here)
        elif isinstance(here, Frozen):
            waiting += (each for _, each in here)
        elif isinstance(here, tuple):
            waiting += here
    yield from found.values()


def _with_sentences(value: T, said: Mapping[str, str]) -> T:
    """The same value, with its texts as the sentences that they were."""
    if isinstance(value, Frozen):
        return value.model_copy(update={name: _with_sentences(each, said) for name, each in value})
    if isinstance(value, tuple):
        return cast("T", tuple(_with_sentences(each, said) for each in value))
    return cast("T", said.get(value, value)) if isinstance(value, str) else value


def _is_sealed(body: object, seal: object, key: bytes) -> bool:
    return isinstance(seal, str) and seal.isascii() and hmac.compare_digest(seal, _seal(body, key))


def _seal(body: object, key: bytes) -> str:
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":")).encode()
    return hmac.new(key, canonical, hashlib.sha256).hexdigest()
