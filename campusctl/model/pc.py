"""The state of a PC: what a layer of the inventory may say below `pc:`. See docs/pcs.md for each kind."""

from typing import Literal

from pydantic import Field

from campusctl.model.frozen import Frozen
from campusctl.model.login import Login
from campusctl.model.pc_names import (
    AbsolutePath,
    Account,
    Entry,
    Playbook,
    RoleName,
    SudoCommand,
    SudoWho,
    SysctlKey,
    SysctlValue,
)
from campusctl.model.pc_parts import (
    Browser,
    DisplayManager,
    Exam,
    Firewall,
    Kiosk,
    PackageState,
    PcBlock,
    PcCron,
    PcDirectory,
    PcFile,
    PcGroup,
    PcLine,
    PcLocale,
    PcMode,
    PcTimer,
    PcUser,
    Printing,
    Proxy,
    Shutdown,
    Units,
    Updates,
    Wake,
)
from campusctl.model.pc_windows import WindowsSettings

__all__ = ["PcMode", "PcSettings", "Wake"]


class PcSettings(Frozen):
    """What every layer may say about its PCs. Maps are merged key by key; an entry that is null is taken back."""

    login: Login = Field(default_factory=Login)
    """How campusctl logs in: `user`, `key_file`; `enable` is the reference of sudo's password."""
    packages: PackageState = Field(default_factory=dict)
    """Packages: present or absent."""
    groups: dict[Account, PcGroup | None] = Field(default_factory=dict)
    """Local groups by name."""
    users: dict[Account, PcUser | None] = Field(default_factory=dict)
    """Local accounts by name."""
    files: dict[AbsolutePath, PcFile | None] = Field(default_factory=dict)
    """Whole files by path."""
    directories: dict[AbsolutePath, PcDirectory | None] = Field(default_factory=dict)
    """Folders by path."""
    links: dict[AbsolutePath, AbsolutePath | None] = Field(default_factory=dict)
    """Symbolic links by path, and where they lead."""
    absent: dict[AbsolutePath, bool | None] = Field(default_factory=dict)
    """Paths that must not be there (true)."""
    lines: dict[AbsolutePath, dict[Entry, PcLine | None]] = Field(default_factory=dict)
    """Single lines of files by path, then by a name."""
    blocks: dict[AbsolutePath, dict[Entry, PcBlock | None]] = Field(default_factory=dict)
    """Blocks of lines in files by path, then by a name."""
    services: Units = Field(default_factory=dict)
    """systemd units by name."""
    timers: dict[Entry, PcTimer | None] = Field(default_factory=dict)
    """Commands at set times, run by systemd, by name."""
    cron: dict[Entry, PcCron | None] = Field(default_factory=dict)
    """Commands at set times, run by cron, by name."""
    sysctl: dict[SysctlKey, SysctlValue | None] = Field(default_factory=dict)
    """Kernel settings."""
    sudoers: dict[SudoWho, tuple[SudoCommand, ...] | None] = Field(default_factory=dict)
    """Commands an account, or a `%group`, may run as root without a password."""
    locale: PcLocale = Field(default_factory=PcLocale)
    """Language and keyboard."""
    browser: Browser = Field(default_factory=Browser)
    """Policies of the browsers."""
    printing: Printing = Field(default_factory=Printing)
    """Print queues."""
    proxy: Proxy = Field(default_factory=Proxy)
    """Web proxy."""
    firewall: Firewall = Field(default_factory=Firewall)
    """Packet filter."""
    updates: Updates = Field(default_factory=Updates)
    """Automatic updates."""
    wake_on_lan: bool | None = None
    """A magic packet wakes the PC; none: left as it is."""
    wake: Wake = Field(default_factory=Wake)
    """How a PC that is off is woken."""
    shutdown: Shutdown = Field(default_factory=Shutdown)
    """Off at night."""
    display_manager: DisplayManager = Field(default_factory=DisplayManager)
    """Who may sit down, and what they see."""
    mode: PcMode = "normal"
    """What the PC is for now: normal lessons, one page for everybody (kiosk), or an exam."""
    kiosk: Kiosk = Field(default_factory=Kiosk)
    """What kiosk mode shows."""
    exam: Exam = Field(default_factory=Exam)
    """What exam mode allows."""
    modes: dict[Literal["kiosk", "exam"], "PcSettings"] = Field(default_factory=dict)
    """What else holds in a mode: the same keys as here, heard after all layers."""
    windows: WindowsSettings = Field(default_factory=WindowsSettings)
    """What only Windows PCs have."""
    roles: tuple[RoleName, ...] = ()
    """Ansible roles of the city's own, run after the state is made."""
    playbooks: tuple[Playbook, ...] = ()
    """Ansible playbooks of the city's own, paths below the workspace."""
    overdue_days: int = Field(default=14, strict=True, ge=1, le=365)
    """Days without being seen after which a PC is overdue."""
