"""Running configurations as a 48-port access switch prints them: about 630 lines, 16 KB."""

_ROLES = ((100, "PC Raum"), (200, "Drucker"), (300, "AP Flur"), (400, "Board"))
_HEAD = """\
version 15.2
no service pad
service timestamps debug datetime msec
service timestamps log datetime msec
service password-encryption
!
hostname {name}
!
boot-start-marker
boot-end-marker
!
enable secret 5 $1$abcd$0123456789012345678901
!
username campus privilege 15 secret 5 $1$efgh$0123456789012345678901
aaa new-model
aaa authentication login default local
aaa authorization exec default local
clock timezone CET 1 0
clock summer-time CEST recurring last Sun Mar 2:00 last Sun Oct 3:00
switch 1 provision ws-c2960x-48lps-l
ip domain-name schulen.musterstadt.example
no ip domain-lookup
!
spanning-tree mode rapid-pvst
spanning-tree portfast bpduguard default
spanning-tree extend system-id
spanning-tree vlan 1-4094 priority 28672
!
"""
_PORT = """\
interface GigabitEthernet1/0/{port}
 description {role} {port:02}
 switchport access vlan {vlan}
 switchport mode access
 switchport nonegotiate
 power inline auto
 storm-control broadcast level 1.00
 spanning-tree portfast edge
 spanning-tree bpduguard enable
!
"""
_UPLINK = """\
interface GigabitEthernet1/0/{port}
 description uplink {port}
 switchport trunk native vlan 999
 switchport trunk allowed vlan 10,100,200,300,400,900
 switchport mode trunk
!
"""
_TAIL = """\
interface Vlan1
 no ip address
 shutdown
!
interface Vlan900
 ip address 10.42.1.{last} 255.255.255.0
!
ip default-gateway 10.42.1.1
no ip http server
no ip http secure-server
!
ip access-list standard MGMT
 permit 10.0.0.0 0.0.255.255
 deny   any log
!
ip access-list extended PC-IN
{entries} deny   ip any any log
logging host 10.0.0.20
snmp-server location Schule 042, Raum 101
snmp-server contact medien@schule-042.example
snmp-server community abcdef RO MGMT
!
banner motd ^C
Nur fuer Befugte. Alle Zugriffe werden protokolliert.
^C
!
line con 0
 logging synchronous
line vty 0 4
 access-class MGMT in
 transport input ssh
line vty 5 15
 access-class MGMT in
 transport input ssh
!
ntp server 10.0.0.10
ntp server 10.0.0.11
end
"""
_VLANS = {10: "haus", 100: "pc", 200: "drucker", 300: "wlan", 400: "board", 900: "management", 999: "leer"}


def config(name: str, *, last: int = 2, shift: int = 0, renamed: int = 0) -> str:
    """One switch's configuration.

    Args:
        name: Host name.
        last: Last part of its address.
        shift: Turns every port's role by so many, which changes about two lines a port.
        renamed: How many ports have another description.
    """
    parts = [_HEAD.format(name=name)]
    parts += [f"vlan {number}\n name {title}{shift or ''}\n!\n" for number, title in _VLANS.items()]
    for port in range(1, 49):
        vlan, role = _ROLES[(port // 12 + shift) % len(_ROLES)]
        text = _PORT.format(port=port, vlan=vlan, role="umgezogen" if port <= renamed else role)
        parts.append(text)
    parts += [_UPLINK.format(port=port) for port in range(49, 53)]
    entries = "".join(f" permit tcp 10.42.100.0 0.0.0.255 host 10.0.{n}.20 eq {8000 + n}\n" for n in range(36))
    parts.append(_TAIL.format(last=last, entries=entries))
    return "".join(parts)


def printed(text: str) -> str:
    """As `show running-config` prints it: with lines that change by themselves."""
    head = "! Last configuration change at 08:11:12 CET Mon Sep 7 2026 by campus\n!\n"
    return f"Building configuration...\n\nCurrent configuration : {len(text)} bytes\n!\n{head}{text}"


def push_lines() -> list[str]:
    """Fifty lines for configuration mode."""
    lines = []
    for port in range(1, 11):
        lines += [
            f"interface GigabitEthernet1/0/{port}",
            f" description Raum {200 + port} Dose {port}",
            " switchport mode access",
            " switchport access vlan 100",
            " spanning-tree portfast edge",
        ]
    return lines


SECRETS = {
    "switches/enable": "$1$abcd$0123456789012345678901",
    "switches/campus": "$1$efgh$0123456789012345678901",
    "snmp/read": "abcdef",
}
"""What a manager keeps out of the inventory, by reference."""
