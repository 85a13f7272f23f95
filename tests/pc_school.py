"""A small school in a workspace of its own: three simulated switches, four real PCs, for tests of the command line.

What its inventory says is full of texts that a shell, Ansible or a template could take for something else.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pc_lab import PcLab, need_pcs
from small_lab import REPO, SATURDAY, SCHOOL, make_workspace

from campusctl import workflow
from campusctl.lab import fleet

FIRST, SECOND, THIRD, ALONE = "s007-r3-pc01", "s007-r3-pc02", "s007-r3-pc03", "s007-r4-pc01"
"""Three PCs of one room, and one of another."""
PCS = (FIRST, SECOND, THIRD, ALONE)

LESSON = datetime(2026, 11, 23, 8, 10, tzinfo=UTC)
"""A Monday, ten past nine in the school: the second lesson."""

TEXT = """{{ 1+1 }} {% if x %} $(id) `id` 'a' "b" \\ $HOME; & | %s"""
"""A text that means nothing to anybody."""

PROFILE = """
title: Classroom PC
class: pc
dialect: linux
model: Debian 12
settings:
  pc:
    packages: {tree: present, zip: absent}
    groups: {lehrer: {gid: 2001}, schueler: {gid: 2000}}
    users:
      lehrer: {uid: 2001, group: lehrer, groups: [lpadmin], shell: /bin/bash, title: @USER, password: pc/lehrer}
    files:
      /etc/motd: {template: linux/motd.j2}
      /etc/text.conf: {content: @TEXT}
      /etc/wlan.conf: {content: "psk=<<secret:wifi/psk>>\\n", mode: "0600"}
    directories: {/srv/austausch: {mode: "1777"}}
    links: {/srv/tausch: /srv/austausch}
    absent: {/opt/legacy-agent: true}
    lines:
      /etc/ssh/sshd_config:
        keepalive: {match: '^#?ClientAliveInterval\\b', line: ClientAliveInterval 60, run: "reload:ssh"}
    blocks: {/etc/security/limits.conf: {schueler: {content: @TEXT}}}
    services: {cron: {enabled: true, running: true}}
    cron:
      say something: {schedule: 0 6 * * 1-5, command: [/bin/echo, @TEXT]}
    browser: {bookmarks: {@TEXT: "https://www.musterstadt.example/"}}
    printing:
      queues: {r3: {uri: "socket://127.0.0.1:9", model: raw, info: @TEXT, location: @TEXT}}
      default: r3
"""
USER = "Lehrkraft {{ 1+1 }} $(id) `id`"
"""Title of an account: neither colons nor commas may stand in it."""


def make_pc_school(root: Path) -> Path:
    """A workspace with the school."""
    make_workspace(root)
    shutil.copytree(REPO / "playbooks", root / "playbooks", ignore=shutil.ignore_patterns("__pycache__"))
    profile = root / "inventory/profiles/pc-debian.yml"
    profile.write_text(PROFILE.replace("@USER", quoted(USER)).replace("@TEXT", quoted(TEXT)).lstrip())
    school = root / "inventory/schools" / SCHOOL
    with (school / "devices.yml").open("a") as devices:
        for number in (2, 3):
            devices.write(
                f"  s007-r3-pc0{number}: {{profile: pc-debian, room: R3, address: 10.7.30.2{number},"
                f' mac: "c8:d9:d2:07:01:0{number}", serial: PC007-010{number}, asset: M007-041{number}}}\n'
            )
    rooms = school / "school.yml"
    rooms.write_text(rooms.read_text().replace("title: Klasse 3", f"title: {quoted(TEXT)}"))
    return root


def quoted(text: str) -> str:
    """A text as YAML has it, in single quotes."""
    return "'" + text.replace("'", "''") + "'"


@dataclass
class PcSchool:
    """The school, up."""

    lab: PcLab
    now: datetime = SATURDAY
    """What time it is, for windows."""

    @property
    def root(self) -> Path:
        """The workspace."""
        return self.lab.root

    @property
    def profile(self) -> Path:
        """The PCs' profile."""
        return self.root / "inventory/profiles/pc-debian.yml"

    def desk(self, root: Path, *, lab: bool, ask: object = None) -> workflow.Desk:
        """The workspace at the moment that it is in the story."""
        assert lab, "a test must not talk to real devices"
        return replace(_OPEN_DESK(root, lab=lab), clock=lambda: self.now)

    def add(self, after: str, line: str) -> None:
        """Say something more in the profile, behind a line that stands there."""
        text = self.profile.read_text()
        assert text.count(after) == 1
        self.profile.write_text(text.replace(after, f"{after}\n{line}"))


_SEED = 7
"""Of the drift of the switches: with it, one of the three differs."""
_OPEN_DESK = workflow.open_desk


@contextmanager
def pc_school_up(
    root: Path, *, switches: bool = True, secrets: Literal["lab", "workspace"] = "lab"
) -> Iterator[PcSchool]:
    """The school's lab, in a process of its own; without switches it is up sooner. `secrets`: whose."""
    need_pcs()
    make_pc_school(root)
    spec = fleet.build_spec(root, [SCHOOL], pcs=True, drift=_SEED).model_copy(update={"appliances": ()})
    assert tuple(pc.name for pc in spec.pcs) == PCS
    if not switches:
        spec = spec.model_copy(update={"switches": (), "secrets": secrets})
    state = fleet.start(root, spec)
    try:
        yield PcSchool(PcLab(root, state, spec.pcs))
    finally:
        fleet.stop(root)
