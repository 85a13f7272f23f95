"""`show` commands of a simulated AOS-CX switch.

Source: AOS-CX 10.10 guides, and the outputs ntc-templates 9.3 was written for.
"""

from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Final

from campusctl.lab.aoscx_state import VERSION, Config, Port, port_lines
from campusctl.lab.presence import aoscx_priority
from campusctl.lab.surroundings import Neighbor, Surroundings

_RULE = "-" * 80


def vlans(config: Config, around: Surroundings) -> str:
    """`show vlan`."""
    rows = [_RULE, f"{'VLAN':<6}{'Name':<34}{'Status':<8}{'Reason':<24}{'Type':<11}Interfaces", _RULE]
    for number in sorted(config.vlans):
        members = [name for name, port in _bridge(config) if port.carries(number)]
        up = any(_up(config, around, name) for name in members)
        name = config.vlans[number].name or (f"DEFAULT_VLAN_{number}" if number == 1 else f"VLAN{number}")
        state = ("up", "ok") if up else ("down", "no_member_forwarding" if members else "no_member_port")
        kind = "default" if number == 1 else "static"
        rows += _wrapped(f"{number:<6}{name:<34}{state[0]:<8}{state[1]:<24}{kind:<11}", members)
    return "\n".join(rows)


def _wrapped(head: str, members: list[str]) -> list[str]:
    groups = [members[at : at + 4] for at in range(0, len(members), 4)] or [[]]
    rows = [",".join(group) + ("," if group is not groups[-1] else "") for group in groups]
    return [head + rows[0], *(" " * len(head) + row for row in rows[1:])]


def _bridge(config: Config) -> list[tuple[str, Port]]:
    free = [(name, port) for name, port in config.ports.items() if port.lag is None]
    return [*free, *((f"lag{number}", lag) for number, lag in sorted(config.lags.items()))]


def _up(config: Config, around: Surroundings, name: str) -> bool:
    if name.startswith("lag"):
        lag = int(name.removeprefix("lag"))
        known = lag in config.lags and not config.lags[lag].shutdown
        return known and any(_up(config, around, one) for one in config.members(lag))
    return name in config.ports and not config.ports[name].shutdown and name in around.linked


_CLOSED: Final = {
    "loop": "Disabled by loop protect",
    "guard": "Disabled by BPDU guard",
    "intruder": "Security violation",
}
_NO_POWER: Final = {"no-power": "Denied", "short": "Fault"}


def interfaces_brief(config: Config, around: Surroundings) -> str:
    """`show interface brief`."""
    rows = [
        _RULE,
        f"{'Port':<10}{'Native':<8}{'Mode':<8}{'Type':<16}{'Enabled':<8}{'Status':<8}{'Reason':<25}{'Speed':<9}Description",
        f"{'':<10}{'VLAN':<8}{'':<48}{'':<16}(Mb/s)",
        _RULE,
    ]
    for name, port in [*config.ports.items(), *((f"lag{number}", lag) for number, lag in sorted(config.lags.items()))]:
        up = _up(config, around, name)
        ails = around.ails.get(name, "")
        reason = "" if up else "Administratively down" if port.shutdown else _CLOSED.get(ails, "Waiting for link")
        mode = "routed" if port.routing else "trunk" if port.trunk else "access"
        kind = "--" if name.startswith("lag") else "1GbT"
        rows.append(
            f"{name:<10}{'--' if port.routing else port.vlan:<8}{mode:<8}{kind:<16}"
            f"{'no' if port.shutdown else 'yes':<8}{'up' if up else 'down':<8}{reason:<25}"
            f"{('10' if ails == 'half' else '1000') if up else '--':<9}{port.description or '--'}"
        )
    rows += [
        f"{f'vlan{number}':<10}{'--':<8}{'':<8}{'--':<16}yes     up                              --       --"
        for number in sorted(config.svis)
    ]
    return "\n".join(rows)


def interface_config(config: Config, name: str) -> str:
    """`show running-config interface NAME`; empty when there is none."""
    kind, _, number = name.partition(" ")
    if kind == "lag" and number.isdigit() and int(number) in config.lags:
        return "\n".join([f"interface {name}", *port_lines(config.lags[int(number)]), "    exit"])
    if kind == "vlan" and number.isdigit() and int(number) in config.svis:
        return "\n".join([f"interface {name}", *(f"    {line}" for line in config.svis[int(number)].items), "    exit"])
    if name in config.ports:
        return "\n".join([f"interface {name}", *port_lines(config.ports[name]), "    exit"])
    return ""


