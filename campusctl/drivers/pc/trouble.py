"""What Ansible, ssh, sudo and the module say when something goes wrong, in our words. One table."""

import re
from collections.abc import Mapping
from typing import Final

from campusctl.drivers.pc.platforms.base import Json, Trouble
from campusctl.model.outcome import FaultKind
from campusctl.model.secret import redact
from campusctl.model.sentence import sentence
from campusctl.words.language import N_

NOTHING_SAID: Final = Trouble(
    FaultKind.INTERNAL,
    sentence("Ansible did not work on it"),
    sentence("please report this, with the PC's profile"),
)
"""No event came for a PC, though the run went to its end."""

_TRUST: Final = N_("compare the fingerprint with the PC, then: campusctl trust SCHOOL")
_REPLACED: Final = N_(
    "was the PC installed anew? if nobody knows, do not log in; if so: campusctl trust SCHOOL --replace"
)
_SUDO: Final = N_("see pc.login.enable in the inventory, and /etc/sudoers.d on the PC")

TABLE: Final[tuple[tuple[str, Trouble], ...]] = (
    (
        r"REMOTE HOST IDENTIFICATION HAS CHANGED|[Hh]ost key for \S+ has changed",
        Trouble(FaultKind.HOST_KEY, N_("its host key has CHANGED"), _REPLACED),
    ),
    (
        r"REVOKED HOST KEY|marked as revoked",
        Trouble(FaultKind.HOST_KEY, N_("it shows a revoked host key"), N_("give the PC a new one")),
    ),
    (
        r"No \S+ host key is known|Host key verification failed",
        Trouble(FaultKind.HOST_KEY, N_("its host key is unknown"), _TRUST),
    ),
    (
        r"Incorrect sudo password|[Ss]orry, try again|incorrect password attempt",
        Trouble(FaultKind.AUTH, N_("sudo refuses the password"), _SUDO),
    ),
    (
        r"Missing sudo password|^sudo: .*[Pp]asswor[dt]|a terminal is required to (read the password|authenticate)",
        Trouble(FaultKind.AUTH, N_("sudo wants a password, and the inventory names none"), _SUDO),
    ),
    (
        r"\bsudoers\b|is not allowed to (execute|run)|may not run sudo",
        Trouble(FaultKind.AUTH, N_("our account may not use sudo"), _SUDO),
    ),
    (
        r"\bsudo: (command )?(not found|No such file|.*nicht gefunden)",
        Trouble(FaultKind.REJECTED, N_("it has no sudo"), N_("as root on the PC: apt-get install sudo")),
    ),
    (
        r"waiting for privilege escalation prompt|Timeout \(\d+s\) waiting for privilege",
        Trouble(FaultKind.TIMEOUT, N_("sudo does not answer"), N_("does it look up a name that no server knows?")),
    ),
    (
        r"bad permissions|UNPROTECTED PRIVATE KEY FILE",
        Trouble(
            FaultKind.AUTH, N_("others may read our private key, so ssh does not use it"), N_("chmod 600 the key file")
        ),
    ),
    (
        r"(Load key|Identity file) .*(invalid format|error in libcrypto|No such file|not accessible)",
        Trouble(FaultKind.AUTH, N_("ssh cannot use our private key"), N_("see pc.login.key_file in the inventory")),
    ),
    (
        r"Failed to add configured private key|incorrect passphrase|broken checksum",
        Trouble(
            FaultKind.AUTH,
            N_("our private key cannot be decrypted"),
            N_("see pc.login.key_passphrase in the inventory"),
        ),
    ),
    (
        r"Permission denied|Invalid/incorrect password|Too many authentication failures|No more authentication methods",
        Trouble(
            FaultKind.AUTH,
            N_("it refuses our key or password"),
            N_("see pc.login in the inventory, and authorized_keys"),
        ),
    ),
    (
        r"[Nn]o matching (host key type|key exchange method|cipher|MAC)|Unable to negotiate",
        Trouble(
            FaultKind.REJECTED, N_("it and we have no SSH algorithm in common"), N_("update openssh-server on the PC")
        ),
    ),
    (
        r"No route to host|Network is unreachable",
        Trouble(FaultKind.UNREACHABLE, N_("there is no way to it any more"), N_("was it switched off just now?")),
    ),
    (
        r"Connection refused",
        Trouble(FaultKind.UNREACHABLE, N_("it is on, and nothing listens for ssh"), N_("is openssh-server installed?")),
    ),
    (
        r"Could not resolve hostname|Name or service not known",
        Trouble(
            FaultKind.UNREACHABLE, N_("nobody knows its address"), N_("the inventory needs an address, not a name")
        ),
    ),
    (
        r"not responding|Operation timed out|Connection timed out|timed out during banner|Timeout, server",
        Trouble(FaultKind.TIMEOUT, N_("it stopped answering"), N_("was it switched off, or its cable pulled?")),
    ),
    (
        r"The action '?.* failed to execute in the expected time|Timed out after \d+ ?s|expected time frame",
        Trouble(FaultKind.TIMEOUT, N_("it did not come to an end in time"), N_("look at the PC: what is busy there?")),
    ),
    (
        r"closed by remote host|Connection (reset|closed)|Broken pipe|kex_exchange|connection to \S+ closed",
        Trouble(FaultKind.UNREACHABLE, N_("the connection broke"), N_("was it switched off, or its cable pulled?")),
    ),
    (
        r"No space left on device|Errno 28",
        Trouble(FaultKind.REJECTED, N_("its disk is full"), N_("make room on the PC: df -h, apt-get clean")),
    ),
    (
        r"Disk quota exceeded|Errno 122",
        Trouble(FaultKind.REJECTED, N_("a disk quota on it is used up"), N_("make room on the PC")),
    ),
    (
        r"Read-only file system|Errno 30",
        Trouble(FaultKind.REJECTED, N_("its disk is mounted read-only"), N_("look at the PC: dmesg says why")),
    ),
    (
        r"Input/output error|Errno 5\b",
        Trouble(
            FaultKind.REJECTED, N_("its disk gives read or write errors"), N_("look at the PC: the disk may be dying")
        ),
    ),
    (
        r"Cannot allocate memory|MemoryError|Errno 12\b|Out of memory",
        Trouble(FaultKind.REJECTED, N_("its memory is used up"), N_("restart the PC")),
    ),
    (
        (
            r"python3?: (command )?(not found|No such file)|interpreter .*(not found|No such file)"
            r"|No module named '?ansible"
        ),
        Trouble(FaultKind.REJECTED, N_("there is no Python 3 on it"), N_("on the PC: apt-get install python3")),
    ),
    (
        r"requires a minimum of Python|SyntaxError: |Unsupported Python|python version .*not supported",
        Trouble(
            FaultKind.REJECTED, N_("its Python is too old"), N_("Debian 11 or later has a Python that is new enough")
        ),
    ),
    (
        r"Failed to create temporary directory|Failed to set permissions on the temporary",
        Trouble(
            FaultKind.REJECTED, N_("our account cannot write on it"), N_("is its home there, and its disk not full?")
        ),
    ),
    (
        r"This account is currently not available|System is booting up|nologin",
        Trouble(
            FaultKind.REJECTED, N_("it lets nobody in at the moment"), N_("is it starting, or the account locked?")
        ),
    ),
    (
        r"couldn't resolve module/action '(?:ansible|community)\.windows",
        Trouble(
            FaultKind.REFUSED,
            N_("a collection of Ansible's for Windows is not installed"),
            N_("ansible-galaxy collection install -r playbooks/requirements.yml"),
        ),
    ),
    (
        r"was not found in configured module paths|couldn't resolve module/action|No module named \S*campusctl",
        Trouble(FaultKind.INTERNAL, N_("Ansible does not find a module"), N_("see playbooks/requirements.yml")),
    ),
)
"""Pattern and what it means; the first that is found counts."""

