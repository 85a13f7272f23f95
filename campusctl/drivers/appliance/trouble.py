"""What goes wrong on the way to an appliance, in our words. One table."""

import errno
import ssl
from typing import Final

from campusctl.drivers.appliance.base import DeviceTroubleError
from campusctl.errors import CampusError
from campusctl.model.outcome import FaultKind
from campusctl.model.sentence import sentence
from campusctl.words.language import N_

_ERRNO: Final = {
    errno.ECONNREFUSED: (
        FaultKind.UNREACHABLE,
        N_("it is on, and nothing listens there"),
        N_("is it set to be controlled?"),
    ),
    errno.EHOSTUNREACH: (FaultKind.UNREACHABLE, N_("there is no way to it"), N_("is it plugged in?")),
    errno.ENETUNREACH: (
        FaultKind.UNREACHABLE,
        N_("there is no way to its network"),
        N_("is this computer in the school net?"),
    ),
    errno.ECONNRESET: (
        FaultKind.UNREACHABLE,
        N_("the connection broke"),
        N_("does somebody else control it right now?"),
    ),
    errno.EPIPE: (FaultKind.UNREACHABLE, N_("the connection broke"), N_("does somebody else control it right now?")),
}
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
        return DeviceTroubleError(
            FaultKind.MALFORMED, sentence("it does not speak TLS as it should"), sentence("is it the right port?")
        )
    silent = isinstance(error, TimeoutError) or (isinstance(error, OSError) and error.errno in _SILENT)
    if silent and not connected and off_when_silent:
        return DeviceTroubleError(FaultKind.OFF, sentence("switched off"), "")
    if isinstance(error, TimeoutError):
        what = sentence("it stopped answering") if connected else sentence("it does not answer")
        return DeviceTroubleError(FaultKind.TIMEOUT, what, sentence("is it on, and plugged in?"))
    if isinstance(error, EOFError):
        return DeviceTroubleError(
            FaultKind.UNREACHABLE, sentence("it closed the connection"), sentence("does somebody else control it?")
        )
    if isinstance(error, OSError) and error.errno in _ERRNO:
        kind, *words = _ERRNO[error.errno]
        return DeviceTroubleError(kind, *map(sentence, words))
    if isinstance(error, OSError) and error.strerror:
        return DeviceTroubleError(FaultKind.UNREACHABLE, sentence("no connection: {why}", why=error.strerror))
    if isinstance(error, OSError):
        # A library's own text names its classes and sockets; mostly the peer hung up while TLS was being agreed on.
        return DeviceTroubleError(
            FaultKind.UNREACHABLE,
            sentence("it breaks off while the connection is made"),
            sentence("is it the right address and port, and is TLS meant?"),
        )
    return DeviceTroubleError(
        FaultKind.INTERNAL, sentence("a bug of ours: {name}", name=type(error).__name__), sentence("please report it")
    )
