"""A run as campusctl's driver starts it: hosts from the job, results as events, and every text stays text."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ansible_rig import Ansible, job_of

PLAYBOOK = ("playbook", "-i", "inventory/campus.yml", "playbooks/pcs.yml")
WILD = "{{ 1+1 }} {% if x %} {# no #} $(id) `id` \\ \"two\" 'one' $HOME\nline 2\n\ttab ü €"
CANARY = "Geheim-zyx"


def digest(value: object) -> str:
    """As the stand-in for the module tells what it was given."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def test_a_job_becomes_hosts_in_the_groups_it_names(ansible: Ansible) -> None:
    """The school's room lies in the school; every PC is of a platform; roles make a group of their own."""
    job = job_of(
        s042_r201_pc01={}, s042_r110_pc01={"groups": ["schule_042", "pc", "windows"]}, s007_r1_nb01={"roles": ["kiosk"]}
    )
    ran = ansible("inventory", "-i", "inventory/campus.yml", "--list", job=job)
    groups = json.loads(ran.out)
    assert groups["schule_042"] == {"children": ["schule_042_r201"], "hosts": ["s042-r110-pc01"]}
    assert groups["schule_042_r201"] == {"hosts": ["s042-r201-pc01", "s007-r1-nb01"]}
    assert groups["windows"] == {"hosts": ["s042-r110-pc01"]}
    assert groups["linux"] == {"hosts": ["s042-r201-pc01", "s007-r1-nb01"]}
    assert groups["campus_with_roles"] == {"hosts": ["s007-r1-nb01"]}
    assert ran.err == ""


def test_each_pc_gets_its_own_document_and_nothing_of_it_is_a_variable(ansible: Ansible) -> None:
    """Whatever the text looks like, it arrives as it is; secrets arrive, and are told to nobody."""
    document = {"files": {"/etc/motd": {"content": WILD}}}
    one = {"document": document, "args": {"secrets": {"pc/a": CANARY}, "keep": "k1"}}
    ran = ansible(*PLAYBOOK, "-vvvvv", job=job_of(s042_r201_pc01=one, s042_r201_pc02={}))
    first, second = (ran.of("ok", f"s042-r201-pc0{number}")[0]["result"] for number in (1, 2))
    assert first["edits"] == [
        {"path": ["file", "/etc/motd"], "before": None, "after": WILD, "step": "write /etc/motd", "done": True}
    ]
    assert first["document_sha"] == digest({"format": 1, "os": "linux", **document})
    assert (first["secrets_sha"], first["kept"]) == (digest({"pc/a": CANARY}), "k1")
    assert second["document_sha"] == digest({"format": 1, "os": "linux"})
    assert second["msg"] == "as it should be"
    assert CANARY not in ran.out + ran.err + json.dumps(ran.events)
    assert "invocation" not in json.dumps(ran.events)
    listed = ansible("inventory", "-i", "inventory/campus.yml", "--list", "--yaml", job=job_of(s042_r201_pc01=one))
    assert "motd" not in listed.out
    assert CANARY not in listed.out


def test_a_variable_of_the_inventory_is_never_a_template(ansible: Ansible, place: Path) -> None:
    """A room's title, a note, a serial number: their text is shown as it stands."""
    (place / "playbooks/show.yml").write_text(
        "- hosts: all\n  gather_facts: false\n  tasks:\n"
        "    - ansible.builtin.debug: {msg: '{{ campus_room_title }}'}\n"
        "    - ansible.builtin.command: {argv: [/bin/echo, '{{ campus_room_title }}'], expand_argument_vars: false}\n"
        "      register: said\n"
        "    - ansible.builtin.debug: {msg: '{{ said.stdout }}'}\n"
    )
    job = job_of(s042_r201_pc01={"vars": {"campus_room_title": WILD}})
    ran = ansible("playbook", "-i", "inventory/campus.yml", "playbooks/show.yml", job=job)
    assert [item["result"]["msg"] for item in ran.of("ok") if item["action"].endswith("debug")] == [WILD, WILD]


def test_events_tell_what_happened_and_to_whom(ansible: Ansible) -> None:
    """In order: play, task, start, result, the play for roles, and the numbers at the end."""
    fault = {"kind": "locked", "what": "apt is held by pid 7", "hint": "wait for it"}
    ran = ansible(*PLAYBOOK, "--check", job=job_of(s042_r201_pc01={}, s042_r201_pc02={"document": {"fault": fault}}))
    kinds = [item["event"] for item in ran.events]
    assert (kinds[:2], kinds[-2:]) == (["play", "task"], ["play", "stats"])
    assert sorted(kinds[2:-2]) == ["failed", "ok", "start", "start"]
    (failed,) = ran.of("failed")
    task = ran.events[1]
    assert task == {
        "event": "task", "task": failed["task"], "name": "The state that the inventory describes",
        "action": "campusctl.pcs.campus_pc",
    }  # fmt: skip
    assert {key: failed[key] for key in ("host", "role", "changed", "ignored")} == {
        "host": "s042-r201-pc02", "role": "", "changed": False, "ignored": False,
    }  # fmt: skip
    assert (failed["result"]["fault"], failed["result"]["msg"]) == (fault, "apt is held by pid 7 (wait for it)")
    assert {host: (told["ok"], told["failures"]) for host, told in ran.events[-1]["hosts"].items()} == {
        "s042-r201-pc01": (1, 0), "s042-r201-pc02": (0, 1),
    }  # fmt: skip


