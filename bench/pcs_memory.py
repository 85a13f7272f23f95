"""Memory of the controller: a command and all its descendants, shared pages counted once. And a school of 650 PCs."""

import contextlib
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from measure import HERE
from pcs_city import LARGE, Pcs, campusctl

_EVERY_S = 0.1


def peak_mb(arguments: list[str], **options) -> dict:
    """Run a command; the most it and its descendants had at once.

    Returns:
        `pss_mb` proportional set size, so that what processes share counts once; `own_mb` of the first process then,
        `processes` then, `wall_s`, `code`, `out`. Looking takes time, so this is no run to measure time with.
    """
    begun = time.perf_counter()
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
    out: list[str] = []
    reader = threading.Thread(target=lambda: out.append(process.stdout.read()))
    reader.start()
    best = {"pss_mb": 0.0, "own_mb": 0.0, "processes": 0}
    while process.poll() is None:
        sizes = {pid: _pss_mb(pid) for pid in _family(process.pid)}
        if sum(sizes.values()) > best["pss_mb"]:
            best = {
                "pss_mb": sum(sizes.values()),
                "own_mb": sizes.get(process.pid, 0.0),
                "processes": sum(size > 0 for size in sizes.values()),
            }
        time.sleep(_EVERY_S)
    reader.join()
    return best | {"wall_s": time.perf_counter() - begun, "code": process.returncode, "out": out[0]}


def _family(pid: int) -> list[int]:
    found = [pid]
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += _family(int(child))
    return found


def _pss_mb(pid: int) -> float:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


@contextlib.contextmanager
def many_names(pcs: Pcs, addresses: dict[str, str]) -> Iterator[None]:
    """Let more PCs of the inventory answer: the address of each leads to one of the real PCs, with its host key.

    Args:
        pcs: The lab.
        addresses: Inventory address by device name.
    """
    state_file = pcs.root / ".campusctl/lab/state.json"
    state, known = state_file.read_text(), pcs.known_hosts.read_text()
    real = list(pcs.hosts.values())
    keys = {line.split()[0]: line.partition(" ")[2] for line in known.splitlines()}
    there = {f"127.{address.partition('.')[2]}": real[n % len(real)] for n, address in enumerate(addresses.values())}
    more = "".join(f"[{host}]:{pcs.port} {keys[f'[{to}]:{pcs.port}']}\n" for host, to in there.items())
    described = json.loads(state)
    described["pcs"] |= addresses
    job = json.dumps({"port": pcs.port, "there": there})
    forwarder = subprocess.Popen(
        [sys.executable, str(HERE / "pcs_forward.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        forwarder.stdin.write(job + "\n")
        forwarder.stdin.flush()
        if forwarder.stdout.readline() != "ready\n":
            raise RuntimeError("the forwarder did not start")
        pcs.known_hosts.write_text(known + more)
        state_file.write_text(json.dumps(described))
        yield
    finally:
        forwarder.stdin.close()
        forwarder.wait()
        state_file.write_text(state)
        pcs.known_hosts.write_text(known)


def large_school(pcs: Pcs) -> dict:
    """`campusctl --lab drift` of the large school, its memory, and what it said last."""
    devices = json.loads((pcs.root / f"inventory/schools/{LARGE}/devices.yml").read_text())["devices"]
    with many_names(pcs, {name: device["address"] for name, device in devices.items()}):
        found = peak_mb(campusctl(pcs.root, "--lab", "drift", LARGE, "--class", "pc"))
    lines = found.pop("out").strip().splitlines()
    said = next((line for line in lines if line.startswith(f"{len(devices)} PCs:")), lines[-1] if lines else "")
    # Thirteen names of one small PC are asked at once: on a busy machine some give up, which costs no memory less.
    if not said.startswith(f"{len(devices)} PCs:") or ", 0 differ" not in said or said.split()[2] == "0":
        raise RuntimeError(f"the large school was not read: {said}")
    return found | {"said": said, "pcs": len(devices), "behind": len(pcs.hosts)}
