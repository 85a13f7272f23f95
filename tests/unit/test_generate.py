"""A whole made-up city: valid, rendered, the same for the same seed."""

import hashlib
from collections import Counter
from pathlib import Path

import pytest

from campusctl.errors import WorkspaceError
from campusctl.inventory.appliances import appliances
from campusctl.inventory.load import check, load_city
from campusctl.inventory.resolve import switch_intent
from campusctl.lab.appliances.city import lab_appliances
from campusctl.lab.generate import MAX_SCHOOLS, Summary, generate
from campusctl.lab.secrets import LabSource
from campusctl.render import Renderer


def digest(root: Path) -> str:
    """Of every file's name and bytes."""
    found = hashlib.blake2b()
    for path in sorted(root.rglob("*")):
        if path.is_file():
            found.update(f"{path.relative_to(root)}\0".encode() + path.read_bytes())
    return found.hexdigest()


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Summary]:
    """21 schools: every type of school, branches, spreadsheets and exceptions among them."""
    root = tmp_path_factory.mktemp("city") / "new"
    return root, generate(root, 21, 5)


def test_validate_finds_nothing(city: tuple[Path, Summary]) -> None:
    """No problem in any file, also none about expired exceptions."""
    root, _ = city
    assert check(root) == ()


def test_summary_counts_what_the_loader_finds(city: tuple[Path, Summary]) -> None:
    """The line that is printed is true."""
    root, summary = city
    loaded = load_city(root)
    assert len(loaded.schools) == summary.schools == 21
    assert sum(len(school.switches) for school in loaded.schools.values()) == summary.switches
    assert sum(len(school.devices) for school in loaded.schools.values()) == summary.devices
    assert summary.sites == 23
    assert len(list(root.glob("inventory/schools/*/devices.csv"))) == 7
    assert sum(len(school.spec.exceptions) for school in loaded.schools.values()) == 3


def test_boards_projectors_printers_and_print_servers_say_what_they_speak(city: tuple[Path, Summary]) -> None:
    """All of them, in schools with several makes of boards; the lab plays them, and the large schools' servers too."""
    loaded = load_city(city[0])
    found = Counter(one.dialect for school in loaded.schools.values() for one in appliances(loaded, school))
    classes = Counter(device.device_class for device in loaded.devices())
    boards = ("samsung_mdc", "benq", "viewsonic", "android")
    assert found.keys() == {*boards, "pjlink", "ipp", "cups"}
    assert sum(found[dialect] for dialect in boards) == classes["dt"]
    assert (found["pjlink"], found["ipp"], found["cups"]) == (classes["bm"], classes["pr"], classes["ps"])
    played = lab_appliances(loaded, {}, LabSource(city[0]))
    assert Counter(one.kind for one in played) == found
    for server in (one for one in played if one.kind == "cups"):
        printers = [name for name in loaded.school(server.school).devices if "-pr" in name]
        assert len({path[1] for path, _ in server.settings if path[0] == "queue"}) == len(printers) >= 6


def test_a_city_without_appliances_differs_in_nothing_else(tmp_path: Path) -> None:
    """As it was measured before there were any: no profile in the rooms but the PCs', no print server."""
    for name, speaking in (("with", True), ("without", False)):
        generate(tmp_path / name, 9, 2, appliances=speaking)
    cities = [load_city(tmp_path / name) for name in ("with", "without")]
    known, unknown = ({device.name: device for device in city.devices()} for city in cities)
    assert {name[-4:-2] for name in known.keys() - unknown.keys()} == {"ps"}
    assert {device.profile for device in unknown.values() if device.device_class in ("dt", "bm", "pr", "ap")} == {None}
    for name, device in unknown.items():
        assert (known[name].address, known[name].room) == (device.address, device.room)


def test_every_switch_renders_in_its_dialect(city: tuple[Path, Summary]) -> None:
    """All three dialects occur, and the templates that were copied say all that is needed."""
    root, summary = city
    loaded = load_city(root)
    renderer = Renderer(root / "templates")
    intents = [switch_intent(loaded, school.id, name) for school in loaded.schools.values() for name in school.switches]
    texts = {intent.name: renderer.render(intent) for intent in intents}
    assert len(texts) == summary.switches
    assert {intent.dialect for intent in intents} == {"cisco_ios", "aruba_aoscx", "hp_procurve"}
    assert all(intent.address.split("/")[0] in texts[intent.name] for intent in intents)
    assert all(intent.uplinks or intent.name.endswith("-sw01") for intent in intents)


def test_links_reach_the_core_from_everywhere(city: tuple[Path, Summary]) -> None:
    """Both ends of every link carry the same VLANs."""
    root, _ = city
    loaded = load_city(root, ["schule-001"])
    intents = {name: switch_intent(loaded, "schule-001", name) for name in loaded.schools["schule-001"].switches}
    for intent in intents.values():
        ends = {port.name: port for port in (*intent.ports, *intent.lags)}
        for uplink in intent.uplinks:
            mine = ends[uplink]
            theirs = [
                port
                for port in (*intents[mine.peer].ports, *intents[mine.peer].lags)
                if port.peer == intent.name and not port.lag
            ]
            assert [set(port.tagged) >= set(mine.tagged) for port in theirs] == [True]


def test_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    """And another seed another city."""
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        generate(tmp_path / name, 4, seed)
    first, again, other = (digest(tmp_path / name) for name in "abc")
    assert first == again != other


def test_one_school_is_a_city_too(tmp_path: Path) -> None:
    """The smallest number works, in an empty folder that exists."""
    assert generate(tmp_path, 1, 0).schools == 1
    assert check(tmp_path) == ()


@pytest.mark.parametrize("schools", [0, -1, MAX_SCHOOLS + 1, 10**9])
def test_number_out_of_range_is_refused(tmp_path: Path, schools: int) -> None:
    """Nothing is written; the reason is the address plan."""
    with pytest.raises(WorkspaceError, match=f"it must be 1 to {MAX_SCHOOLS}"):
        generate(tmp_path / "new", schools, 1)
    assert not (tmp_path / "new").exists()


def test_folder_with_something_in_it_is_refused(tmp_path: Path) -> None:
    """Nobody's work is overwritten."""
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(WorkspaceError, match="is not empty"):
        generate(tmp_path, 2, 1)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_file_in_the_way_is_refused(tmp_path: Path) -> None:
    """A file is no folder."""
    (tmp_path / "city").write_text("mine", encoding="utf-8")
    with pytest.raises(WorkspaceError, match="is a file"):
        generate(tmp_path / "city", 2, 1)
