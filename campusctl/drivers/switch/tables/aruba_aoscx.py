"""What an Aruba CX switch sees at its ports. Links and power have templates of ours, the rest is in ntc-templates."""

import re
from dataclasses import replace
from typing import Final

from campusctl.drivers.switch.health.aruba_aoscx import QUESTIONS as HEALTH
from campusctl.drivers.switch.health.ports import canonical_port
from campusctl.drivers.switch.health.questions import Asked, Question, Replies, Values
from campusctl.drivers.switch.health.templating import rows, word
from campusctl.drivers.switch.tables import power
from campusctl.drivers.switch.tables.rows import heard, key, learnt, located

_HEALTH: Final = {one.aspect: one for one in HEALTH}


def _port(text: str) -> str:
    return canonical_port("aruba_aoscx", text)


def _heard(replies: Replies, asked: Asked) -> Values:
    more = {
        key(_port(word(row, "LOCAL_INTERFACE")), word(row, "CHASSIS_ID")): (
            word(row, "NEIGHBOR_DESCRIPTION"),
            word(row, "CAPABILITIES"),
        )
        for row in rows("ntc:aruba_aoscx_show_lldp_neighbors-info_detail", replies[0])
    }
    return heard(_HEALTH["neighbors"].parse(replies, asked), more)


def _learnt(replies: Replies, _asked: Asked) -> Values:
    table = rows("ntc:aruba_aoscx_show_mac-address-table", replies[0])
    return {
        "learnt": learnt((word(row, "MAC_ADDRESS"), _port(word(row, "PORT")), word(row, "VLAN_ID")) for row in table)
    }


def _located(replies: Replies, _asked: Asked) -> Values:
    table = rows("ntc:aruba_aoscx_show_arp_all-vrfs", replies[0])
    return {"located": located((word(row, "IP_ADDRESS"), word(row, "MAC_ADDRESS")) for row in table)}


def _drawn(replies: Replies, _asked: Asked) -> Values:
    return power.aruba(replies[0], _port)


QUESTIONS: Final = (
    _HEALTH["links"],
    replace(_HEALTH["neighbors"], parse=_heard),
    replace(_HEALTH["macs"], parse=_learnt),
    replace(_HEALTH["power"], parse=_drawn),
    Question("located", ("show arp all-vrfs",), _located, re.compile(r"IPv4 Address|No ARP entries")),
)
"""Source: AOS-CX 10.04 to 10.13 guides (monitoring, IP services, layer 2 bridging, power over Ethernet)."""
