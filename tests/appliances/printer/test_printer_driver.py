"""The driver and the lab's printers: read, change, read back, and every way to say no."""

import sys
from typing import Any

import pytest
from printer_rig import SECRETS, SERIAL, STANDARD, V2C, V3, Peer, Rig, edits, refusals

from campusctl.drivers.printer.snmp_trouble import SILENCE
from campusctl.drivers.registry import load_driver
from campusctl.errors import MissingExtraError
from campusctl.model.outcome import FaultKind, OutcomeKind
from campusctl.model.run import Step

BY_V3 = {**STANDARD, "snmp": V3}


@pytest.mark.parametrize("printer", [STANDARD, BY_V3], ids=["v2c", "v3"])
def test_a_printer_as_it_shall_be(rig: Rig, printer: dict[str, Any]) -> None:
    """Nothing differs, and it tells what it is and how it does."""
    seen = rig.printer(printer=printer).seen()
    assert (seen.edits, seen.refused, seen.drifted, seen.notes) == ((), (), False, ())
    assert seen.facts == {
        "model": "ECOSYS P3145dn",
        "serial": SERIAL,
        "firmware": "LAB-2.1",
        "state": "idle",
        "pages": "48211",
        "supplies": "Black Toner 72 %; Waste Toner Box 70 %",
    }


@pytest.mark.parametrize("printer", [STANDARD, BY_V3], ids=["v2c", "v3"])
def test_a_printer_out_of_its_box_becomes_like_the_others(rig: Rig, printer: dict[str, Any]) -> None:
    """What differs is shown, sent, read back, and gone."""
    peer = rig.printer("factory", printer=printer)
    seen = peer.seen()
    assert edits(seen) == {
        "location": (None, "schule-007/A/1/V2"),
        "info": ("ECOSYS P3145dn", "Drucker Büro"),
        "organization": (None, "Grundschule Am Anger"),
        "contact/name": (None, "Medienberatung"),
        "contact/mail": (None, "medien@musterstadt.example"),
        "sides": ("one-sided", "two-sided-long-edge"),
        "system/location": (None, "schule-007/A/1/V2"),
        "panel/language": ("en", "de"),
        "panel/locked": (False, True),
        "startup-page": (True, False),
    }
    assert [command.text for command in seen.commands][:4] == [
        "ipp set printer-location = schule-007/A/1/V2",
        "ipp set printer-info = Drucker Büro",
        "ipp set printer-organization = Grundschule Am Anger",
        "ipp set printer-contact-col.contact-name = Medienberatung",
    ]
    assert seen.commands[-1].text == "snmp set prtAuxiliarySheetStartupPage = False"
    outcome = peer.apply(seen)
    assert (outcome.kind, outcome.edits, outcome.sent, outcome.saved) == (OutcomeKind.OK, 10, 10, True)
    assert not peer.seen().drifted


EVERYTHING = {
    **STANDARD, "name": "{name}", "dns_sd_name": "{school}", "organizational_unit": "IT",
    "geo_location": "geo:51.5,7.4", "media": "a5", "media_source": "tray-2", "media_type": "labels",
    "color_mode": "color", "quality": "draft", "orientation": "landscape", "resolution": "1200dpi", "copies": 3,
    "output_bin": "face-up", "scaling": "fit", "system": {"name": "{name}", "contact": "it@stadt.example"},
    "banner_page": True, "mib_name": "{name}", "operator": "Hausmeister", "service": "Musterstadt",
}  # fmt: skip


def test_every_setting_can_be_made_and_taken_back(rig: Rig) -> None:
    """All 30 of them at once; and the way back that the journal keeps leads back, as far as printers can go back."""
    peer = rig.printer("factory", printer=EVERYTHING)
    journal = _Journal()
    before = edits(peer.seen())
    outcome = peer.apply(record=journal)
    assert (outcome.kind, outcome.edits) == (OutcomeKind.OK, 30)
    begin = next(step for step in journal.steps if step.kind == "begin")
    back = Peer(peer.target.model_copy(update={"intended": begin.text}), peer.printer)
    assert {path: (after, before) for path, (before, after) in edits(back.seen()).items()} == before
    fault = back.apply().fault
    assert fault is not None
    assert fault.what == (
        "it refuses geo-location: it can be changed, and not be taken away (29 of 30 settings are made)"
    )
    assert edits(peer.seen()) == {path: edit for path, edit in before.items() if path != "geo-location"}


