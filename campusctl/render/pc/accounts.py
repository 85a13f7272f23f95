"""Packages, groups, accounts and what they may do."""

from typing import Any

from campusctl.model.inventory import Settings
from campusctl.model.pc_parts import PcUser
from campusctl.model.pc_paths import SUDOERS
from campusctl.render.pc.document import Fragment, Text, file


def packages(settings: Settings, _: Text) -> Fragment:
    """Packages as they are said."""
    return {"packages": {name: state for name, state in settings.pc.packages.items() if state}}


def groups(settings: Settings, _: Text) -> Fragment:
    """Groups as they are said."""
    said = settings.pc.groups.items()
    return {"groups": {name: group.model_dump(exclude_none=True) for name, group in said if group}}


def users(settings: Settings, _: Text) -> Fragment:
    """Accounts as they are said; a password is its secret's token."""
    return {"users": {name: _user(user) for name, user in settings.pc.users.items() if user}}


def _user(user: PcUser) -> dict[str, Any]:
    if user.state == "absent":
        return {"state": "absent"}
    found = user.model_dump(mode="json", exclude_none=True, exclude={"password", "groups", "exact_groups"})
    if user.groups or user.exact_groups:
        found["groups"] = sorted(user.groups)
    if user.exact_groups:
        found["exact_groups"] = True
    if user.password:
        found["password"] = f"<<secret:{user.password}>>"
    return found


def sudoers(settings: Settings, text: Text) -> Fragment:
    """One file for all who may run something as root; sudo's own check must accept it."""
    rights = {who: commands for who, commands in sorted(settings.pc.sudoers.items()) if commands}
    content = text("sudoers.j2", rights=rights) if rights else None
    return file(SUDOERS, content, mode="0440", check=("visudo", "-cf", "%s"))
