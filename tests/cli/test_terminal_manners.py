"""Colours only where somebody sees them and wants them; names in rows that fit the terminal."""

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


@pytest.mark.parametrize(("columns", "widest"), [("60", 60), ("80", 80), ("200", 80), ("5", 20)])
def test_names_stand_in_rows_that_fit(columns: str, widest: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """80 columns at most; no name is broken."""
    monkeypatch.setenv("COLUMNS", columns)
    names = [f"s042-r201-pc{number:02d}" for number in range(1, 31)]
    rows = listed("ok", names).splitlines()
    assert max(map(len, rows)) <= widest
    assert [name for row in rows for name in row.replace("ok: ", "").replace(",", " ").split()] == names
