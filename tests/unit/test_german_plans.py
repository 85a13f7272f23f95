"""What plans, outcomes and drift checks say in German, from values alone; each English text stands as it always did."""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from campusctl.cli.drift_views import show_drift
from campusctl.cli.outcome_views import show_outcomes
from campusctl.cli.plan_views import show_plan
from campusctl.drivers.appliance.compare import masked
from campusctl.drivers.pc.interrupts import interrupts as pc_interrupts
from campusctl.drivers.pc.platforms.base import HostEdit
from campusctl.drivers.pc.scrub import Scrub
from campusctl.drivers.printer.ipp_words import reason_note
from campusctl.engine.calendar import moment_words
from campusctl.engine.interrupts import interrupts
from campusctl.engine.planner import dump_plan, parse_plan
from campusctl.engine.presence import Absence, absence_words
from campusctl.engine.words import edit_words, written_path
from campusctl.model.outcome import Fault, FaultKind, Outcome, OutcomeKind
from campusctl.model.plan import Assessment, Change, DeviceLogin, DriftReport, EditView, ManagementPath, Plan, Target
from campusctl.model.sentence import Sentence, sentence
from campusctl.model.setting import Edit, State
from campusctl.words.language import ENGLISH, translate_to

DE = translate_to("de")
NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
OFF = Fault(
    device="s042-r202-dt01", kind=FaultKind.OFF, driver="board",
    what=absence_words(Absence(NOW, 23, 20, overdue=True, last_day=NOW.date())),
)  # fmt: skip


def change(name: str, **more: object) -> Change:
    """One board, and what is to be done to it."""
    login = DeviceLogin(host="10.0.0.1", user="x", known_hosts="k")
    seen = Assessment(
        device=name, school="schule-042", driver="board", dialect="samsung_mdc",
        edits=(EditView(path=("network_standby",), before=False, after=True),),
        interrupts=(sentence("the sound of its room"),), **more,
    )  # fmt: skip
    target = Target(device=name, school="schule-042", driver="board", dialect="samsung_mdc", login=login, intended="{}")
    return Change(target=target, assessment=seen)


def plan() -> Plan:
    """Two boards alike, and one that is off."""
    more = {"commands": ({"text": "MDC 0xB5"},), "notes": (sentence("it has no loudspeakers"),)}
    return Plan(
        id="3f2a91c0", made=NOW, expires=NOW, tool_version="1", inventory_digest="i", template_digest="t",
        schools=("schule-042",), changes=(change("s042-r101-dt01", **more), change("s042-r102-dt01", **more)),
        faults=(OFF,),
    )  # fmt: skip


def test_a_plan_of_boards(capsys: pytest.CaptureFixture[str]) -> None:
    """Names of settings and values, who is disturbed, who is off."""
    show_plan(plan(), DE, commands=False, as_json=False)
    assert capsys.readouterr().out == (
        "s042-r101-dt01, s042-r102-dt01 (2)  samsung_mdc\n"
        "  ~ Netzwerk-Standby: nein → ja\n"
        "  · Hinweis: keine Lautsprecher\n"
        "  unterbricht kurz: den Ton in seinem Raum\n\n"
        "s042-r202-dt01: überfällig: seit 23 Tagen nicht gesehen, 20 davon außerhalb der Ferien\n"
        "Plan 3f2a91c0: 2 Tafeln gelesen; 2 zu ändern, 2 Einstellungen; Arbeit unterbrochen: 2 Tafeln; "
        "1 ausgeschaltet.\n"
    )
    show_plan(plan(), ENGLISH, commands=False, as_json=False)
    assert "  ~ network standby: no → yes\n  · note: it has no loudspeakers\n" in capsys.readouterr().out


