"""SSH by libssh2: the quick way.

What was found the hard way: a libssh2 object that is freed after its descriptor was closed may write into another
thread's connection; a free in non-blocking mode gives up and leaks; a free that waits holds the GIL. So closing
disconnects, shuts TCP down, drops the objects and closes the descriptor last. For the same reason no function keeps
a session in a local variable: an exception's traceback would keep it alive beyond its descriptor.
"""

import contextlib
import select
import socket
import time
from typing import Any

from netmiko.exceptions import ReadException
from netmiko.utilities import write_bytes
from ssh2 import session as ssh2
from ssh2.error_codes import LIBSSH2_ERROR_EAGAIN
from ssh2.exceptions import AuthenticationError, SocketTimeout, SSH2Error, Timeout

from campusctl.drivers.switch.faults import kind_of
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
from campusctl.model.outcome import FaultKind

_PACKET = 65536
_CLOSE_MS = 1000


class Wire:
    """A TCP connection and the libssh2 session on it; frees both in the right order."""

    def __init__(self, where: Endpoint) -> None:
        self.where = where
        self.sock = connect(where)
        self.session: Any = ssh2.Session()
        self.closed = False

    def handshake(self) -> bytes:
        """Exchange keys; gives the host's public key blob."""
        self._offer()
        self.wait_at_most(self.where.timeout_s)
        self.sock.settimeout(None)  # libssh2 waits by itself
        self.session.handshake(self.sock)
        return bytes(self.session.hostkey()[0])

    def _offer(self) -> None:
        offer = self.where.offer
        wanted = {
            ssh2.LIBSSH2_METHOD_KEX: offer.kex + offer.marks,
            ssh2.LIBSSH2_METHOD_HOSTKEY: offer.keys,
            ssh2.LIBSSH2_METHOD_CRYPT_CS: offer.ciphers,
            ssh2.LIBSSH2_METHOD_CRYPT_SC: offer.ciphers,
            ssh2.LIBSSH2_METHOD_MAC_CS: offer.macs,
            ssh2.LIBSSH2_METHOD_MAC_SC: offer.macs,
        }
        for method, names in wanted.items():
            self.session.method_pref(method, ",".join(names))

    def wait_at_most(self, timeout_s: float) -> None:
        """How long the next calls may take."""
        # 0 would mean for ever.
        self.session.set_timeout(max(1, int(timeout_s * 1000)))

    def log_in(self, who: Credentials) -> None:
        """Try the key, then the password.

        Raises:
            SessionError: AUTH; nothing was accepted.
        """
        tried = []
        if who.key:
            tried.append("key")
            if self._accepts_key(who.user, who.key):
                return
        if who.password:
            tried.append("password")
            if self._accepts_password(who.user, who.password()):
                return
        raise auth_refused(who.user, tried)

    def _accepts_key(self, user: str, key: PrivateKey) -> bool:
        try:
            self.session.userauth_publickey_frommemory(user, key.text)
        except SSH2Error as error:
            if kind_of(error) is not FaultKind.AUTH:
                raise
            return False
        return True

    def _accepts_password(self, user: str, password: str) -> bool:
        try:
            self.session.userauth_password(user, password)
        except AuthenticationError:
            # A wrong password is not sent a second time: it would count twice towards a lock-out.
            methods = self.session.userauth_list(user) or []
            if "password" in methods or "keyboard-interactive" not in methods:
                return False
            return self._accepts_answers(user, password)
        return True

    def _accepts_answers(self, user: str, password: str) -> bool:
        """Keyboard-interactive: every question is answered with the password."""
        # This call holds the GIL while it waits; so it must not wait, or every other session stands still.
        self.session.set_blocking(False)
        end = time.monotonic() + self.where.timeout_s
        try:
            while self.session.userauth_keyboardinteractive(user, password) == LIBSSH2_ERROR_EAGAIN:
                self._wait_for_socket(end)
        except AuthenticationError:
            return False
        finally:
            self.session.set_blocking(True)
        return True

    def _wait_for_socket(self, end: float) -> None:
        directions = self.session.block_directions()
        events = select.POLLIN if directions & ssh2.LIBSSH2_SESSION_BLOCK_INBOUND else 0
        events |= select.POLLOUT if directions & ssh2.LIBSSH2_SESSION_BLOCK_OUTBOUND else 0
        waiter = select.poll()
        waiter.register(self.sock, events)
        if not waiter.poll(max(0.0, end - time.monotonic()) * 1000):
            raise Timeout

    def hang_up(self) -> None:
        """Say goodbye and shut TCP down, once: what is freed afterwards waits for nobody. Never raises."""
        if self.closed:
            return
        self.closed = True
        with contextlib.suppress(SSH2Error):
            self.session.set_blocking(True)
            self.session.set_timeout(_CLOSE_MS)
            self.session.disconnect()
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Hang up, drop the session, close the descriptor: in this order (see above). Never raises."""
        self.hang_up()
        self.session = None
        self.sock.close()


class LibSsh2Link(Link):
    """A shell channel of libssh2."""

    def __init__(self, wire: Wire) -> None:
        super().__init__()
        self._wire = wire
        self._channel: Any = wire.session.open_session()

    def start_shell(self) -> None:
        """Ask for a terminal and a shell on it."""
        self._channel.pty("vt100")
        self._channel.shell()

    def write_channel(self, out_data: str) -> None:
        """Send all of it; waits at most the connection's timeout."""
        self._wire.wait_at_most(self._wire.where.timeout_s)
        self._channel.write(write_bytes(out_data, encoding="utf-8"))

    def wait_read(self, timeout_s: float) -> str:
        """Wait until data comes; "" when none came in time."""
        self._wire.wait_at_most(timeout_s)
        try:
            return self._take(*self._channel.read(_PACKET))
        except (Timeout, SocketTimeout):
            return ""

    def read_buffer(self) -> str:
        """What is there, without waiting."""
        self._wire.session.set_blocking(False)
        try:
            return self._take(*self._channel.read(_PACKET))
        finally:
            self._wire.session.set_blocking(True)

    def _take(self, size: int, data: bytes) -> str:
        if size > 0:
            return self.decode(data)
        if size != LIBSSH2_ERROR_EAGAIN and self._channel.eof():
            raise ReadException("the device closed the session")
        return ""

    def close(self) -> None:
        """Let go of channel and connection. Never raises."""
        # The channel keeps its session alive, and freeing it before would wait for the device's answer.
        self._wire.hang_up()
        self._channel = None
        self._wire.close()


class LibSsh2:
    """Opens shells by libssh2."""

    def open_shell(self, where: Endpoint, check_key: KeyCheck, who: Credentials) -> Link:
        """Connect, check the host key, log in and start a shell with a terminal (see `Transport`)."""
        wire = Wire(where)
        try:
            blob = wire.handshake()
            check_key(key_type(blob), blob)
            wire.log_in(who)
            link = LibSsh2Link(wire)
        except BaseException:
            wire.close()
            raise
        try:
            link.start_shell()
        except BaseException:
            link.close()
            raise
        return link

    def host_key(self, where: Endpoint) -> bytes:
        """The host's public key blob, by a key exchange without a log-in."""
        wire = Wire(where)
        try:
            return wire.handshake()
        finally:
            wire.close()
