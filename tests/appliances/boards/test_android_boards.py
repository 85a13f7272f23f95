"""Android boards through Google's own client, against a twin that plays Google over loopback HTTP."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import pytest
from appliance_rig import Rig, Up, wanted
from german_words import left_english

from campusctl.drivers.board.android_policy import seen
from campusctl.errors import InventoryError
from campusctl.lab.appliances.android import AndroidBoard
from campusctl.model.outcome import FaultKind, OutcomeKind
from campusctl.model.plan import Assessment, Change
from campusctl.model.secret import MASK

PASSPHRASE: Final = 'Canary "Wifi" 1'
KEY: Final = "Canary-Google-Key"
AT_GOOGLE: Final[Mapping[str, Any]] = {"enterprise": "LC00lab", "device": "3f2a", "key": "board/google"}
SETTINGS: Final[Mapping[str, Any]] = {
    **AT_GOOGLE,
    "apps": {"com.example.board": "kiosk", "com.example.browser": "available"},
    "home": "com.example.board/.MainActivity",
    "update": "02:00-04:00",
    "volume_locked": True,
    "factory_reset_locked": True,
    "location_off": True,
    "screen_timeout_s": 600,
    "wifi": {"MEDIEN": {"passphrase": "board/wifi"}},
    "policy": {
        "cameraDisabled": True,
        "stayOnPluggedModes": ["AC"],
        "statusReportingSettings": {"displayInfoEnabled": True},
    },
}


@pytest.fixture(scope="module")
def rig() -> Iterator[Rig]:
    """The thread of the twins."""
    with Rig() as up:
        up.secrets.values.update({"board/google": KEY, "board/wifi": PASSPHRASE})
        yield up


@pytest.fixture(scope="module")
def known(rig: Rig) -> Up:
    """One board."""
    return board(rig, SETTINGS)


@pytest.fixture
def up(known: Up) -> Up:
    """The board, enrolled a minute ago."""
    known.fault()
    known.reset(factory=True)
    return known


def board(rig: Rig, android: Mapping[str, Any], *faults: str, **more: Any) -> Up:  # noqa: ANN401 - board settings
    """A board whose Google is its twin."""
    found = rig.up("board", "android", {"android": android, **more}, *faults)
    login = found.target.login.model_copy(update={"timeout_s": 2.0})
    found.target = found.target.model_copy(update={"login": login})
    return found


def twin(up: Up) -> AndroidBoard:
    """The other end."""
    assert isinstance(up.device, AndroidBoard)
    return up.device


def policy(up: Up) -> dict[str, Any]:
    """The board's policy as its Google has it."""
    return twin(up).policies[f"enterprises/LC00lab/policies/{up.target.device}"]


def test_a_policy_is_made_given_and_read_back(up: Up) -> None:
    """Everything in one patch, then the board is told of it; nothing is left."""
    change = up.change()
    assert len(change.assessment.edits) == 12
    assert change.assessment.commands[-1].text == f"patch device.policyName = {up.target.device}"
    outcome = up.apply(change)
    assert (outcome.kind, outcome.edits, outcome.fault) == (OutcomeKind.OK, 12, None)
    assert not up.assess().drifted
    assert policy(up) == {
        "name": f"enterprises/LC00lab/policies/{up.target.device}",
        "version": "1",
        "applications": [
            {"packageName": "com.example.board", "installType": "KIOSK"},
            {"packageName": "com.example.browser", "installType": "AVAILABLE"},
        ],
        "persistentPreferredActivities": [{
            "receiverActivity": "com.example.board/.MainActivity", "actions": ["android.intent.action.MAIN"],
            "categories": ["android.intent.category.HOME", "android.intent.category.DEFAULT"],
        }],
        "systemUpdate": {"type": "WINDOWED", "startMinutes": 120, "endMinutes": 240},
        "adjustVolumeDisabled": True,
        "factoryResetDisabled": True,
        "locationMode": "LOCATION_DISABLED",
        "maximumTimeToLock": "600000",
        "openNetworkConfiguration": {"NetworkConfigurations": [{
            "GUID": policy(up)["openNetworkConfiguration"]["NetworkConfigurations"][0]["GUID"], "Name": "MEDIEN",
            "Type": "WiFi",
            "WiFi": {"SSID": "MEDIEN", "Security": "WPA-PSK", "Passphrase": PASSPHRASE, "AutoConnect": True},
        }]},
        "cameraDisabled": True,
        "stayOnPluggedModes": ["AC"],
        "statusReportingSettings": {"displayInfoEnabled": True},
    }  # fmt: skip


