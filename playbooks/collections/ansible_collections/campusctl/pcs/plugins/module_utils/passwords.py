"""Whether a password is the one of a hash: libcrypt says so, as it does at a login."""

from __future__ import annotations

import ctypes

_LIBRARIES = ("libcrypt.so.1", "libcrypt.so.2")


def matches(password: str, hashed: str) -> bool | None:
    """Whether this password gives this hash; None: this PC's libcrypt cannot say."""
    if not hashed.startswith("$"):
        return False
    for name in _LIBRARIES:
        try:
            library = ctypes.CDLL(name)
        except OSError:
            continue
        library.crypt.restype = ctypes.c_char_p
        library.crypt.argtypes = (ctypes.c_char_p, ctypes.c_char_p)
        found: bytes | None = library.crypt(password.encode(), hashed.encode("ascii", "replace"))
        return None if found is None or found.startswith(b"*") else found.decode("ascii", "replace") == hashed
    return None
