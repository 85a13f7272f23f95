"""Rows that open sessions: reading and pushing, every contender in the same run, in turns."""

import math
import statistics
import tempfile
from dataclasses import dataclass
from pathlib import Path

from configs import push_lines
from measure import Switches, contend

READERS = ("campusctl_", "ssh2_", "nornir_", "netmiko_", "scrapli_", "asyncssh_", "openssh_")
PUSHERS = ("campusctl_", "ssh2_", "nornir_", "netmiko_", "scrapli_")


@dataclass(frozen=True)
class Row:
    """One line-up of contenders under one condition."""

    id: str
    group: str
    title: str
    task: str
    contenders: tuple[str, ...]
    count: int
    size: int
    rtt_ms: float = 0
    hello_ms: float = 0
    slow_ms: float = 0


ROWS = (
    Row("read20", "read", "read, 20 at once, 0 ms", "read", READERS, 300, 20),
    Row("read100", "read", "read, 100 at once, 0 ms", "read", READERS, 400, 100),
    Row("read100rtt", "read", "read, 100 at once, 20 ms", "read", READERS, 400, 100, 20),
    Row("one", "one", "read one switch, 20 ms", "read", READERS, 8, 1, 20),
    Row(
        "slow",
        "slow",
        "slow switches (300 ms before the handshake, 1.5 s for `show run`), 400 at once, 20 ms",
        "read",
        ("campusctl_", "asyncssh_", "nornir_"),
        1200,
        400,
        20,
        300,
        1500,
    ),
    Row("push20", "push", "push 50 lines and save, 20 at once, 0 ms", "push", PUSHERS, 120, 20),
    Row("push20rtt", "push", "push 50 lines and save, 20 at once, 20 ms", "push", PUSHERS, 60, 20, 20),
    Row("pushone", "push", "push 50 lines and save, one switch, 20 ms", "push", PUSHERS, 3, 1, 20),
)


def measure(row: Row, repeats: int, share: float, say) -> dict:
    """Medians of a row.

    Args:
        row: What to measure.
        repeats: Runs of each contender, in turns.
        share: How many of the row's switches to use; never fewer than fit at once.
        say: Told of each run.
    """
    count = max(min(row.count, 3), row.size, math.ceil(row.count * share))
    runs: dict[str, list[dict]] = {name: [] for name in row.contenders}
    with tempfile.TemporaryDirectory(prefix="campusctl-bench-") as folder:
        options = {"rtt_ms": row.rtt_ms, "hello_ms": row.hello_ms, "slow_ms": row.slow_ms}
        with Switches(Path(folder), **options) as switches:
            ideal_s = _ideal(switches, count, row.size) if row.id == "slow" else None
            used = switches.cpu_s()
            for _ in range(repeats):
                for name in row.contenders:
                    runs[name].append(contend(switches, name, row.task, count, row.size, push_lines()))
                    say(f"  {name.rstrip('_'):<10} {runs[name][-1]['wall_s']:7.2f} s")
            used = switches.cpu_s() - used
    sessions = repeats * count * len(row.contenders)
    found = {name: _median(runs[name], count) for name in row.contenders}
    return {
        "title": row.title,
        "switches": count,
        "repeats": repeats,
        "switch_cpu_ms": used / sessions * 1000,
        "ideal_s": ideal_s,
        "contenders": found,
    }


def _ideal(switches: Switches, count: int, size: int) -> float:
    """As long as one switch takes on bare libssh2, for each batch."""
    one = min(contend(switches, "ssh2_", "read", 1, 1, [])["wall_s"] for _ in range(3))
    return math.ceil(count / size) * one


def _median(runs: list[dict], count: int) -> dict:
    wall = statistics.median(run["wall_s"] for run in runs)
    done = min(run["done"] for run in runs)
    cpu = statistics.median(run["cpu_s"] for run in runs)
    return {
        "wall_s": wall,
        "rate": done / wall if wall else 0.0,
        "cpu_ms": cpu / max(done, 1) * 1000,
        "wall_ms": wall / count * 1000,
        "failed": sum(count - run["done"] for run in runs),
        "faults": [fault for run in runs for fault in run["failed"]][:3],
        "rss_mb": max(run["rss_mb"] for run in runs),
    }