def test_a_host_that_cannot_be_reached_is_told_as_such(ansible: Ansible) -> None:
    """With ssh's own words; the other one is done."""
    dead = {"ansible_connection": "ssh", "ansible_host": "127.0.0.1", "ansible_port": 9, "ansible_user": "campus"}
    ran = ansible(*PLAYBOOK, job=job_of(s042_r201_pc01={}, s042_r201_pc02={"vars": dead}))
    assert [item["host"] for item in ran.of("ok")] == ["s042-r201-pc01"]
    (gone,) = ran.of("unreachable")
    assert gone["host"] == "s042-r201-pc02"
    assert "Connection refused" in gone["result"]["msg"]


def test_only_limits_may_stand_in_the_task(ansible: Ansible, place: Path) -> None:
    """A deadline may be said in a playbook; a document may not."""
    for said, words in (
        ("deadline_s: 7", ""),
        ("document: {}", "Invalid options for campusctl.pcs.campus_pc: document"),
    ):
        (place / "playbooks/own.yml").write_text(
            f"- hosts: all\n  gather_facts: false\n  tasks:\n    - campusctl.pcs.campus_pc: {{{said}}}\n"
        )
        ran = ansible("playbook", "-i", "inventory/campus.yml", "playbooks/own.yml", job=job_of(s042_r201_pc01={}))
        if words:
            assert words in ran.of("failed")[0]["result"]["msg"]
        else:
            assert ran.of("ok")[0]["result"]["deadline_s"] == 7.0


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"CAMPUSCTL_JOB": "99"}, "CAMPUSCTL_JOB is no open file; only campusctl sets it: unset it to run by hand"),
        ({"CAMPUSCTL_JOB": "x"}, "CAMPUSCTL_JOB is no open file"),
        ({"CAMPUSCTL_JOB": "0"}, "the job of campusctl is no JSON"),
    ],
)
def test_a_job_that_cannot_be_read_is_told_without_its_text(
    ansible: Ansible, environ: dict[str, str], words: str
) -> None:
    """One sentence, and no host is invented."""
    ran = ansible("inventory", "-i", "inventory/campus.yml", "--graph", environ=environ)
    assert ran.code != 0
    assert words in " ".join(ran.err.split())
    assert "Traceback" not in ran.err


def test_a_job_of_another_format_is_refused(ansible: Ansible) -> None:
    """The collection of a workspace may be older than campusctl."""
    ran = ansible("inventory", "-i", "inventory/campus.yml", "--graph", job={"format": 2, "hosts": {}})
    assert ran.code != 0
    assert "the job of campusctl is not of format 1" in " ".join(ran.err.split())


ROLE = """
- name: Write a file
  ansible.builtin.copy: {content: "{{ campus_room_title }}\\n", dest: "%(target)s", mode: "0600"}
- name: Ask something
  ansible.builtin.command: /bin/true
- name: Ask several
  ansible.builtin.command: "/bin/echo {{ item }}"
  loop: [a, b]
- name: Never
  ansible.builtin.debug: {msg: no}
  when: false
- name: Quiet
  ansible.builtin.copy: {content: "%(secret)s", dest: "%(target)s.secret", mode: "0600"}
  no_log: true
- name: Quiet loop
  ansible.builtin.copy: {content: "{{ item }}", dest: "%(target)s.secret", mode: "0600"}
  loop: ["%(secret)s"]
  no_log: true
#
#
#
- name: Fails, and that is fine
  ansible.builtin.fail: {msg: never mind}
  ignore_errors: true
"""


def role_events(ansible: Ansible, place: Path, *options: str) -> list[dict[str, Any]]:
    """Events of the role `own_role` on one PC."""
    tasks = place / "playbooks/roles/own_role/tasks/main.yml"
    tasks.parent.mkdir(parents=True, exist_ok=True)
    (place / "told").unlink(missing_ok=True)
    tasks.write_text(ROLE % {"target": place / "told", "secret": CANARY})
    host = {"roles": ["own_role"], "vars": {"campus_room_title": WILD}}
    ran = ansible(*PLAYBOOK, *options, job=job_of(s042_r201_pc01=host, s042_r201_pc02={}))
    assert CANARY not in ran.out + ran.err + json.dumps(ran.events)
    assert {item["host"] for item in ran.events if item.get("role")} == {"s042-r201-pc01"}
    return [item for item in ran.events if item.get("role") == "own_role"]


