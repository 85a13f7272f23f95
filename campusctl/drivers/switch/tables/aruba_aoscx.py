"""What an Aruba CX switch sees at its ports. Links and power have templates of ours, the rest is in ntc-templates."""

from typing import Final

from campusctl.drivers.switch.health.aruba_aoscx import QUESTIONS as HEALTH
from campusctl.drivers.switch.tables.aruba import Family, questions

QUESTIONS: Final = questions(
    Family(
        dialect="aruba_aoscx",
        neighbors="ntc:aruba_aoscx_show_lldp_neighbors-info_detail",
        macs="ntc:aruba_aoscx_show_mac-address-table",
        arp="ntc:aruba_aoscx_show_arp_all-vrfs",
        arp_command="show arp all-vrfs",
        arp_sign=r"IPv4 Address|No ARP entries",
    ),
    HEALTH,
)
"""Source: AOS-CX 10.04 to 10.13 guides (monitoring, IP services, layer 2 bridging, power over Ethernet)."""
