"""Lines a simulated Catalyst switch takes and keeps as they are, as forms of `campusctl.lab.vocabulary`.

Source: Catalyst 2960-X and 3650 Command References, IOS 15.2(7)E and IOS-XE 16.12.
"""

from collections.abc import Iterable

PORT_FORMS = tuple(
    """
switchport nonegotiate
switchport port-security
switchport port-security maximum <n>
switchport port-security maximum <n> vlan <rest...>
switchport port-security violation protect|restrict|shutdown
switchport port-security aging time <n>
switchport port-security aging type absolute|inactivity
switchport port-security aging static
switchport port-security mac-address sticky
switchport port-security mac-address <rest...>
switchport protected
switchport block multicast|unicast
switchport priority extend <rest...>
switchport trunk pruning vlan <list...>
speed 10|100|1000|10000|auto|nonegotiate
speed auto <speeds...>
duplex auto|full|half
mtu <n>
ip mtu <n>
power inline auto|never|static
power inline auto max <n>
power inline static max <n>
power inline consumption <n>
power inline port priority low|high|critical
power inline port <rest...>
power inline police
power inline police action <what>
spanning-tree portfast
spanning-tree portfast trunk|disable|edge|network|normal
spanning-tree portfast edge trunk
spanning-tree bpduguard enable|disable
spanning-tree bpdufilter enable|disable
spanning-tree guard root|loop|none
spanning-tree cost <n>
spanning-tree port-priority <n>
spanning-tree link-type point-to-point|shared
spanning-tree vlan <list> cost|port-priority <n>
spanning-tree mst <list> cost|port-priority <n>
storm-control broadcast|multicast|unicast level <rest...>
storm-control action shutdown|trap
lldp transmit
lldp receive
lldp med-tlv-select <tlv>
lldp tlv-select <tlv>
cdp enable
udld port
udld port aggressive|disable
ip dhcp snooping trust
ip dhcp snooping limit rate <n>
ip arp inspection trust
ip arp inspection limit <rest...>
ip verify source
ip verify source <rest...>
ip access-group <name> in|out
ip helper-address <address>
ip device tracking maximum <n>
ip igmp <rest...>
ip pim <rest...>
ip ospf <rest...>
ip proxy-arp
ip route-cache
ip redirects
ip unreachables
ip directed-broadcast
ip vrf forwarding <name>
ip flow <rest...>
ipv6 <rest...>
standby <rest...>
vrf forwarding <name>
load-interval <n>
logging event <rest...>
snmp trap <rest...>
mls qos trust <rest...>
mls qos <rest...>
auto qos <rest...>
srr-queue <rest...>
priority-queue out
queue-set <n>
service-policy input|output <name>
macro <rest...>
carrier-delay <rest...>
authentication <rest...>
dot1x <rest...>
mab
mab <rest...>
access-session <rest...>
source template <name>
device-tracking
device-tracking <rest...>
lacp rate fast|normal
lacp port-priority <n>
channel-protocol lacp|pagp
pagp <rest...>
mdix auto
flowcontrol receive|send <rest...>
keepalive
keepalive <n>
bandwidth <n>
delay <n>
link state <rest...>
negotiation auto
media-type <rest...>
energywise <rest...>
trust device <rest...>
""".strip().splitlines()
)
"""Interface mode."""

LINE_FORMS = tuple(
    """
login
login local
login authentication <list>
exec-timeout <minutes>
exec-timeout <minutes> <seconds>
session-timeout <minutes>
access-class <name> in|out
access-class <name> in vrf-also
ipv6 access-class <name> in|out
transport input ssh|telnet|all|none
transport input telnet ssh
transport input ssh telnet
transport output <rest...>
transport preferred <what>
privilege level <n>
logging synchronous
logging synchronous <rest...>
history size <n>
length <n>
width <n>
stopbits <n>
speed <n>
escape-character <what>
rotary <n>
autocommand <rest...>
authorization exec <list>
authorization commands <level> <list>
accounting exec <list>
exec
motd-banner
exec-banner
""".strip().splitlines()
)
"""Line mode."""

