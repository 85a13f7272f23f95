"""Real Linux PCs for tests, in a lab process of their own: `with pcs_up(root, make_pcs(3)) as lab: lab.shell(name, …)`.

Where a machine cannot have them the test is skipped, with the reason.
"""

import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from campusctl.errors import CampusError
from campusctl.lab import fleet
from campusctl.lab.pcs import base
from campusctl.lab.pcs.machine import enter
from campusctl.lab.pcs.spec import LabPc, PcFaults
from campusctl.lab.remote import Remote
from campusctl.lab.secrets import lab_dir
from campusctl.lab.spec import LabSpec, LabSwitch
from campusctl.lab.state import LabState, known_hosts, lab_address, pc_key
from campusctl.workspace import state_dir

DRIFT = {
    "package removed": "apt-get -qq -y remove tree",
    "package added": "apt-get -qq -y install zip",
    "file content": "echo altered >>{file}",
    "file mode": "chmod 0600 {file}",
    "file owner": "chown nobody {file}",
    "link": "ln -sfn /etc/hostname {link}",
    "service stopped": "systemctl stop {service}",
    "service disabled": "systemctl disable {service}",
    "user shell": "usermod --shell /bin/sh {user}",
    "user group": "gpasswd --delete {user} {group}",
    "group gid": "groupmod --gid 4321 {group}",
    "line": "sed -i 's/^{line}$/# &/' {line_file}",
    "block": "sed -i '/# BEGIN campusctl {block}/,/# END campusctl {block}/d' {block_file}",
    "cron": "crontab -l | sed '/campusctl/,+1d' | crontab -",
    "printer uri": "lpadmin -p {queue} -v socket://192.0.2.99",
    "directory removed": "rm -rf {directory}",
    "absent path appears": "mkdir -p {absent}",
    "timezone": "ln -sfn /usr/share/zoneinfo/Etc/UTC /etc/localtime",
}
"""What hands and time do to a PC: 18 kinds, each a command for its own shell with places to fill in."""


@cache
def _why_not() -> str:
    """Why there can be no PCs here; empty: they can be. Builds the root where it is not there yet."""
    try:
        base.ensure(print)
    except CampusError as wrong:
        return str(wrong)
    return ""


def need_pcs() -> None:
    """Skip the test where no PC can run."""
    if why := _why_not():
        pytest.skip(why)


def make_pcs(count: int, *, school: str = "schule-042", faults: PcFaults | None = None) -> tuple[LabPc, ...]:
    """PCs with made-up names and addresses: s042-r201-pc01 at 10.42.101.11, and so on."""
    number = int(school.rpartition("-")[2])
    return tuple(
        LabPc(
            name=f"s{number:03d}-r201-pc{index:02d}",
            school=school,
            address=f"10.{number}.{101 + index // 200}.{10 + index % 200}",
            mac=f"02:00:{number:02x}:65:{index // 256:02x}:{index % 256:02x}",
            faults=faults or PcFaults(),
        )
        for index in range(1, count + 1)
    )


@dataclass(frozen=True)
class PcLab:
    """Linux PCs that are up."""

    root: Path
    """The workspace."""
    state: LabState
    """The lab as others find it."""
    pcs: tuple[LabPc, ...]
    """The PCs."""

    @property
    def key(self) -> Path:
        """The private key that may log in as `campus`."""
        return pc_key(self.root)

    @property
    def known_hosts(self) -> Path:
        """Their host keys."""
        return known_hosts(self.root)

    def endpoint(self, name: str) -> tuple[str, int]:
        """Host and port of a PC."""
        return lab_address(self.state.pcs[name]), self.state.port

    def fault(self, name: str, **faults: object) -> None:
        """Break a PC in these ways and in no other; none: mend it."""
        Remote(self.root).fault_pc(PcFaults.model_validate(faults), name)

    def ssh(self, name: str, *options: str) -> list[str]:
        """The words of an ssh client that logs in; add a command."""
        host, port = self.endpoint(name)
        said = (
            "BatchMode=yes",
            "IdentitiesOnly=yes",
            f"UserKnownHostsFile={self.known_hosts}",
            "StrictHostKeyChecking=yes",
        )
        settings = [word for option in said for word in ("-o", option)]
        return ["ssh", "-F", "none", "-p", str(port), "-i", str(self.key), *settings, *options, f"campus@{host}"]

    def run_in(self, name: str, argv: Sequence[str], stdin: str = "") -> "subprocess.CompletedProcess[str]":
        """Run a command as root on a PC, without ssh."""
        pid = int((lab_dir(self.root) / "pcs" / name / "pid").read_text())
        words = enter(pid, "/usr/bin/env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LC_ALL=C.UTF-8")
        return subprocess.run([*words, *argv], check=False, capture_output=True, text=True, input=stdin)

    def shell(self, name: str, script: str) -> str:
        """What a shell script says that root runs on a PC; it must end well."""
        done = self.run_in(name, ["sh", "-euc", script])
        assert done.returncode == 0, done.stderr
        return done.stdout

    def inject(self, name: str, kind: str, **places: str) -> None:
        """One kind of `DRIFT`, with its places filled in."""
        self.shell(name, DRIFT[kind].format(**places))


@contextmanager
def pcs_up(root: Path, pcs: Iterable[LabPc], *, switches: Iterable[LabSwitch] = ()) -> Iterator[PcLab]:
    """A lab process with these PCs; `root` becomes a workspace if it is none."""
    need_pcs()
    pcs = tuple(pcs)
    (root / "inventory").mkdir(parents=True, exist_ok=True)
    state_dir(root)
    state = fleet.start(root, LabSpec(switches=tuple(switches), pcs=pcs))
    try:
        yield PcLab(root, state, pcs)
    finally:
        fleet.stop(root)
