"""Ansible loaded once, and forked for each run: as a script it takes a run on each line of its standard input.

Loading Ansible takes longer than most runs of these tests. Runs share what its modules are once they are imported in a
workspace, which is its configuration. Inventory, plugins, playbooks, jobs: each run reads them itself.
"""

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, NoReturn

PATIENCE_S = 60
"""How long a run may take, in seconds."""


def _main() -> None:
    programs = {name: import_module(f"ansible.cli.{name}").main for name in ("inventory", "playbook")}
    while line := sys.stdin.readline():
        child = os.fork()
        if child == 0:
            said = json.loads(line)
            _prepare(said)
            _run(programs[said["program"]], [said["program"], *said["arguments"]])
        sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n")
        sys.stdout.flush()


def _prepare(said: Mapping[str, Any]) -> None:
    """Give a run what its process would have: its streams, its job, its environment."""
    signal.alarm(PATIENCE_S)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for fd, stream in ((1, "out"), (2, "err")):
        os.dup2(_file(said[stream]), fd)
    if said["job"] is not None:
        job = os.memfd_create("job", 0)
        os.write(job, said["job"].encode())
        events = _file(said["events"])
        os.set_inheritable(events, True)
        os.environ |= {"CAMPUSCTL_JOB": str(job), "CAMPUSCTL_EVENTS": str(events)}
    os.environ |= said["environ"]


def _file(name: str) -> int:
    return os.open(name, os.O_WRONLY | os.O_CREAT, 0o600)


def _run(program: Callable[[list[str]], object], words: list[str]) -> NoReturn:
    """Run it to its end, and end."""
    code: object = 1
    try:
        program(words)
    except SystemExit as end:
        code = end.code or 0
    except BaseException:  # noqa: BLE001 - shown as at the end of any process
        traceback.print_exc()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(int(code) if isinstance(code, int) else 1)


if __name__ == "__main__":
    _main()
