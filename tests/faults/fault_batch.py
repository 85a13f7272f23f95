"""One batch: cases of the same make, change and kind, each on a switch of its own, in one run of the tool."""

import json
import re
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from shutil import rmtree
from typing import Final

import fault_oracle as oracle
from fault_around import Injury, Kill, Postgres, injury
from fault_bench import Bench, bench
from fault_city import MAKES
from fault_kinds import AROUND_THE_TOOL, Case, hand, lab_fault
from fault_place import small_disk
from fault_tool import PATIENCE_S, Process, Said, options

_GATHER_S: Final = 8.0
"""How long nothing may move before those that hold their reply back are taken to be all."""


@dataclass(frozen=True)
class Result:
    """What became of one case."""

    case: Case
    """The case."""
    again: str
    """What was done first after the fault: `apply`, `resume` or `revert`."""
    reached: bool = False
    """The fault happened at its line; a case that was not reached proves nothing."""
    access_s: float | None = None
    """After how many seconds of the lab's clock the way in stood again, 0: it was never lost; None: too late."""
    startup_clean: bool = False
    """What is stored is what was stored before, or what the inventory says; and it was confirmed."""
    known: bool | None = None
    """A switch that was touched and not brought to an end is listed by `status`; None: it was none."""
    converged: bool = False
    """Afterwards the switch is, to the letter, as the inventory says."""
    quiet: bool = False
    """A second apply sent nothing."""
    refused: bool | None = None
    """A plan whose device has moved was refused, and nothing was sent; None: it had not moved."""
    told: str = ""
    """What the tool may not do and did; empty: nothing."""
    notes: tuple[str, ...] = ()
    """What a person needs to find the cause."""

    @property
    def good(self) -> bool:
        """Every promise was kept."""
        return (
            self.access_s is not None
            and self.startup_clean
            and self.known is not False
            and self.converged
            and self.quiet
            and self.refused is not False
            and not self.told
        )


@dataclass(frozen=True)
class Verdict:
    """What became of a batch."""

    results: tuple[Result, ...]
    """One per case."""
    leaks: tuple[str, ...]
    """Where a secret was found."""
    seconds: float
    """How long it took."""
    heard: tuple[Said, ...] = field(default=(), compare=False)
    """Everything the tool said, for a person."""


@dataclass(frozen=True)
class Ground:
    """Where batches run."""

    folder: Path
    """For workspaces."""
    disks: bool
    """Small file systems of their own can be mounted."""
    server: Postgres | None = None
    """For `postgres`; up."""


def run_batch(ground: Ground, cases: Sequence[Case], again: str, turn: int) -> Verdict:
    """Run cases side by side.

    Args:
        ground: Where.
        cases: All of one kind around the tool, or all at the switch.
        again: What is done first after the fault: `apply`, `resume` or `revert`.
        turn: Number of the batch; takes variants of a fault in turn.
    """
    begun, kind = time.monotonic(), cases[0].kind
    root = ground.folder / f"batch-{turn}"
    root.mkdir()
    server = ground.server if kind == "postgres" else None
    environment = {"CAMPUSCTL_DATABASE_URL": f"{server.url}&schema=c{turn}"} if server else {}
    with ExitStack() as stack:
        if kind == "disk" and ground.disks:
            stack.enter_context(small_disk(root))
        here = stack.enter_context(bench(root, cases, environment))
        around = kind in AROUND_THE_TOOL
        hurt = injury(kind, root, turn, server, own_disk=ground.disks) if around else None
        results = _Batch(here, again, hurt).run()
        dump = {"rows of PostgreSQL": server.dump()} if server else {}
        leaks = oracle.leaks(root, here.secrets(), here.tool.heard, dump)
        heard = tuple(here.tool.heard)
    rmtree(root)
    return Verdict(results, tuple(leaks), time.monotonic() - begun, heard)


