"""What a run wants of each PC, and what must be true before a child is started for it."""

import contextlib
import hashlib
import json
from collections.abc import Mapping, Sequence

from campusctl.drivers.pc.atwork import Begin
from campusctl.drivers.pc.lots import DEADLINE_S, Item, Lot
from campusctl.drivers.pc.narrowing import narrowed, narrowed_roles
from campusctl.drivers.pc.platforms.base import JobHost, Trouble, Work
from campusctl.errors import CampusError, SecretError
from campusctl.model.outcome import FaultKind
from campusctl.model.plan import Target
from campusctl.ports import SecretSource


def secrets_of(source: SecretSource, targets: Sequence[Target]) -> tuple[Mapping[str, str], Mapping[str, Trouble]]:
    """Every secret of the targets, asked for once; and the PCs that lack one.

    Args:
        source: Where secrets come from.
        targets: The PCs.
    """
    wanted = sorted({ref for target in targets for ref in target.secret_refs})
    with contextlib.suppress(SecretError):
        return source.resolve(wanted), {}
    values: dict[str, str] = {}
    lacking: dict[str, Trouble] = {}
    for target in targets:
        try:
            values |= source.resolve(target.secret_refs)
        except SecretError as error:
            lacking[target.device] = Trouble(FaultKind.SECRET, error.what, error.hint)
    return values, lacking


def salt_of(device: str, key: bytes) -> str:
    """What keys the digests of a PC: nobody without the workspace's key can make or compare one.

    Args:
        device: Name of the PC.
        key: The workspace's key, 32 bytes.
    """
    return hashlib.blake2b(device.encode(), key=key, digest_size=16, person=b"campus-pc-salt").hexdigest()


def only_named(target: Target) -> Target:
    """The target without the roles and playbooks that its paths leave out; going back runs none of them."""
    if not (target.roles or target.own_playbooks) or not (target.only or '"restore"' in target.intended):
        return target
    roles = narrowed_roles(target.roles, target.only) if target.only else ()
    return target.model_copy(update={"roles": roles, "own_playbooks": ()})


def begin(lot: Lot, secrets: Mapping[str, str], key: bytes) -> Begin:
    """The job of a lot, and which of its PCs cannot be in it."""
    works: dict[str, Work] = {}
    hosts: dict[str, JobHost] = {}
    kept_back: dict[str, Trouble] = {}
    for item in lot.items:
        try:
            work = _work(item, secrets, key)
            hosts[item.name] = item.platform.job_host(item.target, work)
            works[item.name] = work
        except CampusError as error:
            kept_back[item.name] = Trouble(FaultKind.REFUSED, error.what, error.hint)
    return Begin(works, hosts, kept_back)


def _work(item: Item, secrets: Mapping[str, str], key: bytes) -> Work:
    target = item.target
    try:
        document = json.loads(target.intended)
    except ValueError as error:
        raise CampusError(
            f"its document is no JSON: {error}", "a PC's document comes from `campusctl render`"
        ) from None
    return Work(
        document=narrowed(document, target.only),
        secrets={ref: secrets[ref] for ref in target.secret_refs if ref in secrets},
        salt=salt_of(target.device, key),
        expect=item.expect,
        keep=item.keep,
        check=item.check,
        deadline_s=DEADLINE_S,
        lock_wait_s=item.lock_wait_s,
    )
