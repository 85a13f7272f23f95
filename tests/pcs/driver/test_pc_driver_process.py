"""The child: whatever becomes of it or of us, nothing is left running, and every PC gets its result."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pc_driver_rig import REPOSITORY, make_playbooks, processes

from campusctl.drivers.pc import descendants
from campusctl.drivers.pc.atwork import AtWork, Begin
from campusctl.drivers.pc.lots import Item, Lot, lots
from campusctl.drivers.pc.platforms.base import JobHost, Work
from campusctl.drivers.pc.platforms.linux import Linux
from campusctl.drivers.pc.playbook import Playbook
from campusctl.drivers.pc.running import run
from campusctl.drivers.pc.surroundings import Needs, environment, private_folder
from campusctl.model.outcome import FaultKind
from campusctl.model.plan import DeviceLogin, Target

MARK = "CAMPUSCTL_TEST"


@pytest.fixture(autouse=True)
def mark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Every process that comes of a test bears its mark, and none is left at the end."""
    monkeypatch.setenv(MARK, str(tmp_path))
    yield f"{MARK}={tmp_path}"
    assert processes(f"{MARK}={tmp_path}") == []


def program(tmp_path: Path, text: str) -> tuple[str, ...]:
    """A stand-in for ansible-playbook: gets the same arguments, environment and descriptors."""
    file = tmp_path / "program.py"
    file.write_text("import json, os, signal, subprocess, sys, time\n" + SAY + textwrap.dedent(text))
    return sys.executable, str(file)


SAY = """
def say(**event):
    os.write(int(os.environ["CAMPUSCTL_EVENTS"]), json.dumps(event).encode() + b"\\n")
"""


def playbook(tmp_path: Path, text: str) -> Playbook:
    """One whose child is a stand-in."""
    host = JobHost(groups=["schule_042"], vars={}, args={"document": {"say": "Sehr-geheim"}}, roles=[])
    needs = Needs(tmp_path / "playbooks", 1)
    return Playbook([tmp_path / "pcs.yml"], {"pc01": host}, needs, check=True, runner=program(tmp_path, text))


def listen(child: Playbook, patience_s: float = 10) -> list[object]:
    """Every event until nothing more comes."""
    found, end = [], time.monotonic() + patience_s
    while time.monotonic() < end:
        over = child.over
        found += list(child.events())
        if over:
            return found
        time.sleep(0.01)
    raise AssertionError("the child does not end")


def test_a_child_gets_its_job_without_a_name_and_its_settings_from_us_alone(tmp_path: Path) -> None:
    """Nothing of the job is in arguments or environment; the operator's own settings of Ansible are not there."""
    os.environ["ANSIBLE_VERBOSITY"] = "4"
    try:
        text = """
            job = os.pread(int(os.environ["CAMPUSCTL_JOB"]), 1 << 20, 0).decode()
            environ = "".join(f"{name}={value} " for name, value in os.environ.items())
            say(event="ok", host="pc01", result={"job": job, "argv": sys.argv[1:], "environ": environ})
            say(event="stats", hosts={})
        """
        with playbook(tmp_path, text) as child:
            (event,) = listen(child)
        assert child.finished
    finally:
        del os.environ["ANSIBLE_VERBOSITY"]
    result = event.result  # type: ignore[attr-defined]
    assert json.loads(result["job"])["hosts"]["pc01"]["args"] == {"document": {"say": "Sehr-geheim"}}
    assert "geheim" not in result["environ"] + "".join(result["argv"])
    assert result["argv"][2:] == ["--check", "--", str(tmp_path / "pcs.yml")]
    assert "ANSIBLE_VERBOSITY" not in result["environ"]
    assert "ANSIBLE_HOST_KEY_CHECKING=1" in result["environ"]
    assert not Path(result["argv"][1]).parent.exists()


def test_lines_that_are_no_events_are_counted_and_others_are_heard(tmp_path: Path) -> None:
    """Half a line at the end is none."""
    text = """
        out = int(os.environ["CAMPUSCTL_EVENTS"])
        os.write(out, b'no json\\n[1]\\n{"event": "ok"}\\n{"event": "play", "name": "x"}\\n')
        say(event="ok", host="pc01", changed=True, result={"big": "x" * 500_000})
        os.write(out, b'{"event": "ok", "host"')
        print("what a pity", file=sys.stderr)
    """
    with playbook(tmp_path, text) as child:
        (event,) = listen(child)
        assert (event.changed, len(event.result["big"])) == (True, 500_000)  # type: ignore[attr-defined]
        assert (child.garbled, child.finished) == (3, False)
        assert child.last_words == "what a pity\n"


STUBBORN = """
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
    subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
    subprocess.Popen([sys.executable, "-c", code], start_new_session=True, env={})
    middle = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', sys.argv[1]], start_new_session=True)"
    subprocess.run([sys.executable, "-c", middle, code])
    say(event="start", host="pc01", task="1")
    time.sleep(60)
"""


def test_leaving_ends_a_child_that_does_not_want_to_and_its_children(tmp_path: Path) -> None:
    """Also those in sessions of their own, without our mark, or without a parent."""
    with playbook(tmp_path, STUBBORN) as child:
        end = time.monotonic() + 10
        while not list(child.events()):
            assert time.monotonic() < end
            time.sleep(0.01)
        family = descendants.marked("nothing", "at all", child._child.pid)
        assert len(family) == 3
        begun = time.monotonic()
    assert time.monotonic() - begun < 3.0  # 0.6 s where nothing else runs
    assert not [process for process in family if descendants.alive(process)]


