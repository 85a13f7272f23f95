"""The AOS-CX language: Aruba CX 6000 to 10000, also in VSF stacks and VSX pairs.

What this dialect adds to the paths of `campusctl.model.setting`:

    port/P/lag_kind               multi-chassis              port/P/native_tagged     True
    port/P/poe · lldp_transmit · lldp_receive    off         port/P/acl/KIND WAY      list applied (also svi, vlan)
    port/P/address · address/secondary/A · ipv6/A · vrf      of a routed port; svi has the same
    route/PREFIX/NEXTHOP/VRF      in another VRF than the default one; `gateway` when it is the only default route
    stp/instance/N/vlan/V · stp/instance/N/priority          stp/vlan/N, stp/vlan/N/priority     RPVST
    ssh/acl/KIND control-plane …  list before the switch     radius|tacacs/host/A, …/key         servers

A LAG is there when it has a `lag_mode` (active, passive, static). `interface mgmt`, `ssh server`, `https-server`
and VSX are `free`: kept, reported, never taken away. `State.manages` also notes what a text says that makes no
difference where it is the default: ("port", P, "routing") for `[no] routing`, ("port", P, "shutdown") for
`no shutdown`, ("stp", "enabled") for `no spanning-tree`; so that a port that is routed or down by default on its
model gets these lines when something else about it changes.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from campusctl.drivers.switch.dialects import _cx_read, _cx_read_ports, _cx_text
from campusctl.drivers.switch.dialects import _cx_write_services as services
from campusctl.drivers.switch.dialects import _cx_write_vlans as vlans
from campusctl.drivers.switch.dialects._cx_write import Writer
from campusctl.drivers.switch.dialects._cx_write_ports import write_ports
from campusctl.drivers.switch.dialects.base import Dialect, Reading, Section
from campusctl.drivers.switch.rules import Revert, RevertKind, Rules
from campusctl.model.command import Translation
from campusctl.model.setting import FREE, Path, State, Value

RULES: Final = Rules(
    netmiko_type="aruba_aoscx",
    error=re.compile(
        r"^(?:% ?\S.*|(?:Invalid|Incomplete|Ambiguous|Unknown) (?:input|command)\b.*|Error\b.*|ERROR\b.*"
        r"|Failed\b.*|Failure\b.*|Unable to\b.*|Cannot\b.*|Can't\b.*|Could not\b.*|Command failed\b.*"
        r"|Operation (?:not allowed|failed)\b.*|Permission denied\b.*|(?:VLAN|Interface|Port|LAG|ACL|User|VRF)\b.*"
        r"(?:does not exist|not found|not created|not allowed|not supported|is not|already|in use|cannot)\b.*"
        r"|Maximum\b.*|.*\b(?:is invalid|not permitted)\b.*)$",
        re.MULTILINE,
    ),
    paging_off=("no page",),
    show_running="show running-config",
    show_startup="show startup-config",
    save="write memory",
    answers=(
        (re.compile(r"Do you want to (?:continue|save)[^\n]*\(y/n\)\??\s*$"), "y"),
        (re.compile(r"\(y/n\)\s*[?:]?\s*$"), "y"),
        (re.compile(r"\[[yY]/[nN]\]\s*[?:]?\s*$"), "y"),
    ),
    noise_mark="checkpoint auto confirm",
    noise=re.compile(r'^.*(?:WARNING )?Please "?checkpoint auto confirm"? within \d+ minutes?.*$\n?', re.MULTILINE),
    reverts=(
        Revert(
            name="checkpoint",
            kind=RevertKind.TIMER,
            arm=("checkpoint auto {minutes}",),
            confirm=("checkpoint auto confirm",),
            # The automatic checkpoint has a name nobody can foresee; the saved configuration is the same one.
            # Confirmed afterwards, or the timer would also take back what the next apply does.
            undo=("checkpoint rollback startup-config", "checkpoint auto confirm"),
            # The other way round: a rollback without an armed checkpoint would take back what others did since.
            settle=("checkpoint auto confirm", "checkpoint rollback startup-config"),
            needs_saved=True,
            minutes=(1, 60),
        ),
    ),
)
"""Source: AOS-CX 10.10 Fundamentals Guide, Checkpoints; recorded rejections."""

_cx_read.READERS.update(_cx_read_ports.READERS)
_READERS: Final = _cx_read.READERS


class ArubaAosCx(Dialect):
    """AOS-CX 10.04 and later."""

    name = "aruba_aoscx"
    rules = RULES

    def sections(self, text: str) -> Iterator[Section]:
        """Sections of a configuration; see `Dialect.sections`."""
        return _cx_text.split(text)

    def keep(self, text: str) -> str:
        """The text without what the device makes by itself; see `Dialect.kept`."""
        return _cx_text.kept(text)

    def read(self, section: Section) -> Reading:
        """What one section says; see `Dialect.read`."""
        found = _cx_read.Found()
        head = section[0]
        if head.startswith("! manage: "):
            context = head.removeprefix("! manage: ")
            found.manages.add((FREE,) if context == "global" else (FREE, context))
            return found.reading()
        words = head.split()
        if words[0] == "banner" and len(section) == 2 and len(words) == 2:
            found.put(("banner", words[1]), section[1])
        elif _cx_text.device_made(words) or (len(section) == 1 and _cx_read.simple(found, head, words)):
            pass
        else:
            reader = _READERS.get(words[0])
            if reader:
                reader(found, section, words)
            else:
                _cx_read.free_section(found, section)
        return found.reading()

    def settle(self, settings: dict[Path, Value]) -> dict[Path, Value]:
        """The only default route of the default VRF is the gateway."""
        routes = [path for path in settings if path[0] == "route" and len(path) == 3 and path[1] == "0.0.0.0/0"]
        if len(routes) == 1 and settings[routes[0]] is True:
            del settings[routes[0]]
            settings["gateway",] = routes[0][2]
        return settings

    def translate(self, before: State, after: State) -> Translation:
        """The commands between two states; see `Dialect.translate`."""
        writer = Writer(before, after)
        roots: dict[str, list[Path]] = {}
        for path in writer.changed():
            if path[0] == "port" or not services.write_value(writer, path):
                roots.setdefault(_ROOTS_ALIKE.get(path[0], path[0]), []).append(path)
        for root, paths in roots.items():
            _WRITERS[root](writer, paths)
        return writer.translation()


_ROOTS_ALIKE: Final = {"gateway": "route", "tacacs": "radius"}

_WRITERS: Final[dict[str, Callable[[Writer, Iterable[Path]], None]]] = {
    "port": write_ports,
    "vlan": vlans.write_vlans,
    "svi": vlans.write_svis,
    "route": vlans.write_routes,
    "stp": vlans.write_stp,
    "ntp": services.write_ntp,
    "dns": services.write_dns,
    "syslog": services.write_syslog,
    "snmp": services.write_snmp,
    "user": services.write_users,
    "radius": services.write_servers,
    "aaa": services.write_aaa,
    "ssh": services.write_control_plane,
    "lldp": services.write_lldp,
    "acl": services.write_acls,
    "banner": services.write_banners,
    "free": services.write_free,
}

DIALECT: Final = ArubaAosCx()
