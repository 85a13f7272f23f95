"""Ctrl-C while devices are being changed: asks for an end instead of tearing the work apart."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from campusctl.words.language import Translator


@contextmanager
def stopped_by_ctrl_c(stop: threading.Event, tr: "Translator") -> Iterator[None]:
    """Within the block, the first SIGINT sets `stop`; the second one raises KeyboardInterrupt, as everywhere else."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    words = tr("stopping: what is under way is brought to a safe end; Ctrl-C again leaves at once")

    def first(_number: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        stop.set()
        # A handler may interrupt a write of the same stream, so Python's own buffers are not touched here.
        os.write(2, f"\n{words}\n".encode())

    before = signal.signal(signal.SIGINT, first)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
