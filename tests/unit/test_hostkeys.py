"""known_hosts files: what is accepted, what is refused and in which words, and how they are written."""

import base64
import hashlib
import hmac
import stat
from pathlib import Path

import pytest

from campusctl.drivers.switch.faults import SessionError
from campusctl.drivers.switch.hostkeys import KnownHosts, check, fingerprint, load
from campusctl.errors import WorkspaceError
from campusctl.model.outcome import FaultKind


def blob(kind: str, text: str) -> bytes:
    """A key blob of a type; the rest is any bytes."""
    return len(kind).to_bytes(4, "big") + kind.encode() + text.encode()


ED = blob("ssh-ed25519", "one")
ED2 = blob("ssh-ed25519", "two")
ECDSA = blob("ecdsa-sha2-nistp256", "four")
RSA = blob("ssh-rsa", "three")


def b64(data: bytes) -> str:
    """As it stands in the file."""
    return base64.b64encode(data).decode()


def hashed(name: str) -> str:
    """A name as `ssh-keygen -H` writes it."""
    salt = b"0123456789abcdef0123"
    return f"|1|{b64(salt)}|{b64(hmac.new(salt, name.encode(), hashlib.sha1).digest())}"


def known(tmp_path: Path, *lines: str) -> KnownHosts:
    """A file with these lines."""
    path = tmp_path / "known_hosts"
    path.write_text("".join(f"{line}\n" for line in lines))
    return KnownHosts.load(path)


def refusal(hosts: KnownHosts, host: str, port: int, key: bytes, kind: str = "ssh-ed25519") -> SessionError:
    """Why a key is not accepted."""
    with pytest.raises(SessionError) as caught:
        check(hosts, host, port, kind, key)
    assert caught.value.kind is FaultKind.HOST_KEY
    return caught.value


@pytest.mark.parametrize(
    ("line", "host", "port"),
    [
        ("10.42.3.10", "10.42.3.10", 22),
        ("sw01,10.42.3.10", "10.42.3.10", 22),
        ("[127.42.3.10]:2222", "127.42.3.10", 2222),
        (hashed("10.42.3.10"), "10.42.3.10", 22),
        (hashed("[127.42.3.10]:2222"), "127.42.3.10", 2222),
        ("10.42.*", "10.42.3.10", 22),
        ("10.42.3.1?", "10.42.3.10", 22),
        ("*,!10.42.3.11", "10.42.3.10", 22),
        ("SW01", "sw01", 22),
    ],
)
def test_a_known_key_is_accepted(tmp_path: Path, line: str, host: str, port: int) -> None:
    """In every form in which OpenSSH writes a name."""
    check(known(tmp_path, f"{line} ssh-ed25519 {b64(ED)} a comment"), host, port, "ssh-ed25519", ED)


@pytest.mark.parametrize(
    ("line", "host", "port"),
    [
        ("10.42.3.10", "10.42.3.10", 2222),
        ("[10.42.3.10]:2222", "10.42.3.10", 22),
        ("[10.42.3.10]:2222", "10.42.3.10", 2223),
        (hashed("10.42.3.11"), "10.42.3.10", 22),
        ("*,!10.42.3.10", "10.42.3.10", 22),
        ("10.42.3.1", "10.42.3.10", 22),
        ("|1|broken", "10.42.3.10", 22),
        ("@cert-authority 10.42.3.10", "10.42.3.10", 22),
        ("# 10.42.3.10", "10.42.3.10", 22),
    ],
)
def test_a_line_about_another_host_says_nothing(tmp_path: Path, line: str, host: str, port: int) -> None:
    """Also one of another port, and one with a certificate authority."""
    name = host if port == 22 else f"[{host}]:{port}"
    wrong = refusal(known(tmp_path, f"{line} ssh-ed25519 {b64(ED)}"), host, port, ED)
    assert wrong.what == f"the host key of {name} is unknown: ssh-ed25519 {fingerprint(ED)}"
    assert wrong.hint == "compare the fingerprint with the switch's console, then: campusctl trust SCHOOL"


def test_a_changed_key_names_both_fingerprints(tmp_path: Path) -> None:
    """Of the same type, if that is known."""
    hosts = known(tmp_path, f"10.42.3.10 ssh-rsa {b64(RSA)}", f"10.42.3.10 ssh-ed25519 {b64(ED)}")
    assert refusal(hosts, "10.42.3.10", 22, ED2).what == (
        f"the host key of 10.42.3.10 has CHANGED: known is ssh-ed25519 {fingerprint(ED)}, "
        f"it now shows ssh-ed25519 {fingerprint(ED2)}"
    )


