"""`campusctl acceptance`: the record of a device's acceptance."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from campusctl.cli.exits import Exit
from campusctl.cli.language_option import lang_option
from campusctl.cli.options import open_desk, translator
from campusctl.cli.speaking import spoken

if TYPE_CHECKING:
    from campusctl.model.paper import AcceptanceRecord
    from campusctl.workflow import Desk


@click.command()
@click.argument("device", metavar="DEVICE")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE", help="FILE.pdf or FILE.html.  [default: HTML to stdout]"
)
@click.option("--by", default="", metavar="ROLE", help="Who hands over: a role of the school's contacts.")
@click.option("--to", default="", metavar="ROLE", help="Who takes over, likewise.")
@click.option("--json", "as_json", is_flag=True, help="Print the record as JSON.")
@lang_option
@spoken
def command(device: str, out: Path | None, by: str, to: str, as_json: bool, lang: str | None) -> int:
    """Print the one-page record of a DEVICE's acceptance, in German, with lines to sign.

    It says what the inventory knows of the device, what the last run found on it and on its port, and what a person
    still has to look at. Contacts no device: run `campusctl drift` or `apply` before.

    Example: campusctl acceptance s042-r101-dt01 --by medien --out abnahme.pdf
    """
    from campusctl.cli.files import write_file  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.workflow import acceptance  # noqa: PLC0415 - likewise

    tr = translator(lang)
    if out and out.suffix.lower() not in (".pdf", ".html"):
        raise click.BadParameter(tr("a record is FILE.pdf or FILE.html"), param_hint="--out")
    desk = open_desk()
    record = _record(desk, device, by, to)
    if as_json:
        click.echo(acceptance.record_json(record))
        return Exit.DONE
    make = acceptance.acceptance_pdf if out and out.suffix.lower() == ".pdf" else acceptance.acceptance_html
    content = make(desk.root, record)
    if out is None:
        click.echo(content, nl=False)
        return Exit.DONE
    write_file(out, content)
    click.echo(tr("written: {files}", files=out), err=True)
    return Exit.DONE


def _record(desk: "Desk", device: str, by: str, to: str) -> "AcceptanceRecord":
    from campusctl.workflow import acceptance  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.workflow.history import journal  # noqa: PLC0415 - likewise
    from campusctl.workflow.lifecycle.proposal import found  # noqa: PLC0415 - likewise

    city, school, entry = found(desk, device)
    with journal(desk.root) as history:
        return acceptance.record_for(desk, city, school, entry, history, by=by, to=to)