class _Journal:
    """Keeps what it is told. See `campusctl.ports.Record`."""

    def __init__(self) -> None:
        self.steps: list[Step] = []

    def step(self, step: Step) -> None:
        self.steps.append(step)

    def config(self, school: str, device: str, text: str) -> None:
        pass


def test_what_it_says_yes_to_and_does_not_do(rig: Rig) -> None:
    """`lies`: unverified, with the names; what it did is done. By IPP and by SNMP."""
    outcome = rig.printer("factory", "lies=location").apply()
    assert outcome.kind is OutcomeKind.FAILED
    assert outcome.fault is not None
    assert outcome.fault.kind is FaultKind.UNVERIFIED
    assert outcome.fault.what == "it says yes and does not change location, system location (8 of 10 settings are made)"


def test_what_it_refuses(rig: Rig) -> None:
    """`refuses`: the one refused attribute does not take the others with it; it is named with its reason."""
    outcome = rig.printer("factory", "refuses=organization").apply()
    assert outcome.fault is not None
    assert outcome.fault.kind is FaultKind.REJECTED
    assert outcome.fault.what == "it refuses organization: it lets nobody set it (9 of 10 settings are made)"


def test_what_it_refuses_by_snmp(rig: Rig) -> None:
    """SNMP sets all or none: what is not refused is set nevertheless."""
    peer = rig.printer("factory", "refuses=prtconsoledisable")
    outcome = peer.apply()
    assert outcome.fault is not None
    assert outcome.fault.what == (
        "it refuses panel locked: it lets nobody set it (notWritable) (9 of 10 settings are made)"
    )
    assert edits(peer.seen()) == {"panel/locked": (False, True)}


def test_what_it_does_not_offer(rig: Rig) -> None:
    """A choice that it does not have is refused before anything is sent, and the rest is planned."""
    peer = rig.printer("factory").want({**STANDARD, "output_bin": "mailbox-7", "panel": {"language": "ru"}})
    seen = peer.seen()
    assert refusals(seen) == {
        "output-bin": "it has no mailbox-7; it has face-down, face-up",
        "panel/language": "it has no ru; it has en, de, fr, tr",
    }
    assert peer.apply(seen).kind is OutcomeKind.OK


def test_a_printer_that_lets_nobody_set_anything(rig: Rig) -> None:
    """`no-set`: each setting that differs is refused; what is right already troubles nobody."""
    seen = rig.printer("factory", "no-set", printer={"info": "x", "media": "a4"}).seen()
    assert refusals(seen) == {
        "location": "it lets nobody set anything by IPP",
        "info": "it lets nobody set anything by IPP",
    }
    assert seen.commands == ()
    assert rig.printer("no-set", printer={"info": "x", "media": "a4"}).seen().drifted is False


@pytest.mark.parametrize("printer", [STANDARD, BY_V3], ids=["v2c", "v3"])
def test_snmp_is_silent_and_ipp_goes_on(rig: Rig, printer: dict[str, Any]) -> None:
    """What only SNMP can do is refused with the reason; the rest is read and set."""
    peer = rig.printer("factory", "no-snmp", printer={**printer, "panel": {}, "startup_page": None}).patient(1.5)
    seen = peer.seen()
    assert refusals(seen) == {"system/location": SILENCE[printer["snmp"]["version"]]}
    assert peer.apply(seen).kind is OutcomeKind.OK


def test_a_wrong_community_is_never_answered(rig: Rig) -> None:
    """SNMP alone: silence is a fault that says what may be wrong."""
    peer = rig.printer(dialect="snmp", secrets={**SECRETS, "printer/snmp-ro": "wrong-one-1"})
    fault = peer.trouble()
    assert (fault.kind, fault.what) == (FaultKind.TIMEOUT, SILENCE["2c"])
    assert fault.what == "SNMP does not answer: it is off, or it does not know our community"


def test_a_wrong_community_for_writing(rig: Rig) -> None:
    """It reads, and says at the first change that it may not write."""
    peer = rig.printer("factory", dialect="snmp", secrets={**SECRETS, "printer/snmp-rw": "wrong-one-1"})
    outcome = peer.apply()
    assert outcome.fault is not None
    assert outcome.fault.what.startswith(
        "it refuses system location: it does not answer when it is to set something: may we write?; "
    )


