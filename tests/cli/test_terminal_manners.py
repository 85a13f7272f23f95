"""Colours only where somebody sees them and wants them; names in rows that fit the terminal."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from campusctl.cli.device_views import listed


def _on_a_terminal(root: Path, **environ: str) -> bytes:
    """What `campusctl validate` prints on a terminal."""
    ours, theirs = pty.openpty()
    words = [sys.executable, "-c", "from campusctl.cli.main import run; run()", "--workspace", str(root), "validate"]
    settings = {name: value for name, value in os.environ.items() if name != "NO_COLOR"} | {"TERM": "xterm", **environ}
    with os.fdopen(ours, "rb", buffering=0) as screen:
        subprocess.run(words, stdout=theirs, stderr=theirs, stdin=theirs, env=settings, check=True, timeout=60)
        os.close(theirs)
        return screen.read(4096)


def test_no_color_is_honoured(musterstadt: Path) -> None:
    """https://no-color.org: any value but none."""
    assert b"\x1b[32mvalid: " in _on_a_terminal(musterstadt)
    assert b"\x1b[32mvalid: " in _on_a_terminal(musterstadt, NO_COLOR="")
    plain = _on_a_terminal(musterstadt, NO_COLOR="1")
    assert b"\nvalid: 3 schools, " in plain
    assert b"\x1b" not in plain


def test_a_terminal_without_arrows_gets_an_answer_all_the_same(musterstadt: Path) -> None:
    """A sign that it does not have is a question mark; JSON stays whole."""

    def said(*arguments: str) -> str:
        words = [sys.executable, "-c", "from campusctl.cli.main import run; run()", "--workspace", str(musterstadt)]
        environ = os.environ | {"PYTHONIOENCODING": "latin-1"}
        done = subprocess.run([*words, *arguments], capture_output=True, env=environ, check=True, timeout=60)
        return done.stdout.decode("latin-1")

    assert "\n  ? city: " in said("explain", "s042-a1-sw01", "ntp.servers")
    school = json.loads(said("show", "schule-101", "--json"))
    assert "Schulgebäude" in {building["title"] for building in school["buildings"].values()}


@pytest.mark.parametrize(("columns", "widest"), [("60", 60), ("80", 80), ("200", 80), ("5", 20)])
def test_names_stand_in_rows_that_fit(columns: str, widest: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """80 columns at most; no name is broken."""
    monkeypatch.setenv("COLUMNS", columns)
    names = [f"s042-r201-pc{number:02d}" for number in range(1, 31)]
    rows = listed("ok", names).splitlines()
    assert max(map(len, rows)) <= widest
    assert [name for row in rows for name in row.replace("ok: ", "").replace(",", " ").split()] == names
