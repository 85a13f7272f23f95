"""A simulated print server with CUPS 2.4. Written from the CUPS documentation and its behaviour, apart from the driver.

Like the real one it says yes to Set-Printer-Attributes with anything, and changes five attributes.
"""

import asyncio
import base64
import hmac
import socket
import ssl
from collections.abc import Callable, Iterable, Mapping
from typing import ClassVar, Final

from campusctl.lab.appliances.base import Appliance
from campusctl.lab.appliances.cups_queue import (
    IDLE,
    RAW,
    SETTABLE,
    STOPPED,
    Attribute,
    Given,
    Queue,
    made_by,
    option_text,
)
from campusctl.lab.appliances.http import HttpRequest, read_request, reply
from campusctl.lab.appliances.ipp import (
    CHARSET,
    DELETE,
    KEYWORD,
    LANGUAGE,
    OPERATION,
    PRINTER,
    TEXT,
    UNSUPPORTED,
    Message,
    Value,
    read,
    write,
)
from campusctl.lab.appliances.tls import server_context

_OK: Final = 0x0000
_NOT_ALLOWED: Final = 0x0403
_NOT_FOUND: Final = 0x0406
_NOT_TAKEN: Final = 0x040B
_BAD_FORMAT: Final = 0x040A
_INTERNAL: Final = 0x0500
_NO_SUCH_OPERATION: Final = 0x0501