def test_no_community_for_writing(rig: Rig) -> None:
    """Nothing is sent when the inventory names none."""
    seen = rig.printer("factory", printer={"snmp": {**V2C, "write_community": ""}}, dialect="snmp").seen()
    assert refusals(seen) == {"system/location": "nothing is set by SNMP: printer.snmp has no write_community"}


@pytest.mark.parametrize(
    ("secret", "what"),
    [
        ("printer/snmp-auth", "SNMP refuses our authentication passphrase (or its protocol)"),
        ("printer/snmp-privacy", "SNMP refuses our privacy passphrase (or its protocol)"),
    ],
)
def test_v3_says_what_is_wrong(rig: Rig, secret: str, what: str) -> None:
    """A wrong passphrase is no silence, where an agent reports it (RFC 3414, 3.2); Net-SNMP is silent to the second."""
    fault = rig.printer(printer=BY_V3, dialect="snmp", secrets={**SECRETS, secret: "wrong-pass-1"}).trouble()
    assert (fault.kind, fault.what) == (FaultKind.AUTH, what)


def test_v3_does_not_know_us(rig: Rig) -> None:
    """A user that does not exist is named as such."""
    peer = rig.printer(printer=BY_V3, dialect="snmp").want({**BY_V3, "snmp": {**V3, "user": "nobody"}}, "snmp")
    fault = peer.trouble()
    assert (fault.kind, fault.what) == (FaultKind.AUTH, "SNMP does not know our user")


def test_a_short_passphrase_is_said_before_anything_is_sent(rig: Rig) -> None:
    """SNMPv3 takes eight characters or more."""
    fault = rig.printer(printer=BY_V3, secrets={**SECRETS, "printer/snmp-auth": "kurz-1"}).trouble()
    assert (fault.kind, fault.what) == (
        FaultKind.SECRET, "a passphrase of SNMPv3 has at least 8 characters, and one of ours is shorter",
    )  # fmt: skip


def test_a_wrong_password(rig: Rig) -> None:
    """Reading needs none; the first change says that it is wrong, and nothing is changed."""
    peer = rig.printer("factory", secrets={**SECRETS, "printer/admin": "wrong"}).want(
        {"login": STANDARD["login"], "info": "x"}
    )
    outcome = peer.apply()
    assert outcome.fault is not None
    assert (outcome.fault.kind, outcome.fault.what) == (FaultKind.AUTH, "it refuses our user or password")
    assert set(edits(peer.seen())) == {"location", "info"}


def test_two_printers_with_the_same_user_and_other_passphrases(rig: Rig) -> None:
    """Each is asked with its own, at the same time."""
    other = {**SECRETS, "printer/other-auth": "wrong-pass-1"}
    good, bad = rig.printer(printer=BY_V3, dialect="snmp"), rig.printer(printer=BY_V3, dialect="snmp")
    asked = bad.want({**BY_V3, "snmp": {**V3, "auth": "printer/other-auth"}}, "snmp").target
    both = Peer(good.target, secrets=other).driver()
    found = {
        result.device: type(result).__name__
        for result in both.assess([good.target, asked.model_copy(update={"device": "other"})], lambda _event: None)
    }
    assert found == {"s007-v2-pr01": "Assessment", "other": "Fault"}


@pytest.mark.parametrize(
    ("fault", "notes", "state"),
    [
        ("paper-out", ("Tray 1: out of paper",), "stopped"),
        ("toner-low", ("Black Toner 4 %",), "idle"),
        ("door-open", ("Front Door is open",), "stopped"),
    ],
)
def test_what_a_person_should_know(rig: Rig, fault: str, notes: tuple[str, ...], state: str) -> None:
    """A printer that is out of paper is no drift; it is said once, in plain words, by the protocol that knows more."""
    peer = rig.printer(fault)
    seen = peer.seen()
    assert (seen.notes, seen.facts["state"], seen.drifted) == (notes, state, False)


@pytest.mark.parametrize(
    ("fault", "notes"),
    [
        ("paper-out", ("out of paper",)),
        ("toner-low", ("little toner left", "Black Toner 4 %")),
        ("door-open", ("a door is open",)),
    ],
)
def test_what_ipp_alone_knows(rig: Rig, fault: str, notes: tuple[str, ...]) -> None:
    """Without SNMP it says less, and still says it."""
    assert rig.printer(fault, printer={}).seen().notes == notes


