"""Exit codes, the same for every command."""

from enum import IntEnum


class Exit(IntEnum):
    """What a script can rely on."""

    DONE = 0
    """Done, or nothing to do."""
    ERROR = 1
    """An operator's mistake or our bug; nothing was changed unless said."""
    USAGE = 2
    """The command line is wrong."""
    DEVICES = 3
    """Some device failed or could not be reached; the others are done."""
    CHANGES = 4
    """Drift was found, or changes are pending (`drift`, `diff`, `plan --exit-code`)."""
    INTERRUPTED = 130
    """Ctrl-C."""
