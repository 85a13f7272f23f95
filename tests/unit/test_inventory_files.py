"""Whatever stands in an inventory file's place: a clear word, in bounded time and memory."""

import os
import shutil
from pathlib import Path

import pytest

from campusctl.inventory.files import decode, parse_yaml, read_bytes
from campusctl.inventory.issue import FileError
from campusctl.inventory.load import check, load_city

DEVICES = "inventory/schools/schule-042/devices.yml"


def complaint(data: bytes) -> tuple[int, str]:
    """Line and text of the first issue of a file."""
    with pytest.raises(FileError) as caught:
        parse_yaml("city.yml", decode("city.yml", data))
    return caught.value.issues[0].line, caught.value.issues[0].what


@pytest.mark.parametrize(
    ("data", "line", "what"),
    [
        (b"a:\n\tb: 1\n", 2, "a tab at the start of the line"),
        (b"a: 1\nb: 2\na: 3\n", 3, "`a` stands in line 1 too"),
        (b"x:\n  - {a: 1, a: 2}\n", 2, "`a` stands in line 2 too"),
        (b"a: [1,\nb: 2\n", 3, "is no valid YAML: did not find expected ',' or ']'"),
        (b"a: M\xfcnster\n", 1, "is not UTF-8: byte 0xfc"),
        (b"\xff\xfea\x00:\x00", 1, "is not UTF-8: byte 0xff"),
        (b"a: 1\nb: \x00\n", 2, "control or invisible character U+0000"),
        (b"a: 1\n# \x1b[2J\n", 2, "control or invisible character U+001B"),
        ("a: 1\nb: x\u202ey\n".encode(), 2, "control or invisible character U+202E"),
        ("a: 1\n# \u0085\n".encode(), 2, "control or invisible character U+0085"),
        ("a: x\u2028y\n".encode(), 1, "control or invisible character U+2028"),
        ("a: x\u200by\n".encode(), 1, "control or invisible character U+200B"),
        (b"a: &x [1]\nb: *x\n", 1, "anchors and aliases (& and *) are not used here"),
        (b"a: 1\nb: !!python/object:os.system ls\n", 2, "tags (!) are not used here"),
        (b"a: !x 1\n", 1, "tags (!) are not used here"),
        (b"a: 1\n---\nb: 2\n", 2, "holds more than one document (`---`)"),
        (b"a: 12345678901234567890123456\n", 1, "a number is too large"),
        (b"? [a, b]\n: 1\n", 1, "a list or map is used as a key"),
        (b"[" * 300_000, 1, "nests too deep"),
        (b"a: " + b"[" * 300_000, 1, "nests too deep"),
        (b"a:\n- " + b"[[]," * 300_000, 2, "nests too deep"),
        (b"{b: " * 300 + b"1" + b"}" * 300, 1, "nests too deep"),
    ],
)
def test_what_is_no_inventory_is_refused(data: bytes, line: int, what: str) -> None:
    """With the line it stands on; nothing is expanded, run or printed raw."""
    assert complaint(data) == (line, what)


