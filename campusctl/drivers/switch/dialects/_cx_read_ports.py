"""AOS-CX sections to settings: ports, LAGs, VLANs, VLAN interfaces, VSX."""

import re
from typing import Final

from campusctl.drivers.switch.dialects import _cx_tables as tables
from campusctl.drivers.switch.dialects._cx_read import Found, Reader, free_section, unquoted
from campusctl.drivers.switch.dialects._cx_text import children, ports, vlan_ids, vlan_list
from campusctl.drivers.switch.dialects.base import Section
from campusctl.model.setting import Path

_DOTTED: Final = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_MGMT_DEFAULTS: Final = frozenset({"no shutdown", "ip dhcp"})
_VSX_OWN: Final = frozenset({"role", "system-mac"})
_OWN_NO: Final = frozenset({"shutdown", "routing"})
_VALUELESS: Final = frozenset(
    {
        "vlan access",
        "vlan trunk native",
        "vlan trunk allowed",
        "ip address",
        "vrf attach",
        "ip dhcp",
        *tables.PORT_VALUES,
    }
)
_L3_LINES: Final = frozenset({"ip address", "ipv6 address", "vrf attach"})


def read_interface(found: Found, section: Section, words: list[str]) -> None:
    """`interface …` of every kind."""
    match words[1:]:
        case ["lag", number, *kind] if number.isdecimal():
            _read_port(found, section, f"lag {int(number[:6])}")
            if kind:
                found.put(("port", f"lag {int(number[:6])}", "lag_kind"), " ".join(kind))
        case ["vlan", number] if vlan_ids(number) == [number.lstrip("0")]:
            _read_svi(found, section, number.lstrip("0"))
        case ["mgmt"]:
            _read_mgmt(found, section)
        case [names] if (known := ports(names)) is not None:
            for name in known:
                found.mentions.add(("port", name))
                _read_port(found, section, name)
        case [name] if name[:3] == "lag" and name[3:].isdecimal():
            _read_port(found, section, f"lag {int(name[3:9])}")
        case [name] if name[:4] == "vlan" and vlan_ids(name[4:]) == [name[4:]]:
            _read_svi(found, section, name[4:])
        case _:
            free_section(found, section, " ".join(words))


def _read_mgmt(found: Found, section: Section) -> None:
    """The out-of-band port: its lines are kept as they are, and never taken away."""
    for parents, line in children(section):
        if parents or line not in _MGMT_DEFAULTS:
            found.free("interface mgmt", *parents, line)


class _Link:
    """What a port's lines say about its VLANs."""

    __slots__ = ("access", "allowed", "lag", "native", "routed", "switched", "tag", "trunk")

    def __init__(self) -> None:
        self.access = self.native = "1"
        self.allowed: dict[str, None] = {}
        self.lag = ""
        self.routed = self.switched = self.tag = self.trunk = False

    def vlan(self, words: list[str]) -> bool:
        """Take a `vlan …` line; whether it was understood."""
        match words[1:]:
            case ["access", number] if vlan_ids(number) == [number]:
                self.access, self.trunk = number, False
            case ["trunk", "native", number, *tag] if vlan_ids(number) == [number] and tag in ([], ["tag"]):
                self.native, self.trunk = number, True
                self.tag = self.tag or bool(tag)
            case ["trunk", "allowed", "all"]:
                self.allowed["all"], self.trunk = None, True
            case ["trunk", "allowed", *ids] if (known := vlan_ids("".join(ids))) is not None:
                self.allowed.update(dict.fromkeys(known))
                self.trunk = True
            case _:
                return False
        self.switched = True
        return True

    def put(self, found: Found, port: str) -> None:
        """The settings that follow."""
        if self.lag:
            found.put(("port", port, "lag"), self.lag)
        elif self.trunk:
            found.put(("port", port, "mode"), "trunk")
            if self.native != "1":
                found.put(("port", port, "native_vlan"), self.native)
            if self.tag:
                found.put(("port", port, "native_tagged"))
            for vlan in ["all"] if "all" in self.allowed or not self.allowed else self.allowed:
                found.put(("port", port, "tagged", vlan))
        elif self.routed and not self.switched:
            found.put(("port", port, "mode"), "routed")
        elif self.access != "1":
            found.put(("port", port, "access_vlan"), self.access)


