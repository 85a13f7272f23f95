"""What ArubaOS-Switch and ProCurve see at their ports. Power has a template of ours, the rest is in ntc-templates."""

from typing import Final

from campusctl.drivers.switch.health.hp_procurve import QUESTIONS as HEALTH
from campusctl.drivers.switch.tables.aruba import Family, questions

QUESTIONS: Final = questions(
    Family(
        dialect="hp_procurve",
        neighbors="ntc:hp_procurve_show_lldp_info_remote-device_detail",
        macs="ntc:hp_procurve_show_mac-address",
        arp="ntc:hp_procurve_show_arp",
        arp_command="show arp",
        arp_sign=r"IP ARP table",
    ),
    HEALTH,
)
"""Source: ArubaOS-Switch 16.10 guides; K.12 to K.16 for the older forms."""
