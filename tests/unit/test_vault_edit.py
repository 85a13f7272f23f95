"""Setting a secret in a vault: what is written, what stays, what is refused, and what is never on a disk."""

import os
import stat
import traceback
from pathlib import Path

import pytest
from ansible.parsing.vault import VaultLib, VaultSecret
from hypothesis import given, settings
from hypothesis import strategies as st

from campusctl.errors import SecretError
from campusctl.secrets import ChainSource, VaultSource
from campusctl.secrets.vault import decrypt
from campusctl.secrets.vault_edit import set_secret, with_secret

PASSWORD = b"vault-passw0rd"
TEXT = """\
# whose: netz
---
# accounts
switch:
    # changed in May
    admin: 'kanarie-1'   # eol
    enable: kanarie-2

snmp: {ro: kanarie-3, rw: "kanarie-4"}
wifi/psk: kanarie-5 # flat
"""


def sealed(path: Path, text: str = TEXT, label: str | None = None) -> Path:
    """A vault file."""
    key = VaultSecret(PASSWORD)
    path.write_bytes(VaultLib([("default", key)]).encrypt(text, key, vault_id=label))
    path.chmod(0o600)
    return path


def put(path: Path, ref: str, value: str, password: bytes = PASSWORD) -> bool:
    """Set one secret."""
    return set_secret(path, ref, value, lambda: password, lambda: b"new-passw0rd")


def opened(path: Path, password: bytes = PASSWORD) -> str:
    """The text inside."""
    return decrypt(path, path.read_bytes(), password).decode()


def refusal(path: Path, ref: str, value: str = "kanarie-neu") -> SecretError:
    """Why it is not set; nothing was written, and no value is in the words."""
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(SecretError) as caught:
        put(path, ref, value)
    assert "kanarie" not in "".join(traceback.format_exception(caught.value))
    assert (path.read_bytes() if path.is_file() else None) == before
    return caught.value


@pytest.mark.parametrize(
    ("ref", "before", "after"),
    [
        ("switch/admin", "    admin: 'kanarie-1'   # eol", "    admin: 'neu'         # eol"),
        ("switch/enable", "    enable: kanarie-2", "    enable: neu"),
        ("snmp/rw", 'snmp: {ro: kanarie-3, rw: "kanarie-4"}', 'snmp: {ro: kanarie-3, rw: "neu"}'),
        ("wifi/psk", "wifi/psk: kanarie-5 # flat", "wifi/psk: neu       # flat"),
    ],
)
def test_one_entry_changes_and_the_rest_stays(tmp_path: Path, ref: str, before: str, after: str) -> None:
    """Comments, order, quotes and blank lines."""
    path = sealed(tmp_path / "vault.yml")
    assert put(path, ref, "neu") is False
    assert opened(path) == TEXT.replace(before, after)
    assert ChainSource(VaultSource(path, lambda: PASSWORD)).resolve((ref,)) == {ref: "neu"}


@pytest.mark.parametrize("ref", ["top", "switch/second", "a/b/c", "wifi/other", "snmp/user/auth", "x.y/z_1"])
def test_a_new_entry_finds_its_place(tmp_path: Path, ref: str) -> None:
    """Below what is there; every old line stays, in its order."""
    path = sealed(tmp_path / "vault.yml")
    put(path, ref, "neu")
    source = VaultSource(path, lambda: PASSWORD)
    assert source.find((ref,)) == {ref: "neu"}
    text = opened(path)
    lines = [line for line in TEXT.splitlines() if line and "snmp" not in line]
    assert [line for line in text.splitlines() if line in lines] == lines


@pytest.mark.parametrize("label", [None, "schulen", "prod@prompt"])
def test_label_mode_and_owner_stay(tmp_path: Path, label: str | None) -> None:
    """So that who uses several vault ids goes on doing so."""
    path = sealed(tmp_path / "vault.yml", label=label)
    first = path.read_bytes().splitlines()[0]
    path.chmod(0o640)
    put(path, "snmp/ro", "neu")
    assert path.read_bytes().splitlines()[0] == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [entry.name for entry in tmp_path.iterdir()] == ["vault.yml"]


def test_a_vault_is_made_if_there_is_none(tmp_path: Path) -> None:
    """For its owner only, with the new password; a second secret needs that one."""
    path = tmp_path / "vault.yml"
    assert put(path, "snmp/ro", "neu") is True
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert opened(path, b"new-passw0rd") == "snmp:\n  ro: neu\n"
    assert "wrong vault password" in refusal(path, "a").what


@pytest.mark.parametrize("text", ["", "\n", "# only a comment", "# a\n---\n# b\n", "{}\n", "---\n"])
def test_an_empty_vault_is_filled(tmp_path: Path, text: str) -> None:
    """Its comments stay."""
    path = sealed(tmp_path / "vault.yml", text or "\n")
    put(path, "a/b", "neu")
    assert VaultSource(path, lambda: PASSWORD).find(("a/b",)) == {"a/b": "neu"}
    assert [line for line in text.splitlines() if line.startswith("#")] == [
        line for line in opened(path).splitlines() if line.startswith("#")
    ]


