"""Lists of fingerprints from the consoles: every form a console shows, and a clear word for every other line."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campusctl.drivers.switch.noted import read_noted
from campusctl.errors import WorkspaceError

SHA = "SHA256:LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE"
MD5 = "9d:d4:e4:61:26:8c:80:34:f5:c8:56:4e:15:5c:67:a6"


def noted(tmp_path: Path, text: str) -> dict[str, set[str]]:
    """What a list says."""
    path = tmp_path / "list.txt"
    path.write_text(text)
    return {device: set(prints) for device, prints in read_noted(path).items()}


def test_every_form_is_read(tmp_path: Path) -> None:
    """With or without its name, in any case where case says nothing, with key types and notes around it."""
    text = (
        f"# noted on 2026-11-20\n\ns042-a1-sw01 {SHA}\ns042-a1-sw01\tssh-rsa {SHA[:-1]}A= core\r\n"
        f"s042-b1-sw01 MD5:{MD5.upper()}\ns042-b2-sw01 2048 {MD5} (RSA)\n"
        f"  s042-b3-sw01   10.42.3.13:22  new  ssh-ed25519 sha256:{SHA[7:]}\n"
    )
    assert noted(tmp_path, text) == {
        "s042-a1-sw01": {SHA, f"{SHA[:-1]}A"},
        "s042-b1-sw01": {f"MD5:{MD5}"},
        "s042-b2-sw01": {f"MD5:{MD5}"},
        "s042-b3-sw01": {SHA},
    }


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("s042-a1-sw01", "no fingerprints"),
        ("s042-a1-sw01 SHA256:short", "no fingerprints"),
        (f"s042-a1-sw01 {SHA} {SHA}", "2 fingerprints"),
        (f"{SHA} s042-a1-sw01", "not a device's name"),
        (f"s042_a1 {SHA}", "not a device's name"),
        (f"\x1b[2J {SHA}", "not a device's name"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: str, what: str) -> None:
    """With its number; nothing of it is printed."""
    with pytest.raises(WorkspaceError) as caught:
        noted(tmp_path, f"# one\n{line}\n")
    assert caught.value.what == f"{tmp_path / 'list.txt'}:2: {what}"
    assert "DEVICE FINGERPRINT" in caught.value.hint


def test_what_is_no_list_is_said_so(tmp_path: Path) -> None:
    """Missing, a folder, no text."""
    with pytest.raises(WorkspaceError, match="no such file"):
        read_noted(tmp_path / "none")
    with pytest.raises(WorkspaceError, match="is a directory"):
        read_noted(tmp_path)
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(WorkspaceError, match="it is no text"):
        read_noted(tmp_path / "bytes")


@given(st.text(max_size=200))
def test_any_text_is_a_list_or_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    """Never a crash."""
    path = tmp_path_factory.mktemp("noted") / "list"
    path.write_text(text, encoding="utf-8", errors="replace")
    with suppress(WorkspaceError):
        assert all(prints for prints in read_noted(path).values())
