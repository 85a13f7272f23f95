"""The way to a printer's print service: HTTP, with TLS and a login where they are asked for.

pyipp's own client reads answers of any length, follows a printer that sends it elsewhere, sends passwords in clear and
hides what was refused; so its messages travel by aiohttp, which it is built on.
"""

import asyncio
import base64
import ssl
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final, NoReturn

from campusctl.drivers.appliance.base import DeviceTroubleError
from campusctl.errors import MissingExtraError
from campusctl.model.outcome import FaultKind

if TYPE_CHECKING:
    import aiohttp

    from campusctl.drivers.appliance.base import Link

_LARGEST: Final = 1 << 20
"""Bytes of an answer; the longest seen are 30 kB."""
_HEADERS: Final = {"Content-Type": "application/ipp", "Accept": "application/ipp", "User-Agent": "campusctl"}

_MENDED: Final = (3, 12, 8)
"""Pythons before this one keep TLS connections that the other side does not end properly (python/cpython#118960)."""

_STATUS: Final = {
    403: (FaultKind.AUTH, "it refuses us (HTTP 403)", "its own web page says who may administer it"),
    404: (FaultKind.MALFORMED, "there is no print service at {path} (HTTP 404)", "printer.ipp.path says where it is"),
    405: (FaultKind.MALFORMED, "there is no print service at {path} (HTTP 405)", "printer.ipp.path says where it is"),
    426: (FaultKind.MALFORMED, "it wants TLS", "say printer.ipp.tls: true"),
}  # fmt: skip


class Http:
    """An open way to one print service."""

    def __init__(self, session: "aiohttp.ClientSession", link: "Link") -> None:
        """Nothing is sent yet; use `open_http`."""
        self._session, self._link = session, link
        self._tls = bool(link.options.get("tls"))
        self._path = str(link.options.get("path", "/ipp/print"))
        self._login: dict[str, str] = {}

    @property
    def uri(self) -> str:
        """The print service, as IPP names it."""
        return f"{'ipps' if self._tls else 'ipp'}://{self._link.host}:{self._link.port}{self._path}"

    async def post(self, body: bytes) -> bytes:
        """The answer to a request.

        Raises:
            DeviceTroubleError: It is no print service, or refuses us.
            OSError, EOFError, TimeoutError: There is no way to it.
        """
        import aiohttp  # noqa: PLC0415 - slow to import, and not always there

        try:
            return await self._post(body)
        except aiohttp.ClientError as error:
            _raise(error)

    async def _post(self, body: bytes) -> bytes:
        url = f"{'https' if self._tls else 'http'}://{self._link.host}:{self._link.port}{self._path}"
        async with self._session.post(
            url, data=body, headers={**_HEADERS, **self._login}, allow_redirects=False
        ) as response:
            if response.status == 401:
                self._log_in(response.headers.get("WWW-Authenticate", ""))
            else:
                return await self._body(response)
        return await self._post(body)

    def _log_in(self, offered: str) -> None:
        """Get ready to send the password in clear, where nobody else can read it.

        Raises:
            DeviceTroubleError: Somebody could, or there is none, or it was refused.
        """
        password = self._link.secret(self._link.login.password)
        if not password:
            raise DeviceTroubleError(FaultKind.AUTH, "it wants a password", "printer.login names none")
        if self._login or not offered.casefold().startswith("basic"):
            raise DeviceTroubleError(FaultKind.AUTH, "it refuses our user or password", "see printer.login")
        if not self._tls or self._link.options.get("certificate") == "any":
            what = "it wants the password in clear, and anybody could read it on the way"
            raise DeviceTroubleError(FaultKind.AUTH, what, "say printer.ipp.tls: true and its `certificate`")
        pair = base64.b64encode(f"{self._link.login.user}:{password}".encode()).decode()
        self._login = {"Authorization": f"Basic {pair}"}

    async def _body(self, response: "aiohttp.ClientResponse") -> bytes:
        status = response.status
        if status in _STATUS:
            kind, what, hint = _STATUS[status]
            raise DeviceTroubleError(kind, what.format(path=self._path), hint)
        if status != 200:
            what = f"it answers HTTP {status} instead of printing"
            raise DeviceTroubleError(FaultKind.MALFORMED, what, "is it a printer? printer.ipp.path and port say where")
        if response.content_type != "application/ipp":
            what = f"it answers as a web page or something else ({response.content_type}), not as a printer"
            raise DeviceTroubleError(FaultKind.MALFORMED, what, "printer.ipp.path and port say where it prints")
        parts: list[bytes] = []
        size = 0
        async for part in response.content.iter_any():
            parts.append(part)
            size += len(part)
            if size > _LARGEST:
                raise DeviceTroubleError(FaultKind.MALFORMED, "its answer has no end", "is it a printer?")
        return b"".join(parts)


