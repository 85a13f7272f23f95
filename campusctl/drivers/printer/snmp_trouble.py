"""What goes wrong with SNMP, in our words. One table."""

from typing import Final

from campusctl.drivers.appliance.base import DeviceTroubleError
from campusctl.model.outcome import FaultKind


class SnmpSilentError(Exception):
    """Nothing answers: no power, no SNMP, or (v2c) a wrong community, which is never answered."""


class SnmpRefusedError(Exception):
    """An agent answers that it does not want us, or says what nobody can read."""

    def __init__(self, kind: FaultKind, what: str, hint: str = "") -> None:
        """Say why.

        Args:
            kind: What kind of trouble.
            what: One sentence.
            hint: What to do first.
        """
        super().__init__(what)
        self.kind, self.what, self.hint = kind, what, hint

    @property
    def trouble(self) -> DeviceTroubleError:
        """The same, for who cannot go on without SNMP."""
        return DeviceTroubleError(self.kind, self.what, self.hint)


_HINT: Final = "see printer.snmp, and who may what in the printer's own settings"

_REFUSED: Final = {
    "WrongDigest": "SNMP refuses our authentication passphrase (or its protocol)",
    "AuthenticationFailure": "SNMP refuses our authentication passphrase (or its protocol)",
    "AuthenticationError": "SNMP refuses our authentication passphrase (or its protocol)",
    "UnknownUserName": "SNMP does not know our user",
    "UnknownSecurityName": "SNMP does not know our user",
    "UnsupportedSecurityLevel": "SNMP wants the user with other passphrases: with both, with one, or with none",
    "DecryptionError": "SNMP refuses our privacy passphrase (or its protocol)",
    "NotInTimeWindow": "SNMP says that our clock is not its clock; it may have just restarted",
    "UnknownCommunityName": "SNMP refuses our community",
}
"""By the name of pysnmp's indication (RFC 3414, 3.2)."""


def indicated(indication: object) -> Exception:
    """What an indication of pysnmp's means."""
    name = type(indication).__name__
    if name == "RequestTimedOut":
        return SnmpSilentError()
    if name in _REFUSED:
        return SnmpRefusedError(FaultKind.AUTH, _REFUSED[name], _HINT)
    return unreadable(name)


def unreadable(why: str) -> SnmpRefusedError:
    """An answer that is none."""
    return SnmpRefusedError(FaultKind.MALFORMED, f"SNMP answers what nobody can read ({why})", "is it a printer?")


DENIED: Final = frozenset({"authorizationError", "noAccess"})
"""Statuses by which an agent says to a reader that it may not even look."""


def denied() -> SnmpRefusedError:
    """An agent that knows us and lets us see nothing."""
    return SnmpRefusedError(
        FaultKind.AUTH, "SNMP knows us and lets us see nothing: is there a passphrase too few?", _HINT
    )


SILENCE: Final = {
    "2c": "SNMP does not answer: it is off, or it does not know our community",
    "3": "SNMP does not answer: it is off, or our privacy passphrase is wrong",
}
"""What silence may mean, by version: what is wrong in these ways is never answered."""

_SET: Final = {
    "tooBig": "the request is too long for it",
    "noSuchName": "it lets nobody set it",
    "badValue": "it does not take this value",
    "readOnly": "it lets nobody set it",
    "genErr": "it had an error of its own",
    "noAccess": "our SNMP access may not set it",
    "wrongType": "it does not take this value",
    "wrongLength": "the value is too long for it",
    "wrongEncoding": "it does not take this value",
    "wrongValue": "it does not take this value",
    "noCreation": "it does not have it",
    "inconsistentValue": "it does not take this value now",
    "resourceUnavailable": "it cannot do that now",
    "commitFailed": "it had an error of its own",
    "undoFailed": "it had an error of its own",
    "authorizationError": "our SNMP access may not set it",
    "notWritable": "it lets nobody set it",
    "inconsistentName": "it does not have it",
}
"""By error status (RFC 3416, 3)."""


def set_words(status: str) -> str:
    """Why an agent does not set a value."""
    return f"{_SET.get(status, 'it refuses it')} ({status})"
