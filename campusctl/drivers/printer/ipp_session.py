"""One printer by IPP: read what was asked for and how it does; set, and take a refusal apart."""

from collections.abc import Mapping, Sequence
from typing import Final

from pyipp.enums import IppOperation

from campusctl.drivers.appliance.base import DeviceTroubleError, Wish
from campusctl.drivers.ipp.http import Http, NoServiceError
from campusctl.drivers.ipp.message import (
    GET_PRINTER_ATTRIBUTES,
    SET_PRINTER_ATTRIBUTES,
    Answer,
    Attribute,
    Attributes,
    request,
)
from campusctl.drivers.ipp.reader import NoIppError, answer
from campusctl.drivers.ipp.status import LOGIN, NOT_FOUND, NOT_SETTABLE, VERSION, status_words
from campusctl.drivers.printer.alarms import by_ipp
from campusctl.drivers.printer.findings import Findings
from campusctl.drivers.printer.ipp_facts import FACT_ATTRIBUTES, facts_of, notes_of
from campusctl.drivers.printer.ipp_settings import BY_PATH, Row, collection
from campusctl.model.appliance import Shown
from campusctl.model.outcome import FaultKind
from campusctl.model.setting import Path

_SETTABLE: Final = ("printer-settable-attributes-supported", "printer-settable-attributes")
"""What may be set (RFC 3380, 6.1); PAPPL calls it by the shorter name."""
_ABILITIES: Final = ("operations-supported", *_SETTABLE)
_PLACES: Final = ("/ipp/print", "/ipp/printer", "/ipp", "/ipp/port1", "/")
"""Where printers print (RFC 7472, 5, names the first one)."""
_USER: Final = "campusctl"
_VERSIONS: Final = ((2, 0), (1, 1))
_TAGS: Final = {0x10: "it does not know it", 0x15: status_words(NOT_SETTABLE)}
"""Why an attribute stands among those that were refused (RFC 3380, 8)."""


_STUCK: Final = "it can be changed, and not be taken away"
"""RFC 3380 would send `no-value`; PAPPL 1.3.1 dies of it, and so may others."""


