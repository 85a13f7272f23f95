"""The running lab's side door: faults, replies kept back, time and texts, asked for from another process."""

import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from small_lab import SCHOOL, SWITCHES, make_workspace, school_spec

from campusctl import workflow
from campusctl.cli.main import call
from campusctl.errors import CampusError
from campusctl.lab import fleet
from campusctl.lab.remote import Remote, _connected
from campusctl.lab.secrets import LabSource
from campusctl.lab.spec import Faults
from campusctl.model.events import ignore
from campusctl.model.outcome import Fault, FaultKind

WAIT_S = 20.0
IOS, CX, HP = (SWITCHES[dialect] for dialect in ("cisco_ios", "aruba_aoscx", "hp_procurve"))


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A workspace with its lab up, under a path longer than a socket's name may be."""
    root = make_workspace(tmp_path_factory.mktemp("l" * 100) / "ws")
    fleet.start(root, school_spec(root))
    yield root
    fleet.stop(root)


@pytest.fixture
def lab(root: Path) -> Iterator[Remote]:
    """The lab, whole again after each test."""
    remote = Remote(root)
    yield remote
    remote.reset()


def _read(root: Path) -> dict[str, FaultKind | None]:
    """What reading each switch comes to."""
    desk = workflow.open_desk(root, lab=True)
    targets = workflow.targets(desk, workflow.corridor.load_city(root, [SCHOOL]), workflow.SWITCHES)
    targets = tuple(
        target.model_copy(
            update={"login": target.login.model_copy(update={"timeout_s": WAIT_S, "read_timeout_s": WAIT_S})}
        )
        for target in targets
    )
    found = desk.driver().assess(targets, ignore)
    return {result.device: result.kind if isinstance(result, Fault) else None for result in found}


