"""What Ansible, ssh, sudo and the module say when something goes wrong, in our words. One table."""

import re
from collections.abc import Mapping
from typing import Final

from campusctl.drivers.pc.platforms.base import Json, Trouble
from campusctl.model.outcome import FaultKind
from campusctl.model.secret import redact

NOTHING_SAID: Final = Trouble(
    FaultKind.INTERNAL, "Ansible did not work on it", "please report this, with the PC's profile"
)
"""No event came for a PC, though the run went to its end."""

_TRUST: Final = "compare the fingerprint with the PC, then: campusctl trust SCHOOL"
_REPLACED: Final = "was the PC installed anew? if nobody knows, do not log in; if so: campusctl trust SCHOOL --replace"
_SUDO: Final = "see pc.login.enable in the inventory, and /etc/sudoers.d on the PC"

TABLE: Final[tuple[tuple[str, Trouble], ...]] = (
    (r"REMOTE HOST IDENTIFICATION HAS CHANGED|[Hh]ost key for \S+ has changed",
     Trouble(FaultKind.HOST_KEY, "its host key has CHANGED", _REPLACED)),
    (r"REVOKED HOST KEY|marked as revoked",
     Trouble(FaultKind.HOST_KEY, "it shows a revoked host key", "give the PC a new one")),
    (r"No \S+ host key is known|Host key verification failed",
     Trouble(FaultKind.HOST_KEY, "its host key is unknown", _TRUST)),
    (r"Incorrect sudo password|[Ss]orry, try again|incorrect password attempt",
     Trouble(FaultKind.AUTH, "sudo refuses the password", _SUDO)),
    (r"Missing sudo password|^sudo: .*[Pp]asswor[dt]|a terminal is required to (read the password|authenticate)",
     Trouble(FaultKind.AUTH, "sudo wants a password, and the inventory names none", _SUDO)),
    (r"\bsudoers\b|is not allowed to (execute|run)|may not run sudo",
     Trouble(FaultKind.AUTH, "our account may not use sudo", _SUDO)),
    (r"\bsudo: (command )?(not found|No such file|.*nicht gefunden)",
     Trouble(FaultKind.REJECTED, "it has no sudo", "as root on the PC: apt-get install sudo")),
    (r"waiting for privilege escalation prompt|Timeout \(\d+s\) waiting for privilege",
     Trouble(FaultKind.TIMEOUT, "sudo does not answer", "does it look up a name that no server knows?")),
    (r"bad permissions|UNPROTECTED PRIVATE KEY FILE",
     Trouble(FaultKind.AUTH, "others may read our private key, so ssh does not use it", "chmod 600 the key file")),
    (r"(Load key|Identity file) .*(invalid format|error in libcrypto|No such file|not accessible)",
     Trouble(FaultKind.AUTH, "ssh cannot use our private key", "see pc.login.key_file in the inventory")),
    (r"Failed to add configured private key|incorrect passphrase|broken checksum",
     Trouble(FaultKind.AUTH, "our private key cannot be decrypted", "see pc.login.key_passphrase in the inventory")),
    (r"Permission denied|Invalid/incorrect password|Too many authentication failures|No more authentication methods",
     Trouble(FaultKind.AUTH, "it refuses our key or password", "see pc.login in the inventory, and authorized_keys")),
    (r"[Nn]o matching (host key type|key exchange method|cipher|MAC)|Unable to negotiate",
     Trouble(FaultKind.REJECTED, "it and we have no SSH algorithm in common", "update openssh-server on the PC")),
    (r"No route to host|Network is unreachable",
     Trouble(FaultKind.UNREACHABLE, "there is no way to it any more", "was it switched off just now?")),
    (r"Connection refused",
     Trouble(FaultKind.UNREACHABLE, "it is on, and nothing listens for ssh", "is openssh-server installed?")),
    (r"Could not resolve hostname|Name or service not known",
     Trouble(FaultKind.UNREACHABLE, "nobody knows its address", "the inventory needs an address, not a name")),
    (r"not responding|Operation timed out|Connection timed out|timed out during banner|Timeout, server",
     Trouble(FaultKind.TIMEOUT, "it stopped answering", "was it switched off, or its cable pulled?")),
    (r"The action '?.* failed to execute in the expected time|Timed out after \d+ ?s|expected time frame",
     Trouble(FaultKind.TIMEOUT, "it did not come to an end in time", "look at the PC: what is busy there?")),
    (r"closed by remote host|Connection (reset|closed)|Broken pipe|kex_exchange|connection to \S+ closed",
     Trouble(FaultKind.UNREACHABLE, "the connection broke", "was it switched off, or its cable pulled?")),
    (r"No space left on device|Errno 28",
     Trouble(FaultKind.REJECTED, "its disk is full", "make room on the PC: df -h, apt-get clean")),
    (r"Disk quota exceeded|Errno 122",
     Trouble(FaultKind.REJECTED, "a disk quota on it is used up", "make room on the PC")),
    (r"Read-only file system|Errno 30",
     Trouble(FaultKind.REJECTED, "its disk is mounted read-only", "look at the PC: dmesg says why")),
    (r"Input/output error|Errno 5\b",
     Trouble(FaultKind.REJECTED, "its disk gives read or write errors", "look at the PC: the disk may be dying")),
    (r"Cannot allocate memory|MemoryError|Errno 12\b|Out of memory",
     Trouble(FaultKind.REJECTED, "its memory is used up", "restart the PC")),
    (r"python3?: (command )?(not found|No such file)|interpreter .*(not found|No such file)|No module named '?ansible",
     Trouble(FaultKind.REJECTED, "there is no Python 3 on it", "on the PC: apt-get install python3")),
    (r"requires a minimum of Python|SyntaxError: |Unsupported Python|python version .*not supported",
     Trouble(FaultKind.REJECTED, "its Python is too old", "Debian 11 or later has a Python that is new enough")),
    (r"Failed to create temporary directory|Failed to set permissions on the temporary",
     Trouble(FaultKind.REJECTED, "our account cannot write on it", "is its home there, and its disk not full?")),
    (r"This account is currently not available|System is booting up|nologin",
     Trouble(FaultKind.REJECTED, "it lets nobody in at the moment", "is it starting, or the account locked?")),
    (r"couldn't resolve module/action '(?:ansible|community)\.windows",
     Trouble(FaultKind.REFUSED, "a collection of Ansible's for Windows is not installed",
             "ansible-galaxy collection install -r playbooks/requirements.yml")),
    (r"was not found in configured module paths|couldn't resolve module/action|No module named \S*campusctl",
     Trouble(FaultKind.INTERNAL, "Ansible does not find a module", "see playbooks/requirements.yml")),
)  # fmt: skip
"""Pattern and what it means; the first that is found counts."""

