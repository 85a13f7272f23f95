"""Where a running lab's devices answer, as long as a command runs: devices may be plugged in meanwhile."""

from collections.abc import Callable
from pathlib import Path

from campusctl.errors import CampusError
from campusctl.lab import state as lab_state
from campusctl.lab.remote import Remote
from campusctl.lab.state import LabState


class Places:
    """The lab of a workspace; `name in places` says whether it plays a printer, projector, board or print server."""

    def __init__(self, root: Path, state: LabState) -> None:
        """Begin with what is known of the lab.

        Args:
            root: The workspace.
            state: How the lab describes itself.
        """
        self._root, self._state = root, state
        self._stamp = self._stamped()
        self._asked: set[str] = set()

    def endpoint(self, address: str) -> tuple[str, int]:
        """Host and port of an inventory address.

        Raises:
            CampusError: The lab has no device there.
        """
        self._wait_for(address, lambda state: state.has(address))
        return self._state.endpoint(address)

    def __contains__(self, name: object) -> bool:
        self._wait_for(str(name), lambda state: name in state.appliances)
        return name in self._state.appliances

    def _wait_for(self, wanted: str, found: Callable[[LabState], bool]) -> None:
        """Look again; if devices wait for an address, let the lab look at the inventory, once for each question.

        Also where somebody has it: one that waits may be the successor.
        """
        if not found(self._state):
            self._refresh()
        if not self._state.waiting or wanted in self._asked:
            return
        self._asked.add(wanted)
        try:
            Remote(self._root).lease()
        except CampusError:
            # The inventory is being edited, or the lab goes down: then there is no device, and the caller says so.
            return
        self._refresh()

    def _refresh(self) -> None:
        stamp = self._stamped()
        if stamp != self._stamp:
            self._stamp = stamp
            self._asked.clear()
            self._state = lab_state.read(self._root) or self._state

    def _stamped(self) -> tuple[int, int]:
        """What changes whenever the lab describes itself anew."""
        try:
            seen = lab_state.state_file(self._root).stat()
        except OSError:
            return 0, 0
        return seen.st_ino, seen.st_mtime_ns
