"""Fixtures of the tests that run Ansible."""

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from ansible_rig import COLLECTION, ECHO, Ansible, Ran, run

from campusctl import workspace


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A workspace with the stand-in for the module's core; what a person's own Ansible says is not read."""
    root = tmp_path / "city"
    workspace.create(root)
    (root / COLLECTION / "plugins/module_utils/converge.py").write_text(ECHO)
    (tmp_path / "home").mkdir()
    city = root / "inventory/city.yml"
    city.write_text(re.sub(r"(?m)^(  (?:pc|nb): .*role: pc)}", r"\1, driver: pc}", city.read_text()))
    return root


@pytest.fixture
def ansible(place: Path) -> Ansible:
    """Runs a program of Ansible in the workspace; with a job it is started as campusctl's driver starts it."""

    def go(
        program: str, *arguments: str, job: Mapping[str, Any] | None = None, environ: Mapping[str, str] | None = None
    ) -> Ran:
        command = [sys.executable, "-m", "ansible", program, *arguments]
        return run(place, command, None if job is None else json.dumps(job).encode(), environ or {})

    return go
