"""New devices and what onboarding them would do, for a person."""

import shutil
import textwrap
from collections.abc import Iterable, Sequence
from typing import Final

import click

from campusctl.cli.columns import show_columns
from campusctl.cli.views import show_commands, show_edit
from campusctl.engine.words import without_parts, written_path
from campusctl.inventory.onboarding.wanted import Proposal
from campusctl.model.appliance import Shown
from campusctl.model.onboarding import NewDevice, Onboarding, OnboardingState
from campusctl.model.plan import Assessment, Plan
from campusctl.model.printable import printable
from campusctl.words.language import N_, Translator
from campusctl.words.onboarding import KINDS, STATES, STEPS
from campusctl.words.status import devices_counted
from campusctl.workflow.onboarding.effect import Effect, NewSettings

_FIELDS: Final = (
    ("profile", N_("profile")), ("address", N_("address")), ("mac", N_("MAC")), ("serial", N_("serial")),
    ("asset", N_("asset")),
)  # fmt: skip
_HEADS: Final = (N_("line"), N_("name"), N_("room"), N_("address"), N_("port"), N_("serial"))
_NARROWEST: Final = 40
_WIDEST: Final = 100
_LABEL: Final = 8


def show_effect(effect: Effect, tr: Translator, *, commands: bool) -> None:
    """Everything that would happen: the devices, the inventory, the switches, what the devices are told."""
    if len(effect.devices) == 1:
        _one(effect.proposals[0], tr)
    else:
        _table(effect.proposals, tr)
    _head(tr("inventory"))
    _changed_lines(effect.edited.diff())
    _wrapped(tr.said(effect.git.words()))
    _head(tr("switches"))
    _switches(effect.plan, tr, commands=commands)
    _dhcp(effect.news, tr)
    _settings(effect.news, tr)
    for device in effect.devices:
        if device.queue:
            _head(tr("print queue {queue} on {server}", queue=device.queue.name, server=device.queue.server))
            info = printable(str(device.queue.entry.get("info", "")))
            click.echo("  " + tr("for {device}: {info}", device=device.name, info=info))
    _head(tr("papers"))
    number = len(effect.devices)
    papers = tr.many("{number} label and acceptance record", "{number} labels and acceptance records", number)
    click.echo(f"  {papers}")
    for note in effect.notes:
        click.secho(tr("note: {what}", what=tr.said(note)), fg="yellow")


def _changed_lines(diff: str) -> None:
    """What comes and goes in each file; what stands around it is long, and stays."""
    for line in diff.splitlines():
        if line.startswith("+++ "):
            click.echo(f"  {printable(line[6:])}")
        elif line[:1] in ("+", "-") and not line.startswith("--- "):
            click.secho(f"  {printable(line)}", fg="green" if line[0] == "+" else "red")


def _switches(plan: Plan, tr: Translator, *, commands: bool) -> None:
    """What is set on the switches and print servers that stand already."""
    changed = [change.assessment for change in plan.changes if change.assessment.drifted]
    if not changed:
        click.echo("  " + tr("nothing changes there"))
        return
    for found in changed:
        _switch(found, tr, commands=commands)
    counted = devices_counted((change.target.driver for change in plan.changes), tr)
    edits = sum(len(found.edits) for found in changed)
    settings = tr.many("{number} setting", "{number} settings", edits)
    told = tr(
        "{devices} read; {number} to change, {settings}.", devices=counted, number=len(changed), settings=settings
    )
    click.secho(told, bold=True)


def _switch(found: Assessment, tr: Translator, *, commands: bool) -> None:
    click.secho(found.device, bold=True, nl=False)
    click.echo(f"  {found.dialect}")
    for edit in without_parts(found.edits):
        show_edit(edit, tr)
    if found.startup_differs:
        click.secho("  ~ " + tr("what runs there is not saved yet: it will be saved"), fg="yellow")
    if commands:
        show_commands(found.commands, tr)
    for note in found.notes:
        click.secho("  · " + tr("note: {what}", what=printable(tr.said(note))), dim=True)
    if found.interrupts:
        what = printable(", ".join(map(tr.said, found.interrupts)))
        click.secho("  " + tr("interrupts for a moment: {what}", what=what), fg="magenta")
    click.echo()


def _head(text: str) -> None:
    click.secho(text, bold=True)


def _width() -> int:
    return max(_NARROWEST, min(_WIDEST, shutil.get_terminal_size((80, 24)).columns))


def _wrapped(text: str, indent: str = "  ", *, dim: bool = False) -> None:
    for line in textwrap.wrap(printable(text), _width() - len(indent), break_long_words=False, break_on_hyphens=False):
        click.secho(f"{indent}{line}", dim=dim)


