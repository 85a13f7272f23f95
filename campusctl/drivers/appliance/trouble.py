"""What goes wrong on the way to an appliance, in our words. One table."""

import errno
import ssl
from typing import Final

from campusctl.drivers.appliance.base import DeviceTroubleError
from campusctl.errors import CampusError
from campusctl.model.outcome import FaultKind

_ERRNO: Final = {
    errno.ECONNREFUSED: (FaultKind.UNREACHABLE, "it is on, and nothing listens there", "is it set to be controlled?"),
    errno.EHOSTUNREACH: (FaultKind.UNREACHABLE, "there is no way to it", "is it plugged in?"),
    errno.ENETUNREACH: (FaultKind.UNREACHABLE, "there is no way to its network", "is this computer in the school net?"),
    errno.ECONNRESET: (FaultKind.UNREACHABLE, "the connection broke", "does somebody else control it right now?"),
    errno.EPIPE: (FaultKind.UNREACHABLE, "the connection broke", "does somebody else control it right now?"),
}  # fmt: skip
_SILENT: Final = frozenset({errno.EHOSTUNREACH, errno.EHOSTDOWN, errno.ETIMEDOUT})


def translate(error: BaseException, *, connected: bool, off_when_silent: bool) -> DeviceTroubleError:
    """What an error means.

    Args:
        error: What was raised.
        connected: The device had answered before.
        off_when_silent: A device that does not answer at all is switched off.
    """
    if isinstance(error, DeviceTroubleError):
        return error
    if isinstance(error, CampusError):
        return DeviceTroubleError(FaultKind.REFUSED, error.what, error.hint)
    if isinstance(error, ssl.SSLError):
        return DeviceTroubleError(FaultKind.MALFORMED, "it does not speak TLS as it should", "is it the right port?")
    silent = isinstance(error, TimeoutError) or (isinstance(error, OSError) and error.errno in _SILENT)
    if silent and not connected and off_when_silent:
        return DeviceTroubleError(FaultKind.OFF, "switched off", "")
    if isinstance(error, TimeoutError):
        what = "it stopped answering" if connected else "it does not answer"
        return DeviceTroubleError(FaultKind.TIMEOUT, what, "is it on, and plugged in?")
    if isinstance(error, EOFError):
        return DeviceTroubleError(FaultKind.UNREACHABLE, "it closed the connection", "does somebody else control it?")
    if isinstance(error, OSError) and error.errno in _ERRNO:
        return DeviceTroubleError(*_ERRNO[error.errno])
    if isinstance(error, OSError) and error.strerror:
        return DeviceTroubleError(FaultKind.UNREACHABLE, f"no connection: {error.strerror}")
    if isinstance(error, OSError):
        # A library's own text names its classes and sockets; mostly the peer hung up while TLS was being agreed on.
        what, hint = "it breaks off while the connection is made", "is it the right address and port, and is TLS meant?"
        return DeviceTroubleError(FaultKind.UNREACHABLE, what, hint)
    return DeviceTroubleError(FaultKind.INTERNAL, f"a bug of ours: {type(error).__name__}", "please report it")
