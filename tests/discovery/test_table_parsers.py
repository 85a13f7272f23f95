"""Tables of switches: exact replies in, exact values out; no text makes a parser raise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campusctl.drivers.switch import dialects
from campusctl.drivers.switch.tables import parse_tables, table_questions
from campusctl.drivers.switch.tables.rows import capabilities_of
from campusctl.errors import UnknownNameError
from campusctl.model.tables import Heard, Learnt, Located, PortNow, PowerState, Tables

IOS = {
    "macs": """          Mac Address Table
-------------------------------------------

Vlan    Mac Address       Type        Ports
----    -----------       --------    -----
 All    0100.0ccc.cccc    STATIC      CPU
  60    000c.f142.0101    DYNAMIC     Gi1/0/6
   3    883a.3042.0001    DYNAMIC     Te1/1/1
  30    0004.f2aa.0001    DYNAMIC     Po1
Total Mac Addresses for this criterion: 4
""",
    "located": """Protocol  Address          Age (min)  Hardware Addr   Type   Interface
Internet  10.42.3.1               3   0200.0a2a.0301  ARPA   Vlan3
Internet  10.42.3.13              -   883a.3042.0003  ARPA   Vlan3
Internet  10.42.3.99              0   Incomplete      ARPA
""",
    "power": """Module   Available     Used     Remaining
          (Watts)     (Watts)    (Watts)
------   ---------   --------   ---------
1           740.0       30.8       709.2
Interface Admin  Oper       Power   Device              Class Max
                            (Watts)
--------- ------ ---------- ------- ------------------- ----- ----
Gi1/0/1   auto   on         15.4    Ieee PD             4     30.0
Gi1/0/2   auto   off        0.0     n/a                 n/a   30.0
Gi1/0/3   off    off        0.0     n/a                 n/a   30.0
Gi1/0/4   auto   faulty     0.0     n/a                 n/a   30.0
Gi1/0/5   auto   power-deny 0.0     n/a                 n/a   30.0
""",
    "links": """
Port      Name               Status       Vlan       Duplex  Speed Type
Gi1/0/1   Beamer             connected    60         a-full  a-100 10/100/1000BaseTX
Gi1/0/2                      notconnect   1            auto   auto 10/100/1000BaseTX
Gi1/0/3                      disabled     999          auto   auto 10/100/1000BaseTX
Gi1/0/4                      err-disabled 30           auto   auto 10/100/1000BaseTX
""",
    "neighbors.0": """------------------------------------------------
Local Intf: Gi1/0/9
Chassis id: 204c.0307.0001
Port id: 204c.0307.0001
Port Description: eth0
System Name: s007-r1-ap01

System Description:
ArubaOS (MODEL: 515), Version Aruba IAP

Time remaining: 105 seconds
System Capabilities: B,W
Enabled Capabilities: B,W
Management Addresses:
    IP: 10.7.3.101
Auto Negotiation - supported, enabled
Physical media capabilities:
    1000baseT(FD)
Media Attachment Unit type: 16
Vlan ID: - not advertised

Total entries displayed: 1
""",
}
CX = {
    "macs": """MAC age-time            : 300 seconds
Number of MAC addresses : 2

MAC Address          VLAN    Type                       Port
--------------------------------------------------------------
00:0c:f1:42:01:06    60      dynamic                    1/1/21
88:3a:30:42:00:01    3       dynamic                    lag1
""",
    "located": """IPv4 Address     MAC                Port         Physical Port                        State     VRF
--------------------------------------------------------------------------------------------------------
10.42.3.1        02:00:0a:2a:03:01  vlan3        lag1                                 reachable default
--------------------------------------------------------------------------------------------------------
Total Number Of ARP Entries Listed: 1.
--------------------------------------------------------------------------------------------------------
""",
    "power": """
Status and Configuration Information

Member 1 Power
 Available: 370 W  Used: 6 W  Remaining: 364 W

