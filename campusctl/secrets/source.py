"""What a source of secrets offers, and which values a switch takes as typed."""

import re
from collections.abc import Mapping, Sequence
from typing import Final, Protocol

from campusctl.errors import SecretError

REF: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*(?:/[A-Za-z0-9][A-Za-z0-9_.-]*)*")
"""A secret's reference. No part of it begins with a hyphen or a dot, so that none is an option or leads upwards."""

_MAX_VALUE: Final = 1024
# A question mark asks the switch for help instead of being typed; a control character ends the line.
_UNTYPABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff?]")


class Source(Protocol):
    """One place where secrets may be."""

    @property
    def name(self) -> str:
        """How it is called in `inventory/secrets.yml` and in lists."""
        ...

    def find(self, refs: Sequence[str]) -> Mapping[str, str]:
        """The values of those references that it has; the others are left out.

        Raises:
            SecretError: It cannot be opened, so nobody knows what it has. Never with a value or a program's words.
        """
        ...

    def lacks(self, ref: str) -> tuple[str, str]:
        """That it does not have a reference, in words (`is not in …`), and what to do about it."""
        ...


def trouble_with(value: str) -> str:
    """Why a switch would not take a value as it is typed; empty: it would."""
    if not value:
        return "is empty"
    if len(value) > _MAX_VALUE:
        return f"is longer than {_MAX_VALUE} characters"
    if _UNTYPABLE.search(value):
        return "has a control character or a question mark in it"
    return ""


def typable(ref: str, value: str, hint: str) -> str:
    """The value.

    Raises:
        SecretError: A switch would not take it as it is typed.
    """
    trouble = trouble_with(value)
    if trouble:
        raise SecretError(f"the secret {ref!r} {trouble}", hint)
    return value
