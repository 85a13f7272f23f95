"""What answers at a printer's address and is none, or not as it should."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from printer_rig import Peer, target_at, wanted
from printer_stranger import Serve, http, ipp

from campusctl.lab.appliances import ipp as lab
from campusctl.model.outcome import Fault, FaultKind


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """A certificate that nobody has signed."""
    folder = tmp_path_factory.mktemp("tls")
    key, cert = _self_signed(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context


def _self_signed(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "printer")])
    now = datetime.now(UTC)
    cert = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    paths = folder / "key.pem", folder / "cert.pem"
    plain = serialization.NoEncryption()
    paths[0].write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    paths[1].write_bytes(cert.public_bytes(pem))
    return paths


HTML = b"<!DOCTYPE html><title>Welcome</title>"


@pytest.mark.parametrize(
    ("said", "what"),
    [
        (http(HTML, "text/html"), "it answers as a web page or something else (text/html), not as a printer"),
        (http(HTML), "what it answers is not IPP"),
        (http(b"", status="404 Not Found"), "there is no print service at /ipp/print (HTTP 404)"),
        (http(b"", status="426 Upgrade Required"), "it wants TLS"),
        (http(b"", status="500 Internal Server Error"), "it answers HTTP 500 instead of printing"),
        (
            http(b"", status="302 Found", more="Location: http://127.0.0.1:1/\r\n"),
            "it sends us to http://127.0.0.1:1/ (HTTP 302)",
        ),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "what answers there does not speak HTTP"),
        (b"%1POWR=OK\r", "what answers there does not speak HTTP"),
        (b"\x15\x03\x01\x00\x02\x02\x46", "what answers there does not speak HTTP"),
        (http(ipp({})[:-4]), "its answer is cut off"),
        (http(ipp({}), length=900), "its answer is cut off"),
        (http(b"\x02\x00" * (1 << 20)), "its answer has no end"),
    ],
    ids=["html", "html as ipp", "404", "426", "500", "302", "ssh", "pjlink", "tls", "ipp cut", "http cut", "huge"],
)
def test_no_printer(serve: Serve, said: bytes, what: str) -> None:
    """Each is a fault that says what is there; nothing of it is a bug of ours."""
    fault = serve(said).trouble()
    assert (fault.kind, fault.what) == (FaultKind.MALFORMED, what)


@pytest.mark.parametrize(
    ("status", "kind", "what"),
    [
        (0x0406, FaultKind.REJECTED, "IPP: there is no such print service"),
        (0x0403, FaultKind.AUTH, "IPP: our login may not do that"),
        (0x0502, FaultKind.REJECTED, "IPP: its print service is down"),
        (0x0499, FaultKind.REJECTED, "IPP: it answers status 0x0499"),
        (0x0503, FaultKind.REJECTED, "IPP: it speaks another version of IPP"),
    ],
)
def test_a_printer_that_does_not_want_to(serve: Serve, status: int, kind: FaultKind, what: str) -> None:
    """A status that is an error, known or not."""
    fault = serve(http(ipp({}, status))).trouble()
    assert (fault.kind, fault.what) == (kind, what)


def test_it_hangs_up(serve: Serve) -> None:
    """A connection that ends without a word."""
    fault = serve(b"").trouble()
    assert (fault.kind, fault.what) == (FaultKind.UNREACHABLE, "it closed the connection")


def test_nobody_listens() -> None:
    """The address is there, the port is not."""
    fault = Peer(target_at("127.0.0.1", 1, wanted({}))).trouble()
    assert (fault.kind, fault.what) == (FaultKind.UNREACHABLE, "it is on, and nothing listens there")


def test_a_password_in_clear_is_not_sent(serve: Serve) -> None:
    """HTTP Basic without TLS is refused by us."""
    asks = http(b"", status="401 Unauthorized", more='WWW-Authenticate: Basic realm="x"\r\n')
    fault = serve(asks, login={"user": "admin", "password": "printer/admin"}).trouble()
    assert (fault.kind, fault.what) == (
        FaultKind.AUTH, "it wants the password in clear, and anybody could read it on the way",
    )  # fmt: skip


ANSWER = http(ipp({"printer-state": [lab.Value(lab.ENUM, 3)]}))


def test_a_certificate_that_nobody_signed(serve: Serve, tls: ssl.SSLContext) -> None:
    """It is not believed; not looked at with `any`; known by its fingerprint, which the fault tells."""
    fault = serve(ANSWER, tls, ipp={"tls": True}).trouble()
    assert (fault.kind, fault.what) == (
        FaultKind.HOST_KEY, "its certificate cannot be taken: this computer does not trust it",
    )  # fmt: skip
    told = fault.hint.rpartition(" ")[2]
    assert serve(ANSWER, tls, ipp={"tls": True, "certificate": "any"}).seen().facts == {"state": "idle"}
    fault = serve(ANSWER, tls, ipp={"tls": True, "certificate": "0" * 64}).trouble()
    assert (fault.kind, fault.what) == (
        FaultKind.HOST_KEY, "its certificate cannot be taken: it is another one than the inventory says",
    )  # fmt: skip
    assert fault.hint == f"if the device itself shows the same, say printer.ipp.certificate: {told}"
    for known in (told, told.replace(":", "").lower()):
        assert serve(ANSWER, tls, ipp={"tls": True, "certificate": known}).seen().facts == {"state": "idle"}


def test_a_password_in_clear_goes_only_to_a_known_certificate(serve: Serve, tls: ssl.SSLContext) -> None:
    """HTTP Basic over TLS: with a certificate that is checked it is sent, with one that is not it is not."""
    heard: list[bytes] = []

    def guarded(request: bytes) -> bytes:
        # Whoever does not like the certificate says nothing.
        heard.extend([request] if request else [])
        if b"Basic YWRtaW46YWRtaW4tcGFzcy0x\r\n" in request:  # admin:admin-pass-1
            return ANSWER
        return http(b"", status="401 Unauthorized", more='WWW-Authenticate: Basic realm="x"\r\n')

    known = serve(guarded, tls, ipp={"tls": True, "certificate": "0" * 64}).trouble().hint.rpartition(" ")[2]
    assert serve(guarded, tls, ipp={"tls": True, "certificate": known}).seen().facts == {"state": "idle"}
    assert len(heard) == 2
    fault = serve(guarded, tls, ipp={"tls": True, "certificate": "any"}).trouble()
    assert (fault.kind, fault.what) == (
        FaultKind.AUTH, "it wants the password in clear, and anybody could read it on the way",
    )  # fmt: skip
    wrong = serve(guarded, tls, ipp={"tls": True, "certificate": known})
    fault = Peer(wrong.target, secrets={"printer/admin": "wrong"}).trouble()
    assert (fault.kind, fault.what) == (FaultKind.AUTH, "it refuses our user or password")
    assert not [request for request in heard if b"admin-pass" in request]


def test_tls_where_there_is_none(serve: Serve) -> None:
    """A plain printer that is asked by TLS."""
    found = serve(ANSWER, ipp={"tls": True, "certificate": "any"}).look()
    assert isinstance(found, Fault)
    assert (found.kind, found.what) == (FaultKind.MALFORMED, "it does not speak TLS as it should")


def test_plain_where_there_is_tls(serve: Serve, tls: ssl.SSLContext) -> None:
    """A printer that wants TLS and is asked without."""
    found = serve(ANSWER, tls).look()
    assert isinstance(found, Fault)
    assert found.kind in (FaultKind.MALFORMED, FaultKind.UNREACHABLE)


def test_a_printer_that_says_almost_nothing(serve: Serve) -> None:
    """No attribute at all: nothing can be set, nothing is known, nothing breaks."""
    seen = serve(http(ipp({}))).seen()
    assert [refused.reason for refused in seen.refused] == ["it lets nobody set anything by IPP"]
    assert seen.facts == {}
