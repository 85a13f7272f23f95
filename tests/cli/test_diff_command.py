"""`campusctl diff` as a person or a script meets it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from campusctl.cli.main import call

RUNNING = 'vlan 10\n   name "A"\n   tagged 24\n   exit\nsnmp-server community "kanarienvogel" operator\nodd line\n'
INTENDED = 'vlan 10\n   name "B"\n   tagged 24\n   exit\nsnmp-server community "kanarienvogel" operator\n'

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs one command line; gives exit code, stdout and stderr."""

    def run_it(*arguments: object) -> tuple[int, str, str]:
        code = call([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run_it


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """A running and an intended configuration."""
    running, intended = tmp_path / "running.cfg", tmp_path / "intended.cfg"
    running.write_text(RUNNING)
    intended.write_text(INTENDED)
    return running, intended


def test_json_has_edits_commands_unmanaged_and_refused(run: Run, files: tuple[Path, Path]) -> None:
    """Exactly these keys, commands as single strings, exit code 4."""
    code, out, err = run("diff", "--dialect", "hp_procurve", *files, "--json")
    document = json.loads(out)
    assert (code, err) == (4, "")
    assert document["edits"] == [{"path": ["vlan", "10", "name"], "before": "A", "after": "B"}]
    assert document["commands"] == ["vlan 10", 'name "B"', "exit"]
    assert document["unmanaged"] == ["odd line"]
    assert document["refused"] == []


def test_text_says_it_in_words(run: Run, files: tuple[Path, Path]) -> None:
    """Before and after, the exact lines, what is kept."""
    code, out, _ = run("diff", "--dialect", "hp_procurve", *files)
    assert code == 4
    assert "~ VLAN 10, name: A → B" in out
    assert '   name "B"\n' in out
    assert "odd line" in out


def test_a_file_against_itself_is_equal(run: Run, files: tuple[Path, Path]) -> None:
    """Exit code 0 and one word."""
    assert run("diff", "--dialect", "hp_procurve", files[0], files[0]) == (0, "equal\n", "")


def test_secrets_are_masked_in_text_and_edits(run: Run, files: tuple[Path, Path]) -> None:
    """Only the JSON's commands show what would be sent."""
    files[0].write_text(RUNNING.replace("kanarienvogel", "alter-vogel"))
    code, out, err = run("diff", "--dialect", "hp_procurve", *files)
    assert code == 4
    assert "vogel" not in out + err
    document = json.loads(run("diff", "--dialect", "hp_procurve", *files, "--json")[1])
    assert "vogel" not in json.dumps(document["edits"])
    assert 'snmp-server community "kanarienvogel" operator' in document["commands"]


def test_unknown_dialect_is_named_with_a_hint(run: Run, files: tuple[Path, Path]) -> None:
    """The classic mistake gets a word of its own."""
    code, out, err = run("diff", "--dialect", "aruba_os", *files)
    assert (code, out) == (1, "")
    assert "WLAN controller" in err
    assert "did you mean cisco_ios?" in run("diff", "--dialect", "cisco_iso", *files)[2]


def test_missing_file_is_an_error_not_a_traceback(run: Run, tmp_path: Path) -> None:
    """It names the file."""
    code, out, err = run("diff", "--dialect", "cisco_ios", tmp_path / "a", tmp_path / "b")
    assert (code, out) == (1, "")
    assert err == f"error: No such file or directory: {tmp_path / 'a'}\n"


@pytest.mark.parametrize("dialect", ["cisco_ios", "aruba_aoscx", "hp_procurve"])
def test_any_bytes_are_read(run: Run, tmp_path: Path, dialect: str) -> None:
    """Latin-1, NUL bytes, no line end: never a traceback, and equal to itself."""
    file = tmp_path / "odd.cfg"
    file.write_bytes(b"hostname a\nbanner motd ^C\n\xfc\x00\x1b[2K\xff interface")
    assert run("diff", "--dialect", dialect, file, file)[0] == 0


def test_command_line_mistakes_exit_2(run: Run, files: tuple[Path, Path]) -> None:
    """A missing option, an unknown option, an unknown command."""
    assert run("diff", *files)[0] == 2
    code, _, err = run("diff", "--dialekt", "cisco_ios", *files)
    assert code == 2
    assert "--dialect" in err
    code, _, err = run("dif")
    assert code == 2
    assert "did you mean diff?" in err
