"""One printer by SNMP: read what was asked for and how it does; set, and take a refusal apart."""

from collections.abc import Mapping, Sequence
from typing import Final

from campusctl.drivers.appliance.base import Wish
from campusctl.drivers.printer import printer_mib
from campusctl.drivers.printer.alarms import by_mib
from campusctl.drivers.printer.findings import Findings
from campusctl.drivers.printer.snmp_agent import Agent, Reader, Value, columns
from campusctl.drivers.printer.snmp_settings import BY_PATH, GENERAL, LANGUAGE, LANGUAGE_COLUMN, Row, languages
from campusctl.drivers.printer.snmp_trouble import SnmpSilentError, set_words
from campusctl.model.appliance import Shown
from campusctl.model.setting import Path

_FIRST: Final = "1"
"""The printer's number where an agent has no row that says it."""


class SnmpSession:
    """An open conversation by SNMP."""

    def __init__(self, version: str, reader: Reader, writer: Agent | None, why_not: str, low: int) -> None:
        """Nothing is asked yet.

        Args:
            version: `2c` or `3`.
            reader: Reads.
            writer: Sets; None: nobody does.
            why_not: Why nobody does.
            low: Percent at which toner is low.
        """
        self.version = version
        """Of SNMP."""
        self._reader, self._writer, self._why_not, self._low = reader, writer, why_not, low
        self._device = _FIRST
        self._languages: Mapping[str, str] = {}

    async def read(self, wanted: Mapping[Path, Shown]) -> Findings:
        """What these settings are, and what the printer is.

        Raises:
            SnmpSilentError, SnmpRefusedError: It cannot be read.
        """
        rows = [BY_PATH[path] for path in wanted if path in BY_PATH]
        self._device = await self._number()
        asked = {row.path: row.instance(self._device) for row in rows}
        facts = [f"{column}.{self._device}" for column in printer_mib.FACTS]
        scalars = await self._reader.get([*asked.values(), *facts])
        of_tables = (*printer_mib.COLUMNS, *([LANGUAGE_COLUMN] if LANGUAGE in asked else []))
        tables = await columns(self._reader, of_tables)
        self._languages = languages(tables, self._device)
        state = {row.path: value for row in rows if (value := self._shown(row, scalars)) is not None}
        lacks = {row.path: why for row in rows if (why := self._lack(row, scalars, wanted[row.path]))}
        told = printer_mib.facts_of(scalars, tables, self._device)
        return Findings(state, lacks, told, printer_mib.notes_of(tables, self._low), tuple(by_mib(tables)))

    async def _number(self) -> str:
        """The number of the printer; an agent of several printers tells the first one."""
        found = await self._reader.bulk([GENERAL], 1)
        oid = found[0][0] if found else ""
        return oid.rpartition(".")[2] if oid.startswith(f"{GENERAL}.") else _FIRST

    def _shown(self, row: Row, scalars: Mapping[str, Value]) -> Shown:
        value = scalars.get(row.instance(self._device))
        if value is None:
            return None
        return self._languages.get(str(value)) if row.path == LANGUAGE else row.read(value)

    def _lack(self, row: Row, scalars: Mapping[str, Value], wanted: Shown) -> str:
        """Why a setting cannot be made what it shall be; empty: it can, as far as anybody knows."""
        value = scalars.get(row.instance(self._device))
        if value is None:
            return f"it has no {row.name}"
        if row.path == LANGUAGE and wanted not in self._languages.values():
            return f"it has no {wanted}; it has {', '.join(self._languages.values()) or 'no languages'}"
        if isinstance(wanted, bool) and row.read(value) is None:
            return f"it has no {row.name} (it says {value!r})"
        return self._why_not

    async def write(self, wishes: Sequence[Wish]) -> Mapping[Path, str]:
        """Set what SNMP can set; what was refused, and why."""
        values = {
            wish.path: (BY_PATH[wish.path].instance(self._device), self._written(wish))
            for wish in wishes
            if wish.path in BY_PATH
        }
        if not values or self._writer is None:
            return dict.fromkeys(values, self._why_not)
        try:
            return await self._set(self._writer, values)
        except SnmpSilentError:
            return dict.fromkeys(values, "it does not answer when it is to set something: may we write?")

    def _written(self, wish: Wish) -> int | bytes:
        after = wish.after
        if wish.path == LANGUAGE:
            numbers = {language: number for number, language in reversed([*self._languages.items()])}
            after = numbers.get(str(after), after)
        return BY_PATH[wish.path].write(after)

    async def _set(self, writer: Agent, values: Mapping[Path, tuple[str, int | bytes]]) -> Mapping[Path, str]:
        """All at once; when one is refused, one by one: all are made or none, and some agents name the wrong one."""
        status = await writer.set(dict(values.values()))
        if not status:
            return {}
        if len(values) == 1:
            return dict.fromkeys(values, set_words(status))
        refused: dict[Path, str] = {}
        for path, (oid, value) in values.items():
            if why := await writer.set({oid: value}):
                refused[path] = set_words(why)
        return refused