PoE       Pwr   Power    Pre-std  Alloc  PSE Pwr  PD Pwr  PoE Port      PD
Port      En    Priority Detect   Act    Rsrvd    Draw    Status        Cls
------------------------------------------------------------------------------
1/1/1     Yes   Low      Off      Usage  6.2 W    6.2 W   Delivering    3
1/1/2     Yes   Low      Off      Usage  0.0 W    0.0 W   Searching     0
1/1/3     No    Low      Off      Usage  0.0 W    0.0 W   Disabled      0
1/1/4     Yes   Low      Off      Usage  0.0 W    0.0 W   Fault         0
1/1/5     Yes   Low      Off      Usage  0.0 W    0.0 W   Denied        0
""",
}
HP = {
    "macs": """
 Status and Counters - Port Address Table

  MAC Address   Port                            VLAN
  ------------- ------------------------------- ----
  000cf1-070001 7                               60
  883a30-070003 Trk1                            3
""",
    "located": """
 IP ARP table

  IP Address       MAC Address       Type    Port
  ---------------  ----------------- ------- ----
  10.7.3.1         02000a-070301     dynamic 24
""",
    "power": """
 Status and Configuration Information

  Available: 370 W  Used: 6 W  Remaining: 364 W

  PoE    Pwr  Pwr      Pre-std Alloc Alloc  PSE Pwr PD Pwr  PoE Port     PLC PLC
  Port   Enab Priority Detect  Cfg   Actual Rsrvd   Draw    Status       Cls Type
  ------ ---- -------- ------- ----- ------ ------- ------- ------------ --- ----
  1      Yes  low      off     usage usage  6.8 W   6.4 W   Delivering    4   2
  2      Yes  low      off     usage usage  0.0 W   0.0 W   Searching     0   -
  3      No   low      off     usage usage  0.0 W   0.0 W   Disabled      0   -
  4      Yes  low      off     usage usage  0.0 W   0.0 W   Other Fault   0   -
""",
    "neighbors.0": """
 LLDP Remote Device Information Detail

  Local Port   : 3
  ChassisType  : mac-address
  ChassisId    : 0004f2-aa0001
  PortType     : mac-address
  PortId       : 00 04 f2 aa 00 01
  SysName      : SIP-T42
  System Descr : Yealink SIP-T42S
  PortDescr    : WAN PORT
  Pvid         :

  System Capabilities Supported  : bridge, telephone
  System Capabilities Enabled    : bridge, telephone

  Remote Management Address
""",
}


def tables(dialect: str, replies: dict[str, str]) -> Tables:
    """What the replies say; `ASPECT.NUMBER` where a question has several commands."""
    said = {}
    for question in table_questions(dialect):
        texts = [replies.get(f"{question.aspect}.{at}", "") for at, _ in enumerate(question.commands)]
        whole = [replies[question.aspect]] if question.aspect in replies else texts
        said[question.aspect] = whole if any(whole) else None
    return parse_tables("sw", dialect, said)


def test_a_catalyst_tells_its_tables() -> None:
    """Its own addresses and incomplete entries are left out; LAGs and long names are canonical."""
    found = tables("cisco_ios", IOS)
    assert found.learnt == (
        Learnt(mac="00:0c:f1:42:01:01", port="GigabitEthernet1/0/6", vlan=60),
        Learnt(mac="88:3a:30:42:00:01", port="TenGigabitEthernet1/1/1", vlan=3),
        Learnt(mac="00:04:f2:aa:00:01", port="Port-channel1", vlan=30),
    )
    assert found.located == (
        Located(address="10.42.3.1", mac="02:00:0a:2a:03:01"),
        Located(address="10.42.3.13", mac="88:3a:30:42:00:03"),
    )
    assert found.neighbors == (
        Heard(port="GigabitEthernet1/0/9", name="s007-r1-ap01", remote_port="204c.0307.0001", remote_description="eth0",
              chassis="20:4c:03:07:00:01", description="ArubaOS (MODEL: 515), Version Aruba IAP",
              capabilities=("bridge", "wlan-ap")),
    )  # fmt: skip
    name = "GigabitEthernet1/0/{}".format
    assert [(port, now.up, now.enabled, now.speed_mbps, now.power, now.watts) for port, now in found.ports.items()] == [
        (name(1), True, True, 100, PowerState.DELIVERING, 15.4),
        (name(2), False, True, None, PowerState.SEARCHING, 0.0),
        (name(3), False, False, None, PowerState.DISABLED, 0.0),
        (name(4), False, True, None, PowerState.FAULT, 0.0),
        (name(5), None, None, None, PowerState.DENIED, 0.0),
    ]


def test_an_aruba_cx_tells_its_tables() -> None:
    """LAGs get the inventory's name."""
    found = tables("aruba_aoscx", CX)
    assert found.learnt == (
        Learnt(mac="00:0c:f1:42:01:06", port="1/1/21", vlan=60),
        Learnt(mac="88:3a:30:42:00:01", port="lag 1", vlan=3),
    )
    assert found.located == (Located(address="10.42.3.1", mac="02:00:0a:2a:03:01"),)
    assert [now.power for now in found.ports.values()] == [
        PowerState.DELIVERING, PowerState.SEARCHING, PowerState.DISABLED, PowerState.FAULT, PowerState.DENIED,
    ]  # fmt: skip
    assert found.neighbors is None


