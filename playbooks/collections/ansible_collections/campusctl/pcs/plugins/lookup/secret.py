"""A secret of campusctl by its reference, at the moment of use."""

from __future__ import annotations

DOCUMENTATION = r"""
name: secret
short_description: A secret of campusctl by its reference
description:
  - Asks the workspace's sources of secrets (environment, vault, program) as campusctl does.
  - The inventory plugin uses it for passwords, so that no variable holds one.
options:
  _terms:
    description: References, such as C(pc/sudo).
    required: true
"""

EXAMPLES = r"""
- ansible.builtin.debug:
    msg: "{{ lookup('campusctl.pcs.secret', 'pc/sudo') | length }}"
"""

RETURN = r"""
_raw:
  description: The values, in the order of the references.
  type: list
  elements: str
"""

from typing import Any

from ansible.plugins.lookup import LookupBase
from ansible_collections.campusctl.pcs.plugins.plugin_utils import byhand


class LookupModule(LookupBase):
    """`lookup('campusctl.pcs.secret', REFERENCE)`."""

    def run(self, terms: list[str], variables: dict[str, Any] | None = None, **options: object) -> list[str]:
        """The values of the references.

        Raises:
            AnsibleError: One is missing, or its source cannot be opened.
        """
        del options
        return [byhand.secret(variables or {}, str(term)) for term in terms]
