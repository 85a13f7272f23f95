"""What a person's own run of Ansible needs of the workspace: a PC's document, its secrets, one secret."""

import json
import secrets as random_source
from functools import cache
from pathlib import Path
from typing import Any

from campusctl.inventory.load import load_for
from campusctl.model.secret import TOKEN
from campusctl.workflow.choosing import PC, Choice
from campusctl.workflow.corridor import targets
from campusctl.workflow.desk import Desk, open_desk


@cache
def opened(root: Path, *, lab: bool) -> Desk:
    """The workspace's desk, opened once in a process and all that are forked from it. Nobody is asked for a password.

    Raises:
        WorkspaceError: The lab is asked for and not up.
    """
    return open_desk(root, lab=lab)


def module_arguments(root: Path, name: str, *, lab: bool, check: bool) -> dict[str, Any]:
    """The arguments of the module campus_pc for one PC, plaintext of secrets among them.

    Args:
        root: The workspace.
        name: The PC.
        lab: It is the lab's.
        check: Nothing will be changed, so that nothing need be kept.

    Raises:
        InventoryError, RenderError, SecretError: There is no document, or it needs a secret that nobody has.
        UnknownNameError: There is no such PC.
    """
    desk = opened(root, lab=lab)
    (target,) = targets(desk, load_for(root, name), Choice(device=name, drivers=(PC,)))
    intended = target.intended
    needed = sorted({token[1] for token in TOKEN.finditer(intended)})
    return {
        "document": json.loads(intended),
        "secrets": dict(desk.secrets.resolve(needed)),
        "salt": random_source.token_hex(16),
        "expect": "",
        "keep": "" if check else f"hand-{random_source.token_hex(6)}",
    }


def secret(root: Path, reference: str, *, lab: bool) -> str:
    """The plaintext of a secret.

    Raises:
        SecretError: It is missing, or its source cannot be opened.
    """
    return opened(root, lab=lab).secrets.resolve([reference])[reference]