def test_outcomes_of_boards(capsys: pytest.CaptureFixture[str]) -> None:
    """Those that were changed, one that was held, and the one that waits."""
    why = sentence("{device} does not answer any more", device="s042-a1-sw01")
    held = Fault(
        device="s042-r102-dt01", kind=FaultKind.HELD, what=sentence("not begun: {why}", why=why), driver="board"
    )
    outcomes = [
        Outcome(device="s042-r101-dt01", kind=OutcomeKind.OK, edits=1),
        Outcome(device="s042-r102-dt01", kind=OutcomeKind.SKIPPED, fault=held),
        Outcome(device="s042-r202-dt01", kind=OutcomeKind.SKIPPED, fault=OFF),
    ]
    show_outcomes(plan(), outcomes, DE, as_json=False)
    assert capsys.readouterr().out == (
        "in Ordnung: s042-r101-dt01\n"
        "  1 Einstellung; noch einmal gelesen, nichts weicht mehr ab\n"
        "s042-r102-dt01: nicht begonnen: s042-a1-sw01 antwortet nicht mehr\n"
        "2 Tafeln: 1 fertig.\n"
        "1 Tafel ausgeschaltet: das nächste apply, bei dem das Gerät an ist, macht die Änderung.\n"
    )


def test_a_drift_check_of_a_printer(capsys: pytest.CaptureFixture[str]) -> None:
    """What it says of itself and what is wrong with it; a switch whose cable could not be checked."""
    note = reason_note("media-jam-error")
    assert note
    printer = Assessment(
        device="s042-r110-pr01", school="schule-042", driver="printer", dialect="ipp", notes=(note.text,),
        facts={"serial": "PR042", "state": "idle", "odd_thing": "7"},
    )  # fmt: skip
    cable = sentence("nothing is heard of {peer} on port {port}: the cable was not checked", peer="sw02", port="1/1/1")
    switch = Assessment(device="sw01", school="schule-042", dialect="cisco_ios", cable_notes=(cable,))
    report = DriftReport(checked=NOW, schools=("schule-042",), assessments=(switch, printer), faults=())
    show_drift(report, DE, verbose=True, as_json=False)
    assert capsys.readouterr().out == (
        "sw01: in Ordnung\n"
        "  · Kabel: von sw02 ist an Port 1/1/1 nichts zu hören: das Kabel wurde nicht geprüft\n"
        "s042-r110-pr01: in Ordnung\n"
        "  Seriennr. PR042, Zustand bereit, odd thing 7\n"
        "  · Hinweis: Papierstau\n"
        "1 Switch und 1 Drucker: 2 wie im Inventar, 0 abweichend, 0 nicht lesbar.\n"
    )


@pytest.mark.parametrize(
    ("path", "before", "after", "english", "german"),
    [
        (("timer",), None, "off", "timer: (default) → off", "timer: (Vorgabe) → aus"),
        (("location",), "off", "on", "location: off → on", "Standort: off → on"),
        (("user", "eva"), None, ("groups lpadmin",), "account eva: add, groups lpadmin",
         "Konto eva: neu, groups lpadmin"),
        (("file", "/etc/motd"), "a\n", "b\nc\n", "file /etc/motd: 2 lines new, 1 gone",
         "Datei /etc/motd: 2 Zeilen neu, 1 weg"),
        (("apps",), ("a", "b"), ("b", "a"), "apps: another order", "Apps: andere Reihenfolge"),
        (("radius", "timeout"), 5, 7, "radius timeout: 5 → 7", "RADIUS Wartezeit: 5 → 7"),
    ],
)  # fmt: skip
def test_an_edit(path: tuple[str, ...], before: object, after: object, english: str, german: str) -> None:
    """What somebody wrote stays as it is."""
    edit = EditView(path=path, before=before, after=after)
    assert edit_words(edit) == english
    assert DE.said(edit_words(edit)) == german


