"""One printer by SNMP: get, walk, set. pysnmp speaks the protocol, v2c and v3."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final, Protocol, TypeAlias

from campusctl.drivers.printer.snmp_trouble import DENIED, denied, indicated
from campusctl.errors import MissingExtraError

Value: TypeAlias = int | bytes | str
"""A number, a text as it came, an object identifier."""

_AT_ONCE: Final = 12
"""Objects in one request: small agents take no more."""
_REPETITIONS: Final = 5
_TURNS: Final = 16
"""Questions that are under way at once through one socket: what the kernel cannot keep of the answers is lost."""
_MOST_ROWS: Final = 400
"""Of a column; an agent may go in circles."""
TRIES: Final = 3
"""How often something is asked: a datagram may be lost."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who we are to an agent."""

    version: str
    """`2c` or `3`."""
    community: str = ""
    """2c: who may read, or write."""
    user: str = ""
    """3: user name."""
    auth: str = ""
    """3: authentication passphrase; empty: none."""
    privacy: str = ""
    """3: privacy passphrase; empty: none."""
    auth_protocol: str = "sha256"
    """3: as the inventory names it."""
    privacy_protocol: str = "aes128"
    """3: as the inventory names it."""

    def __repr__(self) -> str:
        """Nothing that is secret."""
        return f"Credentials(version={self.version!r}, user={self.user!r})"


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
        turn: AbstractAsyncContextManager[object],
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
        api = _api(self._who.version)
        target = await api.UdpTransportTarget.create(
            (self._place.host, self._place.port), timeout=self._place.try_s, retries=TRIES - 1
        )
        objects = [api.ObjectType(api.ObjectIdentity(oid), *_given(value)) for oid, value in binds]
        # Only SNMPv3 knows contexts.
        context = () if self._who.version == "2c" else (api.ContextData(),)
        async with self._turn:
            indication, status, _, pairs = await getattr(api, command)(
                self._engine, _auth(self._who), target, *context, *numbers, *objects, lookupMib=False
            )
        if indication:
            raise indicated(indication)
        why = status.prettyPrint() if status else ""
        if why in DENIED and command != "set_cmd":
            raise denied()
        return why, [(str(oid), _plain(value)) for oid, value in pairs]


def _api(version: str) -> Any:  # noqa: ANN401 - of a library without types
    """Pysnmp's way to speak a version: that of SNMPv3 reads MIBs for 0.15 s, which v2c can do without."""
    name = "pysnmp.hlapi.v1arch.asyncio" if version == "2c" else "pysnmp.hlapi.v3arch.asyncio"
    return import_module(name)


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


def _auth(who: Credentials) -> Any:  # noqa: ANN401 - of a library without types
    api = _api(who.version)
    if who.version == "2c":
        return api.CommunityData(who.community, mpModel=1)
    auth = {
        "md5": api.USM_AUTH_HMAC96_MD5, "sha1": api.USM_AUTH_HMAC96_SHA, "sha224": api.USM_AUTH_HMAC128_SHA224,
        "sha256": api.USM_AUTH_HMAC192_SHA256, "sha384": api.USM_AUTH_HMAC256_SHA384,
        "sha512": api.USM_AUTH_HMAC384_SHA512,
    }  # fmt: skip
    privacy = {
        "des": api.USM_PRIV_CBC56_DES, "aes128": api.USM_PRIV_CFB128_AES, "aes192": api.USM_PRIV_CFB192_AES,
        "aes256": api.USM_PRIV_CFB256_AES,
    }  # fmt: skip
    return api.UsmUserData(
        who.user, who.auth or None, who.privacy or None,
        authProtocol=auth[who.auth_protocol] if who.auth else api.USM_AUTH_NONE,
        privProtocol=privacy[who.privacy_protocol] if who.privacy else api.USM_PRIV_NONE,
    )  # fmt: skip


def _dispatcher() -> Any:  # noqa: ANN401 - of a library without types
    """What speaks v2c; it costs nothing, so each printer has its own, and a socket that its answers fit into."""
    api = _api("2c")

    class Dispatcher(api.SnmpDispatcher):  # type: ignore[name-defined,misc]
        """Takes garbage for silence; pysnmp would tell the event loop of a bug."""

        def _recv_callback(self, *datagram: object) -> object:
            # It raises anything: what a foreign device said must not end us.
            with suppress(Exception):
                return super()._recv_callback(*datagram)
            return None

    made = Dispatcher()
    made.cache = _mibs()
    return made


@cache
def _mibs() -> dict[str, Any]:
    """Where pysnmp keeps what it has read of MIBs: once is enough."""
    return {}


class _Engines:
    """pysnmp's engines of SNMPv3: 0.15 s to make, so those who say the same credentials share one."""

    def __init__(self) -> None:
        self._open: dict[tuple[asyncio.AbstractEventLoop, Credentials], tuple[_Shared, int]] = {}

    @asynccontextmanager
    async def of(self, credentials: Credentials) -> "AsyncIterator[_Shared]":
        """An engine of the running loop; it is closed when the last one has left."""
        key = (asyncio.get_running_loop(), credentials)
        shared, users = self._open.get(key) or (_Shared(), 0)
        self._open[key] = (shared, users + 1)
        try:
            yield shared
        finally:
            shared, users = self._open.pop(key)
            if users > 1:
                self._open[key] = (shared, users - 1)
            else:
                await _close(shared.engine)


class _Shared:
    """An engine with one socket for many printers."""

    def __init__(self) -> None:
        self.engine = _api("3").SnmpEngine()
        self.turns = asyncio.Semaphore(_TURNS)


async def _close(engine: Any) -> None:  # noqa: ANN401 - of a library without types
    """Close pysnmp's socket first: an answer that comes while the rest is taken apart would be called a bug."""
    from pysnmp.carrier.asyncio.dgram.udp import (  # type: ignore[import-untyped] # noqa: PLC0415 - slow to import
        DOMAIN_NAME,
    )

    dispatcher = engine.transport_dispatcher
    with suppress(Exception):
        # There is none when nothing was sent.
        dispatcher.get_transport(DOMAIN_NAME).transport.close()
        await asyncio.sleep(0)
    if dispatcher is not None:
        getattr(engine, "close_dispatcher", dispatcher.close_dispatcher)()
        await asyncio.sleep(0)


_ENGINES: Final = _Engines()


@asynccontextmanager
async def open_agent(place: Place, credentials: Credentials) -> AsyncIterator[Agent]:
    """An agent; nothing is sent yet.

    Args:
        place: Where it listens.
        credentials: Who we are.

    Raises:
        MissingExtraError: The extra [printers] is not installed.
    """
    if not find_spec("pysnmp"):
        raise MissingExtraError("printers", "a printer by SNMP")
    if credentials.version == "2c":
        dispatcher = _dispatcher()
        try:
            yield Agent(dispatcher, place, credentials, nullcontext())
        finally:
            await _close(dispatcher)
        return
    async with _ENGINES.of(credentials) as shared:
        yield Agent(shared.engine, place, credentials, shared.turns)
