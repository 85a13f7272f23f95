"""The driver on a simulated print server: what it reads, plans, sends, proves, and what goes wrong on the way."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from urllib.request import urlopen

import pytest
from pyipp.enums import IppOperation, IppTag
from queue_rig import PASSWORD, Desk, Twin, free_port, twin, wanted

from campusctl.drivers.appliance.base import Wish
from campusctl.drivers.ipp.message import Attribute, request
from campusctl.drivers.ipp.reader import answer as reply
from campusctl.drivers.queues.words import option_change, why_not, without_account
from campusctl.model.appliance import Shown
from campusctl.model.outcome import Fault, FaultKind, OutcomeKind
from campusctl.model.plan import Assessment

TEACHERS = {
    "device": "s042-r110-pr01",
    "info": "Drucker Lehrerzimmer",
    "options": {"sides": "two-sided-long-edge", "number-up": 2},
}
SIDES = ("one-sided", "two-sided-long-edge", "two-sided-short-edge")
ALL = wanted({"lehrerzimmer": TEACHERS, "r201": {"uri": "socket://10.42.70.12", "model": "raw"}}, default="r201")


@pytest.fixture(scope="module")
def running() -> Iterator[Twin]:
    """A simulated server for the module."""
    with twin() as found:
        yield found


@pytest.fixture
def server(running: Twin) -> Twin:
    """The server without a queue and without a fault."""
    running.reset(wanted({}))
    return running


def _edits(found: Assessment) -> dict[str, tuple[object, object]]:
    return {"/".join(edit.path): (edit.before, edit.after) for edit in found.edits}


def test_an_empty_server_gets_its_queues_and_the_second_plan_is_empty(server: Twin) -> None:
    """Each setting is an edit; what was sent is what is read back; the default is one of the new queues."""
    plan = server.desk.plan(ALL)
    assert _edits(plan) == {
        "queue/lehrerzimmer/uri": (None, "ipp://10.42.70.11/ipp/print"),
        "queue/lehrerzimmer/model": (None, "everywhere"),
        "queue/lehrerzimmer/info": (None, "Drucker Lehrerzimmer"),
        "queue/lehrerzimmer/location": (None, "schule-042/A/1/R110"),
        "queue/lehrerzimmer/accepting": (None, True),
        "queue/lehrerzimmer/enabled": (None, True),
        "queue/lehrerzimmer/option/sides": (None, "two-sided-long-edge"),
        "queue/lehrerzimmer/option/number-up": (None, 2),
        "queue/r201/uri": (None, "socket://10.42.70.12"),
        "queue/r201/model": (None, "raw"),
        "queue/r201/accepting": (None, True),
        "queue/r201/enabled": (None, True),
        "default": (None, "r201"),
    }
    assert plan.interrupts == ()
    assert plan.commands[6].text == "CUPS-Add-Modify-Printer lehrerzimmer sides-default=two-sided-long-edge"
    outcome = server.desk.apply(ALL, plan)
    assert (outcome.kind, outcome.edits, outcome.fault) == (OutcomeKind.OK, 13, None)
    assert server.cups.queues["lehrerzimmer"].options == {"sides": "two-sided-long-edge", "number-up": "2"}
    assert server.cups.default == "r201"
    again = server.desk.plan(ALL)
    assert (again.edits, again.refused) == ((), ())
    assert again.facts == {"model": "CUPS 2.4.2", "queues": "2"}


def test_what_is_right_is_left_alone(server: Twin) -> None:
    """One setting that differs is one edit; only the queue it belongs to is touched."""
    server.reset(ALL)
    server.cups.queues["lehrerzimmer"].info = "alt"
    plan = server.desk.plan(ALL)
    assert _edits(plan) == {"queue/lehrerzimmer/info": ("alt", "Drucker Lehrerzimmer")}
    assert server.desk.apply(ALL, plan).edits == 1


def test_a_queue_that_shall_not_be_there_goes_and_says_whom_that_disturbs(server: Twin) -> None:
    """Deleted in one request; one that nobody names stays and is reported."""
    server.reset(ALL)
    gone = wanted({"lehrerzimmer": None})
    plan = server.desk.plan(gone)
    assert plan.interrupts == ("queue lehrerzimmer goes away, with the jobs that wait in it",)
    assert [command.text for command in plan.commands] == ["CUPS-Delete-Printer lehrerzimmer"]
    assert plan.unmanaged == ("queue r201: socket://10.42.70.12",)
    assert server.desk.apply(gone, plan).kind is OutcomeKind.OK
    assert list(server.cups.queues) == ["r201"]
    assert server.desk.plan(gone).edits == ()


def test_the_way_back_of_a_deletion_makes_the_queue_again(server: Twin) -> None:
    """What the journal noted before it was sent is a document that brings the queue back, options and all."""
    server.reset(ALL)
    server.cups.queues["lehrerzimmer"].duplex = "DuplexTumble"
    server.desk.noted.steps.clear()
    server.desk.apply(wanted({"lehrerzimmer": None}))
    begin, send = server.desk.noted.steps
    assert send.text.splitlines()[0] == "CUPS-Delete-Printer lehrerzimmer"
    back = wanted({}).model_validate_json(begin.text)
    assert server.desk.apply(back).kind is OutcomeKind.OK
    queue = server.cups.queues["lehrerzimmer"]
    assert (queue.uri, queue.info, queue.make) == (
        "ipp://10.42.70.11/ipp/print", "Drucker Lehrerzimmer", "Lab Printer, driverless, cups-filters 1.28.17",
    )  # fmt: skip
    assert queue.options == {"sides": "two-sided-long-edge", "number-up": "2", "media": "na_letter_8.5x11in"}
    assert (queue.duplex, queue.paper) == ("DuplexNoTumble", "Letter")
    assert server.desk.plan(back).edits == ()


def test_an_option_that_does_not_come_back_is_said(server: Twin) -> None:
    """The queue is there again, and which of its options is not."""
    server.reset(ALL)
    server.desk.noted.steps.clear()
    server.desk.apply(wanted({"lehrerzimmer": None}))
    back = wanted({}).model_validate_json(server.desk.noted.steps[0].text)
    server.fault("lies=number-up")
    fault = server.desk.apply(back).fault
    assert fault
    assert (fault.kind, fault.what) == (
        FaultKind.UNVERIFIED, "it says yes and does not change queue lehrerzimmer options (9 of 10 settings are made)",
    )  # fmt: skip


def test_the_way_back_of_a_new_queue_deletes_it(server: Twin) -> None:
    """Nothing was there before, so nothing is there after."""
    new = wanted({"r201": {"uri": "socket://10.42.70.12", "model": "raw"}})
    server.desk.noted.steps.clear()
    server.desk.apply(new)
    back = new.model_validate_json(server.desk.noted.steps[0].text)
    assert server.desk.apply(back).kind is OutcomeKind.OK
    assert server.cups.queues == {}


def test_a_stopped_queue_is_drift_and_is_started(server: Twin) -> None:
    """Why it stopped stands in a note."""
    server.reset(ALL)
    server.fault("stopped=lehrerzimmer")
    plan = server.desk.plan(ALL)
    assert _edits(plan) == {"queue/lehrerzimmer/enabled": (False, True)}
    assert plan.notes == ("queue lehrerzimmer is stopped: The printer is not responding.",)
    assert server.desk.apply(ALL, plan).kind is OutcomeKind.OK


def test_a_queue_and_its_driver_say_the_same(server: Twin) -> None:
    """The queue's own default is half the way: `lp` sends along what the PPD says, so that is rewritten too."""
    server.reset(ALL)
    queue = server.cups.queues["lehrerzimmer"]
    queue.duplex = "DuplexTumble"
    plan = server.desk.plan(ALL)
    assert _edits(plan) == {
        "queue/lehrerzimmer/option/sides": ("two-sided-long-edge,two-sided-short-edge", "two-sided-long-edge")
    }
    assert server.desk.apply(ALL, plan).kind is OutcomeKind.OK
    assert (queue.duplex, queue.paper) == ("DuplexNoTumble", "Letter")