GLOBAL_FORMS = tuple(
    """
service pad|finger|config|dhcp|tcp-keepalives-in|tcp-keepalives-out|sequence-numbers|password-encryption
service password-encryption
service timestamps debug|log <rest...>
service unsupported-transceiver
service compress-config
service call-home
boot system <rest...>
boot <rest...>
switch <n> provision <model>
switch <n> priority <p>
system mtu <rest...>
hw-module <rest...>
platform <rest...>
license <rest...>
diagnostic <rest...>
redundancy
ip routing
ip subnet-zero
ip classless
ip cef
ip cef <rest...>
ip source-route
ip domain-lookup
ip domain-list <name>
ip host <rest...>
ip route <network> <mask> <rest...>
ip dhcp snooping
ip dhcp snooping vlan <list>
ip dhcp snooping <rest...>
ip dhcp excluded-address <rest...>
ip dhcp relay <rest...>
ip arp inspection <rest...>
ip device tracking
ip device tracking <rest...>
ip igmp snooping
ip igmp snooping <rest...>
ip multicast-routing
ip forward-protocol <rest...>
ip tftp <rest...>
ip ftp <rest...>
ip scp server enable
ip radius <rest...>
ip tacacs <rest...>
ip telnet <rest...>
ip http port <n>
ip http secure-port <n>
ip http access-class <rest...>
ip http authentication <rest...>
ip http max-connections <n>
ip http timeout-policy <rest...>
ip http client <rest...>
ip http secure-active-session-modules <rest...>
ip http active-session-modules <rest...>
ip http secure-ciphersuite <rest...>
ip http secure-trustpoint <name>
ip ssh version <n>
ip ssh time-out <n>
ip ssh authentication-retries <n>
ip ssh source-interface <rest...>
ip ssh <rest...>
ip sla <rest...>
ip verify <rest...>
ip admission <rest...>
ipv6 <rest...>
lldp run
lldp timer|holdtime|reinit <n>
lldp tlv-select <tlv>
cdp run
cdp timer|holdtime <n>
cdp advertise-v2
udld enable|aggressive
udld message time <n>
errdisable recovery cause <cause>
errdisable recovery interval <n>
errdisable detect cause <rest...>
errdisable flap-setting <rest...>
mls qos
mls qos <rest...>
auto qos <rest...>
macro <rest...>
mac address-table <rest...>
mac-address-table <rest...>
port-channel load-balance <rest...>
lacp system-priority <n>
link state track <n>
authentication <rest...>
dot1x system-auth-control
dot1x <rest...>
epm <rest...>
access-session <rest...>
device-tracking <rest...>
device-sensor <rest...>
spanning-tree loopguard default
spanning-tree portfast default
spanning-tree portfast edge default
spanning-tree portfast bpduguard default
spanning-tree portfast edge bpduguard default
spanning-tree portfast bpdufilter default
spanning-tree portfast edge bpdufilter default
spanning-tree extend system-id
spanning-tree etherchannel guard misconfig
spanning-tree uplinkfast
spanning-tree backbonefast
spanning-tree logging
spanning-tree pathcost method long|short
spanning-tree transmit hold-count <n>
spanning-tree mst <list> priority <n>
spanning-tree mst hello-time|forward-time|max-age|max-hops <n>
logging on
logging trap <level>
logging trap
logging buffered <rest...>
logging buffered
logging console <level>
logging console
logging monitor <level>
logging monitor
logging facility <name>
logging source-interface <rest...>
logging origin-id <rest...>
logging userinfo
logging event <rest...>
logging count
logging history <rest...>
logging rate-limit <rest...>
logging persistent <rest...>
logging discriminator <rest...>
snmp-server group <name> v1|v2c
snmp-server group <name> v1|v2c <rest...>
snmp-server group <name> v3 auth|noauth|priv
snmp-server group <name> v3 auth|noauth|priv <rest...>
snmp-server view <name> <oid> included|excluded
snmp-server location <text...>
snmp-server contact <text...>
snmp-server chassis-id <text...>
snmp-server trap-source <rest...>
snmp-server source-interface <rest...>
snmp-server engineID local <id>
snmp-server engineID remote <rest...>
snmp-server ifindex persist
snmp-server enable traps
snmp-server enable traps <rest...>
snmp-server system-shutdown
snmp-server packetsize <n>
snmp-server queue-length <n>
snmp-server trap link <what>
snmp-server tftp-server-list <acl>
snmp-server file-transfer <rest...>
snmp-server manager
snmp-server cache
snmp mib <rest...>
snmp ifmib ifindex persist
ntp server <server>
ntp server <server> <rest...>
ntp peer <server>
ntp peer <server> <rest...>
ntp source <rest...>
ntp authenticate
ntp authentication-key <rest...>
ntp trusted-key <n>
ntp access-group <rest...>
ntp master
ntp master <n>
ntp update-calendar
ntp max-associations <n>
ntp logging
sntp server <rest...>
radius-server <rest...>
tacacs-server <rest...>
login block-for <rest...>
login on-failure log
login on-success log
login on-failure
login on-success
login delay <n>
login quiet-mode <rest...>
security passwords min-length <n>
security authentication <rest...>
secure boot-config
secure boot-image
password encryption aes
key config-key <rest...>
crypto engine <rest...>
crypto pki profile <rest...>
crypto pki export <rest...>
alias <mode> <name> <rest...>
privilege <mode> <rest...>
parser <rest...>
memory <rest...>
process <rest...>
exception <rest...>
scheduler <rest...>
energywise <rest...>
network-clock <rest...>
rmon <rest...>
monitor session <n> source|destination <rest...>
multilink <rest...>
profile <rest...>
transceiver type all
stack-mac <rest...>
stack-power <rest...>
shell processing full
vlan internal allocation policy ascending|descending
vlan dot1q tag native
vlan access-map <rest...>
vlan filter <rest...>
vtp domain <name>
vtp version <n>
vtp password <rest...>
vtp pruning
vtp interface <rest...>
vtp file <rest...>
aaa session-id common|unique
aaa authentication login <list> <rest...>
aaa authentication enable default <rest...>
aaa authentication dot1x <list> <rest...>
aaa authentication attempts login <n>
aaa authentication password-prompt <rest...>
aaa authentication username-prompt <rest...>
aaa authentication banner <rest...>
aaa authorization exec <list> <rest...>
aaa authorization network <list> <rest...>
aaa authorization commands <level> <list> <rest...>
aaa authorization config-commands
aaa authorization console
aaa authorization auth-proxy <rest...>
aaa accounting <rest...>
aaa common-criteria <rest...>
aaa local <rest...>
tftp-server <rest...>
banner-timeout <n>
call-home
event manager <rest...>
file prompt quiet
archive log <rest...>
tclsh <rest...>
route-tag <rest...>
""".strip().splitlines()
)
"""Global mode."""

