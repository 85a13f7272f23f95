"""The way to a print server: HTTP over TLS whose certificate is checked, or this computer's own socket or loopback."""

import asyncio
import base64
import os
import pwd
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_address
from typing import Final, NamedTuple

from campusctl.drivers.appliance.base import DeviceTroubleError, Link
from campusctl.drivers.appliance.hanging_up import abort
from campusctl.drivers.queues.ipp import MalformedReplyError, Reply, reply
from campusctl.errors import MissingExtraError
from campusctl.model.outcome import FaultKind

try:
    import aiohttp
except ImportError:  # pragma: no cover - the tests' environment has every extra
    raise MissingExtraError("printers", "work on print queues") from None

_TYPE: Final = "application/ipp"
_TURNS: Final = 5
_LARGEST: Final = 16 << 20
"""Bytes of a reply."""
_STATUS: Final = {
    401: (FaultKind.AUTH, "it does not take our account or password", "look at `login` below `queues`"),
    403: (FaultKind.AUTH, "it does not let us administer it", "look at cupsd.conf: who may come, and from where"),
    426: (FaultKind.REFUSED, "it wants TLS", "say `tls: always` below `queues`"),
}
"""HTTP's status in our words."""


class _Pin(aiohttp.Fingerprint):
    """The one certificate that is taken; remembers every connection, so that the last one can be hung up."""

    def __init__(self, fingerprint: bytes, seen: list[asyncio.Transport]) -> None:
        """Take a certificate by its SHA-256."""
        super().__init__(fingerprint)
        self._seen = seen

    def check(self, transport: asyncio.Transport) -> None:
        """See `aiohttp.Fingerprint.check`."""
        self._seen.append(transport)
        super().check(transport)


class Way(NamedTuple):
    """How a server is reached."""

    url: str
    """`https://10.42.10.21:631`, without a path."""
    socket: str
    """Path of this computer's own socket; empty: over the network."""
    certificate: bytes
    """SHA-256 of the server's certificate; empty: it must be one that this computer trusts."""


def way(link: Link) -> Way:
    """How to reach a server: by TLS, unless it is on this very computer and the inventory does not insist."""
    options = link.options
    here = ip_address(link.host).is_loopback
    if options.get("socket") and not here:
        return Way("http://localhost", str(options["socket"]), b"")
    if here and options.get("tls") != "always":
        return Way(f"http://{link.host}:{link.port}", "", b"")
    pinned = bytes.fromhex(str(options.get("certificate", "")).replace(":", ""))
    return Way(f"https://{link.host}:{link.port}", "", pinned)


class Wire:
    """An open way to one server."""

    def __init__(self, http: "aiohttp.ClientSession", found: Way, seen: list[asyncio.Transport]) -> None:
        """Nothing is sent yet."""
        self._http, self._way, self._seen = http, found, seen
        self.server = ""
        """What the server called itself in its last answer."""

    async def ask(self, path: str, message: bytes) -> Reply:
        """Send a request and read the reply.

        Args:
            path: `/`, or `/admin/` for what needs an account.
            message: The request.

        Raises:
            DeviceTroubleError: The server wants somebody else, or another way, or speaks another language.
            OSError, TimeoutError, EOFError: No connection, or no answer.
        """
        try:
            return reply(await self._talk(path, message))
        except MalformedReplyError:
            raise _not_cups() from None
        except aiohttp.ClientConnectorCertificateError as error:
            raise await self._strange(error.certificate_error) from error
        except aiohttp.ServerFingerprintMismatch as error:
            raise _stranger(error.got, "it is another one than the inventory says") from error
        except (aiohttp.ServerTimeoutError, OSError):
            raise
        except (aiohttp.ServerDisconnectedError, aiohttp.ClientPayloadError) as error:
            raise EOFError from error
        except aiohttp.ClientError as error:
            raise _not_cups() from error

    async def _talk(self, path: str, message: bytes) -> bytes:
        headers = {"Content-Type": _TYPE}
        async with self._http.post(
            self._way.url + path, data=message, headers=headers, allow_redirects=False
        ) as answer:
            self.server = answer.headers.get("Server", "")[:60]
            if answer.status in _STATUS:
                raise DeviceTroubleError(*_STATUS[answer.status])
            if answer.status != 200 or answer.content_type != _TYPE:
                raise _not_cups()
            data = bytearray()
            async for part in answer.content.iter_any():
                data += part
                if len(data) > _LARGEST:
                    raise _not_cups()
            return bytes(data)

    async def _strange(self, error: Exception) -> DeviceTroubleError:
        """A certificate that this computer does not trust: which one it is."""
        try:
            # No certificate has this fingerprint, so nothing is sent; the refusal says what it has.
            async with self._http.get(self._way.url, ssl=_Pin(bytes(32), self._seen)):
                pass
        except aiohttp.ServerFingerprintMismatch as mismatch:
            return _stranger(mismatch.got, "this computer does not trust it")
        except (aiohttp.ClientError, OSError):
            pass
        return DeviceTroubleError(FaultKind.HOST_KEY, f"its certificate is not trusted: {error}"[:200])


def _basic(user: str, password: str) -> str:
    """Source: RFC 7617. aiohttp's own way has another name in each of its versions."""
    return f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"


def _not_cups() -> DeviceTroubleError:
    return DeviceTroubleError(FaultKind.MALFORMED, "what answers there is no print server", "is it CUPS?")


def _stranger(got: bytes, why: str) -> DeviceTroubleError:
    print_ = got.hex(":").upper()
    hint = f"if the server itself shows the same, say `certificate: {print_}` below `queues`"
    return DeviceTroubleError(FaultKind.HOST_KEY, f"its certificate cannot be taken: {why}", hint)


@asynccontextmanager
async def open_wire(link: Link) -> AsyncIterator[Wire]:
    """The way to a server; nothing is contacted before the first question."""
    found = way(link)
    headers: dict[str, str] = {}
    seen: list[asyncio.Transport] = []
    if found.socket:
        # Source: cups-files.conf, PeerCred: the kernel says who is at the other end of the socket.
        headers["Authorization"] = f"PeerCred {pwd.getpwuid(os.geteuid()).pw_name}"
        connector: aiohttp.BaseConnector = aiohttp.UnixConnector(found.socket, limit=1)
    else:
        pin = _Pin(found.certificate, seen) if found.certificate else True
        connector = aiohttp.TCPConnector(limit=1, ssl=pin)
        if link.login.password:
            headers["Authorization"] = _basic(link.login.user, link.secret(link.login.password))
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=link.timeout_s, sock_read=link.timeout_s)
    jar = aiohttp.DummyCookieJar()
    try:
        async with aiohttp.ClientSession(connector=connector, headers=headers, timeout=timeout, cookie_jar=jar) as http:
            yield Wire(http, found, seen)
    finally:
        # TLS says farewell at length, longer than our loop may run; a socket closes some turns of the loop later.
        for transport in seen:
            abort(transport)
        for _ in range(_TURNS):
            await asyncio.sleep(0)
