"""AOS-CX lines that carry one value each: read and written from the same tables.

Source: AOS-CX 10.10 Command-Line Interface, Layer 2 Bridging, Fundamentals and SNMP/MIB guides.
"""

from typing import Final, NamedTuple


class Line(NamedTuple):
    """One line of the language."""

    part: str
    """Path part of the setting (the whole path, joined by spaces, for global lines)."""
    default: str | None = None
    """The value that is not printed, or None."""
    named_off: bool = False
    """The `no` form needs the value."""
    spoken_default: bool = False
    """The default is set by its value: firmwares differ in the `no` form."""


PORT_FLAGS: Final = {
    "lacp fallback": "lacp_fallback",
    "spanning-tree port-type admin-edge": "stp_edge",
    "spanning-tree bpdu-guard": "stp_bpduguard",
    "spanning-tree bpdu-filter": "stp_bpdufilter",
    "spanning-tree root-guard": "stp_rootguard",
    "spanning-tree loop-guard": "stp_loopguard",
    "spanning-tree tcn-guard": "stp_tcnguard",
    "spanning-tree rpvst-filter": "stp_rpvstfilter",
    "spanning-tree rpvst-guard": "stp_rpvstguard",
    "loop-protect": "loop_protect",
    "arp inspection trust": "arp_inspection_trust",
    "dhcpv4-snooping trust": "dhcpv4_snooping_trust",
    "dhcpv6-snooping trust": "dhcpv6_snooping_trust",
    "power-over-ethernet pre-std-detect": "poe_pre_std_detect",
}
"""Lines of a port that are there or not."""

PORT_OFF: Final = {
    "no power-over-ethernet": "poe",
    "no lldp transmit": "lldp_transmit",
    "no lldp receive": "lldp_receive",
}
"""Lines that turn off what is on by default; the value is `off`."""

PORT_VALUES: Final = {
    "description": Line("description"),
    "mtu": Line("mtu", "1500"),
    "speed": Line("speed", "auto"),
    "hash": Line("hash", "l3-src-dst"),
    "lacp mode": Line("lag_mode"),
    "lacp rate": Line("lacp_rate", "slow"),
    "lacp port-priority": Line("lacp_port_priority", "1"),
    "power-over-ethernet priority": Line("poe_priority", "low"),
    "power-over-ethernet allocate-by": Line("poe_allocate", "usage"),
    "power-over-ethernet assigned-class": Line("poe_class"),
    "spanning-tree cost": Line("stp_cost"),
    "spanning-tree port-priority": Line("stp_port_priority", "8"),
    "spanning-tree link-type": Line("stp_link_type"),
    "loop-protect action": Line("loop_protect_action", "tx-disable"),
    "qos trust": Line("qos_trust"),
    "rate-limit broadcast": Line("rate_limit_broadcast"),
    "rate-limit multicast": Line("rate_limit_multicast"),
    "rate-limit unknown-unicast": Line("rate_limit_unknown_unicast"),
}
"""Lines of a port that set one value."""

PORT_HIDDEN: Final = frozenset(
    {
        "power-over-ethernet",
        "lldp transmit",
        "lldp receive",
        "spanning-tree port-type admin-network",
        "no spanning-tree port-type",
        "no lacp fallback",
        *(f"no {flag}" for flag in PORT_FLAGS),
    }
)
"""Lines of a port that say a default."""

SVI_VALUES: Final = {
    "description": Line("description"),
    "ip mtu": Line("ip_mtu", "1500"),
    "vrf attach": Line("vrf", "default", named_off=True),
}
"""Lines of a VLAN interface that set one value."""

VLAN_VALUES: Final = {"name": Line("name"), "description": Line("description")}
"""Lines of a VLAN that set one value."""

GLOBAL_VALUES: Final = {
    "hostname": Line("hostname"),
    "domain-name": Line("system_domain"),
    "ip dns domain-name": Line("domain", named_off=True),
    "clock timezone": Line("timezone", "utc", spoken_default=True),
    "ntp vrf": Line("ntp vrf", "default", spoken_default=True),
    "snmp-server system-contact": Line("snmp contact"),
    "snmp-server system-location": Line("snmp location"),
    "snmp-server system-description": Line("snmp description"),
    "snmp-server agent-port": Line("snmp agent_port", "161"),
    "logging facility": Line("syslog facility", "local7"),
    "spanning-tree mode": Line("stp mode", "mstp", spoken_default=True),
    "spanning-tree priority": Line("stp priority", "8"),
    "spanning-tree config-name": Line("stp config_name"),
    "spanning-tree config-revision": Line("stp config_revision", "0"),
    "spanning-tree forward-delay": Line("stp forward_delay", "15"),
    "spanning-tree hello-time": Line("stp hello_time", "2"),
    "spanning-tree max-age": Line("stp max_age", "20"),
    "spanning-tree max-hops": Line("stp max_hops", "20"),
    "spanning-tree bpdu-guard timeout": Line("stp bpdu_guard_timeout"),
    "loop-protect re-enable-timer": Line("loop_protect reenable_timer"),
    "loop-protect transmit-interval": Line("loop_protect transmit_interval", "5"),
    "lldp timer": Line("lldp timer", "30"),
    "lldp holdtime-multiplier": Line("lldp holdtime", "4"),
    "lldp reinit": Line("lldp reinit", "2"),
    "lldp txdelay": Line("lldp txdelay", "2"),
}
"""Global lines that set one value; the path is the part, split at spaces."""

GLOBAL_FLAGS: Final = {
    "ntp enable": "ntp enabled",
    "ntp authentication": "ntp authentication",
    "snmp-server snmpv3-only": "snmp v3_only",
    "aaa authentication allow-fail-through": "aaa authentication allow-fail-through",
}
"""Global lines that are there or not."""

WHOLE_REST: Final = frozenset(
    {
        "description",
        "name",
        "speed",
        "snmp-server system-contact",
        "snmp-server system-location",
        "snmp-server system-description",
        "rate-limit broadcast",
        "rate-limit multicast",
        "rate-limit unknown-unicast",
    }
)
"""Lines whose value may have several words; quotes around it are left off."""
