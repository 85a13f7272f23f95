"""`show` commands of a simulated Catalyst switch.

Source: Cisco IOS 15.2(7)E command references, and the outputs ntc-templates 9.3 was written for.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from campusctl.lab import ios_around
from campusctl.lab.ios_around import ERR_DISABLED, bridge_ports, is_up, svi_is_up
from campusctl.lab.ios_cli import Cli, Unfit
from campusctl.lab.ios_device import device
from campusctl.lab.ios_state import Port, Svi, long_name, short_name, vlan_text
from campusctl.lab.ios_text import interface_lines

Handler = Callable[[Cli, list[str]], str]

_TRUNK_PARTS = ("Vlans allowed on trunk", "Vlans allowed and active in management domain",
                "Vlans in spanning tree forwarding state and not pruned")  # fmt: skip


def stamp(seconds: float) -> str:
    """`10:11:12 UTC Mon Mar 1 2021`."""
    when = datetime.fromtimestamp(seconds, UTC)
    return f"{when:%H:%M:%S} UTC {when:%a %b} {when.day} {when.year}"


def running_interface(cli: Cli, args: list[str]) -> str:
    """`show running-config interface NAME`."""
    name = long_name(args[0])
    if name not in cli.config.ports and name not in cli.config.svis:
        raise Unfit(args[0])
    body = "\n".join([*interface_lines(cli.config, name), "end"])
    return f"Building configuration...\n\nCurrent configuration : {len(body)} bytes\n!\n{body}\n"


def _version(cli: Cli, args: list[str]) -> str:
    del args
    box = device(cli)
    up = int(box.clock.now() - box.booted)
    name = box.running.hostname
    return f"""Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(7)E3, RELEASE SOFTWARE (fc3)
Technical Support: http://www.cisco.com/techsupport
Copyright (c) 1986-2020 by Cisco Systems, Inc.

ROM: Bootstrap program is C2960X boot loader
BOOTLDR: C2960X Boot Loader (C2960X-HBOOT-M) Version 15.2(7r)E2, RELEASE SOFTWARE (fc1)

