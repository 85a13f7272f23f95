"""`campusctl render`: the intended configuration of switches."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from campusctl.cli.options import current, find_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from campusctl.inventory.city import City
    from campusctl.model.intent import SwitchIntent

_COMMENTS: Final = {"hp_procurve": ";"}
"""How a dialect begins a comment; the others use `!`."""


@click.command()
@click.argument("name", metavar="SCHOOL|DEVICE")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write DIR/<school>/<device>.cfg instead of printing.",
    metavar="DIR",
)
def command(name: str, out: Path | None) -> None:
    """Print the full intended configuration of every switch of a SCHOOL, or of one DEVICE.

    Secrets stand as references. Nothing is sent anywhere. Example: campusctl render s042-a1-sw02
    """
    from campusctl.render import Renderer  # noqa: PLC0415 - `--help` must not pay for it

    root = find_workspace(current())
    renderer = Renderer(root / "templates")
    # All are rendered before the first one is written: an error leaves no half of a school behind.
    texts = [(intent, renderer.render(intent)) for intent in _intents(root, name)]
    if out:
        _write(out, texts)
        return
    for intent, text in texts:
        head = f"{_COMMENTS.get(intent.dialect, '!')} {intent.name}: {intent.model}, {intent.location}\n"
        click.echo((head if len(texts) > 1 else "") + text, nl=False)


def _write(out: Path, texts: "list[tuple[SwitchIntent, str]]") -> None:
    from campusctl.cli.files import write_file  # noqa: PLC0415 - likewise

    for intent, text in texts:
        folder = out / intent.school
        folder.mkdir(parents=True, exist_ok=True)
        write_file(folder / f"{intent.name}.cfg", text)
    click.echo(f"{len(texts)} configurations in {out}", err=True)


def _intents(root: Path, name: str) -> "Iterator[SwitchIntent]":
    """What the named switches shall be.

    Raises:
        UnknownNameError: There is no such school or switch.
    """
    from campusctl.errors import UnknownNameError  # noqa: PLC0415 - likewise
    from campusctl.inventory.names_hint import did_you_mean  # noqa: PLC0415 - likewise
    from campusctl.inventory.resolve import switch_intent  # noqa: PLC0415 - likewise

    city = _load(root, name)
    for school in city.schools.values():
        if name in (school.id, school.short):
            return (switch_intent(city, school.id, switch) for switch in school.switches)
        if name in school.switches:
            return iter([switch_intent(city, school.id, name)])
        if name in school.devices:
            raise UnknownNameError(f"{name} is no switch; only switches have a configuration here")
    known = [found for school in city.schools.values() for found in (school.id, *school.switches)]
    raise UnknownNameError(f"no school or switch `{name}`", did_you_mean(name, known))


def _load(root: Path, name: str) -> "City":
    """The school that is meant, or the city when the name does not say which."""
    from campusctl.errors import UnknownNameError  # noqa: PLC0415 - likewise
    from campusctl.inventory.load import load_city, school_ids  # noqa: PLC0415 - likewise

    asked = name if name in school_ids(root) else name.partition("-")[0]
    try:
        return load_city(root, [asked])
    except UnknownNameError:
        return load_city(root)
