"""The front door: finds the command, lets it run, and turns errors into words and exit codes."""

import gc
import os
import sys
from difflib import get_close_matches
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from sysconfig import get_path
from traceback import extract_tb
from typing import TYPE_CHECKING, Final

import click

from campusctl import __version__
from campusctl.cli.exits import Exit
from campusctl.cli.options import Options, translator
from campusctl.errors import CampusError, InventoryError

if TYPE_CHECKING:
    from traceback import StackSummary

_COMMANDS: Final = {
    "init": ("init", "Make a new workspace from the defaults."),
    "validate": ("validate", "Check the inventory; list every problem at once."),
    "show": ("show", "Show a school or a device as the inventory knows it."),
    "calendar": ("calendar", "Show when disruptive changes may go at a school, and what is coming."),
    "explain": ("explain", "Say where a device's value comes from, layer by layer."),
    "schema": ("schema", "Print the JSON Schemas of the inventory files."),
    "render": ("render", "Print the intended configuration of switches, PCs and other devices."),
    "export": ("export", "Print the inventory for Ansible, DHCP and name servers."),
    "diff": ("diff", "Compare two configuration files of a switch: edits, commands, refusals."),
    "trust": ("trust", "Show the switches' host key fingerprints and remember them."),
    "secrets": ("secrets", "List the secrets that are needed, set one, find those to rotate."),
    "plan": ("plan", "Read a school's devices and say what would change."),
    "apply": ("apply", "Bring a school's devices to what the inventory says."),
    "onboard": ("onboard", "Take a new device from its box to working."),
    "drift": ("drift", "Read devices and report what differs; writes nothing."),
    "discover": ("discover", "Read what is plugged in where; list unknown devices, wrong and free ports."),
    "adopt": ("adopt", "Write an existing switch into the inventory, from its configuration."),
    "sign": ("sign", "Sign that the checklist of a device without a protocol is done."),
    "room": ("room", "Say what is wrong in a room, who acts, and what to do first."),
    "wake": ("wake", "Switch on PCs, and wait until they answer."),
    "status": ("status", "List unfinished runs, new devices on their way, locks, claims, PCs off for too long."),
    "resume": ("resume", "Finish a run that was killed, interrupted or failed."),
    "revert": ("revert", "Undo a run."),
    "restore": ("restore", "Bring a device back to what a backup says."),
    "backup": ("backup", "Keep what devices are set to, and show what was kept."),
    "findings": ("findings", "List what drift checks found, since when, and what was decided."),
    "adopt-finding": ("adopt_finding", "Let the inventory say what the devices of a finding have."),
    "revert-finding": ("revert_finding", "Undo a finding on its devices, and nothing else."),
    "accept": ("accept", "Let a finding stay until a day, with a reason and an owner."),
    "swap": ("swap", "Let a broken device's successor take over."),
    "move": ("move", "Let a device stand in another room."),
    "retire": ("retire", "Take a device out of service."),
    "label": ("label", "Print labels with a QR code for devices."),
    "acceptance": ("acceptance", "Print the record of a device's acceptance."),
    "history": ("history", "List what was run, by whom, and what became of it."),
    "claim": ("claim", "Claim a school while you are on site."),
    "schedule": ("schedule", "Let drift checks run by themselves, with systemd or cron."),
    "lab": ("lab", "Start and stop a simulated school: switches, PCs, boards, printers."),
}
"""Command to its module and its line in the help, so that `--help` imports no command."""


_BEFORE_THE_COMMAND: Final = ("--lab", "--workspace", "--lang")
"""Options of every command, which people type behind it."""


