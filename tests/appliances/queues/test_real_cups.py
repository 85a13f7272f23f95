"""The driver on a real CUPS, with a real IPP printer behind it: what is set is what comes out of the printer."""

import io
import shlex
from collections.abc import Iterator
from urllib.request import Request, urlopen

import pytest
from pyipp.enums import IppOperation, IppTag
from pypdf import PdfWriter
from queue_rig import Desk, free_port, wanted
from real_cups import Printer, Server, cupsd, ippeveprinter

from campusctl.drivers.ipp.message import Answer, Attribute, request
from campusctl.drivers.ipp.reader import answer as reply
from campusctl.model.appliance import Document
from campusctl.model.outcome import Fault, FaultKind, OutcomeKind

OPTIONS = {"sides": "two-sided-long-edge", "media": "iso_a4_210x297mm"}
A4 = "x-dimension=21000 y-dimension=29700"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A cupsd for the module."""
    with cupsd() as found:
        yield found


@pytest.fixture(scope="module")
def printer() -> Iterator[Printer]:
    """A printer for the module."""
    with ippeveprinter() as found:
        yield found


@pytest.fixture
def desk(server: Server) -> Desk:
    """The driver on the server, without a password: this server wants none."""
    return Desk("127.0.0.1", server.port, user="root", password="", timeout_s=20.0)


def _ask(server: Server, operation: IppOperation, queue: str, path: str = "/", **more: object) -> Answer:
    data = request(operation, f"ipp://localhost/printers/{queue}", "root", **more)  # type: ignore[arg-type]
    called = Request(f"http://127.0.0.1:{server.port}{path}", data=data, headers={"Content-Type": "application/ipp"})
    with urlopen(called, timeout=20) as answer:
        return reply(answer.read())


def _pages() -> bytes:
    paper = PdfWriter()
    for _ in range(3):
        paper.add_blank_page(595, 842)
    file = io.BytesIO()
    paper.write(file)
    return file.getvalue()


PAGES = _pages()


def _print(server: Server, queue: str) -> None:
    """As a client does that knows IPP and no more."""
    kind = (Attribute("document-format", IppTag.MIME_TYPE, "application/pdf"),)
    assert _ask(server, IppOperation.PRINT_JOB, queue, f"/printers/{queue}", more=kind, data=PAGES).ok


def test_defaults_of_a_queue_come_out_of_the_printer(
    server: Server, printer: Printer, desk: Desk, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Made, read back, and printed on in both ways: with `lp`, which sends the PPD's defaults, and by plain IPP."""
    paper = tmp_path_factory.mktemp("paper") / "drei.pdf"
    paper.write_bytes(PAGES)
    queues = wanted(
        {
            "drucker": {"uri": printer.uri, "info": "Drucker für alle", "location": "R110", "options": OPTIONS},
            "roh": {"uri": printer.uri, "model": "raw", "shared": False, "options": OPTIONS},
        },
        default="drucker",
    )
    outcome = desk.apply(queues)
    assert (outcome.kind, outcome.fault) == (OutcomeKind.OK, None)
    again = desk.plan(queues)
    assert (again.edits, again.refused, again.unmanaged, again.facts["queues"]) == ((), (), (), "2")
    assert again.facts["model"].startswith("CUPS 2.")
    server.run("lp", str(paper))
    by_lp = printer.job()
    _print(server, "drucker")
    by_ipp = printer.job()
    assert (by_lp["sides"], by_ipp["sides"]) == ("two-sided-long-edge", "two-sided-long-edge")
    assert A4 in by_lp["media-col"]
    assert A4 in by_ipp["media-col"]
    server.run("lp", "-d", "roh", str(paper))
    raw = printer.job()
    assert (raw["sides"], raw["media"]) == ("two-sided-long-edge", "iso_a4_210x297mm")
    assert server.page_log.startswith("drucker drei.pdf\n")


