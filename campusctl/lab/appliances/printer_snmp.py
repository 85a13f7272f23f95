"""The lab's printers by SNMP: pysnmp's agent side, v2c and v3, with the printers' own objects behind it.

One engine serves all printers that have the same credentials: each takes a tenth of a second to make, and a city has a
thousand printers.
"""

import asyncio
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any, Final, NamedTuple, Protocol

from campusctl.lab.appliances.printer_device import Oid

_MEASURED: Final = "rfc3412.receiveMessage:request"


class Speaker(Protocol):
    """A printer, as its agent sees it."""

    def hears(self) -> bool:
        """Whether it answers by SNMP right now."""
        ...

    def objects(self) -> Mapping[Oid, int | str]:
        """Everything that it tells."""
        ...

    def put(self, values: Mapping[Oid, int | str]) -> tuple[str, Oid] | None:
        """Set objects, all or none; None: done, else the name of the error (RFC 3416) and the object."""
        ...


class Access(NamedTuple):
    """Who may do what."""

    read: str = ""
    """v2c: community that may read; empty: there is no v2c."""
    write: str = ""
    """v2c: community that may write; empty: none."""
    user: str = ""
    """v3: user; empty: there is no v3."""
    auth: str = ""
    """v3: authentication passphrase."""
    privacy: str = ""
    """v3: privacy passphrase."""
    auth_protocol: str = "sha256"
    """v3: how messages are authenticated."""
    privacy_protocol: str = "aes128"
    """v3: how they are encrypted."""


class Post:
    """An agent at its place."""

    def __init__(self, desk: "_Desk", domain: tuple[int, ...]) -> None:
        """Use `take_post`."""
        self._desk, self._domain = desk, domain

    async def leave(self) -> None:
        """Answer no more."""
        await self._desk.leave(self._domain)


async def take_post(speaker: Speaker, access: Access, host: str, port: int) -> Post:
    """Answer for a printer.

    Args:
        speaker: The printer.
        access: Who may do what.
        host: Address to listen at.
        port: UDP port.
    """
    key = (asyncio.get_running_loop(), access)
    desk = _DESKS.get(key)
    if desk is None:
        desk = _DESKS[key] = _Desk(key)
    return await desk.take(speaker, host, port)


class _Desk:
    """One engine, and the printers that it answers for."""

    def __init__(self, key: "tuple[asyncio.AbstractEventLoop, Access]") -> None:
        from pysnmp.entity.engine import SnmpEngine  # type: ignore[import-untyped] # noqa: PLC0415 - slow to import
        from pysnmp.entity.rfc3413 import cmdrsp, context  # type: ignore[import-untyped] # noqa: PLC0415 - likewise

        self._key = key
        self._engine = SnmpEngine()
        self._speakers: dict[tuple[int, ...], Speaker] = {}
        self._numbers = count(1)
        _let_in(self._engine, key[1])
        behind = context.SnmpContext(self._engine)
        behind.unregister_context_name(b"")
        behind.register_context_name(b"", _Objects(self._speakers, key[1]))
        cmdrsp.GetCommandResponder(self._engine, behind)
        cmdrsp.NextCommandResponder(self._engine, behind)
        cmdrsp.BulkCommandResponder(self._engine, behind)
        cmdrsp.SetCommandResponder(self._engine, behind)

    async def take(self, speaker: Speaker, host: str, port: int) -> Post:
        from pysnmp.carrier.asyncio.dgram import udp  # type: ignore[import-untyped] # noqa: PLC0415 - slow to import
        from pysnmp.entity import config  # type: ignore[import-untyped] # noqa: PLC0415 - likewise

        class Ear(udp.UdpTransport):  # type: ignore[misc]
            """Hears nothing while the printer is off or its SNMP is."""

            def datagram_received(self, datagram: bytes, transportAddress: object) -> None:  # noqa: N803 - its name
                """See `asyncio.DatagramProtocol`."""
                if speaker.hears():
                    super().datagram_received(datagram, transportAddress)

        domain = (*udp.DOMAIN_NAME, next(self._numbers))
        ear = Ear()
        await asyncio.get_running_loop().create_datagram_endpoint(lambda: ear, local_addr=(host, port))
        config.add_transport(self._engine, domain, ear)
        self._speakers[domain] = speaker
        return Post(self, domain)

    async def leave(self, domain: tuple[int, ...]) -> None:
        transport = self._engine.transport_dispatcher.get_transport(domain)
        transport.transport.close()
        # What has just come in is answered before nobody is there any more.
        await asyncio.sleep(0)
        self._engine.transport_dispatcher.unregister_transport(domain)
        transport.close_transport()
        del self._speakers[domain]
        if not self._speakers:
            self._engine.close_dispatcher()
            del _DESKS[self._key]


_DESKS: Final[dict[tuple[asyncio.AbstractEventLoop, Access], _Desk]] = {}
"""Engines that are at work; the last printer that leaves closes its own."""


