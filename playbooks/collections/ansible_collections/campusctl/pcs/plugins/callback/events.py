"""What happens in a run as one JSON object a line, for the process that started it."""

from __future__ import annotations

DOCUMENTATION = r"""
name: events
type: aggregate
short_description: Events of a run as JSON lines
description:
  - Writes one JSON object a line to the file descriptor that the environment variable C(CAMPUSCTL_EVENTS) names.
  - Of the module C(campusctl.pcs.campus_pc) the whole result is passed on, of every other module only what a person is
    shown, and nothing of a task with C(no_log).
  - When nobody reads any more, the run ends as if it had been interrupted.
requirements:
  - enabled in the configuration
"""

import json
import os
import signal
from typing import TYPE_CHECKING, Any

from ansible.plugins.callback import CallbackBase

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ansible.executor.stats import AggregateStats
    from ansible.executor.task_result import CallbackTaskResult
    from ansible.inventory.host import Host
    from ansible.playbook.play import Play
    from ansible.playbook.task import Task

VARIABLE = "CAMPUSCTL_EVENTS"
"""Environment variable with the number of the file descriptor."""

WHOLE = "campusctl.pcs.campus_pc"
"""The module whose result is passed on as it is."""

LEFT_OUT = frozenset({"diff", "exception", "invocation"})
"""Of such a result what says nothing more: `edits`, `msg` and the document are known."""

PASSED = ("msg", "diff", "rc", "item", "path", "name", "state", "skip_reason", "failed_when_result")
"""What is passed on of the results of other modules; `path` is also what they call `dest`."""

LONGEST = 65536
"""Longest text in an event, in characters; what is longer is cut, and ends in an ellipsis."""

MOST = 10_000
"""Most items of a list in an event."""


class CallbackModule(CallbackBase):
    """Writes events; without `CAMPUSCTL_EVENTS` it does nothing."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "campusctl.pcs.events"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        number = os.environ.get(VARIABLE, "")
        self._out = int(number) if number.isdigit() else None
        self.disabled = self._out is None

    def v2_playbook_on_play_start(self, play: Play) -> None:
        """A play begins."""
        self._write({"event": "play", "name": play.get_name()})

    def v2_playbook_on_task_start(self, task: Task, is_conditional: bool) -> None:  # noqa: ARG002, FBT001 - Ansible's signature
        """A task begins."""
        self._task(task)

    def v2_playbook_on_handler_task_start(self, task: Task) -> None:
        """A handler begins."""
        self._task(task)

    def v2_runner_on_start(self, host: Host, task: Task) -> None:
        """A task begins on a host."""
        self._write({"event": "start", "host": host.get_name(), "task": str(task._uuid)})  # noqa: SLF001 - the only name it has

    def v2_runner_on_ok(self, result: CallbackTaskResult) -> None:
        """A task is done on a host."""
        self._result("ok", result)

    def v2_runner_on_failed(self, result: CallbackTaskResult, ignore_errors: bool = False) -> None:  # noqa: FBT001, FBT002 - likewise
        """A task failed on a host."""
        self._result("failed", result, ignored=ignore_errors)

    def v2_runner_on_unreachable(self, result: CallbackTaskResult) -> None:
        """A host cannot be reached."""
        self._result("unreachable", result)

    def v2_runner_on_skipped(self, result: CallbackTaskResult) -> None:
        """A task was skipped on a host."""
        self._result("skipped", result)

    def v2_runner_item_on_ok(self, result: CallbackTaskResult) -> None:
        """One item of a loop is done."""
        self._result("item", result)

    def v2_runner_item_on_failed(self, result: CallbackTaskResult) -> None:
        """One item of a loop failed."""
        self._result("item_failed", result)

    def v2_runner_item_on_skipped(self, result: CallbackTaskResult) -> None:
        """One item of a loop was skipped."""
        self._result("item", result, skipped=True)

    def v2_playbook_on_stats(self, stats: AggregateStats) -> None:
        """The run is over."""
        self._write({"event": "stats", "hosts": {host: stats.summarize(host) for host in sorted(stats.processed)}})

    def _task(self, task: Task) -> None:
        self._write({"event": "task", "task": str(task._uuid), "name": _name(task), "action": task.action})  # noqa: SLF001 - likewise

    def _result(self, event: str, result: CallbackTaskResult, *, ignored: bool = False, skipped: bool = False) -> None:
        task, said = result.task, result.result
        shown = _passed(task.action, said) if not (task.no_log or said.get("_ansible_no_log")) else {}
        if skipped:
            shown["skipped"] = True
        if event == "skipped":
            shown |= _why_items_were(said)
        self._write(
            {
                "event": event,
                "host": result.host.get_name(),
                "task": str(task._uuid),  # noqa: SLF001 - likewise
                "name": _name(task),
                "action": task.action,
                "role": task._role.get_name() if task._role else "",  # noqa: SLF001 - likewise
                "changed": bool(said.get("changed")),
                "ignored": bool(ignored),
                "result": shown,
            }
        )

    def _write(self, event: dict[str, Any]) -> None:
        if self._out is None:
            return
        try:
            line = memoryview(json.dumps(_bounded(event), default=str).encode() + b"\n")
            while line:
                line = line[os.write(self._out, line) :]
        except OSError:
            # Whoever started this run is gone: what nobody records shall not go on.
            self._out = None
            self.disabled = True
            os.kill(os.getpid(), signal.SIGINT)


def _name(task: Task) -> str:
    """A task's name without that of its role."""
    return str(task.name or task.get_name())


def _why_items_were(result: Mapping[str, Any]) -> dict[str, Any]:
    """Why a loop was skipped: as its first item says, for the loop itself says only that all were."""
    items = [item for item in result.get("results") or () if isinstance(item, dict) and not item.get("_ansible_no_log")]
    return {key: items[0][key] for key in ("msg", "skip_reason") if key in items[0]} if items else {}


def _passed(action: str, result: Mapping[str, Any]) -> dict[str, Any]:
    if action == WHOLE:
        return {key: value for key, value in result.items() if key not in LEFT_OUT and not key.startswith("_ansible_")}
    shown = {key: result[key] for key in PASSED if key in result}
    if "path" not in shown and "dest" in result:
        shown["path"] = result["dest"]
    if "reason" in result:  # why a role cannot be included
        shown["msg"] = result["reason"]
    return shown


def _bounded(value: Any) -> Any:  # noqa: ANN401 - whatever JSON can say
    if isinstance(value, str):
        return value if len(value) <= LONGEST else f"{value[:LONGEST]}…"
    if isinstance(value, dict):
        return {str(key): _bounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_bounded(item) for item in value[:MOST]]
    return value
