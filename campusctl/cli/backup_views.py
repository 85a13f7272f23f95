"""Backups, for a person or as JSON."""

from collections.abc import Sequence
from datetime import tzinfo

import click

from campusctl.backups.repository import Place, Version
from campusctl.cli.columns import show_columns
from campusctl.cli.device_views import show_faults, show_off
from campusctl.cli.views import print_json
from campusctl.cli.words import counted, counted_devices
from campusctl.workflow.backups import BackupReport
from campusctl.workflow.baseline import Baseline, Match

_SHORT = 10
"""Digits of a commit's id that are shown."""


def show_report(report: BackupReport, *, as_json: bool) -> None:
    """What a backup did: what changed, what could not be read."""
    if as_json:
        print_json(_report_json(report))
        return
    kept = report.kept
    for device in kept.changed:
        added, removed = kept.counts[device]
        click.secho(f"{device}: ", nl=False)
        if device in kept.new:
            click.secho(f"first backup, {counted(added, 'line')}", fg="green")
        else:
            click.secho(f"changed  +{added} -{removed}", fg="yellow")
    show_off(report.off)
    show_faults(report.faults)
    read = len(report.read)
    parts = [f"{len(kept.changed)} changed", f"{read - len(kept.changed)} unchanged"]
    parts += [f"{len(report.off)} off"] if report.off else []
    parts += [f"{len(report.faults)} not readable"] if report.faults else []
    where = f"commit {kept.commit[:_SHORT]}" if kept.commit else "nothing to commit"
    what = counted_devices(report.drivers) if read else "0 devices"
    click.secho(f"{what} read: {', '.join(parts)}; {where}.", bold=True)
    click.echo(f"kept in {report.folder}", err=True)


def _report_json(report: BackupReport) -> dict[str, object]:
    kept = report.kept
    devices = [
        {
            "school": school,
            "device": device,
            "changed": device in kept.changed,
            "new": device in kept.new,
            "added": kept.counts.get(device, (0, 0))[0],
            "removed": kept.counts.get(device, (0, 0))[1],
        }
        for school, device in report.read
    ]
    faults = [fault.model_dump(mode="json") for fault in report.faults]
    off = [fault.device for fault in report.off]
    return {"commit": kept.commit, "folder": str(report.folder), "devices": devices, "off": off, "faults": faults}


def show_log(place: Place, versions: Sequence[Version], zone: tzinfo, *, as_json: bool) -> None:
    """Versions, newest first, in the city's time."""
    if as_json:
        print_json([_version_json(place, version) for version in versions])
        return
    rows = (
        (
            version.commit[:_SHORT],
            f"{version.when.astimezone(zone):%Y-%m-%d %H:%M %Z}",
            f"+{version.added} -{version.removed}",
            plain(version.author),
            plain(version.message),
        )
        for version in versions
    )
    show_columns(("version", "kept", "lines", "by", "run"), rows, indent="")


def _version_json(place: Place, version: Version) -> dict[str, object]:
    return {
        "school": place[0],
        "device": place[1],
        "commit": version.commit,
        "when": version.when.isoformat(),
        "author": version.author,
        "message": version.message,
        "added": version.added,
        "removed": version.removed,
    }


def show_text(place: Place, version: Version, text: str, *, as_json: bool) -> None:
    """A version's text."""
    if as_json:
        facts = {"commit": version.commit, "when": version.when.isoformat(), "text": text}
        print_json({"school": place[0], "device": place[1], **facts})
        return
    click.echo(plain(text), nl=False)


def show_diff(place: Place, text: str, *, as_json: bool) -> None:
    """A unified diff, coloured where somebody looks."""
    if as_json:
        print_json({"school": place[0], "device": place[1], "diff": text})
        return
    for line in text.splitlines():
        head = line.startswith(("+++ ", "--- "))
        colour = "green" if line[:1] == "+" else "red" if line[:1] == "-" else "cyan" if line[:2] == "@@" else None
        click.secho(plain(line), fg=None if head else colour, bold=head)
    if not text:
        click.echo("nothing differs", err=True)


def show_baseline(found: Baseline, *, dry_run: bool, as_json: bool) -> None:
    """Which nodes are which switches, and what came of it."""
    if as_json:
        print_json(_baseline_json(found))
        return
    if dry_run:
        rows = ((plain(match.node.path), "/".join(match.place)) for match in found.matches)
        show_columns(("node", "switch"), rows, indent="")
    for node in found.unknown:
        click.secho(f"no switch of the inventory: {plain(node.path)}", fg="yellow")
    for device in found.missing:
        click.secho(f"not in that repository: {device}", fg="yellow")
    for match in found.already:
        click.echo(f"left alone, it has a backup already: {match.place[1]}")
    for device in found.unreadable:
        click.secho(f"left out, its text is no configuration: {device}", fg="red")
    done = "would become" if dry_run else "are"
    verb = "baseline of their backups" if len(found.matches) != 1 else "baseline of its backups"
    commits = "" if dry_run else f", {counted(found.commits, 'commit')}"
    click.secho(f"{counted(len(found.matches), 'node')} {done} the {verb}{commits}.", bold=True)


def _baseline_json(found: Baseline) -> dict[str, object]:
    def named(matches: Sequence[Match]) -> list[dict[str, str]]:
        return [
            {"node": match.node.path, "group": match.node.group, "school": match.place[0], "device": match.place[1]}
            for match in matches
        ]

    return {
        "matches": named(found.matches),
        "already": named(found.already),
        "unknown": [node.path for node in found.unknown],
        "missing": list(found.missing),
        "unreadable": list(found.unreadable),
        "commits": found.commits,
    }


def plain(text: str) -> str:
    """A text without what would move a cursor."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char in "\n\t" else "\N{REPLACEMENT CHARACTER}" for char in text)
