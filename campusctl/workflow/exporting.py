"""The inventory's PCs as a file for those who want Ansible without campusctl's plugin."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from campusctl.inventory.load import load_city
from campusctl.inventory.pc_hosts import WITH_ROLES, PcHost, Reach, pc_hosts

_HEAD: Final = """\
# Made by `campusctl export ansible-inventory`; changes here are lost with the next one.
# No secret is in it: a sudo password is asked for with -K.
# In a workspace, whose ansible.cfg knows only campusctl's own: ANSIBLE_INVENTORY_ENABLED=yaml ansible-inventory -i FILE
"""


def ansible_inventory(root: Path, schools: Sequence[str] | None) -> str:
    """A static Ansible inventory: YAML with hosts, groups and variables.

    Args:
        root: The workspace.
        schools: School ids or short names; None: all.

    Raises:
        InventoryError: The inventory has problems.
        UnknownNameError: There is no such school.
    """
    hosts = pc_hosts(load_city(root, schools), Reach.of_workspace(root))
    return _HEAD + "---\n" + "".join(_lines({"all": {"children": _groups(hosts)}}))


def _groups(hosts: Iterable[PcHost]) -> dict[str, Any]:
    """Groups by name: a host has its variables where it stands first, in its school."""
    groups: dict[str, Any] = {
        "linux": {"vars": {"ansible_python_interpreter": "/usr/bin/python3"}, "hosts": {}},
        "windows": {"hosts": {}},
        WITH_ROLES: {"hosts": {}},
    }
    for host in hosts:
        school, room, *others = host.groups
        rooms = groups.setdefault(school, {"children": {}})["children"]
        values = {**host.values, "campus_roles": [*host.roles]}
        rooms.setdefault(room, {"hosts": {}})["hosts"][host.name] = values
        for group in [*others, *([WITH_ROLES] if host.roles else [])]:
            groups.setdefault(group, {"hosts": {}})["hosts"][host.name] = {}
    return groups


def _lines(tree: Mapping[str, Any], depth: int = 0) -> Iterator[str]:
    for key, value in tree.items():
        if isinstance(value, Mapping) and value:
            yield f"{'  ' * depth}{key}:\n"
            yield from _lines(value, depth + 1)
        else:
            yield f"{'  ' * depth}{key}: {_scalar(value)}\n"


def _scalar(value: object) -> str:
    """A value as JSON, which YAML reads alike; Ansible would take a text with a brace in it for a template."""
    text = json.dumps(value, ensure_ascii=False)
    return f"!unsafe {text}" if isinstance(value, str) and "{" in value else text
