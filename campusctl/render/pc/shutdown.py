"""Off at night: a script that knows the school's holidays, run by cron."""

from typing import Final

from campusctl.model.calendar import WEEKDAYS
from campusctl.model.pc_intent import PcIntent
from campusctl.model.pc_paths import SHUTDOWN
from campusctl.render.pc.document import Fragment, Text, file, joined

ENTRY: Final = "campusctl shutdown"
"""The name of the cron entry."""


def shutdown(pc: PcIntent, text: Text) -> Fragment:
    """The script, and the cron entry that calls it every day at that time."""
    said = pc.pc.shutdown
    if said.time is None:
        return joined(file(SHUTDOWN, None), {"cron": {ENTRY: {"user": "root", "state": "absent"}}})
    days = [WEEKDAYS.index(day) + 1 for day in said.days]
    closed = [
        (span.partition("/")[0], span.rpartition("/")[2])
        for span in (found.replace("-", "") for found in pc.school.closed)
    ]
    hour, minute = said.time.split(":")
    entry = {"user": "root", "schedule": f"{int(minute)} {int(hour)} * * *", "command": SHUTDOWN, "state": "present"}
    content = text("shutdown.sh.j2", shutdown=said, days=sorted(days), closed=closed)
    return joined(file(SHUTDOWN, content, mode="0755"), {"cron": {ENTRY: entry}})
