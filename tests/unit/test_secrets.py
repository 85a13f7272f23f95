"""Secret sources: the right value, or a clear word that holds no value."""

import os
import stat
import subprocess
import sys
import traceback
from pathlib import Path

import pytest
from ansible.parsing.vault import VaultLib, VaultSecret

from campusctl.errors import MissingSecretError, SecretError
from campusctl.secrets import ChainSource, EnvSource, VaultSource, vault_password, workspace_source

PASSWORD = b"vault-passw0rd"
TREE = """\
switch:
  admin: canary-admin
  enable: canary-enable
snmp:
  ro: canary-ro
  nested: {deeper: canary-deep}
wifi.psk: canary-psk
"""


@pytest.fixture(scope="module")
def sealed() -> bytes:
    """The tree as ansible-vault writes it."""
    return VaultLib([("default", VaultSecret(PASSWORD))]).encrypt(TREE, VaultSecret(PASSWORD))


def vault(tmp_path: Path, text: str | bytes, password: bytes = PASSWORD) -> ChainSource:
    """A source with a vault file; text is encrypted first."""
    path = tmp_path / "vault.yml"
    if isinstance(text, str):
        text = VaultLib([("default", VaultSecret(PASSWORD))]).encrypt(text, VaultSecret(PASSWORD))
    path.write_bytes(text)
    return ChainSource(VaultSource(path, lambda: password))


def refusal(source: ChainSource, ref: str) -> SecretError:
    """Why a reference is not resolved; never with a value in it."""
    with pytest.raises(SecretError) as caught:
        source.resolve((ref,))
    text = "".join(traceback.format_exception(caught.value))
    assert [canary for canary in ("canary", "vault-passw0rd") if canary in text] == []
    return caught.value


def test_a_secret_that_nobody_has_is_another_trouble_than_a_vault_that_stays_shut(
    tmp_path: Path, sealed: bytes
) -> None:
    """Only the first one lets others go on."""
    path = tmp_path / "vault.yml"
    path.write_bytes(sealed)
    assert isinstance(refusal(ChainSource(VaultSource(path, lambda: PASSWORD)), "no/such"), MissingSecretError)
    assert not isinstance(refusal(ChainSource(VaultSource(path, lambda: b"wrong")), "no/such"), MissingSecretError)


def test_a_vault_gives_nested_keys(tmp_path: Path, sealed: bytes) -> None:
    """Joined with a slash; only what is asked for."""
    source = vault(tmp_path, sealed)
    assert source.resolve(("switch/admin", "snmp/nested/deeper", "wifi.psk")) == {
        "switch/admin": "canary-admin",
        "snmp/nested/deeper": "canary-deep",
        "wifi.psk": "canary-psk",
    }
    assert source.stored() == ("switch/admin", "switch/enable", "snmp/ro", "snmp/nested/deeper", "wifi.psk")


def test_a_vault_made_by_the_command_opens(tmp_path: Path) -> None:
    """The file that `ansible-vault encrypt` leaves behind."""
    path, secret = tmp_path / "vault.yml", tmp_path / "password"
    path.write_text(TREE)
    secret.write_bytes(PASSWORD + b"\n")
    command = [Path(sys.executable).parent / "ansible-vault", "encrypt", "--vault-password-file", secret, path]
    subprocess.run(
        command, check=True, capture_output=True, env={"PATH": "", "HOME": str(tmp_path), "LC_ALL": "C.UTF-8"}
    )
    source = ChainSource(VaultSource(path, lambda: vault_password({"CAMPUSCTL_VAULT_PASSWORD_FILE": str(secret)})))
    assert source.resolve(("snmp/ro",)) == {"snmp/ro": "canary-ro"}


def test_a_mistyped_reference_is_answered_with_what_was_meant(tmp_path: Path, sealed: bytes) -> None:
    """And with the way to add one."""
    wrong = refusal(vault(tmp_path, sealed), "switch/admn")
    assert wrong.what == f"the secret 'switch/admn' is not in {tmp_path / 'vault.yml'}"
    assert wrong.hint == "did you mean switch/admin? else: campusctl secrets set switch/admn"


