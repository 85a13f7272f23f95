"""Masking: no secret stays, what stays means the same, and what was masked comes back."""

import re
import string
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from campusctl.drivers.switch import dialects
from campusctl.drivers.switch.masking import masked, masked_state, restorable_secrets, secrets_in, token, unmask
from campusctl.model.secret import TOKEN

KEY = b"k" * 32
CASES = Path(__file__).parents[1] / "cases"
TEXTS = [
    (dialect, path)
    for dialect in dialects.names()
    for path in sorted({*CASES.glob(f"{dialect}/**/*.cfg"), *CASES.glob(f"render/{dialect}*.cfg")})
]


def _back(dialect: str, text: str, secrets: set[str]) -> tuple[str, tuple[str, ...]]:
    return unmask(masked(dialects.get(dialect), text, KEY), secrets, KEY)


def _said(dialect: str, text: str) -> str:
    return dialects.get(dialect).parse(text).digest(KEY)


@pytest.mark.parametrize(("dialect", "path"), TEXTS, ids=lambda value: value if isinstance(value, str) else None)
def test_every_text_is_masked_and_comes_back(dialect: str, path: Path) -> None:
    """Masked twice is masked once; unmasked with its own secrets a text means what it meant."""
    language = dialects.get(dialect)
    # A reference on a device is somebody's text, and no secret of ours comes out of it.
    text = TOKEN.sub("Geheim", path.read_text())
    kept = masked(language, text, KEY)
    assert masked(language, kept, KEY) == kept
    back, unknown = unmask(kept, secrets_in(language, text), KEY)
    assert unknown == ()
    assert _said(dialect, back) == _said(dialect, text)
    long = {secret for secret in restorable_secrets(language.parse(text)) if len(secret) > 8}
    assert [secret for secret in long if secret in kept] == []


SECRET = "K4nar1enV0gel"
LINES = {
    "cisco_ios": [
        f"snmp-server community {SECRET} RO",
        f"snmp-server host 10.0.0.9 version 2c {SECRET}",
        f"snmp-server user campus ADMIN v3 auth sha {SECRET} priv aes 128 {SECRET}x",
        f"enable secret 9 $9${SECRET}$abcdef",
        f"enable password {SECRET} with blanks",
        f"username admin privilege 15 password 0 {SECRET}",
        f"radius server A\n address ipv4 10.0.0.8 auth-port 1812\n key 6 {SECRET}",
        f"tacacs-server host 10.0.0.7 key {SECRET}",
        f"ntp authentication-key 1 md5 {SECRET} 7",
        f"line con 0\n password {SECRET}",
        f"key chain OSPF\n key 1\n  key-string {SECRET}",
        f"wireless profile X\n wpa passphrase {SECRET}",
        f"archive\n path ftp://backup:{SECRET}@10.0.0.6/$h",
        f'crypto isakmp key "{SECRET} zwei" address 0.0.0.0',
        f"banner motd ^C\nPasswort: {SECRET}\n^C",
        f"ip ssh pubkey-chain\n username a\n  key-string\n   {SECRET}AAAAB3Nza\n   {SECRET}\n  exit",
        f"something\n-----BEGIN RSA PRIVATE KEY-----\n{SECRET}\nabc\n-----END RSA PRIVATE KEY-----",
        f"vtp password {SECRET}",
        f"neighbor 10.0.0.1 password 7 {SECRET}",
    ],
    "aruba_aoscx": [
        f"user campus group administrators password ciphertext AQBap{SECRET}\n{SECRET}wrappedForTheSecondTime",
        f"user lesen group operators password plaintext {SECRET}",
        f"radius-server host 10.0.0.8 key ciphertext AQBap{SECRET} vrf default",
        f"tacacs-server key plaintext {SECRET}",
        f"snmp-server community {SECRET}\n    access-level rw",
        f"snmpv3 user a auth sha auth-pass ciphertext {SECRET}A priv aes priv-pass plaintext {SECRET}B",
        f"ntp authentication-key 5 sha1 {SECRET} trusted",
        f"unknown thing with psk {SECRET}",
        f"crypto pki application https-server certificate a\nkeychain x\n    key 1\n        key-string {SECRET}",
    ],
    "hp_procurve": [
        f'snmp-server community "{SECRET}" unrestricted',
        f'snmp-server host 10.0.0.9 community "{SECRET}" trap-level all',
        f'password manager user-name "campus" sha1 "{"0123456789abcdef" * 2}{SECRET}"',
        f'password operator plaintext "{SECRET} \\"quoted\\""',
        f'radius-server host 10.0.0.8 key "{SECRET}"',
        f'radius-server host 10.0.0.8 encrypted-key "{SECRET}+/="',
        f'tacacs-server key "{SECRET}"',
        f'snmpv3 user "a" auth md5 "{SECRET}" priv des "{SECRET}2"',
        f'aaa authentication local-user "x" group "y" password sha1 "{SECRET}"',
        f'encrypted-password manager user-name "a" {SECRET}==',
        f'sntp authentication key-id 1 authentication-mode md5 key-value "{SECRET}"',
        f'oobm\n   ip address dhcp\n   exit\nunbekannt token "{SECRET}"',
    ],
}