@pytest.mark.parametrize(
    ("ref", "what"),
    [
        ("switch", "'switch' is a group of secrets"),
        ("switch/admin/more", "'admin' is a secret itself"),
        ("-rf", "'-rf' is not a secret's reference"),
        ("a//b", "is not a secret's reference"),
        ("../x", "is not a secret's reference"),
        ("a\x1b[2J", "'a\\\\x1b[2J' is not a secret's reference"),
        ("", "is not a secret's reference"),
        ("a" * 300, "is not a secret's reference"),
    ],
)
def test_what_does_not_fit_is_refused(tmp_path: Path, ref: str, what: str) -> None:
    """Rather than to lose what stands there."""
    assert what in refusal(sealed(tmp_path / "vault.yml"), ref).what


@pytest.mark.parametrize(
    "value", ["", "kanarie?", "kanarie\n", "kanarie\x00", "kanarie\x1b[0m", "kanarie" * 200, "kanarie\u2028"]
)
def test_what_a_switch_would_not_take_is_refused(tmp_path: Path, value: str) -> None:
    """Before the vault is opened."""
    assert "nothing was written" in refusal(sealed(tmp_path / "vault.yml"), "snmp/ro", value).what


@pytest.mark.parametrize(
    "text",
    ["a: [kanarie]\n", "a: 12\n", "- kanarie\n", "a: &x kanarie\nb: *x\n", "a: kanarie\na: kanarie\n", "a: b: c\n"],
)
def test_a_vault_that_cannot_be_read_is_left_alone(tmp_path: Path, text: str) -> None:
    """It is mended by hand."""
    refusal(sealed(tmp_path / "vault.yml", text), "snmp/ro")


def test_a_change_by_somebody_else_is_noticed(tmp_path: Path) -> None:
    """Between reading and writing: theirs stays."""
    path = sealed(tmp_path / "vault.yml")

    def password() -> bytes:
        sealed(path, TEXT.replace("kanarie-2", "kanarie-9"))
        return PASSWORD

    with pytest.raises(SecretError, match="was changed by somebody else meanwhile; nothing was written"):
        set_secret(path, "snmp/ro", "neu", password, password)
    assert "kanarie-9" in opened(path)
    assert "neu" not in opened(path)


def test_a_vault_that_appears_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    """Two people make the first one."""
    path = tmp_path / "vault.yml"

    def password() -> bytes:
        sealed(path)
        return PASSWORD

    with pytest.raises(SecretError, match="changed by somebody else"):
        set_secret(path, "snmp/ro", "neu", password, password)
    assert opened(path) == TEXT


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """The vault may lie elsewhere."""
    (tmp_path / "far").mkdir()
    real = sealed(tmp_path / "far" / "vault.yml")
    link = tmp_path / "vault.yml"
    link.symlink_to(real)
    put(link, "snmp/ro", "neu")
    assert link.is_symlink()
    assert "ro: neu" in opened(real)


def test_a_folder_that_cannot_be_written_is_said_so(tmp_path: Path) -> None:
    """With the system's own word; here the place is no folder."""
    (tmp_path / "inventory").write_text("")
    with pytest.raises(SecretError, match="cannot be written: not a directory"):
        put(tmp_path / "inventory" / "vault.yml", "a", "b")


def test_plaintext_is_never_in_a_file(tmp_path: Path) -> None:
    """Looked for in every file of the folder whenever one is opened for writing or renamed."""
    import sys  # noqa: PLC0415 - watches the interpreter itself

    path = sealed(tmp_path / "vault.yml")
    seen: list[str] = []
    watching = True

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if watching and event in ("os.rename", "os.chmod", "os.remove"):
            seen.append(event)
            for name in os.listdir(tmp_path):  # noqa: PTH208 - pathlib would ring the hook again
                handle = os.open(tmp_path / name, os.O_RDONLY)
                data = os.read(handle, 1_000_000)
                os.close(handle)
                assert b"kanarie" not in data

    sys.addaudithook(hook)
    put(path, "snmp/ro", "kanarie-neu")
    watching = False
    assert "os.rename" in seen


NAMES = st.from_regex(r"\A[A-Za-z][A-Za-z0-9_.-]{0,5}\Z")
VALUES = st.text(
    st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp"), blacklist_characters="?"), min_size=1, max_size=20
)


@settings(max_examples=30)
@given(st.lists(st.tuples(st.lists(NAMES, min_size=1, max_size=3).map("/".join), VALUES), max_size=8))
def test_any_secrets_can_be_set_one_after_the_other(entries: list[tuple[str, str]]) -> None:
    """Each is there afterwards, and none disturbs another; a refusal changes nothing."""
    text, known = "# a comment\n", {}
    for ref, value in entries:
        try:
            text = with_secret(Path("v"), text, ref, value)
        except SecretError:
            continue
        known[ref] = value
        assert text.startswith("# a comment\n")
    if known:
        from campusctl.secrets.vault_text import flatten  # noqa: PLC0415 - beside its use

        assert flatten(Path("v"), text.encode()) == known
