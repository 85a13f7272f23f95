"""Public holidays by country and state, from the `holidays` package: no network, and imported when first asked for."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Final

from campusctl.inventory.issue import Issue
from campusctl.inventory.layers import CITY_FILE
from campusctl.inventory.names_hint import did_you_mean
from campusctl.model.calendar import CityCalendar
from campusctl.model.sentence import N_, sentence


@lru_cache(256)
def public_holidays(country: str, subdivision: str, year: int) -> Mapping[date, str]:
    """The public holidays of a year by date, in English; none without a country, and for a place nobody knows.

    Args:
        country: ISO 3166-1 code, such as `DE`; empty: none is said.
        subdivision: State or region, such as `NW`; empty: those of the whole country.
        year: Four digits; the package knows German ones from 1991 to 2100.
    """
    if not country:
        return {}
    import holidays  # noqa: PLC0415 - 60 ms, and most commands need no holiday

    try:
        return dict(
            holidays.country_holidays(country, subdiv=subdivision or None, years=year, expand=False, language="en_US")
        )
    except NotImplementedError:
        return {}


GERMAN_STATES: Final = (
    "BB", "BE", "BW", "BY", "HB", "HE", "HH", "MV", "NI", "NW", "RP", "SH", "SL", "SN", "ST", "TH",
)  # fmt: skip
"""Known without the package, whose import would be a good part of the time that an inventory takes to check."""


def unknown_place(calendar: CityCalendar) -> Iterator[Issue]:
    """A country or state whose holidays nobody knows: its holidays would pass for school days."""
    country, subdivision = calendar.country, calendar.subdivision
    if not country or (country == "DE" and subdivision in ("", *GERMAN_STATES)):
        return
    known = _known_places()
    if country not in known:
        yield _issue("country", country, did_you_mean(country, known) or sentence("such as DE, AT or CH"))
    elif subdivision and subdivision not in known[country]:
        states = known[country]
        near = did_you_mean(subdivision, states) or sentence(
            "there are {names}", names=", ".join(states) or sentence("none")
        )
        yield _issue("subdivision", subdivision, near)


@lru_cache(1)
def _known_places() -> Mapping[str, list[str]]:
    """States and regions by country."""
    import holidays  # noqa: PLC0415 - see above

    return holidays.list_supported_countries()


def _issue(key: str, value: str, hint: str) -> Issue:
    words = {"country": N_("unknown country {name}"), "subdivision": N_("unknown state or region {name}")}
    return Issue(CITY_FILE, ("calendar", key), f"calendar.{key}", sentence(words[key], name=value), hint)
