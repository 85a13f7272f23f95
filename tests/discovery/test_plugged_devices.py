"""Devices that answer in the lab only as long as their port lets them, and devices that are plugged in meanwhile."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from functools import partial
from ipaddress import IPv4Network
from pathlib import Path
from typing import ClassVar

import asyncssh
import pytest
from small_lab import SCHOOL, SWITCHES, make_workspace

from campusctl.errors import CampusError
from campusctl.lab import fleet, process
from campusctl.lab.appliances import kinds
from campusctl.lab.appliances.base import Appliance
from campusctl.lab.appliances.spec import LabAppliance
from campusctl.lab.control import open_control
from campusctl.lab.doors import Doors
from campusctl.lab.messages import NewDevice
from campusctl.lab.places import Places
from campusctl.lab.plugging import Plugging
from campusctl.lab.remote import Remote
from campusctl.lab.secrets import lab_dir
from campusctl.lab.server import LabServer
from campusctl.lab.spec import LabSpec
from campusctl.lab.state import LabState, lab_address, state_file
from campusctl.lab.surroundings import Surroundings

CORE, CX, IOS = (SWITCHES[name] for name in ("hp_procurve", "aruba_aoscx", "cisco_ios"))
BOARD, BOARD_AT, MAC = "s007-r3-dt01", "10.7.60.13", "00:0c:f1:07:00:63"


class Talker(Appliance):
    """A device that says who it is."""

    faults: ClassVar = {"rude": "says nothing nice"}

    def set_up(self, *, factory: bool) -> None:
        """Know whether anybody has set it up."""
        self.fresh = factory

    async def conversation(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One word for each line."""
        while await reader.readline():
            said = f"{self.spec.name} {self.serial} {'fresh' if self.fresh else 'set up'}\n"
            writer.write(said.encode())
            await writer.drain()


class Rig:
    """The lab's process, in a thread."""

    def __init__(self, root: Path, spec: LabSpec) -> None:
        self.root, self._spec = root, spec
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(30)
        self.remote = Remote(root)

    async def _start(self) -> None:
        keys = {switch.name: asyncssh.generate_private_key("ssh-ed25519") for switch in self._spec.switches}
        self.server, doors = LabServer(self._spec, keys, stall_s=0.2), Doors()
        await self.server.start()
        self.server.campus.moved = doors.moved
        self.appliances = await process._start_appliances(self._spec, self.server, doors)
        state = process._state(self._spec, self.server.port, None)
        write = partial(process._describe, self.root)
        plugging = Plugging(
            self.root, self.server.campus, self.server.school_of, self.appliances, doors, state, write
        )  # fmt: skip
        self._control = await open_control(lab_dir(self.root), self.server, None, self.appliances, plugging)
        write(state)

    def close(self) -> None:
        """Stop everything."""
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(30)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _stop(self) -> None:
        self._control.close()
        for appliance in self.appliances.values():
            await appliance.stop()
        await self.server.stop()
        await asyncio.sleep(0)

    def ask(self, address: str, wait_s: float = 0.4) -> str:
        """What a device says; empty: silence. A refusal is an error."""
        try:
            with socket.create_connection((lab_address(address), self.server.port), timeout=wait_s) as caller:
                caller.sendall(b"?\n")
                return caller.recv(200).decode().strip()
        except TimeoutError:
            return ""

    def enter(self, name: str, *lines: str) -> None:
        """Somebody at the console of a switch; what follows it has followed when this returns."""
        self.remote.enter(["configure terminal", *lines, "end"], name)
        self.remote.look(name)

    def pings(self, name: str, address: str) -> bool:
        """Whether an address answers a ping of a switch that has an address in its network."""

        async def ask() -> bool:
            around = Surroundings()
            self.server.campus.look(name, around)
            return around.answers(address, [IPv4Network(f"{address}/24", strict=False)], "")

        return asyncio.run_coroutine_threadsafe(ask(), self._loop).result(10)

    @property
    def state(self) -> LabState:
        """How the lab describes itself."""
        return LabState.model_validate_json(state_file(self.root).read_bytes())


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """A school whose third board talks."""
    root = make_workspace(tmp_path_factory.mktemp("plugged") / "ws")
    spec = fleet.build_spec(root, [SCHOOL])
    board = LabAppliance(name=BOARD, school=SCHOOL, kind="talker", address=BOARD_AT, mac="00:0c:f1:07:00:03")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kinds, "KINDS", {"talker": Talker})
        patch.setattr(process, "KINDS", {"talker": Talker})
        patch.setattr("campusctl.lab.plugging.KINDS", {"talker": Talker})
        # The lab is this process, whose command line does not name the workspace.
        patch.setattr("campusctl.lab.state._alive", lambda _pid, _root: True)
        found = Rig(root, spec.model_copy(update={"appliances": (board,)}))
        yield found
        found.close()


