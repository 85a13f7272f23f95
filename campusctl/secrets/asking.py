"""Asking a program for a secret: bounded in time and in what it may print, and its words go nowhere."""

import os
import select
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from campusctl.child import child_environ

MAX_OUTPUT: Final = 64 * 1024
"""What is read of a program's output, in bytes."""


def ask_program(command: Sequence[str], timeout_s: float, folder: Path | None = None) -> tuple[int, bytes]:
    """Run a program without a shell; its exit code and what it printed, at most `MAX_OUTPUT` and one byte more.

    Nothing is typed into it, and what it writes to stderr is thrown away, as it may hold a secret.

    Args:
        command: Program and words.
        timeout_s: For the whole call.
        folder: Where it runs; None: where we are.

    Raises:
        TimeoutError: It took longer; it was killed.
        OSError: It cannot be started.
    """
    end = time.monotonic() + timeout_s
    with subprocess.Popen(  # noqa: S603 - the operator's own program, without a shell
        list(command), cwd=folder, env=child_environ(password_manager=True),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    ) as child:  # fmt: skip
        try:
            output = _read(child, end)
            code = 0 if len(output) > MAX_OUTPUT else child.wait(max(0.0, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            raise TimeoutError from None
        finally:
            child.kill()
    return code, output


def _read(child: "subprocess.Popen[bytes]", end: float) -> bytes:
    """Until the output ends; not with `communicate`, which would keep whatever comes."""
    assert child.stdout is not None  # noqa: S101 - for the type checker: it is a pipe
    pipe, output = child.stdout.fileno(), b""
    poll = select.poll()
    poll.register(pipe, select.POLLIN | select.POLLHUP)
    while len(output) <= MAX_OUTPUT:
        if not poll.poll(max(0.0, end - time.monotonic()) * 1000):
            raise TimeoutError
        more = os.read(pipe, MAX_OUTPUT + 1 - len(output))
        if not more:
            break
        output += more
    return output
