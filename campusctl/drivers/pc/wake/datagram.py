"""Sends magic packets as plain UDP datagrams."""

import socket
from collections.abc import Mapping, Sequence

from campusctl.drivers.pc.wake.orders import WakeOrder
from campusctl.drivers.pc.wake.packet import PORT, magic_packet


def send_datagrams(orders: Sequence[WakeOrder], to: tuple[str, int] | None = None) -> Mapping[str, str]:
    """One packet for each PC.

    Args:
        orders: The PCs.
        to: Host and port for all of them; None: the address of each order, UDP port 9.

    Returns:
        Why no packet was sent, by device; empty when all were.
    """
    troubles = {}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        for order in orders:
            try:
                sender.sendto(magic_packet(order.mac), to or (order.address, PORT))
            except OSError as wrong:
                troubles[order.device] = f"no packet could be sent to {order.address}: {wrong.strerror or wrong}"
    return troubles
