"""Ansible's inventory is campusctl's: nothing is written down twice, and no value is a template."""

from __future__ import annotations

DOCUMENTATION = r"""
name: campus
short_description: The PCs of campusctl's inventory
description:
  - Adds every PC that has an address and a profile with a dialect, in groups for schools, rooms, classes and profiles.
  - Values of the inventory are text, whatever they look like; Ansible never templates them.
  - Neither a PC's document nor a secret is a variable. The action plugin C(campusctl.pcs.campus_pc) makes the one, and
    the lookup C(campusctl.pcs.secret) fetches the other, at the moment of use.
  - With C(--limit) of schools, rooms or PCs only their schools are read.
options:
  plugin:
    description: Name of this plugin.
    required: true
    choices: [campusctl.pcs.campus]
  workspace:
    description: The folder that holds C(inventory/city.yml). Relative to this file; the one above it by default.
    type: path
  lab:
    description: Whether the PCs are those of C(campusctl lab up --pcs).
    type: bool
    default: false
    env:
      - name: CAMPUSCTL_LAB
"""

EXAMPLES = r"""
# inventory/campus.yml
plugin: campusctl.pcs.campus
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ansible import context
from ansible.errors import AnsibleParserError
from ansible.plugins.inventory import BaseInventoryPlugin
from ansible.template import trust_as_template
from ansible_collections.campusctl.pcs.plugins.plugin_utils import byhand, job

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ansible.inventory.data import InventoryData
    from ansible.parsing.dataloader import DataLoader

WITH_ROLES = "campus_with_roles"
"""Group of the hosts that have roles of the city's own; always there, so that a play may name it."""

_ROLE = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)*")
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*")


class InventoryModule(BaseInventoryPlugin):
    """Adds hosts from the job, or from the workspace when a person runs Ansible."""

    NAME = "campusctl.pcs.campus"

    def verify_file(self, path: str) -> bool:
        """Whether a source is for us: a `campus.yml`; with a job whatever is named."""
        return bool(super().verify_file(path)) and (job.given() or path.endswith(("campus.yml", "campus.yaml")))

    def parse(self, inventory: InventoryData, loader: DataLoader, path: str, cache: bool = True) -> None:  # noqa: FBT001, FBT002 - Ansible's signature
        """Add every host.

        Raises:
            AnsibleParserError: The inventory has problems; each with its file and line.
        """
        super().parse(inventory, loader, path, cache)
        into = _Hosts(inventory)
        inventory.add_group(WITH_ROLES)
        # A play may name both, whether or not there are such PCs.
        inventory.add_group("linux")
        inventory.add_group("windows")
        inventory.set_variable("linux", "ansible_python_interpreter", "/usr/bin/python3")
        found = job.hosts()
        if found is not None:
            for name, host in found.items():
                into.add(name, host.get("groups", ()), host.get("vars", {}), host.get("roles", ()))
        else:
            self._read_config_data(path)
            self._add_workspace(Path(path).resolve().parent, into)

    def _add_workspace(self, folder: Path, into: _Hosts) -> None:
        named = self.get_option("workspace")
        root = (folder / named).resolve() if named else folder.parent
        lab = bool(self.get_option("lab"))
        inventory = into.inventory
        inventory.set_variable("all", byhand.WORKSPACE, str(root))
        inventory.set_variable("all", byhand.LAB, lab)
        with byhand.words(AnsibleParserError):
            for host in byhand.hosts(root, lab=lab, limit=_limit()):
                into.add(host.name, host.groups, host.values, host.roles)
                for variable, reference in host.secrets.items():
                    inventory.set_variable(host.name, variable, _looked_up(reference))
        if "start_at_task" in context.CLIARGS:
            byhand.warm(root, lab=lab)


@dataclass(frozen=True)
class _Hosts:
    """Where hosts go."""

    inventory: InventoryData

    def add(self, name: str, groups: Iterable[str], values: Mapping[str, Any], roles: Iterable[str]) -> None:
        """One host in its groups: the first is the school's, and what begins with its name lies in it."""
        inventory = self.inventory
        inventory.add_host(name)
        own = [*groups]
        if "windows" not in own and "linux" not in own:
            own.append("linux")
        inside = [group for group in own if group.startswith(f"{own[0]}_")]
        for group in own:
            inventory.add_group(group)
            if group != own[0] or not inside:
                inventory.add_child(group, name)
        for group in inside:
            inventory.add_child(own[0], group)
        for variable, value in values.items():
            inventory.set_variable(name, variable, value)
        for role in roles:
            if not _ROLE.fullmatch(role):
                raise AnsibleParserError(f"{name}: {role!r} is no name of a role")
        inventory.set_variable(name, "campus_roles", [*roles])
        if roles:
            inventory.add_child(WITH_ROLES, name)


def _limit() -> str:
    return str(context.CLIARGS.get("subset") or "")


def _looked_up(reference: str) -> Any:  # noqa: ANN401 - Ansible's own kind of text
    """A template that fetches a secret when it is used; the only template there is, and no text of an inventory."""
    if not _REFERENCE.fullmatch(reference):
        raise AnsibleParserError("a secret's reference is not one")
    return trust_as_template(f"{{{{ lookup('campusctl.pcs.secret', '{reference}') }}}}")
