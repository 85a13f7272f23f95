"""Prints what each task came to as a line of JSON: the tests judge without the product's own callback."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ansible.plugins.callback import CallbackBase

if TYPE_CHECKING:
    from ansible.executor.task_result import CallbackTaskResult

DOCUMENTATION = """
name: told
type: stdout
short_description: one line of JSON a task
description: one line of JSON a task
"""


class CallbackModule(CallbackBase):
    """`{"task": name, "kind": ok|failed|unreachable|skipped, "result": {…}}`, a line each."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "told"

    def v2_runner_on_ok(self, result: CallbackTaskResult) -> None:
        """A task was fine."""
        self._say("ok", result)

    def v2_runner_on_failed(self, result: CallbackTaskResult, ignore_errors: bool = False) -> None:  # noqa: FBT001, FBT002 - Ansible's
        """A task failed."""
        self._say("failed", result)

    def v2_runner_on_unreachable(self, result: CallbackTaskResult) -> None:
        """The PC could not be reached."""
        self._say("unreachable", result)

    def v2_runner_on_skipped(self, result: CallbackTaskResult) -> None:
        """A task was left out."""
        self._say("skipped", result)

    def _say(self, kind: str, result: CallbackTaskResult) -> None:
        told = {"task": result.task.name, "kind": kind, "result": result.result}
        self._display.display(json.dumps(told, default=str))
