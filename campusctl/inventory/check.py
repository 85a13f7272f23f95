"""Rules that hold between the files."""

from collections.abc import Iterator
from datetime import date
from campusctl.inventory.city import City, School
from campusctl.inventory.issue import Issue
from campusctl.inventory.topology import topology


def city_issues(city: City) -> Iterator[Issue]:
    """x."""
    return iter(())


def school_issues(city: City, school: School) -> Iterator[Issue]:
    """x."""
    yield from topology(city, school).issues


def expired_issues(city: City, today: date) -> Iterator[Issue]:
    """x."""
    return iter(())
