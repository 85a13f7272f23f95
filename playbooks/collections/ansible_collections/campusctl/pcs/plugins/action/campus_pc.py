"""Brings a PC to what the inventory says: finds its document and its secrets, and gives them to the module.

They come from campusctl's job, or by hand from the workspace. Neither is ever a variable, an argument of the task or a
part of a result.
"""

from __future__ import annotations

from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible_collections.campusctl.pcs.plugins.plugin_utils import byhand, job, payload
from ansible_collections.campusctl.pcs.plugins.plugin_utils.edits import as_diff, scrubbed, summary

_PYTHON = "/usr/bin/python3"
"""Where it is on a PC, unless the inventory says otherwise."""

payload.core()  # Ansible loads this plugin before it forks a worker for each PC: packed once, not once for each


class ActionModule(ActionBase):
    """The controller's half of the module of the same name."""

    _supports_check_mode = True
    _supports_diff = True
    _requires_connection = True
    # What a task itself may say; Ansible refuses the rest.
    _VALID_ARGS = frozenset({"deadline_s", "lock_wait_s"})

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run the module and make its edits readable.

        Raises:
            AnsibleActionFail: The task says what it may not, or there is no document for this host.
        """
        variables = task_vars or {}
        result: dict[str, Any] = super().run(tmp, variables)
        given = self._arguments(variables)
        found = self._converged(given, variables)
        result.update(scrubbed(found, (given.get("secrets") or {}).values()))
        if result.get("moved"):
            result["failed"] = True  # so that no role works on a PC that is not as the plan saw it
        if result.get("fault") or "edits" in result:
            result["msg"] = summary(result)
        if self._task.diff:
            result["diff"] = as_diff(result.get("edits") or ())
        return result

    def _converged(self, given: dict[str, Any], variables: dict[str, Any]) -> dict[str, Any]:
        """What the PC's own Python answers."""
        if not self._connection.has_pipelining:
            raise AnsibleActionFail(
                f"campus_pc needs a connection that takes input; {self._connection.transport} does not"
            )
        words = (self._compute_environment_string(), payload.command(self._python(variables)))
        sent = payload.sent({**given, "check": bool(self._task.check_mode)})
        return payload.result(self._low_level_execute_command(" ".join(filter(None, words)), in_data=sent))

    def _python(self, variables: dict[str, Any]) -> str:
        """Ansible's word for it, unless it would have to be looked for."""
        named = str(variables.get("ansible_python_interpreter") or "")
        return named if named.startswith("/") else _PYTHON

    def _arguments(self, variables: dict[str, Any]) -> dict[str, Any]:
        """What the core is asked; a task may say limits, in seconds."""
        try:
            limits = {name: float(value) for name, value in self._task.args.items()}
        except (TypeError, ValueError):
            raise AnsibleActionFail(f"campus_pc takes seconds: {self._task.args}") from None
        return {**self._found(variables), **limits}

    def _found(self, variables: dict[str, Any]) -> dict[str, Any]:
        name = str(variables.get("inventory_hostname", ""))
        hosts = job.hosts()
        if hosts is None:
            return byhand.module_arguments(variables, name, check=bool(self._task.check_mode))
        arguments = hosts.get(name, {}).get("args")
        if not isinstance(arguments, dict) or "document" not in arguments:
            raise AnsibleActionFail(f"campusctl's job has no document for {name}")
        return arguments
