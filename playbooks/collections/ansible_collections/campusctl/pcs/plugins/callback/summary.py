"""What a run by hand did to which PC, in a few lines at its end."""

from __future__ import annotations

DOCUMENTATION = r"""
name: summary
type: aggregate
short_description: What became of each PC, at the end of a run
description:
  - Names every PC whose state differs, was changed or could not be read, with a sentence for each.
  - Only the results of the module C(campusctl.pcs.campus_pc) count.
requirements:
  - enabled in the configuration
"""

from collections import Counter
from typing import TYPE_CHECKING, Any

from ansible.plugins.callback import CallbackBase
from ansible_collections.campusctl.pcs.plugins.plugin_utils import job
from ansible_collections.campusctl.pcs.plugins.plugin_utils.edits import plain, summary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ansible.executor.stats import AggregateStats
    from ansible.executor.task_result import CallbackTaskResult

MODULE = "campusctl.pcs.campus_pc"

RIGHT = "as it should be"
SAID = ("changed", "differs")
"""What the sentence about a PC says itself."""

WORDS = (RIGHT, *SAID, "failed", "unreachable")
"""What may become of a PC, in the order in which they are counted."""


class CallbackModule(CallbackBase):
    """Prints a summary; in campusctl's own runs it does nothing."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "campusctl.pcs.summary"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self.disabled = job.given()
        self._counts: Counter[str] = Counter()
        self._told: list[tuple[str, list[str]]] = []

    def v2_runner_on_ok(self, result: CallbackTaskResult) -> None:
        """A PC is right, differs or was changed."""
        if result.task.action == MODULE:
            self._tell(result.host.get_name(), _became(result.result), result.result)

    def v2_runner_on_failed(self, result: CallbackTaskResult, ignore_errors: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002 - Ansible's signature
        """Something went wrong on a PC."""
        if result.task.action == MODULE:
            self._tell(result.host.get_name(), "failed", result.result)

    def v2_runner_on_unreachable(self, result: CallbackTaskResult) -> None:
        """A PC cannot be reached: it is off, or broken."""
        if result.task.action == MODULE:
            self._tell(result.host.get_name(), "unreachable", {"msg": result.result.get("msg", "")})

    def v2_playbook_on_stats(self, stats: AggregateStats) -> None:  # noqa: ARG002 - Ansible's signature
        """The run is over."""
        if not self._counts:
            return
        self._display.banner("PCS")
        for host, lines in sorted(self._told):
            for line in lines:
                self._display.display(f"{host:<27}: {plain(line)}")
        counted = ", ".join(f"{self._counts[word]} {word}" for word in WORDS if self._counts[word])
        total = sum(self._counts.values())
        self._display.display(f"{total} {'PC' if total == 1 else 'PCs'}: {counted}")

    def _tell(self, host: str, word: str, result: Mapping[str, Any]) -> None:
        said = summary(result) if "edits" in result or result.get("fault") else _sentence(result)
        self._counts[word] += 1
        if word == RIGHT:
            return
        lines = [said if word in SAID else f"{word}: {said}"]
        remaining = result.get("remaining") or ()
        if remaining:
            lines.append(f"still {summary({'edits': remaining})}")
        self._told.append((host, [*lines, *(str(note) for note in result.get("notes") or ())]))


def _became(result: Mapping[str, Any]) -> str:
    edits = result.get("edits") or ()
    return RIGHT if not edits else "changed" if any(edit.get("done") for edit in edits) else "differs"


def _sentence(result: Mapping[str, Any]) -> str:
    return str(result.get("msg", "")).removeprefix("Task failed: ").replace("\n", "; ")
