"""The running lab's side door: one request a line, one reply a line, in JSON, on a socket for its owner only."""

import asyncio
import os
import socket
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from campusctl.errors import CampusError
from campusctl.lab import device
from campusctl.lab.appliances.base import Appliance
from campusctl.lab.breaking import Breaking
from campusctl.lab.messages import SOCKET, Look, Reply, Request
from campusctl.lab.pcs.room import Room
from campusctl.lab.plugging import Plugging
from campusctl.lab.server import LabServer
from campusctl.lab.station import Station

_LONGEST: Final = 1 << 20
"""Bytes of a request."""


async def open_control(
    folder: Path,
    lab: LabServer,
    room: Room | None = None,
    appliances: Mapping[str, Appliance] | None = None,
    plugging: Plugging | None = None,
) -> asyncio.Server:
    """Listen in the lab's folder.

    Args:
        folder: Of its owner only.
        lab: What is controlled.
        room: The lab's PCs, likewise; None: it has none.
        appliances: Its printers, projectors, boards and print servers, by name.
        plugging: What plugs in new devices; None: none can be.
    """
    path = folder / SOCKET
    path.unlink(missing_ok=True)
    control = Control(lab, room, appliances, plugging)
    listener = _listening(path)
    return await asyncio.start_unix_server(control.serve, sock=listener, limit=_LONGEST)


def _listening(path: Path) -> socket.socket:
    """A socket in a folder whose path may be longer than the 107 bytes a socket's name may have."""
    listener = socket.socket(socket.AF_UNIX)
    before, mask = os.open(".", os.O_RDONLY), os.umask(0o177)
    try:
        os.chdir(path.parent)
        listener.bind(path.name)
    finally:
        os.umask(mask)
        os.fchdir(before)
        os.close(before)
    return listener


class Control:
    """Answers requests; runs in the lab's event loop, so between two lines of any session."""

    def __init__(
        self,
        lab: LabServer,
        room: Room | None = None,
        appliances: Mapping[str, Appliance] | None = None,
        plugging: Plugging | None = None,
    ) -> None:
        self._lab, self._plugging = lab, plugging
        self._breaking = Breaking(lab, room.stations if room else {}, {} if appliances is None else appliances)
        self._doings: dict[str, Callable[[Request], Any]] = {
            "look": self._look,
            "faults": self._faults,
            "fault": self._fault,
            "release": self._release,
            "text": self._text,
            "enter": self._enter,
            "record": self._record,
            "lines": self._lines,
            "advance": self._advance,
            "reset": self._reset,
            "plug": self._plug,
            "lease": self._lease,
        }

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one client until it goes away."""
        try:
            while line := await reader.readline():
                said = self.answer(line)
                if self._plugging and self._plugging.starting:
                    await asyncio.wait(self._plugging.starting)
                writer.write(said.encode() + b"\n")
                await writer.drain()
        except (ValueError, ConnectionError):
            # A line without an end, or nobody there any more.
            pass
        finally:
            writer.close()

    def answer(self, line: bytes) -> str:
        """The reply to one request, as JSON: what was asked for, or `error` with a sentence."""
        try:
            request = Request.model_validate_json(line)
            reply = self._doings[request.do](request)
        except ValidationError as wrong:
            first = wrong.errors(include_url=False, include_input=False)[0]
            where = ".".join(str(part) for part in first["loc"])
            return Reply(error=f"not a request: {where}: {first['msg']}").model_dump_json()
        except CampusError as wrong:
            return Reply(error=str(wrong)).model_dump_json()
        return Reply(found=reply).model_dump_json()

    def _stations(self, request: Request) -> list[Station]:
        """The switches that are meant.

        Raises:
            CampusError: There is no such switch.
        """
        for name in request.devices:
            if name not in self._lab.stations:
                raise CampusError(f"the lab has no switch {name[:80]!r}", "campusctl lab status lists them")
        return [self._lab.stations[name] for name in request.devices or self._lab.stations]

    def _look(self, request: Request) -> dict[str, Any]:
        return {station.spec.name: _look(station).model_dump() for station in self._stations(request)}

    def _faults(self, request: Request) -> dict[str, str]:
        said = self._breaking.said()
        return {name: said.get(name, "") for name in request.devices} if request.devices else said

    def _fault(self, request: Request) -> None:
        self._breaking.change(request.faults, clear=request.clear)

    def _plug(self, request: Request) -> None:
        if request.plug is None or self._plugging is None:
            raise CampusError("nothing can be plugged in here" if request.plug else "plug in what?")
        self._plugging.plug(request.plug)

    def _lease(self, request: Request) -> None:
        del request
        if self._plugging:
            self._plugging.lease()

    def _release(self, request: Request) -> None:
        for station in self._stations(request):
            station.release()

    def _text(self, request: Request) -> dict[str, str]:
        return {station.spec.name: _text(station, startup=request.startup) for station in self._stations(request)}

    def _enter(self, request: Request) -> None:
        for station in self._stations(request):
            station.enter(request.lines)

    def _record(self, request: Request) -> None:
        for station in self._stations(request):
            station.recorded = []

    def _lines(self, request: Request) -> dict[str, list[str]]:
        return {station.spec.name: station.recorded or [] for station in self._stations(request)}

    def _advance(self, request: Request) -> None:
        self._lab.clock.advance(request.seconds)

    def _reset(self, request: Request) -> None:
        for station in self._stations(request):
            station.reset()


def _look(station: Station) -> Look:
    return Look(
        answers=station.answers(),
        lines=station.lines,
        held=station.held is not None,
        waiting=station.held.waiting if station.held else 0,
        sessions=len(station.sessions),
        unsaved=_text(station, startup=False) != _text(station, startup=True),
        armed=device.armed(station.switch),
    )


def _text(station: Station, *, startup: bool) -> str:
    """A configuration as the flash or the memory holds it, secrets included."""
    return station.switch.startup if startup else device.running_text(station.spec.dialect, station.switch)
