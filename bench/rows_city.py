"""Drift of every switch of a generated city, on the lab, as a user runs it: `campusctl --lab drift --all`."""

import os
import re
import statistics
import sys
import tempfile
import time
from pathlib import Path

from measure import command

SCHOOLS, SEED, RTT_MS = 155, 7, 20
_SETTLE_S = 180.0


def measure(*, quick: bool, say) -> dict[str, dict]:
    program = str(Path(sys.executable).parent / "campusctl")
    with tempfile.TemporaryDirectory(prefix="campusctl-bench-") as folder:
        city = str(Path(folder, "city"))
        made = _done(
            [program, "lab", "generate", "--no-appliances", "--schools", str(SCHOOLS), "--seed", str(SEED), city]
        )
        on_it = [program, "--workspace", city]
        try:
            _done([*on_it, "lab", "up", "--rtt", str(RTT_MS)], leave_running=True)
            pid = int(re.search(r"process (\d+)", _done([*on_it, "lab", "status"]))[1])
            settled_s = _settle(pid)
            say(f"  {made.strip()}; the lab is ready after {settled_s:.0f} s")
            before = _cpu_s(pid)
            runs = [_drift(on_it, say) for _ in range(1 if quick else 3)]
            lab_s = (_cpu_s(pid) - before) / len(runs)
        finally:
            command([*on_it, "lab", "down"])
    return {"city": _row(runs, lab_s, made)}


def _done(arguments: list[str], *, leave_running: bool = False) -> str:
    """What a command that must not fail says."""
    ended = command(arguments, leave_running=leave_running)
    if ended["code"]:
        raise RuntimeError(f"{' '.join(arguments[1:])}: {ended['out'][-300:]}")
    return ended["out"]


def _drift(on_it: list[str], say) -> dict:
    run = command([*on_it, "--lab", "drift", "--all"])
    run["said"] = run["out"].strip().splitlines()[-1]
    say(f"  {run['wall_s']:.1f} s: {run['said']}")
    return run


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _settle(pid: int) -> float:
    """Wait until the simulated switches have booted: their process rests for a second."""
    begun = time.monotonic()
    while time.monotonic() - begun < _SETTLE_S:
        before = _cpu_s(pid)
        time.sleep(1)
        if _cpu_s(pid) - before < 0.1:
            break
    return time.monotonic() - begun


def _row(runs: list[dict], lab_s: float, made: str) -> dict:
    title = f"drift of the generated city: {made.strip().partition(': ')[2]}"
    worst = max(runs, key=lambda run: run["code"])
    if worst["code"] not in (0, 4):
        lines = [line for line in worst["out"].splitlines() if not line.endswith(": ok") and ": " in line]
        return {"title": title, "why_not": f"{worst['said']} First: {lines[0] if lines else worst['out'][-200:]}"}
    values = {
        "wall_s": statistics.median(run["wall_s"] for run in runs),
        "rss_mb": max(run["rss_mb"] for run in runs),
    }
    cpu_s = statistics.median(run["cpu_s"] for run in runs)
    shown = [
        ("wall, start-up included", f"{values['wall_s']:.1f} s"),
        ("CPU of campusctl", f"{cpu_s:.1f} s"),
        ("CPU of the simulated switches, on the same cores", f"{lab_s:.1f} s"),
        ("memory of campusctl, at most", f"{values['rss_mb']:.0f} MB"),
        ("said", runs[-1]["said"]),
    ]
    note = f"`campusctl --lab drift --all`, {RTT_MS} ms round trip, campusctl's own pool size; median of {len(runs)}"
    return {"title": title, "note": note, "shown": shown, "values": values}
