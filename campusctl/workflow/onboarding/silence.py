"""Why a device that is at its port does not answer at its address, as far as the network shows."""

from campusctl.inventory.load import load_city
from campusctl.model.onboarding import NewDevice
from campusctl.model.sentence import joined, sentence
from campusctl.model.tables import Tables
from campusctl.workflow.desk import Desk
from campusctl.workflow.onboarding.hands import Hands


def why_silent(hands: Hands, desk: Desk, device: NewDevice) -> str:
    """What a person may look after first.

    Its address is pinged, and the switches of the school are asked for the one that it has instead.

    Args:
        hands: Of whoever started it.
        desk: The workspace.
        device: The device.

    Returns:
        A few sentences; empty: it has no address of ours.
    """
    address = device.address
    if device.port is None or not address:
        return ""
    city = load_city(desk.root, [device.school])
    school = city.schools[device.school]
    found = ""
    if device.mac:
        for name, seen in hands.look(desk, city, school, tuple(school.switches), hands.emit).items():
            other = seen.address_of(device.mac) if isinstance(seen, Tables) else ""
            if other and other != address:
                found = sentence(
                    "{switch} sees it at the address {other}, not at {address}",
                    switch=name,
                    other=other,
                    address=address,
                )
                break
    ping = hands.ping(desk, city, school, {device.port.switch: (address,)}, hands.emit).get(address)
    if ping and not found:
        control = sentence("is SSH switched on there?") if device.kind == "pc" else sentence("is network control on?")
        return joined((sentence("{address} answers a ping", address=address), control))
    if ping is False:
        found = joined((found, sentence("{address} does not answer a ping either", address=address)))
    entry = sentence("does the DHCP server know its entry? campusctl export dnsmasq {school}", school=school.id)
    return joined((found, entry))
