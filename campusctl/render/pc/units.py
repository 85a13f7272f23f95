"""Services, timers and cron entries."""

from collections.abc import Iterator
from typing import Any

from campusctl.model.inventory import Settings
from campusctl.model.pc_parts import PcTimer
from campusctl.model.pc_paths import UNITS, timer_unit
from campusctl.render.pc.document import Fragment, Text, file, joined
from campusctl.render.pc.net import cron as cron_command


def services(settings: Settings, _: Text) -> Fragment:
    """Units as they are said."""
    said = settings.pc.services.items()
    return {"services": {name: unit.model_dump(exclude_none=True) for name, unit in said if unit}}


def timers(settings: Settings, text: Text) -> Fragment:
    """A service and a timer for each; one that shall be absent leaves nothing behind."""
    return joined(*(_timer(name, timer, text) for name, timer in settings.pc.timers.items() if timer))


def _timer(name: str, timer: PcTimer, text: Text) -> Fragment:
    base = timer_unit(name)
    paths = (f"{UNITS}/{base}.service", f"{UNITS}/{base}.timer")
    if timer.state == "absent":
        return {"absent": dict.fromkeys((*paths, f"{UNITS}/timers.target.wants/{base}.timer"), True)}
    run = "daemon-reload"
    return joined(
        file(paths[0], text("unit.service.j2", name=name, timer=timer), run=run),
        file(paths[1], text("unit.timer.j2", name=name, timer=timer), run=run),
        {"services": {f"{base}.timer": {"enabled": True, "running": True}}},
    )


def cron(settings: Settings, _: Text) -> Fragment:
    """Cron entries; the command is quoted for the shell that cron starts."""
    return {"cron": dict(_entries(settings))}


def _entries(settings: Settings) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, entry in settings.pc.cron.items():
        if entry and entry.state == "absent":
            yield name, {"user": entry.user, "state": "absent"}
        elif entry:
            found = {"user": entry.user, "schedule": entry.schedule, "command": cron_command(entry.command)}
            yield name, {**found, "state": "present"}
