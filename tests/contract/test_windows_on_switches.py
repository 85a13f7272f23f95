"""What switches say decides who must wait: real sessions, one switch of each dialect."""

from datetime import UTC, datetime
from pathlib import Path

from small_lab import SCHOOL, SWITCHES, lab_up, make_workspace, school_spec

from campusctl.inventory.load import load_city
from campusctl.workflow.windows import closed_schools

LESSON = datetime(2026, 11, 26, 9, tzinfo=UTC)
"""10:00 on a Thursday in Musterstadt."""
AFTERNOON = datetime(2026, 11, 26, 16, tzinfo=UTC)


def test_descriptions_go_during_lessons_and_spanning_tree_waits(tmp_path: Path) -> None:
    """A description, an unused VLAN and a log server disturb nobody; another spanning tree disturbs all."""
    root = make_workspace(tmp_path / "workspace")
    with lab_up(root, school_spec(root, drift=True)) as lab:
        quiet = lab.plan()
        city = root / "inventory/city.yml"
        city.write_text(city.read_text().replace("mode: rstp", "mode: mst"))
        loud = lab.plan()
    assert len(quiet.pending) == 3
    assert [change.assessment.interrupts for change in quiet.changes] == [(), (), ()]
    told = {change.target.device: change.assessment.interrupts for change in loud.changes}
    assert told[SWITCHES["hp_procurve"]] == ("the whole switch (spanning tree)",)
    loaded = load_city(root, [SCHOOL])
    assert closed_schools(root, loaded, quiet, LESSON) == ()
    assert [closed.what for closed in closed_schools(root, loaded, loud, LESSON)] == [
        "schule-007: lessons until 12:30; the next window opens today at 13:00"
    ]
    assert closed_schools(root, loaded, loud, AFTERNOON) == ()
