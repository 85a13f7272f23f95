"""Rollouts on simulated switches behind real SSH: what is carried meanwhile, and what is not begun after a failure."""

import io
import json
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from small_lab import DRIFT, SCHOOL, SWITCHES, Prompt, SmallLab, lab_up, make_workspace

from campusctl import workflow
from campusctl.cli.main import call
from campusctl.inventory.load import load_city
from campusctl.inventory.topology import uplinks
from campusctl.lab import fleet

CORE, MIDDLE, EDGE = SWITCHES.values()
OTHERS = ("schule-008", "schule-009")


Up = Callable[..., Prompt]


@pytest.fixture
def up(root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Up]:
    """Brings the lab of every school of the workspace up."""
    monkeypatch.chdir(root)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    with ExitStack() as stack:

        def bring(*, drift: bool = False, faults: tuple[str, ...] = ()) -> Prompt:
            spec = fleet.build_spec(root, None, faults=faults)
            switches = [
                switch.model_copy(update={"drift": DRIFT[switch.dialect] if drift else ()}) for switch in spec.switches
            ]
            spec = spec.model_copy(update={"switches": tuple(switches)})
            lab = stack.enter_context(lab_up(root, spec, timeout_s=6.0))
            monkeypatch.setattr(workflow, "open_desk", lambda _root, *, lab, ask=None: _desk(lab_in_use, lab=lab))
            lab_in_use = lab
            return Prompt(lab, capsys)

        yield bring


def _desk(lab_in_use: SmallLab, *, lab: bool) -> workflow.Desk:
    assert lab, "a test must not talk to real switches"
    return lab_in_use.desk


# -- one school in a row -----------------------------------------------------------------------------------------------


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A school whose three switches, one of each dialect, hang one below the other."""
    root = make_workspace(tmp_path / "ws")
    devices = root / "inventory" / "schools" / SCHOOL / "devices.yml"
    text = devices.read_text().replace(f"      26: {{downlink: {EDGE}}}\n", "")
    before, name, after = text.partition(f"  {EDGE}:")
    devices.write_text(before + name + after.replace(f"uplink: {CORE}", f"uplink: {MIDDLE}, to: 26", 1))
    return root


@dataclass
class Watch:
    """Looks, after every line that any switch was told, whether each port in use is carried up to the core."""

    lab: SmallLab
    links: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    """Switch to its uplink, the switch above, and the port there."""
    wrong: list[str] = field(default_factory=list)
    """What was not carried, and after which line."""
    lines: list[tuple[str, str]] = field(default_factory=list)
    """Every line, with its switch."""

    def __post_init__(self) -> None:
        city = load_city(self.lab.root, [SCHOOL])
        for link, *_ in uplinks(city, city.schools[SCHOOL]).values():
            self.links[link.child] = (link.child_port, link.parent, link.parent_port)
        for name in self.lab.names:
            self._listen(name)

    def _listen(self, name: str) -> None:
        station = self.lab.thread.station(name)
        original = station.line_done

        def listening(session: object, line: str) -> bool:
            self.lines.append((name, line))
            self.wrong += [f"{name}: {line!r}: {what}" for what in self.not_carried()]
            return original(session, line)

        station.line_done = listening

    def in_use(self, vlans: tuple[int, ...] = (30, 31)) -> set[tuple[str, str, int]]:
        """Switch, port and VLAN of every end device's port that is in one of these VLANs."""
        found = set()
        for name in self.lab.names:
            station = self.lab.thread.station(name)
            for port in station.spec.ports:
                found |= {(name, port, vlan) for vlan in vlans if station.switch.carriage(port, vlan) == "untagged"}
        return found

    def not_carried(self) -> Iterator[str]:
        """Ports in use whose VLAN does not get to the core."""
        for name, port, vlan in sorted(self.in_use()):
            here = name
            while here in self.links:
                own, above, far = self.links[here]
                for switch, link in ((here, own), (above, far)):
                    if self.lab.thread.station(switch).switch.carriage(link, vlan) != "tagged":
                        yield f"port {port} of {name} is in VLAN {vlan}, which {switch} does not carry on {link}"
                here = above


