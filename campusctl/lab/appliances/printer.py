"""A simulated network printer: IPP over HTTP and an SNMP agent, written from their RFCs."""

import asyncio
import secrets as random_source
from collections.abc import Mapping
from importlib.util import find_spec
from typing import ClassVar, Final

from campusctl.lab.appliances.base import Appliance
from campusctl.lab.appliances.http import Digest, HttpRequest, read_request, reply
from campusctl.lab.appliances.ipp import (
    CHARSET,
    ENUM,
    KEYWORD,
    LANGUAGE,
    NO_VALUE,
    NOT_SETTABLE,
    OPERATION,
    PRINTER,
    UNKNOWN_ATTRIBUTE,
    UNSUPPORTED,
    Group,
    Message,
    Value,
    read,
    write,
)
from campusctl.lab.appliances.printer_device import (
    NAMES,
    Health,
    Oid,
    choices,
    described,
    factory,
    objects,
    tables,
    text,
    told,
)
from campusctl.lab.appliances.printer_snmp import Access, Post, take_post
from campusctl.lab.state import lab_address

_GET, _SET = 0x000B, 0x0013
_OPERATIONS: Final = (0x0002, 0x0004, 0x0008, 0x0009, 0x000A, _GET, 0x003C, 0x4F01)
"""Of them the last one is a maker's own: no table knows it."""
_OK, _BAD_REQUEST, _NOT_FOUND = 0x0000, 0x0400, 0x0406
_NO_SUCH_VALUE, _NOT_SETTABLE_ATTRIBUTE, _NO_SUCH_OPERATION, _NO_SUCH_VERSION = 0x040B, 0x0413, 0x0501, 0x0503
_WEB_PAGE: Final = b"<!DOCTYPE html><title>Printer</title><h1>Welcome</h1>"


