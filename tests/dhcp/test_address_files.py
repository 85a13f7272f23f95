"""A school's address book in the words of each server: exact text."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from campusctl.model.address_book import AddressBook, Host, HostNet
from campusctl.render.dhcp import KINDS, entry

PRINTER = Host(name="s042-r110-pr01", domain="schule.example", address="10.42.70.11", mac="00:80:77:42:00:01")
NAMELESS = Host(name="s042-r201-pr01", domain="schule.example", address="10.42.70.12")
SWITCH = Host(name="s042-a1-sw01", address="10.42.3.11", mac="00:80:77:42:00:02")
STRAY = Host(name="s042-v1-pc01", domain="schule.example", address="192.0.2.9", mac="00:80:77:42:00:03")

BOOK = AddressBook(
    school="schule-042",
    title="Gymnasium Am Stadtpark",
    nets=(
        HostNet(site=42, vlan=3, name="MGMT", network="10.42.3.0/24", gateway="10.42.3.1", hosts=(SWITCH,)),
        HostNet(
            site=42, vlan=70, name="DRUCKER", network="10.42.70.0/23", gateway="10.42.70.1", domain="schule.example",
            dns=("10.255.0.53", "10.255.1.53"), ntp=("10.255.0.11",), hosts=(PRINTER, NAMELESS),
        ),
    ),
    loose=(STRAY,),
)  # fmt: skip

DNSMASQ = """\
# Made by `campusctl export dnsmasq schule-042`; changes here are lost with the next one.
# Gymnasium Am Stadtpark
# For /etc/dnsmasq.d/. Unknown devices get no address from these ranges.

# VLAN 3 MGMT, 10.42.3.0/24
dhcp-range=set:site42-vlan3,10.42.3.0,static,255.255.255.0,12h
dhcp-option=tag:site42-vlan3,option:router,10.42.3.1
dhcp-host=00:80:77:42:00:02,10.42.3.11,s042-a1-sw01
host-record=s042-a1-sw01,10.42.3.11

# VLAN 70 DRUCKER, 10.42.70.0/23
dhcp-range=set:site42-vlan70,10.42.70.0,static,255.255.254.0,12h
dhcp-option=tag:site42-vlan70,option:router,10.42.70.1
dhcp-option=tag:site42-vlan70,option:dns-server,10.255.0.53,10.255.1.53
dhcp-option=tag:site42-vlan70,option:ntp-server,10.255.0.11
dhcp-option=tag:site42-vlan70,option:domain-name,schule.example
dhcp-host=00:80:77:42:00:01,10.42.70.11,s042-r110-pr01
host-record=s042-r110-pr01.schule.example,s042-r110-pr01,10.42.70.11
host-record=s042-r201-pr01.schule.example,s042-r201-pr01,10.42.70.12

# In no subnet of the inventory: names only
host-record=s042-v1-pc01.schule.example,s042-v1-pc01,192.0.2.9
"""

ISC = """\
# Made by `campusctl export isc schule-042`; changes here are lost with the next one.
# Gymnasium Am Stadtpark
# For `include` in dhcpd.conf. Without a `range` unknown devices get no address.

# VLAN 3 MGMT, 10.42.3.0/24
subnet 10.42.3.0 netmask 255.255.255.0 {
  option routers 10.42.3.1;
  host s042-a1-sw01 {
    hardware ethernet 00:80:77:42:00:02;
    fixed-address 10.42.3.11;
    option host-name "s042-a1-sw01";
  }
}

# VLAN 70 DRUCKER, 10.42.70.0/23
subnet 10.42.70.0 netmask 255.255.254.0 {
  option routers 10.42.70.1;
  option domain-name-servers 10.255.0.53, 10.255.1.53;
  option domain-name "schule.example";
  option ntp-servers 10.255.0.11;
  host s042-r110-pr01 {
    hardware ethernet 00:80:77:42:00:01;
    fixed-address 10.42.70.11;
    option host-name "s042-r110-pr01";
  }
}
"""

HOSTS = """\
# Made by `campusctl export hosts schule-042`; changes here are lost with the next one.
# Gymnasium Am Stadtpark

# VLAN 3 MGMT, 10.42.3.0/24
10.42.3.11 s042-a1-sw01

# VLAN 70 DRUCKER, 10.42.70.0/23
10.42.70.11 s042-r110-pr01.schule.example s042-r110-pr01
10.42.70.12 s042-r201-pr01.schule.example s042-r201-pr01

# In no subnet of the inventory
192.0.2.9 s042-v1-pc01.schule.example s042-v1-pc01
"""

BIND = """\
; Made by `campusctl export bind schule-042`; changes here are lost with the next one.
; Gymnasium Am Stadtpark
; For `$INCLUDE` in a zone of your own, which has the SOA and NS records.

; VLAN 3 MGMT, 10.42.3.0/24

; VLAN 70 DRUCKER, 10.42.70.0/23
s042-r110-pr01.schule.example. IN A 10.42.70.11
s042-r201-pr01.schule.example. IN A 10.42.70.12