_KILLED: Final = Trouble(
    FaultKind.UNVERIFIED, "the work on it was killed midway", "the next plan says what was done and what was not"
)
_KILLED_CODES: Final = frozenset({137, -9, 143, -15})
_NO_COMMAND: Final = 127

_NO_PYTHON: Final = Trouble(FaultKind.REJECTED, "there is no Python 3 on it", "on the PC: apt-get install python3")

_LONGEST: Final = 200


def translate(result: Mapping[str, Json]) -> Trouble:
    """What a failed task or a lost PC means.

    Args:
        result: What Ansible says: any of `msg`, `module_stderr`, `module_stdout`, `stderr`, `exception`, `rc`.
    """
    text = "\n".join(str(result[key]) for key in _TEXTS if result.get(key))
    for pattern, trouble in _COMPILED:
        if pattern.search(text):
            return trouble
    code = result["rc"] if isinstance(result.get("rc"), int) else 0
    if code in _KILLED_CODES or re.search(r"^Killed$|\bKilled\b.*python", text, re.MULTILINE):
        return _KILLED
    if code == _NO_COMMAND:
        return _NO_PYTHON
    if result.get("unreachable"):
        return Trouble(FaultKind.UNREACHABLE, f"no connection: {_first_line(text)}", "try `ssh` by hand")
    return Trouble(
        FaultKind.REJECTED, f"it failed: {_first_line(text)}", "the same by hand says more: see docs/ansible.md"
    )


def engine_trouble(last_words: str) -> Trouble:
    """Why a run of Ansible did not go to its end.

    Args:
        last_words: The end of what it wrote about errors.
    """
    lines = [line.strip() for line in last_words.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith(("ERROR", "[ERROR]", "fatal:"))]
    said = (errors or lines or ["it does not say why"])[-1]
    return Trouble(
        FaultKind.INTERNAL, f"Ansible gave up: {_first_line(said)}", "try the playbook by hand: docs/ansible.md"
    )


_TEXTS: Final = ("msg", "module_stderr", "module_stdout", "stderr", "exception")
_COMPILED: Final = tuple((re.compile(pattern, re.MULTILINE), trouble) for pattern, trouble in TABLE)


def _first_line(text: str) -> str:
    """The first line that says something."""
    lines = (line.strip() for line in text.splitlines())
    line = redact(next((line for line in lines if line), "it does not say why"))
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