def _raise(error: "aiohttp.ClientError") -> NoReturn:
    """The same trouble in our words.

    Raises:
        DeviceTroubleError, OSError, EOFError: Always one of them.
    """
    import aiohttp  # noqa: PLC0415 - it is there: it raised this

    if isinstance(error, aiohttp.ServerFingerprintMismatch):
        what = f"its certificate is another one: its SHA-256 is {error.got.hex()}"
        raise DeviceTroubleError(FaultKind.HOST_KEY, what, "if it is new, say so in printer.ipp.certificate") from None
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        hint = "printer.ipp.certificate is the SHA-256 of its own, or `any`"
        raise DeviceTroubleError(FaultKind.HOST_KEY, "no CA of the system has signed its certificate", hint) from None
    if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError):
        what = "it does not speak TLS as it should"
        raise DeviceTroubleError(FaultKind.MALFORMED, what, "does printer.ipp.tls hold for it?") from None
    if isinstance(error, aiohttp.ClientConnectorError):
        raise error.os_error from None
    if isinstance(error, TimeoutError) or (isinstance(error, OSError) and error.errno):
        raise error
    if isinstance(error, aiohttp.ServerDisconnectedError | OSError):
        raise EOFError from None  # noqa: TRY004 - a connection that ends, not a type
    if isinstance(error, aiohttp.ClientPayloadError):
        raise DeviceTroubleError(FaultKind.MALFORMED, "its answer is cut off", "is the network in order?") from None
    what = "what answers there does not speak HTTP"
    raise DeviceTroubleError(FaultKind.MALFORMED, what, "is the port right? does it want printer.ipp.tls?") from None


@asynccontextmanager
async def open_http(link: "Link") -> AsyncIterator[Http]:
    """A way to a print service; it is closed at the end.

    Raises:
        MissingExtraError: The extra [printers] is not installed.
    """
    try:
        import aiohttp  # noqa: PLC0415 - slow to import, and not always there
        import pyipp  # noqa: F401, PLC0415 - only asked whether it is there
    except ImportError:
        raise MissingExtraError("printers", "a printer") from None
    password = link.secret(link.login.password)
    digest = (aiohttp.DigestAuthMiddleware(link.login.user, password),) if password else ()
    async with aiohttp.ClientSession(
        # A request each: printers close connections that they promised to keep.
        connector=aiohttp.TCPConnector(
            ssl=_trust(link), limit=1, force_close=True, enable_cleanup_closed=sys.version_info < _MENDED
        ),
        timeout=aiohttp.ClientTimeout(total=link.timeout_s),
        middlewares=digest,
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
    ) as session:
        yield Http(session, link)
    # A connection that is dropped is closed in the loop's next turn.
    await asyncio.sleep(0)


def _trust(link: "Link") -> "bool | aiohttp.Fingerprint":
    """Which certificate is believed."""
    import aiohttp  # noqa: PLC0415 - slow to import, and not always there

    known = str(link.options.get("certificate", ""))
    if known == "any":
        return False
    return aiohttp.Fingerprint(bytes.fromhex(known)) if known else True
