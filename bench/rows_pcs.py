"""Linux PCs that are as they should be, read again: campusctl, ansible-playbook, pyinfra, a bare ssh loop."""

import statistics
import tempfile
from pathlib import Path
from typing import NamedTuple

import pcs_tasks
from measure import command
from pcs_city import DRIFT, Pcs, make_workspace
from pcs_contenders import CONTENDERS, PREPARE, Contender, Order, pyinfra_version
from pcs_memory import large_school, peak_mb

COUNT, QUICK, LARGE_COUNT, QUICK_LARGE = 50, 10, 650, 100
LIMIT_S = 900
"""Longest time for one run of one contender."""


class Run(NamedTuple):
    """One run of a contender."""

    wall_s: float
    cpu_s: float
    """Of the controller, all processes."""
    pcs_s: float | None
    """CPU of the PCs and of the lab's own process; None: it cannot be counted here."""
    differ: dict[str, int | str]
    """By PC: how many things differ, or what went wrong."""


class Bench:
    """The PCs that are up, and everything the contenders need written down."""

    def __init__(self, pcs: Pcs, folder: Path) -> None:
        self.pcs, self.folder = pcs, folder
        self.names = sorted(pcs.hosts)
        self.document = pcs.document(self.names[0])  # the same for all
        self.tasks = pcs_tasks.operations(self.document)
        (folder / "home").mkdir()
        (folder / "ansible.cfg").write_text("[defaults]\n")  # whatever is configured on this machine, not here
        pcs_tasks.write_play(folder / "facts.json", self.tasks, facts=True)
        pcs_tasks.write_play(folder / "plain.json", self.tasks, facts=False)
        pcs_tasks.write_play(folder / "prepared.json", pcs_tasks.prepared(self.document), facts=False)

    def order(self, names: list[str], *, really: bool = True) -> Order:
        return Order(self.pcs, self.folder, names, self.document, really)

    def run(self, contender: Contender, names: list[str], *, really: bool = True) -> Run:
        """One run; raises RuntimeError if it took too long."""
        arguments, options = contender.start(self.order(names, really=really))
        before = self.pcs.cpu_s()
        ended = command(["timeout", "--foreground", "-k", "10", str(LIMIT_S), *arguments], **options)
        if ended["code"] == 124:
            raise RuntimeError(f"{contender.name} was not through after {LIMIT_S} s")
        after = self.pcs.cpu_s()
        pcs_s = None if before is None or after is None else after - before
        said = contender.read(ended["out"])
        differ = {name: said.get(name, ended["out"].strip()[-300:] or "nothing said") for name in names}
        return Run(ended["wall_s"], ended["cpu_s"], pcs_s, differ)


def measure(*, quick: bool, say, repeats: int, count: int | None, contenders: list[str] | None) -> dict[str, dict]:
    """The row of the PCs.

    Args:
        quick: Fewer PCs.
        say: Told what goes on.
        repeats: Runs of each contender, in turns; those that take minutes run once.
        count: PCs that are up; None: as many as `quick` says.
        contenders: Names in `CONTENDERS`; None: all.
    """
    count = count or (QUICK if quick else COUNT)
    chosen = {name: CONTENDERS[name] for name in contenders or CONTENDERS}
    with tempfile.TemporaryDirectory(prefix="cc-bench-") as temporary:
        folder = Path(temporary)
        make_workspace(folder / "city", count, QUICK_LARGE if quick else LARGE_COUNT)
        with Pcs(folder / "city") as pcs:
            say(f"  {count} PCs are up; {pyinfra_version()}")
            pcs.converge()
            bench = Bench(pcs, folder)
            if {"ansible", "pipelined"} & set(chosen):
                _must(bench.run(PREPARE, bench.names), "preparing the cron job")
            alone = _found(bench, chosen, say)
            runs, lacking = _runs(bench, chosen, repeats, say)
            memory = _memories(bench, [key for key in runs if not CONTENDERS[key].slow], say)
            large = large_school(pcs)
            say(f"  campusctl, {large['pcs']} PCs: {large['pss_mb']:.0f} MB")
    measured = Measured(count, len(bench.tasks), alone, runs, lacking, memory, large)
    return {"pcs": _row(measured)}


class Measured(NamedTuple):
    """All that was found out."""

    count: int
    """PCs."""
    operations: int
    """What is asked of each."""
    alone: dict[str, Run]
    """By contender, its run on one PC with drift."""
    runs: dict[str, list[Run]]
    """By contender."""
    lacking: dict[str, str]
    """By contender, why it was not measured."""
    memory: dict[str, dict]
    """By contender, the most it had; see `peak_mb`."""
    large: dict
    """The same of campusctl, in the large school."""


def _memories(bench: Bench, keys: list[str], say) -> dict[str, dict]:
    """A further run of each, to look at its memory."""
    found = {}
    for key in keys:
        arguments, options = CONTENDERS[key].start(bench.order(bench.names))
        found[key] = {name: value for name, value in peak_mb(arguments, **options).items() if name != "out"}
        say(f"  {CONTENDERS[key].name}: {found[key]['pss_mb']:.0f} MB")
    return found


