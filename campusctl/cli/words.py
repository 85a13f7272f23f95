"""Edits and numbers in words a campus manager reads."""

from campusctl.engine.words import edit_words, without_parts

__all__ = ["counted", "edit_words", "without_parts"]


def counted(number: int, noun: str) -> str:
    """`1 setting`, `2 settings`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
