"""The PC driver and Windows PCs, over the real psrp connection and TLS; a PC is a model behind a real protocol.

Each has a fate of its own. All are planned in one run, those that can be are brought to their documents in one apply,
and planned again: a run of Ansible costs seconds, and each test looks at one thing that came of it.
"""

import contextlib
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from windows_arguments import complaints
from windows_model import WindowsModel
from windows_rig import SECRETS, Rig, apply, assess
from windows_wire import WindowsPc, listening

from campusctl.model.outcome import Fault, FaultKind, Outcome, OutcomeKind
from campusctl.model.plan import Assessment, Change

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


SMALL = {"timezone": {"zone": "W. Europe Standard Time"}, "registry": {EDGE: {"A": {"type": "string", "data": TRICKY}}}}
EACH_KIND = {kind: _first(entries) for kind, entries in DOCUMENT.items()}
EACH_KIND["registry"] = {EDGE: {**DOCUMENT["registry"][EDGE], **SMALL["registry"][EDGE]}}
"""One thing of each kind."""

PLANNED: dict[str, dict[str, Any]] = {
    "whole": DOCUMENT,
    "made": EACH_KIND,
    "differs": {
        kind: DOCUMENT[kind]
        for kind in ("packages", "registry", "registry_lists", "groups", "users", "printers", "timezone")
    },
    "moved": SMALL,
    "full": SMALL,
    "refuses": {"users": {"x": {"state": "present", "password": "<<secret:pc/schueler>>"}}},
}
"""Documents of the PCs that can be planned."""

NTLM: dict[str, dict[str, str]] = {
    "ntlm": {"authentication": "ntlm"},
    "negotiated": {"authentication": ""},
    "ntlm-wrong": {"authentication": "ntlm", "password": "pc/falsch"},
    "negotiated-wrong": {"authentication": "", "password": "pc/falsch"},
}
"""Logins of the PCs that ask for NTLM."""

TROUBLES: dict[str, dict[str, str]] = {
    "password": {"password": "pc/falsch"},
    "other-ca": {"ca_file": "other-ca.pem"},
    "no-ca": {"ca_file": ""},
    "nowhere-ca": {"ca_file": "nowhere.pem"},
}
"""Logins of the PCs that cannot be asked."""


def _make_differ(model: WindowsModel) -> None:
    """What differs, and what is right, before anything is planned."""
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


@dataclass(frozen=True)
class Played:
    """A plan of all, an apply of some, a plan after that."""

    models: Mapping[str, WindowsModel]
    """What each PC is like in the end, and what reached it."""
    plan: Mapping[str, Assessment | Fault]
    outcomes: Mapping[str, Outcome]
    after: Mapping[str, Assessment | Fault]


@pytest.fixture(scope="module")
def windows(
    windows_place: tuple[Path, ssl.SSLContext], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mapping[str, Rig]]:
    """A PC of its own for each fate, switched on; one is switched off again, one has another address."""
    folder, tls = windows_place
    accounts = tmp_path_factory.mktemp("ntlm") / "accounts"
    accounts.write_text(":campus:geheim\n")
    with contextlib.ExitStack() as stack:
        stack.enter_context(pytest.MonkeyPatch.context()).setenv("NTLM_USER_FILE", str(accounts))
        rigs = {}
        for name in (*PLANNED, *NTLM, *TROUBLES, "vanishes", "elsewhere"):
            host = "127.0.0.2" if name == "elsewhere" else "127.0.0.1"
            rigs[name] = Rig(name, folder, stack.enter_context(listening(WindowsPc(tls, host=host))))
            rigs[name].pc.ntlm = name in NTLM
        with listening(WindowsPc(tls)) as off:
            rigs["off"] = Rig("off", folder, off)
        rigs["vanishes"].pc.gone_at = "ansible.windows.win_timezone"
        _make_differ(rigs["differs"].pc.model)
        yield rigs


@pytest.fixture(scope="module")
def played(windows: Mapping[str, Rig]) -> Played:
    """Between plan and apply, somebody changes a PC, a disk runs full, and a password is thought too short."""
    models = {name: rig.pc.model for name, rig in windows.items()}
    targets = {name: windows[name].target(document) for name, document in PLANNED.items()}
    targets |= {name: windows[name].target(SMALL, **login) for name, login in NTLM.items()}
    for name, login in TROUBLES.items():
        file = login.get("ca_file")
        changed = {**login, "ca_file": str(windows[name].folder / file)} if file else login
        targets[name] = windows[name].target(SMALL, **changed)
    targets |= {name: windows[name].target(SMALL) for name in ("vanishes", "off")}
    targets["elsewhere"] = windows["elsewhere"].target(SMALL, host="127.0.0.2")
    plan = assess(targets.values())
    assert sorted(plan) == sorted(targets)

    models["moved"].timezone = "Tokyo Standard Time"
    models["full"].fail_when_changing["ansible.windows.win_timezone"] = "There is not enough space on the disk."
    models["refuses"].fail_when_changing["ansible.windows.win_user"] = f"{SECRETS['pc/schueler']} is too short"
    changes = []
    for name in ("made", "moved", "full", "refuses"):
        seen = plan[name]
        assert isinstance(seen, Assessment), seen
        changes.append(Change(target=targets[name], assessment=seen))
    outcomes = apply(changes)

    narrow = {"only": (("timezone",), ("registry", f"{EDGE}\\URLBlocklist"))}
    after = assess([targets["made"], targets["differs"].model_copy(update=narrow)])
    return Played(models, plan, outcomes, after)


