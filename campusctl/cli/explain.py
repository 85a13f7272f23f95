"""`campusctl explain`: where a device's value comes from."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from campusctl.cli.options import current, find_workspace

if TYPE_CHECKING:
    from campusctl.inventory.explain import Explained, Said


@click.command()
@click.argument("device", metavar="DEVICE")
@click.argument("path", default="", metavar="[PATH]")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def command(device: str, path: str, as_json: bool) -> None:
    """Print a value of a DEVICE and every layer that has a say about it, with file and line; the last one wins.

    Without PATH: all settings. Examples: campusctl explain s042-a1-sw01 ntp.servers,
    campusctl explain s042-a2-sw01 ports.7.vlan
    """
    from campusctl.cli.views import print_json  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.inventory.explain import explain, resolve  # noqa: PLC0415 - likewise
    from campusctl.inventory.load import load_for  # noqa: PLC0415 - likewise

    root = find_workspace(current())
    city = load_for(root, device)
    found = explain(city, resolve(city, device), path)
    if as_json:
        print_json([_json(root, item) for item in found])
        return
    for item in found:
        click.secho(f"{item.path} = {_shown(item.value)}", bold=True)
        for said in item.said:
            _print_said(root, said, wins=said is item.said[-1])


def _print_said(root: Path, said: "Said", *, wins: bool) -> None:
    mark = "→" if wins else " "
    place = f"  {_place(root, said)}" if said.file else ""
    click.secho(f"  {mark} {said.label}: {_shown(said.value)}{place}", fg="green" if wins else None)


def _place(root: Path, said: "Said") -> str:
    from campusctl.inventory.lines import line_of  # noqa: PLC0415 - likewise

    line = line_of(root, said.file, said.place)
    return f"{said.file}:{line}" if line else said.file


def _shown(value: Any) -> str:  # noqa: ANN401 - a value of the inventory
    return json.dumps(value, ensure_ascii=False)


def _json(root: Path, item: "Explained") -> dict[str, Any]:
    said = [
        {"layer": one.label, "place": _place(root, one), "value": one.value, "wins": one is item.said[-1]}
        for one in item.said
    ]
    return {"path": item.path, "value": item.value, "said": said}
