"""Services, timers and sockets: one `systemctl show` for all."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Callable, NamedTuple

from . import atomic, ways
from .edits import Edit, Trouble, Work

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .pc import Pc

_ENABLED = {"enabled", "enabled-runtime", "alias", "static", "indirect", "generated", "transient"}
_DISABLED = {"disabled", "static", "indirect", "masked", "masked-runtime", "generated", "transient", ""}
_RUNS = {"active", "reloading", "activating", "refreshing"}
_MASKS = "/etc/systemd/system"


class Unit(NamedTuple):
    """A unit as systemd sees it."""

    load: str
    """`loaded`, `not-found`, `masked`, …"""
    active: str
    """`active`, `inactive`, `failed`, … or `unknown`."""
    file: str
    """`enabled`, `disabled`, `static`, … or nothing."""

    @property
    def masked(self) -> bool:
        """Nothing can start it."""
        return self.load == "masked" or self.file.startswith("masked")

    @property
    def there(self) -> bool:
        """It is installed."""
        return self.load not in ("not-found", "")


def parse(text: str, names: list[str]) -> dict[str, Unit]:
    """Units from what `systemctl show` prints, which is in the order that was asked for."""
    found: dict[str, Unit] = {}
    for name, stanza in zip(names, text.split("\n\n")):
        rows = dict(line.partition("=")[::2] for line in stanza.splitlines())
        found[name] = Unit(rows.get("LoadState", ""), rows.get("ActiveState", ""), rows.get("UnitFileState", ""))
    return found


def look(pc: Pc, wanted: Mapping[str, Any]) -> list[Work]:
    """Units that are not as they should be."""
    names = list(wanted)
    if not names:
        return []
    units = [name if "." in name.rpartition("@")[2] else f"{name}.service" for name in names]
    done = pc.machine.run(["systemctl", "show", "-p", "LoadState,ActiveState,UnitFileState", *units])
    if done.code == 127:
        pc.note("there is no systemctl on this PC")
    have = parse(done.out, names)
    works: list[Work] = []
    for name, unit in zip(names, units):
        state = _state(have.get(name, Unit("", "", "")), unit)
        pc.saw(("service", name), list(state))
        works += _works(pc, name, unit, (state, wanted[name]))
    return works


def _state(unit: Unit, name: str) -> Unit:
    """A unit that is masked before it is installed is a link, which not every systemctl reads."""
    if not unit.there and os.path.realpath(os.path.join(_MASKS, name)) == "/dev/null":
        return unit._replace(load="masked")
    return unit


def _works(pc: Pc, name: str, unit: str, states: tuple[Unit, Mapping[str, Any]]) -> list[Work]:
    now, wanted = states
    ways.check_unit(
        name,
        active=now.active in _RUNS,
        masked=bool(wanted.get("masked")),
        running=wanted.get("running"),
        enabled=wanted.get("enabled"),
    )
    edits = _edits(pc, name, now, wanted)
    return [Work([edit], _maker(pc, unit, edit)) for edit in edits]


def _edits(pc: Pc, name: str, now: Unit, wanted: Mapping[str, Any]) -> list[Edit]:
    masked = bool(wanted.get("masked"))
    edits: list[Edit] = []
    if masked is not now.masked and (
        masked or wanted.get("masked") is False or wanted.get("enabled") or wanted.get("running")
    ):
        edits.append(
            Edit(("service", name, "masked"), now.masked, masked, f"systemctl {'mask' if masked else 'unmask'} {name}")
        )
    if masked:
        return edits
    enabled = None if not now.there else now.file in _ENABLED if wanted.get("enabled") else now.file not in _DISABLED
    if "enabled" in wanted and enabled is not wanted["enabled"] and (now.there or wanted["enabled"]):
        verb = "enable" if wanted["enabled"] else "disable"
        edits.append(Edit(("service", name, "enabled"), enabled, wanted["enabled"], f"systemctl {verb} {name}"))
    running = None if not now.there else now.active in _RUNS
    if now.active == "unknown" and now.there:
        pc.note(f"service {name}: this PC's systemctl cannot say whether it runs")
    elif "running" in wanted and running is not wanted["running"] and (now.there or wanted["running"]):
        verb = "start" if wanted["running"] else "stop"
        edits.append(Edit(("service", name, "running"), running, wanted["running"], f"systemctl {verb} {name}"))
    return edits


def _maker(pc: Pc, unit: str, edit: Edit) -> Callable[[], None]:
    verb = edit.step.split()[1]

    def make() -> None:
        state = parse(
            pc.machine.run(["systemctl", "show", "-p", "LoadState,ActiveState,UnitFileState", unit]).out, [unit]
        ).get(unit)
        if state is not None and not state.there and verb in ("mask", "unmask"):
            _mask_by_hand(pc, unit, verb)
        elif state is not None and not state.there:
            raise Trouble("rejected", f"{unit}: there is no such unit", "is its package in the document?")
        else:
            pc.machine.must(["systemctl", *_words(verb), unit])

    return make


def _words(verb: str) -> list[str]:
    return ["mask", "--now"] if verb == "mask" else [verb]


def _mask_by_hand(pc: Pc, unit: str, verb: str) -> None:
    path = os.path.join(_MASKS, unit)
    if verb == "mask":
        atomic.link(path, "/dev/null")
    else:
        atomic.remove(path)
    _: str | None = pc.machine.must(["systemctl", "daemon-reload"])
