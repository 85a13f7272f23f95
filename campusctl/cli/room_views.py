"""How a room is, for a person in German or English, or as JSON."""

from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any, Final

import click

from campusctl.cli.device_views import in_rows
from campusctl.cli.views import print_json
from campusctl.model.outcome import FaultKind
from campusctl.model.printable import printable
from campusctl.model.room import Diagnosis, Found, Status
from campusctl.words.language import N_, Translator
from campusctl.words.room import ACTORS, STATUSES, STEPS, what_is_wrong, what_to_do
from campusctl.workflow.room import DeviceInRoom, RoomReport, SwitchOfRoom

_COLOURS: Final[Mapping[Status, str]] = {
    Status.OK: "green",
    Status.DRIFT: "yellow",
    Status.OFF: "cyan",
    Status.FAULT: "red",
    Status.UNKNOWN: "yellow",
}

_SWITCHES: Final[Mapping[FaultKind, str]] = {
    FaultKind.SECRET: N_("{switch}: our login for it is not in the vault, so its ports are not known."),
    FaultKind.AUTH: N_("{switch}: it does not take our login, so its ports are not known."),
    FaultKind.INTERRUPTED: N_("{switch}: it took too long to answer, so its ports are not known."),
    FaultKind.HOST_KEY: N_("{switch}: it shows a key that we do not know, so its ports are not known."),
}
_SWITCH: Final = N_("{switch}: it does not answer, so its ports are not known.")
"""What is said of a switch that could not be read."""


def show_room(report: RoomReport, tr: Translator, *, verbose: bool, as_json: bool) -> None:
    """Every device with what is wrong, or JSON."""
    if as_json:
        print_json(_plain(report, tr))
        return
    click.secho(report.location, bold=True, nl=False)
    click.echo("  " + ", ".join(printable(text) for text in (report.title, report.school_name) if text))
    names = max((len(one.diagnosis.device) for one in report.devices), default=0)
    words = max(len(tr(STATUSES[one.diagnosis.status])) for one in report.devices) if report.devices else 0
    for one, later in zip_longest(report.devices, report.devices[1:]):
        _device(one, tr, (words, names), verbose=verbose)
        # Where the same is wrong with the next one, both are told it at once.
        if not later or verbose or _sentences(one, tr) != _sentences(later, tr):
            _causes(one.diagnosis, tr, verbose=verbose)
    for switch in report.switches:
        if switch.fault:
            click.secho(in_rows(_about_switch(switch, tr)), fg="yellow")
            _driver(switch.fault.what, verbose=verbose)
    _sum(report, tr)


def _device(one: DeviceInRoom, tr: Translator, widths: tuple[int, int], *, verbose: bool) -> None:
    found = one.diagnosis
    click.secho(f"  {tr(STATUSES[found.status]):<{widths[0]}}", fg=_COLOURS[found.status], nl=False)
    click.echo(f"  {found.device:<{widths[1]}}  {printable(one.title)}".rstrip())
    if verbose:
        click.secho(in_rows(f"    {_steps(found, tr)}", indent="    "), dim=True)


def _sentences(one: DeviceInRoom, tr: Translator) -> tuple[str, ...]:
    return tuple(what_is_wrong(cause, tr) + what_to_do(cause, tr) for cause in one.diagnosis.found)


def _causes(found: Diagnosis, tr: Translator, *, verbose: bool) -> None:
    for cause in found.found:
        _cause(cause, tr)
        _driver(cause.detail, verbose=verbose)
    for note in found.notes:
        _driver(note, verbose=verbose)


def _cause(cause: Found, tr: Translator) -> None:
    click.echo(in_rows(f"    {what_is_wrong(cause, tr)}", indent="    "))
    click.echo(in_rows(f"    → {_capital(tr(ACTORS[cause.who]))}: {what_to_do(cause, tr)}", indent="      "))


def _driver(words: str, *, verbose: bool) -> None:
    if verbose and words:
        click.secho(in_rows(f"      ({printable(words)})", indent="       "), dim=True)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _steps(found: Diagnosis, tr: Translator) -> str:
    """`Power ok · Cable ok · VLAN fault · Address - · Service -`."""
    return " · ".join(
        f"{tr(STEPS[step])} {tr(STATUSES[status]) if status else '-'}" for step, status in found.steps.items()
    )


def _about_switch(switch: SwitchOfRoom, tr: Translator) -> str:
    kind = switch.fault.kind if switch.fault else FaultKind.UNREACHABLE
    return tr(_SWITCHES.get(kind, _SWITCH), switch=switch.name)


def _sum(report: RoomReport, tr: Translator) -> None:
    """`3 devices: 1 ok, 1 fault, 1 off (1.4 s)`."""
    statuses = [one.diagnosis.status for one in report.devices]
    counts = [f"{tr(STATUSES[status])} {statuses.count(status)}" for status in _COLOURS if status in statuses]
    number = len(report.devices)
    if not number:
        click.echo(tr("The inventory has no devices in this room."))
        return
    text = tr.many("{number} device: {counts}.", "{number} devices: {counts}.", number, counts=", ".join(counts))
    click.secho(text, bold=True)


def _plain(report: RoomReport, tr: Translator) -> dict[str, Any]:
    return {
        "school": report.school,
        "room": report.location,
        "title": report.title,
        "checked": report.checked.isoformat(),
        "language": tr.code,
        "devices": [_plain_device(one, tr) for one in report.devices],
        "switches": [
            {
                "switch": switch.name,
                "fault": switch.fault.kind if switch.fault else None,
                "sentence": _about_switch(switch, tr) if switch.fault else "",
                "detail": switch.fault.what if switch.fault else "",
            }
            for switch in report.switches
        ],
        "seconds": dict(report.seconds),
    }


def _plain_device(one: DeviceInRoom, tr: Translator) -> dict[str, Any]:
    found = one.diagnosis
    return {
        "device": found.device,
        "title": one.title,
        "address": one.address,
        "status": found.status,
        "steps": dict(found.steps),
        "notes": list(found.notes),
        "findings": list(_plain_causes(found, tr)),
    }


def _plain_causes(found: Diagnosis, tr: Translator) -> Iterator[dict[str, Any]]:
    for cause in found.found:
        yield {
            "cause": cause.cause,
            "step": cause.step,
            "status": cause.status,
            "sentence": what_is_wrong(cause, tr),
            "who": cause.who,
            "first": what_to_do(cause, tr),
            "values": cause.values,
            "detail": cause.detail,
        }
