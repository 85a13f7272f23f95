"""The files of a Linux PC that campusctl makes from settings: their paths, and the setting each comes from."""

from typing import Final

LOCALE: Final = "/etc/default/locale"
LOCALE_GEN: Final = "/etc/locale.gen"
KEYBOARD: Final = "/etc/default/keyboard"
TIMEZONE: Final = "/etc/timezone"
LOCALTIME: Final = "/etc/localtime"
TIMESYNC: Final = "/etc/systemd/timesyncd.conf.d/60-campusctl.conf"
SYSCTL: Final = "/etc/sysctl.d/60-campusctl.conf"
SUDOERS: Final = "/etc/sudoers.d/60-campusctl"
FIREFOX: Final = "/etc/firefox/policies/policies.json"
CHROMIUM: Final = "/etc/chromium/policies/managed/campusctl.json"
CUPS_CLIENT: Final = "/etc/cups/client.conf"
APT_PROXY: Final = "/etc/apt/apt.conf.d/80campusctl-proxy"
NFTABLES: Final = "/etc/nftables.conf"
UPDATES: Final = "/etc/apt/apt.conf.d/52campusctl-updates"
UPDATE_TIMER: Final = "/etc/systemd/system/apt-daily-upgrade.timer.d/60-campusctl.conf"
SHUTDOWN: Final = "/usr/local/sbin/campusctl-shutdown"
LIGHTDM: Final = "/etc/lightdm/lightdm.conf.d/60-campusctl.conf"
GDM: Final = "/etc/gdm3/daemon.conf"
SDDM: Final = "/etc/sddm.conf.d/60-campusctl.conf"
KIOSK_PROGRAM: Final = "/usr/local/bin/campusctl-kiosk"
KIOSK_SESSION: Final = "/usr/share/xsessions/campusctl-kiosk.desktop"
EXAM_MODULES: Final = "/etc/modprobe.d/60-campusctl-exam.conf"
UNITS: Final = "/etc/systemd/system"

MADE: Final = {
    LOCALE: "locale.lang",
    LOCALE_GEN: "locale.lang",
    KEYBOARD: "locale.keyboard",
    TIMEZONE: "timezone",
    LOCALTIME: "timezone",
    TIMESYNC: "ntp",
    SYSCTL: "sysctl",
    SUDOERS: "sudoers",
    FIREFOX: "browser",
    CHROMIUM: "browser",
    CUPS_CLIENT: "printing.server",
    APT_PROXY: "proxy",
    NFTABLES: "firewall",
    UPDATES: "updates",
    UPDATE_TIMER: "updates.time",
    SHUTDOWN: "shutdown",
    LIGHTDM: "display_manager",
    GDM: "display_manager",
    SDDM: "display_manager",
    KIOSK_PROGRAM: "kiosk",
    KIOSK_SESSION: "kiosk",
    EXAM_MODULES: "exam",
}
"""Path of each such file, and the setting that it is made from."""

SHARED: Final = frozenset({LOCALE, LOCALE_GEN, KEYBOARD, FIREFOX, CUPS_CLIENT, NFTABLES, GDM})
"""Those that a PC may have without campusctl: one that no setting asks for is left as it is; the others are removed."""


def timer_unit(name: str) -> str:
    """The name, without ending, of the units that a timer becomes."""
    return "campusctl-" + name.lower().replace(" ", "-")
