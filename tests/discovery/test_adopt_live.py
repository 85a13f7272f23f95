"""Adopting a switch that is asked itself: LLDP says where its uplink ends, MAC addresses what hangs on its ports."""

import json
import re
from collections.abc import Iterator

import pytest
from small_lab import SCHOOL, SWITCHES, Prompt, SmallLab, lab_up, make_workspace, school_spec

from campusctl.cli import adopt as adopt_command
from campusctl.lab.spec import Faults

CORE, CX, IOS = (SWITCHES[name] for name in ("hp_procurve", "aruba_aoscx", "cisco_ios"))


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallLab]:
    """The school's switches, for all tests."""
    root = make_workspace(tmp_path_factory.mktemp("live") / "ws")
    with lab_up(root, school_spec(root), timeout_s=4.0) as lab:
        yield lab


@pytest.fixture
def prompt(up: SmallLab, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Prompt]:
    """A prompt in the workspace; its files are put back."""
    file = up.root / "inventory" / "schools" / SCHOOL / "devices.yml"
    before = file.read_text()
    monkeypatch.chdir(up.root)
    monkeypatch.setattr(adopt_command, "open_desk", lambda: up.desk)
    yield Prompt(up, capsys)
    file.write_text(before)
    for name in up.names:
        up.thread.station(name).reset()


def forget(lab: SmallLab, name: str) -> None:
    """Nobody knows of a switch any more: neither its entry nor the port that names it."""
    file = lab.root / "inventory" / "schools" / SCHOOL / "devices.yml"
    text = re.sub(rf"(?m)^  {name}:\n(?:    .*\n|\n)+", "", file.read_text())
    file.write_text(re.sub(rf"(?m)^      \d+: {{downlink: {name}}}\n", "", text))


WORDS = {
    CX: ("adopt", CX, "--profile", "aruba-6100-48g", "--room", "V2", "--address", "10.7.3.12"),
    IOS: ("adopt", IOS, "--profile", "cisco-c2960x-24ps", "--room", "OGS", "--address", "10.7.3.13"),
}


@pytest.mark.parametrize("name", WORDS)
def test_a_switch_nobody_knew_is_written_down_and_its_plan_is_empty(prompt: Prompt, name: str) -> None:
    """The port of the switch above is known by LLDP; drift of the whole school is none."""
    forget(prompt.lab, name)
    code, out, err = prompt.run(*WORDS[name], "--yes")
    assert (code, "inventory: written" in err) == (0, True), out + err
    port = {CX: 25, IOS: 26}[name]
    assert f"+      25: {{uplink: {CORE}, to: {port}}}" in out
    assert "a plan would change nothing" in out
    report = prompt.lab.drift()
    assert [(one.device, one.edits, one.refused_edits) for one in report.assessments if one.drifted] == []


def test_a_device_is_known_by_its_address_whatever_the_description_says(prompt: Prompt) -> None:
    """The description is kept."""
    forget(prompt.lab, CX)
    station = prompt.lab.thread.station(CX)
    station.enter(["configure terminal", "interface 1/1/7", "description Tafel links", "end"])
    code, out, _ = prompt.run(*WORDS[CX], "--dry-run")
    assert code == 0
    assert "+      7: {device: s007-r3-dt01, description: Tafel links}" in out


def test_a_script_gets_what_is_left_and_why(prompt: Prompt) -> None:
    """JSON, exit 4; nothing is written."""
    forget(prompt.lab, IOS)
    prompt.lab.thread.station(IOS).enter(
        ["configure terminal", "interface Gi1/0/2", "no spanning-tree portfast", "end"]
    )
    code, out, _ = prompt.run(*WORDS[IOS], "--dry-run", "--json")
    said = json.loads(out)
    assert code == 4
    assert [edit["path"] for edit in said["left"]] == [["port", "GigabitEthernet1/0/2", "stp_edge"]]
    assert "needs an exception" in said["reasons"][0]
    assert IOS in said["diff"]
    assert IOS not in (prompt.lab.root / "inventory" / "schools" / SCHOOL / "devices.yml").read_text()


def test_a_switch_that_does_not_answer_is_not_written_down(prompt: Prompt) -> None:
    """What kept it, and nothing else; exit 1."""
    forget(prompt.lab, IOS)
    prompt.lab.thread.station(IOS).set_faults(Faults(dead=True))
    code, out, err = prompt.run(*WORDS[IOS], "--yes")
    assert (code, out) == (1, "")
    assert f"error: {IOS}: unreachable: " in err


def test_a_host_key_that_nobody_confirmed_is_shown_and_not_trusted(prompt: Prompt) -> None:
    """With the fingerprint from the console it is remembered; with another one nothing is sent."""
    forget(prompt.lab, IOS)
    file = prompt.lab.desk.known_hosts
    before = file.read_text()
    file.write_text("".join(line for line in before.splitlines(True) if "127.7.3.13" not in line))
    code, _, err = prompt.run(*WORDS[IOS], "--dry-run")
    shown = re.search(r"say --host-key (SHA256:\S+)", err)
    assert (code, shown is not None) == (1, True), err
    code, _, err = prompt.run(*WORDS[IOS], "--dry-run", "--host-key", "SHA256:" + "A" * 43)
    assert (code, "and not SHA256:AAAA" in err) == (1, True)
    code, out, err = prompt.run(*WORDS[IOS], "--dry-run", "--host-key", str(shown and shown[1]))
    assert code == 0, out + err
    assert "127.7.3.13" in file.read_text()
    file.write_text(before)


def test_nobody_is_there_to_ask(prompt: Prompt) -> None:
    """Without a terminal and without --yes nothing is written; JSON asks nothing."""
    forget(prompt.lab, IOS)
    code, _, err = prompt.run(*WORDS[IOS])
    assert code == 1
    assert "nobody is there to ask, so nothing was written" in err
    assert prompt.run(*WORDS[IOS], "--json")[0] == 2
    code, _, err = prompt.run(*WORDS[IOS][:-2])
    assert code == 1
    assert "nobody knows the switch's address" in err
