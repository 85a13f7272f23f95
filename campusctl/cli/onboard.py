"""`campusctl onboard`: a new device from its box to working, like every other."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import click
from click.core import ParameterSource

from campusctl.cli.exits import Exit
from campusctl.cli.language_option import lang_option
from campusctl.cli.onboarding import Asked, from_sheet, from_words
from campusctl.cli.options import current, find_workspace, translator
from campusctl.cli.speaking import spoken

Command = TypeVar("Command", bound=Callable[..., int])

_KIND_OPTIONS: Final = (
    click.option("--school", default="", metavar="SCHOOL", help="School id or short name; not needed with --csv."),
    click.option("--room", default="", metavar="ROOM", help="Room it stands in."),
    click.option("--serial", default="", metavar="TEXT", help="Serial number, as typed or scanned."),
    click.option("--mac", default="", metavar="TEXT", help="MAC address of its wired port, in any spelling."),
    click.option("--asset", default="", metavar="TEXT", help="Asset tag."),
    click.option("--name", default="", metavar="NAME", help="Device name.  [default: the next free one of the scheme]"),
    click.option("--profile", default="", metavar="PROFILE", help="Profile.  [default: the most used for its class]"),
    click.option("--address", default="", metavar="ADDRESS", help="IPv4 address.  [default: the next free one]"),
    click.option(
        "--port",
        default="",
        metavar="SWITCH[:PORT]",
        help="Port at the switch it is plugged into.  [default: a free one of the switch that serves the room]",
    ),
    click.option(
        "--class", "device_class", default="", metavar="CLASS", help="Class letters, where a kind has several."
    ),
    click.option("--csv", "sheet", type=click.Path(path_type=Path), help="Onboard every device of this CSV file."),
)
_CARRY_OPTIONS: Final = (
    click.option(
        "--wait",
        type=click.FloatRange(0, 86_400),
        default=300.0,
        show_default=True,
        metavar="SECONDS",
        help="How long to wait for the device; begins anew with each step that is done.",
    ),
    click.option("--yes", is_flag=True, help="Ask nothing: what is not said is proposed, or not known."),
    click.option("--now", is_flag=True, help="Also outside a window; needs --reason, and is audited."),
    click.option("--reason", default="", metavar="TEXT", help="Why; kept in the history and in the commit."),
    click.option("--json", "as_json", is_flag=True, help="Print one JSON document; needs --yes, or only shows."),
    lang_option,
)
_NEW_OPTIONS: Final = (
    click.option(
        "--role", default="", metavar="ROLE", help="Role of its port.  [default: its class's, or its room's own]"
    ),
    click.option(
        "--papers",
        type=click.Path(path_type=Path),
        metavar="FOLDER",
        help="Where label and acceptance record go.  [default: the current folder]",
    ),
    click.option("--branch", default="", metavar="NAME", help="Commit the inventory's change on a new Git branch."),
    click.option("--commands", is_flag=True, help="Also show the exact commands for the switches."),
    click.option("--dry-run", is_flag=True, help="Show everything that would happen, and do nothing."),
)


def _with(*options: Callable[[Any], Any]) -> Callable[[Command], Command]:
    def add(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return add


_new = _with(*_KIND_OPTIONS, *_NEW_OPTIONS, *_CARRY_OPTIONS)


@click.group(invoke_without_command=True)
@click.option(
    "--csv",
    "sheet",
    type=click.Path(path_type=Path),
    help="Onboard every device of this CSV file, of all kinds; a column says the kind.",
)
@click.option("--school", default="", metavar="SCHOOL", help="With --csv: school id or short name, unless rows say it.")
@_with(*_NEW_OPTIONS, *_CARRY_OPTIONS)
@click.pass_context
@spoken
def command(context: click.Context, /, sheet: Path | None, **said: Any) -> int:  # noqa: ANN401 - the options above
    """Take new devices from their box to working, like every other one.

    Asks for what it does not know, proposes name, address, port and profile, shows everything that would happen on all
    devices, and on yes does it: inventory, switch port, waiting for the device, its settings, a check, its papers.
    Any step can be interrupted and is taken up again with campusctl onboard resume.

    Exit codes: 0 it works, 3 something is left to do, 1 refused and nothing done, 130 interrupted.

    Examples: campusctl onboard board --school schule-042 --room R202, campusctl onboard --csv new.csv
    """
    if context.invoked_subcommand:
        _refuse_before_the_kind(context)
        return Exit.DONE
    if sheet is None:
        click.echo(context.get_help())
        return Exit.USAGE
    return _onboard("", sheet=sheet, room="", device_class="", **said)


def _refuse_before_the_kind(context: click.Context) -> None:
    """Refuse what would not be heard: options stand behind the kind, or there is none."""
    for parameter in context.command.params:
        name = str(parameter.name)
        if name != "lang" and context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            option = parameter.opts[0]
            tr = translator()
            raise click.UsageError(tr("{option} stands behind {kind}", option=option,
                                                kind=context.invoked_subcommand))  # fmt: skip


@command.command()
@_new
@spoken
def board(**said: Any) -> int:  # noqa: ANN401 - the options above
    """Onboard a digital board.

    Example: campusctl onboard board --school schule-042 --room R202
    """
    return _onboard("board", **said)


@command.command()
@_new
@click.option(
    "--queue", default="", metavar="NAME", help="Its print queue; - for none.  [default: named like the room]"
)
@spoken
def printer(**said: Any) -> int:  # noqa: ANN401 - the options above
    """Onboard a printer, with its queue where the school has a print server.

    Example: campusctl onboard printer --school schule-042 --room R110
    """
    return _onboard("printer", **said)


@command.command()
@_new
@spoken
def projector(**said: Any) -> int:  # noqa: ANN401 - the options above
    """Onboard a projector.

    Example: campusctl onboard projector --school schule-042 --room AULA
    """
    return _onboard("projector", **said)


@command.command()
@_new
@spoken
def pc(**said: Any) -> int:  # noqa: ANN401 - the options above
    """Onboard a PC that has an operating system with SSH or WinRM.

    Example: campusctl onboard pc --school schule-042 --room R201
    """
    return _onboard("pc", **said)


@command.command()
@_new
@click.option(
    "--uplink",
    "own_port",
    default="",
    metavar="PORT",
    help="Its own port towards the core; --port is the one above it.  [default: the one that its like use]",
)
@click.option(
    "--with-secrets",
    "secrets_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the lines for its console with secrets into this file, which only you can read.",
)
@spoken
def switch(**said: Any) -> int:  # noqa: ANN401 - the options above
    """Onboard a switch: prints what to paste at its console, waits for it, and takes over.

    Example: campusctl onboard switch --school schule-042 --room B2 --profile aruba-6100-48g
    """
    return _onboard("switch", **said)


def _onboard(kind: str, *, sheet: Path | None, lang: str | None, **said: Any) -> int:  # noqa: ANN401 - the options of every kind
    from campusctl.inventory.onboarding.wanted import Wanted  # noqa: PLC0415 - `--help` must not pay for it

    tr = translator(lang)
    asked = Asked(tr, **{name: said.pop(name) for name in (*_ASKED, "secrets_file") if name in said})
    if sheet is not None:
        single = [name for name in _ONE_DEVICE if said.get(name)]
        if single:
            option = f"--{_SPELLED.get(single[0], single[0])}"
            raise click.UsageError(tr("{option} is about one device, --csv about many", option=option))
        return from_sheet(sheet, Wanted(kind=kind, **{**said, "school": _school_id(said["school"])}), asked)
    if not said["school"]:
        raise click.UsageError(tr("name the school with --school, or a file with --csv"))
    return from_words(_scanned(Wanted(kind=kind, **said), tr), asked)


_ASKED: Final = ("yes", "now", "reason", "wait", "papers", "branch", "dry_run", "commands", "as_json")
_ONE_DEVICE: Final = ("serial", "mac", "asset", "name", "address", "own_port", "queue")
_SPELLED: Final = {"own_port": "uplink"}


def _school_id(said: str) -> str:
    from campusctl.inventory.source import chosen  # noqa: PLC0415 - `--help` must not pay for it

    return chosen(find_workspace(current()), [said])[0] if said else ""


def _scanned(wanted: Any, tr: Any) -> Any:  # noqa: ANN401 - a Wanted and a Translator, which are imported late
    """Serial number, MAC address and asset tag as a scanner may have typed them into an option."""
    from dataclasses import replace  # noqa: PLC0415 - `--help` must not pay for it

    from campusctl.cli.onboard_asking import tell_scan, values_of  # noqa: PLC0415 - likewise
    from campusctl.inventory.onboarding.scanning import read_scan  # noqa: PLC0415 - likewise

    found: dict[str, str] = {}
    for field in ("serial", "mac", "asset"):
        text = getattr(wanted, field)
        if text:
            scan = read_scan(text, field)
            if scan.others or scan.notes:
                tell_scan(scan, tr)
            found |= values_of(scan)
    return replace(wanted, **found)


@command.command()
@click.argument("onboarding", required=False, metavar="[ID]")
@click.option("--list", "listed", is_flag=True, help="List the onboardings that are open, and what each waits for.")
@click.option("--all", "every", is_flag=True, help="With --list: also those that are done or given up.")
@click.option("--abandon", is_flag=True, help="Give it up: the inventory and the ports are put back as they were.")
@_with(*_CARRY_OPTIONS)
@spoken
def resume(
    onboarding: str | None,
    listed: bool,
    every: bool,
    abandon: bool,
    lang: str | None,
    **said: Any,  # noqa: ANN401 - the options above
) -> int:
    """Take up the onboarding ID again, or the only one that is open.

    Example: campusctl onboard resume
    """
    from campusctl.cli.onboard_resuming import resume_one  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.cli.onboarding import show_open  # noqa: PLC0415 - likewise
    from campusctl.workflow.onboarding import journal  # noqa: PLC0415 - likewise

    root, asked = find_workspace(current()), Asked(translator(lang), **said)
    if listed:
        return show_open(journal.all_of(root) if every else journal.open_ones(root), asked)
    return resume_one(root, onboarding, asked, abandon=abandon)
