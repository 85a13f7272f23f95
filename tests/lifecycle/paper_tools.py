"""What a test of a PDF needs on the machine."""

from ctypes.util import find_library

import pytest

LIBRARIES = {
    "pango-1.0": "libpango-1.0-0", "pangoft2-1.0": "libpangoft2-1.0-0",
}  # fmt: skip
"""Libraries that WeasyPrint loads, and the Debian packages that have them."""

MISSING = [package for library, package in LIBRARIES.items() if find_library(library) is None]

needs_pango = pytest.mark.skipif(bool(MISSING), reason=f"Debian packages are missing: {' '.join(MISSING)}")
