"""What was good before a change and is not any more. Pure: two healths and what the change meant to do.

Only a loss fails: what was bad before is not the change's fault, and what the change itself takes away (a port shut,
power off, a VLAN moved) is what was asked for. What a switch does not say is *not known*, and fails nothing.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Protocol

from campusctl.engine.cabling import same_switch
from campusctl.model.health import Cable, Check, DeclaredDevice, Health, Link, Neighbor, Root
from campusctl.model.sentence import joined, sentence
from campusctl.model.setting import Path, State
from campusctl.words.language import N_

_TOLERATED_MACS: Final = 5
"""Learnt addresses age and come back: so many may be missing, and up to half of them."""
_TOLERATED_DEVICES: Final = 2
"""So many devices may be switched off while a change goes on, and up to half of them."""
_MOVES: Final = frozenset({"mode", "access_vlan", "native_vlan", "untagged", "tagged", "voice_vlan", "lag"})
_VLAN: Final = re.compile(r"VLAN(\d{1,4})")
"""An instance that is one VLAN's."""
_OFF: Final = (False, "off", "never")
_SHOWN: Final = 4


class Changed(Protocol):
    """An edit, with its values or with what may be shown of them."""

    @property
    def path(self) -> Path:
        """What it is about."""

    @property
    def after(self) -> object:
        """What it shall be; None: the default, or gone."""


@dataclass(frozen=True)
class Expected:
    """What a comparison must know of the switch and of the change."""

    state: State = field(default_factory=State)
    """What the switch was before, for the members of its LAGs."""
    edits: Sequence[Changed] = ()
    """What the change does."""
    uplinks: tuple[str, ...] = ()
    """Ports and LAGs towards the core."""
    cables: tuple[Cable, ...] = ()
    """Cables to other switches, up and down."""
    devices: tuple[DeclaredDevice, ...] = ()
    """End devices that were looked for."""

    @cached_property
    def lag_of(self) -> dict[str, str]:
        """LAG by member, before the change."""
        return {path[1]: str(value) for path, value in self.state.under("port") if path[2:] == ("lag",)}

    @cached_property
    def trunks(self) -> frozenset[str]:
        """Ports that lead to other switches, and their LAGs."""
        ends = {*self.uplinks, *(end for cable in self.cables for end in (cable.port, cable.lag) if end)}
        return frozenset(ends | {port for port, lag in self.lag_of.items() if lag in ends})

    @cached_property
    def shut(self) -> frozenset[str]:
        """Ports that the change shuts, alone or with their LAG."""
        shut = {edit.path[1] for edit in self._at_ports("shutdown") if edit.after is True}
        return frozenset(shut | {port for port, lag in self.lag_of.items() if lag in shut})

    @cached_property
    def unpowered(self) -> frozenset[str]:
        """Ports that get no more power."""
        return self.shut | {edit.path[1] for edit in self._at_ports("poe") if edit.after in _OFF}

    @cached_property
    def moved(self) -> frozenset[str]:
        """Ports whose VLANs or LAG change, so that who is on them must be learnt anew; a LAG with its members."""
        moved = {edit.path[1] for edit in self._at_ports(*_MOVES)}
        return frozenset(moved | {port for port, lag in self.lag_of.items() if lag in moved})

    def reroutes(self, instance: str, root: Root) -> bool:
        """Whether the change may give a spanning-tree instance another root, or another way to it."""
        if self.touches("stp") or root.port in self.shut:
            return True
        vlan = _VLAN.fullmatch(instance)
        if vlan is None:
            return False
        ids = (str(int(vlan[1])), "all")
        # Where a link begins or ceases to carry a VLAN, its tree grows or falls apart.
        return any(
            edit.path[:2] == ("vlan", ids[0])
            or (edit.path[0] == "port" and edit.path[1] in self.trunks and _carries_otherwise(edit.path[2:], ids))
            for edit in self.edits
        )

    def touches(self, root: str, *parts: str) -> bool:
        """Whether the change does something to a setting below a root, or to one of these parts of a port."""
        return any(edit.path[0] == root for edit in self.edits) or bool(parts and list(self._at_ports(*parts)))

    def changes(self, port: str, *parts: str) -> bool:
        """Whether the change does something to one of these parts of a port or of its LAG."""
        return any(edit.path[1] in (port, self.lag_of.get(port)) for edit in self._at_ports(*parts))

    def _at_ports(self, *parts: str) -> Iterable[Changed]:
        return (edit for edit in self.edits if edit.path[0] == "port" and len(edit.path) > 2 and edit.path[2] in parts)


def _carries_otherwise(part: Path, ids: tuple[str, str]) -> bool:
    return part[1:2] == () or part[1] in ids if part[:1] == ("tagged",) else bool(_MOVES & set(part[:1]))


def compare_health(before: Health, after: Health, expected: Expected) -> tuple[Check, ...]:
    """Every check, in the order of importance for the way in.

    Args:
        before: Read before the first line was sent.
        after: Read after the last one.
        expected: The switch and the change.
    """
    return tuple(check(before, after, expected) for check in _CHECKS)