_KILLED: Final = Trouble(
    FaultKind.UNVERIFIED,
    N_("the work on it was killed midway"),
    N_("the next plan says what was done and what was not"),
)
_KILLED_CODES: Final = frozenset({137, -9, 143, -15})
_NO_COMMAND: Final = 127

_NO_PYTHON: Final = Trouble(
    FaultKind.REJECTED, N_("there is no Python 3 on it"), N_("on the PC: apt-get install python3")
)

_LONGEST: Final = 200


def translate(result: Mapping[str, Json]) -> Trouble:
    """What a failed task or a lost PC means.

    Args:
        result: What Ansible says: any of `msg`, `module_stderr`, `module_stdout`, `stderr`, `exception`, `rc`.
    """
    text = "\n".join(str(result[key]) for key in _TEXTS if result.get(key))
    for pattern, trouble in _COMPILED:
        if pattern.search(text):
            return _told(trouble)
    code = result["rc"] if isinstance(result.get("rc"), int) else 0
    if code in _KILLED_CODES or re.search(r"^Killed$|\bKilled\b.*python", text, re.MULTILINE):
        return _told(_KILLED)
    if code == _NO_COMMAND:
        return _told(_NO_PYTHON)
    if result.get("unreachable"):
        what = sentence("no connection: {why}", why=_first_line(text))
        return Trouble(FaultKind.UNREACHABLE, what, sentence("try `ssh` by hand"))
    what = sentence("it failed: {why}", why=_first_line(text))
    return Trouble(FaultKind.REJECTED, what, sentence("the same by hand says more: see docs/ansible.md"))


def _told(trouble: Trouble) -> Trouble:
    """A trouble of the table, as sentences that other languages say, too."""
    return trouble._replace(what=sentence(trouble.what), hint=sentence(trouble.hint))


def engine_trouble(last_words: str) -> Trouble:
    """Why a run of Ansible did not go to its end.

    Args:
        last_words: The end of what it wrote about errors.
    """
    lines = [line.strip() for line in last_words.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith(("ERROR", "[ERROR]", "fatal:"))]
    said = (errors or lines or ["it does not say why"])[-1]
    what = sentence("Ansible gave up: {why}", why=_first_line(said))
    return Trouble(FaultKind.INTERNAL, what, sentence("try the playbook by hand: docs/ansible.md"))


_TEXTS: Final = ("msg", "module_stderr", "module_stdout", "stderr", "exception")
_COMPILED: Final = tuple((re.compile(pattern, re.MULTILINE), trouble) for pattern, trouble in TABLE)


def _first_line(text: str) -> str:
    """The first line that says something."""
    lines = (line.strip() for line in text.splitlines())
    line = redact(next((line for line in lines if line), "it does not say why"))
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
