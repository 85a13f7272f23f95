"""What the commands of `campusctl onboard` have in common: propose, show, agree, carry on, tell."""

import sys
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from campusctl.cli.exits import Exit
from campusctl.cli.options import actor, current, open_desk
from campusctl.cli.speaking import agreed
from campusctl.errors import CampusError
from campusctl.model.printable import printable
from campusctl.model.sentence import sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from campusctl.inventory.city import City
    from campusctl.inventory.onboarding.wanted import Proposal, Wanted
    from campusctl.model.onboarding import NewDevice, Onboarding
    from campusctl.words.language import Translator
    from campusctl.workflow import Desk, Terms
    from campusctl.workflow.onboarding.effect import Effect
    from campusctl.workflow.onboarding.hands import Hands

_LARGEST_FILE: Final = 2_000_000


@dataclass(frozen=True, slots=True)
class Asked:
    """How an onboarding shall go, as the options say."""

    tr: "Translator"
    """The language of whoever sits there."""
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
    as_json: bool = False
    """One JSON document instead of words."""


@dataclass(slots=True)
class Told:
    """What the JSON document says besides how far the onboarding has come."""

    effect: "Effect | None" = None
    """What was shown."""
    notes: tuple[str, ...] = ()
    """What was said of the file."""
    console: list[str] = field(default_factory=list)
    """What is to be pasted at the consoles of new switches."""

    def print(self, onboarding: "Onboarding | None") -> None:
        """Print the document."""
        from campusctl.cli.onboard_json import document  # noqa: PLC0415 - `--help` must not pay for it
        from campusctl.cli.views import print_json  # noqa: PLC0415 - likewise

        print_json(document(onboarding, effect=self.effect, notes=self.notes, console="\n".join(self.console)))


def from_words(wanted: "Wanted", asked: Asked) -> int:
    """Onboard one device from what was typed."""
    from campusctl.cli.onboard_asking import Asking  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.inventory.load import load_city  # noqa: PLC0415 - likewise
    from campusctl.inventory.source import chosen  # noqa: PLC0415 - likewise

    _check(asked)
    desk = open_desk()
    (school,) = chosen(desk.root, [wanted.school])
    city = load_city(desk.root)
    there = person() and not asked.yes and not asked.as_json
    proposal = Asking(asked.tr, _ask if there else None).complete(city, replace(wanted, school=school))
    return _go(desk, city, [proposal], asked, Told())


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
        what = asked.tr("{file}: {what}", file=file.name, what=asked.tr.said(note))
        click.secho(asked.tr("note: {what}", what=printable(what)), err=True, fg="yellow")
    answers = propose_all(city, sheet.rows, sheet.refusals)
    if answers.refusals:
        raise refused(answers.refusals, file.name)
    return _go(desk, city, answers.proposals, asked, Told(notes=sheet.notes))


