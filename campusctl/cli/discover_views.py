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
from campusctl.model.discovery import Discovery, Found, FoundKind
from campusctl.model.printable import printable
from campusctl.words.language import N_, Translator

_TITLES: Final = {
    FoundKind.UNKNOWN: N_("unknown"),
    FoundKind.WRONG_PORT: N_("wrong port"),
    FoundKind.REPLACED: N_("replaced"),
    FoundKind.NOT_SEEN: N_("not seen"),
    FoundKind.TWICE: N_("twice"),
    FoundKind.STRANGER: N_("stranger"),
    FoundKind.SILENT: N_("silent"),
}
_HEADS: Final = (N_("switch"), N_("port"), N_("vlan"), N_("MAC address"), N_("since"))


def show_discovery(found: Discovery, zone: tzinfo, tr: Translator, *, as_json: bool) -> None:
    """A table of what differs and sentences, who is off, which ports are free; or JSON."""
    if as_json:
        print_json(found.model_dump(mode="json"))
        return
    told = [one for one in found.found if one.differs]
    if told:
        show_columns(("", *map(tr, _HEADS)), (_cells(one, zone, tr) for one in told), "")
        click.echo()
        for one in told:
            click.secho(in_rows(printable(_sentence(one, tr)), indent="  "), fg="yellow")
    _show_off(found, tr)
    for switch, ports in found.free.items():
        click.echo(listed(tr("free at {switch}", switch=switch), joined(ports)))
    show_faults(found.faults, tr)
    for note in found.notes:
        show_quiet(tr("note"), [tr.said(note)])
    click.secho(_summary(found, len(told), tr), bold=True)


def _cells(one: Found, zone: tzinfo, tr: Translator) -> tuple[str, ...]:
    vlan = str(one.vlan) if one.vlan else "-"
    since = shown(one.since, zone) or "-"
    return (
        tr(_TITLES[one.kind]),
        one.switch or one.expected_switch,
        printable(one.port_name),
        vlan,
        one.mac or "-",
        since,
    )


def _sentence(one: Found, tr: Translator) -> str:
    parts = [tr.said(one.text)]
    if one.address:
        parts.append(tr("its address is {address}", address=one.address))
    if one.says:
        parts.append(tr("by LLDP: {words}", words=one.says))
    return f"{'; '.join(parts)}."


def _show_off(found: Discovery, tr: Translator) -> None:
    """Devices that are merely off, on a few lines."""
    names = [one.device for one in found.found if one.kind is FoundKind.NOT_SEEN and not one.differs]
    if names:
        click.secho(listed(tr("not seen (off, unplugged or gone)"), names), dim=True)


def _summary(found: Discovery, differ: int, tr: Translator) -> str:
    parts = [
        tr.many("{number} device in place", "{number} devices in place", found.right),
        tr.many("{number} differs", "{number} differ", differ),
        *_counts(found, tr),
    ]
    number = len(found.switches)
    return tr.many("{number} switch read: {counts}.", "{number} switches read: {counts}.", number,
                   counts=", ".join(parts))  # fmt: skip


def _counts(found: Discovery, tr: Translator) -> Iterator[str]:
    free = sum(map(len, found.free.values()))
    if free:
        yield tr.many("{number} port free", "{number} ports free", free)
    if found.clients:
        yield tr.many("{number} address behind access points", "{number} addresses behind access points", found.clients)
    if found.faults:
        yield tr.many("{number} switch not readable", "{number} switches not readable", len(found.faults))
