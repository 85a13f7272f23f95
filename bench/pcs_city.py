"""A workspace with one school of Linux PCs, and the lab that has them for real."""

import contextlib
import json
import os
import shlex
import subprocess
import sys
import time
from pathlib import Path

from measure import command

SCHOOL, LARGE = "schule-050", "schule-065"
"""A school whose PCs are real; and a large one, of whose names several lead to the same real PC."""
PER_ROOM = 40
_PROFILE = r"""
title: Classroom PC of the benchmark
class: pc
dialect: linux
settings:
  pc:
    packages: {tree: present, zip: present, unzip: present, less: present, file: present, telnet: absent}
    groups:
      schueler: {gid: 2000}
      lehrer: {gid: 2001}
    users:
      lehrer: {uid: 2001, group: lehrer, groups: [lpadmin], shell: /bin/bash, title: Lehrkraft}
      schueler: {uid: 2002, group: schueler, shell: /bin/bash, title: Schulkonto}
    sudoers:
      lehrer: [/usr/bin/systemctl restart cups, /sbin/shutdown -h now]
    locale: {lang: de_DE.UTF-8, keyboard: de, variant: nodeadkeys}
    sysctl:
      net.ipv4.conf.all.rp_filter: 1
      net.ipv4.icmp_echo_ignore_broadcasts: 1
    files:
      /etc/motd: {content: "Managed by Musterstadt.\n"}
      /etc/logrotate.d/campus: {content: "/var/log/campus/*.log {\n    weekly\n    missingok\n}\n"}
    directories:
      /srv/austausch: {mode: "1777"}
    absent:
      /opt/legacy-agent: true
    lines:
      /etc/ssh/sshd_config:
        keepalive: {match: '^#?ClientAliveInterval\b', line: ClientAliveInterval 60, run: "reload:ssh"}
    blocks:
      /etc/security/limits.conf:
        schueler:
          content: |
            schueler hard nproc 500
            schueler hard maxlogins 2
    services:
      cron: {enabled: true, running: true}
    cron:
      shutdown: {schedule: 30 19 * * 1-5, command: [/sbin/shutdown, -h, now]}
    browser:
      homepage: https://www.musterstadt.example/
    printing:
      queues:
        r201: {uri: "socket://10.42.70.12", model: raw, info: Drucker PC-Raum}
      default: r201
"""
DRIFT = {
    "package": (["apt-get", "-qq", "-y", "remove", "tree"], ("package", "tree")),
    "file": (["sed", "-i", "$ a altered", "/etc/motd"], ("file", "/etc/motd")),
    "user": (["usermod", "--shell", "/bin/sh", "schueler"], ("user", "schueler", "shell")),
}
"""What is done to one PC, and the edit that must be found."""


def campusctl(root: Path, *words: str) -> list[str]:
    """The words of a campusctl command on a workspace."""
    return [str(Path(sys.executable).parent / "campusctl"), "--workspace", str(root), *words]


def done(arguments: list[str], *, codes: tuple[int, ...] = (0,), **options) -> str:
    """What a command says that must end well."""
    ended = command(arguments, **options)
    if ended["code"] not in codes:
        raise RuntimeError(f"{' '.join(arguments)[:80]}: code {ended['code']}: {ended['out'][-400:]}")
    return ended["out"]


def make_workspace(root: Path, real: int, large: int) -> None:
    """campusctl's own defaults, and instead of their schools the two of the benchmark; `large` may be 0."""
    done([*campusctl(root)[:1], "init", str(root)])
    schools = root / "inventory/schools"
    for file in sorted(schools.rglob("*"), reverse=True):
        file.unlink() if file.is_file() else file.rmdir()
    (root / "inventory/profiles/pc-bench.yml").write_text(_PROFILE.lstrip())
    _school(schools / SCHOOL, real)
    if large:
        _school(schools / LARGE, large)
    done(campusctl(root, "validate"))


