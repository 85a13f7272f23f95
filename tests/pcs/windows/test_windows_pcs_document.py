"""The document of a Windows PC: exact settings in, exact document out; what Windows cannot have is refused."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from campusctl.errors import RenderError
from campusctl.model.inventory import Settings
from campusctl.model.pc_intent import PcIntent, Queue, SchoolFacts
from campusctl.model.pc_windows import WindowsSettings
from campusctl.render.pc import PcRenderer

ROOT = Path(__file__).parents[3]
RENDERER = PcRenderer(ROOT / "templates")
POLICIES = "HKLM:\\SOFTWARE\\Policies"
QUIET = {"tasks": {"shutdown": {"state": "absent"}}, "timezone": {"zone": "W. Europe Standard Time"}}


def document(pc: dict[str, Any], **settings: object) -> dict[str, Any]:
    """The document of a PC with these settings, without what every document has."""
    school = SchoolFacts(id="schule-042", short="s042", name="Schule", type="x", city="Musterstadt")
    intent = PcIntent(
        name="s042-r302-pc01", school=school, profile="pc-windows", model="", dialect="windows", device_class="pc",
        location="", building="", floor="", room="R302", room_title="", address="10.42.30.11", mac="", asset="",
        settings=Settings.model_validate({"pc": pc, **settings}),
        queues={"r110-pr01": Queue(uri="ipp://10.42.70.11/ipp/print", location="R110")},
    )  # fmt: skip
    found: dict[str, Any] = json.loads(RENDERER.render(intent))
    assert (found.pop("format"), found.pop("os")) == (1, "windows")
    return {kind: entries for kind, entries in found.items() if QUIET.get(kind) != entries}


DWORD_1 = {"type": "dword", "data": 1}
ABSENT = {"state": "absent"}

KINDS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (
        {"packages": {"Mozilla.Firefox": "present", "gimp": "absent", "vlc": "present"},
         "windows": {"packages": {"gimp": {"id": "GIMP.GIMP"},
                                  "vlc": {"source": "chocolatey", "version": "3.0.20"}}}},
        {"packages": {"Mozilla.Firefox": {"state": "present", "source": "winget"},
                      "GIMP.GIMP": {"state": "absent", "source": "winget"},
                      "vlc": {"state": "present", "source": "chocolatey", "version": "3.0.20"}}},
    ),
    (
        {"groups": {"klasse": {}, "alt": {"state": "absent"}},
         "users": {"schueler": {"uid": 2000, "shell": "/bin/bash", "groups": ["klasse"], "title": "Konto",
                                "password": "pc/schueler", "locked": False},
                   "technik": {"groups": ["administrators"], "exact_groups": True},
                   "gast": {"state": "absent"}}},
        {"groups": {"klasse": {"state": "present"}, "alt": {"state": "absent"}},
         "users": {"schueler": {"state": "present", "groups": ["S-1-5-32-545", "klasse"], "title": "Konto",
                                "locked": False, "password": "<<secret:pc/schueler>>"},
                   "technik": {"state": "present", "groups": ["S-1-5-32-544"], "exact_groups": True},
                   "gast": {"state": "absent"}}},
    ),
    (
        {"services": {"RemoteRegistry": {"masked": True}, "WSearch": {"enabled": False, "running": False},
                      "Themes": {"enabled": True, "running": True}}},
        {"services": {"RemoteRegistry": {"start_mode": "disabled", "state": "stopped"},
                      "WSearch": {"start_mode": "manual", "state": "stopped"},
                      "Themes": {"start_mode": "auto", "state": "started"}}},
    ),
    (
        {"windows": {"features": {"SMB1Protocol": "absent"}, "power": "high-performance"}},
        {"features": {"SMB1Protocol": "absent"}, "power": {"plan": "8c5e7fda-e8bf-4a96-9a85-a6e23a8c635c"}},
    ),
    (
        {"shutdown": {"time": "19:30", "days": ["fri", "mon"], "text": 'Er geht "aus".'},
         "windows": {"tasks": {"inventur": {"command": ["C:\\Tools\\inv.exe"], "when": "boot"},
                               "gruss": {"command": ["msg.exe", "*", "Guten Morgen"], "when": "logon",
                                         "user": "USERS"},
                               "alt": {"state": "absent"}}}},
        {"tasks": {
            "shutdown": {"state": "present",
                         "actions": [{"path": "C:\\Windows\\System32\\shutdown.exe",
                                      "arguments": '/s /t 300 /c "Er geht \\"aus\\"."'}],
                         "triggers": [{"type": "weekly", "start_boundary": "2020-01-01T19:30:00",
                                       "days_of_week": "monday,friday", "weeks_interval": 1}],
                         "username": "SYSTEM", "logon_type": "service_account", "run_level": "highest"},
            "inventur": {"state": "present", "actions": [{"path": "C:\\Tools\\inv.exe"}],
                         "triggers": [{"type": "boot"}], "username": "SYSTEM",
                         "logon_type": "service_account", "run_level": "highest"},
            "gruss": {"state": "present", "actions": [{"path": "msg.exe", "arguments": '* "Guten Morgen"'}],
                      "triggers": [{"type": "logon"}], "group": "S-1-5-32-545", "logon_type": "group"},
            "alt": {"state": "absent"}}},
    ),
    (
        {"printing": {"queues": {"r110-pr01": {"device": "s042-r110-pr01", "info": "Flur"},
                                 "alt": {"state": "absent"},
                                 "roh": {"uri": "socket://10.42.70.12:9100", "model": "raw"}}},
         "windows": {"printer_drivers": {"roh": "HP Universal Printing PCL 6"}}},
        {"printers": {"queues": {
            "r110-pr01": {"state": "present", "uri": "ipp://10.42.70.11/ipp/print", "driver": "", "info": "Flur",
                          "location": "R110"},
            "alt": {"state": "absent"},
            "roh": {"state": "present", "uri": "socket://10.42.70.12:9100", "driver": "HP Universal Printing PCL 6",
                    "info": "", "location": ""}}},
         "services": {"Spooler": {"start_mode": "auto", "state": "started"}}},
    ),
    (
        {"firewall": {"enabled": True, "ssh_sources": ["10.42.10.0/24"],
                      "allow": {"vnc": {"ports": [5901, 5900], "sources": ["10.42.20.9"]}}}},
        {"firewall": {"profiles": {"Domain": "enabled", "Private": "enabled", "Public": "enabled"},
                      "rules": {"campusctl": {"state": "present", "protocol": "tcp", "localport": "5986",
                                              "remoteip": "10.42.10.0/24"},
                                "campusctl vnc": {"state": "present", "protocol": "tcp", "localport": "5900,5901",
                                                  "remoteip": "10.42.20.9"}}}},
    ),
    (
        {"updates": {"automatic": True, "time": "04:30"},
         "windows": {"updates": {"server": "http://wsus.example:8530", "active_hours": "07:00-18:00"}}},
        {"registry": {
            f"{POLICIES}\\Microsoft\\Windows\\WindowsUpdate": {
                "WUServer": {"type": "string", "data": "http://wsus.example:8530"},
                "WUStatusServer": {"type": "string", "data": "http://wsus.example:8530"},
                "SetActiveHours": DWORD_1, "ActiveHoursStart": {"type": "dword", "data": 7},
                "ActiveHoursEnd": {"type": "dword", "data": 18}},
            f"{POLICIES}\\Microsoft\\Windows\\WindowsUpdate\\AU": {
                "UseWUServer": DWORD_1, "NoAutoUpdate": {"type": "dword", "data": 0},
                "AUOptions": {"type": "dword", "data": 4}, "ScheduledInstallDay": {"type": "dword", "data": 0},
                "ScheduledInstallTime": {"type": "dword", "data": 4}, "NoAutoRebootWithLoggedOnUsers": DWORD_1}}},
    ),
    (
        {"windows": {"registry": {f"{POLICIES}\\X": {"A": {"type": "multistring", "data": ["a", "b"]},
                                                     "B": {"state": "absent"}, "C": {"data": "{{ 1+1 }}"}}}}},
        {"registry": {f"{POLICIES}\\X": {"A": {"type": "multistring", "data": ["a", "b"]}, "B": ABSENT,
                                         "C": {"type": "string", "data": "{{ 1+1 }}"}}}},
    ),
]  # fmt: skip


KINDS.append((
    {"proxy": {"http": "10.42.10.20:3128", "no_proxy": ["localhost", ".example", "10.42.0.0/15", "10.1.2.3"]}},
    {"registry": {
        "HKLM:\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Internet Settings": {
            "ProxyEnable": DWORD_1,
            "ProxyServer": {"type": "string", "data": "http=10.42.10.20:3128;https=10.42.10.20:3128"},
            "ProxyOverride": {"type": "string", "data": "localhost;*.example;10.42.*;10.43.*;10.1.2.3;<local>"},
            "AutoConfigURL": ABSENT},
        f"{POLICIES}\\Microsoft\\Windows\\CurrentVersion\\Internet Settings": {
            "ProxySettingsPerUser": {"type": "dword", "data": 0}}}},
))  # fmt: skip


@pytest.mark.parametrize(("pc", "wanted"), KINDS, ids="-".join)
def test_what_is_said_stands_in_the_document(pc: dict[str, Any], wanted: dict[str, Any]) -> None:
    """Each kind in the words of Windows; what only Linux has is not there."""
    assert document(pc) == wanted


def test_time_is_the_citys_own() -> None:
    """Time zone and time servers are not said twice; the service of the clock runs."""
    assert document({}, timezone="Europe/Warsaw", ntp={"servers": ["10.42.10.5"]}) == {
        "timezone": {"zone": "Central European Standard Time"},
        "time": {"servers": ["10.42.10.5"]},
        "services": {"W32Time": {"start_mode": "auto", "state": "started"}},
    }


def test_browsers_get_the_same_policies_as_on_linux() -> None:
    """Chrome and Edge by their own names, Firefox with maps as keys; lists are keys, and an empty one goes."""
    browser = {"homepage": "https://schule.example", "blocked": ["spiele.example"], "bookmarks": {"Plan": "https://x.example"},
               "private_mode": False, "telemetry": False}  # fmt: skip
    found = document({"browser": browser})
    edge, chrome = (found["registry"][f"{POLICIES}\\{name}"] for name in ("Microsoft\\Edge", "Google\\Chrome"))
    assert edge["InPrivateModeAvailability"] == chrome["IncognitoModeAvailability"] == DWORD_1
    assert edge["DiagnosticData"] == chrome["MetricsReportingEnabled"] == {"type": "dword", "data": 0}
    assert json.loads(edge["ManagedFavorites"]["data"]) == [{"name": "Plan", "url": "https://x.example"}]
    assert found["registry"][f"{POLICIES}\\Mozilla\\Firefox\\Homepage"] == {
        "URL": {"type": "string", "data": "https://schule.example"},
        "Locked": DWORD_1,
        "StartPage": {"type": "string", "data": "homepage"},
    }
    lists = {key.removeprefix(f"{POLICIES}\\"): items for key, items in found["registry_lists"].items()}
    assert lists["Microsoft\\Edge\\URLBlocklist"] == lists["Google\\Chrome\\URLBlocklist"] == ["spiele.example"]
    assert lists["Microsoft\\Edge\\URLAllowlist"] == []
    assert lists["Mozilla\\Firefox\\WebsiteFilter\\Block"] == ["*://spiele.example/*"]


def test_what_an_exam_closes_opens_again() -> None:
    """Normal mode says of everything that an exam sets that it is gone, or what it is otherwise."""
    exam = {"allowed": ["pruefung.example"], "printing": False}
    closed, normal = (document({"mode": mode, "exam": exam}) for mode in ("exam", "normal"))
    assert closed["services"] == {"Spooler": {"start_mode": "disabled", "state": "stopped"}}
    for kind in ("registry", "registry_lists"):
        assert set(closed[kind]) == set(normal[kind])
    assert all(set(closed["registry"][key]) == set(normal["registry"][key]) for key in closed["registry"])
    assert closed["registry"][f"{POLICIES}\\Microsoft\\Windows\\RemovableStorageDevices"] == {"Deny_All": DWORD_1}
    assert all(value == ABSENT for values in normal["registry"].values() for value in values.values())
    assert all(items == [] for items in normal["registry_lists"].values())


def test_the_operators_own_registry_value_counts() -> None:
    """Whatever its letters are: the registry does not tell them apart."""
    own = {
        f"{POLICIES.swapcase()}\\microsoft\\edge".replace("hklm", "HKLM"): {
            "homepagelocation": {"data": "https://andere.example"}
        }
    }
    found = document({"browser": {"homepage": "https://schule.example"}, "windows": {"registry": own}})
    edge = found["registry"][f"{POLICIES}\\Microsoft\\Edge"]
    assert [value for name, value in edge.items() if name.lower() == "homepagelocation"] == [
        {"type": "string", "data": "https://andere.example"}
    ]


REFUSED: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"packages": {"gimp": "present"}}, {}, "package `gimp`: nothing says how it is had on Windows"),
    ({"users": {"klassenraumkonto-lang2": {}}}, {}, "Windows allows 20 characters"),
    ({"users": {"x": {"groups": ["lpadmin"]}}}, {}, "account `x`: Windows has no group `lpadmin`"),
    ({"services": {"WinRM": {"running": False}}}, {}, "service `WinRM`: without it nobody gets in any more"),
    ({"printing": {"queues": {"a": {"uri": "socket://10.0.0.1"}}}}, {}, "Windows needs a driver for socket://10.0.0.1"),
    ({"mode": "kiosk"}, {}, "kiosk mode is not offered for Windows"),
    ({"mode": "exam", "exam": {"addresses": ["10.0.0.1"]}}, {}, "`exam.addresses` cannot hold on Windows"),
    ({"windows": {"tasks": {"a": {"at": "10:00"}}}}, {}, "task `a`: `command` is missing"),
    ({"windows": {"tasks": {"a": {"command": ["x.exe"]}}}}, {}, "task `a`: `at` is missing"),
    ({"windows": {"registry": {"HKLM:\\X": {"A": {"data": 1}}}}}, {}, "registry HKLM:\\X A: a string holds a text"),
    ({}, {"timezone": "America/New_York"}, "time zone `America/New_York`: no name of Windows' own is known for it"),
]  # fmt: skip


@pytest.mark.parametrize(("pc", "settings", "what"), REFUSED, ids=[row[2][:24] for row in REFUSED])
def test_what_windows_cannot_have_is_refused(pc: dict[str, Any], settings: dict[str, Any], what: str) -> None:
    """With a hint, and not left out in silence."""
    with pytest.raises(RenderError) as raised:
        document(pc, **settings)
    assert what in raised.value.what
    assert raised.value.hint


WRONG: list[dict[str, Any]] = [
    {"registry": {"HKCU:\\SOFTWARE\\X": {}}},
    {"registry": {"HKLM:\\SOFTWARE\\X\nY": {}}},
    {"registry": {"HKLM:\\SOFTWARE\\X": {"A\\B": {"data": "x"}}}},
    {"registry": {"HKLM:\\X": {"A": {"type": "dword", "data": "one"}}}},
    {"registry": {"HKLM:\\X": {"A": {"type": "dword", "data": 4294967296}}}},
    {"registry": {"HKLM:\\X": {"A": {"data": "<<secret:x>>"}}}},
    {"tasks": {"a": {"command": ["C:\\%TEMP%\\x.exe"]}}},
    {"tasks": {"a": {"command": ['C:\\.."\\x.exe']}}},
    {"tasks": {"a": {"command": ["x.exe", "a\nb"]}}},
    {"tasks": {"a\\b": {"state": "absent"}}},
    {"packages": {"a b": {}}},
    {"packages": {"a": {"version": "1 --override"}}},
    {"features": {"x; y": "absent"}},
    {"power": "HIGH"},
    {"winrm": {"authentication": "none"}},
    {"updates": {"server": "ftp://x"}},
]  # fmt: skip


@pytest.mark.parametrize("said", WRONG, ids=lambda said: json.dumps(said)[:40])
def test_what_makes_no_sense_is_refused_where_it_is_said(said: dict[str, Any]) -> None:
    """Keys that are not the whole PC's, control characters, wrong types, words that would be an option."""
    with pytest.raises(ValidationError):
        WindowsSettings.model_validate(said)


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=8), max_size=4))
def test_arguments_of_a_task_are_read_as_they_were_said(words: list[str]) -> None:
    """Windows gives a program one text; split by its rules, it is the same words again."""
    found = document({"windows": {"tasks": {"a": {"command": ["x.exe", *words], "when": "boot"}}}})
    assert split_by_windows(found["tasks"]["a"]["actions"][0].get("arguments", "")) == words


def split_by_windows(text: str) -> list[str]:
    """Source: Microsoft, "Parsing C command-line arguments"."""
    words: list[str] = []
    word, quoted, at, begun = "", False, 0, False
    while at < len(text):
        if text[at] in " \t" and not quoted:
            if begun:
                words.append(word)
            word, begun, at = "", False, at + 1
            continue
        begun = True
        slashes = len(text) - at - len(text[at:].lstrip("\\"))
        at += slashes
        if text[at : at + 1] != '"':
            word += "\\" * slashes + ("" if slashes else text[at])
            at += not slashes
            continue
        word += "\\" * (slashes // 2) + ('"' if slashes % 2 else "")
        quoted ^= not slashes % 2
        at += 1
    return [*words, word] if begun else words