def test_a_board_that_is_right_is_left_alone(up: Up) -> None:
    """The lab comes up as the inventory says, by a mapping of its own."""
    up.reset(factory=False)
    found = up.assess()
    assert (found.edits, found.refused, found.unmanaged) == ((), (), ())


def test_what_a_board_is(up: Up) -> None:
    """Hardware, software, its last report, and which version of its policy it keeps to."""
    up.reset(factory=False)
    facts = dict(up.assess().facts)
    assert facts.pop("last_report").endswith(" UTC")
    assert facts == {
        "serial": "SN-1", "model": "Lab Android board", "firmware": "13", "build": "TQ3A.230805.001",
        "security_patch": "2026-10-05", "state": "ACTIVE", "policy_version": "1", "applied_policy_version": "1",
        "compliant": "yes",
    }  # fmt: skip


def test_no_secret_leaves_the_driver(up: Up) -> None:
    """Neither the key nor the passphrase, nor the one that was there before."""
    up.reset(factory=False)
    networks = policy(up)["openNetworkConfiguration"]["NetworkConfigurations"]
    networks[0]["WiFi"]["Passphrase"] = "Canary-Old-One"
    up.rig.notes.steps.clear()
    change = up.change()
    assert [(edit.path, edit.before, edit.after) for edit in change.assessment.edits] == [
        (("wifi", "MEDIEN"), MASK, MASK)
    ]
    outcome = up.apply(change)
    assert outcome.kind is OutcomeKind.OK
    told = change.model_dump_json() + outcome.model_dump_json() + str(up.rig.notes.steps) + str(up.rig.notes.configs)
    assert [word for word in ("Canary", "Wifi") if word in told] == []


def test_what_others_said_in_the_policy_stays(up: Up) -> None:
    """Fields, networks and settings of apps that the inventory does not name are kept, and named."""
    up.apply()
    policy(up)["bluetoothDisabled"] = True
    policy(up)["applications"][0]["managedConfiguration"] = {"url": "https://example.org"}
    policy(up)["applications"][1]["installType"] = "BLOCKED"
    other = {"GUID": "x", "Name": "OTHER", "Type": "WiFi", "WiFi": {"SSID": "OTHER", "Security": "None"}}
    policy(up)["openNetworkConfiguration"]["NetworkConfigurations"] = [other]
    found = up.assess()
    assert found.unmanaged == ("policy field bluetoothDisabled",)
    assert [edit.path for edit in found.edits] == [("apps",), ("wifi", "MEDIEN")]
    assert up.apply().kind is OutcomeKind.OK
    assert policy(up)["bluetoothDisabled"] is True
    assert policy(up)["applications"][0]["managedConfiguration"] == {"url": "https://example.org"}
    networks = policy(up)["openNetworkConfiguration"]["NetworkConfigurations"]
    assert [one["Name"] for one in networks] == ["OTHER", "MEDIEN"]


def test_the_way_back_takes_fields_away(up: Up) -> None:
    """What was not there before is not there again, and the board has its former policy."""
    change = up.change()
    up.rig.notes.steps.clear()
    up.apply(change)
    back = up.target.model_copy(update={"intended": up.rig.notes.steps[0].text})
    plan = up.rig.assess(back)[back.device]
    assert isinstance(plan, Assessment)
    assert up.rig.apply(Change(target=back, assessment=plan))[back.device].kind is OutcomeKind.OK
    assert policy(up).keys() - {"name", "version"} <= {"locationMode", "applications", "openNetworkConfiguration",
                                                      "statusReportingSettings", "maximumTimeToLock"}  # fmt: skip
    assert twin(up).policy_name == "enterprises/LC00lab/policies/default"


