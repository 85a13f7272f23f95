"""What the switches of a school see: each one's tables, or its trouble."""

from collections.abc import Collection, Mapping
from contextlib import suppress

from campusctl.errors import SecretError
from campusctl.inventory.city import City, School
from campusctl.model.events import Emit
from campusctl.model.outcome import Fault
from campusctl.model.plan import Target
from campusctl.model.tables import Tables
from campusctl.workflow.desk import Desk
from campusctl.workflow.switch_targets import reachable_switches


def read_tables(  # noqa: PLR0913 - where, what, and how long
    desk: Desk,
    city: City,
    school: School,
    switches: Collection[str],
    emit: Emit,
    *,
    timeout_s: float | None = None,
) -> Mapping[str, Tables | Fault]:
    """MAC, LLDP and ARP tables, links, power and running VLANs of switches; all are read at once, nothing is written.

    Args:
        desk: The workspace.
        city: With the school loaded.
        school: The school.
        switches: Names of its switches.
        emit: Told of every step.
        timeout_s: To connect, and for everything a switch says; None: the desk's own times.

    Returns:
        By name, the core first. One switch's trouble never hides the others: it is that switch's `Fault`, also when a
        secret for its login is missing.

    Raises:
        InventoryError: Nothing was contacted.
    """
    targets = tuple(_hurried(target, timeout_s) for target in reachable_switches(desk, city, school, switches))
    # Opened once, by this thread: a person is asked for the vault's password once. Who misses one says so itself.
    with suppress(SecretError):
        desk.secrets.resolve(sorted({ref for target in targets for ref in target.secret_refs}))
    found = {result.device: result for result in desk.looker().look(targets, emit)}
    return {target.device: found[target.device] for target in targets}


def _hurried(target: Target, timeout_s: float | None) -> Target:
    if timeout_s is None:
        return target
    login = target.login
    shorter = {
        "timeout_s": min(login.timeout_s, timeout_s),
        "read_timeout_s": min(login.read_timeout_s, timeout_s),
    }
    return target.model_copy(update={"login": login.model_copy(update=shorter)})
