"""What IPP says in numbers and keywords, in plain words."""

from typing import Final, NamedTuple

OK: Final = 0x00FF
"""Every status up to here is a success (RFC 8011, 4.1.6)."""
NOT_SUPPORTED: Final = 0x040B
NOT_SETTABLE: Final = 0x0413
VERSION: Final = 0x0503

_STATUS: Final = {
    0x0001: "it ignores it",
    0x0002: "it conflicts with another setting",
    0x0400: "it does not understand the request",
    0x0401: "it forbids it",
    0x0402: "it wants a login",
    0x0403: "our login may not do that",
    0x0404: "it cannot do that now",
    0x0405: "it took too long",
    0x0406: "there is no such print service",
    0x0408: "the request is too long for it",
    0x0409: "the value is too long for it",
    0x040B: "it does not take it",
    0x040D: "it does not know UTF-8",
    0x040E: "it conflicts with another setting",
    0x0413: "it lets nobody set it",
    0x0500: "it had an error of its own",
    0x0501: "it lets nobody set anything by IPP",
    0x0502: "its print service is down",
    0x0503: "it speaks another version of IPP",
    0x0504: "it has a defect",
    0x0505: "it had an error that may pass",
    0x0507: "it is busy",
    0x050A: "it is deactivated",
}
"""By status code of IANA's registry. The numbers of pyipp's own table are one too low from 0x0410 on."""


def status_words(status: int) -> str:
    """What a status means, in a few words."""
    return _STATUS.get(status, f"it answers status 0x{status:04x}")


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
