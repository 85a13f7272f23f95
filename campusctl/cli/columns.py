"""Plain columns: readable at 80 characters, in a pipe and without colour."""

from collections.abc import Iterable, Sequence

import click


def show_columns(head: Sequence[str], rows: Iterable[Sequence[str]], indent: str = "  ") -> None:
    """Rows under their heads, each column as wide as its widest cell; nothing is cut off."""
    table = [tuple(head), *(tuple(row) for row in rows)]
    widths = [max(len(row[at]) for row in table) for at in range(len(head))]
    for number, row in enumerate(table):
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.secho((indent + "  ".join(cells)).rstrip(), bold=number == 0)


def show_facts(facts: Iterable[tuple[str, str]], indent: str = "  ") -> None:
    """Names and values, one each line; empty values are left out."""
    told = [(name, value) for name, value in facts if value]
    width = max((len(name) for name, _ in told), default=0)
    for name, value in told:
        click.echo(f"{indent}{name.ljust(width)}  {value}")
