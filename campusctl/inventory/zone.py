"""The city's time zone: times are kept in UTC and told in it."""

from pathlib import Path
from zoneinfo import ZoneInfo

from campusctl.inventory.files import decode, parse_yaml, read_bytes
from campusctl.inventory.issue import FileError
from campusctl.workspace import CITY_FILE


def city_zone(root: Path) -> ZoneInfo:
    """The zone of `settings.timezone` in city.yml; UTC when it cannot be read: what is told must not depend on it."""
    try:
        found = parse_yaml(CITY_FILE, decode(CITY_FILE, read_bytes(root, CITY_FILE)))
        return ZoneInfo(found.get("settings", {}).get("timezone", "Europe/Berlin"))
    except (FileError, OSError, AttributeError, KeyError, TypeError, ValueError):
        # ZoneInfoNotFoundError is a KeyError.
        return ZoneInfo("UTC")
