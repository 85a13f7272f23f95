"""An existing switch becomes inventory lines: taken out of the example city and adopted, the plan is empty."""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from small_lab import REPO

from campusctl import workflow
from campusctl.drivers.switch import dialects
from campusctl.drivers.switch.compare import compare_texts, view
from campusctl.errors import CampusError
from campusctl.history.store import open_store
from campusctl.inventory.adoption import Terms
from campusctl.inventory.load import load_city
from campusctl.inventory.resolve import switch_intent
from campusctl.lab import device, fleet
from campusctl.lab.clock import HandClock
from campusctl.lab.drift import drift_lines
from campusctl.lab.secrets import LabSource
from campusctl.lab.spec import LabSwitch
from campusctl.lab.surroundings import Surroundings
from campusctl.model.events import ignore
from campusctl.render import Renderer
from campusctl.workflow.adopting_switch import AdoptedSwitch, Wanted, adopt_switch, keep_adoption
from campusctl.workflow.git_care import GitError

SCHOOLS = ("schule-007", "schule-042", "schule-101")


class City(NamedTuple):
    """The example city, and what its switches run."""

    root: Path
    switches: dict[str, LabSwitch]

    def __repr__(self) -> str:
        """Short: what fails is said with it."""
        return f"City({self.root})"


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    """The example city in a workspace of its own; tests work on copies."""
    root = tmp_path_factory.mktemp("adopt") / "ws"
    for part in ("inventory", "templates"):
        shutil.copytree(REPO / part, root / part)
    spec = fleet.build_spec(root, SCHOOLS)
    return City(root, {switch.name: switch for switch in spec.switches})


def _running(spec: LabSwitch, lines: Sequence[str] = ()) -> str:
    """What a switch prints, after somebody typed lines."""
    switch = device.boot(spec.dialect, spec.startup, HandClock(), spec.ports, Surroundings(linked=set(spec.ports)))
    console = device.console(spec.dialect, switch, user="", source="", rows=10_000)
    console.open()
    console.feed("\r")
    for line in lines:
        console.feed(f"{line.strip()}\r")
    return device.running_text(spec.dialect, switch)


@pytest.fixture
def ground(city: City, tmp_path: Path) -> "Ground":
    """A copy of the city in which a switch can be missing."""
    root = tmp_path / "ws"
    shutil.copytree(city.root, root)
    return Ground(city, root)


class Ground:
    """A workspace in which a switch is missing."""

    def __init__(self, city: City, root: Path) -> None:
        self.city, self.root = city, root

    @property
    def desk(self) -> workflow.Desk:
        """The workspace, with the lab's secrets."""
        return workflow.Desk(
            self.root, LabSource(self.city.root), lambda address: (address, 22), self.root / "known", b"k" * 32
        )

    def take_out(self, name: str) -> dict[str, str]:
        """Take a switch out of its file; what a person would say of it."""
        spec = self.city.switches[name]
        file = self.root / "inventory" / "schools" / spec.school / "devices.yml"
        text = file.read_text()
        found = re.search(rf"^  {name}:\n((?:    .*\n|\n)+)", text, re.MULTILINE)
        assert found
        file.write_text(text[: found.start()] + text[found.end() :])
        known = dict(re.findall(r"^    (profile|room): (\S+)$", found[1], re.MULTILINE))
        to = re.search(r"uplink: \S+ to: (\w+)", found[1].replace(",", ""))
        return known | ({"to": to[1]} if to else {})

    def adopt(self, name: str, text: str = "", terms: Terms | None = None, **said: str) -> AdoptedSwitch:
        """Adopt it from its configuration."""
        file = self.root / "saved.cfg"
        file.write_text(text or _running(self.city.switches[name]))
        return adopt_switch(self.desk, Wanted(name, **said), file, terms, ignore)


def words(found: AdoptedSwitch) -> list[str]:
    """What is left, for an assertion."""
    return [" / ".join(edit.path) for edit in found.left]


ORDINARY = ("s007-ogs-sw01", "s042-a1-sw01", "s042-a1-sw02", "s042-c1-sw01", "s101-r111-sw01")
"""A leaf, a core with a LAG, a chassis with switches below it, an edge with a confirmed port, a stack of two."""


@pytest.mark.parametrize("name", ORDINARY)
def test_a_switch_that_was_taken_out_comes_back_the_same(ground: Ground, name: str) -> None:
    """Nothing is left for a plan to change, and the inventory with it is right."""
    before = load_city(ground.root, [ground.city.switches[name].school])
    shape = before.find_device(name)
    found = ground.adopt(name, **ground.take_out(name))
    assert (words(found), found.reasons) == ([], ())
    found.files.write()
    after = load_city(ground.root, [ground.city.switches[name].school]).find_device(name)
    assert (after.members, after.slots, after.core, set(after.lags)) == (
        shape.members, shape.slots, shape.core, set(shape.lags),
    )  # fmt: skip


