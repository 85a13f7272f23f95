"""IOS commands for VLANs, ports, LAGs and SVIs."""

from collections.abc import Callable, Iterable, Sequence
from ipaddress import IPv4Interface
from typing import Final

from campusctl.drivers.switch.dialects._ios_words import (
    ALL_VLANS,
    OF_THE_LAG,
    PORT,
    Inherited,
    is_virtual,
    tagged_vlans,
    vlan_chunks,
    vlan_list,
)
from campusctl.drivers.switch.dialects._ios_write import Phase, Writer, by_name, line_for, say_rule
from campusctl.model.sentence import sentence
from campusctl.model.setting import FREE, Edit, Path, State, Value

_LINE_LIMIT: Final = 190


def write_vlans(writer: Writer, edits: Sequence[Edit]) -> None:
    """VLANs: created and named first, deleted last."""
    groups = by_name(edits)
    if not groups:
        return
    if (FREE, "vtp mode client") in writer.before.settings:
        for path in groups:
            writer.refuse(
                f"vlan {path[1]}", reason=sentence("the switch is a VTP client: its server owns the VLANs"), path=path
            )
        return
    _free_names(writer, groups)
    owners, users = _name_owners(writer), _users(writer.after)
    for path, group in groups.items():
        own_edits = {edit.path: edit for edit in group}
        own, name = own_edits.get(path), own_edits.get((*path, "name"))
        if own and own.after is None:
            _delete_vlan(writer, path, users.get(path[1]))
        else:
            _write_vlan(writer, own, name, owners)


def _free_names(writer: Writer, groups: Iterable[Path]) -> None:
    """Take a name away from the VLAN that has it, when another one gets it now: IOS wants names to be unique."""
    holders = {value: path[1] for path, value in writer.before.under("vlan") if path[2:] == ("name",)}
    for path in groups:
        name = writer.after.get(*path, "name")
        holder = holders.get(name) if name is not None else None
        if holder is not None and holder != path[1] and writer.after.get("vlan", holder, "name") != name:
            writer.say(Phase.VLAN_NAME, "no name", f"vlan {holder}", path=(*path, "name"))


def _name_owners(writer: Writer) -> dict[Value, str]:
    """The VLAN with the right to a name: the one that has it and keeps it, or else the first in the text."""
    owners: dict[Value, str] = {}
    for path, name in writer.after.under("vlan"):
        if path[2:] == ("name",) and (name not in owners or writer.before.get(*path) == name):
            owners[name] = path[1]
    return owners


def _write_vlan(writer: Writer, own: Edit | None, name: Edit | None, owners: dict[Value, str]) -> None:
    """A VLAN that is new, or gets another name."""
    path = (own or name or Edit((), None, None)).path[:2]
    context = f"vlan {path[1]}"
    if name and name.after is not None and owners[name.after] != path[1]:
        reason = sentence("VLAN {vlan} has that name, and IOS wants names to be unique", vlan=owners[name.after])
        writer.refuse(f"name {name.after}", context, reason=reason, path=name.path)
    elif name:
        text = "no name" if name.after is None else f"name {name.after}"
        writer.say(Phase.VLAN, text, context, path=path if own else name.path)
        return
    if own:
        writer.out.add(Phase.VLAN, context, path=path)
        writer.out.add(Phase.VLAN, "exit")


def _delete_vlan(writer: Writer, path: Path, user: str | None) -> None:
    text = f"no vlan {path[1]}"
    if user:
        writer.refuse(text, reason=sentence("{what} still uses VLAN {vlan}", what=user, vlan=path[1]), path=path)
    else:
        writer.say(Phase.VLAN_GONE, text, path=path)


def _users(state: State) -> dict[str, str]:
    """VLANs without which an interface would stand in the air, and one such interface each."""
    users = {path[1]: f"interface Vlan{path[1]}" for path, _ in state.under("svi")}
    for path, value in state.under("port"):
        if len(path) == 3 and path[2] in {"access_vlan", "voice_vlan", "native_vlan"}:
            users.setdefault(str(value), path[1])
    return users


def write_interfaces(writer: Writer, edits: Sequence[Edit]) -> None:
    """Ports, LAGs and SVIs; a LAG before its members, so that these follow."""
    groups = by_name(edits)
    clashing = _clashing(writer, groups)
    for path in sorted(groups, key=lambda each: (not each[1].startswith("Port-channel"), each[0] != "port")):
        _Interface(writer, path, groups[path], clear=path in clashing).write()


