"""What ArubaOS-Switch and ProCurve see at their ports. Power has a template of ours, the rest is in ntc-templates."""

import re
from dataclasses import replace
from typing import Final

from campusctl.drivers.switch.health.hp_procurve import QUESTIONS as HEALTH
from campusctl.drivers.switch.health.ports import canonical_port
from campusctl.drivers.switch.health.questions import Asked, Question, Replies, Values
from campusctl.drivers.switch.health.templating import rows, word
from campusctl.drivers.switch.tables import power
from campusctl.drivers.switch.tables.rows import heard, key, learnt, located

_HEALTH: Final = {one.aspect: one for one in HEALTH}


def _port(text: str) -> str:
    return canonical_port("hp_procurve", text)


def _heard(replies: Replies, asked: Asked) -> Values:
    more = {
        key(_port(word(row, "LOCAL_INTERFACE")), word(row, "CHASSIS_ID")): (
            word(row, "NEIGHBOR_DESCRIPTION"),
            word(row, "CAPABILITIES"),
        )
        for row in rows("ntc:hp_procurve_show_lldp_info_remote-device_detail", replies[0])
    }
    return heard(_HEALTH["neighbors"].parse(replies, asked), more)


def _learnt(replies: Replies, _asked: Asked) -> Values:
    table = rows("ntc:hp_procurve_show_mac-address", replies[0])
    return {
        "learnt": learnt((word(row, "MAC_ADDRESS"), _port(word(row, "PORT")), word(row, "VLAN_ID")) for row in table)
    }


def _located(replies: Replies, _asked: Asked) -> Values:
    table = rows("ntc:hp_procurve_show_arp", replies[0])
    return {"located": located((word(row, "IP_ADDRESS"), word(row, "MAC_ADDRESS")) for row in table)}


def _drawn(replies: Replies, _asked: Asked) -> Values:
    return power.aruba(replies[0], _port)


QUESTIONS: Final = (
    _HEALTH["links"],
    replace(_HEALTH["neighbors"], parse=_heard),
    replace(_HEALTH["macs"], parse=_learnt),
    replace(_HEALTH["power"], parse=_drawn),
    Question("located", ("show arp",), _located, re.compile(r"IP ARP table")),
)
"""Source: ArubaOS-Switch 16.10 guides; K.12 to K.16 for the older forms."""
