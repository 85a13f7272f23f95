"""Which SSH library opens a session."""

from functools import cache
from typing import Final

from campusctl.drivers.switch.transport.link import Transport
from campusctl.errors import CampusError

_ORDER: Final = ("libssh2", "paramiko")
_NO_COMMON_GROUND: Final = frozenset(
    {"KexFailureError", "KeyExchangeError", "AlgoUnsupportedError", "MethodNoneError", "IncompatiblePeer"}
)


def names(wanted: str, *, rsa_key: bool = False) -> tuple[str, ...]:
    """The libraries to try, in order.

    Args:
        wanted: `auto` or a library's name.
        rsa_key: We log in with an RSA key. libssh2 1.11 writes beyond its memory when it signs with one.

    Raises:
        CampusError: There is no such transport, it is not installed, or it cannot do that.
    """
    if wanted == "auto":
        return _ORDER if _has_libssh2() and not rsa_key else _ORDER[1:]
    if wanted not in _ORDER:
        raise CampusError(f"unknown transport {wanted!r}", f"there are: auto, {', '.join(_ORDER)}")
    if wanted == "libssh2" and not _has_libssh2():
        raise CampusError("the transport libssh2 is not installed", "pip install ssh2-python, or use auto")
    if wanted == "libssh2" and rsa_key:
        raise CampusError("the transport libssh2 cannot log in with an RSA key", "use auto, or an ed25519 key")
    return (wanted,)


@cache
def get(name: str) -> Transport:
    """The library's transport."""
    if name == "libssh2":
        from campusctl.drivers.switch.transport.via_libssh2 import LibSsh2  # noqa: PLC0415 - may not be installed

        return LibSsh2()
    from campusctl.drivers.switch.transport.via_paramiko import Paramiko  # noqa: PLC0415 - only if it is used

    return Paramiko()


def may_differ(error: Exception) -> bool:
    """Whether another library could get through: no credential was sent, they found no algorithm in common."""
    return type(error).__name__ in _NO_COMMON_GROUND


@cache
def _has_libssh2() -> bool:
    try:
        import ssh2.session  # noqa: F401, PLC0415 - asks only whether it is there
    except ImportError:
        return False
    return True
