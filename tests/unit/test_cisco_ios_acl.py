"""An access list becomes another one without a hole or a lock-out at any step."""

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from campusctl.drivers.switch.dialects._ios_acl import Plan, plan

HOSTS = [f"10.1.1.{number}" for number in range(1, 6)]
ENTRIES = [f"{action} ip host {host} any" for host in HOSTS for action in ("permit", "deny")]
ENTRIES += ["permit ip any any", "deny ip any any"]
lists = st.lists(st.sampled_from(ENTRIES), unique=True, max_size=7)
remarked = st.lists(st.sampled_from([*ENTRIES, "remark a", "remark b"]), max_size=8).filter(
    lambda entries: len({e for e in entries if "remark" not in e}) == sum("remark" not in e for e in entries)
)


class Device:
    """An access list as IOS keeps it: entries sorted by number, no entry twice; remarks have numbers of their own."""

    def __init__(self, entries: list[str]) -> None:
        self.rows = [((at + 1) * 10, entry) for at, entry in enumerate(entries)]

    @property
    def entries(self) -> list[str]:
        """What stands in it, in order."""
        return [entry for _, entry in self.rows]

    def resequence(self, step: int) -> None:
        """`ip access-list resequence NAME step step`."""
        self.rows = [((at + 1) * step, entry) for at, entry in enumerate(self.entries)]

    def send(self, line: str) -> None:
        """Take one line below `ip access-list …`."""
        if line.startswith("no "):
            at = self.entries.index(line[3:])
            del self.rows[at]
            return
        number, _, entry = line.partition(" ")
        if not number.isdigit():
            number, entry = str(max((own for own, _ in self.rows), default=0) + 10), line
        assert "remark" in entry or entry not in self.entries, "IOS ignores an entry that it has"
        assert int(number) > 0
        assert "remark" in entry or int(number) not in {own for own, each in self.rows if "remark" not in each}
        self.rows.append((int(number), entry))
        self.rows.sort(key=lambda row: row[0])


def _run(before: list[str], way: Plan) -> list[list[str]]:
    device = Device(before)
    steps = []
    for line in way.clear:
        device.send(line)
        steps.append(device.entries)
    if way.resequence:
        device.resequence(way.resequence)
    for line in way.lines:
        device.send(line)
        steps.append(device.entries)
    return steps


def _decision(entries: list[str], packet: set[str]) -> str:
    for entry in entries:
        if "any any" in entry or entry.split()[3] in packet:
            return entry.split()[0]
    return "deny"


@settings(deadline=None)
@given(lists, lists.filter(bool))
def test_every_step_decides_as_before_or_as_after(before: list[str], after: list[str]) -> None:
    """A packet (here: a set of entries it matches) never meets a third decision, and the end is the new list."""
    way = plan(before, after)
    if way is None:
        return
    steps = _run(before, way)
    assert (steps[-1] if steps else before) == after
    for size in range(4):
        for hosts in combinations(HOSTS, size):
            right = {_decision(before, set(hosts)), _decision(after, set(hosts))}
            assert all(_decision(step, set(hosts)) in right for step in steps)


@settings(deadline=None)
@given(remarked, remarked.filter(lambda entries: any("remark" not in entry for entry in entries)))
def test_remarks_end_up_where_they_belong(before: list[str], after: list[str]) -> None:
    """Also twice the same remark, and remarks at the end."""
    way = plan(before, after)
    if way is None:
        return
    steps = _run(before, way)
    assert (steps[-1] if steps else before) == after


def test_a_list_without_moves_is_always_possible() -> None:
    """However long: entries that only come or go need no check."""
    before = [f"permit ip host 10.0.{number}.1 any" for number in range(200)]
    after = [entry if number % 2 else entry.replace("permit", "deny") for number, entry in enumerate(before)]
    way = plan(before, after)
    assert way is not None
    assert _run(before, way)[-1] == after
