"""The example city's documents, made true on a bare Debian by the module's core."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pc_lab import PcLab, make_pcs, pcs_up

from campusctl.inventory.load import load_city
from campusctl.inventory.resolve_pc import pc_intent
from campusctl.lab.secrets import lab_dir
from campusctl.render.pc import PcRenderer

pytestmark = pytest.mark.debian

ROOT = Path(__file__).parents[3]
CORE = ROOT / "playbooks/collections/ansible_collections/campusctl/pcs/plugins/module_utils"
SCRIPT = """import json, sys; sys.path.insert(0, "/opt/campusctl-test")
from campus_pc.converge import Request, converge
json.dump(converge(Request(**json.load(sys.stdin))), sys.stdout)"""

Converge = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PcLab]:
    """One PC, bare."""
    with pcs_up(tmp_path_factory.mktemp("state"), make_pcs(1)) as up:
        pid = (lab_dir(up.root) / "pcs" / up.pcs[0].name / "pid").read_text().strip()
        away = shutil.ignore_patterns("__pycache__")
        inside = Path("/proc", pid, "root")
        shutil.copytree(CORE, inside / "opt/campusctl-test/campus_pc", ignore=away)
        yield up


@pytest.fixture
def converge(lab: PcLab) -> Converge:
    """Makes a document true, or says what differs."""

    def run(document: dict[str, Any], *, check: bool = False) -> dict[str, Any]:
        asked = {"document": document, "secrets": {"pc/lehrer": "Lab-Passwort"}, "check": check, "user": "campus"}
        done = lab.run_in(lab.pcs[0].name, ["python3", "-c", SCRIPT], stdin=json.dumps(asked))
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    return run


def document(root: Path, name: str = "s042-r201-pc01") -> dict[str, Any]:
    """What that PC shall be."""
    city = load_city(root, ["schule-042"])
    pc = pc_intent(city, city.school("schule-042"), city.find_device(name))
    return PcRenderer(root / "templates").document(pc)


def test_the_example_is_made_true_and_stays_true(converge: Converge) -> None:
    """Everything is done and proven; the second run, and check mode, find nothing."""
    wanted = document(ROOT)
    made = converge(wanted)
    assert made.get("fault") is None, made
    assert made["remaining"] == []
    assert len(made["edits"]) > 40
    again = converge(wanted)
    assert (again["edits"], again["changed"]) == ([], False)
    assert converge(wanted, check=True)["edits"] == []


def test_exam_mode_and_back_is_the_same_pc(converge: Converge, tmp_path: Path) -> None:
    """What a mode brings goes with it."""
    for name in ("inventory", "templates"):
        shutil.copytree(ROOT / name, tmp_path / name)
    profile = tmp_path / "inventory/profiles/pc-debian.yml"
    text = profile.read_text()
    profile.write_text(text.replace("    exam:\n", "    mode: exam\n    exam:\n      printing: false\n", 1))
    normal, exam = document(ROOT), document(tmp_path)
    converge(normal)
    made = converge(exam)
    assert (made["remaining"], made.get("fault")) == ([], None)
    paths = {tuple(edit["path"][:2]) for edit in made["edits"]}
    assert {("package", "zip"), ("file", "/etc/modprobe.d/60-campusctl-exam.conf"), ("service", "cups")} <= paths
    back = converge(normal)
    assert (back["remaining"], back.get("fault")) == ([], None)
    assert ("absent", "/etc/modprobe.d/60-campusctl-exam.conf") in {tuple(edit["path"][:2]) for edit in back["edits"]}
    assert converge(normal)["edits"] == []