def _read_port(found: Found, section: Section, port: str) -> None:
    """A physical port or a LAG. Source: AOS-CX 10.10 Layer 2 Bridging Guide, Fundamentals Guide."""
    link = _Link()
    mode = ""
    context = f"interface {port}"
    for parents, line in children(section):
        if parents:
            found.free(context, *parents, line)
        elif line.startswith("vlan "):
            if not link.vlan(line.split()):
                found.free(context, line)
        elif line.startswith("lacp mode "):
            mode = line[10:].strip()
        elif not _port_line(found, port, line, link):
            found.free(context, line)
    if link.lag:
        # Spanning tree is the LAG's: the device drops such lines when a port joins.
        found.items = [item for item in found.items if item[0][1:2] != (port,) or not item[0][-1].startswith("stp_")]
    link.put(found, port)
    if port.startswith("lag "):
        found.put(("port", port, "lag_mode"), mode or "static")
    elif mode:
        found.free(context, f"lacp mode {mode}")


def _takes_back(line: str, port: str) -> bool:
    """Whether `no LINE` takes back a setting of a port: not being there is all it says."""
    if line in _OWN_NO or line in tables.PORT_HIDDEN:
        return False
    if line in _VALUELESS:
        return True
    words = line.split()
    return words[:1] == ["lag"] or _Link().vlan(words) or _port_line(Found(), port, line, _Link())


def _port_line(found: Found, port: str, line: str, link: _Link) -> bool:
    """Take a line of a port that is not about VLANs; whether it was understood."""
    part = tables.PORT_FLAGS.get(line)
    if part:
        found.put(("port", port, part))
        return True
    words = line.split()
    match words:
        case ["no", "shutdown"]:
            found.manages.add(("port", port, "shutdown"))
        case ["shutdown"]:
            found.put(("port", port, "shutdown"))
        case ["no", "routing"]:
            link.switched = True
            found.manages.add(("port", port, "routing"))
        case ["routing"]:
            link.routed = True
            found.manages.add(("port", port, "routing"))
        case ["lag", number] if number.isdecimal():
            link.lag = f"lag {int(number[:6])}"
        case ["loop-protect", "vlan", ids] if (known := vlan_ids(ids)) is not None:
            path = ("port", port, "loop_protect_vlans")
            earlier = [vlan for old, value in found.items if old == path for vlan in vlan_ids(str(value)) or ()]
            found.put(path, vlan_list([*earlier, *known]))
        case ["no", _, *_] if _takes_back(line[3:].strip(), port):
            pass
        case _:
            link.routed = link.routed or " ".join(words[:2]) in _L3_LINES
            return _port_value(found, ("port", port), line, words)
    return True


def _port_value(found: Found, path: Path, line: str, words: list[str]) -> bool:
    if line in tables.PORT_OFF:
        found.put((*path, tables.PORT_OFF[line]), "off")
        return True
    if line in tables.PORT_HIDDEN:
        return True
    if _value(found, path, line, words, tables.PORT_VALUES):
        return True
    if words[:2] == ["vrf", "attach"] and len(words) == 3:
        found.put((*path, "vrf"), words[2])
        return True
    return _address(found, path, words) or _access_list(found, path, words)


def _value(found: Found, path: Path, line: str, words: list[str], known: dict[str, tables.Line]) -> bool:
    """Take a line that sets one value, from a table; whether it was one."""
    for size in (2, 1):
        prefix = " ".join(words[:size])
        entry = known.get(prefix)
        if entry and len(words) > size and (len(words) == size + 1 or prefix in tables.WHOLE_REST):
            whole = prefix in tables.WHOLE_REST
            value = (
                unquoted(line[line.index(words[size - 1]) + len(words[size - 1]) :].strip()) if whole else words[size]
            )
            if value and value != entry.default:
                found.put((*path, entry.part), value)
            return True
    return False


