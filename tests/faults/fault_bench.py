"""A workspace with its lab up and every switch changed by hand: where one batch of cases is run."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fault_city import MAKES, cut, drift, make_city, mend, school_of, switch_of
from fault_kinds import Case
from fault_oracle import differing, same
from fault_tool import Tool

from campusctl.lab import fleet
from campusctl.lab.remote import Remote
from campusctl.lab.secrets import LabSource


@dataclass
class Bench:
    """Switches that differ from the inventory, each in a school of its own, and a tool to mend them."""

    root: Path
    """The workspace."""
    cases: Mapping[str, Case]
    """The switches under test, and what each is for."""
    schools: tuple[str, ...]
    """Their schools, in the same order."""
    lab: Remote
    """The running lab."""
    tool: Tool
    """campusctl in this workspace."""
    right: Mapping[str, str]
    """What each switch has stored when it is as the inventory says."""
    before: Mapping[str, str]
    """What it has stored and runs when the case begins."""

    @property
    def names(self) -> tuple[str, ...]:
        """The switches under test."""
        return tuple(self.cases)

    def make_plan(self) -> Path:
        """A saved plan of every school.

        Raises:
            AssertionError: A switch could not be read though nothing is wrong yet.
        """
        file = self.root / "plan.json"
        # A busy machine may keep a switch from answering in time; three times in a row it does not.
        for _ in range(3):
            planned = self.tool.run("plan", *self.schools, "--out", str(file))
            if planned.code == 0:
                return file
        raise AssertionError(planned)

    def mend_inventory(self) -> None:
        """Let the inventory no longer ask for what cuts the way in."""
        mend(self.root, self.schools)

    def secrets(self) -> tuple[str, ...]:
        """Every secret that a switch of this bench has, in clear."""
        return tuple(LabSource(self.root).resolve(("switch/login", "snmp/ro")).values())


@contextmanager
def bench(root: Path, cases: Sequence[Case], environment: Mapping[str, str]) -> Iterator[Bench]:
    """Set one up.

    Args:
        root: The workspace's folder, missing or empty.
        cases: One per switch.
        environment: What every command of the tool gets beside the usual.
    """
    make_city(root, [(MAKES[case.make], case.change) for case in cases])
    by_name = {switch_of(number): case for number, case in enumerate(cases)}
    schools = tuple(school_of(number) for number in range(len(cases)))
    fleet.start(root, fleet.build_spec(root, None))
    try:
        lab = Remote(root)
        right = lab.texts(*by_name, startup=True)
        for name, case in by_name.items():
            lab.enter((*drift(MAKES[case.make], case.change), "write memory"), name)
        cut(root, [school for school, case in zip(schools, cases, strict=True) if case.change == "cutting"])
        before = lab.texts(*by_name, startup=True)
        lab.mend()
        yield Bench(root, by_name, schools, lab, Tool(root, environment), right, before)
    finally:
        fleet.stop(root)


def count_lines(root: Path, kinds: Sequence[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """How many lines a switch of each make sees when each change is made and nothing goes wrong.

    Raises:
        AssertionError: Something went wrong.
    """
    with bench(root, [Case(make, change, "none", 0) for make, change in kinds], {}) as here:
        plan = here.make_plan()
        here.lab.record()
        here.tool.run(*here.tool.apply("--plan", str(plan)))
        heard, stored = here.lab.lines(*here.names), here.lab.texts(*here.names, startup=True)
        for name, case in here.cases.items():
            expected = here.before if case.change == "cutting" else here.right
            difference = differing(expected[name], stored[name])
            assert same(stored[name], expected[name]), (case, difference, str(here.tool.heard[-1])[-2000:])
        return {(case.make, case.change): len(heard[name]) for name, case in here.cases.items()}
