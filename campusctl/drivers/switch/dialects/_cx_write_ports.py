"""AOS-CX commands for ports and LAGs.

Facts used (AOS-CX 10.06-10.10 Layer 2 Bridging Guide, VSX Guide): `vlan trunk allowed LIST` adds to a list, and
replaces `all`; `no vlan trunk allowed LIST` removes; a trunk whose last VLAN is removed carries all; `vlan trunk
native N` makes the port a trunk that carries all; `vlan access N` makes it an access port.
"""

from collections.abc import Callable, Iterable
from typing import Final

from campusctl.drivers.switch.dialects import _cx_tables as tables
from campusctl.drivers.switch.dialects._cx_text import vlan_ids, vlan_list
from campusctl.drivers.switch.dialects._cx_write import Phase, Writer
from campusctl.drivers.switch.dialects._cx_write_vlans import stranded_gateway
from campusctl.model.sentence import sentence
from campusctl.model.setting import Path, State, Value

_LINK: Final = frozenset({"mode", "access_vlan", "native_vlan", "native_tagged", "tagged", "lag"})
_ADDRESS_PARTS: Final = frozenset({"address", "ipv6"})
_FLAG_LINES: Final = {part: line for line, part in tables.PORT_FLAGS.items()}
_OFF_LINES: Final = {part: line for line, part in tables.PORT_OFF.items()}
_VALUE_LINES: Final = {entry.part: prefix for prefix, entry in tables.PORT_VALUES.items()}


def write_ports(writer: Writer, paths: Iterable[Path]) -> None:
    """Commands for every changed setting below `port`."""
    ports: dict[str, list[Path]] = {}
    for path in paths:
        ports.setdefault(path[1], []).append(path)
    for port, changed in ports.items():
        _Port(writer, port, changed).write()


