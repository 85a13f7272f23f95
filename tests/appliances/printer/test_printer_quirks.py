"""Printers that talk oddly: what can be read is read, what cannot has its word, and all of it ends soon."""

from collections.abc import Callable

import pytest
from printer_rig import Peer, edits, refusals
from printer_stranger import ABOUT, Serve, http, ipp

from campusctl.drivers.ipp.login import Account, best_digest, digest, offers
from campusctl.lab.appliances import ipp as lab
from campusctl.model.outcome import FaultKind

OPERATIONS = {"operations-supported": [lab.Value(lab.ENUM, 0x000B), lab.Value(lab.ENUM, 0x0013)]}
PRINTER = {**OPERATIONS, "printer-location": [lab.Value(lab.TEXT, "alt")], "printer-state": [lab.Value(lab.ENUM, 3)]}
ANSWER = ipp(PRINTER)


def _chunked(body: bytes) -> bytes:
    pieces = (body[at : at + 7] for at in range(0, len(body), 7))
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/ipp\r\nTransfer-Encoding: chunked\r\n\r\n"
    return head + b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def _raw(*attributes: bytes) -> bytes:
    """An answer with attributes as bytes, after one that lets settings be made."""
    told = lab.write((2, 0), 0, 1, [(lab.OPERATION, ABOUT), (lab.PRINTER, OPERATIONS)])
    return http(told[:-1] + b"".join(attributes) + b"\x03")


def _attribute(tag: int, name: str, value: bytes) -> bytes:
    return bytes([tag]) + len(name).to_bytes(2, "big") + name.encode() + len(value).to_bytes(2, "big") + value


@pytest.mark.parametrize(
    "said",
    [
        _chunked(ANSWER),
        b"HTTP/1.0 200 OK\r\nContent-Type: application/ipp\r\n\r\n" + ANSWER,
        b"HTTP/1.1 100 Continue\r\n\r\n" + http(ANSWER),
        http(ANSWER, more="Connection: close\r\n"),
        b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(ANSWER), ANSWER),
        http(ANSWER + b"what stands behind"),
        http(lab.write((1, 1), 0, 77, [(lab.OPERATION, ABOUT), (lab.PRINTER, PRINTER)])),
    ],
    ids=["chunked", "http 1.0", "continue", "close", "no type", "more behind", "another number"],
)
def test_what_is_read_all_the_same(serve: Serve, said: bytes) -> None:
    """HTTP as it is allowed, and some that is not."""
    assert edits(serve(said, location="neu").seen()) == {"location": ("alt", "neu")}


@pytest.mark.parametrize(
    ("location", "found"),
    [
        (_attribute(0x35, "printer-location", b"\0\2de\0\5B\xc3\xbcro"), "Büro"),
        (_attribute(0x35, "printer-location", b"\0\2de\0\4B\xfcro"), "Büro"),
        (_attribute(0x41, "printer-location", b"B\xfcro\0\0\0"), "Büro"),
        (_attribute(0x5F, "printer-location", b"Raum"), "Raum"),
        (_attribute(0x35, "printer-location", b"\xff\xff"), None),
        (_attribute(0x13, "printer-location", b"was?"), None),
        (_attribute(0x12, "printer-location", b""), None),
        (_attribute(0x21, "printer-location", b"\0\0\0\5"), None),
        (_attribute(0x34, "printer-location", b"") + _attribute(0x37, "", b""), None),
        (_attribute(0x41, "printer-location", b"eins") + _attribute(0x41, "", b"zwei"), "eins"),
    ],
    ids=[
        "language", "latin-1", "zeros", "unknown tag", "cut", "no value", "unknown", "number", "collection", "two",
    ],
)  # fmt: skip
def test_a_text_in_every_dress(serve: Serve, location: bytes, found: str | None) -> None:
    """It is read, or it counts as not there."""
    assert edits(serve(_raw(location), location="neu").seen()) == {"location": (found, "neu")}


def test_what_says_that_it_is_not_supported_is_not_there(serve: Serve) -> None:
    """`unsupported` in an answer (RFC 8010, 3.5.2)."""
    seen = serve(_raw(_attribute(0x10, "printer-location", b"")), location="neu").seen()
    assert refusals(seen) == {"location": "it has no printer-location"}


def test_facts_of_the_wrong_kind_are_left_out(serve: Serve) -> None:
    """A state in words, reasons as numbers, levels as text, pages as a truth."""
    said = _raw(
        _attribute(0x44, "printer-state", b"idle"), _attribute(0x21, "printer-state-reasons", b"\0\0\0\5"),
        _attribute(0x30, "marker-levels", b"\xff\xff"), _attribute(0x22, "printer-impressions-completed", b"\1"),
    )  # fmt: skip
    seen = serve(said, location=None).seen()
    assert (seen.facts, seen.notes) == ({}, ())


@pytest.mark.parametrize(
    ("said", "what", "hint"),
    [
        (
            http(b"", status="301 Moved", more="Location: https://p/ipp/print\r\n"),
            "it sends us to https://p/ipp/print (HTTP 301)",
            "say printer.ipp.tls: true",
        ),
        (http(b"", status="302 Found"), "it sends us to nowhere (HTTP 302)", None),
        (http(b"\x1f\x8b\x08\x00packed", more="Content-Encoding: gzip\r\n"), "what it answers is not IPP", None),
        (http(ANSWER[:-1]), "its answer is cut off", None),
        (ANSWER, "what answers there does not speak HTTP", None),
        (_raw(*[_attribute(0x44, "a", b"x")] * 20_001), "its answer has no end", None),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 40_000, "what answers there does not speak HTTP", None),
    ],
    ids=["to tls", "to nowhere", "packed", "no end tag", "no http", "values", "headers"],
)
def test_what_cannot_be_read(serve: Serve, said: bytes, what: str, hint: str | None) -> None:
    """Each has its sentence, and what to do first where that is known."""
    fault = serve(said).trouble()
    assert (fault.kind, fault.what) == (FaultKind.MALFORMED, what)
    assert hint in (None, fault.hint)