def _rename(root: Path) -> None:
    """The pupils' VLAN gets another number, in the whole city."""
    city = root / "inventory" / "city.yml"
    text, count = re.subn(r"(?m)^  30:  \{name: SCHUELER,", "  31:  {name: SCHUELER,", city.read_text())
    text, roles = re.subn(r"(?m)^(  pc(?:-room)?: .*vlan: )30,", r"\g<1>31,", text)
    assert (count, roles) == (1, 2)
    city.write_text(text)


def test_a_vlan_gets_another_number_and_every_port_is_carried_all_the_time(up: Up) -> None:
    """30 → 31 on core, middle and edge: after every single line each port in use gets through to the core."""
    here = up()
    watch = Watch(here.lab)
    before = watch.in_use()
    assert {name for name, _, _ in before} == set(SWITCHES.values())
    assert {vlan for _, _, vlan in before} == {30}
    assert list(watch.not_carried()) == []
    _rename(here.lab.root)
    code, out, err = here.run("apply", SCHOOL, "--yes")
    assert code == 0, out + err
    assert "3 of 3 switches done." in out
    assert watch.in_use() == {(name, port, 31) for name, port, _ in before}
    assert watch.wrong == []
    saves = [name for name, line in watch.lines if line.startswith(("wr", "copy run"))]
    assert saves == [CORE, MIDDLE, EDGE, EDGE, MIDDLE, CORE]
    assert here.run("drift", SCHOOL)[0] == 0
    assert here.run("plan", SCHOOL, "--exit-code")[0] == 0


def test_the_watch_of_this_test_sees_what_is_missing(up: Up) -> None:
    """A port that somebody moves into a VLAN which its way does not carry."""
    here = up()
    watch = Watch(here.lab)
    here.lab.thread.station(EDGE).enter(
        ("configure terminal", "vlan 31", "exit", "interface GigabitEthernet1/0/1", "switchport access vlan 31", "end")
    )
    (first, *_) = watch.not_carried()
    assert first.startswith(f"port GigabitEthernet1/0/1 of {EDGE} is in VLAN 31")


@pytest.mark.parametrize(
    ("broken", "refuse", "done", "held"),
    [
        (CORE, "vlan 31", [], [MIDDLE, EDGE]),
        (MIDDLE, "vlan 31", [], [CORE, EDGE]),
        (EDGE, "no vlan 30", [], [CORE, MIDDLE]),
        (CORE, "no vlan 30", [MIDDLE, EDGE], []),
    ],
)
def test_a_line_that_is_refused_on_the_way_leaves_every_port_carried(
    up: Up, broken: str, refuse: str, done: list[str], held: list[str]
) -> None:
    """What leans on the failed switch is held, in words; mended, the next apply goes on from there."""
    here = up(faults=(f"{broken}:refuse={refuse}",))
    watch = Watch(here.lab)
    _rename(here.lab.root)
    code, out, err = here.run("apply", SCHOOL, "--yes")
    assert code == 3, out + err
    assert watch.wrong == []
    # A switch that was refused on entering a section may log out on the line that leaves it.
    assert re.search(rf"(?m)^{broken}: (rejected|unreachable): .*(Invalid|refused)", out), out
    for name in held:
        assert re.search(rf"(?m)^{name}: held: .*{broken}", out), out
    for name in done:
        assert re.search(rf"(?m)^{name}: ok", out), out
    assert f"{len(done)} of 3 switches done." in out
    station = here.lab.thread.station(broken)
    station.spec = station.spec.model_copy(update={"faults": type(station.spec.faults)()})
    code, out, err = here.run("apply", SCHOOL, "--yes")
    assert code == 0, out + err
    assert watch.wrong == []
    assert {vlan for _, _, vlan in watch.in_use()} == {31}


def test_a_stage_answers_for_its_own_settings_only(up: Up) -> None:
    """A line that is taken and does nothing is found at the end of its stage; what later stages do is no news."""
    here = up(faults=(f"{EDGE}:ignore=switchport access vlan 31",))
    watch = Watch(here.lab)
    _rename(here.lab.root)
    code, out, err = here.run("apply", SCHOOL, "--yes")
    assert code == 3, out + err
    assert re.search(rf"(?m)^{EDGE}: unverified: \d+ commands were sent, and 4 settings are still not as planned", out)
    assert watch.wrong == []


