"""Talking to a running lab through its side door, from any process of the same owner."""

import json
import os
import socket
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from campusctl.errors import CampusError
from campusctl.lab.faults import typed
from campusctl.lab.messages import SOCKET, Look, NewDevice, Reply, Request
from campusctl.lab.pcs.spec import PcFaults
from campusctl.lab.secrets import lab_dir
from campusctl.lab.spec import Faults

_WAIT_S: Final = 60.0


class Remote:
    """The lab of a workspace. Every method raises CampusError when the lab is not up or says no."""

    def __init__(self, root: Path) -> None:
        self._folder = lab_dir(root)

    def look(self, *devices: str) -> Mapping[str, Look]:
        """Each switch as somebody beside it sees it; no name: every switch."""
        found = self._ask(Request(do="look", devices=devices))
        return {name: Look.model_validate(seen) for name, seen in found.items()}

    def faults(self) -> Mapping[str, str]:
        """What is wrong with each switch and PC, in words; empty where nothing is."""
        return dict(self._ask(Request(do="faults")))

    def change_faults(self, wanted: Mapping[str, Sequence[str]], *, clear: bool = False) -> None:
        """Break each of these devices in these ways (`KIND[=VALUE]`) and in no other, or none of them.

        Args:
            wanted: By device name; without a fault it is mended.
            clear: Every other device is mended.
        """
        said = {name: tuple(faults) for name, faults in wanted.items()}
        self._ask(Request(do="fault", faults=said, clear=clear))

    def fault(self, faults: Faults, *devices: str) -> None:
        """Break switches; their lines are counted anew."""
        self.change_faults(dict.fromkeys(devices, typed(faults)))

    def mend(self) -> None:
        """Mend every device."""
        self.change_faults({}, clear=True)

    def fault_pc(self, faults: PcFaults, *devices: str) -> None:
        """Break PCs."""
        self.change_faults(dict.fromkeys(devices, typed(faults)))

    def fault_appliance(self, faults: Sequence[str], *devices: str) -> None:
        """Break what is neither switch nor PC."""
        self.change_faults(dict.fromkeys(devices, faults))

    def plug(self, device: NewDevice) -> None:
        """Plug in a device that the inventory does not know yet."""
        self._ask(Request(do="plug", plug=device))

    def lease(self) -> None:
        """Let devices that were plugged in have the addresses that the inventory has for them by now."""
        self._ask(Request(do="lease"))

    def release(self, *devices: str) -> None:
        """Let replies that were kept back get out."""
        self._ask(Request(do="release", devices=devices))

    def texts(self, *devices: str, startup: bool = False) -> Mapping[str, str]:
        """What each switch runs or has stored, secrets included."""
        return dict(self._ask(Request(do="text", devices=devices, startup=startup)))

    def enter(self, lines: Sequence[str], *devices: str) -> None:
        """Somebody at the console of each switch types these lines."""
        self._ask(Request(do="enter", devices=devices, lines=tuple(lines)))

    def record(self, *devices: str) -> None:
        """Remember from now on what sessions enter."""
        self._ask(Request(do="record", devices=devices))

    def lines(self, *devices: str) -> Mapping[str, Sequence[str]]:
        """What sessions have entered since recording began, secrets included."""
        return dict(self._ask(Request(do="lines", devices=devices)))

    def advance(self, seconds: float) -> None:
        """Let the lab's time pass at once; reverts and reloads that fall due happen."""
        self._ask(Request(do="advance", seconds=seconds))

    def reset(self, *devices: str) -> None:
        """Put switches back as the lab came up, without a fault."""
        self._ask(Request(do="reset", devices=devices))

    def _ask(self, request: Request) -> Any:  # noqa: ANN401 - as JSON has it
        line = request.model_dump_json(exclude_defaults=True).encode() + b"\n"
        try:
            with _connected(self._folder) as door, door.makefile("rb") as replies:
                door.sendall(line)
                said = replies.readline()
        except OSError as wrong:
            raise CampusError("the lab is not up", "start it: campusctl lab up") from wrong
        try:
            reply = Reply.model_validate(json.loads(said))
        except ValueError as wrong:
            raise CampusError("the lab hung up in the middle of a word", "campusctl lab status") from wrong
        if reply.error:
            raise CampusError(reply.error)
        return reply.found


def _connected(folder: Path) -> socket.socket:
    """A connection to the door, also in a folder whose path is longer than a socket's name may be."""
    door = socket.socket(socket.AF_UNIX)
    door.settimeout(_WAIT_S)
    handle = os.open(folder, os.O_RDONLY)
    try:
        near = Path(f"/proc/self/fd/{handle}")
        door.connect(str((near if near.exists() else folder) / SOCKET))
    except OSError:
        door.close()
        raise
    finally:
        os.close(handle)
    return door
