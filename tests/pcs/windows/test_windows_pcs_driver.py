"""The PC driver and a Windows PC, over the real psrp connection and TLS; the PC is a model behind a real protocol."""

from pathlib import Path
from typing import Any

import pytest
from windows_arguments import complaints
from windows_rig import SECRETS, Rig
from windows_wire import WindowsPc, listening

from campusctl.model.outcome import Fault, FaultKind, OutcomeKind
from campusctl.model.plan import Assessment

EDGE = "HKLM:\\SOFTWARE\\Policies\\Microsoft\\Edge"
URI = "ipp://10.42.70.11/ipp/print"
TRICKY = "{{ 1+1 }} {% if x %} $(calc) `calc` \"'; ä"

DOCUMENT: dict[str, Any] = {
    "packages": {
        "Mozilla.Firefox": {"state": "present", "source": "winget", "version": "128.0"},
        "gimp": {"state": "present", "source": "chocolatey"},
        "Vendor.Toolbar": {"state": "absent", "source": "winget"},
    },
    "features": {"SMB1Protocol": "absent", "TelnetClient": "absent"},
    "registry": {EDGE: {"HomepageLocation": {"type": "string", "data": "https://schule.example"},
                        "HideFirstRunExperience": {"type": "dword", "data": 1},
                        "Old": {"state": "absent"}}},
    "registry_lists": {f"{EDGE}\\URLBlocklist": ["spiele.example", "*"], f"{EDGE}\\URLAllowlist": []},
    "groups": {"klasse": {"state": "present"}, "alt": {"state": "absent"}},
    "users": {
        "schueler": {"state": "present", "title": TRICKY, "password": "<<secret:pc/schueler>>", "locked": False,
                     "groups": ["klasse", "S-1-5-32-545"]},
        "gast": {"state": "absent"},
    },
    "services": {"Spooler": {"start_mode": "auto", "state": "started"},
                 "RemoteRegistry": {"start_mode": "disabled", "state": "stopped"}},
    "tasks": {"shutdown": {"state": "present",
                           "actions": [{"path": "C:\\Windows\\System32\\shutdown.exe", "arguments": "/s /t 300"}],
                           "triggers": [{"type": "weekly", "start_boundary": "2020-01-01T19:30:00",
                                         "days_of_week": "monday,friday", "weeks_interval": 1}],
                           "username": "SYSTEM", "logon_type": "service_account", "run_level": "highest"}},
    "printers": {"queues": {"r110-pr01": {"state": "present", "uri": URI, "driver": "",
                                          "info": "Flur", "location": "R110"}}},
    "power": {"plan": "8c5e7fda-e8bf-4a96-9a85-a6e23a8c635c"},
    "timezone": {"zone": "W. Europe Standard Time"},
    "time": {"servers": ["10.42.10.5", "10.42.10.6"]},
    "firewall": {"profiles": {"Domain": "enabled", "Private": "enabled", "Public": "enabled"},
                 "rules": {"campusctl": {"state": "present", "protocol": "tcp", "localport": "5986",
                                         "remoteip": "any"}}},
}  # fmt: skip


def _seen(found: Assessment | Fault) -> dict[tuple[str, ...], tuple[object, object]]:
    assert isinstance(found, Assessment), found
    return {edit.path: (edit.before, edit.after) for edit in found.edits}


def _first(entries: dict[str, Any]) -> dict[str, Any]:
    """A kind with only its first thing; what has no names of its own stays whole."""
    whole = entries.keys() & {"profiles", "queues", "plan", "zone", "servers"}
    return entries if whole else dict(list(entries.items())[:1])


def test_a_plan_shows_what_differs_and_changes_nothing(windows: Rig) -> None:
    """Every kind, before and after; every argument is documented; what cannot be told is said."""
    target = windows.target(DOCUMENT)
    first = windows.assess(target)
    seen = _seen(first)
    assert seen[("package", "Mozilla.Firefox")] == (None, "128.0")
    assert seen[("feature", "SMB1Protocol")] == ("present", "absent")
    assert seen[("registry", EDGE, "HideFirstRunExperience")] == (None, 1)
    assert seen[("registry", f"{EDGE}\\URLBlocklist")] == (None, ("spiele.example", "*"))
    assert seen[("group", "klasse")] == (None, "present")
    assert seen[("service", "RemoteRegistry", "start_mode")] == ("manual", "disabled")
    assert seen[("service", "RemoteRegistry", "state")] == ("started", "stopped")
    assert seen[("timezone", "zone")] == ("UTC", "W. Europe Standard Time")
    assert seen[("time", "servers")] == (None, "10.42.10.5,0x8 10.42.10.6,0x8")
    assert seen[("power", "plan")] == ("?", "8c5e7fda-e8bf-4a96-9a85-a6e23a8c635c")
    assert seen[("firewall", "profiles", "Public")] == ("disabled", "enabled")
    assert seen[("user", "schueler", "password")] == ("********", "********")
    assert ("feature", "TelnetClient") not in seen
    assert ("service", "Spooler", "state") not in seen
    assert isinstance(first, Assessment)
    assert first.unchecked == ("user schueler: group 'klasse' not found",)
    assert first.notes == ("a feature needs a restart to take effect",)
    assert all(windows.pc.model.checks), "nothing was changed"
    assert complaints(windows.pc.model.calls) == []