def test_set_printer_attributes_lies_as_the_real_one_does(server: Twin) -> None:
    """What the simulated server makes of the operation that the driver does not use."""
    server.reset(ALL)
    changes = (
        Attribute("sides-default", IppTag.KEYWORD, "one-sided"),
        Attribute("printer-info", IppTag.TEXT, "Neu"),
    )
    message = request(
        IppOperation.SET_PRINTER_ATTRIBUTES, "ipp://localhost/printers/lehrerzimmer", "x", changes=changes
    )
    with urlopen(f"http://{server.desk.host}:{server.desk.port}/", data=message, timeout=5) as answer:
        assert reply(answer.read()).ok
    queue = server.cups.queues["lehrerzimmer"]
    assert (queue.info, queue.options["sides"], queue.duplex) == ("Neu", "two-sided-long-edge", "DuplexNoTumble")


def test_an_option_that_the_printer_does_not_know_is_refused_before_anything_is_sent(server: Twin) -> None:
    """CUPS itself would say yes to it."""
    server.reset(ALL)
    odd = wanted({"lehrerzimmer": {**TEACHERS, "options": {"sides": "three-sided"}}})
    plan = server.desk.plan(odd)
    assert plan.edits == ()
    assert [(refused.command, refused.reason) for refused in plan.refused] == [
        (
            "set queue lehrerzimmer option sides three-sided",
            f"the printer behind it does not know three-sided, it knows {', '.join(SIDES)}",
        )
    ]


