"""Measure campusctl and its peers side by side, and say which targets are met. Run it with `make bench`."""

import argparse
import json
import os
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import report
import rows_city
import rows_drift
import rows_offline
import rows_pcs
import rows_sessions
import rows_startup
from measure import HERE, adopt_orphans, conditions, describe
from targets import judge

GROUPS = ("read", "one", "slow", "push", "drift", "offline", "startup", "city", "pcs")


OTHERS = {
    "drift": (rows_drift, ("drift",)),
    "offline": (rows_offline, ("diff", "render", "load")),
    "startup": (rows_startup, ("startup",)),
    "city": (rows_city, ("city",)),
    "pcs": (rows_pcs, ("pcs",)),
}
"""Rows that are no line-up of sessions: who measures them, and their names."""


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _guarded(title: str, work: Callable[[], dict[str, dict]], ids: tuple[str, ...]) -> dict[str, dict]:
    """Rows, or why they could not be measured; the rest of the run goes on."""
    try:
        return work()
    except Exception as wrong:  # noqa: BLE001 - whatever a peer does
        traceback.print_exc()
        return {
            name: {"title": title, "why_not": f"{type(wrong).__name__}: {wrong}".partition("\n")[0][:120]}
            for name in ids
        }


def run(groups: list[str], *, quick: bool, repeats: int, pcs: dict) -> dict:
    adopt_orphans()
    found = {"conditions": conditions(), "quick": quick, "rows": {}}
    names = {name: describe(name) for name in (*rows_sessions.READERS,)}
    found["contenders"] = names
    print(report.described(found["conditions"], names), flush=True)
    labels = {name: entry["name"] for name, entry in names.items()}
    for row in (row for row in rows_sessions.ROWS if row.group in groups):
        _say(f"{row.title} …")
        found["rows"][row.id] = rows_sessions.measure(row, repeats, 0.4 if quick else 1.0, _say)
        print(report.sessions(found["rows"][row.id], labels), flush=True)
    for group in (group for group in OTHERS if group in groups):
        _say(f"{group} …")
        module, ids = OTHERS[group]
        more = pcs | {"repeats": repeats} if group == "pcs" else {}
        rows = _guarded(group, lambda module=module, more=more: module.measure(quick=quick, say=_say, **more), ids)
        found["rows"] |= rows
        print("\n".join(report.values(row) for row in rows.values()), flush=True)
    found["conditions"]["load after"] = round(os.getloadavg()[0], 2)
    found["targets"] = judge(found["rows"])
    print(report.verdicts(found["targets"]), flush=True)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer switches, one run each: about two minutes")
    parser.add_argument("--rows", default=",".join(GROUPS), help=f"any of {','.join(GROUPS)}")
    parser.add_argument("--repeats", type=int, help="runs of each contender [default: 3, with --quick 1]")
    parser.add_argument("--pcs", type=int, help="Linux PCs in the row `pcs` [default: 50, with --quick 10]")
    names = ",".join(rows_pcs.CONTENDERS)
    parser.add_argument("--contenders", help=f"in the row `pcs`, any of {names}; two of them take minutes")
    options = parser.parse_args()
    groups = options.rows.split(",")
    if unknown := set(groups) - set(GROUPS):
        parser.error(f"no such rows: {', '.join(sorted(unknown))}")
    chosen = options.contenders.split(",") if options.contenders else None
    if unknown := set(chosen or ()) - set(rows_pcs.CONTENDERS):
        parser.error(f"no such contenders: {', '.join(sorted(unknown))}")
    repeats = options.repeats or (1 if options.quick else 3)
    found = run(groups, quick=options.quick, repeats=repeats, pcs={"count": options.pcs, "contenders": chosen})
    results = HERE / "results"
    results.mkdir(exist_ok=True)
    file = results / time.strftime("%Y%m%d-%H%M%S.json")
    file.write_text(json.dumps(found, indent=1))
    print(f"all figures: {Path(file).relative_to(HERE.parent)}")


if __name__ == "__main__":
    main()
