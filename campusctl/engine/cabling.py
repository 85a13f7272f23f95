"""Whether the cables between switches are where the inventory says, by what the neighbours say of themselves.

A wrong cable is a mismatch; a neighbour that is not seen is none: it may be off, or its LLDP may be. Whatever else
hangs on other ports (access points, telephones, a provider's router) is nobody's business here.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from campusctl.model.health import Cable, CableMismatch, Neighbor
from campusctl.model.sentence import joined, sentence

PortName: TypeAlias = Callable[[str, str], str]
"""Dialect and text to the canonical name of a port; empty when the text is none."""

_SHORTEST_CUT: Final = 15
"""A table cuts a longer name somewhere; a shorter one never."""
_CUT: Final = re.compile(r"(?:\.{2,}|…|~)$")


def mismatches(
    device: str,
    expected: Sequence[Cable],
    seen: Sequence[Neighbor],
    known: Collection[str],
    port_name: PortName,
) -> tuple[CableMismatch, ...]:
    """Every cable that is wrong, one sentence each, in the order of the ports.

    Args:
        device: The switch that was asked.
        expected: Its cables to other switches.
        seen: Its neighbours.
        known: The names of all switches of the inventory that may hang here.
        port_name: Canonical port names, by the dialect of the peer.
    """
    by_port: dict[str, list[Neighbor]] = defaultdict(list)
    for one in seen:
        by_port[one.port].append(one)
    wanted = {cable.port: cable for cable in expected}
    named = [cable for cable in expected if cable.peer]
    found = [wrong for cable in named for wrong in _at_cable(device, cable, by_port[cable.port], known, port_name)]
    for port, here in by_port.items():
        if port not in wanted:
            found += _elsewhere(device, port, here, named, by_port, known)
    return tuple(dict.fromkeys(found))


def unseen(expected: Sequence[Cable], seen: Sequence[Neighbor] | None) -> tuple[str, ...]:
    """Cables that could not be checked, one note each."""
    if not expected:
        return ()
    if seen is None:
        return (sentence("the switch does not tell its LLDP neighbours: its cables were not checked"),)
    answering = {one.port for one in seen}
    return tuple(
        sentence(
            "nothing is heard of {peer} on port {port}: the cable was not checked", peer=cable.peer, port=cable.port
        )
        for cable in expected
        if cable.peer and cable.port not in answering
    )


def same_switch(seen: str, name: str) -> bool:
    """Whether a system name, perhaps with a domain, perhaps cut, is a device's name."""
    cut = _CUT.search(seen) is not None
    short = _CUT.sub("", seen).partition(".")[0].strip().lower()
    if short == name.lower():
        return True
    cut = cut or len(short) >= _SHORTEST_CUT
    return bool(short) and cut and "." not in _CUT.sub("", seen) and name.lower().startswith(short)


def _at_cable(
    device: str, cable: Cable, here: Sequence[Neighbor], known: Collection[str], port_name: PortName
) -> Iterator[CableMismatch]:
    right = [one for one in here if same_switch(one.name, cable.peer)]
    if right:
        if not any(_fits(one, cable, port_name) is not False for one in right):
            yield _wrong_port(cable, right[0])
        return
    for one in sorted((one for one in here if one.name), key=lambda one: not _switch(one.name, known)):
        peer = _switch(one.name, known)
        # A switch that has no name yet, at the right port: it gets its name when it is brought to standard.
        if peer or _fits(one, cable, port_name) is not True:
            yield _wrong_peer(device, cable, one, peer)
            return


def _fits(one: Neighbor, cable: Cable, port_name: PortName) -> bool | None:
    """Whether the neighbour's port is the expected one; None: what it says cannot be compared."""
    if not cable.peer_ports:
        return None
    said = [_comparable(text, cable, port_name) for text in (one.remote_port, one.remote_description)]
    if any(name in cable.peer_ports for name in said if name):
        return True
    return False if said[0] else None


def _comparable(text: str, cable: Cable, port_name: PortName) -> str:
    """A port's canonical name; empty for a MAC address, and for a number where ports have other names."""
    if text.isdecimal() and not all(port.isdecimal() for port in cable.peer_ports):
        return ""
    return port_name(cable.peer_dialect, text)


def _switch(seen: str, known: Collection[str]) -> str:
    """The inventory's switch of that name, or an empty text."""
    exact = next((name for name in known if seen.partition(".")[0].lower() == name.lower()), "")
    return exact or next((name for name in known if same_switch(seen, name)), "")


def _wrong_port(cable: Cable, one: Neighbor) -> CableMismatch:
    text = sentence(
        "port {port} leads to {peer}, its {seen}; the inventory says its {ports}",
        port=cable.port, peer=cable.peer, seen=one.remote_port, ports=_either(cable.peer_ports),
    )  # fmt: skip
    return CableMismatch(port=cable.port, text=text)


def _wrong_peer(device: str, cable: Cable, one: Neighbor, peer: str) -> CableMismatch:
    what = sentence("this switch itself") if peer == device else peer or one.name
    text = sentence(
        "port {port} leads to {what}, the inventory says {peer} there",
        port=cable.port, what=_with_port(what, one), peer=cable.peer,
    )  # fmt: skip
    return CableMismatch(port=cable.port, text=text)


def _with_port(what: str, one: Neighbor) -> str:
    return sentence("{what} (its {port})", what=what, port=one.remote_port) if one.remote_port else what


def _either(ports: Sequence[str]) -> str:
    return joined(ports, sentence(" or "))


def _elsewhere(  # noqa: PLR0913, PLR0917 - a port, what is there, and all that it is held against
    device: str,
    port: str,
    here: Sequence[Neighbor],
    expected: Sequence[Cable],
    by_port: Mapping[str, Sequence[Neighbor]],
    known: Collection[str],
) -> Iterator[CableMismatch]:
    """Switches of the inventory at a port where it has none."""
    for one in here:
        peer = _switch(one.name, known) if one.name else ""
        ours = [cable for cable in expected if cable.peer == peer]
        missing = [cable.port for cable in ours if not any(same_switch(n.name, peer) for n in by_port[cable.port])]
        if peer == device:
            text = sentence(
                "port {port} leads back to {what}", port=port, what=_with_port(sentence("this switch itself"), one)
            )
        elif peer and missing:
            text = sentence(
                "{peer} is on port {port}, the inventory says {ports}", peer=peer, port=port, ports=_either(missing)
            )
        elif peer and ours:
            text = sentence(
                "{peer} is also on port {port}, where the inventory has no link", peer=peer, port=_with_port(port, one)
            )
        elif peer:
            text = sentence(
                "{peer} is on port {port}, where the inventory has no link", peer=peer, port=_with_port(port, one)
            )
        else:
            continue
        yield CableMismatch(port=port, text=text)
