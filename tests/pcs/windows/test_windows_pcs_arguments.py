"""Arguments of the modules for Windows, held against the documentation in the collections themselves."""

from pathlib import Path

import pytest
import yaml
from windows_arguments import COLLECTIONS, complaints

PLAYBOOK = Path(__file__).parents[3] / "playbooks" / "windows.yml"
needs_collections = pytest.mark.skipif(
    not COLLECTIONS.is_dir(), reason="needs the collections for Windows: sh tools/collections.sh python3 .collections"
)

SHUTDOWN = {"type": "weekly", "start_boundary": "2020-01-01T19:30:00", "days_of_week": "monday"}
WRONG = [
    ("ansible.windows.win_regedit", {"path": "HKLM:\\x", "nam": "A"}, "nam. Supported parameters include"),
    ("ansible.windows.win_regedit", {"name": "A"}, "missing required arguments: path"),
    ("ansible.windows.win_service", {"name": "x", "start_mode": "automatic"}, "must be one of"),
    ("ansible.windows.win_user", {"name": "x", "account_disabled": "perhaps"}, "not a valid boolean"),
    ("community.windows.win_scheduled_task", {"name": "x", "triggers": [{**SHUTDOWN, "type": "often"}]}, "one of"),
    (
        "community.windows.win_scheduled_task",
        {"name": "x", "actions": [{"arguments": "/s"}]},
        "required arguments: path",
    ),
]


@needs_collections
@pytest.mark.parametrize(("module", "arguments", "complaint"), WRONG)
def test_a_wrong_argument_is_caught(module: str, arguments: object, complaint: str) -> None:
    """A misspelt name, a missing one, a word that is no choice, a wrong type, and all that in a list of maps."""
    (found,) = complaints([(module, arguments)])
    assert found.startswith(f"{module}: ")
    assert complaint in found


@needs_collections
def test_a_right_call_is_not_complained_about() -> None:
    """Required arguments alone; an alias; numbers for a raw value; a list of maps."""
    assert complaints([
        ("ansible.windows.win_ping", {}),
        ("ansible.windows.win_regedit", {"key": "HKLM:\\x", "name": "A", "data": 1, "type": "dword"}),
        ("community.windows.win_scheduled_task", {"name": "x", "triggers": [SHUTDOWN]}),
    ]) == []  # fmt: skip


def _modules() -> list[tuple[str, dict[str, object]]]:
    play, _ = yaml.safe_load(PLAYBOOK.read_text())
    tasks = [*play["tasks"], *play["handlers"]]
    called = [(name, value or {}) for task in tasks for name, value in task.items() if ".windows." in name]
    assert len(called) >= len(tasks) - 2, "only debug is not a module for Windows"
    return called


@needs_collections
def test_every_option_in_the_playbook_is_documented() -> None:
    """Also where a document has nothing for the task; values are templates here, so only names are looked at."""
    names_only = [text for text in complaints(_modules()) if "Supported parameters" in text or "missing" in text]
    assert names_only == []
