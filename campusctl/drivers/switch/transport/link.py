"""What both transports share: where to connect, who we are, which algorithms, and the channel Netmiko reads from."""

import codecs
import socket
from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from netmiko.channel import Channel

from campusctl.drivers.switch.faults import SessionError
from campusctl.drivers.switch.transport.keyfile import PrivateKey
from campusctl.model.outcome import FaultKind

KeyCheck = Callable[[str, bytes], None]
"""Called with key type and blob before any credential is sent; raises SessionError HOST_KEY."""

_KEX: Final = (
    "curve25519-sha256",
    "curve25519-sha256@libssh.org",
    "ecdh-sha2-nistp256",
    "ecdh-sha2-nistp384",
    "ecdh-sha2-nistp521",
    "diffie-hellman-group16-sha512",
    "diffie-hellman-group18-sha512",
    "diffie-hellman-group-exchange-sha256",
    "diffie-hellman-group14-sha256",
)
_KEX_LEGACY: Final = ("diffie-hellman-group-exchange-sha1", "diffie-hellman-group14-sha1")
_KEX_MARKS: Final = ("ext-info-c", "kex-strict-c-v00@openssh.com")
_KEYS: Final = (
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "rsa-sha2-512",
    "rsa-sha2-256",
)
_KEYS_LEGACY: Final = ("ssh-rsa",)
# GCM first: it needs no separate MAC, which is what costs paramiko most of its time.
_CIPHERS: Final = (
    "aes128-gcm@openssh.com",
    "aes256-gcm@openssh.com",
    "aes128-ctr",
    "aes192-ctr",
    "aes256-ctr",
    "chacha20-poly1305@openssh.com",
)
_CIPHERS_LEGACY: Final = ("aes128-cbc", "aes192-cbc", "aes256-cbc", "3des-cbc")
_MACS: Final = (
    "hmac-sha2-256-etm@openssh.com",
    "hmac-sha2-512-etm@openssh.com",
    "hmac-sha2-256",
    "hmac-sha2-512",
)
_MACS_LEGACY: Final = ("hmac-sha1",)


@dataclass(frozen=True, slots=True)
class Algorithms:
    """What we offer in the key exchange, best first."""

    kex: tuple[str, ...]
    """Key exchange methods, without the marks for extensions."""
    marks: tuple[str, ...]
    """`ext-info-c` and strict key exchange, for libraries that take them as methods."""
    keys: tuple[str, ...]
    """Host key signature algorithms; those of the keys we know come first."""
    ciphers: tuple[str, ...]
    macs: tuple[str, ...]


def algorithms(*, legacy: bool = False, known: tuple[str, ...] = ()) -> Algorithms:
    """What to offer: modern algorithms, the old ones last and only where the inventory allows them.

    Args:
        legacy: Also group14-sha1, ssh-rsa with SHA-1, CBC and hmac-sha1.
        known: Key types we know of this host, such as `ssh-rsa`: asked for first, so that a switch with two keys
            shows the one we can check.
    """
    keys = _KEYS + (_KEYS_LEGACY if legacy else ())
    first = tuple(key for key in keys if _key_type(key) in known)
    return Algorithms(
        kex=_KEX + (_KEX_LEGACY if legacy else ()),
        marks=_KEX_MARKS,
        keys=first + tuple(key for key in keys if key not in first),
        ciphers=_CIPHERS + (_CIPHERS_LEGACY if legacy else ()),
        macs=_MACS + (_MACS_LEGACY if legacy else ()),
    )


def _key_type(signature: str) -> str:
    return "ssh-rsa" if signature.startswith("rsa-sha2-") else signature


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to connect and what to offer."""

    host: str
    port: int
    timeout_s: float
    """For TCP, for the handshake and for the log-in, each."""
    offer: Algorithms


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who we are. Secrets are fetched when they are sent."""

    user: str
    password: Callable[[], str] | None = None
    """Gives the password; None: keys only."""
    key: PrivateKey | None = None
    """Private key; None: password only."""


class Link(Channel):
    """A shell on a device: Netmiko's Channel, and a read that waits for data."""

    def __init__(self) -> None:
        # Bytes of one character may come in two packets; a byte that is none becomes U+FFFD.
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    @abstractmethod
    def wait_read(self, timeout_s: float) -> str:
        """Wait until data comes; "" when none came in time.

        Raises:
            ReadException: The device closed the channel or the connection broke.
        """

    @abstractmethod
    def close(self) -> None:
        """Let go of the connection; never raises."""

    def read_channel(self) -> str:
        """Everything that is there, without waiting."""
        text = ""
        while more := self.read_buffer():
            text += more
        return text

    def decode(self, data: bytes) -> str:
        """The text of a packet."""
        return self._decoder.decode(data)


class Transport(Protocol):
    """One SSH library. Raises its own exceptions, which `faults.TABLE` knows."""

    def open_shell(self, where: Endpoint, check_key: KeyCheck, who: Credentials) -> Link:
        """Connect, check the host key, log in and start a shell with a terminal.

        Raises:
            SessionError: HOST_KEY or AUTH. Nothing was sent to a shell yet, whatever is raised.
        """
        ...

    def host_key(self, where: Endpoint) -> bytes:
        """The host's public key blob, by a key exchange without a log-in."""
        ...


def connect(where: Endpoint) -> socket.socket:
    """A TCP connection without Nagle's delay. Its timeout is the endpoint's."""
    try:
        sock = socket.create_connection((where.host, where.port), where.timeout_s)
    except TimeoutError:
        # Nobody is there; a switch that is there and falls silent is another fault.
        raise ConnectionError from None
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def key_type(blob: bytes) -> str:
    """The type a public key blob names, such as `ssh-ed25519`. Source: RFC 4253, section 6.6."""
    size = int.from_bytes(blob[:4], "big")
    return blob[4 : 4 + size].decode("ascii", "replace")


def auth_refused(user: str, tried: list[str]) -> SessionError:
    """The fault for a log-in that no method of ours got through."""
    how = " nor ".join(tried)
    if not tried:
        return SessionError(FaultKind.AUTH, f"no password and no key is configured for {user!r}")
    return SessionError(FaultKind.AUTH, f"the switch does not accept {user!r} with this {how}")
