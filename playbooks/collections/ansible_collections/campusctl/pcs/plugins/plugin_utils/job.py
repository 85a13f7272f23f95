"""The job that campusctl's driver hands over: hosts, their variables and their module arguments, in an anonymous file.

The file is inherited, never named, and read without being consumed: the inventory plugin reads it in Ansible's own
process, and the workers, which are forked from it, find it read already.
"""

from __future__ import annotations

import functools
import json
import os
from typing import Any

from ansible.errors import AnsibleError

VARIABLE = "CAMPUSCTL_JOB"
"""Environment variable with the number of the file descriptor; not there when a person runs a playbook by hand."""

FORMAT = 1
"""The format of jobs that this collection understands."""


def given() -> bool:
    """Whether this run has a job."""
    return bool(os.environ.get(VARIABLE))


def hosts() -> dict[str, dict[str, Any]] | None:
    """The job's hosts by name, each with `groups`, `vars`, `args` and `roles`; None: this run has no job.

    Raises:
        AnsibleError: There is one, and it cannot be read.
    """
    number = os.environ.get(VARIABLE, "")
    return _hosts(number) if number else None


def text(number: str) -> str:
    """What the job's file says, from its beginning, wherever somebody else has read to.

    Raises:
        AnsibleError: It is no open file.
    """
    try:
        descriptor = int(number)
        size, parts, at = os.fstat(descriptor).st_size, [], 0
        while at < size and (part := os.pread(descriptor, size - at, at)):
            parts.append(part)
            at += len(part)
        return b"".join(parts).decode()
    except (ValueError, OSError) as error:
        raise AnsibleError(f"{VARIABLE} is no open file; only campusctl sets it: unset it to run by hand") from error


@functools.cache
def _hosts(number: str) -> dict[str, dict[str, Any]]:
    try:
        job = json.loads(text(number))
    except ValueError:
        # Without its cause: that one quotes the job, and the job has secrets in it.
        raise AnsibleError("the job of campusctl is no JSON") from None
    if not isinstance(job, dict) or job.get("format") != FORMAT or not isinstance(job.get("hosts"), dict):
        raise AnsibleError(f"the job of campusctl is not of format {FORMAT}: its collection is older or newer than it")
    found: dict[str, dict[str, Any]] = job["hosts"]
    return found
