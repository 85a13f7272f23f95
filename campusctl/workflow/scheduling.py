"""A schedule for this workspace: what it has to read, as whom it runs, and in which time zone."""

import os
import pwd
import shutil
import stat
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from campusctl.errors import WorkspaceError
from campusctl.inventory.city import City
from campusctl.inventory.load import load_city
from campusctl.inventory.resolve import settings_of
from campusctl.inventory.resolve_pc import managed_pcs, pc_settings
from campusctl.schedule.machine import Machine
from campusctl.schedule.order import RESULTS, Order, ScheduleError
from campusctl.workspace import state_dir

_PASSWORD: Final = "CAMPUSCTL_VAULT_PASSWORD_FILE"  # noqa: S105 - the name of a variable
_HOMES: Final = ("/home", "/root", "/run/user")
_TMP: Final = ("/tmp", "/var/tmp")  # noqa: S108 - the folders that PrivateTmp hides


def order_for(  # noqa: PLR0913 - each is one word to the caller
    root: Path,
    schools: Sequence[str] | None,
    machine: Machine,
    *,
    calendar: str,
    jitter_s: int,
    lab: bool = False,
    password_file: Path | None = None,
    environment_file: Path | None = None,
) -> tuple[Order, str]:
    """What would be written, and the city's time zone.

    Args:
        root: The workspace.
        schools: Ids or short names; None: all.
        machine: Where the units go.
        calendar: When, as systemd says it.
        jitter_s: Over how many seconds the start is spread.
        lab: On the simulated switches.
        password_file: With the vault's password; None: what the environment names now.
        environment_file: Variables for the run; None: none.

    Raises:
        InventoryError, UnknownNameError: There is no such school, or the inventory has problems.
        ScheduleError: A file is not there, or others may read it.
    """
    city = load_city(root, schools)
    named = os.environ.get(_PASSWORD)
    password = password_file or (Path(named) if named else None)
    secret_files = [_own_file(path) for path in (password, environment_file) if path]
    program = _program()
    reads = [str(root), program, sys.prefix, sys.base_prefix, *secret_files, *_key_files(city)]
    found = Order(
        workspace=str(root),
        program=program,
        schools=tuple(city.schools) if schools else (),
        lab=lab,
        calendar=calendar,
        jitter_s=jitter_s,
        password_file=_own_file(password) if password else "",
        password_script=bool(password and password.expanduser().stat().st_mode & 0o111),
        environment_file=_own_file(environment_file) if environment_file else "",
        system=machine.system,
        user=_owner(root) if machine.system else "",
        namespaces=machine.system or machine.run(("unshare", "-Urm", "true")).code == 0,
        home_visible=_below(reads, (*_HOMES, str(Path.home()))),
        tmp_visible=_below(reads, _TMP),
    )
    return found, city.spec.settings.timezone


def _key_files(city: City) -> set[str]:
    """Private keys that the sessions of switches and PCs need."""
    found = set()
    for school in city.schools.values():
        names = {settings_of(city, school, device).login.key_file for device in school.switches.values()}
        names |= {pc_settings(city, school, device).pc.login.key_file for device in managed_pcs(city, school)}
        found |= {str(Path(name).expanduser()) for name in names if name}
    return found


def _own_file(path: Path) -> str:
    """An absolute path of a file that nobody else may read.

    Raises:
        ScheduleError: It is missing, or others may read it.
    """
    full = Path(os.path.abspath(path.expanduser()))  # noqa: PTH100 - a link stays a link: it may be changed to lead elsewhere
    try:
        mode = full.stat().st_mode
    except OSError as error:
        raise ScheduleError(f"{full}: {error.strerror}", "it must be there when the check runs") from error
    if not stat.S_ISREG(mode):
        raise ScheduleError(f"{full} is no file")
    if mode & 0o077 and not mode & 0o111:
        raise ScheduleError(f"{full} can be read by others", f"chmod 600 {full}")
    return str(full)


def _below(paths: Iterable[str], folders: Iterable[str]) -> bool:
    places = [folder.rstrip("/") + "/" for folder in folders if folder.rstrip("/")]
    real = [*(os.path.realpath(path) for path in paths)]
    return any(f"{path}/".startswith(place) for path in real for place in places)


def _owner(root: Path) -> str:
    owner = root.stat().st_uid
    try:
        return pwd.getpwuid(owner).pw_name if owner else ""
    except KeyError:
        raise ScheduleError(f"the workspace belongs to uid {owner}, which has no account here", "chown it") from None


def _program() -> str:
    """The `campusctl` that runs now, as an absolute path."""
    here = Path(sys.argv[0])
    if here.name == "campusctl" and here.is_file():
        return str(here.absolute())
    beside = Path(sys.executable).parent / "campusctl"
    found = str(beside) if beside.is_file() else shutil.which("campusctl")
    if not found:
        raise ScheduleError("campusctl is not installed as a program here", "install it, for example with pipx")
    return os.path.abspath(found)  # noqa: PTH100 - likewise


def make_places(root: Path) -> None:
    """Make the folders that the unit may write to, while they can be made.

    Raises:
        WorkspaceError: They cannot.
    """
    try:
        (state_dir(root).parent / RESULTS).mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise WorkspaceError(f"{root / RESULTS}: {error.strerror}") from error
    owner = root.stat()
    if os.geteuid() == 0 and owner.st_uid:
        # Made by root for the account that will run there.
        for path in (root / ".campusctl", root / RESULTS):
            os.chown(path, owner.st_uid, owner.st_gid)