def test_half_the_way_says_ok_and_does_not_come_out(
    server: Server, printer: Printer, desk: Desk, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Why the driver goes the whole way: CUPS keeps the queue's own default, and `lp` prints with the PPD's."""
    queue = {"uri": printer.uri, "options": {"sides": "one-sided"}}
    assert desk.apply(wanted({"halb": queue})).kind is OutcomeKind.OK
    half = (Attribute("sides-default", IppTag.KEYWORD, "two-sided-long-edge"),)
    assert _ask(server, IppOperation.SET_PRINTER_ATTRIBUTES, "halb", "/admin/", changes=half).ok
    assert desk.plan(wanted({"halb": queue})).edits == ()
    assert _ask(server, IppOperation.CUPS_ADD_MODIFY_PRINTER, "halb", "/admin/", changes=half).ok
    paper = tmp_path_factory.mktemp("paper") / "drei.pdf"
    paper.write_bytes(PAGES)
    server.run("lp", "-d", "halb", str(paper))
    assert printer.job()["sides"] == "one-sided"
    (edit,) = desk.plan(wanted({"halb": {**queue, "options": {"sides": "two-sided-long-edge"}}})).edits
    assert (edit.before, edit.after) == ("two-sided-long-edge,one-sided", "two-sided-long-edge")


def test_what_somebody_did_by_hand_is_drift_and_is_undone(server: Server, desk: Desk) -> None:
    """Stopped, closed, renamed, moved: with CUPS's own commands."""
    queue = {"uri": "socket://127.0.0.1", "model": "raw", "info": "Drucker", "error_policy": "abort-job"}
    wish = wanted({"hand": queue})
    assert desk.apply(wish).kind is OutcomeKind.OK
    server.run("cupsreject", "hand")
    server.run("cupsdisable", "-r", "Papierstau", "hand")
    server.run(
        "lpadmin", "-p", "hand", "-D", "anders", "-v", "socket://127.0.0.2", "-o", "printer-error-policy=retry-job"
    )
    plan = desk.plan(wish)
    assert {edit.path[2]: edit.before for edit in plan.edits} == {
        "uri": "socket://127.0.0.2",
        "info": "anders",
        "accepting": False,
        "enabled": False,
        "error-policy": "retry-job",
    }
    assert "queue hand is stopped: Papierstau" in plan.notes
    assert desk.apply(wish, plan).kind is OutcomeKind.OK


def test_a_queue_goes_when_it_shall_not_be_there_and_stays_when_nobody_names_it(server: Server, desk: Desk) -> None:
    """With the default put elsewhere."""
    for name in ("weg", "fremd"):
        server.run("lpadmin", "-p", name, "-v", "socket://127.0.0.1", "-m", "raw", "-E")
    wish = wanted({"weg": None, "neu": {"uri": "socket://127.0.0.1", "model": "raw"}}, default="neu")
    assert desk.apply(wish).kind is OutcomeKind.OK
    there = server.run("lpstat", "-e").split()
    assert "weg" not in there
    assert "fremd" in there
    assert server.run("lpstat", "-d") == "system default destination: neu\n"
    assert "queue fremd: socket://127.0.0.1" in desk.plan(wish).unmanaged


def test_everywhere_without_the_printer_is_refused_and_leaves_no_half_queue(server: Server, desk: Desk) -> None:
    """CUPS makes a queue of whatever it is told first; it is told nothing more."""
    wish = wanted({"aus": {"uri": f"ipp://localhost:{free_port()}/ipp/print", "options": OPTIONS}})
    outcome = desk.apply(wish)
    assert outcome.fault
    assert outcome.fault.kind is FaultKind.REJECTED
    assert "for `everywhere` the printer must be on" in outcome.fault.what
    assert "aus" not in server.run("lpstat", "-e").split()


def test_what_the_printer_does_not_have_is_refused(printer: Printer, desk: Desk) -> None:
    """CUPS itself would say yes, and nothing would come of it."""
    queue = {"uri": printer.uri, "options": {"sides": "one-sided"}}
    assert desk.apply(wanted({"a3": queue})).kind is OutcomeKind.OK
    plan = desk.plan(wanted({"a3": {**queue, "options": {"media": "iso_a3_297x420mm"}}}))
    assert plan.edits == ()
    (refused,) = plan.refused
    assert refused.reason.startswith("the printer behind it does not know iso_a3_297x420mm, it knows ")


def test_a_queue_that_was_deleted_comes_back_with_its_options(server: Server, printer: Printer, desk: Desk) -> None:
    """By the document that the journal keeps; what `lpoptions` says of it is what it said before."""
    queue = {"uri": printer.uri, "info": "Drucker", "options": {**OPTIONS, "number-up": 2}}
    assert desk.apply(wanted({"zurueck": queue})).kind is OutcomeKind.OK
    before = server.run("lpoptions", "-p", "zurueck")
    desk.noted.steps.clear()
    assert desk.apply(wanted({"zurueck": None})).kind is OutcomeKind.OK
    assert "zurueck" not in server.run("lpstat", "-e").split()
    back = Document.model_validate_json(desk.noted.steps[0].text)
    outcome = desk.apply(back)
    assert (outcome.kind, outcome.fault) == (OutcomeKind.OK, None)
    assert desk.plan(wanted({"zurueck": queue})).edits == ()
    assert _options(server.run("lpoptions", "-p", "zurueck")) >= _options(before)


def _options(said: str) -> set[str]:
    """Options as `lpoptions` prints them, but for what tells of the queue itself."""
    own = ("printer-config-change-", "printer-state-change-", "marker-change-")
    return {word for word in shlex.split(said) if not word.startswith(own)}


@pytest.fixture(scope="module")
def locked() -> Iterator[Server]:
    """A cupsd that wants TLS and a password."""
    with cupsd(locked=True) as found:
        yield found


RAW = {"roh": {"uri": "socket://127.0.0.1", "model": "raw"}}


def _certificate(server: Server) -> str:
    found = Desk("127.0.0.1", server.port).look(wanted(RAW, tls="always"))
    assert isinstance(found, Fault)
    assert (found.kind, found.what) == (
        FaultKind.HOST_KEY, "its certificate cannot be taken: this computer does not trust it",
    )  # fmt: skip
    return found.hint.partition("queues.certificate: ")[2]


def test_over_tls_with_a_password_that_only_the_right_server_gets(locked: Server) -> None:
    """An unknown certificate is told; the one that the inventory says is taken; another one gets nothing."""
    certificate = _certificate(locked)
    wish = wanted(RAW, tls="always", certificate=certificate)
    desk = Desk("127.0.0.1", locked.port)
    assert desk.apply(wish).kind is OutcomeKind.OK
    assert desk.plan(wish).edits == ()
    other = desk.look(wanted(RAW, tls="always", certificate=":".join(reversed(certificate.split(":")))))
    assert isinstance(other, Fault)
    assert (other.kind, other.what) == (
        FaultKind.HOST_KEY, "its certificate cannot be taken: it is another one than the inventory says",
    )  # fmt: skip


def test_a_wrong_account_changes_nothing(locked: Server) -> None:
    """The server's no is told in our words."""
    wish = wanted({"nie": RAW["roh"]}, tls="always", certificate=_certificate(locked))
    outcome = Desk("127.0.0.1", locked.port, user="somebody").apply(wish)
    assert outcome.fault
    assert (outcome.fault.kind, outcome.fault.what) == (FaultKind.AUTH, "it refuses our user or password")


def test_on_this_computer_the_socket_knows_who_we_are(locked: Server) -> None:
    """No password; the kernel says who is at the other end."""
    desk = Desk("192.0.2.1", 631, user="root", password="")
    outcome = desk.apply(wanted({"dose": RAW["roh"]}, socket=locked.socket))
    assert (outcome.kind, outcome.fault) == (OutcomeKind.OK, None)
