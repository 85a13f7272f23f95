"""The running configuration of a switch, with those secrets in it that are our own."""

from campusctl.drivers.switch.masking import unmask
from campusctl.errors import CampusError
from campusctl.inventory.city import City, School
from campusctl.model.events import Emit
from campusctl.model.outcome import Fault
from campusctl.model.run import Step
from campusctl.workflow.desk import Desk
from campusctl.workflow.switch_targets import switch_targets


class _Kept:
    """Keeps what a driver read; see `campusctl.ports.Record`."""

    def __init__(self) -> None:
        self.text = ""

    def step(self, step: Step) -> None:
        """Nothing is done here that would have to be written down."""

    def config(self, school: str, device: str, text: str) -> None:
        """Keep a configuration."""
        del school, device
        self.text = text


def read_running(desk: Desk, city: City, school: School, name: str, emit: Emit) -> str:
    """What a switch runs; a secret that is none of ours stands there as a reference that nobody can resolve.

    Raises:
        CampusError: It could not be read.
    """
    record = _Kept()
    (target,) = switch_targets(desk, city, school, [name])
    for result in desk.driver(record=record).assess([target], emit):
        if isinstance(result, Fault) and not record.text:
            raise CampusError(f"{name}: {result.kind}: {result.what}", result.hint)
    # What is kept has a word too many masked here and there; our own templates know those words.
    known = (*desk.secrets.resolve(target.secret_refs).values(), *target.intended.split())
    return unmask(record.text, known, desk.key)[0]
