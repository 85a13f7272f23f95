"""One table reads every exception of the libraries underneath a session."""

import inspect
import socket
import ssl
from collections.abc import Iterator
from types import ModuleType

import netmiko.exceptions
import paramiko
import paramiko.ssh_exception
import pytest
import ssh2.exceptions

from campusctl.drivers.switch.faults import TABLE, SessionError, kind_of, translate
from campusctl.model.outcome import FaultKind


def exceptions_of(module: ModuleType) -> Iterator[type[BaseException]]:
    """The public exception classes a module offers."""
    for name, cls in vars(module).items():
        if inspect.isclass(cls) and issubclass(cls, BaseException) and not name.startswith("_"):
            yield cls


@pytest.mark.parametrize(
    "module",
    [netmiko.exceptions, paramiko, paramiko.ssh_exception, ssh2.exceptions, socket],
    ids=lambda module: module.__name__,
)
def test_the_table_is_complete(module: ModuleType) -> None:
    """Every public exception class of the libraries has a line of its own."""
    names = {f"{cls.__module__}.{cls.__name__}" for cls in exceptions_of(module)}
    assert names - set(TABLE) == set()


def test_the_table_names_nothing_that_does_not_exist() -> None:
    """A line for a class that a library has dropped would never be read."""
    for name in TABLE:
        module, _, cls = name.rpartition(".")
        if module in ("paramiko.auth_strategy", "paramiko.pkey", "paramiko.sftp"):
            assert hasattr(paramiko, cls), name
        else:
            assert hasattr(__import__(module, fromlist=[cls]), cls), name


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ConnectionRefusedError(111, "Connection refused"), FaultKind.UNREACHABLE),
        (TimeoutError(), FaultKind.TIMEOUT),
        (ssl.SSLError(), FaultKind.UNREACHABLE),
        (ssh2.exceptions.AuthenticationError(), FaultKind.AUTH),
        (ssh2.exceptions.Timeout(), FaultKind.TIMEOUT),
        (netmiko.exceptions.ReadTimeout(), FaultKind.TIMEOUT),
        (netmiko.exceptions.NetmikoTimeoutException(), FaultKind.UNREACHABLE),
        (paramiko.ssh_exception.BadAuthenticationType("no", ["publickey"]), FaultKind.AUTH),
        (ZeroDivisionError(), FaultKind.INTERNAL),
    ],
)
def test_the_nearest_ancestor_counts(error: Exception, kind: FaultKind) -> None:
    """A subclass that the table does not name is read like its parent; a stranger is our bug."""
    assert kind_of(error) is kind


def test_a_librarys_text_is_not_passed_on() -> None:
    """It may quote what was sent; the operating system's words may not."""
    wrong = translate(paramiko.SSHException("sent: canary"), "connecting to 10.0.0.1:22")
    assert (wrong.what, str(wrong)) == (("connecting to 10.0.0.1:22: the SSH session could not be set up",) * 2)
    refused = translate(ConnectionRefusedError(111, "Connection refused"), "connecting to 10.0.0.1:22")
    assert refused.what == "connecting to 10.0.0.1:22: Connection refused"
    assert refused.hint == "is the switch powered, cabled and at this address? try to ping it"


def test_a_session_error_says_what_to_do() -> None:
    """Each kind has a hint unless the place knows a better one."""
    assert SessionError(FaultKind.AUTH, "no").hint.startswith("check the account")
    assert SessionError(FaultKind.AUTH, "no", "ask").hint == "ask"
