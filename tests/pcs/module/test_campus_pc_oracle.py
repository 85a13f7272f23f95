"""The other way round: Ansible's own modules first, then `campus_pc` in check mode."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pc_root
import sample_pc

if TYPE_CHECKING:
    from pc_root import PcRoot


def test_module_finds_nothing_after_the_oracle(pc: PcRoot) -> None:
    """What Ansible's own modules have brought about, the module sees as it would have it, but for the password."""
    pc.must("apt-get", "-q", "-y", "install", "campus-old")
    kinds = [kind for kind in sample_pc.DOCUMENT if kind not in ("printers", "cron")]
    document = {kind: sample_pc.DOCUMENT[kind] for kind in kinds}
    told = pc_root.play(pc, pc_root.let_in(pc), sample_pc.tasks(document))
    assert [one for one in told if one["kind"] != "ok"] == []
    found = pc.converge(document, secrets=sample_pc.SECRETS, check=True)
    assert [edit["path"] for edit in found["edits"]] == [["user", "lehrer", "password"]]
