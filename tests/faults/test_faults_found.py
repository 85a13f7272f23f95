"""What `make faults` has found outside the lab, each as small as it gets."""

from pathlib import Path

import fault_oracle as oracle
from fault_bench import bench
from fault_city import DEVICE_SECRET, MAKES
from fault_kinds import Case


def test_a_change_with_a_secret_nobody_keeps_is_undone_but_for_that_secret(tmp_path: Path) -> None:
    """The community that only the switch knew is gone for good, and said so; all else is as it was, and saved."""
    cases = [Case(make, "ordinary", "none", 0) for make in MAKES if make != "cisco_ios-reload"]
    with bench(tmp_path / "ws", cases, {}) as here:
        assert here.tool.run(*here.tool.apply("--plan", str(here.make_plan()))).code == 0
        run, _ = oracle.journal(here.root)
        undone = here.tool.run(*here.tool.again("revert", run))
        assert undone.code == 4, undone.out + undone.err
        assert "3 of 3 switches done." in undone.out
        assert undone.out.count("its secret was masked in the backup") == 3
        for texts in (here.lab.texts(*here.names), here.lab.texts(*here.names, startup=True)):
            for name in here.names:
                assert DEVICE_SECRET not in texts[name]
                wanted = oracle.known(here.before[name])
                assert oracle.same(texts[name], wanted), oracle.differing(wanted, texts[name])
        assert oracle.leaks(here.root, here.secrets(), here.tool.heard, {}) == []
