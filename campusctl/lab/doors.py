"""Whose doors follow the network: every PC and appliance of a school is asked again when something may have changed."""

import asyncio
from collections import defaultdict
from collections.abc import Callable


class Doors:
    """Tells devices that their way to the network may have changed, soon after and once however much changed."""

    def __init__(self) -> None:
        """Begin with nobody; in the running event loop."""
        self._loop = asyncio.get_running_loop()
        self._of: dict[str, list[Callable[[], None]]] = defaultdict(list)
        self._due: set[str] = set()

    def add(self, school: str, follow: Callable[[], None]) -> None:
        """Call this whenever something may have changed in a school."""
        self._of[school].append(follow)

    def moved(self, school: str) -> None:
        """Something may have changed; may be called in another thread."""
        if school in self._of and school not in self._due:
            self._due.add(school)
            self._loop.call_soon_threadsafe(self._tell, school)

    def _tell(self, school: str) -> None:
        self._due.discard(school)
        for follow in self._of[school]:
            follow()
