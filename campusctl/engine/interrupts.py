"""Which edits stop somebody's traffic for a moment, in words: ports, VLANs, the whole switch, and who is on them.

An edit that is not known here counts as one that does: a wrong guess would cost a lesson. What is known to stop
nothing stands in `interrupt_tables`; docs/windows.md says why.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from functools import cached_property
from typing import Final, NamedTuple

from campusctl.engine import interrupt_tables as tables
from campusctl.engine.guard import carries
from campusctl.engine.setting_words import plain_part
from campusctl.model.plan import ManagementPath
from campusctl.model.sentence import joined, sentence
from campusctl.model.setting import FREE, Edit, State, Value


class Scope(StrEnum):
    """Whose traffic stops."""

    PORT = "port"
    """Whoever is behind one port."""
    VLAN = "vlan"
    """Everybody in one VLAN of this switch."""
    MANAGEMENT = "management"
    """Nobody but us: the switch itself may not be reached for a while, or until somebody drives there."""
    SWITCH = "switch"
    """Everybody on this switch, and behind it."""


class Interruption(NamedTuple):
    """Somebody whose traffic stops for a moment."""

    scope: Scope
    """Whose."""
    ports: tuple[str, ...]
    """The ports concerned, canonical names; () when all may be."""
    text: str
    """For a person: `1/1/7 (Beamer, R101)`, `VLAN 30 (SCHUELER)`, `the whole switch (spanning tree)`."""


def interrupts(
    before: State,
    edits: Iterable[Edit],
    rooms: Mapping[str, str],
    management: ManagementPath | None = None,
    *,
    reboots: bool = False,
) -> tuple[str, ...]:
    """The interruptions in words; see `interruptions`."""
    found = interruptions(before, edits, rooms, management, reboots=reboots)
    return tuple(interruption.text for interruption in found)


def interruptions(
    before: State,
    edits: Iterable[Edit],
    rooms: Mapping[str, str],
    management: ManagementPath | None = None,
    *,
    reboots: bool = False,
) -> tuple[Interruption, ...]:
    """Everybody whose traffic stops, once, in the order of the edits.

    Args:
        before: What the switch is.
        edits: What will be changed.
        rooms: Room of the device at a port, by port, as far as the inventory knows it.
        management: The way to the switch, so that uplinks are told apart; None: nobody knows.
        reboots: The revert that will be armed restarts the switch.
    """
    change = _Change(before, tuple(edits), rooms, management or ManagementPath())
    found = [one for edit in change.edits for one in _RULES.get(edit.path[0], _other)(change, edit)]
    if reboots:
        found.insert(0, _switch(sentence("its revert is a reboot")))
    return tuple(dict.fromkeys(found))


class _Change:
    """The edits of one switch, and what is known around them."""

    def __init__(
        self, before: State, edits: tuple[Edit, ...], rooms: Mapping[str, str], management: ManagementPath
    ) -> None:
        self.before = before
        self.edits = edits
        self.rooms = rooms
        self.management = management

    @cached_property
    def after(self) -> State:
        """What the switch will be."""
        return self.before.edited(self.edits)

    def port(self, name: str) -> Interruption:
        """Whoever is behind a port."""
        lag = self.before.get("port", name, "lag")
        up = bool({name, lag} & set(self.management.uplinks))
        words = (
            self.before.get("port", name, "description"),
            self.rooms.get(name),
            up and sentence("uplink, all behind it"),
        )
        known = joined((word if isinstance(word, str) else str(word) for word in words if word), ", ")
        return Interruption(Scope.PORT, (name,), sentence("{port} ({what})", port=name, what=known) if known else name)

    def is_idle(self, name: str) -> bool:
        """A port that is shut has no traffic to stop, nor has a LAG or another interface that is being made."""
        return self.before.get("port", name, "shutdown") is True or name in self._made

    @cached_property
    def _made(self) -> frozenset[str]:
        """Interfaces that exist only after the change."""
        made = {edit.path[1] for edit in self.edits if edit.path[0] == "port" and len(edit.path) == 2 and edit.after}
        lags = {str(edit.after) for edit in self.edits if edit.path[0] == "port" and edit.path[2:] == ("lag",)}
        return frozenset(name for name in made | lags if not any(self.before.under("port", name)))

    def users(self, vlan: str) -> tuple[str, ...]:
        """Ports that carry a VLAN; a single trunk that carries every VLAN leads it nowhere."""
        found = (port for port in self.before.names("port") if carries(self.before, port, vlan))
        # A LAG and its members are one way.
        ports = tuple(dict.fromkeys(str(self.before.get("port", port, "lag") or port) for port in found))
        return ports if len(ports) > 1 or any(self._names(port, vlan) for port in ports) else ()

    def _names(self, port: str, vlan: str) -> bool:
        own = ("access_vlan", "untagged", "native_vlan", "voice_vlan")
        tagged = self.before.get("port", port, "tagged", vlan) is not None
        return tagged or any(self.before.get("port", port, part) == vlan for part in own)

    def vlan(self, vlan: str) -> Interruption:
        """Everybody in a VLAN."""
        name = self.before.get("vlan", vlan, "name")
        return Interruption(Scope.VLAN, self.users(vlan), f"VLAN {vlan} ({name})" if name else f"VLAN {vlan}")

    def asks_who_is_there(self) -> bool:
        """Whether some line of the switch is about who is at a port."""
        settings = ((path, value) for path, value in self.before.settings.items() if path[0] in (FREE, "aaa", "port"))
        return any(word in part for path, _ in settings for part in path for word in tables.PORT_ACCESS)


def _switch(why: str) -> Interruption:
    return Interruption(Scope.SWITCH, (), sentence("the whole switch ({why})", why=why))


def _itself(why: str) -> Interruption:
    return Interruption(Scope.MANAGEMENT, (), sentence("the switch's own address ({why})", why=why))


_Found = Iterator[Interruption]


def _nothing(_change: _Change, _edit: Edit) -> _Found:
    yield from ()


def _other(_change: _Change, edit: Edit) -> _Found:
    yield _switch(plain_part(edit.path[0]))


# -- ports -----------------------------------------------------------------------------------------------------------


def _of_port(change: _Change, edit: Edit) -> _Found:
    name, rest = edit.path[1], edit.path[2:]
    if not rest:
        stops = edit.after is None and not change.is_idle(name)
    elif rest[0] == "shutdown":
        stops = edit.after is True
    else:
        stops = not change.is_idle(name) and _stops_port(change, edit, name, rest)
    if stops:
        yield change.port(name)


def _stops_port(change: _Change, edit: Edit, name: str, rest: tuple[str, ...]) -> bool:
    part = rest[0]
    if part == "tagged":
        return _loses_vlan(change, edit, name, rest[-1])
    if part == "poe":
        return _loses_power(edit.before, edit.after)
    if part == "stp_edge":
        # Only where a switch is at the other end.
        return bool({name, change.before.get("port", name, "lag")} & set(change.management.uplinks))
    if part in tables.GUARDS:
        return edit.after is not None
    if part in tables.TRUSTS or rest[1:2] == ("secondary",):
        return edit.after is None
    return part not in tables.QUIET_PORT


def _loses_vlan(change: _Change, edit: Edit, port: str, word: str) -> bool:
    """Whether a port carries a VLAN no more. A list where there was none takes away all that is not in it."""
    if word.isdigit() and edit.after is None:
        return not carries(change.after, port, word)
    if word.isdigit() and change.before.names("port", port, "tagged"):
        return False
    vlans = change.before.names("vlan")
    return any(carries(change.before, port, vlan) and not carries(change.after, port, vlan) for vlan in vlans)


def _loses_power(before: Value | None, after: Value | None) -> bool:
    if after in tables.POE_OFF and after is not None:
        return True
    return before not in tables.POE_OFF and not (before in tables.POE_ON and after in tables.POE_ON)


# -- VLANs and their interfaces ----------------------------------------------------------------------------------------


def _of_vlan(change: _Change, edit: Edit) -> _Found:
    vlan, part = edit.path[1], edit.path[2:3]
    existed = change.before.get("vlan", vlan) is not None or len(edit.path) == 2
    starts = edit.path[2:] == () and edit.after is not None
    opens = part == ("shutdown",) and edit.after is None
    if existed and not starts and not opens and not tables.QUIET_VLAN & set(part) and change.users(vlan):
        yield change.vlan(vlan)


def _of_svi(change: _Change, edit: Edit) -> _Found:
    vlan, part = edit.path[1], edit.path[2:]
    adds = edit.before is None and part[:1] in ((), ("helper",), ("address",))
    opens = part == ("shutdown",) and edit.after is None
    if change.before.get("svi", vlan) is None or adds or opens or part == ("description",):
        return
    if vlan == change.management.vlan:
        yield _itself(sentence("interface of VLAN {vlan}", vlan=vlan))
    if vlan != change.management.vlan or _routes(change.before):
        yield change.vlan(vlan)


def _routes(state: State) -> bool:
    return state.get("routing") is True or state.get("route", "enabled") is True or _addressed(state) > 1


def _addressed(state: State) -> int:
    return sum(state.get("svi", vlan, "address") is not None for vlan in state.names("svi"))


def _of_gateway(_change: _Change, edit: Edit) -> _Found:
    if edit.before is not None:
        yield _itself(plain_part(edit.path[0]))


def _of_route(_change: _Change, _edit: Edit) -> _Found:
    yield _switch(sentence("routing"))


# -- the whole switch --------------------------------------------------------------------------------------------------


def _of_stp(_change: _Change, edit: Edit) -> _Found:
    part = edit.path[1]
    if part not in tables.QUIET_STP and not (part in tables.STP_GUARDS and edit.after is None):
        yield _switch(sentence("spanning tree"))


def _of_neighbours(_change: _Change, edit: Edit) -> _Found:
    """LLDP or CDP off: telephones and access points learn their VLAN and power from it."""
    off = edit.after in (False, "off") if edit.after is not None else edit.before is True
    if edit.path[1:] == ("enabled",) and off:
        yield _switch(sentence("{what} off", what=edit.path[0].upper()))


def _of_login(change: _Change, edit: Edit) -> _Found:
    about_ports = any(word in part for part in edit.path for word in tables.PORT_ACCESS)
    if about_ports or (edit.path[0] in {"aaa", "radius"} and change.asks_who_is_there()):
        yield _switch(sentence("who may use a port"))


def _of_acl(change: _Change, edit: Edit) -> _Found:
    """Whoever is behind an access list: as far as it is applied to ports or VLANs."""
    name = edit.path[-1]
    for path, value in change.before.settings.items():
        if path[0] == FREE:
            if any(name in part.split() for part in path[1:]):
                yield from _of_context(change, path[1:], sentence("access list"))
        elif path[0] in ("port", "svi", "vlan") and path[2:3] in _APPLIED and value == name:
            yield change.port(path[1]) if path[0] == "port" else change.vlan(path[1])


_APPLIED: Final = (("acl",), ("acl_in",), ("acl_out",))
"""Below a port, VLAN or interface: the name of the access list that is applied there."""


# -- lines that no parser knows ----------------------------------------------------------------------------------------


def _of_free(change: _Change, edit: Edit) -> _Found:
    line = edit.path[-1].strip().removeprefix("no ").strip()
    word = line.partition(" ")[0]
    if word not in tables.QUIET_LINES and not line.startswith(tables.QUIET_STARTS):
        why = sentence("line {word}", word=word) if word.isalpha() else sentence("unknown line")
        yield from _of_context(change, edit.path[1:], why)


def _of_context(change: _Change, lines: tuple[str, ...], why: str) -> _Found:
    """Whoever is concerned by a line in its context: `("interface 1/1/7", "line")`."""
    context = lines[0].strip() if len(lines) > 1 else ""
    kind, _, name = context.partition(" ")
    name = name.strip()
    if context.startswith(tables.QUIET_CONTEXTS):
        return
    vlan = name.lower().removeprefix("vlan").strip() if kind in ("interface", "vlan") else ""
    if kind == "vlan" or (kind == "interface" and name.lower().startswith("vlan")):
        yield change.vlan(vlan)
    elif kind == "interface" and name:
        if not change.is_idle(name):
            yield change.port(name)
    else:
        yield _switch(why)


_Rule = Callable[[_Change, Edit], _Found]

_RULES: Final[Mapping[str, _Rule]] = {
    **dict.fromkeys(tables.QUIET_ROOTS, _nothing),
    **dict.fromkeys(tables.LOGIN_ROOTS, _of_login),
    "port": _of_port,
    "vlan": _of_vlan,
    "svi": _of_svi,
    "gateway": _of_gateway,
    "management_vlan": _of_gateway,
    "primary_vlan": _of_gateway,
    "route": _of_route,
    "routing": _of_route,
    "stp": _of_stp,
    "lldp": _of_neighbours,
    "cdp": _of_neighbours,
    "acl": _of_acl,
    FREE: _of_free,
}
"""By the first part of the path; anything else may concern the whole switch."""
