"""What IPP says in numbers and keywords, in plain words."""

from typing import Final, NamedTuple

from campusctl.model.sentence import sentence
from campusctl.words.language import N_


class Note(NamedTuple):
    """What a person should know of a printer."""

    kind: str
    """What it is about: `paper`, `supply`, `cover`, `jam`, or a word of its own."""
    text: str
    """In a few words."""

    @property
    def told(self) -> "Note":
        """The note of a table, as a sentence that other languages say, too."""
        return self._replace(text=sentence(self.text))


_REASONS: Final = {
    "media-empty": Note("paper", N_("out of paper")),
    "media-needed": Note("paper", N_("waits for paper")),
    "media-low": Note("paper", N_("little paper left")),
    "media-jam": Note("jam", N_("paper jam")),
    "input-tray-missing": Note("paper", N_("a tray is missing")),
    "output-tray-missing": Note("output", N_("an output tray is missing")),
    "output-area-full": Note("output", N_("the output tray is full")),
    "output-area-almost-full": Note("output", N_("the output tray is almost full")),
    "toner-empty": Note("supply", N_("out of toner")),
    "toner-low": Note("supply", N_("little toner left")),
    "marker-supply-empty": Note("supply", N_("out of toner or ink")),
    "marker-supply-low": Note("supply", N_("little toner or ink left")),
    "marker-waste-full": Note("waste", N_("the waste toner box is full")),
    "marker-waste-almost-full": Note("waste", N_("the waste toner box is almost full")),
    "opc-near-eol": Note("drum", N_("the drum is nearly worn out")),
    "opc-life-over": Note("drum", N_("the drum is worn out")),
    "developer-low": Note("supply", N_("little developer left")),
    "developer-empty": Note("supply", N_("out of developer")),
    "fuser-over-temp": Note("fuser", N_("the fuser is too hot")),
    "fuser-under-temp": Note("fuser", N_("the fuser is too cold")),
    "cover-open": Note("cover", N_("a cover is open")),
    "door-open": Note("cover", N_("a door is open")),
    "interlock-open": Note("cover", N_("a cover is not closed properly")),
    "paused": Note("paused", N_("paused")),
    "moving-to-paused": Note("paused", N_("will be paused")),
    "shutdown": Note("shutdown", N_("is being switched off")),
    "connecting-to-device": Note("device", N_("waits for the device behind it")),
    "timed-out": Note("device", N_("the device behind it does not answer")),
    "stopping": Note("stopping", N_("is stopping")),
    "spool-area-full": Note("memory", N_("its memory is full")),
    "deactivated": Note("deactivated", N_("deactivated")),
    "identify-printer-requested": Note("identify", N_("somebody looks for it")),
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
    known = _REASONS.get(keyword)
    return known.told if known else Note(keyword, keyword.replace("-", " "))


STATES: Final = {3: "idle", 4: "printing", 5: "stopped"}
"""`printer-state` (RFC 8011, 5.4.11)."""