def test_an_error_in_our_own_loop_leaves_no_child(tmp_path: Path) -> None:
    """Whoever reads events may break."""
    with pytest.raises(ZeroDivisionError), playbook(tmp_path, "time.sleep(60)"):
        raise ZeroDivisionError


def target(name: str, folder: Path, school: str = "schule-042") -> Target:
    """A PC that is never contacted."""
    login = DeviceLogin(host="127.0.0.1", port=1, user="u", known_hosts=str(folder / "known_hosts"))
    return Target(
        device=name, school=school, driver="pc", dialect="linux", login=login, intended="{}", playbooks=str(folder)
    )


def prepared(lot: Lot) -> Begin:
    """Every PC may be worked on."""
    hosts = {item.name: Linux().job_host(item.target, Work(document={})) for item in lot.items}
    return Begin({name: Work(document={}) for name in hosts}, hosts, {})


def test_an_engine_that_gives_up_is_a_fault_of_every_pc(tmp_path: Path) -> None:
    """With its last error; here a playbook that is no YAML, and a real ansible-playbook."""
    make_playbooks(tmp_path / "playbooks")
    (tmp_path / "playbooks" / "pcs.yml").write_text("- hosts: all\n  tasks: [")
    items = [Item(target(name, tmp_path / "playbooks"), Linux()) for name in ("pc01", "pc02")]
    reports = list(run(lots(items), prepared, threading.Event(), 1))
    troubles = {report.item.name: report.result.trouble for report in reports}
    assert sorted(troubles) == ["pc01", "pc02"]
    for trouble in troubles.values():
        assert trouble is not None
        assert trouble.kind is FaultKind.INTERNAL
        assert trouble.what.startswith("Ansible gave up: ")
        assert "YAML parsing failed" in trouble.what


def test_a_generator_that_is_given_up_leaves_no_child(tmp_path: Path, mark: str) -> None:
    """A real run, ended while Ansible starts."""
    make_playbooks(tmp_path / "playbooks")
    items = [Item(target("pc01", tmp_path / "playbooks"), Linux())]
    work = AtWork(lots(items)[0], prepared(lots(items)[0]))
    with work:
        assert processes(mark)
        begun = time.monotonic()
    assert time.monotonic() - begun < 2.0


def test_a_run_ends_when_we_are_killed(tmp_path: Path, mark: str) -> None:
    """Even so that we cannot do anything about it."""
    make_playbooks(tmp_path / "playbooks")
    code = f"""
        from pathlib import Path
        from campusctl.drivers.pc.playbook import Playbook
        from campusctl.drivers.pc.surroundings import Needs
        folder = Path({str(tmp_path / "playbooks")!r})
        host = dict(groups=["a"], vars={{"ansible_connection": "local"}}, args={{"document": {{}}}}, roles=[])
        playbook = Playbook([folder / "slow.yml"], {{"pc01": host}}, Needs(folder, 1), check=False)
        playbook.__enter__()
        print("up", flush=True)
        import time
        time.sleep(60)
    """
    slow = "- hosts: all\n  gather_facts: false\n  tasks:\n    - ansible.builtin.command: sleep 50\n"
    (tmp_path / "playbooks" / "slow.yml").write_text(slow)
    ours = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        text=True,
    )
    assert ours.stdout is not None
    with ours.stdout:
        assert ours.stdout.readline() == "up\n"
    _until(lambda: any("sleep 50" in line for line in processes(mark)), "the task begins")
    ours.send_signal(signal.SIGKILL)
    ours.wait()
    _until(lambda: processes(mark) == [], "everything has ended")


def _until(true: "object", what: str) -> None:
    end = time.monotonic() + 20
    while not true():  # type: ignore[operator]
        assert time.monotonic() < end, what
        time.sleep(0.05)


def test_lots_are_of_one_school_and_of_a_handy_size(tmp_path: Path) -> None:
    """A city's PCs never share a child over schools; a large school has several."""
    items = [Item(target(f"a{number}", tmp_path), Linux()) for number in range(230)]
    items.insert(3, Item(target("b1", tmp_path, "schule-101"), Linux()))
    assert [(lot.items[0].target.school, len(lot.items)) for lot in lots(items)] == [
        ("schule-042", 100),
        ("schule-042", 100),
        ("schule-042", 30),
        ("schule-101", 1),
    ]


def test_a_private_folder_has_a_short_path_and_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A socket's path may have 107 characters."""
    with private_folder() as folder:
        assert len(str(folder)) < 60
        assert folder.stat().st_mode & 0o777 == 0o700
        settings = environment({"LANG": "de_DE.UTF-8", "LC_MESSAGES": "de_DE"}, folder, Needs(tmp_path, 3))
        assert (settings["LC_ALL"], "LC_MESSAGES" in settings) == ("C.UTF-8", False)
        assert settings["ANSIBLE_FORKS"] == "3"
    assert not folder.exists()


def test_what_a_killed_run_left_is_swept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And nothing else: neither what a living one has, nor what others call alike."""
    monkeypatch.setattr("tempfile.tempdir", "/tmp")
    dead = subprocess.Popen(["true"])
    dead.wait()
    places = [Path(f"/tmp/cc-{dead.pid}-{tmp_path.parent.name}"), Path(f"/tmp/cc-{os.getpid()}-x{dead.pid}")]
    for place in places:
        place.mkdir()
    with private_folder():
        assert [place.exists() for place in places] == [False, True]
    places[1].rmdir()