def test_a_plan_shows_its_stages_and_exactly_what_is_sent(up: Up) -> None:
    """The commands of the plan, in their order, are the lines that the switch is told."""
    here = up()
    _rename(here.lab.root)
    code, out, _ = here.run("plan", SCHOOL)
    assert code == 0
    assert len(re.findall(r"in stages: \d+ commands core → edge, then \d+ commands? edge → core", out)) == 3
    _, out, _ = here.run("plan", SCHOOL, "--json")
    found = {change["target"]["device"]: change["assessment"] for change in json.loads(out)["changes"]}
    (wave,) = json.loads(out)["waves"]
    assert [step["device"] for step in wave["steps"][SCHOOL]] == [CORE, MIDDLE, EDGE, EDGE, MIDDLE, CORE]
    assert [step["passes"] for step in wave["steps"][SCHOOL]] == [["add"]] * 3 + [["remove"]] * 3
    watch = Watch(here.lab)
    assert here.run("apply", SCHOOL, "--yes")[0] == 0
    for name, assessment in found.items():
        sent = [line for device, line in watch.lines if device == name]
        wanted = [command["text"] for command in assessment["commands"]]
        told = iter(sent)
        assert all(line in told for line in wanted), (wanted, sent)


# -- three schools -------------------------------------------------------------------------------------------------


@pytest.fixture
def three(root: Path) -> Path:
    """Two more schools like the first."""
    schools = root / "inventory" / "schools"
    for school in OTHERS:
        number = int(school[-3:])
        shutil.copytree(schools / SCHOOL, schools / school)
        for file in (schools / school).iterdir():
            text = file.read_text().replace("s007-", f"s{number:03}-").replace("10.7.", f"10.{number}.")
            text = re.sub(r"(SG|FOC|CN|M|BD|PR|PC|CNAP)007", rf"\g<1>{number:03}", text)
            text = re.sub(r"((?:[0-9a-f]{2}:){3})07:", rf"\g<1>{number:02}:", text)
            file.write_text(text.replace(SCHOOL, school).replace("Anger", f"Anger {number}"))
    return root


def _told(out: str, school: str) -> list[str]:
    """The word behind each switch of a school in the outcomes."""
    short = f"s{school[-3:]}"
    return re.findall(rf"(?m)^{short}-\S+: (ok|held|rejected|unsaved|interrupted)\b", out)


ALL = (SCHOOL, *OTHERS)


def test_waves_are_shown_before_and_after(three: Path, up: Up) -> None:
    """The order in the plan, each wave on stderr as it ends, all of them at the end; everything in the JSON."""
    here = up(drift=True)
    code, out, _ = here.run("plan", *ALL, "--canary", OTHERS[1])
    assert code == 0
    assert f"wave 1 of 2 (canary {OTHERS[1]}): 3 switches\nwave 2 of 2: {SCHOOL}, {OTHERS[0]}; 6 switches\n" in out
    code, out, err = here.run("apply", *ALL, "--canary", OTHERS[1], "--yes")
    assert code == 0, out + err
    lines = [f"wave 1 of 2 (canary {OTHERS[1]}): 3 of 3 switches done", "wave 2 of 2: 6 of 6 switches done"]
    assert [line for line in err.splitlines() if line.startswith("wave ")] == lines
    assert [line for line in out.splitlines() if re.match(r"wave .* done", line)] == lines
    first = [line[1:4] for line in out.splitlines() if re.match(r"s00\d-\S+: ok", line)]
    assert first[:3] == ["009"] * 3
    code, out, _ = here.run("apply", *ALL, "--yes", "--json")
    assert (code, json.loads(out)["waves"]) == (0, [])


