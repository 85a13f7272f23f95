"""One queue of a simulated CUPS. Written from the CUPS documentation, apart from the driver."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from campusctl.lab.appliances.ipp import BOOLEAN, ENUM, INTEGER, KEYWORD, NAME, TEXT, URI, Value

Given: TypeAlias = bool | int | str | None
"""A value of a queue; None: it is to be taken away."""
Attribute: TypeAlias = tuple[str, list[Value]]

IDLE: Final = 3
STOPPED: Final = 5
LOCAL: Final = 4
"""printer-type of a queue that does nothing special."""

RAW: Final = "Local Raw Printer"
DRIVERLESS: Final = "Lab Printer, driverless, cups-filters 1.28.17"
DRIVERS: Final = {"drv:///sample.drv/generic.ppd": "Generic PostScript Printer"}
"""What each of its drivers calls itself, by the driver's name."""

_SUPPORTED: Final[Mapping[str, tuple[str, ...]]] = {
    "sides": ("one-sided", "two-sided-long-edge", "two-sided-short-edge"),
    "media": ("iso_a4_210x297mm", "iso_a3_297x420mm", "iso_a5_148x210mm", "na_letter_8.5x11in"),
    "print-color-mode": ("monochrome", "color", "auto"),
}
_DUPLEX: Final = {"None": "one-sided", "DuplexNoTumble": "two-sided-long-edge", "DuplexTumble": "two-sided-short-edge"}
_PAPER: Final = {
    "A4": ("iso_a4_210x297mm", "595 842"),
    "A4.Borderless": ("", "595 842"),
    "A3": ("iso_a3_297x420mm", "842 1191"),
    "A5": ("iso_a5_148x210mm", "420 595"),
    "Letter": ("na_letter_8.5x11in", "612 792"),
}
"""Page sizes of a PPD: what IPP calls them, and how large they are."""

SETTABLE: Final = {
    "device-uri": "uri",
    "printer-info": "info",
    "printer-location": "location",
    "printer-is-shared": "shared",
    "printer-is-accepting-jobs": "accepting",
    "printer-state": "state",
    "printer-state-message": "message",
    "printer-error-policy": "policy",
}
"""Attributes of CUPS-Add-Modify-Printer, and the fields that they set."""


@dataclass
class Queue:
    """A queue, as CUPS makes one that nobody says anything of."""

    name: str
    """Its name."""
    uri: Given = "file:///dev/null"
    """Where it prints to."""
    info: Given = ""
    """For people."""
    location: Given = ""
    """For people."""
    shared: Given = True
    """Others are told of it."""
    accepting: Given = False
    """It takes jobs."""
    state: Given = STOPPED
    """It prints them."""
    message: Given = ""
    """Why it does not."""
    kind: int = LOCAL
    """printer-type."""
    policy: Given = "retry-job"
    """What to do when the printer fails."""
    make: str = RAW
    """What its driver calls itself."""
    options: dict[str, str] = field(default_factory=dict)
    """Defaults for jobs that say nothing, as text."""
    duplex: str = "None"
    """`*DefaultDuplex` of its PPD."""
    paper: str = "Letter"
    """`*DefaultPageSize` of its PPD."""

    def __post_init__(self) -> None:
        self.info = self.info or self.name

    def attributes(self) -> Iterator[Attribute]:
        """As Get-Printer-Attributes shows it; a driver's own defaults come after the queue's, under the same names."""
        yield _attribute("printer-name", NAME, self.name)
        yield _attribute("printer-type", ENUM, self.kind)
        yield _attribute("printer-make-and-model", TEXT, self.make)
        yield _attribute("cups-version", TEXT, "2.4.2")
        for name, tag in _SHOWN.items():
            yield _attribute(name, tag, getattr(self, SETTABLE[name]))
        yield _attribute("printer-state-reasons", KEYWORD, "paused" if self.state == STOPPED else "none")
        for option, value in self.options.items():
            number = value.isdigit()
            yield _attribute(f"{option}-default", INTEGER if number else KEYWORD, int(value) if number else value)
        if self.make != RAW:
            yield _attribute("sides-default", KEYWORD, _DUPLEX[self.duplex])
            yield _attribute("media-default", KEYWORD, _PAPER[self.paper][0])
            yield from (_attribute(f"{option}-supported", KEYWORD, *values) for option, values in _SUPPORTED.items())

    def ppd(self) -> str:
        """Its driver, as text."""
        lines = ['*PPD-Adobe: "4.3"', f'*NickName: "{self.make}"', f"*DefaultDuplex: {self.duplex}"]
        lines += [f'*Duplex {choice}/{choice}: ""' for choice in _DUPLEX]
        for keyword in ("PageSize", "PageRegion", "PaperDimension"):
            lines += [f"*Default{keyword}: {self.paper}", *(f'*{keyword} {n}/{n}: "{p[1]}"' for n, p in _PAPER.items())]
        return "".join(f"{line}\n" for line in lines)

    def choose(self, option: str, value: str) -> None:
        """Somebody set a default at the server itself, with `lpadmin -o`: the driver's says the same."""
        if option == "sides":
            self.duplex = next((choice for choice, sides in _DUPLEX.items() if sides == value), self.duplex)
        elif option == "media":
            self.paper = next((size for size, (media, _) in _PAPER.items() if media == value), self.paper)

    def take(self, ppd: str) -> bool:
        """Take an uploaded driver; False: it is none, or chooses what it does not have."""
        found = dict(re.findall(r"^\*Default(Duplex|PageSize): *(\S+)", ppd, re.MULTILINE))
        if (
            not ppd.startswith("*PPD-Adobe")
            or found.get("Duplex") not in _DUPLEX
            or found.get("PageSize") not in _PAPER
        ):
            return False
        self.duplex, self.paper = found["Duplex"], found["PageSize"]
        return True


_SHOWN: Final = {
    "device-uri": URI,
    "printer-info": TEXT,
    "printer-location": TEXT,
    "printer-is-shared": BOOLEAN,
    "printer-is-accepting-jobs": BOOLEAN,
    "printer-state": ENUM,
    "printer-state-message": TEXT,
    "printer-error-policy": NAME,
}


def _attribute(name: str, tag: int, *values: bool | int | str) -> Attribute:
    return name, [Value(tag, value) for value in values]


def made_by(model: str) -> str:
    """What a driver calls itself; empty: there is no such driver."""
    if model == "raw":
        return RAW
    if model.startswith(("driverless:ipp://", "driverless:ipps://")):
        return DRIVERLESS
    return DRIVERS.get(model, "")


def option_text(value: Given) -> str:
    """A default as CUPS keeps it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