def test_only_its_owner_may_ask(root: Path, lab: Remote) -> None:
    """The switches' secrets can be read there."""
    folder = root / ".campusctl" / "lab"
    assert stat.S_IMODE((folder / "control").lstat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_faults_come_and_go_while_the_lab_runs(root: Path, lab: Remote) -> None:
    """Each as its kind says, on the switch it was asked for; after mending nothing is left."""
    lab.fault(Faults(dead=True), HP)
    lab.fault(Faults(wrong_host_key=True), CX)
    lab.fault(Faults(wrong_password=True), IOS)
    broken = {name: said for name, said in lab.faults().items() if said}
    assert broken == {HP: "dead", CX: "wrong-host-key", IOS: "wrong-password"}
    assert _read(root) == {HP: FaultKind.UNREACHABLE, CX: FaultKind.HOST_KEY, IOS: FaultKind.AUTH}
    lab.mend()
    assert _read(root) == {HP: None, CX: None, IOS: None}


@pytest.mark.parametrize(
    ("second", "what"),
    [
        ("s007-v9-sw01:dead", "has no device 's007-v9-sw01'"),
        (f"{CX}:sleepy", f"{CX} has no fault 'sleepy'"),
        (f"{CX}:miscabled=99:x:1", f"{CX} has no port '99'"),
        ("s007-r3-dt01:drops=3", "has no fault 'drops'"),
        ("s007-r1-ap01:port=nowhere:1", "has no switch 'nowhere'"),
        (CX, f"'{CX}' is not DEVICE:KIND"),
    ],
)
def test_one_fault_that_cannot_be_leaves_all_devices_as_they_were(
    root: Path, lab: Remote, capsys: pytest.CaptureFixture[str], second: str, what: str
) -> None:
    """Also what --clear would have mended; what a switch is broken by stays."""
    lab.fault(Faults(garbage_prompt=True), HP)
    asked = ["--workspace", str(root), "lab", "fault"]
    assert call([*asked, "s007-r3-dt01:off", f"{IOS}:dead", second]) == 1
    assert what in capsys.readouterr().err
    if ":" in second:
        assert call([*asked, "--clear", f"{IOS}:dead", second]) == 1
    assert {name: said for name, said in lab.faults().items() if said} == {HP: "garbage-prompt"}


def test_a_host_key_changes_under_way(root: Path, lab: Remote) -> None:
    """The session that is open goes on; the next one meets another key."""
    lab.fault(Faults(key_after=2), CX)
    assert _read(root)[CX] is None
    assert _read(root)[CX] is FaultKind.HOST_KEY


def _until(true: Callable[[], bool]) -> None:
    """Ask until it is so; each question is a round trip to the lab."""
    end = time.monotonic() + 120
    while not true():
        assert time.monotonic() < end


def test_a_reply_is_kept_back_until_it_is_released(root: Path, lab: Remote) -> None:
    """The line has been obeyed, those behind it wait; whoever asks sees that the switch is held."""
    lab.record()
    lab.fault(Faults(hold_after=3), IOS)
    read: dict[str, FaultKind | None] = {}
    reading = threading.Thread(target=lambda: read.update(_read(root)))
    reading.start()
    _until(lambda: lab.look(IOS)[IOS].held)
    assert lab.look(IOS)[IOS].lines == 3
    assert lab.lines(IOS)[IOS][2] == "show running-config"
    assert lab.look(IOS)[IOS].waiting > 0
    lab.release(IOS)
    reading.join(20)
    assert read == {HP: None, CX: None, IOS: None}
    assert lab.lines(IOS)[IOS][3] == "show startup-config"
    assert not lab.look(IOS)[IOS].held


def test_a_held_session_whose_client_is_gone_enters_nothing_more(root: Path, lab: Remote) -> None:
    """As when the tool is killed with lines still on their way."""
    lab.record()
    lab.fault(Faults(hold_after=3), IOS)
    code = "from campusctl.cli.main import run; run()"
    arguments = ["--workspace", str(root), "--lab", "drift", SCHOOL, "--device", IOS]
    with subprocess.Popen([sys.executable, "-c", code, *arguments], stdout=subprocess.DEVNULL) as process:
        _until(lambda: lab.look(IOS)[IOS].held)
        process.kill()
    _until(lambda: not lab.look(IOS)[IOS].sessions)
    lab.release(IOS)
    assert len(lab.lines(IOS)[IOS]) == 3
    assert _read(root)[IOS] is None


def test_somebody_else_types_and_both_texts_can_be_read(lab: Remote) -> None:
    """Running has it, startup has not, and a reset takes it back."""
    assert not lab.look(CX)[CX].unsaved
    lab.enter(("configure terminal", "vlan 997", "name KELLER", "end"), CX)
    assert "KELLER" in lab.texts(CX)[CX]
    assert "KELLER" not in lab.texts(CX, startup=True)[CX]
    assert lab.look(CX)[CX].unsaved
    lab.reset(CX)
    assert "KELLER" not in lab.texts(CX)[CX]


@pytest.mark.parametrize("name", [HP, CX, IOS])
def test_time_passes_when_told(lab: Remote, name: str) -> None:
    """A reload that is due happens, the switch is away while it boots, and then it answers with what was saved."""
    arm = {HP: ("reload after 5", "y"), CX: ("checkpoint auto 5",), IOS: ("reload in 5", "")}[name]
    lab.enter((*arm, "configure terminal", "vlan 997", "name KELLER", "end"), name)
    assert lab.look(name)[name].armed
    lab.advance(299)
    assert "KELLER" in lab.texts(name)[name]
    lab.advance(2)
    assert "KELLER" not in lab.texts(name)[name]
    assert not lab.look(name)[name].armed
    assert lab.look(name)[name].answers is (name == CX)
    lab.advance(30)
    assert lab.look(name)[name].answers


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"", "hung up"),
        (b"{", "not a request"),
        (b"null", "not a request"),
        (b'{"do": "explode"}', "not a request: do"),
        (b'{"do": "advance", "seconds": NaN}', "not a request"),
        (b'{"do": "advance", "seconds": -1}', "not a request: seconds"),
        (b'{"do": "fault", "faults": {"s007-v1-sw01": 3}}', "not a request: faults.s007-v1-sw01"),
        (b'{"do": "look", "devices": ["\\u001b[2J"]}', "no switch '\\\\x1b[2J'"),
        (b"\xff\xfe", "not a request"),
    ],
)
def test_a_message_that_is_none_gets_a_sentence(root: Path, lab: Remote, line: bytes, words: str) -> None:
    """And the lab goes on."""
    with _connected(root / ".campusctl" / "lab") as door, door.makefile("rb") as replies:
        door.sendall(line + b"\n" if line else b"")
        door.shutdown(socket.SHUT_WR)
        said = replies.readline().decode()
    assert words in said or not line
    assert len(lab.look()) == 3


