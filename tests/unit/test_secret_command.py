"""Secrets from a program: asked without a shell, once a reference, and its words shown to nobody."""

import os
import stat
import threading
import time
import traceback
from collections.abc import Sequence
from pathlib import Path

import pytest

from campusctl.errors import InventoryError, SecretError
from campusctl.secrets import ChainSource, CommandSource, SecretsFile, load_config, workspace_source
from campusctl.secrets.command import Answer

CANARY = "kanarien-vogel"


def program(folder: Path, text: str, name: str = "getpw") -> str:
    """An executable script; its path."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(stat.S_IRWXU)
    return str(path)


def source(folder: Path, text: str, *words: str, **options: object) -> ChainSource:
    """A source that calls a script with these words, `{ref}` if none are given."""
    config = SecretsFile(command=(program(folder, text), *(words or ("{ref}",))), **options)
    return ChainSource(CommandSource(folder, config))


def refusal(chain: ChainSource, ref: str) -> SecretError:
    """Why a reference is not resolved; without a word of the program's."""
    with pytest.raises(SecretError) as caught:
        chain.resolve((ref,))
    assert CANARY not in "".join(traceback.format_exception(caught.value)) + repr(chain) + repr(chain._sources)
    return caught.value


def test_the_first_line_is_the_secret(tmp_path: Path) -> None:
    """As `pass` keeps it, with notes below; or all of it, without the last line end."""
    text = f"printf '{CANARY} \\r\\nuser: admin\\n'"
    assert source(tmp_path, text).resolve(("a/b",)) == {"a/b": f"{CANARY} "}
    whole = source(tmp_path, f"printf '{CANARY}\\n'", output="whole")
    assert whole.resolve(("a/b",)) == {"a/b": CANARY}
    assert "control character" in refusal(source(tmp_path, text, output="whole"), "a/b").what


def test_the_reference_stays_within_its_word(tmp_path: Path) -> None:
    """Words are words, whatever a shell would make of them."""
    found = source(tmp_path, 'printf "%s|" "$@"', "show", "$(id); {ref} *", "--x={ref}").resolve(("snmp/ro",))
    assert found == {"snmp/ro": "show|$(id); snmp/ro *|--x=snmp/ro|"}


@pytest.mark.parametrize(
    "ref", ["-rf", "--help", "a/-b", "../etc/passwd", "a/../b", ".hidden", "a b", "a\nb", "a;b", "", "a//b", "/a"]
)
def test_what_is_no_reference_never_reaches_the_program(tmp_path: Path, ref: str) -> None:
    """So that none is an option, a way upwards or two words."""
    chain = source(tmp_path, "touch called; echo x")
    assert "is not known to `getpw`" in refusal(chain, ref).what
    assert not (tmp_path / "called").exists()


def test_a_failure_names_program_and_exit_code(tmp_path: Path) -> None:
    """And nothing that it wrote."""
    wrong = refusal(source(tmp_path, f"echo {CANARY}; echo {CANARY} >&2; exit 7"), "snmp/ro")
    assert wrong.what == "the secret 'snmp/ro' is not known to `getpw` (exit code 7)"
    assert wrong.hint == "run getpw by hand and look: inventory/secrets.yml says how it is called"


def test_nothing_is_written_to_our_own_stderr(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """What a program complains about may quote a secret."""
    source(tmp_path, f"echo {CANARY} >&2; echo x").resolve(("a",))
    assert capfd.readouterr() == ("", "")


def test_a_program_that_hangs_is_killed(tmp_path: Path) -> None:
    """Also when a child of its own keeps the pipe open."""
    begun = time.monotonic()
    wrong = refusal(source(tmp_path, f"echo {CANARY}; sleep 5", timeout_s=0.3), "a")
    assert wrong.what == "inventory/secrets.yml: `getpw` took more than 0.3 s"
    assert time.monotonic() - begun < 3


def test_a_program_cannot_fill_our_memory(tmp_path: Path) -> None:
    """It is cut off, not collected."""
    assert "printed more than 65536 bytes" in refusal(source(tmp_path, f"yes {CANARY}"), "a").what


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("printf '\\377\\376'", "printed something that is no text"),
        ("exit 0", "the secret 'a' is empty"),
        ("echo; echo second", "the secret 'a' is empty"),
        (f"echo '{CANARY}?'", "control character or a question mark"),
        ("kill -9 $$", "(exit code -9)"),
    ],
)
def test_what_is_no_secret_is_refused(tmp_path: Path, text: str, what: str) -> None:
    """In words that hold nothing of it."""
    assert what in refusal(source(tmp_path, text), "a").what


