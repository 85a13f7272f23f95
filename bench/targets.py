"""What campusctl promises about its speed, each promise against the rows measured in the same run."""

from collections.abc import Callable
from dataclasses import dataclass

Rows = dict[str, dict]


@dataclass(frozen=True)
class Target:
    """One promise: `check` gives what was measured and whether it holds, or raises KeyError if a row is missing."""

    what: str
    against: str
    limit: str
    check: Callable[[Rows], tuple[float, bool]]
    unit: str = "x"


class NotMeasuredError(Exception):
    """A row could not be measured; says why."""


def _cell(rows: Rows, row: str, contender: str) -> dict:
    if row not in rows:
        raise NotMeasuredError("left out of this run")
    if "why_not" in rows[row]:
        raise NotMeasuredError(rows[row]["why_not"])
    cell = rows[row]["contenders"][contender]
    if cell["failed"]:
        raise NotMeasuredError(f"{cell['failed']} sessions of {contender.rstrip('_')} failed: {cell['faults'][0]}")
    return cell


def _value(rows: Rows, row: str, name: str) -> float:
    if row not in rows:
        raise NotMeasuredError("left out of this run")
    if "why_not" in rows[row]:
        raise NotMeasuredError(rows[row]["why_not"])
    return rows[row]["values"][name]


def _rate(row: str, other: str, least: float):
    def check(rows: Rows) -> tuple[float, bool]:
        ratio = _cell(rows, row, "campusctl_")["rate"] / _cell(rows, row, other)["rate"]
        return ratio, ratio >= least

    return check


def _cost(row: str, other: str, key: str, most: float):
    def check(rows: Rows) -> tuple[float, bool]:
        ratio = _cell(rows, row, "campusctl_")[key] / _cell(rows, row, other)[key]
        return ratio, ratio <= most

    return check


def _slow(rows: Rows) -> tuple[float, bool]:
    ratio = rows["slow"]["ideal_s"] / _cell(rows, "slow", "campusctl_")["wall_s"] if "slow" in rows else 0.0
    _cell(rows, "slow", "campusctl_")
    return ratio, ratio >= 0.85


def _at_most(row: str, name: str, most: float):
    def check(rows: Rows) -> tuple[float, bool]:
        value = _value(rows, row, name)
        return value, value <= most

    return check


def _at_least(row: str, name: str, least: float):
    def check(rows: Rows) -> tuple[float, bool]:
        value = _value(rows, row, name)
        return value, value >= least

    return check


def _pcs(name: str, most: float, contender: str = ""):
    """A value of the PCs' row; it is not there if a contender was left out, or failed."""

    def check(rows: Rows) -> tuple[float, bool]:
        for key in ("campusctl", contender) if "pcs" in rows else ():
            if why := rows["pcs"].get("lacking", {}).get(key):
                raise NotMeasuredError(why)
        try:
            value = _value(rows, "pcs", name)
        except KeyError:
            raise NotMeasuredError("left out of this run") from None
        return value, value <= most

    return check


