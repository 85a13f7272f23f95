"""What pysnmp needs before anything is asked: a dispatcher for v2c, an engine for SNMPv3, and who we are."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final, TypeAlias

from campusctl.errors import MissingExtraError

Turn: TypeAlias = AbstractAsyncContextManager[object]
"""Is waited for before anything is asked."""

_TURNS: Final = 16
"""Questions that are under way at once through one socket: what the kernel cannot keep of the answers is lost."""


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


def api_of(version: str) -> Any:  # noqa: ANN401 - of a library without types
    """Pysnmp's way to speak a version: that of SNMPv3 reads MIBs for 0.15 s, which v2c can do without."""
    name = "pysnmp.hlapi.v1arch.asyncio" if version == "2c" else "pysnmp.hlapi.v3arch.asyncio"
    return import_module(name)


def auth_of(who: Credentials) -> Any:  # noqa: ANN401 - of a library without types
    """Who we are, as pysnmp wants to be told."""
    api = api_of(who.version)
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
    api = api_of("2c")

    class Dispatcher(api.SnmpDispatcher):  # type: ignore[name-defined,misc]
        """Takes garbage for silence; pysnmp would tell the event loop of a bug."""

        def _recv_callback(self, *datagram: object) -> object:
            # It raises anything: what a foreign device said must not end us.
            with suppress(Exception):
                return super()._recv_callback(*datagram)
            return None

    return Dispatcher()


class _Engines:
    """pysnmp's engines of SNMPv3: 0.15 s to make, so those who say the same credentials share one."""

    def __init__(self) -> None:
        self._open: dict[tuple[asyncio.AbstractEventLoop, Credentials], tuple[_Shared, int]] = {}

    @asynccontextmanager
    async def of(self, credentials: Credentials) -> AsyncIterator["_Shared"]:
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
        self.engine = api_of("3").SnmpEngine()
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
async def engine_for(credentials: Credentials) -> AsyncIterator[tuple[Any, Turn]]:
    """What speaks for these credentials, and whose turn it is; it is closed at the end.

    Args:
        credentials: Who we are.

    Raises:
        MissingExtraError: The extra [printers] is not installed.
    """
    if not find_spec("pysnmp"):
        raise MissingExtraError("printers", "a printer by SNMP")
    if credentials.version == "2c":
        dispatcher = _dispatcher()
        try:
            yield dispatcher, nullcontext()
        finally:
            await _close(dispatcher)
        return
    async with _ENGINES.of(credentials) as shared:
        yield shared.engine, shared.turns