def failed(checks: Iterable[Check]) -> tuple[Check, ...]:
    """The checks that found a loss."""
    return tuple(check for check in checks if check.ok is False)


def until_healthy(  # noqa: PLR0913 - a clock is two functions
    read: Callable[[], Health],
    compare: Callable[[Health], tuple[Check, ...]],
    deadline_s: float,
    *,
    now: Callable[[], float],
    sleep: Callable[[float], object],
    pause_s: float = 2.0,
) -> tuple[Check, ...]:
    """Read and compare until nothing is lost, or the time is over: the checks of the last reading.

    A port forwards 30 s after it came up, and LLDP speaks every 30 s; addresses are learnt when somebody speaks.

    Args:
        read: Reads the switch; what it raises goes on to the caller.
        compare: Compares with what was before.
        deadline_s: How long to wait for the last check to become good, in seconds.
        now: Seconds of some clock.
        sleep: Waits so many seconds; may raise to stop.
        pause_s: Between two readings, in seconds.
    """
    end = now() + deadline_s
    while True:
        checks = compare(read())
        left = end - now()
        # A clock that was stopped (infinity) leaves no number at all: that is no time either.
        if not left > 0 or not failed(checks):
            return checks
        sleep(min(pause_s, left))


def _check(name: str, troubles: Sequence[str], good: str) -> Check:
    if not troubles:
        return Check(name=name, ok=True, text=good)
    more = [sentence("and {number} more", number=len(troubles) - _SHOWN)] if len(troubles) > _SHOWN else []
    return Check(name=name, ok=False, text=joined([*troubles[:_SHOWN], *more]))


def _not_known(name: str, what: str) -> Check:
    return Check(name=name, ok=None, text=f"{what}: not known")


def _neighbors(before: Health, after: Health, expected: Expected) -> Check:
    if before.neighbors is None or after.neighbors is None:
        return _not_known("neighbors", "LLDP neighbours")
    watched = [one for one in before.neighbors if one.port in expected.trunks]
    silent = expected.touches("lldp")
    lost = [
        sentence(
            "{what} is no longer heard on port {port}",
            what=one.name or one.chassis or sentence("the neighbour"),
            port=one.port,
        )
        for one in watched
        if one.port not in expected.shut
        and not (silent or expected.changes(one.port, "lldp_transmit", "lldp_receive"))
        and not any(_same(one, other) for other in after.neighbors)
    ]
    return _check("neighbors", lost, f"{len(watched)} neighbours at links to other switches, none lost")


def _same(one: Neighbor, other: Neighbor) -> bool:
    """Whether it is the same neighbour at the same port; it may have been renamed meanwhile."""
    if one == other:
        return True
    if one.port != other.port:
        return False
    if one.chassis and one.chassis == other.chassis:
        return True
    return same_switch(other.name, one.name.partition(".")[0]) if one.name else not one.chassis


def _links(before: Health, after: Health, expected: Expected) -> Check:
    if before.links is None or after.links is None:
        return _not_known("links", "state of ports")
    found = []
    # A member's link counts also where its LAG leads to no switch.
    watched = [port for port in before.links if port in expected.trunks or port in expected.lag_of]
    for port in watched:
        was, now = before.links[port], after.links.get(port, Link(up=False))
        if was.up and not now.up and not _may_go(port, expected):
            found.append(sentence("port {port} was up and is down", port=port))
        elif was.up and now.up and _slower(was, now) and not expected.changes(port, "speed", "speed_duplex", "lag"):
            found.append(
                sentence(
                    "port {port} had {was} Mbit/s and has {now}", port=port, was=was.speed_mbps, now=now.speed_mbps
                )
            )
    up = sum(before.links[port].up for port in watched)
    return _check("links", found, f"{up} links to other switches up as before")


def _may_go(port: str, expected: Expected) -> bool:
    members = [member for member, lag in expected.lag_of.items() if lag == port]
    gone = bool(members) and all(member in expected.shut or expected.changes(member, "lag") for member in members)
    return port in expected.shut or gone


def _slower(was: Link, now: Link) -> bool:
    return was.speed_mbps is not None and now.speed_mbps is not None and now.speed_mbps < was.speed_mbps


def _lag(before: Health, after: Health, expected: Expected) -> Check:
    if before.bundled is None or after.bundled is None:
        return _not_known("lag", "members of LAGs")
    lost = [
        sentence("port {port} carries nothing for its LAG any more", port=port)
        for port, good in before.bundled.items()
        if good and not after.bundled.get(port) and port not in expected.shut and not expected.changes(port, "lag")
    ]
    return _check("lag", lost, f"{sum(before.bundled.values())} members of LAGs carry traffic as before")


