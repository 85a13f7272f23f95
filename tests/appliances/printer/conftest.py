"""What tests of printers share."""

from collections.abc import Iterator

import pytest
from printer_rig import Rig


@pytest.fixture(scope="module")
def rig() -> Iterator[Rig]:
    """Where the lab's printers run."""
    running = Rig()
    yield running
    running.stop()