def test_another_device_at_this_address(rig: Rig) -> None:
    """A serial number that is not the inventory's: nothing is sent, also when it is exchanged after the plan."""
    seen = rig.printer("factory", "stranger=OTHER1").seen()
    assert seen.commands == ()
    assert seen.notes[0].startswith("another device answers at this address: its serial number is OTHER1")
    peer = rig.printer("factory")
    planned = peer.seen()
    rig.faults(peer, "factory", "stranger=OTHER1")
    outcome = peer.apply(planned)
    assert outcome.fault is not None
    assert outcome.fault.kind is FaultKind.MOVED


def test_somebody_was_faster(rig: Rig) -> None:
    """A printer that was changed since the plan is left alone."""
    peer = rig.printer("factory")
    planned = peer.seen()
    assert peer.want({"info": "somebody else", "login": STANDARD["login"]}).apply().kind is OutcomeKind.OK
    outcome = peer.apply(planned)
    assert outcome.fault is not None
    assert outcome.fault.kind is FaultKind.MOVED


def test_no_power(rig: Rig) -> None:
    """`off`: it does not answer. A printer that sleeps answers, so this is a fault."""
    fault = rig.printer("off").trouble()
    assert (fault.kind, fault.what) == (FaultKind.TIMEOUT, "it does not answer")


def test_it_hangs(rig: Rig) -> None:
    """`deaf`: it takes the connection and says nothing."""
    fault = rig.printer("deaf").trouble()
    assert (fault.kind, fault.what) == (FaultKind.TIMEOUT, "it does not answer")


@pytest.mark.parametrize("after", [1, 2, 3])
def test_the_connection_breaks_anywhere(rig: Rig, after: int) -> None:
    """`drops`: whatever it had done is done; the next run finishes it."""
    peer = rig.printer("factory")
    planned = peer.seen()
    rig.faults(peer, "factory", f"drops={after}")
    outcome = peer.apply(planned)
    if outcome.kind is not OutcomeKind.OK:
        assert outcome.fault is not None
        assert outcome.fault.kind is FaultKind.UNREACHABLE
        rig.faults(peer)
        assert peer.apply().kind in (OutcomeKind.OK, OutcomeKind.UNCHANGED)
    assert not peer.seen().drifted


def test_secrets_never_show(rig: Rig) -> None:
    """Not in what is seen, not in what becomes of it, not in its trouble."""
    wrong = {ref: f"{secret}-wrong" for ref, secret in SECRETS.items()}
    for peer in (rig.printer("factory", printer=BY_V3), rig.printer("factory", printer=BY_V3, secrets=wrong)):
        said = f"{peer.look()!r} {peer.target!r}"
        assert not [secret for secret in (*SECRETS.values(), *wrong.values()) if secret in said]


def test_many_at_once(rig: Rig) -> None:
    """Twenty printers in one batch, one of them dead: nineteen are read."""
    peers = [rig.printer(printer={}) for _ in range(19)]
    dead = rig.printer("off", printer={})
    targets = [peer.target.model_copy(update={"device": f"p{at}"}) for at, peer in enumerate([*peers, dead])]
    found = list(peers[0].driver().assess(targets, lambda _event: None))
    assert sorted(type(result).__name__ for result in found) == ["Assessment"] * 19 + ["Fault"]


@pytest.mark.parametrize("library", ["pyipp", "aiohttp"])
def test_a_library_that_is_not_installed(monkeypatch: pytest.MonkeyPatch, library: str) -> None:
    """The error says which extra to install; nobody takes it for the trouble of one printer."""
    for name in [
        name for name in sys.modules if name.startswith(("campusctl.drivers.ipp", "campusctl.drivers.printer"))
    ]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(
        MissingExtraError, match=r"needs the extra \[printers\]\nhint: pip install 'campusctl\[printers\]'"
    ):
        load_driver("printer")


def test_snmp_that_is_not_installed(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Likewise."""
    peer = rig.printer(dialect="snmp")
    monkeypatch.setitem(sys.modules, "pysnmp", None)
    with pytest.raises(
        MissingExtraError, match=r"needs the extra \[printers\]\nhint: pip install 'campusctl\[printers\]'"
    ):
        peer.look()
