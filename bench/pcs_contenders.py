"""Who reads the PCs: the command of each contender, and what its output says differs."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from measure import HERE
from pcs_city import SCHOOL, Pcs, campusctl

_COLLECTION = "playbooks/collections/ansible_collections/campusctl/pcs"
_PYINFRA = str(Path(sys.prefix) / "pyinfra/bin/pyinfra")
_QUICK_KEX = "KexAlgorithms=^curve25519-sha256"


class Order(NamedTuple):
    """What is asked of a contender."""

    pcs: Pcs
    folder: Path
    """Of its own: playbooks are in it."""
    names: list[str]
    """The PCs it works on."""
    document: dict
    """What each of them shall be."""
    really: bool = True
    """Change what differs; campusctl and the bare loop only look either way."""

    def job(self, *options: str) -> str:
        """The job of the small programs beside this one, as a file; with options of ssh."""
        pcs = self.pcs
        job = {
            "hosts": {name: pcs.hosts[name] for name in self.names},
            "port": pcs.port,
            "user": "campus",
            "key": str(pcs.key),
            "known_hosts": str(pcs.known_hosts),
            "words": {name: pcs.ssh(name, *options) for name in self.names},
            "documents": dict.fromkeys(self.names, self.document),
            "playbooks": str(pcs.root / "playbooks"),
            "collection": str(pcs.root / _COLLECTION),
        }
        file = self.folder / "job.json"
        file.write_text(json.dumps(job))
        return str(file)


class Contender(NamedTuple):
    """Somebody who reads PCs, and says what differs."""

    name: str
    start: Callable[[Order], tuple[list[str], dict]]
    """The words of its command, and options of `measure.command`."""
    read: Callable[[str], dict[str, int | str]]
    """What its output says: by PC how many things differ, or were changed; or what went wrong."""
    slow: bool = False
    """It takes minutes: one run is enough."""


def _campusctl(order: Order) -> tuple[list[str], dict]:
    which = ["--class", "pc"] if len(order.names) > 1 else ["--device", order.names[0]]
    return campusctl(order.pcs.root, "--lab", "drift", SCHOOL, *which, "--json"), {}


def _campusctl_said(out: str) -> dict[str, int | str]:
    if "{" not in out:
        return {}
    found = json.loads(out[out.index("{") : out.rindex("}") + 1])
    return {one["device"]: len(one["edits"]) for one in found["assessments"]} | {
        fault["device"]: fault["what"] for fault in found["faults"]
    }


def _driver(order: Order) -> tuple[list[str], dict]:
    return [sys.executable, str(HERE / "pcs_driver.py"), order.job()], {}


def _ssh(*options: str):
    def start(order: Order) -> tuple[list[str], dict]:
        return [sys.executable, str(HERE / "pcs_ssh.py"), order.job(*options)], {}

    return start


def _edits_said(out: str) -> dict[str, int | str]:
    last = out.strip().splitlines()[-1:]
    found = json.loads(last[0]) if last and last[0].startswith("{") else {}
    return {name: len(said) if isinstance(said, list) else said for name, said in found.items()}


def _ansible(play: str, *more: str, **environ: str):
    def start(order: Order) -> tuple[list[str], dict]:
        pcs, folder = order.pcs, order.folder
        variables = {
            "ansible_port": pcs.port,
            "ansible_user": "campus",
            "ansible_ssh_private_key_file": str(pcs.key),
            "ansible_ssh_common_args": f"-F none -o UserKnownHostsFile={pcs.known_hosts} -o IdentitiesOnly=yes",
        }
        hosts = {name: {"ansible_host": pcs.hosts[name]} for name in order.names}
        (folder / "hosts.json").write_text(json.dumps({"all": {"hosts": hosts, "vars": variables}}))
        dropped = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
        own = {"HOME": str(folder / "home"), "ANSIBLE_CONFIG": str(folder / "ansible.cfg"), "LC_ALL": "C.UTF-8"}
        check = [] if order.really else ["--check"]
        program = str(Path(sys.executable).parent / "ansible-playbook")
        words = [program, *more, *check, "-i", str(folder / "hosts.json"), str(folder / play)]
        return words, {"env": dropped | own | environ, "cwd": folder}

    return start


def _recap(out: str) -> dict[str, int | str]:
    found: dict[str, int | str] = {}
    for line in out.partition("PLAY RECAP")[2].splitlines():
        if counts := re.match(r"(\S+) +: ok=(\d+) +changed=(\d+) +unreachable=(\d+) +failed=(\d+)", line):
            bad = int(counts[4]) + int(counts[5])
            wrong = next((row for row in out.splitlines() if row.startswith("fatal:")), "failed")[:300]
            found[counts[1]] = wrong if bad else int(counts[3])
    return found


def pyinfra_version() -> str:
    """As it says it itself."""
    asked = subprocess.run([_PYINFRA, "--version"], capture_output=True, text=True, check=False)
    return asked.stdout.strip().replace(": v", " ") or "pyinfra is not there"


def _pyinfra(order: Order) -> tuple[list[str], dict]:
    how = ["-y"] if order.really else ["--dry"]
    words = [_PYINFRA, *how, "--sudo", str(HERE / "pcs_hosts.py"), str(HERE / "pcs_deploy.py")]
    environ = os.environ | {"BENCH_JOB": order.job(), "HOME": str(order.folder / "home"), "LC_ALL": "C.UTF-8"}
    return words, {"env": environ, "cwd": order.folder}


def _pyinfra_said(out: str) -> dict[str, int | str]:
    """After a real run what was changed; after a dry one what would be, which pyinfra lists by operation."""
    found: dict[str, int | str] = dict.fromkeys(re.findall(r"^ +\[(\S+)\] Connected", out, re.MULTILINE), 0)
    told, _, _ = out.partition("--> Results:")
    if told == out:
        _, _, planned = out.partition("--> Detected changes:")
        changed = re.findall(r"\d+ \(([^)]*)\)", planned)
        lines = [(name, "Success") for some in changed for name in some.split(", ")]
    else:
        lines = re.findall(r"^ +\[(\S+)\] (Success|Error)", told.partition("--> Beginning")[2], re.MULTILINE)
    for name, word in lines:
        before = found.get(name, 0)
        found[name] = before + 1 if word == "Success" and isinstance(before, int) else f"pyinfra: {word}"
    return found


CONTENDERS = {
    "campusctl": Contender("campusctl --lab drift, whole", _campusctl, _campusctl_said),
    "driver": Contender("campusctl's driver alone", _driver, _edits_said),
    "ssh": Contender("bare ssh loop, the same core", _ssh(), _edits_said),
    "sshkex": Contender("the same, curve25519 first as campusctl", _ssh(_QUICK_KEX), _edits_said),
    "pyinfra": Contender("pyinfra", _pyinfra, _pyinfra_said),
    "pipelined": Contender(
        "ansible-playbook, pipelined, 25 forks, no facts",
        _ansible("plain.json", "-f", "25", ANSIBLE_PIPELINING="1"),
        _recap,
        slow=True,
    ),
    "ansible": Contender("ansible-playbook, default", _ansible("facts.json"), _recap, slow=True),
}

PREPARE = Contender("Ansible's cron job", _ansible("prepared.json", "-f", "25", ANSIBLE_PIPELINING="1"), _recap)
