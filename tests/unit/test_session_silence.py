"""A device that says nothing for a while is waited for."""

from campusctl.drivers.switch.dialogue import Replies
from campusctl.drivers.switch.transport.screen import Prompt


def test_silence_before_the_first_character_is_no_reply() -> None:
    """Nothing has come yet, and nothing is not an answer to any line, with a spare line or without."""
    replies = Replies(Prompt("sw1"), None, ["show running-config", ""], 1)
    assert not replies.complete("")
    assert not replies.complete_if_quiet("")
    assert not replies.complete_if_quiet("show running-config\r\n")