def test_what_a_role_does_not_say_is_listed_or_becomes_an_exception(ground: Ground) -> None:
    """A PC port in the printers' VLAN without a BPDU guard: named with its reason; with terms it is an exception."""
    name = "s042-c2-sw01"
    said = ground.take_out(name)
    text = _running(ground.city.switches[name])
    changed = text.replace("spanning-tree 3 bpdu-protection\n", "").replace(
        '   name "s042-r401-dt01"', '   name "Tafel Musik"'
    )
    assert changed != text
    found = ground.adopt(name, changed, **said)
    assert [(" / ".join(edit.path), edit.before, edit.after) for edit in found.left] == [
        ("port / 3 / stp_bpduguard", None, True)
    ]
    assert len(found.reasons) == 1
    assert "needs an exception (say --reason" in found.reasons[0]
    assert "description: Tafel Musik" in found.files.diff()
    terms = Terms("Kabelkanal wird umgebaut", "hausmeister", "2027-07-31")
    again = ground.adopt(name, changed, terms, **said)
    assert (words(again), again.reasons) == ([], ())
    assert "+  - path: ports.3.bpduguard" in again.files.diff()
    again.files.write()
    load_city(ground.root, ["schule-042"])


def test_settings_that_only_this_switch_has_become_its_own(ground: Ground) -> None:
    """A syslog server more, another contact; a VLAN that its uplink would have to carry too stays a difference."""
    name = "s007-ogs-sw01"
    said = ground.take_out(name)
    text = _running(ground.city.switches[name])
    text = text.replace("logging host 10.255.0.14\n", "logging host 10.255.0.14\nlogging host 10.7.10.9\n")
    text = text.replace("snmp-server contact netz@", "snmp-server contact technik@")
    text = text.replace("\nvlan 999\n", "\nvlan 90\n name HAUSTECHNIK\n!\nvlan 999\n")
    found = ground.adopt(name, text, **said)
    assert words(found) == ["vlan / 90", "vlan / 90 / name"]
    assert "vlan / 90: it would also change" in found.reasons[0]
    assert "syslog: {servers: [10.255.0.14, 10.7.10.9]}" in found.files.diff()
    assert "contact: technik@musterstadt.example" in found.files.diff()


def test_what_nobody_can_say_is_named(ground: Ground) -> None:
    """A VLAN that is none of the city's, a description with an umlaut, a global line that no template knows."""
    name = "s007-ogs-sw01"
    said = ground.take_out(name)
    text = _running(ground.city.switches[name])
    text = text.replace("\nvlan 999\n", "\nvlan 777\n name GEHEIM\n!\nvlan 999\n")
    text = text.replace("interface GigabitEthernet1/0/3\n", "interface GigabitEthernet1/0/3\n description Büro\n")
    text = text.replace("lldp run\n", "lldp run\nip dhcp snooping\n")
    found = ground.adopt(name, text, **said)
    assert "port / GigabitEthernet1/0/3 / description" in words(found)
    assert any("VLAN 777 is none of the city's" in reason for reason in found.reasons)
    assert any("'Büro'" in note for note in found.notes)
    assert found.unmanaged == ("ip dhcp snooping",)


def test_a_factory_port_that_nobody_configured_is_told_as_a_difference(ground: Ground) -> None:
    """An unconfigured port is not taken for what it is not: a plan would still change it, and that is said."""
    name = "s007-v2-sw01"
    said = ground.take_out(name)
    text = re.sub(r"(?m)^interface 20\n(?:   .*\n)+", "", _running(ground.city.switches[name]))
    text = text.replace("spanning-tree 20 admin-edge-port\n", "").replace("spanning-tree 20 bpdu-protection\n", "")
    text = text.replace("no untagged 1-24", "no untagged 1-19,21-24").replace("untagged 11-24", "untagged 11-19,21-24")
    found = ground.adopt(name, text, **said)
    assert any(path.startswith("port / 20 /") for path in words(found))


def test_a_model_that_does_not_fit_is_said(ground: Ground) -> None:
    """Ports that the configuration lacks are guessed nothing for, and ports that the model lacks are named."""
    name = "s007-ogs-sw01"
    said = ground.take_out(name)
    larger = ground.adopt(name, **said | {"profile": "cisco-c9200l-48p"})
    assert "the configuration has no port 29-52: is cisco-c9200l-48p its model? They are left unused" in larger.notes
    assert "29" not in larger.files.diff().partition("ports:")[2]
    more = "interface GigabitEthernet1/0/48\n switchport mode access\n!\ninterface Vlan1\n"
    text = _running(ground.city.switches[name]).replace("interface Vlan1\n", more)
    smaller = ground.adopt(name, text, **said)
    assert "cisco-c2960x-24ps has no port GigabitEthernet1/0/48: is it the right model?" in smaller.notes


