"""The print queue of a new printer, taken away again when its onboarding is given up."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from campusctl.inventory.appliances.queues import gone
from campusctl.inventory.load import load_city
from campusctl.model.appliance import Document
from campusctl.model.onboarding import NewDevice
from campusctl.model.outcome import Fault
from campusctl.model.plan import Target
from campusctl.workflow.desk import Desk
from campusctl.workflow.onboarding.devicework import Work, bring, look
from campusctl.workflow.onboarding.hands import Hands
from campusctl.workflow.onboarding.touched import standing


def take_queue(hands: Hands, desk: Desk, device: NewDevice) -> Work | Fault | None:
    """Delete the queue of a new printer, where it leads to that printer.

    Args:
        hands: Of whoever started it.
        desk: The workspace; its inventory does not name the queue any more.
        device: The printer.

    Returns:
        What became of it; why the print server cannot be read; None: there is no such queue, or it leads elsewhere.

    Raises:
        LockedError, ClosedError, SecretError, JournalError: Nothing was sent.
    """
    schools, queue = (device.school,), device.queue
    if queue is None:
        return None
    found = standing(desk, load_city(desk.root, schools), schools, [queue.server])
    wanted = _without(found, queue.server, queue.name)
    if not wanted:
        return None
    seen = look(hands, desk, schools, wanted)[queue.server]
    if isinstance(seen, Fault):
        return seen
    leads_to = next((str(edit.before) for edit in seen.edits if edit.path == ("queue", queue.name, "uri")), "")
    address = str(device.entry.get("address", "")).partition("/")[0]
    if not address or urlsplit(leads_to).hostname != address:
        return None
    return bring(hands, desk, schools, wanted)


def _without(found: dict[str, Target], server: str, name: str) -> Sequence[Target]:
    """The print server, to lose one queue and nothing else; nothing: the inventory names the queue."""
    target = found.get(server)
    if target is None:
        return ()
    document = Document.model_validate_json(target.intended)
    if any(path[:2] == ("queue", name) for path, _ in document.settings):
        return ()
    less = document.model_copy(update={"settings": tuple(gone(name))})
    return (target.model_copy(update={"intended": less.text(), "only": (("queue", name),)}),)
