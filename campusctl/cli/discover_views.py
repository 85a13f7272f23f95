"""What was discovered at a school: a table, then a sentence for each thing that differs."""

from collections.abc import Iterator
from datetime import tzinfo
from typing import Final

import click

from campusctl.cli.columns import show_columns
from campusctl.cli.device_views import in_rows, listed, show_faults, show_quiet
from campusctl.cli.moments import shown
from campusctl.cli.ranges import joined
from campusctl.cli.views import print_json
from campusctl.cli.words import counted, counted_devices
from campusctl.model.discovery import Discovery, Found, FoundKind
from campusctl.model.printable import printable

_TITLES: Final = {
    FoundKind.UNKNOWN: "unknown",
    FoundKind.WRONG_PORT: "wrong port",
    FoundKind.REPLACED: "replaced",
    FoundKind.NOT_SEEN: "not seen",
    FoundKind.TWICE: "twice",
    FoundKind.STRANGER: "stranger",
    FoundKind.SILENT: "silent",
}


def show_discovery(found: Discovery, zone: tzinfo, *, as_json: bool) -> None:
    """A table of what differs and sentences, who is off, which ports are free; or JSON."""
    if as_json:
        print_json(found.model_dump(mode="json"))
        return
    told = [one for one in found.found if one.differs]
    if told:
        show_columns(("", "switch", "port", "vlan", "MAC address", "since"), (_cells(one, zone) for one in told), "")
        click.echo()
        for one in told:
            click.secho(in_rows(printable(_sentence(one)), indent="  "), fg="yellow")
    _show_off(found)
    for switch, ports in found.free.items():
        click.echo(listed(f"free at {switch}", joined(ports)))
    show_faults(found.faults)
    for note in found.notes:
        show_quiet("note", [note])
    click.secho(_summary(found, len(told)), bold=True)


def _cells(one: Found, zone: tzinfo) -> tuple[str, ...]:
    vlan = str(one.vlan) if one.vlan else "-"
    since = shown(one.since, zone) or "-"
    return (
        _TITLES[one.kind],
        one.switch or one.expected_switch,
        printable(one.port_name),
        vlan,
        one.mac or "-",
        since,
    )


def _sentence(one: Found) -> str:
    parts = [one.text]
    if one.address:
        parts.append(f"its address is {one.address}")
    if one.says:
        parts.append(f"by LLDP: {one.says}")
    return f"{'; '.join(parts)}."


def _show_off(found: Discovery) -> None:
    """Devices that are merely off, on a few lines."""
    names = [one.device for one in found.found if one.kind is FoundKind.NOT_SEEN and not one.differs]
    if names:
        click.secho(listed("not seen (off, unplugged or gone)", names), dim=True)


def _summary(found: Discovery, differ: int) -> str:
    parts = [f"{counted(found.right, 'device')} in place", f"{differ} differ{'s' if differ == 1 else ''}"]
    parts += list(_counts(found))
    switches = counted_devices("switch" for _ in found.switches)
    return f"{switches} read: {', '.join(parts)}."


def _counts(found: Discovery) -> Iterator[str]:
    free = sum(map(len, found.free.values()))
    if free:
        yield f"{counted(free, 'port')} free"
    if found.clients:
        yield f"{found.clients} address{'es' * (found.clients != 1)} behind access points"
    if found.faults:
        yield f"{counted_devices('switch' for _ in found.faults)} not readable"