def neighbors(config: Config, around: Surroundings) -> str:
    """`show lldp neighbor-info`."""
    seen = [one for one in around.neighbors if _up(config, around, one.port)]
    rows = [
        "",
        "LLDP Neighbor Information ",
        "=========================",
        "",
        f"Total Neighbor Entries          : {len(seen)}",
        f"Total Neighbor Entries Deleted  : {0}",
        f"Total Neighbor Entries Dropped  : {0}",
        f"Total Neighbor Entries Aged-Out : {0}",
        "",
        f"{'LOCAL-PORT':<12}{'CHASSIS-ID':<19}{'PORT-ID':<29}{'PORT-DESC':<29}{'TTL':<7}SYS-NAME",
        "-" * 110,
    ]
    rows += [
        f"{one.port:<12}{one.chassis:<19}{one.remote_port:<29}{one.remote_description:<29}{120:<7}{one.name}"
        for one in seen
    ]
    return "\n".join(rows)


def neighbors_detail(config: Config, around: Surroundings) -> str:
    """`show lldp neighbor-info detail`."""
    seen = [one for one in around.neighbors if _up(config, around, one.port)]
    rows = ["", "LLDP Neighbor Information ", "=========================", "",
            f"Total Neighbor Entries          : {len(seen)}", "Total Neighbor Entries Deleted  : 0",
            "Total Neighbor Entries Dropped  : 0", "Total Neighbor Entries Aged-Out : 0", ""]  # fmt: skip
    for at, one in enumerate(seen):
        values = {
            "Port": one.port, "Neighbor Entries": "1", "Neighbor Entries Deleted": "0",
            "Neighbor Entries Dropped": "0", "Neighbor Entries Aged-Out": "0", "Neighbor System-Name": one.name,
            "Neighbor System-Description": one.description, "Neighbor Chassis-ID": one.chassis,
            "Neighbor Management-Address": "", "Chassis Capabilities Available": _capabilities(one),
            "Chassis Capabilities Enabled": _capabilities(one), "Neighbor Port-ID": one.remote_port,
            "Neighbor Port-Desc": one.remote_description, "Neighbor Port VLAN ID": "1", "TTL": "120",
        }  # fmt: skip
        rows += ["", _RULE, ""] if at else [""]
        rows += [f"{key:<31}: {value}" for key, value in values.items()]
    return "\n".join(rows)


def _capabilities(one: Neighbor) -> str:
    return ", ".join("WLAN Access Point" if word == "wlan-ap" else word.capitalize() for word in one.capabilities)


def macs(config: Config, around: Surroundings) -> str:
    """`show mac-address-table`."""
    seen = [one for one in around.macs if _up(config, around, one.port)]
    rows = ["MAC age-time            : 300 seconds", f"Number of MAC addresses : {len(seen)}", ""]
    rows += [f"{'MAC Address':<21}{'VLAN':<8}{'Type':<27}Port", "-" * 62]
    rows += [f"{one.mac:<21}{_access(config, one.port, one.vlan):<8}{'dynamic':<27}{one.port}" for one in seen]
    return "\n".join(rows)


def _access(config: Config, port: str, vlan: int) -> int:
    """An end device is in its port's untagged VLAN; on a trunk it keeps its own."""
    known = config.ports.get(port)
    return known.vlan if known and not known.trunk else vlan


def spanning_tree(config: Config, around: Surroundings) -> str:
    """`show spanning-tree`, of the common instance."""
    priority = aoscx_priority(config)
    if "spanning-tree" not in config.lines.items:
        return "Spanning-tree is disabled"
    rows = ["Spanning tree status        : Enabled Protocol: MSTP", "", "MST0"]
    rows += [
        f"  Root ID    Priority   : {around.root_priority if around.root else priority}",
        f"             MAC-Address: {around.root or around.mac}",
        *([] if around.root else ["             This bridge is the root"]),
    ]
    rows += ["", f"  Bridge ID  Priority  : {priority}", f"             MAC-Address: {around.mac}", ""]
    rows += [f"{'PORT':<13}{'ROLE':<15}{'STATE':<11}{'COST':<15}{'PRIORITY':<11}TYPE", "-" * 75]
    for name, port in _bridge(config):
        if not port.routing:
            up = _up(config, around, name)
            role = ("Root" if name in around.uplinks else "Designated") if up else "Disabled"
            rows.append(f"{name:<13}{role:<15}{'Forwarding' if up else 'Down':<11}{20000:<15}{128:<11}P2P")
    return "\n".join(rows)


