"""Which files hold a serial number, an address or a name, in whatever spelling: told by their text alone.

Reading a city takes seconds, looking for a few words in its files a tenth of one.
"""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final

from campusctl.inventory.city import School
from campusctl.inventory.files import read_bytes
from campusctl.inventory.issue import FileError
from campusctl.inventory.source import school_files, school_ids

IDENTITIES: Final = ("address", "mac", "serial", "asset")
"""Fields that no two devices of a city share."""
_MARKS: Final = b":-."
"""What stands between the digits of a MAC address, in one spelling or another."""


def files_with(root: Path, values: Collection[str], without: Collection[str] = ()) -> Iterator[str]:
    """Files of schools whose text holds one of some values, however it is spelled; more may be named than do.

    Args:
        root: The workspace.
        values: Serial numbers, addresses, MACs, asset tags or names.
        without: Ids of schools that are not looked at.
    """
    wanted = [_plain(value.encode()) for value in values if value]
    for school in school_ids(root) if wanted else ():
        for file in school_files(root, school) if school not in without else ():
            try:
                text = _plain(read_bytes(root, file))
            except FileError:
                # A file that cannot be read may hold anything.
                yield file
                continue
            if any(value in text for value in wanted):
                yield file


def _plain(data: bytes) -> bytes:
    return data.lower().translate(None, _MARKS)


def identities(school: School) -> frozenset[str]:
    """What must be unique in the city, of every device of a school: names, addresses, MACs, serials, asset tags."""
    found = set(school.devices)
    for device in school.devices.values():
        found.update(str(value) for field in IDENTITIES if (value := getattr(device, field)))
    return frozenset(found)
