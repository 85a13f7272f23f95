"""Start servers and contenders, and measure what a process and all its descendants use."""

import base64
import contextlib
import ctypes
import json
import os
import platform
import resource
import signal
import subprocess
import sys
import time
from importlib import import_module, metadata
from pathlib import Path

HERE = Path(__file__).resolve().parent
PASSWORD = "labpass"


def adopt_orphans() -> None:
    """Become the parent of descendants that outlive their own, so that their CPU is counted (Linux only)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER


def _children() -> list[int]:
    found = []
    for file in Path("/proc/self/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += [int(pid) for pid in file.read_text().split()]
    return found


def command(arguments: list[str], *, leave_running: bool = False, **options) -> dict:
    """Run a command to its end; wall, CPU and memory of it and its descendants.

    Descendants that outlive it are ended, and count, unless they shall be left running.

    Returns:
        `wall_s` until it has ended, `cpu_s`, `rss_mb` of the largest process, `code`, `out`.
    """
    mine = set(_children())
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    out = _read_to_end(process)
    _pid, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    for _ in range(0 if leave_running else 3):  # an orphan's own children become ours when it ends
        for orphan in set(_children()) - mine:
            with contextlib.suppress(ProcessLookupError, ChildProcessError):
                os.kill(orphan, signal.SIGTERM)
                os.waitpid(orphan, 0)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"wall_s": wall, "cpu_s": cpu, "rss_mb": used.ru_maxrss / 1024, "code": process.returncode, "out": out}


def _read_to_end(process: subprocess.Popen) -> str:
    """What the process prints; a descendant that keeps the pipe open does not keep us."""
    pipe, parts = process.stdout.fileno(), []
    os.set_blocking(pipe, False)
    while True:
        # Asked before reading: what was printed before the end is then in the pipe.
        ended = os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        with contextlib.suppress(BlockingIOError):
            while more := os.read(pipe, 65536):
                parts.append(more)
        if ended is not None:
            process.stdout.close()
            return b"".join(parts).decode(errors="replace")
        time.sleep(0.002)


class Switches:
    """The simulated switches in a process of their own; addresses 127.1.x.y."""

    def __init__(self, folder: Path, *, rtt_ms: float = 0, hello_ms: float = 0, slow_ms: float = 0) -> None:
        self.folder, self.rtt_ms, self.hello_ms, self.slow_ms = folder, rtt_ms, hello_ms, slow_ms

    def __enter__(self):
        key = self.folder / "hostkey"
        options = {"rtt-ms": self.rtt_ms, "hello-ms": self.hello_ms, "slow-ms": self.slow_ms, "key-file": key}
        arguments = [f"--{name}={value}" for name, value in options.items()]
        self._process = subprocess.Popen(
            [sys.executable, str(HERE / "peer_server.py"), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        word, _, port = self._process.stdout.readline().partition(" ")
        if word != "ready":
            raise SystemExit("the simulated switches did not start")
        self.port, self.key = int(port), base64.b64encode(key.read_bytes()).decode()
        return self

    def __exit__(self, *_error) -> None:
        self._process.stdin.close()
        self._process.wait()

    def known_hosts(self, hosts: list[str]) -> dict[str, str]:
        """One file with every switch, as OpenSSH writes it; and for who reads it anew each time, a file a switch."""
        whole, each, plain = (self.folder / name for name in ("known_hosts", "known", "plain"))
        whole.write_text("".join(f"[{host}]:{self.port} ssh-ed25519 {self.key}\n" for host in hosts))
        each.mkdir(exist_ok=True)
        plain.mkdir(exist_ok=True)
        for host in hosts:
            (each / host).write_text(f"[{host}]:{self.port} ssh-ed25519 {self.key}\n")
            (plain / host).write_text(f"{host} ssh-ed25519 {self.key}\n")
        return {"known_hosts": str(whole), "known_hosts_each": str(each), "known_hosts_plain": str(plain)}

    def cpu_s(self) -> float:
        """CPU the switches have used."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def addresses(count: int) -> list[str]:
    return [f"127.1.{n // 200}.{n % 200 + 1}" for n in range(count)]


def contend(switches: Switches, contender: str, task: str, count: int, size: int, lines: list[str]) -> dict:
    """One run of one contender, in a process of its own; see worker.py."""
    warm = min(4, size)
    hosts = addresses(count + warm)
    job = {
        "contender": contender,
        "task": task,
        "warm": hosts[:warm],
        "hosts": hosts[warm:],
        "port": switches.port,
        "user": "campus",
        "password": PASSWORD,
        "size": size,
        "lines": lines,
        **switches.known_hosts(hosts),
    }
    file = switches.folder / "job.json"
    file.write_text(json.dumps(job))
    ended = subprocess.run(
        [sys.executable, "-W", "ignore", str(HERE / "worker.py"), str(file)],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    try:
        return json.loads(ended.stdout.strip().splitlines()[-1])
    except (IndexError, ValueError):
        return {"wall_s": 0.0, "cpu_s": 0.0, "done": 0, "failed": [ended.stderr.strip()[-300:]], "rss_mb": 0}


def describe(contender: str) -> dict:
    module = import_module(f"contenders.{contender}")
    versions = [f"{name} {metadata.version(name)}" for name in module.PACKAGES]
    return {"name": module.NAME, "host_keys": module.HOST_KEYS, "versions": versions}


def conditions() -> dict:
    """What the figures depend on."""
    cpu = ""
    with contextlib.suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        cpu = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    packages = ("campusctl", "netmiko", "nornir", "nornir-netmiko", "scrapli", "asyncssh", "ssh2-python", "paramiko")
    packages += ("ansible-core", "ansible", "hier-config", "pydantic", "jinja2")
    return {
        "when": time.strftime("%Y-%m-%d %H:%M:%S %z"),
        "system": platform.platform(),
        "processor": cpu or platform.processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "load before": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "openssh": subprocess.run(["ssh", "-V"], capture_output=True, text=True, check=False).stderr.strip(),
        "packages": {name: metadata.version(name) for name in packages},
    }