def poe(config: Config, around: Surroundings) -> str:
    """`show power-over-ethernet brief`."""
    drawing = {
        name
        for name, port in config.ports.items()
        if "no power-over-ethernet" not in port.lines.items and name in around.powered and _up(config, around, name)
    }
    used = 6 * len(drawing)
    rows = ["", "Status and Configuration Information", "", "Member 1 Power",
            f" Available: 370 W  Used: {used} W  Remaining: {370 - used} W", ""]  # fmt: skip
    rows += [
        f"{'PoE':<10}{'Pwr':<6}{'Power':<9}{'Pre-std':<9}{'Alloc':<7}{'PSE Pwr':<9}{'PD Pwr':<8}{'PoE Port':<14}PD"
    ]
    rows += [
        f"{'Port':<10}{'En':<6}{'Priority':<9}{'Detect':<9}{'Act':<7}{'Rsrvd':<9}{'Draw':<8}{'Status':<14}Cls",
        "-" * 78,
    ]
    for name, port in config.ports.items():
        on, drawn = "no power-over-ethernet" not in port.lines.items, name in drawing
        idle = "Searching" if port.shutdown else _NO_POWER.get(around.ails.get(name, ""), "Searching")
        state = ("Delivering" if drawn else idle) if on else "Disabled"
        watts = "6.2 W" if drawn else "0.0 W"
        rows.append(
            f"{name:<10}{'Yes' if on else 'No':<6}{'Low':<9}{'Off':<9}{'Usage':<7}"
            f"{watts:<9}{watts:<8}{state:<14}{3 if drawn else 0}"
        )
    return "\n".join(rows)


def arp(config: Config, around: Surroundings) -> str:
    """`show arp all-vrfs`: only of networks in which a VLAN interface is up."""
    rows = [
        f"{'IPv4 Address':<17}{'MAC':<19}{'Port':<13}{'Physical Port':<37}{'State':<10}VRF",
        "-" * 104,
    ]
    learnt = {one.mac: one.port for one in around.macs}
    for number, network in _networks(config, around):
        rows += [
            f"{address:<17}{mac:<19}{f'vlan{number}':<13}{learnt.get(mac, ''):<37}{'reachable':<10}default"
            for address, mac in around.located
            if IPv4Address(address) in network and mac in learnt
        ]
    if len(rows) == 2:
        return "No ARP entries found."
    return "\n".join([*rows, "-" * 104, f"Total Number Of ARP Entries Listed: {len(rows) - 2}.", "-" * 104])


def version() -> str:
    """`show version`."""
    rule = "-" * 77
    return "\n".join(
        [
            rule,
            "ArubaOS-CX",
            "(c) Copyright 2017-2023 Hewlett Packard Enterprise Development LP",
            rule,
            f"Version      : {VERSION}                                                       ",
            "Build Date   : 2023-02-01 04:16:22 UTC                                         ",
            f"Build ID     : ArubaOS-CX:{VERSION}:5a4c8a3f0b1d:202302010347             ",
            "Build SHA    : 5a4c8a3f0b1d7a1d5b0d0f3f5c1f6b5a2e0c9d77                        ",
            "Hot Patches  :                                                                 ",
            "Active Image : primary                                                         ",
            "",
            "Service OS Version : FL.01.10.0003                                             ",
            "BIOS Version       : FL.01.0002                                                ",
        ]
    )