def _one(proposal: Proposal, tr: Translator) -> None:
    school, room = proposal.wanted.school, proposal.entry["room"]
    new = tr(KINDS[proposal.wanted.kind])
    _head(tr("{device}: {new} in {school}, room {room}", device=proposal.name, new=new, school=school, room=room))
    rows = [(tr("name"), proposal.name, "name")]
    rows += [(tr(words), str(proposal.entry.get(field) or ""), field) for field, words in _FIELDS]
    if proposal.port:
        place = tr("{port} of {switch}", port=proposal.port.port, switch=proposal.port.switch)
        rows.append((tr("port"), place, "port"))
    if proposal.vlan:
        rows.append((tr("vlan"), tr("{vlan} (role {role})", vlan=proposal.vlan, role=proposal.role), ""))
    label = max(_LABEL, *(len(words) for words, _, _ in rows))
    for words, value, field in rows:
        why = tr.said(proposal.why.get(field, ""))
        if not value and not why and field not in ("mac", "serial"):
            continue
        line = f"  {words:<{label}} {value or tr('not known')}"
        if why and len(line) + len(why) + 3 <= _width():
            click.echo(f"{line}  {click.style(why, dim=True)}")
        else:
            click.echo(line)
            _wrapped(why, " " * (label + 3), dim=True)
    for note in proposal.notes:
        _wrapped(tr.said(note))


def _table(proposals: Sequence[Proposal], tr: Translator) -> None:
    _head(tr.many("{number} new device", "{number} new devices", len(proposals)))
    rows = [
        (
            str(one.wanted.line or ""), one.name, str(one.entry.get("room", "")), one.address or "-",
            f"{one.port.switch}:{one.port.port}" if one.port else "-", str(one.entry.get("serial") or "-"),
        )
        for one in proposals
    ]  # fmt: skip
    heads = [tr(head) for head in _HEADS]
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    if sum(widths) + 2 * len(widths) <= _width():
        show_columns(heads, rows)
    else:
        for line, name, *rest in rows:
            _wrapped(f"{line}  {name}")
            _wrapped(", ".join(value for value in rest if value != "-"), "     ")
    for note in dict.fromkeys(f"{one.name}: {tr.said(note)}" for one in proposals for note in one.notes):
        _wrapped(note)


def _dhcp(news: Sequence[NewSettings], tr: Translator) -> None:
    lines = [line for one in news for line in one.dhcp.splitlines()]
    if lines:
        _head(tr("DHCP and DNS (dnsmasq)"))
    for line in lines:
        click.echo(f"  {printable(line)}")


def _settings(news: Sequence[NewSettings], tr: Translator) -> None:
    """What one device is told; of several, how much."""
    if len(news) > 1:
        _head(tr("settings"))
        for one in news:
            told = tr.many("{number} setting", "{number} settings", len(one.settings))
            none = tr("none that campusctl makes")
            click.echo(f"  {one.device}: {told if one.settings else none}")
        return
    if news and news[0].settings:
        _head(tr("settings of {device}", device=news[0].device))
        for path, value in news[0].settings:
            subject = tr.said(written_path(" / ".join(path)))
            click.echo(f"  {printable(subject)}: {printable(_shown(value, tr))}")


def _shown(value: Shown, tr: Translator) -> str:
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    if value is None:
        return tr("not there")
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def show_list(found: Iterable[Onboarding], tr: Translator) -> None:
    """Onboardings, one line each, and what their devices wait for."""
    none = True
    wide = max(len(tr(words)) for words in STATES.values())
    for one in found:
        none = False
        colour = {OnboardingState.DONE: "green", OnboardingState.OPEN: "yellow"}.get(one.state)
        names = ", ".join(device.name for device in one.devices[:3])
        if len(one.devices) > 3:
            names = tr("{names} and {number} more", names=names, number=len(one.devices) - 3)
        click.secho(f"{one.id}  {tr(STATES[one.state]):<{wide}}  {one.made:%Y-%m-%d %H:%M}  {names}", fg=colour)
        for device in one.devices if one.state is OnboardingState.OPEN else ():
            _wrapped(f"{device.name}: {_standing(device, tr)}")
    if none:
        click.echo(tr("no onboarding is open"))


def _standing(device: NewDevice, tr: Translator) -> str:
    if device.next_step is None:
        return tr("done")
    step = tr(STEPS[device.next_step])
    if device.stopped:
        return tr("{step} is next: {why}", step=step, why=tr.said(device.stopped))
    return tr("{step} is next", step=step)


def show_result(onboarding: Onboarding, tr: Translator) -> None:
    """How far an onboarding has come."""
    for device in onboarding.devices:
        if device.next_step is None:
            click.secho(tr("{device}: works", device=device.name), fg="green")
        else:
            step = tr(STEPS[device.next_step])
            click.secho(tr("{device}: {step} is not done", device=device.name, step=step), fg="yellow")
            _wrapped(tr.said(device.stopped))
