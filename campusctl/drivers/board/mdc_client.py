"""The client of python-samsung-mdc, a little more careful. Imported when the first display is spoken to."""

from typing import Any

from samsung_mdc import MDC  # type: ignore[import-untyped]
from samsung_mdc.exceptions import MDCResponseError  # type: ignore[import-untyped]


class Display(MDC):  # type: ignore[misc] # the library has no types
    """One display."""

    async def open(self) -> None:
        """Connect; see the library."""
        await super().open()
        self._read_whole()

    async def _start_tls(self, pin: str) -> None:
        self._read_whole()
        # The library puts TLS below a conversation that does not know of it: asyncio would complain, on a person's
        # terminal, when the display hangs up first.
        self.writer._protocol._over_ssl = True  # noqa: SLF001 - likewise
        await super()._start_tls(pin)

    def _read_whole(self) -> None:
        # The library takes what the first packet holds for the whole answer.
        self.reader.read = self.reader.readexactly

    async def send(self, cmd: Any, display_id: int, data: Any = b"") -> Any:  # noqa: ANN401 - as the library has it
        """Send a command; its acknowledgement, the command that is answered, and the values.

        Raises:
            MDCResponseError: Another command is answered. The library does not look, and would take a late answer for
                this one.
        """
        acknowledged, answered, values = await super().send(cmd, display_id, data)
        if answered[0] != (cmd if isinstance(cmd, int) else cmd[0]):
            raise MDCResponseError("another command is answered", values)
        return acknowledged, answered, values