class _Batch:
    """The walk of one batch; `_seen` grows along it."""

    def __init__(self, here: Bench, again: str, hurt: Injury | None) -> None:
        self._here, self._hurt, self._again = here, hurt, again
        self._seen = {name: Result(case, again) for name, case in here.cases.items()}
        self._touched: set[str] = set()
        self._run_id = ""
        self._heard_before: dict[str, int] = {}

    def run(self) -> tuple[Result, ...]:
        """From the plan to the second apply."""
        here = self._here
        plan = here.make_plan()
        self._break()
        here.lab.record()
        said = self._apply(plan)
        self._after(said)
        self._status()
        here.lab.mend()
        here.mend_inventory()
        self._once_more()
        self._converge()
        return tuple(self._seen.values())

    def _note(self, name: str, note: str = "", **found: object) -> None:
        seen = self._seen[name]
        self._seen[name] = replace(seen, notes=(*seen.notes, note) if note else seen.notes, **found)

    def _break(self) -> None:
        for name, case in self._here.cases.items():
            if case.kind == "moved":
                self._here.lab.enter(hand(MAKES[case.make], case.index), name)
            self._here.lab.fault(lab_fault(case), name)

    def _apply(self, plan: Path) -> Said:
        tool = self._here.tool
        words = tool.apply("--plan", str(plan))
        process = tool.start(*words)
        if self._hurt:
            self._strike(process)
        said = tool.finish(words, process)
        if self._hurt:
            self._here.lab.release()
            self._hurt.heal()
        return said

    def _strike(self, process: Process) -> None:
        """Wait until every switch keeps its reply back, or has lost its way in; then do it."""
        assert self._hurt
        lab, names = self._here.lab, self._here.names
        last, since = 0, time.monotonic()
        while process.poll() is None:
            seen = lab.look(*names)
            if all(look.held or not look.answers for look in seen.values()):
                break
            lines = sum(look.lines for look in seen.values())
            if lines != last or not lines:
                last, since = lines, since if not lines else time.monotonic()
            if time.monotonic() - since > (_GATHER_S if lines else PATIENCE_S):
                break
            time.sleep(0.03)
        self._heard_before = {name: look.lines + look.waiting for name, look in lab.look(*names).items()}
        self._hurt.strike(process)
        if isinstance(self._hurt, Kill):
            process.wait()
        lab.release()

    def _after(self, said: Said) -> None:
        """Judge what the switches heard and hold once the command has ended."""
        here = self._here
        lines = here.lab.lines(*here.names)
        counted = here.lab.look(*here.names)
        expected = -9 if isinstance(self._hurt, Kill) else None
        told = said.trouble if said.code != expected else ""
        back = oracle.access_back(here.lab, here.names)
        stored = here.lab.texts(*here.names, startup=True)
        self._touched = {name for name in here.names if oracle.touched(lines[name])}
        for name, case in self._here.cases.items():
            clean = (
                not oracle.saved_unconfirmed(lines[name])
                and not oracle.saved_unread(lines[name])
                and oracle.made_of(stored[name], here.before[name], here.right[name])
            )
            reached = counted[name].lines >= case.index or case.kind in ("save", "moved")
            self._note(name, reached=reached, access_s=back.get(name), startup_clean=clean, told=told)
            if not clean:
                self._note(name, f"stored: {oracle.differing(here.before[name], stored[name])}")
            if case.kind == "postgres" and oracle.goes_on(lines[name][self._heard_before[name] :]):
                self._note(name, f"{lines[name][self._heard_before[name] :]}", told="it went on without a journal")
            if case.kind == "moved":
                self._note(name, refused=name not in self._touched and said.code in (1, 3))

    def _unsettled(self) -> set[str]:
        """Switches that were touched and do not hold what the inventory says."""
        here = self._here
        texts = here.lab.texts(*here.names, startup=True)
        return {name for name in self._touched if not oracle.same(texts[name], here.right[name])}

    def _status(self) -> None:
        """Each of them is listed by `status`, or, where the run came to its own end, in the journal as failed."""
        if not options("status"):
            return
        said = self._here.tool.run("status", "--json")
        told = json.loads(said.out)["unfinished"] if said.code in (0, 4) else []
        listed = {row["device"] for run in told for row in run["devices"]}
        run_id, states = oracle.journal(self._here.root)
        self._run_id = told[0]["run"] if told else run_id
        for name in self._unsettled():
            known = name in listed or (not self._hurt and states.get(name) == "failed")
            note = "" if known else f"status: {said.code}, journal: {states.get(name)}; {said.err[:200]}"
            self._note(name, note, known=known)

    def _once_more(self) -> None:
        """`resume` or `revert` the run, if that is this batch's turn."""
        if self._again == "apply" or not self._run_id or not options(self._again):
            return
        here = self._here
        done = here.tool.run(*here.tool.again(self._again, self._run_id))
        if done.code == 4 and self._again == "revert":
            # What touches the way in had to wait until running was saved.
            more = here.tool.run(*here.tool.again(self._again, self._run_id))
            done = done if more.code == 1 else more
        if (
            (done.code == 4 and self._again == "resume")
            or "has sent nothing" in done.err
            or "has nothing left" in done.err
        ):
            # Something has to wait (see `_apply_all`), or there is nothing to do.
            return
        # A secret that only the switch had cannot be had back.
        goal = here.right if self._again == "resume" else {name: oracle.known(here.before[name]) for name in here.names}
        stored, running = here.lab.texts(*here.names, startup=True), here.lab.texts(*here.names)
        for name in here.names if self._again == "resume" else self._touched:
            held = [stored[name], running[name]]
            good = all(oracle.same(oracle.known(text), goal[name]) for text in held)
            told = done.trouble or ("" if good else f"{self._again} did not converge")
            if told:
                difference = oracle.differing(goal[name], running[name])
                self._note(name, f"{done.code} {difference} {done.err[-300:]} {_about(name, done.out)}", told=told)

    def _apply_all(self) -> Said:
        """Apply, and do what the tool says must be done before or after that.

        A run that left a revert armed has to be ended first: by the tool's clock it may still go off, though the
        lab's clock has been moved on. Exit code 4 says that something had to wait: a revert that restarts the switch
        is armed only when running is saved, so what somebody left unsaved costs a second apply.
        """
        tool, schools = self._here.tool, self._here.schools
        said = tool.run(*tool.apply(*schools))
        if armed := re.search(r"campusctl resume (\w+) ends that", said.out):
            if tool.run(*tool.again("resume", armed[1])).code == 1:
                tool.run(*tool.again("revert", armed[1]))
            said = tool.run(*tool.apply(*schools))
        return tool.run(*tool.apply(*schools)) if said.code == 4 else said

    def _anything_wrong(self) -> bool:
        """Whether some switch is not, running and stored, as the inventory says."""
        here = self._here
        texts = here.lab.texts(*here.names), here.lab.texts(*here.names, startup=True)
        return any(
            not oracle.same(text[name], here.right[name]) or oracle.foreign(text[name])
            for text in texts
            for name in here.names
        )

    def _converge(self) -> None:
        """An apply makes right what is not, the next one finds nothing to do."""
        here = self._here
        first = self._apply_all() if self._anything_wrong() else Said((), 0, "", "")
        running, startup = here.lab.texts(*here.names), here.lab.texts(*here.names, startup=True)
        here.lab.record()
        second = here.tool.run(*here.tool.apply(*here.schools))
        lines = here.lab.lines(*here.names)
        for name in here.names:
            held = (running[name], startup[name])
            right = all(oracle.same(text, here.right[name]) and not oracle.foreign(text) for text in held)
            quiet = not oracle.touched(lines[name]) and second.code in (0, 4)
            self._note(name, converged=right, quiet=quiet)
            if not right:
                difference = oracle.differing(here.right[name], running[name])
                self._note(name, f"{first.code} {difference} {first.err[-300:]} {_about(name, first.out)}")
            if not quiet:
                self._note(name, f"second apply: {second.code} {second.err[-300:]} {list(lines[name])[:12]}")
            if trouble := first.trouble or second.trouble:
                self._note(name, told=trouble)


def _about(name: str, out: str) -> str:
    """What a command said of a switch that failed."""
    found = re.search(rf"^{re.escape(name)}: (?!ok).*$", out, re.MULTILINE)
    return found[0][:300] if found else ""
