"""What is to run by itself, when, and as whom: everything that the written files are made of."""

import hashlib
import re
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field

from campusctl.errors import CampusError
from campusctl.model.frozen import Frozen

STATE: Final = ".campusctl"
RESULTS: Final = f"{STATE}/scheduled"
"""Where a scheduled run leaves its JSON and JUnit files, relative to the workspace."""

DEFAULT_JITTER_S: Final = 1800
TIMEOUT_S: Final = 3 * 3600
"""A drift check of the largest city takes minutes; what takes hours hangs."""

_UNWRITABLE: Final = re.compile(r"[\x00-\x1f\x7f]")
_EVERY: Final = re.compile(r"([0-9]{1,3})(min|m|h)")
_NIGHTLY: Final = "*-*-* 01:30"
"""Not between 2 and 3, an hour that one night of the year lacks and another has twice."""


class ScheduleError(CampusError):
    """The schedule cannot be written, shown or taken away."""


class Order(Frozen):
    """One schedule of one workspace."""

    workspace: str
    """Absolute path."""
    program: str
    """Absolute path of `campusctl`."""
    schools: tuple[str, ...] = ()
    """School ids; empty: all."""
    lab: bool = False
    """On the simulated switches."""
    calendar: str
    """When, as systemd's OnCalendar says it; for cron its five fields."""
    jitter_s: Annotated[int, Field(ge=0, le=86_400)] = DEFAULT_JITTER_S
    """The start is spread over this many seconds, so that a hundred workspaces do not start at once."""
    timeout_s: Annotated[int, Field(ge=60, le=86_400)] = TIMEOUT_S
    """A run that takes longer is stopped."""
    password_file: str = ""
    """File or script with the vault's password; empty: none."""
    password_script: bool = False
    """It is a script, which is run and not copied."""
    environment_file: str = ""
    """File of environment variables, such as secrets; empty: none."""
    system: bool = False
    """A unit of the machine, not of a user."""
    user: str = ""
    """Account that a system unit runs as; empty: root."""
    namespaces: bool = True
    """The unit may have a view of the file system of its own."""
    home_visible: bool = False
    """Something that the run reads lies in a home folder."""
    tmp_visible: bool = False
    """Something that the run reads or writes lies in /tmp."""

    @property
    def name(self) -> str:
        """Name of the units: readable, and different for every workspace."""
        return unit_name(self.workspace)

    @property
    def command(self) -> tuple[str, ...]:
        """The command line that runs."""
        results = Path(self.workspace) / RESULTS
        return (
            self.program,
            "--workspace",
            self.workspace,
            *(("--lab",) if self.lab else ()),
            "drift",
            *(self.schools or ("--all",)),
            "--scheduled",
            "--json-out",
            str(results / "drift.json"),
            "--junit",
            str(results / "drift.xml"),
        )


def unit_name(workspace: str) -> str:
    """`campusctl-drift-stadt-1a2b3c4d`: the folder's name, and a fingerprint of its path."""
    folder = re.sub(r"[^a-z0-9]+", "-", Path(workspace).name.lower()).strip("-")[:30]
    mark = hashlib.blake2b(workspace.encode(errors="surrogateescape"), digest_size=4).hexdigest()
    return "-".join(part for part in ("campusctl-drift", folder, mark) if part)


def check_paths(order: Order) -> None:
    """Refuse paths that no unit and no crontab can name.

    Raises:
        ScheduleError: One holds a control character, ends in a backslash, or begins or ends with a space.
    """
    for path in (order.workspace, order.program, order.password_file, order.environment_file):
        if _UNWRITABLE.search(path) or path.endswith("\\") or path != path.strip() or not path.isprintable():
            shown = path.encode("unicode_escape", errors="surrogateescape").decode()
            raise ScheduleError(f"the path {shown} cannot stand in a unit or a crontab", "rename the folder")
        if path and not path.startswith("/"):
            raise ScheduleError(f"{path} is no absolute path")


def calendar_of(*, every: str | None, nightly: bool, calendar: str | None) -> str:
    """An OnCalendar expression.

    Args:
        every: `6h`, `30min`; None: not said.
        nightly: Once a night.
        calendar: The expression itself; None: not said.

    Raises:
        ScheduleError: None or more than one was said, or it makes no sense.
    """
    said = sum((every is not None, nightly, calendar is not None))
    if said > 1:
        raise ScheduleError("say one of --nightly, --every and --calendar")
    if calendar is not None:
        if not calendar.strip() or _UNWRITABLE.search(calendar):
            raise ScheduleError("the calendar is one line, such as `Mon..Fri 05:30`")
        return calendar.strip()
    return _NIGHTLY if every is None else _every(every)


def _every(text: str) -> str:
    found = _EVERY.fullmatch(text.strip().lower())
    number = int(found[1]) if found else 0
    if found and number and found[2] == "h" and 24 % number == 0:
        return "*-*-* 00:00" if number == 24 else f"*-*-* 00/{number}:00"
    if found and number >= 5 and found[2] != "h" and 60 % number == 0:
        return "*-*-* *:00" if number == 60 else f"*-*-* *:00/{number}"
    raise ScheduleError(
        f"--every {text!r} makes no even rhythm", "a part of a day or an hour, such as 6h or 30min, 5min at least"
    )
