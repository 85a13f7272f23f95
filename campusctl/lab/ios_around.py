"""What a simulated Catalyst says of what is around it: links, neighbours, addresses, root, power, a ping's answer.

Source: Cisco IOS 15.2(7)E command references, and the outputs ntc-templates 9.3 was written for.
"""

from collections.abc import Callable
from ipaddress import AddressValueError, IPv4Address
from typing import Final

from campusctl.lab.ios_cli import Cli
from campusctl.lab.ios_device import device
from campusctl.lab.ios_state import Port, Svi, short_name
from campusctl.lab.modes import Rejected
from campusctl.lab.presence import ios_priority
from campusctl.lab.surroundings import Neighbor

Handler = Callable[[Cli, list[str]], str]


_NO_POWER: Final = {"no-power": "power-deny", "short": "faulty"}
ERR_DISABLED: Final = {"loop": "loopback", "guard": "bpduguard", "intruder": "psecure-violation"}
"""Why a port is err-disabled, by what is the matter with it."""


def is_up(cli: Cli, name: str) -> bool:
    """Whether a port or Port-channel has a link."""
    config, around = cli.config, device(cli).around
    item = config.ports.get(name)
    if item is None or item.shutdown:
        return False
    if name.startswith("Port-channel"):
        number = int(name[12:])
        return any(port.group == number and is_up(cli, own) for own, port in config.ports.items())
    return name in around.linked


def bridge_ports(cli: Cli) -> list[tuple[str, Port]]:
    """Ports that stand for themselves: not the members of a Port-channel, not routed ones."""
    return [(name, port) for name, port in cli.config.ports.items() if not port.group and not port.routed]


def svi_is_up(cli: Cli, name: str, svi: Svi) -> bool:
    """A VLAN interface is up when its VLAN exists and some port that is up carries it."""
    if svi.shutdown or not name.startswith("Vlan") or int(name[4:]) not in cli.config.vlans:
        return False
    return any(is_up(cli, own) and port.carries(int(name[4:])) for own, port in bridge_ports(cli))


def _lldp(cli: Cli, args: list[str]) -> str:
    del args
    if "lldp run" not in cli.config.lines.items:
        return "% LLDP is not enabled"
    found = [one for one in device(cli).around.neighbors if is_up(cli, one.port)]
    rows = ["Capability codes:", "    (R) Router, (B) Bridge, (T) Telephone, (C) DOCSIS Cable Device",
            "    (W) WLAN Access Point, (P) Repeater, (S) Station, (O) Other", "",
            "Device ID           Local Intf     Hold-time  Capability      Port ID"]  # fmt: skip
    rows += [f"{n.name[:20]:<20}{short_name(n.port):<15}{120:<11}{_letters(n):<16}{n.remote_port}" for n in found]
    return "\n".join([*rows, "", f"Total entries displayed: {len(found)}", ""])


def _lldp_detail(cli: Cli, args: list[str]) -> str:
    del args
    if "lldp run" not in cli.config.lines.items:
        return "% LLDP is not enabled"
    found = [one for one in device(cli).around.neighbors if is_up(cli, one.port)]
    rows = []
    for one in found:
        rows += [
            "-" * 48, f"Local Intf: {short_name(one.port)}", f"Chassis id: {_dotted(one.chassis)}",
            f"Port id: {one.remote_port}", f"Port Description: {one.remote_description or one.remote_port}",
            f"System Name: {one.name}", "", "System Description: ", one.description, "",
            "Time remaining: 110 seconds", f"System Capabilities: {_letters(one)}",
            f"Enabled Capabilities: {_letters(one)}",
            "Management Addresses - not advertised", "Auto Negotiation - not supported",
            "Vlan ID: - not advertised", "",
        ]  # fmt: skip
    return "\n".join([*rows, "", f"Total entries displayed: {len(found)}", ""])


