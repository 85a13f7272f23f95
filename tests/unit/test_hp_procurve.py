"""ArubaOS-Switch and ProCurve: exact commands for exact texts, and what holds for any text."""

import random
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campusctl.drivers.switch.dialects.hp_procurve import DIALECT, RULES
from campusctl.engine.diff import compare
from campusctl.model.command import CommandKind
from campusctl.model.secret import Secret, SecretKind
from campusctl.model.setting import State

CASES = Path(__file__).parents[1] / "cases" / "hp_procurve"
NAMES = sorted(path.name for path in CASES.iterdir())

NEVER_SENT = re.compile(
    r"(?:no interface [^ ]+|no vlan 1|no (?:module|vsf|stacking|stack member)\b.*|no password manager.*|no password|"
    r"no password all|no ip ssh|no ip default-gateway.*|(?:erase|reload|boot|format|copy|end)\b.*|no snmp-server|"
    r"no include-credentials|no ip authorized-managers|no hostname.*|no aaa|no trunk|no untagged|no tagged)",
)


def text_of(case: str, name: str) -> str:
    """One file of a case."""
    return (CASES / case / name).read_text()


def report(running: str, intended: str) -> str:
    """What a person would see: commands, and what is not done."""
    before, after = DIALECT.parse(running), DIALECT.parse(intended, origin="intended")
    found, way = compare(before, after), DIALECT.translate(before, after)
    lines = [command.text for command in way.commands]
    lines += [f"# refused: {refused.command}: {refused.reason}" for refused in way.refused]
    lines += [f"# unmanaged: {' / '.join(path[1:])}" for path in found.unmanaged]
    lines += [f"# unchecked: {' / '.join(path)}" for path in found.unchecked]
    return "".join(f"{line}\n" for line in lines)


@pytest.mark.parametrize("case", NAMES)
def test_case(case: str) -> None:
    """Running and intended text give exactly these commands."""
    assert report(text_of(case, "running.cfg"), text_of(case, "intended.cfg")) == text_of(case, "commands.txt")


@pytest.mark.parametrize("case", NAMES)
@pytest.mark.parametrize("name", ["running.cfg", "intended.cfg"])
def test_a_text_equals_itself(case: str, name: str) -> None:
    """Nothing is to be done from a text to itself, whatever its line ends and indent."""
    text = text_of(case, name)
    assert report(text, text) == ""
    assert report(text, text.replace("\n", "\r\n")) == ""
    if "banner" not in text:
        assert report(text, "".join(f"  {line}\n" for line in text.split("\n"))) == ""


@pytest.mark.parametrize("case", NAMES)
def test_the_way_back_is_safe_too(case: str) -> None:
    """No line of the way back is a dangerous one."""
    state, other = DIALECT.parse(text_of(case, "intended.cfg")), DIALECT.parse(text_of(case, "running.cfg"))
    assert [c.text for c in DIALECT.translate(state, other).commands if NEVER_SENT.fullmatch(c.text)] == []


def parse(text: str) -> dict[tuple[str, ...], object]:
    """The settings of a text."""
    return dict(DIALECT.parse(text).settings)


def test_port_that_vlan_1_gave_away_is_untagged_in_none() -> None:
    """That is not the same as untagged in VLAN 1, and not the same as untagged elsewhere."""
    assert parse("vlan 1\n   no untagged 1-2\n   exit\nvlan 7\n   untagged 2\n   tagged 1\n   exit\n") == {
        ("port", "1", "untagged"): "none",
        ("port", "1", "tagged", "7"): True,
        ("port", "2", "untagged"): "7",
        ("vlan", "7"): True,
    }


def test_order_of_vlans_does_not_matter() -> None:
    """VLAN 1 may stand behind the VLAN that took the port."""
    taken = "vlan 7\n   untagged 2\n   exit\n"
    assert parse(taken + "vlan 1\n   untagged 1-4\n   exit\n") == parse("vlan 1\n   no untagged 2\n   exit\n" + taken)


def test_members_of_a_trunk_group_have_no_vlans() -> None:
    """The group has them, wherever the `trunk` line stands."""
    assert parse("vlan 7\n   tagged 1-2,trk1\n   exit\ntrunk 1-2 trk1 lacp\nspanning-tree Trk1 priority 4\n") == {
        ("vlan", "7"): True,
        ("port", "Trk1", "tagged", "7"): True,
        ("port", "1", "lag"): "Trk1",
        ("port", "2", "lag"): "Trk1",
        ("port", "Trk1", "lag_mode"): "lacp",
    }


