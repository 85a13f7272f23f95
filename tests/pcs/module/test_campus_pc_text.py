"""Lines and blocks in other people's files: exact text in, exact text out, and any of them settle at once."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.campusctl.pcs.plugins.module_utils.text import Line, set_block, set_line
from campus_pc_here import edits, file, run
from hypothesis import given, settings
from hypothesis import strategies as st

PORT = Line("port", re.compile(r"^#?Port\b"), "Port 22", present=True)


@pytest.mark.parametrize(
    ("text", "new", "before"),
    [
        ("", "Port 22\n", None),
        ("a\n", "a\nPort 22\n", None),
        ("a", "a\nPort 22\n", None),
        ("Port 22\na\n", "Port 22\na\n", "Port 22"),
        ("#Port 1\na\n", "Port 22\na\n", None),
        ("Port 1\na\n", "Port 22\na\n", "Port 1"),
        ("Port 1\na\nPort 2\n", "a\nPort 22\n", "Port 1\nPort 2"),
        ("Port 22\nPort 22\n", "Port 22\n", "Port 22\nPort 22"),
        ("Port 22\n#Port 1\n", "Port 22\n#Port 1\n", "Port 22"),
        ("Match all\n x\n", "Port 22\nMatch all\n x\n", None),
        ("Port 1", "Port 22", "Port 1"),
        ("a\x0cb\n", "a\x0cb\nPort 22\n", None),
    ],
)
def test_line_is_set(text: str, new: str, before: str | None) -> None:
    """The last match becomes the line, other active matches go, comments stay; `Match` sections stay behind it."""
    found = set_line(text, PORT, before_match=True)
    assert (found.text, found.before, found.differs) == (new, before, text != new)


def test_line_is_taken_out() -> None:
    """Absent takes every matching line away."""
    gone = PORT._replace(present=False)
    assert set_line("a\nPort 1\n#Port 2\nb\n", gone) == ("a\nb\n", "Port 1\n#Port 2", True)
    assert set_line("a\n", gone) == ("a\n", None, False)


@pytest.mark.parametrize(
    ("text", "content", "new", "before"),
    [
        ("", "x\n", "# BEGIN campusctl n\nx\n# END campusctl n\n", None),
        ("a", "x", "a\n# BEGIN campusctl n\nx\n# END campusctl n\n", None),
        (
            "# BEGIN campusctl n\ny\n# END campusctl n\nb\n",
            "x",
            "# BEGIN campusctl n\nx\n# END campusctl n\nb\n",
            "y\n",
        ),
        ("# BEGIN campusctl n\ny\n# END campusctl n\nb\n", None, "b\n", "y\n"),
        ("# BEGIN campusctl n\ny\n", "x", "y\n# BEGIN campusctl n\nx\n# END campusctl n\n", None),
        ("# BEGIN campusctl m\ny\n# END campusctl m\n", None, "# BEGIN campusctl m\ny\n# END campusctl m\n", None),
        (
            "# BEGIN campusctl n\n1\n# END campusctl n\n# BEGIN campusctl n\n2\n# END campusctl n\n",
            "3",
            "# BEGIN campusctl n\n3\n# END campusctl n\n",
            "1\n",
        ),
    ],
)
def test_block_is_set(text: str, content: str | None, new: str, before: str | None) -> None:
    """The block of the name holds the content, once, where it stood; half a block is no block."""
    found = set_block(text, "n", content)
    assert (found.text, found.before, found.differs) == (new, before, text != new)


def test_lines_and_blocks_of_one_file_are_one_write(tmp_path: Path) -> None:
    """Owner and mode stay, every line and block is an edit of its own, and a secret line is masked."""
    path = tmp_path / "x.conf"
    path.write_text("a=1\n")
    path.chmod(0o604)
    document: dict[str, Any] = {
        "lines": {str(path): [{"name": "a", "match": "^a=", "line": "a=<<secret:r>>"}, {"name": "b", "line": "b=2"}]},
        "blocks": {str(path): {"n": {"content": "c=3\n"}}},
    }
    result = run(tmp_path, document, secrets={"r": "CANARY"})
    assert edits(result) == [
        (("line", str(path), "a"), "********", "********"),
        (("line", str(path), "b"), None, "b=2"),
        (("block", str(path), "n"), None, "c=3\n"),
    ]
    assert path.read_text() == "a=CANARY\nb=2\n# BEGIN campusctl n\nc=3\n# END campusctl n\n"
    assert (path.stat().st_mode & 0o777, "CANARY" in str(result)) == (0o604, False)


def test_lines_that_undo_each_other_are_refused(tmp_path: Path) -> None:
    """Two lines that match each other would never settle: the document is at fault, and nothing is written."""
    lines = [{"name": "a", "match": "^x", "line": "x=1"}, {"name": "b", "match": "^x", "line": "x=2"}]
    result = run(tmp_path, {"lines": {str(tmp_path / "x"): lines}})
    assert (result["fault"]["kind"], (tmp_path / "x").exists()) == ("malformed", False)


def test_undecodable_bytes_stay_as_they_are(tmp_path: Path) -> None:
    """A line is set in a file of any bytes; the others are the same bytes as before."""
    path = tmp_path / "x"
    path.write_bytes(b"caf\xe9\r\nPort 1\n")
    run(tmp_path, {"lines": {str(path): [{"name": "p", "match": "^Port", "line": "Port 22"}]}})
    assert path.read_bytes() == b"caf\xe9\r\nPort 22\n"


_WORDS = st.text(alphabet=st.sampled_from("ab=# ;\t\\.*é☃"), max_size=8)
_TEXTS = st.text(alphabet=st.sampled_from("ab\n\r# \x0cé☃"), max_size=60) | st.sampled_from(
    ["# BEGIN campusctl n\n", "# END campusctl n\n", "# BEGIN campusctl n\nx\n# END campusctl n"]
)
_LINES = st.lists(
    st.fixed_dictionaries(
        {"name": st.sampled_from("xyz"), "line": _WORDS},
        optional={"match": _WORDS, "state": st.sampled_from(["present", "absent"])},
    ),
    max_size=3,
)
_BLOCKS = st.dictionaries(
    st.sampled_from(["n", "m o"]),
    st.fixed_dictionaries({"content": _TEXTS}, optional={"state": st.sampled_from(["present", "absent"])}),
    max_size=2,
)


@settings(max_examples=150)
@given(before=st.none() | _TEXTS, lines=_LINES, blocks=_BLOCKS, whole=_TEXTS, target=_WORDS)
def test_any_texts_settle_at_once(
    before: str | None, lines: list[dict[str, Any]], blocks: dict[str, Any], whole: str, target: str
) -> None:
    """After one apply, check mode finds nothing; one that cannot settle is refused, and leaves the file alone."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        path = place / "x"
        if before is not None:
            path.write_text(before, newline="")
        document = {
            "lines": {str(path): lines},
            "blocks": {str(path): blocks},
            "files": {str(place / "f"): file(whole)},
            "links": {str(place / "l"): target or "x"},
        }
        result = run(place, document)
        if "fault" in result:
            assert result["fault"]["kind"] == "malformed"
            assert path.exists() is (before is not None)
            return
        assert result["remaining"] == []
        assert run(place, document, check=True)["edits"] == []
