"""Events of a playbook for Windows, read: modules say differences in their own ways, and trouble in theirs."""

from typing import Any

import pytest

from campusctl.drivers.pc.platforms._windows_edits import edits_of
from campusctl.drivers.pc.platforms._windows_trouble import HIDDEN, NOTHING_SAID, TABLE, translate
from campusctl.drivers.pc.platforms.base import Event, Work
from campusctl.drivers.pc.platforms.windows import Windows
from campusctl.errors import CampusError, MissingExtraError
from campusctl.model.outcome import FaultKind
from campusctl.model.plan import DeviceLogin, Target
from campusctl.model.secret import redact

WORK = Work(document={"format": 1, "os": "windows"}, salt="0" * 32)
LOGIN = DeviceLogin(host="10.42.30.11", port=5986, user="campus", password="pc/login", known_hosts="/nonexistent")
TARGET = Target(
    device="s042-r302-pc01", school="schule-042", driver="pc", dialect="windows", login=LOGIN, intended="{}"
)


def _item(edit: list[str], diff: object = None, kind: str = "item", **more: Any) -> Event:  # noqa: ANN401 - an item's values
    result: dict[str, Any] = {"item": {"edit": edit, "name": edit[1], **more}}
    if diff is not None:
        result["diff"] = diff
    return Event(
        kind, TARGET.device, task="t1", name="Task", action="ansible.windows.win_x", changed=True, result=result
    )


DIFFERENCES = [
    (_item(["service", "Spooler"], {"before": {"state": "started", "name": "Spooler"},
                                    "after": {"state": "stopped", "name": "Spooler"}}),
     [(("service", "Spooler", "state"), "started", "stopped")]),
    (_item(["group", "klasse"], {"before": None, "after": {"name": "klasse", "members": []}}),
     [(("group", "klasse"), None, "present")]),
    (_item(["user", "x"], {"before": {"groups": ["b", "a"]}, "after": {"groups": ["a", "b"]}}), None),
    (_item(["user", "x"], {"before": {"password": "REDACTED"}, "after": {"password": "CHANGED REDACTED"}}), None),
    (_item(["task", "a"], {"prepared": "+[Task]\n+\\campusctl\\a\n"}, state="present"),
     [(("task", "a"), None, "[Task]\n\\campusctl\\a")]),
    (_item(["task", "a"], {"prepared": "[Actions]\naction[0] = {\n  -Path=x,\n  +Path=y\n}"}, state="present"),
     [(("task", "a"), "Path=x,", "Path=y")]),
    (_item(["firewall", "rules", "a"], {"prepared": "-[a]\n-Direction='1'\n"}, state="absent"),
     [(("firewall", "rules", "a"), "present", None)]),
    (_item(["feature", "SMB1"], state="absent"), [(("feature", "SMB1"), "present", "absent")]),
    (_item(["power", "plan"], guid="g"), [(("power", "plan"), "?", "g")]),
    (_item(["timezone", "zone"], {"before": "UTC\n", "after": "W. Europe Standard Time\n"}),
     [(("timezone", "zone"), "UTC", "W. Europe Standard Time")]),
    (_item(["registry", "HKLM:\\X", "A"], {"before": {"HKLM:\\X": {"A": {"type": "DWord", "value": "0x0000000a"}}},
                                           "after": {"HKLM:\\X": {"A": {"type": "DWord", "value": "0x00000001"}}}},
           data=1), [(("registry", "HKLM:\\X", "A"), 10, 1)]),
    (_item(["registry", "HKLM:\\X", "A"], {"before": {"HKLM:\\X": {"A": {"type": "MultiString", "value": ["a"]}}},
                                           "after": {"HKLM:\\X": {}}}, state="absent"),
     [(("registry", "HKLM:\\X", "A"), ("a",), None)]),
    (_item(["feature", "X"], ["no", "map"], state="present"), [(("feature", "X"), "absent", "present")]),
]  # fmt: skip


