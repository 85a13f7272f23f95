"""Figures as text."""

LEFT_OUT = "not measured (left out of this run)"


def table(head: tuple[str, ...], lines: list[tuple[str, ...]]) -> str:
    """Columns as wide as needed; all but the first to the right."""
    widths = [max(len(line[column]) for line in (head, *lines)) for column in range(len(head))]
    text = [head, tuple("-" * width for width in widths), *lines]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if not at else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in text
    )


def sessions(row: dict, names: dict[str, str]) -> str:
    """A row of contenders; ratios are campusctl against each."""
    ours = row["contenders"]["campusctl_"]
    lines = []
    for contender, cell in row["contenders"].items():
        ratio = f"{ours['rate'] / cell['rate']:.2f}" if cell["rate"] else "-"
        cost = f"{ours['cpu_ms'] / cell['cpu_ms']:.2f}" if cell["cpu_ms"] and ours["cpu_ms"] else "-"
        figures = (f"{cell['rate']:.1f}", f"{cell['cpu_ms']:.2f}", f"{cell['wall_ms']:.1f}", ratio, cost)
        lines.append((names[contender], *figures, str(cell["failed"])))
    head = ("contender", "devices/s", "CPU ms/dev", "ms/dev", "speed: ours/it", "CPU: ours/it", "failed")
    cost = f"the switches themselves: {row['switch_cpu_ms']:.2f} ms CPU a session"
    note = f"{row['switches']} switches, median of {row['repeats']}; {cost}"
    ideal = f"; ideal {row['ideal_s']:.2f} s, campusctl {ours['wall_s']:.2f} s" if row.get("ideal_s") else ""
    faults = [f"  {names[name]}: {fault}" for name, cell in row["contenders"].items() for fault in cell["faults"][:1]]
    return "\n".join([f"\n## {row['title']}", f"{note}{ideal}", table(head, lines), *faults])


def values(row: dict) -> str:
    """A row that is a list of figures, and perhaps a table."""
    if "why_not" in row:
        return f"\n## {row['title']}\nnot measured: {row['why_not']}"
    lines = [(label, figure) for label, figure in row["shown"]]
    more = row.get("table")
    parts = [
        f"\n## {row['title']}",
        *([row["note"]] if row.get("note") else []),
        *([table(tuple(more["head"]), [tuple(line) for line in more["lines"]]), ""] if more else []),
        table(("what", "figure"), lines),
    ]
    return "\n".join(parts)


def verdicts(found: list[dict]) -> str:
    """Every target's line; what this run left out is only counted."""
    lines = []
    for entry in found:
        measured = f"{entry['value']:.2f} {entry['unit']}" if "value" in entry else "-"
        if entry["verdict"] != LEFT_OUT:
            lines.append((entry["verdict"], entry["what"], entry["against"], entry["target"], measured))
    count = sum(entry["verdict"] == "met" for entry in found)
    measured = sum("value" in entry for entry in found)
    head = ("verdict", "target", "against", "limit", "measured")
    left_out = sum(entry["verdict"] == LEFT_OUT for entry in found)
    count_line = f"{count} met of {measured} measured; {len(found)} in all, {left_out} left out of this run"
    return f"\n## Targets\n{table(head, lines)}\n\n{count_line}"


def described(conditions: dict, contenders: dict[str, dict]) -> str:
    lines = [f"{name}: {value}" for name, value in conditions.items() if name != "packages"]
    lines.append("packages: " + ", ".join(f"{name} {version}" for name, version in conditions["packages"].items()))
    lines += [f"host keys, {entry['name']}: {entry['host_keys']}" for entry in contenders.values()]
    return "\n".join(lines)
