"""HTTP/1.1 as printers and print servers speak it: requests on a connection; a login by digest (RFC 7616)."""

import asyncio
import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Final, NamedTuple

_LONGEST_HEAD: Final = 16_384
_LONGEST_BODY: Final = 1 << 20
_PAIR: Final = re.compile(r'(\w+)=(?:"([^"]*)"|([^\s,]+))')
_REALM: Final = "printer"


class HttpRequest(NamedTuple):
    """One request."""

    method: str
    """`GET`, `POST` …"""
    path: str
    """What it is for."""
    headers: Mapping[str, str]
    """By name in small letters."""
    body: bytes
    """What was sent with it."""


async def read_request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> HttpRequest | None:
    """The next request; None: there is none any more, or it is no HTTP."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        return None
    if len(head) > _LONGEST_HEAD:
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    words = first.split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        return None
    pairs = (line.partition(":") for line in lines if ":" in line)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    if headers.get("expect", "").lower() == "100-continue":
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    body = await _body(reader, headers)
    return HttpRequest(words[0], words[1], headers, body) if body is not None else None


async def _body(reader: asyncio.StreamReader, headers: Mapping[str, str]) -> bytes | None:
    if headers.get("transfer-encoding", "").lower() == "chunked":
        parts = []
        while size := int((await reader.readline()).split(b";")[0] or b"0", 16):
            parts.append(await reader.readexactly(size))
            await reader.readline()
        await reader.readline()
        return b"".join(parts)
    length = headers.get("content-length", "0")
    if not length.isdigit() or int(length) > _LONGEST_BODY:
        return None
    return await reader.readexactly(int(length))


def reply(status: str, body: bytes = b"", kind: str = "application/ipp", *more: str, server: str = "Lab") -> bytes:
    """An answer as bytes.

    Args:
        status: Number and words.
        body: What goes with it.
        kind: Its media type.
        more: Further header lines.
        server: What we call ourselves.
    """
    lines = [f"HTTP/1.1 {status}", f"Server: {server}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *more]
    return "".join(f"{line}\r\n" for line in lines).encode() + b"\r\n" + body


class Digest:
    """A login by digest."""

    def __init__(self, password: str, nonce: str) -> None:
        """Know the password; whoever says it may be called anything."""
        self._password, self._nonce = password, nonce

    @property
    def challenge(self) -> str:
        """The header line that asks for it."""
        return f'WWW-Authenticate: Digest realm="{_REALM}", nonce="{self._nonce}", qop="auth", algorithm=SHA-256'

    def knows(self, request: HttpRequest) -> bool:
        """Whether a request comes from somebody who has the password."""
        kind, _, rest = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "digest":
            return False
        said = {name: quoted or plain for name, quoted, plain in _PAIR.findall(rest)}
        if said.get("nonce") != self._nonce or said.get("uri") != request.path:
            return False
        first = _hash(f"{said.get('username', '')}:{_REALM}:{self._password}")
        second = _hash(f"{request.method}:{request.path}")
        middle = ":".join(said.get(name, "") for name in ("nonce", "nc", "cnonce", "qop"))
        return hmac.compare_digest(_hash(f"{first}:{middle}:{second}"), said.get("response", ""))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
