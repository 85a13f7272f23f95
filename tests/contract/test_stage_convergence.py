"""A change in stages, told to the simulated switch of each dialect, one stage after the other."""

import re

import pytest
from any_switch import PORTS, UPLINK, VLANS, Bench, difference, switches
from hypothesis import event, given, note, settings
from hypothesis import strategies as st

from campusctl.drivers.switch import dialects
from campusctl.drivers.switch.staging import Part, staged
from campusctl.model.command import Command
from campusctl.model.intent import SwitchIntent
from campusctl.model.plan import ManagementPath, Pass
from campusctl.model.secret import TOKEN, Secret


def _path(dialect: str, after: SwitchIntent) -> ManagementPath:
    """Ports 1 and 2 lead to switches below."""
    downlinks = tuple(PORTS[dialect].format(number) for number in (1, 2))
    return ManagementPath(vlan="3", uplinks=after.uplinks, downlinks=downlinks, user="campus")


def _send(bench: Bench, commands: tuple[Command, ...], secrets: dict[str, Secret]) -> None:
    rules = dialects.get(bench.view.spec.dialect).rules
    bench.enter("configure terminal")
    for command in commands:
        text = TOKEN.sub(lambda token: secrets[token[1]].reveal(), command.text)
        reply = bench.enter(text, command.answer)
        note(f"{text!r} → {reply!r}")
        assert not rules.error.search(reply.partition("\n")[2])
        assert bench.view.reachable(), f"cut off by {text!r}"
    bench.enter("end")


def _unsalted(running: str) -> str:
    """Two hashes of one password are never the same text."""
    return re.sub(r"\bsecret \d \S+", "secret", running)


def _carried(bench: Bench) -> set[tuple[str, int]]:
    """Every VLAN that each port between switches carries."""
    links = [PORTS[bench.view.spec.dialect].format(number) for number in (1, 2, UPLINK)]
    return {(port, vlan) for port in links for vlan in (1, 3, *VLANS) if bench.switch.carriage(port, vlan)}


@pytest.mark.parametrize("dialect", dialects.names())
def test_stages_lead_where_one_stage_leads(dialect: str) -> None:
    """All lines are accepted, the way in stands after each, what is left is what later stages do, and the end is B."""

    @settings(max_examples=25)
    @given(switches(dialect), switches(dialect))
    def holds(before: SwitchIntent, after: SwitchIntent) -> None:
        bench, other = Bench(before), Bench(before)
        whole = difference(dialect, bench.running(), after)
        found, parts = staged(dialects.get(dialect), whole, _path(dialect, after))
        event(" ".join(part.kind for part in parts))
        assert [part.kind for part in parts] == sorted((part.kind for part in parts), key=list(Pass).index)
        assert [edit for part in parts for edit in part.edits] == list(found.edits)
        assert [command for part in parts for command in part.commands] == list(found.commands)
        assert sorted(map(repr, found.edits)) == sorted(map(repr, whole.edits))
        for number, part in enumerate(parts, 1):
            note(f"stage {part.kind}: {part.edits}")
            _send(bench, part.commands, whole.secrets)
            left = {edit.path for later in parts[number:] for edit in later.edits}
            assert {edit.path for edit in difference(dialect, bench.running(), after).edits} == left
        _send(other, whole.commands, whole.secrets)
        assert _unsalted(bench.running()) == _unsalted(other.running())

    holds()


@st.composite
def _with_links(draw: st.DrawFn, dialect: str) -> SwitchIntent:
    """A switch whose ports towards others are trunks, as they always are between switches."""
    found = draw(switches(dialect))
    vlans = st.sets(st.sampled_from([vlan.id for vlan in found.vlans]))
    links = (
        port.model_copy(
            update={"mode": "trunk", "vlan": 1, "shutdown": False, "tagged": tuple(sorted({3} | draw(vlans)))}
        )
        for port in found.ports[:2]
    )
    # Names go by place, so that a VLAN that comes may have the name of one that goes.
    named = (vlan.model_copy(update={"name": f"NETZ-{place}"}) for place, vlan in enumerate(found.vlans))
    return found.model_copy(update={"ports": (*links, *found.ports[2:]), "vlans": tuple(named)})


@pytest.mark.parametrize("dialect", dialects.names())
def test_links_carry_more_first_and_less_last(dialect: str) -> None:
    """Before the last stage nothing that a link carried is gone; after the first, all that it shall carry is there."""

    @settings(max_examples=25)
    @given(_with_links(dialect), _with_links(dialect))
    def holds(before: SwitchIntent, after: SwitchIntent) -> None:
        bench = Bench(before)
        whole = difference(dialect, bench.running(), after)
        _, parts = staged(dialects.get(dialect), whole, _path(dialect, after))
        was = _carried(bench)
        end = _end(dialect, before, parts, whole.secrets)
        for part in parts:
            _send(bench, part.commands, whole.secrets)
            now = _carried(bench)
            if part.kind is not Pass.REMOVE:
                assert now >= was
            assert now >= end

    holds()


def _end(
    dialect: str, before: SwitchIntent, parts: tuple[Part, ...], secrets: dict[str, Secret]
) -> set[tuple[str, int]]:
    """What the links carry after all stages."""
    bench = Bench(before)
    for part in parts:
        _send(bench, part.commands, secrets)
    return _carried(bench)
