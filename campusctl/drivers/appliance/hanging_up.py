"""Ends a connection at once, without a farewell."""

from asyncio import BaseTransport, Transport
from contextlib import suppress


def abort(transport: BaseTransport | None) -> None:
    """Close a transport now; one that is closed already stays so.

    Debian 12's Python 3.11.2 raises AttributeError for a TLS transport that is closed already; later ones do nothing.
    """
    if isinstance(transport, Transport):
        with suppress(AttributeError):
            transport.abort()
