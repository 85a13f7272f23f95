"""Running configurations of every dialect, damaged: read, compared, translated; no exception, no hang, no leak."""

from pathlib import Path

import pytest
from damage import CANARY, bounded, damaged_text
from hypothesis import given, settings
from hypothesis import strategies as st

from campusctl.drivers.switch import dialects, observing
from campusctl.drivers.switch.compare import Difference, compare_states, compare_texts, shown_line, view
from campusctl.drivers.switch.masking import masked
from campusctl.drivers.switch.session import SessionError

CASES = Path(__file__).parents[1] / "cases"
FUZZ = settings.get_profile("fuzz")


def _texts(dialect: str) -> tuple[str, ...]:
    """Every configuration in the cases of a dialect; short first, so that a find is short as well."""
    files = sorted((CASES / dialect).rglob("*"), key=lambda file: (file.stat().st_size, file))
    texts = [
        file.read_text(encoding="utf-8") for file in files if file.is_file() and file.suffix in (".cfg", ".txt", "")
    ]
    return tuple(text for text in texts if text.strip())


TEXTS = {name: _texts(name) for name in dialects.names()}
SECRETS = {
    "cisco_ios": f"""\
hostname x
username anna privilege 15 secret 0 {CANARY}
enable secret 0 {CANARY}
snmp-server community {CANARY} RO
snmp-server host 10.1.1.1 version 2c {CANARY}
snmp-server host 10.1.1.3 informs {CANARY}
snmp-server user u g v3 auth sha {CANARY} priv aes 128 {CANARY}
tacacs-server key 7 {CANARY}
radius-server host 10.1.1.2 key {CANARY}
radius server R
 address ipv4 10.1.1.2 auth-port 1812
 key 7 {CANARY}
line vty 0 4
 password {CANARY}
 login local
ntp authentication-key 1 md5 {CANARY}
key chain K
 key 1
  key-string {CANARY}
""",
    "aruba_aoscx": f"""\
hostname x
user anna group administrators password plaintext {CANARY}
snmp-server community {CANARY}
snmp-server host 10.1.1.1 trap version v2c community {CANARY}
ntp authentication-key 1 md5 {CANARY}
radius-server host 10.1.1.2 key plaintext {CANARY}
tacacs-server key plaintext {CANARY}
snmpv3 user u auth sha auth-pass plaintext {CANARY} priv aes priv-pass plaintext {CANARY}
""",
    "hp_procurve": f"""\
hostname "x"
password manager user-name "anna" plaintext "{CANARY}"
snmp-server community "{CANARY}" operator
snmp-server host 10.1.1.1 community "{CANARY}"
radius-server host 10.1.1.2 key "{CANARY}"
tacacs-server key "{CANARY}"
snmpv3 user "u" auth sha "{CANARY}" priv aes "{CANARY}"
sntp authentication key-id 1 authentication-mode md5 key-value "{CANARY}"
""",
}
"""Lines that end in a secret, in the forms the dialect has."""


def _shown(found: Difference) -> str:
    """Everything of a difference that a plan, a report or a person gets."""
    return "\n".join(
        [view(edit).model_dump_json() for edit in (*found.edits, *found.refused_edits)]
        + [command.model_dump_json() for command in (*found.commands, *found.refused)]
        + [shown_line(path) for path in found.unmanaged]
        + [" / ".join(path) for path in found.unchecked]
        + list(found.secrets)
    )


@pytest.mark.parametrize("name", dialects.names())
@settings(FUZZ)
@given(data=st.data())
def test_any_configuration_can_be_read_and_compared(name: str, data: st.DataObject) -> None:
    """Both ways: as what runs and as what is intended."""
    dialect = dialects.get(name)
    whole = data.draw(st.sampled_from(TEXTS[name]))
    broken = data.draw(damaged_text(TEXTS[name]))
    with bounded():
        state = dialect.parse(broken)
        assert dialect.parse(broken).settings == state.settings
        for running, intended in ((broken, whole), (whole, broken)):
            found = compare_texts(dialect, running, intended)
            assert all(command.text.splitlines() for command in found.commands)
            _shown(found)


@pytest.mark.parametrize("name", dialects.names())
@settings(FUZZ)
@given(text=st.text(max_size=400))
def test_any_text_can_be_read(name: str, text: str) -> None:
    """Also one that is no configuration of anything."""
    dialect = dialects.get(name)
    with bounded():
        assert dialect.parse(text).settings == dialect.parse(text).settings
        compare_texts(dialect, text, "hostname x\n")


def _published(name: str, running: str, intended: str) -> str:
    """What a driver lets out of two texts, or the words with which it refuses."""
    dialect, vault = dialects.get(name), {"x": "Anders99"}
    before, after = dialect.parse(running, vault), dialect.parse(intended, vault, "intended")
    try:
        observing._refuse_literal_secrets(after)
        found = compare_states(dialect, before, after, management=None, revert_armed=False)
        observing._refuse_clear_removals(found)
    except SessionError as wrong:
        return f"{wrong.what} {wrong.hint}"
    return _shown(found)


@pytest.mark.parametrize("name", dialects.names())
@settings(FUZZ)
@given(data=st.data())
def test_no_secret_of_a_damaged_configuration_is_shown(name: str, data: st.DataObject) -> None:
    """Whatever line of the switch it stands in, and whether that line goes or stays."""
    meant = SECRETS[name].replace(CANARY, "<<secret:x>>")
    running = data.draw(damaged_text([SECRETS[name]], whole_lines=True))
    intended = data.draw(st.sampled_from([meant, "hostname x\n"]) | damaged_text([meant], whole_lines=True))
    with bounded():
        shown = _published(name, running, intended)
    assert CANARY not in shown, next(line for line in shown.split("\n") if CANARY in line)


@pytest.mark.parametrize("name", dialects.names())
@settings(FUZZ)
@given(data=st.data())
def test_no_secret_of_a_damaged_configuration_is_kept(name: str, data: st.DataObject) -> None:
    """What goes into the backups has none, whatever became of the lines around it."""
    running = data.draw(damaged_text([SECRETS[name]], whole_lines=True))
    with bounded():
        kept = masked(dialects.get(name), running, b"k" * 32)
    assert CANARY not in kept, next(line for line in kept.split("\n") if CANARY in line)


@pytest.mark.parametrize("name", dialects.names())
@settings(FUZZ)
@given(data=st.data())
def test_any_configuration_can_be_kept(name: str, data: st.DataObject) -> None:
    """With whatever is in it."""
    with bounded():
        masked(dialects.get(name), data.draw(damaged_text(TEXTS[name]) | st.text(max_size=300)), b"k" * 32)
