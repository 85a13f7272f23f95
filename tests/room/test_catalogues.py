"""Nothing that a person in a school reads is left untranslated, and what was translated is what is shipped."""

import ast
import gettext
import io
import re
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from campusctl.words.language import DOMAIN, FOLDER, LANGUAGES, SOURCE

ROOT: Final = Path(__file__).parents[2]
KEYWORDS: Final = {"N_": None, "tr": None, "many": (1, 2), "sentence": None, "sentences": (1, 2)}
"""What marks a sentence, as docs/languages.md tells `pybabel extract`."""
OTHERS: Final = [code for code in LANGUAGES if code != SOURCE]
_OTHERS: Final = ("headers.py", "scanning.py", "sheet.py", "writing.py")
"""Of these, words that people write in tables and on labels, and what stands in commits."""
SPOKEN: Final = (
    "cli/room.py", "cli/room_views.py", "cli/status_views.py", "words/room.py", "words/sources.py", "words/status.py",
    "cli/onboard_asking.py", "cli/onboard_resuming.py", "cli/onboard_views.py", "cli/onboarding.py", "cli/speaking.py",
    "cli/sign.py", "cli/sign_views.py", "cli/label.py", "cli/acceptance.py", "words/onboarding.py", "words/trouble.py",
    "cli/adopt.py", "cli/adopt_views.py", "cli/change_views.py", "cli/changing.py", "cli/discover.py",
    "cli/discover_views.py", "cli/move.py", "cli/retire.py", "cli/swap.py", "engine/discovery.py", "inventory/plugs.py",
    "inventory/switch_entry.py", "workflow/discovering.py", "workflow/git_care.py", "workflow/inventory_change.py",
    "cli/validate.py", "model/android.py", "model/board.py", "model/names.py", "model/pc_names.py",
    "model/pc_windows.py", "model/queues.py", "secrets/config.py",
    *(f"inventory/{name}.py" for name in (
        "assignment", "check", "check_appliances", "check_calendar", "check_pc", "check_pc_files", "check_pc_parts",
        "check_ports", "check_school", "city", "files", "issue", "load", "names_hint", "pc_hosts", "portmap",
        "public_holidays", "sites", "source", "spreadsheet", "topology", "translate",
    )),
    *(f"inventory/appliances/{path.name}"
      for path in sorted((ROOT / "campusctl/inventory/appliances").glob("*.py"))),
    *(f"cli/{name}.py" for name in (
        "again", "apply", "carrying", "device_views", "drift", "drift_files", "drift_views", "interrupt",
        "outcome_views", "plan", "plan_views", "progress", "resume", "revert", "rollout_options", "rollout_views",
    )),
    *(f"engine/{name}.py" for name in (
        "cabling", "calendar", "interrupts", "planner", "presence", "rolling", "rollout", "setting_words",
    )),
    *(f"workflow/{name}.py" for name in ("applying", "choosing", "corridor", "going_back", "waking", "windows")),
    *(f"drivers/{name}.py" for name in (
        "appliance/compare", "pc/clock", "pc/interrupts", "pc/proving", "printer/ipp_words", "printer/printer_alerts",
        "queues/seen", "switch/applying", "switch/choosing", "switch/settling", "switch/watching",
    )),
    *(f"workflow/lifecycle/{path.name}" for path in sorted((ROOT / "campusctl/workflow/lifecycle").glob("*.py"))),
    *(f"{room}/onboarding/{path.name}" for room in ("inventory", "workflow")
      for path in sorted((ROOT / "campusctl" / room / "onboarding").glob("*.py")) if path.name not in _OTHERS),
)  # fmt: skip
"""Modules whose every sentence is read by people in schools."""

_CALLS: Final = re.compile(r"\b(?:N_|tr|many|sentences?)\(")
Key = str | tuple[str, ...]


@pytest.fixture(scope="module")
def marked() -> dict[Key, str]:
    """Every sentence that is marked in the code, with where it stands."""
    found: dict[Key, str] = {}
    for file in (ROOT / "campusctl").rglob("*.py"):
        if not _CALLS.search(file.read_text()):
            continue
        for line, message, *_ in extract_from_file("python", file, keywords=KEYWORDS):
            found[message if isinstance(message, str) else tuple(message)] = f"{file.name}:{line}"
    return found


