"""The short form of `make faults`: each fault on each make of switch, at a line that chance chooses anew each time.

It runs the real tool as processes of its own against the lab in a process of its own; `run.py` counts. The gate also
fills the disk and takes the databases away, which takes as long again: see `.ci/run`.
"""

import json
import subprocess
import sys
from pathlib import Path

from fault_city import MAKES
from fault_kinds import AT_THE_SWITCH, BEFORE

SHORT = (*AT_THE_SWITCH, *BEFORE, "kill")
HERE = Path(__file__).parent


def test_whatever_goes_wrong_nobody_is_locked_out_and_nothing_is_lost(tmp_path: Path) -> None:
    """Every promise is kept in every case, and every kind of fault did happen on every make."""
    report = tmp_path / "faults.json"
    done = subprocess.run(
        [sys.executable, str(HERE / "run.py"), "--sample", "1", "--batch", "36", "--kinds", ",".join(SHORT),
         "--json", str(report)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    said = f"{done.stderr}\n{done.stdout}"
    assert done.returncode == 0, said
    found = json.loads(report.read_text())
    reached = {(each["case"]["make"], each["case"]["kind"]) for each in found["results"] if each["reached"]}
    assert {(make, kind) for make in MAKES for kind in SHORT} <= reached, said
    assert found["leaks"] == []
