"""`campusctl --help` is quick, because it imports next to nothing; and slips at the front door are told."""

import json
import subprocess
import sys

import pytest

from campusctl.cli.main import call

_PROBE = """
import json, sys
before = set(sys.modules)
from campusctl.cli.main import call
code = call(["--help"])
print(json.dumps([code, sorted(set(sys.modules) - before)]), file=sys.stderr)
"""

_OURS = [
    "campusctl", "campusctl.cli", "campusctl.cli.exits", "campusctl.cli.main", "campusctl.cli.options",
    "campusctl.errors",
]  # fmt: skip


def test_help_imports_no_library_but_click_and_nothing_of_ours_but_the_front_door() -> None:
    """No pydantic, netmiko, jinja2, yaml, rich or ansible: who asks for help waits for none of them."""
    done = subprocess.run([sys.executable, "-c", _PROBE], capture_output=True, text=True, check=True)
    code, names = json.loads(done.stderr)
    assert code == 0
    assert {name.partition(".")[0] for name in names} - sys.stdlib_module_names == {"campusctl", "click"}
    assert [name for name in names if name.partition(".")[0] == "campusctl"] == _OURS


def test_an_option_behind_the_command_is_told_where_it_belongs(capsys: pytest.CaptureFixture[str]) -> None:
    """`--lab` and `--workspace` belong to every command and stand before it."""
    assert call(["drift", "schule-042", "--lab"]) == 2
    assert capsys.readouterr().err.endswith("hint: --lab stands before the command: campusctl --lab …\n")


def test_a_mistyped_command_is_guessed(capsys: pytest.CaptureFixture[str]) -> None:
    """The nearest command is named."""
    assert call(["drfit"]) == 2
    assert "did you mean drift?" in capsys.readouterr().err
