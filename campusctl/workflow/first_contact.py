"""The host key of a switch that the inventory does not know yet: trusted when somebody has read it at the console."""

from campusctl.drivers.switch.trusting import KeyState, look
from campusctl.errors import CampusError
from campusctl.inventory.city import City, School
from campusctl.model.sentence import sentence
from campusctl.workflow.desk import Desk
from campusctl.workflow.switch_targets import reachable_switches
from campusctl.workflow.trust import remember_keys


def check_key(desk: Desk, city: City, school: School, name: str, fingerprint: str) -> None:
    """Remember a switch's host key, if it is new and the one that somebody noted. Nobody logs in; audited.

    A switch that shows no key, or another one than before, is left to whoever logs in.

    Args:
        desk: The workspace.
        city: With the switch in it.
        school: The school.
        name: The switch.
        fingerprint: `SHA256:…` or `MD5:…`, as its console shows it; empty: nobody noted one.

    Raises:
        CampusError: The key is new, and nobody noted it, or it is another one; says which it is.
    """
    (target,) = reachable_switches(desk, city, school, [name])
    noted = fingerprint.strip().rstrip("=")
    (seen,) = look([(name, target.login)], noted={name: {noted}} if noted else None)
    if seen.state is not KeyState.NEW:
        return
    shown = f"{seen.keytype} {seen.fingerprint}"
    if not noted:
        raise CampusError(
            sentence(
                "{device} shows the host key {key}, and nobody has said that this is its own", device=name, key=shown
            ),
            sentence("compare it with the switch's console, then say --host-key {key}", key=seen.fingerprint),
        )
    if noted not in seen.fingerprints:
        raise CampusError(
            sentence("{device} shows the host key {key}, and not {noted}", device=name, key=shown, noted=noted),
            sentence("somebody may stand in between; nothing was sent to it"),
        )
    remember_keys(desk, [seen])
