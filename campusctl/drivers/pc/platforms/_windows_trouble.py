"""What Ansible's psrp connection and its modules say when a Windows PC gives trouble, in our words. One table."""

import re
from collections.abc import Mapping
from typing import Final

from campusctl.drivers.pc.platforms.base import Json, Trouble
from campusctl.model.outcome import FaultKind

_LOGIN: Final = "see pc.login and pc.windows.winrm in the inventory"
_INSTALL: Final = "ansible-galaxy collection install -r playbooks/requirements.yml"

TABLE: Final[tuple[tuple[str, Trouble], ...]] = (
    (
        r"[Hh]ostname mismatch|IP address mismatch|doesn't match",
        Trouble(
            FaultKind.HOST_KEY,
            "its certificate is made out to another name or address",
            "its listener needs one for the address in the inventory",
        ),
    ),
    (
        r"certificate has expired|certificate is not yet valid",
        Trouble(
            FaultKind.HOST_KEY, "its certificate is not valid today", "renew it; is the clock right here and there?"
        ),
    ),
    (
        r"CERTIFICATE_VERIFY_FAILED|certificate verify failed",
        Trouble(
            FaultKind.HOST_KEY,
            "nobody we trust vouches for its certificate",
            "name the authority: pc.windows.winrm.ca_file",
        ),
    ),
    (
        r"Could not find a suitable TLS CA certificate bundle",
        Trouble(
            FaultKind.REFUSED,
            "the file with the certificates that we trust is not there",
            "see pc.windows.winrm.ca_file",
        ),
    ),
    (
        r"SSLError|SSL: |WRONG_VERSION_NUMBER|EOF occurred in violation of protocol",
        Trouble(
            FaultKind.REJECTED,
            "what listens there does not speak TLS as we do",
            "it must be an HTTPS listener: see docs/pcs-windows.md",
        ),
    ),
    (
        r"[Ff]ailed to authenticate|credentials were rejected|[Aa]ccess is denied|Unauthorized|auth method .* requires",
        Trouble(FaultKind.AUTH, "it refuses our account or password", _LOGIN),
    ),
    (
        r"[Cc]annot find KDC|Kerberos|GSSError|SpnegoError|No Kerberos credentials",
        Trouble(
            FaultKind.AUTH, "Kerberos gives us no ticket for it", "kinit, or another pc.windows.winrm.authentication"
        ),
    ),
    (
        r"pypsrp or dependencies are not installed",
        Trouble(FaultKind.REFUSED, "Windows PCs need the extra [windows]", "pip install 'campusctl[windows]'"),
    ),
    (
        r"(couldn't resolve module/action|was not found in configured module paths)",
        Trouble(FaultKind.REFUSED, "a collection of Ansible's for Windows is not installed", _INSTALL),
    ),
    (
        r"[Rr]ead timed? ?out|ReadTimeout|ConnectTimeout|[Tt]imed out",
        Trouble(FaultKind.TIMEOUT, "it stopped answering", "is it busy with updates, or switched off?"),
    ),
    (
        r"No route to host|Network is unreachable",
        Trouble(FaultKind.UNREACHABLE, "there is no way to it any more", "was it switched off just now?"),
    ),
    (
        r"Connection refused",
        Trouble(
            FaultKind.UNREACHABLE, "it is on, and nothing listens for WinRM", "see docs/pcs-windows.md for its listener"
        ),
    ),
    (
        r"RemoteDisconnected|Connection aborted|[Cc]onnection reset|Broken pipe",
        Trouble(FaultKind.UNREACHABLE, "the connection broke", "was it switched off, or its cable pulled?"),
    ),
    (
        r"There is not enough space on the disk|0x80070070|-2147024784",
        Trouble(FaultKind.REJECTED, "its disk is full", "make room on the PC"),
    ),
    (
        r"another installation is already in progress|exit(ed)? (with )?code 1618|ended with 1618|0x80070652",
        Trouble(FaultKind.LOCKED, "Windows Installer is at work on it", "the next run goes on from there"),
    ),
    (
        r"is not installed \(App Installer|Chocolatey is not installed",
        Trouble(
            FaultKind.REJECTED,
            "the source of its packages is missing on it",
            "install winget (App Installer) or Chocolatey there",
        ),
    ),
    (
        r"password does not meet the password policy",
        Trouble(
            FaultKind.REJECTED,
            "its rules refuse a password",
            "a longer one in the vault, or other rules on the PC",
        ),
    ),
)
"""Pattern and what it means; the first that is found counts."""

# No word may follow "password" here: what follows it is masked on the way to a person.
HIDDEN: Final = Trouble(
    FaultKind.REJECTED,
    "it does not take an account's password; why, it may not say here",
    "mostly it is too short or too simple for the rules of the PC",
)
"""A task with a password failed; what Windows says about it may hold the password."""

NOTHING_SAID: Final = Trouble(FaultKind.INTERNAL, "Ansible did not work on it", "please report this, with its profile")
"""No event came for a PC, though the run went to its end."""

_LONGEST: Final = 200


def translate(result: Mapping[str, Json], where: str = "") -> Trouble:
    """What a failed task or a lost PC means.

    Args:
        result: What Ansible says; `msg` is read.
        where: What the task was about, for a failure that nobody knows; empty: the connection.
    """
    text = str(result.get("msg") or "")
    for pattern, trouble in _COMPILED:
        if pattern.search(text):
            return trouble
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    said = (lines[0] if lines else "it does not say why").removeprefix("Task failed: ").removeprefix("Module failed: ")
    return Trouble(FaultKind.REJECTED, f"{where}: {said[:_LONGEST]}" if where else said[:_LONGEST])


_COMPILED: Final = tuple((re.compile(pattern), trouble) for pattern, trouble in TABLE)
