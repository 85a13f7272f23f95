"""Print queues and the print server."""

from typing import Any

from campusctl.model.pc_intent import PcIntent
from campusctl.model.pc_parts import PrintQueue
from campusctl.model.pc_paths import CUPS_CLIENT
from campusctl.render.pc.document import Fragment, Text, file, joined

OFF = {"enabled": False, "running": False}
ON = {"enabled": True, "running": True}


def printing(pc: PcIntent, text: Text) -> Fragment:
    """Queues, the default one, and the service they need; in an exam without printers only that it is off."""
    said = pc.pc.printing
    client = file(CUPS_CLIENT, text("cups-client.conf.j2", server=said.server) if said.server else None)
    if pc.pc.mode == "exam" and not pc.pc.exam.printing:
        return joined(client, {"services": {"cups": OFF, "cups.socket": OFF, "cups.path": OFF}})
    queues = {name: _queue(name, queue, pc) for name, queue in said.queues.items() if queue}
    if not queues:
        return client
    printers: dict[str, Any] = {"queues": queues, **({"default": said.default} if said.default else {})}
    return joined(client, {"printers": printers, "services": {"cups": ON}})


def _queue(name: str, queue: PrintQueue, pc: PcIntent) -> dict[str, Any]:
    if queue.state == "absent":
        return {"state": "absent"}
    device = pc.queues.get(name)
    return {
        "state": "present",
        "uri": device.uri if device else queue.uri,
        "model": queue.model,
        "info": queue.info,
        "location": queue.location or (device.location if device else ""),
    }
