"""Writing a file so that it is either there in full or not at all."""

import errno
import os
import tempfile
from pathlib import Path


def write_file(path: Path, content: str | bytes) -> None:
    """Replace a file atomically; only its owner may read it.

    Raises:
        OSError: The folder is missing or full; the old file stands.
    """
    if not path.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "no such folder", str(path.parent))
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