{name} uptime is {up // 86400} days, {up // 3600 % 24} hours, {up // 60 % 60} minutes
System returned to ROM by power-on
System image file is "flash:/c2960x-universalk9-mz.152-7.E3/c2960x-universalk9-mz.152-7.E3.bin"

cisco WS-C2960X-48FPD-L (APM86XXX) processor (revision A0) with 524288K bytes of memory.
Processor board ID {box.around.serial}
Last reset from power-on

512K bytes of flash-simulated non-volatile configuration memory.
Base ethernet MAC Address       : {box.around.mac.upper()}
Model number                    : WS-C2960X-48FPD-L
System serial number            : {box.around.serial}

Switch Ports Model                     SW Version            SW Image
------ ----- -----                     ----------            ----------
*    1 {len(box.ports):<5} WS-C2960X-48FPD-L         15.2(7)E3             C2960X-UNIVERSALK9-M


Configuration register is 0xF
"""


def _vlan_brief(cli: Cli, args: list[str]) -> str:
    del args
    rows = ["", "VLAN Name                             Status    Ports",
            "---- -------------------------------- --------- -------------------------------"]  # fmt: skip
    for number, vlan in sorted(cli.config.vlans.items()):
        state = "act/lshut" if vlan.shutdown else "suspended" if "state suspend" in vlan.lines.items else "active"
        ports = [
            short_name(n) for n, p in bridge_ports(cli) if p.mode != "trunk" and number in (p.access, _number(p.voice))
        ]
        chunks = [", ".join(ports[at : at + 4]) for at in range(0, len(ports), 4)] or [""]
        rows.append(f"{number:<5}{vlan.name or f'VLAN{number:04}':<33}{state:<10}{chunks[0]}")
        rows += [f"{'':<48}{chunk}" for chunk in chunks[1:]]
    for number, name in (
        (1002, "fddi-default"),
        (1003, "token-ring-default"),
        (1004, "fddinet-default"),
        (1005, "trnet-default"),
    ):
        rows.append(f"{number:<5}{name:<33}act/unsup ")
    return "\n".join(rows)


def _number(word: str) -> int:
    return int(word) if word.isdecimal() else 0


def _status(cli: Cli, args: list[str]) -> str:
    del args
    rows = ["", "Port      Name               Status       Vlan       Duplex  Speed Type"]
    for name, port in cli.config.ports.items():
        if name.startswith("Port-channel") and not any(p.group == int(name[12:]) for p in cli.config.ports.values()):
            continue
        up = is_up(cli, name)
        ails = device(cli).around.ails.get(name, "")
        down = "disabled" if port.shutdown else "err-disabled" if ails in ERR_DISABLED else "notconnect"
        state = "connected" if up else down
        vlan = "routed" if port.routed else "trunk" if port.mode == "trunk" and up else str(port.access)
        kind = "" if name.startswith("Port-channel") else "10/100/1000BaseTX"
        linked = ("a-half", "a-10") if ails == "half" else ("a-full", "a-1000")
        duplex, speed = linked if up else ("auto", "auto")
        head = f"{short_name(name):<10}{port.description[:18]:<19}{state:<13}{vlan:<11}"
        rows.append(f"{head}{duplex:>6}{speed:>7} {kind}")
    return "\n".join(rows)


def _err_disabled(cli: Cli, args: list[str]) -> str:
    del args
    rows = [
        f"{short_name(name):<10}{port.description[:18]:<19}{'err-disabled':<13}{ERR_DISABLED[ails]}"
        for name, port in cli.config.ports.items()
        if (ails := device(cli).around.ails.get(name)) in ERR_DISABLED and not port.shutdown
    ]
    return "\n".join(["", "Port      Name               Status       Reason", *rows]) if rows else ""


def _trunks(cli: Cli, args: list[str]) -> str:
    del args
    found = [(short_name(name), port) for name, port in bridge_ports(cli) if port.mode == "trunk" and is_up(cli, name)]
    if not found:
        return ""
    rows = ["", "Port        Mode             Encapsulation  Status        Native vlan"]
    rows += [f"{name:<12}{'on':<17}{'802.1q':<15}{'trunking':<14}{port.native}" for name, port in found]
    live = {number for number, vlan in cli.config.vlans.items() if not vlan.shutdown}
    for title, active in zip(_TRUNK_PARTS, (False, True, True), strict=True):
        rows += ["", f"Port        {title}"]
        for name, port in found:
            shown = port.allowed & live if active else port.allowed
            rows.append(f"{name:<12}{vlan_text(shown) or 'none'}")
    return "\n".join(rows)


def _ip_brief(cli: Cli, args: list[str]) -> str:
    del args
    config = cli.config
    rows = ["Interface              IP-Address      OK? Method Status                Protocol"]
    items: list[tuple[str, Svi | Port]] = [*sorted(config.svis.items()), *config.ports.items()]
    for name, item in items:
        address = item.address.split()[0] if item.address else "unassigned"
        up = is_up(cli, name) if isinstance(item, Port) else svi_is_up(cli, name, item)
        state = "administratively down" if item.shutdown else "up" if up or isinstance(item, Svi) else "down"
        rows.append(
            f"{name:<23}{address:<16}YES {'NVRAM' if item.address else 'unset':<7}{state:<22}{'up' if up else 'down'}"
        )
    return "\n".join(rows)


def _etherchannel(cli: Cli, args: list[str]) -> str:
    del args
    box = device(cli)
    rows = ["Flags:  D - down        P - bundled in port-channel", "        I - stand-alone s - suspended",
            "        H - Hot-standby (LACP only)", "        R - Layer3      S - Layer2",
            "        U - in use      f - failed to allocate aggregator", "", "Group  Port-channel  Protocol    Ports",
            "------+-------------+-----------+-----------------------------------------------"]  # fmt: skip
    for name in [name for name in cli.config.ports if name.startswith("Port-channel")]:
        number, bundled = int(name[12:]), box.bundled(name)
        members = [own for own, port in cli.config.ports.items() if port.group == number]
        flags = {own: "P" if own in bundled and is_up(cli, own) else "s" if is_up(cli, own) else "D" for own in members}
        modes = {cli.config.ports[own].group_mode for own in members}
        protocol = "LACP" if modes & {"active", "passive"} else "PAgP" if modes & {"auto", "desirable"} else "-"
        ports = " ".join(f"{short_name(own)}({flags[own]})" for own in members)
        state = "SU" if "P" in flags.values() else "SD"
        rows.append(f"{number:<7}{f'Po{number}({state})':<16}{protocol:<11}{ports}")
    return "\n".join(rows)


def _access_lists(cli: Cli, args: list[str]) -> str:
    del args
    rows: list[str] = []
    for (kind, name), entries in cli.config.acls.items():
        rows.append(f"{kind.capitalize()} IP access list {name}")
        rows += [f"    {at} {line}" for at, line in sorted(entries.items()) if not line.startswith("remark")]
    return "\n".join(rows)


def _clock(cli: Cli, args: list[str]) -> str:
    del args
    text = stamp(device(cli).clock.now())
    return text.replace(" UTC", ".000 UTC")


def _privilege(cli: Cli, args: list[str]) -> str:
    del args
    return f"Current privilege level is {15 if cli.context.kind == 'exec' else 1}"


def _snmp_users(cli: Cli, args: list[str]) -> str:
    del args
    rows: list[str] = []
    for line in cli.config.snmp_users.items:
        words = line.split()
        rows += [f"\nUser name: {words[2]}", "Engine ID: 800000090300020000000001",
                 "storage-type: nonvolatile        active",
                 f"Authentication Protocol: {'SHA' if 'sha' in words else 'MD5'}",
                 f"Privacy Protocol: {'AES128' if 'aes' in words else 'None'}", f"Group-name: {words[3]}"]  # fmt: skip
    return "\n".join([*rows, ""])


def _vtp(cli: Cli, args: list[str]) -> str:
    del args
    mode = (cli.config.vtp_mode() or "server").capitalize()
    return f"""VTP Version capable             : 1 to 3
VTP version running             : 1
VTP Domain Name                 :
VTP Pruning Mode                : Disabled
VTP Traps Generation            : Disabled

Feature VLAN:
--------------
VTP Operating Mode                : {mode}
Maximum VLANs supported locally   : 1005
Number of existing VLANs          : {len(cli.config.vlans) + 4}
Configuration Revision            : 0
"""


def _ssh(cli: Cli, args: list[str]) -> str:
    del cli, args
    return "SSH Enabled - version 2.0\nAuthentication timeout: 120 secs; Authentication retries: 3"


COMMANDS: dict[str, Handler] = {
    "show version": _version,
    "show vlan": _vlan_brief,
    "show vlan brief": _vlan_brief,
    "show interfaces status": _status,
    "show interfaces status err-disabled": _err_disabled,
    "show interfaces trunk": _trunks,
    "show ip interface brief": _ip_brief,
    "show etherchannel summary": _etherchannel,
    "show access-lists": _access_lists,
    "show ip access-lists": _access_lists,
    "show clock": _clock,
    "show privilege": _privilege,
    "show snmp user": _snmp_users,
    "show vtp status": _vtp,
    "show ip ssh": _ssh,
    **ios_around.COMMANDS,
}
"""What needs no more than the state."""
