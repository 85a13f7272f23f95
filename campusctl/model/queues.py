"""What a layer of the inventory may say of print servers, below `queues:`."""

import re
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import Field, PlainValidator

from campusctl.model.appliance import ApplianceSettings
from campusctl.model.frozen import Frozen
from campusctl.model.names import DeviceName, Fingerprint, Line
from campusctl.model.pc_names import AbsolutePath, PrinterModel, PrinterUri, Queue
from campusctl.model.sentence import N_, sentence

OPTION: Final = r"^[a-z][a-z0-9]*(-[a-z0-9]+){0,9}$"
OPTION_VALUE: Final = r"^[A-Za-z0-9][A-Za-z0-9._:/+-]*$"

RULES: Final = {
    OPTION: N_("an option of IPP without `-default`, such as sides, media or print-color-mode"),
    OPTION_VALUE: N_("a value of an option, such as two-sided-long-edge or iso_a4_210x297mm"),
}
"""What each pattern wants, in words."""


def _option_value(value: object) -> object:
    """A value of an option.

    Raises:
        ValueError: It is none.
    """
    if isinstance(value, str) and len(value) <= _LONGEST and re.search(OPTION_VALUE, value):
        return value
    if isinstance(value, int) and 0 <= value < 2**31:
        return value
    raise ValueError(sentence("must be {rule}, a number, true or false", rule=sentence(RULES[OPTION_VALUE])))


_LONGEST: Final = 200

Option: TypeAlias = Annotated[str, Field(pattern=OPTION, max_length=60)]
OptionValue: TypeAlias = Annotated[
    bool | int | str, PlainValidator(_option_value, json_schema_input_type=bool | int | str)
]


class QueueEntry(Frozen):
    """A queue of a print server."""

    device: DeviceName | None = None
    """A printer of the inventory: its address gives the URI, its room the location."""
    uri: PrinterUri | None = None
    """Where it prints to instead."""
    model: PrinterModel = "everywhere"
    """`everywhere` (the printer must answer when the queue is made), `raw`, or a driver as `lpinfo -m` names it."""
    info: Line = ""
    """For people; empty: left as it is."""
    location: Line = ""
    """For people; empty: the printer's place, where it is one of the inventory."""
    shared: bool | None = None
    """Whether the server announces it to others; none: left as it is."""
    accepting: bool = True
    """It takes jobs."""
    enabled: bool = True
    """It prints them; CUPS itself stops a queue whose printer failed."""
    error_policy: Literal["abort-job", "retry-current-job", "retry-job", "stop-printer"] | None = None
    """What CUPS does when the printer fails; none: left as it is."""
    options: dict[Option, OptionValue] = Field(default_factory=dict)
    """Defaults of jobs that say nothing themselves, by IPP's names."""


class QueuesSettings(ApplianceSettings):
    """Settings of print servers."""

    queues: dict[Queue, QueueEntry | None] = Field(default_factory=dict)
    """Queues by name; null: it shall not be there. Queues that nobody names are left alone and reported."""
    default: Queue | None = None
    """The queue that is chosen first; none: left as it is."""
    tls: Literal["remote", "always"] = "remote"
    """`remote`: TLS to every server but one on this very computer; `always`: there, too."""
    certificate: Fingerprint | None = None
    """SHA-256 fingerprint of the server's certificate; none: it must be one that this computer trusts."""
    socket: AbsolutePath | None = None
    """CUPS's socket on this very computer, such as /run/cups/cups.sock, where we are known without a password."""
