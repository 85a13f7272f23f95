"""What the tests of onboarding share."""

from pathlib import Path

import pytest
from world import Town, make


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """A town of its own."""
    return make(tmp_path / "town")
