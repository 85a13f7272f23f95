"""The simulated display, judged by a client that nobody here wrote: python-samsung-mdc."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import time
from typing import Any, TypeAlias

import pytest
from appliance_rig import Rig, Up
from samsung_mdc import MDC
from samsung_mdc.exceptions import MDCReadTimeoutError, MDCResponseError, MDCTLSAuthFailed, MDCTLSRequired, NAKError

Told: TypeAlias = Any
"""What the library gives: it has no types."""
Work: TypeAlias = Callable[[Any], Awaitable[Any]]
"""A part of a conversation."""


@pytest.fixture(scope="module")
def rig() -> Iterator[Rig]:
    """The thread of the simulators."""
    with Rig() as up:
        up.secrets.values["b/pin"] = "123456"
        yield up


@pytest.fixture(scope="module")
def plain(rig: Rig) -> Up:
    """A display that speaks MDC over TCP."""
    return rig.up("board", "samsung_mdc", {"name": "Tafel", "start_source": "hdmi2", "on_timer": {"time": "07:15"}})


@pytest.fixture(scope="module")
def secured(rig: Rig) -> Up:
    """A display with Secured Protocol."""
    return rig.up("board", "samsung_mdc", {"tls": True, "pin": "b/pin", "name": "Tafel"})


def talk(up: Up, work: Work, pin: str | None = None) -> Told:
    """What a conversation of the library gives."""

    async def go() -> Told:
        login = up.target.login
        async with MDC((login.host, login.port), timeout=0.5, pin=pin) as client:
            return await work(client)

    return asyncio.run(go())


def test_what_it_is(plain: Up) -> None:
    """Status, error status, names and numbers."""
    plain.fault()

    async def everything(mdc: MDC) -> list[Any]:
        asked = ("serial_number", "model_name", "software_version", "device_name", "panel_on_time", "volume")
        return [(await getattr(mdc, name)(0))[0] for name in asked]

    assert talk(plain, everything) == ["SN-1", "QM75R", "T-HKMLAKUC-2020.5", "Tafel", 7404, 25]
    power, volume, mute, source, *_ = talk(plain, lambda mdc: mdc.status(0))
    assert (power.name, volume, mute.name, source.name) == ("ON", 25, "OFF", "HDMI2")
    assert [getattr(value, "name", value) for value in talk(plain, lambda mdc: mdc.error_status(0))] == [
        "NORMAL", "NORMAL", "NONE", "NORMAL", 34, "NORMAL",
    ]  # fmt: skip


def test_what_can_be_set(plain: Up) -> None:
    """Each setting, there and read back."""
    plain.fault()

    async def change(mdc: MDC) -> list[Any]:
        orders: dict[str, list[Any]] = {
            "network_standby": [1], "panel_lock": [1], "ir_state": [0], "device_name": ["Neu"], "volume": [7],
            "auto_source": [1, "HDMI3", "DVI"], "auto_source_switch": [1], "safety_lock": [1], "mute": [1],
        }  # fmt: skip
        told = [await getattr(mdc, name)(0, data) for name, data in orders.items()]
        assert told == [await getattr(mdc, name)(0) for name in orders]
        return [getattr(value, "name", value) for row in told for value in row]

    assert talk(plain, change) == ["ON", "ON", "DISABLED", "Neu", 7, "ON", "HDMI3", "DVI", "ON", "ON", "ON"]


def test_timers(plain: Up) -> None:
    """The timer of the inventory, and the older kind."""
    plain.fault()
    on, active, *_ = talk(plain, lambda mdc: mdc.timer_15(0, 1))
    assert (on, active) == (time(7, 15), True)
    plain.fault("timer13")
    assert talk(plain, lambda mdc: mdc.timer_13(0, 1))[:2] == (time(7, 15), True)
    with pytest.raises(RuntimeError, match="use timer_13"):
        talk(plain, lambda mdc: mdc.timer_15(0, 1))


def test_power(plain: Up) -> None:
    """In standby it answers its power, and no volume; without network standby it is gone."""
    plain.fault()

    async def sleep(mdc: MDC) -> str:
        await mdc.network_standby(0, [1])
        await mdc.power(0, ["OFF"])
        with pytest.raises(NAKError):
            await mdc.volume(0)
        state = (await mdc.power(0))[0]
        await mdc.power(0, ["ON"])
        return str(state.name)

    assert talk(plain, sleep) == "OFF"


@pytest.mark.parametrize(("fault", "error"), [
    ("checksum", MDCResponseError), ("garbage", MDCResponseError), ("unknown=volume", NAKError),
    ("tls", MDCTLSRequired), ("silent=volume", MDCReadTimeoutError),
])  # fmt: skip
def test_faults_are_what_they_say(plain: Up, fault: str, error: type[Exception]) -> None:
    """The library names each as what it is."""
    plain.fault(fault)
    with pytest.raises(error):
        talk(plain, lambda mdc: mdc.volume(0, [9]) if fault.startswith("silent") else mdc.volume(0))


def test_secured_protocol(secured: Up) -> None:
    """PIN, TLS, and then as ever."""
    secured.fault()
    assert talk(secured, lambda mdc: mdc.device_name(0), "123456") == ("Tafel",)


@pytest.mark.parametrize(("fault", "code"), [("wrong-pin", 1), ("blocked", 2)])
def test_a_wrong_pin(secured: Up, fault: str, code: int) -> None:
    """Both answers of the paper."""
    secured.fault(fault)
    with pytest.raises(MDCTLSAuthFailed) as caught:
        talk(secured, lambda mdc: mdc.device_name(0), "123456")
    assert caught.value.code == code


def test_another_number_is_not_answered(plain: Up) -> None:
    """Nor is everybody's number, though it is obeyed."""
    plain.fault()
    with pytest.raises(MDCReadTimeoutError):
        talk(plain, lambda mdc: mdc.volume(9))
    with pytest.raises(MDCReadTimeoutError):
        talk(plain, lambda mdc: mdc.volume(0xFE, [33]))
    assert talk(plain, lambda mdc: mdc.volume(0)) == (33,)