def _clashing(writer: Writer, groups: Iterable[Path]) -> set[Path]:
    """Interfaces whose old address stands in the way of another one's new address."""
    old = {path: _interface_of(writer.before.get(*path, "address")) for path in groups}
    new = {path: _interface_of(writer.after.get(*path, "address")) for path in groups}
    found: set[Path] = set()
    for path, was in old.items():
        if was is None or was == new[path]:
            continue
        others = (now for other, now in new.items() if other != path and now is not None and now != old[other])
        if any(now.network.overlaps(was.network) for now in others):
            found.add(path)
    return found


def _interface_of(value: Value | None) -> IPv4Interface | None:
    return IPv4Interface(value) if isinstance(value, str) and not value.startswith("dhcp") else None


_PROTOCOLS: Final = {"active": "lacp", "passive": "lacp", "auto": "pagp", "desirable": "pagp", "on": "none"}
_SHARED: Final = frozenset({"lag", "lag_mode", "tagged"})


class _Interface:
    """The lines of one interface."""

    def __init__(self, writer: Writer, path: Path, edits: list[Edit], *, clear: bool) -> None:
        self.writer = writer
        self.path = path
        self.name = f"Vlan{path[1]}" if path[0] == "svi" else path[1]
        self.context = f"interface {self.name}"
        self.edits = {edit.path[2:]: edit for edit in edits}
        self.clear = clear

    def say(self, phase: Phase, text: str, sub: Path) -> None:
        self.writer.say(phase, text, self.context, path=(*self.path, *sub))

    def write(self) -> None:
        own = self.edits.pop((), None)
        if own is not None and own.after is None and own.before is not None:
            self._remove(own)
            return
        if self.clear:
            self._clear_addresses()
        self._say_inherited()
        self._write_lag()
        self._write_allowed()
        ordered = [edit for edit in self.edits.values() if edit.path[2] not in _SHARED]
        for edit in sorted(ordered, key=self._rank):
            if edit.path[2:] in self.edits:
                self._write_edit(edit)
        if own is not None and not self._get("shutdown"):
            self.say(Phase.PORT_MOVE, "no shutdown", ())

    def _say_inherited(self) -> None:
        """What a port had from its LAG, and keeps, it has to be told itself when it leaves, or says something else."""
        keeps = OF_THE_LAG if self._orphaned() else frozenset()
        lag = self.edits.get(("lag",))
        if lag and lag.before and self.writer.before.get("port", str(lag.before), "shutdown"):
            keeps |= {"shutdown"}
        for path, value in self.writer.after.under(*self.path):
            if path[2:] and path[2] in keeps:
                self.edits.setdefault(path[2:], Edit(path, None, value))

    def _orphaned(self) -> bool:
        """Whether the port now needs words of its own for what its LAG handed down."""
        if not any(sub[0] == "lag" or sub[0] in OF_THE_LAG for sub in self.edits):
            return False
        return any(isinstance(value, Inherited) for _, value in self.writer.before.under(*self.path))

    def _get(self, *sub: str) -> Value | None:
        return self.writer.after.get(*self.path, *sub)

    def _remove(self, own: Edit) -> None:
        """A virtual interface goes as a whole, when nobody uses it any more."""
        members = [
            path[1] for path, value in self.writer.after.under("port") if path[2:] == ("lag",) and value == self.name
        ]
        text = f"no interface {self.name}"
        if members:
            self.writer.refuse(text, reason=sentence("{port} is still a member of it", port=members[0]), path=own.path)
            return
        if self.clear:
            self.say(Phase.ADDRESS_CLEAR, "no ip address", ("address",))
        self.writer.say(Phase.INTERFACE_GONE, text, path=own.path)

    def _clear_addresses(self) -> None:
        """Take all addresses away at once; what stays is said again."""
        self.say(Phase.ADDRESS_CLEAR, "no ip address", ("address",))
        for sub, edit in list(self.edits.items()):
            if sub[0] == "address" and edit.after is None:
                del self.edits[sub]
        for path, value in self.writer.after.under(*self.path, "address"):
            self.edits[path[2:]] = Edit(path, None, value)

    def _rank(self, edit: Edit) -> tuple[int, int]:
        found = PORT.rule_for(edit.path[2:])
        rank = found[0].rank if found else 99
        sub = edit.path[2]
        if sub == ("access_vlan" if self._get("mode") == "trunk" else "native_vlan"):
            # It says nothing any more once the mode has changed; before that it would take the port out of its VLAN.
            return 1, rank
        if edit.after is None and sub == "nonegotiate":
            return -1, rank
        if edit.after is None and sub == "trunk_encapsulation":
            return 50, rank
        return 0, rank

    def _write_edit(self, edit: Edit) -> None:
        special = _SPECIAL.get(edit.path[2])
        if special is not None:
            special(self, edit)
        else:
            say_rule(self.writer, PORT, edit, (Phase.PORT_MOVE, Phase.PORT_MOVE), self.context)

    def _write_lag(self) -> None:
        lag, mode = self.edits.get(("lag",)), self.edits.get(("lag_mode",))
        if not lag and not mode:
            return
        path = (*self.path, "lag")
        was, now = self.writer.before.get(*path), self._get("lag")
        was_mode, now_mode = self.writer.before.get(*self.path, "lag_mode"), self._get("lag_mode") or "on"
        stays = was == now and _PROTOCOLS.get(str(was_mode)) == _PROTOCOLS.get(str(now_mode))
        if was is not None and not stays:
            self.say(Phase.LAG_LEAVE, "no channel-group", ("lag",))
        if now is not None:
            number = str(now).removeprefix("Port-channel")
            self.say(Phase.LAG_JOIN, f"channel-group {number} mode {now_mode}", ("lag",))

    def _write_allowed(self) -> None:
        if not any(sub[:1] == ("tagged",) for sub in self.edits):
            return
        was = tagged_vlans(() if self._orphaned() else self.writer.before.names(*self.path, "tagged"))
        now = tagged_vlans(self.writer.after.names(*self.path, "tagged"))
        sub = next(sub for sub in self.edits if sub[:1] == ("tagged",))
        if was == now:
            return
        # A port that joins a LAG has to look like it before.
        joins = ("lag",) in self.edits and self._get("lag") is not None
        trunk_before = self.writer.before.get(*self.path, "mode") == "trunk" and not joins and not self._orphaned()
        trunk_after = self._get("mode") == "trunk"
        for phase, text in _allowed_lines(was, now, trunk_before=trunk_before, trunk_after=trunk_after):
            self.say(phase, f"switchport trunk allowed vlan {text}", sub)


