"""New devices and what onboarding them would do, for a person."""

import shutil
import textwrap
from collections.abc import Iterable, Sequence
from typing import Final

import click

from campusctl.cli.columns import show_columns
from campusctl.cli.plan_views import show_plan
from campusctl.cli.words import counted
from campusctl.inventory.onboarding.wanted import Proposal
from campusctl.model.appliance import Shown
from campusctl.model.onboarding import NewDevice, Onboarding, OnboardingState
from campusctl.model.printable import printable
from campusctl.workflow.onboarding.effect import Effect, NewSettings

_FIELDS: Final = (
    ("profile", "profile"), ("address", "address"), ("mac", "MAC"), ("serial", "serial"), ("asset", "asset"),
)  # fmt: skip


def show_effect(effect: Effect, *, commands: bool) -> None:
    """Everything that would happen: the devices, the inventory, the switches, what the devices are told."""
    if len(effect.devices) == 1:
        _one(effect.proposals[0])
    else:
        _table(effect.proposals)
    _head("inventory")
    _changed_lines(effect.edited.diff())
    _wrapped(effect.git.words())
    _head("switches")
    if effect.plan.changes:
        show_plan(effect.plan, commands=commands, as_json=False)
    else:
        click.echo("  nothing changes there")
    _dhcp(effect.news)
    _settings(effect.news)
    for device in effect.devices:
        if device.queue:
            _head(f"print queue {device.queue.name} on {device.queue.server}")
            click.echo(f"  for {device.name}: {printable(str(device.queue.entry.get('info', '')))}")
    _head("papers")
    click.echo(f"  {counted(len(effect.devices), 'label')} and {counted(len(effect.devices), 'acceptance record')}")


def _changed_lines(diff: str) -> None:
    """What comes and goes in each file; what stands around it is long, and stays."""
    for line in diff.splitlines():
        if line.startswith("+++ "):
            click.echo(f"  {printable(line[6:])}")
        elif line[:1] in ("+", "-") and not line.startswith("--- "):
            click.secho(f"  {printable(line)}", fg="green" if line[0] == "+" else "red")


def _head(text: str) -> None:
    click.secho(text, bold=True)


def _width() -> int:
    return max(40, min(100, shutil.get_terminal_size((80, 24)).columns))


def _wrapped(text: str, indent: str = "  ", *, dim: bool = False) -> None:
    for line in textwrap.wrap(printable(text), _width() - len(indent), break_long_words=False, break_on_hyphens=False):
        click.secho(f"{indent}{line}", dim=dim)


def _one(proposal: Proposal) -> None:
    _head(f"{proposal.name}: a new {proposal.wanted.kind} in {proposal.wanted.school}, room {proposal.entry['room']}")
    rows = [("name", proposal.name, "name")]
    rows += [(words, str(proposal.entry.get(field) or ""), field) for field, words in _FIELDS]
    if proposal.port:
        rows.append(("port", f"{proposal.port.port} of {proposal.port.switch}", "port"))
    if proposal.vlan:
        rows.append(("vlan", f"{proposal.vlan} (role {proposal.role})", ""))
    for words, value, field in rows:
        why = proposal.why.get(field, "")
        if not value and not why and field not in ("mac", "serial"):
            continue
        line = f"  {words:<8} {value or 'not known'}"
        if why and len(line) + len(why) + 3 <= _width():
            click.echo(f"{line}  {click.style(why, dim=True)}")
        else:
            click.echo(line)
            _wrapped(why, " " * 11, dim=True)
    for note in proposal.notes:
        _wrapped(note)


def _table(proposals: Sequence[Proposal]) -> None:
    _head(f"{len(proposals)} new devices")
    rows = [
        (
            str(one.wanted.line or ""), one.name, str(one.entry.get("room", "")), one.address or "-",
            f"{one.port.switch}:{one.port.port}" if one.port else "-", str(one.entry.get("serial") or "-"),
        )
        for one in proposals
    ]  # fmt: skip
    show_columns(("line", "name", "room", "address", "port", "serial"), rows)
    for note in dict.fromkeys(f"{one.name}: {note}" for one in proposals for note in one.notes):
        _wrapped(note)


def _dhcp(news: Sequence[NewSettings]) -> None:
    lines = [line for one in news for line in one.dhcp.splitlines()]
    if lines:
        _head("DHCP and DNS (dnsmasq)")
    for line in lines:
        click.echo(f"  {printable(line)}")


def _settings(news: Sequence[NewSettings]) -> None:
    """What one device is told; of several, how much."""
    if len(news) > 1:
        _head("settings")
        for one in news:
            told = counted(len(one.settings), "setting") if one.settings else "none that campusctl makes"
            click.echo(f"  {one.device}: {told}")
        return
    if news and news[0].settings:
        _head(f"settings of {news[0].device}")
        for path, value in news[0].settings:
            click.echo(f"  {printable(' / '.join(path))}: {printable(_shown(value))}")


def _shown(value: Shown) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return "not there"
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def show_list(found: Iterable[Onboarding]) -> None:
    """Onboardings, one line each, and what their devices wait for."""
    none = True
    for one in found:
        none = False
        colour = {OnboardingState.DONE: "green", OnboardingState.OPEN: "yellow"}.get(one.state)
        names = ", ".join(device.name for device in one.devices[:3])
        more = f" and {len(one.devices) - 3} more" if len(one.devices) > 3 else ""
        click.secho(f"{one.id}  {one.state:<9}  {one.made:%Y-%m-%d %H:%M}  {names}{more}", fg=colour)
        for device in one.devices if one.state is OnboardingState.OPEN else ():
            _wrapped(f"{device.name}: {_standing(device)}")
    if none:
        click.echo("no onboarding is open")


def _standing(device: NewDevice) -> str:
    if device.next_step is None:
        return "done"
    return f"{device.next_step} is next" + (f": {device.stopped}" if device.stopped else "")


def show_result(onboarding: Onboarding) -> None:
    """How far an onboarding has come."""
    for device in onboarding.devices:
        if device.next_step is None:
            click.secho(f"{device.name}: works", fg="green")
        else:
            click.secho(f"{device.name}: {device.next_step} is not done", fg="yellow")
            _wrapped(device.stopped)