def _let_in(engine: Any, access: Access) -> None:  # noqa: ANN401 - of a library without types
    from pysnmp.entity import config  # noqa: PLC0415 - slow to import

    if access.read:
        config.add_v1_system(engine, "read", access.read, securityName="read")
    if access.write and access.write != access.read:
        config.add_v1_system(engine, "write", access.write, securityName="write")
    if access.user:
        auth = {
            "md5": config.USM_AUTH_HMAC96_MD5, "sha1": config.USM_AUTH_HMAC96_SHA,
            "sha224": config.USM_AUTH_HMAC128_SHA224, "sha256": config.USM_AUTH_HMAC192_SHA256,
            "sha384": config.USM_AUTH_HMAC256_SHA384, "sha512": config.USM_AUTH_HMAC384_SHA512,
        }  # fmt: skip
        privacy = {
            "des": config.USM_PRIV_CBC56_DES, "aes128": config.USM_PRIV_CFB128_AES,
            "aes192": config.USM_PRIV_CFB192_AES, "aes256": config.USM_PRIV_CFB256_AES,
        }  # fmt: skip
        config.add_v3_user(
            engine, access.user,
            auth[access.auth_protocol] if access.auth else config.USM_AUTH_NONE, access.auth or None,
            privacy[access.privacy_protocol] if access.privacy else config.USM_PRIV_NONE, access.privacy or None,
        )  # fmt: skip


class _Objects:
    """What stands behind the agent: the objects of the printer that was asked."""

    def __init__(self, speakers: Mapping[tuple[int, ...], Speaker], access: Access) -> None:
        self._speakers, self._access = speakers, access

    def read_variables(self, *binds: Any, **around: Any) -> list[Any]:  # noqa: ANN401 - of a library without types
        """The objects themselves."""
        from pysnmp.proto.rfc1905 import (  # type: ignore[import-untyped] # noqa: PLC0415 - slow to import
            noSuchInstance,
        )

        known = self._asked(around).objects()
        return [(oid, _made(known[tuple(oid)]) if tuple(oid) in known else noSuchInstance) for oid, _ in binds]

    def read_next_variables(self, *binds: Any, **around: Any) -> list[Any]:  # noqa: ANN401 - likewise
        """What follows each of them."""
        from pysnmp.proto.rfc1902 import (  # type: ignore[import-untyped] # noqa: PLC0415 - slow to import
            ObjectName,
        )
        from pysnmp.proto.rfc1905 import endOfMibView  # noqa: PLC0415 - likewise

        known = self._asked(around).objects()
        ordered = sorted(known)
        told: list[Any] = []
        for oid, _ in binds:
            at = bisect_right(ordered, tuple(oid))
            told.append(
                (ObjectName(ordered[at]), _made(known[ordered[at]])) if at < len(ordered) else (oid, endOfMibView)
            )
        return told

    def write_variables(self, *binds: Any, **around: Any) -> Sequence[Any]:  # noqa: ANN401 - likewise
        """Set them, all or none."""
        from pysnmp.smi import error  # type: ignore[import-untyped] # noqa: PLC0415 - slow to import

        speaker = self._asked(around)
        if not self._may_write(around):
            raise error.NoAccessError(idx=0)
        refused = speaker.put({tuple(oid): _plain(value) for oid, value in binds})
        if refused is not None:
            name, where = refused
            kinds = {
                "notWritable": error.NotWritableError, "noCreation": error.NoCreationError,
                "wrongValue": error.WrongValueError, "wrongType": error.WrongTypeError,
            }  # fmt: skip
            raise kinds[name](idx=[tuple(oid) for oid, _ in binds].index(where))
        return binds

    def _asked(self, around: Mapping[str, Any]) -> Speaker:
        seen = around["snmpEngine"].observer.get_execution_context(_MEASURED)
        from pysnmp.smi import error  # noqa: PLC0415 - slow to import

        if self._access.privacy and int(seen["securityModel"]) == 3 and int(seen["securityLevel"]) < 3:
            raise error.AuthorizationError(idx=0)
        return self._speakers[seen["transportDomain"]]

    def _may_write(self, around: Mapping[str, Any]) -> bool:
        seen = around["snmpEngine"].observer.get_execution_context(_MEASURED)
        if int(seen["securityModel"]) == 3:
            return int(seen["securityLevel"]) > 1
        who = str(seen["securityName"])
        return who == "write" or (who == "read" and self._access.read == self._access.write)


def _made(value: int | str) -> Any:  # noqa: ANN401 - of a library without types
    from pysnmp.proto import rfc1902  # type: ignore[import-untyped] # noqa: PLC0415 - slow to import

    return rfc1902.Integer32(value) if isinstance(value, int) else rfc1902.OctetString(value.encode())


def _plain(value: Any) -> int | str:  # noqa: ANN401 - of a library without types
    from pysnmp.proto import rfc1902  # noqa: PLC0415 - slow to import

    if isinstance(value, rfc1902.OctetString):
        return bytes(value).decode(errors="replace")
    return int(value)
