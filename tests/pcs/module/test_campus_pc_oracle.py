"""The other way round: Ansible's own modules first, then `campus_pc` in check mode."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pc_root
import pytest
import sample_pc

if TYPE_CHECKING:
    from pc_root import PcRoot

pytestmark = pytest.mark.debian


def test_module_finds_nothing_after_the_oracle(pc: PcRoot) -> None:
    """What Ansible's own modules have brought about, the module sees as it would have it, but for the password."""
    pc.must("apt-get", "-q", "-y", "install", "campus-old")
    told = pc_root.play(pc, pc_root.let_in(pc), sample_pc.tasks(sample_pc.JUDGED))
    assert [one for one in told if one["kind"] != "ok"] == []
    found = pc.converge(sample_pc.JUDGED, secrets=sample_pc.SECRETS, check=True)
    assert [edit["path"] for edit in found["edits"]] == [["user", "lehrer", "password"]]