def system(config: Config, around: Surroundings, uptime_s: float) -> str:
    """`show system`."""
    minutes = int(uptime_s // 60)
    settings = {" ".join(line.split()[:2]): line.split(" ", 2)[-1] for line in config.lines.items}
    rows = [
        ("Hostname", config.hostname),
        ("System Description", VERSION),
        ("System Contact", settings.get("snmp-server system-contact", "").strip('"')),
        ("System Location", settings.get("snmp-server system-location", "").strip('"')),
        ("", None),
        ("Vendor", "Aruba"),
        ("Product Name", "JL661A 6300M 48G PoE4 4SFP56 Swch"),
        ("Chassis Serial Nbr", around.serial),
        ("Base MAC Address", around.mac.replace(":", "")[:6] + "-" + around.mac.replace(":", "")[6:]),
        ("ArubaOS-CX Version", VERSION),
        ("", None),
        ("Time Zone", settings.get("clock timezone", "UTC")),
        ("", None),
        ("Up Time", f"{minutes // 1440} days, {minutes // 60 % 24} hours, {minutes % 60} minutes"),
        ("CPU Util (%)", "7"),
        ("Memory Usage (%)", "23"),
    ]
    return "\n".join(f"{key:<20}: {value}" if value is not None else "" for key, value in rows)


def lacp(config: Config, around: Surroundings) -> str:
    """`show lacp interfaces`."""
    members = {name: port for name, port in config.ports.items() if port.lag and _negotiates(config, port.lag)}
    rows = ["State abbreviations :", "A - Active        P - Passive      F - Aggregable I - Individual",
            "S - Short-timeout L - Long-timeout N - InSync     O - OutofSync", "C - Collecting    D - Distributing ",
            "X - State m/c expired              E - Default neighbor state", "", "Actor details of all interfaces:",
            "-" * 82, "Intf         Aggr       Port  Port  State   System-ID         System Aggr Forwarding ",
            "             Name       Id    Pri                             Pri    Key  State      ",
            "-" * 82]  # fmt: skip
    partners = []
    for at, (name, port) in enumerate(members.items(), 1):
        up = _up(config, around, name) and not config.lags[port.lag or 0].shutdown
        head = f"{name:<13}{f'lag{port.lag}':<11}{at:<6}"
        rows.append(
            f"{head}{1:<6}{'ALFNCD' if up else 'ALFOE':<8}{around.mac:<18}65534  {port.lag:<5}{'up' if up else 'down'}"
        )
        partners.append(f"{head}{1:<6}{'ALFNCD' if up else 'PLFOEX':<8}{'02:00:00:00:00:02':<18}65534  {port.lag}")
    rows += ["", "", "Partner details of all interfaces:", "-" * 82, *rows[8:10], "-" * 82, *partners]
    return "\n".join(rows)


def _negotiates(config: Config, lag: int) -> bool:
    return lag in config.lags and any(line.startswith("lacp mode ") for line in config.lags[lag].lines.items)


def ping(config: Config, around: Surroundings, target: str, count: int) -> str:
    """`ping ADDRESS repetitions N`: it answers if it is there, and a VLAN interface that is up leads to it."""
    head = f"PING {target} ({target}) 100(128) bytes of data."
    tail = f"\n--- {target} ping statistics ---\n{count} packets transmitted, "
    if not _reaches(config, around, target):
        return f"{head}\n{tail}0 received, 100% packet loss, time {1000 * count}ms\n"
    answers = [f"108 bytes from {target}: icmp_seq={at} ttl=64 time=0.442 ms" for at in range(1, count + 1)]
    last = f"{count} received, 0% packet loss, time {1000 * count}ms\nrtt min/avg/max/mdev = 0.398/0.442/0.512/0.021 ms"
    return "\n".join([head, *answers, tail + last])


def _reaches(config: Config, around: Surroundings, target: str) -> bool:
    networks = [network for _, network in _networks(config, around)]
    hops = [line.split()[3] for line in config.lines.items if line.startswith("ip route 0.0.0.0/0 ")]
    return around.answers(target, networks, hops[0] if networks and hops else "")


def _networks(config: Config, around: Surroundings) -> list[tuple[int, IPv4Network]]:
    """Our networks: VLAN interfaces with an address, as far as a port that is up leads there."""

    def open_way(number: int) -> bool:
        return any(port.carries(number) and _up(config, around, name) for name, port in _bridge(config))

    return [
        (number, IPv4Interface(line.split()[2]).network)
        for number, lines in config.svis.items()
        if open_way(number) and "shutdown" not in lines.items
        for line in lines.items
        if line.startswith("ip address ") and "/" in line
    ]
