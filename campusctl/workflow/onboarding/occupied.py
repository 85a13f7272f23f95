"""Whether somebody uses the address already that a new device is to get: by ARP tables, by a ping and by a knock."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from campusctl.errors import CampusError
from campusctl.inventory.city import City
from campusctl.inventory.onboarding.wanted import Proposal
from campusctl.model.events import Emit
from campusctl.model.onboarding import NewDevice
from campusctl.model.outcome import Fault
from campusctl.model.sentence import sentence
from campusctl.model.tables import Tables
from campusctl.workflow.desk import Desk
from campusctl.workflow.knocking import is_there

Look: TypeAlias = Callable[..., Mapping[str, Tables | Fault]]
"""Reads what switches see; as `read_tables`."""

_DOORS: Final = (80, 443, 22)
"""TCP ports that are knocked at: also a refusal is an answer."""
_KNOCK_S: Final = 1.0
"""How long an answer may take, in seconds; a school's network takes milliseconds."""
_AT_ONCE: Final = 64
"""Addresses that are knocked at at once."""


def refuse_in_use(  # noqa: PLR0913, PLR0917 - which devices, where, and who looks
    desk: Desk, city: City, proposals: Sequence[Proposal], devices: Sequence[NewDevice], look: Look, emit: Emit
) -> tuple[str, ...]:
    """Refuse an address that another device uses.

    Args:
        desk: The workspace.
        city: As it is.
        proposals: What was proposed for the devices.
        devices: The same, as they are remembered.
        look: Reads what switches see.
        emit: Told of every step.

    Returns:
        What a person should look at first: something answers at an address that was asked for by name, and may be the
        new device itself.

    Raises:
        CampusError: Which address, and who has it.
    """
    for school in dict.fromkeys(device.school for device in devices):
        mine = [device for device in devices if device.school == school and device.address]
        if mine:
            _by_arp(_tables(desk, city, school, mine, look, emit), mine)
    if desk.lab:
        # The addresses of a lab are another network's.
        return ()
    said = {proposal.name for proposal in proposals if proposal.wanted.address}
    found = asyncio.run(_answering([device.address for device in devices]))
    notes = []
    for device in devices:
        address = device.address
        if address in found and device.name not in said:
            what = sentence("something answers at {address} already", address=address)
            raise CampusError(what, _hint(device))
        if address in found:
            notes.append(sentence("something answers at {address} already: is it the new device?", address=address))
    return tuple(notes)


def _hint(device: NewDevice) -> str:
    return sentence(
        "is it the new device, say so: --address {address}; else find that device: campusctl discover {school}",
        address=device.address,
        school=device.school,
    )


def _tables(  # noqa: PLR0913, PLR0917 - as above
    desk: Desk, city: City, school: str, devices: Sequence[NewDevice], look: Look, emit: Emit
) -> Mapping[str, Tables | Fault]:
    """What the core and the switches of the new devices see: who routes for them knows their neighbours."""
    found = city.school(school)
    names = {name for name, switch in found.switches.items() if switch.core}
    names |= {device.port.switch for device in devices if device.port}
    return look(desk, city, found, tuple(names), emit)


def _by_arp(tables: Mapping[str, Tables | Fault], devices: Sequence[NewDevice]) -> None:
    for name, seen in tables.items():
        if not isinstance(seen, Tables):
            continue
        users = {row.address: row.mac for row in seen.located or ()}
        for device in devices:
            user = users.get(device.address, "")
            if user and user != device.mac and user not in _at_port(device, tables):
                what = sentence(
                    "{address} is in use already, by {mac} (seen by {switch})",
                    address=device.address,
                    mac=user,
                    switch=name,
                )
                hint = sentence(
                    "find that device (campusctl discover {school}), or choose another address: --address",
                    school=device.school,
                )
                raise CampusError(what, hint)


def _at_port(device: NewDevice, tables: Mapping[str, Tables | Fault]) -> set[str]:
    """Who is at the port of a device whose MAC address nobody typed: that may be itself."""
    own = tables.get(device.port.switch) if device.port and not device.mac else None
    return {row.mac for row in own.at(device.port.name)} if device.port and isinstance(own, Tables) else set()


async def _answering(addresses: Sequence[str]) -> set[str]:
    gate = asyncio.Semaphore(_AT_ONCE)

    async def ask(address: str) -> bool:
        async with gate:
            return await is_there(address, _DOORS, _KNOCK_S)

    wanted = [address for address in dict.fromkeys(addresses) if address]
    found = await asyncio.gather(*(ask(address) for address in wanted))
    return {address for address, there in zip(wanted, found, strict=True) if there}