@pytest.mark.parametrize(
    ("written", "ports"),
    [
        ("1-3,7", ["1", "2", "3", "7"]),
        ("A1-A3", ["A1", "A2", "A3"]),
        ("a1-3", ["A1", "A2", "A3"]),
        ("1/47-1/48,1/A1", ["1/47", "1/48", "1/A1"]),
        ("2/1-2", ["2/1", "2/2"]),
        ("trk1-trk2", ["Trk1", "Trk2"]),
    ],
)
def test_port_lists(written: str, ports: list[str]) -> None:
    """Every spelling of a list names the same ports."""
    found = DIALECT.parse(f"vlan 7\n   tagged {written}\n   exit\n")
    assert list(found.names("port")) == ports


def test_meshed_ports_are_one() -> None:
    """Old chassis have their meshed ports in a VLAN as one."""
    state = DIALECT.parse("vlan 7\n   tagged A1,mesh\n   exit\n")
    assert list(state.names("port")) == ["A1", "Mesh"]
    assert "tagged A1,Mesh" in [command.text for command in DIALECT.translate(State(), state).commands]


@pytest.mark.parametrize("written", ["A1-B4", "1-99999999", "4-1", "1/1-2/4", "x", "1,,2", "1-", "-", ",", "²-³"])
def test_what_is_no_port_list_is_kept_as_it_is(written: str) -> None:
    """It is an unknown line, and takes no time or memory."""
    assert parse(f"vlan 7\n   tagged {written}\n   exit\n") == {
        ("vlan", "7"): True,
        ("free", "vlan 7", f"tagged {written}"): True,
    }


def test_wrapped_lists_are_joined() -> None:
    """A list goes on behind a comma, before a comma, or where the screen ended."""
    whole = "vlan 7\n   tagged 1-2,4,6-8\n   exit\n"
    assert parse("vlan 7\n   tagged 1-2,4,\n   6-8\n   exit\n") == parse(whole)
    assert parse("vlan 7\n   tagged 1-2,4\n   ,6-8\n   exit\n") == parse(whole)
    listed = ",".join(map(str, range(1, 40, 2)))
    line = f"   tagged {listed}"
    long = f"{line},{','.join(f'{n}' for n in range(41, 60, 2))}"
    assert parse(f"vlan 7\n{long[:80]}\n{long[80:]}\n   exit\n") == parse(f"vlan 7\n{long}\n   exit\n")


@pytest.mark.parametrize(
    "text",
    [
        'banner motd "a\nb\n"\n',
        'banner motd "a\\nb"\n',
        "banner motd #\na\nb\n#\n",
        "banner motd #a\nb#\n",
    ],
)
def test_banner_is_one_text(text: str) -> None:
    """Whatever the delimiter, on one line or on many; what follows is read again."""
    assert parse(text + 'hostname "x"\n') == {("banner", "motd"): "a\nb", ("hostname",): "x"}


def test_banner_that_looks_like_configuration_is_none() -> None:
    """Lines of a banner set nothing."""
    assert parse('banner motd "vlan 99\nhostname x\nexit"\n') == {("banner", "motd"): "vlan 99\nhostname x\nexit"}


def test_blocks_end_in_every_firmware() -> None:
    """`exit` indented, at column 0, for lines that are not indented, or not at all."""
    whole = parse("interface 5\n   name x\n   disable\n   exit\nhostname y\n")
    for text in (
        "interface 5\n   name x\n   disable\nexit\nhostname y\n",
        "interface 5\nname x\ndisable\nexit\nhostname y\n",
        "interface 5\n   name x\ndisable\n   exit\nhostname y\n",
        "interface 5\nname x\ndisable\nhostname y\n",
        "interface 5\n   name x\n   disable\nhostname y\n",
        "interface 5 name x\ninterface 5 disable\nhostname y\n",
        "\x1b[24;1H\x1b[2Kinterface 5\n\tname x\n\tdisable\n\texit\n-- MORE --, next page: Space\nhostname y\n",
        (
            "y# show running-config\n\nRunning configuration:\n\n; J9773A Configuration Editor\n\ninterface 5   \n"
            "   name x   \n   disable   \n   exit   \nhostname y   \n\ny# "
        ),
    ):
        assert parse(text) == whole, text


def test_what_the_device_says_of_itself_is_left_out() -> None:
    """Modules, members, engine id, certificates and headers are no settings."""
    assert (
        parse(
            "; Ver #06:04.9c\nmodule 1 type j9773a\nflexible-module A type JL083A\n"
            'stacking\n   member 1 type "JL322A" mac-address 9020c2-fb8080\n   exit\n'
            "vsf\n   enable domain 1\n   member 1\n      link 1 1/51-1/52\n      exit\n   exit\n"
            'snmpv3 engineid "00:00"\n-----BEGIN CERTIFICATE-----\nvlan 9\n-----END CERTIFICATE-----\n'
        )
        == {}
    )


