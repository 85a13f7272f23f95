"""What an `ansible-playbook` of ours finds around it: a private folder, and its settings as environment variables."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

INVENTORY: Final = "campusctl.pcs.campus"
CALLBACK: Final = "campusctl.pcs.events"

_LONGEST_TEMP: Final = 30
"""A socket's path has 107 characters at most, and Ansible's ssh-agent adds 75 to this folder's."""

_FORKS: Final = 8
"""Workers of one child. Each has some 13 MB of its own; more of them are not faster on two cores."""

# Ansible's own loop looks for results a thousand times a second, and has no environment variable for that.
_FILE: Final = "[defaults]\ninternal_poll_interval = 0.01\n"
_DROPPED: Final = ("ANSIBLE_", "SSH_ASKPASS", "LC_", "LANGUAGE", "DISPLAY")


class Needs(NamedTuple):
    """What one run of a playbook depends on."""

    playbooks: Path
    """Folder with the playbooks."""
    hosts: int
    """How many PCs."""
    connect_s: float = 10.0
    """How long a connection may take, in seconds."""
    task_s: int = 420
    """How long one task may take on one PC, in seconds."""
    several: bool = False
    """More than one task will run on a PC, so its connection is worth keeping."""
    agent: bool = False
    """A private key is encrypted, so an agent must hold it."""


@contextlib.contextmanager
def private_folder() -> Iterator[Path]:
    """A folder that only we may enter, with a short path, and gone afterwards."""
    usual = tempfile.gettempdir()
    place = Path(usual if len(usual) <= _LONGEST_TEMP else "/tmp")  # noqa: S108 - it will be 0700
    _sweep(place)
    folder = Path(tempfile.mkdtemp(prefix=f"cc-{os.getpid()}-", dir=place))
    try:
        (folder / "ansible.cfg").write_text(_FILE, encoding="ascii")
        (folder / "campus.yml").write_text(f"plugin: {INVENTORY}\n", encoding="ascii")
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sweep(place: Path) -> None:
    """Take away what a campusctl that was killed has left; no secret is in it."""
    for folder in place.glob("cc-*-*"):
        pid = folder.name.split("-")[1]
        with contextlib.suppress(OSError):
            if pid.isdigit() and folder.stat().st_uid == os.geteuid() and not Path("/proc", pid).exists():
                shutil.rmtree(folder, ignore_errors=True)


def environment(ours: Mapping[str, str], folder: Path, needs: Needs) -> dict[str, str]:
    """The environment for one run: every setting is said, so that none is found in a file or left from a shell.

    Args:
        ours: Our own environment.
        folder: The private folder.
        needs: What the run depends on.
    """
    kept = {name: value for name, value in ours.items() if not name.startswith(_DROPPED)}
    return {**kept, **_settings(folder, needs), "LC_ALL": "C.UTF-8"}


def _collections(own: Path, home: Path) -> tuple[str, ...]:
    """Where Ansible looks for collections: the workspace's, the account's, the system's."""
    return str(own / "collections"), str(home / ".ansible/collections"), "/usr/share/ansible/collections"


def _settings(folder: Path, needs: Needs) -> dict[str, str]:
    own = needs.playbooks
    home = Path("~").expanduser()
    return {
        "ANSIBLE_CONFIG": str(folder / "ansible.cfg"),
        "ANSIBLE_HOME": str(folder / "home"),
        "ANSIBLE_LOCAL_TEMP": str(folder / "tmp"),
        "ANSIBLE_SSH_CONTROL_PATH_DIR": str(folder / "cp"),
        "ANSIBLE_COLLECTIONS_PATH": os.pathsep.join(_collections(own, home)),
        "ANSIBLE_ROLES_PATH": str(own / "roles"),
        "ANSIBLE_INVENTORY_ENABLED": INVENTORY,
        "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "1",
        "ANSIBLE_CALLBACKS_ENABLED": CALLBACK,
        "ANSIBLE_DISPLAY_OK_HOSTS": "0",
        "ANSIBLE_DISPLAY_SKIPPED_HOSTS": "0",
        "ANSIBLE_DEPRECATION_WARNINGS": "0",
        "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_FORKS": str(max(1, min(_FORKS, needs.hosts))),
        "ANSIBLE_TIMEOUT": str(max(1, round(needs.connect_s))),
        "ANSIBLE_TASK_TIMEOUT": str(needs.task_s),
        "ANSIBLE_GATHERING": "explicit",
        "ANSIBLE_CACHE_PLUGIN": "memory",
        "ANSIBLE_RETRY_FILES_ENABLED": "0",
        "ANSIBLE_NO_TARGET_SYSLOG": "1",
        "ANSIBLE_HOST_KEY_CHECKING": "1",
        "ANSIBLE_PIPELINING": "1",
        "ANSIBLE_SSH_RETRIES": "0",
        "ANSIBLE_SSH_AGENT": "auto" if needs.agent else "none",
        "ANSIBLE_SSH_ARGS": _KEPT_OPEN if needs.several else _ONE_TASK,
    }


_KEPT_OPEN: Final = "-F none -o ControlMaster=auto -o ControlPersist=60s"
_ONE_TASK: Final = "-F none -o ControlMaster=no -o ControlPath=none"
