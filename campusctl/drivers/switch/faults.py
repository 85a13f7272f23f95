"""What can go wrong in a session, and how the libraries' exceptions are read: one table."""

from typing import Final

from campusctl.model.outcome import FaultKind
from campusctl.model.sentence import sentence
from campusctl.words.language import N_


class Rejection:
    """One command the device refused; secrets masked in both texts."""

    __slots__ = ("command", "reply")

    def __init__(self, command: str, reply: str) -> None:
        self.command = command
        """As sent, secrets as `<<secret:REF>>`."""
        self.reply = reply
        """The line of the reply that says no, or the whole short reply."""

    def __repr__(self) -> str:
        return f"Rejection({self.command!r}, {self.reply!r})"


class SessionError(Exception):
    """One device's trouble; the driver turns it into a `Fault`. No text in it holds a secret."""

    def __init__(
        self, kind: FaultKind, what: str, hint: str = "", *, sent: int = 0, rejected: Rejection | None = None
    ) -> None:
        super().__init__(what)
        self.kind = kind
        self.what = what
        """One sentence."""
        self.hint = hint or (sentence(_HINTS[kind]) if kind in _HINTS else "")
        """What to do first."""
        self.sent = sent
        """How many configuration commands were written to the device; it may have received all of them."""
        self.rejected = rejected
        """The first command the device refused, if that was the trouble."""


_HINTS: Final = {
    FaultKind.UNREACHABLE: N_("is the switch powered, cabled and at this address? try to ping it"),
    FaultKind.AUTH: N_("check the account and its secret in inventory/vault.yml, and the account on the switch"),
    FaultKind.TIMEOUT: N_("the switch may be busy or restarting: try again, or raise timeout_s for it"),
    FaultKind.MALFORMED: N_("log in by hand and look; the dialect in the inventory may be the wrong one"),
    FaultKind.REJECTED: N_("compare the command with the switch's firmware; read the running configuration again"),
}

_U, _T, _A, _H = FaultKind.UNREACHABLE, FaultKind.TIMEOUT, FaultKind.AUTH, FaultKind.HOST_KEY
_M, _R, _I = FaultKind.MALFORMED, FaultKind.REJECTED, FaultKind.INTERNAL

