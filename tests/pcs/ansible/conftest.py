"""Fixtures of the tests that run Ansible."""

import contextlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from ansible_rig import WITH_A_JOB, Ansible, Change, Loaded, Ran, make_place


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace of a file of tests; each leaves it as it was, but for playbooks and roles of its own."""
    return make_place(tmp_path_factory.mktemp("ansible"))


@pytest.fixture
def own_place(tmp_path: Path) -> Path:
    """A workspace of a test's own, in which Ansible does not run."""
    return make_place(tmp_path)


@pytest.fixture
def change() -> Iterator[Change]:
    """Replaces a text in a file, until the test is over."""
    before: dict[Path, str] = {}

    def go(file: Path, old: str, new: str) -> None:
        text = file.read_text()
        before.setdefault(file, text)
        assert old in text
        file.write_text(text.replace(old, new))

    yield go
    for file, text in before.items():
        file.write_text(text)


@pytest.fixture(scope="module")
def ansible(place: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ansible]:
    """Runs a program of Ansible in the workspace; with a job it is started as campusctl's driver starts it.

    Ansible is loaded anew for each environment; what is campusctl's own is read when it runs.
    """
    loaded: dict[frozenset[tuple[str, str]], Loaded] = {}
    with contextlib.ExitStack() as stack:

        def go(
            program: str,
            *arguments: str,
            job: Mapping[str, Any] | None = None,
            environ: Mapping[str, str] | None = None,
        ) -> Ran:
            ours = {name: value for name, value in (environ or {}).items() if name.startswith("CAMPUSCTL_")}
            theirs = {**(environ or {}), **(WITH_A_JOB if job is not None else {})}.items() - ours.items()
            key = frozenset(theirs)
            if key not in loaded:
                loaded[key] = stack.enter_context(Loaded(place, tmp_path_factory.mktemp("said"), dict(theirs)))
            return loaded[key].run(program, arguments, None if job is None else json.dumps(job), ours)

        yield go
