"""Every problem that the other tests of the inventory know can be told in German, whichever pydantic is installed."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import test_calendar_problems as calendars
import test_inventory_files as files
import test_inventory_problems as inventories
import test_pc_state_problems as pcs
from german_words import left_english

from campusctl.errors import Problem
from campusctl.inventory import lines
from campusctl.inventory.files import decode, parse_yaml
from campusctl.inventory.issue import FileError, Issue
from campusctl.inventory.load import check, validate
from campusctl.inventory.spreadsheet import parse
from campusctl.model.sentence import sentence
from campusctl.words.language import translate_to

ROOT = Path(__file__).parents[2]


def _table(test: Callable[..., None]) -> list[tuple[str, ...]]:
    """The rows that a test is given."""
    (mark,) = (mark for mark in test.pytestmark if mark.name == "parametrize")  # type: ignore[attr-defined]
    return list(mark.args[1])


def _replaced() -> Iterator[tuple[str, str, str]]:
    """File, what stands there, and what somebody wrote instead."""
    yield from (row[:3] for row in (*inventories.MISTAKES, *pcs.MISTAKES))
    yield from ((calendars.CITY, *row[:2]) for row in _table(calendars.test_what_is_said_of_the_city_s_calendar))
    yield from ((inventories.CITY, *row[:2]) for row in _table(inventories.test_no_message_shows_a_pattern))
    yield from ((inventories.SWITCHES, "1-5: pc", f"1-5: {wrong}") for wrong in WRONG_TYPES)
    yield from ((inventories.CITY, "timezone: Europe/Berlin", f"timezone: {wrong}") for wrong in WRONG_TYPES)


WRONG_TYPES = (
    "[]",
    "{}",
    "12",
    "1.5",
    "true",
    '""',
    "null",
    "{role: 7}",
    "{poe: 3}",
    "{vlan: x}",
    "{tagged: true}",
    "x" + "y" * 5000,
)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An example city for all mistakes, one after the other."""
    root = tmp_path_factory.mktemp("city")
    shutil.copytree(ROOT / "inventory", root / "inventory")
    return root


def _said(problems: tuple[Problem, ...]) -> Iterator[str]:
    german = translate_to("de")
    yield from (german.said(problem.told) for problem in problems)


@pytest.mark.parametrize("table", ["replaced", "added"])
def test_no_problem_is_left_english(city: Path, table: str) -> None:
    """Every row of the other tests' tables: what is wrong and the hint are sentences that the catalogue has."""
    rows = _replaced() if table == "replaced" else (
        (calendars.SCHOOL, "", line) for line, *_ in _table(calendars.test_what_is_said_of_a_school_s_time)
    )  # fmt: skip
    left: dict[str, list[str]] = {}
    count = 0
    for file, old, new in rows:
        path = city / file
        before = path.read_text(encoding="utf-8")
        path.write_text(before.replace(old, new, 1) if old else f"{before}{new}\n", encoding="utf-8")
        try:
            found = check(city)
        finally:
            path.write_text(before, encoding="utf-8")
        count += len(found)
        if left_english(found):
            left[new] = left_english(found)
        assert not any("\nhint: " in text for text in _said(found))
    assert left == {}
    assert count > 20


SHEETS = (
    "nam;room\n", "name;name;room\n", "profile;room\n", 'name;room\n"s007;R1\n', "name;room\ns007-r1-pc01;R1;x\n",
    "name;room;serial\ns007-r1-pc01;R1;1,2E+12\n", "name;room\n;R1\n", "name;room\ns007-r1-pc01;R1\ns007-r1-pc01;R1\n",
)  # fmt: skip


def test_no_file_that_cannot_be_read_is_told_in_english(tmp_path: Path) -> None:
    """YAML and spreadsheets; a library's own words about them stay as they are."""
    issues = []
    for data, *_ in _table(files.test_what_is_no_inventory_is_refused):
        with pytest.raises(FileError) as caught:
            parse_yaml("city.yml", decode("city.yml", data))
        issues += caught.value.issues
    for text in SHEETS:
        try:
            issues += parse("devices.csv", text).issues
        except FileError as error:
            issues += error.issues
    assert len(issues) >= len(SHEETS)
    assert left_english(lines.problems(tmp_path, issues)) == []


def test_notes_and_a_school_s_folder_too(musterstadt: Path) -> None:
    """What is allowed and should not stay; a school that is called otherwise."""
    report = validate(musterstadt)
    (note,) = _said(report.notes)
    hint = "Hinweis: die Firmware aktualisieren, dann `legacy_algorithms` löschen"
    assert note.endswith(f"s042-a2-sw02: alte SSH-Verfahren sind erlaubt\n{hint}")
    (musterstadt / "inventory/schools/schule-007").rename(musterstadt / "inventory/schools/anger")
    assert left_english(check(musterstadt)) == []


def test_what_was_typed_stays_as_it_is_in_another_language(musterstadt: Path) -> None:
    """Places in braces and control characters of a value are no places of a sentence."""
    text = inventories.changed(musterstadt, inventories.SWITCHES, "1-5: pc", '1-5: "{role}"')
    assert "{role}" in text
    (said,) = _said(check(musterstadt))
    assert said.endswith("`{role}` passt nicht, erwartet wird ein Wort aus a-z, 0-9 und Bindestrichen")
    what, hint = sentence("unknown role {role}", role="\x1b[2J{role}\n"), sentence("see {file}", file="a\u202eb")
    problem = lines.problem(musterstadt, Issue("x.yml", (), "", what, hint))
    assert (problem.what, problem.hint) == ("unknown role \\x1b[2J{role}\\n", "see a\\u202eb")
    assert list(_said((problem,))) == ["x.yml: unbekannte Rolle \\x1b[2J{role}\\n\nHinweis: siehe a\\u202eb"]
