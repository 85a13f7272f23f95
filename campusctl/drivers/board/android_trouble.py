"""What goes wrong between us and Google, in our words: one table by HTTP status, one by error."""

import json
from collections.abc import Mapping
from typing import Final

from campusctl.drivers.appliance.base import DeviceTroubleError
from campusctl.model.outcome import FaultKind

STRANGE: Final = (
    FaultKind.MALFORMED, "whoever answers does not speak as Google does", "does a proxy answer in Google's place?",
)  # fmt: skip
"""Of whatever is no answer of Google's."""

_KEY: Final = (FaultKind.AUTH, "Google does not know the service account's key", "make a new key in Google's console")
_SERVER: Final = (FaultKind.UNREACHABLE, "Google has trouble of its own", "try again later")
_NO_WAY: Final = (
    FaultKind.UNREACHABLE, "there is no way to Google", "does this computer reach the internet? is a proxy set?",
)  # fmt: skip
_STATUS: Final = {
    400: (FaultKind.REJECTED, "Google does not take it", "campusctl validate checks the policy against Google's list"),
    401: _KEY,
    403: (FaultKind.AUTH, "Google does not let the service account do this",
          "give it the role Android Management User, and the enterprise to its project"),
    404: (FaultKind.REJECTED, "Google knows no such thing", "is it enrolled? `board.android.device` is its id there"),
    409: (FaultKind.LOCKED, "somebody else changes it right now", "try again"),
    429: (FaultKind.LOCKED, "Google is asked too often", "wait a minute, then try again"),
}  # fmt: skip
_ERRORS: Final[Mapping[str, tuple[FaultKind, str, str]]] = {
    # Of google-auth.
    "RefreshError": _KEY,
    "MalformedError": _KEY,
    "TransportError": _NO_WAY,
    # Of httplib2, which reads one header closely: that of a 401 which asks for another way to log in.
    "MalformedHeader": _KEY,
    "RedirectMissingLocation": STRANGE,
    "RedirectLimit": STRANGE,
    "RelativeURIError": STRANGE,
    "FailedToDecompressContent": STRANGE,
    "HttpLib2Error": _NO_WAY,
    # Of Python.
    "HTTPException": STRANGE,
    "SSLError": (FaultKind.MALFORMED, "whoever answers is not Google: its certificate is another",
                 "does a proxy look inside?"),
    "TimeoutError": (FaultKind.TIMEOUT, "Google does not answer", "does this computer reach the internet?"),
    "OSError": _NO_WAY,
    "ValueError": STRANGE,
}  # fmt: skip
"""By the name of an error, or of what it is a kind of, the nearest first."""


def android_trouble(error: BaseException, what: str) -> DeviceTroubleError:
    """What an error of Google's client means.

    Args:
        error: What was raised.
        what: What was asked for, such as `device 3f2a`.
    """
    if isinstance(error, DeviceTroubleError):
        return error
    status = status_of(error)
    if status:
        kind, words, hint = _STATUS.get(status, _SERVER if status >= 500 else _STATUS[400])
        said, wait_s = _said(error), asked_to_wait_s(error)
        if wait_s is not None:
            hint = f"wait {wait_s:.0f} s, then try again"
        return DeviceTroubleError(kind, f"{words} ({what}, HTTP {status}){f': {said}' if said else ''}", hint)
    for kind_of in type(error).__mro__:
        if kind_of.__name__ in _ERRORS:
            return DeviceTroubleError(*_ERRORS[kind_of.__name__])
    return DeviceTroubleError(FaultKind.INTERNAL, f"a bug of ours: {type(error).__name__}", "please report it")


def status_of(error: BaseException) -> int:
    """The HTTP status that an error of Google's client is about; 0: none."""
    return int(getattr(getattr(error, "resp", None), "status", 0))


def asked_to_wait_s(error: BaseException) -> float | None:
    """How long Google asks to wait (Retry-After, RFC 9110 10.2.3), in seconds; None: it gives no number."""
    said = str((getattr(error, "resp", None) or {}).get("retry-after", ""))
    return float(said) if said.isascii() and said.isdigit() else None


def _said(error: BaseException) -> str:
    """Google's own sentence."""
    try:
        found = json.loads(getattr(error, "content", b""))["error"]["message"]
    except (ValueError, KeyError, TypeError):
        return ""
    return str(found)[:200]
