"""What an Aruba CX switch says of its health. ntc-templates lacks brief links, LACP, spanning tree and PoE: ours."""

import re
from collections.abc import Iterator
from typing import Final

from campusctl.drivers.switch.health import poe
from campusctl.drivers.switch.health.ports import canonical_port
from campusctl.drivers.switch.health.questions import Asked, Question, Replies, Values
from campusctl.drivers.switch.health.templating import rows, word
from campusctl.drivers.switch.health.values import learnt, mac, merged, neighbor, speed, whole
from campusctl.model.health import Link, Neighbor, Root

_CLOSED: Final = re.compile(r"(?i)bpdu|guard|loop|security|violation|error|disabled|blocked|flap|udld|rate.?limit")
"""What stands in the reason of a port that the switch has closed by itself, and in no other reason."""


def _port(text: str) -> str:
    return canonical_port("aruba_aoscx", text)


def _neighbors(replies: Replies, _asked: Asked) -> Values:
    """The detail has whole port ids and names; the brief table is there in every release."""
    return {"neighbors": merged(_detailed(replies[0]), _brief(replies[1]))}


def _detailed(reply: str) -> Iterator[Neighbor]:
    for row in rows("ntc:aruba_aoscx_show_lldp_neighbors-info_detail", reply):
        port = _port(word(row, "LOCAL_INTERFACE"))
        if port:
            name, remote = word(row, "NEIGHBOR_NAME"), word(row, "NEIGHBOR_PORT_ID")
            yield neighbor(port, name, remote, word(row, "NEIGHBOR_INTERFACE"), word(row, "CHASSIS_ID"))


def _brief(reply: str) -> Iterator[Neighbor]:
    for row in rows("aoscx_lldp_neighbors", reply):
        port = _port(word(row, "PORT"))
        if port:
            name, remote = word(row, "NAME"), word(row, "REMOTE_PORT")
            yield neighbor(port, name, remote, word(row, "REMOTE_DESCRIPTION"), word(row, "CHASSIS"))


def _links(replies: Replies, _asked: Asked) -> Values:
    found = {}
    for row in rows("aoscx_interface_brief", replies[0]):
        up, enabled = word(row, "STATUS") == "up", word(row, "ENABLED") == "yes"
        rate = speed(word(row, "SPEED")) if up else None
        reason = word(row, "REASON")
        closed = reason if enabled and not up and _CLOSED.search(reason) else ""
        found[_port(word(row, "PORT"))] = Link(up=up, enabled=enabled, speed_mbps=rate, closed=closed)
    return {"links": found or None}


def _bundled(replies: Replies, _asked: Asked) -> Values:
    found = {}
    for row in rows("aoscx_lacp_interfaces", replies[0]):
        flags = set(word(row, "FLAGS"))
        carries = {"N", "C", "D"} <= flags and "I" not in flags
        found[_port(word(row, "PORT"))] = carries and word(row, "FORWARDING") in ("", "up")
    return {"bundled": found}


def _macs(replies: Replies, asked: Asked) -> Values:
    table = rows("ntc:aruba_aoscx_show_mac-address-table", replies[0])
    entries = ((mac(word(row, "MAC_ADDRESS")), _port(word(row, "PORT"))) for row in table)
    counts, devices = learnt(entries, asked.devices)
    return {"macs": counts, "devices": devices}


def _roots(replies: Replies, _asked: Asked) -> Values:
    return {
        "roots": {
            re.sub(r"\s", "", word(row, "INSTANCE")) or "MST0": Root(
                bridge=mac(bridge), priority=whole(word(row, "PRIORITY")), port=_port(word(row, "PORT"))
            )
            for row in rows("aoscx_spanning_tree", replies[0])
            if (bridge := word(row, "BRIDGE"))
        }
    }


def _power(replies: Replies, _asked: Asked) -> Values:
    return poe.power(replies[0], _port)


def _gateway(replies: Replies, _asked: Asked) -> Values:
    return poe.answers(replies[0])


QUESTIONS: Final = (
    Question(
        "neighbors",
        ("show lldp neighbor-info detail", "show lldp neighbor-info"),
        _neighbors,
        re.compile(r"(?i)LLDP Neighbor Information|LOCAL-PORT|Neighbor Chassis|LLDP is (?:disabled|not)"),
    ),
    Question("links", ("show interface brief",), _links, re.compile(r"^Port\s+Native", re.MULTILINE)),
    Question("bundled", ("show lacp interfaces",), _bundled, re.compile(r"Actor details|Intf\s+Aggr")),
    Question("macs", ("show mac-address-table",), _macs, re.compile(r"MAC Address|MAC age-time|(?i:no mac entries)")),
    Question("roots", ("show spanning-tree",), _roots, re.compile(r"(?i)spanning[ -]tree")),
    Question("power", ("show power-over-ethernet brief",), _power, poe.HEAD, ("show power-over-ethernet",)),
    # Last: whatever is typed ahead while it runs might be taken for a key that stops it.
    Question("gateway", ("ping {gateway} repetitions 3 timeout 1",), _gateway, poe.PINGED),
)
"""Source: AOS-CX 10.04 to 10.13 guides (monitoring, link aggregation, layer 2 bridging, power over Ethernet)."""
