"""From the inventory to the way on which each PC is woken, or why it cannot be."""

from dataclasses import replace
from pathlib import Path

import pytest
from wake_room import SATURDAY, SCHOOL, Nothing, make_city

from campusctl.drivers.pc.wake.orders import WakeOrder
from campusctl.inventory.load import load_city
from campusctl.model.plan import DeviceLogin
from campusctl.workflow import Desk
from campusctl.workflow.wake_orders import wake_orders

REPO = Path(__file__).parents[3]
LINE = '  s055-r201-pc02: {profile: wecker, room: R201, address: 10.55.101.13, mac: "c8:d9:d2:55:00:02"'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workspace with the school."""
    return make_city(tmp_path / "ws", REPO)


def order(root: Path, more: str = "", *, line: str = LINE) -> WakeOrder:
    """The order for a PC about which its entry says more."""
    path = root / "inventory" / "schools" / SCHOOL / "devices.yml"
    before = path.read_text()
    assert f"{LINE}}}" in before
    said = f", settings: {{pc: {{{more}}}}}" if more else ""
    path.write_text(before.replace(f"{LINE}}}", f"{line}{said}}}"))
    desk = Desk(root, Nothing(), lambda address: (address, 22), root / "known_hosts", b"k" * 32, clock=lambda: SATURDAY)
    desk = replace(desk, known_hosts_per_school=True, timeout_s=7.0)
    city = load_city(root, [SCHOOL])
    (found,) = wake_orders(desk, city, [city.find_device("s055-r201-pc02")])
    return found


PLAIN = {"device": "s055-r201-pc02", "school": SCHOOL, "host": "10.55.101.13", "port": 22}
MAC = "c8:d9:d2:55:00:02"


def test_a_helper_is_sent_the_packet(root: Path) -> None:
    """At its own address."""
    assert order(root) == WakeOrder(**PLAIN, mac=MAC, method="helper", address="10.55.101.2")


def test_a_directed_broadcast_goes_to_the_pc_s_own_subnet(root: Path) -> None:
    """The PC room's, as the city's VLANs say it."""
    found = order(root, "wake: {method: broadcast}")
    assert found == WakeOrder(**PLAIN, mac=MAC, method="broadcast", address="10.55.101.255")


def login(host: str) -> DeviceLogin:
    """As the profile says."""
    key = str(Path("~/.ssh/campusctl").expanduser())
    return DeviceLogin(host=host, user="campus", key_file=key, known_hosts="", timeout_s=7.0)


@pytest.mark.parametrize(("host", "address"), [("s055-r201-pc01", "10.55.101.11"), ("10.55.10.5", "10.55.10.5")])
def test_a_host_of_the_inventory_or_any_other_one_sends_it(root: Path, host: str, address: str) -> None:
    """Over ssh, with the school's known hosts."""
    found = order(root, f"wake: {{method: host, host: {host}}}")
    sender = login(address).model_copy(
        update={"known_hosts": str(root / "known_hosts" / SCHOOL), "known_hosts_before": str(root / "known_hosts")}
    )  # fmt: skip
    assert found == WakeOrder(**PLAIN, mac=MAC, method="host", sender=sender)


@pytest.mark.parametrize(
    ("line", "more", "why"),
    [
        (LINE.partition(", mac")[0], "", "the inventory does not know its MAC address"),
        (LINE, "wake_on_lan: false", "the inventory does not say that it wakes up (pc.wake_on_lan)"),
        (LINE, "wake: {method: none}", "the inventory does not say how it is woken (pc.wake.method)"),
        (
            LINE,
            "wake: {method: host, host: s055-r201-pc02}",
            "the host that is to wake it is itself (pc.wake.host)",
        ),
    ],
)
def test_why_a_pc_cannot_be_woken(root: Path, line: str, more: str, why: str) -> None:
    """It is looked at all the same: it may be on."""
    found = order(root, more, line=line)
    assert found == WakeOrder(**PLAIN, cannot=why)


def test_a_pc_without_an_address_is_not_looked_for(root: Path) -> None:
    """Nobody could see whether it woke up."""
    found = order(root, line=LINE.replace("profile: wecker, ", "").replace("address: 10.55.101.13, ", ""))
    assert found == WakeOrder(**{**PLAIN, "host": "", "port": 0}, cannot="the inventory gives it no address")


def test_a_windows_pc_answers_on_another_port(root: Path) -> None:
    """WinRM's."""
    profile = root / "inventory" / "profiles" / "wecker.yml"
    profile.write_text(profile.read_text().replace("dialect: linux", "dialect: windows"))
    assert order(root).port == 5986
