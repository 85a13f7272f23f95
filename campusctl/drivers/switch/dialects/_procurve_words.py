"""Lines of ArubaOS-Switch that set one value each: what they say in a State, and how they are written."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from campusctl.model.setting import Path

_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|\S+')


def split(line: str) -> list[str]:
    """Words of a line; a quoted text is one word and keeps its quotes."""
    return _TOKEN.findall(line) if '"' in line else line.split()


def unquote(word: str) -> str:
    """The text of a word, without the quotes around it and the backslashes before quotes in it."""
    if len(word) > 1 and word[0] == word[-1] == '"':
        return word[1:-1].replace('\\"', '"')
    return word


def quote(text: str) -> str:
    """A text as the device reads it back whole."""
    return '"' + text.replace('"', '\\"') + '"'


def default_vlan_name(vlan: str) -> str:
    """What a VLAN is called unless somebody names it."""
    return "DEFAULT_VLAN" if vlan == "1" else f"VLAN{vlan}"


@dataclass(frozen=True, slots=True)
class Word:
    """A line `<text> <value>`; `no <text>` when `unset` does not say otherwise."""

    text: str
    """The line's leading words."""
    path: Path
    """Its setting; below `port/P` for a line of an interface."""
    default: str | None = None
    """A value that is left out, in small letters."""
    unset: str = ""
    """The line that brings the default back."""
    quoted: bool = False
    """The value is a text in quotes."""
    many: bool = False
    """The value may have several words."""
    flag: bool = False
    """There is no value: the line itself, or `no` and the line."""
    off: str = ""
    """What `no <text>` says as a value, where that is not the default."""

    def line(self, value: object) -> str:
        """The line that sets a value; None brings the default back."""
        if value is None or (self.off and value == self.off):
            return f"no {self.text}" if value or not self.unset else self.unset
        if self.flag:
            return self.text if value else f"no {self.text}"
        return f"{self.text} {quote(str(value)) if self.quoted else value}"


_STP: Final = "spanning-tree"

GLOBAL: Final[tuple[Word, ...]] = (
    Word("ip dns domain-name", ("domain",), quoted=True),
    Word("ip routing", ("route", "enabled"), flag=True),
    Word("time timezone", ("timezone",), "0", "time timezone 0"),
    Word("time daylight-time-rule", ("timezone", "daylight"), "none", "time daylight-time-rule none", many=True),
    Word("timesync", ("ntp", "timesync"), off="none"),
    Word("ntp", ("ntp", "mode"), off="none"),
    Word("ntp enable", ("ntp", "enabled"), flag=True),
    Word("sntp poll-interval", ("sntp", "poll_interval"), "720"),
    Word("sntp", ("sntp", "mode"), off="none"),
    Word("logging facility", ("syslog", "facility"), "user", "logging facility user"),
    Word("logging severity", ("syslog", "severity"), "debug", "no logging severity"),
    Word("primary-vlan", ("primary_vlan",), "1", "primary-vlan 1"),
    Word("management-vlan", ("management_vlan",)),
    Word("console inactivity-timer", ("console", "inactivity_timer"), "0", "console inactivity-timer 0"),
    Word("console idle-timeout", ("console", "idle_timeout"), "0", "console idle-timeout 0"),
    Word("console idle-timeout serial-usb", ("console", "idle_timeout_usb"), "0", "console idle-timeout serial-usb 0"),
    Word("web-management idle-timeout", ("web", "idle_timeout"), "600", "web-management idle-timeout 600"),
    Word("lldp run", ("lldp", "enabled"), flag=True),
    Word("lldp refresh-interval", ("lldp", "refresh_interval"), "30", "lldp refresh-interval 30"),
    Word("lldp holdtime-multiplier", ("lldp", "holdtime_multiplier"), "4", "lldp holdtime-multiplier 4"),
    Word("loop-protect disable-timer", ("loop_protect", "disable_timer"), "0", "loop-protect disable-timer 0"),
    Word("loop-protect transmit-interval", ("loop_protect", "interval"), "5", "loop-protect transmit-interval 5"),
    Word("loop-protect mode", ("loop_protect", "mode"), "port", "loop-protect mode port"),
    Word(_STP, ("stp", "enabled"), flag=True),
    Word(f"{_STP} mode", ("stp", "mode"), "mstp", f"{_STP} mode mstp"),
    Word(f"{_STP} force-version", ("stp", "force_version"), "mstp-operation", f"{_STP} force-version mstp-operation"),
    Word(f"{_STP} priority", ("stp", "priority"), "8", f"{_STP} priority 8"),
    Word(f"{_STP} config-name", ("stp", "config_name"), quoted=True),
    Word(f"{_STP} config-revision", ("stp", "config_revision"), "0", f"{_STP} config-revision 0"),
    Word(f"{_STP} hello-time", ("stp", "hello_time"), "2", f"{_STP} hello-time 2"),
    Word(f"{_STP} forward-delay", ("stp", "forward_delay"), "15", f"{_STP} forward-delay 15"),
    Word(f"{_STP} maximum-age", ("stp", "maximum_age"), "20", f"{_STP} maximum-age 20"),
    Word(f"{_STP} max-hops", ("stp", "max_hops"), "20", f"{_STP} max-hops 20"),
    Word(f"{_STP} bpdu-protection-timeout", ("stp", "bpduguard_timeout"), "0", f"{_STP} bpdu-protection-timeout 0"),
    Word("dhcp-snooping", ("dhcp_snooping", "enabled"), flag=True),
    Word("arp-protect", ("arp_protect", "enabled"), flag=True),
    Word("radius-server timeout", ("radius", "timeout"), "5", "radius-server timeout 5"),
    Word("radius-server retransmit", ("radius", "retransmit"), "3", "radius-server retransmit 3"),
    Word("radius-server dead-time", ("radius", "dead_time"), "0", "no radius-server dead-time"),
    Word("tacacs-server timeout", ("tacacs", "timeout"), "5", "tacacs-server timeout 5"),
)