def test_a_pc_is_brought_to_its_document_and_then_is_there(windows: Rig) -> None:
    """One thing of each kind: the change makes it, and the next plan is empty."""
    target = windows.target({kind: _first(entries) for kind, entries in DOCUMENT.items()})
    first = windows.assess(target)
    assert isinstance(first, Assessment)
    done = windows.apply(target, first)
    assert (done.kind, done.fault) == (OutcomeKind.OK, None)
    assert windows.pc.model.passwords == {"schueler": SECRETS["pc/schueler"]}
    assert windows.pc.model.users["schueler"]["fullname"] == TRICKY
    assert windows.pc.model.users["schueler"]["groups"] == ["klasse", "Benutzer"]
    assert windows.pc.model.packages == {("winget", "Mozilla.Firefox"): "128.0"}

    second = windows.assess(target)
    assert _seen(second) == {}
    assert isinstance(second, Assessment)
    assert (second.commands, second.unchecked) == ((), ())
    assert complaints(windows.pc.model.calls) == []


def test_what_differs_is_found_with_what_it_is(windows: Rig) -> None:
    """Before and after, field by field, where the module tells; what is right is not mentioned."""
    model = windows.pc.model
    model.registry = {EDGE: {"HideFirstRunExperience": ("dword", 0), "Old": ("string", "x")}}
    model.lists = {f"{EDGE}\\URLBlocklist": ["*"], f"{EDGE}\\URLAllowlist": ["x.example"]}
    model.packages = {("winget", "Mozilla.Firefox"): "127.0", ("winget", "Vendor.Toolbar"): "3.1"}
    model.printers = {"r110-pr01": {"state": "present", "uri": URI, "info": "Flur", "location": "Keller"}}
    model.timezone = "Tokyo Standard Time"
    model.groups["alt"] = {"description": "", "members": []}
    model.passwords = {"schueler": "geändert"}
    account = {"fullname": TRICKY, "account_disabled": True, "password_never_expires": True, "groups": ["Benutzer"]}
    model.users = {"schueler": {**account, "name": "schueler", "password": "REDACTED"}, "gast": dict(account)}
    model.groups["klasse"] = {"description": "", "members": []}
    kinds = ("packages", "registry", "registry_lists", "groups", "users", "printers", "timezone")
    target = windows.target({kind: DOCUMENT[kind] for kind in kinds})
    assert _seen(windows.assess(target)) == {
        ("group", "alt"): ("present", None),
        ("user", "schueler", "password"): ("********", "********"),
        ("user", "schueler", "locked"): (True, False),
        ("user", "schueler", "groups"): (("Benutzer",), ("Benutzer", "klasse")),
        ("user", "gast"): ("present", None),
        ("package", "Mozilla.Firefox", "version"): ("127.0", "128.0"),
        ("package", "Vendor.Toolbar"): ("3.1", None),
        ("package", "gimp"): (None, "present"),
        ("registry", EDGE, "HomepageLocation"): (None, "https://schule.example"),
        ("registry", EDGE, "HideFirstRunExperience"): (0, 1),
        ("registry", EDGE, "Old"): ("x", None),
        ("registry", f"{EDGE}\\URLBlocklist"): (("*",), ("spiele.example", "*")),
        ("registry", f"{EDGE}\\URLAllowlist"): (("x.example",), None),
        ("timezone", "zone"): ("Tokyo Standard Time", "W. Europe Standard Time"),
        ("printer", "r110-pr01", "location"): ("Keller", "R110"),
    }
    narrow = target.model_copy(update={"only": (("timezone",), ("registry", f"{EDGE}\\URLBlocklist"))})
    assert set(_seen(windows.assess(narrow))) == {("timezone", "zone"), ("registry", f"{EDGE}\\URLBlocklist")}


SMALL = {"timezone": {"zone": "W. Europe Standard Time"}, "registry": {EDGE: {"A": {"type": "string", "data": TRICKY}}}}


def test_a_pc_that_moved_is_not_touched(windows: Rig) -> None:
    """Somebody was faster than the plan."""
    target = windows.target(SMALL)
    first = windows.assess(target)
    assert isinstance(first, Assessment)
    windows.pc.model.timezone = "Tokyo Standard Time"
    done = windows.apply(target, first)
    assert done.fault is not None
    assert (done.kind, done.fault.kind) == (OutcomeKind.FAILED, FaultKind.MOVED)
    assert windows.pc.model.registry == {}