def test_google_says_yes_and_does_nothing(up: Up) -> None:
    """Read back, and named."""
    up.fault("lies=factoryReset")
    outcome = up.apply()
    assert outcome.fault
    assert outcome.fault.kind is FaultKind.UNVERIFIED
    assert outcome.fault.what == "it says yes and does not change factory_reset_locked (11 of 12 settings are made)"


def test_google_refuses_a_field(up: Up) -> None:
    """Its own sentence is told; Google takes a request or not, so the others go one by one."""
    up.fault("refuses=systemUpdate")
    outcome = up.apply()
    assert outcome.fault
    assert outcome.fault.kind is FaultKind.REJECTED
    assert outcome.fault.what == (
        "it refuses update: Google does not take it (policy "
        f"{up.target.device}, HTTP 400): Invalid value for field systemUpdate. (11 of 12 settings are made)"
    )


def test_google_refuses_the_policy_for_the_board(up: Up) -> None:
    """The policy itself is made."""
    up.fault("refuses=policyName", "lies=cameraDisabled")
    outcome = up.apply()
    assert outcome.fault
    assert outcome.fault.kind is FaultKind.REJECTED
    assert outcome.fault.what.startswith("it refuses policy_name: Google does not take it (device 3f2a, HTTP 400)")
    assert outcome.fault.what.endswith(
        "; it says yes and does not change policy cameraDisabled (10 of 12 settings are made)"
    )


@pytest.mark.parametrize(
    ("fault", "kind", "what"),
    [
        ("unknown", FaultKind.AUTH, "Google does not know the service account's key (device 3f2a, HTTP 401)"),
        ("denied", FaultKind.AUTH, "Google does not let the service account do this (device 3f2a, HTTP 403)"),
        ("gone", FaultKind.REJECTED, "Google knows no such thing (device 3f2a, HTTP 404)"),
        ("crowded", FaultKind.LOCKED, "Google is asked too often (device 3f2a, HTTP 429)"),
        ("broken", FaultKind.UNREACHABLE, "Google has trouble of its own (device 3f2a, HTTP 503)"),
    ],
)
def test_each_no_of_google_has_its_words(up: Up, fault: str, kind: FaultKind, what: str) -> None:
    """What it means, and Google's own sentence behind it."""
    up.fault(fault)
    found = up.fault_found()
    assert found.kind is kind
    assert found.what == f"{what}: The lab was told to be {fault}."
    assert found.hint


def test_a_wrong_key_is_the_key(rig: Rig, up: Up) -> None:
    """The twin knows another one."""
    twin(up).spec = twin(up).spec.model_copy(update={"secrets": {"password": "another"}})
    try:
        assert up.fault_found().kind is FaultKind.AUTH
    finally:
        twin(up).spec = twin(up).spec.model_copy(update={"secrets": {"password": KEY}})


def test_not_seen_for_long_is_off(up: Up) -> None:
    """Fourteen days, unless the inventory says otherwise."""
    up.fault("overdue=14")
    found = up.fault_found()
    assert found.off
    assert found.what.startswith("it has not reported to Google for 14 days, since ")
    up.fault("overdue=13")
    assert up.assess()


def test_a_board_that_lags_behind_says_so(up: Up) -> None:
    """The policy stands at Google; the board has not taken it yet."""
    up.apply()
    policy(up)["version"] = "4"
    up.fault("behind")
    found = up.assess()
    assert found.notes == ("it still keeps to version 3 of its policy; 4 is set, and it takes it when it is online",)
    assert not found.drifted


