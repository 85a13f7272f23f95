"""Writing a schedule, saying what is there, and taking it back: exactly what was written, and nothing else."""

import os
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from campusctl.schedule import crontab
from campusctl.schedule.machine import Machine, Runner
from campusctl.schedule.order import Order, ScheduleError, check_paths, unit_name
from campusctl.schedule.units import HEAD, units

_ORDER = "# order: "


class Found(NamedTuple):
    """A schedule that is there."""

    where: str
    """A unit's file, or `crontab`."""
    order: Order | None
    """What it was made of; None: that line was changed or is of another version."""
    text: str
    """What is written."""
    as_written: bool
    """Nobody has changed it, and this version would write the same."""
    next_run: datetime | None = None
    """When it runs next (UTC); None: nobody knows."""


class Installed(NamedTuple):
    """What an installation did."""

    files: tuple[str, ...]
    """What is written now."""
    changed: bool
    """Something is not as it was before."""
    verified: bool
    """systemd has looked at the units."""
    running: bool
    """systemd knows of them, and the timer is on."""


def checked_calendar(order: Order, machine: Machine, zone: str) -> Order:
    """The order with a calendar that systemd understands, in the city's time zone if it names none.

    Raises:
        ScheduleError: systemd does not understand it.
    """
    said = machine.analyze("calendar", order.calendar)
    if said.missing:
        return order
    if said.code:
        first = (said.text.splitlines() or ["it does not understand it"])[0]
        raise ScheduleError(f"systemd: {first}", "such as `Mon..Fri 05:30` or `*-*-* 01:30`; see systemd.time(7)")
    zoned = f"{order.calendar} {zone}"
    if zone and machine.analyze("calendar", zoned).code == 0:
        return order.model_copy(update={"calendar": zoned})
    return order


def install(order: Order, machine: Machine) -> Installed:
    """Write the units and turn the timer on; again with the same order changes nothing.

    Raises:
        ScheduleError: A path cannot stand in a unit, systemd finds fault, or the folder cannot be written.
    """
    check_paths(order)
    texts = units(order)
    verified = verify(texts, machine)
    paths = {machine.folder / name: text for name, text in texts.items()}
    changed = {path: text for path, text in paths.items() if _read(path) != text}
    for path in changed:
        _refuse_foreign(path)
    try:
        machine.folder.mkdir(parents=True, exist_ok=True)
        for path, text in changed.items():
            _write(path, text)
    except OSError as error:
        raise _not_writable(machine, error) from error
    return Installed(tuple(map(str, paths)), bool(changed), verified, _turn_on(order.name, machine))


def _turn_on(name: str, machine: Machine) -> bool:
    if not machine.manager:
        return False
    for arguments in (("daemon-reload",), ("enable", "--now", f"{name}.timer")):
        said = machine.systemctl(*arguments)
        if said.code:
            raise ScheduleError(f"systemctl {' '.join(arguments)}: {said.text}", "the files are written")
    return True


def verify(texts: Mapping[str, str], machine: Machine) -> bool:
    """Let systemd look at units before they are written.

    Returns:
        False: there is no `systemd-analyze` here.

    Raises:
        ScheduleError: It finds fault with one of them.
    """
    with tempfile.TemporaryDirectory(prefix="campusctl-") as folder:
        for name, text in texts.items():
            Path(folder, name).write_text(text, encoding="utf-8")
        scope = () if machine.system else ("--user",)
        said = machine.analyze("verify", "--man=no", *scope, *(str(Path(folder, name)) for name in texts))
        if said.missing:
            return False
        names = (folder, *texts)
        wrong = [
            line.replace(f"{folder}/", "") for line in said.text.splitlines() if any(word in line for word in names)
        ]
        if wrong:
            raise ScheduleError(f"systemd finds fault with the units: {'; '.join(wrong)}", "nothing was written")
        return True


def found_units(workspace: str, machine: Machine) -> tuple[Found, ...]:
    """The units of a workspace that are there, the service first."""
    name = unit_name(workspace)
    found = []
    for file in (f"{name}.service", f"{name}.timer"):
        text = _read(machine.folder / file)
        if text is not None:
            order = _order(text)
            same = order is not None and units(order).get(file) == text
            when = _next_run(name, machine) if file.endswith(".timer") else None
            found.append(Found(str(machine.folder / file), order, text, same, when))
    return tuple(found)


