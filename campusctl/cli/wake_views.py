"""Who woke up, who was on already, who did not, and who cannot be woken: for a person or as JSON."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import click

from campusctl.cli.views import print_json
from campusctl.drivers.pc.wake.orders import WakeResult, WakeState
from campusctl.model.printable import printable
from campusctl.words.language import ENGLISH, N_, Translator

if TYPE_CHECKING:
    from campusctl.workflow import Running

_SHOWN: Final = {
    WakeState.ON: ("on", "green"),
    WakeState.WOKE: ("woke up after {seconds:.0f} s", "green"),
    WakeState.SENT: ("a packet was sent", None),
    WakeState.SILENT: ("did not wake up: {what}", "red"),
    WakeState.UNSENT: ("{what}", "red"),
    WakeState.CANNOT: ("off, and cannot be woken: {what}", "yellow"),
}
_COUNTED: Final = {
    WakeState.WOKE: N_("{number} woke up"),
    WakeState.ON: N_("{number} already on"),
    WakeState.SENT: N_("{number} sent a packet"),
    WakeState.SILENT: N_("{number} did not wake up"),
    WakeState.UNSENT: N_("{number} not reached by a packet"),
    WakeState.CANNOT: N_("{number} cannot be woken"),
}


def show_woken(results: Sequence[WakeResult], *, as_json: bool) -> None:
    """One line for each PC, and a line that counts them."""
    if as_json:
        print_json([result.model_dump(mode="json") for result in results])
        return
    for result in results:
        words, colour = _SHOWN[result.state]
        click.secho(f"{result.device}: ", bold=True, nl=False)
        click.secho(words.format(seconds=result.seconds, what=printable(result.what)), fg=colour)
    click.secho(_summary(results, ENGLISH), bold=True)


def _summary(results: Sequence[WakeResult], tr: Translator) -> str:
    numbers = {state: sum(result.state is state for result in results) for state in WakeState}
    parts = [tr(words, number=numbers[state]) for state, words in _COUNTED.items() if numbers[state]]
    devices = tr.many("{number} PC", "{number} PCs", len(results))
    return tr("{devices}: {counts}.", devices=devices, counts=", ".join(parts))


def show_woken_first(run: "Running", tr: Translator) -> None:
    """What became of the PCs that a run was to switch on before it reads them; on stderr, nothing if it was not."""
    if run.woken:
        click.echo(tr("switched on first: {what}", what=_summary(run.woken, tr)), err=True)
