"""Faults of the lab's PCs: each is made on a running PC, looks as it does on a real one, and is mended."""

import contextlib
import select
import socket
import subprocess
from collections.abc import Iterator

import pytest
from pc_lab import PcLab, make_pcs, pcs_up

from campusctl.lab.pcs.spec import LabPc, PcFaults
from campusctl.lab.remote import Remote

pytestmark = pytest.mark.debian

SILENCE_S = 0.7


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PcLab]:
    """Two PCs, and a third one that is off."""
    pcs = make_pcs(3)
    off = pcs[2].model_copy(update={"faults": PcFaults(off=True)})
    with pcs_up(tmp_path_factory.mktemp("pcs"), (*pcs[:2], off)) as up:
        yield up


@pytest.fixture
def pc(lab: PcLab) -> Iterator[LabPc]:
    """A PC, mended afterwards; the other one never has anything."""
    yield lab.pcs[0]
    lab.fault(lab.pcs[0].name)
    assert ssh(lab, lab.pcs[0].name, "sudo -n /usr/bin/python3 -c 'print(1)'") == (0, "1\n")
    assert ssh(lab, lab.pcs[1].name, "hostname") == (0, f"{lab.pcs[1].name}\n")


def ssh(lab: PcLab, name: str, command: str) -> tuple[int, str]:
    """Exit code and words of a command over ssh."""
    done = subprocess.run(
        [*lab.ssh(name), command], check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=30
    )
    return done.returncode, done.stdout


def is_silent(lab: PcLab, name: str) -> bool:
    """Neither an answer nor a refusal comes."""
    with socket.socket() as caller:
        caller.settimeout(SILENCE_S)
        try:
            caller.connect(lab.endpoint(name))
        except TimeoutError:
            return True
        return False


def send_magic(lab: PcLab, packet: bytes) -> None:
    """Send a packet to where the lab listens for magic ones."""
    with socket.socket(type=socket.SOCK_DGRAM) as sender:
        sender.sendto(packet, ("127.0.0.1", lab.state.wake_port))


def magic(mac: str) -> bytes:
    """The packet that wakes a network card."""
    return b"\xff" * 6 + bytes.fromhex(mac.replace(":", "")) * 16


def test_an_off_pc_is_silent_and_keeps_its_disk(lab: PcLab, pc: LabPc) -> None:
    """Nobody is refused, many callers hear nothing, and what was on the disk is there when it is on again."""
    lab.shell(pc.name, "echo kept >/etc/kept; echo gone >/run/gone")
    lab.fault(pc.name, off=True)
    assert all(is_silent(lab, pc.name) for _ in range(3))
    assert not is_silent(lab, lab.pcs[1].name)
    lab.fault(pc.name)
    assert lab.shell(pc.name, "cat /etc/kept; rm /etc/kept; ls /run | grep -c gone || :") == "kept\n0\n"


def test_a_session_dies_in_silence_when_the_power_goes(lab: PcLab, pc: LabPc) -> None:
    """No byte and no end; once the PC is on again it knows nothing of that connection."""
    with socket.create_connection(lab.endpoint(pc.name)) as caller:
        assert caller.recv(4) == b"SSH-"
        caller.recv(200)
        lab.fault(pc.name, off=True)
        assert not select.select([caller], [], [], SILENCE_S)[0]
        lab.fault(pc.name)
        assert select.select([caller], [], [], 60)[0]
        with pytest.raises(ConnectionResetError):
            caller.recv(1)


def test_a_magic_packet_switches_a_pc_on(lab: PcLab) -> None:
    """Its own, wherever the sequence stands in the packet; rubbish and another's packet do not."""
    off = lab.pcs[2]
    assert is_silent(lab, off.name)
    for packet in (b"", b"\xff" * 102, magic("02:ff:ff:ff:ff:ff"), magic(off.mac)[:-1], magic(lab.pcs[0].mac)):
        send_magic(lab, packet)
    assert is_silent(lab, off.name)
    send_magic(lab, b"\xff\xff" + magic(off.mac) + b"password")
    with socket.create_connection(lab.endpoint(off.name), timeout=20) as caller:
        assert caller.recv(4) == b"SSH-"
    assert ssh(lab, off.name, "hostname") == (0, f"{off.name}\n")


