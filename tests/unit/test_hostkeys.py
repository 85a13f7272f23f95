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
        ("# 10.42.3.10", "10.42.3.10", 22),
    ],
)
def test_a_line_about_another_host_says_nothing(tmp_path: Path, line: str, host: str, port: int) -> None:
    """Also one of another port."""
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
    """Its own lines, plain or hashed; lines about others too lose its name, a pattern excepts it; revoked ones stay."""
    lines = [
        f"10.42.3.10 ssh-ed25519 {b64(ED)}",
        f"{hashed('10.42.3.10')} ssh-rsa {b64(RSA)}",
        f"sw02,10.42.3.10 ssh-rsa {b64(RSA)}",
        f"@revoked 10.42.3.10 ssh-ed25519 {b64(ED2)}",
        f"10.42.3.11 ssh-ed25519 {b64(ED)}",
        f"10.42.*,!10.42.3.9 ssh-rsa {b64(RSA)} a pattern",
        f"@cert-authority 10.42.* ssh-rsa {b64(RSA)}",
    ]
    left = known(tmp_path, *lines).remove("10.42.3.10")
    assert left.lines == (
        f"sw02 ssh-rsa {b64(RSA)}",
        *lines[3:5],
        f"10.42.*,!10.42.3.9,!10.42.3.10 ssh-rsa {b64(RSA)} a pattern",
        lines[6],
    )
    left.save()
    again = KnownHosts.load(tmp_path / "known_hosts")
    assert again.types("10.42.3.10") == ()
    assert again.types("10.42.3.12") == again.types("sw02") == ("ssh-rsa",)


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("10.42.3.10 ssh-ed25519", "not a known_hosts line"),
        ("10.42.3.10 ssh-ed25519 !!!", "the key is not base64"),
        (f"10.42.3.10 ssh-rsa {b64(ED)}", "the key is not of the type that is said"),
        ("10.42.3.10 ssh-rsa AAAA", "the key is not of the type that is said"),
        ("10.42.3.10 1024 35 123456789", "the key is not base64"),
        (f"@revoke 10.42.3.10 ssh-ed25519 {b64(ED)}", "an unknown mark"),
        ("@revoked", "not a known_hosts line"),
    ],
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


def test_a_certificate_authority_makes_nobody_known_and_the_fault_says_so(tmp_path: Path) -> None:
    """With the line; on a host that it is not about, it says nothing."""
    hosts = known(tmp_path, "# ours", f"@cert-authority 10.42.* ssh-ed25519 {b64(ED)}")
    assert refusal(hosts, "10.42.3.10", 22, ED).what == (
        f"the host key of 10.42.3.10 is unknown: ssh-ed25519 {fingerprint(ED)}; "
        f"{tmp_path / 'known_hosts'}:2 has a certificate authority for it, which campusctl does not use"
    )
    assert "authority" not in refusal(hosts, "10.43.3.10", 22, ED).what


def test_line_ends_and_marks_of_other_systems_are_read(tmp_path: Path) -> None:
    """CRLF, a byte order mark, tabs, blank lines; what is no line end does not split one."""
    path = tmp_path / "known_hosts"
    text = f"\ufeff10.42.3.10\tssh-ed25519\t{b64(ED)}\r\n\r\n  # x\r\n10.42.3.11 ssh-rsa {b64(RSA)} a\u2028b\r\n"
    path.write_bytes(text.encode())
    hosts = KnownHosts.load(path)
    check(hosts, "10.42.3.10", 22, "ssh-ed25519", ED)
    check(hosts, "10.42.3.11", 22, "ssh-rsa", RSA)
    hosts.add("10.42.3.12", 22, "ssh-ed25519", ED2).save()
    assert KnownHosts.load(path).types("10.42.3.10") == ("ssh-ed25519",)


@pytest.mark.parametrize("data", [b"\x00\xff\xfe", b"nonsense\n", "ü\n".encode("latin-1")])
def test_garbage_trusts_nobody(tmp_path: Path, data: bytes) -> None:
    """A session stops with HOST_KEY; it does not go on by guess."""
    (tmp_path / "known_hosts").write_bytes(data)
    with pytest.raises(SessionError) as caught:
        load(str(tmp_path / "known_hosts"))
    assert caught.value.kind is FaultKind.HOST_KEY
    assert "campusctl trust SCHOOL" in caught.value.hint or "key type" in caught.value.hint


def before_and_school(tmp_path: Path, before: str, school: str) -> KnownHosts:
    """The one file of an earlier version, and a school's."""
    (tmp_path / "known_hosts.old").write_text(before)
    (tmp_path / "known_hosts").mkdir()
    (tmp_path / "known_hosts" / "schule-042").write_text(school)
    return load(str(tmp_path / "known_hosts" / "schule-042"), str(tmp_path / "known_hosts"))


def test_the_file_from_before_knows_whom_the_school_does_not(tmp_path: Path) -> None:
    """But a school's own key counts more, and a key revoked anywhere stays so."""
    old = f"10.42.3.10 ssh-ed25519 {b64(ED)}\n10.42.3.11 ssh-ed25519 {b64(ED)}\n@revoked * ssh-rsa {b64(RSA)}\n"
    hosts = before_and_school(tmp_path, old, f"10.42.3.10 ssh-ed25519 {b64(ED2)}\n")
    check(hosts, "10.42.3.10", 22, "ssh-ed25519", ED2)
    check(hosts, "10.42.3.11", 22, "ssh-ed25519", ED)
    assert "CHANGED" in refusal(hosts, "10.42.3.10", 22, ED).what
    assert "revoked" in refusal(hosts, "10.42.3.10", 22, RSA, "ssh-rsa").what


def test_a_workspace_of_an_earlier_version_goes_on_working(tmp_path: Path) -> None:
    """Its one file is read in its place, and steps aside for the folder when the first school's file is written."""
    (tmp_path / "known_hosts").write_text(f"10.42.3.10 ssh-ed25519 {b64(ED)}\n")
    school, before = str(tmp_path / "known_hosts" / "schule-042"), str(tmp_path / "known_hosts")
    check(load(school, before), "10.42.3.10", 22, "ssh-ed25519", ED)
    KnownHosts.load(school).add("10.42.3.11", 22, "ssh-ed25519", ED2, "s042-a1-sw01").save()
    assert (tmp_path / "known_hosts.old").is_file()
    hosts = load(school, before)
    check(hosts, "10.42.3.10", 22, "ssh-ed25519", ED)
    check(hosts, "10.42.3.11", 22, "ssh-ed25519", ED2)
    assert Path(school).read_text() == f"10.42.3.11 ssh-ed25519 {b64(ED2)} s042-a1-sw01\n"


def test_two_old_files_are_not_thrown_together(tmp_path: Path) -> None:
    """Neither is overwritten."""
    (tmp_path / "known_hosts").write_text("# one\n")
    (tmp_path / "known_hosts.old").write_text("# two\n")
    with pytest.raises(WorkspaceError, match="join both"):
        KnownHosts.load(tmp_path / "known_hosts" / "s").add("10.42.3.11", 22, "ssh-ed25519", ED).save()
    assert (tmp_path / "known_hosts.old").read_text() == "# two\n"