@pytest.mark.parametrize(("dialect", "lines"), [(name, lines) for name, some in LINES.items() for lines in some])
def test_a_planted_secret_is_masked_and_comes_back(dialect: str, lines: str) -> None:
    """Plain, hashed, encrypted, quoted, in blocks, in banners, in lines nobody parses."""
    text = f"hostname sw1\n{lines}\nvlan 10\n   name Server\n"
    kept = masked(dialects.get(dialect), text, KEY)
    assert SECRET not in kept
    assert "hostname sw1" in kept
    assert "name Server" in kept
    assert masked(dialects.get(dialect), kept, KEY) == kept
    back, unknown = _back(dialect, text, secrets_in(dialects.get(dialect), text))
    assert unknown == ()
    assert _said(dialect, back) == _said(dialect, text)


@pytest.mark.parametrize("dialect", LINES)
def test_a_state_knows_what_puts_back_what_its_parser_knows(dialect: str) -> None:
    """Only what nobody parses needs more than the state."""
    text = f"hostname sw1\n{LINES[dialect][0]}\n"
    assert _back(dialect, text, restorable_secrets(dialects.get(dialect).parse(text)))[1] == ()


PLAIN = string.ascii_letters + string.digits + "!#%&()*+,-./:;=@[]^_{}|~$?"
AWKWARD = st.sampled_from(
    ["public", "campus", "admin", "password", "a.*b", "$1$x", "(x)", "[a-z]+", "10", "\\d+", "snmp"]
)


@st.composite
def configs(draw: st.DrawFn) -> tuple[str, str, list[str]]:
    """A dialect, a text with secrets in it, and the secrets that must not stay."""
    dialect = draw(st.sampled_from(list(LINES)))
    strings = st.text(PLAIN, min_size=1, max_size=40).map(lambda text: "X9q" + text + "7")
    secrets = draw(st.lists(strings, min_size=1, max_size=4, unique=True))
    # Each line once: no device has the same account twice.
    templates = draw(st.permutations(LINES[dialect]))
    lines = [template.replace(SECRET, secret) for template, secret in zip(templates, secrets, strict=False)]
    rest = templates[len(secrets) : len(secrets) + 2]
    lines += [template.replace(SECRET, draw(AWKWARD)) for template in rest]
    return dialect, "\n".join(["hostname sw1", *draw(st.permutations(lines)), "vlan 10", "   name Server"]), secrets


@given(configs())
def test_no_planted_secret_stays(made: tuple[str, str, list[str]]) -> None:
    """Whatever characters a secret has, and whatever stands around it."""
    dialect, text, secrets = made
    language = dialects.get(dialect)
    kept = masked(language, text, KEY)
    bare = TOKEN.sub("", kept)
    assert [secret for secret in secrets if secret in bare] == []
    assert masked(language, kept, KEY) == kept
    back, unknown = unmask(kept, secrets_in(language, text), KEY)
    assert unknown == ()
    assert _said(dialect, back) == _said(dialect, text)


@example("aruba_aoscx", "\t0")
@example("aruba_aoscx", "banner motd ^")
@example("aruba_aoscx", "\n 0")
@example("hp_procurve", " interface 1\n0#")
@example("cisco_ios", "0#\n\u30000")
@given(st.sampled_from(list(LINES)), st.text(max_size=300))
def test_no_text_makes_it_stumble(dialect: str, text: str) -> None:
    """Not even one that is no configuration; and twice is once."""
    kept = masked(dialects.get(dialect), text, KEY)
    assert masked(dialects.get(dialect), kept, KEY) == kept
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", kept)


def test_a_mask_tells_that_a_secret_changed_and_nothing_without_the_key() -> None:
    """Equal secrets, equal masks, under one key; another key, another mask."""
    first, again, other = token("a", KEY), token("a", KEY), token("b", KEY)
    assert first == again != other
    assert re.fullmatch(r"<<secret:kept/[0-9a-f]{12}>>", first)
    assert token("a", b"q" * 32) != first


def test_a_word_of_the_language_is_masked_only_where_it_is_the_secret() -> None:
    """Masked everywhere, the text around would tell which word it is."""
    text = "hostname public\nsnmp-server community public RO\nip ssh pubkey-chain\nusername admin secret 0 admin\n"
    kept = masked(dialects.get("cisco_ios"), text, KEY)
    assert kept.splitlines() == [
        "hostname public",
        f"snmp-server community {token('public', KEY)} RO",
        "ip ssh pubkey-chain",
        f"username admin secret 0 {token('admin', KEY)}",
    ]


