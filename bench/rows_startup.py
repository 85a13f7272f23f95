"""How long the first word takes: `campusctl --help` against `ansible --version`."""

import statistics
import sys
from pathlib import Path

from measure import command


def measure(*, quick: bool, say) -> dict[str, dict]:
    folder = Path(sys.executable).parent
    commands = {"campusctl": [str(folder / "campusctl"), "--help"], "ansible": [str(folder / "ansible"), "--version"]}
    runs: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(5 if quick else 15):
        for name, arguments in commands.items():
            ended = command(arguments)
            if ended["code"]:
                raise RuntimeError(ended["out"][-300:])
            runs[name].append(ended["wall_s"])
    median = {name: statistics.median(walls) for name, walls in runs.items()}
    say(f"  {median}")
    ratio = median["campusctl"] / median["ansible"]
    shown = [
        ("campusctl --help", f"{median['campusctl'] * 1000:.0f} ms"),
        ("ansible --version", f"{median['ansible'] * 1000:.0f} ms"),
        ("ratio", f"{ratio:.3f}"),
    ]
    return {"startup": {"title": "start-up", "note": "wall, medians", "shown": shown, "values": {"ratio": ratio}}}
