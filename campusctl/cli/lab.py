"""`campusctl lab`: simulated switches, and real Linux PCs, behind real SSH on loopback."""

from functools import partial
from importlib import import_module
from typing import Final

import click

from campusctl.cli.options import current, find_workspace, workspace_secrets

_COMMANDS: Final = {
    "up": ("up", "Start the simulated switches of schools, and PCs."),
    "status": ("status", "Say whether the lab is up, and with what."),
    "fault": ("lab_fault", "Break and mend devices while they run, and move them to other ports."),
    "plug": ("lab_plug", "Plug in a device that the inventory does not know yet."),
    "text": ("lab_text", "Print what a simulated switch runs or has stored."),
    "advance": ("lab_advance", "Let the lab's time pass at once."),
    "down": ("down", "Stop the lab."),
    "generate": ("lab_generate", "Make up a whole city."),
}


class _LabGroup(click.Group):
    """Knows the commands that live in files of their own, each imported when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """In the order of use."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Our own commands, or the imported one."""
        module, _ = _COMMANDS.get(cmd_name, ("", ""))
        if module.startswith("lab_"):
            found: click.Command = import_module(f"campusctl.cli.{module}").command
            return found
        return super().get_command(ctx, cmd_name)


@click.group(cls=_LabGroup)
def command() -> None:
    """Simulated devices and real Linux PCs on loopback; `campusctl --lab …` talks to them instead of the real ones.

    An inventory address 10.a.b.c answers at 127.a.b.c. A lab is no certification for hardware.
    """


@command.command(short_help=_COMMANDS["up"][1])
@click.argument("schools", nargs=-1, metavar="[SCHOOL...]")
@click.option("--pcs", is_flag=True, help="Start the schools' Linux PCs too, as real ones; see docs/lab.md.")
@click.option("--drift", type=int, metavar="SEED", help="Put drift into some devices; the same seed, the same drift.")
@click.option(
    "--fault", "faults", multiple=True, metavar="SPEC", help="DEVICE:KIND[=VALUE]; `--fault help` lists them."
)
@click.option(
    "--rtt", "rtt_ms", type=click.FloatRange(0, 10_000), default=0, help="Round-trip time in ms.  [default: 0]"
)
@click.option(
    "--speed", type=click.FloatRange(0.1, 3600), default=1, help="The lab's clock; 60: a minute a second.  [default: 1]"
)
@click.option(
    "--secrets",
    type=click.Choice(["lab", "workspace"]),
    default="lab",
    help="Whose secrets the switches know: made up for the lab, or those of the workspace.  [default: lab]",
)
def up(
    schools: tuple[str, ...],
    pcs: bool,
    drift: int | None,
    faults: tuple[str, ...],
    rtt_ms: float,
    speed: float,
    secrets: str,
) -> None:
    """Start the simulated devices of each SCHOOL (of every school if none is named), as the inventory says.

    Example: campusctl lab up schule-042 --drift 7 --fault s042-a2-sw01:drop-after=9
    """
    from campusctl.lab import fleet  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.lab.faults_help import faults_help  # noqa: PLC0415 - likewise

    if "help" in faults:
        click.echo(faults_help())
        return
    root = find_workspace(current())
    known = workspace_secrets(root) if secrets == "workspace" else None
    spec = fleet.build_spec(
        root, schools or None, drift=drift, faults=faults, rtt_ms=rtt_ms, speed=speed, secrets=known, pcs=pcs
    )
    state = fleet.start(root, spec, partial(click.echo, err=True))
    drifted = sum(bool(switch.drift) for switch in spec.switches)
    note = f", {drifted} with drift" if drift is not None else ""
    click.echo(f"{state.in_words} are up{note}; port {state.port} on 127.x.y.z for 10.x.y.z")
    click.echo("talk to them with: campusctl --lab …", err=True)


@command.command()
def status() -> None:
    """Say whether the lab is up, and with what."""
    from campusctl.lab import state  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.lab.remote import Remote  # noqa: PLC0415 - likewise

    root = find_workspace(current())
    found = state.read(root)
    if found is None:
        click.echo("the lab is not up")
        return
    seen = Remote(root).faults()
    click.echo(f"up: {found.in_words}, process {found.pid}, port {found.port}")
    for name, address in (found.switches | found.pcs | found.appliances).items():
        fault = f"  fault: {seen[name]}" if seen.get(name) else ""
        click.echo(f"  {name:<16} {address:<15} {state.lab_address(address)}:{found.port}{fault}")
    for name, mac in found.waiting.items():
        click.echo(f"  {name:<16} {mac:<15} plugged in; the inventory has no address for it yet")


@command.command()
def down() -> None:
    """Stop the lab; what was not saved on its switches is lost, and its PCs are gone."""
    from campusctl.lab import fleet  # noqa: PLC0415 - `--help` must not pay for it

    click.echo("the lab is down" if fleet.stop(find_workspace(current())) else "the lab was not up")
