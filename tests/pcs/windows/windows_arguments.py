"""Holds the arguments of modules against the documentation in their own collections.

As a script it reads `[[module, arguments], …]` from stdin and writes the complaints of each as JSON. It is a process
of its own, because Ansible's plugin loader keeps state for as long as a process lives.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from campusctl.child import child_environ

Json = Any
COLLECTIONS = Path(__file__).parents[3] / ".collections"
"""Where `tools/collections.sh` puts ansible.windows and community.windows."""


def complaints(calls: Sequence[tuple[str, Json]]) -> list[str]:
    """What is wrong with these calls, one text each; empty: nothing.

    Args:
        calls: Full module name and arguments.
    """
    return [text for found in complaints_by_call(calls) for text in found]


def complaints_by_call(calls: Sequence[tuple[str, Json]]) -> list[list[str]]:
    """What is wrong with each of these calls.

    Args:
        calls: Full module name and arguments.
    """
    done = subprocess.run(
        [sys.executable, __file__],
        input=json.dumps(calls),
        env=child_environ({**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS)}),
        capture_output=True,
        text=True,
        check=True,
    )
    found: list[list[str]] = json.loads(done.stdout)
    assert len(found) == len(calls)
    return found


def _spec(options: Json) -> Json:
    kept = ("type", "required", "choices", "aliases", "elements")
    found = {}
    for name, option in options.items():
        entry = {key: option[key] for key in kept if key in option}
        if isinstance(entry.get("choices"), dict):
            entry["choices"] = list(entry["choices"])
        if "suboptions" in option:
            entry["options"] = _spec(option["suboptions"])
            entry.setdefault("type", "dict")
        found[name] = entry
    return found


def _main() -> None:
    from ansible.module_utils.common.arg_spec import ArgumentSpecValidator  # noqa: PLC0415 - only in this process
    from ansible.plugins.loader import fragment_loader, init_plugin_loader, module_loader  # noqa: PLC0415 - likewise
    from ansible.utils import plugin_docs  # noqa: PLC0415 - likewise

    init_plugin_loader([])
    found = []
    for name, arguments in json.load(sys.stdin):
        options = plugin_docs.get_plugin_docs(name, "module", module_loader, fragment_loader, False)[0]["options"]
        said = ArgumentSpecValidator(_spec(options)).validate(arguments).error_messages
        found.append([f"{name}: {text}" for text in said])
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    _main()
