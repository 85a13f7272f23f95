"""What people call the sources of boards and projectors."""

import re
from collections.abc import Mapping
from typing import Final

from campusctl.words.language import N_, Translator

_SOCKET: Final = re.compile(r"([a-z]+?)([0-9]*)")
_SOCKETS: Final[Mapping[str, str]] = {
    "hdmi": "HDMI",
    "displayport": "DisplayPort",
    "dvi": "DVI",
    "vga": "VGA",
    "usbc": "USB-C",
    "av": "AV",
    "tv": "TV",
    "rgb": "RGB",
    "video": "Video",
    "digital": "Digital",
    "android": "Android",
}
"""Sockets by the inventory's word, as they are printed on a device in any language."""

_OWN_SOURCES: Final[Mapping[str, str]] = {
    "ops": N_("the built-in PC"),
    "whiteboard": N_("the whiteboard"),
    "browser": N_("the browser"),
    "cast": N_("screen sharing"),
    "network": N_("the network"),
    "storage": N_("the USB stick"),
    "internal": N_("the built-in source"),
}
"""What has no socket."""


def source_name(source: str, tr: Translator) -> str:
    """A source as people call it: `hdmi1` is HDMI 1, `ops` the built-in PC; one without a name stays as it is."""
    if source in _OWN_SOURCES:
        return tr(_OWN_SOURCES[source])
    found = _SOCKET.fullmatch(source)
    if found and found[1] in _SOCKETS:
        return f"{_SOCKETS[found[1]]} {found[2]}".rstrip()
    return source
