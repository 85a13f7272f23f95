"""Somebody at a printer's address who is none, or not as it should."""

import re
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import closing, suppress

from printer_rig import Peer

from campusctl.lab.appliances import ipp as lab

Serve = Callable[..., Peer]
Said = bytes | Callable[[bytes], bytes]

ABOUT = {"attributes-charset": [lab.Value(lab.CHARSET, "utf-8")]}


def http(
    body: bytes, kind: str = "application/ipp", status: str = "200 OK", length: int | None = None, more: str = ""
) -> bytes:
    """An answer by HTTP; `length` is what it says of its own."""
    size = len(body) if length is None else length
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {size}\r\n{more}\r\n"
    return head.encode() + body


def ipp(printer: lab.Group, status: int = 0) -> bytes:
    """An answer by IPP."""
    return lab.write((2, 0), status, 1, [(lab.OPERATION, ABOUT), (lab.PRINTER, printer)])


class Stranger(threading.Thread):
    """Says the same thing to whoever connects; a thread, because asyncio leaves broken TLS connections behind."""

    def __init__(self, said: Said, tls: ssl.SSLContext | None) -> None:
        super().__init__(daemon=True)
        self._said, self._tls = said, tls
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]
        self.start()

    def run(self) -> None:
        """See `threading.Thread`."""
        with self._door:
            while True:
                caller, _ = self._door.accept()
                with caller, suppress(OSError):
                    if self._done:
                        return
                    self._talk(self._tls.wrap_socket(caller, server_side=True) if self._tls else caller)

    _done = False

    def _talk(self, caller: socket.socket) -> None:
        with caller:
            caller.settimeout(2)
            heard = _request(caller)
            caller.sendall(self._said if isinstance(self._said, bytes) else self._said(heard))

    def stop(self) -> None:
        """End it."""
        self._done = True
        with suppress(OSError), closing(socket.create_connection(("127.0.0.1", self.port))):
            pass
        self.join()


def _request(caller: socket.socket) -> bytes:
    """A whole request, or what there is of one."""
    heard = b""
    while piece := caller.recv(65_536):
        heard += piece
        head, ended, body = heard.partition(b"\r\n\r\n")
        said = re.search(rb"(?i)content-length: (\d+)", head)
        if not heard.startswith(b"POST") or (ended and len(body) >= int(said[1] if said else 0)):
            break
    return heard
