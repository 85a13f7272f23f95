"""`campusctl lab … --pcs`: the inventory's PCs, real ones; and what it says where they cannot be."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from pc_lab import need_pcs

from campusctl.cli.main import call
from campusctl.errors import CampusError
from campusctl.inventory.load import load_city
from campusctl.lab import fleet, state
from campusctl.lab.faults import typed
from campusctl.lab.pcs.city import lab_pcs, linux_pcs
from campusctl.lab.pcs.faults import parse_pc_faults
from campusctl.lab.pcs.spec import PcFaults

pytestmark = pytest.mark.debian

REPO = Path(__file__).parents[3]


@pytest.fixture
def root(musterstadt: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The example city, with its templates."""
    (musterstadt / "templates").symlink_to(REPO / "templates")
    monkeypatch.chdir(musterstadt)
    yield musterstadt
    fleet.stop(musterstadt)


def test_the_lab_has_the_linux_pcs_of_the_inventory(root: Path) -> None:
    """With their addresses, network cards and logins; not the ones with Windows."""
    pcs = {pc.name: pc for pc in lab_pcs(load_city(root), {"s007-r3-pc01": PcFaults(off=True)})}
    assert pcs.keys() == linux_pcs(load_city(root)).keys()
    pc = pcs["s007-r3-pc01"]
    assert (pc.school, pc.address, pc.mac, pc.user) == ("schule-007", "10.7.30.11", "c8:d9:d2:07:00:01", "campus")
    assert pc.faults.off
    assert not pcs["s007-r4-pc01"].faults.off
    assert len({pc.address for pc in pcs.values()}) == len({pc.mac for pc in pcs.values()}) == len(pcs)


def test_a_school_with_its_pcs_goes_up_and_down(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One command each; what is wrong with a PC is listed, made and mended as with a switch."""
    need_pcs()
    assert call(["lab", "up", "schule-007", "--pcs", "--fault", "s007-r4-pc01:off"]) == 0
    assert capsys.readouterr().out.startswith("3 switches, 2 PCs and 5 other devices are up; port ")
    up = state.read(root)
    assert up is not None
    assert up.pcs == {"s007-r3-pc01": "10.7.30.11", "s007-r4-pc01": "10.7.30.12"}
    assert up.wake_port
    host, port = up.endpoint("10.7.30.11")
    words = ["ssh", "-F", "none", "-i", str(state.pc_key(root)), "-p", str(port), "-o", "BatchMode=yes"]
    words += ["-o", f"UserKnownHostsFile={state.known_hosts(root)}", f"campus@{host}", "sudo", "hostname"]
    assert subprocess.run(words, check=True, capture_output=True, text=True).stdout == "s007-r3-pc01\n"

    assert call(["lab", "fault", "s007-r3-pc01:no-python", "s007-v1-sw01:dead"]) == 0
    assert capsys.readouterr().out == "s007-r3-pc01: no-python\ns007-v1-sw01: dead\n"
    assert call(["lab", "status"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("up: 3 switches, 2 PCs and 5 other devices, process ")
    assert [line.split("fault: ")[1] for line in said.splitlines() if "fault" in line] == ["dead", "no-python", "off"]
    assert call(["lab", "fault", "--clear"]) == 0
    assert capsys.readouterr().out == "every device is mended\n"
    assert call(["lab", "down"]) == 0
    assert capsys.readouterr().out == "the lab is down\n"


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("dead", "pc has no fault 'dead'"),
        ("", "pc has no fault ''"),
        ("off=1", "off takes no value"),
        ("slow", "slow takes a value"),
        ("slow=", "slow takes a value"),
        ("slow=soon", "not a number"),
        ("slow=-1", "not a number"),
        ("slow=nan", "not a number"),
        ("clock-wrong=inf", "not a number"),
        ("killed-after=0", "not a number"),
        ("killed-at=motd", "not a path"),
        ("killed-at=/etc/\x1b", "not a path"),
    ],
)
def test_a_fault_that_no_pc_has_is_refused(fault: str, words: str) -> None:
    """With the kinds there are."""
    with pytest.raises(CampusError, match=words):
        parse_pc_faults("pc", [fault])


def test_faults_are_shown_as_they_are_typed() -> None:
    """Several on one PC, too."""
    found = parse_pc_faults("pc", ["clock-wrong=-3", "killed-at=/etc/motd", "disk-full"])
    assert found == PcFaults(clock_wrong=-3, killed_at="/etc/motd", disk_full=True)
    assert typed(found) == ("disk-full", "killed-at=/etc/motd", "clock-wrong=-3.0")


def test_a_pc_is_broken_only_where_it_is_up(root: Path) -> None:
    """Without --pcs there is none."""
    with pytest.raises(CampusError, match="this is a PC"):
        fleet.build_spec(root, ["schule-007"], faults=["s007-r3-pc01:off"])


def test_where_pcs_cannot_be_nothing_is_started(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One sentence, and what to do; without --pcs all is as before."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(root / "cache"))
    monkeypatch.setattr("shutil.which", lambda name, path: None if name == "debootstrap" else f"/usr/bin/{name}")
    assert call(["lab", "up", "schule-007", "--pcs"]) == 1
    said = capsys.readouterr().err
    assert "PCs need debootstrap, which is not installed" in said
    assert "apt-get install debootstrap" in said
    assert state.read(root) is None
    assert call(["lab", "up", "schule-007"]) == 0
    assert capsys.readouterr().out.startswith("3 switches")
