"""`campusctl room`: what is wrong in a room, who acts, and what to do first; reads only."""

from typing import TYPE_CHECKING

import click

from campusctl.cli.exits import Exit
from campusctl.cli.language_option import lang_option
from campusctl.cli.options import open_desk, translator
from campusctl.cli.speaking import spoken

if TYPE_CHECKING:
    from campusctl.errors import UnknownPlaceError
    from campusctl.words.language import Translator
    from campusctl.workflow.room import RoomReport


@click.command()
@click.argument("place", nargs=-1, required=True, metavar="SCHOOL/ROOM|ROOM|DEVICE")
@lang_option
@click.option("-v", "--verbose", is_flag=True, help="Every step of every device, and the drivers' own words.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@spoken
def command(place: tuple[str, ...], lang: str | None, verbose: bool, as_json: bool) -> int:
    """Look at every device of a room: power → cable → VLAN → address → service → source. Writes nothing to any device.

    Of each device the first thing that is wrong is said in one sentence, with who acts and what to do first; what
    follows from it is left out. A DEVICE stands for its room; a ROOM needs no school where only one school has it.

    Exit codes: 0 all well or switched off, 3 something is broken, 4 something differs from the inventory.

    Examples: campusctl room schule-042/R101, campusctl room s042-r101-dt01 --lang de
    """
    from campusctl.cli.progress import progress  # noqa: PLC0415 - `--help` must not pay for it
    from campusctl.cli.room_views import show_room  # noqa: PLC0415 - likewise
    from campusctl.errors import UnknownNameError, UnknownPlaceError  # noqa: PLC0415 - likewise
    from campusctl.workflow.room import look_at_room  # noqa: PLC0415 - likewise

    tr = translator(lang)
    try:
        with progress(tr("looking")) as bar:
            report = look_at_room(open_desk(), "/".join(place), bar.emit)
    except UnknownPlaceError as wrong:
        raise UnknownNameError(*_unknown(wrong, tr)) from None
    show_room(report, tr, verbose=verbose, as_json=as_json)
    return _exit(report)


def _unknown(wrong: "UnknownPlaceError", tr: "Translator") -> tuple[str, str]:
    """What is not known and what was probably meant, in the reader's language."""
    near = ", ".join(wrong.near)
    if wrong.kind == "which":
        return tr("Which room of {name}?", name=wrong.name), tr("Rooms: {names}", names=near)
    if wrong.kind == "several":
        what = tr("More than one school has a room {name}.", name=wrong.name)
    elif wrong.kind == "school":
        what = tr("There is no school {name}.", name=wrong.name)
    elif wrong.kind == "room":
        what = tr("There is no room {name}.", name=wrong.name)
    else:
        what = tr("{name} is neither a room nor a device.", name=wrong.name)
    return what, tr("Did you mean {names}?", names=near) if near else tr("A room is written like schule-042/R101.")


def _exit(report: "RoomReport") -> Exit:
    found = {one.diagnosis.status for one in report.devices}
    if "fault" in found or any(switch.fault for switch in report.switches):
        return Exit.DEVICES
    return Exit.CHANGES if "drift" in found else Exit.DONE
