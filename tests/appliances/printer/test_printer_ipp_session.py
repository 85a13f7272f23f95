"""How a refused request is taken apart, and what a printer that says little is believed to offer."""

import asyncio
from collections.abc import Callable, Mapping

import pytest

from campusctl.drivers.appliance.base import DeviceTroubleError, Wish
from campusctl.drivers.printer.ipp_session import IppSession
from campusctl.lab.appliances import ipp as lab
from campusctl.model.appliance import Shown
from campusctl.model.outcome import FaultKind
from campusctl.model.setting import Path

_ABOUT = {"attributes-charset": [lab.Value(lab.CHARSET, "utf-8")]}
_OPERATIONS = {"operations-supported": [lab.Value(lab.ENUM, 0x000B), lab.Value(lab.ENUM, 0x0013)]}

Answers = Callable[[lab.Message], tuple[int, lab.Group, lab.Group]]


class Fake:
    """A way to a printer that answers as it is told. See `campusctl.drivers.ipp.http.Http`."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self.asked: list[lab.Message] = []

    def uri(self, path: str) -> str:
        """As IPP names it."""
        return f"ipp://printer{path}"

    async def post(self, path: str, body: bytes) -> bytes:
        """The next answer."""
        message = lab.read(body)
        self.asked.append(message)
        status, printer, refused = self._answers(message)
        groups = [(lab.OPERATION, _ABOUT), (lab.UNSUPPORTED, refused), (lab.PRINTER, printer)]
        return lab.write((2, 0), status, 1, groups)

    def sets(self) -> list[list[str]]:
        """Names of what each request was to set."""
        return [list(message.group(lab.PRINTER)) for message in self.asked if message.code == 0x0013]


def _write(fake: Fake, **values: Shown) -> Mapping[Path, str]:
    wishes = [Wish((name.replace("_", "-"),), None, value) for name, value in values.items()]
    return asyncio.run(IppSession(fake, "/ipp/print", 10).write(wishes))  # type: ignore[arg-type] - a fake


def test_a_printer_that_does_not_say_what_it_minds() -> None:
    """Nothing is named: each is tried alone, and only what is refused then is refused."""

    def answers(message: lab.Message) -> tuple[int, lab.Group, lab.Group]:
        return (0x040B if "sides-default" in message.group(lab.PRINTER) else 0), {}, {}

    fake = Fake(answers)
    assert _write(fake, location="x", sides="one-sided", copies=2) == {("sides",): "it does not take it"}
    assert fake.sets() == [
        ["printer-location", "sides-default", "copies-default"],
        ["printer-location"], ["sides-default"], ["copies-default"],
    ]  # fmt: skip


def test_a_printer_that_names_what_it_minds() -> None:
    """The rest is sent again without it, until nothing is refused; each with the reason of its tag."""
    minded = {
        "sides-default": lab.Value(lab.NOT_SETTABLE, b""),
        "copies-default": lab.Value(lab.UNKNOWN_ATTRIBUTE, b""),
    }

    def answers(message: lab.Message) -> tuple[int, lab.Group, lab.Group]:
        first = next((name for name in minded if name in message.group(lab.PRINTER)), "")
        return (0x0413, {}, {first: [minded[first]]}) if first else (0, {}, {})

    fake = Fake(answers)
    assert _write(fake, location="x", sides="one-sided", copies=2) == {
        ("sides",): "it lets nobody set it", ("copies",): "it does not know it",
    }  # fmt: skip
    assert fake.sets()[-1] == ["printer-location"]


def test_a_printer_that_ignores_some_of_it() -> None:
    """`successful-ok-ignored-or-substituted-attributes` is no plain yes."""
    fake = Fake(lambda _: (0x0001, {}, {"sides-default": [lab.Value(lab.KEYWORD, "one-sided")]}))
    assert _write(fake, location="x", sides="one-sided") == {("sides",): "it ignores it"}
    assert len(fake.asked) == 1


def test_a_name_that_nobody_sent_does_not_lead_in_circles() -> None:
    """A refusal that names something else is taken apart one by one."""
    fake = Fake(lambda _: (0x040B, {}, {"bogus": [lab.Value(lab.UNKNOWN_ATTRIBUTE, b"")]}))
    assert set(_write(fake, location="x", sides="one-sided").values()) == {"it does not take it"}
    assert len(fake.asked) == 3


@pytest.mark.parametrize("status", [0x0401, 0x0402, 0x0403])
def test_a_login_that_is_not_enough(status: int) -> None:
    """It is said at once, and not once for each setting."""
    fake = Fake(lambda _: (status, {}, {}))
    with pytest.raises(DeviceTroubleError) as found:
        _write(fake, location="x", sides="one-sided")
    assert (found.value.kind, len(fake.asked)) == (FaultKind.AUTH, 1)


def test_an_old_printer() -> None:
    """One that only speaks IPP 1.1 is asked again, and from then on, in that."""

    def answers(message: lab.Message) -> tuple[int, lab.Group, lab.Group]:
        return (0x0503, {}, {}) if message.version == (2, 0) else (0, _OPERATIONS, {})

    fake = Fake(answers)
    session = IppSession(fake, "/ipp/print", 10)  # type: ignore[arg-type] - a fake
    asyncio.run(session.read({}))
    asyncio.run(session.read({}))
    assert [message.version for message in fake.asked] == [(2, 0), (1, 1), (1, 1)]


def test_what_a_printer_without_a_list_is_believed_to_take() -> None:
    """What it has, or says the choices of, may be tried; what it never heard of is not on offer."""
    printer = {
        **_OPERATIONS,
        "printer-location": [lab.Value(lab.TEXT, "x")],
        "sides-supported": [lab.Value(lab.KEYWORD, "one-sided")],
        "print-quality-supported": [lab.Value(lab.ENUM, 4), lab.Value(lab.ENUM, 9)],
        "print-quality-default": [lab.Value(lab.ENUM, 9)],
    }
    wanted: dict[Path, Shown] = {
        ("location",): "y", ("sides",): "one-sided", ("geo-location",): "geo:1,2", ("quality",): "high",
    }  # fmt: skip
    found = asyncio.run(IppSession(Fake(lambda _: (0, printer, {})), "/ipp/print", 10).read(wanted))  # type: ignore[arg-type]
    assert found.lacks == {
        ("geo-location",): "it has no printer-geo-location", ("quality",): "it has no high; it has normal, 9",
    }  # fmt: skip
    assert found.state == {("location",): "x", ("quality",): "9"}


def test_a_number_without_a_word_can_be_taken_back() -> None:
    """What a maker added to an enumeration is kept as its number, and sent as it."""
    fake = Fake(lambda _: (0, {}, {}))
    assert _write(fake, quality="9", resolution="236dpcm") == {}
    sent = fake.asked[0].group(lab.PRINTER)
    assert sent["print-quality-default"] == [lab.Value(lab.ENUM, 9)]
    assert sent["printer-resolution-default"] == [lab.Value(lab.RESOLUTION, (236, 236, 4))]