def test_a_message_without_an_end_is_cut_off(root: Path, lab: Remote) -> None:
    """Nobody fills the lab's memory."""
    with _connected(root / ".campusctl" / "lab") as door:
        with suppress(ConnectionError):
            for _ in range(40):
                door.sendall(b"x" * (1 << 16))
        assert len(lab.look()) == 3


def test_from_the_command_line(
    root: Path, lab: Remote, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Break, look, mend, read a text, let time pass."""
    monkeypatch.chdir(root)
    assert call(["lab", "fault", f"{IOS}:drop-after=2", f"{CX}:dead"]) == 0
    assert capsys.readouterr().out == f"{IOS}: drop-after=2\n{CX}: dead\n"
    call(["lab", "status"])
    assert "fault: drop-after=2\n" in capsys.readouterr().out
    assert _read(root) == {HP: None, CX: FaultKind.UNREACHABLE, IOS: FaultKind.UNREACHABLE}
    assert call(["lab", "fault", "--clear"]) == 0
    assert _read(root) == {HP: None, CX: None, IOS: None}
    assert call(["lab", "fault"]) == 2
    assert call(["lab", "fault", "s007-v9-sw01:dead"]) == 1
    assert "the lab has no device 's007-v9-sw01'" in capsys.readouterr().err
    assert call(["lab", "fault", "--clear", f"{IOS}:dead", f"{CX}:dead"]) == 0
    assert call(["lab", "fault", "--clear", CX]) == 0
    assert capsys.readouterr().out.endswith(f"{CX} is mended\n")
    assert {name for name, said in lab.faults().items() if said} == {IOS}
    assert call(["lab", "advance", "6"]) == 0
    assert capsys.readouterr().out == "6 minutes have passed in the lab\n"
    assert call(["lab", "text", "s007-v9-sw01"]) == 1
    assert "no switch" in capsys.readouterr().err


@pytest.mark.parametrize("name", [HP, CX, IOS])
def test_a_text_on_the_command_line_shows_no_secret(
    root: Path, lab: Remote, name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Running and startup: the lab's secrets, and hashes, are masked."""
    monkeypatch.chdir(root)
    community = LabSource(root).resolve(["snmp/ro"])["snmp/ro"]
    assert community in lab.texts(name)[name]
    for options in ((), ("--startup",)):
        assert call(["lab", "text", name, *options]) == 0
        out = capsys.readouterr().out
        assert f"hostname {name}" in out.replace('"', "")
        assert community not in out
        assert "********" in out


def test_a_lab_that_is_not_up_is_said_so(tmp_path: Path) -> None:
    """With what starts it; also where an old socket lies about."""
    lab = Remote(make_workspace(tmp_path / "ws"))
    with pytest.raises(CampusError, match="campusctl lab up"):
        lab.look()
    with socket.socket(socket.AF_UNIX) as left:
        (tmp_path / "ws" / ".campusctl" / "lab").mkdir(parents=True, exist_ok=True)
        monkey = tmp_path / "s"
        left.bind(str(monkey))
        monkey.rename(tmp_path / "ws" / ".campusctl" / "lab" / "control")
    with pytest.raises(CampusError, match="campusctl lab up"):
        lab.look()
