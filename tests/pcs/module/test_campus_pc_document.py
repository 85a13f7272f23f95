"""A document that is not one is refused whole, with what is wrong and where, before anything is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from ansible_collections.campusctl.pcs.plugins.module_utils import document
from ansible_collections.campusctl.pcs.plugins.module_utils.edits import Trouble
from campus_pc_here import run
from hypothesis import given
from hypothesis import strategies as st
from sample_pc import DOCUMENT

if TYPE_CHECKING:
    from pathlib import Path

WRONG: list[tuple[dict[str, Any], str]] = [
    ({"format": 2}, "the document is not of format 1 for linux"),
    ({"nonsense": {}}, "nonsense is not a kind that this module knows"),
    ({"packages": {"--allow-downgrades": "present"}}, "packages is not a package's name: '--allow-downgrades'"),
    ({"packages": {"Tree": "present"}}, "packages is not a package's name: 'Tree'"),
    ({"packages": {"tree": "latest"}}, "packages tree is 'latest', which is none of present, absent"),
    ({"packages": ["tree"]}, "packages is not of type dict"),
    ({"users": {"a:b": {}}}, "users is not a user's or group's name: 'a:b'"),
    ({"users": {"a": {"title": "x\nroot::0"}}}, "users a title is not a title without `:`, `,` and `=`: 'x\\nroot::0'"),
    ({"users": {"a": {"uid": True}}}, "users a uid is not of type int"),
    ({"users": {"a": {"colour": "red"}}}, "users a has no field 'colour'"),
    ({"files": {"motd": {"content": ""}}}, "files is not an absolute path without `.`, `..` and `//`: 'motd'"),
    (
        {"files": {"/etc/../x": {"content": ""}}},
        "files is not an absolute path without `.`, `..` and `//`: '/etc/../x'",
    ),
    ({"files": {"/etc/x\n": {"content": ""}}}, "files is not an absolute path without `.`, `..` and `//`: '/etc/x\\n'"),
    ({"files": {"/etc/x": {}}}, "files /etc/x needs content"),
    ({"files": {"/etc/x": {"content": "\0"}}}, "files /etc/x content has a character that no text has"),
    ({"files": {"/etc/x": {"content": "", "mode": "rw"}}}, "files /etc/x mode is not an octal mode such as 0644: 'rw'"),
    ({"files": {"/etc/x": {"content": "", "run": "rm -rf"}}}, "files /etc/x run is not a run: 'rm -rf'"),
    ({"services": {"-H": {}}}, "services is not a unit's name: '-H'"),
    (
        {"cron": {"x": {"schedule": "* * * *", "command": "y"}}},
        "cron x schedule is not five fields or @daily: '* * * *'",
    ),
    ({"cron": {"x": {"schedule": "@daily", "command": "y\nz"}}}, "cron x command is not a text in one line: 'y\\nz'"),
    ({"cron": {"x\ny": {"schedule": "@daily"}}}, "cron is not a name in one line: 'x\\ny'"),
    ({"printers": {"queues": {"-d": {}}}}, "printers queues is not a print queue's name: '-d'"),
    ({"printers": {"queues": {"default": {}}}}, "printers queues is not a print queue's name: 'default'"),
    (
        {"printers": {"queues": {"a": {"uri": "ipp://<<secret:a>>@b"}}}},
        "printers queues a uri is not a device URI without secrets: 'ipp://<<secret:a>>@b'",
    ),
    ({"wol": {"interface": "-h"}}, "wol interface is not an interface or *: '-h'"),
    ({"restore": "../x"}, "restore is not the id of a kept change: '../x'"),
    ({"restore": "x", "packages": {}}, "restore stands alone in a document"),
    ({"files": {"/a": {"content": ""}}, "links": {"/a": "/b"}}, "links /a stands in files as well"),
    ({"files": {"/a/b": {"content": ""}}, "absent": {"/a": True}}, "files /a/b lies below /a, which stands in absent"),
    ({"lines": {"/a": [{"line": "x"}]}}, "lines /a needs a name"),
    ({"lines": {"/a": [{"name": "x", "state": "absent"}]}}, "lines /a needs match or line"),
]


@pytest.mark.parametrize(("wrong", "words"), WRONG, ids=[words[:40] for _, words in WRONG])
def test_wrong_document_is_refused_in_words(tmp_path: Path, wrong: dict[str, Any], words: str) -> None:
    """The fault says where and what; nothing is looked at."""
    result = run(tmp_path, wrong)
    assert (result["fault"]["kind"], result["fault"]["what"], result["observed"]) == ("malformed", words, "")


def test_sample_is_a_document() -> None:
    """The sample passes, and so does one with nothing in it."""
    document.check({"format": 1, "os": "linux", **DOCUMENT})
    document.check({"format": 1, "os": "linux"})


@pytest.mark.parametrize(("document", "words"), [
    ({"lines": {"/tmp/x": [{"name": "x", "line": "y", "match": "("}]}}, "line x: '(' is no pattern"),
    ({"blocks": {"/tmp/x": {"n": {"content": "# END campusctl n\n"}}}}, "the block n holds its own mark"),
    ({"files": {"/tmp/x": {"content": "<<secret:nobody>>"}}}, "the secret nobody was not given"),
])  # fmt: skip
def test_wrong_text_is_refused_when_it_is_read(tmp_path: Path, document: dict[str, Any], words: str) -> None:
    """What only reading shows is malformed as well, and nothing is changed."""
    fault = run(tmp_path, document)["fault"]
    assert (fault["kind"], words in fault["what"]) == ("malformed", True)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["/a", "a", "state", "content"]), inner)
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*DOCUMENT, "wol", "restore", "x"]), _JSON, max_size=3))
def test_any_json_is_taken_or_refused(wrong: dict[str, Any]) -> None:
    """No JSON makes the check stumble: it is a document, or it is malformed."""
    try:
        document.check({"format": 1, "os": "linux", **wrong})
    except Trouble as trouble:
        assert trouble.kind == "malformed"  # noqa: PT017 - the other outcome is fine too
