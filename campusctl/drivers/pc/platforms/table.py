"""What kinds of PC there are, by the dialect of their profile. A new one is one file and one line here."""

from collections.abc import Mapping
from typing import Final

from campusctl.drivers.pc.platforms.base import Platform
from campusctl.drivers.pc.platforms.linux import Linux
from campusctl.drivers.pc.platforms.windows import Windows

PLATFORMS: Final[Mapping[str, Platform]] = {platform.name: platform for platform in (Linux(), Windows())}
"""By dialect."""