def test_an_arubaos_switch_tells_its_tables() -> None:
    """Dashes in addresses, words for capabilities."""
    found = tables("hp_procurve", HP)
    assert found.learnt == (
        Learnt(mac="00:0c:f1:07:00:01", port="7", vlan=60),
        Learnt(mac="88:3a:30:07:00:03", port="Trk1", vlan=3),
    )
    assert found.located == (Located(address="10.7.3.1", mac="02:00:0a:07:03:01"),)
    assert [(one.port, one.name, one.description, one.capabilities) for one in found.neighbors or ()] == [
        ("3", "SIP-T42", "Yealink SIP-T42S", ("bridge", "telephone"))
    ]
    assert [now.power for now in found.ports.values()] == [
        PowerState.DELIVERING, PowerState.SEARCHING, PowerState.DISABLED, PowerState.FAULT,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("B,R", ["bridge", "router"]),
        ("B, T", ["bridge", "telephone"]),
        ("B W", ["bridge", "wlan-ap"]),
        ("Bridge, WLAN Access Point", ["bridge", "wlan-ap"]),
        ("bridge, wlan-access-point, bridge", ["bridge", "wlan-ap"]),
        ("", []),
        ("Station Only", ["station"]),
    ],
)
def test_capabilities_in_everybodys_words(text: str, words: list[str]) -> None:
    """Letters or words, once each."""
    assert list(capabilities_of(text)) == words


def test_a_table_answers_for_a_port_and_its_lag() -> None:
    """What was learnt at the LAG was learnt at its members too."""
    rows = (Learnt(mac="aa", port="lag 1", vlan=3), Learnt(mac="bb", port="1/1/1", vlan=3))
    found = Tables(device="sw", learnt=rows, ports={"1/1/25": PortNow(lag="lag 1"), "1/1/1": PortNow()})
    assert [row.mac for row in found.at("1/1/25")] == ["aa"]
    assert [row.mac for row in found.at("1/1/1")] == ["bb"]
    assert found.ports_of("aa") == ("lag 1",)
    assert (found.address_of("aa"), found.heard_at("1/1/1")) == ("", ())


def test_what_was_refused_is_not_known() -> None:
    """A switch that tells nothing has no tables, and no ports."""
    for name in dialects.names():
        assert parse_tables("sw", name, {}) == Tables(device="sw")


def test_an_unknown_dialect_has_no_tables() -> None:
    """It is said by name."""
    with pytest.raises(UnknownNameError, match="exos"):
        table_questions("exos")


_WORDS = st.sampled_from([line for case in (IOS, CX, HP) for text in case.values() for line in text.split("\n")])
_REPLY = st.lists(st.one_of(_WORDS, _WORDS, st.text(max_size=80)), max_size=25).map("\n".join)


@given(st.sampled_from(dialects.names()), st.lists(_REPLY, min_size=2, max_size=2))
def test_no_text_makes_a_table_raise(dialect: str, texts: list[str]) -> None:
    """Lines of other tables, cut lines, binary noise."""
    found = parse_tables("sw", dialect, {question.aspect: texts for question in table_questions(dialect)})
    assert all(len(row.mac) == 17 and row.port for row in found.learnt or ())