def _allowed_lines(
    was: frozenset[int], now: frozenset[int], *, trunk_before: bool, trunk_after: bool
) -> Iterable[tuple[Phase, str]]:
    """The ways of IOS to say the new list; what comes is said before what goes.

    A port that is no trunk yet has to know its whole list before it becomes one.
    """
    gone = Phase.PORT_DROP if trunk_before else Phase.PORT_ADD
    if now == ALL_VLANS:
        return [(Phase.PORT_ADD if trunk_after else Phase.PORT_DROP, "all")]
    if not now:
        return [(gone, "none")]
    if was == ALL_VLANS:
        whole = vlan_list(now)
        if len(whole) < _LINE_LIMIT:
            return [(gone, whole)]
        # In pieces: what stays is never missing, not even for a moment.
        return [(gone, f"remove {chunk}") for chunk in vlan_chunks(was - now)]
    if not was:
        first, *more = vlan_chunks(now)
        return [(Phase.PORT_ADD, first), *((Phase.PORT_ADD, f"add {chunk}") for chunk in more)]
    return [(Phase.PORT_ADD, f"add {chunk}") for chunk in vlan_chunks(now - was)] + [
        (gone, f"remove {chunk}") for chunk in vlan_chunks(was - now)
    ]


def _write_mode(port: _Interface, edit: Edit) -> None:
    """`no switchport` makes a port routed; `switchport` brings it back, without its address."""
    if edit.before == "routed":
        if port.writer.before.get(*port.path, "address") and port.edits.pop(("address",), None):
            port.say(Phase.PORT_KIND, "no ip address", ("address",))
        port.say(Phase.PORT_KIND, "switchport", ("mode",))
        if edit.after is None:
            return
    if edit.after == "routed":
        port.say(Phase.PORT_MOVE, "no switchport", ("mode",))
        return
    say_rule(port.writer, PORT, edit, (Phase.PORT_MOVE, Phase.PORT_MOVE), port.context)


