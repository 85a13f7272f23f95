"""Edits of inventory files: only what they are about changes, and an edit and its inverse leave the same bytes."""

import difflib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campusctl.inventory.edit import EditError, append, remove, set_value
from campusctl.inventory.edit_files import FileEdit, edited
from campusctl.inventory.emit import emit_flow
from campusctl.inventory.files import decode, parse_yaml
from campusctl.inventory.issue import Place

REPO = Path(__file__).parents[2]
FILES = sorted((REPO / "inventory").rglob("*.yml"))
TEXTS = {str(path.relative_to(REPO)): decode(path.name, path.read_bytes()) for path in FILES}


def _places(data: object, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    yield place, data
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, item in items:
        yield from _places(item, (*place, key))


PLACES = [(name, place, value) for name, text in TEXTS.items() for place, value in _places(parse_yaml(name, text))]
SCALARS = [item for item in PLACES if not isinstance(item[2], dict | list) and "\n" not in str(item[2])]
MAPS = [item for item in PLACES if isinstance(item[2], dict) and item[2]]
LISTS = [item for item in PLACES if isinstance(item[2], list) and item[2]]

texts = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=30)
values = st.one_of(texts, st.integers(-5000, 5000), st.booleans(), st.lists(texts, max_size=3))


def _with_line_ends(text: str, line_end: str, *, last: bool) -> str:
    return (text if last else text.rstrip("\n")).replace("\n", line_end)


def _touched(before: str, after: str) -> tuple[int, int]:
    """How many lines went and came."""
    delta = list(difflib.ndiff(before.splitlines(keepends=True), after.splitlines(keepends=True)))
    return sum(line.startswith("- ") for line in delta), sum(line.startswith("+ ") for line in delta)


line_ends = st.sampled_from(["\n", "\r\n"])


@settings(max_examples=50)
@given(item=st.sampled_from(SCALARS), value=values, line_end=line_ends, last=st.booleans())
def test_a_value_set_changes_its_line_and_its_inverse_restores_every_byte(
    item: tuple[str, Place, Any], value: object, line_end: str, *, last: bool
) -> None:
    """Whatever the value is, it is read back; one line changes, and nothing else."""
    name, place, _ = item
    text = _with_line_ends(TEXTS[name], line_end, last=last)
    splice = set_value(text, place, value)
    after = splice.apply(text)
    found = parse_yaml(name, after)
    for key in place:
        found = found[key]
    assert found == value
    assert splice.inverse.apply(after) == text
    assert text.count("\n") == after.count("\n")
    assert sum(map(str.__ne__, text.split("\n"), after.split("\n"))) <= 1


@settings(max_examples=50)
@given(item=st.sampled_from(MAPS), value=values, line_end=line_ends, last=st.booleans())
def test_a_key_added_and_removed_leaves_the_same_bytes(
    item: tuple[str, Place, Any], value: object, line_end: str, *, last: bool
) -> None:
    """A map on one line and a map on many lines alike; comments and blank lines stay where they are."""
    name, place, _ = item
    text = _with_line_ends(TEXTS[name], line_end, last=last)
    after = set_value(text, (*place, "zz-new"), value).apply(text)
    assert remove(after, (*place, "zz-new")).apply(after) == text
    gone, came = _touched(text, after)
    assert (gone, came) in ((0, 1), (1, 1), (1, 2), (0, 2))


@settings(max_examples=50)
@given(item=st.sampled_from(LISTS), value=texts, line_end=line_ends, last=st.booleans())
def test_an_item_appended_and_removed_leaves_the_same_bytes(
    item: tuple[str, Place, list[Any]], value: str, line_end: str, *, last: bool
) -> None:
    """A list in brackets and a list of dashes alike."""
    name, place, items = item
    text = _with_line_ends(TEXTS[name], line_end, last=last)
    after = append(text, place, value).apply(text)
    found = parse_yaml(name, after)
    for key in place:
        found = found[key]
    assert found == [*items, value]
    assert remove(after, (*place, len(items))).apply(after) == text


