"""Edits of the module as a person reads them: in Ansible's diff, and in one sentence."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MASK = "********"
"""What stands in a secret's place."""

_MASKED_ALREADY = frozenset({"edits", "remaining"})
_SHORTEST_SOUGHT = 6
_MOST_NAMED = 5
"""How many edits a sentence names."""


def as_diff(edits: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """One entry of Ansible's `diff` per edit: `before` and `after` as text, empty where there is nothing."""
    return [
        {
            "before_header": name(edit),
            "after_header": f"{name(edit)} ({edit['step']})" if edit.get("step") else name(edit),
            "before": _text(edit.get("before")),
            "after": _text(edit.get("after")),
        }
        for edit in edits
    ]


def name(edit: Mapping[str, Any]) -> str:
    """What an edit is about, such as `file /etc/motd mode`."""
    return " ".join(str(part) for part in edit.get("path", ()))


def summary(result: Mapping[str, Any]) -> str:
    """A module's result in one sentence."""
    fault = result.get("fault")
    if isinstance(fault, dict):
        hint = f" ({fault['hint']})" if fault.get("hint") else ""
        return f"{fault.get('what', 'it failed')}{hint}"
    edits = result.get("edits") or ()
    if not edits:
        return "as it should be"
    named = ", ".join(name(edit) for edit in edits[:_MOST_NAMED])
    more = f" and {len(edits) - _MOST_NAMED} more" if len(edits) > _MOST_NAMED else ""
    done = sum(bool(edit.get("done")) for edit in edits)
    return f"{f'{done} of {len(edits)} changed' if done else f'{len(edits)} differ'}: {named}{more}"


def scrubbed(result: Mapping[str, Any], secrets: Iterable[str]) -> dict[str, Any]:
    """A module's result without the secrets it was given, should one stand in what some program said.

    `edits` and `remaining` are left alone: the module masks them, and a path must stay what it is. A secret of a few
    letters is not looked for: it stands in words that have nothing to do with it, and the holes would tell it.
    """
    wanted = sorted({secret for secret in secrets if len(secret) >= _SHORTEST_SOUGHT}, key=len, reverse=True)
    return {key: value if key in _MASKED_ALREADY else _without(value, wanted) for key, value in result.items()}


def _without(value: Any, secrets: list[str]) -> Any:  # noqa: ANN401 - whatever a module returns
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret, MASK)
        return value
    if isinstance(value, dict):
        return {key: _without(item, secrets) for key, item in value.items()}
    return [_without(item, secrets) for item in value] if isinstance(value, list | tuple) else value


def plain(text: str) -> str:
    """A text on one line, without what would move a terminal's cursor."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return "".join(f"{item}\n" for item in value)
    text = value if isinstance(value, str) else json.dumps(value)
    return text if text.endswith("\n") else f"{text}\n"