def _address(found: Found, path: Path, words: list[str]) -> bool:
    match words:
        case ["ip", "dhcp"]:
            found.put((*path, "address"), "dhcp")
        case ["ip", "address", address] if "/" in address:
            found.put((*path, "address"), address)
        case ["ip", "address", address, mask] if _DOTTED.fullmatch(mask) and "/" not in address:
            bits = "".join(f"{min(int(part), 255):08b}" for part in mask.split("."))
            found.put((*path, "address"), f"{address}/{bits.count('1')}")
        case ["ip", "address", address, "secondary"]:
            found.put((*path, "address", "secondary", address))
        case ["ipv6", "address", address]:
            found.put((*path, "ipv6", address.lower()))
        case ["ip", "helper-address", address]:
            found.put((*path, "helper", address))
        case _:
            return False
    return True


def _access_list(found: Found, path: Path, words: list[str]) -> bool:
    match words:
        case ["apply", "access-list", kind, name, way]:
            found.put((*path, "acl", f"{kind} {way}"), name)
            return True
        case _:
            return False


def _read_svi(found: Found, section: Section, number: str) -> None:
    """A VLAN interface. That of VLAN 1 is always there: it only counts when something is set on it."""
    path = ("svi", number)
    before = len(found.items)
    free: list[tuple[str, ...]] = []
    if number != "1":
        found.put(path)
    for parents, line in children(section):
        words = line.split()
        if parents or not _svi_line(found, path, line, words):
            free.append((*parents, line))
    if number == "1" and len(found.items) > before:
        found.items.insert(before, (path, True))
    for lines in free:
        found.free(f"interface vlan {number}", *lines)


def _svi_line(found: Found, path: Path, line: str, words: list[str]) -> bool:
    if line == "shutdown":
        found.put((*path, "shutdown"))
        return True
    if words[0] == "no" and len(words) > 1:
        rest = " ".join(words[1:])
        return rest in ("shutdown", "ip address", *tables.SVI_VALUES) or _svi_line(Found(), path, rest, words[1:])
    return (
        _value(found, path, line, words, tables.SVI_VALUES)
        or _address(found, path, words)
        or _access_list(found, path, words)
    )


def read_vlan(found: Found, section: Section, words: list[str]) -> None:
    """`vlan LIST`, with attributes when it is one VLAN. VLAN 1 is always there."""
    ids = vlan_ids("".join(words[1:]).rstrip(","))
    if ids is None:
        free_section(found, section)
        return
    for vlan in ids:
        if vlan != "1":
            found.put(("vlan", vlan))
    for parents, line in children(section):
        for vlan in ids:
            if parents or not _vlan_line(found, vlan, line):
                found.free(f"vlan {vlan}", *parents, line)


def _vlan_line(found: Found, vlan: str, line: str) -> bool:
    path = ("vlan", vlan)
    words = line.split()
    if line in ("shutdown", "voice"):
        found.put((*path, line))
        return True
    if words[0] == "name" and len(words) > 1 and unquoted(line[4:].strip()) == default_name(vlan):
        return True
    if words[0] == "no" and len(words) > 1:
        rest = " ".join(words[1:])
        return rest in tables.VLAN_VALUES or _vlan_line(Found(), vlan, rest)
    return _value(found, path, line, words, tables.VLAN_VALUES) or _access_list(found, path, words)


def default_name(vlan: str) -> str:
    """The name a VLAN has when nobody named it."""
    return "DEFAULT_VLAN_1" if vlan == "1" else f"VLAN{vlan}"


def read_vsx(found: Found, section: Section, _words: list[str]) -> None:
    """`vsx`: which of the two peers it is stays the device's business; the rest is kept as it is."""
    kept = [line for line in section[1:] if line.split()[0] not in _VSX_OWN]
    free_section(found, (section[0], *kept))


READERS: Final[dict[str, Reader]] = {"interface": read_interface, "vlan": read_vlan, "vsx": read_vsx}
"""By the first word of a section."""
