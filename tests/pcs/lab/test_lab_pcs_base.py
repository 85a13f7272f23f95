"""What a machine must have for PCs, and the root that they share."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pc_lab import make_pcs, need_pcs, pcs_up

from campusctl.errors import CampusError
from campusctl.lab.pcs import base, rack
from campusctl.lab.pcs.waking import Waking

pytestmark = pytest.mark.debian


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", None),
        ("anna:100000:65536\n", (100000, 65536)),
        ("# comment\nbert:100000:65536\n1000:200000:65536\n", (200000, 65536)),
        ("anna:100000:1000\nanna:300000:65536\n", (300000, 65536)),
        ("anna:100000:many\n", None),
        ("anna:100000\n", None),
        ("annabel:100000:65536\n", None),
    ],
)
def test_a_range_of_users_is_found(text: str, found: tuple[int, int] | None) -> None:
    """By name or number, if it is large enough for a PC."""
    assert rack.subordinate(text, {"anna", "1000"}) == found


@given(st.text())
def test_any_text_is_read_as_ranges(text: str) -> None:
    """Rubbish is no range, and no error."""
    assert rack.subordinate(text, {"anna"}) is None or "anna" in text


OLD = "# deb http://no.example/debian bookworm main\ndeb [arch=amd64] http://old.example/debian bookworm main contrib\n"
NEW = "Types: deb deb-src\nURIs: https://new.example/debian\nSuites: bookworm bookworm-updates\nComponents: main\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ""),
        (OLD, "http://old.example/debian"),
        (OLD.replace("bookworm", "trixie"), ""),
        (NEW, "https://new.example/debian"),
        (
            f"Types: deb\nURIs: https://other.example/debian\nSuites: sid\nComponents: main\n\n{NEW}",
            "https://new.example/debian",
        ),
        (NEW.replace("Types: deb deb-src", "Types: deb-src"), ""),
        (NEW + "Enabled: no\n", ""),
        (NEW.replace("https://new.example/debian", "cdrom:[disc]/ file:/mirror"), ""),
        ("deb http://security.example/debian-security bookworm-security main\n", ""),
    ],
)
def test_the_mirror_is_the_one_this_machine_uses(text: str, found: str) -> None:
    """In either form of apt's sources, for the same release; empty: debootstrap's own."""
    assert base._archive(text, "bookworm") == found


@given(st.text())
def test_any_text_is_read_as_apt_sources(text: str) -> None:
    """Rubbish names no mirror, and is no error."""
    assert base._archive(text, "bookworm") == ""


def test_a_missing_program_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """And how to get it."""
    monkeypatch.setattr("shutil.which", lambda name, path: None)
    with pytest.raises(CampusError, match="PCs need newuidmap, which is not installed") as wrong:
        rack.tool("newuidmap")
    assert wrong.value.hint == "apt-get install uidmap"


def test_a_kernel_without_user_namespaces_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the words of the kernel, with what to ask for."""
    refusing = tmp_path / "unshare"
    refusing.write_text("#!/bin/sh\necho 'unshare: unshare failed: Operation not permitted' >&2\nexit 1\n")
    refusing.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(CampusError, match=r"no PC can be simulated here: unshare.*not permitted") as wrong:
        rack.Rack()
    assert "allow user namespaces" in wrong.value.hint


def test_a_kernel_without_overlays_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Likewise."""
    need_pcs()
    monkeypatch.setattr(rack, "run_in", lambda *_words: (32, "mount: unknown filesystem type 'overlay'.\n"))
    with rack.Rack() as one, pytest.raises(CampusError, match="unknown filesystem type 'overlay'"):
        rack.disks(one)


def test_a_build_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its reason is told, and the next one begins anew; what a killed one left is swept away."""
    need_pcs()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    failing = tmp_path / "debootstrap"
    failing.write_text("#!/bin/sh\necho 'E: Failed getting release file'\nexit 1\n")
    failing.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    home = tmp_path / "cache" / "campusctl" / "pc-root"
    (home / "building-old" / "root").mkdir(parents=True)
    said: list[str] = []
    with pytest.raises(CampusError, match="the PCs' root was not built: E: Failed getting release file"):
        base.ensure(said.append)
    assert said == ["building the PCs' root once: about a minute"]
    assert sorted(path.name for path in home.iterdir()) == ["build.log", "lock"]


def test_a_root_that_is_there_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without debootstrap and without a word."""
    need_pcs()
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    assert base.ensure(pytest.fail) == base.ready()


def test_disks_may_be_files_where_memory_cannot_hold_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on an older kernel: the PC works, and leaves no file; only its disk is never full."""
    need_pcs()
    older = tmp_path / "pcs.py"
    older.write_text("import campusctl.lab.pcs.room as room\nroom.disks = lambda rack: 'disk'\n")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{os.environ.get('PYTHONPATH', '')}")
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\nif 'campusctl.lab.process' in sys.orig_argv:\n    import pcs\n"
    )
    root = tmp_path / "workspace"
    with pcs_up(root, make_pcs(1)) as lab:
        name = lab.pcs[0].name
        lab.shell(name, "rm -rf /etc/cups; mkdir /etc/cups; ls /etc/cups; echo new >/etc/motd")
        assert (root / ".campusctl/lab/pcs" / name / "disk/upper/etc/motd").read_text() == "new\n"
        with pytest.raises(CampusError, match="no disk of its own"):
            lab.fault(name, disk_full=True)
        lab.fault(name, off=True)
        lab.fault(name)
        assert lab.shell(name, "cat /etc/motd") == "new\n"
    assert list((root / ".campusctl/lab/pcs").iterdir()) == []


def test_only_a_whole_magic_packet_wakes() -> None:
    """Sixteen times the address after six bytes of ones, wherever that begins."""
    woken: list[str] = []
    waking = Waking(
        {"02:00:00:00:00:01": lambda: woken.append("one"), "02-00-00-00-00-02": lambda: woken.append("two")}
    )
    card = bytes.fromhex("020000000001")
    for packet in (b"", b"\xff" * 102, b"\xff" * 6 + card * 15, b"\xfe" * 6 + card * 16):
        waking.datagram_received(packet, None)
    assert woken == []
    waking.datagram_received(b"\xff" * 6 + card * 16, None)
    waking.datagram_received(b"\xff" * 9 + bytes.fromhex("020000000002") * 16 + b"secret", None)
    assert woken == ["one", "two"]


@given(st.binary())
def test_any_packet_is_read(packet: bytes) -> None:
    """Whatever arrives, nobody wakes by accident and nothing fails."""
    woken: list[bytes] = []
    card = bytes.fromhex("020000000001")
    Waking({"02:00:00:00:00:01": lambda: woken.append(packet)}).datagram_received(packet, None)
    assert bool(woken) == (b"\xff" * 6 + card * 16 in packet)