def test_a_port_nobody_configured_is_never_guessed_to_be_a_trunk(ground: Ground) -> None:
    """The router's port carries every VLAN: nobody's PC becomes that. That it is a guess is said."""
    name = "s007-ogs-sw01"
    said = ground.take_out(name)
    text = re.sub(r"(?m)^interface GigabitEthernet1/0/4\n(?: .*\n)+", "interface GigabitEthernet1/0/4\n!\n",
                  _running(ground.city.switches[name]))  # fmt: skip
    found = ground.adopt(name, text, **said)
    assert "router" not in found.files.diff()
    assert any(note.startswith("no role has the VLANs of these ports") and "4 (" in note for note in found.notes)


def test_what_is_true_of_many_lines_is_said_once(ground: Ground) -> None:
    """A factory configuration: a handful of reasons, none of them twice."""
    said = {"profile": "cisco-c2960x-24ps", "room": "A2", "address": "10.42.3.99"}
    found = ground.adopt("s042-a2-sw09", "hostname Switch\ninterface GigabitEthernet1/0/1\n", **said)
    assert len(found.reasons) < 10
    assert any(reason.startswith("hostname, ") and ": each is nothing that" in reason for reason in found.reasons)


def test_the_configuration_of_another_switch_is_noticed(ground: Ground) -> None:
    """Its own name says whose it is; a file in Latin-1 is read all the same."""
    name = "s007-ogs-sw01"
    said = ground.take_out(name)
    text = _running(ground.city.switches[name]).replace("hostname s007-ogs-sw01", "hostname s007-v1-sw01")
    file = ground.root / "other.cfg"
    file.write_bytes(
        text.replace("GigabitEthernet1/0/3\n", "GigabitEthernet1/0/3\n description B\xfcro\n").encode("cp1252")
    )
    found = adopt_switch(ground.desk, Wanted(name, **said), file, None, ignore)
    assert "it calls itself s007-v1-sw01, which is another device of the inventory: is that the right switch?" in (
        found.notes
    )
    assert ("port / GigabitEthernet1/0/3 / description", "B\xfcro") in [
        (" / ".join(edit.path), edit.before) for edit in found.left
    ]


def test_a_file_that_can_only_be_another_switchs_is_refused(ground: Ground) -> None:
    """Whose it is says more than everything that would be wrong with the inventory then."""
    said = ground.take_out("s007-v1-sw01")
    with pytest.raises(CampusError, match="it calls itself s007-v2-sw01") as wrong:
        ground.adopt("s007-v1-sw01", _running(ground.city.switches["s007-v2-sw01"]), **said)
    assert "give the configuration of s007-v1-sw01" in str(wrong.value)


def test_a_mac_of_another_school_is_refused(ground: Ground) -> None:
    """The whole city is looked at, as for every change of the inventory."""
    said = ground.take_out("s007-ogs-sw01")
    file = ground.root / "saved.cfg"
    file.write_text(_running(ground.city.switches["s007-ogs-sw01"]))
    wanted = Wanted("s007-ogs-sw01", **said, more={"serial": "BD101-0001"})
    with pytest.raises(CampusError, match="BD101-0001 is that of"):
        adopt_switch(ground.desk, wanted, file, None, ignore)


def test_an_uplink_with_a_description_of_its_own_is_found_all_the_same(ground: Ground) -> None:
    """The switch above names us, and there is one trunk only; with two nobody guesses, and what helps is said."""
    name = "s007-ogs-sw01"
    said = ground.take_out(name)
    text = re.sub(r"(?m)^ description uplink .*", " description zum Keller", _running(ground.city.switches[name]))
    found = ground.adopt(name, text, **said)
    assert (words(found), found.reasons) == ([], ())
    assert "25: {uplink: s007-v1-sw01, description: zum Keller}" in found.files.diff()
    port = "GigabitEthernet1/0/25"
    assert found.notes == (
        f"{port} is taken for the uplink to s007-v1-sw01: that switch names us, and it is the only trunk",
    )
    trunk = re.search(rf"(?m)^interface {port}\n((?: .*\n)+)", text)
    assert trunk
    twice = re.sub(r"(?m)^(interface GigabitEthernet1/0/4\n)(?: .*\n)+", rf"\g<1>{trunk[1]}", text)
    with pytest.raises(CampusError, match="nothing says at which port of s007-ogs-sw01") as wrong:
        ground.adopt(name, twice, **said)
    assert "describe the port as `uplink s007-v1-sw01`" in str(wrong.value)