BLOCKS = tuple(
    """
archive
crypto pki trustpoint <name>
crypto pki certificate chain <name>
class-map <name>
class-map match-any|match-all <name>
policy-map <name>
aaa group server radius|tacacs+ <name>
aaa server radius dynamic-author
radius server <name>
tacacs server <name>
ip dhcp pool <name>
ip sla <number>
route-map <name> <rest...>
route-map <name>
spanning-tree mst configuration
key chain <name>
ipv6 access-list <name>
mac access-list extended <name>
object-group <kind> <name>
vrf definition <name>
ip vrf <name>
template <name>
flow record|exporter|monitor <name>
event manager applet <name>
router <rest...>
control-plane
redundancy
""".strip().splitlines()
)
"""Global lines that open a section whose lines we keep word for word."""


def removals(forms: Iterable[str]) -> list[str]:
    """The `no` of every form, and of every form without its last parameter."""
    found: list[str] = []
    for form in forms:
        found.append(f"no {form}")
        words = form.split()
        while len(words) > 1 and (words[-1].startswith("<") or "|" in words[-1]):
            words.pop()
        if tuple(words[-1:]) not in {("server",), ("peer",), ("route",), ("community",), ("user",), ("host",)}:
            found.append("no " + " ".join(words))
    return list(dict.fromkeys(found))
