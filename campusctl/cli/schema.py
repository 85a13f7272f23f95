"""`campusctl schema`: JSON Schemas of the inventory files."""

from pathlib import Path

import click


@click.command()
@click.argument("name", required=False, metavar="[NAME]")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write NAME.schema.json, or all of them, into DIR.",
    metavar="DIR",
)
def command(name: str | None, out: Path | None) -> None:
    """Print the JSON Schema of one kind of inventory file: city, profile, school or devices.

    Without NAME, list them. Editors use the schemas through the first line of the example files.
    """
    from campusctl.errors import UnknownNameError  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.inventory.names_hint import did_you_mean  # noqa: PLC0415 - likewise
    from campusctl.inventory.schemas import SCHEMAS, file_name, schema_text  # noqa: PLC0415 - likewise

    if name is not None and name not in SCHEMAS:
        hint = did_you_mean(name, SCHEMAS) or f"schemas are {', '.join(SCHEMAS)}"
        raise UnknownNameError(f"no schema `{name}`", hint)
    names = [name] if name else list(SCHEMAS)
    if out:
        out.mkdir(parents=True, exist_ok=True)
        for one in names:
            (out / file_name(one)).write_text(schema_text(one), encoding="utf-8")
        click.echo(f"{len(names)} schemas in {out}", err=True)
    elif name:
        click.echo(schema_text(name), nl=False)
    else:
        click.echo("\n".join(names))
