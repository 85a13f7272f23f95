"""What needs no network, in a process of its own: `diff REPEATS`, `generate DIR SCHOOLS SEED`, `render DIR`."""

import json
import statistics
import sys
import time
from pathlib import Path

from configs import config, printed

from campusctl.drivers.switch.compare import compare_texts
from campusctl.drivers.switch.dialects.cisco_ios import CiscoIos
from campusctl.inventory.load import load_city
from campusctl.inventory.resolve import switch_intent
from campusctl.lab.generate import generate
from campusctl.render import Renderer


def _clock(work) -> float:
    begun = time.process_time()
    work()
    return (time.process_time() - begun) * 1000


def _cases() -> dict[str, tuple[str, str]]:
    running = printed(config("sw-a"))
    texts = {"much": config("sw-a", shift=1), "five": config("sw-a", renamed=5), "nothing": config("sw-a")}
    return {case: (running, intended) for case, intended in texts.items()}


def diff(repeats: int) -> dict:
    """Milliseconds of each case, campusctl with and without what it remembers of sections, and hier_config."""
    from hier_config import Platform, WorkflowRemediation, get_hconfig  # noqa: PLC0415 - only here

    def theirs(running: str, intended: str) -> int:
        flow = WorkflowRemediation(get_hconfig(Platform.CISCO_IOS, running), get_hconfig(Platform.CISCO_IOS, intended))
        return len(list(flow.remediation_config.all_children_sorted()))

    found = {}
    for case, (running, intended) in _cases().items():
        cold, warm, other = [], [], []
        known = CiscoIos()
        compare_texts(known, running, intended)
        for _ in range(repeats):
            fresh = CiscoIos()
            cold.append(_clock(lambda: compare_texts(fresh, running, intended)))  # noqa: B023 - called at once
            warm.append(_clock(lambda: compare_texts(known, running, intended)))  # noqa: B023 - called at once
            other.append(_clock(lambda: theirs(running, intended)))  # noqa: B023 - called at once
        result = compare_texts(CiscoIos(), running, intended)
        found[case] = {
            "cold_ms": statistics.median(cold),
            "warm_ms": statistics.median(warm),
            "hier_config_ms": statistics.median(other),
            "commands": len(result.commands),
            "refused": len(result.refused),
            "hier_config_commands": theirs(running, intended),
        }
    return found


def render(root: Path) -> dict:
    city = load_city(root)
    intents = [switch_intent(city, school.id, name) for school in city.schools.values() for name in school.switches]
    begun = time.process_time()
    renderer = Renderer(root / "templates")
    renderer.render(intents[0])
    first = (time.process_time() - begun) * 1000
    for intent in intents[:20]:
        renderer.render(intent)
    each = [_clock(lambda: renderer.render(intent)) for intent in intents[:300]]  # noqa: B023 - called at once
    return {"one_ms": statistics.median(each), "first_ms": first, "switches": len(each)}


def main() -> None:
    task, *rest = sys.argv[1:]
    if task == "diff":
        print(json.dumps(diff(int(rest[0]))))
    elif task == "generate":
        made = generate(Path(rest[0]), int(rest[1]), int(rest[2]), appliances=False)
        print(f"{made.schools} schools, {made.switches} switches, {made.devices} devices")
    else:
        print(json.dumps(render(Path(rest[0]))))


if __name__ == "__main__":
    main()
