"""Real PCs of the lab: they boot, let their key in, run their services, and leave nothing behind."""

import os
import signal
import subprocess
from pathlib import Path

import pytest
from pc_lab import PcLab, make_pcs, pcs_up

from campusctl.lab import state
from campusctl.lab.secrets import lab_dir

pytestmark = pytest.mark.debian


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> PcLab:
    """Three PCs."""
    with pcs_up(tmp_path_factory.mktemp("pcs"), make_pcs(3)) as up:
        yield up


def said(lab: PcLab, name: str, command: str) -> str:
    """What a command says over ssh."""
    done = subprocess.run([*lab.ssh(name), command], check=False, capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_pc_is_a_debian_with_a_name_of_its_own(lab: PcLab) -> None:
    """With its address and network card, and one login that may do everything."""
    for pc in lab.pcs:
        assert said(lab, pc.name, "hostname; sudo id -u; id -un").split() == [pc.name, "0", "campus"]
        assert pc.address in said(lab, pc.name, "ip -4 -brief address show eth0")
        assert pc.mac in said(lab, pc.name, "cat /sys/class/net/eth0/address")
    assert len({said(lab, pc.name, "cat /etc/machine-id") for pc in lab.pcs}) == len(lab.pcs)
    assert "Debian" in said(lab, lab.pcs[0].name, "grep PRETTY /etc/os-release")


def test_packages_install_without_a_network(lab: PcLab) -> None:
    """From the PC's own repository; another PC does not notice."""
    first, second, _ = (pc.name for pc in lab.pcs)
    assert said(lab, first, "sudo apt-get -qq -y install tree >/dev/null 2>&1; tree --version").startswith("tree v2")
    assert lab.run_in(second, ["tree", "--version"]).returncode == 127


def test_services_and_timers_start_and_stop(lab: PcLab) -> None:
    """What is enabled runs; a timer that was started is active."""
    name = lab.pcs[0].name
    lab.shell(name, "until systemctl --quiet is-active cups cron ssh; do :; done")
    lab.shell(name, "systemctl stop cups; ! systemctl is-active cups; systemctl start cups; lpstat -r | grep running")
    assert lab.shell(name, "systemctl is-active logrotate.timer; systemctl stop logrotate.timer") == "active\n"
    assert lab.run_in(name, ["systemctl", "is-active", "logrotate.timer"]).stdout == "inactive\n"
    assert lab.run_in(name, ["systemctl", "daemon-reload"]).stderr == ""


def test_a_pc_cannot_touch_the_machine_below_it(lab: PcLab) -> None:
    """Neither its clock nor its kernel nor its devices; its own network it can."""
    name = lab.pcs[0].name
    before = Path("/proc/sys/kernel/panic").read_text()
    assert lab.run_in(name, ["date", "-s", "2020-01-01"]).returncode == 1
    assert lab.run_in(name, ["sysctl", "-w", "kernel.panic=7"]).returncode != 0
    assert lab.run_in(name, ["mknod", "/tmp/disk", "b", "8", "0"]).returncode == 1
    assert Path("/proc/sys/kernel/panic").read_text() == before
    assert lab.shell(name, "sysctl -qw net.ipv4.ip_forward=1; sysctl -n net.ipv4.ip_forward") == "1\n"
    assert lab.run_in(name, ["cat", f"{lab.root}/.campusctl/lab/pc_key"]).returncode == 1


def test_an_ethernet_card_remembers_wake_on_lan(lab: PcLab) -> None:
    """As the chip of a real one does."""
    name = lab.pcs[0].name
    assert lab.shell(name, "cd /sys/class/net; ls; ls -d */device; cat eth0/carrier") == "eth0\nlo\neth0/device\n1\n"
    assert "Wake-on: d" in lab.shell(name, "ethtool eth0")
    assert "Wake-on: g" in lab.shell(name, "ethtool -s eth0 wol g; ethtool eth0")


def test_nothing_is_left_of_a_lab(tmp_path: Path) -> None:
    """No process, no mount, no file of a PC; not even when its process is killed."""
    with pcs_up(tmp_path, make_pcs(1)) as lab:
        assert in_namespaces_of(lab) != []
    assert in_namespaces_of(lab) == []
    assert list((lab_dir(tmp_path) / "pcs").iterdir()) == []
    with pcs_up(tmp_path, make_pcs(1)) as lab:
        os.kill(lab.state.pid, signal.SIGKILL)
        while in_namespaces_of(lab):
            pass
        assert state.read(tmp_path) is None
        # And the next one begins anew.
        with pcs_up(tmp_path, make_pcs(2)) as again:
            assert len(list((lab_dir(tmp_path) / "pcs").iterdir())) == 2
            assert said(again, again.pcs[1].name, "hostname") == again.pcs[1].name
    assert str(tmp_path) not in Path("/proc/self/mountinfo").read_text()


def test_a_lab_ends_though_a_cable_is_pulled(tmp_path: Path) -> None:
    """And though a session hung on it, or had hung on it before."""
    with pcs_up(tmp_path, make_pcs(2)) as lab:
        first, second = (pc.name for pc in lab.pcs)
        clients = [subprocess.Popen([*lab.ssh(name), "echo in; cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
                   for name in (first, second)]  # fmt: skip
        assert [client.stdout.readline() for client in clients] == [b"in\n"] * 2
        for name in (first, second):
            lab.fault(name, pulled=True)
        lab.fault(first)
    while runs(lab.state.pid):
        pass
    assert in_namespaces_of(lab) == []
    for client in clients:
        client.stdin.close()
        client.stdout.close()
        assert client.wait(20) == 255


def runs(pid: int) -> bool:
    """Whether a process has not ended; nobody need have asked how."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def in_namespaces_of(lab: PcLab) -> list[str]:
    """Processes that see the lab's folder mounted."""
    found = []
    for place in Path("/proc").glob("[0-9]*/mountinfo"):
        try:
            if f"{lab.root}/.campusctl/lab/pcs/" in place.read_text():
                found.append(place.parent.name)
        except OSError:
            continue
    return found
