"""The job: what the collection's plugins read about each PC. It has secrets in it, so it never has a name."""

import contextlib
import json
import os
from collections.abc import Iterator, Mapping

from campusctl.drivers.pc.platforms.base import JobHost


def job_text(hosts: Mapping[str, JobHost]) -> bytes:
    """The job as JSON, in the order of the hosts."""
    return json.dumps({"format": 1, "hosts": hosts}, ensure_ascii=False, separators=(",", ":")).encode()


@contextlib.contextmanager
def job_file(text: bytes) -> Iterator[int]:
    """A file in memory, without a name, gone with its last reader: its descriptor."""
    fd = os.memfd_create("campusctl-job", os.MFD_CLOEXEC)
    try:
        with open(fd, "wb", closefd=False) as file:
            file.write(text)
        yield fd
    finally:
        os.close(fd)