_BY_SET: Final = ("printer-info", "printer-location")
"""What Set-Printer-Attributes changes, of all that it says yes to."""
_CALLED: Final = "CUPS/2.4 IPP/2.1"
_HELLO: Final = b"\x16"
"""How TLS begins (RFC 8446, 5.1)."""
_UPGRADE: Final = ("Connection: Upgrade", "Upgrade: TLS/1.2,HTTP/1.1")


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
        "encrypt": "takes nothing that does not come by TLS",
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

    async def tls(self, connection: socket.socket) -> ssl.SSLContext | None:
        """CUPS hears at the first byte whether TLS is spoken."""
        loop, heard = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(connection, heard.set)
        try:
            await heard.wait()
        finally:
            loop.remove_reader(connection)
        return server_context() if connection.recv(1, socket.MSG_PEEK) == _HELLO else None

    async def conversation(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request after the other; TLS from the first byte on, or from where somebody asks for it (RFC 2817)."""
        while request := await read_request(reader, writer):
            if "deaf" in self.fault:
                await reader.read()
                return
            if self.drops_now():
                return
            encrypted = writer.get_extra_info("sslcontext") is not None
            if not encrypted and "TLS/" in request.headers.get("upgrade", ""):
                writer.write("\r\n".join(["HTTP/1.1 101 Switching Protocols", *_UPGRADE, "", ""]).encode())
                await writer.start_tls(server_context())
                encrypted = True
            writer.write(self._reply(request, encrypted=encrypted))
            await writer.drain()

    def _reply(self, request: HttpRequest, *, encrypted: bool) -> bytes:
        if "no-http" in self.fault:
            return b"%1%ERROR\r\n\r\n"
        if "noise" in self.fault:
            return _http("200 OK", b"\x02\x00\x00\x00")
        if request.method == "OPTIONS":
            return _http("200 OK", b"", "text/plain", "Allow: GET, HEAD, OPTIONS, POST, PUT")
        if request.method != "POST" or "web" in self.fault:
            return _http("200 OK", b"<html><body>It works!</body></html>", "text/html")
        if "encrypt" in self.fault and not encrypted:
            return _http("426 Upgrade Required", b"", "text/html", *_UPGRADE)
        if request.path.startswith("/admin/") and not self._known(request.headers.get("authorization", "")):
            return _http("401 Unauthorized", b"", "text/html", 'WWW-Authenticate: Basic realm="CUPS"')
        try:
            message = read(request.body)
        except ValueError:
            return _http("400 Bad Request", b"", "text/html")
        return _http("200 OK", self._doings().get(message.code, _unknown)(message))

    def _known(self, authorization: str) -> bool:
        password = self.spec.secrets.get("password", "")
        if "password" in self.fault:
            password = f"{password} changed"
        right = base64.b64encode(f"{self.spec.user}:{password}".encode()).decode()
        return hmac.compare_digest(authorization.encode(), f"Basic {right}".encode())

    def _doings(self) -> Mapping[int, Callable[[Message], bytes]]:
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

    def _named(self, request: Message) -> str:
        return str(_first(request.group(OPERATION), "printer-uri")).rpartition("/printers/")[2]

    def _shown(self, request: Message, queue: Queue) -> list[Attribute]:
        wanted = {
            value.inner for value in request.group(OPERATION).get("requested-attributes", [Value(KEYWORD, "all")])
        }
        template = "job-template" in wanted
        return [
            (name, values)
            for name, values in queue.attributes()
            if "all" in wanted or name in wanted or (template and name.endswith(("-default", "-supported")))
        ]

    def _get_all(self, request: Message) -> bytes:
        if "silent" in self.fault:
            return answer(request, _NOT_ALLOWED, "Not allowed to read.")
        if not self.queues:
            return answer(request, _NOT_FOUND, "No destinations added.")
        return answer(request, _OK, printers=[self._shown(request, queue) for queue in self.queues.values()])

    def _get(self, request: Message) -> bytes:
        queue = self.queues.get(self._named(request))
        if queue is None:
            return _missing(request)
        return answer(request, _OK, printers=[self._shown(request, queue)])

    def _get_default(self, request: Message) -> bytes:
        queue = self.queues.get(self.default)
        if queue is None:
            return answer(request, _NOT_FOUND, "No default printer.")
        return answer(request, _OK, printers=[self._shown(request, queue)])

    def _set_default(self, request: Message) -> bytes:
        if self._named(request) not in self.queues:
            return _missing(request)
        if not self.lies(f"default {self._named(request)}"):
            self.default = self._named(request)
        return answer(request, _OK)

    def _delete(self, request: Message) -> bytes:
        name = self._named(request)
        if name not in self.queues:
            return _missing(request)
        if self.refuses(name):
            return answer(request, _NOT_TAKEN, f"{name} cannot be deleted.")
        if not self.lies(name):
            del self.queues[name]
        return answer(request, _OK)

    def _set(self, request: Message) -> bytes:
        queue = self.queues.get(self._named(request))
        if queue is None:
            return _missing(request)
        for name in _BY_SET:
            if name in request.group(PRINTER):
                setattr(queue, SETTABLE[name], _first(request.group(PRINTER), name))
        return answer(request, _OK)

    def _add(self, request: Message) -> bytes:
        name = self._named(request)
        queue = self.queues.get(name) or Queue(name)
        given = request.group(PRINTER)
        refused = [one for one in given if self.refuses(f"{name} {one}")]
        if refused:
            unsupported = [(one, [Value(TEXT, "")]) for one in refused]
            return answer(request, _NOT_TAKEN, f"{refused[0]} cannot be set.", unsupported=unsupported)
        model = str(_first(given, "ppd-name") or "")
        if model and (not made_by(model) or (model.startswith("driverless:") and "asleep" in self.fault)):
            return answer(request, _INTERNAL, "Unable to copy PPD file.")
        if request.data and not self.lies(f"{name} ppd") and not queue.take(request.data.decode("latin-1")):
            return answer(request, _BAD_FORMAT, "Bad PPD file.")
        for attribute in given:
            if not self.lies(f"{name} {attribute}"):
                _change(queue, attribute, _first(given, attribute))
        self.queues[name] = queue
        return answer(request, _OK)

    def _get_ppd(self, request: Message) -> bytes:
        made = made_by(str(_first(request.group(OPERATION), "ppd-name") or ""))
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


def _change(queue: Queue, attribute: str, value: Given) -> None:
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


def _missing(request: Message) -> bytes:
    return answer(request, _NOT_FOUND, "The printer or class does not exist.")


def _unknown(request: Message) -> bytes:
    return answer(request, _NO_SUCH_OPERATION, "That operation is not supported.")


def _first(group: Mapping[str, list[Value]], name: str) -> Given:
    """The first value of an attribute; None: there is none, or it is to be taken away."""
    value = group[name][0] if name in group else Value(DELETE, "")
    return value.inner if value.tag != DELETE and isinstance(value.inner, int | str) else None


def answer(  # noqa: PLR0913 - what an answer has
    request: Message,
    status: int,
    words: str = "",
    *,
    printers: Iterable[Iterable[Attribute]] = (),
    unsupported: Iterable[Attribute] = (),
    data: bytes = b"",
) -> bytes:
    """An answer as CUPS gives it.

    Args:
        request: What was asked.
        status: Status code.
        words: The same in words.
        printers: Attributes of each printer.
        unsupported: Attributes that are not taken.
        data: What stands behind them.
    """
    about = {"attributes-charset": [Value(CHARSET, "utf-8")], "attributes-natural-language": [Value(LANGUAGE, "en")]}
    about |= {"status-message": [Value(TEXT, words)]} if words else {}
    groups = [(OPERATION, about.items()), (UNSUPPORTED, unsupported), *((PRINTER, one) for one in printers)]
    return write((2, 0), status, request.number, groups, data)


def _http(status: str, body: bytes, kind: str = "application/ipp", *fields: str) -> bytes:
    return reply(status, body, kind, *fields, server=_CALLED)