def _must(run: Run, what: str, differ: int | None = None) -> Run:
    """Nothing went wrong on any PC, and as many things differ on each as they must."""
    for name, said in run.differ.items():
        if not isinstance(said, int) or (differ is not None and said != differ):
            raise RuntimeError(f"{what}: {name}: {said}{' differ' * isinstance(said, int)}")
    return run


def _found(bench: Bench, chosen: dict[str, Contender], say) -> dict[str, Run]:
    """What each finds of the drift on one PC, only looking; campusctl must find it all. Then the PC is mended."""
    name = bench.names[0]
    bench.pcs.drift(name)
    found = {}
    for key, contender in chosen.items():
        run = found[key] = bench.run(contender, [name], really=False)
        say(f"  {contender.name}, one PC with drift: {_said(run)}, {run.wall_s:.1f} s")
        if key in ("campusctl", "driver"):
            _must(run, f"the drift on one PC, {contender.name}", len(DRIFT))
    bench.pcs.converge()
    return found


def _said(run: Run) -> str:
    return ", ".join(f"{said} of {len(DRIFT)}" if isinstance(said, int) else said for said in run.differ.values())


def _runs(bench: Bench, chosen: dict[str, Contender], repeats: int, say) -> tuple[dict[str, list[Run]], dict[str, str]]:
    """Runs of each contender, in turns, and of those that failed why."""
    runs: dict[str, list[Run]] = {name: [] for name in chosen}
    lacking: dict[str, str] = {}
    for turn in range(repeats):
        for key, contender in chosen.items():
            if key in lacking or (turn and contender.slow):
                continue
            try:
                run = _must(bench.run(contender, bench.names), contender.name, 0)
            except RuntimeError as wrong:
                lacking[key] = str(wrong)
                say(f"  {wrong}")
                continue
            runs[key].append(run)
            say(f"  {contender.name}: {run.wall_s:.1f} s, {run.cpu_s:.1f} s CPU")
    return {key: some for key, some in runs.items() if key not in lacking}, lacking


def _row(found: Measured) -> dict:
    count = found.count
    middle = {key: _median(some) for key, some in found.runs.items()}
    ours = middle.get("campusctl")
    values = {"large_mb": found.large["pss_mb"]}
    if ours:
        values["cpu_s"] = ours["cpu_s"] / count
        values |= {f"wall_of_{key}": ours["wall_s"] / one["wall_s"] for key, one in middle.items()}
    note = (
        f"{found.operations} operations on each; whole processes; host keys strict; the PCs on the same cores; "
        f"{pyinfra_version()}.\n"
        "More is asked of campusctl: to take away what it made itself once. Memory: the most of all processes\n"
        "together, shared pages counted once, in a run of its own. Further PC: CPU s against a run on one PC alone.\n"
        f"The targets are for {COUNT} PCs and a school of {LARGE_COUNT}"
    )
    head = ("contender", "runs", "wall s", "CPU s/PC", "further PC", "the PCs' own", "memory MB", "time: it/ours")
    return {
        "title": f"{count} Linux PCs, nothing differs",
        "note": note,
        "table": {"head": head, "lines": [_line(key, found, middle[key], ours) for key in middle]},
        "shown": _shown(found),
        "values": values,
        "lacking": found.lacking,
        "runs": {key: [run._asdict() | {"differ": None} for run in some] for key, some in found.runs.items()},
        "memory": found.memory | {"large": found.large},
    }


def _median(runs: list[Run]) -> dict[str, float | None]:
    some = {
        key: [value for run in runs if (value := getattr(run, key)) is not None] for key in ("wall_s", "cpu_s", "pcs_s")
    }
    return {key: statistics.median(values) if values else None for key, values in some.items()}


def _line(key: str, found: Measured, one: dict, ours: dict | None) -> tuple[str, ...]:
    figures = (
        f"{one['wall_s']:.1f}",
        f"{one['cpu_s'] / found.count:.3f}",
        f"{(one['cpu_s'] - found.alone[key].cpu_s) / (found.count - 1):.3f}" if found.count > 1 else "-",
        "-" if one["pcs_s"] is None else f"{one['pcs_s'] / found.count:.3f}",
        f"{found.memory[key]['pss_mb']:.0f}" if key in found.memory else "-",
        f"{one['wall_s'] / ours['wall_s']:.2f}" if ours else "-",
    )
    return (CONTENDERS[key].name, str(len(found.runs[key])), *figures)


def _shown(found: Measured) -> list[tuple[str, str]]:
    drift = [(f"drift on one PC, found by {CONTENDERS[key].name}", _said(run)) for key, run in found.alone.items()]
    lacking = [(f"{CONTENDERS[key].name}: not measured", why[:160]) for key, why in found.lacking.items()]
    large = found.large
    what = f"campusctl, a school of {large['pcs']} PCs, which are names of {large['behind']}: memory"
    at_most = (
        f"{large['pss_mb']:.0f} MB, {large['processes']} processes, {large['wall_s']:.0f} s; it said: {large['said']}"
    )
    return [*drift, *lacking, (what, at_most)]