def test_an_alias_bomb_is_refused_before_it_grows() -> None:
    """Ten levels of ten: refused at the first anchor."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    assert complaint("\n".join(lines).encode()) == (1, "anchors and aliases (& and *) are not used here")


@pytest.mark.parametrize("value", ['"\\x07"', '"\\u202e"', '{"\\x1b": 1}'])
def test_an_escape_hides_nothing(value: str) -> None:
    """What may not stand in the file may not be spelled out in quotes either."""
    with pytest.raises(FileError) as caught:
        parse_yaml("city.yml", f"a: 1\nb: {value}\n")
    assert caught.value.issues[0].place == ("b",)


def test_every_line_with_a_forbidden_character_is_told() -> None:
    """All at once."""
    with pytest.raises(FileError) as caught:
        decode("city.yml", b"a: \x07\nb: 1\nc: \x07\x07\n")
    assert [issue.line for issue in caught.value.issues] == [1, 3]


@pytest.mark.parametrize(
    "data", [b"\xef\xbb\xbfa: 1\n", b"a: 1\r\n", b"a: 1 # \xc3\xa4\xe2\x82\xac\n", b"a: 1\n# x & y! *z\n"]
)
def test_what_editors_leave_behind_is_no_problem(data: bytes) -> None:
    """Byte order mark, Windows line ends, umlauts, marks in comments."""
    assert parse_yaml("city.yml", decode("city.yml", data)) == {"a": 1}


def test_yaml_is_version_1_2() -> None:
    """`no` is Norway, `07:45` is a time of day, `010` keeps its zero."""
    assert parse_yaml("x", "a: no\nb: 07:45\nc: 010\nd: 00:11:22:33:44:55\n") == {
        "a": "no",
        "b": "07:45",
        "c": "010",
        "d": "00:11:22:33:44:55",
    }


def test_a_large_file_is_not_read(tmp_path: Path) -> None:
    """50 MB cost neither time nor memory."""
    with (tmp_path / "city.yml").open("wb") as file:
        file.truncate(50_000_000)
    with pytest.raises(FileError, match="is larger than 2 MB"):
        read_bytes(tmp_path, "city.yml")


def test_a_pipe_is_no_file(musterstadt: Path) -> None:
    """A named pipe would wait for ever."""
    (musterstadt / DEVICES).unlink()
    os.mkfifo(musterstadt / DEVICES)
    assert f"{DEVICES}: is no regular file" in [str(problem) for problem in check(musterstadt)]


def test_a_link_out_of_the_workspace_is_refused(musterstadt: Path) -> None:
    """A file, and a whole school."""
    (musterstadt / DEVICES).unlink()
    (musterstadt / DEVICES).symlink_to("/etc/hostname")
    shutil.rmtree(musterstadt / "inventory/schools/schule-007")
    (musterstadt / "inventory/schools/schule-007").symlink_to("/etc")
    refused = [problem.file for problem in check(musterstadt) if problem.what == "leads out of the workspace"]
    assert refused == ["inventory/schools/schule-007/school.yml", DEVICES]


def test_a_link_inside_the_workspace_is_followed(musterstadt: Path) -> None:
    """Sharing a file between folders is the operator's choice."""
    (musterstadt / DEVICES).rename(musterstadt / "elsewhere.yml")
    (musterstadt / DEVICES).symlink_to("../../../elsewhere.yml")
    assert check(musterstadt) == ()


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("devices.yaml", "rename it to .yml"),
        ("device.yml", "did you mean devices.yml, devices.csv?"),
        ("inventar.csv", "a school has school.yml, devices*.yml and devices*.csv"),
    ],
)
def test_a_file_nobody_reads_is_told(musterstadt: Path, name: str, hint: str) -> None:
    """A mistyped name must not lose devices silently."""
    folder = musterstadt / "inventory/schools/schule-007"
    (folder / "devices.yml").rename(folder / name)
    (problem,) = [problem for problem in check(musterstadt, ["schule-007"]) if problem.what == "this file is not read"]
    assert (problem.file, problem.hint) == (f"inventory/schools/schule-007/{name}", hint)


def test_devices_may_stand_in_several_files(musterstadt: Path) -> None:
    """devices.yml, devices-*.yml, devices/*.yml and the same as .csv."""
    folder = musterstadt / "inventory/schools/schule-042"
    (folder / "devices").mkdir()
    (folder / "devices-rooms.yml").rename(folder / "devices" / "rooms.yml")
    (folder / "devices-more.csv").write_text("name,room\ns042-r301-pc09,R301\n")
    city = load_city(musterstadt)
    assert city.find_device("s042-r101-dt01").file.endswith("schule-042/devices/rooms.yml")
    assert city.find_device("s042-r301-pc09").room == "R301"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name;room\ns007-r1-pc01;R1\n", {"s007-r1-pc01": "R1"}),
        ("name,room\r\ns007-r1-pc01,R1\r\n", {"s007-r1-pc01": "R1"}),
        ("sep=;\nRaum;Name\n R1 ;s007-r1-pc01\n;;\n", {"s007-r1-pc01": "R1"}),
        ('name\troom\n"s007-r1-pc01"\t="R1"\n', {"s007-r1-pc01": "R1"}),
        ("name;room;\ns007-r1-pc01;R1;;;\n", {"s007-r1-pc01": "R1"}),
    ],
)  # fmt: skip
def test_what_spreadsheets_write_is_read(musterstadt: Path, text: str, expected: dict[str, str]) -> None:
    """Delimiters, `sep=`, German heads, empty rows and columns, text formulas, a byte order mark."""
    path = musterstadt / "inventory/schools/schule-007/devices-pc.csv"
    path.write_text(text, encoding="utf-8-sig", newline="")
    devices = load_city(musterstadt, ["schule-007"]).devices()
    assert {device.name: device.room for device in devices if device.file.endswith("-pc.csv")} == expected
