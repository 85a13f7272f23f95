"""`campusctl wake` on the lab's real Debian PCs: one that is off boots and takes a login."""

import asyncio
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from pc_lab import PcLab, pcs_up
from wake_room import SCHOOL, make_city

from campusctl.cli.main import call
from campusctl.drivers.pc.wake.methods import send_all
from campusctl.drivers.pc.wake.orders import WakeOrder
from campusctl.lab.pcs.spec import LabPc, PcFaults
from campusctl.model.plan import DeviceLogin

pytestmark = pytest.mark.debian

REPO = Path(__file__).parents[3]
FIRST, SECOND, THIRD = (f"s055-r201-pc0{number}" for number in (1, 2, 3))


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PcLab]:
    """The PC room of the school; its second PC is off, and the third one will not wake up: its card is another one."""
    root = make_city(tmp_path_factory.mktemp("lab") / "ws", REPO)
    off = PcFaults(off=True)
    pcs = (
        LabPc(name=FIRST, school=SCHOOL, address="10.55.101.11", mac="c8:d9:d2:55:00:01"),
        LabPc(name=SECOND, school=SCHOOL, address="10.55.101.13", mac="c8:d9:d2:55:00:02", faults=off),
        LabPc(name=THIRD, school=SCHOOL, address="10.55.101.14", mac="02:00:00:00:00:77", faults=off),
    )
    with pcs_up(root, pcs) as found:
        yield found


def test_a_pc_of_the_lab_is_woken(lab: PcLab, capsys: pytest.CaptureFixture[str]) -> None:
    """It answers afterwards, and the one without the right card does not."""
    words = [
        "--workspace",
        str(lab.root),
        "--lab",
        "wake",
        f"{SCHOOL}/R201",
        "--wait",
        "8",
        "--now",
        "--reason",
        "test",
    ]
    assert call([*words, "--json"]) == 3
    found = {row["device"]: (row["state"], row["what"]) for row in json.loads(capsys.readouterr().out)}
    assert found == {
        FIRST: ("on", ""), SECOND: ("woke", ""), THIRD: ("silent", "it did not answer within 8 s")
    }  # fmt: skip
    done = subprocess.run([*lab.ssh(SECOND), "hostname"], capture_output=True, text=True, timeout=20, check=False)
    assert (done.stdout, done.returncode) == (f"{SECOND}\n", 0)


def test_a_pc_of_the_lab_can_be_the_host_that_sends(lab: PcLab) -> None:
    """A real Debian takes the login and runs the program; it needs no rights for it."""
    host, port = lab.endpoint(FIRST)
    login = DeviceLogin(host=host, port=port, user="campus", key_file=str(lab.key), known_hosts=str(lab.known_hosts))
    order = WakeOrder(
        device=THIRD, school=SCHOOL, host="127.55.101.14", port=port, mac="c8:d9:d2:55:00:03", method="host",
        sender=login,
    )  # fmt: skip
    assert asyncio.run(send_all([order])) == {}
    wrong = login.model_copy(update={"user": "nobody-here"})
    assert asyncio.run(send_all([order.model_copy(update={"sender": wrong})])) == {
        THIRD: f"no packet was sent, for the host {host} is to send it: it refuses our key"
    }
