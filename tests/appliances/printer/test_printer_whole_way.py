"""The example city's printer from the command line to the lab and back: drift, apply, history, backup, revert."""

import io
import json
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from printer_rig import Rig, free_port

from campusctl import workflow
from campusctl.cli.main import call
from campusctl.inventory.load import load_city
from campusctl.lab.appliances.city import lab_appliances
from campusctl.lab.appliances.printer import LabPrinter
from campusctl.lab.secrets import LabSource
from campusctl.lab.state import known_hosts, lab_address

REPO = Path(__file__).parents[3]
SCHOOL, PRINTER = "schule-007", "s007-v2-pr01"
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(rig: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """A prompt in a workspace whose printer is up, as out of its box."""
    root = tmp_path / "ws"
    others = shutil.ignore_patterns("schule-042", "schule-101")
    shutil.copytree(REPO / "inventory", root / "inventory", ignore=others)
    shutil.copytree(REPO / "templates", root / "templates")
    source = LabSource(root)
    found = lab_appliances(load_city(root, [SCHOOL]), {PRINTER: ("factory",)}, source)
    spec = next(one for one in found if one.name == PRINTER)
    host = lab_address(spec.address)
    port = free_port(host)

    async def start() -> LabPrinter:
        printer = LabPrinter(spec)
        await printer.start(port)
        return printer

    printer = rig.loop.run(start())
    desk = workflow.Desk(
        root, source, lambda address: (lab_address(address), port), known_hosts(root), b"k" * 32, lab=True,
        pcs=frozenset(), appliances=frozenset({PRINTER}), clock=lambda: datetime(2026, 11, 28, 12, tzinfo=UTC),
    )  # fmt: skip
    monkeypatch.chdir(root)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    monkeypatch.setattr(workflow, "open_desk", lambda _root, *, lab, ask=None: desk)

    secrets = set(source.resolve(["printer/admin", "printer/snmp-auth", "printer/snmp-privacy"]).values())

    def enter(*arguments: str) -> tuple[int, str]:
        capsys.readouterr()
        code = call(["--lab", *arguments])
        told = capsys.readouterr()
        said = told.out + told.err
        assert not [secret for secret in secrets if secret in said]
        return int(code), said

    yield enter
    rig.loop.run(printer.stop())


def test_there_and_back(run: Run) -> None:
    """Every command does with a printer what it does with a switch; no secret is shown anywhere."""
    code, said = run("apply", SCHOOL, "--class", "pr", "--yes")
    assert code == 0
    assert "~ sides: one-sided → two-sided-long-edge" in said
    assert "+ location: (default) → schule-007/A/1/V2" in said
    assert "~ panel language: en → de" in said
    assert "13 settings; read again, nothing differs any more" in said
    number = re.search(r"history show ([0-9a-f]{8})", said)
    assert number is not None
    assert f"{PRINTER}: done  13 settings" in run("history", "show", number[1])[1]
    code, said = run("revert", number[1], "--yes")
    assert (code, "13 settings; read again, nothing differs any more" in said) == (0, True)
    assert 'sides: "two-sided-long-edge"\n' in run("backup", "show", PRINTER)[1]
    code, said = run("drift", SCHOOL, "--class", "pr", "--json")
    assert code == 4
    (found,) = json.loads(said[said.index("{") : said.rindex("}") + 1])["assessments"]
    assert (found["facts"]["serial"], len(found["edits"])) == ("PR007-0001", 13)
