"""What IPP says in numbers and keywords, in plain words."""

from typing import Final, NamedTuple


class Note(NamedTuple):
    """What a person should know of a printer."""

    kind: str
    """What it is about: `paper`, `supply`, `cover`, `jam`, or a word of its own."""
    text: str
    """In a few words."""


_REASONS: Final = {
    "media-empty": Note("paper", "out of paper"),
    "media-needed": Note("paper", "waits for paper"),
    "media-low": Note("paper", "little paper left"),
    "media-jam": Note("jam", "paper jam"),
    "input-tray-missing": Note("paper", "a tray is missing"),
    "output-tray-missing": Note("output", "an output tray is missing"),
    "output-area-full": Note("output", "the output tray is full"),
    "output-area-almost-full": Note("output", "the output tray is almost full"),
    "toner-empty": Note("supply", "out of toner"),
    "toner-low": Note("supply", "little toner left"),
    "marker-supply-empty": Note("supply", "out of toner or ink"),
    "marker-supply-low": Note("supply", "little toner or ink left"),
    "marker-waste-full": Note("waste", "the waste toner box is full"),
    "marker-waste-almost-full": Note("waste", "the waste toner box is almost full"),
    "opc-near-eol": Note("drum", "the drum is nearly worn out"),
    "opc-life-over": Note("drum", "the drum is worn out"),
    "developer-low": Note("supply", "little developer left"),
    "developer-empty": Note("supply", "out of developer"),
    "fuser-over-temp": Note("fuser", "the fuser is too hot"),
    "fuser-under-temp": Note("fuser", "the fuser is too cold"),
    "cover-open": Note("cover", "a cover is open"),
    "door-open": Note("cover", "a door is open"),
    "interlock-open": Note("cover", "a cover is not closed properly"),
    "paused": Note("paused", "paused"),
    "moving-to-paused": Note("paused", "will be paused"),
    "shutdown": Note("shutdown", "is being switched off"),
    "connecting-to-device": Note("device", "waits for the device behind it"),
    "timed-out": Note("device", "the device behind it does not answer"),
    "stopping": Note("stopping", "is stopping"),
    "spool-area-full": Note("memory", "its memory is full"),
    "deactivated": Note("deactivated", "deactivated"),
    "identify-printer-requested": Note("identify", "somebody looks for it"),
}
_HARMLESS: Final = frozenset({"none", "cups-remote", "hold-new-jobs"})
_SEVERITIES: Final = ("-error", "-warning", "-report")


def reason_note(keyword: str) -> Note | None:
    """What a keyword of `printer-state-reasons` means; None: nothing is wrong.

    Args:
        keyword: As IANA's registry has it, with or without `-error`, `-warning` or `-report` at its end.
    """
    for end in _SEVERITIES:
        keyword = keyword.removesuffix(end)
    if keyword in _HARMLESS or not keyword:
        return None
    return _REASONS.get(keyword) or Note(keyword, keyword.replace("-", " "))


STATES: Final = {3: "idle", 4: "printing", 5: "stopped"}
"""`printer-state` (RFC 8011, 5.4.11)."""
