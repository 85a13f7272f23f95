"""Magic packets: six bytes of ones and sixteen times the address of a network card switch a PC on."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Final

_ONES: Final = b"\xff" * 6


class Waking(asyncio.DatagramProtocol):
    """Listens for them."""

    def __init__(self, cards: Mapping[str, Callable[[], None]]) -> None:
        """Know the network cards.

        Args:
            cards: What to do by MAC address.
        """
        self._cards = {bytes.fromhex(mac.replace(":", "").replace("-", "")): wake for mac, wake in cards.items()}

    def datagram_received(self, data: bytes, addr: object) -> None:  # noqa: ARG002 - asyncio's signature
        """Wake whoever is meant; as a card does, wherever in a packet the sequence begins."""
        start = data.find(_ONES)
        while start >= 0:
            mac = data[start + 6 : start + 12]
            if mac in self._cards and data[start + 6 : start + 102] == mac * 16:
                self._cards[mac]()
                return
            start = data.find(_ONES, start + 1)
