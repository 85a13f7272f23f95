"""Any data in any file: problems, never a traceback."""
# ruff: noqa: E501, ANN401 - a row of a table is one line; plain data has any type

import shutil
import tempfile
from pathlib import Path
from typing import Any

import ryaml
from german_words import left_english
from hypothesis import given, settings
from hypothesis import strategies as st

from campusctl.errors import Problem
from campusctl.inventory.load import check
from campusctl.words.language import translate_to

ROOT = Path(__file__).parent.parent.parent
FILES = (
    "inventory/city.yml",
    "inventory/profiles/hp-5406r.yml",
    "inventory/profiles/pc-debian.yml",
    "inventory/schools/schule-042/school.yml",
    "inventory/schools/schule-042/devices.yml",
)

JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.floats() | st.sampled_from(
        ["", "x", "pc", "uplink", "1-24", "s042-a1-sw01", "s042-a2-sw01", "10.42.3.11", "all", "A1", "{site}", "999-1", "ü\x07", "../x", "2027-13-45"]
    ) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6) | st.integers(0, 99), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip


def paths(data: Any, above: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in plain data."""
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [above, *(found for key, item in items for found in paths(item, (*above, key)))]


def put(data: Any, place: tuple[Any, ...], value: Any, *, delete: bool) -> None:
    """Change one place."""
    for key in place[:-1]:
        data = data[key]
    if delete and isinstance(data, dict):
        del data[place[-1]]
    else:
        data[place[-1]] = value


@settings(max_examples=100)
@given(st.data())
def test_junk_anywhere_is_told_as_problems(data: st.DataObject) -> None:
    """One to four values of the example city replaced by anything, or deleted."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        shutil.copytree(ROOT / "inventory", root / "inventory")
        name = data.draw(st.sampled_from(FILES))
        content = ryaml.loads((root / name).read_text(encoding="utf-8"))
        for _ in range(data.draw(st.integers(1, 4))):
            place = data.draw(st.sampled_from(paths(content)[1:]))
            put(content, place, data.draw(JUNK), delete=data.draw(st.booleans()))
            if len(paths(content)) < 2:
                break
        (root / name).write_text(ryaml.dumps(content), encoding="utf-8")
        problems = check(root)
        assert all(
            isinstance(problem, Problem) and str(problem).isprintable() for problem in problems if not problem.hint
        )
        assert left_english(problems) == []
        assert all(translate_to("de").said(problem.told) for problem in problems)


@settings(max_examples=100)
@given(st.sampled_from(FILES), st.binary(max_size=60), st.integers(0, 400))
def test_junk_bytes_anywhere_are_told_as_problems(name: str, junk: bytes, at: int) -> None:
    """Bytes put into a file."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        shutil.copytree(ROOT / "inventory", root / "inventory")
        whole = (root / name).read_bytes()
        (root / name).write_bytes(whole[:at] + junk + whole[at:])
        assert isinstance(check(root), tuple)