_LETTERS: Final = {"bridge": "B", "router": "R", "telephone": "T", "wlan-ap": "W", "station": "S"}


def _letters(one: Neighbor) -> str:
    return ",".join(_LETTERS[word] for word in one.capabilities)


def _dotted(mac: str) -> str:
    digits = mac.replace(":", "").lower()
    return ".".join(digits[at : at + 4] for at in range(0, 12, 4))


def _macs(cli: Cli, args: list[str]) -> str:
    del args
    rows = ["          Mac Address Table", "-------------------------------------------", "",
            "Vlan    Mac Address       Type        Ports", "----    -----------       --------    -----"]  # fmt: skip
    found = 0
    for station in device(cli).around.macs:
        port = cli.config.ports.get(station.port)
        if port is None or not is_up(cli, station.port):
            continue
        vlan = station.vlan if port.mode == "trunk" else port.access
        if vlan in cli.config.vlans and port.carries(vlan):
            found += 1
            rows.append(f"{vlan:>4}    {_dotted(station.mac)}    DYNAMIC     {short_name(station.port)}")
    return "\n".join([*rows, f"Total Mac Addresses for this criterion: {found}"])


def _spanning_tree(cli: Cli, args: list[str]) -> str:
    del args
    box, config = device(cli), cli.config
    lines = config.lines.items
    mst = "spanning-tree mode mst" in lines
    protocol = "mstp" if mst else "rstp" if "spanning-tree mode rapid-pvst" in lines else "ieee"
    own = ios_priority(config)
    rows: list[str] = []
    for number in [0] if mst else sorted(config.vlans):
        root = box.around.root or box.around.mac
        priority = (box.around.root_priority if box.around.root else own) + number
        rows += ["", f"MST{number}" if mst else f"VLAN{number:04}", f"  Spanning tree enabled protocol {protocol}",
                 f"  Root ID    Priority    {priority}", f"             Address     {_dotted(root)}",
                 "" if box.around.root else "             This bridge is the root",
                 f"  Bridge ID  Priority    {own + number}  (priority {own} sys-id-ext {number})",
                 f"             Address     {_dotted(box.around.mac)}", "",
                 "Interface           Role Sts Cost      Prio.Nbr Type",
                 "------------------- ---- --- --------- -------- --------------------------------"]  # fmt: skip
        for at, (name, port) in enumerate(bridge_ports(cli), 1):
            if is_up(cli, name) and (mst or port.carries(number)):
                role = "Root" if name in box.around.uplinks and box.around.root else "Desg"
                edge = "P2p Edge" if "spanning-tree portfast" in port.lines.items else "P2p"
                rows.append(f"{short_name(name):<20}{role} FWD {4:<10}{f'128.{at}':<9}{edge}")
    return "\n".join([*rows, ""])


def _power(cli: Cli, args: list[str]) -> str:
    del args
    box = device(cli)
    ports = [(name, port) for name, port in cli.config.ports.items() if name.startswith("GigabitEthernet")]
    drawing = [n for n, p in ports if n in box.around.powered and "power inline never" not in p.lines.items]
    used = 15.4 * len(drawing)
    rows = ["Module   Available     Used     Remaining", "          (Watts)     (Watts)    (Watts) ",
            "------   ---------   --------   ---------", f"1           740.0     {used:>6.1f}       {740 - used:>6.1f}",
            "Interface Admin  Oper       Power   Device              Class Max",
            "                            (Watts)                            ",
            "--------- ------ ---------- ------- ------------------- ----- ----"]  # fmt: skip
    for name, port in ports:
        admin = "off" if "power inline never" in port.lines.items else "auto"
        on = name in drawing and not port.shutdown
        idle = "off" if port.shutdown else _NO_POWER.get(box.around.ails.get(name, ""), "off")
        tail = (
            f"{'on':<11}{'15.4':<8}{'Ieee PD':<20}{'4':<6}30.0"
            if on
            else f"{idle:<11}{'0.0':<8}{'n/a':<20}{'n/a':<6}30.0"
        )
        rows.append(f"{short_name(name):<10}{admin:<7}{tail}")
    return "\n".join(rows)


