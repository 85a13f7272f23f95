"""Within a network of its own, where lprint's server harms nobody: drives it and prints what came of it, as JSON."""

import asyncio
import fcntl
import json
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from printer_rig import Peer, edits, refusals, target_at, wanted
from pyipp.enums import IppTag

from campusctl.drivers.appliance.base import Link
from campusctl.drivers.ipp.http import open_http
from campusctl.drivers.ipp.message import SET_PRINTER_ATTRIBUTES, Attribute, request
from campusctl.drivers.ipp.reader import answer
from campusctl.drivers.printer.dialects import way

PORT = 8631
PATH = "/ipp/print/Etikett"


def loopback_up() -> None:
    """As `ip link set lo up` does it."""
    with closing(socket.socket()) as any_socket:
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh14x", b"lo", 0x41))


def sink() -> None:
    """A printer that takes everything, for lprint to stand before."""
    server = socket.create_server(("127.0.0.1", 9100))

    def take() -> None:
        while True:
            server.accept()[0].close()

    threading.Thread(target=take, daemon=True).start()


def wait(ready: Callable[[], bool]) -> None:
    """Until it is."""
    end = time.monotonic() + 20
    while not ready():
        if time.monotonic() > end:
            raise SystemExit("lprint did not come up")
        time.sleep(0.02)


def listens() -> bool:
    """Whether the server takes connections."""
    with closing(socket.socket()) as found:
        return found.connect_ex(("127.0.0.1", PORT)) == 0


def peer(**printer: object) -> Peer:
    """The printer, and what is wanted of it."""
    document = wanted({"location": None, "ipp": {"path": PATH}, **printer}, serial="")
    return Peer(target_at("127.0.0.1", PORT, document, timeout_s=5.0, password=""))


def tried(**printer: object) -> dict[str, object]:
    """What is seen, and what becomes of it."""
    one = peer(**printer)
    seen = one.seen()
    outcome = one.apply(seen)
    return {
        "edits": edits(seen), "refused": refusals(seen), "kind": outcome.kind,
        "what": outcome.fault.what if outcome.fault else "", "left": edits(one.seen()), "facts": seen.facts,
    }  # fmt: skip


async def set_at_once(*values: Attribute) -> dict[str, object]:
    """One request, as it is."""
    login = peer().target.login
    link = Link("p", "127.0.0.1", PORT, login, {}, {"path": PATH}, 5.0)
    async with open_http(way(link)) as http:
        sent = request(SET_PRINTER_ATTRIBUTES, http.uri(PATH), "campusctl", changes=values)
        found = answer(await http.post(PATH, sent))
    return {"status": found.status, "refused": sorted(found.refused)}


def main() -> None:
    """Everything, in order."""
    loopback_up()
    sink()
    home = Path(sys.argv[1])
    environ = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(home), "TMPDIR": str(home)}
    command = ["lprint", "server", "-o", f"server-port={PORT}", "-o", f"log-file={home / 'log'}", "-o",
               f"spool-directory={home / 'spool'}"]  # fmt: skip
    with subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            wait(listens)
            add = ["lprint", "add", "-d", "Etikett", "-v", "socket://127.0.0.1:9100", "-m", "epl2_4inch-203dpi-dt"]
            subprocess.run(add, env=environ, check=True)
            said = {
                "set": tried(geo_location="geo:51.5,7.4", quality="high", color_mode="auto"),
                "lies": tried(location="Buero", organization="Schule", quality="draft"),
                "closed": tried(sides="two-sided-long-edge", name="other", copies=2),
                "contact": asyncio.run(
                    set_at_once(
                        Attribute(
                            "printer-contact-col",
                            IppTag.BEGIN_COLLECTION,
                            (Attribute("contact-name", IppTag.NAME, "IT"),),
                        )
                    )
                ),
                "one of three": asyncio.run(
                    set_at_once(
                        Attribute("print-quality-default", IppTag.ENUM, 4),
                        Attribute("sides-default", IppTag.KEYWORD, "two-sided-long-edge"),
                        Attribute("bogus-default", IppTag.KEYWORD, "x"),
                    )
                ),
                "after": edits(peer(quality="normal", contact={"name": "other"}).seen()),
                "who": refusals(peer(contact={"name": "IT"}).seen()),
            }
        finally:
            server.kill()
    sys.stdout.write(json.dumps(said))


main()