class IppSession:
    """An open conversation by IPP."""

    def __init__(self, http: Http, path: str, low: int) -> None:
        """Nothing is asked yet.

        Args:
            http: The way.
            path: Of its print service.
            low: Percent at which toner is low.
        """
        self._http, self._path, self._low = http, path, low
        self._version = _VERSIONS[0]
        self._last: Attributes = {}

    async def read(self, wanted: Mapping[Path, Shown]) -> Findings:
        """What these settings are, and what the printer is.

        Raises:
            DeviceTroubleError, OSError, EOFError, TimeoutError: It cannot be read.
        """
        rows = [BY_PATH[path] for path in wanted if path in BY_PATH]
        named = [name for row in rows for name in (row.attribute, row.supported) if name]
        asked = tuple(dict.fromkeys((*_ABILITIES, *FACT_ATTRIBUTES, *named)))
        try:
            found = await self._ask(GET_PRINTER_ATTRIBUTES, self._path, asked)
        except NoServiceError as error:
            raise DeviceTroubleError(error.kind, error.what, await self._elsewhere() or error.hint) from None
        if not found.ok:
            raise _refused(found.status, await self._elsewhere() if found.status == NOT_FOUND else "")
        self._last = found.printer
        state = {row.path: value for row in rows if (value := row.value(found.printer)) is not None}
        lacks = {row.path: why for row in rows if (why := _lack(row, found.printer, wanted[row.path]))}
        notes, alarms = notes_of(found.printer, self._low), tuple(by_ipp(found.printer))
        return Findings(state, lacks, facts_of(found.printer), notes, alarms)

    async def write(self, wishes: Sequence[Wish]) -> Mapping[Path, str]:
        """Set what IPP can set; what was refused, and why."""
        mine = [wish for wish in wishes if wish.path in BY_PATH]
        stuck = {wish.path: _STUCK for wish in mine if wish.after is None and not BY_PATH[wish.path].can_be_empty}
        sent = [wish for wish in mine if wish.path not in stuck]
        refused = await self._set(self._operands(sent)) if sent else {}
        rows = {wish.path: BY_PATH[wish.path] for wish in sent}
        return {**stuck, **{path: refused[row.attribute] for path, row in rows.items() if row.attribute in refused}}

    def _operands(self, wishes: Sequence[Wish]) -> list[Attribute]:
        """What is sent; the members of one collection go together."""
        media = next((str(wish.after) for wish in wishes if wish.path == ("media",)), "")
        plain: dict[str, Attribute] = {}
        members: dict[str, dict[str, Attribute]] = {}
        for wish in wishes:
            row = BY_PATH[wish.path]
            if row.member:
                members.setdefault(row.attribute, {})[row.member] = row.operand(wish.after)
            else:
                plain[row.attribute] = row.operand(wish.after)
        for name, given in members.items():
            of_paper = media if name == "media-col-default" else ""
            plain[name] = collection(name, next(iter(self._last.get(name, ())), None), given, of_paper)
        return list(plain.values())

    async def _set(self, values: Sequence[Attribute]) -> dict[str, str]:
        """Set attributes: all at once, then without those that the printer names, then one by one."""
        refused: dict[str, str] = {}
        left = list(values)
        while left:
            found = await self._ask(SET_PRINTER_ATTRIBUTES, self._path, values=left)
            if found.status in LOGIN:
                raise _refused(found.status)
            named = {name: tag for name, tag in found.refused.items() if any(one.name == name for one in left)}
            refused |= {name: _TAGS.get(tag, status_words(found.status)) for name, tag in named.items()}
            if found.ok:
                return refused
            if named:
                # One attribute that is refused takes all others with it (RFC 3380, 4.1.3): the rest is sent again.
                left = [one for one in left if one.name not in named]
            elif len(left) == 1:
                return refused | {left[0].name: status_words(found.status)}
            else:
                return refused | await self._one_by_one(left)
        return refused

    async def _one_by_one(self, values: Sequence[Attribute]) -> dict[str, str]:
        refused: dict[str, str] = {}
        for value in values:
            refused |= await self._set([value])
        return refused

    async def _elsewhere(self) -> str:
        """Where it prints, as a hint; empty: at none of the usual places."""
        for path in _PLACES:
            try:
                found = await self._ask(GET_PRINTER_ATTRIBUTES, path, ("printer-state",))
            except DeviceTroubleError:
                continue
            except (OSError, EOFError):
                break
            if found.ok:
                return f"it prints at {path}: say printer.ipp.path: {path}"
        return ""

    async def _ask(
        self, operation: IppOperation, path: str, asked: Sequence[str] = (), values: Sequence[Attribute] = ()
    ) -> Answer:
        """The answer to a request, in the newest version of IPP that the printer speaks."""
        uri = self._http.uri(path)
        while True:
            sent = request(operation, uri, _USER, version=self._version, wanted=asked, changes=values)
            try:
                found = answer(await self._http.post(path, sent))
            except NoIppError as error:
                hint = "is it a printer? is the network in order?"
                raise DeviceTroubleError(FaultKind.MALFORMED, str(error), hint) from None
            if found.status != VERSION or self._version == _VERSIONS[-1]:
                return found
            self._version = _VERSIONS[-1]


def _refused(status: int, hint: str = "") -> DeviceTroubleError:
    """A whole request that was refused."""
    if status in LOGIN:
        return DeviceTroubleError(FaultKind.AUTH, f"IPP: {status_words(status)}", "see printer.login")
    if status == NOT_FOUND:
        hint = hint or "printer.ipp.path says where its print service is"
    return DeviceTroubleError(FaultKind.REJECTED, f"IPP: {status_words(status)}", hint)


def _lack(row: Row, printer: Attributes, wanted: Shown) -> str:
    """Why a setting cannot be made what it shall be; empty: it can, as far as the printer says."""
    if SET_PRINTER_ATTRIBUTES not in printer.get("operations-supported", ()):
        return "it lets nobody set anything by IPP"
    settable = [name for listing in _SETTABLE for name in printer.get(listing, ())]
    if settable and row.attribute not in settable:
        return f"it lets nobody set its {row.attribute} by IPP"
    if not settable and row.attribute not in printer and row.supported not in printer:
        return f"it has no {row.attribute}"
    choices = row.choices(printer)
    if wanted is not None and choices and wanted not in choices:
        return f"it has no {wanted}; it has {_few(choices)}"
    return ""


def _few(choices: Sequence[Shown]) -> str:
    shown = ", ".join(str(choice) for choice in choices[:8])
    return f"{shown} and {len(choices) - 8} others" if len(choices) > 8 else shown