def test_an_option_of_a_new_queue_that_its_printer_does_not_know_fails_alone(server: Twin) -> None:
    """Nobody could know before the queue was there; the rest is made."""
    odd = wanted({"lehrerzimmer": {**TEACHERS, "options": {"sides": "three-sided", "media": "iso_a4_210x297mm"}}})
    outcome = server.desk.apply(odd)
    assert outcome.fault
    assert outcome.fault.kind is FaultKind.REJECTED
    assert "option sides: the printer behind it does not know three-sided" in outcome.fault.what
    assert server.cups.queues["lehrerzimmer"].options == {"media": "iso_a4_210x297mm"}


@pytest.mark.parametrize(
    "lie", ["printer-info", "number-up-default", "ppd", "device-uri", "printer-state", "default r201"]
)
def test_a_yes_that_changes_nothing_is_found(server: Twin, lie: str) -> None:
    """Reading back decides."""
    server.fault(f"lies={lie}")
    outcome = server.desk.apply(ALL)
    assert outcome.fault
    assert outcome.fault.kind is FaultKind.UNVERIFIED
    assert outcome.fault.what.startswith("it says yes and does not change ")


@pytest.mark.parametrize("refused", ["printer-location", "number-up-default"])
def test_a_refusal_is_told_in_the_servers_words(server: Twin, refused: str) -> None:
    """With what was made all the same."""
    server.fault(f"refuses={refused}")
    outcome = server.desk.apply(ALL)
    assert outcome.fault
    assert outcome.fault.kind is FaultKind.REJECTED
    assert f"{refused} cannot be set." in outcome.fault.what


def test_a_printer_that_is_off_when_its_driver_is_made_is_said(server: Twin) -> None:
    """`everywhere` needs the printer's answer; no half queue is left."""
    server.fault("asleep")
    outcome = server.desk.apply(ALL)
    assert outcome.fault
    assert "the printer must be on" in outcome.fault.what
    assert list(server.cups.queues) == ["r201"]


