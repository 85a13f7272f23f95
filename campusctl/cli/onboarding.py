"""What the commands of `campusctl onboard` have in common: ask, propose, show, agree, carry on, tell."""

import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from campusctl.cli.exits import Exit
from campusctl.cli.options import actor, current, open_desk
from campusctl.errors import CampusError
from campusctl.model.printable import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from campusctl.inventory.city import City
    from campusctl.inventory.onboarding.wanted import Proposal, Wanted
    from campusctl.model.onboarding import NewDevice, Onboarding
    from campusctl.workflow import Desk, Terms
    from campusctl.workflow.onboarding.effect import Effect
    from campusctl.workflow.onboarding.hands import Hands

_LARGEST_FILE: Final = 2_000_000


@dataclass(frozen=True, slots=True)
class Asked:
    """How an onboarding shall go, as the options say."""

    yes: bool = False
    """Ask nothing."""
    now: bool = False
    """Also outside a window."""
    reason: str = ""
    """Why."""
    wait: float = 300.0
    """Seconds to wait for a device."""
    papers: Path | None = None
    """Folder for labels and records."""
    branch: str = ""
    """Git branch of the inventory's change."""
    dry_run: bool = False
    """Show, and do nothing."""
    commands: bool = False
    """Show the switches' commands."""
    secrets_file: Path | None = None
    """Where a new switch's first lines go with their secrets."""


def from_words(wanted: "Wanted", asked: Asked) -> int:
    """Onboard one device from what was typed."""
    from campusctl.cli.onboard_asking import complete  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.inventory.load import load_city  # noqa: PLC0415 - likewise
    from campusctl.inventory.source import chosen  # noqa: PLC0415 - likewise

    _check(asked)
    desk = open_desk()
    (school,) = chosen(desk.root, [wanted.school])
    city = load_city(desk.root)
    proposal = complete(city, replace(wanted, school=school), _ask if _person() and not asked.yes else None)
    return _go(desk, city, [proposal], asked)


def from_sheet(file: Path, base: "Wanted", asked: Asked) -> int:
    """Onboard every device of a CSV file, or none."""
    from campusctl.cli.onboard_asking import refused  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.inventory.load import load_city  # noqa: PLC0415 - likewise
    from campusctl.inventory.onboarding.many import propose_all  # noqa: PLC0415 - likewise
    from campusctl.inventory.onboarding.sheet import read_sheet  # noqa: PLC0415 - likewise

    _check(asked)
    desk = open_desk()
    city = load_city(desk.root)
    sheet = read_sheet(file.name, _bytes(file), base)
    for note in sheet.notes:
        click.secho(f"note: {file.name}: {note}", err=True, fg="yellow")
    answers = propose_all(city, sheet.rows, sheet.refusals)
    if answers.refusals:
        raise refused(answers.refusals, file.name)
    return _go(desk, city, answers.proposals, asked)


def _bytes(file: Path) -> bytes:
    if not file.is_file():
        raise CampusError(f"{file} is no file", "name a CSV file")
    with file.open("rb") as opened:
        data = opened.read(_LARGEST_FILE + 1)
    if len(data) > _LARGEST_FILE:
        raise CampusError(f"{file} is larger than {_LARGEST_FILE // 1_000_000} MB", "is it the right file?")
    return data


def _check(asked: Asked) -> None:
    """Refuse options that make no sense before anything is read."""
    from campusctl.cli.carrying import check_terms  # noqa: PLC0415 - `--help` must not pay for it

    check_terms(_terms(asked), yes=True, as_json=False)
    for folder, option in (
        (asked.papers, "--papers"),
        (asked.secrets_file and asked.secrets_file.parent, "--with-secrets"),
    ):
        if folder is not None and not folder.is_dir():
            raise click.BadParameter(f"{folder} is no folder", param_hint=option)
    if not (asked.yes or asked.dry_run or _person()):
        raise CampusError("nobody is there to ask, so nothing was done", "add --yes, and say all that is known")


def _terms(asked: Asked) -> "Terms":
    from campusctl import workflow  # noqa: PLC0415 - `--help` must not pay for it

    return workflow.Terms(now=asked.now, reason=asked.reason)


def _person() -> bool:
    return sys.stdin.isatty()


def _ask(question: str) -> str:
    return str(click.prompt(question, err=True, default="", show_default=False))


def _go(desk: "Desk", city: "City", proposals: "Sequence[Proposal]", asked: Asked) -> int:
    """Show the whole effect, ask, and do it."""
    from campusctl.cli.onboard_views import show_effect  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.cli.progress import progress  # noqa: PLC0415 - likewise
    from campusctl.workflow.onboarding.effect import effect  # noqa: PLC0415 - likewise
    from campusctl.workflow.onboarding.machine import carry_on  # noqa: PLC0415 - likewise

    with progress("reading") as bar:
        found = effect(desk, city, proposals, _terms(asked), bar.emit, bar.start, branch=asked.branch)
    show_effect(found, commands=asked.commands)
    if asked.dry_run:
        return Exit.DONE
    _consent(len(proposals), yes=asked.yes)
    onboarding = _begun(desk, found, asked)
    return finish(desk.root, onboarding.id, lambda: carry_on(hands_for(asked), onboarding, found.edited))


def _consent(count: int, *, yes: bool) -> None:
    words = "Onboard it so?" if count == 1 else f"Onboard these {count} devices so?"
    if not yes and not click.confirm(words, default=False, err=True):
        raise CampusError("you did not agree, so nothing was done")