def test_a_wrong_vault_password_is_said_so(tmp_path: Path, sealed: bytes) -> None:
    """Without quoting the file."""
    wrong = refusal(vault(tmp_path, sealed, b"another"), "snmp/ro")
    assert "wrong vault password, or the file is damaged" in wrong.what


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (TREE.encode(), "is not encrypted"),
        (b"$ANSIBLE_VAULT;1.1;AES256\n3132\n", "wrong vault password, or the file is damaged"),
        (b"$ANSIBLE_VAULT;9.9;ROT13\n3132\n", "wrong vault password, or the file is damaged"),
        ("just canary text", "must be a mapping"),
        ("- canary\n", "must be a mapping"),
        ("a: b: canary\n", "not YAML inside, line 1"),
        ("snmp:\n  ro: 12345\n", "the secret 'snmp/ro' is not text"),
        ("snmp:\n  ro:\n", "the secret 'snmp/ro' is not text"),
        ("snmp:\n  'canary key': x\n", "a key below 'snmp' is no reference"),
        ("&a [canary, *a]\n", "an alias (*) inside, line 1"),
        ("a: &a\n  b: *a\n", "an alias (*) inside, line 2"),
    ],
)
def test_a_bad_vault_file_is_refused(tmp_path: Path, text: str | bytes, what: str) -> None:
    """Whatever is wrong with it; secrets in it stay out of the message."""
    assert what in refusal(vault(tmp_path, text), "snmp/ro").what


def test_a_vault_that_is_too_large_or_missing(tmp_path: Path) -> None:
    """Bounded in memory; and how to make one."""
    path = tmp_path / "vault.yml"
    with path.open("wb") as file:
        file.truncate(5 * 1024 * 1024)
    assert "more than 4194304 bytes" in refusal(ChainSource(VaultSource(path, lambda: PASSWORD)), "a").what
    path.unlink()
    wrong = refusal(ChainSource(VaultSource(path, lambda: PASSWORD)), "a")
    assert wrong.what.endswith("No such file or directory")
    assert wrong.hint == "ansible-vault create inventory/vault.yml"


@pytest.mark.parametrize("value", ["with\\nnewline", "with\\ttab", "what?", "\\e[2J", "", "x" * 1025, "\\u0085x"])
def test_a_value_that_cannot_be_typed_is_refused(tmp_path: Path, value: str) -> None:
    """A line end would start a command, a question mark asks for help; only the reference is named."""
    wrong = refusal(vault(tmp_path, f'snmp:\n  ro: "{value and "canary" + value}"\n'), "snmp/ro")
    assert "the secret 'snmp/ro'" in wrong.what


def test_the_environment_names_references_in_capitals() -> None:
    """Slash and hyphen become underscores."""
    source = ChainSource(EnvSource({"CAMPUSCTL_SECRET_SNMP_RO_SCHULE_042": "canary"}))
    assert source.resolve(("snmp/ro-schule-042",)) == {"snmp/ro-schule-042": "canary"}
    assert refusal(source, "snmp/rw").hint == "set CAMPUSCTL_SECRET_SNMP_RW"


def test_the_environment_goes_before_the_vault(tmp_path: Path, sealed: bytes) -> None:
    """Reference by reference; what neither knows is looked for in the vault."""
    (tmp_path / "vault.yml").write_bytes(sealed)
    stored = VaultSource(tmp_path / "vault.yml", lambda: PASSWORD)
    chain = ChainSource(EnvSource({"CAMPUSCTL_SECRET_SNMP_RO": "canary-env"}), stored)
    assert chain.resolve(("snmp/ro", "switch/admin")) == {"snmp/ro": "canary-env", "switch/admin": "canary-admin"}
    assert "is not in" in refusal(chain, "nobody/knows").what


def test_a_workspace_without_a_vault_has_the_environment(tmp_path: Path, sealed: bytes) -> None:
    """And with one, both; the vault stays closed until it is needed."""
    environ = {"CAMPUSCTL_SECRET_A": "canary"}
    assert workspace_source(tmp_path, environ=environ).resolve(("a",)) == {"a": "canary"}
    (tmp_path / "inventory").mkdir()
    (tmp_path / "inventory/vault.yml").write_bytes(sealed)
    assert workspace_source(tmp_path, environ=environ).resolve(("a",)) == {"a": "canary"}
    wrong = refusal(workspace_source(tmp_path, environ=environ), "snmp/ro")
    assert wrong.hint == "set CAMPUSCTL_VAULT_PASSWORD_FILE"
    asked = workspace_source(tmp_path, PASSWORD.decode, environ)
    assert asked.resolve(("snmp/ro",)) == {"snmp/ro": "canary-ro"}


