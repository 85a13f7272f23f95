"""PAPPL's printer, which nobody here wrote, and which says yes to more than it does."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent

pytestmark = pytest.mark.skipif(not shutil.which("lprint"), reason="apt-get install lprint")


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What came of it; lprint listens at every address it finds, so it gets a network of its own."""
    home = tmp_path_factory.mktemp("lprint")
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE.parents[2]), str(HERE)])}
    command = ["unshare", "--map-root-user", "--net", sys.executable, str(HERE / "lprint_inside.py"), str(home)]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_what_it_does(said: dict[str, Any]) -> None:
    """Set, read back, done."""
    found = said["set"]
    assert found["edits"] == {
        "geo-location": [None, "geo:51.5,7.4"], "quality": ["normal", "high"], "color-mode": ["monochrome", "auto"],
    }  # fmt: skip
    assert (found["kind"], found["left"]) == ("ok", {})
    assert found["facts"]["pages"] == "0"
    assert found["facts"]["firmware"].startswith("1.")


def test_what_it_says_yes_to_and_does_not_do(said: dict[str, Any]) -> None:
    """It answers `successful-ok`; only reading back shows that two of three settings are as they were."""
    found = said["lies"]
    assert found["kind"] == "failed"
    assert found["what"] == "it says yes and does not change location, organization (1 of 3 settings are made)"
    assert sorted(found["left"]) == ["location", "organization"]


def test_what_it_lets_nobody_set(said: dict[str, Any]) -> None:
    """It lists what may be set; of that, it refuses copies all the same."""
    found = said["closed"]
    assert found["refused"] == {
        "sides": "it lets nobody set its sides-default by IPP", "name": "it lets nobody set its printer-name by IPP",
    }  # fmt: skip
    assert found["what"] == "it refuses copies: it does not take it"


def test_one_that_is_refused_takes_all_others_with_it(said: dict[str, Any]) -> None:
    """RFC 3380: the quality that would have been fine is not set; what was refused is named."""
    assert said["one of three"] == {"status": 0x040B, "refused": ["bogus-default", "sides-default"]}
    assert said["after"]["quality"] == ["draft", "normal"]


def test_a_collection_of_ours_is_understood(said: dict[str, Any]) -> None:
    """The contact, a collection, is taken and read back; that it may be set it does not say."""
    assert said["contact"] == {"status": 0, "refused": []}
    assert said["who"] == {}