def test_who_is_interrupted_on_a_switch() -> None:
    """The port, what hangs there, the switch as a whole, our own way."""
    before = State({
        ("port", "1/1/1", "access_vlan"): "10", ("svi", "3"): True, ("svi", "3", "address"): "10.0.0.2/24",
        ("gateway",): "10.0.0.1", ("stp", "mode"): "rstp",
    })  # fmt: skip
    edits = [
        Edit(("port", "1/1/1", "access_vlan"), "10", "20"), Edit(("stp", "mode"), "rstp", "mst"),
        Edit(("gateway",), "10.0.0.1", "10.0.0.9"), Edit(("snmp_odd",), None, "x"),
    ]  # fmt: skip
    found = interrupts(before, edits, {"1/1/1": "R1"}, ManagementPath(vlan="3", uplinks=("1/1/1",)))
    assert found == (
        "1/1/1 (R1, uplink, all behind it)", "the whole switch (spanning tree)", "the switch's own address (gateway)",
        "the whole switch (snmp odd)",
    )  # fmt: skip
    assert [DE.said(text) for text in found] == [
        "1/1/1 (R1, Uplink, alle dahinter)", "den ganzen Switch (Spanning Tree)",
        "die eigene Adresse des Switches (Standard-Gateway)", "den ganzen Switch (snmp odd)",
    ]  # fmt: skip


def test_who_is_interrupted_on_a_pc() -> None:
    """And what goes through the masks on its way stays a sentence, unless a secret is in it."""
    (text,) = pc_interrupts([HostEdit(("service", "geheim.service", "running"), True, False, "stop")])
    assert DE.said(Scrub(["hunter22"]).line(text)) == "wer geheim.service benutzt"
    assert not isinstance(Scrub(["geheim"]).line(text), Sentence)
    assert "geheim" not in masked(text, ["geheim"])
    assert DE.said(masked(text, ["hunter22"])) == "wer geheim.service benutzt"


def test_moments_and_paths() -> None:
    """Days of the week, today and tomorrow; a path as it is written."""
    days = (NOW, NOW + timedelta(days=1), NOW + timedelta(days=3))
    assert [moment_words(day, NOW, BERLIN) for day in days] == [
        "today at 10:00", "tomorrow at 10:00", "Mon 2026-11-30 at 10:00",
    ]  # fmt: skip
    assert [DE.said(moment_words(day, NOW, BERLIN)) for day in days] == [
        "heute um 10:00", "morgen um 10:00", "Mo 2026-11-30 um 10:00",
    ]  # fmt: skip
    assert written_path("user / campus / secret") == "user / campus / secret"
    assert DE.said(written_path("user / campus / secret")) == "Konto campus, Passwort"


def test_what_is_written_down_is_english() -> None:
    """A sentence in a plan is its English text in JSON, and in what is read from it again."""
    text = plan().model_dump_json()
    assert '"the sound of its room"' in text
    assert "Ton" not in text
    again = Plan.model_validate_json(text)
    assert again == plan()
    assert not isinstance(again.changes[0].assessment.interrupts[0], Sentence)


def test_a_saved_plan_is_told_in_the_language_of_who_applies_it() -> None:
    """Its sentences stand beside it, with a seal of their own: nobody can put others in their place."""
    text = dump_plan(plan(), b"k" * 32)
    document = json.loads(text)
    assert document["plan"] == plan().model_dump(mode="json")
    again = parse_plan(text.encode(), b"k" * 32, "p.json")
    assert again == plan()
    assert DE.said(again.changes[0].assessment.interrupts[0]) == "den Ton in seinem Raum"
    assert DE.said(again.faults[0].what).startswith("überfällig: ")
    document["said"][0]["say"] = "the picture of its room"
    forged = parse_plan(json.dumps(document).encode(), b"k" * 32, "p.json")
    assert forged == plan()
    assert not isinstance(forged.changes[0].assessment.interrupts[0], Sentence)
    del document["said"]
    assert parse_plan(json.dumps(document).encode(), b"k" * 32, "p.json") == plan()