def test_a_secret_of_the_vault_stays_nowhere() -> None:
    """Also in a line that nobody would suspect."""
    language = dialects.get("cisco_ios")
    text = "hostname sw1\ninterface Gi1/0/1\n description call me Zebra-1234 now\n"
    assert "Zebra-1234" in masked(language, text, KEY)
    kept = masked_state(language, text, language.parse(text), KEY, ["Zebra-1234"])
    assert f"call me {token('Zebra-1234', KEY)} now" in kept


def test_the_rest_of_a_broken_ciphertext_goes_with_it() -> None:
    """A terminal breaks long lines, and what is left for the last one may be short."""
    text = f"user campus group administrators password ciphertext AQBap{'x' * 60}\nK4nar1==\nhostname sw1\n"
    kept = masked(dialects.get("aruba_aoscx"), text, KEY)
    assert "K4nar1" not in kept
    assert kept.endswith("\nhostname sw1\n")


def test_a_reference_on_a_device_is_nobodys_secret() -> None:
    """A description that looks like a reference is masked, and never resolved to what the vault has under it."""
    text = "hostname sw1\ninterface Gi1/0/1\n description <<secret:switch/login>>\n"
    kept = masked(dialects.get("cisco_ios"), text, KEY)
    assert "switch/login" not in kept
    _, unknown = unmask(kept, ["vault's plaintext", "<<secret:switch/login>>"], KEY)
    assert len(unknown) == 1


def test_what_nobody_has_is_told() -> None:
    """A mask without its secret stays, and is named once."""
    text = "hostname sw1\nsnmp-server community Zebra-1234 RO\nsnmp-server host 10.0.0.9 Zebra-1234\n"
    kept = masked(dialects.get("cisco_ios"), text, KEY)
    assert unmask(kept, ["something else"], KEY) == (kept, (token("Zebra-1234", KEY),))


IOS = """\
Building configuration...

Current configuration : {n} bytes
!
! Last configuration change at 10:{n}:01 CET Mon Nov 2 2026 by campus
! NVRAM config last updated at 10:{n}:02 CET Mon Nov 2 2026
!
version 15.2
hostname sw1
crypto pki certificate chain TP-self-signed-1
 certificate self-signed 01
  3082{n} 3082
  \tquit
ntp clock-period {n}
end
"""
CX = """\
Current configuration:
!
!Version ArubaOS-CX PL.10.{n}
!export-password: default
hostname sw1
vsf member 1
    type jl{n}
    link 1 1/1/25
crypto pki ta-profile x
    ta-certificate
-----BEGIN CERTIFICATE-----
MII{n}
-----END CERTIFICATE-----
    END_OF_CERTIFICATE
vlan 1
"""
PROCURVE = """\
Running configuration:

; J9772A Configuration Editor; Created on release #YA.16.{n}
; Ver #14:{n}.6f.f8.1d

hostname "sw1"
module 1 type j9772a
stacking
   member {n} type "JL320A"
   exit
vlan 1
   name "X"
   exit
"""
VOLATILE = {
    "cisco_ios": (IOS, "!\nhostname sw1\nend\n"),
    "aruba_aoscx": (CX, "!\nhostname sw1\nvlan 1\n"),
    "hp_procurve": (PROCURVE, 'hostname "sw1"\nvlan 1\n   name "X"\n   exit\n'),
}


@pytest.mark.parametrize("dialect", VOLATILE)
def test_what_changes_by_itself_is_no_part_of_it(dialect: str) -> None:
    """Headers, times, sizes, certificates and hardware; the rest keeps its lines."""
    text, expected = VOLATILE[dialect]
    for number in ("11", "42"):
        assert masked(dialects.get(dialect), text.replace("{n}", number), KEY) == expected


def test_what_ios_hides_is_kept_behind_the_end() -> None:
    """VLANs of a VTP server and SNMPv3 users, without the ports, which come and go."""
    text = (
        "hostname sw1\nend\n\nVLAN Name                             Status    Ports\n"
        "---- -------------------------------- --------- -----------\n"
        "1    default                          active    Gi1/0/1, Gi1/0/2\n"
        "                                                Gi1/0/3\n"
        "30   SCHUELER                         active    \n"
        "User name: campus\nEngine ID: 8000\nAuthentication Protocol: SHA\nGroup-name: ADMIN\n"
    )
    language = dialects.get("cisco_ios")
    kept = masked(language, text, KEY)
    assert kept.splitlines()[2:5] == [
        "VLAN Name                             Status",
        "1    default                          active",
        "30   SCHUELER                         active",
    ]
    assert language.parse(kept).settings == language.parse(text).settings
