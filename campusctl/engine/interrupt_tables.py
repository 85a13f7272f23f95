"""Settings and lines that stop nothing, or only when they are turned on or off; docs/windows.md says why.

What stands in none of these tables counts as stopping somebody's traffic.
"""

from typing import Final

QUIET_ROOTS: Final = (
    "banner", "console", "dns", "domain", "enable", "hostname", "line", "loop_protect", "ntp", "snmp", "sntp", "syslog",
    "system_domain", "timezone", "user", "vty", "web",
)  # fmt: skip
"""Settings about the switch itself: who logs in, what it is called, whom it tells."""

LOGIN_ROOTS: Final = ("aaa", "authorized_managers", "radius", "ssh", "tacacs")
"""Settings about logging in; on a switch that also asks who is at a port, they stop traffic."""

PORT_ACCESS: Final = ("dot1x", "port-access", "mac-based", "mac-auth", "mab", "authorization network")
"""Words in lines of a switch that asks who is at a port."""

QUIET_PORT: Final = frozenset({
    "arp_protect_trust", "broadcast_limit", "cdp", "description", "hash", "lldp_receive", "lldp_transmit",
    "loop_protect_action", "loop_protect_vlans", "poe_lldp_detect", "poe_pre_std_detect", "poe_priority", "qos_dscp",
    "qos_priority", "qos_trust", "rate_limit_broadcast", "rate_limit_multicast", "rate_limit_unknown_unicast",
    "stp_auto_edge", "stp_tcnguard",
})  # fmt: skip
"""Settings of a port that stop nothing."""

GUARDS: Final = frozenset({
    "forbid", "loop_protect", "stp_bpduguard", "stp_loopguard", "stp_pvst_protection", "stp_rootguard",
    "stp_rpvstguard",
})  # fmt: skip
"""Turned on, they shut a port behind which they find what they look for; turned off, they stop nothing."""

TRUSTS: Final = frozenset({
    "arp_inspection_trust", "arp_protect_trust", "dhcp_snooping_trust", "dhcpv4_snooping_trust",
    "dhcpv6_snooping_trust", "helper",
})  # fmt: skip
"""Taken away, replies are thrown away that were let through; added, they stop nothing."""

QUIET_VLAN: Final = frozenset({"name", "description", "qos_priority", "qos_dscp"})
"""Settings of a VLAN that stop nothing."""

QUIET_STP: Final = frozenset({"bpdu_guard_timeout", "bpduguard_timeout", "edge_default"})
"""Settings of spanning tree after which the tree stays as it is."""

STP_GUARDS: Final = frozenset({"bpduguard_default", "loopguard_default"})
"""As `GUARDS`, for every edge port at once."""

POE_OFF: Final = (False, "off", "never")
"""A port without power."""

POE_ON: Final = (None, True, "on", "auto", "low", "high", "critical")
"""How urgently a port is powered; from one of these to another nothing is turned off."""

QUIET_LINES: Final = frozenset({
    "!", "alias", "archive", "banner", "cdp", "clock", "console", "crypto", "description", "enable", "exec", "hostname",
    "include-credentials", "lldp", "load-interval", "logging", "name", "ntp", "password", "rest-interface", "service",
    "session-interactive", "snmp", "snmp-server", "sntp", "ssh", "telnet-server", "tftp", "time", "timesync",
    "username", "web-management",
})  # fmt: skip
"""First words of lines that no parser knows and that stop nothing all the same."""

QUIET_STARTS: Final = (
    "ip http", "ip ssh", "ip scp", "ip domain", "ip name-server", "ip dns", "ip tftp", "https-server",
)  # fmt: skip
"""As `QUIET_LINES`, where the first word is not enough."""

QUIET_CONTEXTS: Final = ("line ", "archive", "tacacs", "snmp")
"""Blocks whose lines stop nothing."""
