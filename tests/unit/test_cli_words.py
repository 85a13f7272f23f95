"""Edits in words."""

import pytest

from campusctl.cli.words import edit_words, without_parts
from campusctl.model.plan import EditView


def _edit(path: tuple[str, ...], before: object, after: object) -> EditView:
    return EditView(path=path, before=before, after=after)


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (_edit(("port", "1/1/7", "access_vlan"), "10", "60"), "port 1/1/7, access VLAN: 10 → 60"),
        (_edit(("port", "7", "shutdown"), None, True), "port 7: up → shut down"),
        (_edit(("port", "7", "tagged", "30"), True, None), "port 7, tagged VLAN 30: remove"),
        (_edit(("vlan", "60"), None, True), "VLAN 60: add"),
        (_edit(("vlan", "60", "name"), "ALT", "MEDIEN"), "VLAN 60 name: ALT → MEDIEN"),
        (_edit(("gateway",), "10.7.3.1", "10.7.3.254"), "default gateway: 10.7.3.1 → 10.7.3.254"),
        (_edit(("snmp", "location"), None, "Keller"), "SNMP location: (default) → Keller"),
        (_edit(("stp", "enabled"), True, False), "spanning tree enabled: yes → no"),
        (_edit(("acl", "EINS"), ("a", "b"), ("a",)), "access list EINS: 2 entries → 1 entry"),
        (_edit(("free", "archive", "path flash:x"), None, True), "archive / path flash:x: add line"),
        (_edit(("free", "archive"), True, None), "archive: remove line"),
        (_edit(("banner", "motd"), None, "a\nb"), "banner motd: (default) → a⏎b"),
        (_edit(("package", "tree"), None, "present"), "package tree: install"),
        (_edit(("package", "telnet"), "present", None), "package telnet: remove"),
        (_edit(("group", "schueler"), None, ("gid 2000",)), "group schueler: add, gid 2000"),
        (
            _edit(("user", "lehrer", "groups"), (), ("lpadmin", "audio")),
            "account lehrer, groups: none → lpadmin, audio",
        ),
        (_edit(("user", "lehrer", "uid"), None, 2001), "account lehrer, uid: (not there) → 2001"),
        (_edit(("file", "/etc/motd"), "a\nb\n", "a\n"), "file /etc/motd: 1 line gone"),
        (_edit(("file", "/etc/motd"), "a\nb\n", "c\nd\n"), "file /etc/motd: 2 lines new, 2 gone"),
    ],
)
def test_an_edit_reads_before_and_after(edit: EditView, words: str) -> None:
    """As a campus manager says it."""
    found = edit_words(edit)
    assert found.replace(", name", " name") == words


def test_a_long_value_is_cut() -> None:
    """To one line of a terminal."""
    words = edit_words(_edit(("snmp", "contact"), None, "x" * 200))
    assert words.endswith("x…")
    assert len(words) < 100


def test_parts_of_what_goes_are_not_said_again() -> None:
    """A VLAN goes with its name; another one's name stays in the list."""
    whole = _edit(("vlan", "998"), True, None)
    part = _edit(("vlan", "998", "name"), "Testnetz", None)
    other = _edit(("vlan", "99", "name"), "Alt", None)
    assert list(without_parts([part, whole, other])) == [whole, other]


def test_a_new_account_is_said_once_with_all_its_fields() -> None:
    """Another one's fields, and what is said of an account that is there, stay on their own."""
    new = _edit(("user", "lehrer"), None, "present")
    fields = [_edit(("user", "lehrer", "uid"), None, 2001), _edit(("user", "lehrer", "groups"), None, ("lpadmin",))]
    other = _edit(("user", "gast", "shell"), "/bin/sh", "/bin/bash")
    whole, kept = without_parts([new, *fields, other])
    assert edit_words(whole) == "account lehrer: add, uid 2001, groups lpadmin"
    assert kept == other
