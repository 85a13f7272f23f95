"""Stored forms of secrets against their plaintext, with published vectors."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campusctl.model.secret import Match, Secret, SecretKind, fingerprint

PUBLISHED = [
    # hashcat's examples of modes 5700, 500, 9200 and 9300.
    (SecretKind.CISCO4, "hashcat", "2btjjy78REtmYkkW0csHUbJZOstRXoWdX1mGrmmfeHI"),
    (SecretKind.CISCO5, "hashcat", "$1$28772684$iEwNOgGugqO9.bIz5sk8k/"),
    (SecretKind.CISCO8, "hashcat", "$8$TnGX/fE4KGHOVU$pEhnEvxrvaynpi8j4f.EMHr6M.FzU8xnZnBr/tJdFWk"),
    (SecretKind.CISCO9, "hashcat", "$9$2MJBozw/9R3UsU$2lFhcKvpghcyw8deP25GOfyZaagyUOGBymkryvOdfo6"),
    # In Cisco's own documents since ever.
    (SecretKind.CISCO7, "cisco", "0822455D0A16"),
    (SecretKind.CISCO7, "cisco", "02050D480809"),
    # FIPS 180: "abc".
    (SecretKind.SHA1, "abc", "A9993E364706816ABA3E25717850C26C9CD0D89D"),
]


@pytest.mark.parametrize(("kind", "plain", "text"), PUBLISHED)
def test_published_hashes_are_recognised(kind: SecretKind, plain: str, text: str) -> None:
    """The right plaintext is the same, a wrong one is different, from both sides."""
    stored = Secret(text, kind)
    assert Secret(plain).match(stored) is Match.SAME
    assert stored.match(Secret(plain)) is Match.SAME
    for wrong in (plain + " ", plain.upper(), "", "ü€"):
        assert Secret(wrong).match(stored) is Match.DIFFERENT


def test_a_sha256_can_be_proven_right_and_not_wrong() -> None:
    """No document says whether ArubaOS-Switch salts it."""
    stored = Secret("BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD", SecretKind.SHA256)
    assert Secret("abc").match(stored) is Match.SAME
    assert Secret("abd").match(stored) is Match.UNKNOWN


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (SecretKind.CISCO4, "too short"),
        (SecretKind.CISCO8, "$8$TnGX/fE4KGHOVU$cut"),
        (SecretKind.CISCO8, "$8$$"),
        (SecretKind.CISCO8, "$9$2MJBozw/9R3UsU$2lFhcKvpghcyw8deP25GOfyZaagyUOGBymkryvOdfo6"),
        (SecretKind.SHA1, "3ec3"),
        (SecretKind.OPAQUE, "AQBapYZ"),
    ],
)
def test_what_is_no_stored_form_is_never_called_different(kind: SecretKind, text: str) -> None:
    """Nobody can tell."""
    assert Secret("hashcat").match(Secret(text, kind)) is Match.UNKNOWN


HASHES = st.from_regex(r"\A\$[1589]\$.{0,14}\$.{0,4}\Z")


@settings(max_examples=60)
@given(st.sampled_from(SecretKind), st.text(max_size=80) | HASHES, st.text(max_size=20))
def test_no_text_of_a_device_breaks_a_comparison(kind: SecretKind, text: str, plain: str) -> None:
    """Whatever a switch prints, the answer is one of three."""
    assert Secret(text, kind).match(Secret(plain)) in Match


def test_a_slow_hash_is_computed_once() -> None:
    """The second of the same questions costs nothing; neither plaintext nor hash is kept."""
    import gc  # noqa: PLC0415 - looks at what is in memory

    from campusctl.model import stored  # noqa: PLC0415 - looks behind the curtain

    text = "$9$2MJBozw/9R3UsU$2lFhcKvpghcyw8deP25GOfyZaagyUOGBymkryvOdfo6"
    Secret("not the one").match(Secret(text, SecretKind.CISCO9))
    begun = time.perf_counter()
    for _ in range(100):
        assert Secret("not the one").match(Secret(text, SecretKind.CISCO9)) is Match.DIFFERENT
    assert time.perf_counter() - begun < 1
    kept = gc.get_referents(stored._VERDICTS)
    assert "not the one" not in repr(kept)
    assert text not in repr(kept)


def test_a_fingerprint_tells_equal_from_unequal_to_who_has_the_key() -> None:
    """Without the key it says nothing: the same value looks different under another one."""
    one, other = b"k" * 32, b"l" * 32
    assert fingerprint("geheim", one) == fingerprint("geheim", one)
    assert len({fingerprint("geheim", one), fingerprint("Geheim", one), fingerprint("geheim", other)}) == 3
    assert "geheim" not in fingerprint("geheim", one)
