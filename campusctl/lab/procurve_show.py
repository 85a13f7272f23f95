"""`show` commands of a simulated ArubaOS-Switch.

Source: ArubaOS-Switch 16.10 guides, and the outputs ntc-templates 9.3 was written for.
"""

from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Final

from campusctl.lab.presence import procurve_priority
from campusctl.lab.procurve_state import Config, Vlan
from campusctl.lab.surroundings import Surroundings


def _name(config: Config, vlan: str) -> str:
    return config.vlans[int(vlan)].name if vlan.isdigit() and int(vlan) in config.vlans else ""


def _setting(config: Config, head: str) -> str:
    found = [line.removeprefix(head + " ") for line in config.lines.items if line.startswith(head + " ")]
    return found[0] if found else ""


def _up(config: Config, around: Surroundings, name: str) -> bool:
    if name.startswith("Trk"):
        trunk = config.trunks.get(int(name[3:]))
        return trunk is not None and any(_up(config, around, member) for member in trunk.members)
    return name in config.ports and not config.ports[name].disabled and name in around.linked


def vlans(config: Config) -> str:
    """`show vlans`."""
    primary = _name(config, _setting(config, "primary-vlan") or "1")
    management = _name(config, _setting(config, "management-vlan"))
    rows = [
        "",
        " Status and Counters - VLAN Information",
        "",
        "  Maximum VLANs to support : 256                  ",
        f"  Primary VLAN : {primary}",
        f"  Management VLAN : {management or '            '}",
        "",
        "  VLAN ID Name                             | Status     Voice Jumbo",
        "  ------- -------------------------------- + ---------- ----- -----",
    ]
    for number in sorted(config.vlans):
        vlan = config.vlans[number]
        voice, jumbo = ("Yes" if word in vlan.lines.items else "No" for word in ("voice", "jumbo"))
        rows.append(f"  {number:<7} {vlan.name:<32} | Port-based {voice:<5} {jumbo:<5}")
    return "\n".join([*rows, ""])


def vlan(config: Config, around: Surroundings, number: int) -> str:
    """`show vlans N`."""
    one = config.vlans[number]
    voice, jumbo = ("Yes" if word in one.lines.items else "No" for word in ("voice", "jumbo"))
    rows = [
        "",
        f" Status and Counters - VLAN Information - VLAN {number}",
        "",
        f"  VLAN ID : {number:<6}",
        f"  Name : {one.name:<32}",
        "  Status : Port-based ",
        f"  Voice : {voice:<4}",
        f"  Jumbo : {jumbo:<4}",
        "",
        "  Port Information Mode     Unknown VLAN Status    ",
        "  ---------------- -------- ------------ ----------",
    ]
    for name in config.bridge_ports():
        if name in one.untagged | one.tagged:
            mode = "Untagged" if name in one.untagged else "Tagged"
            rows.append(f"  {name:<16} {mode:<8} Learn        {'Up' if _up(config, around, name) else 'Down':<10}")
    return "\n".join([*rows, ""])


def neighbors(config: Config, around: Surroundings) -> str:
    """`show lldp info remote-device`."""
    rows = [
        "",
        " LLDP Remote Devices Information",
        "",
        "  LocalPort | ChassisId                 PortId             PortDescr          SysName             ",
        "  --------- + ------------------------- ------------------ ------------------ --------------------",
    ]
    for one in around.neighbors:
        if _up(config, around, one.port):
            chassis = one.chassis.replace(":", " ")
            rows.append(
                f"  {one.port:<9} | {chassis:<25} {_cut(one.remote_port, 18):<18} "
                f"{_cut(one.remote_description, 18):<18} {_cut(one.name, 20):<20}"
            )
    return "\n".join([*rows, ""])


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 3]}..."