def test_a_board_that_does_not_comply_says_why(up: Up) -> None:
    """In Google's words, made readable."""
    up.fault("unwilling=systemUpdate")
    found = up.assess()
    assert found.notes == ("it does not keep to systemUpdate: user action",)
    assert found.facts["compliant"] == "no"


def test_a_board_that_is_gone(up: Up, monkeypatch: pytest.MonkeyPatch) -> None:
    """Google remembers it, and lets nobody give it a policy."""
    device = twin(up).device()
    monkeypatch.setattr(twin(up), "device", lambda: {**device, "state": "DELETED"})
    assert up.fault_found().what == "Google has deleted it: it was reset, or taken out of the enterprise"


def test_nobody_answers(up: Up) -> None:
    """No way to Google is no board that is off."""
    up.fault("off")
    found = up.fault_found(login=up.target.login.model_copy(update={"timeout_s": 0.3}))
    assert (found.kind, found.what) == (FaultKind.TIMEOUT, "Google does not answer")


def test_general_settings_have_no_field_at_google(rig: Rig) -> None:
    """They are refused with the reason; Android's version can be checked."""
    found = board(rig, AT_GOOGLE, volume=30, minimum_firmware="14").assess()
    assert [(item.path, item.reason) for item in found.refused] == [
        (("volume",), "Google's Android policy has no field for it"),
        (("minimum_firmware",), "Android is updated by its maker; `board.android.update` says when"),
    ]


@pytest.mark.parametrize(
    ("android", "what"),
    [
        ({}, "an Android board needs board.android.enterprise"),
        ({**AT_GOOGLE, "device": ""}, "an Android board needs board.android.device"),
        ({**AT_GOOGLE, "key": ""}, "an Android board needs board.android.key"),
        (
            {**AT_GOOGLE, "policy": {"systemUpdate": {"type": "AUTOMATIC"}}},
            "board.android.policy.systemUpdate is said with a word of its own",
        ),
    ],
)  # fmt: skip
def test_what_the_inventory_cannot_mean(android: Mapping[str, Any], what: str) -> None:
    """Said before anybody is asked."""
    with pytest.raises(InventoryError) as found:
        wanted("board", "android", {"android": android})
    assert found.value.problems[0].what == what
    assert left_english(found.value.problems) == []


def test_a_shared_policy_is_named(rig: Rig) -> None:
    """Boards that are alike may share one."""
    shared = board(rig, {**AT_GOOGLE, "policy_name": "boards", "volume_locked": True})
    shared.reset(factory=True)
    assert shared.apply().kind is OutcomeKind.OK
    assert twin(shared).policies.keys() == {"enterprises/LC00lab/policies/boards"}


@pytest.mark.parametrize(
    ("path", "has", "is_"),
    [
        (("update",), {"systemUpdate": {"type": "POSTPONE"}}, "postponed"),
        (("update",), {"systemUpdate": {"type": "WINDOWED", "startMinutes": 1320, "endMinutes": 60}}, "22:00-01:00"),
        (("update",), {"systemUpdate": {"type": "WINDOWED", "endMinutes": 60}}, "00:00-01:00"),
        (("update",), {}, None),
        (("home",), {}, None),
        (("screen_timeout_s",), {"maximumTimeToLock": "90000"}, 90),
        (("screen_timeout_s",), {}, 0),
        (("location_off",), {"locationMode": "LOCATION_ENFORCED"}, False),
        (("apps",), {"applications": [{"packageName": "a.b"}]}, ("a.b available",)),
        (("apps",), {"applications": [{"packageName": "a.b", "installType": "CUSTOM"}]}, ("a.b CUSTOM",)),
        (("policy", "passwordPolicies"), {"passwordPolicies": [{"b": 1, "a": 2}]}, '[{"a": 2, "b": 1}]'),
    ],
)
def test_googles_answers_in_our_words(path: tuple[str, ...], has: dict[str, Any], is_: object) -> None:
    """What others may have set, and what Google leaves out."""
    assert seen(has, path, "x") == is_
