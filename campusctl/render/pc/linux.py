"""The document of a Linux PC: one table of parts, each in its own file."""

from typing import Any, Final

from campusctl.render.pc import accounts, browser, files, network, printing, session, shutdown, system, units
from campusctl.render.pc.document import OfPc, OfSettings

OF_SETTINGS: Final[tuple[OfSettings, ...]] = (
    system.timezone,
    system.time_servers,
    system.locale,
    system.sysctl,
    system.wake_on_lan,
    session.display_manager,
    session.kiosk,
    session.exam,
    browser.browser,
    network.proxy,
    network.firewall,
    network.updates,
    units.timers,
    units.cron,
    accounts.packages,
    accounts.groups,
    accounts.users,
    accounts.sudoers,
    units.services,
    files.directories,
    files.lines,
    files.blocks,
)
"""Parts that are the same for all PCs with the same settings. What an operator says himself stands last and wins."""

OF_PC: Final[tuple[OfPc, ...]] = (printing.printing, shutdown.shutdown)
"""Parts that know the PC or its school."""

HEAD: Final[dict[str, Any]] = {"format": 1, "os": "linux"}
"""What every document begins with."""
