"""What the files have in common: a head that says where they come from, and a line over each subnet."""

from collections.abc import Iterator

from campusctl.model.address_book import AddressBook, HostNet
from campusctl.model.printable import printable


def head(kind: str, book: AddressBook, mark: str, *hints: str) -> Iterator[str]:
    """The first lines of a file, as comments.

    Args:
        kind: Name of the export.
        book: The school.
        mark: What begins a comment.
        hints: What to do with the file, a line each.
    """
    yield f"{mark} Made by `campusctl export {kind} {book.school}`; changes here are lost with the next one."
    yield from (f"{mark} {line}" for line in (printable(book.title), *hints))


def over(net: HostNet) -> str:
    """What a subnet is, in one line."""
    return f"VLAN {net.vlan} {net.name}, {net.network}"


def label(net: HostNet) -> str:
    """A word for a subnet that no other one of the city has."""
    return f"site{net.site}-vlan{net.vlan}"


def joined(*lines: str) -> str:
    """Lines as the text of a file."""
    return "".join(f"{line}\n" for line in lines)
