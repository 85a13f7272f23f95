"""SNMP agents that err, lie and stumble: each ends in a clear outcome, and soon."""

import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from typing import Any, Final

import pytest
from printer_rig import V2C, Peer, edits, refusals, target_at, wanted
from pyasn1.codec.ber import decoder, encoder  # type: ignore[import-untyped]
from pysnmp.proto import api, rfc1902, rfc1905  # type: ignore[import-untyped]

from campusctl.drivers.printer import snmp_fast
from campusctl.drivers.printer.snmp_trouble import SILENCE
from campusctl.model.outcome import FaultKind

V2: Final = api.PROTOCOL_MODULES[api.SNMP_VERSION_2C]
TOO_BIG, GEN_ERR, NOT_WRITABLE = 1, 5, 17

Oid = tuple[int, ...]
Binds = list[tuple[Oid, Any]]
Answer = tuple[int, int, Binds]
"""Error status, error index, objects."""
Quirk = Callable[[str, Binds, Binds], Answer | None]
"""Kind of the request, what was asked, and what a good agent would say; None: nothing is said."""


def _oid(text: str) -> Oid:
    return tuple(int(part) for part in text.split("."))


PRT = "1.3.6.1.2.1.43"
NAME, LOCATION = _oid("1.3.6.1.2.1.1.5.0"), _oid("1.3.6.1.2.1.1.6.0")
SERIAL, MODEL, LOCK = _oid(f"{PRT}.5.1.1.17.1"), _oid("1.3.6.1.2.1.25.3.2.1.3.1"), _oid(f"{PRT}.5.1.1.13.1")
LEVEL, MOST = _oid(f"{PRT}.11.1.1.9.1.1"), _oid(f"{PRT}.11.1.1.8.1.1")
GOOD: Final[Mapping[Oid, Any]] = {
    NAME: rfc1902.OctetString(b"alt"),
    LOCATION: rfc1902.OctetString(b"alt"),
    MODEL: rfc1902.OctetString(b"P3145dn"),
    _oid(f"{PRT}.5.1.1.1.1"): rfc1902.Integer32(0),
    LOCK: rfc1902.Integer32(3),
    SERIAL: rfc1902.OctetString(b"PR007-0001"),
    _oid(f"{PRT}.10.2.1.4.1.1"): rfc1902.Counter32(5),
    _oid(f"{PRT}.11.1.1.6.1.1"): rfc1902.OctetString(b"Toner"),
    MOST: rfc1902.Integer32(100),
    LEVEL: rfc1902.Integer32(4),
}


class Agent(threading.Thread):
    """An agent with objects of its own, and one quirk."""

    def __init__(self, objects: Mapping[Oid, Any], quirk: Quirk | None, version: int) -> None:
        super().__init__(daemon=True)
        self.objects, self._quirk, self._version = dict(objects), quirk, version
        self._door = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._door.bind(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]
        self.start()

    def run(self) -> None:
        """See `threading.Thread`."""
        with self._door:
            while datagram := (received := self._door.recvfrom(65_536))[0]:
                said = self._said(datagram)
                if said:
                    self._door.sendto(said, received[1])

    def stop(self) -> None:
        """End it."""
        with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as last:
            last.sendto(b"", ("127.0.0.1", self.port))
        self.join()

    def _said(self, datagram: bytes) -> bytes:
        message, _ = decoder.decode(datagram, asn1Spec=V2.Message())
        if int(message["version"]) != self._version:
            return b""
        pdu = V2.apiMessage.get_pdu(message)
        kind = type(pdu).__name__.removesuffix("RequestPDU")
        asked = [(tuple(oid), value) for oid, value in V2.apiPDU.get_varbinds(pdu)]
        good = self._good(kind, asked, int(pdu["max-repetitions"]) if kind == "GetBulk" else 1)
        found = self._quirk(kind, asked, good) if self._quirk else (0, 0, good)
        if found is None:
            return b""
        answer = V2.GetResponsePDU()
        V2.apiPDU.set_defaults(answer)
        V2.apiPDU.set_request_id(answer, V2.apiPDU.get_request_id(pdu))
        V2.apiPDU.set_error_status(answer, found[0])
        V2.apiPDU.set_error_index(answer, found[1])
        V2.apiPDU.set_varbinds(answer, found[2])
        V2.apiMessage.set_pdu(message, answer)
        return bytes(encoder.encode(message))

    def _good(self, kind: str, asked: Binds, repetitions: int) -> Binds:
        if kind == "Get":
            return [(oid, self.objects.get(oid, rfc1905.noSuchInstance)) for oid, _ in asked]
        if kind == "Set":
            self.objects |= dict(asked)
            return asked
        rows: Binds = []
        at = [oid for oid, _ in asked]
        for _ in range(repetitions):
            after = [min((one for one in self.objects if one > oid), default=None) for oid in at]
            rows += [
                (found, self.objects[found]) if found else (oid, rfc1905.endOfMibView)
                for oid, found in zip(at, after, strict=True)
            ]
            at = [found or oid for oid, found in zip(at, after, strict=True)]
        return rows


WANTED: Final = {"snmp": V2C, "system": {"name": "neu", "location": None}, "panel": {"locked": True}}