class LabPrinter(Appliance):
    """A printer of the lab; see `Appliance`."""

    faults: ClassVar[Mapping[str, str]] = {
        "paper-out": "a printer: its first tray is empty",
        "toner-low": "a printer: its black toner is at 4 %",
        "door-open": "a printer: its front door is open",
        "no-snmp": "a printer: it does not answer by SNMP",
        "no-set": "a printer: it lets nobody set anything by IPP",
    }
    _attributes: Group
    _objects: dict[Oid, int | str]
    _post: Post | None = None

    def set_up(self, *, factory: bool) -> None:
        """See `Appliance`."""
        self._attributes, self._objects = _fresh(self.spec.model)
        if not factory:
            told(self.spec.settings, self._attributes, self._objects)
        password = self.spec.secrets.get("password", "")
        self._digest = Digest(password, random_source.token_hex(16)) if password else None

    @property
    def _health(self) -> Health:
        return Health("paper-out" in self.fault, "toner-low" in self.fault, "door-open" in self.fault)

    async def start(self, port: int) -> None:
        """See `Appliance`; SNMP listens at the UDP port of the same number."""
        access = self._access()
        # Without the extra [printers] the lab still comes up: nobody could ask this printer by SNMP anyhow.
        if (access.read or access.user) and find_spec("pysnmp"):
            self._post = await take_post(self, access, lab_address(self.spec.address), port)
        await super().start(port)

    async def stop(self) -> None:
        """See `Appliance`."""
        if self._post:
            await self._post.leave()
            self._post = None
        await super().stop()

    def _access(self) -> Access:
        known = {name: str(value) for name, value in self.spec.options.items()}
        return Access(
            known.get("community", ""),
            known.get("write-community", ""),
            known.get("user", ""),
            known.get("auth", ""),
            known.get("privacy", ""),
            known.get("auth-protocol", "sha256"),
            known.get("privacy-protocol", "aes128"),
        )

    def hears(self) -> bool:
        """Whether it answers by SNMP."""
        return self.on and "no-snmp" not in self.fault and "deaf" not in self.fault

    def objects(self) -> Mapping[Oid, int | str]:
        """What it tells by SNMP."""
        return {**dict(tables(self.serial, self.spec.model, self._health)), **self._objects}

    def put(self, values: Mapping[Oid, int | str]) -> tuple[str, Oid] | None:
        """Set by SNMP; see `Speaker`."""
        for oid, value in values.items():
            if oid not in self._objects or self._minds(NAMES[oid]):
                return "notWritable", oid
            if type(value) is not type(self._objects[oid]):
                return "wrongType", oid
        self._objects |= {oid: value for oid, value in values.items() if not self._pretends(NAMES[oid])}
        return None

    def _minds(self, name: str) -> bool:
        return self.refuses(name) or self.refuses(name.lower())

    def _pretends(self, name: str) -> bool:
        return self.lies(name) or self.lies(name.lower())

    async def conversation(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """HTTP requests, one after the other."""
        if "deaf" in self.fault:
            await reader.read(-1)
        while request := await read_request(reader, writer):
            if self.drops_now():
                return
            writer.write(self._answer(request))
            await writer.drain()

    def _answer(self, request: HttpRequest) -> bytes:
        if request.method in ("GET", "HEAD"):
            return reply("200 OK", _WEB_PAGE, "text/html")
        if self.spec.kind == "snmp" or request.path != self.spec.options.get("path", "/ipp/print"):
            return reply("404 Not Found", b"<h1>Not Found</h1>", "text/html")
        if request.headers.get("content-type") != "application/ipp":
            return reply("415 Unsupported Media Type", b"", "text/plain")
        try:
            message = read(request.body)
        except ValueError:
            return reply("400 Bad Request", b"", "text/plain")
        if message.code == _SET and self._digest and not self._digest.knows(request):
            return reply("401 Unauthorized", b"", "text/plain", self._digest.challenge)
        return reply("200 OK", self._ipp(message))

    def _ipp(self, message: Message) -> bytes:
        status, groups = self._done(message)
        about = {"attributes-charset": text(CHARSET, "utf-8"), "attributes-natural-language": text(LANGUAGE, "en")}
        return write((2, 0), status, message.number, [(OPERATION, about), *groups])

    def _done(self, message: Message) -> tuple[int, list[tuple[int, Group]]]:
        """Status and groups that answer a request."""
        about = message.group(OPERATION)
        if message.version[0] not in (1, 2):
            return _NO_SUCH_VERSION, []
        if "printer-uri" not in about or "attributes-charset" not in about:
            return _BAD_REQUEST, []
        if message.code == _GET:
            return _OK, [(PRINTER, self._told(about.get("requested-attributes", [])))]
        if message.code == _SET and "no-set" not in self.fault:
            return self._set(message.group(PRINTER))
        return _NO_SUCH_OPERATION, []

    def _told(self, asked: list[Value]) -> Group:
        known = {
            **{name: values or [Value(NO_VALUE, b"")] for name, values in self._attributes.items()},
            **choices(),
            **described(self.serial, self.spec.model, self._health),
            "operations-supported": [Value(ENUM, code) for code in self._operations()],
        }
        if "no-set" not in self.fault:
            known["printer-settable-attributes-supported"] = text(KEYWORD, *sorted(self._attributes))
        names = {str(value.inner) for value in asked} or {"all"}
        if names & {"all", "printer-description"}:
            return known
        return {name: values for name, values in known.items() if name in names}

    def _operations(self) -> tuple[int, ...]:
        return _OPERATIONS if "no-set" in self.fault else (*_OPERATIONS, _SET)

    def _set(self, values: Group) -> tuple[int, list[tuple[int, Group]]]:
        """All or none (RFC 3380, 4.1.3)."""
        unknown = {name: [Value(UNKNOWN_ATTRIBUTE, b"")] for name in values if name not in self._attributes}
        minded = {name: [Value(NOT_SETTABLE, b"")] for name in values if self._minds(name)}
        wrong = {name: given for name, given in values.items() if name not in unknown and not _fits(name, given)}
        if unknown or wrong:
            return _NO_SUCH_VALUE, [(UNSUPPORTED, {**unknown, **wrong})]
        if minded:
            return _NOT_SETTABLE_ATTRIBUTE, [(UNSUPPORTED, minded)]
        for name, given in values.items():
            if not self._pretends(name):
                self._attributes[name] = [] if given[0].tag == NO_VALUE else list(given)
        return _OK, []


def _fresh(model: str) -> tuple[Group, dict[Oid, int | str]]:
    return factory(model), objects(model)


def _fits(name: str, given: list[Value]) -> bool:
    """Whether an attribute may have a value."""
    if given[0].tag == NO_VALUE:
        return True
    known = choices().get(f"{name.removesuffix('-default')}-supported")
    return known is None or all(value in known for value in given)