def po(code: str) -> Catalog:
    """A catalogue as people edit it."""
    with (FOLDER / code / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        return read_po(file, locale=code)


def entries(code: str) -> dict[Key, Message]:
    """Its sentences."""
    return {message.id: message for message in po(code) if message.id}


def texts(message: Message) -> tuple[str, ...]:
    """What stands there in the other language: one text, or one for each form of the number."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def places(text: str) -> set[str]:
    """The names of the values in a sentence."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("code", OTHERS)
def test_every_sentence_has_its_translation_and_none_is_left_over(code: str, marked: dict[Key, str]) -> None:
    """Found by extraction, not by hand."""
    known = entries(code)
    assert {where: key for key, where in marked.items() if key not in known} == {}, "pybabel update, then translate"
    assert [key for key in known if key not in marked] == [], "pybabel update --ignore-obsolete"
    assert [key for key, message in known.items() if message.fuzzy or not all(texts(message))] == []


@pytest.mark.parametrize("code", OTHERS)
def test_a_translation_names_the_values_of_its_sentence(code: str) -> None:
    """Every form of it, and no other; and it speaks to nobody in the third person."""
    for key, message in entries(code).items():
        wanted = places(key) if isinstance(key, str) else places(key[0]) | places(key[1])
        for text in texts(message):
            assert places(text) == wanted, text
            assert not {"Sie", "Ihr", "Ihre", "Ihren"} & set(text.replace(":", " ").replace(".", " ").split()), text


@pytest.mark.parametrize("code", OTHERS)
def test_what_is_shipped_was_compiled_from_what_people_edit(code: str) -> None:
    """`pybabel compile` was run after the last edit."""
    fresh = io.BytesIO()
    write_mo(fresh, po(code))
    fresh.seek(0)
    with (FOLDER / code / "LC_MESSAGES" / f"{DOMAIN}.mo").open("rb") as file:
        shipped = gettext.GNUTranslations(file)
    made = gettext.GNUTranslations(fresh)
    for key in entries(code):
        if isinstance(key, str):
            assert shipped.gettext(key) == made.gettext(key)
        else:
            assert [shipped.ngettext(*key, number) for number in (0, 1, 2)] == [
                made.ngettext(*key, number) for number in (0, 1, 2)
            ]


class _Unmarked(ast.NodeVisitor):
    """Collects texts that look like words for people and are in no call that marks them."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def visit_Call(self, node: ast.Call) -> None:
        """A call that marks a sentence, or an option of click, holds nothing of interest."""
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name not in {*KEYWORDS, "option", "argument", "command", "compile"}:
            self.generic_visit(node)
        elif name in KEYWORDS:
            for keyword in node.keywords:
                self.visit(keyword)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        """An annotation is no text."""
        if node.value:
            self.visit(node.value)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        """Neither are a docstring, annotations and decorators."""
        for part in (*node.args.defaults, *node.body):
            self.visit(part)

    def visit_Expr(self, node: ast.Expr) -> None:
        """A text that stands alone describes what is above it."""
        if not isinstance(node.value, ast.Constant):
            self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        """Words have letters, and a blank among them; a command that is typed is the same in every language."""
        text = node.value
        if isinstance(text, str) and " " in text.strip() and any(char.isalpha() for char in text):
            self.found.append(text)


def _marks(tree: ast.AST) -> Iterator[str]:
    """Every text that a call marks, also within an f-string, where no tool of catalogues looks."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in KEYWORDS and isinstance(node.args[0].value, str):
                yield node.args[0].value


@pytest.mark.parametrize("name", SPOKEN)
def test_every_mark_is_where_the_catalogues_find_it(name: str, marked: dict[Key, str]) -> None:
    """A mark within an f-string would be a sentence that is never translated."""
    known = {key if isinstance(key, str) else key[0] for key in marked}
    assert [text for text in _marks(ast.parse((ROOT / "campusctl" / name).read_text())) if text not in known] == []


@pytest.mark.parametrize("name", SPOKEN)
def test_no_sentence_of_these_modules_is_unmarked(name: str) -> None:
    """What is not marked would be shown in English to everybody."""
    looker = _Unmarked()
    looker.visit(ast.parse((ROOT / "campusctl" / name).read_text()))
    # Part of a command that is shown as it is typed, and what JSON says, which is English.
    kept = {
        "    campusctl resume ", "    campusctl revert ", "campusctl", "campusctl --lab",
        "send commands ", " of ",
        " onboard resume ", "campusctl drift -v",
        "--port SWITCH:PORT", "--profile NAME", "%Y-%m-%d %H:%M", "check / ",
        " apply --plan ", "campusctl history show ", "campusctl plan ", "campusctl revert ",
        "campusctl lab down, then campusctl lab up --pcs SCHOOL",
        "campusctl apply ", "campusctl move ", "campusctl history ", " --device ", " --port SWITCH:PORT", "git revert ",
        # What stands in a commit's message.
        "Take back: ", "campusctl run ", "\n\nNo device was touched (campusctl run ",
        # What stands in the journal.
        "the inventory only", "the successor is not set up yet",
        "Say the ", ", as it was seen", "MAC address", "serial number", "Give up onboarding ",
        # Names of what is remembered, of columns and of keys; an example in YAML.
        "pc faults", "room nets", "ip address", ": vlans.", "{first: 2026-12-23, last: 2027-01-06}",
        # What a parser says, by which its complaints are known.
        "more than one document", "duplicate entry", "recursion limit", "as u128", "cannot start any token",
        "did not find expected key", "did not find expected '-'", "mapping values are not allowed",
    }  # fmt: skip
    # A pattern is the same in every language, too.
    assert [text for text in looker.found if text not in kept and not text.startswith("^")] == []
