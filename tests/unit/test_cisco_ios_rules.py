"""What a session with IOS must know: which replies are refusals, which lines are noise, when a revert is there."""

import re

import pytest

from campusctl.drivers.switch.dialects.cisco_ios import DIALECT

RULES = DIALECT.rules


@pytest.mark.parametrize(
    "reply",
    [
        "% Invalid input detected at '^' marker.",
        "% Incomplete command.",
        '% Ambiguous command:  "sw"',
        "%Error: something",
        "% Bad IP address",
        "% Unknown command or computer name",
        "Command rejected: Bad VLAN allowed list.",
        "% 10.1.3.0 overlaps with Vlan10",
        "10.1.3.0 overlaps with Vlan10",
        "%VLAN 5000 not allowed",
        "VLAN #20 and #10 have an identical name: A",
        "% Duplicate sequence number.",
        "ERROR: Can not have both a user password and a user secret.",
    ],
)
def test_a_refusal_is_recognised(reply: str) -> None:
    """Anchored at the start of a line, wherever in the reply it stands."""
    assert RULES.error.search(f"vlan 10\n{reply}\nsw01(config)#")


@pytest.mark.parametrize(
    "reply",
    [
        "%Warning: portfast should only be enabled on ports connected to a single host.",
        "%Warning: this command cannot be undone",
        "% Access VLAN does not exist. Creating vlan 30",
        " description % Invalid is only a text here",
        "Building configuration...\n[OK]",
        "%SYS-5-CONFIG_I: Configured from console by campus on vty0 (10.1.3.9)",
    ],
)
def test_a_remark_is_no_refusal(reply: str) -> None:
    """Warnings and log lines are no reason to stop."""
    assert not RULES.error.search(reply)


def test_log_lines_are_noise() -> None:
    """With and without time stamps and numbers; the reply's own lines stay."""
    assert RULES.noise is not None
    reply = (
        "vlan 10\n*Mar  1 00:10:12.345: %SYS-5-CONFIG_I: Configured from console\n000123: Nov 24 20:00:00: "
        "%LINK-3-UPDOWN: Interface Gi1/0/1, changed state to up\n%LINEPROTO-5-UPDOWN: Line protocol on Vlan3\n name a\n"
    )
    assert RULES.noise.sub("", reply) == "vlan 10\n name a\n"


@pytest.mark.parametrize(
    ("running", "armed_by"),
    [
        ("hostname a\narchive\n log config\n  hidekeys\n path flash:archive\n", ["archive", "reload"]),
        ("hostname a\narchive\n log config\n  hidekeys\nip archive path\n", ["reload"]),
    ],
)
def test_reverts_need_what_they_need(running: str, armed_by: list[str]) -> None:
    """The timer needs an archive with a path; the reboot is always there, and asks for a saved configuration."""
    usable = [revert for revert in RULES.reverts if not revert.needs or re.search(revert.needs, running)]
    assert [revert.name for revert in usable] == armed_by


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Destination filename [startup-config]? ", "\n"),
        ("Overwrite the previous NVRAM configuration?[confirm]", "\n"),
        ("System configuration has been modified. Save? [yes/no]: ", "no\n"),
        ("Reload scheduled in 5 minutes\nProceed with reload? [confirm]", "\n"),
    ],
)
def test_questions_have_answers(question: str, answer: str) -> None:
    """What saving and arming may ask."""
    assert next(reply for asked, reply in RULES.answers if asked.search(question)) == answer
