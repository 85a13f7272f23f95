"""`campusctl label`: labels to stick on devices."""

from pathlib import Path

import click

from campusctl.cli.exits import Exit
from campusctl.cli.language_option import lang_option
from campusctl.cli.options import current, find_workspace, translator
from campusctl.cli.speaking import spoken


@click.command()
@click.argument("subject", metavar="DEVICE|SCHOOL/ROOM|SCHOOL")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE", help="FILE.svg or FILE.pdf.  [default: SVG to stdout]"
)
@click.option("--sheet", default="L7160", metavar="N", help="Avery Zweckform number of the sheet.  [default: L7160]")
@click.option("--skip", type=click.IntRange(0, 200), default=0, help="Labels of the first sheet that are used up.")
@lang_option
@spoken
def command(subject: str, out: Path | None, sheet: str, skip: int, lang: str | None) -> int:
    """Print the label of a DEVICE, or those of a room or a SCHOOL on A4 sheets, as SVG or PDF.

    A label has a QR code, the name, the room, the asset tag, the serial number and the school. What the code holds
    is `label_url` in inventory/city.yml.

    Sheets: L7160 (63.5 x 38.1 mm), L7163 (99.1 x 38.1 mm), L4770 (45.7 x 25.4 mm), L7651 (38.1 x 21.2 mm).

    Example: campusctl label schule-042/R101 --out r101.pdf
    """
    from campusctl.cli.files import write_file  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.workflow import labelling  # noqa: PLC0415 - likewise

    tr = translator(lang)
    if out and out.suffix.lower() not in (".svg", ".pdf"):
        raise click.BadParameter(tr("labels are FILE.svg or FILE.pdf"), param_hint="--out")
    root = find_workspace(current())
    labels = labelling.labels_of(root, subject)
    make = labelling.pdf_labels if out and out.suffix.lower() == ".pdf" else labelling.svg_labels
    content = make(root, labels, sheet, skip)
    if out is None:
        click.echo(content, nl=False)
        return Exit.DONE
    write_file(out, content)
    click.echo(tr.many("{number} label in {file}", "{number} labels in {file}", len(labels), file=out), err=True)
    return Exit.DONE