def neighbors_detail(config: Config, around: Surroundings) -> str:
    """`show lldp info remote-device detail`."""
    blocks = []
    for one in around.neighbors:
        if _up(config, around, one.port):
            able = ", ".join("wlan-access-point" if word == "wlan-ap" else word for word in one.capabilities)
            kind = "local" if one.remote_port.isdecimal() else "interface-name"
            blocks.append(
                f"  Local Port   : {one.port}\n  ChassisType  : mac-address         \n"
                f"  ChassisId    : {_dashed(one.chassis)}            \n  PortType     : {kind}  \n"
                f"  PortId       : {one.remote_port:<20} \n  SysName      : {one.name}\n"
                f"  System Descr : {one.description}\n  PortDescr    : {one.remote_description}\n  Pvid         : 1\n\n"
                f"  System Capabilities Supported  : {able}\n  System Capabilities Enabled    : {able}\n\n"
                "  Remote Management Address\n"
            )
    return "\n".join(["", " LLDP Remote Device Information Detail", "", ("-" * 78 + "\n").join(blocks), ""])


def _dashed(mac: str) -> str:
    digits = mac.replace(":", "")
    return f"{digits[:6]}-{digits[6:]}"


def macs(config: Config, around: Surroundings) -> str:
    """`show mac-address`."""
    rows = ["", " Status and Counters - Port Address Table", ""]
    rows += [
        "  MAC Address   Port                            VLAN",
        "  ------------- ------------------------------- ----",
    ]
    for one in around.macs:
        if _up(config, around, one.port):
            digits = one.mac.replace(":", "")
            untagged = [number for number, known in config.vlans.items() if one.port in known.untagged]
            tagged = [number for number, known in config.vlans.items() if one.port in known.tagged]
            number = one.vlan if one.vlan in (*untagged, *tagged) else (untagged or [one.vlan])[0]
            rows.append(f"  {digits[:6]}-{digits[6:]} {one.port:<31} {number}")
    return "\n".join([*rows, ""])


_NO_POWER: Final = {"no-power": "Denied", "short": "Fault"}


def interfaces_brief(config: Config, around: Surroundings) -> str:
    """`show interfaces brief`."""
    rows = [
        "",
        " Status and Counters - Port Status",
        "",
        "                          | Intrusion                           MDI  Flow Bcast",
        "  Port         Type       | Alert     Enabled Status Mode       Mode Ctrl Limit",
        "  ------------ ---------- + --------- ------- ------ ---------- ---- ---- -----",
    ]
    for name, port in config.ports.items():
        label = name + next((f"-Trk{at}" for at, trunk in config.trunks.items() if name in trunk.members), "")
        up, ails = "Up" if _up(config, around, name) else "Down", around.ails.get(name, "")
        alert = "Yes" if ails == "intruder" else "No"
        rows.append(
            f"  {label:<12} {'100/1000T':<10} | {alert:<9} {'No' if port.disabled else 'Yes':<7} {up:<6} "
            f"{'10HDx' if ails == 'half' else '1000FDx':<10} {'MDIX':<4} {'off':<4} 0    "
        )
    return "\n".join([*rows, ""])


def trunks(config: Config) -> str:
    """`show trunks`."""
    rows = [
        "",
        " Load Balancing Method:  L3-based (default)",
        "",
        "  Port | Name                             Type      | Group  Type    ",
        "  ---- + -------------------------------- --------- + ------ --------",
    ]
    for number, trunk in sorted(config.trunks.items()):
        rows += [
            f"  {name:<4} | {config.ports[name].name[:32]:<32} 100/1000T | Trk{number:<3} {trunk.kind.upper():<8}"
            for name in trunk.members
        ]
    return "\n".join([*rows, ""])


def lacp(config: Config, around: Surroundings) -> str:
    """`show lacp`."""
    rows = [
        "",
        "                           LACP",
        "",
        "          LACP      Trunk     Port                LACP      Admin   Oper",
        "   Port   Enabled   Group     Status    Partner   Status    Key     Key",
        "   ------ --------- --------- --------- --------- --------- ------- ------",
    ]
    for number, trunk in sorted(config.trunks.items()):
        for name in trunk.members if trunk.kind.lower() == "lacp" else ():
            up = _up(config, around, name)
            status, partner = ("Up", "Yes") if up else ("Down", "No")
            head = f"   {name:<6} {'Active':<9} {f'Trk{number}':<9} {status:<9} {partner:<9}"
            rows.append(f"{head} {'Success':<9} 0       {532 + number}")
    return "\n".join([*rows, ""])


