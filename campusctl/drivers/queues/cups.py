"""Print servers with CUPS, over IPP. Source: RFC 8011; CUPS Implementation of IPP, cups.org/doc/spec-ipp.html.

CUPS answers Set-Printer-Attributes for `sides-default` with ok and does nothing. CUPS-Add-Modify-Printer keeps it, but
that is half the way: see `campusctl.drivers.queues.ppd`.
"""

import os
import pwd
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from ipaddress import ip_address
from typing import Final

from pyipp.enums import IppOperation, IppTag

from campusctl.drivers.appliance.base import DeviceTroubleError, Link, Reading, Wish
from campusctl.drivers.ipp.http import Http, Way, Words, open_http
from campusctl.drivers.ipp.login import Account
from campusctl.drivers.ipp.message import Answer, Attribute, Attributes, request
from campusctl.drivers.ipp.reader import MOST, NoIppError, answer
from campusctl.drivers.ipp.status import INTERNAL, NO_OPERATION, NOT_FOUND, status_words
from campusctl.drivers.queues import ppd
from campusctl.drivers.queues.seen import Seen
from campusctl.drivers.queues.words import (
    ASKED,
    EVERYWHERE,
    OPTIONS,
    RAW,
    attributes_of_options,
    changes,
    one,
    one_by_one,
    option_change,
    options_of,
    why_not,
)
from campusctl.model.appliance import Shown
from campusctl.model.outcome import FaultKind
from campusctl.model.sentence import sentence
from campusctl.model.setting import Path

_READ: Final = "/"
_CHANGE: Final = "/admin/"
"""Where cupsd asks for an account."""
_LARGEST: Final = 16 << 20
"""Bytes of an answer."""
_MOST: Final = 10 * MOST
"""Values of an answer."""
_NICKNAME: Final = re.compile(rb'^\*NickName: *"([^"\r\n]*)"', re.MULTILINE)
_DRIVERLESS: Final = "driverless:"
_TEMPLATE: Final = "job-template"
"""Stands for every option in what is asked for (RFC 8011, 4.2.5.1)."""
_NEEDS: Final = "for `everywhere` the printer must be on, and the server needs cups-filters"


_WORDS: Final = Words(
    thing="a print server",
    login="queues.login",
    place="is it CUPS? queues.port says where",
    tls="say queues.tls: always",
    certificate="queues.certificate",
)


def way(link: Link) -> Way:
    """How to reach a server: by TLS, unless it is on this very computer and the inventory does not insist."""
    options = link.options
    here = ip_address(link.host).is_loopback
    own = str(options["socket"]) if options.get("socket") and not here else ""
    tls = not own and not (here and options.get("tls") != "always")
    return Way(
        url="http://localhost" if own else f"{'https' if tls else 'http'}://{link.host}:{link.port}",
        words=_WORDS,
        certificate=str(options.get("certificate", "")).replace(":", "").lower() if tls else "",
        socket=own,
        # Source: cups-files.conf, PeerCred: the kernel says who is at the other end of the socket.
        headers={"Authorization": f"PeerCred {_account()}"} if own else None,
        account=Account(link.login.user, "" if own else link.secret(link.login.password)),
        in_clear=True,
        connect_s=link.connect_timeout_s,
        timeout_s=link.timeout_s,
        largest=_LARGEST,
    )


def _account() -> str:
    """Who we are on this computer."""
    return pwd.getpwuid(os.geteuid()).pw_name


class Cups:
    """See `campusctl.drivers.appliance.base.Dialect`."""

    port = 631
    off_when_silent = False

    @asynccontextmanager
    async def open(self, link: Link) -> AsyncIterator["CupsSession"]:
        """Connect; who we are is said with every request."""
        async with open_http(way(link)) as http:
            yield CupsSession(http, link.login.user or _account())

    def step(self, wish: Wish) -> str:
        """The operation of IPP, and what it sets."""
        if wish.path[0] == "default":
            return f"CUPS-Set-Default {wish.after}"
        name, field = wish.path[1], "".join(wish.path[2:])
        if wish.path[2:3] == ("option",):
            return f"CUPS-Add-Modify-Printer {name} {wish.path[3]}-default={'' if wish.after is None else wish.after}"
        if wish.after is None:
            return f"CUPS-Delete-Printer {name}"
        sets = " ".join(wish.after) if isinstance(wish.after, tuple) else f"{field}={wish.after}" if field else ""
        return f"CUPS-Add-Modify-Printer {name} {sets}".rstrip()

    def interrupts(self, path: Path) -> str:
        """A queue that goes takes its jobs with it."""
        return sentence("queue {name} goes away, with the jobs that wait in it", name=path[1]) if len(path) == 2 else ""


