"""How the module's core travels: one stream to a Python, one line back, whatever else is said around it."""

import subprocess
import sys
import zipfile
from io import BytesIO
from typing import Any

import pytest
from ansible_collections.campusctl.pcs.plugins.plugin_utils import payload

REQUEST = {"document": {"format": 1, "os": "linux"}, "check": True, "salt": "pc01", "user": "campus"}


def far(sent: bytes, python: str = sys.executable) -> dict[str, Any]:
    """What a PC's shell and Python make of it."""
    done = subprocess.run(["/bin/sh", "-c", payload.command(python)], input=sent, capture_output=True, check=False)
    return {"rc": done.returncode, "stdout": done.stdout.decode(), "stderr": done.stderr.decode()}


def test_the_core_answers() -> None:
    """With its result, and nothing else on the way."""
    ended = far(payload.sent(REQUEST))
    assert (ended["rc"], ended["stderr"]) == (0, "")
    found = payload.result(ended)
    assert (found["edits"], found["format"]) == ([], 1)


def test_greetings_around_the_result_do_no_harm() -> None:
    """Whatever a login shell or sudo prints."""
    ended = far(payload.sent(REQUEST))
    ended["stdout"] = f'Welcome to {{"pc01"}}\ncampus_pc:is not this\n{ended["stdout"]}campus\n'
    assert payload.result(ended)["format"] == 1


@pytest.mark.parametrize("cut", [0, 3, 2000, -200])
def test_a_stream_that_breaks_ends_the_work(cut: int) -> None:
    """At once, and without a result."""
    found = payload.result(far(payload.sent(REQUEST)[:cut]))
    assert (found["failed"], found["rc"]) == (True, 1)
    assert found["msg"].startswith("the module did not come to its end: ")


def test_no_python_is_told_by_the_shell() -> None:
    """In its own words."""
    found = payload.result(far(b"", "/no/such/python3"))
    assert found["rc"] == 127
    assert "/no/such/python3: not found" in found["msg"]


def test_each_source_travels_with_its_bytecode() -> None:
    """A PC with our version of Python compiles nothing."""
    with zipfile.ZipFile(BytesIO(payload.core())) as archive:
        names = set(archive.namelist())
    assert {f"{name.removesuffix('.py')}.pyc" for name in names if name.endswith(".py")} <= names
    assert {"campus_pc/converge.py", "campus_pc/__init__.py"} <= names