def test_a_failed_canary_leaves_every_other_school_untouched(three: Path, up: Up) -> None:
    """Exit 3; it says what was done and what was not begun; a second apply, mended, does the rest."""
    here = up(drift=True, faults=("s008-v2-sw01:refuse=no logging",))
    before = here.lab.texts()
    code, out, err = here.run(
        "apply", *ALL, "--canary", "schule-008", "--wave-size", "1", "--max-failures", "5", "--yes"
    )
    assert code == 3, out + err
    assert "s008-v2-sw01: rejected: " in out
    assert _told(out, SCHOOL) == _told(out, OTHERS[1]) == ["held"] * 3
    assert "not begun: wave 1 of 3 (canary schule-008) failed: s008-v2-sw01" in out
    assert f"wave 2 of 3: not begun: {SCHOOL}\nwave 3 of 3: not begun: schule-009\n" in out
    after = here.lab.texts()
    untouched = [name for name in before if not name.startswith("s008")]
    assert {name: after[name] for name in untouched} == {name: before[name] for name in untouched}


def test_a_failed_wave_stops_the_next_one_unless_it_may_fail(three: Path, up: Up) -> None:
    """`--max-failures 0` is the default; with one more allowed the next wave is begun."""
    here = up(drift=True, faults=("s007-ogs-sw01:save-fails",))
    code, out, err = here.run("apply", *ALL, "--wave-size", "1", "--yes")
    assert code == 3, out + err
    assert "unsaved" in _told(out, SCHOOL)
    assert _told(out, "schule-008") == _told(out, "schule-009") == ["held"] * 3
    assert "wave 3 of 3: not begun: schule-009" in out
    code, out, _ = here.run("apply", *ALL, "--wave-size", "1", "--max-failures", "1", "--yes", "--json")
    assert code == 3
    waves = json.loads(out)["waves"]
    assert [(wave["wave"], wave["of"], len(wave["failed"])) for wave in waves] == [(1, 3, 1), (2, 3, 0), (3, 3, 0)]
    assert [wave["done"] for wave in waves[1:]] == [wave["done"] for wave in waves[1:] if len(wave["done"]) == 3]


def test_a_stop_between_waves_begins_nothing_more(three: Path, up: Up, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while the first wave ends: exit 130, the second wave is untouched."""
    from campusctl.cli import interrupt  # noqa: PLC0415 - only this test needs it

    here = up(drift=True)
    stops: list[object] = []
    original = interrupt.stopped_by_ctrl_c

    def seen(stop: object, tr: object) -> object:
        stops.append(stop)
        return original(stop, tr)

    monkeypatch.setattr(interrupt, "stopped_by_ctrl_c", seen)
    station = here.lab.thread.station(CORE)
    asked = station.line_done

    def saving(session: object, line: str) -> bool:
        if line.startswith("write"):
            stops[0].set()
        return asked(session, line)

    station.line_done = saving
    before = here.lab.texts()
    code, out, err = here.run("apply", *ALL, "--waves", "1,all", "--yes")
    assert code == 130, out + err
    assert _told(out, "schule-008") == _told(out, "schule-009") == ["interrupted"] * 3
    assert "wave 2 of 2: not begun: schule-008, schule-009" in out
    after = here.lab.texts()
    untouched = [name for name in before if not name.startswith("s007")]
    assert {name: after[name] for name in untouched} == {name: before[name] for name in untouched}


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--canary", "schule-08"), 1, "did you mean schule-008?"),
        (("--canary", "schule-042"), 1, "none of the schools to be changed"),
        (("--waves", "1,0"), 2, "'0' is no number of schools"),
        (("--waves", "all,1"), 2, "'all' is no number of schools"),
        (("--waves", ""), 2, "'' is no number of schools"),
        (("--waves", "1;5"), 2, "'1;5' is no number of schools"),
        (("--waves", "1,5", "--wave-size", "3"), 2, "give one of them"),
        (("--wave-size", "0"), 2, "--wave-size"),
        (("--max-failures", "-1"), 2, "--max-failures"),
        (("--max-failures", "viele"), 2, "--max-failures"),
    ],
)
@pytest.mark.parametrize("command", ["plan", "apply"])
def test_slips_are_told_before_anything_is_read(
    capsys: pytest.CaptureFixture[str], command: str, arguments: tuple[str, ...], code: int, words: str
) -> None:
    """With what was probably meant; no workspace is needed for that."""
    yes = ("--yes",) if command == "apply" else ()
    assert call([command, "schule-007", "schule-008", *arguments, *yes]) == code
    said = capsys.readouterr()
    assert words in said.err
    assert said.out == ""