@pytest.mark.parametrize("path", ["/ipp/printer", "/ipp", "/"])
def test_a_printer_at_another_path_is_found(serve: Serve, path: str) -> None:
    """The fault says which line of the inventory is missing; with it, the printer is read."""

    def only_there(request: bytes) -> bytes:
        return http(ANSWER) if request.split(b" ")[1] == path.encode() else http(b"", status="404 Not Found")

    fault = serve(only_there).trouble()
    assert (fault.what, fault.hint) == (
        "there is no print service at /ipp/print (HTTP 404)", f"it prints at {path}: say printer.ipp.path: {path}",
    )  # fmt: skip
    assert serve(only_there, ipp={"path": path}).seen().facts == {"state": "idle"}


def _on_set(said: Callable[[lab.Message], bytes]) -> Callable[[bytes], bytes]:
    """A printer that can be read, and answers so when something is to be set."""

    def talk(request: bytes) -> bytes:
        message = lab.read(request.partition(b"\r\n\r\n")[2])
        return said(message) if message.code == 0x0013 else http(ANSWER)

    return talk


@pytest.mark.parametrize(
    ("said", "kind", "what"),
    [
        (http(ipp({})), FaultKind.UNVERIFIED, "it says yes and does not change location"),
        (http(ipp({}, 0x040B)), FaultKind.REJECTED, "it refuses location: it does not take it"),
        (http(ipp({}, 0x0507)), FaultKind.REJECTED, "it refuses location: it is busy"),
        (http(ipp({}, 0x0403)), FaultKind.AUTH, "IPP: our login may not do that"),
        (http(b"", status="426 Upgrade Required"), FaultKind.MALFORMED, "it wants TLS (0 of 1 settings are made)"),
        (http(b"rubbish"), FaultKind.MALFORMED, "what it answers is not IPP (0 of 1 settings are made)"),
        (b"", FaultKind.UNREACHABLE, "it closed the connection (0 of 1 settings are made)"),
    ],
    ids=["lie", "refused", "busy", "not ours", "tls", "rubbish", "hangs up"],
)
def test_what_becomes_of_a_change(serve: Serve, said: bytes, kind: FaultKind, what: str) -> None:
    """Whatever it answers, it is read again, and what was made is counted."""
    fault = serve(_on_set(lambda _: said), location="neu").apply().fault
    assert fault is not None
    assert (fault.kind, fault.what) == (kind, what)


LOGIN = {"user": "admin", "password": "printer/admin"}


def _wants_login(*challenges: str, takes: bytes = b"nothing of the kind") -> Callable[[bytes], bytes]:
    lines = "".join(f"WWW-Authenticate: {one}\r\n" for one in challenges)

    def talk(request: bytes) -> bytes:
        return http(ANSWER) if takes in request else http(b"", "text/html", "401 Unauthorized", more=lines)

    return talk


@pytest.mark.parametrize(
    "challenges",
    [('Basic realm="x"', 'Digest realm="x", nonce="n"'), ('Basic realm="x, y", Digest realm="x", nonce="n"',)],
)
def test_digest_is_taken_wherever_it_stands(serve: Serve, challenges: tuple[str, ...]) -> None:
    """A printer that offers the password in clear first, and Digest beside it, never sees the password."""
    talk = _wants_login(*challenges, takes=b'Authorization: Digest username="admin", realm="x", nonce="n"')
    assert serve(talk, login=LOGIN).seen().facts == {"state": "idle"}


@pytest.mark.parametrize(
    ("challenges", "what"),
    [
        ((), "it wants a login that we do not know (it offers nothing)"),
        (("Negotiate",), "it wants a login that we do not know (it offers negotiate)"),
        (('Digest realm="x"',), "it wants a login that we do not know (it offers digest)"),
        (('Digest realm="x", nonce="n", algorithm=ROT13',), "it wants a login that we do not know (it offers digest)"),
        (('Digest realm="x", nonce="n"',), "it refuses our user or password"),
        (('", ,=="\\',), "it wants a login that we do not know (it offers nothing)"),
    ],
)
def test_logins_that_lead_nowhere(serve: Serve, challenges: tuple[str, ...], what: str) -> None:
    """Each is said, and nothing is tried for ever."""
    fault = serve(_wants_login(*challenges), login=LOGIN).trouble()
    assert (fault.kind, fault.what) == (FaultKind.AUTH, what)


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_a_digest_is_made_as_its_standard_shows(algorithm: str, response: str) -> None:
    """RFC 7616, 3.9.1."""
    challenge = (
        f'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={algorithm}, '
        'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
    )
    best = best_digest(tuple(offers([challenge])))
    assert best is not None
    cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
    told = digest(best, Account("Mufasa", "Circle of Life"), "GET /dir/index.html", 1, cnonce)
    assert f'response="{response}"' in told
    assert told.endswith(f"algorithm={algorithm}, qop=auth, nc=00000001")


def test_a_printer_that_answers_drop_by_drop(serve: Serve) -> None:
    """A whole answer has its time, however often a byte comes."""
    peer: Peer = serve(http(ANSWER[:40], length=len(ANSWER)), location="neu").patient(0.2)
    assert peer.trouble().kind in (FaultKind.MALFORMED, FaultKind.TIMEOUT)
