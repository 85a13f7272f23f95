"""How a room is, for a person in German or English, or as JSON."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import click

from campusctl.cli.device_views import in_rows
from campusctl.cli.views import print_json
from campusctl.model.outcome import FaultKind
from campusctl.model.printable import printable
from campusctl.model.room import Diagnosis, Found, Status
from campusctl.words.language import N_, Say
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
    FaultKind.HOST_KEY: N_("{switch}: it shows a key that we do not know, so its ports are not known."),
}
_SWITCH: Final = N_("{switch}: it does not answer, so its ports are not known.")
"""What is said of a switch that could not be read."""


def show_room(report: RoomReport, say: Say, *, verbose: bool, as_json: bool) -> None:
    """Every device with what is wrong, or JSON."""
    if as_json:
        print_json(_plain(report, say))
        return
    click.secho(report.location, bold=True, nl=False)
    click.echo("  " + ", ".join(printable(text) for text in (report.title, report.school_name) if text))
    names = max((len(one.diagnosis.device) for one in report.devices), default=0)
    words = max(len(say(STATUSES[one.diagnosis.status])) for one in report.devices) if report.devices else 0
    for one in report.devices:
        _device(one, say, (words, names), verbose=verbose)
    for switch in report.switches:
        if switch.fault:
            click.secho(in_rows(_about_switch(switch, say)), fg="yellow")
            _driver(switch.fault.what, verbose=verbose)
    _sum(report, say)


def _device(one: DeviceInRoom, say: Say, widths: tuple[int, int], *, verbose: bool) -> None:
    found = one.diagnosis
    click.secho(f"  {say(STATUSES[found.status]):<{widths[0]}}", fg=_COLOURS[found.status], nl=False)
    click.echo(f"  {found.device:<{widths[1]}}  {printable(one.title)}".rstrip())
    if verbose:
        click.secho(f"    {_steps(found, say)}", dim=True)
    for cause in found.found:
        if cause.status is Status.OK and not verbose:
            continue
        _cause(cause, say)
        _driver(cause.detail, verbose=verbose)


def _cause(cause: Found, say: Say) -> None:
    text = f"    {say(STEPS[cause.step])}: {what_is_wrong(cause, say)}"
    click.echo(in_rows(text, indent="      "))
    who = say("{who} acts. First: {first}", who=_capital(say(ACTORS[cause.who])), first=what_to_do(cause, say))
    click.echo(in_rows(f"    → {who}", indent="      "))


def _driver(words: str, *, verbose: bool) -> None:
    if verbose and words:
        click.secho(in_rows(f"      ({printable(words)})", indent="       "), dim=True)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _steps(found: Diagnosis, say: Say) -> str:
    """`Power ok · Cable ok · VLAN fault · Address – · Service –`."""
    return " · ".join(
        f"{say(STEPS[step])} {say(STATUSES[status]) if status else '–'}" for step, status in found.steps.items()
    )


def _about_switch(switch: SwitchOfRoom, say: Say) -> str:
    kind = switch.fault.kind if switch.fault else FaultKind.UNREACHABLE
    return say(_SWITCHES.get(kind, _SWITCH), switch=switch.name)


def _sum(report: RoomReport, say: Say) -> None:
    """`3 devices: 1 ok, 1 fault, 1 off (1.4 s)`."""
    statuses = [one.diagnosis.status for one in report.devices]
    counts = [f"{statuses.count(status)} {say(STATUSES[status])}" for status in _COLOURS if status in statuses]
    number = len(report.devices)
    if not number:
        click.echo(say("The inventory has no devices in this room."))
        return
    text = say.many("{number} device: {counts}.", "{number} devices: {counts}.", number, counts=", ".join(counts))
    click.secho(text, bold=True)


def _plain(report: RoomReport, say: Say) -> dict[str, Any]:
    return {
        "school": report.school,
        "room": report.location,
        "title": report.title,
        "checked": report.checked.isoformat(),
        "language": say.code,
        "devices": [_plain_device(one, say) for one in report.devices],
        "switches": [
            {
                "switch": switch.name,
                "fault": switch.fault.kind if switch.fault else None,
                "sentence": _about_switch(switch, say) if switch.fault else "",
                "detail": switch.fault.what if switch.fault else "",
            }
            for switch in report.switches
        ],
        "seconds": dict(report.seconds),
    }


def _plain_device(one: DeviceInRoom, say: Say) -> dict[str, Any]:
    found = one.diagnosis
    return {
        "device": found.device,
        "title": one.title,
        "address": one.address,
        "status": found.status,
        "steps": dict(found.steps),
        "findings": list(_plain_causes(found, say)),
    }


def _plain_causes(found: Diagnosis, say: Say) -> Iterator[dict[str, Any]]:
    for cause in found.found:
        yield {
            "cause": cause.cause,
            "step": cause.step,
            "status": cause.status,
            "sentence": what_is_wrong(cause, say),
            "who": cause.who,
            "first": what_to_do(cause, say),
            "values": cause.values,
            "detail": cause.detail,
        }