@pytest.mark.skipif(shutil.which("git") is None, reason="Debian package git is missing")
def test_what_is_adopted_becomes_one_commit_of_its_own(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a branch where one is asked for, told to the history; somebody's own change is never taken along."""
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "Campus Manager")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "campus@musterstadt.example")
    name = "s007-ogs-sw01"
    said = ground.take_out(name)
    git(ground.root, "init", "--quiet", "--initial-branch", "main")
    git(ground.root, "add", "inventory")
    git(ground.root, "commit", "--quiet", "-m", "Begin")
    found, wanted = ground.adopt(name, **said), Wanted(name, **said)
    file = ground.root / "inventory" / "schools" / "schule-007" / "devices.yml"
    before = file.read_bytes()
    file.write_bytes(before + b"# mine\n")
    with pytest.raises(GitError, match="has changes that are not committed"):
        keep_adoption(ground.desk, wanted, found)
    file.write_bytes(before)
    commit = keep_adoption(ground.desk, wanted, found, "neuer-switch")
    assert git(ground.root, "log", "-1", "--format=%H %D %s") == f"{commit} HEAD -> neuer-switch Adopt {name}"
    assert git(ground.root, "show", "--name-only", "--format=") == str(file.relative_to(ground.root))
    with open_store(ground.root) as store:
        assert ("device.adopt", name) in [(item.action, item.subject) for item in store.audit_entries(9)]


def git(root: Path, *words: str) -> str:
    """One command of Git, which must succeed."""
    return subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=True).stdout.strip()


REFUSED = {
    "in the inventory": ({}, "s042-a2-sw01", "is in the inventory already"),
    "another school": ({}, "s999-a2-sw09", "is about no school"),
    "no switch's name": ({}, "s042-r101-pr09", "is no switch's name"),
    "unknown profile": ({"profile": "cisco-c2960x-24p"}, "s042-a2-sw09", "no profile of a switch `cisco-c2960x-24p`"),
    "a profile of something else": ({"profile": "board-75"}, "s042-a2-sw09", "no profile of a switch `board-75`"),
    "unknown room": ({"room": "Z9"}, "s042-a2-sw09", "no room `Z9`"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_makes_no_sense_is_refused(ground: Ground, case: str) -> None:
    """Before anything is read; the files stay as they are."""
    more, name, what = REFUSED[case]
    before = {file: file.read_bytes() for file in ground.root.rglob("*.yml")}
    with pytest.raises(CampusError, match=what):
        ground.adopt(name, "hostname x\n", **({"profile": "cisco-c2960x-24ps", "room": "A2"} | more))
    assert {file: file.read_bytes() for file in ground.root.rglob("*.yml")} == before


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "there is no host name in the configuration"),
        ("<html>not found</html>\n", "there is no host name"),
        ("hostname s042-a2-sw02\n", "has no address in VLAN 3"),
    ],
)
def test_a_file_that_is_no_configuration_is_refused(ground: Ground, text: str, what: str) -> None:
    """With what is missing in it."""
    said = ground.take_out("s042-a2-sw02")
    with pytest.raises(CampusError, match=what):
        ground.adopt("s042-a2-sw02", text or "\n", **said)


def test_an_uplink_that_nobody_knows_the_end_of_is_asked_for(ground: Ground) -> None:
    """The switch above does not name us, and a file hears no LLDP."""
    said = ground.take_out("s042-a2-sw02")
    del said["to"]
    with pytest.raises(CampusError, match="25 leads to s042-a1-sw02, and neither LLDP") as wrong:
        ground.adopt("s042-a2-sw02", **said)
    assert "--to PORT" in str(wrong.value)


@given(st.integers(0, 2**32), st.sampled_from(["s007-v1-sw01", "s007-v2-sw01", "s007-ogs-sw01"]))
@example(14, "s007-v2-sw01")  # the port of a printer in another VLAN than its address is of
@example(26, "s007-v1-sw01")  # likewise
@settings(max_examples=4)
def test_whatever_hands_did_is_explained_or_listed(city: City, seed: int, name: str) -> None:
    """Drift at random: the inventory with the switch is right, and a plan would change just what is listed."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "ws"
        shutil.copytree(city.root, root)
        ground = Ground(city, root)
        lines = drift_lines(switch_intent(load_city(root, ["schule-007"]), "schule-007", name), seed)[0]
        said = ground.take_out(name)
        text = _running(ground.city.switches[name], lines)
        found = ground.adopt(name, text, **said)
        found.files.write()
        after = load_city(root, ["schule-007"])
        intent = switch_intent(after, "schule-007", name)
        vault = LabSource(city.root).resolve(["switch/login", "snmp/ro"])
        left = compare_texts(
            dialects.get(intent.dialect), text, Renderer(root / "templates").render(intent), vault=vault
        )
        assert [view(edit) for edit in (*left.edits, *left.refused_edits)] == list(found.left)
