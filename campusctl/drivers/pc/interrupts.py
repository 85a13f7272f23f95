"""Which edits of a PC stop somebody's lesson, in words. What nobody has thought of counts as one that does."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, TypeAlias

from campusctl.drivers.pc.platforms.base import HostEdit
from campusctl.model.sentence import sentence

_QUIET_KINDS: Final = frozenset({"directory", "link", "cron", "wol", "timezone", "time", "power", "task"})
"""Nobody who sits at the PC sees these change."""

_SESSION_FILE: Final = re.compile(
    r"/etc/(lightdm|gdm3?|sddm|X11|xdg|dconf|pam\.d|security/(?!limits)|nsswitch|default/(locale|keyboard)|environment)"
    r"|/usr/share/(xsessions|wayland-sessions)|/(home|etc/skel)/|kiosk|exam|guest"
)
"""Who logs in, what they see then, and what a kiosk or an exam allows."""

_NETWORK_FILE: Final = re.compile(
    r"/etc/(nftables|iptables|ufw|firewall|hosts\b|resolv\.conf|network|netplan|NetworkManager|systemd/(network|resolved)"
    r"|proxychains|profile\.d/[^/]*proxy)|proxy|\.pac$"
)
"""What is let through, and which way."""

_QUIET_FILE: Final = re.compile(
    r"/etc/(motd|issue|timezone|localtime|cron\.|logrotate|sysctl|sudoers|apt/|cups/client\.conf|ssh/"
    r"|systemd/(timesyncd|system/)|locale\.gen|locale\.conf|default/(grub|cron)|chromium|firefox|opt/"
    r"|profile\.d/campus|bash|vim|security/limits|polkit|modprobe\.d|udev/rules\.d|ethtool|unattended)"
    r"|/usr/(local|share)/|/opt/|/srv/|/var/lib/campusctl/|/usr/lib/firefox"
)
"""Read at the next start of something, or by nobody who sits at the PC."""

_QUIET_UNITS: Final = re.compile(
    r"(\.timer$|^campus-)|^(cron|ssh|sshd|systemd-timesyncd|chrony|ntp|unattended-upgrades|avahi-daemon|cups-browsed"
    r"|rsyslog|apt-daily\S*|fstrim|logrotate|man-db|e2scrub\S*)(\.service)?$"
)
"""Units that nobody who sits at the PC works with."""

_LESSON_UNITS: Final = re.compile(
    r"lightdm|gdm|sddm|display-manager|NetworkManager|networking|systemd-networkd|nftables"
)

_REBOOT_STEP: Final = re.compile(r"\b(reboot|shutdown|init 6|kexec)\b")

_Found: TypeAlias = Iterator[str]


def interrupts(edits: Iterable[HostEdit]) -> tuple[str, ...]:
    """Whose work stops, once each, in the order of the edits.

    Args:
        edits: What will be changed.
    """
    found = [text for edit in edits for text in _of(edit)]
    return tuple(dict.fromkeys(found))


def _of(edit: HostEdit) -> _Found:
    if _REBOOT_STEP.search(edit.step) and edit.path[0] not in ("cron", "file", "task"):
        yield sentence("the whole PC (it restarts)")
    if edit.path[0] not in _QUIET_KINDS:
        yield from _RULES.get(edit.path[0], _unknown)(edit)


def _unknown(edit: HostEdit) -> _Found:
    yield sentence("perhaps the whole PC ({what})", what=" ".join(edit.path[:2]))


def _of_package(edit: HostEdit) -> _Found:
    """A new package is quiet; one that goes, or is replaced by another version, may be in use."""
    if edit.before not in (None, False, "absent"):
        yield sentence("whoever works with {what}", what=edit.path[1])


def _of_account(edit: HostEdit) -> _Found:
    """Nobody is logged in to what is new; a title, a password, a further group count from the next log-in on."""
    field = edit.path[2:3]
    if edit.before is None or field in (("title",), ("password",), ("shell",)):
        return
    gained = field == ("groups",) and _contains(edit.after, edit.before)
    if not gained:
        yield (
            sentence("whoever is logged in as {user}", user=edit.path[1])
            if edit.path[0] == "user"
            else sentence("members of {group}", group=edit.path[1])
        )


def _contains(after: object, before: object) -> bool:
    return isinstance(after, tuple) and isinstance(before, tuple) and set(before) <= set(after)


def _of_file(edit: HostEdit) -> _Found:
    path = edit.path[1]
    if _NETWORK_FILE.search(path):
        yield sentence("the way into the network (firewall, proxy, names)")
    elif _SESSION_FILE.search(path):
        yield sentence("log-in and desktop")
    elif not _QUIET_FILE.search(path):
        yield sentence("whoever uses {what}", what=path)


def _of_service(edit: HostEdit) -> _Found:
    """What is started, or only starts from the next boot on, disturbs nobody."""
    unit, field = edit.path[1], edit.path[2:3]
    if _LESSON_UNITS.search(unit) and field != ("enabled",):
        yield sentence("log-in, desktop or network ({unit})", unit=unit)
    elif not _QUIET_UNITS.search(unit) and not _only_starts(edit, field):
        yield sentence("whoever uses {what}", what=unit)


_STARTED: Final = ((("running",), True), (("state",), "started"))
"""A service that is started, as Linux and Windows say it."""


def _only_starts(edit: HostEdit, field: tuple[str, ...]) -> bool:
    return field in (("enabled",), ("start_mode",)) or (field, edit.after) in _STARTED


def _of_printer(edit: HostEdit) -> _Found:
    """A new queue is quiet, and so is what is written on one."""
    if edit.before is not None and edit.path[2:3] not in (("info",), ("location",)):
        yield sentence("printing") if edit.path[1] == "default" else sentence("printing on {queue}", queue=edit.path[1])


def _of_registry(edit: HostEdit) -> _Found:
    yield sentence("perhaps log-in and desktop (registry {key})", key=edit.path[1])


def _of_feature(edit: HostEdit) -> _Found:
    yield sentence("the whole PC (feature {feature} may restart it)", feature=edit.path[1])


def _of_firewall(_edit: HostEdit) -> _Found:
    yield sentence("the way into the network (firewall)")


def _of_role(edit: HostEdit) -> _Found:
    task = edit.path[2] if len(edit.path) > 2 else sentence("its tasks")
    yield sentence("perhaps the whole PC (role {role}: {task})", role=edit.path[1], task=task)


_RULES: Final[Mapping[str, Callable[[HostEdit], _Found]]] = {
    "package": _of_package,
    "user": _of_account,
    "group": _of_account,
    "file": _of_file,
    "absent": _of_file,
    "line": _of_file,
    "block": _of_file,
    "service": _of_service,
    "printer": _of_printer,
    "registry": _of_registry,
    "feature": _of_feature,
    "firewall": _of_firewall,
    "role": _of_role,
}
"""By kind; a kind that stands neither here nor among the quiet ones may concern the whole PC."""
