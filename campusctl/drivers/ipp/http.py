"""The way to a print service: HTTP, with TLS and a login where they are asked for.

pyipp's own client reads answers of any length, follows a printer that sends it elsewhere, sends passwords in clear and
hides what was refused; so messages travel by aiohttp, which it is built on.
"""

import asyncio
import secrets
import socket
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, NoReturn

import aiohttp

from campusctl.drivers.appliance.base import DeviceTroubleError
from campusctl.drivers.ipp.login import NOBODY, Account, Offer, basic, best_digest, digest, offers
from campusctl.model.outcome import FaultKind

_TYPE: Final = "application/ipp"
_UNTYPED: Final = "application/octet-stream"
"""What aiohttp takes an answer for that says nothing of its type."""
_HEADERS: Final = {"Content-Type": _TYPE, "Accept": _TYPE, "Accept-Encoding": "identity", "User-Agent": "campusctl"}
_ANY: Final = "any"
_TURNS: Final = 8
"""Of the loop, in which a connection that was hung up is taken apart."""


class NoServiceError(DeviceTroubleError):
    """There is no print service at this path."""


class Words(NamedTuple):
    """Where the inventory says what, for hints."""

    thing: str
    """`a printer`."""
    login: str
    """Who we are: `printer.login`."""
    place: str
    """Where its print service is, in one sentence."""
    tls: str
    """How TLS is asked for."""
    certificate: str
    """Which certificate it has: `printer.ipp.certificate`."""


@dataclass(frozen=True, slots=True)
class Way:
    """How a print service is reached."""

    url: str
    """`https://10.42.10.21:631`, without a path."""
    words: Words
    """For hints."""
    certificate: str = ""
    """With TLS: its SHA-256 in hexadecimal digits; `any`: it is not looked at; empty: this computer must trust it."""
    socket: str = ""
    """Path of this computer's own socket; empty: over the network."""
    headers: Mapping[str, str] | None = None
    """Sent with every request."""
    account: Account = NOBODY
    """Who we are."""
    in_clear: bool = False
    """The password may be sent as it is: nobody else can read it."""
    connect_s: float = 4.0
    """For a connection, in seconds."""
    timeout_s: float = 10.0
    """Between two pieces of an answer, in seconds."""
    whole_s: float | None = None
    """For a whole answer, in seconds; none: for as long as it goes on, and the driver has time."""
    largest: int = 1 << 20
    """Bytes of an answer; a printer's are 30 kB, a server's have every queue in them."""

    def __repr__(self) -> str:
        """Nothing that is secret."""
        return f"Way({self.url!r})"


class Http:
    """An open way to one print service."""

    def __init__(self, session: aiohttp.ClientSession, way: Way) -> None:
        """Nothing is sent yet; use `open_http`."""
        self._session, self._way = session, way
        self._offer: Offer | None = None
        self._answers = 0
        self._heard = False
        self.server = ""
        """What the other side called itself in its last answer."""

    def uri(self, path: str) -> str:
        """A print service, as IPP names it."""
        scheme, _, host = self._way.url.partition("://")
        return f"{'ipps' if scheme == 'https' else 'ipp'}://{host}{path}"

    async def post(self, path: str, body: bytes) -> bytes:
        """The answer to a request.

        Args:
            path: Of the print service.
            body: The request.

        Raises:
            DeviceTroubleError: It is no print service, or refuses us.
            OSError, EOFError, TimeoutError: There is no way to it.
        """
        try:
            answered = await self._post(path, body)
        except aiohttp.ClientConnectorCertificateError as error:
            raise await self._strange(error) from None
        except TimeoutError:
            if self._heard:
                raise
            hint = "is it on, and plugged in?"
            raise DeviceTroubleError(FaultKind.TIMEOUT, "it does not answer", hint) from None
        except aiohttp.ClientError as error:
            _raise(error, self._way.words)
        self._heard = True
        return answered

    async def _post(self, path: str, body: bytes) -> bytes:
        for again in (False, True):
            async with self._session.post(
                self._way.url + path, data=body, headers=self._headers(path), allow_redirects=False
            ) as response:
                self.server = response.headers.get("Server", "")[:60]
                if response.status != 401:
                    return await self._body(path, response)
                self._log_in(response.headers.getall("WWW-Authenticate", []), again=again)
        raise AssertionError  # pragma: no cover - the second time either answers or raises

    def _headers(self, path: str) -> dict[str, str]:
        headers = {**_HEADERS, **(self._way.headers or {})}
        if self._offer is None:
            return headers
        if self._offer.scheme == "basic":
            return {**headers, "Authorization": basic(self._way.account)}
        self._answers += 1
        told = digest(self._offer, self._way.account, f"POST {path}", self._answers, secrets.token_hex(8))
        return {**headers, "Authorization": told}

    def _log_in(self, asked: list[str], *, again: bool) -> None:
        """Get ready to say who we are.

        Args:
            asked: What is offered.
            again: We have just said it.

        Raises:
            DeviceTroubleError: There is no password, it was refused, or somebody could read it on the way.
        """
        way, offered = self._way, tuple(offers(asked))
        if not way.account.password:
            raise DeviceTroubleError(FaultKind.AUTH, "it wants a password", f"{way.words.login} names none")
        hint = f"see {way.words.login}"
        if again or (self._offer and self._offer.scheme == "basic"):
            raise DeviceTroubleError(FaultKind.AUTH, "it refuses our user or password", hint)
        best = best_digest(offered)
        if best is None and not any(one.scheme == "basic" for one in offered):
            shown = ", ".join(one.scheme for one in offered)[:60] or "nothing"
            raise DeviceTroubleError(FaultKind.AUTH, f"it wants a login that we do not know (it offers {shown})", hint)
        if best is None and not way.in_clear:
            what = "it wants the password in clear, and anybody could read it on the way"
            raise DeviceTroubleError(FaultKind.AUTH, what, f"{way.words.tls}, and its `certificate`")
        if best is None or self._offer is None or best.said["nonce"] != self._offer.said.get("nonce"):
            self._answers = 0
        self._offer = best or Offer("basic", {})

    async def _body(self, path: str, response: aiohttp.ClientResponse) -> bytes:
        words = self._way.words
        if response.status != 200:
            raise _status(response, path, words)
        if response.content_type not in (_TYPE, _UNTYPED):
            what = f"it answers as a web page or something else ({response.content_type[:60]}), not as {words.thing}"
            raise DeviceTroubleError(FaultKind.MALFORMED, what, words.place)
        parts: list[bytes] = []
        size = 0
        async for part in response.content.iter_any():
            parts.append(part)
            size += len(part)
            if size > self._way.largest:
                raise DeviceTroubleError(FaultKind.MALFORMED, "its answer has no end", f"is it {words.thing}?")
        return b"".join(parts)

    async def _strange(self, error: aiohttp.ClientConnectorCertificateError) -> DeviceTroubleError:
        """A certificate that this computer does not trust: which one it is."""
        try:
            # No certificate has this fingerprint, so nothing is sent; the refusal says what it has.
            async with self._session.get(self._way.url, ssl=aiohttp.Fingerprint(bytes(32)), allow_redirects=False):
                pass
        except aiohttp.ServerFingerprintMismatch as mismatch:
            return _stranger("this computer does not trust it", mismatch.got, self._way.words)
        except (aiohttp.ClientError, OSError):
            pass
        what = f"its certificate is not trusted: {getattr(error.certificate_error, 'verify_message', '')}"[:200]
        return DeviceTroubleError(FaultKind.HOST_KEY, what, f"see {self._way.words.certificate}")


