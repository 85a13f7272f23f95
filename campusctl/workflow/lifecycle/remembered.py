"""What was done to the inventory, so that it can be taken back: one small file a change, below `.campusctl`."""

import json
from pathlib import Path
from typing import Any, Final

from campusctl import workspace
from campusctl.inventory.edit_files import Edited
from campusctl.inventory.files import read_bytes
from campusctl.model.address_book import Host
from campusctl.model.sentence import sentence
from campusctl.workflow.desk import Desk
from campusctl.workflow.inventory_change import prepare_files
from campusctl.workflow.lifecycle.proposal import Kind, LifecycleError, Proposal

_FOLDER: Final = "changes"
_MOST: Final = 200
"""So many changes are remembered; older ones are for Git."""


def remember(root: Path, run_id: str, proposal: Proposal, commit: str) -> None:
    """Keep what was changed, for `undo_of`. No secret is in an inventory.

    Raises:
        OSError: It cannot be written.
    """
    folder = workspace.state_dir(root) / _FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    numbers = sorted(folder.glob("*.json"))
    number = int(numbers[-1].name.partition("-")[0]) + 1 if numbers else 1
    said = {
        "format": 1,
        "run": run_id,
        "commit": commit,
        "kind": str(proposal.kind),
        "school": proposal.school,
        "device": proposal.device,
        "name": proposal.name,
        "summary": proposal.summary,
        "before": proposal.before.model_dump(mode="json") if proposal.before else None,
        "after": proposal.after.model_dump(mode="json") if proposal.after else None,
        "facts": dict(proposal.facts),
        "files": {
            file: [proposal.files.before[file].decode("latin-1"), proposal.files.after[file].decode("latin-1")]
            for file in proposal.files.files
        },
    }
    path = folder / f"{number:06d}-{run_id}.json"
    path.with_suffix(".new").write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
    path.with_suffix(".new").replace(path)
    for old in numbers[: max(0, len(numbers) + 1 - _MOST)]:
        old.unlink(missing_ok=True)


def drop(root: Path, run_id: str) -> None:
    """Forget the change of a run: it was taken back within it."""
    for path in (workspace.state_dir(root) / _FOLDER).glob(f"*-{run_id}.json"):
        path.unlink(missing_ok=True)


def undo_of(desk: Desk, name: str, kind: Kind) -> Proposal:
    """What taking back the last such change of a device would do; nothing is written.

    Args:
        desk: The workspace.
        name: The device's name, before the change or after it.
        kind: What was done.

    Raises:
        LifecycleError: There is none, or it was taken back.
        EditError: Somebody has changed one of the files since.
        InventoryError: The inventory would be wrong then.
    """
    said = _last(desk.root, name, kind)
    if said is None:
        what = sentence("no {kind} of {device} is remembered", kind=str(kind), device=name)
        raise LifecycleError(what, sentence("git log says what Git remembers"))
    before, after = ({file: pair[at].encode("latin-1") for file, pair in said["files"].items()} for at in (0, 1))
    for file, data in after.items():
        if read_bytes(desk.root, file) != data:
            how = f"git revert {said['commit'][:10]}" if said["commit"] else sentence("change it by hand")
            what = sentence("{file} was changed since, so it cannot be put back as it was", file=file)
            raise LifecycleError(what, how)
    files = prepare_files(Edited(desk.root, after, before))
    facts = {field: (pair[1], pair[0]) for field, pair in said["facts"].items()}
    return Proposal(
        kind=Kind.UNDO,
        school=said["school"],
        device=said["name"] or said["device"],
        name=said["device"],
        files=files,
        summary=sentence("Undo: {what}", what=said["summary"]),
        notes=(sentence("host keys that were forgotten stay forgotten: campusctl trust shows them again"),),
        before=_host(said["after"]),
        after=_host(said["before"]),
        renews=kind is Kind.SWAP,
        facts=facts,
    )


def _last(root: Path, name: str, kind: Kind) -> dict[str, Any] | None:
    folder = workspace.state_dir(root) / _FOLDER
    undone = 0
    for path in sorted(folder.glob("*.json"), reverse=True):
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if name not in (found["device"], found["name"]):
            continue
        if found["kind"] == str(Kind.UNDO):
            undone += 1
        elif undone:
            undone -= 1
        elif found["kind"] == str(kind):
            return found
        else:
            return None
    return None


def _host(said: Any) -> Host | None:  # noqa: ANN401 - plain data
    return Host.model_validate(said) if said else None