def test_text_of_the_inventory_arrives_as_text(windows: Rig) -> None:
    """Nothing in it is a template, a command or a quotation mark."""
    target = windows.target(SMALL)
    first = windows.assess(target)
    assert isinstance(first, Assessment)
    assert windows.apply(target, first).kind is OutcomeKind.OK
    assert windows.pc.model.registry == {EDGE: {"A": ("string", TRICKY)}}


def test_a_failed_change_says_what_was_done_before(windows: Rig) -> None:
    """The account of a task that fails; what came before it stands."""
    target = windows.target(SMALL)
    first = windows.assess(target)
    assert isinstance(first, Assessment)
    windows.pc.model.fail_when_changing["ansible.windows.win_timezone"] = "There is not enough space on the disk."
    done = windows.apply(target, first)
    assert done.fault is not None
    assert (done.kind, done.fault.kind, done.fault.what) == (
        OutcomeKind.FAILED, FaultKind.REJECTED, "its disk is full",
    )  # fmt: skip
    assert done.sent == 1


def test_a_password_that_cannot_be_set_is_not_shown(windows: Rig) -> None:
    """Neither it nor what Windows says about it."""
    target = windows.target({"users": {"x": {"state": "present", "password": "<<secret:pc/schueler>>"}}})
    first = windows.assess(target)
    assert isinstance(first, Assessment)
    windows.pc.model.fail_when_changing["ansible.windows.win_user"] = f"{SECRETS['pc/schueler']} is too short"
    done = windows.apply(target, first)
    assert done.fault is not None
    assert done.fault.what == "it does not take an account's password; why, it may not say here"
    assert SECRETS["pc/schueler"] not in done.model_dump_json() + first.model_dump_json()


@pytest.mark.parametrize(
    ("login", "kind", "what"),
    [
        ({"password": "pc/falsch"}, FaultKind.AUTH, "it refuses our account or password"),
        ({"ca_file": "other-ca.pem"}, FaultKind.HOST_KEY, "nobody we trust vouches for its certificate"),
        ({"ca_file": ""}, FaultKind.HOST_KEY, "nobody we trust vouches for its certificate"),
        ({"ca_file": "nowhere.pem"}, FaultKind.REFUSED, "the file with the certificates that we trust is not there"),
    ],
)
def test_each_trouble_has_its_own_word(windows: Rig, login: dict[str, str], kind: FaultKind, what: str) -> None:
    """And nothing secret was sent to a PC whose certificate is not trusted."""
    if login.get("ca_file"):
        login = {"ca_file": str(windows.folder / login["ca_file"])}
    found = windows.assess(windows.target(SMALL, **login))
    assert isinstance(found, Fault)
    assert (found.kind, found.what) == (kind, what)
    assert windows.pc.model.calls == []


@pytest.mark.parametrize("authentication", ["ntlm", ""])
def test_ntlm_is_spoken_where_it_is_asked_for(
    windows: Rig, authentication: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without Kerberos, what is negotiated is NTLM, also when nothing is said."""
    accounts = tmp_path / "accounts"
    accounts.write_text(":campus:geheim\n")
    monkeypatch.setenv("NTLM_USER_FILE", str(accounts))
    windows.pc.ntlm = True
    right = windows.assess(windows.target(SMALL, authentication=authentication))
    assert set(_seen(right)) == {("timezone", "zone"), ("registry", EDGE, "A")}
    wrong = windows.assess(windows.target(SMALL, authentication=authentication, password="pc/falsch"))
    assert isinstance(wrong, Fault)
    assert (wrong.kind, wrong.what) == (FaultKind.AUTH, "it refuses our account or password")


def test_a_certificate_for_another_address_is_not_enough(windows: Rig) -> None:
    """Even if we trust its authority."""
    with listening(WindowsPc(windows.tls, host="127.0.0.2")) as other:
        found = windows.assess(windows.target(SMALL, host="127.0.0.2", port=other.port))
    assert isinstance(found, Fault)
    assert (found.kind, found.what) == (FaultKind.HOST_KEY, "its certificate is made out to another name or address")
    assert other.model.calls == []


def test_a_pc_that_vanishes_midway_is_unreachable(windows: Rig) -> None:
    """Its connection broke; the driver does not wait for it."""
    windows.pc.gone_at = "ansible.windows.win_timezone"
    found = windows.assess(windows.target(SMALL))
    assert isinstance(found, Fault)
    assert (found.kind, found.what) == (FaultKind.UNREACHABLE, "the connection broke")


def test_nothing_listens(windows: Rig) -> None:
    """It is on, and has no listener."""
    with listening(WindowsPc(windows.tls)) as other:
        port = other.port
    found = windows.assess(windows.target(SMALL, port=port))
    assert isinstance(found, Fault)
    assert (found.kind, found.hint) == (FaultKind.UNREACHABLE, "has it a listener of WinRM there?")
