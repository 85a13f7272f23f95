"""Whatever text an inventory holds, each format of a PC's file reads it back as it was, or it is refused."""

import json
import re
import shlex
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from campusctl.model.names import CONTROL
from campusctl.render.pc import net
from campusctl.render.values import RefusedValueError

NASTY = [
    "{{ 7*7 }}",
    "{% raw %}",
    "$(id)",
    "`id`",
    "a\nb",
    'say "so"',
    "it's",
    "100%",
    "a\\",
    "${HOME}",
    "#x",
    "é ü 漢",
    "%h",
]

TEXTS = st.one_of(st.sampled_from(NASTY), st.text(max_size=30), st.text("\"'\\$`%{}#;=, \tab", max_size=12))

DATA = st.recursive(
    TEXTS | st.integers() | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)


def tried(use: Callable[[str], str], text: str) -> str | None:
    """What a filter makes of a text, or None if it refuses it."""
    try:
        return str(use(text))
    except RefusedValueError:
        return None


@given(TEXTS)
def test_nothing_leaves_its_line(text: str) -> None:
    """No filter lets a control or direction character through, nor a secret's token."""
    for use in (net.line, net.word, net.shell, net.env, net.quoted, net.ini, net.unit, net.sudo):
        found = tried(use, text)
        assert found is None or not re.search(f"[{CONTROL}]", found)
    assert tried(net.line, f"{text}<<secret:a/b>>") is None


@given(TEXTS)
@example("'\"'")
def test_a_shell_reads_one_word(text: str) -> None:
    """Quoted for sh: the very text."""
    found = tried(net.shell, text)
    assert found is None or shlex.split(found) == [text]


@given(TEXTS)
def test_an_environment_file_reads_the_text(text: str) -> None:
    """In double quotes without anything that a shell would expand."""
    found = tried(net.env, text)
    assert found is None or (shlex.split(f"X={found}") == [f"X={text}"] and not set("$`\\") & set(found))


@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_cron_gives_the_shell_the_words(words: list[str]) -> None:
    r"""After cron has taken `\%` for `%`; a bare `%`, a line end to cron, never stands there."""
    try:
        found = net.cron(words)
    except RefusedValueError:
        return
    assert re.search(r"(?<!\\)%", found) is None
    assert shlex.split(found.replace("\\%", "%")) == words


def systemd_words(text: str) -> list[str]:
    """`ExecStart=` as systemd reads it: quotes, backslashes, then `%%` and `$$` (systemd.service(5))."""
    words = [
        match[1] if match[1] is not None else match[2] for match in re.finditer(r'"((?:\\.|[^"\\])*)"|(\S+)', text)
    ]
    plain = [re.sub(r"\\(.)", r"\1", word) for word in words]
    assert all(not re.search(r"(?<!%)%(%%)*(?!%)|(?<!\$)\$(\$\$)*(?!\$)", word) for word in plain)
    return [word.replace("%%", "%").replace("$$", "$") for word in plain]


@given(st.lists(TEXTS.filter(bool), min_size=1, max_size=4))
def test_systemd_starts_the_words(words: list[str]) -> None:
    """No specifier and no variable is expanded, no word falls apart."""
    try:
        found = str(net.command(words))
    except RefusedValueError:
        return
    assert systemd_words(found) == words


@given(DATA)
def test_json_reads_the_data(data: object) -> None:
    """Written by an encoder, line breaks and quotes too."""
    assert json.loads(net.json_text(data)) == data


@pytest.mark.parametrize("text", ["a\nb", "a\x07", "a\u202eb", "a\u2028b", "x<<secret:a>>", ""])
def test_words_refuse_what_is_none(text: str) -> None:
    """One word of letters, digits and signs."""
    assert tried(net.word, text) is None


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("/bin/x --a=b,c", r"/bin/x --a\=b\,c"),
        ("/usr/bin/systemctl restart cups", "/usr/bin/systemctl restart cups"),
        ("ALL", "ALL"),
    ],
)
def test_sudo_reads_its_own_signs_as_text(text: str, shown: str) -> None:
    """`,`, `:` and `=` end a command in sudoers unless they are escaped."""
    assert net.sudo(text) == shown