class CupsSession:
    """See `campusctl.drivers.appliance.base.Session`."""

    def __init__(self, http: Http, user: str) -> None:
        """Nothing is asked yet."""
        self._http, self._user = http, user
        self._wanted: Mapping[Path, Shown] = {}

    async def read(self, wanted: Mapping[Path, Shown]) -> Reading:
        """Queues, the default one, and how the server does."""
        self._wanted = wanted
        every = (_TEMPLATE,) if any(path[2:] == (OPTIONS,) for path in wanted) else ()
        queues = await self._queues((*attributes_of_options(options_of(wanted)), *every))
        models = {str(value) for path, value in wanted.items() if path[2:] == ("model",) and value}
        nicknames = {model: await self._nickname(model) for model in sorted(models - {RAW, EVERYWHERE})}
        return Seen(queues, await self.default(), nicknames, self._http.server).reading(wanted)

    async def write(self, wishes: Sequence[Wish]) -> Mapping[Path, str]:
        """Queue by queue, the default one last."""
        refused: dict[Path, str] = {}
        for name in dict.fromkeys(wish.path[1] for wish in wishes if wish.path[0] == "queue"):
            refused |= await self._queue(name, [wish for wish in wishes if wish.path[:2] == ("queue", name)])
        for wish in wishes:
            if wish.path[0] == "default":
                refused |= await self._set_default(wish)
        return refused

    async def _queue(self, name: str, wishes: Sequence[Wish]) -> dict[Path, str]:
        if any(wish.after is None and wish.path[2:] in ((), ("uri",)) for wish in wishes):
            reply = await self._ask(_CHANGE, IppOperation.CUPS_DELETE_PRINTER, name)
            return _refused(wishes, reply, NOT_FOUND)
        options = [wish for wish in wishes if wish.path[2:3] == ("option",)]
        every = [wish for wish in wishes if wish.path[2:] == (OPTIONS,)]
        refused = await self._base(name, [wish for wish in wishes if len(wish.path) == 3 and wish not in every])
        if refused:
            # CUPS makes a queue of whatever it is told first: without the rest it would be half a queue.
            return {wish.path: next(iter(refused.values())) for wish in wishes}
        refused = await self._defaults(name, [*options, *(one for wish in every for one in one_by_one(wish))])
        lost = [f"{path[3]}: {why}" for path, why in refused.items() if path not in {wish.path for wish in options}]
        return {**refused, **({wish.path: "; ".join(lost) for wish in every} if lost else {})}

    async def _base(self, name: str, wishes: Sequence[Wish]) -> dict[Path, str]:
        """Everything but options, in one request."""
        if not wishes:
            return {}
        model = self._model(name, wishes)
        attributes = tuple(changes(wishes, model))
        reply = await self._ask(_CHANGE, IppOperation.CUPS_ADD_MODIFY_PRINTER, name, attributes)
        why = f" ({_NEEDS})" if model.startswith(_DRIVERLESS) and reply.status == INTERNAL else ""
        return {path: words + why for path, words in _refused(wishes, reply).items()}

    def _model(self, name: str, wishes: Sequence[Wish]) -> str:
        """The driver to set: the wanted one, if it is not there; `everywhere` also when the printer is another one."""
        after = {wish.path[2]: wish.after for wish in wishes}
        model = str(after.get("model") or self._wanted.get(("queue", name, "model")) or "")
        uri = str(after.get("uri") or self._wanted.get(("queue", name, "uri")) or "")
        if model == EVERYWHERE:
            # The server itself asks the printer what it can, by cups-filters; lpadmin would ask from here.
            return f"{_DRIVERLESS}{uri}" if {"model", "uri"} & after.keys() else ""
        return model if "model" in after else ""

    async def _defaults(self, name: str, wishes: Sequence[Wish]) -> dict[Path, str]:
        """Options that the printer knows."""
        if not wishes:
            return {}
        names = attributes_of_options(options_of([wish.path for wish in wishes]))
        queue = (await self._queues(names)).get(name, {})
        refused = {wish.path: why for wish in wishes if (why := why_not(queue, wish.path[3], wish.after))}
        rest = [wish for wish in wishes if wish.path not in refused]
        if not rest:
            return refused
        attributes = tuple(option_change(wish) for wish in rest)
        text = await self._ppd(name, {wish.path[3]: wish.after for wish in rest})
        reply = await self._ask(_CHANGE, IppOperation.CUPS_ADD_MODIFY_PRINTER, name, attributes, data=text)
        return refused | _refused(rest, reply)

    async def _ppd(self, name: str, options: Mapping[str, Shown]) -> bytes:
        """The queue's PPD with other defaults; empty: it need not change."""
        if not options.keys() & ppd.OPTIONS:
            return b""
        reply = await self._ask(_READ, IppOperation.CUPS_GET_PPD, name)
        # A queue without a driver has none. Latin-1 gives every byte back as it came.
        before = reply.data.decode("latin-1") if reply.ok else ""
        after = ppd.with_defaults(before, options)
        return after.encode("latin-1") if after != before else b""

    async def _set_default(self, wish: Wish) -> dict[Path, str]:
        if wish.after is None:
            return {wish.path: "CUPS always keeps a default queue once it has one"}
        return _refused([wish], await self._ask(_CHANGE, IppOperation.CUPS_SET_DEFAULT, str(wish.after)))

    async def _queues(self, more: Sequence[str]) -> Mapping[str, Attributes]:
        reply = await self._ask(_READ, IppOperation.CUPS_GET_PRINTERS, wanted=(*ASKED, *more))
        if reply.status == NOT_FOUND:
            return {}
        _need(reply)
        return {str(one(queue, "printer-name")): queue for queue in reply.printers if one(queue, "printer-name")}

    async def default(self) -> str:
        """The default queue; empty: there is none."""
        reply = await self._ask(_READ, IppOperation.CUPS_GET_DEFAULT, wanted=("printer-name",))
        if reply.status == NOT_FOUND:
            return ""
        _need(reply)
        return str(one(reply.printers[0], "printer-name") or "") if reply.printers else ""

    async def _nickname(self, model: str) -> str:
        """What a driver calls itself; empty: the server does not have it."""
        more = (Attribute("ppd-name", IppTag.NAME, model),)
        reply = await self._ask(_READ, IppOperation.CUPS_GET_PPD, more=more)
        found = _NICKNAME.search(reply.data) if reply.ok else None
        return found[1].decode(errors="replace") if found else ""

    async def _ask(  # noqa: PLR0913 - what a request has
        self,
        path: str,
        operation: IppOperation,
        queue: str = "",
        attributes: Sequence[Attribute] = (),
        *,
        wanted: Sequence[str] = (),
        more: Sequence[Attribute] = (),
        data: bytes = b"",
    ) -> Answer:
        target = f"ipp://localhost/printers/{queue}" if queue else ""
        message = request(operation, target, self._user, wanted=wanted, changes=attributes, more=more, data=data)
        try:
            return answer(await self._http.post(path, message), _MOST)
        except NoIppError as error:
            raise DeviceTroubleError(FaultKind.MALFORMED, str(error), "is it CUPS?") from None


def _need(reply: Answer) -> None:
    if reply.status == NO_OPERATION:
        what = "what answers there is a printer or something else: it has no queues"
        raise DeviceTroubleError(FaultKind.MALFORMED, what, _WORDS.place)
    if not reply.ok:
        raise DeviceTroubleError(FaultKind.REJECTED, f"CUPS does not say what it has: {_words(reply)}")


def _refused(wishes: Sequence[Wish], reply: Answer, *fine: int) -> dict[Path, str]:
    """What was refused: all of a request, or nothing."""
    return {} if reply.ok or reply.status in fine else {wish.path: _words(reply) for wish in wishes}


def _words(reply: Answer) -> str:
    """The server's own reason."""
    return reply.message or status_words(reply.status)