def _school(folder: Path, count: int) -> None:
    """PCs in rooms, each room in a network of its own: 10.SITE.VLAN.10 and up."""
    folder.mkdir()
    site = int(folder.name.rpartition("-")[2])
    rooms = -(-count // PER_ROOM)
    described = {
        "name": "Benchmark",
        "type": "gymnasium",
        "site": site,
        "address": {"street": "Teststr. 1", "postcode": "12345", "town": "Musterstadt"},
        "buildings": {
            "A": {
                "title": "Hauptgebäude",
                "rooms": {
                    f"R{201 + n}": {"floor": 2, "title": "PC-Raum", "vlans": {"pc-room": 101 + n}} for n in range(rooms)
                },
            }
        },
    }
    devices = {
        f"s{site:03d}-r{201 + n // PER_ROOM}-pc{n % PER_ROOM + 1:02d}": {
            "profile": "pc-bench",
            "room": f"R{201 + n // PER_ROOM}",
            "address": f"10.{site}.{101 + n // PER_ROOM}.{10 + n % PER_ROOM}",
        }
        for n in range(count)
    }
    (folder / "school.yml").write_text(json.dumps(described, ensure_ascii=False))  # JSON is YAML
    (folder / "devices.yml").write_text(json.dumps({"devices": devices}))


class Pcs:
    """The lab's PCs while they are up: `with Pcs(root) as pcs`."""

    def __init__(self, root: Path) -> None:
        self.root, self.key, self.known_hosts = (
            root,
            root / ".campusctl/lab/pc_key",
            root / ".campusctl/lab/known_hosts",
        )

    def __enter__(self):
        self._group = _own_group()
        up = campusctl(self.root, "lab", "up", SCHOOL, "--pcs")
        inside = ["sh", "-c", f'echo $$ >{self._group}/cgroup.procs && exec "$@"', "sh"] if self._group else []
        done([*inside, *up], leave_running=True)
        state = json.loads((self.root / ".campusctl/lab/state.json").read_text())
        self._pid, self.port = state["pid"], state["port"]
        self.hosts = {name: f"127.{address.partition('.')[2]}" for name, address in state["pcs"].items()}
        return self

    def __exit__(self, *_error) -> None:
        command(campusctl(self.root, "lab", "down"))
        end = time.monotonic() + 10
        while self._group and self._group.exists() and time.monotonic() < end:
            with contextlib.suppress(OSError):  # what was in it is still ending
                self._group.rmdir()
            time.sleep(0.1)

    def cpu_s(self) -> float | None:
        """CPU that the PCs and the lab's own process have used, once nobody is logged in; None: not counted."""
        end = time.monotonic() + 15
        while self._at_work() and time.monotonic() < end:
            time.sleep(0.1)
        if not self._group:
            return None
        used = dict(line.split() for line in (self._group / "cpu.stat").read_text().splitlines())
        return int(used["usage_usec"]) / 1e6

    def _at_work(self) -> bool:
        """Whether an sshd of a PC still runs: the lab enters a PC for each connection."""
        for task in Path(f"/proc/{self._pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                with contextlib.suppress(OSError):
                    if b"/usr/sbin/sshd" in Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0"):
                        return True
        return False

    def converge(self) -> None:
        """Bring every PC to its state."""
        on_it = campusctl(self.root, "--lab", "apply", SCHOOL, "--class", "pc", "--yes", "--now", "--reason", "bench")
        done(on_it)  # code 0: every PC was read again, and nothing differs any more

    def document(self, name: str) -> dict:
        """What a PC shall be, as `campusctl render` prints it."""
        return json.loads(done(campusctl(self.root, "render", name)))

    def ssh(self, name: str, *options: str) -> list[str]:
        """The words of an ssh client, host keys strict; add a command."""
        return ssh_words(self.hosts[name], self.port, self.key, self.known_hosts, options)

    def drift(self, name: str) -> None:
        """Do to a PC what `DRIFT` says."""
        for words, _edit in DRIFT.values():
            ended = subprocess.run(
                [*self.ssh(name), shlex.join(["sudo", *words])], capture_output=True, text=True, check=False
            )
            if ended.returncode:
                raise RuntimeError(f"{name}: {shlex.join(words)}: {ended.stderr[-200:]}")


def ssh_words(host: str, port: int, key: Path, known_hosts: Path, options: tuple[str, ...]) -> list[str]:
    settings = ("BatchMode=yes", "IdentitiesOnly=yes", "StrictHostKeyChecking=yes", "GlobalKnownHostsFile=none")
    said = [word for option in (*settings, f"UserKnownHostsFile={known_hosts}", *options) for word in ("-o", option)]
    return ["ssh", "-F", "none", "-T", "-p", str(port), "-i", str(key), *said, f"campus@{host}"]


def _own_group() -> Path | None:
    """A new cgroup, which counts what is in it; None: not here."""
    mounts = (line.split() for line in Path("/proc/mounts").read_text().splitlines())
    for _what, place, kind, *_more in mounts:
        if kind == "cgroup2":
            with contextlib.suppress(OSError):
                group = Path(place, f"campusctl-bench-{os.getpid()}")
                group.mkdir()
                return group
    return None
