"""The running lab's side door: one request a line, one reply a line, in JSON, on a socket for its owner only."""

import asyncio
import os
import socket
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from campusctl.errors import CampusError
from campusctl.lab import device
from campusctl.lab.appliances.base import Appliance
from campusctl.lab.faults import in_words
from campusctl.lab.messages import SOCKET, Look, Reply, Request
from campusctl.lab.pcs.room import Room
from campusctl.lab.server import LabServer
from campusctl.lab.spec import Faults
from campusctl.lab.station import Station

_LONGEST: Final = 1 << 20
"""Bytes of a request."""


async def open_control(
    folder: Path, lab: LabServer, room: Room | None = None, appliances: Mapping[str, Appliance] | None = None
) -> asyncio.Server:
    """Listen in the lab's folder.

    Args:
        folder: Of its owner only.
        lab: What is controlled.
        room: The lab's PCs, likewise; None: it has none.
        appliances: Its printers, projectors, boards and print servers, by name.
    """
    path = folder / SOCKET
    path.unlink(missing_ok=True)
    control = Control(lab, room, appliances)
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
        self, lab: LabServer, room: Room | None = None, appliances: Mapping[str, Appliance] | None = None
    ) -> None:
        self._lab = lab
        self._appliances = appliances or {}
        self._pcs = room.stations if room else {}
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
        }

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one client until it goes away."""
        try:
            while line := await reader.readline():
                writer.write(self.answer(line).encode() + b"\n")
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

    def _stations(self, request: Request) -> Iterable[Station]:
        for name in request.devices or self._lab.stations:
            if name not in self._lab.stations:
                raise CampusError(f"the lab has no switch {name[:80]!r}")
            yield self._lab.stations[name]

    def _look(self, request: Request) -> dict[str, Any]:
        return {station.spec.name: _look(station).model_dump() for station in self._stations(request)}

    def _faults(self, request: Request) -> dict[str, str]:
        said = {station.spec.name: in_words(station.spec.faults) for station in self._lab.stations.values()}
        said |= {name: in_words(station.faults) for name, station in self._pcs.items()}
        said |= {
            name: ", ".join(kind + (f"={value}" if value else "") for kind, value in one.fault.items())
            for name, one in self._appliances.items()
        }
        return {name: said[name] for name in request.devices} if request.devices else said

    def _fault(self, request: Request) -> None:
        pcs = [name for name in request.devices if name in self._pcs]
        if not request.devices and request.faults == Faults():
            pcs = list(self._pcs)
        for name in pcs:
            self._pcs[name].set_faults(request.pc_faults)
        appliances = [name for name in request.devices if name in self._appliances]
        if not request.devices and request.faults == Faults():
            appliances = list(self._appliances)
        for name in appliances:
            self._appliances[name].set_faults(request.appliance_faults)
        others = tuple(name for name in request.devices if name not in self._pcs and name not in self._appliances)
        if others or not request.devices:
            for station in tuple(self._stations(request.model_copy(update={"devices": others}))):
                station.set_faults(request.faults)

    def _release(self, request: Request) -> None:
        for station in tuple(self._stations(request)):
            station.release()

    def _text(self, request: Request) -> dict[str, str]:
        return {station.spec.name: _text(station, startup=request.startup) for station in self._stations(request)}

    def _enter(self, request: Request) -> None:
        for station in tuple(self._stations(request)):
            station.enter(request.lines)

    def _record(self, request: Request) -> None:
        for station in tuple(self._stations(request)):
            station.recorded = []

    def _lines(self, request: Request) -> dict[str, list[str]]:
        return {station.spec.name: station.recorded or [] for station in self._stations(request)}

    def _advance(self, request: Request) -> None:
        self._lab.clock.advance(request.seconds)

    def _reset(self, request: Request) -> None:
        for station in tuple(self._stations(request)):
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