def _bytes(file: Path) -> bytes:
    if not file.is_file():
        raise CampusError(sentence("{file} is no file", file=file), sentence("name a CSV file"))
    with file.open("rb") as opened:
        data = opened.read(_LARGEST_FILE + 1)
    if len(data) > _LARGEST_FILE:
        what = sentence("{file} is larger than {size} MB", file=file, size=_LARGEST_FILE // 1_000_000)
        raise CampusError(what, sentence("is it the right file?"))
    return data


def _check(asked: Asked) -> None:
    """Refuse options that make no sense before anything is read."""
    check_terms(asked)
    for folder, option in (
        (asked.papers, "--papers"),
        (asked.secrets_file and asked.secrets_file.parent, "--with-secrets"),
    ):
        if folder is not None and not folder.is_dir():
            raise click.BadParameter(asked.tr("{folder} is no folder", folder=folder), param_hint=option)
    if not asked.dry_run:
        refuse_nobody(asked)


def check_terms(asked: Asked) -> None:
    """Refuse options that do not go together.

    Raises:
        UsageError: JSON cannot ask; a closed window is not opened without a reason.
    """
    from campusctl.cli import carrying  # noqa: PLC0415 - `--help` must not pay for it

    carrying.check_terms(terms_of(asked), yes=asked.yes or asked.dry_run, as_json=asked.as_json)


def refuse_nobody(asked: Asked) -> None:
    """Refuse to begin where nobody could agree.

    Raises:
        CampusError: Nobody is there.
    """
    if not (asked.yes or person()):
        what = sentence("nobody is there to ask, so nothing was done")
        raise CampusError(what, sentence("add --yes, and say all that is known"))


def refuse_without_consent(question: str, asked: Asked) -> None:
    """Ask, unless nobody shall be asked.

    Raises:
        CampusError: The answer is no.
    """
    if not asked.yes and not agreed(question, asked.tr):
        raise CampusError(sentence("you did not agree, so nothing was done"))


def terms_of(asked: Asked) -> "Terms":
    """On which terms devices are changed."""
    from campusctl import workflow  # noqa: PLC0415 - `--help` must not pay for it

    return workflow.Terms(now=asked.now, reason=asked.reason)


def person() -> bool:
    """Whether somebody sits at a terminal."""
    return sys.stdin is not None and not sys.stdin.closed and sys.stdin.isatty()


def _ask(question: str) -> str:
    return str(click.prompt(question, err=True, default="", show_default=False))


def _go(desk: "Desk", city: "City", proposals: "Sequence[Proposal]", asked: Asked, told: Told) -> int:
    """Show the whole effect, ask, and do it."""
    from campusctl.cli.onboard_views import show_effect  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.cli.progress import progress  # noqa: PLC0415 - likewise
    from campusctl.workflow.onboarding.effect import effect  # noqa: PLC0415 - likewise
    from campusctl.workflow.onboarding.machine import carry_on  # noqa: PLC0415 - likewise

    tr = asked.tr
    with progress(tr("reading"), tr) as bar:
        found = effect(desk, city, proposals, terms_of(asked), bar.emit, bar.start, branch=asked.branch)
    told.effect = found
    if not asked.as_json:
        show_effect(found, tr, commands=asked.commands)
    if asked.dry_run:
        if asked.as_json:
            told.print(None)
        return Exit.DONE
    number = len(proposals)
    question = tr("Onboard it so?") if number == 1 else tr("Onboard these {number} devices so?", number=number)
    refuse_without_consent(question, asked)
    onboarding = _begun(desk, found, asked)
    work = partial(carry_on, hands_for(asked, told), onboarding, found.edited)
    return finish(desk.root, onboarding.id, work, asked, told)


def _begun(desk: "Desk", found: "Effect", asked: Asked) -> "Onboarding":
    from campusctl.model.onboarding import Onboarding  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.workflow.onboarding import journal  # noqa: PLC0415 - likewise
    from campusctl.workflow.onboarding.writing import digests  # noqa: PLC0415 - likewise

    return Onboarding(
        id=journal.new_id(), made=datetime.now(UTC), by=actor(), lab=desk.lab, branch=asked.branch, reason=asked.reason,
        papers=str((asked.papers or Path()).resolve()), devices=found.devices, paths=dict(found.paths),
        agreed=found.agreed, files=digests(found.edited),
    )  # fmt: skip


def hands_for(asked: Asked, told: Told) -> "Hands":
    """How an onboarding reaches the person at this terminal."""
    from campusctl.cli.interrupt import stopped_by_ctrl_c  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.workflow.onboarding.hands import Hands  # noqa: PLC0415 - likewise

    return Hands(
        desk=open_desk, say=partial(_say, asked.tr), agree=partial(_agree, asked), terms=terms_of(asked),
        wait_s=asked.wait, guarded=partial(stopped_by_ctrl_c, tr=asked.tr),
        announce=partial(_announce, asked, told),
    )  # fmt: skip


def _say(tr: "Translator", text: str) -> None:
    click.echo(printable(tr.said(text)), err=True)


def _agree(asked: Asked, question: str) -> bool:
    *before, last = asked.tr.said(question).split("\n")
    for line in before:
        click.echo(printable(line), err=True)
    if asked.yes:
        click.echo(f"{printable(last)} {asked.tr('yes')} (--yes)", err=True)
        return True
    return person() and agreed(printable(last), asked.tr)


def _announce(asked: Asked, told: Told, device: "NewDevice") -> None:
    """What a person must do now: plug it in; at a new switch's console, paste."""
    if device.kind == "switch":
        _day0(asked, told, device)
    if device.port:
        what = sentence(
            "{device}: plug it into port {port} of {switch}, and switch it on",
            device=device.name, port=device.port.port, switch=device.port.switch,
        )  # fmt: skip
        _say(asked.tr, what)


def _day0(asked: Asked, told: Told, device: "NewDevice") -> None:
    from campusctl.cli.files import write_file  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.workflow.onboarding.day0 import day0_text, with_secrets  # noqa: PLC0415 - likewise

    desk = open_desk()
    text = day0_text(desk.root, device.school, device.name)
    told.console.append(text)
    if asked.secrets_file:
        write_file(asked.secrets_file, with_secrets(text, desk.secrets))
        tr = asked.tr
        there = tr("the lines for its console, with secrets, are in {file}", file=asked.secrets_file)
        _say(tr, f"{device.name}: {there}")
        return
    paste = asked.tr("paste this at its console; for <<secret:…>> type what the vault says")
    _say(asked.tr, f"{device.name}: {paste}")
    click.echo(text, err=asked.as_json)


def finish(root: Path, onboarding_id: str, work: "Callable[[], Onboarding]", asked: Asked, told: Told) -> int:
    """Take an onboarding as far as it goes, and say how to take it up again where that is needed."""
    from campusctl.cli.onboard_views import show_result  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.model.onboarding import OnboardingState  # noqa: PLC0415 - likewise

    try:
        found = work()
    except (KeyboardInterrupt, click.Abort, CampusError, OSError):
        left = _still_open(root, onboarding_id)
        if left and asked.as_json:
            told.print(left)
        _tell_resume(left, asked.tr)
        raise
    left = found if found.state is OnboardingState.OPEN else None
    if asked.as_json:
        told.print(found)
    elif found.state is OnboardingState.ABANDONED:
        click.echo(asked.tr("onboarding {id} is given up", id=found.id))
    else:
        show_result(found, asked.tr)
    _tell_resume(left, asked.tr)
    return Exit.DEVICES if left else Exit.DONE


def _still_open(root: Path, onboarding_id: str) -> "Onboarding | None":
    from campusctl.model.onboarding import OnboardingState  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.workflow.onboarding import journal  # noqa: PLC0415 - likewise

    found = journal.load(root, onboarding_id) if onboarding_id in journal.ids(root) else None
    return found if found and found.state is OnboardingState.OPEN else None


def _tell_resume(left: "Onboarding | None", tr: "Translator") -> None:
    if left is None:
        return
    command = f"campusctl{' --lab' if current().lab else ''} onboard resume {left.id}"
    on, off = tr("goes on with:"), tr("gives it up:")
    wide = max(len(on), len(off))
    click.echo(f"{on:<{wide}} {command}\n{off:<{wide}} {command} --abandon", err=True)


def show_open(found: "Sequence[Onboarding]", asked: Asked) -> int:
    """The onboardings that are remembered, and what each waits for."""
    if asked.as_json:
        from campusctl.cli.onboard_json import onboarding_json  # noqa: PLC0415 - `--help` must not pay for it
        from campusctl.cli.views import print_json  # noqa: PLC0415 - likewise

        listed: list[dict[str, Any]] = [onboarding_json(one) for one in found]
        print_json({"onboardings": listed})
        return Exit.DONE
    from campusctl.cli.onboard_views import show_list  # noqa: PLC0415 - `--help` must not pay for it

    show_list(found, asked.tr)
    return Exit.DONE
