"""Reads one section of IOS: finds who knows it, and keeps what nobody knows."""

from collections.abc import Callable, Iterator
from typing import Final

from campusctl.drivers.switch.dialects._ios_notes import Notes, leaves
from campusctl.drivers.switch.dialects._ios_read_blocks import (
    ACL_KINDS,
    buckets,
    entries,
    interfaces,
    read_interface,
    read_line,
    read_numbered_acl,
    read_server,
    read_vlan,
    vty_numbers,
)
from campusctl.drivers.switch.dialects._ios_read_global import say_global, say_snmp_user_row
from campusctl.drivers.switch.dialects._ios_text import BANNER, is_made_by_device
from campusctl.drivers.switch.dialects.base import Reading, Section
from campusctl.model.setting import FREE, Path


def read(section: Section) -> Reading:
    """What one section says."""
    header, lines = section[0], section[1:]
    if "\n" in header:
        return _read_verbatim(header)
    words = header.split()
    if not words:
        return Reading()
    if header.startswith("! manage:"):
        return Reading(manages=frozenset(_managed(header[9:].strip())))
    block = _BLOCKS.get(words[0])
    reading = block(words, lines) if block is not None else None
    return reading if reading is not None else _read_other(words, header, lines)


def _read_other(words: list[str], header: str, lines: Section) -> Reading:
    """A global line, an access list, or what nobody knows."""
    notes = Notes()
    if words[:2] == ["ip", "access-list"] and len(words) == 4 and words[2] in ACL_KINDS:
        notes.put(("acl", words[2], words[3]), entries(lines, words[2]))
        return notes.done()
    other = _OTHER_ACLS.get(tuple(words[:-1]))
    if other:
        notes.put(("acl", other, words[-1]), entries(lines, other))
        return notes.done()
    if words[:2] == ["aaa", "accounting"] and lines:
        # Newer releases print over several lines what they take in one.
        said = [line.strip().removeprefix("action-type ") for line in lines]
        header = " ".join([header, *(line for line in said if line and line[0] != "!")])
        words, lines = header.split(), ()
    if say_global(notes, words, header):
        for line in lines:
            _say_or_free(notes, line)
        return notes.done()
    top = " ".join(words)
    notes.free((), top)
    for leaf in leaves(lines, lambda _: False):
        notes.free((top, *leaf.context), " ".join(leaf.words))
    return notes.done()


_OTHER_ACLS: Final = {("ipv6", "access-list"): "ipv6", ("mac", "access-list", "extended"): "mac"}


def _say_or_free(notes: Notes, line: str) -> None:
    words = line.split()
    if (
        words
        and words[0][0] != "!"
        and not is_made_by_device(line.strip())
        and not say_global(notes, words, line.strip())
    ):
        notes.free((), " ".join(words))


def _managed(context: str) -> Iterator[Path]:
    words = context.split()
    if words in ([], ["global"]):
        yield (FREE,)
    elif words[0] == "interface":
        yield from ((FREE, f"interface {name}") for name in interfaces(words))
    elif words[0] == "line" and (numbers := vty_numbers(words)):
        yield from ((FREE, f"line vty {bucket}") for bucket in buckets(numbers))
    else:
        yield (FREE, " ".join(words))


def _read_verbatim(text: str) -> Reading:
    """A banner, a macro, or a row of `show snmp user`."""
    notes = Notes()
    head, _, body = text.partition("\n")
    found = BANNER.match(head)
    if head.startswith("User name:"):
        say_snmp_user_row(notes, text)
    elif found and head.startswith("banner "):
        notes.put(("banner", head.split()[1]), banner_text(found[2] + "\n" + body, found[1]))
    else:
        notes.items.append(((FREE, text), True))
    return notes.done()


def banner_text(text: str, mark: str) -> str:
    """What stands before the closing delimiter, without blank lines around it."""
    lines = [line.rstrip() for line in text.split(mark, 1)[0].split("\n")]
    while lines and not lines[0]:
        del lines[0]
    while lines and not lines[-1]:
        del lines[-1]
    return "\n".join(lines)


def _read_banner(words: list[str], lines: Section) -> Reading | None:
    header = " ".join(words)
    found = BANNER.match(header)
    if not found or found[1] not in found[2]:
        return None if found is None or len(words) < 2 else Reading((((FREE, header), True),))
    text = banner_text(found[2], found[1])
    notes = Notes()
    notes.put(("banner", words[1]), text or None)
    for line in lines:
        _say_or_free(notes, line)
    return notes.done()


_BLOCKS: Final[dict[str, Callable[[list[str], Section], Reading | None]]] = {
    "vlan": read_vlan,
    "interface": read_interface,
    "line": read_line,
    "banner": _read_banner,
    "access-list": read_numbered_acl,
    "tacacs": read_server,
    "radius": read_server,
}
