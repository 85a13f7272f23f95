"""Breaks everything that can break, at every line, and counts what was promised: `make faults`."""

import argparse
import random
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Final

from fault_around import Postgres
from fault_batch import Ground, Result, Verdict, run_batch
from fault_bench import count_lines
from fault_city import CHANGES, MAKES
from fault_kinds import AROUND_THE_TOOL, KINDS, Case, wanted
from fault_place import enter_namespace, may_mount
from fault_report import Run, print_table, write_json

AGAIN: Final = ("resume", "revert", "apply")
"""What is done first after the fault, batch by batch in turn."""
BATCH: Final = 20
"""Switches changed side by side: more of them, on two cores, look silent to a tool that waits ten seconds."""


_FEW: Final = 100
"""Up to so many cases it is more important to need few runs of the tool."""


def main(arguments: Sequence[str]) -> int:
    """Run the cases that are asked for; 0 when every promise was kept."""
    wish = _parsed(arguments)
    begun = datetime.now(UTC)
    with tempfile.TemporaryDirectory(prefix="campusctl-faults-") as place:
        folder = Path(place)
        folder.chmod(0o755)
        server = _server(folder / "pg") if "postgres" in wish.kinds else None
        ground = Ground(folder, may_mount(), server)
        try:
            cases = _cases(wish, ground)
            batches = list(_batches(cases, wish.batch))
            _say(f"{len(cases)} cases in {len(batches)} batches, seed {wish.seed}, {wish.jobs} at once")
            verdicts = tuple(_run(ground, batches, wish))
        finally:
            if server:
                server.stop()
    run = Run(begun, datetime.now(UTC), wish.seed, wish.jobs, ground.disks, verdicts)
    print_table(run, sys.stdout, verbose=wish.verbose)
    if wish.json:
        write_json(run, wish.json)
    return 0 if run.good else 1


def _parsed(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dialect", "--makes", dest="makes", type=_some(MAKES), default=tuple(MAKES), metavar="MAKE,…")
    parser.add_argument("--kinds", type=_some(KINDS), default=_possible(), metavar="KIND,…")
    parser.add_argument("--changes", type=_some(CHANGES), default=CHANGES, metavar="CHANGE,…")
    parser.add_argument(
        "--case", dest="named", action="append", default=[], metavar="CASE",
        help="Only this one, as the report names it: hp_procurve/ordinary/kill@27; repeatable.",
    )  # fmt: skip
    parser.add_argument("--again", choices=AGAIN, help="What is done first after the fault, instead of each in turn.")
    parser.add_argument(
        "--sample", type=int, default=0, metavar="N", help="N cases of each make and kind, by seed; 0: all"
    )
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000), help="Decides on the sample.")
    parser.add_argument("--jobs", type=int, default=2, help="Batches at once.")
    parser.add_argument("--batch", type=int, default=BATCH, help="Switches in one batch.")
    parser.add_argument("--json", type=Path, metavar="FILE", help="Also write every result there.")
    parser.add_argument("-v", "--verbose", action="store_true", help="Say more of what failed.")
    return parser.parse_args(arguments)


def _possible() -> tuple[str, ...]:
    return tuple(kind for kind in KINDS if kind != "postgres" or Postgres.binaries())


def _some(known: Sequence[str]) -> Callable[[str], tuple[str, ...]]:
    def parse(text: str) -> tuple[str, ...]:
        chosen = tuple(text.split(","))
        if wrong := [word for word in chosen if word not in known]:
            raise argparse.ArgumentTypeError(f"{wrong[0]!r} is none of {', '.join(known)}")
        return chosen

    return parse


def _server(folder: Path) -> Postgres:
    server = Postgres(folder)
    server.create()
    return server


def _cases(wish: argparse.Namespace, ground: Ground) -> list[Case]:
    """Every case, or of each make and kind so many as chance says."""
    lines = count_lines(ground.folder / "count", [(make, change) for make in wish.makes for change in wish.changes])
    every = wanted(wish.makes, wish.changes, wish.kinds, lines)
    if wish.named:
        return [case for case in every if str(case) in wish.named]
    if not wish.sample:
        return every
    chance = random.Random(wish.seed)
    groups = groupby(sorted(every, key=_stratum), key=_stratum)
    found = [list(group) for _, group in groups]
    return [case for group in found for case in chance.sample(group, min(wish.sample, len(group)))]


def _stratum(case: Case) -> tuple[int, str]:
    return KINDS.index(case.kind), case.make


def _batches(cases: Sequence[Case], size: int) -> Iterator[list[Case]]:
    """Cases that one run of the tool can meet at once: what happens around the tool happens to all of them.

    What cuts its own way in keeps to itself, where there is enough of it: its inventory is mended afterwards, and then
    its run cannot be resumed.
    """

    def group(case: Case) -> tuple[int, bool]:
        around = AROUND_THE_TOOL.index(case.kind) if case.kind in AROUND_THE_TOOL else -1
        return around, case.change == "cutting" and len(cases) > _FEW

    for _, found in groupby(sorted(cases, key=group), key=group):
        alike = list(found)
        # Dealt like cards, so that no batch has all the early lines and none all the slow ones.
        count = -(-len(alike) // size)
        yield from (alike[start::count] for start in range(count))


def _run(ground: Ground, batches: Sequence[Sequence[Case]], wish: argparse.Namespace) -> list[Verdict]:
    """Run the batches, then once more what did not happen; it proves nothing as it is."""
    found = list(_all(ground, batches, wish, 0))
    missed = [result.case for verdict in found for result in verdict.results if not result.reached]
    again = list(_batches(missed, wish.batch // 2 or 1))
    later = list(_all(ground, again, wish, len(batches)))
    happened = {result.case for verdict in later for result in verdict.results if result.reached}
    kept = [
        replace(each, results=tuple(result for result in each.results if result.reached or result.case not in happened))
        for each in found
    ]
    once = [replace(each, results=tuple(result for result in each.results if result.reached)) for each in later]
    return [*kept, *once]


def _all(ground: Ground, batches: Sequence[Sequence[Case]], wish: argparse.Namespace, first: int) -> Iterator[Verdict]:
    alone = threading.Lock()

    def one(number: int) -> Verdict:
        cases, turn = batches[number], first + number
        ways = AGAIN[1:] if any(case.change == "cutting" for case in cases) else AGAIN
        again = wish.again or ways[(turn + wish.seed) % len(ways)]
        # There is one PostgreSQL, and it is stopped.
        with alone if cases[0].kind == "postgres" else nullcontext():
            return _judged(ground, cases, again, turn)

    with ThreadPoolExecutor(wish.jobs) as pool:
        for done, verdict in enumerate(pool.map(one, range(len(batches))), 1):
            bad = sum(not result.good for result in verdict.results)
            _say(f"batch {done} of {len(batches)}: {len(verdict.results)} cases, {bad} bad, {verdict.seconds:.0f} s")
            yield verdict


def _judged(ground: Ground, cases: Sequence[Case], again: str, turn: int) -> Verdict:
    """A batch; one that could not be judged is bad in every case, and the others go on."""
    try:
        return run_batch(ground, cases, again, turn)
    except Exception as wrong:  # noqa: BLE001 - whatever it is, it is told with the results
        told = f"it could not be judged: {type(wrong).__name__}: {str(wrong)[:600]}"
        return Verdict(tuple(Result(case, again, reached=True, told=told) for case in cases), (), 0.0)


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    enter_namespace()
    sys.exit(main(sys.argv[1:]))
