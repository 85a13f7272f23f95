"""`campusctl export`: the inventory in the words of other programs."""

from pathlib import Path

import click

from campusctl.cli.options import current, find_workspace


@click.group()
def command() -> None:
    """Write the inventory down in the words of other programs."""


def _out_option() -> click.Option:
    return click.Option(
        ["--out"],
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="Write FILE instead of printing.",
    )


@command.command("ansible-inventory")
@click.argument("schools", nargs=-1, metavar="[SCHOOL]...")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write FILE instead of printing."
)
def ansible_inventory(schools: tuple[str, ...], out: Path | None) -> None:
    """Print the PCs of every SCHOOL, or of all, as a static inventory for Ansible.

    No secret is in it. Example: campusctl export ansible-inventory schule-042 --out pcs.yml
    """
    from campusctl.workflow.exporting import ansible_inventory  # noqa: PLC0415 - `--help` must not pay for it

    _write(ansible_inventory(find_workspace(current()), schools or None), "inventory", out)


def _write(text: str, what: str, out: Path | None) -> None:
    from campusctl.cli.files import write_file  # noqa: PLC0415 - `--help` must not pay for it

    if out is None:
        click.echo(text, nl=False)
        return
    write_file(out, text)
    click.echo(f"{what} in {out}", err=True)


def _addresses(kind: str, title: str, example: str) -> click.Command:
    """The command that prints a school's address book for one kind of server."""

    def run(school: str, out: Path | None) -> None:
        from campusctl.workflow.exporting_addresses import address_file  # noqa: PLC0415 - `--help` must not pay for it

        found = address_file(find_workspace(current()), school, kind)
        _write(found.text, f"{kind} file", out)
        for note in found.notes:
            click.echo(f"note: {note}", err=True)

    return click.Command(
        kind,
        callback=run,
        params=[click.Argument(["school"], metavar="SCHOOL"), _out_option()],
        help=f"Print {title}: every device of SCHOOL that has an address.\n\n{example}",
    )


for _kind, _title, _example in (
    ("dnsmasq", "reservations and names for dnsmasq", "Example: campusctl export dnsmasq schule-042 --out school.conf"),
    ("kea", "reservations for the DHCP server Kea", "Example: campusctl export kea schule-042 --out kea-dhcp4.conf"),
    ("isc", "reservations for the DHCP server of ISC", "Example: campusctl export isc schule-042 --out school.conf"),
    ("hosts", "names in the form of /etc/hosts", "Example: campusctl export hosts schule-042"),
    ("bind", "A records for BIND", "Example: campusctl export bind schule-042 --out school.records"),
    ("bind-reverse", "PTR records for BIND", "Example: campusctl export bind-reverse schule-042 --out school.ptr"),
):
    command.add_command(_addresses(_kind, _title, _example))
