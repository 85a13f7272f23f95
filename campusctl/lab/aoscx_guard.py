"""Whether an AOS-CX access list lets an SSH session to the switch through.

Source: AOS-CX 10.10 ACLs and Classifier Policies Guide, `access-list ip`.
"""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network

_SSH = ("22", "ssh")


def admits(entries: Iterable[str], source: IPv4Address, target: IPv4Address) -> bool:
    """Whether the first entry about such a packet permits it; a list ends with a silent `deny any any any`."""
    for entry in entries:
        action, *words = entry.split()
        if action in ("permit", "deny") and _about(words, source, target):
            return action == "permit"
    return False


def _about(words: list[str], source: IPv4Address, target: IPv4Address) -> bool:
    if not words or words[0].lower() not in ("any", "ip", "tcp", "6"):
        return False
    rest, here = _place(words[1:], source)
    # The client's port is any high one: an entry about a particular source port is not about this session.
    rest, low = _port(rest, "")
    rest, there = _place(rest, target)
    rest, right = _port(rest, "22")
    return here and low and there and right


def _place(words: list[str], address: IPv4Address) -> tuple[list[str], bool]:
    """The words after an address, and whether it covers ours."""
    if not words:
        return [], True
    if words[0] == "any":
        return words[1:], True
    try:
        return words[1:], address in IPv4Network(words[0], strict=False)
    except ValueError:
        return words[1:], False


def _port(words: list[str], port: str) -> tuple[list[str], bool]:
    """The words after a port condition, and whether it covers ours; no condition covers all."""
    if words[:1] in (["eq"], ["neq"]) and len(words) > 1:
        same = words[1] in (_SSH if port else ())
        return words[2:], same == (words[0] == "eq")
    if words[:1] in (["gt"], ["lt"]) and len(words) > 1 and words[1].isdigit():
        number = int(port or "50000")
        return words[2:], number > int(words[1]) if words[0] == "gt" else number < int(words[1])
    if words[:1] == ["range"] and len(words) > 2 and words[1].isdigit() and words[2].isdigit():
        return words[3:], int(words[1]) <= int(port or "50000") <= int(words[2])
    return words, True
