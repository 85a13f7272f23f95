"""Wake-on-LAN of the wired interfaces."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any, Callable

from .edits import Edit, Work

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .pc import Pc

_NET = "/sys/class/net"


def parse(text: str) -> tuple[bool, bool | None]:
    """Whether `ethtool` says that a magic packet can wake the PC, and that it does; None: it does not say."""
    can = re.search(r"^\s*Supports Wake-on: (\S+)", text, re.MULTILINE)
    now = re.search(r"^\s*Wake-on: (\S+)", text, re.MULTILINE)
    return bool(can and "g" in can[1]), None if now is None else "g" in now[1]


def look(pc: Pc, wanted: Mapping[str, Any]) -> list[Work]:
    """Interfaces that do not wake the PC though they should, or the other way round."""
    if not wanted:
        return []
    names = _wired() if wanted.get("interface", "*") == "*" else [wanted["interface"]]
    if not names:
        pc.note("Wake-on-LAN: this PC has no wired interface")
    works: list[Work] = []
    for name in names:
        done = pc.machine.run(["ethtool", name])
        can, now = parse(done.out)
        pc.saw(("wol", name), [can, now])
        enabled = bool(wanted.get("enabled", True))
        if now is None or (enabled and not can):
            words = "there is no ethtool" if done.code == 127 else "it cannot be woken"
            pc.note(f"Wake-on-LAN: interface {name}: {words}")
        elif now is not enabled:
            works.append(
                Work([Edit(("wol", name), now, enabled, f"ethtool -s {name}")], _maker(pc, name, enabled=enabled))
            )
    return works


def _maker(pc: Pc, name: str, *, enabled: bool) -> Callable[[], None]:
    def make() -> None:
        pc.machine.must(["ethtool", "-s", name, "wol", "g" if enabled else "d"])

    return make


def _wired() -> list[str]:
    try:
        names = sorted(os.listdir(_NET))
    except OSError:
        return []
    there = os.path.exists
    return [name for name in names if there(f"{_NET}/{name}/device") and not there(f"{_NET}/{name}/wireless")]
