"""Reading by ezsnmp (Net-SNMP in C) where it is installed: the same answers for a fraction of the processor's time.

Only v2c, because SNMPv3 spends its time on the same cryptography either way; only reading, and in one thread, because
Net-SNMP keeps global state. A silent printer would hold that thread, so the first question always goes through pysnmp.
"""

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.util import find_spec
from typing import Final

from campusctl.drivers.printer.snmp_agent import TRIES, Agent, Place, Reader, Value
from campusctl.drivers.printer.snmp_engine import Credentials
from campusctl.drivers.printer.snmp_trouble import SnmpSilentError, unreadable

_NUMBERS: Final = frozenset({"INTEGER", "Counter32", "Counter64", "Gauge32", "Unsigned32", "UInteger32", "Timeticks"})
_AT_ONCE: Final = 12
"""Objects in one request: small agents take no more."""


def fast_reader(agent: Agent, place: Place, credentials: Credentials) -> Reader:
    """What reads: ezsnmp if it is installed and can, else the agent itself.

    Args:
        agent: By pysnmp.
        place: Where it listens.
        credentials: Who we are.
    """
    if credentials.version != "2c" or not find_spec("ezsnmp"):
        return agent
    return FastReader(agent, place, credentials)


class FastReader:
    """Reads by ezsnmp. See `campusctl.drivers.printer.snmp_agent.Reader`."""

    def __init__(self, agent: Agent, place: Place, credentials: Credentials) -> None:
        """Nothing is asked yet."""
        self._agent, self._place, self._who = agent, place, credentials
        self._answers = False

    async def get(self, oids: Sequence[str]) -> Mapping[str, Value]:
        """See `Reader`."""
        if not self._answers:
            found = await self._agent.get(oids)
            self._answers = True
            return found
        told: dict[str, Value] = {}
        for at in range(0, len(oids), _AT_ONCE):
            part = oids[at : at + _AT_ONCE]
            pairs = await self._ask("get", part, 1)
            if pairs is None:
                # An agent that stumbles over one object: pysnmp takes the request apart.
                told |= await self._agent.get(part)
            else:
                told |= {oid: value for oid, value in pairs if value is not None}
        return told

    async def bulk(self, oids: Sequence[str], repetitions: int) -> Sequence[tuple[str, Value | None]]:
        """See `Reader`."""
        if not self._answers:
            found = await self._agent.bulk(oids, repetitions)
            self._answers = True
            return found
        return await self._ask("bulk_get", oids, repetitions) or ()

    async def _ask(self, question: str, oids: Sequence[str], repetitions: int) -> list[tuple[str, Value | None]] | None:
        """The answer; None: the agent stumbles over it.

        Raises:
            SnmpSilentError, SnmpRefusedError: There is none.
        """
        return await asyncio.get_running_loop().run_in_executor(
            _thread(), _talk, self._place, self._who, question, list(oids), repetitions
        )


@cache
def _thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, "snmp")


def _talk(
    place: Place, who: Credentials, question: str, oids: list[str], repetitions: int
) -> list[tuple[str, Value | None]] | None:
    import ezsnmp  # type: ignore[import-untyped] # noqa: PLC0415 - not always there

    session = ezsnmp.Session(
        hostname=place.host, port_number=place.port, version="2c", community=who.community, retries=TRIES - 1,
        timeout=round(place.try_s, 2), print_oids_numerically=True, print_hex_strings=True,
        print_enums_numerically=True, print_timeticks_numerically=True, set_max_repeaters_to_num=repetitions,
    )  # fmt: skip
    try:
        return [
            (f"{one.oid}.{one.index}".lstrip("."), _value(one.type, one.value))
            for one in getattr(session, question)(oids)
        ]
    except ezsnmp.TimeoutError:
        raise SnmpSilentError from None
    except ezsnmp.PacketError:
        return None
    except ezsnmp.GenericError as error:
        raise unreadable(type(error).__name__) from None
    finally:
        session.close()


def _value(kind: str, shown: str) -> Value | None:
    """A value as Net-SNMP prints it; None: there is none."""
    if kind == "Hex-STRING":
        return bytes.fromhex(shown)
    if kind in _NUMBERS:
        return int(shown)
    if kind == "OID":
        return shown.lstrip(".")
    return b"" if shown in ("", '""') else None