def test_a_pulled_cable_stalls_a_session_and_the_pc_goes_on(lab: PcLab, pc: LabPc) -> None:
    """What runs on it runs on; plugged in again, the session is there again."""
    words = [*lab.ssh(pc.name), "echo first; read word; echo $word; touch /tmp/went-on; cat"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as client:
        assert client.stdout.readline() == b"first\n"
        lab.fault(pc.name, pulled=True)
        client.stdin.write(b"second\n")
        client.stdin.flush()
        assert not select.select([client.stdout], [], [], SILENCE_S)[0]
        assert is_silent(lab, pc.name)
        assert lab.shell(pc.name, "hostname") == f"{pc.name}\n"
        lab.fault(pc.name)
        assert client.stdout.readline() == b"second\n"
        client.stdin.close()
        assert client.wait(10) == 0


def test_a_slow_pc_takes_its_time(lab: PcLab, pc: LabPc) -> None:
    """The connection is there at once, the first word of the PC is not."""
    lab.fault(pc.name, slow=SILENCE_S + 0.5)
    with socket.create_connection(lab.endpoint(pc.name), timeout=20) as caller:
        assert not select.select([caller], [], [], SILENCE_S)[0]
        assert caller.recv(4) == b"SSH-"


def test_a_changed_host_key_is_noticed(lab: PcLab, pc: LabPc) -> None:
    """By a client that is strict."""
    lab.fault(pc.name, wrong_host_key=True)
    code, words = ssh(lab, pc.name, "hostname")
    assert (code, "REMOTE HOST IDENTIFICATION HAS CHANGED" in words) == (255, True)


def test_sudo_asks_for_a_password(lab: PcLab, pc: LabPc) -> None:
    """Which nobody knows."""
    lab.fault(pc.name, wrong_sudo=True)
    assert ssh(lab, pc.name, "LC_ALL=C sudo -n id") == (1, "sudo: a password is required\n")


def test_python_is_gone(lab: PcLab, pc: LabPc) -> None:
    """And systemctl works all the same, as on a real PC."""
    lab.fault(pc.name, no_python=True)
    assert ssh(lab, pc.name, "/usr/bin/python3 -c 1")[0] == 127
    assert lab.run_in(pc.name, ["systemctl", "is-enabled", "cron"]).stdout == "enabled\n"


def test_a_full_disk_takes_no_byte(lab: PcLab, pc: LabPc) -> None:
    """And what is on it can be read; mended, there is room."""
    lab.fault(pc.name, disk_full=True)
    done = lab.run_in(pc.name, ["sh", "-c", "head -c 9000 /dev/zero >/etc/new"])
    assert (done.returncode, "No space left on device" in done.stderr) == (1, True)
    lab.fault(pc.name, disk_full=True, no_python=True)
    assert lab.run_in(pc.name, ["sh", "-c", "head -c 9000 /dev/zero >/etc/new"]).returncode == 1
    lab.fault(pc.name)
    lab.shell(pc.name, "head -c 9000 /dev/zero >/etc/new; rm /etc/new")


def test_the_package_lock_is_held(lab: PcLab, pc: LabPc) -> None:
    """By a process that can be named; mended, it is free."""
    lab.fault(pc.name, apt_lock=True)
    done = lab.run_in(pc.name, ["apt-get", "-q", "-o", "DPkg::Lock::Timeout=0", "-y", "install", "bc"])
    assert done.returncode == 100
    assert "unattended-upgr" in done.stderr
    lab.fault(pc.name)
    lab.shell(pc.name, "apt-get -qq -y install bc >/dev/null 2>&1; apt-get -qq -y remove bc >/dev/null")


def test_a_module_is_killed_after_a_while(lab: PcLab, pc: LabPc) -> None:
    """What root runs with python3 from its input, as Ansible does; nothing else is."""
    lab.fault(pc.name, killed_after=0.3)
    assert ssh(lab, pc.name, "python3 -c 'import time; time.sleep(1)'; echo lived") == (0, "lived\n")
    assert ssh(lab, pc.name, "printf 'import time; time.sleep(20)' | sudo -n /usr/bin/python3; exit $?")[0] == 137


def test_a_module_is_killed_when_it_changes_a_path(lab: PcLab, pc: LabPc) -> None:
    """Not before."""
    lab.fault(pc.name, killed_at="/etc/seen")
    code = 'import time; time.sleep(0.5); print(1, flush=True); time.sleep(0.3); open("/etc/seen", "w"); time.sleep(20)'
    assert ssh(lab, pc.name, f"printf '%s' '{code}' | sudo -n /usr/bin/python3; exit $?")[0] == 137
    assert lab.shell(pc.name, "ls /etc/seen; rm /etc/seen") == "/etc/seen\n"


def test_a_clock_is_wrong(lab: PcLab, pc: LabPc) -> None:
    """For everything that starts from now on, root's things too; other PCs have the right time."""
    lab.fault(pc.name, clock_wrong=-400)
    right = int(lab.shell(lab.pcs[1].name, "date +%s"))
    for command in ("date +%s", "sudo date +%s", "sudo python3 -c 'import time; print(time.time())'"):
        assert abs(right - 400 * 86400 - float(ssh(lab, pc.name, command)[1])) < 60
    lab.fault(pc.name)
    assert abs(right - int(lab.shell(pc.name, "date +%s"))) < 60


def test_faults_survive_the_night(lab: PcLab, pc: LabPc) -> None:
    """What is broken is broken after a boot as well, and can be mended while the PC is off."""
    lab.fault(pc.name, wrong_sudo=True, apt_lock=True)
    lab.fault(pc.name, wrong_sudo=True, apt_lock=True, off=True)
    send_magic(lab, magic(pc.mac))
    with socket.create_connection(lab.endpoint(pc.name), timeout=20):
        pass
    assert ssh(lab, pc.name, "LC_ALL=C sudo -n id")[0] == 1
    assert lab.run_in(pc.name, ["pgrep", "-f", "unattended-upgrade"]).returncode == 0


def test_a_hundred_callers_are_served(lab: PcLab, pc: LabPc) -> None:
    """Nobody is turned away."""
    with contextlib.ExitStack() as stack:
        callers = [stack.enter_context(socket.create_connection(lab.endpoint(pc.name), timeout=30)) for _ in range(100)]
        assert {caller.recv(4) for caller in callers} == {b"SSH-"}


def test_a_pc_may_switch_itself_off(lab: PcLab, pc: LabPc) -> None:
    """It is off then, and a magic packet switches it on."""
    lab.run_in(pc.name, ["python3", "-c", "import ctypes; ctypes.CDLL(None).reboot(0x4321FEDC)"])
    while Remote(lab.root).faults()[pc.name] != "off":
        pass
    assert is_silent(lab, pc.name)
    send_magic(lab, magic(pc.mac))
    with socket.create_connection(lab.endpoint(pc.name), timeout=20) as caller:
        assert caller.recv(4) == b"SSH-"
    assert Remote(lab.root).faults()[pc.name] == ""
