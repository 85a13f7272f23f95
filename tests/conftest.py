"""What every test shares."""

import gc
import os
import shutil
import signal
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# What is said is compared word for word: in English, whatever the language of whoever runs the tests.
os.environ["LC_ALL"] = "C.UTF-8"

# A shell that starts the tests in the background lets them, and what they start, be deaf to Ctrl-C.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# The clock says nothing about behaviour: a busy machine must not fail a property.
# Half of the usual examples: each run draws others, and `make fuzz` draws for half an hour.
settings.register_profile("campusctl", deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("campusctl")


LONGEST = ("test_faults.py",)
"""Files that would hold everybody up at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mix the files, in an order that is always the same: who waits for a device leaves the cores to who computes."""
    items.sort(key=lambda item: (item.path.name not in LONGEST, zlib.crc32(item.path.name.encode()), str(item.path)))


def pytest_collection_finish() -> None:
    """Leave what was collected out of every collection of garbage: it stays."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """With CAMPUSCTL_NO_SKIPS a skipped test fails the run: what the gate did not run, it did not prove."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CAMPUSCTL_NO_SKIPS") and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture
def musterstadt(tmp_path: Path) -> Path:
    """A workspace of its own with the example city in it."""
    root = tmp_path / "musterstadt"
    shutil.copytree(Path(__file__).parent.parent / "inventory", root / "inventory")
    return root
