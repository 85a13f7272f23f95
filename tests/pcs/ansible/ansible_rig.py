"""Real Ansible in a workspace of its own, with a stand-in for the module that says what it was given."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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


Ansible = Callable[..., Ran]
"""Runs a program of Ansible in the workspace."""


def run(place: Path, command: Sequence[str], job: bytes | None, environ: Mapping[str, str]) -> Ran:
    """Run a program of Ansible.

    Args:
        place: The workspace, and the folder to be in.
        command: Its words.
        job: A job, handed over as campusctl's driver does, with a pipe for the events; None: as a person does.
        environ: Besides our own environment.
    """
    mine = {**child_environ(), "HOME": str(place.parent / "home"), "ANSIBLE_NOCOLOR": "1", **environ}
    mine["PYTHONPATH"] = os.pathsep.join(filter(None, [environ.get("PYTHONPATH", ""), str(ROOT)]))
    mine.pop("CAMPUSCTL_WORKSPACE", None)
    if job is None:
        done = subprocess.run(command, cwd=place, env=mine, capture_output=True, text=True, check=False, timeout=60)
        return Ran(done.returncode, done.stdout, done.stderr, [])
    file = os.memfd_create("job")
    os.write(file, job)
    reading, writing = os.pipe()
    mine |= {
        "CAMPUSCTL_JOB": str(file),
        "CAMPUSCTL_EVENTS": str(writing),
        "ANSIBLE_CALLBACKS_ENABLED": "campusctl.pcs.events",
    }
    both = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=place, env=mine, pass_fds=(file, writing), text=True, **both) as child:
        os.close(writing)
        os.close(file)
        with os.fdopen(reading, encoding="utf-8") as lines:
            events = [json.loads(line) for line in lines]
        out, err = child.communicate(timeout=60)
    return Ran(child.returncode, out, err, events)


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
