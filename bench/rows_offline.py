"""Rows without a network; measured in a process of their own, see offline_worker.py."""

import json
import sys
import tempfile
from pathlib import Path

from measure import HERE, command


def measure(*, quick: bool, say) -> dict[str, dict]:
    found = json.loads(_worker("diff", "5" if quick else "15"))
    rows = {"diff": _diff(found)}
    say("  diff done")
    with tempfile.TemporaryDirectory(prefix="campusctl-bench-") as folder:
        city = Path(folder, "city")
        made = _worker("generate", str(city), "155", "7").strip()
        say(f"  {made}")
        rows["load"] = _load(city, made)  # before anything else reads it and fills the cache
        rows["render"] = _render(json.loads(_worker("render", str(city))))
    return rows


def _worker(*arguments: str) -> str:
    ended = command([sys.executable, str(HERE / "offline_worker.py"), *arguments])
    if ended["code"]:
        raise RuntimeError(ended["out"][-600:])
    return ended["out"].strip().splitlines()[-1]


def _diff(found: dict) -> dict:
    shown = []
    for case in ("much", "five", "nothing"):
        ours, warm, theirs = found[case]["cold_ms"], found[case]["warm_ms"], found[case]["hier_config_ms"]
        counts = f"{found[case]['commands']} commands, hier_config {found[case]['hier_config_commands']}"
        shown += [
            (f"{case} differs: campusctl, nothing known before", f"{ours:.2f} ms ({counts})"),
            (f"{case} differs: campusctl, sections seen before", f"{warm:.2f} ms"),
            (f"{case} differs: hier_config", f"{theirs:.2f} ms ({theirs / ours:.1f} x campusctl's)"),
        ]
    values = {f"{case}_ms": found[case]["cold_ms"] for case in found}
    note = "two texts to commands; 630 lines; the running text as `show running-config` prints it; CPU, medians"
    return {"title": "parse + diff + commands", "note": note, "shown": shown, "values": values}


def _render(found: dict) -> dict:
    shown = [
        (f"one switch, templates compiled, median of {found['switches']}", f"{found['one_ms']:.2f} ms"),
        ("reading and compiling the templates, once", f"{found['first_ms']:.1f} ms"),
    ]
    return {"title": "render", "note": "CPU", "shown": shown, "values": {"one_ms": found["one_ms"]}}


def _load(city: Path, made: str) -> dict:
    """`campusctl validate` on a city nobody has read yet, and again; the whole process counts."""
    arguments = [str(Path(sys.executable).parent / "campusctl"), "--workspace", str(city), "validate"]
    runs = [command(arguments) for _ in range(3)]
    for run in runs:
        if run["code"]:
            raise RuntimeError(f"the generated city is not valid: {run['out'][-300:]}")
    first, again = runs[0], min(runs[1:], key=lambda run: run["cpu_s"])
    shown = [
        ("first", f"{first['cpu_s']:.2f} s CPU, {first['wall_s']:.2f} s, {first['rss_mb']:.0f} MB"),
        ("again", f"{again['cpu_s']:.2f} s CPU, {again['wall_s']:.2f} s, {again['rss_mb']:.0f} MB"),
    ]
    values = {"first_s": first["cpu_s"], "again_s": again["cpu_s"]}
    note = "`campusctl validate`, start-up included"
    return {"title": f"load + validate: {made}", "note": note, "shown": shown, "values": values}