@pytest.fixture(autouse=True)
def _whole_again(rig: Rig) -> Iterator[None]:
    """Each test leaves the lab as it found it."""
    yield
    rig.remote.fault_appliance([], BOARD)
    rig.remote.reset()


CUTS = {
    "shut": (CX, "interface 1/1/7", "shutdown"),
    "wrong VLAN": (CX, "interface 1/1/7", "vlan access 30"),
    "the core does not carry it": (CORE, "vlan 60", "no tagged 25", "exit"),
}


@pytest.mark.parametrize("cut", CUTS)
def test_a_line_on_a_switch_makes_a_device_silent_and_another_one_brings_it_back(rig: Rig, cut: str) -> None:
    """Not refused: silent, as behind a port without light."""
    assert rig.ask(BOARD_AT) == f"{BOARD} LABS007R3DT01 set up"
    switch, *lines = CUTS[cut]
    rig.enter(switch, *lines)
    assert rig.ask(BOARD_AT) == ""
    rig.remote.reset(switch)
    rig.remote.look(switch)
    assert rig.ask(BOARD_AT) == f"{BOARD} LABS007R3DT01 set up"


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("off", ""),
        ("unplugged", ""),
        ("no-address", ""),
        (f"port={CX}:8", f"{BOARD} LABS007R3DT01 set up"),
        (f"port={CX}:10", ""),
        (f"port={IOS}:7", ""),
        ("new", f"{BOARD} NEWS007R3DT01 fresh"),
        ("stranger=ABC", f"{BOARD} ABC set up"),
    ],
)
def test_where_a_device_is_decides_whether_it_answers(rig: Rig, fault: str, said: str) -> None:
    """Port 8 is a board's port as well, 10 is a printer's, and the other switch's are shut."""
    rig.remote.fault_appliance([fault], BOARD)
    rig.remote.look(CX)
    assert rig.ask(BOARD_AT) == said
    assert rig.remote.faults()[BOARD] == fault


def test_a_fault_that_makes_no_sense_changes_nothing(rig: Rig) -> None:
    """Unknown kinds, ports and addresses, also of what is only seen."""
    for fault, what in (
        ("hungry", "has no fault 'hungry'"),
        (f"port={CX}:99", "has no port '99'"),
        ("port=nowhere:1", "the lab has no switch 'nowhere'"),
        ("new=12:34", "'12:34' is no MAC address"),
    ):
        with pytest.raises(CampusError, match=what):
            rig.remote.fault_appliance([fault], BOARD)
    with pytest.raises(CampusError, match="s007-r1-dt01 has no fault 'rude'"):
        rig.remote.fault_appliance(["rude"], "s007-r1-dt01")
    with pytest.raises(CampusError, match="the lab has no device 's007-x-dt99'"):
        rig.remote.fault_appliance(["off"], "s007-x-dt99")
    assert rig.ask(BOARD_AT) == f"{BOARD} LABS007R3DT01 set up"