def test_a_driver_that_the_server_does_not_have_is_known_when_planning(server: Twin) -> None:
    """The server is asked for it; one that it has is compared by what it calls itself."""
    unknown = wanted({"alt": {"uri": "socket://10.42.70.12", "model": "lsb/usr/none.ppd"}})
    plan = server.desk.plan(unknown)
    assert plan.edits == ()
    assert {refused.reason for refused in plan.refused} == {
        "the server has no driver lsb/usr/none.ppd: `lpinfo -m` lists what it has"
    }
    known = wanted({"alt": {"uri": "socket://10.42.70.12", "model": "drv:///sample.drv/generic.ppd"}})
    assert server.desk.apply(known).kind is OutcomeKind.OK
    assert server.desk.plan(known).edits == ()


def test_a_queue_made_by_hand_between_plan_and_apply_stops_the_apply(server: Twin) -> None:
    """The plan stood on something else."""
    plan = server.desk.plan(ALL)
    server.reset(ALL)
    server.cups.queues["r201"].info = "x"
    server.cups.queues["r201"].accepting = False
    outcome = server.desk.apply(ALL, plan)
    assert outcome.fault
    assert (outcome.fault.kind, outcome.sent) == (FaultKind.MOVED, 0)


@pytest.mark.parametrize(
    ("fault", "kind", "what"),
    [
        ("off", FaultKind.TIMEOUT, "it does not answer"),
        ("deaf", FaultKind.TIMEOUT, "it does not answer"),
        (
            "web",
            FaultKind.MALFORMED,
            "it answers as a web page or something else (text/html), not as a print server",
        ),
        ("noise", FaultKind.MALFORMED, "what it answers is not IPP"),
        ("no-http", FaultKind.MALFORMED, "what answers there does not speak HTTP"),
        ("drops=1", FaultKind.UNREACHABLE, "it closed the connection"),
    ],
)
def test_a_server_that_cannot_be_read_is_a_fault(server: Twin, fault: str, kind: FaultKind, what: str) -> None:
    """Each trouble has its word; nothing hangs."""
    server.fault(fault)
    desk = Desk(server.desk.host, server.desk.port, timeout_s=0.2)
    found = desk.look(ALL)
    assert isinstance(found, Fault)
    assert (found.kind, found.what) == (kind, what)


def test_nobody_at_the_port_is_a_fault() -> None:
    """CUPS is not running."""
    found = Desk("127.0.0.1", free_port()).look(ALL)
    assert isinstance(found, Fault)
    assert (found.kind, found.what) == (FaultKind.UNREACHABLE, "it is on, and nothing listens there")


@pytest.mark.parametrize("number", range(1, 9))
def test_a_connection_that_breaks_at_any_request_leaves_a_plan_that_ends_it(server: Twin, number: int) -> None:
    """Whatever was made stands; the next plan goes on from there."""
    plan = server.desk.plan(ALL)
    server.fault(f"drops={number}")
    outcome = server.desk.apply(ALL, plan)
    server.fault()
    if outcome.kind is not OutcomeKind.OK:
        assert outcome.fault
        assert outcome.fault.kind is FaultKind.UNREACHABLE
        assert server.desk.apply(ALL).kind is OutcomeKind.OK
    assert server.desk.plan(ALL).edits == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("ipp://10.42.70.11/ipp/print", "ipp://10.42.70.11/ipp/print"),
        ("smb://lehrer:geheim@10.42.70.12/x", "smb://10.42.70.12/x"),
        ("ipp://a:b@[::1", "[::1"),
        ("", ""),
    ],
)
def test_no_account_of_a_uri_is_shown(before: str, after: str) -> None:
    """Also of one that is none."""
    assert without_account(before) == after


