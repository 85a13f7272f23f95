"""What the two families of Aruba switches see at their ports: the same tables, by other commands and templates."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from campusctl.drivers.switch.health.ports import canonical_port
from campusctl.drivers.switch.health.questions import Asked, Question, Replies, Values
from campusctl.drivers.switch.health.templating import rows, word
from campusctl.drivers.switch.tables import power
from campusctl.drivers.switch.tables.rows import heard, key, learnt, located


class Family(NamedTuple):
    """How one family says it."""

    dialect: str
    """Its dialect, whose port names they are."""
    neighbors: str
    """Template of the LLDP neighbours in detail."""
    macs: str
    """Template of the MAC table."""
    arp: str
    """Template of the ARP table."""
    arp_command: str
    """The command that shows the ARP table."""
    arp_sign: str
    """Pattern that stands in every answer to it."""


def questions(family: Family, health: Sequence[Question]) -> tuple[Question, ...]:
    """Everything that is asked of a switch.

    Args:
        family: How it says it.
        health: What its dialect asks about its health; links, neighbours, addresses and power are asked alike.
    """
    known = {one.aspect: one for one in health}

    def port(text: str) -> str:
        return canonical_port(family.dialect, text)

    def neighbors(replies: Replies, asked: Asked) -> Values:
        more = {
            key(port(word(row, "LOCAL_INTERFACE")), word(row, "CHASSIS_ID")): (
                word(row, "NEIGHBOR_DESCRIPTION"),
                word(row, "CAPABILITIES"),
            )
            for row in rows(family.neighbors, replies[0])
        }
        return heard(known["neighbors"].parse(replies, asked), more)

    def macs(replies: Replies, _asked: Asked) -> Values:
        table = rows(family.macs, replies[0])
        found = ((word(row, "MAC_ADDRESS"), port(word(row, "PORT")), word(row, "VLAN_ID")) for row in table)
        return {"learnt": learnt(found)}

    def arp(replies: Replies, _asked: Asked) -> Values:
        table = rows(family.arp, replies[0])
        return {"located": located((word(row, "IP_ADDRESS"), word(row, "MAC_ADDRESS")) for row in table)}

    def drawn(replies: Replies, _asked: Asked) -> Values:
        return power.aruba(replies[0], port)

    return (
        known["links"],
        replace(known["neighbors"], parse=neighbors),
        replace(known["macs"], parse=macs),
        replace(known["power"], parse=drawn),
        Question("located", (family.arp_command,), arp, re.compile(family.arp_sign)),
    )
