"""The count: every promise, by make and kind."""

import json
import platform
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cached_property
from os import cpu_count
from pathlib import Path
from typing import Final, TextIO

from fault_batch import Result, Verdict
from fault_city import MAKES
from fault_kinds import KINDS, TITLES

_COLUMNS: Final[tuple[tuple[str, Callable[[Result], bool | None]], ...]] = (
    ("access back", lambda result: result.access_s is not None),
    ("startup clean", lambda result: result.startup_clean),
    ("status knows", lambda result: result.known),
    ("converged", lambda result: result.converged),
    ("2nd apply 0", lambda result: result.quiet),
    ("moved refused", lambda result: result.refused),
    ("no crash", lambda result: not result.told),
)


@dataclass(frozen=True)
class Run:
    """A whole run."""

    begun: datetime
    """When (UTC)."""
    ended: datetime
    """When (UTC)."""
    seed: int
    """Of the sample."""
    jobs: int
    """Batches at once."""
    disks: bool
    """A full disk was a full file system; otherwise a limit on the size of files."""
    verdicts: tuple[Verdict, ...]
    """One per batch."""

    @cached_property
    def results(self) -> tuple[Result, ...]:
        """One per case that was reached."""
        return tuple(result for verdict in self.verdicts for result in verdict.results if result.reached)

    @cached_property
    def missed(self) -> tuple[Result, ...]:
        """Cases whose fault did not happen: they prove nothing."""
        return tuple(result for verdict in self.verdicts for result in verdict.results if not result.reached)

    @cached_property
    def leaks(self) -> tuple[str, ...]:
        """Where secrets were found."""
        return tuple(leak for verdict in self.verdicts for leak in verdict.leaks)

    @property
    def good(self) -> bool:
        """Every promise was kept, and something was tried."""
        every = [result for verdict in self.verdicts for result in verdict.results]
        return bool(self.results) and not self.leaks and all(result.good for result in every)


def print_table(run: Run, out: TextIO, *, verbose: bool) -> None:
    """For a person; what is not as promised is named case by case."""
    out.write("\n".join(table(run)) + "\n")
    for result in (result for verdict in run.verdicts for result in verdict.results):
        if not result.good:
            out.write(f"\nBAD {result.case}, then {result.again}: {_why(result)}\n")
            out.writelines(f"    {note}\n" for note in result.notes[: None if verbose else 2])
    out.writelines(f"\nSECRET in {leak}\n" for leak in run.leaks)


def _why(result: Result) -> str:
    broken = [title for title, kept in _COLUMNS if kept(result) is False]
    return ", ".join(f"not: {title}" for title in broken) + (f" ({result.told})" if result.told else "")


def table(run: Run) -> list[str]:
    """The table of docs/reliability.md, in Markdown."""
    heads = ["make", "fault", "cases", *(title for title, _ in _COLUMNS)]
    lines = [_row(heads), _row(["---"] * 2 + ["---:"] * (len(heads) - 2))]
    for make in MAKES:
        for kind in KINDS:
            rows = [result for result in run.results if (result.case.make, result.case.kind) == (make, kind)]
            if rows:
                lines.append(_row([make, TITLES[kind], str(len(rows)), *_counts(rows)]))
    lines.append(_row(["all", "", str(len(run.results)), *_counts(run.results)]))
    return [*lines, "", _sums(run), "", _conditions(run)]


def _sums(run: Run) -> str:
    longest = max((result.access_s or 0.0 for result in run.results), default=0.0)
    return (
        f"Secrets found in files, rows, logs and output: {len(run.leaks)}. "
        f"Longest until access was back: {longest:.0f} s of the lab's clock. "
        f"Cases whose fault could not happen (the change had ended before): {len(run.missed)}."
    )


def _conditions(run: Run) -> str:
    minutes = (run.ended - run.begun).total_seconds() / 60
    disk = "a full file system" if run.disks else "a limit on the size of files"
    return (
        f"{run.begun:%Y-%m-%d}, {minutes:.0f} minutes, {cpu_count()} cores ({platform.machine()}), "
        f"Python {platform.python_version()}, seed {run.seed}; a full disk was {disk}."
    )


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _counts(rows: Sequence[Result]) -> list[str]:
    counts = []
    for _, kept in _COLUMNS:
        said = [answer for answer in map(kept, rows) if answer is not None]
        counts.append(f"{sum(said)}/{len(said)}" if said else "-")
    return counts


def write_json(run: Run, path: Path) -> None:
    """Every result, for a machine."""
    document: dict[str, object] = {
        "begun": run.begun.isoformat(),
        "ended": run.ended.isoformat(),
        "seed": run.seed,
        "cases": len(run.results),
        "leaks": run.leaks,
        "results": [{**asdict(result), "good": result.good} for verdict in run.verdicts for result in verdict.results],
    }
    bad = [verdict for verdict in run.verdicts if not all(result.good for result in verdict.results)]
    document["said in batches that went wrong"] = [[asdict(said) for said in verdict.heard] for verdict in bad]
    path.write_text(json.dumps(document, indent=1, default=str))
