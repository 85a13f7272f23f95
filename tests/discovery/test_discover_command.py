"""`campusctl discover` on simulated switches: what a person reads, what a script gets, and what is remembered."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from small_lab import SATURDAY, SCHOOL, SWITCHES, Prompt, SmallLab, lab_up, make_workspace, school_spec

from campusctl.cli import discover as discover_command
from campusctl.cli.ranges import joined
from campusctl.lab.plugs import Speech
from campusctl.lab.spec import Faults, LabEnd
from campusctl.model.discovery import Discovery
from campusctl.model.events import ignore
from campusctl.workflow.discovering import discover_school

CORE, CX, IOS = (SWITCHES[name] for name in ("hp_procurve", "aruba_aoscx", "cisco_ios"))


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallLab]:
    """The school's switches, for all tests."""
    root = make_workspace(tmp_path_factory.mktemp("discover") / "ws")
    with lab_up(root, school_spec(root), timeout_s=4.0) as lab:
        yield lab


@pytest.fixture
def lab(up: SmallLab) -> Iterator[SmallLab]:
    """As it was, after each test."""
    yield up
    campus = up.thread.server.campus
    for plug in tuple(campus.plugs):
        campus.place(plug.end.name, {})
    campus.plugs.remove("guest")
    for name in up.names:
        up.thread.station(name).reset()


@pytest.fixture
def prompt(lab: SmallLab, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Prompt:
    """A prompt in the workspace."""
    monkeypatch.chdir(lab.root)
    monkeypatch.setattr(discover_command, "open_desk", lambda: lab.desk)
    return Prompt(lab, capsys)


def discover(lab: SmallLab) -> Discovery:
    """What is found at the school."""
    return discover_school(lab.desk, SCHOOL, ignore, lambda _count: None)


def test_a_school_in_order(prompt: Prompt) -> None:
    """Free ports and one line; exit 0."""
    code, out, err = prompt.run("discover", SCHOOL)
    assert (code, err) == (0, "")
    assert out == (
        f"free at {CORE}: 11-23, 27, 28\nfree at {CX}: 11-24, 26-52\nfree at {IOS}: 5-24, 26-28\n"
        "3 switches read: 8 devices in place, 0 differ, 79 ports free.\n"
    )


def test_what_differs_is_a_table_and_sentences(lab: SmallLab, prompt: Prompt) -> None:
    """A board in another port, an access point that is gone, a device nobody knows; exit 4."""
    campus = lab.thread.server.campus
    campus.place("s007-r1-dt01", {"port": f"{CX}:1"})
    campus.place("s007-r1-ap01", {"unplugged": ""})
    campus.plugs.add(LabEnd("guest", "3", "9c934e000009", 0), CORE, Speech("Some box", ("bridge",)))
    campus.changed(CORE)
    code, out, _ = prompt.run("discover", "s007")
    assert code == 4
    head, _, rest = out.partition("\n\n")
    assert head.split("\n") == [
        "            switch        port  vlan  MAC address        since",
        f"wrong port  {CX}  1     30    00:0c:f1:07:00:01  2026-11-28 13:00",
        f"not seen    {CORE}  9     -     20:4c:03:07:00:01  -",
        f"stranger    {CORE}  3     30    9c:93:4e:00:00:09  2026-11-28 13:00",
    ]
    flat = " ".join(rest.split())
    assert f"s007-r1-dt01 is at port 1 of {CX}, the inventory says 7 of {CORE}." in flat
    assert f"s007-r1-ap01 is not seen (port 9 of {CORE}): it is off, unplugged or gone." in flat
    assert "a switch the inventory does not know that calls itself guest is at port 3" in flat
    assert "by LLDP: guest, Some box." in flat
    assert "6 devices in place, 3 differ" in flat


def test_a_script_gets_json(lab: SmallLab, prompt: Prompt) -> None:
    """The whole value, and nothing else on stdout."""
    lab.thread.server.campus.place("s007-r2-dt01", {"off": ""})
    code, out, _ = prompt.run("discover", SCHOOL, "--json")
    found = Discovery.model_validate(json.loads(out))
    assert code == 0
    assert [(one.device, one.kind.value, one.differs) for one in found.found] == [("s007-r2-dt01", "not_seen", False)]
    assert found.free[IOS][:3] == ("5", "6", "7")
    assert found.switches == (CORE, CX, IOS)


def test_a_switch_that_is_dead_is_said_and_hides_nobody_else(lab: SmallLab, prompt: Prompt) -> None:
    """Exit 3; its devices are neither missing nor in place."""
    lab.thread.station(CX).set_faults(Faults(dead=True))
    code, out, _ = prompt.run("discover", SCHOOL)
    lab.thread.station(CX).set_faults(Faults())
    assert code == 3
    assert f"{CX}: unreachable: " in out
    assert "4 devices hang on switches that could not be read: nothing is said of them" in out
    assert "2 switches read: 4 devices in place, 0 differ" in out


def test_since_when_something_is_there_is_remembered(lab: SmallLab) -> None:
    """From run to run, until it is gone; a switch that is not read makes nobody forget."""
    campus = lab.thread.server.campus
    campus.plugs.add(LabEnd("guest", "3", "9c934e000009", 0), CORE, None)
    campus.changed(CORE)
    assert [one.since for one in discover(lab).found] == [SATURDAY]
    lab.now = SATURDAY + timedelta(days=3)
    assert [one.since for one in discover(lab).found] == [SATURDAY]
    lab.thread.station(CORE).set_faults(Faults(dead=True))
    assert discover(lab).found == ()
    lab.thread.station(CORE).set_faults(Faults())
    assert [one.since for one in discover(lab).found] == [SATURDAY]
    campus.plugs.remove("guest")
    campus.changed(CORE)
    assert discover(lab).found == ()
    campus.plugs.add(LabEnd("guest", "3", "9c934e000009", 0), CORE, None)
    campus.changed(CORE)
    assert [one.since for one in discover(lab).found] == [lab.now]
    lab.now = SATURDAY


def test_what_was_remembered_may_be_damaged_or_impossible(lab: SmallLab) -> None:
    """Then it begins anew, or says why it cannot remember."""
    folder = lab.root / ".campusctl" / "discovered"
    folder.mkdir(exist_ok=True)
    for damage in (b"\xff{", b"[]", b'{"a": 7, "b": "yesterday", "c": "2026-01-01"}'):
        (folder / f"{SCHOOL}-lab.json").write_bytes(damage)
        assert discover(lab).notes == ()
    (folder / f"{SCHOOL}-lab.json").unlink()
    folder.rmdir()
    folder.write_text("")
    assert "since when something is there is not remembered" in discover(lab).notes[0]
    folder.unlink()


def test_a_school_nobody_knows(prompt: Prompt) -> None:
    """Says which was meant; exit 1."""
    code, _, err = prompt.run("discover", "schule-07")
    assert code == 1
    assert "no school `schule-07`" in err


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ([], []),
        (["1", "2", "3", "5", "7", "8"], ["1-3", "5", "7", "8"]),
        (["A1", "A2", "A3", "B4", "B5", "B6"], ["A1-A3", "B4-B6"]),
        (["1/47", "1/48", "2/1", "2/2", "2/3"], ["1/47", "1/48", "2/1-2/3"]),
    ],
)
def test_ports_in_few_words(names: list[str], words: list[str]) -> None:
    """Three in a row are a range; slots and stack members are none."""
    assert list(joined(names)) == words
