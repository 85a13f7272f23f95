"""Names of time zones: what everybody calls them, and what Windows does."""

from collections.abc import Mapping
from typing import Final

_BY_WINDOWS_NAME: Final = {
    "UTC": "UTC Etc/UTC Etc/GMT",
    "GMT Standard Time": "Europe/London Europe/Dublin Europe/Lisbon Europe/Jersey Europe/Guernsey Europe/Isle_of_Man "
    "Atlantic/Canary Atlantic/Madeira Atlantic/Faroe",
    "Greenwich Standard Time": "Atlantic/Reykjavik",
    "W. Europe Standard Time": "Europe/Berlin Europe/Amsterdam Europe/Andorra Europe/Busingen Europe/Gibraltar "
    "Europe/Luxembourg Europe/Malta Europe/Monaco Europe/Oslo Europe/Rome Europe/San_Marino Europe/Stockholm "
    "Europe/Vaduz Europe/Vatican Europe/Vienna Europe/Zurich Arctic/Longyearbyen",
    "Central Europe Standard Time": "Europe/Budapest Europe/Belgrade Europe/Bratislava Europe/Ljubljana "
    "Europe/Podgorica Europe/Prague Europe/Tirane",
    "Central European Standard Time": "Europe/Warsaw Europe/Sarajevo Europe/Skopje Europe/Zagreb",
    "Romance Standard Time": "Europe/Paris Europe/Brussels Europe/Copenhagen Europe/Madrid Africa/Ceuta",
    "FLE Standard Time": "Europe/Kiev Europe/Kyiv Europe/Helsinki Europe/Mariehamn Europe/Riga Europe/Sofia "
    "Europe/Tallinn Europe/Vilnius",
    "GTB Standard Time": "Europe/Bucharest Europe/Athens Asia/Nicosia",
    "E. Europe Standard Time": "Europe/Chisinau",
    "Turkey Standard Time": "Europe/Istanbul",
}

WINDOWS_ZONES: Final[Mapping[str, str]] = {
    zone: name for name, zones in _BY_WINDOWS_NAME.items() for zone in zones.split()
}
"""Windows' name by IANA name, for Europe. Source: Unicode CLDR, `supplemental/windowsZones.xml`."""
