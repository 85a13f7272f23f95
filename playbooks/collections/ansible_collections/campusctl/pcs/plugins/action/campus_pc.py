"""Brings a PC to what the inventory says: finds its document and its secrets, and gives them to the module.

They come from campusctl's job, or by hand from the workspace. Neither is ever a variable, an argument of the task or a
part of a result.
"""

from __future__ import annotations

import json
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible_collections.campusctl.pcs.plugins.plugin_utils import byhand, job
from ansible_collections.campusctl.pcs.plugins.plugin_utils.edits import as_diff, scrubbed, summary

MODULE = "campusctl.pcs.campus_pc"


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
        secrets = given.get("secrets") or {}
        # As one text: Ansible hides every value of a secret argument wherever it stands in a result, and a password
        # `x` would hide each x, in paths as well, and so be told. The module itself masks what its edits show.
        given["secrets"] = json.dumps(secrets) if secrets else {}
        found = self._execute_module(module_name=MODULE, module_args=given, task_vars=variables)
        # Ansible would show the module's arguments, which are the whole document.
        found.pop("invocation", None)
        result.update(scrubbed(found, secrets.values()))
        self._remove_tmp_path(self._connection._shell.tmpdir)  # noqa: SLF001 - as Ansible's own plugins do
        if result.get("moved"):
            result["failed"] = True  # so that no role works on a PC that is not as the plan saw it
        if result.get("fault") or "edits" in result:
            result["msg"] = summary(result)
        if self._task.diff:
            result["diff"] = as_diff(result.get("edits") or ())
        return result

    def _arguments(self, variables: dict[str, Any]) -> dict[str, Any]:
        return {**self._found(variables), **self._task.args}

    def _found(self, variables: dict[str, Any]) -> dict[str, Any]:
        name = str(variables.get("inventory_hostname", ""))
        hosts = job.hosts()
        if hosts is None:
            return byhand.module_arguments(variables, name, check=bool(self._task.check_mode))
        arguments = hosts.get(name, {}).get("args")
        if not isinstance(arguments, dict) or "document" not in arguments:
            raise AnsibleActionFail(f"campusctl's job has no document for {name}")
        return arguments
