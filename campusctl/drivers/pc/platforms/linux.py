"""Linux PCs: one task, campus_pc, over ssh with pipelining; a city's own roles after it."""

from collections.abc import Sequence
from typing import Final

from campusctl.drivers.pc.moduletext import module_result
from campusctl.drivers.pc.platforms.base import Event, HostResult, JobHost, Json, Work
from campusctl.drivers.pc.roletext import add_roles
from campusctl.drivers.pc.sshoptions import ssh_vars
from campusctl.drivers.pc.trouble import NOTHING_SAID, translate
from campusctl.model.plan import Target
from campusctl.model.secret import TOKEN

MODULE: Final = "campusctl.pcs.campus_pc"
"""The module, as events name it."""

_FINAL: Final = frozenset({"ok", "failed", "unreachable"})


class Linux:
    """Debian, Ubuntu and their like. See `campusctl.drivers.pc.platforms.base.Platform`."""

    name = "linux"
    playbook = "pcs.yml"
    greeting = b"SSH-"
    proves = True

    def job_host(self, target: Target, work: Work) -> JobHost:
        """The connection as host variables, the document as the module's arguments."""
        return JobHost(
            groups=list(target.groups),
            vars={
                **target.facts,
                **ssh_vars(target.login, work.secrets),
                "ansible_python_interpreter": "/usr/bin/python3",
            },
            args=_args(target, work),
            roles=list(target.roles),
        )

    def complete(self, target: Target, event: Event) -> bool:
        """After the one task, unless roles or playbooks of the city's own come after it."""
        return event.action == MODULE and event.kind in _FINAL and not (target.roles or target.own_playbooks)

    def read(self, target: Target, work: Work, events: Sequence[Event]) -> HostResult:
        """The module's own result; beside it, what the roles did."""
        del target
        own = next((event for event in events if event.action == MODULE and event.kind in _FINAL), None)
        if own is None:
            lost = next((event for event in events if event.kind == "unreachable"), None)
            return HostResult(trouble=translate(lost.result) if lost else NOTHING_SAID)
        if own.kind == "unreachable":
            return HostResult(trouble=translate(own.result))
        return add_roles(module_result(own), [event for event in events if event.action != MODULE], check=work.check)


def _args(target: Target, work: Work) -> dict[str, Json]:
    """What the module is given; of the secrets only those that the document names."""
    named = {found[1] for found in TOKEN.finditer(target.intended)}
    return {
        "document": work.document,
        "secrets": {ref: value for ref, value in work.secrets.items() if ref in named},
        "salt": work.salt,
        "expect": work.expect,
        "keep": work.keep,
        "deadline_s": work.deadline_s,
        "lock_wait_s": work.lock_wait_s,
    }
