"""Which PCs one `ansible-playbook` works on: those of one school that share its playbooks, in handy numbers."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from campusctl.drivers.pc.platforms.base import Platform
from campusctl.drivers.pc.surroundings import Needs
from campusctl.model.plan import Target
from campusctl.workspace import defaults

_LARGEST: Final = 100
"""PCs of one child. Their documents are in its memory and in that of each of its workers."""

DEADLINE_S: Final = 300.0
"""When a PC stops by itself, in seconds."""

LOCK_WAIT_S: Final = 60.0
"""How long somebody else's package lock is waited for, in seconds."""

_SLACK_S: Final = 60
_ROLE_TASK_S: Final = 3600


@dataclass(frozen=True, slots=True)
class Item:
    """One PC and what is wanted of it."""

    target: Target
    """The PC."""
    platform: Platform
    """What it is."""
    check: bool = True
    """Nothing is changed."""
    expect: str = ""
    """Digest that the plan saw; empty: none."""
    keep: str = ""
    """Id under which the PC keeps what is replaced; empty: nothing is kept."""
    lock_wait_s: float = LOCK_WAIT_S
    """How long somebody else's package lock is waited for, in seconds."""

    @property
    def name(self) -> str:
        """Name of the PC."""
        return self.target.device


@dataclass(frozen=True, slots=True)
class Lot:
    """The PCs of one child process."""

    items: tuple[Item, ...]
    """At least one; all of one school, one platform and the same playbooks."""

    @property
    def school(self) -> str:
        """The school of its PCs."""
        return self.items[0].target.school

    @property
    def check(self) -> bool:
        """Nothing is changed."""
        return self.items[0].check

    @property
    def playbooks(self) -> tuple[Path, ...]:
        """What is run, in order."""
        target, folder = self.items[0].target, self._folder
        return folder / self.items[0].platform.playbook, *(folder.parent / name for name in target.own_playbooks)

    @property
    def _folder(self) -> Path:
        return Path(self.items[0].target.playbooks or defaults() / "playbooks")

    @property
    def needs(self) -> Needs:
        """What its child process depends on."""
        roles = any(item.target.roles or item.target.own_playbooks for item in self.items)
        return Needs(
            playbooks=self._folder,
            hosts=len(self.items),
            connect_s=max(item.target.login.timeout_s for item in self.items),
            task_s=_ROLE_TASK_S if roles else round(DEADLINE_S + self.items[0].lock_wait_s) + _SLACK_S,
            several=roles or not self.items[0].platform.proves,
            agent=any(item.target.login.key_passphrase for item in self.items),
        )


def lots(items: Iterable[Item]) -> tuple[Lot, ...]:
    """The items in lots, in the order of the first item of each."""
    groups: dict[tuple[object, ...], list[Item]] = {}
    for item in items:
        target = item.target
        key = (target.school, item.platform.name, target.playbooks, target.own_playbooks)
        groups.setdefault(key, []).append(item)
    return tuple(
        Lot(tuple(group[start : start + _LARGEST]))
        for group in groups.values()
        for start in range(0, len(group), _LARGEST)
    )