def test_a_plan_shows_what_differs_and_changes_nothing(played: Played) -> None:
    """Every kind, before and after; what cannot be told is said."""
    first = played.plan["whole"]
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
    model = played.models["whole"]
    assert model.calls
    assert all(model.checks), "nothing was changed"


def test_every_argument_that_reaches_a_pc_is_documented(played: Played) -> None:
    """By the collections themselves, in every call of every run."""
    calls = {name: model.calls for name, model in played.models.items()}
    assert all(calls[name] for name in PLANNED)
    assert complaints([call for found in calls.values() for call in found]) == []


def test_a_pc_is_brought_to_its_document_and_then_is_there(played: Played) -> None:
    """One thing of each kind: the change makes it, and the next plan is empty."""
    done, model = played.outcomes["made"], played.models["made"]
    assert (done.kind, done.fault) == (OutcomeKind.OK, None)
    assert model.passwords == {"schueler": SECRETS["pc/schueler"]}
    assert model.users["schueler"]["fullname"] == TRICKY
    assert model.users["schueler"]["groups"] == ["klasse", "Benutzer"]
    assert model.packages == {("winget", "Mozilla.Firefox"): "128.0"}

    second = played.after["made"]
    assert _seen(second) == {}
    assert isinstance(second, Assessment)
    assert (second.commands, second.unchecked) == ((), ())


def test_what_differs_is_found_with_what_it_is(played: Played) -> None:
    """Before and after, field by field, where the module tells; what is right is not mentioned."""
    assert _seen(played.plan["differs"]) == {
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
    narrow = played.after["differs"]
    assert set(_seen(narrow)) == {("timezone", "zone"), ("registry", f"{EDGE}\\URLBlocklist")}


def test_a_pc_that_moved_is_not_touched(played: Played) -> None:
    """Somebody was faster than the plan."""
    done = played.outcomes["moved"]
    assert done.fault is not None
    assert (done.kind, done.fault.kind) == (OutcomeKind.FAILED, FaultKind.MOVED)
    assert played.models["moved"].registry == {}


def test_text_of_the_inventory_arrives_as_text(played: Played) -> None:
    """Nothing in it is a template, a command or a quotation mark."""
    assert played.outcomes["made"].kind is OutcomeKind.OK
    registry = played.models["made"].registry
    assert registry.keys() == {EDGE, "HKLM:\\SYSTEM\\CurrentControlSet\\Services\\W32Time\\Parameters"}
    assert registry[EDGE] == {
        "HomepageLocation": ("string", "https://schule.example"),
        "HideFirstRunExperience": ("dword", 1),
        "A": ("string", TRICKY),
    }


def test_a_failed_change_says_what_was_done_before(played: Played) -> None:
    """The account of a task that fails; what came before it stands."""
    done = played.outcomes["full"]
    assert done.fault is not None
    assert (done.kind, done.fault.kind, done.fault.what) == (
        OutcomeKind.FAILED, FaultKind.REJECTED, "its disk is full",
    )  # fmt: skip
    assert done.sent == 1
    assert played.models["full"].registry == {EDGE: {"A": ("string", TRICKY)}}


def test_a_password_that_cannot_be_set_is_not_shown(played: Played) -> None:
    """Neither it nor what Windows says about it."""
    first, done = played.plan["refuses"], played.outcomes["refuses"]
    assert done.fault is not None
    assert done.fault.what == "it does not take an account's password; why, it may not say here"
    assert SECRETS["pc/schueler"] not in done.model_dump_json() + first.model_dump_json()


@pytest.mark.parametrize(
    ("name", "kind", "what"),
    [
        ("password", FaultKind.AUTH, "it refuses our account or password"),
        ("other-ca", FaultKind.HOST_KEY, "nobody we trust vouches for its certificate"),
        ("no-ca", FaultKind.HOST_KEY, "nobody we trust vouches for its certificate"),
        ("nowhere-ca", FaultKind.REFUSED, "the file with the certificates that we trust is not there"),
        ("elsewhere", FaultKind.HOST_KEY, "its certificate is made out to another name or address"),
    ],
)
def test_each_trouble_has_its_own_word(played: Played, name: str, kind: FaultKind, what: str) -> None:
    """And nothing secret was sent to a PC whose certificate is not trusted, even if we trust its authority."""
    found = played.plan[name]
    assert isinstance(found, Fault)
    assert (found.kind, found.what) == (kind, what)
    assert played.models[name].calls == []


@pytest.mark.parametrize("name", ["ntlm", "negotiated"])
def test_ntlm_is_spoken_where_it_is_asked_for(played: Played, name: str) -> None:
    """Without Kerberos, what is negotiated is NTLM, also when nothing is said."""
    assert set(_seen(played.plan[name])) == {("timezone", "zone"), ("registry", EDGE, "A")}
    wrong = played.plan[f"{name}-wrong"]
    assert isinstance(wrong, Fault)
    assert (wrong.kind, wrong.what) == (FaultKind.AUTH, "it refuses our account or password")


def test_a_pc_that_vanishes_midway_is_unreachable(played: Played) -> None:
    """Its connection broke; the driver does not wait for it."""
    found = played.plan["vanishes"]
    assert isinstance(found, Fault)
    assert (found.kind, found.what) == (FaultKind.UNREACHABLE, "the connection broke")


def test_nothing_listens(played: Played) -> None:
    """It is on, and has no listener."""
    found = played.plan["off"]
    assert isinstance(found, Fault)
    assert (found.kind, found.hint) == (FaultKind.UNREACHABLE, "has it a listener of WinRM there?")
