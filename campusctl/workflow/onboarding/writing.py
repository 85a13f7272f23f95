"""The inventory's part of an onboarding: written once, taken back if it is given up, finished if it was cut off."""

import hashlib
from pathlib import Path

from campusctl.inventory.edit_files import Edited
from campusctl.inventory.load import load_city
from campusctl.model.onboarding import NewDevice, Onboarding
from campusctl.workflow import git_care
from campusctl.workflow.inventory_change import keep, prepare
from campusctl.workflow.onboarding.edits import edits_back, edits_for


def digests(edited: Edited) -> dict[str, str]:
    """SHA-256 of each file as it shall be."""
    return {file: hashlib.sha256(edited.after[file]).hexdigest() for file in edited.files}


def message(onboarding: Onboarding) -> str:
    """Of the commit: which devices, and where they are plugged in."""
    devices = onboarding.devices
    if len(devices) == 1:
        subject = f"Onboard {devices[0].name}"
    else:
        subject = f"Onboard {len(devices)} devices at {', '.join(onboarding.schools)}"
    lines = [_line(device) for device in devices]
    reason = [onboarding.reason] if onboarding.reason else []
    return "\n".join([subject, "", *reason, *lines, f"campusctl onboarding {onboarding.id}"])


def _line(device: NewDevice) -> str:
    where = f", {device.port.switch} port {device.port.port}" if device.port else ""
    serial = f", serial number {device.serial}" if device.serial else ""
    return f"{device.name}: room {device.entry.get('room')}{serial}{where}"


def write(root: Path, onboarding: Onboarding, edited: Edited | None) -> str:
    """Let the inventory say what was agreed to.

    Args:
        root: The workspace.
        onboarding: With the digests of the files that were agreed to.
        edited: What was shown; None: an earlier attempt was cut off, what is missing is found out.

    Returns:
        The commit; empty: none was made.

    Raises:
        EditError, InventoryError: Somebody changed a file meanwhile so that it does not fit any more.
        GitError: It is no moment for a commit; the files are as they were.
    """
    if edited is not None:
        return keep(edited, message(onboarding), onboarding.branch)
    ours = [file for file, digest in onboarding.files.items() if _digest(root / file) == digest]
    missing = prepare(root, edits_for(load_city(root), onboarding.devices))
    if not ours:
        return keep(missing, message(onboarding), onboarding.branch)
    # A write or its commit was cut off in the middle: the files on the disk are our own.
    missing.write()
    return _committed(root, onboarding)


def _committed(root: Path, onboarding: Onboarding) -> str:
    files = tuple(onboarding.files)
    if not git_care.left_behind(root, files):
        return ""
    return git_care.commit(root, files, message(onboarding), onboarding.branch)


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def take_back(root: Path, onboarding: Onboarding) -> str:
    """Let the inventory be without the devices again; what somebody changed besides stays.

    Returns:
        The commit; empty: none was made.

    Raises:
        EditError, InventoryError, GitError: It cannot be done so; the files are as they were.
    """
    edits = edits_back(load_city(root), onboarding.devices)
    if not edits:
        return ""
    return keep(prepare(root, edits), f"Give up onboarding {onboarding.id}\n\n{_names(onboarding)}")


def _names(onboarding: Onboarding) -> str:
    return ", ".join(device.name for device in onboarding.devices)
