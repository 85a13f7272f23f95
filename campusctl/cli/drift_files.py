"""A drift check as files: JSON for programs, JUnit for build servers. Each is there in full or not at all."""

import json
from collections.abc import Sequence
from pathlib import Path

import click

from campusctl.cli.files import write_file
from campusctl.cli.junit import junit
from campusctl.cli.options import current, find_workspace
from campusctl.model.finding import FindingRow
from campusctl.model.plan import DriftReport
from campusctl.words.language import Translator


def checked(json_out: Path | None, junit_out: Path | None, tr: Translator) -> tuple[Path | None, Path | None]:
    """Both files; one whose folder is missing is refused before any switch is asked.

    Raises:
        BadParameter: It is missing, or both files are the same one.
    """
    for option, path in (("--json-out", json_out), ("--junit", junit_out)):
        if path and not path.parent.is_dir():
            raise click.BadParameter(tr("{folder} is no folder", folder=path.parent), param_hint=option)
        if path and path.is_dir():
            raise click.BadParameter(tr("{folder} is a folder", folder=path), param_hint=option)
    if json_out and junit_out and json_out.absolute() == junit_out.absolute():
        raise click.BadParameter(tr("{file} cannot be both files", file=json_out), param_hint="--junit")
    return json_out, junit_out


def write(
    report: DriftReport, json_out: Path | None, junit_out: Path | None, findings: Sequence[FindingRow] = ()
) -> None:
    """Write the files that were asked for.

    Raises:
        OSError: The disk is full or read-only; an old file stands.
    """
    if json_out:
        document = report.model_dump(mode="json")
        write_file(json_out, json.dumps(document, ensure_ascii=False, indent=2) + "\n")
    if junit_out:
        write_file(junit_out, junit(report, _schools(report), findings))


def _schools(report: DriftReport) -> dict[str, str]:
    """School of every device of the report; the inventory is asked only about those that could not be read."""
    found = {item.device: item.school for item in report.assessments}
    if report.faults:
        from campusctl.inventory.load import load_city  # noqa: PLC0415 - only when a switch could not be read

        city = load_city(find_workspace(current()), report.schools)
        found |= {name: school.id for school in city.schools.values() for name in school.devices}
    return found
