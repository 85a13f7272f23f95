"""The program that a host in the PCs' VLAN runs to wake them. It is sent to `python3 -`; the arguments are data.

It needs Python 3.6, no module of ours and no rights: broadcasting to one's own LAN is allowed to everybody.
"""

from typing import Final

NO_LAN: Final = 3
"""Exit code when there is no LAN to broadcast to."""

PROGRAM: Final = b"""
import fcntl, socket, struct, sys
port, macs = int(sys.argv[1]), sys.argv[2:]
sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sender.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
sent = 0
for _, name in socket.if_nameindex():
    asked = struct.pack("40s", name.encode()[:15])
    try:
        # SIOCGIFFLAGS: up (1), can broadcast (2), is no loopback (8).
        if struct.unpack_from("H", fcntl.ioctl(sender, 0x8913, asked), 16)[0] & 11 != 3:
            continue
        # SIOCGIFADDR and SIOCGIFNETMASK: a broadcast address of its own is not always set.
        own, mask = (struct.unpack_from("!I", fcntl.ioctl(sender, code, asked), 20)[0] for code in (0x8915, 0x891B))
        all_of_them = own | ~mask & 0xFFFFFFFF
        if all_of_them == own:
            continue
        address = socket.inet_ntoa(struct.pack("!I", all_of_them))
        for mac in macs:
            sender.sendto(b"\\xff" * 6 + bytes.fromhex(mac.replace(":", "")) * 16, (address, port))
            sent += 1
    except OSError:
        continue
sys.exit(0 if sent else 3)
"""
"""Source of the numbers: Linux, netdevice(7) and include/uapi/linux/sockios.h."""