def _next_run(name: str, machine: Machine) -> datetime | None:
    if not machine.manager:
        return None
    said = machine.systemctl("show", f"{name}.timer", "--property=NextElapseUSecRealtime", "--value").out.strip()
    try:
        return datetime.strptime(said, "%a %Y-%m-%d %H:%M:%S UTC").replace(tzinfo=UTC)
    except ValueError:
        return None


def remove(workspace: str, machine: Machine, *, force: bool) -> tuple[str, ...]:
    """Turn the timer off and take the units away.

    Args:
        workspace: Absolute path of the workspace.
        machine: Where they are.
        force: Also those that somebody has changed.

    Returns:
        The files that are gone now; empty: there were none.

    Raises:
        ScheduleError: Somebody has changed one, or the folder cannot be written.
    """
    found = found_units(workspace, machine)
    for item in found:
        _refuse_foreign(Path(item.where))
        if not item.as_written and not force:
            raise ScheduleError(f"{item.where} is not as campusctl wrote it", "look at it; --force takes it away")
    if not found:
        return ()
    name = unit_name(workspace)
    if machine.manager:
        machine.systemctl("disable", "--now", f"{name}.timer")
    try:
        for item in found:
            Path(item.where).unlink(missing_ok=True)
    except OSError as error:
        raise _not_writable(machine, error) from error
    if machine.manager:
        machine.systemctl("daemon-reload")
    return tuple(item.where for item in found)


# -- crontab --------------------------------------------------------------------------------------------------------


def install_cron(order: Order, run: Runner) -> Installed:
    """Write the crontab's block; again with the same order changes nothing.

    Raises:
        ScheduleError: There is no cron here, or it does not take the crontab.
    """
    check_paths(order)
    before = _crontab(run)
    after = crontab.with_block(before, order.name, crontab.block(order))
    if after != before:
        _put_crontab(after, run)
    return Installed(("crontab",), after != before, verified=False, running=True)


def found_cron(workspace: str, run: Runner) -> Found | None:
    """The block of a workspace in the user's crontab; None: there is none, or no cron."""
    if run(("crontab", "-l")).missing:
        return None
    text = crontab.found_block(_crontab(run), unit_name(workspace))
    if not text:
        return None
    order = _order(text)
    try:
        same = order is not None and crontab.block(order) == text
    except ScheduleError:
        same = False
    return Found("crontab", order, text, same)


def remove_cron(workspace: str, run: Runner, *, force: bool) -> bool:
    """Take the block away; False: there was none.

    Raises:
        ScheduleError: Somebody has changed it, or cron does not take the crontab.
    """
    found = found_cron(workspace, run)
    if found is None:
        return False
    if not found.as_written and not force:
        raise ScheduleError("the crontab's block is not as campusctl wrote it", "look at it; --force takes it away")
    _put_crontab(crontab.with_block(_crontab(run), unit_name(workspace), ""), run)
    return True


def _crontab(run: Runner) -> str:
    said = run(("crontab", "-l"))
    if said.missing:
        raise ScheduleError("there is no cron on this machine", "--dry-run prints the line for another one")
    if said.code:
        if "no crontab" in said.text.lower():
            return ""
        raise ScheduleError(f"crontab -l: {said.text}")
    return said.out


def _put_crontab(text: str, run: Runner) -> None:
    said = run(("crontab", "-"), text)
    if said.code:
        raise ScheduleError(f"crontab: {said.text}", "the crontab is as it was")


# -- files ----------------------------------------------------------------------------------------------------------


def _order(text: str) -> Order | None:
    line = next((line for line in text.splitlines() if line.startswith(_ORDER)), "")
    try:
        return Order.model_validate_json(line.removeprefix(_ORDER))
    except ValidationError:
        return None


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None


def _refuse_foreign(path: Path) -> None:
    text = _read(path)
    if path.is_symlink() or (text is not None and not text.startswith(HEAD.partition("\n")[0])):
        raise ScheduleError(f"{path} is not campusctl's", "move it away")


def _write(path: Path, text: str) -> None:
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            os.fchmod(file.fileno(), 0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _not_writable(machine: Machine, error: OSError) -> ScheduleError:
    hint = "a system unit needs root: use sudo, or --user" if machine.system else "is the folder yours?"
    return ScheduleError(f"{machine.folder}: {error.strerror}", hint)