def test_the_vault_password_comes_from_a_file_or_a_script(tmp_path: Path) -> None:
    """An executable file is run, without a shell; its output is the password."""
    file, script = tmp_path / "password", tmp_path / "script"
    file.write_text("from the file\n")
    script.write_text("#!/bin/sh\necho from the script\n")
    script.chmod(stat.S_IRWXU)
    assert vault_password({"CAMPUSCTL_VAULT_PASSWORD_FILE": str(file)}) == b"from the file"
    assert vault_password({"CAMPUSCTL_VAULT_PASSWORD_FILE": str(script)}) == b"from the script"


@pytest.mark.parametrize(
    ("script", "what"),
    [
        ("#!/bin/sh\necho canary; exit 3\n", "failed with exit code 3"),
        ("#!/bin/sh\nexit 0\n", "is empty"),
        ("#!/no/such/interpreter\n", "No such file or directory"),
    ],
)
def test_a_script_that_fails_is_named(tmp_path: Path, script: str, what: str) -> None:
    """Its output is not shown."""
    path = tmp_path / "script"
    path.write_text(script)
    path.chmod(stat.S_IRWXU)
    with pytest.raises(SecretError) as caught:
        vault_password({"CAMPUSCTL_VAULT_PASSWORD_FILE": str(path)})
    assert what in caught.value.what
    assert "canary" not in "".join(traceback.format_exception(caught.value))


def test_a_missing_password_file_is_named(tmp_path: Path) -> None:
    """So is a folder in its place."""
    with pytest.raises(SecretError, match="No such file"):
        vault_password({"CAMPUSCTL_VAULT_PASSWORD_FILE": str(tmp_path / "none")})
    with pytest.raises(SecretError, match="is not a file"):
        vault_password({"CAMPUSCTL_VAULT_PASSWORD_FILE": str(tmp_path)})


def test_sources_hide_what_they_hold(tmp_path: Path, sealed: bytes) -> None:
    """In their repr, also after they were opened."""
    source = vault(tmp_path, sealed)
    source.resolve(("snmp/ro",))
    assert "canary" not in repr(source) + repr(source._sources) + repr(EnvSource({"CAMPUSCTL_SECRET_A": "canary"}))


def test_nothing_of_ansible_is_loaded_before_a_vault_is_opened() -> None:
    """It takes a fifth of a second to import."""
    loaded = "{name.partition('.')[0] for name in sys.modules}"
    code = f"import sys, campusctl.secrets; sys.exit(bool({loaded} & {{'ansible', 'yaml'}}))"
    done = subprocess.run([sys.executable, "-c", code], check=False, env=os.environ | {"PYTHONPATH": ""})
    assert done.returncode == 0


def test_a_pipe_in_the_vaults_place_is_refused(tmp_path: Path) -> None:
    """Nobody waits for a writer."""
    os.mkfifo(tmp_path / "vault.yml")
    found = refusal(ChainSource(VaultSource(tmp_path / "vault.yml", lambda: PASSWORD)), "switch/admin")
    assert found.what == f"{tmp_path / 'vault.yml'} is no regular file"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("switch: {admin: canary-a}\nswitch: {admin: canary-b}\n", "a key stands twice inside, line 2"),
        ("switch:\n  admin: canary-a\n  admin: canary-b\n", "a key stands twice inside, line 3"),
        (
            "a: &a {x: canary}\n"
            + "".join(f"{b}: &{b} {{l: *{a}, r: *{a}}}\n" for a, b in zip("abcdefg", "bcdefgh", strict=True)),
            "an alias (*) inside, line 2",
        ),
    ],
)
def test_a_vault_says_each_secret_once(tmp_path: Path, text: str, what: str) -> None:
    """Which of two passwords is meant is not guessed, and a few lines cannot make endless work."""
    assert refusal(vault(tmp_path, text), "switch/admin").what == f"{tmp_path / 'vault.yml'}: {what}"
