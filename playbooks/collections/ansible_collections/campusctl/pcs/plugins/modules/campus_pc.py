"""Brings a classroom PC to what its document says. This file is what `ansible-doc` shows.

The action plugin of the same name sends the core, `module_utils/converge.py`, to the PC's own Python.
"""

from __future__ import annotations

DOCUMENTATION = """
module: campus_pc
short_description: Bring a classroom PC to what its document says, in one task
description:
  - Compares a Linux PC with a document that holds all of its packages, users, files, services and so on, and changes
    what differs. Check mode and apply are the same code.
  - Files are written whole or not at all, are checked before, and what they replace can be kept on the PC.
  - What would lock campusctl out of the PC is refused before anything is changed.
  - A task may say O(deadline_s) and O(lock_wait_s); document and secrets come from campusctl, or by hand from the
    workspace, and are never variables of Ansible.
  - Needs only Python 3.9 and the PC's own commands, and root.
options:
  document:
    description:
      - The state of the PC, format 1. Every key but C(format) and C(os) may be left out.
      - C(restore), the id of a kept change, stands alone and brings back what that change replaced.
    type: dict
    required: true
  secrets:
    description: Values of the secrets that the document names as C(<<secret:REF>>), by reference.
    type: dict
    default: {}
  salt:
    description: Keys the digests; different for every PC.
    type: str
    default: ""
  expect:
    description: Digest that a plan has seen. If the PC is not like that any more, nothing is changed.
    type: str
    default: ""
  keep:
    description: Id under which what is replaced is kept on the PC. Empty keeps nothing.
    type: str
    default: ""
  deadline_s:
    description: Seconds after which the module stops by itself.
    type: float
    default: 300.0
  lock_wait_s:
    description: Seconds to wait for whoever holds the package database, or changes this PC as well.
    type: float
    default: 60.0
attributes:
  check_mode:
    support: full
    description: Says what would be changed.
author:
  - The campusctl authors
"""

EXAMPLES = """
- name: Bring the PC to what the inventory says
  campusctl.pcs.campus_pc:
    deadline_s: 600
"""

RETURN = """
format:
  description: Format of this result.
  type: int
  returned: always
edits:
  description: What differs, or was changed, in order. Secrets stand as C(********), long texts as their digest.
  type: list
  elements: dict
  returned: always
  contains:
    path: {description: "Kind, name and field.", type: list, elements: str}
    before: {description: What was there; null is nothing., type: raw}
    after: {description: What the document wants., type: raw}
    step: {description: What is done about it., type: str}
    done: {description: "It was done, and reading again says so.", type: bool}
remaining:
  description: What differs still, read again after the change.
  type: list
  elements: dict
  returned: always
observed:
  description: Digest of everything that was looked at, before the change.
  type: str
  returned: always
digest:
  description: The same after the change.
  type: str
  returned: always
moved:
  description: O(expect) was given and is not what was seen, so nothing was changed.
  type: bool
  returned: always
notes:
  description: Sentences for a person.
  type: list
  elements: str
  returned: always
kept:
  description: Id under which something was kept; empty if nothing was.
  type: str
  returned: always
fault:
  description: Why it failed, with C(kind), C(what) and C(hint). What was done all the same stands in RV(edits).
  type: dict
  returned: failed
facts:
  description: The PC's C(time) and C(boot) in seconds since 1970, and its C(os).
  type: dict
  returned: always
"""