@given(st.sampled_from([item for item in PLACES if item[1]]))
def test_what_is_removed_is_gone_and_the_rest_is_there(item: tuple[str, Place, Any]) -> None:
    """An entry goes with its line, or the file is refused as it stands."""
    name, place, _ = item
    text = TEXTS[name]
    try:
        splice = remove(text, place)
    except EditError:
        return
    assert splice.inverse.apply(splice.apply(text)) == text
    assert set(splice.apply(text).splitlines()) - set(text.splitlines()) <= {
        line for line in splice.apply(text).splitlines() if "{" in line or "[" in line
    }


@given(values)
def test_a_value_is_read_as_it_was_written(value: object) -> None:
    """In brackets and on a line of its own, with quotes where they are needed and only there."""
    assert parse_yaml("x", f"a: {emit_flow(value)}")["a"] == value
    assert parse_yaml("x", f"a: [{emit_flow(value)}]")["a"] == [value]


@pytest.mark.parametrize("word", ["yes", "No", "on", "null", "~", "1", "0123", "1e3", "12:30", "a: b", "# x", "", "-"])
def test_what_some_reader_takes_for_something_else_is_quoted(word: str) -> None:
    """Text stays text for every parser of YAML."""
    assert emit_flow(word) == f'"{word}"'


@pytest.mark.parametrize("word", ["10.7.3.11", "2027-06-30", "Drucker PC-Raum", "schule-042/A/1", "Hauptgebäude"])
def test_plain_words_are_written_plainly(word: str) -> None:
    """As the inventory writes them."""
    assert emit_flow(word) == word


SWITCH = """\
devices:
  sw1:   # the core
    ports:
      # the classroom
      1-6: pc          # six sockets
      7: {device: dt1}

      # the links
      25: {uplink: sw2}


# the end
"""


def test_a_port_is_put_in_the_order_of_its_number() -> None:
    """Between its neighbours, before the comment that belongs to the next one."""
    after = set_value(SWITCH, ("devices", "sw1", "ports", "10"), {"role": "pc", "description": "neu"}).apply(SWITCH)
    assert after == SWITCH.replace(
        "      7: {device: dt1}\n", "      7: {device: dt1}\n      10: {role: pc, description: neu}\n"
    )


def test_a_first_port_is_put_before_the_others() -> None:
    """Its line stands at the head of the map."""
    text = "ports:\n  5: pc\n  6: ap\n"
    assert set_value(text, ("ports", "1"), "pc").apply(text) == "ports:\n  1: pc\n  5: pc\n  6: ap\n"


def test_missing_maps_on_the_way_are_made() -> None:
    """On lines of their own where the rest is so, else in brackets."""
    after = set_value(SWITCH, ("devices", "sw1", "settings", "ntp", "servers"), ["10.0.0.1"]).apply(SWITCH)
    assert "      25: {uplink: sw2}\n    settings:\n      ntp: {servers: [10.0.0.1]}\n\n\n# the end\n" in after
    flow = "devices:\n  sw1: {room: A1}\n"
    assert set_value(flow, ("devices", "sw1", "settings", "lldp"), value=True).apply(flow) == (
        "devices:\n  sw1: {room: A1, settings: {lldp: true}}\n"
    )


@pytest.mark.parametrize("empty", ["exceptions:", "exceptions: []", "exceptions: null", "exceptions: ~"])
def test_an_empty_list_takes_its_first_item(empty: str) -> None:
    """However it is written."""
    text = f"name: x\n{empty}   # none so far\ntype: y\n"
    after = append(text, ("exceptions",), {"path": "lldp", "value": True}).apply(text)
    assert parse_yaml("x", after) == {"name": "x", "exceptions": [{"path": "lldp", "value": True}], "type": "y"}
    assert "# none so far" in after


