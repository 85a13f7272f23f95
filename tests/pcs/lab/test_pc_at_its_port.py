"""A PC of the lab hangs on a port of a switch: it is reached while that lets it, and seen while it is on."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from pc_lab import PcLab, make_pcs, pcs_up
from small_lab import SCHOOL, SWITCHES, make_workspace

from campusctl.lab import fleet
from campusctl.lab.remote import Remote
from campusctl.lab.spec import LabEnd

pytestmark = pytest.mark.debian

CORE = SWITCHES["hp_procurve"]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PcLab]:
    """One PC at port 3 of a switch that is alone."""
    root = make_workspace(tmp_path_factory.mktemp("port") / "ws")
    (pc,) = make_pcs(1, school=SCHOOL)
    core = next(one for one in fleet.build_spec(root, [SCHOOL]).switches if one.name == CORE)
    end = LabEnd(pc.name, "3", pc.mac, 30, pc.address)
    with pcs_up(root, [pc], switches=[core.model_copy(update={"ends": (end,), "neighbors": ()})]) as up:
        yield up


def greeting(lab: PcLab, root: Path) -> str:
    """What its sshd says first; empty: silence."""
    Remote(root).look(CORE)
    try:
        with socket.create_connection(lab.endpoint(lab.pcs[0].name), timeout=1.5) as caller:
            return caller.recv(40).decode().partition("-")[0]
    except TimeoutError:
        return ""


@pytest.mark.parametrize("line", ["disable", "untagged vlan 60"])
def test_a_pc_is_silent_while_its_port_does_not_let_it(lab: PcLab, line: str) -> None:
    """Shut, or in another VLAN; then it is there again, as it was."""
    remote = Remote(lab.root)
    assert greeting(lab, lab.root) == "SSH"
    remote.enter(["configure terminal", "interface 3", line, "end"], CORE)
    assert greeting(lab, lab.root) == ""
    remote.reset(CORE)
    assert greeting(lab, lab.root) == "SSH"


def test_a_pc_in_another_port_is_in_that_ports_vlan(lab: PcLab) -> None:
    """Port 4 is a PC's as well, 7 is a board's."""
    name = lab.pcs[0].name
    for port, said in (("4", "SSH"), ("7", ""), ("3", "SSH")):
        lab.fault(name, port=f"{CORE}:{port}")
        assert greeting(lab, lab.root) == said
    lab.fault(name)
    assert greeting(lab, lab.root) == "SSH"
