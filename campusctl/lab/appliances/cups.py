"""A simulated print server with CUPS 2.4. Written from the CUPS documentation and its behaviour, apart from the driver.

Like the real one it says yes to Set-Printer-Attributes with anything, and changes five attributes.
"""

import asyncio
import base64
import hmac
from collections.abc import Callable, Mapping
from typing import ClassVar, Final

from campusctl.lab.appliances.base import Appliance
from campusctl.lab.appliances.cups_ipp import TEXT, Attribute, BadRequestError, Request, Value, answer, parse
from campusctl.lab.appliances.cups_queue import IDLE, RAW, SETTABLE, STOPPED, Queue, made_by, option_text

_OK: Final = 0x0000
_NOT_ALLOWED: Final = 0x0403
_NOT_FOUND: Final = 0x0406
_NOT_TAKEN: Final = 0x040B
_BAD_FORMAT: Final = 0x040A
_INTERNAL: Final = 0x0500
_NO_SUCH_OPERATION: Final = 0x0501

_BY_SET: Final = ("printer-info", "printer-location")
"""What Set-Printer-Attributes changes, of all that it says yes to."""
_LONGEST: Final = 1 << 20


class Cups(Appliance):
    """See `campusctl.lab.appliances.base.Appliance`."""

    faults: ClassVar[Mapping[str, str]] = {
        "extra": "has a queue VALUE that nobody asked for",
        "stopped": "stops queue VALUE, as CUPS does when its printer fails",
        "asleep": "makes no queue with a driver for everywhere: the printers behind do not answer",
        "password": "has another password than the vault says",
        "web": "is no print server: it answers every request with a web page",
        "noise": "answers with what is no IPP",
        "no-http": "answers with what is no HTTP",
        "silent": "lets nobody read what it has",
    }

    def set_up(self, *, factory: bool) -> None:
        """Become as the inventory says, or without a queue."""
        self.queues: dict[str, Queue] = {}
        self.default = ""
        for path, value in () if factory else self.spec.settings:
            if path[0] == "default":
                self.default = str(value)
            elif value is not None and len(path) > 2:
                queue = self.queues.setdefault(path[1], Queue(path[1]))
                _set_up(queue, path[2:], value)

    def changed(self) -> None:
        """A fault struck."""
        for queue in self.queues.values():
            if self.fault.get("stopped") == queue.name:
                queue.state, queue.message = STOPPED, "The printer is not responding."
        extra = self.fault.get("extra")
        if extra:
            self.queues.setdefault(extra, Queue(extra, uri="ipp://192.0.2.7/ipp/print", state=IDLE, accepting=True))
        super().changed()

    async def conversation(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request after the other."""
        while head := await _head(reader):
            if "deaf" in self.fault:
                await reader.read()
                return
            first, fields = head
            body = await reader.readexactly(min(int(fields.get("content-length", "0")), _LONGEST))
            if self.drops_now():
                return
            writer.write(self._reply(first, fields, body))
            await writer.drain()

    def _reply(self, first: str, fields: Mapping[str, str], body: bytes) -> bytes:
        if "no-http" in self.fault:
            return b"%1%ERROR\r\n\r\n"
        if "noise" in self.fault:
            return _http("200 OK", "application/ipp", b"\x02\x00\x00\x00")
        if not first.startswith("POST ") or "web" in self.fault:
            return _http("200 OK", "text/html", b"<html><body>It works!</body></html>")
        if first.split()[1].startswith("/admin/") and not self._known(fields.get("authorization", "")):
            return _http("401 Unauthorized", "text/html", b"", 'WWW-Authenticate: Basic realm="CUPS"')
        try:
            request = parse(body)
        except BadRequestError:
            return _http("400 Bad Request", "text/html", b"")
        return _http("200 OK", "application/ipp", self._doings().get(request.operation, _unknown)(request))

    def _known(self, authorization: str) -> bool:
        password = self.spec.secrets.get("password", "")
        if "password" in self.fault:
            password = f"{password} changed"
        right = base64.b64encode(f"{self.spec.user}:{password}".encode()).decode()
        return hmac.compare_digest(authorization.encode(), f"Basic {right}".encode())

    def _doings(self) -> Mapping[int, Callable[[Request], bytes]]:
        return {
            0x0013: self._set,
            0x000B: self._get,
            0x4001: self._get_default,
            0x4002: self._get_all,
            0x4003: self._add,
            0x4004: self._delete,
            0x400A: self._set_default,
            0x400F: self._get_ppd,
        }

    def _named(self, request: Request) -> str:
        return str(request.attributes.get("printer-uri", ("",))[0]).rpartition("/printers/")[2]

    def _shown(self, request: Request, queue: Queue) -> list[Attribute]:
        wanted = request.attributes.get("requested-attributes", ("all",))
        return [one for one in queue.attributes() if "all" in wanted or one[0] in wanted]

    def _get_all(self, request: Request) -> bytes:
        if "silent" in self.fault:
            return answer(request, _NOT_ALLOWED, "Not allowed to read.")
        if not self.queues:
            return answer(request, _NOT_FOUND, "No destinations added.")
        return answer(request, _OK, printers=[self._shown(request, queue) for queue in self.queues.values()])

    def _get(self, request: Request) -> bytes:
        queue = self.queues.get(self._named(request))
        if queue is None:
            return _missing(request)
        return answer(request, _OK, printers=[self._shown(request, queue)])

    def _get_default(self, request: Request) -> bytes:
        queue = self.queues.get(self.default)
        if queue is None:
            return answer(request, _NOT_FOUND, "No default printer.")
        return answer(request, _OK, printers=[self._shown(request, queue)])

    def _set_default(self, request: Request) -> bytes:
        if self._named(request) not in self.queues:
            return _missing(request)
        if not self.lies(f"default {self._named(request)}"):
            self.default = self._named(request)
        return answer(request, _OK)

    def _delete(self, request: Request) -> bytes:
        name = self._named(request)
        if name not in self.queues:
            return _missing(request)
        if self.refuses(name):
            return answer(request, _NOT_TAKEN, f"{name} cannot be deleted.")
        if not self.lies(name):
            del self.queues[name]
        return answer(request, _OK)

    def _set(self, request: Request) -> bytes:
        queue = self.queues.get(self._named(request))
        if queue is None:
            return _missing(request)
        for name in _BY_SET:
            if name in request.printer:
                setattr(queue, SETTABLE[name], request.printer[name][0])
        return answer(request, _OK)

    def _add(self, request: Request) -> bytes:
        name = self._named(request)
        queue = self.queues.get(name) or Queue(name)
        refused = [one for one in request.printer if self.refuses(f"{name} {one}")]
        if refused:
            unsupported: list[Attribute] = [(one, TEXT, "") for one in refused]
            return answer(request, _NOT_TAKEN, f"{refused[0]} cannot be set.", unsupported=unsupported)
        model = str(request.printer.get("ppd-name", ("",))[0])
        if model and (not made_by(model) or (model.startswith("driverless:") and "asleep" in self.fault)):
            return answer(request, _INTERNAL, "Unable to copy PPD file.")
        if request.data and not self.lies(f"{name} ppd") and not queue.take(request.data.decode("latin-1")):
            return answer(request, _BAD_FORMAT, "Bad PPD file.")
        for attribute, values in request.printer.items():
            if not self.lies(f"{name} {attribute}"):
                _change(queue, attribute, values[0])
        self.queues[name] = queue
        return answer(request, _OK)

    def _get_ppd(self, request: Request) -> bytes:
        made = made_by(str(request.attributes.get("ppd-name", ("",))[0]))
        queue = Queue("", make=made) if made else self.queues.get(self._named(request))
        if queue is None or queue.make == RAW:
            return answer(request, _NOT_FOUND, "The PPD file could not be found.")
        return answer(request, _OK, data=queue.ppd().encode("latin-1"))


def _set_up(queue: Queue, path: tuple[str, ...], value: object) -> None:
    """A setting of the inventory, as it is when somebody made it so."""
    if path[0] == "option":
        queue.choose(path[1], str(value))
        queue.options[path[1]] = str(value).lower() if isinstance(value, bool) else str(value)
    elif path[0] == "model":
        queue.make = made_by(f"driverless:{queue.uri}" if value == "everywhere" else str(value)) or RAW
    elif path[0] == "enabled":
        queue.state = IDLE if value else STOPPED
    else:
        setattr(queue, {"error-policy": "policy"}.get(path[0], path[0]), value)


def _change(queue: Queue, attribute: str, value: Value) -> None:
    """What CUPS-Add-Modify-Printer makes of an attribute; what it does not know it passes over without a word."""
    if attribute == "ppd-name":
        queue.make = made_by(str(value))
    elif attribute in SETTABLE:
        setattr(queue, SETTABLE[attribute], value)
        if attribute == "printer-state" and value == IDLE:
            queue.message = ""
    elif attribute.endswith("-default"):
        option = attribute.removesuffix("-default")
        if value is None:
            queue.options.pop(option, None)
        else:
            queue.options[option] = option_text(value)


def _missing(request: Request) -> bytes:
    return answer(request, _NOT_FOUND, "The printer or class does not exist.")


def _unknown(request: Request) -> bytes:
    return answer(request, _NO_SUCH_OPERATION, "That operation is not supported.")


async def _head(reader: asyncio.StreamReader) -> tuple[str, dict[str, str]] | None:
    """The first line and the fields of an HTTP request; None: there is no further one."""
    lines = []
    while line := (await reader.readline()).decode("latin-1").strip():
        lines.append(line)
    if not lines:
        return None
    pairs = (line.partition(":") for line in lines[1:])
    return lines[0], {name.strip().lower(): value.strip() for name, _, value in pairs}


def _http(status: str, kind: str, body: bytes, *fields: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", "Server: CUPS/2.4 IPP/2.1", f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, *fields, "", ""]).encode("latin-1") + body
