"""Secrets: compared where their form allows, never shown."""

import pytest
from netutils.password import encrypt_cisco_type5, encrypt_cisco_type7, encrypt_cisco_type9

from campusctl.model.secret import MASK, Match, Secret, SecretKind, redact


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (SecretKind.PLAIN, "geheim-1"),
        (SecretKind.CISCO5, encrypt_cisco_type5("geheim-1", "abcd")),
        (SecretKind.CISCO7, encrypt_cisco_type7("geheim-1", 7)),
        (SecretKind.CISCO9, encrypt_cisco_type9("geheim-1", "abcdefghijklmn")),
        (SecretKind.SHA1, "3ec3a4d22cc5f4b1e1d3b25b5df4b5e1e6d3aaaa"),
    ],
)
def test_plaintext_is_compared_with_each_stored_form(kind: SecretKind, text: str) -> None:
    """The vault's plaintext tells a right stored form from a wrong one, from both sides."""
    stored = Secret(text, kind)
    expected = Match.DIFFERENT if kind is SecretKind.SHA1 else Match.SAME
    assert Secret("geheim-1").match(stored) is expected
    assert stored.match(Secret("geheim-1")) is expected
    assert Secret("other").match(stored) is Match.DIFFERENT


def test_two_salted_hashes_cannot_be_told_apart() -> None:
    """A hash that was salted anew is no drift: nobody can know."""
    left = Secret("$1$aaaa$tbZ1UyHYoVdYf5OVIJGT61", SecretKind.CISCO5)
    right = Secret("$1$bbbb$Dz6DQtcYfWM.e5iL0BQcG0", SecretKind.CISCO5)
    assert left.match(right) is Match.UNKNOWN
    assert left.match(left) is Match.SAME


def test_device_ciphertext_cannot_be_compared_with_plaintext() -> None:
    """AOS-CX export ciphertext says nothing about the plaintext."""
    assert Secret("geheim").match(Secret("AQBapXYZ", SecretKind.OPAQUE)) is Match.UNKNOWN


def test_unresolved_reference_matches_only_itself() -> None:
    """Without a vault only the same reference is known to be the same."""
    one = Secret("", SecretKind.UNKNOWN, "snmp/ro")
    assert one.match(Secret("", SecretKind.UNKNOWN, "snmp/ro")) is Match.SAME
    assert one.match(Secret("", SecretKind.UNKNOWN, "snmp/rw")) is Match.UNKNOWN
    assert one.match(Secret("public")) is Match.UNKNOWN


def test_broken_hash_is_unknown_not_an_error() -> None:
    """A stored form that is no hash at all is not comparable."""
    for kind in (SecretKind.CISCO5, SecretKind.CISCO7, SecretKind.CISCO9):
        assert Secret("x").match(Secret("?!", kind)) is Match.UNKNOWN


def test_text_of_a_secret_is_its_reference_and_its_repr_a_mask() -> None:
    """Neither formatting nor a traceback can show the value."""
    secret = Secret("kanarienvogel", ref="snmp/ro")
    assert f"{secret}" == "<<secret:snmp/ro>>"
    assert repr(secret) == MASK
    assert "kanarienvogel" not in secret.mask


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("snmp-server community public RO", "snmp-server community ******** RO"),
        ("tacacs-server key 7 0822455D0A16", "tacacs-server key 7 ********"),
        ('password manager user-name "admin" sha1 "abc def"', 'password manager user-name "admin" sha1 ********'),
        (
            "user admin group administrators password ciphertext AQBap",
            "user admin group administrators password ciphertext ********",
        ),
        ("enable secret 9 $9$abc$def", "enable secret 9 ********"),
        ("snmp-server host 10.1.1.1 version 2c geheim", "snmp-server host 10.1.1.1 version 2c ********"),
        (
            "snmp-server host 10.1.1.1 vrf M informs geheim udp-port 9",
            "snmp-server host 10.1.1.1 vrf M informs ******** udp-port 9",
        ),
        ('snmp-server host 10.1.1.1 community "geheim"', "snmp-server host 10.1.1.1 community ********"),
        ("snmp-server host 10.1.1.1 <<secret:snmp/ro>>", "snmp-server host 10.1.1.1 <<secret:snmp/ro>>"),
        ("snmp-server host 10.1.1.1", "snmp-server host 10.1.1.1"),
        ("snmp-server community <<secret:snmp/ro>> RO", "snmp-server community <<secret:snmp/ro>> RO"),
        ("interface GigabitEthernet1/0/1", "interface GigabitEthernet1/0/1"),
    ],
)
def test_unparsed_lines_are_redacted(line: str, shown: str) -> None:
    """What announces a secret is followed by a mask."""
    assert redact(line) == shown


def test_what_stands_before_a_trap_receiver_is_masked_too() -> None:
    """Damage may join lines."""
    line = "group admins snmp-server community geheim1 snmp-server host 10.1.1.1 trap version v2c community geheim2"
    assert "geheim" not in redact(line)