def _stranger(why: str, got: bytes, words: Words) -> DeviceTroubleError:
    what = f"its certificate cannot be taken: {why}"
    hint = f"if the device itself shows the same, say {words.certificate}: {got.hex(':').upper()}"
    return DeviceTroubleError(FaultKind.HOST_KEY, what, hint)


def _status(response: aiohttp.ClientResponse, path: str, words: Words) -> DeviceTroubleError:
    """What a status of HTTP means."""
    number, elsewhere = response.status, response.headers.get("Location", "")[:100]
    if number in (404, 405):
        return NoServiceError(FaultKind.MALFORMED, f"there is no print service at {path} (HTTP {number})", words.place)
    if number == 403:
        hint = "its own settings say who may administer it, and from where"
        return DeviceTroubleError(FaultKind.AUTH, "it refuses us (HTTP 403)", hint)
    if number == 426:
        return DeviceTroubleError(FaultKind.MALFORMED, "it wants TLS", words.tls)
    if 300 <= number < 400:
        hint = words.tls if elsewhere.startswith("https:") else words.place
        return DeviceTroubleError(FaultKind.MALFORMED, f"it sends us to {elsewhere or 'nowhere'} (HTTP {number})", hint)
    return DeviceTroubleError(FaultKind.MALFORMED, f"it answers HTTP {number} instead of printing", words.place)


def _raise(error: aiohttp.ClientError, words: Words) -> NoReturn:
    """The same trouble in our words.

    Raises:
        DeviceTroubleError, OSError, EOFError: Always one of them.
    """
    if isinstance(error, aiohttp.ServerFingerprintMismatch):
        raise _stranger("it is another one than the inventory says", error.got, words) from None
    if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError):
        what = "it does not speak TLS as it should"
        raise DeviceTroubleError(FaultKind.MALFORMED, what, "does it speak TLS at all? is it the right port?") from None
    if isinstance(error, aiohttp.ClientConnectorError):
        raise error.os_error from None
    if isinstance(error, OSError) and error.errno:
        raise error
    if isinstance(error, aiohttp.ServerDisconnectedError | OSError):
        raise EOFError from None  # noqa: TRY004 - a connection that ends, not a type
    if isinstance(error, aiohttp.ClientPayloadError):
        raise DeviceTroubleError(FaultKind.MALFORMED, "its answer is cut off", "is the network in order?") from None
    what = "what answers there does not speak HTTP"
    raise DeviceTroubleError(FaultKind.MALFORMED, what, f"is the port right? {words.tls} where it wants it") from None


@asynccontextmanager
async def open_http(way: Way) -> AsyncIterator[Http]:
    """A way to a print service; nothing is contacted before the first question, everything is hung up at the end."""
    opened: list[socket.socket] = []

    def make(info: tuple[Any, ...]) -> socket.socket:
        opened.append(socket.socket(*info[:3]))
        return opened[-1]

    # A request each: printers close connections that they promised to keep.
    connector: aiohttp.BaseConnector = (
        aiohttp.UnixConnector(way.socket, limit=1, force_close=True)
        if way.socket
        else aiohttp.TCPConnector(ssl=_trust(way), limit=1, force_close=True, socket_factory=make)
    )
    timeout = aiohttp.ClientTimeout(total=way.whole_s, sock_connect=way.connect_s, sock_read=way.timeout_s)
    try:
        async with aiohttp.ClientSession(
            connector=connector,
            timeout=timeout,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
        ) as session:
            yield Http(session, way)
    finally:
        # TLS says farewell at length, longer than our loop may run.
        for one in opened:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        for _ in range(_TURNS):
            await asyncio.sleep(0)


def _trust(way: Way) -> bool | aiohttp.Fingerprint:
    """Which certificate is believed."""
    if way.certificate == _ANY:
        return False
    return aiohttp.Fingerprint(bytes.fromhex(way.certificate)) if way.certificate else True