PORT: Final[tuple[Word, ...]] = (
    Word("name", ("description",), quoted=True),
    Word("disable", ("shutdown",), unset="enable", flag=True),
    Word("speed-duplex", ("speed",), "auto", "speed-duplex auto"),
    Word("flow-control", ("flow_control",), flag=True),
    Word("lacp", ("lacp",), off="off"),
    Word("mdix-mode", ("mdix",), "automdix", "mdix-mode automdix"),
    Word("broadcast-limit", ("broadcast_limit",), "0", "broadcast-limit 0"),
    Word("unknown-vlans", ("unknown_vlans",), "learn", "unknown-vlans learn"),
    Word("poe-lldp-detect", ("poe_lldp_detect",), "disabled", "poe-lldp-detect disabled"),
    Word("poe-allocate-by", ("poe_allocate_by",), "usage", "poe-allocate-by usage"),
    Word("poe-value", ("poe_value",)),
    Word("qos priority", ("qos_priority",), unset="no qos"),
    Word("qos dscp", ("qos_dscp",), unset="no qos"),
    Word("dhcp-snooping trust", ("dhcp_snooping_trust",), flag=True),
    Word("arp-protect trust", ("arp_protect_trust",), flag=True),
    Word("dhcpv6-snooping trust", ("dhcpv6_snooping_trust",), flag=True),
)

VLAN: Final[tuple[Word, ...]] = (
    Word("voice", ("voice",), flag=True),
    Word("jumbo", ("jumbo",), flag=True),
    Word("ip igmp", ("igmp",), flag=True),
    Word("ip igmp querier", ("igmp_querier",), flag=True),
    Word("dhcp-snooping", ("dhcp_snooping",), flag=True),
    Word("qos priority", ("qos_priority",), unset="no qos"),
    Word("qos dscp", ("qos_dscp",), unset="no qos"),
)

TRUE_BY_DEFAULT: Final = frozenset({("lldp", "enabled"), ("igmp_querier",)})
"""Flags that are on unless a `no` line says otherwise."""

STP_PORT_FLAGS: Final[Mapping[str, tuple[str, bool]]] = {
    "admin-edge-port": ("stp_edge", False),
    "auto-edge-port": ("stp_auto_edge", True),
    "bpdu-protection": ("stp_bpduguard", False),
    "bpdu-filter": ("stp_bpdufilter", False),
    "root-guard": ("stp_rootguard", False),
    "tcn-guard": ("stp_tcnguard", False),
    "loop-guard": ("stp_loopguard", False),
    "pvst-protection": ("stp_pvst_protection", False),
    "pvst-filter": ("stp_pvst_filter", False),
}
"""Per-port words of `spanning-tree LIST …`: setting below `port/P`, and default."""

STP_TRUNK_PRIORITY: Final = "4"
"""Port priority of a trunk group, unless somebody says otherwise; the device prints it for every group."""

STP_PORT_VALUES: Final[Mapping[str, tuple[str, str]]] = {
    "path-cost": ("stp_cost", "auto"),
    "priority": ("stp_priority", "8"),
    "hello-time": ("stp_hello_time", "global"),
    "point-to-point-mac": ("stp_point_to_point", "force-true"),
}
"""Per-port words with a value: setting below `port/P`, and default."""

GROUP_KEYS: Final = frozenset(
    {"untagged", "tagged", "forbid", "loop_protect", "loop_protect_action"}
    | {key for key, _ in (*STP_PORT_FLAGS.values(), *STP_PORT_VALUES.values())}
)
"""Settings below `port/P` that a trunk group has in the place of its ports."""

_STP_DEFAULTS: Final = dict(STP_PORT_VALUES.values())


def stp_default(key: str, port: str) -> str | None:
    """The value of a per-port spanning-tree setting that needs no line; None: every value needs one."""
    if key == "stp_priority" and port.startswith("Trk"):
        return STP_TRUNK_PRIORITY
    return _STP_DEFAULTS.get(key)


SERVICES_ON: Final = frozenset({"telnet-server", "web-management", "web-management plaintext", "tftp server",
                                "tftp client", "cdp run", "autorun"})  # fmt: skip
"""Lines that say what a device does anyway; it never prints them."""
