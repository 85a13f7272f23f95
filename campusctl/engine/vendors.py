"""Who made a device, by its MAC address."""

from typing import Final

from campusctl.model.sentence import sentence

_LOCAL: Final = 0x02
"""The bit of a made-up address (IEEE 802-2014, 8.4)."""


def vendor_of(mac: str) -> str:
    """The maker's name; what else can be said where nobody knows it.

    Args:
        mac: `00:11:22:33:44:55`.
    """
    if int(mac[:2], 16) & _LOCAL:
        return sentence("made-up address")
    # The table is large, and few commands ask.
    from netutils.data_files.oui_mappings import OUI_MAPPINGS  # noqa: PLC0415 - see above

    name = OUI_MAPPINGS.get(mac.replace(":", "")[:6])
    return str(name) if name else sentence("unknown maker {half}", half=mac[:8])
