"""Put the figures of a run into docs/benchmarks.md: page.py RUN.json [LATER.json …], files of bench/results/.

The rows of a later run take the place of those of the same name.
"""

import json
import sys
from pathlib import Path

import report
from measure import HERE
from targets import judge

_PAGE = HERE.parent / "docs" / "benchmarks.md"
_MARK = "## One run\n"
_INTRODUCTION = """
Ratios within one run are what counts: the absolute figures move with the machine, and with what else it does (see
the load; two cores share the contenders and the simulated switches)."""


def _fenced(text: str) -> str:
    return f"```\n{text.strip()}\n```"


def _row(row: dict, labels: dict[str, str]) -> str:
    text = report.sessions(row, labels) if "contenders" in row else report.values(row)
    title, _, figures = text.strip().removeprefix("## ").partition("\n")
    return f"### {title[:1].upper()}{title[1:]}\n\n{_fenced(figures)}"


def merged(found: list[dict]) -> dict:
    """The runs as one; a row of a later one says when it was measured."""
    whole, *later = found
    for run in later:
        when = (
            f"measured in a run of its own: {run['conditions']['when']}, load before {run['conditions']['load before']}"
        )
        for name, row in run["rows"].items():
            whole["rows"][name] = row | {"note": f"{row.get('note', '')}\n{when}".strip()}
    return whole | {"targets": judge(whole["rows"])}


def page(found: dict) -> str:
    """The figures as Markdown."""
    labels = {name: entry["name"] for name, entry in found["contenders"].items()}
    kind = "With `--quick`: fewer switches in each row." if found["quick"] else ""
    if found["conditions"]["load before"] > 1:
        kind += "\nOther work ran beside this run at times (see the load); a busier machine costs the quickest most."
    _, _, verdicts = report.verdicts(found["targets"]).strip().partition("\n")
    keys = "\n".join(f"- {entry['name']}: {entry['host_keys']}" for entry in found["contenders"].values())
    parts = [
        f"{_MARK}{_INTRODUCTION} {kind}".rstrip(),
        _fenced(report.described(found["conditions"], {})),
        f"Host keys:\n\n{keys}",
        f"### Targets\n\n{_fenced(verdicts)}",
        *(_row(row, labels) for row in found["rows"].values()),
    ]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    head, _, _ = _PAGE.read_text().partition(_MARK)
    _PAGE.write_text(head + page(merged([json.loads(Path(file).read_text()) for file in sys.argv[1:]])))