def _root(before: Health, after: Health, expected: Expected) -> Check:
    if before.roots is None or after.roots is None:
        return _not_known("root", "spanning-tree root")
    if before.roots and not after.roots and not expected.touches("stp"):
        return Check(name="root", ok=False, text=sentence("there was a spanning-tree root, and there is none any more"))
    found: dict[tuple[str, str, str], list[str]] = {}
    for instance, was in before.roots.items():
        now = after.roots.get(instance, was)
        if expected.reroutes(instance, was):
            continue
        strayed = was.port in expected.trunks and now.port != "" and now.port not in expected.trunks
        if now.bridge != was.bridge:
            found.setdefault((_ROOT_MOVED, was.bridge, now.bridge), []).append(instance)
        elif strayed:
            found.setdefault((_ROOT_STRAYED, "", now.port), []).append(instance)
    troubles = [
        sentence(template, instances=_listed(instances), was=was, now=now)
        for (template, was, now), instances in found.items()
    ]
    return _check("root", troubles, f"{len(before.roots)} spanning-tree roots as before")


_ROOT_MOVED: Final = N_("the root of {instances} was {was} and is {now}")
_ROOT_STRAYED: Final = N_("the root of {instances} is reached over port {now}, which is no uplink")


def _listed(names: Sequence[str]) -> str:
    first = ", ".join(names[:_SHOWN])
    if len(names) <= _SHOWN:
        return first
    return sentence("{names} and {number} more", names=first, number=len(names) - _SHOWN)


def _power(before: Health, after: Health, expected: Expected) -> Check:
    if before.power is None or after.power is None:
        return _not_known("power", "power over Ethernet")
    powered = [port for port, power in before.power.items() if power.delivering]
    lost = [
        sentence("port {port} powered a device and does not any more", port=port)
        for port in powered
        if port not in expected.unpowered and not (port in after.power and after.power[port].delivering)
    ]
    now = after.budgets or {}
    lost += [
        sentence(
            "the power budget of unit {unit} was {was} W and is {now} W",
            unit=unit,
            was=format(was.available_w, "g"),
            now=format(now[unit].available_w, "g"),
        )
        for unit, was in (before.budgets or {}).items()
        if unit in now and now[unit].available_w < was.available_w
    ]
    return _check("power", lost, f"{len(powered)} powered ports as before")


def _macs(before: Health, after: Health, expected: Expected) -> Check:
    if before.macs is None or after.macs is None:
        return _not_known("macs", "learnt addresses")
    uplinks = frozenset(expected.uplinks) | {port for port, lag in expected.lag_of.items() if lag in expected.uplinks}
    quiet = expected.shut | (expected.moved - uplinks)
    was, now = (_counted(macs, lambda port: port not in quiet) for macs in (before.macs, after.macs))
    up_was, up_now = (_counted(macs, lambda port: port in uplinks) for macs in (before.macs, after.macs))
    found = []
    if uplinks - expected.shut and up_was and (not up_now or (_fell(up_was, up_now) and not uplinks & expected.moved)):
        names = ", ".join(expected.uplinks)
        found.append(
            sentence(
                "{was} addresses were learnt over the uplink {uplinks}, and {now} are now",
                was=up_was,
                uplinks=names,
                now=up_now,
            )
        )
    if _fell(was, now) and not uplinks & expected.moved:
        found.append(sentence("{was} addresses were learnt, and {now} are now", was=was, now=now))
    return _check("macs", found, f"{was} addresses were learnt, and {now} are now")


def _counted(macs: dict[str, int], counts: Callable[[str], bool]) -> int:
    return sum(number for port, number in macs.items() if counts(port))


def _fell(was: int, now: int) -> bool:
    return was - now > _TOLERATED_MACS and now * 2 < was


def _gateway(before: Health, after: Health, expected: Expected) -> Check:
    del expected
    if before.gateway is None or after.gateway is None:
        return _not_known("gateway", "whether the gateway answers")
    if before.gateway and not after.gateway:
        return Check(name="gateway", ok=False, text=sentence("the gateway answered the switch, and does not any more"))
    good = "the gateway answers" if after.gateway else "the gateway did not answer before either"
    return Check(name="gateway", ok=True, text=good)


def _devices(before: Health, after: Health, expected: Expected) -> Check:
    if before.macs is None or after.macs is None:
        return _not_known("devices", "devices of the inventory")
    quiet = expected.unpowered | expected.moved
    seen = [one for one in expected.devices if one.mac in before.devices and before.devices[one.mac] not in quiet]
    lost = [one for one in seen if one.mac not in after.devices]
    powered = [one for one in lost if one.always_on]
    many = len(lost) > _TOLERATED_DEVICES and len(lost) * 2 > len(seen)
    troubles = [
        sentence("{device} was seen on port {port} and is not any more", device=one.name, port=one.port)
        for one in (lost if many else powered)
    ]
    off = f"; {_listed([one.name for one in lost])} not seen, perhaps switched off" if lost else ""
    return _check("devices", troubles, f"{len(seen) - len(lost)} of {len(seen)} devices seen as before{off}")


_CHECKS: Final = (_neighbors, _links, _lag, _gateway, _root, _macs, _power, _devices)
