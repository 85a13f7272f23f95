"""Documentation that cannot rot: every command is described, every link leads somewhere, every command named exists."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from campusctl.cli.main import main
from campusctl.lab.faults_help import sections

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]


def _commands(group: click.Group, prefix: str = "") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found is not None, name
        yield f"{prefix}{name}", found
        if isinstance(found, click.Group):
            yield from _commands(found, f"{prefix}{name} ")


COMMANDS = dict(_commands(main))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_has_help(name: str) -> None:
    """`--help` says what a command does and what each option is for."""
    found = COMMANDS[name]
    assert found.help
    assert [option.name for option in found.params if isinstance(option, click.Option) and not option.help] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_stands_in_the_documentation_with_its_options(name: str) -> None:
    """Each top-level command has its page, which names every option."""
    page = (ROOT / "docs" / "commands" / f"{name.split(maxsplit=1)[0]}.md").read_text()
    assert f"campusctl {name}" in page
    options = [text for option in COMMANDS[name].params if isinstance(option, click.Option) for text in option.opts]
    assert [text for text in options if text.startswith("--") and text not in page] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link names a file that is there."""
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_named_in_the_documentation_exist(page: Path) -> None:
    """`campusctl WORD` in code is a command."""
    code = re.findall(r"```.*?```|`[^`\n]+`", page.read_text(), re.DOTALL)
    named = {
        name for text in code for name in re.findall(r"campusctl (?:--workspace \S+ |--\S+ )*([a-z][a-z-]+)", text)
    }
    assert named - set(COMMANDS) == set()


def test_every_fault_of_the_lab_stands_in_its_page() -> None:
    """Of switches, PCs and every kind of appliance."""
    page = (ROOT / "docs" / "lab.md").read_text(encoding="utf-8")
    missing = [
        f"{title}: {kind}"
        for title, kinds in sections()
        for kind, what in kinds.items()
        if not re.search(rf"`{re.escape(kind)}(=[^`]+)?`" if "VALUE" in what or kind == "new" else f"`{kind}`", page)
    ]
    assert missing == []
