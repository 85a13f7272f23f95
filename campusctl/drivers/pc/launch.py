"""How `ansible-playbook` is started: it ends when we do, even if we are killed. Run with `-m`."""

import gc
import os
import signal
import sys
import threading
from typing import Final

LIFELINE: Final = "CAMPUSCTL_LIFELINE"
"""Environment variable: descriptor of a pipe whose other end only campusctl has."""


PLAIN: Final = "CAMPUSCTL_PLAIN"
"""Environment variable: set when nothing but ssh is spoken."""

_SPARED: Final = ("paramiko", "pypsrp", "winrm")
"""What Ansible's other connections stand on; they say so themselves when it is missing."""


def end_with(fd: int) -> None:
    """Wait until the other end of the pipe is closed, which is what death does to it; then end this process."""
    os.read(fd, 1)
    os.kill(os.getpid(), signal.SIGTERM)


def spare_memory() -> None:
    """Let the workers, which are forked for each PC, share what they only read: a collector writes to all."""
    gc.set_threshold(50_000, 20, 100)
    os.register_at_fork(before=gc.freeze, after_in_child=gc.disable)


def spare_imports() -> None:
    """Do without what only other connections need: Ansible loads them all, a quarter of a second and 30 MB.

    None is how Python is told that there is no such module.
    """
    for name in _SPARED:
        sys.modules[name] = None  # type: ignore[assignment]


def main() -> None:
    """Ansible's own `ansible-playbook`, with the arguments of this process."""
    fd = int(os.environ.pop(LIFELINE))
    os.set_inheritable(fd, False)
    threading.Thread(target=end_with, args=(fd,), daemon=True).start()
    spare_memory()
    if os.environ.pop(PLAIN, ""):
        spare_imports()
    from ansible.cli.playbook import main as ansible_playbook  # noqa: PLC0415 - half a second, and it reads the environment

    ansible_playbook(["ansible-playbook", *sys.argv[1:]])  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()