@pytest.mark.parametrize(("event", "wanted"), DIFFERENCES)
def test_a_difference_becomes_edits(event: Event, wanted: list[Any] | None) -> None:
    """Fields where there are fields, texts where there are texts; what is not told is told by what was asked for."""
    found = [(edit.path, edit.before, edit.after) for edit in edits_of(event, done=False)]
    assert found == (wanted or [(("user", "x"), "?", "x")])


UNTRUSTED = (
    "Task failed: Failed to connect to the host via PSRP: HTTPSConnectionPool(host='127.0.0.1', port=4): Max retries "
    "exceeded with url: /wsman (Caused by SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] "
    "certificate verify failed: unable to get local issuer certificate (_ssl.c:1006)')))"
)
SAID = [
    ("Task failed: failed to authenticate with the server: Failed to authenticate the user campus with basic",
     FaultKind.AUTH, "it refuses our account or password"),
    (UNTRUSTED,
     FaultKind.HOST_KEY, "nobody we trust vouches for its certificate"),
    ("... certificate verify failed: IP address mismatch, certificate is not valid for '127.0.0.2'. (_ssl.c:1006)",
     FaultKind.HOST_KEY, "its certificate is made out to another name or address"),
    ("... certificate verify failed: certificate has expired (_ssl.c:1006)",
     FaultKind.HOST_KEY, "its certificate is not valid today"),
    ("Task failed: Could not find a suitable TLS CA certificate bundle, invalid path: /x.pem",
     FaultKind.REFUSED, "the file with the certificates that we trust is not there"),
    ("SSLError(1, '[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)')",
     FaultKind.REJECTED, "what listens there does not speak TLS as we do"),
    ("Task failed: ('Connection aborted.', RemoteDisconnected('Remote end closed connection without response'))",
     FaultKind.UNREACHABLE, "the connection broke"),
    ("... Failed to establish a new connection: [Errno 111] Connection refused",
     FaultKind.UNREACHABLE, "it is on, and nothing listens for WinRM"),
    ("... Failed to establish a new connection: [Errno 113] No route to host",
     FaultKind.UNREACHABLE, "there is no way to it any more"),
    ("HTTP read timeout during PSRP script execution\n<<< caused by >>>\nHTTPSConnectionPool: Read timed out.",
     FaultKind.TIMEOUT, "it stopped answering"),
    ("Cannot find KDC for realm SCHULE.EXAMPLE", FaultKind.AUTH, "Kerberos gives us no ticket for it"),
    ("pypsrp or dependencies are not installed: No module named 'pypsrp'",
     FaultKind.REFUSED, "Windows PCs need the extra [windows]"),
    ("couldn't resolve module/action 'ansible.windows.win_ping'. This often indicates a misspelling",
     FaultKind.REFUSED, "a collection of Ansible's for Windows is not installed"),
    ("There is not enough space on the disk.", FaultKind.REJECTED, "its disk is full"),
    ("winget install Mozilla.Firefox ended with 1618: ...", FaultKind.LOCKED, "Windows Installer is at work on it"),
    ("winget is not installed (App Installer from the Microsoft Store, or its offline package)",
     FaultKind.REJECTED, "the source of its packages is missing on it"),
    ("The password does not meet the password policy requirements.", FaultKind.REJECTED, "its rules refuse a password"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "kind", "what"), SAID)
def test_what_ansible_says_becomes_a_word_of_ours(said: str, kind: FaultKind, what: str) -> None:
    """The texts are real ones where this machine can produce them, else from the modules' sources."""
    found = translate({"msg": said})
    assert (found.kind, found.what) == (kind, what)


def test_every_row_of_the_table_has_its_text() -> None:
    """A row that no captured text reaches would never have been tried."""
    assert {translate({"msg": said}) for said, *_ in SAID} == {trouble for _, trouble in TABLE}


