"""What ArubaOS-Switch and ProCurve see at their ports. Power has a template of ours, the rest is in ntc-templates."""

import re
from typing import Final

from campusctl.drivers.switch.health.hp_procurve import QUESTIONS as HEALTH
from campusctl.drivers.switch.health.ports import canonical_port
from campusctl.drivers.switch.health.questions import Asked, Question, Replies, Values
from campusctl.drivers.switch.tables.aruba import Family, questions

_LOOP: Final = re.compile(r"^\s*(\S+)\s+Yes\s+Yes\s.*\bDown\s*$", re.MULTILINE)
_GUARD: Final = re.compile(r"^\s*(\S+)\s+\S+\s+Yes\s+(?i:bpdu ?error)", re.MULTILINE)


def _closed(replies: Replies, _asked: Asked) -> Values:
    """Ports that loop protection or the guard against other switches has closed."""
    found = {canonical_port("hp_procurve", port): "loop-protect" for port in _LOOP.findall(replies[0])}
    guarded = {canonical_port("hp_procurve", port): "bpdu-protection" for port in _GUARD.findall(replies[1])}
    return {"closed": {**found, **guarded}}


_TABLES: Final = questions(
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
QUESTIONS: Final = (
    *_TABLES,
    Question(
        "closed",
        ("show loop-protect", "show spanning-tree bpdu-protection"),
        _closed,
        re.compile(r"(?i)loop protection information|bpdu protection information"),
    ),
)
"""Source: ArubaOS-Switch 16.10 guides; K.12 to K.16 for the older forms."""
