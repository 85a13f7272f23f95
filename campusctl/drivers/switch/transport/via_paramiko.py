"""SSH by paramiko: for where libssh2 is not installed or has no algorithm in common with the switch."""

import contextlib
import io
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Final

import paramiko
from netmiko.channel import SSHChannel
from netmiko.exceptions import ReadException
from paramiko.ssh_exception import (
    AuthenticationException,
    BadAuthenticationType,
    SSHException,
)

from campusctl.drivers.switch.transport.keyfile import PrivateKey
from campusctl.drivers.switch.transport.link import (
    Credentials,
    Endpoint,
    KeyCheck,
    Link,
    auth_refused,
    connect,
    key_type,
)

_PACKET = 65536
_WIDTH, _HEIGHT = 511, 1000
_KEY_CLASSES: Final[dict[str, type[paramiko.PKey]]] = {
    "ed25519": paramiko.Ed25519Key,
    "ecdsa": paramiko.ECDSAKey,
    "rsa": paramiko.RSAKey,
}


class ParamikoLink(Link):
    """A shell channel of paramiko."""

    def __init__(self, transport: paramiko.Transport, timeout_s: float) -> None:
        super().__init__()
        self._transport = transport
        self._timeout_s = timeout_s
        self._channel = transport.open_session(timeout=timeout_s)
        self._netmiko = SSHChannel(conn=self._channel, encoding="utf-8")

    def start_shell(self) -> None:
        """Ask for a terminal and a shell on it."""
        self._channel.settimeout(self._timeout_s)
        self._channel.get_pty("vt100", _WIDTH, _HEIGHT)
        self._channel.invoke_shell()

    def write_channel(self, out_data: str) -> None:
        """Send all of it; waits at most the connection's timeout."""
        self._channel.settimeout(self._timeout_s)
        self._netmiko.write_channel(out_data)

    def wait_read(self, timeout_s: float) -> str:
        """Wait until data comes; "" when none came in time."""
        self._channel.settimeout(max(0.001, timeout_s))
        try:
            data = self._channel.recv(_PACKET)
        except TimeoutError:
            return ""
        if not data:
            raise ReadException("the device closed the session")
        return self.decode(data)

    def read_buffer(self) -> str:
        """What is there, without waiting."""
        return self.wait_read(0.0) if self._channel.recv_ready() else ""

    def close(self) -> None:
        """Let go of the connection. Never raises."""
        with contextlib.suppress(SSHException, OSError, EOFError):
            self._transport.close()


class Paramiko:
    """Opens shells by paramiko."""

    def open_shell(self, where: Endpoint, check_key: KeyCheck, who: Credentials) -> Link:
        """Connect, check the host key, log in and start a shell with a terminal (see `Transport`)."""
        transport = _log_in(where, check_key, who)
        try:
            link = ParamikoLink(transport, where.timeout_s)
            link.start_shell()
        except BaseException:
            transport.close()
            raise
        return link

    def host_key(self, where: Endpoint) -> bytes:
        """The host's public key blob, by a key exchange without a log-in."""
        transport = _greet(where)
        try:
            return bytes(transport.get_remote_server_key().asbytes())
        finally:
            transport.close()


def _greet(where: Endpoint) -> paramiko.Transport:
    """A connection after its key exchange."""
    sock = connect(where)
    try:
        transport = paramiko.Transport(sock)
    except BaseException:
        sock.close()
        raise
    try:
        _offer(transport, where)
        transport.banner_timeout = transport.auth_timeout = where.timeout_s
        transport.start_client(timeout=where.timeout_s)
    except BaseException:
        transport.close()
        raise
    return transport


def _offer(transport: paramiko.Transport, where: Endpoint) -> None:
    options = transport.get_security_options()
    options.kex = _supported(where.offer.kex, options.kex)
    options.key_types = _supported(where.offer.keys, options.key_types)
    options.ciphers = _supported(where.offer.ciphers, options.ciphers)
    options.digests = _supported(where.offer.macs, options.digests)


def _supported(wanted: Iterable[str], known: Iterable[str]) -> tuple[str, ...]:
    known = tuple(known)
    return tuple(name for name in wanted if name in known)


def _log_in(where: Endpoint, check_key: KeyCheck, who: Credentials) -> paramiko.Transport:
    """A connection that is logged in.

    Each method gets a connection of its own: paramiko asks for the log-in service before every attempt, and some
    servers hang up when that comes twice.

    Raises:
        SessionError: AUTH; nothing was accepted.
    """
    tried: dict[str, None] = {}
    for name, accepted in _methods(who):
        tried[name] = None
        transport = _greet(where)
        try:
            blob = transport.get_remote_server_key().asbytes()
            check_key(key_type(blob), blob)
            if accepted(transport):
                return transport
        except BaseException:
            transport.close()
            raise
        transport.close()
    raise auth_refused(who.user, list(tried))


Method = tuple[str, Callable[[paramiko.Transport], bool]]


def _methods(who: Credentials) -> Iterator[Method]:
    """The key, then the password; the password as an answer only where passwords are not offered."""
    if who.key:
        yield "key", partial(_accepts_key, who.user, who.key)
    if who.password:
        offered: list[str] = []
        yield "password", partial(_accepts_password, who.user, who.password, offered)
        # A wrong password is not sent a second time: it would count twice towards a lock-out.
        if "keyboard-interactive" in offered:
            yield "password", partial(_accepts_answers, who.user, who.password)


def _paramiko_key(key: PrivateKey) -> paramiko.PKey:
    return _KEY_CLASSES[key.kind].from_private_key(io.StringIO(key.text.decode()))


def _accepts_key(user: str, key: PrivateKey, transport: paramiko.Transport) -> bool:
    try:
        return _accepted(transport, partial(transport.auth_publickey, user, _paramiko_key(key)))
    except BadAuthenticationType:
        return False


def _accepts_password(
    user: str, password: Callable[[], str], offered: list[str], transport: paramiko.Transport
) -> bool:
    try:
        return _accepted(transport, partial(transport.auth_password, user, password(), fallback=False))
    except BadAuthenticationType as error:
        offered += error.allowed_types
        return False


def _accepts_answers(user: str, password: Callable[[], str], transport: paramiko.Transport) -> bool:
    def answer(_title: str, _instructions: str, prompts: list[tuple[str, bool]]) -> list[str]:
        return [password()] * len(prompts)

    return _accepted(transport, partial(transport.auth_interactive, user, answer))


def _accepted(transport: paramiko.Transport, attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except BadAuthenticationType:
        raise
    except AuthenticationException as error:
        if "timeout" in str(error).lower():
            raise TimeoutError from None
        return False
    return bool(transport.is_authenticated())
