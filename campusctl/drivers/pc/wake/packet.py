"""The magic packet that wakes a network card.

Source: AMD, Magic Packet Technology (white paper 20213), section 2.
"""

import re
from typing import Final

PORT: Final = 9
"""UDP port `discard`: what is sent there wakes a card and disturbs nobody."""
_MAC: Final = re.compile(r"[0-9a-f]{2}(?::[0-9a-f]{2}){5}")


def plain_mac(mac: str) -> str:
    """A MAC address as it may stand in a command: `00:1b:21:aa:bb:cc`.

    Raises:
        ValueError: It is none, or it is the address of a group.
    """
    if not _MAC.fullmatch(mac):
        raise ValueError(f"{mac!r} is no MAC address")
    if int(mac[:2], 16) & 1:
        raise ValueError(f"{mac} is the address of a group, not of a card")
    return mac


def magic_packet(mac: str) -> bytes:
    """The 102 bytes that wake the card with this MAC address: six times ff, then the address sixteen times.

    Raises:
        ValueError: See `plain_mac`.
    """
    return b"\xff" * 6 + bytes.fromhex(plain_mac(mac).replace(":", "")) * 16
