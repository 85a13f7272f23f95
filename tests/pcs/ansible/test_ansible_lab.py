"""By hand and through campusctl on the lab's real PCs: one inventory, the same state, the city's own role in both."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_rig import run
from pc_lab import PcLab, need_pcs

from campusctl import workspace
from campusctl.cli.main import call
from campusctl.lab import fleet, state

pytestmark = pytest.mark.debian

WILD = "Klasse {{ 1+1 }} {% x %} $(id) `id` \"two\" 'one'"
ROLE = """
- name: Say which room this is
  ansible.builtin.copy:
    content: "{{ campus_room_title }} on {{ ansible_facts.distribution }}\\n"
    dest: /etc/whiteboard-room
    mode: "0644"
- name: Ask
  ansible.builtin.command: /bin/true
  changed_when: false
- name: Ask several
  ansible.builtin.command: "/bin/echo {{ item }}"
  loop: [a, b]
  changed_when: false
"""


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A workspace with a role of its own, and the two PCs of its smallest school up."""
    need_pcs()
    root = tmp_path / "city"
    workspace.create(root)
    (tmp_path / "home").mkdir()
    profile = root / "inventory/profiles/pc-debian.yml"
    profile.write_text(profile.read_text().replace("\n  pc:\n", "\n  pc:\n    roles: [whiteboard]\n", 1))
    school = root / "inventory/schools/schule-007/school.yml"
    school.write_text(school.read_text().replace("title: Klasse 3", f"title: {json.dumps(WILD)}", 1))
    tasks = root / "playbooks/roles/whiteboard/tasks/main.yml"
    tasks.parent.mkdir(parents=True)
    tasks.write_text(ROLE)
    monkeypatch.chdir(root)
    assert call(["lab", "up", "schule-007", "--pcs"]) == 0
    yield root
    fleet.stop(root)


def test_what_a_person_brings_to_standard_by_hand_campusctl_finds_right(
    lab: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A run, a second run; then a drift check: what it cannot know is the role's command."""
    environ = {"CAMPUSCTL_LAB": "1", "ANSIBLE_SSH_ARGS": "-o ControlMaster=no"}

    def by_hand(*options: str) -> str:
        program = str(Path(sys.executable).with_name("ansible-playbook"))
        command = [program, "playbooks/pcs.yml", "--limit", "schule_007", *options]
        return run(lab, command, environ).out

    assert "2 PCs: 2 changed" in by_hand()
    again = by_hand("--diff")
    assert "2 PCs: 2 as it should be" in again
    assert again.count("changed=0 ") == 2
    capsys.readouterr()
    assert call(["--lab", "drift", "schule-007", "--class", "pc", "--verbose"]) == 0
    said = capsys.readouterr().out
    assert "2 PCs: 2 as the inventory says, 0 differ, 0 not readable." in said
    assert said.count("task 'Ask' cannot be checked") == said.count("task 'Ask several' cannot be checked") == 2

    up = state.read(lab)
    assert up is not None
    assert PcLab(lab, up, ()).shell("s007-r3-pc01", "cat /etc/whiteboard-room") == f"{WILD} on Debian\n"