def test_a_missing_program_is_said_so(tmp_path: Path) -> None:
    """Not installed, not executable, a folder."""
    for command in ("/no/such/getpw", str(tmp_path)):
        chain = ChainSource(CommandSource(tmp_path, SecretsFile(command=(command, "{ref}"))))
        wrong = refusal(chain, "a")
        assert "cannot be started" in wrong.what
        assert "is it installed" in wrong.hint


def test_each_reference_is_asked_for_once_and_few_at_a_time() -> None:
    """However often it is needed; a failure is remembered too."""
    calls: list[str] = []
    running, most, lock = 0, 0, threading.Lock()

    def run(command: Sequence[str]) -> Answer:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
            calls.append(command[1])
        threading.Event().wait(0.02)
        with lock:
            running -= 1
        return Answer(None, 1) if command[1] == "missing" else Answer(f"value of {command[1]}")

    asked = CommandSource(Path(), SecretsFile(command=("x", "{ref}"), at_once=3), run)
    refs = [f"ref/{number}" for number in range(9)]
    threads = [threading.Thread(target=asked.find, args=([*refs, "missing"],)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert asked.find(refs) == {ref: f"value of {ref}" for ref in refs}
    assert sorted(calls) == sorted([*refs, "missing"])
    assert 1 < most <= 3
    assert "value of" not in repr(asked) + repr(Answer("value of"))


def test_the_program_runs_in_the_workspace_and_knows_no_secret_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It keeps what unlocks its own store."""
    monkeypatch.setenv("CAMPUSCTL_SECRET_A", CANARY)
    monkeypatch.setenv("CAMPUSCTL_DATABASE_URL", CANARY)
    monkeypatch.setenv("BW_SESSION", "opens")
    found = source(tmp_path, 'echo "$(pwd)|$BW_SESSION|$(env | grep -c kanarien)"').resolve(("x",))
    assert found == {"x": f"{os.path.realpath(tmp_path)}|opens|0"}


def test_sources_are_asked_in_the_order_of_the_file(tmp_path: Path) -> None:
    """A program's failure lets the next source speak; who has it all says so for all of them."""
    (tmp_path / "inventory").mkdir()
    getpw = program(tmp_path, '[ "$1" = a ] && echo from-program')
    environ = {"CAMPUSCTL_SECRET_A": "from-env", "CAMPUSCTL_SECRET_B": "from-env"}

    def resolve(order: str) -> dict[str, str]:
        config = tmp_path / "inventory" / "secrets.yml"
        config.write_text(f'{order}\ncommand: ["{getpw}", "{{ref}}"]\n')
        return dict(workspace_source(tmp_path, environ=environ).resolve(("a", "b")))

    assert resolve("order: [command, env]") == {"a": "from-program", "b": "from-env"}
    assert resolve("") == {"a": "from-env", "b": "from-env"}
    with pytest.raises(SecretError) as caught:
        workspace_source(tmp_path, environ={}).resolve(("b",))
    assert caught.value.what == "the secret 'b' is not in the environment, is not known to `getpw` (exit code 1)"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("command: pass show {ref}", "inventory/secrets.yml:1: command: "),
        ("command: [pass, show]", "one of the words must hold {ref}"),
        ('command: ["{ref}", x]', "the program itself cannot depend on the reference"),
        ("comand: [pass, '{ref}']", "did you mean command?"),
        ("order: [env, valt]", "inventory/secrets.yml:1: order.1: `valt` is none of "),
        ("order: [env, env]", "each source stands here once"),
        ("order: []", "each source stands here once"),
        ("order: [env, command]", "`order` names a command, and none is given"),
        ("order: [env]\ncommand: [pass, '{ref}']", "a command is given, and `order` does not name it"),
        ("command: [pass, '{ref}']\ntimeout_s: 0", "inventory/secrets.yml:2: timeout_s: "),
        ("command: [pass, '{ref}']\nat_once: 1000", "inventory/secrets.yml:2: at_once: `1000` is more than 32"),
        ("- a\n- b", "inventory/secrets.yml"),
        ("a: [", "inventory/secrets.yml:"),
        ("a: &x b", "anchors and aliases"),
    ],
)
def test_a_wrong_file_is_told_with_its_line(tmp_path: Path, text: str, what: str) -> None:
    """Before anything is asked."""
    (tmp_path / "inventory").mkdir()
    (tmp_path / "inventory" / "secrets.yml").write_text(text)
    with pytest.raises(InventoryError) as caught:
        load_config(tmp_path)
    assert what in str(caught.value)


def test_a_workspace_need_not_say_anything(tmp_path: Path) -> None:
    """Nor does an empty file."""
    assert load_config(tmp_path) == SecretsFile()
    (tmp_path / "inventory").mkdir()
    (tmp_path / "inventory" / "secrets.yml").write_text("# nothing yet\n")
    assert load_config(tmp_path) == SecretsFile()
    with pytest.raises(SecretError, match="has no source"):
        ChainSource().resolve(("a",))
