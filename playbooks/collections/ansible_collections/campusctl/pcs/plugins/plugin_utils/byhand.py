"""What a run by hand needs of campusctl: hosts, module arguments, secrets. A run of campusctl's own has a job instead.

campusctl is imported when it is needed and not before: its driver starts many runs, and none of them needs this.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ansible.errors import AnsibleError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from campusctl.inventory.pc_hosts import PcHost

WORKSPACE = "campus_workspace"
"""Variable with the workspace's folder."""

LAB = "campus_lab"
"""Variable that says whether the PCs are the lab's."""

_MOST_LINES = 20
"""How many lines of problems are shown."""


@contextmanager
def words(kind: type[AnsibleError] = AnsibleError) -> Iterator[None]:
    """Errors of campusctl as errors of Ansible, in the same words.

    Args:
        kind: The error of Ansible.
    """
    try:
        from campusctl.errors import CampusError  # noqa: PLC0415 - it may not be installed
    except ImportError:
        raise kind(
            f"campusctl is not installed for {sys.executable}, which runs Ansible: "
            "call the ansible-playbook that stands beside campusctl"
        ) from None
    try:
        yield
    except CampusError as error:
        raise kind(_bounded(str(error))) from None


def _bounded(text: str) -> str:
    """The beginning of a long list of problems: Ansible shows it twice."""
    lines = text.splitlines()
    if len(lines) <= _MOST_LINES:
        return text
    more = len(lines) - _MOST_LINES
    return "\n".join([*lines[:_MOST_LINES], f"… and {more} lines more: campusctl validate"])


def hosts(root: Path, *, lab: bool, limit: str) -> Iterator[PcHost]:
    """The PCs of the workspace; of the schools that a limit names, if it names only schools, rooms and PCs.

    Raises:
        CampusError: The inventory has problems, or the lab is asked for and not up.
    """
    from campusctl.inventory.load import load_city  # noqa: PLC0415 - see above
    from campusctl.inventory.pc_hosts import limited_schools, pc_hosts  # noqa: PLC0415 - see above

    return pc_hosts(load_city(root, limited_schools(root, limit)), _reach(root, lab=lab))


def _reach(root: Path, *, lab: bool) -> Any:  # noqa: ANN401 - campusctl's, which is imported late
    from campusctl.inventory.pc_hosts import Reach  # noqa: PLC0415 - see above

    if not lab:
        return Reach.of_workspace(root)
    from campusctl import workflow  # noqa: PLC0415 - see above
    from campusctl.errors import CampusError  # noqa: PLC0415 - see above

    desk = workflow.open_desk(root, lab=True)

    def endpoint(address: str) -> tuple[str, int] | None:
        try:
            return desk.endpoint(address)
        except CampusError:  # the lab that is up has other schools
            return None

    return Reach(endpoint, lambda school: str(desk.known_hosts_of(school)), desk.pc_key)


def warm(root: Path, *, lab: bool) -> None:
    """Import and open now what every worker will need: workers are forked, and have then done it already.

    What is wrong is not told here: each host says it for itself.
    """
    try:
        from campusctl.workflow import pc_by_hand  # noqa: PLC0415 - see above

        with words():
            pc_by_hand.opened(root, lab=lab)
    except (ImportError, AnsibleError):
        return


def module_arguments(variables: Mapping[str, Any], host: str, *, check: bool) -> dict[str, Any]:
    """The arguments of `campus_pc` for one PC, secrets among them.

    Args:
        variables: The host's.
        host: Its name.
        check: Nothing will be changed, so nothing need be kept.

    Raises:
        AnsibleError: In campusctl's words.
    """
    with words():
        from campusctl.workflow import pc_by_hand  # noqa: PLC0415 - see above

        root, lab = _place(variables)
        found: dict[str, Any] = pc_by_hand.module_arguments(root, host, lab=lab, check=check)
        return found


def secret(variables: Mapping[str, Any], reference: str) -> str:
    """The value of a secret.

    Raises:
        AnsibleError: In campusctl's words.
    """
    with words():
        from campusctl.workflow import pc_by_hand  # noqa: PLC0415 - see above

        root, lab = _place(variables)
        return pc_by_hand.secret(root, reference, lab=lab)


def _place(variables: Mapping[str, Any]) -> tuple[Path, bool]:
    """The workspace, and whether the PCs are the lab's.

    Raises:
        AnsibleError: The inventory is not campusctl's.
    """
    root = variables.get(WORKSPACE)
    if not isinstance(root, str):
        raise AnsibleError("this host is not of campusctl's inventory: ansible-playbook -i inventory/campus.yml …")
    return Path(str(root)), bool(variables.get(LAB))
