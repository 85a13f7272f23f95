"""Every dialect against the simulated switch of that dialect, which knows nothing of the dialect's code.

For any two states A and B: the commands of A → B, sent to a switch that is A, are all accepted, never cut the way in,
and leave a switch that is B, with nothing left to do.
"""

import pytest
from any_switch import Bench, difference, switches
from hypothesis import given, note, settings

from campusctl.drivers.switch import dialects
from campusctl.model.intent import SwitchIntent
from campusctl.model.secret import TOKEN


@pytest.mark.parametrize("dialect", dialects.names())
def test_any_state_leads_to_any_other(dialect: str) -> None:
    """All lines accepted, the way in stands after each, and B is reached: a second diff is empty."""
    rules = dialects.get(dialect).rules

    @settings(max_examples=60)
    @given(switches(dialect), switches(dialect))
    def holds(before: SwitchIntent, after: SwitchIntent) -> None:
        bench = Bench(before)
        assert difference(dialect, bench.running(), before).edits == ()
        found = difference(dialect, bench.running(), after)
        assert found.refused == ()
        bench.enter("configure terminal")
        for command in found.commands:
            text = TOKEN.sub(lambda token: found.secrets[token[1]].reveal(), command.text)
            reply = bench.enter(text, command.answer)
            note(f"{text!r} → {reply!r}")
            assert not rules.error.search(reply.partition("\n")[2])
            assert bench.view.reachable(), f"cut off by {text!r}"
        bench.enter("end")
        left = difference(dialect, bench.running(), after)
        assert left.edits == ()
        # A port that only A names and that is shut stays shut.
        assert [path for path in left.unmanaged if path[-1] != "shutdown"] == []

    holds()