def poe(config: Config, around: Surroundings) -> str:
    """`show power-over-ethernet brief`."""
    drawing = {
        name
        for name, port in config.ports.items()
        if "no power-over-ethernet" not in port.lines.items and name in around.powered and _up(config, around, name)
    }
    used = 6 * len(drawing)
    rows = [
        "",
        " Status and Configuration Information",
        "",
        f"  Available: 370 W  Used: {used} W  Remaining: {370 - used} W",
        "",
        "  PoE    Pwr  Pwr      Pre-std Alloc Alloc  PSE Pwr PD Pwr  PoE Port     PLC PLC ",
        "  Port   Enab Priority Detect  Cfg   Actual Rsrvd   Draw    Status       Cls Type",
        "  ------ ---- -------- ------- ----- ------ ------- ------- ------------ --- ----",
    ]
    for name, port in config.ports.items():
        on, drawn = "no power-over-ethernet" not in port.lines.items, name in drawing
        idle = "Searching" if port.disabled else _NO_POWER.get(around.ails.get(name, ""), "Searching")
        state = ("Delivering" if drawn else idle) if on else "Disabled"
        watts = "6.2 W" if drawn else "0.0 W"
        rows.append(
            f"  {name:<6} {'Yes' if on else 'No':<4} low      off     usage usage  {watts:<7} {watts:<7} "
            f"{state:<12} {'3' if drawn else '0':<3} {'1' if drawn else '-'}"
        )
    return "\n".join([*rows, ""])


def spanning_tree(config: Config, around: Surroundings) -> str:
    """`show spanning-tree`, of the common instance."""
    if not any(line.split()[0] == "spanning-tree" for line in config.lines.items):
        return "\n Multiple Spanning Tree (MST) Information\n\n  STP Enabled   : No\n"
    priority, own = procurve_priority(config), _dashed(around.mac)
    root = _dashed(around.root or around.mac)
    way = next((name for name in config.bridge_ports() if around.root and name in around.uplinks), "")
    rows = [
        "",
        " Multiple Spanning Tree (MST) Information",
        "",
        "  STP Enabled   : Yes",
        "  Force Version : MSTP-operation",
        "  IST Mapped VLANs : 1-4094",
        f"  Switch MAC Address : {own}    ",
        f"  Switch Priority    : {priority}",
        "  Max Age  : 20 ",
        "  Max Hops : 20 ",
        "  Forward Delay : 15 ",
        "",
        f"  CST Root MAC Address : {root}    ",
        f"  CST Root Priority    : {around.root_priority if around.root else priority}",
        f"  CST Root Path Cost   : {20000 if around.root else 0}",
        f"  CST Root Port        : {way or 'This switch is root'}",
        "",
        f"  IST Regional Root MAC Address : {own}    ",
        f"  IST Regional Root Priority    : {priority}",
        "",
        "                  |           Prio             | Designated    Hello         ",
        "  Port   Type     | Cost      rity State       | Bridge        Time PtP Edge",
        "  ------ -------- + --------- ---- ----------- + ------------- ---- --- ----",
    ]
    for name in config.bridge_ports():
        state = "Forwarding" if _up(config, around, name) else "Disabled"
        edge = "Yes" if "admin-edge-port" in config.stp_ports.get(name, []) else "No"
        rows.append(f"  {name:<6} 1000T    | 20000     128  {state:<11} | {own} 2    Yes {edge}")
    return "\n".join([*rows, ""])


def _networks(config: Config, around: Surroundings) -> list[IPv4Network]:
    """Our networks, as far as a port that is up leads there."""

    def open_way(known: Vlan) -> bool:
        return any(_up(config, around, name) for name in known.untagged | known.tagged)

    return [
        IPv4Interface(known.address.replace(" ", "/")).network
        for known in config.vlans.values()
        if " " in known.address and open_way(known)
    ]


