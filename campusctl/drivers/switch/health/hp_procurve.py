"""What ArubaOS-Switch and ProCurve say of their health. ntc-templates lacks LACP, spanning tree and PoE: ours."""

import re
from collections.abc import Iterator
from typing import Final

from campusctl.drivers.switch.health import poe
from campusctl.drivers.switch.health.ports import canonical_port
from campusctl.drivers.switch.health.questions import Asked, Question, Replies, Values
from campusctl.drivers.switch.health.templating import columns, rows, word
from campusctl.drivers.switch.health.values import learnt, mac, merged, neighbor, speed, whole
from campusctl.model.health import Link, Neighbor, Root

_TO_A_GROUP: Final = re.compile(r"-(?:Trk|Dyn)\d+$", re.IGNORECASE)


def _port(text: str) -> str:
    return canonical_port("hp_procurve", text)


def _neighbors(replies: Replies, _asked: Asked) -> Values:
    """The detail has whole names, where the release knows it; the brief table cuts them."""
    return {"neighbors": merged(_detailed(replies[0]), _brief(replies[1]))}


def _detailed(reply: str) -> Iterator[Neighbor]:
    for row in rows("ntc:hp_procurve_show_lldp_info_remote-device_detail", reply):
        port = _port(word(row, "LOCAL_INTERFACE"))
        if port:
            description = word(row, "NEIGHBOR_INTERFACE_DESCRIPTION")
            name, remote = word(row, "NEIGHBOR_NAME"), word(row, "NEIGHBOR_INTERFACE")
            yield neighbor(port, name, remote, description, word(row, "CHASSIS_ID"))


def _brief(reply: str) -> Iterator[Neighbor]:
    for cells in columns(reply, "ChassisId"):
        local, chassis, remote, description, name, *_ = [*cells, "", "", "", "", ""]
        port = _port(local)
        if port:
            yield neighbor(port, name, remote, description, chassis)


def _links(replies: Replies, _asked: Asked) -> Values:
    found = {}
    for row in rows("ntc:hp_procurve_show_interfaces_brief", replies[0]):
        port = _port(_TO_A_GROUP.sub("", word(row, "PORT")))
        if port:
            up = word(row, "STATUS") == "Up"
            found[port] = Link(
                up=up,
                enabled=word(row, "ENABLED") == "Yes",
                speed_mbps=speed(word(row, "MODE")) if up else None,
                half_duplex=up and "HDx" in word(row, "MODE"),
                closed="intrusion" if not up and word(row, "INTRUSION_ALERT") == "Yes" else "",
            )
    return {"links": found or None}


def _bundled(replies: Replies, _asked: Asked) -> Values:
    return {
        "bundled": {
            _port(word(row, "PORT")): (word(row, "STATUS"), word(row, "PARTNER"), word(row, "LACP"))
            == ("Up", "Yes", "Success")
            for row in rows("procurve_lacp", replies[0])
        }
    }


def _macs(replies: Replies, asked: Asked) -> Values:
    table = rows("ntc:hp_procurve_show_mac-address", replies[0])
    entries = ((mac(word(row, "MAC_ADDRESS")), _port(word(row, "PORT"))) for row in table)
    counts, devices = learnt(entries, asked.devices)
    return {"macs": counts, "devices": devices}


def _roots(replies: Replies, _asked: Asked) -> Values:
    found = {}
    for row in rows("procurve_spanning_tree", replies[0]):
        bridge, vlan = word(row, "BRIDGE"), word(row, "INSTANCE")
        if bridge:
            instance = f"VLAN{int(vlan):04}" if vlan else "CST"
            found[instance] = Root(
                bridge=mac(bridge), priority=whole(word(row, "PRIORITY")), port=_port(word(row, "PORT"))
            )
    return {"roots": found}


def _power(replies: Replies, _asked: Asked) -> Values:
    return poe.power(replies[0], _port)


def _gateway(replies: Replies, _asked: Asked) -> Values:
    return poe.answers(replies[0])


QUESTIONS: Final = (
    Question(
        "neighbors",
        ("show lldp info remote-device detail", "show lldp info remote-device"),
        _neighbors,
        re.compile(r"LLDP Remote Device|(?i:lldp is (?:disabled|not))"),
    ),
    Question("links", ("show interfaces brief",), _links, re.compile(r"Intrusion|Enabled\s+Status")),
    Question("bundled", ("show lacp",), _bundled, re.compile(r"LACP")),
    Question("macs", ("show mac-address",), _macs, re.compile(r"MAC Address")),
    Question("roots", ("show spanning-tree",), _roots, re.compile(r"STP Enabled|Spanning Tree")),
    Question("power", ("show power-over-ethernet brief",), _power, poe.HEAD, ("show power-management brief",)),
    # Last: whatever is typed ahead while it runs might be taken for a key that stops it.
    Question("gateway", ("ping {gateway} repetitions 3 timeout 1",), _gateway, poe.PINGED),
)
"""Source: ArubaOS-Switch 16.10 guides; K.12 to K.16 for the older forms."""