def test_the_quotes_of_a_value_are_kept() -> None:
    """Single and double ones, as far as the new text allows."""
    text = "a: 'x'\nb: \"y\"\nc: z\n"
    assert set_value(text, ("a",), "it's").apply(text).startswith("a: 'it''s'\n")
    assert 'b: "w"\n' in set_value(text, ("b",), "w").apply(text)
    assert "c: w\n" in set_value(text, ("c",), "w").apply(text)


def test_lines_of_their_own_are_not_rewritten() -> None:
    """A block of text or a map in lines may hold comments: that is for a person."""
    text = "banner: |\n  eins\n  zwei\nmap:\n  a: 1   # why\n"
    for place in (("banner",), ("map",)):
        with pytest.raises(EditError, match="lines of their own"):
            set_value(text, place, "x")


def test_a_file_that_is_no_yaml_is_refused() -> None:
    """Nothing is edited blindly."""
    for text in ("a: [", "- a\n", "a: 1\na: 2\n", "a: &x 1\nb: *x\n", ""):
        with pytest.raises(EditError):
            set_value(text, ("a",), 2)


def _write(root: Path, data: bytes) -> str:
    path = root / "inventory" / "city.yml"
    path.parent.mkdir()
    path.write_bytes(data)
    return "inventory/city.yml"


def test_a_byte_order_mark_and_the_rights_of_a_file_stay(tmp_path: Path) -> None:
    """What an editor on Windows wrote stays as it is but for the line."""
    file = _write(tmp_path, b"\xef\xbb\xbfname: x\r\ntype: y\r\n")
    (tmp_path / file).chmod(0o640)
    found = edited(tmp_path, [FileEdit(file, "set", ("name",), "z")])
    assert found.diff().splitlines()[2:] == ["@@ -1,2 +1,2 @@", "-name: x", "+name: z", " type: y"]
    found.write()
    assert (tmp_path / file).read_bytes() == b"\xef\xbb\xbfname: z\r\ntype: y\r\n"
    assert (tmp_path / file).stat().st_mode & 0o777 == 0o640


def test_a_file_that_was_changed_meanwhile_is_not_written(tmp_path: Path) -> None:
    """Somebody's work is not lost."""
    file = _write(tmp_path, b"name: x\n")
    found = edited(tmp_path, [FileEdit(file, "set", ("name",), "z")])
    (tmp_path / file).write_text("name: theirs\n")
    with pytest.raises(EditError, match="was changed meanwhile"):
        found.write()
    assert (tmp_path / file).read_text() == "name: theirs\n"


def test_when_the_second_file_cannot_be_written_the_first_is_put_back(tmp_path: Path) -> None:
    """All or nothing."""
    file = _write(tmp_path, b"name: x\n")
    other = tmp_path / "inventory" / "profiles"
    other.mkdir()
    (other / "a.yml").write_text("title: a\n")
    edits = [FileEdit(file, "set", ("name",), "z"), FileEdit("inventory/profiles/a.yml", "set", ("title",), "b")]
    found = edited(tmp_path, edits)
    (other / "a.yml").rename(other / "b.yml")
    (other / "a.yml").symlink_to("b.yml")
    real_replace = Path.replace

    def full(self: Path, target: Path) -> Path:
        if Path(target).name == "b.yml":
            raise OSError(28, "No space left on device")
        return real_replace(self, target)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "replace", full)
        with pytest.raises(OSError, match="No space"):
            found.write()
    assert (tmp_path / file).read_text() == "name: x\n"
    assert sorted(path.name for path in (tmp_path / "inventory").rglob("*")) == [
        "a.yml",
        "b.yml",
        "city.yml",
        "profiles",
    ]


def test_a_spreadsheet_is_refused(tmp_path: Path) -> None:
    """It has no column for it."""
    _write(tmp_path, b"name: x\n")
    (tmp_path / "inventory" / "d.csv").write_text("name;room\na;b\n")
    with pytest.raises(EditError, match="spreadsheet"):
        edited(tmp_path, [FileEdit("inventory/d.csv", "set", ("devices", "a", "ports"), {})])
