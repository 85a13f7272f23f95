"""What every test shares."""

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# The clock says nothing about behaviour: a busy machine must not fail a property.
settings.register_profile("campusctl", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("campusctl")


@pytest.fixture
def musterstadt(tmp_path: Path) -> Path:
    """A workspace of its own with the example city in it."""
    root = tmp_path / "musterstadt"
    shutil.copytree(Path(__file__).parent.parent / "inventory", root / "inventory")
    return root
