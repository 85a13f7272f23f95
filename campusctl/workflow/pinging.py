"""Whether devices of a school answer a ping: of this machine, or where it cannot tell, of the switch they are at."""

from collections.abc import Mapping, Sequence
from typing import Final

from campusctl.inventory.city import City, School
from campusctl.model.events import Emit
from campusctl.model.tables import Pings
from campusctl.workflow.desk import Desk
from campusctl.workflow.knocking import ping
from campusctl.workflow.switch_targets import reachable_switches

_MOST: Final = 5
"""Addresses that a switch pings: each that does not answer takes it three seconds."""


def ping_devices(
    desk: Desk, city: City, school: School, addresses: Mapping[str, Sequence[str]], emit: Emit
) -> Mapping[str, bool]:
    """Which addresses answer a ping.

    Args:
        desk: The workspace; in a lab only switches ping, as its addresses are another network's here.
        city: With the school loaded.
        school: The school.
        addresses: IPv4 addresses by name of the switch at which their devices are; empty: only this machine pings.
        emit: Told of every step.

    Returns:
        By address; those of which nobody can tell are left out.
    """
    found = {} if desk.lab else dict(ping(address for some in addresses.values() for address in some))
    left = {
        switch: some
        for switch, known in addresses.items()
        if (some := [address for address in known if address not in found][:_MOST])
    }
    targets = reachable_switches(desk, city, school, left)
    for result in desk.looker().ping(targets, left, emit) if targets else ():
        if isinstance(result, Pings):
            found.update(result.answers)
    return found
