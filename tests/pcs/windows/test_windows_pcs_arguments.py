"""Arguments of the modules for Windows, held against the documentation in the collections themselves."""

from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from windows_arguments import COLLECTIONS, complaints_by_call

PLAYBOOK = Path(__file__).parents[3] / "playbooks" / "windows.yml"

SHUTDOWN = {"type": "weekly", "start_boundary": "2020-01-01T19:30:00", "days_of_week": "monday"}
WRONG: list[tuple[str, dict[str, object], str]] = [
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
RIGHT: list[tuple[str, dict[str, object]]] = [
    ("ansible.windows.win_ping", {}),
    ("ansible.windows.win_regedit", {"key": "HKLM:\\x", "name": "A", "data": 1, "type": "dword"}),
    ("community.windows.win_scheduled_task", {"name": "x", "triggers": [SHUTDOWN]}),
]


def _modules() -> list[tuple[str, dict[str, object]]]:
    play, _ = yaml.safe_load(PLAYBOOK.read_text())
    tasks = [*play["tasks"], *play["handlers"]]
    called = [(name, value or {}) for task in tasks for name, value in task.items() if ".windows." in name]
    assert len(called) >= len(tasks) - 2, "only debug is not a module for Windows"
    return called


@dataclass(frozen=True)
class Complained:
    """What is wrong with each call: all were asked about at once."""

    wrong: list[list[str]]
    right: list[list[str]]
    playbook: list[list[str]]


@pytest.fixture(scope="module")
def complained() -> Complained:
    """The collections' word on the calls above, and on those of the playbook."""
    if not COLLECTIONS.is_dir():
        pytest.skip("needs the collections for Windows: sh tools/collections.sh python3 .collections")
    found = complaints_by_call([*((module, given) for module, given, _ in WRONG), *RIGHT, *_modules()])
    first, second = len(WRONG), len(WRONG) + len(RIGHT)
    return Complained(found[:first], found[first:second], found[second:])


@pytest.mark.parametrize(("number", "module", "complaint"), [(at, call[0], call[2]) for at, call in enumerate(WRONG)])
def test_a_wrong_argument_is_caught(complained: Complained, number: int, module: str, complaint: str) -> None:
    """A misspelt name, a missing one, a word that is no choice, a wrong type, and all that in a list of maps."""
    (found,) = complained.wrong[number]
    assert found.startswith(f"{module}: ")
    assert complaint in found


def test_a_right_call_is_not_complained_about(complained: Complained) -> None:
    """Required arguments alone; an alias; numbers for a raw value; a list of maps."""
    assert complained.right == [[], [], []]


def test_every_option_in_the_playbook_is_documented(complained: Complained) -> None:
    """Also where a document has nothing for the task; values are templates here, so only names are looked at."""
    assert complained.playbook
    said = [text for found in complained.playbook for text in found]
    names_only = [text for text in said if "Supported parameters" in text or "missing" in text]
    assert names_only == []
