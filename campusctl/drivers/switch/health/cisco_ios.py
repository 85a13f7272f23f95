"""What a Catalyst says of its health. ntc-templates reads most of it; root and power budget are read by ours."""

import re
from collections.abc import Iterator
from typing import Final

from campusctl.drivers.switch.health.ports import canonical_port
from campusctl.drivers.switch.health.questions import Asked, Question, Replies, Values
from campusctl.drivers.switch.health.templating import rows, word, words
from campusctl.drivers.switch.health.values import learnt, mac, merged, neighbor, number, speed, whole
from campusctl.model.health import Budget, Link, Neighbor, Power, Root

_UP: Final = frozenset({"connected", "up", "monitoring"})


def _port(text: str) -> str:
    return canonical_port("cisco_ios", text)


def _neighbors(replies: Replies, _asked: Asked) -> Values:
    """The detail has whole names; the brief table has the local port where IOS 12.2 leaves it out of the detail."""
    return {"neighbors": merged(_detailed(replies[0]), _brief(replies[1]))}


def _detailed(reply: str) -> Iterator[Neighbor]:
    for row in rows("ntc:cisco_ios_show_lldp_neighbors_detail", reply):
        port = _port(word(row, "LOCAL_INTERFACE"))
        if port:
            name, remote = word(row, "NEIGHBOR_NAME"), word(row, "NEIGHBOR_PORT_ID")
            yield neighbor(port, name, remote, word(row, "NEIGHBOR_INTERFACE"), word(row, "CHASSIS_ID"))


def _brief(reply: str) -> Iterator[Neighbor]:
    for row in rows("ntc:cisco_ios_show_lldp_neighbors", reply):
        port = _port(word(row, "LOCAL_INTERFACE"))
        if port:
            yield neighbor(port, word(row, "NEIGHBOR_NAME"), word(row, "NEIGHBOR_INTERFACE"), "", "")


def _links(replies: Replies, _asked: Asked) -> Values:
    found = {}
    for row in rows("ntc:cisco_ios_show_interfaces_status", replies[0]):
        port, status = _port(word(row, "PORT")), word(row, "STATUS")
        if port:
            up = status in _UP
            found[port] = Link(
                up=up,
                enabled=status != "disabled",
                speed_mbps=speed(word(row, "SPEED")) if up else None,
                half_duplex=up and word(row, "DUPLEX").endswith("half"),
                closed=status if status == "err-disabled" else "",
            )
    return {"links": found or None}


def _bundled(replies: Replies, _asked: Asked) -> Values:
    found = {}
    for row in rows("ntc:cisco_ios_show_etherchannel_summary", replies[0]):
        members = zip(words(row, "MEMBER_INTERFACE"), words(row, "MEMBER_INTERFACE_STATUS"), strict=False)
        found.update({port: "P" in flags for name, flags in members if (port := _port(name))})
    return {"bundled": found}


def _macs(replies: Replies, asked: Asked) -> Values:
    table = rows("ntc:cisco_ios_show_mac-address-table", replies[0])
    entries = ((mac(word(row, "DESTINATION_ADDRESS")), _port(name)) for row in table
               for name in words(row, "DESTINATION_PORT"))  # fmt: skip
    counts, devices = learnt(entries, asked.devices)
    return {"macs": counts, "devices": devices}


def _roots(replies: Replies, _asked: Asked) -> Values:
    return {
        "roots": {
            word(row, "INSTANCE"): Root(
                bridge=mac(word(row, "BRIDGE")), priority=whole(word(row, "PRIORITY")), port=_port(word(row, "PORT"))
            )
            for row in rows("ios_spanning_tree_root", replies[0])
        }
    }


def _power(replies: Replies, _asked: Asked) -> Values:
    power = {}
    for row in rows("ntc:cisco_ios_show_power_inline", replies[0]):
        port = _port(word(row, "INTERFACE"))
        if port:
            delivering = word(row, "OPERATIONAL_STATUS") == "on"
            power[port] = Power(delivering=delivering, watts=number(word(row, "POWER")))
    budgets = {
        word(row, "UNIT") or "1": Budget(available_w=available, used_w=number(word(row, "USED")))
        for row in rows("ios_power_budget", replies[0])
        if (available := number(word(row, "AVAILABLE"))) is not None
    }
    return {"power": power, "budgets": budgets or None}


def _gateway(replies: Replies, _asked: Asked) -> Values:
    answers = [whole(word(row, "PERCENT")) for row in rows("ios_ping", replies[0])]
    return {"gateway": any(answers)} if answers else {}


QUESTIONS: Final = (
    Question(
        "neighbors",
        ("show lldp neighbors detail", "show lldp neighbors"),
        _neighbors,
        re.compile(r"Total entries displayed|Device ID|Chassis id|LLDP is not enabled"),
    ),
    Question("links", ("show interfaces status",), _links, re.compile(r"^Port\s+Name", re.MULTILINE)),
    Question("bundled", ("show etherchannel summary",), _bundled, re.compile(r"Group\s+Port-channel|channel-groups")),
    Question(
        "macs",
        ("show mac address-table dynamic",),
        _macs,
        re.compile(r"(?i)mac address|Destination Address"),
        ("show mac-address-table dynamic",),
    ),
    Question("roots", ("show spanning-tree root",), _roots, re.compile(r"Root ID|(?i:no spanning tree)")),
    Question("power", ("show power inline",), _power, re.compile(r"Interface\s+Admin|Module\s+Available|Available:")),
    # Last: whatever is typed ahead while it runs might be taken for a key that stops it.
    Question("gateway", ("ping {gateway} repeat 3 timeout 1",), _gateway, re.compile(r"Success rate")),
)
"""Source: Cisco IOS 12.2 to 15.2 and IOS-XE 16 command references."""
