"""The module through Ansible itself, over a real SSH server and sudo, and beside Ansible's own modules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pc_root
import pytest
import sample_pc

if TYPE_CHECKING:
    from pc_root import PcRoot

pytestmark = pytest.mark.debian


_TASK = {"name": "campus_pc", "campusctl.pcs.campus_pc": {}}
_ARGUMENTS = {
    "document": {"format": 1, "os": "linux", **sample_pc.JUDGED},
    "secrets": sample_pc.SECRETS,
    "salt": "pc01",
}


@pytest.fixture(scope="module")
def login(pc: PcRoot) -> dict[str, str]:
    """Ansible's variables of the PC, which runs what the oracle wants to find running."""
    pc.must("apt-get", "-q", "-y", "install", "campus-old")
    return pc_root.let_in(pc)


def test_oracle_finds_nothing_after_the_module(pc: PcRoot, login: dict[str, str]) -> None:
    """What the module has brought about, Ansible's own modules see as they would have it: changed is 0."""
    told = pc_root.play(pc, login, [_TASK, *sample_pc.tasks(sample_pc.JUDGED)], arguments=_ARGUMENTS)
    assert [(one["task"], one["kind"]) for one in told if one["kind"] != "ok"] == []
    assert told[0]["result"]["remaining"] == []
    assert [(one["task"], one["result"].get("diff")) for one in told[1:] if one["result"]["changed"]] == []


def test_nothing_of_a_secret_or_the_document_comes_back(pc: PcRoot, login: dict[str, str]) -> None:
    """The answer repeats neither secrets nor the document, and the PC's log has neither."""
    told = pc_root.play(pc, login, [_TASK], "--check", "-vvv", arguments=_ARGUMENTS)
    assert sample_pc.PASSWORD not in str(told)
    assert told[0]["result"]["edits"] == []
    assert "Lehrkraft" not in str(told)