NORNIR, BARE = "Nornir + nornir_netmiko", "bare ssh2-python"
TARGETS = (
    Target("read, 20 at once, 0 ms: devices/s", NORNIR, ">= 12 x", _rate("read20", "nornir_", 12)),
    Target("read, 20 at once, 0 ms: CPU", NORNIR, "<= 0.2 x", _cost("read20", "nornir_", "cpu_ms", 0.2)),
    Target("read, 100 at once, 0 ms: devices/s", NORNIR, ">= 7 x", _rate("read100", "nornir_", 7)),
    Target("read, 100 at once, 20 ms: devices/s", NORNIR, ">= 3.5 x", _rate("read100rtt", "nornir_", 3.5)),
    Target("read, 100 at once, 0 ms: devices/s", BARE, ">= 0.8 x", _rate("read100", "ssh2_", 0.8)),
    Target("read, 100 at once, 0 ms: CPU", BARE, "<= 1.4 x", _cost("read100", "ssh2_", "cpu_ms", 1.4)),
    Target("read, 100 at once, 0 ms: devices/s", "scrapli", ">= 3.5 x", _rate("read100", "scrapli_", 3.5)),
    Target("read, 100 at once, 20 ms: devices/s", "scrapli", ">= 2 x", _rate("read100rtt", "scrapli_", 2)),
    Target("slow switches, 400 at once", "the ideal", ">= 0.85 of it", _slow),
    Target("one switch, 20 ms: time", f"{BARE} in one write", "<= 1.15 x", _cost("one", "ssh2_", "wall_ms", 1.15)),
    Target("push 50 lines, 20 at once, 0 ms", "Netmiko", ">= 20 x", _rate("push20", "netmiko_", 20)),
    Target("push 50 lines, 20 at once, 20 ms", "Netmiko", ">= 8 x", _rate("push20rtt", "netmiko_", 8)),
    Target(
        "push 50 lines, one at 20 ms: time", "Netmiko", "<= 0.125 x", _cost("pushone", "netmiko_", "wall_ms", 0.125)
    ),
    Target("drift of 100 switches: speed", "Ansible ios_config --check", ">= 200 x", _at_least("drift", "faster", 200)),
    Target("drift of 100 switches: CPU", "Ansible ios_config --check", "<= 1/300", _at_least("drift", "less_cpu", 300)),
    Target("diff, 600 lines, much differs", "-", "<= 10 ms", _at_most("diff", "much_ms", 10), "ms"),
    Target("diff, 600 lines, five lines differ", "-", "<= 2 ms", _at_most("diff", "five_ms", 2), "ms"),
    Target("diff, 600 lines, nothing differs", "-", "<= 0.3 ms", _at_most("diff", "nothing_ms", 0.3), "ms"),
    Target("render one switch", "-", "<= 1 ms", _at_most("render", "one_ms", 1), "ms"),
    Target("load + validate the generated city, first", "-", "<= 3 s CPU", _at_most("load", "first_s", 3), "s"),
    Target("load + validate the generated city, again", "-", "<= 1 s CPU", _at_most("load", "again_s", 1), "s"),
    Target("drift of the whole city, 20 ms: time", "-", "<= 15 s", _at_most("city", "wall_s", 15), "s"),
    Target("drift of the whole city, 20 ms: memory", "-", "<= 400 MB", _at_most("city", "rss_mb", 400), "MB"),
    Target("campusctl --help", "ansible --version", "<= 0.25 x", _at_most("startup", "ratio", 0.25)),
    Target(
        "PCs, nothing differs: time", "ansible-playbook, default", "<= 1/25", _pcs("wall_of_ansible", 1 / 25, "ansible")
    ),
    Target("PCs, nothing differs: time", "pyinfra", "<= 1/3.5", _pcs("wall_of_pyinfra", 1 / 3.5, "pyinfra")),
    Target("PCs, nothing differs: time", "bare ssh loop, the same core", "<= 2.5 x", _pcs("wall_of_ssh", 2.5, "ssh")),
    Target(
        "PCs, nothing differs: time", "the same, curve25519 first", "<= 2.5 x", _pcs("wall_of_sshkex", 2.5, "sshkex")
    ),
    Target("PCs, nothing differs: CPU of the controller", "-", "<= 0.12 s a PC", _pcs("cpu_s", 0.12), "s"),
    Target("a large school's PCs: memory of the controller", "-", "< 300 MB", _pcs("large_mb", 300), "MB"),
)


def judge(rows: Rows) -> list[dict]:
    """Every target with what was measured: met, NOT met, or not measured and why."""
    found = []
    for target in TARGETS:
        entry = {"what": target.what, "against": target.against, "target": target.limit}
        try:
            value, met = target.check(rows)
            entry |= {"value": value, "unit": target.unit, "verdict": "met" if met else "NOT met"}
        except NotMeasuredError as why:
            entry |= {"verdict": f"not measured ({why})"}
        found.append(entry)
    return found
