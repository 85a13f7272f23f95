"""From the inventory's words to an open conversation by SNMP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from campusctl.drivers.appliance.base import DeviceTroubleError, Link
from campusctl.drivers.printer.snmp_agent import Place, open_agent
from campusctl.drivers.printer.snmp_engine import Credentials
from campusctl.drivers.printer.snmp_fast import fast_reader
from campusctl.drivers.printer.snmp_session import SnmpSession
from campusctl.model.outcome import FaultKind

_SHORTEST: Final = 8
"""Characters of a passphrase (RFC 3414, 11.2)."""


@asynccontextmanager
async def open_snmp(link: Link, port: int) -> AsyncIterator[SnmpSession]:
    """A conversation; nothing is sent yet.

    Args:
        link: The printer.
        port: UDP port.

    Raises:
        DeviceTroubleError: A passphrase is too short for SNMPv3.
    """
    place = Place(link.host, port, link.answer_timeout_s)
    reading, writing, why_not = _who(link)
    async with open_agent(place, reading) as agent:
        writer = agent.of(writing) if writing else None
        reader = fast_reader(agent, place, reading)
        yield SnmpSession(reading.version, reader, writer, why_not, int(link.options.get("low", 0)))


def _who(link: Link) -> tuple[Credentials, Credentials | None, str]:
    """Who reads and who writes, and why nobody does.

    Raises:
        DeviceTroubleError: A passphrase is too short.
    """
    if link.option("snmp") == "2c":
        write = link.option("write-community")
        writer = Credentials("2c", write) if write else None
        return (
            Credentials("2c", link.option("community")),
            writer,
            _unless(writer, "nothing is set by SNMP: printer.snmp has no write_community"),
        )
    auth, privacy = link.option("auth"), link.option("privacy")
    if any(secret and len(secret) < _SHORTEST for secret in (auth, privacy)):
        what = f"a passphrase of SNMPv3 has at least {_SHORTEST} characters, and one of ours is shorter"
        raise DeviceTroubleError(FaultKind.SECRET, what, "see printer.snmp")
    who = Credentials(
        "3", "", link.option("user"), auth, privacy, link.option("auth-protocol"), link.option("privacy-protocol")
    )
    writer = who if auth else None
    return who, writer, _unless(writer, "nothing is set by SNMP: printer.snmp.user has no authentication passphrase")


def _unless(writer: Credentials | None, why_not: str) -> str:
    return "" if writer else why_not
