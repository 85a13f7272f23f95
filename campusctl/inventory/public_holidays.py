"""Public holidays by country and state, from the `holidays` package: no network, and imported when first asked for."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache

from campusctl.inventory.issue import Issue
from campusctl.inventory.layers import CITY_FILE
from campusctl.inventory.names_hint import did_you_mean
from campusctl.model.calendar import CityCalendar


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
    import holidays  # noqa: PLC0415 - 70 ms, and most commands need no holiday

    try:
        return dict(
            holidays.country_holidays(country, subdiv=subdivision or None, years=year, expand=False, language="en_US")
        )
    except NotImplementedError:
        return {}


def unknown_place(calendar: CityCalendar) -> Iterator[Issue]:
    """A country or state whose holidays nobody knows: its holidays would pass for school days."""
    if not calendar.country:
        return
    known = _known_places()
    if calendar.country not in known:
        yield _issue("country", calendar.country, did_you_mean(calendar.country, known) or "such as DE, AT or CH")
    elif calendar.subdivision and calendar.subdivision not in known[calendar.country]:
        states = known[calendar.country]
        near = did_you_mean(calendar.subdivision, states) or f"there are {', '.join(states) or 'none'}"
        yield _issue("subdivision", calendar.subdivision, near)


@lru_cache(1)
def _known_places() -> Mapping[str, list[str]]:
    """States and regions by country."""
    import holidays  # noqa: PLC0415 - see above

    return holidays.list_supported_countries()


def _issue(key: str, value: str, hint: str) -> Issue:
    words = {"country": "unknown country", "subdivision": "unknown state or region"}
    return Issue(CITY_FILE, ("calendar", key), f"calendar.{key}", f"{words[key]} {value}", hint)