def test_a_new_device_gets_the_address_that_the_inventory_has_for_it(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Plugged in, seen, silent; then its MAC address stands in the inventory, and it has address and name.

    How to talk to it is as the inventory says, who it is stays.
    """
    known = LabAppliance(
        name="s007-r4-dt02",
        school=SCHOOL,
        kind="talker",
        address="10.7.60.99",
        mac=MAC,
        serial="?",
        options={"tls": True},
    )
    monkeypatch.setattr("campusctl.lab.plugging.lab_appliances", lambda _city, _faults, _known: (known,))
    devices = rig.root / "inventory" / "schools" / SCHOOL / "devices.yml"
    before = devices.read_text()
    places = Places(rig.root, rig.state)
    rig.enter(CX, "interface 1/1/15", "no shutdown", "vlan access 60")
    rig.remote.plug(NewDevice(name="new-board", mac="000C.F107.0063", switch=CX, port="15", kind="talker"))
    assert rig.state.waiting == {"new-board": MAC}
    assert "s007-r4-dt02" not in places
    with pytest.raises(CampusError, match=r"no device at 10\.7\.60\.99"):
        places.endpoint("10.7.60.99")
    devices.write_text(f'{before}  s007-r4-dt02: {{profile: board-75, room: R4, address: 10.7.60.99, mac: "{MAC}"}}\n')
    places = Places(rig.root, rig.state)
    assert "s007-r4-dt02" in places
    assert places.endpoint("10.7.60.99") == ("127.7.60.99", rig.server.port)
    assert rig.ask("10.7.60.99") == "s007-r4-dt02 LABNEWBOARD fresh"
    assert rig.appliances["s007-r4-dt02"].spec.options == {"tls": True}
    assert rig.state.waiting == {}
    rig.enter(CX, "interface 1/1/15", "vlan access 30")
    assert rig.ask("10.7.60.99") == ""
    devices.write_text(before)


def test_a_ping_finds_a_new_device_at_its_address(rig: Rig) -> None:
    """Nobody needs to have talked to it before; an inventory that is wrong at that moment gives no address."""
    devices = rig.root / "inventory" / "schools" / SCHOOL / "devices.yml"
    before = devices.read_text()
    mac = "00:0c:f1:07:00:96"
    rig.remote.plug(NewDevice(name="pinged", mac=mac, switch=CX, port="18", kind="talker"))
    devices.write_text(before + "  s007-r4-dt03: {profile: [\n")
    assert not rig.pings(CX, "10.7.60.96")
    assert rig.state.waiting == {"pinged": mac}
    devices.write_text(f'{before}  s007-r4-dt03: {{profile: board-75, room: R4, address: 10.7.60.96, mac: "{mac}"}}\n')
    assert rig.pings(CX, "10.7.60.96")
    assert rig.state.waiting == {}
    assert rig.state.appliances["s007-r4-dt03"] == "10.7.60.96"
    rig.enter(CX, "interface 1/1/18", "vlan access 30")
    assert not rig.pings(CX, "10.7.60.96")
    devices.write_text(before)


def test_a_successor_takes_name_and_address_and_gives_them_back(rig: Rig) -> None:
    """Whose MAC address the inventory names has them; the other one is seen where it is plugged in, and silent."""
    devices = rig.root / "inventory" / "schools" / SCHOOL / "devices.yml"
    before, old, new = devices.read_text(), "00:0c:f1:07:00:03", "00:0c:f1:07:00:95"
    rig.remote.plug(NewDevice(name="successor", mac=new, switch=CX, port="7", kind="talker", serial="NEXT"))
    first = f"{BOARD} LABS007R3DT01"
    assert rig.ask(BOARD_AT) == f"{first} set up"
    assert Places(rig.root, rig.state).endpoint(BOARD_AT)
    assert rig.ask(BOARD_AT) == f"{first} set up", "nobody has said that it is swapped"
    devices.write_text(before.replace(old, new))
    assert Places(rig.root, rig.state).endpoint(BOARD_AT) == (lab_address(BOARD_AT), rig.server.port)
    assert rig.ask(BOARD_AT) == f"{BOARD} NEXT fresh"
    assert rig.state.waiting == {f"{BOARD}-replaced1": old}
    assert sorted(plug.end.name for plug in rig.server.campus.plugs.at(CX) if plug.port == "1/1/7") == [
        BOARD, f"{BOARD}-replaced1",
    ]  # fmt: skip
    devices.write_text(before)
    assert Places(rig.root, rig.state).endpoint(BOARD_AT)
    assert rig.ask(BOARD_AT) == f"{first} set up"
    assert rig.state.waiting == {f"{BOARD}-replaced2": new}


def test_a_new_device_may_have_its_address_at_once(rig: Rig) -> None:
    """As told, in the VLAN that the address belongs to."""
    rig.enter(CX, "interface 1/1/16", "no shutdown", "vlan access 60")
    device = NewDevice(
        name="fixed",
        mac="00:0c:f1:07:00:64",
        switch=CX,
        port="1/1/16",
        kind="talker",
        address="10.7.60.98",
        serial="X1",
    )
    rig.remote.plug(device)
    assert rig.ask("10.7.60.98") == "fixed X1 fresh"
    with pytest.raises(CampusError, match=r"something in the lab has the address 10\.7\.60\.98 already"):
        rig.remote.plug(device.model_copy(update={"name": "other", "mac": "00:0c:f1:07:00:65"}))


@pytest.mark.parametrize(
    ("more", "what"),
    [
        ({"name": BOARD}, f"the lab has a device {BOARD} already"),
        ({"name": CX}, f"the lab has a device {CX} already"),
        ({"mac": "00:0c:f1:07:00:01"}, "s007-r1-dt01 has the MAC address 00:0c:f1:07:00:01 already"),
        ({"mac": "hello"}, "'hello' is no MAC address"),
        ({"kind": "toaster"}, "the lab plays no device of the kind 'toaster'"),
        ({"says": "moo"}, "nothing is known of what a 'moo' says"),
        ({"port": "99"}, "has no port '99'"),
        ({"switch": "s007-v9-sw01"}, "the lab has no switch 's007-v9-sw01'"),
        ({"address": "192.168.1.1"}, "192.168.1.1 has no twin in the lab"),
    ],
)
def test_what_cannot_be_plugged_in_is_said(rig: Rig, more: dict[str, str], what: str) -> None:
    """And nothing is there afterwards."""
    said = {"name": "thing", "mac": "00:0c:f1:07:00:66", "switch": CX, "port": "17"} | more
    with pytest.raises(CampusError, match=what):
        rig.remote.plug(NewDevice.model_validate(said))
    assert "thing" not in rig.server.campus.plugs


def test_it_is_plugged_in_from_the_command_line(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is wrong with an option is said by its name."""
    from campusctl.cli.main import call  # noqa: PLC0415 - used here only

    monkeypatch.chdir(rig.root)
    words = ["lab", "plug", "cli-phone", "--mac", "0004f2aa0001"]
    assert call([*words, "--port", f"{CX}:18", "--says", "phone"]) == 0
    assert capsys.readouterr().out == f"cli-phone is plugged into port 18 of {CX}\n"
    call(["lab", "status"])
    assert (
        "cli-phone        00:04:f2:aa:00:01 plugged in; the inventory has no address for it yet"
        in capsys.readouterr().out
    )
    assert call([*words, "--port", f"{CX}:18", "--address", "10.7"]) == 1
    assert "--address" in capsys.readouterr().err


def test_more_devices_than_the_system_has_files_for_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything listens; as many as are needed are asked for, and no more than there may be."""
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr(process.resource, "getrlimit", lambda _what: (1024, 4096))
    monkeypatch.setattr(process.resource, "setrlimit", lambda _what, limits: asked.append(limits))
    process._allow_files(100)
    process._allow_files(1000)
    with pytest.raises(CampusError, match="5000 devices need more open files than this system allows"):
        process._allow_files(5000)
    assert asked == [(3512, 4096), (4096, 4096)]