def test_secrets_are_never_in_a_path_or_command() -> None:
    """Neither in known lines nor in unknown ones; commands carry references."""
    text = (
        'snmp-server community "geheim1" unrestricted\nsnmp-server host 10.0.0.1 community "geheim2"\n'
        'radius-server host 10.0.0.2 key "geheim3"\npassword manager user-name "a" plaintext "geheim4"\n'
        'snmpv3 user "m" auth sha "geheim5" priv aes "geheim6"\n'
        'sntp authentication key-id 5 authentication-mode md5 key-value "geheim7" trusted\n'
        'snmpv3 community index "1" name "geheim8" sec-name "x"\n'
        'aaa port-access mac-based password "geheim9"\n'
        'encrypted-password operator user-name "o" "geheim10"\n'
        'snmpv3 restricted user "n" auth md5 "geheim11" priv "geheim12"\n'
        "snmp-server host 10.0.0.9 geheim13\n"
    )
    state = DIALECT.parse(text)
    way = DIALECT.translate(State(), state)
    assert "geheim" not in repr(state.settings)
    assert "geheim" not in repr(way)
    revealed = " ".join(command.text for command in way.commands)
    found = [value for value in (*state.settings.values(), *state.secrets.values()) if isinstance(value, Secret)]
    for secret in found:
        revealed = revealed.replace(str(secret), secret.reveal())
    assert [number for number in range(1, 14) if f"geheim{number}" not in revealed] == []


def test_digest_is_the_same_in_every_process() -> None:
    """Masks stand in paths, and are new in every process; the digest does not change with them."""
    text = 'snmp-server community "b" operator\nsnmp-server community "a"\naaa x password "c"\n'
    script = (
        f"from campusctl.drivers.switch.dialects.hp_procurve import DIALECT as d; print(d.parse({text!r}).digest(b'k'))"
    )
    run = [subprocess.check_output([sys.executable, "-c", script]) for _ in range(2)]
    assert run == [f"{DIALECT.parse(text).digest(b'k')}\n".encode()] * 2


@pytest.mark.parametrize("text", ["reload\n   now\n   exit\n", "copy\n x\n", "no interface 5\n   x\n   exit\n"])
def test_dangerous_line_is_not_entered_as_a_block(text: str) -> None:
    """Lines below a dangerous one do not make it harmless."""
    way = DIALECT.translate(State(), DIALECT.parse(text))
    assert (way.commands, len(way.refused)) == ((), 1)


def test_empty_block_is_left_again() -> None:
    """A block without lines does not swallow what is sent behind it."""
    way = DIALECT.translate(State(), DIALECT.parse("router rip\n   exit\nip source-route\n"))
    assert [command.text for command in way.commands] == ["router rip", "exit", "ip source-route"]


def test_password_without_its_hash_cannot_be_checked() -> None:
    """Without `include-credentials` a switch says only that there is a password."""
    before = DIALECT.parse("password manager\n")
    after = DIALECT.parse('password manager plaintext "x"\n')
    found = compare(before, after)
    assert (found.edits, found.unchecked) == ((), (("user", "manager", "secret"),))


def test_kinds_of_hashes() -> None:
    """SHA-1 can be compared with the vault, SHA-256 is salted by the device."""
    state = DIALECT.parse('password manager sha1 "aa"\npassword operator user-name "o" sha256 "bb"\n')
    kinds = [value.kind for value in state.settings.values() if isinstance(value, Secret)]
    assert kinds == [SecretKind.SHA1, SecretKind.SHA256]


def test_questions_are_answered() -> None:
    """A line the switch asks back for carries the answer, other lines carry none."""
    before = DIALECT.parse('vlan 30\n   exit\npassword operator sha1 "aa"\nhostname "a"\n')
    way = DIALECT.translate(before, DIALECT.parse('include-credentials\nhostname "b"\n'))
    assert [(command.text, command.answer) for command in way.commands] == [
        ("include-credentials", "y"),
        ("no password operator", "y"),
        ("no vlan 30", "y"),
        ('hostname "b"', None),
    ]
    assert way.commands[-1].kind is CommandKind.HOSTNAME


def test_long_port_lists_are_cut() -> None:
    """No command is longer than a console line takes."""
    ports = ",".join(f"{member}/{port}" for member in range(1, 5) for port in range(1, 49, 2))
    way = DIALECT.translate(State(), DIALECT.parse(f"vlan 7\n   tagged {ports}\n   exit\n"))
    assert max(len(command.text) for command in way.commands) < 200
    again = DIALECT.parse("vlan 7\n" + "".join(f"   {c.text}\n" for c in way.commands if c.text.startswith("tagged")))
    assert again.settings == DIALECT.parse(f"vlan 7\n   tagged {ports}\n   exit\n").settings


