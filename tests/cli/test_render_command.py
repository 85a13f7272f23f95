"""`campusctl render` and `campusctl lab generate` as they are typed."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from campusctl.cli import lab_generate
from campusctl.cli.main import call

ROOT = Path(__file__).parents[2]


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """The example city."""
    for name in ("inventory", "templates"):
        shutil.copytree(ROOT / name, tmp_path / "city" / name)
    return tmp_path / "city"


def render(workspace: Path, *arguments: str) -> int:
    """The exit code of `campusctl render` in that workspace."""
    return call(["--workspace", str(workspace), "render", *arguments])


def test_one_switch_is_printed_bare(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Fit to be redirected into a file: the text and nothing else."""
    assert render(workspace, "s042-a2-sw01") == 0
    out, err = capsys.readouterr()
    assert out.startswith("hostname s042-a2-sw01\n!\n")
    assert out.endswith("\nend\n")
    assert err == ""


@pytest.mark.parametrize("name", ["schule-042", "s042"])
def test_school_is_printed_with_a_head_for_each_switch(
    workspace: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """Comments in each dialect's own way; the school by id or short name."""
    assert render(workspace, name) == 0
    out = capsys.readouterr().out
    assert "! s042-a1-sw01: 6300M, schule-042/A/0/A1\nhostname s042-a1-sw01\n" in out
    assert '; s042-a1-sw02: 5406Rzl2, schule-042/A/0/A1\nhostname "s042-a1-sw02"\n' in out


def test_out_writes_a_file_for_each_switch(workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`DIR/<school>/<device>.cfg`, of others `.json`, and one line on stderr."""
    assert render(workspace, "schule-007", "--out", str(tmp_path / "out")) == 0
    files = sorted(
        path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*") if path.is_file()
    )
    assert files
    assert [name for name in files if name.endswith(".json")] == [
        f"schule-007/s007-{name}.json"
        for name in ("r1-dt01", "r2-dt01", "r3-dt01", "r3-pc01", "r4-dt01", "r4-pc01", "v2-pr01")
    ]
    files = [name for name in files if not name.endswith(".json")]
    assert all(name.startswith("schule-007/s007-") and name.endswith(".cfg") for name in files)
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"{len(files)} configurations and 7 documents in ")
    assert render(workspace, files[0].split("/")[1].removesuffix(".cfg")) == 0
    assert capsys.readouterr().out == (tmp_path / "out" / files[0]).read_text(encoding="ascii")


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("s042-a2-sw9", "did you mean s042-a2-sw0"),
        ("schule-43", "did you mean schule-042"),
        ("S042-A2-SW01", "did you mean"),
    ],
)
def test_mistyped_name_gets_a_suggestion(
    workspace: Path, capsys: pytest.CaptureFixture[str], name: str, hint: str
) -> None:
    """Schools and switches alike."""
    assert render(workspace, name) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert hint in err


@pytest.mark.parametrize("name", ["../../etc", "", "s042\nx", "x" * 5000, "-", "schule-042/.."])
def test_odd_names_are_unknown_names(workspace: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    """No path is made of a name."""
    assert call(["--workspace", str(workspace), "render", "--", name]) == 1
    assert capsys.readouterr().err.startswith("error: no school or device")


def test_a_device_that_nothing_brings_to_standard_says_so(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An access point has no settings here."""
    assert render(workspace, "s042-r101-ap01") == 1
    assert "nothing brings s042-r101-ap01 to a standard" in capsys.readouterr().err


def test_a_board_is_printed_as_its_settings(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What `plan` holds it against, in the order in which it is set."""
    assert render(workspace, "s042-r101-dt01") == 0
    out, err = capsys.readouterr()
    settings = json.loads(out)
    assert (next(iter(settings)), settings["name"], err) == ("network_standby", "s042-r101-dt01", "")


def test_one_pc_is_printed_as_json(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its document, fit for a JSON tool; a secret stands as a reference."""
    assert render(workspace, "s042-r201-pc01") == 0
    out, err = capsys.readouterr()
    document = json.loads(out)
    assert (document["format"], document["os"], err) == (1, "linux", "")
    assert document["users"]["lehrer"]["password"] == "<<secret:pc/lehrer>>"


def test_documents_of_a_school_are_counted_not_printed(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """JSON after JSON is none: what is left out is said on stderr."""
    assert render(workspace, "schule-007") == 0
    out, err = capsys.readouterr()
    assert '"format"' not in out
    assert err == "7 documents of other devices are not shown; --out writes them\n"


def test_broken_template_writes_nothing(workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The switches of the other dialects are not written either: no half of a school."""
    (workspace / "templates" / "switch" / "hp_procurve" / "site.j2").write_text("{{ device.nmae }}\n", encoding="ascii")
    assert render(workspace, "schule-042", "--out", str(tmp_path / "out")) == 1
    assert "error: templates/switch/hp_procurve/site.j2:1: s042-" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_out_that_is_a_file_is_refused(workspace: Path, tmp_path: Path) -> None:
    """A usage error, before anything is read."""
    (tmp_path / "out").write_text("mine", encoding="ascii")
    assert render(workspace, "schule-007", "--out", str(tmp_path / "out")) == 2
    assert (tmp_path / "out").read_text(encoding="ascii") == "mine"


def test_generated_city_can_be_rendered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Out of the box: generate, then render."""
    done = CliRunner().invoke(lab_generate.command, ["--schools", "2", "--seed", "1", str(tmp_path / "new")])
    assert done.exit_code == 0, done.output
    assert done.output.startswith(f"{tmp_path / 'new'}: 2 schools, 2 sites, ")
    assert render(tmp_path / "new", "s002-a0-sw01") == 0
    assert "s002-a0-sw01" in capsys.readouterr().out
