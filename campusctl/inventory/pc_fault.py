"""One thing wrong with the resolved state of a PC."""

from typing import Final, NamedTuple


class Fault(NamedTuple):
    """One thing wrong, before anybody looked up who said it."""

    path: tuple[str, ...]
    """Path of the value, from `pc` on."""
    what: str
    """One sentence."""
    hint: str = ""
    """What to do about it."""


_ACCOUNTS: Final = (
    "root daemon bin sys sync games man lp mail news uucp proxy www-data backup list irc _apt nobody messagebus"
    " systemd-network systemd-timesync systemd-resolve sshd avahi lightdm gdm sddm colord pulse saned cups-pk-helper"
    " usbmux rtkit geoclue"
)
_GROUPS: Final = (
    "adm tty disk lp dialout fax voice cdrom floppy tape sudo audio dip operator src shadow utmp video sasl plugdev"
    " staff users nogroup input kvm render netdev bluetooth scanner lpadmin ssl-cert crontab systemd-journal wheel"
    " docker libvirt vboxusers wireshark pulse-access _ssh i2c gpio"
)
SYSTEM_ACCOUNTS: Final = frozenset(_ACCOUNTS.split())
"""Accounts that Debian's packages make."""

SYSTEM_GROUPS: Final = SYSTEM_ACCOUNTS | frozenset(_GROUPS.split())
"""Groups that Debian's packages make."""