def arp(config: Config, around: Surroundings) -> str:
    """`show arp`: only of networks in which we have an address."""
    rows = ["", " IP ARP table", "", "  IP Address       MAC Address       Type    Port",
            "  ---------------  ----------------- ------- ----"]  # fmt: skip
    learnt = {one.mac: one.port for one in around.macs}
    for network in _networks(config, around):
        rows += [
            f"  {address:<15}  {_dashed(mac):<17} dynamic {learnt.get(mac, '')}"
            for address, mac in around.located
            if IPv4Address(address) in network and mac in learnt
        ]
    return "\n".join([*rows, ""])


def ping(config: Config, around: Surroundings, target: str, count: int) -> str:
    """`ping ADDRESS [repetitions N]`: it answers if it is there, and a VLAN that is up leads to it."""
    networks = _networks(config, around)
    gateway = _setting(config, "ip default-gateway") if networks else ""
    answers = around.answers(target, networks, gateway)
    if count == 1:
        return f"{target} is alive, time = 1 ms" if answers else "Request timed out."
    rows = [
        f"{target} is alive, iteration {at}, time = 1 ms" if answers else "Request timed out."
        for at in range(1, count + 1)
    ]
    got = count if answers else 0
    rows.append(f"{count} packets transmitted, {got} packets received, {0 if answers else 100}% packet loss")
    return "\n".join([*rows, "round-trip (ms) min/avg/max = 1/1/1"] if answers else rows)


def system(config: Config, around: Surroundings, uptime_s: float) -> str:
    """`show system`."""
    mac = around.mac.replace(":", "")
    zone = _setting(config, "time timezone") or "0"
    rule = _setting(config, "time daylight-time-rule") or "none"
    days = int(uptime_s // 86400)
    return "\n".join(
        [
            "",
            " Status and Counters - General System Information",
            "",
            f"  System Name        : {config.hostname:<32}",
            f"  System Contact     : {config.contact or ' '}",
            f"  System Location    : {config.location or ' '}",
            "",
            "  MAC Age Time (sec) : 300   ",
            "",
            f"  Time Zone          : {zone}",
            f"  Daylight Time Rule : {'Western-Europe' if rule == 'western-europe' else rule}",
            "",
            f"  Software revision  : {config.release:<15} Base MAC Addr      : {mac[:6]}-{mac[6:]}",
            f"  ROM Version        : WC.16.01.0006   Serial Number      : {around.serial}",
            "",
            f"  Up Time            : {days} days          Memory   - Total   : 335,646,720",
            "  CPU Util (%)       : 5                          Free    : 206,155,776",
            "",
            "  IP Mgmt  - Pkts Rx : 1,204,117       Packet   - Total   : 6750",
            "             Pkts Tx : 1,108,326       Buffers    Free    : 5026",
            "                                                  Lowest  : 4950",
            "                                                  Missed  : 0",
            "",
        ]
    )


def version(config: Config) -> str:
    """`show version`."""
    return "\n".join(
        [
            "",
            "Image stamp:    /ws/swbuildm/rel_ukiah_qaoff/code/build/lvm(swbuildm_rel_ukiah_qaoff_rel_ukiah)",
            "                Oct 17 2019 04:29:40",
            f"                {config.release}",
            "                561",
            "Boot Image:     Primary",
            "",
            "Boot ROM Version:    WC.16.01.0006",
            "Active Boot ROM:     Primary",
            "",
        ]
    )


def ip(config: Config) -> str:
    """`show ip`."""
    rows = [
        "",
        " Internet (IP) Service",
        "",
        f"  IP Routing : {'Enabled' if 'ip routing' in config.lines.items else 'Disabled'}",
        "",
        f"  Default Gateway : {_setting(config, 'ip default-gateway'):<15}",
        "  Default TTL     : 64   ",
        "  Arp Age         : 20  ",
        "",
        "  VLAN                 | IP Config  IP Address      Subnet Mask",
        "  -------------------- + ---------- --------------- ---------------",
    ]
    for number in sorted(config.vlans):
        one = config.vlans[number]
        if one.address == "dhcp-bootp" or not one.address:
            rows.append(f"  {one.name[:20]:<20} | {'DHCP/Bootp' if one.address else 'Disabled'}")
        else:
            address, mask = one.address.split()
            rows.append(f"  {one.name[:20]:<20} | {'Manual':<10} {address:<15} {mask}")
    return "\n".join([*rows, ""])