# By full name, so that reading the table imports no library. An exception's nearest listed ancestor counts.
TABLE: Final[dict[str, FaultKind]] = {
    "builtins.OSError": _U,
    "builtins.ConnectionError": _U,
    "builtins.BrokenPipeError": _U,
    "builtins.ConnectionAbortedError": _U,
    "builtins.ConnectionRefusedError": _U,
    "builtins.ConnectionResetError": _U,
    "builtins.TimeoutError": _T,
    "builtins.EOFError": _U,
    "socket.gaierror": _U,
    "socket.herror": _U,
    "netmiko.exceptions.NetmikoBaseException": _I,
    "netmiko.exceptions.ConnectionException": _U,
    "netmiko.exceptions.NetmikoTimeoutException": _U,
    "netmiko.exceptions.NetmikoAuthenticationException": _A,
    "netmiko.exceptions.ConfigInvalidException": _R,
    "netmiko.exceptions.WriteException": _U,
    "netmiko.exceptions.ReadException": _U,
    "netmiko.exceptions.ReadTimeout": _T,
    "netmiko.exceptions.NetmikoParsingException": _M,
    "paramiko.ssh_exception.SSHException": _U,
    "paramiko.ssh_exception.AuthenticationException": _A,
    "paramiko.ssh_exception.PasswordRequiredException": _A,
    "paramiko.ssh_exception.BadAuthenticationType": _A,
    "paramiko.ssh_exception.PartialAuthentication": _A,
    "paramiko.ssh_exception.UnableToAuthenticate": _A,
    "paramiko.ssh_exception.ChannelException": _U,
    "paramiko.ssh_exception.BadHostKeyException": _H,
    "paramiko.ssh_exception.IncompatiblePeer": _U,
    "paramiko.ssh_exception.ProxyCommandFailure": _U,
    "paramiko.ssh_exception.NoValidConnectionsError": _U,
    "paramiko.ssh_exception.CouldNotCanonicalize": _U,
    "paramiko.ssh_exception.ConfigParseError": _I,
    "paramiko.ssh_exception.MessageOrderError": _M,
    "paramiko.auth_strategy.AuthFailure": _A,
    "paramiko.pkey.UnknownKeyType": _M,
    "paramiko.sftp.SFTPError": _I,
    "ssh2.exceptions.SSH2Error": _U,
    "ssh2.exceptions.AgentError": _A,
    "ssh2.exceptions.AgentAuthenticationError": _A,
    "ssh2.exceptions.AgentConnectionError": _A,
    "ssh2.exceptions.AgentGetIdentityError": _A,
    "ssh2.exceptions.AgentListIdentitiesError": _A,
    "ssh2.exceptions.AgentProtocolError": _A,
    "ssh2.exceptions.AlgoUnsupportedError": _U,
    "ssh2.exceptions.AllocError": _I,
    "ssh2.exceptions.AuthenticationError": _A,
    "ssh2.exceptions.BadSocketError": _U,
    "ssh2.exceptions.BadUseError": _I,
    "ssh2.exceptions.BannerRecvError": _U,
    "ssh2.exceptions.BannerSendError": _U,
    "ssh2.exceptions.BufferTooSmallError": _I,
    "ssh2.exceptions.ChannelClosedError": _U,
    "ssh2.exceptions.ChannelEOFSentError": _U,
    "ssh2.exceptions.ChannelError": _U,
    "ssh2.exceptions.ChannelFailure": _U,
    "ssh2.exceptions.ChannelOutOfOrderError": _U,
    "ssh2.exceptions.ChannelPacketExceeded": _U,
    "ssh2.exceptions.ChannelRequestDenied": _U,
    "ssh2.exceptions.ChannelUnknownError": _U,
    "ssh2.exceptions.ChannelWindowExceeded": _U,
    "ssh2.exceptions.ChannelWindowFullError": _U,
    "ssh2.exceptions.CompressError": _M,
    "ssh2.exceptions.DecryptError": _M,
    "ssh2.exceptions.EncryptError": _M,
    "ssh2.exceptions.FileError": _A,
    "ssh2.exceptions.HashCalcError": _I,
    "ssh2.exceptions.HashInitError": _I,
    "ssh2.exceptions.HostkeyInitError": _H,
    "ssh2.exceptions.HostkeySignError": _H,
    "ssh2.exceptions.InvalidMACError": _M,
    "ssh2.exceptions.InvalidPollTypeError": _I,
    "ssh2.exceptions.InvalidRequestError": _I,
    "ssh2.exceptions.KexFailureError": _U,
    "ssh2.exceptions.KeyExchangeError": _U,
    "ssh2.exceptions.KeyfileAuthFailedError": _A,
    "ssh2.exceptions.KnownHostAddError": _H,
    "ssh2.exceptions.KnownHostCheckError": _H,
    "ssh2.exceptions.KnownHostCheckFailure": _H,
    "ssh2.exceptions.KnownHostCheckMisMatchError": _H,
    "ssh2.exceptions.KnownHostCheckNotFoundError": _H,
    "ssh2.exceptions.KnownHostDeleteError": _H,
    "ssh2.exceptions.KnownHostError": _H,
    "ssh2.exceptions.KnownHostGetError": _H,
    "ssh2.exceptions.KnownHostReadFileError": _H,
    "ssh2.exceptions.KnownHostReadLineError": _H,
    "ssh2.exceptions.KnownHostWriteFileError": _H,
    "ssh2.exceptions.KnownHostWriteLineError": _H,
    "ssh2.exceptions.MacFailureError": _M,
    "ssh2.exceptions.MethodNoneError": _U,
    "ssh2.exceptions.MethodNotSupported": _U,
    "ssh2.exceptions.MissingUserAuthBannerError": _A,
    "ssh2.exceptions.OutOfBoundaryError": _M,
    "ssh2.exceptions.PasswordExpiredError": _A,
    "ssh2.exceptions.ProtocolError": _M,
    "ssh2.exceptions.PublicKeyError": _A,
    "ssh2.exceptions.PublicKeyInitError": _A,
    "ssh2.exceptions.PublicKeyProtocolError": _A,
    "ssh2.exceptions.PublickeyUnverifiedError": _A,
    "ssh2.exceptions.RandGenError": _I,
    "ssh2.exceptions.RequestDeniedError": _U,
    "ssh2.exceptions.SCPProtocolError": _I,
    "ssh2.exceptions.SFTPError": _I,
    "ssh2.exceptions.SFTPHandleError": _I,
    "ssh2.exceptions.SFTPProtocolError": _I,
    "ssh2.exceptions.SessionError": _U,
    "ssh2.exceptions.SessionHandshakeError": _U,
    "ssh2.exceptions.SessionHostKeyError": _H,
    "ssh2.exceptions.SessionStartupError": _U,
    "ssh2.exceptions.SocketDisconnectError": _U,
    "ssh2.exceptions.SocketRecvError": _U,
    "ssh2.exceptions.SocketSendError": _U,
    "ssh2.exceptions.SocketTimeout": _T,
    "ssh2.exceptions.Timeout": _T,
    "ssh2.exceptions.UnknownError": _I,
    "ssh2.exceptions.ZlibError": _M,
}


def kind_of(error: BaseException) -> FaultKind:
    """The fault kind of a library's exception, by its nearest ancestor in the table; else INTERNAL."""
    for cls in type(error).__mro__:
        kind = TABLE.get(f"{cls.__module__}.{cls.__name__}")
        if kind is not None:
            return kind
    return FaultKind.INTERNAL


def translate(error: Exception, doing: str) -> SessionError:
    """The session error for a library's exception.

    Only the class and, for the operating system's errors, the system's own words are taken over: a library's text
    may quote what was sent.

    Args:
        error: What the library raised.
        doing: What we were doing, such as `connecting to 10.42.3.10:22`.
    """
    kind = kind_of(error)
    return SessionError(kind, f"{doing}: {_words(error)}")


def _words(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    name = type(error).__name__
    return _WORDS.get(name, f"the SSH session failed ({name})")


_WORDS: Final = {
    "ConnectionError": "no answer in time",
    "TimeoutError": "no answer in time",
    "Timeout": "no answer in time",
    "SocketTimeout": "no answer in time",
    "EOFError": "the connection broke",
    "BannerRecvError": "no SSH greeting came",
    "KexFailureError": "no algorithm in common",
    "KeyExchangeError": "no algorithm in common, or the key exchange broke",
    "AlgoUnsupportedError": "no algorithm in common",
    "IncompatiblePeer": "no algorithm in common",
    "SocketDisconnectError": "the connection broke",
    "SocketRecvError": "the connection broke",
    "SocketSendError": "the connection broke",
    "SSHException": "the SSH session could not be set up",
    "SSH2Error": "the SSH session broke off",
}