def _write_address(port: _Interface, edit: Edit) -> None:
    if edit.path[3:4] == ("secondary",):
        if edit.after is None and port.writer.after.get(*port.path, "address") is None:
            return  # `no ip address` takes the secondary ones with it.
        address = IPv4Interface(edit.path[4])
        text = f"ip address {address.ip} {address.netmask} secondary"
        # A secondary one that goes may be the new primary one.
        phase = Phase.ADDRESS_CLEAR if edit.after is None else Phase.PORT_MOVE
        port.say(phase, text if edit.after is not None else f"no {text}", edit.path[2:])
        return
    if edit.after is None and port.path[0] == "port" and _in_mgmt_vrf(port):
        reason = sentence("it is the address of the management port")
        port.writer.refuse("no ip address", port.context, reason=reason, path=edit.path)
        return
    if edit.after is None:
        port.say(Phase.ADDRESS_GONE, "no ip address", edit.path[2:])
        return
    text = str(edit.after)
    if not text.startswith("dhcp"):
        address = IPv4Interface(text)
        text = f"{address.ip} {address.netmask}"
    port.say(Phase.PORT_MOVE, f"ip address {text}", edit.path[2:])


def _in_mgmt_vrf(port: _Interface) -> bool:
    lines = (path[-1] for path, _ in port.writer.before.under(FREE, port.context))
    return any("vrf forwarding" in line and "mgmt" in line.lower() for line in lines)


def _write_edge(port: _Interface, edit: Edit) -> None:
    if edit.after is None or edit.before not in (None, True):
        port.say(Phase.PORT_MOVE, "no spanning-tree portfast", ("stp_edge",))
    if edit.after is not None:
        word = "" if edit.after is True else f" {edit.after}"
        port.say(Phase.PORT_MOVE, f"spanning-tree portfast{word}", ("stp_edge",))


def _write_enabled(port: _Interface, edit: Edit) -> None:
    found = PORT.rule_for(edit.path[2:])
    value = "enable" if edit.after is True else edit.after
    if found:
        port.say(Phase.PORT_MOVE, line_for(*found, value), edit.path[2:])


def _write_poe(port: _Interface, edit: Edit) -> None:
    word = "auto" if edit.after is None else "never" if edit.after == "off" else edit.after
    port.say(Phase.PORT_MOVE, f"power inline {word}", ("poe",))


def _write_shutdown(port: _Interface, edit: Edit) -> None:
    port.say(Phase.PORT_STATE, "shutdown" if edit.after else "no shutdown", ("shutdown",))
    if edit.after or not port.name.startswith("Port-channel"):
        return
    # IOS opens the members with their LAG; one that shall stay shut is shut again.
    for member in port.writer.after.names("port"):
        after = port.writer.after
        if after.get("port", member, "lag") == port.name and after.get("port", member, "shutdown"):
            path = ("port", member, "shutdown")
            port.writer.say(Phase.PORT_DROP, "shutdown", f"interface {member}", path=path)


def _write_group(port: _Interface, edit: Edit) -> None:
    way = edit.path[2].removeprefix("acl_")
    if edit.after is None:
        port.say(Phase.PORT_DROP, f"no ip access-group {edit.before} {way}", edit.path[2:])
    else:
        port.say(Phase.PORT_MOVE, f"ip access-group {edit.after} {way}", edit.path[2:])


def _write_encapsulation(port: _Interface, edit: Edit) -> None:
    phase = Phase.PORT_ADD if edit.after is not None else Phase.PORT_MOVE
    say_rule(port.writer, PORT, edit, (phase, phase), port.context)


_SPECIAL: Final[dict[str, Callable[[_Interface, Edit], None]]] = {
    "mode": _write_mode,
    "address": _write_address,
    "stp_edge": _write_edge,
    "stp_bpduguard": _write_enabled,
    "stp_bpdufilter": _write_enabled,
    "poe": _write_poe,
    "shutdown": _write_shutdown,
    "acl_in": _write_group,
    "acl_out": _write_group,
    "trunk_encapsulation": _write_encapsulation,
}


def is_gone(state: State, context: str) -> bool:
    """Whether a free line's context is a virtual interface that the state does not have."""
    if not context.startswith("interface "):
        return False
    name = context.removeprefix("interface ")
    path = ("svi", name[4:]) if name.startswith("Vlan") else ("port", name)
    return is_virtual(name) and path != ("svi", "1") and path not in state.settings