@pytest.mark.parametrize(
    "reply",
    [
        "Invalid input: foo",
        "Ambiguous input: s",
        "Incomplete input: vlan",
        "Module not present for port or invalid port: 99",
        "VLAN 99 not found.",
        "The IP address (or subnet) 10.0.0.1/24 already exists.",
        "Error setting value for mib",
        "Unable to apply change",
        "The VLAN name Lehrer is already used.",
        "Port 5 is already a member of a trunk.",
        "VLAN 30 is in use and can not be removed.",
        "The default VLAN can not be removed.",
    ],
)
def test_refusals_are_recognised(reply: str) -> None:
    """The reply to a rejected line matches, in the midst of other text."""
    assert RULES.error.search(f"sw(config)# x\n{reply}\nsw(config)# ")


@pytest.mark.parametrize(
    "line",
    [
        'vlan 30\n   name "Error 404 not found"',
        "interface A1",
        "sw# ",
        'sw(vlan-30)# name "X not found"',
        "   untagged 1",
    ],
)
def test_harmless_text_is_no_refusal(line: str) -> None:
    """An echoed line is not taken for an error."""
    assert not RULES.error.search(line)


def test_saving_is_declined_when_the_switch_is_reloaded() -> None:
    """A revert by reboot must not save what it shall revert."""
    replies = [
        next(answer for pattern, answer in RULES.answers if pattern.search(question))
        for question in (
            "Do you want to save current configuration [y/n/^C]? ",
            "System will be rebooted. Do you want to continue [y/n]? ",
        )
    ]
    assert replies == ["n", "y"]


VOCABULARY = """
    no vlan interface untagged tagged trunk trk1 lacp 1-24 A1-A4 1/1-1/9 name exit ip address 10.0.0.1 255.255.255.0
    route access-list extended "A" 10 permit any snmp-server community "x" host contact location user password manager
    sha1 plaintext user-name aaa authentication ssh login radius radius-server key spanning-tree priority 4 banner motd
    " # ; manage: global hostname "y ntp sntp server logging stacking member 1 99999999 0 -1 , - lldp admin-status
    loop-protect dhcp-snooping trust disable layer3 snmpv3 auth priv timesync -----BEGIN -----END management-vlan
    console idle-timeout \N{SUPERSCRIPT TWO} \x1b[2K <<secret:a>> default-gateway authorized-managers ; manage
"""
WORDS = st.sampled_from(VOCABULARY.split())
LINES = st.builds(
    lambda indent, words, tail: " " * indent + " ".join(words) + tail,
    st.sampled_from([0, 0, 0, 1, 3, 6]),
    st.lists(WORDS, min_size=0, max_size=7),
    st.sampled_from(["", " ", "\r", "\t", ",", '"']),
)
TEXTS = st.lists(st.one_of(LINES, st.text(max_size=30)), max_size=30).map("\n".join)


@settings(max_examples=100, deadline=None)
@given(TEXTS, TEXTS)
def test_any_text_is_read(one: str, other: str) -> None:
    """Never an exception, a text equals itself, no dangerous command, and no line that breaks out of its line."""
    before, after = DIALECT.parse(one), DIALECT.parse(other)
    same = DIALECT.parse(one)
    assert compare(before, same) == ((), (), ())
    assert DIALECT.translate(before, same).commands == ()
    for command in DIALECT.translate(before, after).commands:
        assert command.text == "exit" or not NEVER_SENT.fullmatch(command.text)
        assert "\n" not in command.text or command.kind is CommandKind.BANNER


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(NAMES), st.integers(0, 400), st.randoms(use_true_random=False))
def test_cut_and_shuffled_texts(case: str, cut: int, rng: random.Random) -> None:
    """Sections in another order are the same; a text cut anywhere is read."""
    text = text_of(case, "intended.cfg")
    sections = list(DIALECT.sections(text))
    rng.shuffle(sections)
    shuffled = "".join("\n".join(section) + "\n" for section in sections)
    assert DIALECT.parse(shuffled).settings == DIALECT.parse(text).settings
    assert report(text[:cut], text[:cut]) == ""


@pytest.mark.parametrize(
    "text",
    [
        '"' * 100_000,
        "vlan 1\n" * 20_000,
        'banner motd "\n' * 5_000,
        "vlan 10\n   tagged " + "1-999," * 20_000,
        "dhcp-snooping vlan " + "1-4094," * 20_000 + "1",
        "\n".join(" " * number + "x" for number in range(2_000)),
        "vlan 7\n   tagged 1\n" + "2,\n" * 10_000,
        "interface 1\n" + " x\n" * 20_000,
    ],
    ids=["quotes", "vlans", "banners", "ports", "ranges", "depth", "wrapped", "lines"],
)
def test_absurd_texts_take_no_time(text: str) -> None:
    """Bounded work for texts no switch ever printed; a text still equals itself."""
    started = time.process_time()
    state = DIALECT.parse(text)
    assert compare(state, state) == ((), (), ())
    assert time.process_time() - started < 2