def test_a_key_of_another_type_is_a_change_too(tmp_path: Path) -> None:
    """Else whoever stands between could show a type of his choice."""
    hosts = known(tmp_path, f"10.42.3.10 ssh-rsa {b64(RSA)}")
    assert f"known is ssh-rsa {fingerprint(RSA)}, it now shows ssh-ed25519" in refusal(hosts, "10.42.3.10", 22, ED).what


def test_a_revoked_key_is_never_accepted(tmp_path: Path) -> None:
    """Not even if another line knows it; and it makes nobody known."""
    hosts = known(tmp_path, f"10.42.3.10 ssh-ed25519 {b64(ED)}", f"@revoked * ssh-ed25519 {b64(ED)}")
    assert "shows a revoked key" in refusal(hosts, "10.42.3.10", 22, ED).what
    hosts = known(tmp_path, f"@revoked * ssh-ed25519 {b64(ED)}")
    assert "is unknown" in refusal(hosts, "10.42.3.10", 22, ED2).what


def test_the_known_types_are_asked_for(tmp_path: Path) -> None:
    """In the order of the file, without revoked ones."""
    hosts = known(
        tmp_path,
        f"10.42.3.10 ssh-rsa {b64(RSA)}",
        f"@revoked 10.42.3.10 ecdsa-sha2-nistp256 {b64(ECDSA)}",
        f"10.42.3.10 ssh-ed25519 {b64(ED)}",
    )
    assert hosts.types("10.42.3.10") == ("ssh-rsa", "ssh-ed25519")
    assert hosts.types("10.42.3.11") == ()


def test_a_fingerprint_looks_as_ssh_keygen_shows_it() -> None:
    """SHA-256, base64, no padding."""
    assert fingerprint(b"x") == "SHA256:LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE"


def test_a_file_is_saved_whole_and_for_its_owner_only(tmp_path: Path) -> None:
    """Comments and strange names stay as they are."""
    before = ["# ours", f"{hashed('10.42.3.9')} ssh-rsa {b64(RSA)}", "", f"@revoked * ssh-ed25519 {b64(ED2)}"]
    known(tmp_path, *before).add("10.42.3.10", 2222, "ssh-ed25519", ED).save()
    path = tmp_path / "known_hosts"
    assert path.read_text().splitlines() == [*before, f"[10.42.3.10]:2222 ssh-ed25519 {b64(ED)}"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["known_hosts"]
    check(KnownHosts.load(path), "10.42.3.10", 2222, "ssh-ed25519", ED)


def test_a_hosts_keys_can_be_taken_out(tmp_path: Path) -> None:
    """Its own lines, plain or hashed; not those that name others too, nor revoked ones."""
    lines = [
        f"10.42.3.10 ssh-ed25519 {b64(ED)}",
        f"{hashed('10.42.3.10')} ssh-rsa {b64(RSA)}",
        f"sw02,10.42.3.10 ssh-rsa {b64(RSA)}",
        f"@revoked 10.42.3.10 ssh-ed25519 {b64(ED2)}",
        f"10.42.3.11 ssh-ed25519 {b64(ED)}",
    ]
    assert known(tmp_path, *lines).remove("10.42.3.10").lines == tuple(lines[2:])


@pytest.mark.parametrize(
    ("line", "what"),
    [("10.42.3.10 ssh-ed25519", "not a known_hosts line"), ("10.42.3.10 ssh-ed25519 !!!", "the key is not base64")],
)
def test_a_broken_line_is_named(tmp_path: Path, line: str, what: str) -> None:
    """With file and number; a session does not go on by guess."""
    with pytest.raises(WorkspaceError, match=f"known_hosts:2: {what}"):
        known(tmp_path, "# first", line)
    with pytest.raises(SessionError) as caught:
        load(str(tmp_path / "known_hosts"))
    assert caught.value.kind is FaultKind.HOST_KEY


def test_no_file_knows_nobody(tmp_path: Path) -> None:
    """Which is not an error; a folder in its place is."""
    assert KnownHosts.load(tmp_path / "none").lookup("10.42.3.10") == []
    with pytest.raises(WorkspaceError, match="cannot be read"):
        KnownHosts.load(tmp_path)


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    """What was trusted a moment ago counts at once."""
    path = tmp_path / "known_hosts"
    assert load(str(path)).types("10.42.3.10") == ()
    KnownHosts.load(path).add("10.42.3.10", 22, "ssh-ed25519", ED).save()
    assert load(str(path)).types("10.42.3.10") == ("ssh-ed25519",)
