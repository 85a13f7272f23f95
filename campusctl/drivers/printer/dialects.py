"""The two ways to talk to a printer: IPP with SNMP beside it, and SNMP alone."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final

from campusctl.drivers.appliance.base import DeviceTroubleError, Link, Reading, Wish
from campusctl.drivers.ipp.http import Way, Words, open_http
from campusctl.drivers.ipp.login import Account
from campusctl.drivers.printer import ipp_settings, snmp_settings
from campusctl.drivers.printer.findings import Findings, together
from campusctl.drivers.printer.ipp_session import IppSession
from campusctl.drivers.printer.snmp_open import open_snmp
from campusctl.drivers.printer.snmp_session import SnmpSession
from campusctl.drivers.printer.snmp_trouble import SILENCE, SnmpRefusedError, SnmpSilentError
from campusctl.model.appliance import Shown
from campusctl.model.outcome import FaultKind
from campusctl.model.setting import Path


def step(wish: Wish) -> str:
    """What will be sent for a setting of a printer, in one line."""
    if wish.path in ipp_settings.BY_PATH:
        row = ipp_settings.BY_PATH[wish.path]
        name, what = f"{row.attribute}{f'.{row.member}' if row.member else ''}", "ipp set"
    else:
        name, what = snmp_settings.BY_PATH[wish.path].name, "snmp set"
    return f"{what} {name} = {'' if wish.after is None else wish.after}"


_WORDS: Final = Words(
    thing="a printer",
    login="printer.login",
    place="printer.ipp.path and port say where it prints",
    tls="say printer.ipp.tls: true",
    certificate="printer.ipp.certificate",
)


def way(link: Link) -> Way:
    """How a printer's print service is reached; a password as it is goes only to a certificate that is known."""
    tls, certificate = bool(link.options.get("tls")), str(link.options.get("certificate", "")).replace(":", "")
    return Way(
        url=f"{'https' if tls else 'http'}://{link.host}:{link.port}",
        words=_WORDS,
        certificate=certificate,
        account=Account(link.login.user, link.secret(link.login.password)),
        in_clear=tls and certificate != "any",
        connect_s=link.connect_timeout_s,
        timeout_s=link.timeout_s,
        whole_s=link.timeout_s,
    )


class IppDialect:
    """IPP, and SNMP where the inventory says how. See `campusctl.drivers.appliance.base.Dialect`."""

    port = 631
    off_when_silent = False

    @asynccontextmanager
    async def open(self, link: Link) -> AsyncIterator["_Both"]:
        """Get ready; the first request comes with the first reading."""
        low = int(link.options.get("low", 0))
        async with AsyncExitStack() as stack:
            http = await stack.enter_async_context(open_http(way(link)))
            snmp = None
            if link.options.get("snmp"):
                snmp = await stack.enter_async_context(open_snmp(link, _snmp_port(link)))
            yield _Both(IppSession(http, str(link.options.get("path", "/ipp/print")), low), snmp)

    def step(self, wish: Wish) -> str:
        """See `Dialect`."""
        return step(wish)

    def interrupts(self, path: Path) -> str:
        """Nobody's lesson: a printer finishes what it prints."""
        del path
        return ""


class SnmpDialect:
    """SNMP alone. See `campusctl.drivers.appliance.base.Dialect`."""

    port = 161
    off_when_silent = False

    @asynccontextmanager
    async def open(self, link: Link) -> AsyncIterator["_SnmpOnly"]:
        """Get ready; the first request comes with the first reading."""
        port = link.login.port or int(link.options["snmp-port"])
        async with open_snmp(link, port) as snmp:
            yield _SnmpOnly(snmp)

    def step(self, wish: Wish) -> str:
        """See `Dialect`."""
        return step(wish)

    def interrupts(self, path: Path) -> str:
        """Nobody's lesson."""
        del path
        return ""


def _snmp_port(link: Link) -> int:
    """In the lab everything of a device is at one port."""
    return link.port if link.login.one_port else int(link.options["snmp-port"])


class _Both:
    def __init__(self, ipp: IppSession, snmp: SnmpSession | None) -> None:
        self._ipp, self._snmp = ipp, snmp

    async def read(self, wanted: Mapping[Path, Shown]) -> Reading:
        """See `Session`."""
        beside = asyncio.ensure_future(self._by_snmp(wanted))
        try:
            return together(await self._ipp.read(wanted), await beside)
        finally:
            beside.cancel()

    async def _by_snmp(self, wanted: Mapping[Path, Shown]) -> Findings:
        """What SNMP says; when it says nothing, why: a printer prints without it."""
        if self._snmp is None:
            return Findings()
        try:
            return await self._snmp.read(wanted)
        except SnmpSilentError:
            why = SILENCE[self._snmp.version]
        except SnmpRefusedError as error:
            why = error.what
        return Findings(lacks={path: why for path in wanted if path in snmp_settings.BY_PATH})

    async def write(self, wishes: Sequence[Wish]) -> Mapping[Path, str]:
        """See `Session`."""
        refused = dict(await self._ipp.write(wishes))
        if self._snmp is not None:
            try:
                refused |= await self._snmp.write(wishes)
            except SnmpRefusedError as error:
                refused |= {wish.path: error.what for wish in wishes if wish.path in snmp_settings.BY_PATH}
        return refused


class _SnmpOnly:
    def __init__(self, snmp: SnmpSession) -> None:
        self._snmp = snmp

    async def read(self, wanted: Mapping[Path, Shown]) -> Reading:
        """See `Session`."""
        try:
            return together(Findings(), await self._snmp.read(wanted))
        except SnmpSilentError:
            what = SILENCE[self._snmp.version]
            raise DeviceTroubleError(FaultKind.TIMEOUT, what, "is it on, and plugged in? see printer.snmp") from None
        except SnmpRefusedError as error:
            raise error.trouble from None

    async def write(self, wishes: Sequence[Wish]) -> Mapping[Path, str]:
        """See `Session`."""
        try:
            return await self._snmp.write(wishes)
        except SnmpRefusedError as error:
            raise error.trouble from None
