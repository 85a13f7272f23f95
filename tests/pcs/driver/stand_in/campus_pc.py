#!/usr/bin/python
# ruff: noqa: ANN001, ANN201, ANN202, E402, EXE001 - it goes through Ansible: its documentation comes first
"""Stands in for the module of the same name: knows files, speaks its contract, and fails as it is told to."""

from __future__ import annotations

DOCUMENTATION = """
module: campus_pc
short_description: A stand-in
description: For the driver's tests.
options: {}
"""

import hashlib
import json
import os
import time
from pathlib import Path

from ansible.module_utils.basic import AnsibleModule

ARGUMENTS = {
    "document": {"type": "dict", "required": True},
    "secrets": {"type": "dict", "no_log": True},
    "salt": {"type": "str"},
    "expect": {"type": "str"},
    "keep": {"type": "str"},
    "deadline_s": {"type": "float"},
    "lock_wait_s": {"type": "float"},
}


def wanted(document, secrets):
    """Path and content of each file, secrets filled in."""
    found = {}
    for path, file in document.get("files", {}).items():
        content = file["content"]
        for ref, value in (secrets or {}).items():
            content = content.replace("<<secret:" + ref + ">>", value)
        found[path] = content
    return found


def look(paths):
    """What the files are."""
    return {path: Path(path).read_text() if Path(path).exists() else None for path in paths}


def main():
    """Compare, change, look again."""
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    given = module.params
    told = given["document"].get("do", {})
    if "sign" in told:
        Path(told["sign"]).touch()
    time.sleep(told.get("sleep", 0))
    if "kill" in told:
        os.kill(os.getpid(), told["kill"])
    if "raise" in told:
        raise OSError(*told["raise"])
    if "fail" in told:
        module.fail_json(**told["fail"])
    goal = wanted(given["document"], given["secrets"])
    before = look(goal)

    def digest(state):
        text = json.dumps([given["salt"], state], sort_keys=True)
        return hashlib.blake2b(text.encode()).hexdigest()[:32]

    differs = [path for path in goal if before[path] != goal[path]]
    moved = bool(given["expect"]) and digest(before) != given["expect"]
    change = not module.check_mode and not moved
    if change:
        for path in differs:
            if path not in told.get("stuck", ()):
                Path(path).write_text(goal[path])
    after = look(goal)

    def edits(state, paths):
        return [
            {
                "path": ["file", path],
                "before": state[path],
                "after": goal[path],
                "step": "write " + path,
                "done": change,
            }
            for path in paths
        ]

    module.exit_json(
        changed=bool(differs) and not moved,
        format=1,
        edits=[] if moved else edits(before, differs),
        remaining=edits(after, [path for path in goal if after[path] != goal[path]]) if change else [],
        observed=digest(before),
        digest=digest(after),
        moved=moved,
        notes=told.get("notes", []),
        kept=given["keep"] if change and differs else "",
        facts={"time": time.time() + told.get("ahead", 0), "os": "stand-in", "boot": 0},
    )


if __name__ == "__main__":
    main()