def _begun(desk: "Desk", found: "Effect", asked: Asked) -> "Onboarding":
    from campusctl.model.onboarding import Onboarding  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.workflow.onboarding import journal  # noqa: PLC0415 - likewise
    from campusctl.workflow.onboarding.writing import digests  # noqa: PLC0415 - likewise

    return Onboarding(
        id=journal.new_id(), made=datetime.now(UTC), by=actor(), lab=desk.lab, branch=asked.branch, reason=asked.reason,
        papers=str((asked.papers or Path()).resolve()), devices=found.devices, paths=dict(found.paths),
        agreed=found.agreed, files=digests(found.edited),
    )  # fmt: skip


def hands_for(asked: Asked) -> "Hands":
    """How an onboarding reaches the person at this terminal."""
    from campusctl.cli.interrupt import stopped_by_ctrl_c  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.workflow.onboarding.hands import Hands  # noqa: PLC0415 - likewise

    return Hands(
        desk=open_desk, say=_say, agree=partial(_agree, yes=asked.yes), terms=_terms(asked), wait_s=asked.wait,
        guarded=stopped_by_ctrl_c, announce=partial(_announce, asked),
    )  # fmt: skip


def _say(text: str) -> None:
    click.echo(printable(text), err=True)


def _agree(question: str, *, yes: bool) -> bool:
    *told, last = question.split("\n")
    for line in told:
        click.echo(printable(line), err=True)
    if yes:
        click.echo(f"{printable(last)} yes (--yes)", err=True)
        return True
    return _person() and click.confirm(printable(last), default=False, err=True)


def _announce(asked: Asked, device: "NewDevice") -> None:
    """What a person must do now: plug it in; at a new switch's console, paste."""
    if device.kind == "switch":
        _day0(asked, device)
    if device.port:
        click.echo(
            f"{device.name}: plug it into port {device.port.port} of {device.port.switch}, and switch it on", err=True
        )


def _day0(asked: Asked, device: "NewDevice") -> None:
    from campusctl.cli.files import write_file  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.workflow.onboarding.day0 import day0_text, with_secrets  # noqa: PLC0415 - likewise

    desk = open_desk()
    text = day0_text(desk.root, device.school, device.name)
    if asked.secrets_file:
        write_file(asked.secrets_file, with_secrets(text, desk.secrets))
        click.echo(f"{device.name}: the lines for its console, with secrets, are in {asked.secrets_file}", err=True)
        return
    click.echo(f"{device.name}: paste this at its console; for <<secret:…>> type what the vault says", err=True)
    click.echo(text)


def finish(root: Path, onboarding_id: str, work: "Callable[[], Onboarding]") -> int:
    """Take an onboarding as far as it goes, and say how to take it up again where that is needed."""
    from campusctl.cli.onboard_views import show_result  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.model.onboarding import OnboardingState  # noqa: PLC0415 - likewise

    try:
        found = work()
    except (KeyboardInterrupt, click.Abort, CampusError):
        _tell_resume(root, onboarding_id)
        raise
    if found.state is OnboardingState.ABANDONED:
        click.echo(f"onboarding {found.id} is given up")
        return Exit.DONE
    show_result(found)
    if found.state is OnboardingState.OPEN:
        _tell_resume(root, onboarding_id)
        return Exit.DEVICES
    return Exit.DONE


def _tell_resume(root: Path, onboarding_id: str) -> None:
    from campusctl.model.onboarding import OnboardingState  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.workflow.onboarding import journal  # noqa: PLC0415 - likewise

    if onboarding_id not in journal.ids(root) or journal.load(root, onboarding_id).state is not OnboardingState.OPEN:
        return
    lab = " --lab" if current().lab else ""
    command = f"campusctl{lab} onboard resume {onboarding_id}"
    click.echo(f"goes on with: {command}\ngives it up:  {command} --abandon", err=True)


def resume_one(root: Path, named: str | None, asked: Asked, *, abandon: bool) -> int:
    """Take up an onboarding, or give it up."""
    from campusctl.cli.carrying import check_terms  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.model.onboarding import OnboardingState  # noqa: PLC0415 - likewise
    from campusctl.workflow.onboarding import machine  # noqa: PLC0415 - likewise

    check_terms(_terms(asked), yes=True, as_json=False)
    found = _the_one(root, named)
    if found.state is not OnboardingState.OPEN:
        raise CampusError(
            f"onboarding {found.id} is {found.state} already", "campusctl onboard resume --list shows what is open"
        )
    if found.lab is not current().lab:
        where = "on the lab's devices: campusctl --lab …" if found.lab else "on real devices: leave --lab out"
        raise CampusError(f"onboarding {found.id} was begun {where}")
    if not abandon:
        return finish(root, found.id, lambda: machine.carry_on(hands_for(asked), found))
    if not (asked.yes or _person()):
        raise CampusError("nobody is there to ask, so nothing was done", "add --yes")
    if not asked.yes and not click.confirm(_abandon_words(found), default=False, err=True):
        raise CampusError("you did not agree, so nothing was done")
    try:
        machine.abandon(hands_for(asked), found)
    except (KeyboardInterrupt, CampusError):
        _tell_resume(root, found.id)
        raise
    click.echo(f"onboarding {found.id} is given up")
    return Exit.DONE


def _abandon_words(found: "Onboarding") -> str:
    return f"Take {', '.join(device.name for device in found.devices)} out of the inventory again?"


def _the_one(root: Path, named: str | None) -> "Onboarding":
    from campusctl.workflow.onboarding import journal  # noqa: PLC0415 - `--help` must not pay for it

    if named:
        return journal.load(root, named)
    known = journal.open_ones(root)
    if len(known) != 1:
        what = f"{len(known)} onboardings are open" if known else "no onboarding is open"
        raise CampusError(
            what, "campusctl onboard resume --list shows them; name one" if known else "begin one: campusctl onboard"
        )
    return known[0]