@pytest.mark.parametrize("trouble", [*(trouble for _, trouble in TABLE), HIDDEN, NOTHING_SAID])
def test_our_words_reach_a_person_whole(trouble: Any) -> None:  # noqa: ANN401 - a Trouble
    """Nothing in them looks like a secret to the mask that all texts go through."""
    assert redact(trouble.what) == trouble.what


def test_an_unknown_failure_says_what_it_was_about() -> None:
    """The first line of what the module says."""
    failed = _item(["printer", "r110-pr01"], kind="item_failed")
    event = failed._replace(
        changed=False, result={**failed.result, "msg": "Task failed: Module failed: No driver.\nmore"}
    )
    found = Windows().read(
        TARGET, WORK, [event, event._replace(kind="failed", result={"msg": "One or more items failed"})]
    )
    assert found.trouble == (FaultKind.REJECTED, "printer r110-pr01: No driver.", "")
    assert found.observed == ""


def test_a_pc_without_an_event_is_a_bug_of_ours() -> None:
    """Silence is not success."""
    assert Windows().read(TARGET, WORK, [Event("start", TARGET.device)]).trouble == NOTHING_SAID


@pytest.mark.parametrize("item", [None, "text", {"edit": "text"}, {"edit": []}, {"edit": ["kind"]}, {"name": "x"}, 7])
def test_an_item_that_is_none_of_ours_is_no_edit(item: object) -> None:
    """Roles of the city's own loop too."""
    event = Event("item", TARGET.device, action="x", changed=True, result={"item": item})
    found = Windows().read(TARGET, WORK, [event])
    assert (found.edits, found.trouble) == ((), None)


def test_the_way_there_is_strict_and_knows_only_its_own_secrets() -> None:
    """TLS with a certificate that is checked; of all secrets only those that the document names."""
    named = {"users": {"x": {"state": "present", "password": "<<secret:pc/x>>"}}}
    secrets = {"pc/login": "a", "pc/x": "b", "pc/other": "c"}
    work = Work(document=named, secrets=secrets)
    host = Windows().job_host(TARGET.model_copy(update={"groups": ("schule_042",), "roles": ("vlc",)}), work)
    assert host["groups"] == ["schule_042", "windows"]
    assert (host["roles"], host["args"]) == (["vlc"], {})
    assert host["vars"] == {
        "ansible_host": "10.42.30.11", "ansible_port": 5986, "ansible_user": "campus", "ansible_password": "a",
        "ansible_connection": "psrp", "ansible_psrp_protocol": "https", "ansible_psrp_auth": "negotiate",
        "ansible_psrp_cert_validation": "validate", "ansible_psrp_connection_timeout": 10,
        "ansible_psrp_ignore_proxy": True, "campus_secrets": {"pc/x": "b"},
        "campus_windows": {
            "passwords": [{"edit": ["user", "x", "password"], "name": "x", "password": "pc/x",
                           "update_password": "always"}],
            "users": [{"edit": ["user", "x"], "name": "x", "state": "present"}],
        },
    }  # fmt: skip
    login = LOGIN.model_copy(update={"authentication": "certificate", "key_file": "/k.pem", "password": ""})
    by_certificate = Windows().job_host(TARGET.model_copy(update={"login": login}), WORK)["vars"]
    assert (by_certificate["ansible_psrp_certificate_pem"], by_certificate["ansible_psrp_auth"]) == (
        "/k.pem",
        "certificate",
    )
    assert "ansible_password" not in by_certificate


def test_what_was_replaced_does_not_come_back() -> None:
    """It is said, not taken for a document without wishes."""
    work = Work(document={"format": 1, "os": "windows", "restore": "a1b2"})
    with pytest.raises(CampusError, match="a Windows PC keeps nothing of what was replaced"):
        Windows().job_host(TARGET, work)


def test_without_the_extra_it_says_which_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything is started."""
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(MissingExtraError, match=r"a Windows PC needs the extra \[windows\]"):
        Windows().job_host(TARGET, WORK)