Start = Callable[..., Peer]


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Starts an agent, read by pysnmp alone."""
    monkeypatch.setattr(snmp_fast, "find_spec", lambda _name: None)
    agents: list[Agent] = []

    def one(quirk: Quirk | None = None, *, version: int = 1, objects: Mapping[Oid, Any] | None = None) -> Peer:
        agents.append(Agent({**GOOD, **(objects or {})}, quirk, version))
        return Peer(target_at("127.0.0.1", agents[-1].port, wanted(WANTED, "snmp"), "snmp", timeout_s=0.9))

    yield one
    for agent in agents:
        agent.stop()


def test_a_good_one(start: Start) -> None:
    """Without a quirk it is read and set."""
    peer = start()
    seen = peer.seen()
    assert edits(seen) == {"system/name": ("alt", "neu"), "panel/locked": (False, True)}
    assert (seen.facts["pages"], seen.notes) == ("5", ("Toner 4 %",))
    assert peer.apply(seen).fault is None


def _stumbles(status: int) -> Quirk:
    return lambda _, asked, good: (status, 0, []) if len(asked) > 2 else (0, 0, good)


@pytest.mark.parametrize("status", [TOO_BIG, GEN_ERR])
def test_one_that_takes_two_objects_at_once(start: Start, status: int) -> None:
    """Tables, too: the request is taken apart until it is small enough."""
    seen = start(_stumbles(status)).seen()
    assert (seen.facts["serial"], seen.notes) == ("PR007-0001", ("Toner 4 %",))


@pytest.mark.parametrize(
    "rows",
    [
        lambda asked, _: [(oid, rfc1902.Integer32(1)) for oid, _ in asked] * 5,
        lambda asked, _: [((*oid[:-1], 0), rfc1902.Integer32(1)) for oid, _ in asked],
        lambda asked, _: [((*oid[:12], *oid[12:], 1), rfc1902.Integer32(1)) for oid, _ in asked][:1],
        lambda _, good: [row for row in good for _ in (0, 1)],
        lambda *_: [],
    ],
    ids=["circle", "back", "ever longer", "doubled", "nothing"],
)
def test_a_walk_that_leads_nowhere(start: Start, rows: Callable[[Binds, Binds], Binds]) -> None:
    """What stands beside the tables is read all the same."""
    seen = start(lambda kind, asked, good: (0, 0, rows(asked, good) if kind == "GetBulk" else good)).seen()
    assert seen.facts["serial"] == "PR007-0001"


def test_objects_of_the_wrong_kind(start: Start) -> None:
    """A number for a serial, text for a level, a counter of 64 bits, something opaque: left out, or told as it is."""
    objects = {
        SERIAL: rfc1902.Integer32(5), LEVEL: rfc1902.OctetString(b"voll"), LOCK: rfc1902.OctetString(b"\3"),
        _oid(f"{PRT}.10.2.1.4.1.1"): rfc1902.Counter64(2**60), MODEL: rfc1902.ObjectIdentifier((1, 3, 6)),
        NAME: rfc1902.Opaque(b"zz"),
    }  # fmt: skip
    seen = start(objects=objects).seen()
    assert seen.facts == {"pages": str(2**60)}
    assert refusals(seen) == {"panel/locked": "it has no prtConsoleDisable (it says b'\\x03')"}
    assert edits(seen) == {"system/name": ("zz", "neu")}


def test_texts_in_latin_1_and_filled_up(start: Start) -> None:
    """What stands behind a zero is not the agent's word."""
    objects = {
        NAME: rfc1902.OctetString("Büro\0\0".encode("latin-1")), MODEL: rfc1902.OctetString(b"P3145\0rest"),
        SERIAL: rfc1902.OctetString(b"PR007-0001 \0\0"),
    }  # fmt: skip
    seen = start(objects=objects).seen()
    assert edits(seen)["system/name"] == ("Büro", "neu")
    assert (seen.facts["model"], seen.facts["serial"]) == ("P3145", "PR007-0001")


@pytest.mark.parametrize(("most", "level"), [(100, -1), (100, -2), (100, -3), (-1, 5), (-2, 5), (0, 5)])
def test_levels_that_nobody_knows(start: Start, most: int, level: int) -> None:
    """RFC 3805: other, unknown, some left."""
    seen = start(objects={MOST: rfc1902.Integer32(most), LEVEL: rfc1902.Integer32(level)}).seen()
    assert seen.notes == ()
    assert "supplies" not in seen.facts


@pytest.mark.parametrize(
    ("status", "index", "kind", "what"),
    [
        (GEN_ERR, 1, FaultKind.REJECTED, "system name: it had an error of its own (genErr)"),
        (NOT_WRITABLE, 1, FaultKind.REJECTED, "system name: it lets nobody set it (notWritable)"),
        (99, 1, FaultKind.REJECTED, "system name: it refuses it (99)"),
        (NOT_WRITABLE, 9, FaultKind.MALFORMED, "an answer that contradicts itself"),
        (0, 0, FaultKind.UNVERIFIED, "it says yes and does not change system name, panel locked"),
    ],
)
def test_what_becomes_of_a_change(start: Start, status: int, index: int, kind: FaultKind, what: str) -> None:
    """Refused, refused without sense, or a lie: told, and read again."""
    kept = dict(GOOD)

    def quirk(request: str, asked: Binds, good: Binds) -> Answer:
        if request == "Set":
            return status, index, asked
        return 0, 0, [(oid, kept.get(oid, value)) for oid, value in good]

    fault = start(quirk).apply().fault
    assert fault is not None
    assert fault.kind is kind
    assert what in fault.what


def test_one_that_only_speaks_the_first_version(start: Start) -> None:
    """It never answers, and the sentence says what that may mean."""
    fault = start(version=0).trouble()
    assert (fault.kind, fault.what) == (FaultKind.TIMEOUT, SILENCE["2c"])
