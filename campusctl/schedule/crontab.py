"""The schedule as a block of a crontab; everybody else's lines stay as they are."""

import hashlib
import re
from typing import Final

from campusctl.schedule.order import Order, ScheduleError
from campusctl.schedule.quoting import cron_command

_LONGEST_LINE: Final = 990
"""What every cron reads, in bytes."""
_FIELDS: Final = re.compile(r"(?:[0-9*/,A-Za-z-]+[ \t]+){4}[0-9*/,A-Za-z-]+")
_TIME: Final = re.compile(
    r"(?:(?P<days>[A-Za-z.,]+)\s+)?(?:\*-\*-\*\s+)?(?P<hour>[^:\s]+):(?P<minute>[^:\s]+?)(?::00)?"
)
_DAYS: Final = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")


def block(order: Order) -> str:
    """The marked lines of a schedule.

    Raises:
        ScheduleError: cron cannot say when, or the line is too long for it.
    """
    password = (("CAMPUSCTL_VAULT_PASSWORD_FILE", order.password_file),) if order.password_file else ()
    if order.environment_file:
        raise ScheduleError("cron reads no environment file", "use --vault-password-file, or systemd units")
    wait = f"sleep {delay_s(order)}; " if order.jitter_s else ""
    line = f"{fields(order.calendar)} {wait}{cron_command(order.command, password)} >/dev/null"
    if len(line.encode()) > _LONGEST_LINE:
        raise ScheduleError("the crontab line would be too long for cron", "name fewer schools, or --all")
    return f"{_begin(order.name)}\n# order: {order.model_dump_json()}\n{line}\n{_end(order.name)}\n"


def delay_s(order: Order) -> int:
    """How long this workspace waits: always the same, and another one another time."""
    mark = hashlib.blake2b(order.workspace.encode(), digest_size=4).digest()
    return int.from_bytes(mark) % (order.jitter_s + 1)


def with_block(crontab: str, name: str, new: str) -> str:
    """A crontab with this block in the place of the one it had, or at its end; an empty block takes it away.

    Raises:
        ScheduleError: The block that is there has no end.
    """
    before, _, after = _split(crontab, name)
    if not new:
        return before + after
    gap = "" if not before or before.endswith("\n") else "\n"
    return before + gap + new + after


def found_block(crontab: str, name: str) -> str:
    """The block of a schedule; empty: there is none."""
    return _split(crontab, name)[1]


def _split(crontab: str, name: str) -> tuple[str, str, str]:
    lines = crontab.splitlines(keepends=True)
    bare = [line.rstrip("\r\n") for line in lines]
    if _begin(name) not in bare:
        return crontab, "", ""
    start = bare.index(_begin(name))
    if _end(name) not in bare[start:]:
        raise ScheduleError("the crontab has the begin of campusctl's lines and not their end", "mend it: crontab -e")
    end = bare.index(_end(name), start) + 1
    return "".join(lines[:start]), "".join(lines[start:end]), "".join(lines[end:])


def _begin(name: str) -> str:
    return f"# BEGIN {name} (written by campusctl schedule install)"


def _end(name: str) -> str:
    return f"# END {name}"


def fields(calendar: str) -> str:
    """The five fields of cron for an expression of systemd's, as far as cron can say it; five fields stay.

    Raises:
        ScheduleError: cron cannot say it.
    """
    if _FIELDS.fullmatch(calendar):
        return " ".join(calendar.split())
    found = _TIME.fullmatch(calendar.strip())
    if not found:
        raise _cannot(calendar)
    hour, minute = _part(found["hour"], 23, calendar), _part(found["minute"], 59, calendar)
    return f"{minute} {hour} * * {_days(found['days'] or '', calendar)}"


def _part(text: str, last: int, calendar: str) -> str:
    """`5`, `*`, or `00/6` as `*/6`."""
    start, slash, step = text.partition("/")
    if text == "*":
        return "*"
    if not start.isdigit() or int(start) > last or (slash and not (step.isdigit() and 0 < int(step) <= last)):
        raise _cannot(calendar)
    if not slash:
        return str(int(start))
    return f"*/{int(step)}" if int(start) == 0 else f"{int(start)}-{last}/{int(step)}"


def _days(text: str, calendar: str) -> str:
    if not text:
        return "*"
    found: list[int] = []
    for part in text.lower().split(","):
        names = [name[:3] for name in part.split("..")]
        if len(names) > 2 or not all(name in _DAYS for name in names):
            raise _cannot(calendar)
        first, last = _DAYS.index(names[0]), _DAYS.index(names[-1])
        # A span may run over the end of the week, which cron's may not.
        found += [day % 7 for day in range(first, last + 1 if last >= first else last + 8)]
    return ",".join(map(str, dict.fromkeys(found)))


def _cannot(calendar: str) -> ScheduleError:
    return ScheduleError(
        f"cron cannot say `{calendar}`", "such as `Mon..Fri 05:30`, `--every 6h`, or cron's own five fields"
    )
