"""Real Ansible in a workspace of its own, with a stand-in for the module that says what it was given."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from campusctl import workspace
from campusctl.child import child_environ

ROOT = Path(__file__).parents[3]
COLLECTION = "playbooks/collections/ansible_collections/campusctl/pcs"

ECHO = '''
import hashlib
import json


def sha(value):
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def answer(given):
    """Stands in for campus_pc: differs by one file whose text is what the document says, and tells what it got."""
    document = given["document"]
    fault = document.get("fault")
    result = {
        "format": 1, "changed": bool(document.get("files")), "fault": fault,
        "edits": [
            {"path": ["file", path], "before": None, "after": file["content"], "step": "write " + path,
             "done": not given["check"]}
            for path, file in document.get("files", {}).items()
        ],
        "document_sha": sha(document),
        "secrets_sha": sha(given.get("secrets") or {}),
        "kept": given.get("keep", ""), "deadline_s": given.get("deadline_s", 300.0),
    }
    return {**result, "failed": True, "msg": fault["what"]} if fault else result
'''


@dataclass(frozen=True)
class Ran:
    """How a run of Ansible ended."""

    code: int
    out: str
    err: str
    events: list[dict[str, Any]]

    def of(self, event: str, host: str = "") -> list[dict[str, Any]]:
        """Events of one kind, of one host or of all."""
        return [item for item in self.events if item["event"] == event and host in ("", item.get("host"))]


WITH_A_JOB = {"ANSIBLE_CALLBACKS_ENABLED": "campusctl.pcs.events"}
"""What campusctl's driver sets in the environment of a run with a job."""

Ansible = Callable[..., Ran]
"""Runs a program of Ansible in the workspace."""

Change = Callable[[Path, str, str], None]
"""Replaces a text in a file, until the test is over."""


def make_place(folder: Path) -> Path:
    """A workspace with the stand-in for the module's core; what a person's own Ansible says is not read.

    Args:
        folder: An empty one.
    """
    root = folder / "city"
    workspace.create(root)
    (root / COLLECTION / "plugins/module_utils/converge.py").write_text(ECHO)
    (folder / "home").mkdir()
    city = root / "inventory/city.yml"
    city.write_text(re.sub(r"(?m)^(  (?:pc|nb): .*role: pc)}", r"\1, driver: pc}", city.read_text()))
    return root


def run(place: Path, command: Sequence[str], environ: Mapping[str, str]) -> Ran:
    """Run a program of Ansible as a person does.

    Args:
        place: The workspace, and the folder to be in.
        command: Its words.
        environ: Besides our own environment.
    """
    mine = _environment(place, environ)
    done = subprocess.run(command, cwd=place, env=mine, capture_output=True, text=True, check=False, timeout=60)
    return Ran(done.returncode, done.stdout, done.stderr, [])


def _environment(place: Path, environ: Mapping[str, str]) -> dict[str, str]:
    mine = {**child_environ(), "HOME": str(place.parent / "home"), "ANSIBLE_NOCOLOR": "1", **environ}
    mine["PYTHONPATH"] = os.pathsep.join(filter(None, [environ.get("PYTHONPATH", ""), str(ROOT)]))
    mine.pop("CAMPUSCTL_WORKSPACE", None)
    return mine


class Loaded:
    """Ansible, loaded once in a workspace and forked for each run; see `ansible_loaded`. Use as a context manager."""

    def __init__(self, place: Path, folder: Path, environ: Mapping[str, str]) -> None:
        """Prepare; see `__enter__`.

        Args:
            place: The workspace, and the folder to be in.
            folder: An empty one, for what is said.
            environ: Besides our own environment, for all runs.
        """
        self._place, self._folder, self._environ = place, folder, _environment(place, environ)
        self._number = 0
        self._complaints = folder / "err"

    def __enter__(self) -> Self:
        both = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        command = [sys.executable, str(Path(__file__).with_name("ansible_loaded.py"))]
        with self._complaints.open("w") as stderr:
            self._child = subprocess.Popen(
                command, cwd=self._place, env=self._environ, stderr=stderr, text=True, **both
            )
        return self

    def __exit__(self, *_error: object) -> None:
        with self._child:
            pass

    def run(self, program: str, arguments: Sequence[str], job: str | None, environ: Mapping[str, str]) -> Ran:
        """Run a program of Ansible; what it complained about when it was loaded is said in each run.

        Args:
            program: `inventory` or `playbook`.
            arguments: Its words.
            job: A job, handed over as campusctl's driver does; None: a run by hand.
            environ: Besides the environment of all runs; nothing that Ansible reads when it is loaded.
        """
        self._number += 1
        out, err, events = (self._folder / f"{self._number}.{name}" for name in ("out", "err", "events"))
        said = {"program": program, "arguments": arguments, "job": job, "environ": environ}
        assert self._child.stdin
        assert self._child.stdout
        self._child.stdin.write(json.dumps({**said, "out": str(out), "err": str(err), "events": str(events)}) + "\n")
        self._child.stdin.flush()
        code = int(self._child.stdout.readline())
        told = [json.loads(line) for line in events.read_text().splitlines()] if events.exists() else []
        return Ran(code, out.read_text(), self._complaints.read_text() + err.read_text(), told)


def job_of(**hosts: Mapping[str, Any]) -> dict[str, Any]:
    """A job whose hosts are all this machine.

    Args:
        hosts: By name with `_` for `-`: what differs from a PC of room R201 without roles.
    """
    return {"format": 1, "hosts": {name.replace("_", "-"): _host(host) for name, host in hosts.items()}}


def _host(said: Mapping[str, Any]) -> dict[str, Any]:
    document = {"format": 1, "os": "linux", **said.get("document", {})}
    return {
        "groups": said.get("groups", ["schule_042", "schule_042_r201", "pc", "profile_pc_debian"]),
        "vars": {
            "ansible_connection": "local", "ansible_become": False, "ansible_python_interpreter": sys.executable,
            **said.get("vars", {}),
        },
        "args": {"document": document, "secrets": {}, "salt": "salt", "expect": "", "keep": "", **said.get("args", {})},
        "roles": said.get("roles", []),
    }  # fmt: skip
