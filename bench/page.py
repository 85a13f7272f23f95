"""Put the figures of a run into docs/benchmarks.md: page.py bench/results/RUN.json."""

import json
import sys
from pathlib import Path

import report
from measure import HERE

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
    _PAGE.write_text(head + page(json.loads(Path(sys.argv[1]).read_text())))
