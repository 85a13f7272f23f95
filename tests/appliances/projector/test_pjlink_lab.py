"""The simulated projector, judged by a client that nobody here wrote: aiopjlink."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, TypeAlias

import pytest
from aiopjlink import projector as pj
from appliance_rig import Rig, Up

from campusctl.lab.appliances.pjlink import PjlinkProjector

Told: TypeAlias = Any
"""What the library gives: it has no types."""
Work: TypeAlias = Callable[[Any], Awaitable[Any]]
"""A part of a conversation."""


@pytest.fixture(scope="module")
def rig() -> Iterator[Rig]:
    """The thread of the simulators."""
    with Rig() as up:
        up.secrets.values["p/w"] = "JBMIAProjectorLink"
        yield up


@pytest.fixture(scope="module")
def up(rig: Rig) -> Up:
    """A projector with a password."""
    return rig.up(
        "projector", "pjlink", {"login": {"password": "p/w"}, "input": "digital1", "maximum_lamp_hours": 3000}
    )


def talk(up: Up, work: Work, password: str | None = "JBMIAProjectorLink") -> Told:
    """What a conversation of aiopjlink gives."""

    async def go() -> Told:
        login = up.target.login
        link = pj.PJLink(login.host, login.port, password, timeout=2)
        try:
            async with link:
                return await work(link)
        finally:
            # The library leaves a connection open that fails to log in.
            if link._writer:
                link._writer.close()

    return asyncio.run(go())


def test_information(up: Up) -> None:
    """Every table of the library is filled."""
    up.fault()
    assert talk(up, lambda link: link.info.table()) == {
        "software_version": "1.02", "serial_number": "SN-1", "pjlink_class": pj.PJClass.TWO, "other": "",
        "product_name": "LP-100", "manufacturer_name": "Laborprojektoren", "projector_name": "Projector",
    }  # fmt: skip


def test_sources_with_names(up: Up) -> None:
    """Class 1 hides what only class 2 can say."""
    up.fault()
    mode = pj.Sources.Mode
    named = talk(up, lambda link: link.sources.available_with_names())
    assert named[2:4] == [(mode.DIGITAL, "1", "HDMI 1"), (mode.DIGITAL, "2", "HDMI 2 / MHL")]
    assert named[-1] == (mode.DIGITAL, "A", "HDBaseT")
    assert len(talk(up, lambda link: link.sources.available())) == len(named) - 1
    assert talk(up, lambda link: link.sources.recommended_resolution()) == (1920, 1080)
    assert talk(up, lambda link: link.sources.resolution()) == (1920, 1080)


def test_what_can_be_set(up: Up) -> None:
    """Input, mute and freeze, there and back."""
    up.fault()

    async def set_all(link: pj.PJLink) -> tuple[object, ...]:
        await link.sources.set(pj.Sources.Mode.DIGITAL, "A", pjclass=pj.PJClass.TWO)
        await link.mute.set(True, False)
        await link.freeze.set(True)
        await link.speaker.turn_up()
        there = await link.sources.get(pjclass=pj.PJClass.TWO), await link.mute.status(), await link.freeze.get()
        await link.mute.both(False)
        await link.freeze.set(False)
        return there, await link.mute.status(), await link.freeze.get()

    assert talk(up, set_all) == (((pj.Sources.Mode.DIGITAL, "A"), (True, False), True), (False, False), False)


def test_lamp_filter_and_errors(up: Up) -> None:
    """Hours, and the error status byte by byte."""
    up.fault("fan", "filter")
    category, level = pj.Errors.Category, pj.Errors.Level
    errors = talk(up, lambda link: link.errors.query())
    assert {part for part, how in errors.items() if how is not level.OK} == {category.FAN, category.FILTER}
    assert errors[category.FILTER] is level.WARN
    assert talk(up, lambda link: link.lamps.status()) == [(1500, pj.Lamp.State.ON)]
    assert talk(up, lambda link: link.lamps.replacement_models()) == ["LP-1-LAMP"]
    assert talk(up, lambda link: link.filter.hours()) == 234


def test_the_lamp_warms_up_and_cools_down(up: Up) -> None:
    """Off is cooling first, on is warming first; in standby an input is not available."""
    assert isinstance(up.device, PjlinkProjector)
    up.device.lamp_s = 0.02
    up.fault()

    async def night(link: pj.PJLink) -> list[str]:
        await link.power.turn_off()
        seen = [(await link.power.get()).name]
        await asyncio.sleep(0.05)
        seen.append((await link.power.get()).name)
        with pytest.raises(pj.PJLinkERR3):
            await link.sources.get()
        await link.power.turn_on()
        seen.append((await link.power.get()).name)
        await asyncio.sleep(0.05)
        return [*seen, (await link.power.get()).name]

    assert talk(up, night) == ["COOLING", "OFF", "WARMING", "ON"]


@pytest.mark.parametrize("password", ["wrong", None])
def test_a_wrong_password(up: Up, password: str | None) -> None:
    """PJLINK ERRA."""
    up.fault()
    with pytest.raises(pj.PJLinkPassword):
        talk(up, lambda link: link.power.get(), password)


def test_class_1(up: Up) -> None:
    """Commands of class 2 are unknown to it."""
    up.fault("class1")
    assert talk(up, lambda link: link.info.pjlink_class()) is pj.PJClass.ONE
    with pytest.raises(pj.PJLinkERR1):
        talk(up, lambda link: link.info.serial_number())


def test_values_that_do_not_exist(up: Up) -> None:
    """ERR2."""
    up.fault()
    with pytest.raises(pj.PJLinkERR2):
        talk(up, lambda link: link.sources.set(pj.Sources.Mode.STORAGE, "9"))