class _Port:
    """One port or LAG between two states."""

    def __init__(self, writer: Writer, port: str, changed: list[Path]) -> None:
        self.writer = writer
        self.port = port
        self.changed = changed
        self.parts = {path[2] for path in changed}
        self.bundle = port.startswith("lag ")
        self.fresh = self.bundle and not self.old("lag_mode")
        """A LAG that is made now: everything about it is said before its members come."""
        kind = self.new("lag_kind") if self.fresh else None
        self.context = f"interface {port} {kind}" if kind else f"interface {port}"

    def old(self, *part: str) -> Value | None:
        return self.writer.old("port", self.port, *part)

    def new(self, *part: str) -> Value | None:
        return self.writer.new("port", self.port, *part)

    def line(self, phase: Phase, text: str, part: str) -> None:
        if self.fresh:
            phase = Phase.LAG
        elif part.startswith("stp_") and self.old("lag"):
            phase = Phase.PORT_REMOVE  # a member has no spanning tree of its own: it leaves first
        self.writer.line(phase, text, self.context, path=("port", self.port, part))

    def write(self) -> None:
        gateway = stranded_gateway(self.writer.before, self.writer.after, self.port) if "address" in self.parts else ""
        if gateway:
            reason = sentence("the default gateway {gateway} could not be reached any more", gateway=gateway)
            self.writer.refuse(f"{self.context} / no ip address {self.old('address')}", reason, ("port", self.port))
            return
        if self.bundle and self.old("lag_mode") and not self.new("lag_mode"):
            self._delete()
            return
        if "lag_kind" in self.parts and not self.fresh:
            kind = self.new("lag_kind") or ""
            reason = sentence("a LAG cannot become multi-chassis or stop being so; delete it and make it anew")
            self.writer.refuse(f"{self.context} {kind}".rstrip(), reason, ("port", self.port, "lag_kind"))
        self._plain()
        if self.parts & _LINK:
            self._link()
        self._addresses()
        self._state()

    def _delete(self) -> None:
        path = ("port", self.port)
        users = [port for port in self.writer.after.names("port") if self._uses(port)]
        named = self.writer.kept_line(self.port, "")
        if users or named:
            reason = (
                sentence("{lag} still has the member {port}", lag=self.port, port=users[0])
                if users
                else sentence("{what} still names it", what=named)
            )
            self.writer.refuse(f"no {self.context}", reason, path)
        else:
            self.writer.line(Phase.LAG_REMOVE, f"no {self.context}", path=path)

    def _uses(self, port: str) -> bool:
        return self.writer.new("port", port, "lag") == self.port

    def _plain(self) -> None:
        """Settings that have a line of their own and disturb nothing."""
        for path in self.changed:
            part, value = path[2], self.writer.after.settings.get(path)
            if part == "acl":
                self._access_list(path, value)
            elif len(path) == 3:
                self._simple(part, value)

    def _simple(self, part: str, value: Value | None) -> None:
        if part in _FLAG_LINES:
            line = _FLAG_LINES[part]
            off = "no spanning-tree port-type" if part == "stp_edge" else f"no {line}"
            self.line(Phase.PORT_ADD, line if value else off, part)
        elif part in _OFF_LINES:
            self.line(Phase.PORT_ADD, _OFF_LINES[part] if value else _OFF_LINES[part][3:], part)
        elif part == "loop_protect_vlans":
            self._loop_protect(value)
        elif part == "lag_mode":
            if value != "static":
                self.line(Phase.PORT_ADD, f"lacp mode {value}", part)
            elif not self.fresh:
                self.line(Phase.PORT_ADD, "no lacp mode", part)
        elif part in _VALUE_LINES:
            prefix = _VALUE_LINES[part]
            self.line(Phase.PORT_ADD, f"no {prefix}" if value is None else f"{prefix} {value}", part)

    def _loop_protect(self, value: Value | None) -> None:
        old = self.old("loop_protect_vlans")
        if value is not None:
            self.line(Phase.PORT_ADD, f"loop-protect vlan {value}", "loop_protect_vlans")
        gone = _ids(old) - _ids(value)
        if gone:
            self.line(Phase.PORT_REMOVE, f"no loop-protect vlan {vlan_list(gone)}", "loop_protect_vlans")

    def _access_list(self, path: Path, value: Value | None) -> None:
        kind, _, way = path[3].partition(" ")
        if value is not None:
            self.line(Phase.PORT_MOVE, f"apply access-list {kind} {value} {way}", "acl")
        else:
            old = self.writer.before.settings[path]
            self.line(Phase.PORT_REMOVE, f"no apply access-list {kind} {old} {way}", "acl")

    def _link(self) -> None:
        """How the port is connected: VLANs, LAG membership, or routed."""
        old, new = _mode(self.writer.before, self.port), _mode(self.writer.after, self.port)
        for secondary in self._gone_addresses() if new != "routed" else ():
            self.line(Phase.PORT_MOVE, secondary, "address")
        if old == "lag":
            joined = self.new("lag")
            self.line(Phase.PORT_MOVE, f"no {self.old('lag')}", "lag")
            if joined:
                self.line(Phase.PORT_MOVE, str(joined), "lag")
                return
        elif new == "lag":
            self.line(Phase.PORT_MOVE, str(self.new("lag")), "lag")
            return
        if new != "routed" and self._turns_switched(old, new):
            self.line(Phase.PORT_MOVE, "no routing", "mode")
        writers: dict[str, Callable[[str], None]] = {
            "access": self._to_access,
            "trunk": self._to_trunk,
            "routed": self._to_routed,
        }
        writers[new](old)

    def _turns_switched(self, old: str, new: str) -> bool:
        """Whether `no routing` is needed: a port may be routed by default, and some models do not know the line."""
        said = ("port", self.port, "routing")
        before, after = said in self.writer.before.manages, said in self.writer.after.manages
        if old == "routed":
            return before or after or new == "trunk" or self.new("access_vlan") is not None
        return after and not before

    def _to_access(self, old: str) -> None:
        vlan = str(self.new("access_vlan") or "1")
        if old == "trunk":
            self.line(Phase.PORT_REMOVE, f"vlan access {vlan}", "access_vlan")
        elif old == "access" or vlan != "1":
            self.line(Phase.PORT_MOVE, f"vlan access {vlan}", "access_vlan")

    def _to_routed(self, old: str) -> None:
        if old != "routed":
            self.line(Phase.PORT_REMOVE, "routing", "mode")

    def _to_trunk(self, old: str) -> None:
        if old == "trunk":
            self._allowed()
            self._native()
            return
        native = str(self.new("native_vlan") or "1")
        stays = old == "access" and native == str(self.old("access_vlan") or "1")
        phase = Phase.PORT_ADD if stays else Phase.PORT_MOVE
        # Native first: the port then carries every VLAN, and the list narrows it in one step.
        tag = " tag" if self.new("native_tagged") else ""
        self.line(phase, f"vlan trunk native {native}{tag}", "native_vlan")
        self.line(phase, f"vlan trunk allowed {self._list(self.writer.after)}", "tagged")

    def _list(self, state: State) -> str:
        tagged = state.names("port", self.port, "tagged")
        return "all" if "all" in tagged or not tagged else vlan_list(tagged)

    def _allowed(self) -> None:
        old = set(self.writer.before.names("port", self.port, "tagged"))
        new = set(self.writer.after.names("port", self.port, "tagged"))
        if old == new:
            return
        if "all" in new or not new:
            self.line(Phase.PORT_ADD, "vlan trunk allowed all", "tagged")
        elif "all" in old or not old:
            # The list replaces `all` in one step, so no VLAN that stays is ever without.
            self.line(Phase.PORT_REMOVE, f"vlan trunk allowed {vlan_list(new)}", "tagged")
        else:
            if new - old:
                self.line(Phase.PORT_ADD, f"vlan trunk allowed {vlan_list(new - old)}", "tagged")
            if old - new:
                self.line(Phase.PORT_REMOVE, f"no vlan trunk allowed {vlan_list(old - new)}", "tagged")

    def _native(self) -> None:
        if not {"native_vlan", "native_tagged"} & self.parts:
            return
        was = str(self.old("native_vlan") or "1")
        native = str(self.new("native_vlan") or "1")
        if self.old("native_tagged") and not self.new("native_tagged"):
            self.line(Phase.PORT_MOVE, f"no vlan trunk native {was} tag", "native_tagged")
            if was == native:
                return
        tag = " tag" if self.new("native_tagged") else ""
        self.line(Phase.PORT_MOVE, f"vlan trunk native {native}{tag}", "native_vlan")

    def _gone_addresses(self) -> list[str]:
        """Lines that take away what a switched port cannot have."""
        lines: list[str] = []
        for path, value in self.writer.before.under("port", self.port):
            if path[2] not in _ADDRESS_PARTS or path in self.writer.after.settings:
                continue
            match path[2:]:
                case ("address",):
                    lines.append("no ip dhcp" if value == "dhcp" else f"no ip address {value}")
                case ("address", "secondary", address):
                    lines.insert(0, f"no ip address {address} secondary")
                case ("ipv6", address):
                    lines.append(f"no ipv6 address {address}")
        vrf = self.old("vrf")
        if vrf and not self.new("vrf"):
            lines.append(f"no vrf attach {vrf}")
        return lines

    def _addresses(self) -> None:
        """Addresses of a routed port; those of a port that is switched now have gone before."""
        if not self.parts & {"address", "ipv6", "vrf", "helper"}:
            return
        if _mode(self.writer.after, self.port) == "routed" or not self.parts & _LINK:
            for text in self._gone_addresses():
                self.line(Phase.PORT_REMOVE, text, "address")
        changed = self.changed
        if "vrf" in self.parts:
            # Attaching a VRF takes the addresses away, so it comes first and all of them are said again.
            changed = [path for path, _ in self.writer.after.under("port", self.port)]
        for path in sorted(changed, key=lambda path: path[2] != "vrf"):
            text = _address_line(path[2:], self.writer.after.settings.get(path))
            if text:
                self.line(Phase.PORT_REMOVE, text, path[2])

    def _state(self) -> None:
        said = ("port", self.port, "shutdown")
        if self.new("shutdown"):
            if "shutdown" in self.parts:
                self.line(Phase.PORT_STATE, "shutdown", "shutdown")
        elif (
            "shutdown" in self.parts
            or self.fresh
            or (said in self.writer.after.manages and said not in self.writer.before.manages)
        ):
            self.line(Phase.PORT_STATE, "no shutdown", "shutdown")


def _address_line(part: Path, value: Value | None) -> str:
    """The line that sets an address, or takes a helper away; empty when there is nothing to set."""
    match part:
        case ("helper", address):
            return f"{'' if value else 'no '}ip helper-address {address}"
        case _ if value is None:
            return ""
        case ("vrf",):
            return f"vrf attach {value}"
        case ("address",):
            return "ip dhcp" if value == "dhcp" else f"ip address {value}"
        case ("address", "secondary", address):
            return f"ip address {address} secondary"
        case ("ipv6", address):
            return f"ipv6 address {address}"
        case _:
            return ""


def _mode(state: State, port: str) -> str:
    """`lag`, `access`, `trunk` or `routed`."""
    return "lag" if state.get("port", port, "lag") else str(state.get("port", port, "mode") or "access")


def _ids(value: Value | None) -> set[str]:
    return set(vlan_ids(value) or ()) if isinstance(value, str) else set()
