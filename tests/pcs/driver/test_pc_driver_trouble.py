"""What Ansible 2.19, ssh, sudo and sh say when something goes wrong, and what we make of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campusctl.drivers.pc.trouble import TABLE, engine_trouble, translate
from campusctl.model.outcome import FaultKind

NO_SSH = 'Task failed: Data could not be sent to remote host "127.0.0.1". Make sure this host can be reached over ssh: '
NO_JSON = "Module result deserialization failed: No start of json char found"


def lost(said: str) -> dict[str, object]:
    """As Ansible tells of a host that it did not reach."""
    return {"unreachable": True, "msg": NO_SSH + said, "changed": False}


def broke(said: str, code: int = 1, out: str = "") -> dict[str, object]:
    """As Ansible tells of a module that gave no answer."""
    return {"msg": NO_JSON, "module_stdout": out, "module_stderr": said, "rc": code, "changed": False}


CHANGED_KEY = """\
@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@\r
@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\r
@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@\r
IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!\r
Host key for [127.0.0.1]:41001 has changed and you have requested strict checking.\r
Host key verification failed."""

UNKNOWN_KEY = (
    "No ED25519 host key is known for [127.0.0.1]:41001 and you have requested strict checking.\r\n"
    "Host key verification failed."
)

# Captured from ansible-core 2.19.14 with OpenSSH 9.2 and sudo 1.9.13 on Debian 12, except where the comment says more.
CAPTURED = [
    ("changed key", lost(CHANGED_KEY), FaultKind.HOST_KEY, "its host key has CHANGED"),
    ("revoked key", lost("@       WARNING: REVOKED HOST KEY DETECTED!  @\r\nHost key verification failed."),
     FaultKind.HOST_KEY, "it shows a revoked host key"),
    ("unknown key", lost(UNKNOWN_KEY), FaultKind.HOST_KEY, "its host key is unknown"),
    ("wrong key", lost("campus@127.0.0.1: Permission denied (publickey,password)."),
     FaultKind.AUTH, "it refuses our key or password"),
    ("too many keys", lost("Received disconnect from 127.0.0.1 port 22:2: Too many authentication failures"),
     FaultKind.AUTH, "it refuses our key or password"),
    ("passphrase", {"unreachable": True, "msg": "Task failed: Failed to authenticate: Failed to add configured private "
                    "key into ssh-agent: Corrupt data: broken checksum"},
     FaultKind.AUTH, "our private key cannot be decrypted"),
    ("open key", lost("Permissions 0644 for '/keys/pc' are too open.\r\nLoad key \"/keys/pc\": bad permissions\r\n"
                      "campus@127.0.0.1: Permission denied (publickey)."),
     FaultKind.AUTH, "others may read our private key, so ssh does not use it"),
    ("no key", lost('Load key "/keys/pc": error in libcrypto\r\ncampus@127.0.0.1: Permission denied (publickey).'),
     FaultKind.AUTH, "ssh cannot use our private key"),
    ("sudo wrong", {"msg": "Task failed: Incorrect sudo password"}, FaultKind.AUTH, "sudo refuses the password"),
    ("sudo missing", {"msg": "Task failed: Missing sudo password"},
     FaultKind.AUTH, "sudo wants a password, and the inventory names none"),
    ("sudo -n", broke("sudo: a password is required\n"),
     FaultKind.AUTH, "sudo wants a password, and the inventory names none"),
    ("sudo in German", broke("sudo: Ein Passwort ist notwendig\n"),
     FaultKind.AUTH, "sudo wants a password, and the inventory names none"),
    ("no sudoer in German", broke("nosudo befindet sich nicht in der Datei »sudoers«.\n"),
     FaultKind.AUTH, "our account may not use sudo"),
    ("no sudoer", broke("nosudo is not in the sudoers file.\n"), FaultKind.AUTH, "our account may not use sudo"),
    ("no sudo", broke("/bin/sh: 1: sudo: not found\n", 127), FaultKind.REJECTED, "it has no sudo"),
    ("sudo mute", {"msg": "Task failed: Timeout (12s) waiting for privilege escalation prompt: "},
     FaultKind.TIMEOUT, "sudo does not answer"),
    ("algorithms", lost("Unable to negotiate with 127.0.0.1 port 22: no matching host key type found. Their offer: x"),
     FaultKind.REJECTED, "it and we have no SSH algorithm in common"),
    ("no route", lost("ssh: connect to host 10.42.101.11 port 22: No route to host"),
     FaultKind.UNREACHABLE, "there is no way to it any more"),
    ("refused", lost("ssh: connect to host 127.0.0.1 port 41099: Connection refused"),
     FaultKind.UNREACHABLE, "it is on, and nothing listens for ssh"),
    ("no name", lost("ssh: Could not resolve hostname pc: Name or service not known"),
     FaultKind.UNREACHABLE, "nobody knows its address"),
    ("pulled", lost("Timeout, server 127.0.0.1 not responding."), FaultKind.TIMEOUT, "it stopped answering"),
    ("connect", lost("ssh: connect to host 10.42.101.11 port 22: Connection timed out"),
     FaultKind.TIMEOUT, "it stopped answering"),
    ("too long", {"timedout": {"period": 12}, "msg": "Task failed: Timed out after 12 second(s).", "changed": False},
     FaultKind.TIMEOUT, "it did not come to an end in time"),
    ("broke", lost("Connection to 127.0.0.1 closed by remote host."), FaultKind.UNREACHABLE, "the connection broke"),
    ("full", {"msg": "Task failed: Module failed: [Errno 28] No space left on device: '/tmp/x'", "changed": False},
     FaultKind.REJECTED, "its disk is full"),
    ("quota", {"msg": "Task failed: Module failed: [Errno 122] Disk quota exceeded: '/home/x'"},
     FaultKind.REJECTED, "a disk quota on it is used up"),
    ("read-only", {"msg": "Task failed: Module failed: [Errno 30] Read-only file system: '/etc/motd'"},
     FaultKind.REJECTED, "its disk is mounted read-only"),
    ("dying", {"msg": "Task failed: Module failed: [Errno 5] Input/output error: '/etc/motd'"},
     FaultKind.REJECTED, "its disk gives read or write errors"),
    ("memory", {"msg": "Task failed: Module failed: [Errno 12] Cannot allocate memory"},
     FaultKind.REJECTED, "its memory is used up"),
    ("no python", {"msg": "The module interpreter '/usr/bin/python3' was not found.", "rc": 127,
                   "module_stderr": "/bin/sh: 1: /usr/bin/python3: not found\n"},
     FaultKind.REJECTED, "there is no Python 3 on it"),
    ("old python", broke('  File "<stdin>", line 12\nSyntaxError: invalid syntax\n'),
     FaultKind.REJECTED, "its Python is too old"),
    ("no temp", {"msg": "Failed to create temporary directory. In some cases, you may have been able to authenticate"},
     FaultKind.REJECTED, "our account cannot write on it"),
    ("nologin", broke("", 1, "This account is currently not available.\n"),
     FaultKind.REJECTED, "it lets nobody in at the moment"),
    ("no module", {"msg": "couldn't resolve module/action 'community.general.timezone'"},
     FaultKind.INTERNAL, "Ansible does not find a module"),
    ("no collection", {"msg": "couldn't resolve module/action 'ansible.windows.win_feature'"},
     FaultKind.REFUSED, "a collection of Ansible's for Windows is not installed"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "kind", "what"), [case[1:] for case in CAPTURED], ids=[case[0] for case in CAPTURED])
def test_what_was_captured_has_its_own_word(said: dict[str, object], kind: FaultKind, what: str) -> None:
    """And says what to do first."""
    trouble = translate(said)
    assert (trouble.kind, trouble.what) == (kind, what)
    assert trouble.hint


def test_every_row_of_the_table_was_met() -> None:
    """The table has no row that nothing captured leads to."""
    met = {translate(case[1]) for case in CAPTURED}
    assert [trouble.what for _, trouble in TABLE if trouble not in met] == []


@pytest.mark.parametrize(
    ("said", "kind", "what"),
    [
        (broke("Killed\n", 137), FaultKind.UNVERIFIED, "the work on it was killed midway"),
        (broke("", -9), FaultKind.UNVERIFIED, "the work on it was killed midway"),
        (broke("", 143), FaultKind.UNVERIFIED, "the work on it was killed midway"),
        (broke("", 127), FaultKind.REJECTED, "there is no Python 3 on it"),
        (lost("what a pity"), FaultKind.UNREACHABLE, f"no connection: {NO_SSH}what a pity"),
        ({"msg": "what a pity\nand more"}, FaultKind.REJECTED, "it failed: what a pity"),
        ({}, FaultKind.REJECTED, "it failed: it does not say why"),
        ({"msg": "snmp community geheim"}, FaultKind.REJECTED, "it failed: snmp community ********"),
    ],
)
def test_what_nobody_has_met_yet_is_told_by_its_first_line(said: dict[str, object], kind: FaultKind, what: str) -> None:
    """And what looks like a secret is masked; a code that says it all is enough."""
    trouble = translate(said)
    assert (trouble.kind, trouble.what) == (kind, what)


@given(
    st.dictionaries(
        st.sampled_from(["msg", "module_stderr", "module_stdout", "rc", "unreachable", "exception"]),
        st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text()),
    )
)
def test_whatever_is_said_becomes_one_line(said: dict[str, object]) -> None:
    """Of a length that fits a table."""
    what = translate(said).what
    assert len(what.splitlines()) == 1
    assert len(what) < 300


def test_an_engine_that_gives_up_is_quoted_with_its_last_error() -> None:
    """The last line that is an error, else the last one."""
    said = "[WARNING]: x\n[ERROR]: YAML parsing failed: did not find expected key\nOrigin: /w/playbooks/pcs.yml:3\n"
    assert engine_trouble(said).what == "Ansible gave up: [ERROR]: YAML parsing failed: did not find expected key"
    assert engine_trouble("a\nb\n\n").what == "Ansible gave up: b"
    assert engine_trouble("").what == "Ansible gave up: it does not say why"