CLOSED: dict[str, tuple[str, dict[str, str], dict[str, str]]] = {
    "a Catalyst says why in a table of its own": (
        "cisco_ios",
        {
            "links": (
                "Port      Name               Status       Vlan       Duplex  Speed Type\n"
                "Gi1/0/1   Board in R102      err-disabled 60           auto   auto 10/100/1000BaseTX\n"
                "Gi1/0/2                      err-disabled 60           auto   auto 10/100/1000BaseTX\n"
                "Gi1/0/3                      notconnect   60           auto   auto 10/100/1000BaseTX\n"
            ),
            "closed": (
                "Port      Name               Status       Reason               Err-disabled Vlans\n"
                "Gi1/0/1   Board in R102      err-disabled bpduguard\n"
            ),
        },
        {"GigabitEthernet1/0/1": "bpduguard", "GigabitEthernet1/0/2": "err-disabled", "GigabitEthernet1/0/3": ""},
    ),
    "AOS-CX says why in the list of ports": (
        "aruba_aoscx",
        {
            "links": (
                "Port      Native  Mode   Type           Enabled Status  Reason                  Speed   Description\n"
                "          VLAN                                                                  (Mb/s)\n"
                "1/1/1     60      access 1GbT           yes     down    Disabled by loop-protect --      --\n"
                "1/1/2     60      access 1GbT           yes     down    Waiting for link        --      loop of R1\n"
                "1/1/3     60      access 1GbT           no      down    Administratively down   --      --\n"
                "1/1/4     60      access 1GbT           yes     up                              1000    loop\n"
                "1/1/5     --      routed --             yes     down    No XCVR installed       --      --\n"
            )
        },
        {"1/1/1": "Disabled by loop-protect", "1/1/2": "", "1/1/3": "", "1/1/4": "", "1/1/5": ""},
    ),
    "ArubaOS-Switch says why in three places": (
        "hp_procurve",
        {
            "links": (
                "                          | Intrusion                           MDI  Flow Bcast\n"
                "  Port         Type       | Alert     Enabled Status Mode       Mode Ctrl Limit\n"
                "  ------------ ---------- + --------- ------- ------ ---------- ---- ---- -----\n"
                "  1            100/1000T  | Yes       No      Down   1000FDx    MDIX off  0\n"
                "  2            100/1000T  | No        Yes     Down   1000FDx    MDIX off  0\n"
                "  3            100/1000T  | No        Yes     Down   1000FDx    MDIX off  0\n"
                "  4            100/1000T  | Yes       Yes     Up     100HDx     MDIX off  0\n"
                "  5            100/1000T  | No        Yes     Down   1000FDx    MDIX off  0\n"
            ),
            "closed.0": (
                " Status and Counters - Loop Protection Information\n\n"
                "        Loop    Loop     Loop   Time Since  Rx           Port\n"
                " Port   Protect Detected Count  Last Loop   Action       Status\n"
                " ------ ------- -------- ------ ----------- ------------ --------\n"
                " 2      Yes     Yes      1      12s         send-disable Down\n"
                " 5      Yes     No       0                  send-disable Down\n"
            ),
            "closed.1": (
                " Status and Counters - STP BPDU Protection Information\n\n"
                "  Port   Type      Protection State        Errant BPDUs\n"
                "  ------ --------- ---------- ------------ ------------\n"
                "  3      100/1000T Yes        Bpdu Error   3\n"
                "  5      100/1000T Yes                     0\n"
            ),
        },
        {"1": "intrusion", "2": "loop-protect", "3": "bpdu-protection", "4": "", "5": ""},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CLOSED)
def test_a_port_that_the_switch_has_closed_itself(case: str) -> None:
    """With the switch's own word for it, as far as it says one."""
    dialect, replies, why = CLOSED[case]
    ports = tables(dialect, replies).ports
    assert {name: one.closed for name, one in ports.items()} == why
    assert [name for name, one in ports.items() if one.half_duplex] == (["4"] if dialect == "hp_procurve" else [])


@pytest.mark.parametrize("dialect", ["cisco_ios", "hp_procurve"])
def test_a_switch_that_refuses_to_say_why_is_read_all_the_same(dialect: str) -> None:
    """An older release knows no such command."""
    assert "closed" in {question.aspect for question in table_questions(dialect)}
    assert tables(dialect, {"closed": "% Invalid input detected at '^' marker."}).ports == {}
