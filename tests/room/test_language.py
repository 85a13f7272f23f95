"""Which language is spoken, and how a sentence is filled."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from campusctl.cli.main import call
from campusctl.words.language import language_of, translate_to


@pytest.mark.parametrize(
    ("environ", "code"),
    [
        ({}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "de"),
        ({"LANG": "de"}, "de"),
        ({"LANG": "de_AT@euro"}, "de"),
        ({"LANG": "DE_de"}, "de"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "POSIX"}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
        ({"LANG": "den_US"}, "en"),
        ({"LC_MESSAGES": "de_DE.UTF-8", "LANG": "en_US.UTF-8"}, "de"),
        ({"LC_ALL": "C", "LC_MESSAGES": "de_DE", "LANG": "de_DE"}, "en"),
        ({"LC_ALL": "", "LANG": "de_DE"}, "de"),
        ({"LC_CTYPE": "de_DE", "LANG": "en_GB"}, "en"),
    ],
)
def test_the_first_variable_that_says_anything_decides(environ: dict[str, str], code: str) -> None:
    """In the order of POSIX; a language we do not have is English."""
    assert language_of(environ) == code


def test_a_sentence_is_filled_and_values_are_left_alone() -> None:
    """A value that looks like a place is only text."""
    tr = translate_to("de")
    assert (
        tr("Port {port} of {switch} is shut.", port="{switch}", switch="x") == "Port {switch} von x ist abgeschaltet."
    )
    assert tr("") == ""
    assert translate_to("en")("Port {port} of {switch} is shut.", port="6", switch="x") == "Port 6 of x is shut."


def test_a_number_has_its_form() -> None:
    """One is another form than many, and nothing is many."""
    one, other = "{number} board", "{number} boards"
    assert [translate_to("de").many(one, other, number) for number in (0, 1, 2)] == ["0 Tafeln", "1 Tafel", "2 Tafeln"]
    assert [translate_to("en").many(one, other, number) for number in (0, 1, 2)] == ["0 boards", "1 board", "2 boards"]


def test_a_language_without_a_catalogue_is_english() -> None:
    """Nobody is left without words."""
    assert translate_to("fr").code == "en"
    assert translate_to("fr")("It is in standby.") == "It is in standby."


Status = Callable[..., str]


@pytest.fixture
def status(musterstadt: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Status:
    """What `campusctl` says with these arguments, in a locale."""

    def run(*arguments: str, locale: str) -> str:
        monkeypatch.setenv("LC_ALL", locale)
        assert call(["--workspace", str(musterstadt), *arguments]) == 0
        return capsys.readouterr().out

    return run


@pytest.mark.parametrize(
    ("arguments", "locale", "word"),
    [
        ("--lang de status", "C.UTF-8", "Nichts ist unerledigt"),
        ("status --lang de", "C.UTF-8", "Nichts ist unerledigt"),
        ("--lang de status --lang en", "C.UTF-8", "nothing is unfinished"),
        ("status", "de_DE.UTF-8", "Nichts ist unerledigt"),
        ("--lang en status", "de_DE.UTF-8", "nothing is unfinished"),
    ],
)
def test_an_option_comes_before_the_locale_and_the_nearest_option_first(
    arguments: str, locale: str, word: str, status: Status
) -> None:
    """The command's own, then the one before the command, then the locale."""
    assert status(*arguments.split(), locale=locale) == f"{word}\n"


def test_german_reaches_a_terminal_that_knows_ascii_only() -> None:
    """It may look odd there; it never ends in a traceback."""
    program = "from campusctl.words.language import translate_to; import click; click.echo(translate_to('de')('fault'))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=False, env={"LC_ALL": "C", "PYTHONUTF8": "1"}
    )
    assert done.stdout.decode() == "Störung\n"