def _root(cli: Cli, args: list[str]) -> str:
    """`show spanning-tree root`."""
    del args
    box, config = device(cli), cli.config
    mst = "spanning-tree mode mst" in config.lines.items
    rows = ["", f"{'':<40}Root    Hello Max Fwd",
            f"{'MST Instance' if mst else 'Vlan':<23}Root ID          Cost    Time  Age Dly  Root Port",
            "---------------- -------------------- --------- ----- --- ---  ------------"]  # fmt: skip
    for number in [0] if mst else sorted(config.vlans):
        root, own = box.around.root, ios_priority(config)
        priority = (box.around.root_priority if root else own) + number
        name = f"MST{number}" if mst else f"VLAN{number:04}"
        ports = [short_name(port) for port, _ in bridge_ports(cli) if root and port in box.around.uplinks]
        cost = 4 if root else 0
        port = ports[0] if ports else ""
        rows.append(
            f"{name:<16} {priority:>6} {_dotted(root or box.around.mac):<14}{cost:>10}{2:>6}{20:>5}{15:>4}  {port:<16}"
        )
    return "\n".join([*rows, ""])


def ping(cli: Cli, args: list[str]) -> str:
    """`ping ADDRESS [repeat N] [timeout S]`: whoever is in the network answers, if we have a way there."""
    box = device(cli)
    if not box.addresses():
        raise Rejected("% Unrecognized host or address, or protocol not running.\n")
    words = dict(zip(args[1::2], args[2::2], strict=False))
    count, wait = int(words.get("repeat", "5")), words.get("timeout", "2")
    sending = f"Sending {count}, 100-byte ICMP Echos to {args[0]}, timeout is {wait} seconds:"
    head = f"Type escape sequence to abort.\n{sending}\n"
    if _answers(cli, args[0]):
        return f"{head}{'!' * count}\nSuccess rate is 100 percent ({count}/{count}), round-trip min/avg/max = 1/2/4 ms"
    return f"{head}{'.' * count}\nSuccess rate is 0 percent (0/{count})"


def _answers(cli: Cli, text: str) -> bool:
    """Whether an address answers: it is there, and a VLAN interface that is up leads to it."""
    box = device(cli)
    try:
        address = IPv4Address(text)
    except AddressValueError:
        return False
    ways = {
        number: own
        for number, own in box.addresses().items()
        if svi_is_up(cli, f"Vlan{number}", cli.config.svis[f"Vlan{number}"])
    }
    return bool(ways) and box.around.answers(str(address), [own.network for own in ways.values()], box.gateway())


def _arp(cli: Cli, args: list[str]) -> str:
    """`show ip arp`: only of networks in which a VLAN interface is up."""
    del args
    box = device(cli)
    rows = ["Protocol  Address          Age (min)  Hardware Addr   Type   Interface"]
    for number, own in box.addresses().items():
        name = f"Vlan{number}"
        if not svi_is_up(cli, name, cli.config.svis[name]):
            continue
        known = [(str(own.ip), box.around.mac, "-"), *((*one, "4") for one in box.around.located)]
        rows += [
            f"Internet  {address:<15}{age:>11}   {_dotted(mac):<16}ARPA   {name}"
            for address, mac, age in known
            if IPv4Address(address) in own.network
        ]
    return "\n".join(rows)


COMMANDS: dict[str, Handler] = {
    "show arp": _arp,
    "show ip arp": _arp,
    "show lldp neighbors": _lldp,
    "show lldp neighbors detail": _lldp_detail,
    "show mac address-table": _macs,
    "show mac address-table dynamic": _macs,
    "show spanning-tree": _spanning_tree,
    "show spanning-tree root": _root,
    "show power inline": _power,
}
"""What is seen around the switch."""
