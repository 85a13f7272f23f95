"""What a new switch is told at its console: each simulated switch takes every line, and can be reached then."""

import re
from collections.abc import Iterator

import pytest
from small_lab import ESCAPES, SCHOOL, SWITCHES, SmallLab, lab_up, make_workspace, school_spec

from campusctl.inventory.load import load_city
from campusctl.inventory.resolve import switch_intent
from campusctl.lab import device
from campusctl.render import Renderer
from campusctl.workflow.onboarding.day0 import day0_text, with_secrets

REFUSED = re.compile(r"invalid|incomplete|ambiguous|unknown|not allowed|error|% ", re.IGNORECASE)
KEYS = ("crypto key generate",)
"""Makes keys; the simulated switches have theirs."""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallLab]:
    """The school's switches."""
    root = make_workspace(tmp_path_factory.mktemp("day0") / "ws")
    with lab_up(root, school_spec(root)) as up:
        yield up


@pytest.mark.parametrize("dialect", SWITCHES)
def test_every_line_is_taken_at_the_console(lab: SmallLab, dialect: str) -> None:
    """Typed with the secrets in, nothing is rejected, and host name, address and account are what they shall be."""
    name = SWITCHES[dialect]
    intent = switch_intent(load_city(lab.root, [SCHOOL]), SCHOOL, name)
    # The core has no way up; here it gets one, so that its dialect is asked for that too.
    up = intent.uplinks or (intent.ports[22].name,)
    text = Renderer(lab.root / "templates").render(intent.model_copy(update={"uplinks": up}), "day0")
    assert intent.uplinks == () or text == day0_text(lab.root, SCHOOL, name)
    secret = lab.desk.secrets.resolve(["switch/login"])["switch/login"]
    assert secret not in text
    assert "<<secret:switch/login>>" in text
    typed = with_secrets(text, lab.desk.secrets)
    assert typed.count(secret) == 1
    station = lab.thread.station(name)
    console = device.console(dialect, station.switch, user="campus", source="10.0.0.10", rows=100_000)
    console.open()
    console.feed(" \r" if dialect == "hp_procurve" else "\r")
    console.feed("enable\r")
    rejected = {}
    for line in typed.splitlines():
        said = ESCAPES.sub("", console.feed(f"{line}\r")).replace(line, "", 1)
        if REFUSED.search(said) and not line.strip().startswith(KEYS):
            rejected[line] = said
    assert rejected == {}
    assert name in said
