"""Run one contender on one job, in a process of its own, and print what it took as JSON.

The job is a JSON file: contender, task (read or push), hosts, warm (hosts for warming up), port, user, password,
known_hosts, size (at once), lines (to push). Imports and warming up are not measured.
"""

import importlib
import json
import os
import resource
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace


def threads(job: SimpleNamespace, work: Callable[[str], str]) -> dict[str, str | Exception]:
    """Do the work for every host in so many threads; what it raises is the host's result."""

    def guarded(host: str) -> str | Exception:
        try:
            return work(host)
        except Exception as wrong:  # noqa: BLE001 - of any library; it is counted and shown
            return wrong

    with ThreadPoolExecutor(job.size) as pool:
        return dict(zip(job.hosts, pool.map(guarded, job.hosts), strict=True))


def cpu() -> float:
    """Seconds of CPU this process and its ended children have used."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def wrong(job: SimpleNamespace, result: str | Exception | None) -> str:
    """Why a result does not count; empty when it does."""
    if not isinstance(result, str):
        return repr(result)[:300]
    if job.task == "read" and not ("hostname sw-" in result and "ntp server 10.0.0.11" in result):
        return f"incomplete: {len(result)} characters"
    return ""


def main() -> None:
    job = SimpleNamespace(**json.loads(Path(sys.argv[1]).read_text()))
    contender = importlib.import_module(f"contenders.{job.contender}")
    run = getattr(contender, job.task)
    hosts, job.hosts = job.hosts, job.warm
    warmed = run(job)
    first = [why for result in warmed.values() if (why := wrong(job, result))]
    job.hosts = hosts
    used, begun = cpu(), time.perf_counter()
    results = run(job)
    wall, used = time.perf_counter() - begun, cpu() - used
    failed = [f"{host}: {why}" for host in hosts if (why := wrong(job, results.get(host)))]
    print(
        json.dumps(
            {
                "wall_s": wall,
                "cpu_s": used,
                "done": len(hosts) - len(failed),
                "failed": (first + failed)[:3],
                "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            }
        )
    )
    sys.stdout.flush()
    os._exit(0)  # some libraries leave threads behind


if __name__ == "__main__":
    main()
