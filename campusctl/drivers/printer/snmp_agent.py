"""One printer by SNMP: get, walk, set. pysnmp speaks the protocol, v2c and v3."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeAlias

from campusctl.drivers.printer.snmp_engine import Credentials, Turn, api_of, auth_of, engine_for
from campusctl.drivers.printer.snmp_trouble import DENIED, denied, indicated, unreadable

Value: TypeAlias = int | bytes | str
"""A number, a text as it came, an object identifier."""

_AT_ONCE: Final = 12
"""Objects in one request: small agents take no more."""
_REPETITIONS: Final = 5
_MOST_ROWS: Final = 400
"""Of a column; an agent may go in circles."""
_MARGIN_S: Final = 1.0
TRIES: Final = 3
"""How often something is asked: a datagram may be lost."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an agent listens."""

    host: str
    """Address."""
    port: int
    """UDP port."""
    timeout_s: float
    """For an answer, all tries together, in seconds."""

    @property
    def try_s(self) -> float:
        """For an answer to one try, in seconds."""
        return self.timeout_s / TRIES


class Reader(Protocol):
    """Reads from an agent. Raises SnmpSilentError, SnmpRefusedError."""

    async def get(self, oids: Sequence[str]) -> Mapping[str, Value]:
        """The objects that are there."""
        ...

    async def bulk(self, oids: Sequence[str], repetitions: int) -> Sequence[tuple[str, Value | None]]:
        """What follows each of the objects, so many times; None: nothing does. Row by row."""
        ...


class Agent:
    """An agent, by pysnmp."""

    def __init__(
        self,
        engine: Any,  # noqa: ANN401 - of a library without types
        place: Place,
        credentials: Credentials,
        turn: Turn,
    ) -> None:
        """Nothing is sent yet; use `open_agent`.

        Args:
            engine: pysnmp's, of the credentials' version.
            place: Where it listens.
            credentials: Who we are.
            turn: Is waited for before anything is asked.
        """
        self._engine, self._place, self._who, self._turn = engine, place, credentials, turn

    def of(self, credentials: Credentials) -> "Agent":
        """The same agent, to whom we are somebody else of the same version."""
        return Agent(self._engine, self._place, credentials, self._turn)

    async def get(self, oids: Sequence[str]) -> Mapping[str, Value]:
        """The objects that are there. See `Reader`."""
        found: dict[str, Value] = {}
        for at in range(0, len(oids), _AT_ONCE):
            found |= await self._get(oids[at : at + _AT_ONCE])
        return found

    async def _get(self, oids: Sequence[str]) -> dict[str, Value]:
        status, pairs = await self._ask("get_cmd", [(oid, None) for oid in oids])
        if status and len(oids) > 1:
            # An agent that stumbles over one object (genErr, tooBig) still has the others.
            half = len(oids) // 2
            return {**await self._get(oids[:half]), **await self._get(oids[half:])}
        return {oid: value for oid, value in pairs if value is not None} if not status else {}

    async def bulk(self, oids: Sequence[str], repetitions: int) -> Sequence[tuple[str, Value | None]]:
        """What follows. See `Reader`."""
        status, pairs = await self._ask("bulk_cmd", [(oid, None) for oid in oids], 0, repetitions)
        return () if status else pairs

    async def set(self, values: Mapping[str, int | bytes]) -> str:
        """Set objects, all or none.

        Args:
            values: By object.

        Returns:
            Why not, as RFC 3416 names it, such as `notWritable`; empty: it says that it did.
        """
        return (await self._ask("set_cmd", list(values.items())))[0]

    async def _ask(
        self, command: str, binds: Sequence[tuple[str, int | bytes | None]], *numbers: int
    ) -> tuple[str, list[tuple[str, Value | None]]]:
        api = api_of(self._who.version)
        target = await api.UdpTransportTarget.create(
            (self._place.host, self._place.port), timeout=self._place.try_s, retries=TRIES - 1
        )
        objects = [api.ObjectType(api.ObjectIdentity(oid), *_given(value)) for oid, value in binds]
        # Only SNMPv3 knows contexts.
        context = () if self._who.version == "2c" else (api.ContextData(),)
        async with self._turn:
            asked = getattr(api, command)(
                self._engine, auth_of(self._who), target, *context, *numbers, *objects, lookupMib=False
            )
            try:
                indication, status, _, pairs = await asyncio.wait_for(asked, self._place.timeout_s + _MARGIN_S)
            except TimeoutError:
                # pysnmp stumbled over an answer, and would wait for ever.
                raise unreadable("an answer that contradicts itself") from None
        if indication:
            raise indicated(indication)
        why = status.prettyPrint() if status else ""
        if why in DENIED and command != "set_cmd":
            raise denied()
        return why, [(str(oid), _plain(value)) for oid, value in pairs]


async def columns(agent: Reader, wanted: Sequence[str]) -> dict[str, dict[str, Value]]:
    """Columns of tables, whole.

    Args:
        agent: Where from.
        wanted: Object identifiers of the columns.

    Returns:
        By column: index (`1.2`) and value.
    """
    found: dict[str, dict[str, Value]] = {column: {} for column in wanted}
    at = {column: column for column in wanted}
    while at:
        names = list(at)
        answered = await agent.bulk([at[name] for name in names], _REPETITIONS)
        if not answered and len(names) > 1:
            # An agent that stumbles over one column, or over so many, still has the others.
            half = len(names) // 2
            return {**found, **await columns(agent, names[:half]), **await columns(agent, names[half:])}
        if not answered:
            break
        for place, (oid, value) in enumerate(answered):
            name = names[place % len(names)]
            if name not in at:
                continue
            index = oid.removeprefix(f"{name}.")
            if value is None or index == oid or _numbers(oid) <= _numbers(at[name]) or len(found[name]) >= _MOST_ROWS:
                del at[name]
                continue
            found[name][index], at[name] = value, oid
    return found


def _numbers(oid: str) -> tuple[int, ...]:
    return tuple(int(part) for part in oid.split("."))


def _given(value: int | bytes | None) -> tuple[Any, ...]:
    from pysnmp.proto import rfc1902  # type: ignore[import-untyped] # noqa: PLC0415 - slow to import

    if value is None:
        return ()
    return (rfc1902.OctetString(value) if isinstance(value, bytes) else rfc1902.Integer32(value),)


def _plain(value: Any) -> Value | None:  # noqa: ANN401 - of a library without types
    """A value of pysnmp's as Python has it; None: there is none."""
    from pyasn1.type import univ  # type: ignore[import-untyped] # noqa: PLC0415 - slow to import

    if isinstance(value, univ.Null):
        # So are noSuchObject, noSuchInstance and endOfMibView.
        return None
    if isinstance(value, univ.ObjectIdentifier):
        return str(value)
    return bytes(value) if isinstance(value, univ.OctetString) else int(value)


@asynccontextmanager
async def open_agent(place: Place, credentials: Credentials) -> AsyncIterator[Agent]:
    """An agent; nothing is sent yet.

    Args:
        place: Where it listens.
        credentials: Who we are.

    Raises:
        MissingExtraError: The extra [printers] is not installed.
    """
    async with engine_for(credentials) as (engine, turn):
        yield Agent(engine, place, credentials, turn)