class LazyGroup(click.Group):
    """A group that imports a command when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Every command, in the order of a first day's work."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - likewise
        """Import the command."""
        if cmd_name not in _COMMANDS:
            return None
        found: click.Command = import_module(f"campusctl.cli.{_COMMANDS[cmd_name][0]}").command
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which one was probably meant."""
        name = args[0] if args else ""
        if name and name not in _COMMANDS and not name.startswith("-"):
            close = get_close_matches(name, _COMMANDS, 1)
            hint = f"did you mean {close[0]}?" if close else "campusctl --help lists the commands"
            ctx.fail(f"No such command {name!r}.\nhint: {hint}")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; what is wrong with the inventory is told in the reader's language by all of them."""
        try:
            return super().invoke(ctx)
        except InventoryError as wrong:
            from campusctl.cli.speaking import SpokenError  # noqa: PLC0415 - only where something is wrong

            raise SpokenError(wrong, translator()) from wrong

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - likewise
        """The list of commands, from the table."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in _COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--workspace",
    type=click.Path(path_type=Path),
    envvar="CAMPUSCTL_WORKSPACE",
    show_envvar=True,
    help="Folder of the workspace.  [default: the current folder or the first one above with inventory/city.yml]",
)
@click.option("--lab", is_flag=True, help="Talk to the devices of `campusctl lab up` instead of real ones.")
@click.option(
    "--lang",
    type=click.Choice(["de", "en"]),
    help="Language of what a person in a school reads.  [default: from LC_ALL, LC_MESSAGES or LANG]",
)
@click.version_option(__version__, message="campusctl %(version)s")
@click.pass_context
def main(ctx: click.Context, workspace: Path | None, lab: bool, lang: str | None) -> None:
    """Keep switches, PCs, printers, projectors and boards of a city's schools as the inventory describes them.

    \b
    A first look:   campusctl validate          is the inventory right?
                    campusctl drift schule-042  what differs? (reads only)
                    campusctl apply schule-042  shows the plan, asks, brings it to standard

    \b
    Exit codes: 0 done · 1 error · 2 usage · 3 some device failed · 4 drift or changes · 130 interrupted
    """
    ctx.obj = Options(workspace=workspace, lab=lab, lang=lang or "")
    if os.environ.get("NO_COLOR"):  # https://no-color.org
        ctx.color = False


def run() -> None:
    """Console script `campusctl`."""
    # Nearly all that a command makes in its first seconds is modules and models, which stay: the collector need not
    # look at them every 700 objects.
    gc.set_threshold(20_000)
    if sys.stdin is None:
        # Closed by whoever started this: nobody is there, and no command has to ask itself whether there is a stream.
        sys.stdin = Path(os.devnull).open(encoding="utf-8")  # noqa: SIM115 - for as long as the process lives
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A terminal of the old kind has no arrows: better a question mark than half an answer.
            stream.reconfigure(errors="replace")
    sys.exit(call(sys.argv[1:]))


def call(arguments: list[str]) -> int:
    """Run one command line; returns the exit code. Every error becomes words on stderr."""
    try:
        code = main.main(args=arguments, prog_name="campusctl", standalone_mode=False)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.UsageError as wrong:
        wrong.show()
        if isinstance(wrong, click.NoSuchOption) and wrong.option_name in _BEFORE_THE_COMMAND:
            click.echo(
                f"hint: {wrong.option_name} stands before the command: campusctl {wrong.option_name} …", err=True
            )
        return Exit.USAGE
    except click.ClickException as wrong:
        wrong.show()
        return Exit.ERROR
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return Exit.INTERRUPTED
    except CampusError as wrong:
        click.echo(f"error: {wrong}", err=True)
        return Exit.ERROR
    except OSError as wrong:
        click.echo(f"error: {wrong.strerror or wrong}: {wrong.filename or ''}".rstrip(": "), err=True)
        return Exit.ERROR
    except Exception as bug:  # noqa: BLE001 - a traceback is of no use to an operator, and its text may quote a secret
        where = _ours(extract_tb(bug.__traceback__))
        click.echo(
            f"error: campusctl has a bug: {type(bug).__name__} in {where}\nhint: please report this line", err=True
        )
        return Exit.ERROR
    return int(code) if isinstance(code, int) else Exit.DONE


def _ours(places: "StackSummary") -> str:
    """The last line that a bug came through and that is no library's: theirs say nothing to whoever reads it."""
    home, libraries = str(Path(__file__).parents[1]), (get_path("stdlib"), get_path("purelib"), get_path("platlib"))
    ours = [place for place in places if place.filename.startswith(home) or not place.filename.startswith(libraries)]
    last = (ours or places)[-1]
    return f"{Path(last.filename).name}, line {last.lineno}"
