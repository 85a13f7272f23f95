"""Somebody's text, on its way to a terminal or a log."""


def printable(text: str) -> str:
    """One line of a text: what would move the cursor, or change what was shown before, is spelled out."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
