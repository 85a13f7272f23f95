"""The cache: quick, safe to delete, never wrong."""

import os
import time
from pathlib import Path

import msgpack
import pytest

from campusctl.inventory import cache, load, source
from campusctl.inventory.city import City
from campusctl.inventory.load import check, load_city
from campusctl.lab.generate import generate

DEVICES = "inventory/schools/schule-042/devices.yml"


@pytest.fixture
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also a small city is worth caching."""
    monkeypatch.setattr(source, "_WORTH_CACHING", 0)


def facts(city: City) -> list[object]:
    """Everything a city says."""
    return [city.spec, dict(city.profiles), [(school.spec, dict(school.devices)) for school in city.schools.values()]]


def entries(root: Path) -> list[Path]:
    """The files of the cache."""
    return sorted((root / ".campusctl/cache").glob("inventory-*.msgpack"))


@pytest.mark.usefixtures("always")
def test_the_second_answer_is_the_first(musterstadt: Path) -> None:
    """The same values from the cache as from the files."""
    first = facts(load_city(musterstadt))
    (entry,) = entries(musterstadt)
    before = entry.stat().st_mtime_ns
    assert facts(load_city(musterstadt)) == first
    assert entry.stat().st_mtime_ns == before
    assert entry.stat().st_mode & 0o777 & ~0o644 == 0
    assert entry.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.usefixtures("always")
def test_a_change_is_seen_at_once(musterstadt: Path) -> None:
    """Also one that leaves size and time of the file as they were."""
    load_city(musterstadt)
    path = musterstadt / DEVICES
    times = path.stat()
    path.write_text(path.read_text().replace("10.42.3.12", "10.42.3.99"))
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert load_city(musterstadt).find_device("s042-a1-sw02").address == "10.42.3.99"


@pytest.mark.usefixtures("always")
def test_what_is_wrong_is_never_remembered(musterstadt: Path) -> None:
    """Problems are found again."""
    path = musterstadt / DEVICES
    path.write_text(path.read_text().replace("10.42.3.12", "10.42.3.11"))
    assert len(check(musterstadt)) == len(check(musterstadt)) == 1
    assert entries(musterstadt) == []


@pytest.mark.usefixtures("always")
@pytest.mark.parametrize("damage", [b"", b"x", b"\x00" * 100, b"\xc1" * 1000])
def test_a_damaged_entry_is_no_entry(musterstadt: Path, damage: bytes) -> None:
    """Cut off, overwritten, empty: read anew."""
    first = facts(load_city(musterstadt))
    (entry,) = entries(musterstadt)
    whole = entry.read_bytes()
    for data in (damage, whole[:-1], whole[:40] + damage + whole[40 + len(damage) + 1 :], whole + b"x"):
        entry.write_bytes(data)
        assert facts(load_city(musterstadt)) == first


@pytest.mark.usefixtures("always")
def test_a_planted_entry_is_still_checked_against_the_models(musterstadt: Path) -> None:
    """Whoever can write the entry cannot smuggle in a value of a wrong kind."""
    load_city(musterstadt)
    (entry,) = entries(musterstadt)
    data = msgpack.unpackb(entry.read_bytes()[32:], strict_map_key=False)
    data[DEVICES]["devices"]["s042-a1-sw01"]["address"] = "10.42.3.11\nno vlan 3"
    cache.save(musterstadt, entry.stem.removeprefix("inventory-"), data)
    assert [problem.where for problem in check(musterstadt)] == ["s042-a1-sw01: address"]


@pytest.mark.usefixtures("always")
def test_a_link_in_the_entrys_place_is_not_followed(musterstadt: Path, tmp_path: Path) -> None:
    """Nor written through."""
    load_city(musterstadt)
    (entry,) = entries(musterstadt)
    (tmp_path / "elsewhere").write_bytes(b"mine")
    entry.unlink()
    entry.symlink_to(tmp_path / "elsewhere")
    load_city(musterstadt)
    assert (tmp_path / "elsewhere").read_bytes() == b"mine"


@pytest.mark.usefixtures("always")
def test_only_the_newest_entries_stay(musterstadt: Path) -> None:
    """The folder does not grow for ever."""
    path = musterstadt / DEVICES
    text = path.read_text()
    for number in range(40):
        path.write_text(f"{text}# {number}\n")
        load_city(musterstadt)
    assert len(entries(musterstadt)) == 32


@pytest.mark.usefixtures("always")
def test_a_cache_that_cannot_be_written_is_no_error(musterstadt: Path) -> None:
    """A file in the folder's place."""
    (musterstadt / ".campusctl").write_text("")
    assert check(musterstadt) == ()


def test_a_school_of_300_devices_takes_half_a_second_at_most(tmp_path: Path) -> None:
    """Of CPU, read from the files and checked; the largest generated school has more devices."""
    generate(tmp_path / "city", 12, 3)
    sizes = {school.id: len(school.devices) for school in load_city(tmp_path / "city").schools.values()}
    largest = max(sizes, key=lambda school: sizes[school])
    assert sizes[largest] >= 300
    before = time.process_time()
    load_city(tmp_path / "city", [largest])
    assert time.process_time() - before < 0.5


def test_a_small_inventory_is_judged_once_in_a_process(musterstadt: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same bytes say the same, wherever they stand; other bytes are judged anew, and so are wrong ones."""
    judged: list[int] = []
    original = load.school_issues
    monkeypatch.setattr(load, "school_issues", lambda city, school: judged.append(1) or original(city, school))
    path = musterstadt / DEVICES
    path.write_text(path.read_text() + "# mine alone\n")
    first = facts(load_city(musterstadt, ["schule-042"]))
    assert facts(load_city(musterstadt, ["schule-042"])) == first
    assert len(judged) == 1
    path.write_text(path.read_text().replace("10.42.3.12", "10.42.3.99"))
    assert load_city(musterstadt, ["schule-042"]).find_device("s042-a1-sw02").address == "10.42.3.99"
    path.write_text(path.read_text().replace("10.42.3.99", "10.42.3.11"))
    assert len(check(musterstadt)) == len(check(musterstadt)) == 1
    assert not (musterstadt / ".campusctl").exists()
