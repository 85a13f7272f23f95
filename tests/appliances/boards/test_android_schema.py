"""Policies against Google's own description, without a network."""
# ruff: noqa: E501 - a row of a table is one line

from typing import Any

import pytest

from campusctl.inventory.appliances.android_schema import policy_problems, schemas


def problems(policy: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Path, sentence and hint of each problem."""
    return [(found.name, found.what, found.hint) for found in policy_problems(policy)]


def test_google_describes_more_than_a_hundred_fields() -> None:
    """The description is the one that Google's client ships."""
    known = schemas()
    assert known is not None
    assert len(known["Policy"]["properties"]) > 100


def test_a_policy_that_google_takes() -> None:
    """Booleans, words, numbers as texts, lists, maps, and free maps below `openNetworkConfiguration`."""
    assert problems({
        "cameraDisabled": True,
        "systemUpdate": {"type": "WINDOWED", "startMinutes": 120, "endMinutes": 240},
        "maximumTimeToLock": "600000",
        "stayOnPluggedModes": ["AC", "USB"],
        "applications": [{"packageName": "com.example.board", "installType": "KIOSK", "managedConfiguration": {"any": [1]}}],
        "openNetworkConfiguration": {"NetworkConfigurations": []},
    }) == []  # fmt: skip


def test_nothing_is_fine() -> None:
    """A board without a policy of its own is no mistake."""
    assert problems({}) == []


@pytest.mark.parametrize(
    ("policy", "problem"),
    [
        ({"cameraDisabeld": True}, ("cameraDisabeld", "Google's Android policy has no such field", "did you mean cameraDisabled, addUserDisabled, smsDisabled?")),
        ({"cameraDisabled": "yes"}, ("cameraDisabled", "must be true or false, not a text", "")),
        ({"cameraDisabled": None}, ("cameraDisabled", "must be true or false, not nothing", "")),
        ({"minimumApiLevel": True}, ("minimumApiLevel", "must be a whole number, not true or false", "")),
        ({"minimumApiLevel": 2**31}, ("minimumApiLevel", "2147483648 is too large", "")),
        ({"maximumTimeToLock": 600}, (
            "maximumTimeToLock", "must be a text, not a number", "put the number in quotes: Google wants it as a text",
        )),
        ({"maximumTimeToLock": "soon"}, ("maximumTimeToLock", "'soon' is no whole number", "")),
        ({"systemUpdate": {"type": "WINDOWD"}}, ("systemUpdate.type", "'WINDOWD' is no value for it", "did you mean WINDOWED?")),
        ({"systemUpdate": ["WINDOWED"]}, ("systemUpdate", "must be a map, not a list", "")),
        ({"stayOnPluggedModes": [1]}, ("stayOnPluggedModes[0]", "must be a text, not a number", "put the number in quotes: Google wants it as a text")),
        ({"passwordRequirements": {"passwordMinimumLenght": 4}}, (
            "passwordRequirements.passwordMinimumLenght", "Google's Android policy has no such field",
            "did you mean passwordMinimumLength, passwordMinimumLetters, passwordMinimumNonLetter?",
        )),
        ({"version": "3"}, ("version", "is not ours to set", "Google counts it")),
        ({"name": "x"}, ("name", "is not ours to set", "Google names it: `policy_name` says how")),
    ],
)  # fmt: skip
def test_what_google_would_not_take(policy: dict[str, Any], problem: tuple[str, str, str]) -> None:
    """Path, what, and what was probably meant."""
    assert problems(policy) == [problem]


def test_free_maps_may_hold_anything() -> None:
    """Where Google says `any`, nothing is looked at."""
    deep: Any = {}
    for _ in range(200):
        deep = {"a": deep}
    assert problems({"openNetworkConfiguration": deep}) == []