@pytest.mark.parametrize(
    ("value", "tag", "sent"),
    [
        ("one-sided", IppTag.KEYWORD, "one-sided"),
        (True, IppTag.BOOLEAN, True),
        (2, IppTag.INTEGER, 2),
        (None, IppTag.DELETE_ATTR, ""),
    ],
)
def test_a_default_is_sent_as_what_it_is(value: Shown, tag: IppTag, sent: object) -> None:
    """Nothing there before means that the way back deletes it."""
    assert option_change(Wish(("queue", "a", "option", "x"), None, value)) == ("x-default", tag, sent)


@pytest.mark.parametrize(
    ("supported", "wanted_value", "why"),
    [
        (("one-sided",), "one-sided", ""),
        (("one-sided",), "both", "the printer behind it does not know both, it knows one-sided"),
        ((1, 2, 4), 4, ""),
        ((1, 2, 4), 3, "the printer behind it does not know 3, it knows 1, 2, 4"),
        (("\0\0\0\1\0\0\3\xe7",), 2, ""),
        ((), "anything", ""),
        (("one-sided",), None, ""),
        (("one-sided",), True, ""),
    ],
)  # fmt: skip
def test_what_a_printer_does_not_have_is_known_where_it_can_be_known(
    supported: tuple[str | int, ...], wanted_value: Shown, why: str
) -> None:
    """Lists of words and of numbers; not ranges."""
    assert why_not({"x-supported": supported}, "x", wanted_value) == why


def test_cups_own_client_reads_the_simulated_server(server: Twin) -> None:
    """`lpstat` knows nothing of us."""
    program = shutil.which("lpstat")
    if program is None:
        pytest.skip("lpstat is not there: apt-get install cups-client")
    server.reset(ALL)
    host = f"{server.desk.host}:{server.desk.port}"
    done = subprocess.run(
        [program, "-h", host, "-d", "-v"], capture_output=True, text=True, check=False, timeout=20, env={"LC_ALL": "C"}
    )
    assert done.stdout.splitlines() == [
        "system default destination: r201",
        "device for lehrerzimmer: ipp://10.42.70.11/ipp/print",
        "device for r201: socket://10.42.70.12",
    ]


def test_a_server_that_says_no_when_read_is_a_fault_in_its_words(server: Twin) -> None:
    """A policy of its own, for instance."""
    server.fault("silent")
    found = server.desk.look(ALL)
    assert isinstance(found, Fault)
    assert (found.kind, found.what) == (FaultKind.REJECTED, "CUPS does not say what it has: Not allowed to read.")


def test_a_wrong_password_is_a_fault_without_the_password(server: Twin) -> None:
    """Reading needs none; the first change does, and nothing is made."""
    server.fault("password")
    plan = server.desk.plan(ALL)
    outcome = server.desk.apply(ALL, plan)
    assert outcome.fault
    assert (outcome.fault.kind, outcome.fault.what) == (FaultKind.AUTH, "it refuses our user or password")
    assert server.cups.queues == {}
    said = json.dumps([outcome.model_dump(mode="json"), plan.model_dump(mode="json")])
    assert PASSWORD not in said


def test_a_class_of_the_same_name_is_said(server: Twin) -> None:
    """Classes of printers are not ours to change."""
    server.reset(ALL)
    server.cups.queues["r201"].kind = 5
    plan = server.desk.plan(ALL)
    assert {refused.reason for refused in plan.refused} == {"r201 is the name of a class of printers on this server"}
    assert server.desk.plan(wanted({})).unmanaged[-1] == "class r201"


def test_what_was_read_is_kept_as_a_text(server: Twin) -> None:
    """For backups and their differences: settings, and what it is; no account of a URI."""
    server.reset(ALL)
    server.cups.queues["r201"].uri = "smb://lehrer:geheim@10.42.70.12/drucker"
    server.desk.noted.configs.clear()
    server.desk.plan(ALL)
    (text,) = server.desk.noted.configs
    assert 'queue/r201/uri: "smb://10.42.70.12/drucker"\n' in text
    assert 'default: "r201"\n' in text
    assert "geheim" not in text
