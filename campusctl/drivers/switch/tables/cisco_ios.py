"""What a Catalyst sees at its ports. ntc-templates reads all of it."""

import re
from dataclasses import replace
from typing import Final

from campusctl.drivers.switch.health.cisco_ios import QUESTIONS as HEALTH
from campusctl.drivers.switch.health.ports import canonical_port
from campusctl.drivers.switch.health.questions import Asked, Question, Replies, Values
from campusctl.drivers.switch.health.templating import rows, word, words
from campusctl.drivers.switch.tables import power
from campusctl.drivers.switch.tables.rows import heard, key, learnt, located

_HEALTH: Final = {one.aspect: one for one in HEALTH}


def _port(text: str) -> str:
    return canonical_port("cisco_ios", text)


def _closed(replies: Replies, _asked: Asked) -> Values:
    """Why ports were closed; the table is there only if there is one."""
    table = rows("ntc:cisco_ios_show_interfaces_status_err-disabled", replies[0])
    return {"closed": {_port(word(row, "INTERFACE")): word(row, "PORT_ERROR").partition(" ")[0] for row in table}}


def _heard(replies: Replies, asked: Asked) -> Values:
    more = {
        key(_port(word(row, "LOCAL_INTERFACE")), word(row, "CHASSIS_ID")): (
            word(row, "NEIGHBOR_DESCRIPTION"),
            word(row, "CAPABILITIES"),
        )
        for row in rows("ntc:cisco_ios_show_lldp_neighbors_detail", replies[0])
    }
    return heard(_HEALTH["neighbors"].parse(replies, asked), more)


def _learnt(replies: Replies, _asked: Asked) -> Values:
    table = rows("ntc:cisco_ios_show_mac-address-table", replies[0])
    return {
        "learnt": learnt(
            (word(row, "DESTINATION_ADDRESS"), _port(name), word(row, "VLAN_ID"))
            for row in table
            for name in words(row, "DESTINATION_PORT")
        )
    }


def _located(replies: Replies, _asked: Asked) -> Values:
    table = rows("ntc:cisco_ios_show_ip_arp", replies[0])
    return {"located": located((word(row, "IP_ADDRESS"), word(row, "MAC_ADDRESS")) for row in table)}


def _drawn(replies: Replies, _asked: Asked) -> Values:
    return power.cisco(replies[0], _port)


QUESTIONS: Final = (
    _HEALTH["links"],
    Question("closed", ("show interfaces status err-disabled",), _closed, re.compile(r"Status\s+Reason")),
    replace(_HEALTH["neighbors"], parse=_heard),
    replace(_HEALTH["macs"], parse=_learnt),
    replace(_HEALTH["power"], parse=_drawn),
    Question("located", ("show ip arp",), _located, re.compile(r"Protocol\s+Address")),
)
"""Source: Cisco IOS 12.2 to 15.2 and IOS-XE 16 command references."""