def test_a_citys_own_role_is_told_task_by_task(ansible: Ansible, place: Path) -> None:
    """With what a person would be shown, and nothing at all of what is not to be logged."""
    told = [
        (item["name"], item["event"], item["changed"], item["result"]) for item in role_events(ansible, place, "--diff")
    ]
    by_name = {name: (event, changed, result) for name, event, changed, result in told}
    event, changed, result = by_name["Write a file"]
    assert (event, changed, result["path"]) == ("ok", True, str(place / "told"))
    assert result["diff"][0]["after"] == WILD + "\n"
    assert (place / "told").read_text() == WILD + "\n"
    assert [result["item"] for name, event, _, result in told if name == "Ask several" and event == "item"] == [
        "a",
        "b",
    ]
    assert by_name["Never"] == ("skipped", False, {"skip_reason": "Conditional result was False"})
    assert by_name["Quiet"] == ("ok", True, {})
    assert by_name["Quiet loop"][2] == {}
    assert by_name["Fails, and that is fine"][2] == {"msg": "never mind"}


def test_check_mode_runs_roles_too_and_tells_what_it_skipped(ansible: Ansible, place: Path) -> None:
    """A command is not run: that says nothing about the PC, and is told as skipped."""
    told = role_events(ansible, place, "--check")
    skipped = {item["name"]: item["result"] for item in told if item["event"] == "skipped"}
    assert skipped["Ask something"]["msg"] == "Command would have run if not in check mode"
    assert skipped["Ask several"]["msg"] == "Command would have run if not in check mode"
    assert not (place / "told").exists()
    assert [item["changed"] for item in told if item["name"] == "Write a file"] == [True]


def test_a_role_that_is_not_there_fails_its_pc_alone(ansible: Ansible) -> None:
    """Named; the other PC is done."""
    ran = ansible(*PLAYBOOK, job=job_of(s042_r201_pc01={"roles": ["nowhere"]}, s042_r201_pc02={}))
    (failed,) = ran.of("failed")
    assert (failed["host"], failed["name"]) == ("s042-r201-pc01", "Roles of the profile")
    assert failed["result"]["msg"].lower().startswith("the role 'nowhere' was not found in")
    assert ran.events[-1]["event"] == "stats"
    assert ran.events[-1]["hosts"]["s042-r201-pc02"]["failures"] == 0


@pytest.mark.parametrize("name", ["../../etc", "{{ 1+1 }}", "a;b", "$(id)", "Own Role", "", "-x", "a\nb"])
def test_a_role_whose_name_is_none_is_refused(ansible: Ansible, name: str) -> None:
    """Before anything is run."""
    ran = ansible(*PLAYBOOK, job=job_of(s042_r201_pc01={"roles": [name]}))
    assert ran.code != 0
    assert "is no name of a role" in " ".join(ran.err.split())
    assert ran.of("start") == []


def test_a_long_text_is_cut(ansible: Ansible) -> None:
    """No event grows without bounds."""
    job = job_of(s042_r201_pc01={"document": {"files": {"/etc/motd": {"content": "x" * 100_000}}}})
    (done,) = ansible(*PLAYBOOK, job=job).of("ok")
    assert done["result"]["edits"][0]["after"] == "x" * 65536 + "…"


def test_when_nobody_reads_the_events_any_more_the_run_ends(place: Path) -> None:
    """What nobody records shall not go on: no task begins after the reader is gone."""
    (place / "playbooks/two.yml").write_text(
        "- hosts: all\n  gather_facts: false\n  tasks:\n    - campusctl.pcs.campus_pc:\n"
        f"    - ansible.builtin.command: {{argv: [touch, '{place / 'late'}']}}\n"
    )
    job, (reading, writing) = os.memfd_create("job"), os.pipe()
    os.write(job, json.dumps(job_of(s042_r201_pc01={})).encode())
    os.close(reading)
    mine = {
        **os.environ,
        "CAMPUSCTL_JOB": str(job),
        "CAMPUSCTL_EVENTS": str(writing),
        "HOME": str(place.parent / "home"),
        "ANSIBLE_CALLBACKS_ENABLED": "campusctl.pcs.events",
    }
    command = [sys.executable, "-m", "ansible", "playbook", "-i", "inventory/campus.yml", "playbooks/two.yml"]
    done = subprocess.run(
        command, cwd=place, env=mine, pass_fds=(job, writing), capture_output=True, text=True, check=False, timeout=30
    )
    os.close(job)
    os.close(writing)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert not (place / "late").exists()