; In no subnet of the inventory
s042-v1-pc01.schule.example. IN A 192.0.2.9
"""

BIND_REVERSE = """\
; Made by `campusctl export bind-reverse schule-042`; changes here are lost with the next one.
; Gymnasium Am Stadtpark
; For `$INCLUDE` in a zone of your own, which has the SOA and NS records.

; VLAN 3 MGMT, 10.42.3.0/24

; VLAN 70 DRUCKER, 10.42.70.0/23
11.70.42.10.in-addr.arpa. IN PTR s042-r110-pr01.schule.example.
12.70.42.10.in-addr.arpa. IN PTR s042-r201-pr01.schule.example.

; In no subnet of the inventory
9.2.0.192.in-addr.arpa. IN PTR s042-v1-pc01.schule.example.
"""

TEXTS = {"dnsmasq": DNSMASQ, "isc": ISC, "hosts": HOSTS, "bind": BIND, "bind-reverse": BIND_REVERSE}


@pytest.mark.parametrize("kind", TEXTS)
def test_a_book_becomes_exactly_this_text(kind: str) -> None:
    """Subnet by subnet, ascending; a device without a MAC has a name and no reservation."""
    assert KINDS[kind].book(BOOK) == TEXTS[kind]


def test_kea_gets_its_reservations_within_their_subnets() -> None:
    """Ids are the site's number and the VLAN's, so that a subnet keeps its own from export to export."""
    assert json.loads(KINDS["kea"].book(BOOK)) == {
        "Dhcp4": {
            "user-context": {
                "comment": "Made by `campusctl export kea schule-042`; changes here are lost with the next one.",
                "school": "Gymnasium Am Stadtpark",
            },
            "valid-lifetime": 43200,
            "subnet4": [
                {
                    "id": 420003,
                    "subnet": "10.42.3.0/24",
                    "user-context": {"vlan": 3, "name": "MGMT"},
                    "option-data": [{"name": "routers", "data": "10.42.3.1"}],
                    "reservations": [
                        {"hw-address": "00:80:77:42:00:02", "ip-address": "10.42.3.11", "hostname": "s042-a1-sw01"}
                    ],
                },
                {
                    "id": 420070,
                    "subnet": "10.42.70.0/23",
                    "user-context": {"vlan": 70, "name": "DRUCKER"},
                    "option-data": [
                        {"name": "routers", "data": "10.42.70.1"},
                        {"name": "domain-name-servers", "data": "10.255.0.53, 10.255.1.53"},
                        {"name": "domain-name", "data": "schule.example"},
                        {"name": "ntp-servers", "data": "10.255.0.11"},
                    ],
                    "reservations": [
                        {"hw-address": "00:80:77:42:00:01", "ip-address": "10.42.70.11", "hostname": "s042-r110-pr01"}
                    ],
                },
            ],
        }
    }


@pytest.mark.parametrize(
    ("kind", "host", "text"),
    [
        (
            "dnsmasq",
            PRINTER,
            "\n".join(DNSMASQ.splitlines()[16:18]),
        ),
        ("dnsmasq", NAMELESS, "host-record=s042-r201-pr01.schule.example,s042-r201-pr01,10.42.70.12"),
        ("isc", NAMELESS, ""),
        ("kea", NAMELESS, ""),
        (
            "kea",
            SWITCH,
            '{\n  "hw-address": "00:80:77:42:00:02",\n  "ip-address": "10.42.3.11",\n  "hostname": "s042-a1-sw01"\n}',
        ),
        ("hosts", SWITCH, "10.42.3.11 s042-a1-sw01"),
        ("bind", SWITCH, ""),
        ("bind-reverse", PRINTER, "11.70.42.10.in-addr.arpa. IN PTR s042-r110-pr01.schule.example."),
    ],
)
def test_one_device_as_it_stands_in_the_file(kind: str, host: Host, text: str) -> None:
    """What somebody who adds one device is shown."""
    assert entry(kind, host) == text


@given(st.text(max_size=12), st.sampled_from(["name", "domain", "address", "mac"]))
def test_no_text_breaks_out_of_its_place(text: str, field: str) -> None:
    """A value is refused, or it stands in one line of its own as the word that it is."""
    try:
        host = Host.model_validate({**PRINTER.model_dump(), field: text})
    except ValidationError:
        return
    for kind in KINDS:
        clean = entry(kind, PRINTER).splitlines()
        lines = entry(kind, host).splitlines()
        assert len(lines) == len(clean) or not host.domain or not host.mac
        assert not set("".join(lines)) - set("".join(clean)) - set("abcdefghijklmnopqrstuvwxyz0123456789.-:")


@pytest.mark.parametrize("kind", KINDS)
def test_a_schools_title_stays_in_its_comment(kind: str) -> None:
    """Also one that the inventory would not let pass."""
    evil = BOOK.model_copy(update={"title": 'Schule\nhost-record=www.example,192.0.2.1 "};\u2028x'})
    text = KINDS[kind].book(evil)
    assert len(text.splitlines()) == len(KINDS[kind].book(BOOK).splitlines())
